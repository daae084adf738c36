package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

const day = 24 * time.Hour

// oldLife is a phone that reported, with a member's vote, RSVP, talk and call, all of this moment.
type oldLife struct {
	*world
	reporter uuid.UUID
	ana, ben uuid.UUID // phones
	ballot   store.Ballot
}

func newOldLife(t *testing.T) *oldLife {
	w := newWorld(t)
	w.now = time.Now()
	l := &oldLife{world: w}
	phones := w.members("Ana 2125550101", "Ben 2125550102")
	l.ana, l.ben = phones[0], phones[1]
	l.reporter = w.phone("2125550103")
	filed := must(w.FileReport(w.ctx, w.Pool, store.NewReport{
		Assembly: w.assembly.ID, Line: w.line.ID, Phone: uuid.NullUUID{UUID: l.reporter, Valid: true}, Conversation: uuid.New(),
		Channel: "text", Lang: "en", Words: "the lift in hall B", ReadBy: w.now, At: w.now,
	}))(t)
	m := must(w.AddMeeting(w.ctx, w.Pool, store.NewMeeting{Assembly: w.assembly.ID, StartsAt: w.now.Add(time.Hour), Place: store.Words{"en": "12 Elm St"}}))(t)
	_, _, err := w.RSVP(w.ctx, w.Pool, store.Answering{Meeting: m.ID, Phone: l.ana, Heard: -1, Now: w.now}, "yes")
	must(true, err)(t)
	w.inTx(func(tx pgx.Tx) (err error) {
		l.ballot, err = w.OpenBallot(w.ctx, tx, store.NewBallot{
			Assembly: w.assembly.ID, Question: store.Words{"en": "Heat breaks?"}, Options: []store.Words{{"en": "Yes"}, {"en": "No"}}, By: "Rosa", At: w.now,
		})
		return err
	})
	for phone, choice := range map[uuid.UUID]int{l.ana: 2, l.ben: 2} {
		w.inTx(func(tx pgx.Tx) error {
			_, err := w.CastVote(w.ctx, tx, store.Casting{Ballot: l.ballot.ID, Phone: phone, Choice: choice, Proof: store.ProofPhone, At: w.now})
			return err
		})
	}
	w.inTx(func(tx pgx.Tx) error {
		if _, err := w.CastVote(w.ctx, tx, store.Casting{Ballot: l.ballot.ID, Phone: l.ana, Choice: 1, Proof: store.ProofPhone, At: w.now}); err != nil {
			return err
		}
		_, err := w.CloseBallot(w.ctx, tx, w.assembly.ID, 1, "Rosa", w.now)
		return err
	})
	w.exec(`insert into conversations (id, assembly_id, line_id, phone_id, turn, state, heard_at) select gen_random_uuid(), $1, $2, id, gen_random_uuid(), '\x01', $3 from phones`,
		w.assembly.ID, w.line.ID, w.now)
	w.exec(`insert into conversations (id, assembly_id, line_id, phone_id, call, turn, state, heard_at) values (gen_random_uuid(), $1, $2, $4, '\x02', gen_random_uuid(), '\x01', $3)`,
		w.assembly.ID, w.line.ID, w.now, l.reporter)
	w.exec(`insert into turns (id, assembly_id, conversation_id, n, input, reply) values (uuid_at($2), $1, gen_random_uuid(), 1, '\x01', '\x02')`, w.assembly.ID, w.now)
	w.exec(`insert into heard (key, turn, at) values ('\x01', gen_random_uuid(), $1)`, w.now)
	must(w.AddOutgoing(w.ctx, w.Pool, store.Outgoing{Assembly: w.assembly.ID, Line: w.line.ID, Phone: l.ben, Channel: "text", Purpose: "notices", Body: "come", ExpiresAt: w.now.Add(time.Hour)}))(t)
	must(w.WantMedia(w.ctx, w.Pool, store.Media{ID: uuid.New(), Assembly: w.assembly.ID, Line: w.line.ID, Conversation: uuid.New(), Kind: store.MediaRecording, Source: "there"}))(t)
	must(w.WantMedia(w.ctx, w.Pool, store.Media{ID: uuid.New(), Assembly: w.assembly.ID, Line: w.line.ID, Conversation: uuid.New(), Kind: store.MediaPicture, Source: "there too"}))(t)
	w.exec(`update media set report_id = $1, state = 'kept', bytes = '\x03' where kind = 'picture'`, filed.ID)
	l.duty()
	return l
}

// duty is a call that Ben took, with a note.
func (l *oldLife) duty() {
	l.t.Helper()
	d := must(l.PutOnDuty(l.ctx, l.Pool, store.Duty{Assembly: l.assembly.ID, Name: "Ben", Phone: l.ben, Shift: store.Shift{Languages: []string{"en"}, Since: l.now}}))(l.t)
	l.exec(`insert into duty_calls (id, assembly_id, line_id, duty_id, conversation_id, n, turn, phone_id, purpose, at) values
		(gen_random_uuid(), $1, $2, $3, gen_random_uuid(), 1, gen_random_uuid(), $4, '\x01', $5)`, l.assembly.ID, l.line.ID, d.ID, l.reporter, l.now)
	l.exec(`insert into duty_notes (id, assembly_id, call_id, words, at) select gen_random_uuid(), $1, id, '\x01', at from duty_calls`, l.assembly.ID)
}

func (w *world) inTx(do func(pgx.Tx) error) {
	w.t.Helper()
	if err := w.InTx(w.ctx, do); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(from string) (n int) {
	w.t.Helper()
	if err := w.Pool.QueryRow(w.ctx, "select count(*) from "+from).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (l *oldLife) expire(after time.Duration) map[string]store.Erased {
	l.t.Helper()
	return must(l.Expire(l.ctx, "the clock", l.now.Add(after)))(l.t)
}

// kept is what stands still: of each kind how many.
func (l *oldLife) kept() string {
	var all []string
	for _, one := range [][2]string{
		{"turns", "turns"}, {"heard", "heard"}, {"texts", "outgoing"}, {"talks", "conversations where state is not null"}, {"calls", "conversations where call is not null"},
		{"recordings", "media where state <> 'erased'"}, {"words", "report_parts"}, {"ways", "reports where length(code_index) = 32"},
		{"votes", "votes"}, {"roll", "ballot_roll"}, {"refused", "ballot_refusals"}, {"rsvps", "rsvps"}, {"taken", "duty_calls"}, {"notes", "duty_notes"},
		{"phones", "phones"}, {"members", "memberships"},
	} {
		all = append(all, fmt.Sprintf("%s %d", one[0], l.count(one[1])))
	}
	return strings.Join(all, ", ")
}

// Keeping little: each clock erases its own, when its time is up and not a day before. (WORKERS.md)
func TestTheClocks(t *testing.T) {
	l := newOldLife(t)
	const (
		all    = "turns 1, heard 1, texts 1, talks 4, calls 1, recordings 2, words 1, ways 1, votes 2, roll 2, refused 1, rsvps 1, taken 1, notes 1, phones 3, members 2"
		week   = "turns 0, heard 1, texts 0, talks 0, calls 1, recordings 1, words 1, ways 1, votes 2, roll 2, refused 1, rsvps 1, taken 1, notes 1, phones 3, members 2"
		month  = "turns 0, heard 0, texts 0, talks 0, calls 1, recordings 1, words 1, ways 1, votes 0, roll 0, refused 0, rsvps 0, taken 1, notes 1, phones 3, members 2"
		season = "turns 0, heard 0, texts 0, talks 0, calls 0, recordings 1, words 1, ways 1, votes 0, roll 0, refused 0, rsvps 0, taken 1, notes 1, phones 2, members 2"
		year   = "turns 0, heard 0, texts 0, talks 0, calls 0, recordings 0, words 0, ways 0, votes 0, roll 0, refused 0, rsvps 0, taken 0, notes 0, phones 2, members 2"
	)
	for _, c := range []struct {
		after time.Duration
		want  string
	}{
		{0, all}, {7*day - time.Hour, all}, {7*day + 2*time.Hour, week}, {29 * day, week}, {31 * day, month}, {89 * day, month},
		{91 * day, season}, {364 * day, season}, {366 * day, year}, {366 * day, year},
	} {
		l.expire(c.after)
		if kept := l.kept(); kept != c.want {
			t.Fatalf("after %s:\nkept %s\nwant %s", c.after, kept, c.want)
		}
	}
	// The totals stay, with who proved how, and why others were refused.
	shown := must(l.ShowBallot(l.ctx, l.Pool, l.assembly.ID, 1))(t)
	if fmt.Sprint(shown.Tally.Totals, shown.Tally.Counted, shown.Roll, shown.Cast, shown.ByProof, shown.Refused, len(shown.Votes)) != "[0 2] 2 2 2 map[phone:2] map[already:1] 0" {
		t.Errorf("the ballot shows %+v", shown)
	}
	if r := must(l.Reports(l.ctx, l.Pool, store.Reading{Assembly: l.assembly.ID, At: l.now}))(t); len(r) != 1 || r[0].Parts != 0 {
		t.Errorf("the report shows %+v", r)
	}
	var acts []string
	for _, d := range must(l.Journal(l.ctx, l.Pool, l.assembly.ID))(t) {
		acts = append(acts, fmt.Sprintf("%s %s: %s", d.Actor, d.Act, d.Object))
	}
	if want := "the clock retention.erase: numbers 1\n"; !strings.Contains(strings.Join(acts, "\n"), want) || len(acts) != 4 {
		t.Errorf("the journal says\n%s\nwithout %q", strings.Join(acts, "\n"), want)
	}
}

// After the run a dump holds none of what was erased: no sealed bytes, no digest, no id of whoever it was.
func TestADumpHoldsNoneOfIt(t *testing.T) {
	l := newOldLife(t)
	gone := map[string]string{}
	for what, sql := range map[string]string{
		"the reporter's number": `select encode(sealed, 'hex') from phones where id = $1`, "its digest": `select encode(index, 'hex') from phones where id = $1`,
		"its id": `select id::text from phones where id = $1`, "the report's words": `select encode(words, 'hex') from report_parts where $1::uuid is not null`,
		"the way back": `select encode(code_index, 'hex') from reports where $1::uuid is not null`, "a vote": `select encode(envelope, 'hex') from votes where $1::uuid is not null limit 1`,
		"a text": `select encode(body, 'hex') from outgoing where $1::uuid is not null`,
	} {
		var text string
		if err := l.Pool.QueryRow(l.ctx, sql, l.reporter).Scan(&text); err != nil {
			t.Fatal(what, err)
		}
		gone[what] = text
	}
	for what, text := range gone {
		if len(l.holding(text)) == 0 {
			t.Errorf("%s is nowhere to begin with", what)
		}
	}
	l.expire(400 * day)
	for what, text := range gone {
		for _, table := range l.holding(text) {
			t.Errorf("%s still stands in %s", what, table)
		}
	}
}

// holding lists the tables in which a text stands, as a dump would have it.
func (w *world) holding(text string) (tables []string) {
	w.t.Helper()
	all := must(w.Pool.Query(w.ctx, `select tablename::text from pg_tables where schemaname = 'public'`))(w.t)
	for _, table := range must(pgx.CollectRows(all, pgx.RowTo[string]))(w.t) {
		var n int
		if err := w.Pool.QueryRow(w.ctx, fmt.Sprintf(`select count(*) from %s t where t::text like '%%' || $1 || '%%'`, table), text).Scan(&n); err != nil {
			w.t.Fatal(err)
		}
		if n > 0 {
			tables = append(tables, table)
		}
	}
	return tables
}

// A hold stops the clock, for the assembly and those below, and is released; what is held of a phone holds its number. (WORKERS.md)
func TestAHold(t *testing.T) {
	l := newOldLife(t)
	before := l.kept()
	l.inTx(func(tx pgx.Tx) error {
		_, err := l.PutHold(l.ctx, tx, store.Hold{Assembly: l.assembly.ID, Why: "a hearing", By: "Rosa", At: l.now})
		return err
	})
	below := must(l.AddAssembly(l.ctx, l.Pool, "Night shift", l.assembly.ID, ""))(t)
	l.exec("update outgoing set assembly_id = $1", below.ID)
	// Another assembly's clock does not reach a number that a report under the hold came from.
	other := must(l.AddAssembly(l.ctx, l.Pool, "Elsewhere", uuid.Nil, "America/New_York"))(t)
	l.exec("update phones set assembly_id = $1 where id = $2", other.ID, l.reporter)
	if did := l.expire(400 * day); len(did) != 0 {
		t.Errorf("erased %v", did)
	}
	if kept := strings.Replace(l.kept(), "heard 0", "heard 1", 1); kept != before {
		t.Errorf("kept %s\nof   %s", kept, before)
	}
	holds := must(l.Holds(l.ctx, l.Pool, below.ID))(t)
	if len(holds) != 1 || holds[0].Why != "a hearing" || holds[0].Name != l.assembly.Name {
		t.Errorf("holds: %+v", holds)
	}
	if n := must(l.ReleaseHolds(l.ctx, l.Pool, l.assembly.ID, l.now))(t); n != 1 {
		t.Errorf("%d holds released", n)
	}
	if l.expire(400 * day); l.count("outgoing") != 0 || l.count("votes") != 0 || l.count("phones") != 2 {
		t.Errorf("after the release kept %s", l.kept())
	}
}

// An assembly's own word counts, then that of the nearest above.
func TestAssembliesHaveClocksOfTheirOwn(t *testing.T) {
	l := newOldLife(t)
	below := must(l.AddAssembly(l.ctx, l.Pool, "Night shift", l.assembly.ID, ""))(t)
	days := func(of uuid.UUID) (n int) {
		for _, k := range must(l.Keeping(l.ctx, l.Pool, of))(t) {
			if k.Name == "turns" {
				n = k.Days
			}
		}
		return n
	}
	must(0, l.SetClock(l.ctx, l.Pool, l.assembly.ID, "turns", 3))(t)
	if days(below.ID) != 3 {
		t.Errorf("below %d days, want those of the assembly above", days(below.ID))
	}
	must(0, l.SetClock(l.ctx, l.Pool, below.ID, "turns", 30))(t)
	if days(below.ID) != 30 || days(l.assembly.ID) != 3 {
		t.Errorf("%d days below, %d above", days(below.ID), days(l.assembly.ID))
	}
	if l.expire(4 * day); l.count("turns") != 0 {
		t.Error("an assembly's own clock does not count")
	}
	l.refused(l.SetClock(l.ctx, l.Pool, below.ID, "hours", 3), "there is no clock")
	l.refused(l.SetClock(l.ctx, l.Pool, below.ID, "turns", 4000), "3660")
}

// A run that is cut off has erased what it has, and the next goes on; two at once do no harm.
func TestARunThatIsCutOff(t *testing.T) {
	l := newOldLife(t)
	l.exec(`insert into turns (id, assembly_id, conversation_id, n, reply) select ('0190' || substr(md5(i::text), 1, 28))::uuid, $1, gen_random_uuid(), 1, '\x01'
		from generate_series(1, 3500) i`, l.assembly.ID)
	ctx, cancel := context.WithCancel(l.ctx)
	cancel()
	if _, err := l.Expire(ctx, "the clock", l.now); err == nil {
		t.Error("a run without time tells nothing")
	}
	done := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := l.Expire(l.ctx, "the clock", l.now)
			done <- err
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if l.expire(0); l.count("turns") != 1 {
		t.Errorf("%d turns are left, want the one of today", l.count("turns"))
	}
}

// A phone is not forgotten that was heard on any line or call since, that answered an invitation still ahead, or that somebody has.
func TestWhichNumbersStay(t *testing.T) {
	l := newOldLife(t)
	old := l.now.Add(-200 * day)
	l.exec("update conversations set heard_at = $1", old)
	l.exec("update phones set created_at = $1", old)
	for _, c := range [][2]string{ // the call first: it is erased with the next run
		{"heard by call", "update conversations set heard_at = now() where call is not null"},
		{"heard by text", "update conversations set heard_at = now() where call is null"},
		{"a coming meeting", fmt.Sprintf("insert into rsvps (meeting_id, phone_id, assembly_id, answer) select id, '%s', assembly_id, 'yes' from meetings", l.reporter)},
		{"somebody has it now", fmt.Sprintf("insert into phone_people select '%s', id, assembly_id from people limit 1", l.reporter)},
	} {
		l.exec(c[1])
		if l.expire(0); l.count(fmt.Sprintf("phones where id = '%s'", l.reporter)) != 1 {
			t.Fatalf("%s, and it is erased", c[0])
		}
		l.exec("update conversations set heard_at = $1", old)
		l.exec("delete from rsvps where phone_id = $1", l.reporter)
		l.exec("delete from phone_people where phone_id = $1", l.reporter)
	}
	if l.expire(0); l.count("phones") != 2 {
		t.Error("nothing keeps it, and it stays")
	}
}

// Whatever names a phone or a person goes with it, or lets go of it; and has an index by it, or FORGET would read whole tables within a turn.
func TestWhateverNamesAPhoneLetsGo(t *testing.T) {
	w := newWorld(t)
	handled := map[string]bool{"ballot_roll.person_id": true, "votes.person_id": true, "organizers.person_id": true} // erasePerson
	type key struct {
		Name    string
		Deletes string
		Indexed bool
	}
	rows := must(w.Pool.Query(w.ctx, `select c.conrelid::regclass::text || '.' || a.attname, c.confdeltype::text,
			exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = a.attnum and i.indpred is null)
		from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
		where c.contype = 'f' and c.confrelid in ('phones'::regclass, 'people'::regclass) order by 1`))(t)
	all := must(pgx.CollectRows(rows, pgx.RowToStructByPos[key]))(t)
	if len(all) < 10 {
		t.Fatalf("only %d keys were found", len(all))
	}
	for _, k := range all {
		if !handled[k.Name] && k.Deletes != "c" && k.Deletes != "n" {
			t.Errorf("%s keeps what it names from being erased: let it say on delete cascade, or set null", k.Name)
		}
		if !k.Indexed {
			t.Errorf("%s has no index of its own", k.Name)
		}
	}
}
