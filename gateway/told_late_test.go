package gateway

import (
	"strings"
	"testing"
	"time"
)

// sentNudge is a house in which ana's question about the lift has been nudged, a minute ago; and the id of the text.
func sentNudge(t *testing.T) (*house, string) {
	t.Helper()
	h, _ := waitingHouse(t)
	h.text(ana, "ENGLISH")
	h.text(ana, "LIFT")
	h.pass(11 * time.Minute)
	h.sweep()
	if err := h.deliver(); err != nil {
		t.Fatal(err)
	}
	var id string
	if err := h.store.Pool.QueryRow(t.Context(), "select id::text from outgoing").Scan(&id); err != nil {
		t.Fatal(err)
	}
	h.pass(time.Minute)
	return h, id
}

// What a phone has told us counts more than what the carrier says later of an older text.
func TestALateStopDoesNotOverruleStart(t *testing.T) {
	h, id := sentNudge(t)
	h.text(ana, "STOP")
	h.text(ana, "START")
	if err := h.g.Delivered(t.Context(), id, "", "undelivered", 21610, "stopped"); err != nil {
		t.Fatal(err)
	}
	if h.count(`select count(*) from (select given from consent where purpose = 'all' order by seq desc limit 1) last where given`) != 1 {
		t.Error("START is overruled by an older stop")
	}
}

// A receipt that comes late makes no phone less idle: a vote is not counted from a pocket.
func TestALateReceiptIsNoSignOfLife(t *testing.T) {
	for _, receipt := range []bool{false, true} {
		h, id := sentNudge(t)
		h.text(ana, "1")
		h.openBallot(time.Now().Add(200 * time.Hour))
		h.text(ana, "VOTE")
		before, _, found := strings.Cut(h.text(ana, "1"), " Count it")
		if !found {
			t.Fatal("the vote is not read back")
		}
		h.pass(2 * time.Hour)
		if receipt {
			if err := h.g.Delivered(t.Context(), id, "", "delivered", 0, ""); err != nil {
				t.Fatal(err)
			}
		}
		reply := h.text(ana, before[len(before)-2:])
		if !strings.Contains(reply, "Continue?") || h.count("select count(*) from votes") != 0 {
			t.Errorf("receipt %v: %q", receipt, reply)
		}
	}
}

// slowLift asks about the lift and nudges after so long.
func slowLift(t *testing.T, after string) (*house, *post) {
	t.Helper()
	slow := strings.Replace(strings.Replace(liftFlow, "after: 10m", "after: "+after, 1), "[LIFT]", "[SLOW]", 1)
	slow = strings.Replace(slow, "[ELEVADOR]", "[LENTO]", 1)
	p := &post{}
	h := newHouse(t, houseOptions{carrier: Carrier{Place: p.place}, set: libraryWith(t, map[string]string{"slow.yaml": slow}, vocabulary())})
	h.now.Store(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).Unix())
	h.text(ana, "ENGLISH")
	h.text(ana, "SLOW")
	return h, p
}

// A story told after a nudge is filed, as it is without one.
func TestAStoryAfterANudgeIsFiled(t *testing.T) {
	for _, nudged := range []bool{false, true} {
		h, p := slowLift(t, "3h")
		h.pass(3*time.Hour + time.Minute)
		if nudged {
			h.sweep()
			if err := h.deliver(); err != nil || p.bodies() != "Still there?" {
				t.Fatalf("%v, sent %q", err, p.bodies())
			}
		}
		h.pass(5 * time.Minute)
		reply := h.text(ana, "the roof at dock three fell on somebody today")
		if n := h.count("select count(*) from reports"); n != 1 {
			t.Errorf("nudged %v: %d reports, answered %q", nudged, n, reply)
		}
	}
}

// A nudge that comes after days is answered like one that comes after minutes.
func TestANudgeAfterDaysIsAnswered(t *testing.T) {
	h, p := slowLift(t, "7d")
	h.pass(7*24*time.Hour + time.Minute)
	h.sweep()
	if err := h.deliver(); err != nil || p.bodies() != "Still there?" {
		t.Fatalf("%v, sent %q", err, p.bodies())
	}
	h.pass(5 * time.Minute)
	if reply := h.text(ana, "1"); !strings.Contains(reply, "Good to know.") {
		t.Errorf("answered %q", reply)
	}
}

// Where the flow set is lost, STOP is STOP; and whoever wrote anything else is told that it was not kept.
func TestWordsToALostSet(t *testing.T) {
	lose := func(v *vault) {
		v.text(ana, "ENGLISH")
		v.text(ana, "LOCKER")
		exec(v.t, v.store.Pool, "delete from flow_sets")
		v.mini.FlushAll()
		v.forgetSet()
	}
	v := newVault(t, houseOptions{})
	lose(v)
	if v.text(ana, "STOP"); v.count("select count(*) from consent where not given") != 1 {
		t.Error("STOP was not heard")
	}
	v = newVault(t, houseOptions{})
	lose(v)
	in := v.aText(ana, pin)
	first := v.g.Turn(t.Context(), in)
	if !strings.HasPrefix(first.Text(), v.set.Words("unrecorded", "en", nil)) {
		t.Errorf("answered %q", first.Text())
	}
	if again := v.g.Turn(t.Context(), in); asJSON(t, again) != asJSON(t, first) {
		t.Errorf("and then %q", again.Text())
	}
}

// Flows that cannot be kept push nothing out of memory that is in use.
func TestFailedReloadsLeaveRecordings(t *testing.T) {
	h := helloHouse(t)
	name := h.set.Files()["sounds/hello.wav"]
	exec(t, h.store.Pool, "alter table flow_sets rename to gone")
	for _, sound := range []string{"RIFF one", "RIFF two"} {
		set := libraryWith(t, map[string]string{"hi.yaml": helloFlow, "sounds/hello.wav": sound}, vocabulary())
		if _, err := h.g.UseFlows(t.Context(), set); err == nil {
			t.Fatal("kept")
		}
	}
	if h.g.sets.current() != h.set || h.g.sounds.holds(name) == nil {
		t.Error("the set in use, or its recordings, are in memory no more")
	}
}
