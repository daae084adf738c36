package gateway

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// rings places a test, as broadcast preview --test --call does, and gives it once it is answered; nil: nobody was rung.
func (s *studio) rings(b store.Broadcast, hears string) *noticed {
	s.t.Helper()
	ctx := s.t.Context()
	err := s.store.InTx(ctx, func(tx pgx.Tx) error {
		own, err := s.store.OwnPhone(ctx, tx, s.rosa.ID)
		if err != nil {
			return err
		}
		return s.g.outbox.PutTestCall(ctx, tx, b, own, hears, s.g.now())
	})
	if err != nil {
		s.t.Fatal(err)
	}
	before := len(s.x.placed)
	s.until("select count(*) from outgoing where channel = 'voice' and state in ('ready', 'sending')", 0)
	if len(s.x.placed) == before {
		return nil
	}
	return s.answers(s.x)
}

// A test by call rings whoever wrote the notice, at any hour, and is heard as others will hear it: nothing before a key but the line's name, then the
// words. Nobody is told by it, and it counts nowhere; the carrier's record of it is deleted there.
func TestATestByCall(t *testing.T) {
	s := newStudio(t)
	s.now.Store(time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC).Unix()) // eleven at night
	s.starts(s.g)
	b := s.draft(store.Broadcast{})
	on := s.rings(b, "")
	if on == nil || on.call.To != ana || on.call.From != lineNumber {
		t.Fatalf("rung: %+v", s.x.placed)
	}
	if said := on.last.Text(); !strings.HasPrefix(said, "This is The 0100 Line. There is a message for the person who asked for it.") || strings.Contains(said, "gate") ||
		strings.Contains(said, "test") || !on.last.Twice {
		t.Errorf("before a key: %q", said)
	}
	if said := on.key("1"); !strings.HasPrefix(said, "The gate on Elm St is open again.") || strings.Contains(said, "test") {
		t.Errorf("after it: %q", said)
	}
	if again := on.key("1"); !strings.HasPrefix(again, "The gate") {
		t.Errorf("the same webhook again: %q", again)
	}
	on.over("in-progress")
	on.over("completed")
	on.over("completed")
	if p := s.progress(b); p.Total+p.Calls.Total != 0 {
		t.Errorf("it counts: %+v", p)
	}
	if state, _ := s.state(b); state != store.BroadcastDraft {
		t.Errorf("it is %s", state)
	}
	if n := s.count("select count(*) from carrier_erasures where kind = 'call'"); n != 1 {
		t.Errorf("%d records of calls are deleted at the carrier", n)
	}
	if n := s.count("select count(*) from test_calls where ended_at is not null and heard_at is not null"); n != 1 {
		t.Errorf("%d are over", n)
	}
	if said := on.key("1"); said != "" { // nobody is told anything on a call that is over
		t.Errorf("when it is over: %q", said)
	}
}

// A test of which the carrier's answer was lost is known once somebody answers it, and where its end is never told that is asked for: its record is
// deleted at the carrier, and that phone counts as on a call no longer.
func TestATestWhoseEndWasNeverTold(t *testing.T) {
	s := newStudio(t)
	s.starts(s.g)
	s.x.faults = []string{"lost after"}
	on := s.rings(s.draft(store.Broadcast{}), "")
	s.until("select count(*) from outgoing where channel = 'voice' and state = 'sent' and carrier_id is not null", 1)
	on.key("1")
	s.x.listed[ana][0].Status = "in-progress"
	s.pass(16 * time.Minute)
	s.resolved()
	if n := s.count("select count(*) from test_calls where ended_at is null"); n != 1 {
		t.Error("a test that goes on was ended")
	}
	s.x.listed[ana][0].Status = "completed"
	s.resolved()
	if n := s.count("select count(*) from test_calls where ended_at is null"); n != 0 {
		t.Error("it never ends")
	}
	if n := s.count("select count(*) from carrier_erasures where kind = 'call'"); n != 1 {
		t.Errorf("%d records of calls are deleted at the carrier", n)
	}
}

// A test of a notice that is over for long plays what others heard: whatever a call plays is served, and what is not served is read.
func TestATestOfWhatIsOverIsServed(t *testing.T) {
	s := newStudio(t)
	s.starts(s.g)
	b := s.draft(store.Broadcast{})
	s.says(ana, s.pin(b, s.rosa, "quc"))
	s.until("select count(*) from notice_recordings where bytes is not null", 1)
	s.run("update broadcasts set state = 'done', approved_by = $1, approved_at = $2, starts_at = $2, ended_at = $2 where id = $3", s.sam.ID, s.g.now(), b.ID)
	s.pass(2 * time.Hour)
	on := s.rings(b, "quc")
	on.key("1")
	play := on.plays()
	if data, found, err := s.g.Sound(t.Context(), play); play == "" || err != nil || !found || !bytes.Equal(data, inKiche) {
		t.Errorf("%q is served as %q, %v, %v", play, data, found, err)
	}
	on.over("completed")
	s.pass(2 * time.Hour)
	if got, err := s.g.recordedOf(t.Context(), s.store.Pool, b, false); err != nil || len(got) != 0 {
		t.Errorf("played, and not served: %v, %v", got, err)
	}
	if _, found, err := s.g.Sound(t.Context(), play); found || err != nil {
		t.Errorf("served when nothing plays it: %v", err)
	}
}

// No answer to a test counts; that whoever presses 2 is never called again does, and no test rings them either.
func TestATestAsksNothing(t *testing.T) {
	s := newStudio(t)
	s.starts(s.g)
	m, err := s.store.AddMeeting(t.Context(), s.store.Pool, store.NewMeeting{Assembly: s.line.AssemblyID, StartsAt: s.g.now().Add(8 * time.Hour),
		Place: store.Words{"en": "12 Elm St", "es": "12 Elm St"}})
	if err != nil {
		t.Fatal(err)
	}
	b := s.draft(store.Broadcast{Carried: store.Carried{About: aboutMeeting, Record: m.ID, Version: m.Version, Flow: "rsvp"}})
	on := s.rings(b, "")
	on.key("1")
	if said := on.choose("say whether you come"); !strings.HasPrefix(said, "This is a test, and nothing is answered by it.") {
		t.Errorf("an answer: %q", said)
	}
	on.over("completed")
	if n := s.count("select count(*) from rsvps") + s.count("select count(*) from questions"); n != 0 {
		t.Errorf("%d answers count", n)
	}
	on = s.rings(b, "")
	on.key("2")
	on.key("2")
	on.over("completed")
	if n := s.count("select count(*) from consent where not given and channel = 'voice' and how = $1", neverAgain); n != 1 {
		t.Errorf("%d rows in the ledger", n)
	}
	if again := s.rings(b, ""); again != nil {
		t.Error("rung again")
	}
}

// A test asks for what the notice asks for: a PIN comes first, where that is wanted; and what is recorded is played.
func TestATestIsHeardAsOthersHearIt(t *testing.T) {
	s := newStudio(t)
	s.starts(s.g)
	pin := s.handOut("Rosa")
	b := s.draft(store.Broadcast{Pin: true})
	s.says(ana, s.pin(b, s.rosa, "en"))
	s.until("select count(*) from notice_recordings where bytes is not null", 1)
	s.pass(time.Hour)
	on := s.rings(b, "")
	if said := on.key("1"); !strings.Contains(said, "key your PIN") {
		t.Fatalf("first: %q", said)
	}
	on.press(pin)
	play := on.plays()
	if play == "" {
		t.Fatalf("with the PIN: %+v", on.last.Say)
	}
	// The turn that took the PIN leaves no trace of it, and is repeated with the recording all the same.
	in := on.in
	in.Kind, in.Text, in.Answers, in.Key = flows.KindKeys, pin, on.last.Turn-1, on.sid+"/1"
	if on.last = s.turn(in); on.plays() != play {
		t.Errorf("the same webhook again: %+v", on.last.Say)
	}
	on.over("completed")
	if on = s.rings(b, "quc"); !strings.Contains(on.key("1"), "key your PIN") { // as those hear it who speak what is not recorded
		t.Errorf("in another's language: %q", on.last.Text())
	}
	if said := on.press(pin); !strings.HasPrefix(said, "This message is in Español.\nLa puerta") {
		t.Errorf("in another's language: %q", said)
	}
	if lang := s.count("select count(*) from phones where lang = 'quc'"); lang != 1 {
		t.Errorf("a test chooses the language of a phone")
	}
	on.over("completed")
	if err := s.store.CancelBroadcast(t.Context(), s.store.Pool, b, s.g.now()); err != nil {
		t.Fatal(err)
	}
	if r, err := s.g.Answered(t.Context(), on.call.ID, on.sid); err != nil || r.Text() != "" {
		t.Errorf("of one that is canceled is said %q, %v", r.Text(), err)
	}
	if r, err := s.g.Answered(t.Context(), uuid.NewString(), on.sid); err != nil || r.Text() != "" {
		t.Errorf("under another id is said %q, %v", r.Text(), err)
	}
}
