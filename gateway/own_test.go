package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"hotline/flows"
	"hotline/store"
)

// revealed is a revealing word, or the name of an assembly, in what a phone was sent.
func (h *house) revealed(text string) string {
	if w := h.set.Revealing(text); w != "" {
		return w
	}
	plain := " " + strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' }), " ") + " "
	for _, name := range []string{"warehouse", "night shift"} {
		if strings.Contains(plain, " "+name+" ") {
			return name
		}
	}
	return ""
}

func (h *house) one(sql string, args ...any) (text string) {
	h.t.Helper()
	if err := h.store.Pool.QueryRow(h.t.Context(), sql, args...).Scan(&text); err != nil {
		h.t.Fatal(err)
	}
	return text
}

func (h *house) run(sql string, args ...any) {
	h.t.Helper()
	if _, err := h.store.Pool.Exec(h.t.Context(), sql, args...); err != nil {
		h.t.Fatal(err)
	}
}

// revealingDay is a line of which everything that organizers wrote says what it is about.
func (h *house) revealingDay(members ...store.Phone) {
	h.t.Helper()
	now := time.Unix(h.now.Load(), 0)
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		a, err := h.store.AddAssembly(h.t.Context(), tx, "Night shift", h.line.AssemblyID, "")
		if err != nil {
			return err
		}
		for i, number := range members {
			row := store.MemberRow{Line: i + 1, Name: "Worker", Phone: number, Standing: store.StandsMember, Workplace: "Warehouse"}
			if _, err := h.store.ImportMembers(h.t.Context(), tx, a.ID, []store.MemberRow{row}, now); err != nil {
				return err
			}
		}
		for i, place := range []string{"Union hall", "Behind the Warehouse"} {
			if _, err := h.store.AddMeeting(h.t.Context(), tx, store.NewMeeting{
				Assembly: h.line.AssemblyID, StartsAt: now.Add(time.Duration(72+i) * time.Hour), Place: store.Words{"en": place, "es": place},
			}); err != nil {
				return err
			}
		}
		for _, q := range []string{"Shall we strike?", "May the Night Shift speak for the union?"} {
			if _, err := h.store.OpenBallot(h.t.Context(), tx, store.NewBallot{
				Assembly: h.line.AssemblyID, Question: store.Words{"en": q, "es": "¿Huelga, " + q},
				Options: []store.Words{{"en": "Strike", "es": "Huelga"}, {"en": "No", "es": "No"}}, By: "a test", At: now,
			}); err != nil {
				return err
			}
		}
		_, err = h.store.AddFlyer(h.t.Context(), tx, store.NewFlyer{Assembly: a.ID, Line: h.line, Word: "MAPLE 7", Lang: "en"})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.g.lines.refresh(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// Every text to a quiet phone holds none of the revealing words, and no workplace's name, whatever it does, in either language, and
// whoever wrote the words. (WORKERS.md, what a phone may show)
func TestAQuietPhoneIsShownNothing(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.revealingDay(ana, ben)
	exec(t, h.store.Pool, "update lines set replies_an_hour = 0")
	if err := h.g.lines.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if said := h.text(ana, "VOTE"); h.revealed(said) == "" {
		t.Fatalf("a day that reveals nothing proves nothing: %q", said)
	}
	for number, quiet := range map[string]string{ana: "QUIET", ben: "callado"} {
		if said := h.text(number, quiet); len(said) > 30 || h.revealed(said) != "" {
			t.Errorf("%s was answered %q", quiet, said)
		}
	}
	starts := []string{"MENU", "REPORT", "MEETING", "JUNTA", "VOTE", "VOTO", "JOIN", "maple 7", "WHO", "QUIEN", "AYUDA", "SETTINGS", "AJUSTES", "HOURS",
		"HORARIO", "FORGET", "OLVIDO", "QUIET", "NOTE", "the lift in hall B is broken", "ENGLISH", "español", "hola"}
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.SampledFrom([]string{ana, ben}).Draw(t, "phone")
		for _, body := range rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(starts), rapid.SampledFrom([]string{"1", "2", "3", "yes", "no", "nonsense", ""})), 3, 8).Draw(t, "texts") {
			exec(h.t, h.store.Pool, "update phones set quiet = true") // SETTINGS, and then 1, would end it
			if said := h.text(from, body); h.revealed(said) != "" {
				t.Fatalf("%q was answered %q, which shows %q", body, said, h.revealed(said))
			}
			h.pass(time.Duration(rapid.IntRange(0, 45).Draw(t, "minutes")) * time.Minute)
		}
	})
	h.text(ana, "ENGLISH")
	if said := h.text(ana, "NORMAL"); !strings.Contains(said, "as before") {
		t.Errorf("NORMAL was answered %q", said)
	}
	if said := h.text(ana, "REPORT"); said == "" {
		t.Error("nothing was said")
	}
	if n := h.count("select count(*) from phones where quiet"); n != 1 {
		t.Errorf("%d phones are quiet", n)
	}
}

// A group is quiet as a whole: its people on any line, and whoever uses its own.
func TestAQuietGroup(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.revealingDay(ana)
	exec(t, h.store.Pool, "update assemblies set quiet = true where name = 'Night shift'")
	if said := h.text(ana, "MEETING"); strings.Contains(said, "Union") || h.text(ana, "VOTE") == "" {
		t.Errorf("a phone of a quiet group was told %q", said)
	}
	h.text(ana, "ENGLISH")
	if said := h.text(ana, "NORMAL"); !strings.Contains(said, "Your group sends plain texts") {
		t.Errorf("NORMAL was answered %q", said)
	}
	if said := h.text(carla, "VOTE"); h.text(carla, "ENGLISH") == "" || said == "" {
		t.Error("nothing was said")
	}
	h.text(ana, "ENGLISH")
	if said := h.text(ana, "VOTE"); h.revealed(said) != "" {
		t.Errorf("a phone of a quiet group was told %q", said)
	}
	// What a talk remembers from before is not told either.
	exec(t, h.store.Pool, "update assemblies set quiet = false")
	if said := h.text(ana, "VOTE"); h.revealed(said) == "" {
		t.Errorf("a phone of a group that is not quiet was told %q", said)
	}
	exec(t, h.store.Pool, "update assemblies set quiet = true where name = 'Night shift'")
	if said := h.text(ana, "7"); h.revealed(said) != "" {
		t.Errorf("a phone of a group that has become quiet was told %q", said)
	}
	exec(t, h.store.Pool, "update assemblies set quiet = (name = 'Warehouse')")
	if said := h.text(ana, "VOTE"); h.revealed(said) != "" {
		t.Errorf("a phone below a quiet group was told %q", said)
	}
	if said := h.text(carla, "MEETING"); strings.Contains(said, "Union") {
		t.Errorf("a phone on a quiet group's line was told %q", said)
	}
}

// "Wrong number", at any time, detaches the phone, and nothing we start reaches it any more. (WORKERS.md)
func TestWrongNumber(t *testing.T) {
	for _, words := range []string{"wrong number", "¡Número equivocado!", "Not me.", "no soy esa persona"} {
		h, p := waitingHouse(t)
		h.openBallot(time.Time{})
		h.text(ana, "ENGLISH")
		h.text(ana, "LIFT")
		h.pass(11 * time.Minute)
		h.sweep() // something is on its way
		if said := h.text(ana, words); h.revealed(said) != "" || !strings.Contains(said, "off our list") {
			t.Errorf("%q was answered %q", words, said)
		}
		h.deliver()
		if len(p.taken) != 0 || h.states() != "refused" {
			t.Errorf("after %q, sent %q: %s", words, p.bodies(), h.states())
		}
		if n := h.count("select count(*) from memberships"); n != 2 {
			t.Errorf("%d memberships: the person is gone with the phone", n)
		}
		members, err := h.store.Members(t.Context(), h.store.Pool, h.line.AssemblyID)
		if err != nil || members[0].Phones+members[1].Phones != 1 { // organizers see whom nothing reaches any more
			t.Errorf("%+v, %v", members, err)
		}
		if said := h.text(ana, "VOTE"); !strings.Contains(said, "not on the list") {
			t.Errorf("VOTE is answered %q", said)
		}
	}
}

// STOP inside a sentence stops nothing: "STOP the line in hall B" is a report. (WORKERS.md)
func TestStopInsideASentence(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "ENGLISH")
	for _, words := range []string{"STOP the line in hall B it is not safe", "please make them stop the night shift"} {
		if said := h.text(ana, words); said == "" {
			t.Errorf("%q was not answered", words)
		}
	}
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports", n)
	}
	if n := h.count("select count(*) from report_parts"); n != 2 {
		t.Errorf("%d parts", n)
	}
	if n := h.count("select count(*) from consent where not given"); n != 0 {
		t.Error("it was taken for STOP")
	}
}

// While Postgres is away nobody knows who is quiet, so everybody is answered in words for quiet phones.
func TestAnApologyShowsNothing(t *testing.T) {
	files := map[string]string{}
	for name, text := range libraryWith(t, nil, vocabulary()).Files() {
		files[name] = strings.Replace(text, `text:
      en: "Sorry, we could not keep that just now`, `quiet: {en: "Sorry. Please send it again.", es: "Mande lo mismo otra vez, por favor."}
    text:
      en: "Sorry, the union could not keep that just now`, 1)
	}
	set, err := flows.LoadFiles(files, vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, houseOptions{set: set})
	h.text(ana, "ENGLISH")
	h.store.Close()
	if said := h.text(ana, "MENU"); said != "Sorry. Please send it again." {
		t.Errorf("answered %q", said)
	}
}

// A stop phrase inside a report is filed and holds notices. (WORKERS.md, stopping)
func TestAStopPhraseIsFiledAndHoldsNotices(t *testing.T) {
	for words, want := range map[string]bool{
		"the lift in hall B is broken, and please STOP texting me": true,
		"Don't text me again, my sister reads this phone":          true,
		"el elevador no sirve. Ya no me escriban más por favor":    true,
		"电梯坏了，请不要再发短信给我":                                           true,
		"STOP the line in hall B it is not safe":                   false,
		"they text us at night to come and work":                   false,
	} {
		h, p := waitingHouse(t)
		h.openBallot(time.Time{})
		h.text(ana, "ENGLISH")
		h.notice(ana, "come")
		if said := h.text(ana, words); said == "" || strings.HasPrefix(said, "No more notices come") != want {
			t.Errorf("%q was answered %q", words, said)
		}
		if n := h.count("select count(*) from reports"); n != 1 {
			t.Errorf("%q: %d reports", words, n)
		}
		h.deliver()
		if held := len(p.taken) == 0; held != want {
			t.Errorf("after %q, sent %q", words, p.bodies())
		}
		h.text(ana, "NOTICES")
		h.notice(ben, "no matter")
		p.taken = nil
		h.run("update outgoing set state = 'ready' where state = 'refused'")
		if h.deliver(); want && !strings.Contains(p.bodies(), "come") {
			t.Errorf("asked for again, sent %q", p.bodies())
		}
	}
}
