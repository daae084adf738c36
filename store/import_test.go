package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

const sheet = "name,phone,language,workplace,standing,agreed_how,agreed_on,agreed_to\n"

func TestAMembersFileAsSpreadsheetsSaveIt(t *testing.T) {
	t.Parallel()
	today := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	day := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	rosa := store.MemberRow{Line: 2, Name: "Rosa Núñez", Phone: "+12125550101", Language: "es", Workplace: "Dock 7", Standing: store.StandsMember,
		Agreed: &store.Agreement{How: "sheet,\n\"May Day\"", On: day, Channels: []string{"text", "voice"}}}
	ben := store.MemberRow{Line: 4, Name: "Ben", Phone: "+442079460000", Standing: store.Listed}
	text := sheet + `"Rosa  Núñez",(212) 555-0101,ES,Dock 7,,"sheet,
""May Day""",2026-05-01,Both` + "\n" + "Ben,+44 20 7946 0000,,,listed,,,\n,,,,,,,\n"
	for name, file := range map[string]string{
		"plain":              text,
		"with a BOM and \\r": "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n"),
		"without a last end": strings.TrimSuffix(text, "\n,,,,,,,\n"),
	} {
		rows, bad, err := store.ParseMembers(strings.NewReader(file), "US", today)
		if err != nil || len(bad) > 0 {
			t.Errorf("%s: %v %v", name, err, bad)
		}
		if diff := cmp.Diff([]store.MemberRow{rosa, ben}, rows, cmp.Comparer(func(a, b store.Phone) bool { return a == b })); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	for _, sep := range []string{";", "\t"} {
		file := strings.Join([]string{"Phone", "Agreed to", "NAME", "agreed_on", "agreed_how", ""}, sep) + "\n" +
			strings.Join([]string{"212-555-0101", "texts", "Núñez, Rosa", "2026-05-01", "sheet", ""}, sep)
		rows, bad, err := store.ParseMembers(strings.NewReader(file), "US", today)
		if err != nil || len(bad) > 0 || len(rows) != 1 || rows[0].Name != "Núñez, Rosa" || !cmp.Equal(rows[0].Agreed.Channels, []string{"text"}) {
			t.Errorf("separated by %q: %v %v %v", sep, rows, bad, err)
		}
	}
}

// A sheet may say that somebody chose alerts too, apart from notices (WORKERS.md, consent by step); what they took back since stays so.
func TestASheetMaySayThatSomebodyChoseAlerts(t *testing.T) {
	w := newWorld(t)
	w.importing(sheet + "Ana,2125550101,,,,sheet,2026-05-01,Texts + alerts\nBen,2125550102,,,,sheet,2026-05-01,both\nCai,2125550103,,,,sheet,2026-05-01,both+alerts\n")
	ana, ben, cai := w.phone("2125550101"), w.phone("2125550102"), w.phone("2125550103")
	for _, c := range []struct {
		phone   uuid.UUID
		purpose store.Purpose
		channel string
		want    bool
	}{
		{ana, store.ForNotices, "text", true}, {ana, store.ForAlerts, "text", true}, {ana, store.ForAlerts, "voice", false}, {ben, store.ForNotices, "voice", true},
		{ben, store.ForAlerts, "text", false}, {cai, store.ForAlerts, "text", true}, {cai, store.ForAlerts, "voice", true},
	} {
		if got := w.allowed(c.phone, c.purpose, c.channel); got != c.want {
			t.Errorf("%s by %s: %v", c.purpose, c.channel, got)
		}
	}
	if err := w.AddConsent(w.ctx, w.Pool, store.Consent{Assembly: w.assembly.ID, Phone: ana, Purpose: store.ForAlerts, Channel: store.AnyChannel, How: "chosen, by text"}); err != nil {
		t.Fatal(err)
	}
	sum := w.importing(sheet + "Ana,2125550101,,,,sheet,2026-05-01,texts+alerts\n")
	if w.allowed(ana, store.ForAlerts, "text") || len(sum.Changed) != 0 {
		t.Errorf("an older sheet gave alerts back: %+v", sum)
	}
	for _, to := range []string{"alerts", "texts+", "texts+calls", "alerts+texts", "+alerts"} {
		if _, bad, err := store.ParseMembers(strings.NewReader(sheet+"Ana,2125550101,,,,sheet,2026-05-01,"+to+"\n"), "US", time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)); err != nil || len(bad) != 1 {
			t.Errorf("%q is read: %v %v", to, bad, err)
		}
	}
}

func TestEveryBadRowIsListedWithItsLine(t *testing.T) {
	t.Parallel()
	file := sheet +
		"Rosa,2125550101,,,,,,\n" + // 2: good
		",2125550102,,,,,,\n" +
		"Ben,,,,,,,\n" +
		"Cleo,12345,,,,,,\n" +
		"Dan,2125550103,English,,,,,\n" +
		"Eva,2125550104,,,boss,,,\n" +
		"Faye,2125550105,,,,sheet,,\n" + // 8
		"Gil,2125550106,,,,sheet,05/01/2026,texts\n" +
		"Hana,2125550107,,,,sheet,2027-01-01,texts\n" +
		"Ivo,2125550108,,,,sheet,2026-05-01,mail\n" +
		"ROSA,+1 212 555 0101,,,,,,\n" + // 12
		"Rosie,2125550101,,,,,,\n" + // 13: good, a shared phone
		"Jo,2125550109,,,,,,,more\n" +
		"Kim,212555,\"0110,,,,,\n"
	rows, bad, err := store.ParseMembers(strings.NewReader(file), "US", time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	if err != nil || rows != nil {
		t.Fatal(rows, err)
	}
	want := []struct {
		line int
		says string
	}{
		{3, "a name is needed"}, {4, "no phone"}, {5, "not a phone number"}, {6, "no language"}, {7, `"boss", and not member`}, {8, "how, when and to what"},
		{9, "a day such as"}, {10, "still to come"}, {11, "texts, calls or both"}, {12, "stand in line 2"}, {14, "more cells"}, {15, "quotes"},
	}
	if len(bad) != len(want) {
		t.Fatalf("%d bad rows: %v", len(bad), bad)
	}
	for i, w := range want {
		if bad[i].Line != w.line || !strings.Contains(bad[i].Reason, w.says) {
			t.Errorf("%v, not line %d: … %s …", bad[i], w.line, w.says)
		}
		if strings.Contains(bad[i].Error(), "555") {
			t.Errorf("%v shows a number", bad[i])
		}
	}
}

func TestWhatIsNoMembersFileIsRefused(t *testing.T) {
	t.Parallel()
	for says, file := range map[string]string{
		"UTF-16":                 "\xff\xfen\x00a\x00m\x00e\x00",
		"a spreadsheet, not CSV": "PK\x03\x04…",
		"not in UTF-8":           "name,phone\nN\xfa\xf1ez,2125550101\n",
		"no first line":          "",
		`a column "email"`:       "name,phone,email\n",
		`two columns "name"`:     "name,Name,phone\n",
		`no column "phone"`:      "name\n",
		"larger than 10 MB":      strings.Repeat("x", 10<<20+1),
	} {
		_, _, err := store.ParseMembers(strings.NewReader(file), "US", time.Now())
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("said %v, not %q", err, says)
		}
	}
}

func FuzzParseMembers(f *testing.F) {
	f.Add(sheet + "Rosa,2125550101,es,Dock 7,,sheet,2026-05-01,both\n")
	f.Add("name;phone\n\"Ro\nsa\";+442079460000\n")
	f.Fuzz(func(t *testing.T, file string) {
		rows, bad, err := store.ParseMembers(strings.NewReader(file), "US", time.Now())
		if len(rows) > 0 && (len(bad) > 0 || err != nil) {
			t.Error("bad rows, and some to import")
		}
		for _, r := range rows {
			if r.Name == "" || r.Phone == "" || r.Line < 2 || r.Standing == "" {
				t.Errorf("a row without what it needs: %+v", r)
			}
		}
	})
}

func TestASecondImportSaysWhatChanged(t *testing.T) {
	w := newWorld(t)
	first := w.importing(sheet +
		"Rosa,2125550101,es,Dock 7,,sheet,2026-05-01,texts\n" +
		"Ben,2125550102,en,,listed,,,\n" +
		"Cleo,2125550103,,,,sheet,2026-05-01,both\n")
	if len(first.Added) != 3 || len(first.Changed) != 0 || !first.Added[1].Mute || first.Added[0].Mute {
		t.Fatalf("the first did %+v", first)
	}
	again := w.importing(sheet +
		"rosa,(212) 555-0101,es,Dock 7,,sheet,2026-05-01,texts\n" +
		"Ben,2125550102,es,Dock 9,member,sheet,2026-06-01,both\n" +
		"Cleo,2125550103,,,listed,sheet,2026-05-01,both\n" +
		"Dan,2125550103,,,,,,\n") // on Cleo's phone
	if again.Unchanged != 2 || len(again.Added) != 1 || again.Added[0].Name != "Dan" || again.Added[0].Line != 5 {
		t.Errorf("the second did %+v", again)
	}
	want := []store.Imported{{Line: 3, Name: "Ben", What: []string{"member now", "workplace", "language", "agreed to texts", "agreed to calls"}}}
	if diff := cmp.Diff(want, again.Changed); diff != "" {
		t.Error(diff)
	}
	var shown []string
	for _, m := range must(w.Members(w.ctx, w.Pool, w.assembly.ID))(t) {
		shown = append(shown, fmt.Sprint(m.Name, " ", m.Standing, " ", m.Languages, " ", m.Texts, " ", m.Calls))
	}
	wantShown := []string{"Rosa member [es] true false", "Ben member [es] true true", "Cleo member [] true true", "Dan member [] true true"}
	if diff := cmp.Diff(wantShown, shown); diff != "" {
		t.Error(diff)
	}
}

func TestWhatPeopleDidThemselvesWinsOverASheet(t *testing.T) {
	w := newWorld(t)
	phone := w.phone("2125550101")
	if err := w.SetLanguage(w.ctx, w.Pool, phone, "ht"); err != nil {
		t.Fatal(err)
	}
	f := w.flyer("")
	w.join(f, phone)
	sum := w.importing(sheet + "Rosa,2125550101,es,,,sheet,2026-05-01,texts\n")
	if len(sum.Added) != 0 || len(sum.Changed) != 1 || !cmp.Equal(sum.Changed[0].What, []string{"name", "member now", "agreed to texts"}) {
		t.Errorf("somebody who joined by a flyer: %+v", sum)
	}
	m := must(w.Members(w.ctx, w.Pool, w.assembly.ID))(t)
	if len(m) != 1 || m[0].Name != "Rosa" || !cmp.Equal(m[0].Languages, []string{"ht"}) {
		t.Errorf("members are %+v", m)
	}
	err := w.AddConsent(w.ctx, w.Pool, store.Consent{Assembly: w.assembly.ID, Phone: phone, Purpose: store.ForNotices, Channel: store.AnyChannel, Given: false, How: "call"})
	if err != nil {
		t.Fatal(err)
	}
	sum = w.importing(sheet + "Rosa,2125550101,es,,,another sheet,2026-06-01,both\n")
	if sum.Unchanged != 1 || w.allowed(phone, store.ForNotices, "text") {
		t.Errorf("an older sheet brought back what was taken back: %+v", sum)
	}
}

func TestTwoImportsAtOnceAddNobodyTwice(t *testing.T) {
	w := newWorld(t)
	file := sheet
	for i := range 50 {
		file += fmt.Sprintf("W%d,21255501%02d,,,,,,\n", i, i)
	}
	rows, _, err := store.ParseMembers(strings.NewReader(file), "US", w.now)
	if err != nil {
		t.Fatal(err)
	}
	sums := make([]store.Import, 4)
	var all sync.WaitGroup
	for i := range sums {
		all.Go(func() {
			err := w.InTx(w.ctx, func(tx pgx.Tx) (err error) {
				sums[i], err = w.ImportMembers(w.ctx, tx, w.assembly.ID, rows, w.now)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	added, unchanged := 0, 0
	for _, s := range sums {
		added, unchanged = added+len(s.Added), unchanged+s.Unchanged
	}
	if n := len(must(w.Members(w.ctx, w.Pool, w.assembly.ID))(t)); n != 50 || added != 50 || unchanged != 150 {
		t.Errorf("%d members, %d added, %d unchanged", n, added, unchanged)
	}
}

func TestVouching(t *testing.T) {
	w := newWorld(t)
	w.importing(sheet + "Rosa,2125550101,,,listed,,,\nBen,2125550102,,,listed,,,\nCleo,2125550103,,,member,,,\nDan,2125550104,,,member,,,\n")
	who := func(name string) uuid.UUID { return must(w.FindMember(w.ctx, w.Pool, w.assembly.ID, name))(t).ID }
	ana := must(w.AddOrganizer(w.ctx, w.Pool, w.assembly.ID, "Ana", uuid.Nil))(t)
	vouch := func(v store.Vouching) (store.Vouched, error) {
		v.Assembly, v.At = w.assembly.ID, w.now
		return w.Vouch(w.ctx, w.Pool, v)
	}
	for i, c := range []struct {
		v    store.Vouching
		want store.Vouched
	}{
		{store.Vouching{Person: who("rosa"), ByOrganizer: ana.ID}, store.VouchedMember},
		{store.Vouching{Person: who("Rosa"), ByOrganizer: ana.ID}, store.VouchedAlready},
		{store.Vouching{Person: who("Ben"), ByMember: who("Cleo")}, store.VouchedOneMore},
		{store.Vouching{Person: who("Ben"), ByMember: who("Cleo")}, store.VouchedAlready},
		{store.Vouching{Person: who("Ben"), ByMember: who("Dan")}, store.VouchedMember},
	} {
		if got, err := vouch(c.v); err != nil || got != c.want {
			t.Errorf("%d: %s, %v, not %s", i, got, err, c.want)
		}
	}
	w.importing(sheet + "Eva,2125550105,,,listed,,,\nFaye,2125550106,,,listed,,,\n")
	_, err := vouch(store.Vouching{Person: who("Eva"), ByMember: who("Eva")})
	w.refused(err, "for themselves")
	_, err = vouch(store.Vouching{Person: who("Eva"), ByMember: who("Faye")})
	w.refused(err, "can vouch")
	_, err = vouch(store.Vouching{Person: uuid.New(), ByOrganizer: ana.ID})
	w.refused(err, "not listed")
	must(w.AddOrganizer(w.ctx, w.Pool, w.assembly.ID, "Omar", uuid.Nil))(t)
	if err := w.RemoveOrganizer(w.ctx, w.Pool, w.assembly.ID, "ana", w.now); err != nil {
		t.Fatal(err)
	}
	_, err = vouch(store.Vouching{Person: who("Eva"), ByOrganizer: ana.ID})
	w.refused(err, "can vouch")
}

func TestRemovingAMember(t *testing.T) {
	w := newWorld(t)
	w.members("Rosa 2125550101", "Rosa 2125550102", "Ben 2125550103")
	_, err := w.FindMember(w.ctx, w.Pool, w.assembly.ID, "Rosa")
	w.refused(err, "say which by their id")
	_, err = w.FindMember(w.ctx, w.Pool, w.assembly.ID, "Nobody")
	w.refused(err, `nobody here is called "Nobody"`)
	ben := must(w.FindMember(w.ctx, w.Pool, w.assembly.ID, "BEN"))(t)
	if got := must(w.FindMember(w.ctx, w.Pool, w.assembly.ID, ben.ID.String()))(t); got.ID != ben.ID {
		t.Errorf("by the id: %+v", got)
	}
	if err := w.RemoveMember(w.ctx, w.Pool, w.assembly.ID, ben.ID); err != nil {
		t.Fatal(err)
	}
	w.refused(w.RemoveMember(w.ctx, w.Pool, w.assembly.ID, ben.ID), "does not belong")
	var people int
	if err := w.Pool.QueryRow(w.ctx, `select count(*) from people`).Scan(&people); err != nil || people != 2 {
		t.Errorf("%d people stay, %v", people, err)
	}
	b := w.open()
	rosa := must(w.Members(w.ctx, w.Pool, w.assembly.ID))(t)[0]
	if err := w.RemoveMember(w.ctx, w.Pool, w.assembly.ID, rosa.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.cast(b, w.phone("2125550101"), 1); got != store.VoteCounted {
		t.Errorf("removed after the roll was frozen: %s", got)
	}
}
