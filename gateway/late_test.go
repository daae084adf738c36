package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hotline/flows"
)

// Who hangs up to end a recording makes the carrier tell of both at once, in no order that it promises.
func TestTheEndOfACallOvertakesItsRecording(t *testing.T) {
	h := newHouse(t, houseOptions{})
	c := h.call(ana)
	c.press("1")
	c.press("1")
	if c.last.Wait == nil || c.last.Wait.Record == 0 {
		t.Fatalf("the caller is not being recorded, but hears %q", c.last.Text())
	}
	recording := c.in
	recording.Kind, recording.Answers, recording.HungUp = flows.KindRecording, c.last.Turn, true
	recording.Key = fmt.Sprintf("%s/%d", c.in.Call, c.last.Turn)
	recording.Rec = &Recording{ID: "RE1", URL: "https://api.twilio.com/rec", Seconds: 12}
	c.hangUp()
	for range 2 { // and again
		if reply := h.g.Turn(t.Context(), recording); reply.Text() != "" || reply.Wait != nil {
			t.Errorf("nobody is there any more, and is told %q", reply.Text())
		}
	}
	if n := h.count("select count(*) from media where report_id is not null"); n != 1 {
		t.Errorf("%d recordings are with a report, want 1", n)
	}
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports, want 1", n)
	}
}

// What the end of a call did is not done again by a key that comes late.
func TestALateKeyAfterTheEndFiledTheReport(t *testing.T) {
	h := newHouse(t, houseOptions{})
	c := h.call(ana)
	c.press("1")
	c.press("1")
	c.record()
	key := c.in
	key.Kind, key.Text, key.Answers, key.Key = flows.KindKeys, "1", c.last.Turn, fmt.Sprintf("%s/%d", c.in.Call, c.last.Turn)
	c.hangUp()
	h.g.Turn(t.Context(), key)
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports, want 1", n)
	}
}

// A database restored in the middle of a call knows fewer turns than the carrier; the numbers go on from the carrier's.
func TestACallThatIsAheadOfTheDatabase(t *testing.T) {
	h := newHouse(t, houseOptions{})
	c := h.call(ana)
	c.last.Turn = 7
	seen := map[int]bool{7: true}
	for range 4 {
		c.silence()
		if seen[c.last.Turn] {
			t.Fatalf("turn %d came twice", c.last.Turn)
		}
		seen[c.last.Turn] = true
	}
}

// Whoever comes back after half an hour with something to tell is heard, whatever was asked before.
func TestAStoryAfterALongWhileIsFiled(t *testing.T) {
	for _, before := range []string{"MENU", "REPORT", "MEETING"} {
		h := newHouse(t, houseOptions{})
		h.text(ana, "ENGLISH")
		h.text(ana, before)
		h.pass(40 * time.Minute)
		if reply := h.text(ana, "the lift in hall B is broken"); !twelveDigits.MatchString(reply) {
			t.Errorf("after %s: %q", before, reply)
		}
	}
}

// A word to the carrier is no answer to us: who was idle before HELP is idle after it.
func TestHelpDoesNotWakeAnOldQuestion(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "ENGLISH")
	h.text(ana, "MENU")
	h.pass(31 * time.Minute)
	h.text(ana, "HELP")
	if reply := h.text(ana, "1"); !strings.Contains(reply, "Continue?") {
		t.Errorf("an old question was answered: %q", reply)
	}
}

func TestAStateThatThisProgramCannotRead(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "ENGLISH")
	var id [16]byte
	if err := h.store.Pool.QueryRow(t.Context(), "select id from conversations").Scan(&id); err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.Pool.Exec(t.Context(), "update conversations set state = $1", h.keys.Seal(sealedTalk, id, []byte(`{"f": 7}`))); err != nil {
		t.Fatal(err)
	}
	h.mini.FlushAll()
	if reply := h.text(ana, "MENU"); !strings.Contains(reply, "1 Tell us") {
		t.Errorf("the phone was told %q", reply)
	}
}

// Whoever can write to Redis cannot put one person's conversation in place of another's.
func TestACopyOfSomebodyElse(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "REPORT")
	h.text(ana, "the lift in hall B is broken")
	hers := h.mini.Keys()[0]
	stolen, err := h.mini.Get(hers)
	if err != nil {
		t.Fatal(err)
	}
	h.text(ben, "ENGLISH")
	for _, key := range h.mini.Keys() {
		if key != hers {
			his, err := h.mini.Get(key)
			if err != nil {
				t.Fatal(err)
			}
			h.mini.Set(key, his[:16]+stolen[16:]) // under his own newest turn
		}
	}
	h.text(ben, "and the door of hall B too")
	if n := h.count("select count(*) from reports"); n != 2 {
		t.Errorf("%d reports, want one of each", n)
	}
}

// With Postgres away, nobody counts how often a phone was answered; two automatic repliers come to an end all the same.
func TestSorryIsSaidAFewTimes(t *testing.T) {
	w := newHouse(t, houseOptions{})
	w.store.Close()
	told := 0
	for range 50 {
		if w.text(ana, "I am driving and will answer later") != "" {
			told++
		}
	}
	if told != mostSorry {
		t.Errorf("told %d times, want %d", told, mostSorry)
	}
}

// A program that cannot go on with a talk (its flow set is gone) still files what was recorded in it.
func TestARecordingIsFiledThoughItsFlowIsGone(t *testing.T) {
	h := newHouse(t, houseOptions{})
	c := h.call(ana)
	c.press("1")
	c.press("1")
	c.record()
	h.mini.FlushAll()
	var id [16]byte
	var sealed []byte
	if err := h.store.Pool.QueryRow(t.Context(), "select id, state from conversations").Scan(&id, &sealed); err != nil {
		t.Fatal(err)
	}
	left, err := openTalk(h.keys, sealedTalk, id, sealed)
	if err != nil {
		t.Fatal(err)
	}
	left.Set = "a set that nobody knows"
	if sealed, err = left.seal(h.keys, sealedTalk, id); err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.Pool.Exec(t.Context(), "update conversations set state = $1", sealed); err != nil {
		t.Fatal(err)
	}
	c.hangUp()
	if n := h.count("select count(*) from media where report_id is not null"); n != 1 {
		t.Errorf("%d recordings are with a report, want 1", n)
	}
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports, want 1", n)
	}
}
