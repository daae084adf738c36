package gateway

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"hotline/flows"
	"hotline/store/storetest"
)

// pinFlow asks for a number in secret and tells what is behind it.
const pinFlow = `
starts: {en: [LOCKER], es: [CASILLERO]}
steps:
  number:
    ask: {en: "Your secret number?", es: "¿Su clave?"}
    digits: {min: 4, max: 8}
    secret: true
    save: pin
    then: check
  check:
    do: check_pin
    with: {pin: pin}
    on: {right: right, wrong: wrong}
  right:
    say: {en: "The zebra door opens.", es: "Se abre la puerta cebra."}
    then: end
  wrong:
    say: {en: "The walrus door stays shut.", es: "La puerta morsa no se abre."}
    then: number
`

const pin = "74839265"

// vault is a house whose flows ask for a number in secret, and a log that can be read.
type vault struct {
	*house
	log     *syncBuffer
	checked int
	fails   func() error // what the effect fails with
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newVault(t *testing.T, o houseOptions) *vault {
	t.Helper()
	checks := flows.Effect{
		Args: map[string]flows.Type{"pin": flows.TypeCode}, Outcomes: map[string]map[string]flows.Shape{"right": nil, "wrong": nil}, Private: true,
	}
	v := vocabulary()
	v.Effects = maps.Clone(v.Effects)
	v.Effects["check_pin"] = checks
	a := &vault{log: &syncBuffer{}}
	o.set, o.log = libraryWith(t, map[string]string{"locker.yaml": pinFlow}, v), a.log
	a.house = newHouse(t, o)
	a.teach(a.g, checks)
	return a
}

func (v *vault) teach(g *Gateway, checks flows.Effect) {
	g.effects["check_pin"] = effect{checks, func(p *playing, ctx context.Context, a args) (string, args, error) {
		v.checked++
		if v.fails != nil {
			if err := v.fails(); err != nil {
				return "", nil, err
			}
		}
		if a["pin"].Text == pin {
			return "right", nil, nil
		}
		return "wrong", nil, nil
	}}
}

// search looks for words in everything that is kept: every table, Redis and the log; as they are, in base64 and in hex, and under
// every key of this server.
func (v *vault) search(words ...string) {
	v.t.Helper()
	kept := v.everything()
	for _, w := range words {
		for _, form := range []string{w, hex.EncodeToString([]byte(w)), base64.StdEncoding.EncodeToString([]byte(w)), base64.RawStdEncoding.EncodeToString([]byte(w))[:len(w)]} {
			for where, what := range kept {
				if strings.Contains(strings.ToLower(what), strings.ToLower(form)) {
					v.t.Errorf("%q stands in %s", w, where)
				}
			}
		}
	}
}

// purposes are all that anything is sealed for.
var purposes = []string{sealedReply, sealedInput, sealedTalk, sealedCopy, "ballots.paper", "consent.words", "memberships.workplace",
	"media.source", "media.bytes", "meetings.place", "outgoing.body", "people.name", "phones.sealed", "report_parts.words", "votes.envelope"}

func (v *vault) everything() map[string]string {
	v.t.Helper()
	kept := map[string]string{"the log": v.log.String()}
	tables, err := v.store.Pool.Query(v.t.Context(), `select table_name from information_schema.tables where table_schema = 'public' and table_name <> 'flow_sets'`)
	if err != nil {
		v.t.Fatal(err)
	}
	var names []string
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			v.t.Fatal(err)
		}
		names = append(names, name)
	}
	var ids []uuid.UUID
	var sealed [][]byte
	var where []string
	for _, name := range names {
		rows, err := v.store.Pool.Query(v.t.Context(), "select * from "+name)
		if err != nil {
			v.t.Fatal(err)
		}
		for rows.Next() {
			values, err := rows.Values()
			if err != nil {
				v.t.Fatal(err)
			}
			for i, value := range values {
				column := name + "." + rows.FieldDescriptions()[i].Name
				kept[fmt.Sprint(column, " ", len(kept))] = fmt.Sprintf("%v %x", value, fmt.Sprint(value))
				switch value := value.(type) {
				case []byte:
					kept[fmt.Sprint(column, " bytes ", len(kept))] = string(value) + " " + hex.EncodeToString(value)
					sealed, where = append(sealed, value), append(where, column)
				case [16]byte:
					ids = append(ids, value)
				case uuid.UUID:
					ids = append(ids, value)
				}
			}
		}
	}
	for _, key := range v.mini.Keys() {
		value, err := v.mini.Get(key)
		if err != nil {
			v.t.Fatal(err)
		}
		kept["Redis "+key] = key + value + hex.EncodeToString([]byte(value))
		sealed, where = append(sealed, []byte(value[16:])), append(where, "Redis")
	}
	opened := 0
	for i, box := range sealed {
		for _, id := range ids {
			for _, purpose := range purposes {
				if plain, err := v.keys.Open(purpose, id, box); err == nil {
					opened++
					kept[fmt.Sprint(where[i], ", opened as ", purpose, " ", opened)] = string(plain)
				}
			}
		}
	}
	if opened < 4 {
		v.t.Fatalf("only %d things could be opened; the search proves nothing", opened)
	}
	return kept
}

func TestASecretLeavesNoTrace(t *testing.T) {
	for _, said := range []struct{ pin, reply string }{{pin, "zebra"}, {"11223344", "walrus"}} {
		v := newVault(t, houseOptions{})
		v.text(ana, "ENGLISH")
		v.text(ana, "LOCKER")
		in := v.aText(ana, said.pin)
		first := v.g.Turn(t.Context(), in)
		if !strings.Contains(first.Text(), said.reply) {
			t.Fatalf("answered %q", first.Text())
		}
		v.search(said.pin, said.reply)
		v.mini.FlushAll()
		if again := asJSON(t, v.g.Turn(t.Context(), in)); again != asJSON(t, first) {
			t.Errorf("answered %s, and then %s", asJSON(t, first), again)
		}
		if v.checked != 1 {
			t.Errorf("checked %d times", v.checked)
		}
		v.text(ana, "MENU")
		v.search(said.pin, said.reply)
	}
}

func TestASecretByVoiceLeavesNoTrace(t *testing.T) {
	v := newVault(t, houseOptions{})
	v.text(ana, "ENGLISH")
	c := v.call(ana)
	c.lead("locker", "number")
	in := c.in
	in.Kind, in.Text, in.Answers, in.Key = flows.KindKeys, pin, c.last.Turn, fmt.Sprintf("%s/%d", c.in.Call, c.last.Turn)
	first := asJSON(t, v.g.Turn(t.Context(), in))
	if !strings.Contains(first, "zebra") || strings.Contains(first, pin) {
		t.Fatalf("answered %s", first)
	}
	v.search(pin, "zebra")
	if again := asJSON(t, v.g.Turn(t.Context(), in)); again != first || v.checked != 1 {
		t.Errorf("answered %s, and then %s; checked %d times", first, again, v.checked)
	}
}

// What came late, or while the line cannot answer, or from who was away, is as secret.
func TestASecretInTheWrongMoment(t *testing.T) {
	for name, moment := range map[string]func(*vault){
		"idle":       func(v *vault) { v.pass(40 * time.Minute) },
		"days later": func(v *vault) { v.pass(80 * time.Hour) },
		"pending": func(v *vault) {
			exec(v.t, v.store.Pool, "update lines set texts = 'pending'")
			v.line.Texts = "pending"
			v.refresh()
		},
		"set is gone": func(v *vault) { exec(v.t, v.store.Pool, "delete from flow_sets"); v.mini.FlushAll(); v.forgetSet() },
	} {
		t.Run(name, func(t *testing.T) {
			v := newVault(t, houseOptions{})
			v.text(ana, "ENGLISH")
			v.text(ana, "LOCKER")
			moment(v)
			in := v.aText(ana, pin)
			first := asJSON(t, v.g.Turn(t.Context(), in))
			v.search(pin)
			if again := asJSON(t, v.g.Turn(t.Context(), in)); again != first {
				t.Errorf("answered %s, and then %s", first, again)
			}
		})
	}
}

// Where the flow set is lost nobody can take a secret any more, and it is no report either, however many words it has. What answers
// another question is filed.
func TestASecretWhoseSetIsGoneIsNoReport(t *testing.T) {
	for word, reports := range map[string]int{"LOCKER": 0, "REPORT": 1} {
		v := newVault(t, houseOptions{})
		v.text(ana, "ENGLISH")
		v.text(ana, word)
		exec(v.t, v.store.Pool, "delete from flow_sets")
		v.mini.FlushAll()
		v.forgetSet()
		in := v.aText(ana, "it is "+pin+" or so I think")
		first := asJSON(t, v.g.Turn(t.Context(), in))
		if n := v.count("select count(*) from reports"); n != reports {
			t.Errorf("%s: %d reports, want %d", word, n, reports)
		}
		if again := asJSON(t, v.g.Turn(t.Context(), in)); again != first {
			t.Errorf("%s: answered %s, and then %s", word, first, again)
		}
	}
}

// A picture beside such words is no report either, and they are told that it was not kept; one alone is what somebody tells.
func TestAPictureBesideASecretWhoseSetIsGone(t *testing.T) {
	for words, reports := range map[string]int{"it is " + pin: 0, "": 1} {
		v := newVault(t, houseOptions{})
		v.text(ana, "ENGLISH")
		v.text(ana, "LOCKER")
		exec(v.t, v.store.Pool, "delete from flow_sets")
		v.mini.FlushAll()
		v.forgetSet()
		in := v.aText(ana, words)
		in.Media = []Media{{URL: "https://api.twilio.com/picture", Type: "image/jpeg"}}
		reply := v.g.Turn(t.Context(), in).Text()
		if n := v.count("select count(*) from reports"); n != reports {
			t.Errorf("with %q: %d reports, want %d", words, n, reports)
		}
		if n := v.count("select count(*) from media"); n != reports {
			t.Errorf("with %q: %d pictures are kept, want %d", words, n, reports)
		}
		if told := strings.Contains(reply, "could not keep that"); told != (words != "") {
			t.Errorf("with %q it is answered %q", words, reply)
		}
	}
}

func (h *house) refresh() {
	h.t.Helper()
	if err := h.g.lines.refresh(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// forgetSet lets a program go on that knows the library alone.
func (v *vault) forgetSet() {
	v.set = libraryWith(v.t, nil, vocabulary())
	v.g = v.another("redis://" + v.mini.Addr())
	exec(v.t, v.store.Pool, "delete from flow_sets where hash <> '"+v.set.Hash()+"'")
}

// An error or a panic in the middle of a secret turn tells of neither.
func TestASecretTurnThatFails(t *testing.T) {
	for name, fails := range map[string]func() error{
		"an error": func() error { return errors.New("no such pin: " + pin) },
		"Postgres": func() error {
			return &pgconn.PgError{Severity: "ERROR", Code: "22P02", Message: `invalid input: "` + pin + `"`}
		},
		"a panic": func() error { panic("pin " + pin) },
	} {
		t.Run(name, func(t *testing.T) {
			v := newVault(t, houseOptions{})
			v.text(ana, "ENGLISH")
			v.text(ana, "LOCKER")
			v.fails = fails
			in := v.aText(ana, pin)
			if reply := v.g.Turn(t.Context(), in).Text(); reply != v.set.Words("unrecorded", "en", nil) {
				t.Errorf("told %q", reply)
			}
			if !strings.Contains(v.log.String(), "in a secret turn") {
				t.Errorf("the log says nothing of it: %s", v.log)
			}
			v.search(pin)
			v.fails = nil
			if reply := v.g.Turn(t.Context(), in).Text(); !strings.Contains(reply, "zebra") {
				t.Errorf("brought again, it was answered %q", reply)
			}
			v.search(pin, "zebra")
		})
	}
}

// A process that dies, or a connection that fails, between commit and reply: the reply is made again, and no effect done twice.
func TestASecretTurnWhoseReplyIsLost(t *testing.T) {
	for name, mode := range map[string]int32{"no answer": wireLosesAnswer, "connection cut": wireCutsAnswer} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, storetest.URL(t))
			v := newVault(t, houseOptions{postgres: w.url})
			v.text(ana, "ENGLISH")
			v.text(ana, "LOCKER")
			in := v.aText(ana, pin)
			w.mode.Store(mode)
			first := asJSON(t, v.g.Turn(t.Context(), in))
			w.mode.Store(wireSound)
			w.cut()
			v.count("select count(*) from turns") // finds the broken connections
			if !strings.Contains(first, "zebra") {
				t.Errorf("it stands, and was answered %s", first)
			}
			v.mini.FlushAll()
			if again := asJSON(t, v.g.Turn(t.Context(), in)); again != first {
				t.Errorf("answered %s, and then %s", first, again)
			}
			if v.checked != 1 {
				t.Errorf("checked %d times", v.checked)
			}
			v.search(pin, "zebra")
		})
	}
}

// A key that the carrier tells of only after the end of the call is as secret.
func TestASecretThatComesLate(t *testing.T) {
	v := newVault(t, houseOptions{})
	v.text(ana, "ENGLISH")
	c := v.call(ana)
	c.lead("locker", "number")
	in := c.in
	in.Kind, in.Text, in.Answers, in.Key = flows.KindKeys, pin, c.last.Turn, fmt.Sprintf("%s/%d", c.in.Call, c.last.Turn)
	c.hangUp()
	first := asJSON(t, v.g.Turn(t.Context(), in))
	if v.checked != 1 {
		t.Errorf("checked %d times", v.checked)
	}
	v.search(pin, "zebra")
	if again := asJSON(t, v.g.Turn(t.Context(), in)); again != first || v.checked != 1 {
		t.Errorf("answered %s, and then %s; checked %d times", first, again, v.checked)
	}
}
