package gateway

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"pgregory.net/rapid"

	"hotline/flows"
	"hotline/store"
)

var forgetIt = regexp.MustCompile(`(\d\d) (Forget it|Olvidarlo)`)

// forget asks for this phone to be forgotten, and confirms; it gives what was answered to that, and the text that confirmed it.
func (h *house) forget(from string) (string, Inbound) {
	h.t.Helper()
	asked := h.text(from, "FORGET")
	digits := forgetIt.FindStringSubmatch(asked)
	if digits == nil {
		h.t.Fatalf("FORGET was answered %q", asked)
	}
	in := h.aText(from, digits[1])
	return h.g.Turn(h.t.Context(), in).Text(), in
}

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

// standsSomewhere tells in which tables any of these ids or digests stands.
func (h *house) standsSomewhere(ids ...string) (where []string) {
	h.t.Helper()
	rows, err := h.store.Pool.Query(h.t.Context(), `select tablename from pg_tables where schemaname = 'public' and tablename not like 'river%' order by 1`)
	if err != nil {
		h.t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		h.t.Fatal(err)
	}
	for _, table := range tables {
		for _, id := range ids {
			if n := h.count(fmt.Sprintf("select count(*) from %s t where t::text ilike '%%' || $1 || '%%'", pgx.Identifier{table}.Sanitize()), id); n > 0 {
				where = append(where, fmt.Sprintf("%s holds %s", table, id))
			}
		}
	}
	return where
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
	if said := h.text(ana, "NORMAL"); !strings.Contains(said, "Your group keeps") {
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

// FORGET erases number, membership and open answers; votes stay in the totals, reports without the number. (WORKERS.md)
func TestForget(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.openBallot(time.Time{})
	h.addMeeting()
	h.text(ana, "ENGLISH")
	h.text(ana, "VOTE")
	h.text(ana, "1")
	said := h.text(ana, "x")
	h.text(ana, countIt.FindStringSubmatch(said)[1])
	h.text(ana, "MEETING")
	h.text(ana, "1")
	h.text(ana, "the lift in hall B is broken again")
	h.text(ben, "ENGLISH")

	index := hex.EncodeToString(h.keys.Index("phone", ana))
	phone := h.one("select id::text from phones where encode(index, 'hex') = $1", index)
	person := h.one("select person_id::text from phone_people where phone_id = $1", phone)
	talk := h.one("select id::text from conversations where phone_id = $1", phone)
	if len(h.standsSomewhere(phone, index, person)) < 5 {
		t.Fatal("what is looked for is not there to begin with")
	}
	done, in := h.forget(ana)
	if !strings.Contains(done, "it is erased") {
		t.Fatalf("the last word is %q", done)
	}
	for _, where := range h.standsSomewhere(phone, index, person) {
		t.Error(where)
	}
	for _, c := range []struct {
		sql  string
		want int
	}{
		{"select count(*) from phones", 1}, {"select count(*) from rsvps", 0}, {"select count(*) from ballot_roll", 2},
		{"select count(*) from votes v join ballot_roll r using (ballot_id, person_id)", 1}, {"select count(*) from memberships", 1},
		{"select count(*) from reports where phone_id is null", 1}, {"select count(*) from people where name is null", 1},
		{"select count(*) from conversations", 1}, {"select count(*) from do_not_contact", 0},
	} {
		if n := h.count(c.sql); n != c.want {
			t.Errorf("%s: %d, want %d", c.sql, n, c.want)
		}
	}
	if keys := h.mini.Keys(); len(keys) != 1 {
		t.Errorf("Redis holds %d copies, want Ben's alone", len(keys))
	}

	// The carrier brings it once more: the same words, and no phone comes back.
	if again := h.g.Turn(t.Context(), in).Text(); again != done {
		t.Errorf("brought again it was answered %q", again)
	}
	if n := h.count("select count(*) from phones"); n != 1 {
		t.Errorf("there are %d phones", n)
	}
	job := &river.Job[forgetArgs]{JobRow: &rivertype.JobRow{}, Args: forgetArgs{Talks: []uuid.UUID{uuid.MustParse(talk)}}}
	if n := h.count("select count(*) from river_job where kind = 'forget_turns' and args::text like '%' || $1 || '%' and state = 'scheduled'", talk); n != 1 {
		t.Error("nothing will erase what was said")
	}
	if err := (&forgetWorker{g: h.g}).Work(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if n := h.count("select count(*) from turns where conversation_id = $1", talk); n != 0 {
		t.Errorf("%d turns are left", n)
	}
	if n := h.count("select count(*) from turns"); n == 0 {
		t.Error("those of others are gone too")
	}
	// Whoever writes again begins anew: nothing of before is known.
	if said := h.text(ana, "VOTE"); !strings.Contains(said, "not on the list") {
		t.Errorf("afterwards VOTE was answered %q", said)
	}
}

// On a call it is the same; the hang-up that the carrier tells of afterwards brings nothing back.
func TestForgetByCall(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.openBallot(time.Time{})
	c := h.call(ana)
	c.lead("forget", "sure")
	if said := c.press("7"); !strings.Contains(said, "It is erased") || !c.ended() {
		t.Fatalf("answered %q", said)
	}
	c.hangUp()
	if n := h.count("select count(*) from phones"); n != 1 {
		t.Errorf("there are %d phones, want Ben's", n)
	}
	if n := h.count("select count(*) from memberships"); n != 1 {
		t.Errorf("there are %d memberships, want Ben's", n)
	}
	if said := h.call("").press("1"); said == "" {
		t.Error("a withheld number hears nothing")
	}
}

// FORGET concerns this phone. Whoever has another stays a member with it; on a shared phone it cannot be known who asks.
func TestForgetOneOfSeveral(t *testing.T) {
	for name, c := range map[string]struct {
		link        string
		says        string
		memberships int
	}{
		"another phone":  {"insert into phone_people select (select id from phones where encode(index, 'hex') = $2), person_id, assembly_id from phone_people where phone_id = (select id from phones where encode(index, 'hex') = $1)", "with your other phone", 2},
		"a shared phone": {"insert into phone_people select (select id from phones where encode(index, 'hex') = $1), person_id, assembly_id from phone_people where phone_id = (select id from phones where encode(index, 'hex') = $2)", "More than one person", 2},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, houseOptions{})
			h.openBallot(time.Time{})
			h.run(c.link, hex.EncodeToString(h.keys.Index("phone", ana)), hex.EncodeToString(h.keys.Index("phone", ben)))
			h.text(ana, "ENGLISH")
			if said := h.text(ana, "FORGET"); !strings.Contains(said, c.says) {
				t.Errorf("FORGET was answered %q", said)
			}
			h.forget(ana)
			if n := h.count("select count(*) from phones"); n != 1 {
				t.Errorf("%d phones", n)
			}
			if n := h.count("select count(*) from memberships"); n != c.memberships {
				t.Errorf("%d memberships, want %d", n, c.memberships)
			}
			if n := h.count("select count(*) from people where name is null"); n != 0 {
				t.Errorf("%d people lost their name", n)
			}
		})
	}
}

// Who is on duty, or an organizer, is told what has to be done first; and nothing is erased.
func TestForgetIsRefusedToThoseOnDuty(t *testing.T) {
	for name, c := range map[string]struct{ sql, says, off string }{
		"on duty": {`insert into duty (id, assembly_id, name, phone_id, languages, since)
			select gen_random_uuid(), assembly_id, '', id, '{en}', now() from phones where encode(index, 'hex') = $1`,
			"this phone is rung", "update duty set off_at = now()"},
		"organizer": {`insert into organizers (id, assembly_id, person_id, name)
			select gen_random_uuid(), pp.assembly_id, pp.person_id, 'Rosa' from phone_people pp join phones p on p.id = pp.phone_id where encode(index, 'hex') = $1`,
			"is an organizer", "update organizers set removed_at = now()"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, houseOptions{})
			h.openBallot(time.Time{})
			h.run(c.sql, hex.EncodeToString(h.keys.Index("phone", ana)))
			h.text(ana, "ENGLISH")
			if said := h.text(ana, "FORGET"); !strings.Contains(said, c.says) {
				t.Errorf("FORGET was answered %q", said)
			}
			exec(t, h.store.Pool, c.off)
			if said, _ := h.forget(ana); !strings.Contains(said, "it is erased") {
				t.Errorf("afterwards it was answered %q", said)
			}
			if n := h.count("select count(*) from duty") + h.count("select count(*) from organizers"); n != 1 {
				t.Error("what they did is gone with them")
			}
		})
	}
}

// STOP holds after FORGET: of the number a digest is kept that nothing else can be found by, and only if they had said it.
func TestStopOutlivesForget(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.openBallot(time.Time{})
	h.text(ana, "ENGLISH")
	h.text(ana, "STOP")
	h.forget(ana)
	h.forget(ben)
	if n := h.count("select count(*) from do_not_contact"); n != 1 {
		t.Fatalf("%d numbers are not to be written to, want one", n)
	}
	h.openBallot(time.Time{}) // the same list, once more
	var phone uuid.UUID
	allowed := func(number string) bool {
		t.Helper()
		var err error
		if phone, _, err = h.store.FindPhone(t.Context(), h.store.Pool, store.Phone(number)); err != nil {
			t.Fatal(err)
		}
		yes, err := h.store.Allowed(t.Context(), h.store.Pool, phone, h.line.ID, store.ForAnswers, store.ByText)
		if err != nil {
			t.Fatal(err)
		}
		return yes
	}
	if allowed(ana) || !allowed(ben) {
		t.Error("STOP does not outlive FORGET, or binds who never said it")
	}
	h.forget(ana)
	h.text(ana, "hello there") // by itself
	if allowed(ana) {
		t.Error("STOP does not outlive FORGET twice")
	}
	h.text(ana, "START")
	if !allowed(ana) {
		t.Error("START after it is not heard")
	}
	h.forget(ana)
	if n := h.count("select count(*) from do_not_contact"); n != 0 {
		t.Errorf("%d digests are kept for nothing", n)
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

// FORGET in the midst of a vote or of a report leaves neither behind.
func TestForgetInTheMidst(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.openBallot(time.Time{})
	h.text(ana, "ENGLISH")
	h.text(ana, "VOTE")
	h.text(ana, "1")
	if said := h.text(ana, "FORGET"); !strings.Contains(said, "not counted") || !forgetIt.MatchString(said) {
		t.Fatalf("in the midst of a vote it was answered %q", said)
	}
	h.text(ana, "REPORT")
	h.forget(ana)
	if n := h.count("select count(*) from votes") + h.count("select count(*) from reports"); n != 0 {
		t.Error("a vote or a report was left behind")
	}
	if n := h.count("select count(*) from phones"); n != 1 {
		t.Errorf("%d phones", n)
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
