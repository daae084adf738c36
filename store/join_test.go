package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"hotline/store"
)

func (w *world) flyer(word string) store.Flyer {
	w.t.Helper()
	return must(w.AddFlyer(w.ctx, w.Pool, store.NewFlyer{Line: w.line, Word: word, Lang: "es"}))(w.t)
}

func (w *world) join(f store.Flyer, phone uuid.UUID) store.Joined {
	w.t.Helper()
	var o store.Joined
	err := w.InTx(w.ctx, func(tx pgx.Tx) (err error) {
		o, err = w.Join(w.ctx, tx, store.Joining{Flyer: f.ID, Phone: phone, Channel: "text", Words: f.Word, At: w.now})
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
	return o
}

func (w *world) allowed(phone uuid.UUID, p store.Purpose, channel string) bool {
	w.t.Helper()
	return must(w.Allowed(w.ctx, w.Pool, phone, w.line.ID, p, channel))(w.t)
}

func TestAStrangerJoinsByAFlyer(t *testing.T) {
	w := newWorld(t)
	below := must(w.AddAssembly(w.ctx, w.Pool, "Dock seven", w.assembly.ID, ""))(t)
	f := must(w.AddFlyer(w.ctx, w.Pool, store.NewFlyer{Line: w.line, Assembly: below.ID, Word: "Sol 27", Lang: "es"}))(t)
	if f.Word != "SOL27" || f.AssemblyName != "Dock seven" || f.Above != "Dock workers" {
		t.Errorf("the flyer is %+v", f)
	}
	for _, written := range []string{"sol27", " SOL 27.", "sol-27", "Sól 27", "so\u0301l27", "ｓｏｌ２７"} {
		if got, found, err := w.FlyerByWord(w.ctx, w.Pool, w.line.ID, written); err != nil || !found || got.ID != f.ID {
			t.Errorf("%q finds %v, %v", written, found, err)
		}
	}
	if _, found, err := w.FlyerByWord(w.ctx, w.Pool, w.line.ID, "SOL28"); found || err != nil {
		t.Errorf("another word finds %v, %v", found, err)
	}
	phone := w.phone("2125550101")
	if w.allowed(phone, store.ForNotices, "text") {
		t.Error("a stranger may be written to")
	}
	if got := w.join(f, phone); got != store.JoinedNow {
		t.Errorf("joined: %s", got)
	}
	if got := w.join(f, phone); got != store.JoinedAlready {
		t.Errorf("joined again: %s", got)
	}
	if !w.allowed(phone, store.ForNotices, "text") || w.allowed(phone, store.ForNotices, "voice") || w.allowed(phone, store.ForAlerts, "text") {
		t.Error("joining agrees to notices by text, and to nothing else")
	}
	list := must(w.Members(w.ctx, w.Pool, w.assembly.ID))(t)
	if len(list) != 1 || list[0].Name != store.NoName || list[0].Standing != store.Listed || list[0].Assembly != "Dock seven" || !list[0].Texts || list[0].Calls {
		t.Errorf("listed are %+v", list)
	}
	if err := w.EndFlyer(w.ctx, w.Pool, w.assembly.ID, "sol27"); err != nil {
		t.Fatal(err)
	}
	if got := w.join(f, w.phone("2125550102")); got != store.JoinedGone {
		t.Errorf("after its end: %s", got)
	}
	if _, found, _ := w.FlyerByWord(w.ctx, w.Pool, w.line.ID, "SOL27"); found {
		t.Error("an ended flyer is found")
	}
}

func TestOnePhoneJoiningTenTimesAtOnceIsOnePerson(t *testing.T) {
	w := newWorld(t)
	f, phone := w.flyer(""), w.phone("2125550101")
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { w.join(f, phone) })
	}
	all.Wait()
	if list := must(w.Members(w.ctx, w.Pool, w.assembly.ID))(t); len(list) != 1 {
		t.Errorf("%d people joined", len(list))
	}
}

func TestAFlyersCountShowsFromFiveUp(t *testing.T) {
	w := newWorld(t)
	f := w.flyer("")
	for i, want := range []int{0, 0, 0, 0, 5, 6} {
		w.join(f, w.phone(fmt.Sprintf("21255501%02d", i)))
		if got := must(w.Flyers(w.ctx, w.Pool, w.assembly.ID))(t)[0].Joined; got != want {
			t.Errorf("after %d it shows %d, not %d", i+1, got, want)
		}
	}
}

func TestFlyerWords(t *testing.T) {
	w := newWorld(t)
	w.flyer("SOL27")
	for word, says := range map[string]string{
		"STOP": "cannot stand on a flyer", "YES": "cannot", "1234": "cannot", "12345678": "cannot", "A1": "cannot", "AB7C": "cannot",
		"!!!": "cannot", "UNIDAD": "cannot", "A1234567890123456": "cannot", "sol 27": "is taken", "Sól27": "is taken",
		"STOP1": "phone companies", "2HELP": "phone companies", "END27": "phone companies", "Arrêt5": "phone companies",
		"Ørsted9": "cannot", "СОЛ27": "cannot", "Straße9": "cannot", "SOL٢٧": "cannot",
	} {
		_, err := w.AddFlyer(w.ctx, w.Pool, store.NewFlyer{Line: w.line, Word: word, Lang: "es"})
		w.refused(err, says)
	}
	apart := must(w.AddAssembly(w.ctx, w.Pool, "Elsewhere", uuid.Nil, "UTC"))(t)
	_, err := w.AddFlyer(w.ctx, w.Pool, store.NewFlyer{Line: w.line, Assembly: apart.ID, Word: "SOL28", Lang: "es"})
	w.refused(err, "does not serve")
	seen := map[string]bool{}
	for range 50 {
		f := w.flyer("")
		if seen[f.Word] || len(f.Word) != 6 || strings.ContainsAny(f.Word, "0OQ1IL2Z5S8B6GUVAE") {
			t.Errorf("drew %s", f.Word)
		}
		seen[f.Word] = true
	}
}

func TestAFlyersWordIsReadAlikeHoweverItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-Z]{3,8}[0-9]{1,4}`).Draw(t, "word")
		var written strings.Builder
		for _, letter := range word {
			r := letter
			switch rapid.IntRange(0, 4).Draw(t, "how") {
			case 0:
				r = unicode.ToLower(r)
			case 1:
				r += 0xfee0 // full width
			case 2:
				r = map[rune]rune{'A': 'á', 'E': 'É', 'N': 'ñ', 'O': 'ô', 'U': 'ü'}[r] // or none
				if r == 0 {
					r = letter
				}
			}
			written.WriteRune(r)
			written.WriteString(rapid.SampledFrom([]string{"", "", " ", "-", ".", "!"}).Draw(t, "between"))
		}
		if got := store.FlyerWord(written.String()); got != word {
			t.Fatalf("%q is read as %q", written.String(), got)
		}
	})
}

func TestStopBindsEveryPurposeUntilStart(t *testing.T) {
	w := newWorld(t)
	phone := w.members("Rosa 2125550101")[0]
	other := must(w.AddLine(w.ctx, w.Pool, store.Line{AssemblyID: w.assembly.ID, Number: "2125550101", Name: "Another", Languages: []string{"en"}}))(t)
	say := func(given bool, purpose store.Purpose) {
		t.Helper()
		err := w.AddConsent(w.ctx, w.Pool, store.Consent{Assembly: w.assembly.ID, Phone: phone, Line: uuid.NullUUID{UUID: w.line.ID, Valid: true},
			Purpose: purpose, Channel: "text", Given: given, How: "stop word", Words: "STOP"})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !w.allowed(phone, store.ForNotices, "text") {
		t.Fatal("an agreement on a sheet does not count")
	}
	say(false, store.ForAll)
	if w.allowed(phone, store.ForNotices, "text") || w.allowed(phone, store.ForAnswers, "text") {
		t.Error("STOP did not stop every text")
	}
	if !w.allowed(phone, store.ForNotices, "voice") {
		t.Error("STOP, by text, stopped calls")
	}
	if !must(w.Allowed(w.ctx, w.Pool, phone, other.ID, store.ForNotices, "text"))(t) {
		t.Error("STOP on one line stopped another")
	}
	say(true, store.ForNotices)
	if w.allowed(phone, store.ForNotices, "text") {
		t.Error("an agreement after STOP lifted it: only START does, at the carrier too")
	}
	say(true, store.ForAll)
	if !w.allowed(phone, store.ForNotices, "text") {
		t.Error("START did not bring back what was agreed to")
	}
	say(false, store.ForNotices)
	if w.allowed(phone, store.ForNotices, "text") || !w.allowed(phone, store.ForAnswers, "text") {
		t.Error("a no to notices is a no to notices alone")
	}
}

func TestStartAloneAgreesToNothing(t *testing.T) {
	w := newWorld(t)
	phone := w.phone("2125550101")
	err := w.AddConsent(w.ctx, w.Pool, store.Consent{Assembly: w.assembly.ID, Phone: phone, Purpose: store.ForAll, Channel: store.AnyChannel, Given: true, How: "start word"})
	if err != nil {
		t.Fatal(err)
	}
	if w.allowed(phone, store.ForNotices, "text") || !w.allowed(phone, store.ForAnswers, "text") {
		t.Error("START from a stranger was taken for joining")
	}
}

func TestTheLedgerOnlyGrows(t *testing.T) {
	w := newWorld(t)
	w.members("Rosa 2125550101")
	if _, err := w.Pool.Exec(w.ctx, `update consent set given = false`); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("a row was changed: %v", err)
	}
}
