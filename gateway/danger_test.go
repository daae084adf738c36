package gateway

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"hotline/store"
)

// exchange is a carrier that takes texts and calls, or does with each call what was planned for it.
type exchange struct {
	post
	mu      sync.Mutex
	calls   []Call
	planned []Placed
}

func (x *exchange) call(_ context.Context, c Call) Placed {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.calls = append(x.calls, c)
	if len(x.planned) > 0 {
		next := x.planned[0]
		x.planned = x.planned[1:]
		return next
	}
	return Placed{State: store.SendAccepted, ID: "CA" + c.ID}
}

// last is the newest call that was placed.
func (x *exchange) last(t *testing.T) Call {
	t.Helper()
	if len(x.calls) == 0 {
		t.Fatal("nobody was called")
	}
	return x.calls[len(x.calls)-1]
}

// urgentHouse has the library's flows, a carrier for texts and calls, and a phone that speaks English. It is noon.
func urgentHouse(t *testing.T) (*house, *exchange) {
	t.Helper()
	x := &exchange{}
	h := newHouse(t, houseOptions{carrier: Carrier{Place: x.place, Call: x.call}})
	h.now.Store(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).Unix())
	h.addOrganizer("Rosa")
	h.text(ana, "ENGLISH")
	return h, x
}

func (h *house) addOrganizer(name string) {
	h.t.Helper()
	if _, err := h.store.AddOrganizer(h.t.Context(), h.store.Pool, h.line.AssemblyID, name, uuid.Nil); err != nil {
		h.t.Fatal(err)
	}
}

// look does what is due for everybody in danger, and then what is to be sent. once is how the carrier's word of a call's end has it done.
func (h *house) look(once bool) {
	h.t.Helper()
	rows, err := h.store.Pool.Query(h.t.Context(), "select id from dangers order by at, id")
	if err != nil {
		h.t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		h.t.Fatal(err)
	}
	for _, id := range ids {
		job := &river.Job[ringArgs]{JobRow: &rivertype.JobRow{Attempt: 1}, Args: ringArgs{Danger: id, Once: once}}
		var snooze *rivertype.JobSnoozeError
		if err := (&ringWorker{g: h.g}).Work(h.t.Context(), job); err != nil && !isSnooze(err, &snooze) {
			h.t.Fatal(err)
		}
	}
	if err := h.deliver(); err != nil {
		h.t.Fatal(err)
	}
}

func isSnooze(err error, into **rivertype.JobSnoozeError) bool {
	snooze, ok := err.(*rivertype.JobSnoozeError)
	*into = snooze
	return ok
}

func (h *house) told(c Call, status string) {
	h.t.Helper()
	if _, err := h.g.CallTold(h.t.Context(), c.ID, CallTold{Status: status}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) pressed(c Call, key string) Reply {
	h.t.Helper()
	r, err := h.g.Pressed(h.t.Context(), c.ID, key, Inbound{})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// WORKERS.md, "Danger keeps its word": by text the emergency number, that we are not it, and who is being called.
func TestDangerByTextSaysWhoIsCalled(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.onDuty("Carla", carla, "en", "es")
	h.onDuty("Flor", "+12125550106", "es")
	reply := h.text(ana, "DANGER")
	if !strings.HasPrefix(reply, "In danger, call 911: that is not us. We are calling two people who speak English.") {
		t.Errorf("told %q", reply)
	}
	h.look(false)
	first := x.last(t)
	if first.From != lineNumber || first.To != ben && first.To != carla || first.Ring != 20*time.Second {
		t.Errorf("called %s from %s for %s", first.To.String(), first.From, first.Ring)
	}
	h.look(false)
	if h.pass(50 * time.Second); len(x.calls) != 1 {
		t.Fatal("two phones ring at once")
	}
	h.told(first, "no-answer")
	h.told(first, "no-answer") // and again
	h.look(true)
	if second := x.last(t); len(x.calls) != 2 || second.To == first.To || second.To != ben && second.To != carla {
		t.Errorf("%d calls, the last to %s", len(x.calls), second.To.String())
	}
	if again := h.text(ana, "danger"); !strings.Contains(again, "two people") || h.count("select count(*) from dangers") != 1 {
		t.Errorf("who writes again is told %q", again)
	}
}

// Whoever answers hears the language and "danger"; the worker's phone rings only once they have agreed, from our line.
func TestSomebodyTakesItAndRingsTheWorker(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.text(ana, "DANGER")
	if reply := h.text(ana, "1"); !strings.Contains(reply, "If someone answers, your phone rings and shows (212) 555-0100") {
		t.Fatalf("told %q", reply)
	}
	h.look(false)
	call := x.last(t)
	r, err := h.g.Answered(t.Context(), call.ID, "")
	if err != nil || r.Text() != "Someone is calling.\nThey speak:\nEnglish\nDanger.\nTo take the call, press 1." || r.Wait.Keys != 1 {
		t.Errorf("Ben hears %q, %v", r.Text(), err)
	}
	for range 2 { // and again, when the carrier asks twice
		r = h.pressed(call, "1")
		if r.Ring == nil || r.Ring.To != ana || r.Ring.From != lineNumber || r.Text() != "We are ringing them. Stay on the line." {
			t.Fatalf("after 1: %q %+v", r.Text(), r.Ring)
		}
	}
	m, err := h.g.Message(t.Context(), call.ID)
	if err != nil || m.Text() != "This is The 0100 Line. There is a message for the person who asked for it. To hear it, press 1. To never be called again, press 2." {
		t.Errorf("Ana's phone says %q, %v", m.Text(), err)
	}
	for key, want := range map[string]bool{"1": true, "": false, "5": false} {
		if connect, err := h.g.Heeded(t.Context(), call.ID, key); connect != want || err != nil {
			t.Errorf("the key %q connects: %v, %v", key, connect, err)
		}
	}
	if r, err := h.g.BridgeOver(t.Context(), call.ID, Inbound{Outcome: Taken}); err != nil || r.Text() != "" {
		t.Errorf("when they have talked: %q %v", r.Text(), err)
	}
	h.told(call, "completed")
	h.pass(10 * time.Minute)
	h.look(true)
	h.look(false)
	if len(x.calls) != 1 || x.bodies() != "" {
		t.Errorf("%d calls; texts %q", len(x.calls), x.bodies())
	}
	if reply := h.text(ben, "NOTE"); !strings.Contains(reply, "About the call you took") {
		t.Errorf("Ben, about the call: %q", reply)
	}
}

// Calls only to phones that agreed to calls.
func TestAWorkerWhoHasNotAgreedIsNotRung(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.onDuty("Carla", carla, "en")
	h.text(ana, "DANGER")
	h.look(false)
	first := x.last(t)
	for range 2 {
		if r := h.pressed(first, "1"); r.Ring != nil || !strings.Contains(r.Text(), "have not said that we may ring them") {
			t.Fatalf("after 1: %q %+v", r.Text(), r.Ring)
		}
	}
	h.told(first, "completed")
	h.look(true)
	if x.bodies() != "Someone can talk to you now. To be rung from (212) 555-0100, send RING ME." {
		t.Errorf("texts %q", x.bodies())
	}
	h.text(ana, "RING ME")
	h.text(ana, "RING ME")
	h.look(false)
	again := x.last(t)
	if len(x.calls) != 2 || again.To != first.To || again.ID == first.ID {
		t.Fatalf("%d calls; whoever had taken it is not called first", len(x.calls))
	}
	if r := h.pressed(again, "1"); r.Ring == nil || r.Ring.To != ana {
		t.Fatalf("after 1: %q", r.Text())
	}
	// Whoever holds Ana's phone never wants to be called again, and that is kept until she asks.
	if connect, err := h.g.Heeded(t.Context(), again.ID, "2"); connect || err != nil {
		t.Error(connect, err)
	}
	if r, err := h.g.BridgeOver(t.Context(), again.ID, Inbound{Outcome: Missed}); err != nil || !strings.Contains(r.Text(), "did not answer") {
		t.Errorf("Ben hears %q, %v", r.Text(), err)
	}
	if r := h.pressed(again, "1"); r.Ring != nil {
		t.Error("a phone is rung that is never to be called")
	}
	h.told(again, "completed")
	h.text(ana, "RING ME")
	h.look(false)
	if r := h.pressed(x.last(t), "1"); r.Ring == nil {
		t.Error("who asks for it is not rung")
	}
}

// "Word within 5 minutes if nobody answers", once, whatever is told twice, late or never, and at any hour.
func TestNobodyAnswers(t *testing.T) {
	for name, callbacks := range map[string]bool{"the carrier tells": true, "the carrier tells nothing": false} {
		t.Run(name, func(t *testing.T) {
			h, x := urgentHouse(t)
			h.now.Store(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC).Unix()) // three in the morning
			h.onDuty("Ben", ben, "en")
			h.onDuty("Carla", carla, "en")
			h.text(ana, "DANGER")
			var at time.Duration
			for at = 0; at < 5*time.Minute && x.bodies() == ""; at += 10 * time.Second {
				h.look(false)
				if callbacks {
					h.told(x.last(t), "no-answer")
					h.look(true)
				}
				h.pass(10 * time.Second)
			}
			second := h.another("redis://" + h.mini.Addr())
			for _, g := range []*Gateway{h.g, second, h.g} {
				h.g = g
				h.look(true)
				h.look(false)
			}
			if n := strings.Count(x.bodies(), "Nobody has answered so far. In danger, call 911."); n != 1 || at > 290*time.Second {
				t.Errorf("told %d times, after %s: %s", n, at, x.bodies())
			}
			if n := strings.Count(x.bodies(), "The 0100 Line: someone is waiting, and nobody has reached them."); n != 2 {
				t.Errorf("those on duty were texted %d times: %s", n, x.bodies())
			}
			if n := len(x.calls); n != 4 {
				t.Errorf("%d calls, want two to each", n)
			}
			h.pass(time.Minute)
			if reply := h.text(ana, "DANGER"); !strings.Contains(reply, "We are calling two people") {
				t.Errorf("when they write again: %q", reply)
			}
		})
	}
}

// What might have been placed is never placed again blindly: another phone rings instead, when it is time.
func TestACallThatNobodyKnowsOf(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.onDuty("Carla", carla, "en")
	x.planned = []Placed{{State: store.SendUnknown}}
	h.text(ana, "DANGER")
	h.look(false)
	first := x.last(t)
	h.look(false)
	h.look(true)
	if len(x.calls) != 1 || h.states() != "unknown" {
		t.Fatalf("%d calls; %s", len(x.calls), h.states())
	}
	h.pass(61 * time.Second)
	h.look(false)
	if len(x.calls) != 2 || x.last(t).To == first.To {
		t.Fatalf("%d calls", len(x.calls))
	}
	// It was placed after all, and whoever answers it still takes it.
	if r := h.pressed(first, "1"); !strings.Contains(r.Text(), "They wrote to us") {
		t.Errorf("told %q", r.Text())
	}
	if r := h.pressed(x.last(t), "1"); r.Text() != "Somebody has taken it already. Goodbye." {
		t.Errorf("whoever comes second is told %q", r.Text())
	}
	if r, err := h.g.Answered(t.Context(), x.last(t).ID, ""); err != nil || r.Wait != nil || r.Text() != "Somebody has taken it already. Goodbye." {
		t.Errorf("whoever answers later is told %q, %v", r.Text(), err)
	}
}

// A process dies between placing a call and noting it.
func TestAProcessThatDiesWhileItPlacesACall(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.text(ana, "DANGER")
	dies := h.carrier
	dies.Call = func(ctx context.Context, c Call) Placed {
		x.call(ctx, c)
		panic("killed")
	}
	h.carrier = dies
	healthy := h.g
	h.g = h.another("redis://" + h.mini.Addr())
	func() {
		defer func() { recover() }()
		h.look(false)
	}()
	h.g = healthy
	if err := h.deliver(); err != nil {
		t.Fatal(err)
	}
	if len(x.calls) != 1 || h.states() != "unknown" {
		t.Fatalf("%d calls; %s", len(x.calls), h.states())
	}
	h.told(x.last(t), "no-answer")
	h.look(false)
	if len(x.calls) != 2 {
		t.Errorf("%d calls: nobody goes on", len(x.calls))
	}
}

// What the carrier refuses rings nobody, and the next one is called at once.
func TestACallThatIsRefused(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.onDuty("Carla", carla, "en")
	x.planned = []Placed{{State: store.SendRefused, Code: 21211}}
	h.text(ana, "DANGER")
	h.look(false)
	h.look(true)
	if len(x.calls) != 2 || x.calls[0].To == x.calls[1].To {
		t.Errorf("%d calls", len(x.calls))
	}
}
