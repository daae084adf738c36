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

	"hotline/store"
)

var forgetIt = regexp.MustCompile(`(\d\d) (Erase it|Borrarlo)`)

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
			"this phone is on duty", "update duty set off_at = now()"},
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
	if said := h.text(ana, "FORGET"); said != "" { // the carrier would block a question, so there is none
		t.Errorf("after STOP, FORGET was answered %q", said)
	}
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
	h.text(ana, "FORGET")
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
