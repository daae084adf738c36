package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"hotline/flows"
	"hotline/store"
)

// A member may want their PIN asked before a notice is read to whoever answers, and the organizers of one may want it of all: then who keys none
// that is right hears nothing of it, and it was not told. On a shared phone the PIN of any of its people does; no name is ever read out.
func TestANoticeBehindAPin(t *testing.T) {
	for name, organizers := range map[string]bool{"the member wants it": false, "the organizers want it": true} {
		t.Run(name, func(t *testing.T) {
			h, x, _ := callingHouse(t)
			author, second := h.agreed(map[string][]string{ben: byCall()})
			pin := h.handOut("Member " + ben)
			if !organizers {
				h.run("update pins set before_notices = true where $1", true)
			}
			b := h.approved(author, second, store.Broadcast{Pin: organizers, ExpiresAt: h.g.now().Add(72 * time.Hour)})
			h.pass(2 * time.Minute)
			h.pumpCalls()
			on := h.answers(x)
			heard := on.key("1") + on.press(otherPin(pin))
			if strings.Contains(heard, "gate") || strings.Contains(heard, "Member") || !strings.Contains(heard, "key your PIN") {
				t.Fatalf("before the PIN: %q", heard)
			}
			on.over("completed")
			if got := h.called(b); got.Heard != 0 || got.Later != 1 {
				t.Fatalf("with a wrong PIN: %+v", got)
			}
			for range 200 {
				if h.pass(15 * time.Minute); len(x.placed) < 2 {
					h.pumpOnce()
				}
			}
			on = h.answers(x)
			on.key("1")
			if said := on.press(pin); !strings.HasPrefix(said, "The gate on Elm St is open again.") {
				t.Errorf("with the PIN: %q", said)
			}
			on.over("completed")
			if got := h.called(b); got.Heard != 1 {
				t.Errorf("%+v", got)
			}
		})
	}
}

// Where a PIN is wanted and nobody of a phone has one, that is said, the notice is not read, and nobody calls again for it.
func TestANoticeBehindAPinThatNobodyHas(t *testing.T) {
	h, x, _ := callingHouse(t)
	author, second := h.agreed(map[string][]string{ben: byCall()})
	b := h.approved(author, second, store.Broadcast{Pin: true})
	h.pass(2 * time.Minute)
	h.pumpCalls()
	on := h.answers(x)
	if said := on.key("1"); !strings.Contains(said, "nobody of this phone has one") || strings.Contains(said, "gate") {
		t.Errorf("it is said: %q", said)
	}
	on.over("completed")
	if got := h.called(b); got.Unanswered != 1 || got.Waiting() != 0 {
		t.Errorf("%+v", got)
	}
}

// A second organizer approves by calling from the phone to which the digits were sent, and by keying them: the words, audience, time and cost are
// read first, and then a key. From another phone the same digits lead to nothing, whatever number that shows.
func TestABroadcastIsApprovedByCall(t *testing.T) {
	h, _ := waitingHouse(t)
	b, code := h.asked(inTwoLanguages)
	keyed := func(from string) *phoneCall {
		call := h.call(from)
		call.press("1")
		call.lead("approve", "ask")
		call.silence()
		call.press(code)
		return call
	}
	if said := keyed(carla).last.Text(); strings.Contains(said, "gate") || !strings.Contains(said, "lead to nothing on this phone") {
		t.Fatalf("from another phone: %q", said)
	}
	call := keyed(ben)
	said := call.last
	if !strings.HasPrefix(said.Text(), "Rosa wrote this, in English.\nThe gate on Elm St is open again.") {
		t.Fatalf("first %q", said.Text())
	}
	call.press("1")
	for _, p := range call.last.Say {
		if strings.HasPrefix(p.Words, "La puerta") && p.Lang != "es" {
			t.Errorf("the Spanish words are read by the voice of %q", p.Lang)
		}
	}
	if sure := call.press("1"); !strings.Contains(sure, "It goes to 3 phones, 0 of them by call, from Monday, November 23 at 12:01 PM") || !strings.Contains(sure, "about 1 dollar") {
		t.Fatalf("then %q", sure)
	}
	if state, _ := h.state(b); state != store.BroadcastDraft {
		t.Fatalf("before a key it is %s", state)
	}
	if said := call.press("7"); !strings.HasPrefix(said, "Approved.") {
		t.Errorf("then %q", said)
	}
	if state, _ := h.state(b); state != store.BroadcastApproved {
		t.Errorf("it is %s", state)
	}
}

// More offers it to an organizer's phone alone; what proves who calls are the digits.
func TestApprovalIsOfferedToOrganizers(t *testing.T) {
	h, _ := waitingHouse(t)
	h.asked(inTwoLanguages)
	for from, offered := range map[string]bool{ben: true, carla: false} {
		call := h.call(from)
		call.press("1")
		call.lead("more", "call")
		if said := call.silence(); strings.Contains(said, "approve a message") != offered {
			t.Errorf("%s hears %q", from, said)
		}
	}
}

// tried is one phone that is told a notice, by a carrier that tells of each call late, twice and out of order.
type tried struct {
	*rapid.T
	h     *house
	b     store.Broadcast
	x     *switchboard
	heard bool
	never bool
}

// Whatever is told, and in whatever order, at most three calls are placed and never two at once; what was heard stays heard; 2 ends it.
func TestTriesInAnyOrder(t *testing.T) {
	h, x, _ := callingHouse(t)
	author, second := h.agreed(map[string][]string{ben: byCall()})
	rapid.Check(t, func(rt *rapid.T) {
		h.run("delete from broadcasts where $1", true)
		h.run("delete from consent where how = $1", neverAgain)
		h.run("delete from conversations where $1", true)
		x.placed, x.faults = nil, nil
		h.pass(10 * 24 * time.Hour)
		h.pass(time.Duration(17*3600-h.now.Load()%86400+86400) * time.Second)
		v := &tried{T: rt, h: h, x: x}
		v.b = h.approved(author, second, store.Broadcast{ExpiresAt: h.g.now().Add(72 * time.Hour)})
		h.pass(2 * time.Minute)
		for range rapid.IntRange(4, 30).Draw(rt, "steps") {
			v.step()
			v.check()
		}
	})
}

func (v *tried) step() {
	ctx := v.h.t.Context()
	switch rapid.SampledFrom([]string{"pump", "pump", "answer", "1", "2", "5", "told", "told", "told", "pass", "resolve"}).Draw(v.T, "step") {
	case "pump":
		if len(v.x.placed) < store.MostTries {
			v.x.faults = []string{rapid.SampledFrom([]string{"", "", "lost after", "lost before"}).Draw(v.T, "fault")}
		}
		v.h.pumpOnce()
	case "pass":
		v.h.pass(time.Duration(rapid.IntRange(1, 300).Draw(v.T, "minutes")) * time.Minute)
	case "resolve":
		if err := v.h.g.Resolve(ctx); err != nil {
			v.Fatal(err)
		}
	case "answer":
		if call, sid, in, some := v.some(); some {
			if _, err := v.h.g.Answered(ctx, call.ID, sid); err != nil {
				v.Fatal(err, in)
			}
		}
	case "1":
		if call, _, in, some := v.some(); some {
			r, err := v.h.g.Pressed(ctx, call.ID, "1", in)
			if err != nil {
				v.Fatal(err)
			}
			v.heard = v.heard || strings.Contains(r.Text(), "gate")
		}
	case "2", "5":
		key := rapid.SampledFrom([]string{"2", "5"}).Draw(v.T, "key")
		if call, _, in, some := v.some(); some {
			if _, err := v.h.g.Pressed(ctx, call.ID, key, in); err != nil {
				v.Fatal(err)
			}
			v.never = v.never || key == "2"
		}
	case "told":
		status := rapid.SampledFrom([]string{"queued", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled", "completed"}).Draw(v.T, "status")
		if call, sid, _, some := v.some(); some {
			for range rapid.IntRange(1, 2).Draw(v.T, "times") {
				if _, err := v.h.g.CallTold(ctx, call.ID, CallTold{ID: sid, Status: status}); err != nil {
					v.Fatal(err)
				}
			}
		}
	}
}

// some is any call that was placed so far, not only the last.
func (v *tried) some() (call Call, sid string, in Inbound, some bool) {
	if len(v.x.placed) == 0 {
		return call, "", in, false
	}
	i := rapid.IntRange(0, len(v.x.placed)-1).Draw(v.T, "which")
	sid = v.x.sid(i+1) + v.b.ID.String()[24:]
	return v.x.placed[i], sid, Inbound{Line: lineNumber, From: ben, Channel: flows.Voice, Call: sid}, true
}

func (v *tried) check() {
	if n := v.h.count("select count(*) from notice_calls where broadcast_id = $1", v.b.ID); n > store.MostTries {
		v.Fatalf("%d tries", n)
	}
	if n := v.h.count("select count(*) from notice_calls where ended_at is null"); n > 1 {
		v.Fatalf("%d calls to one phone at once", n)
	}
	got := v.h.called(v.b)
	if v.heard && got.Total > 0 && got.Heard != 1 {
		v.Fatalf("it was heard, and counts as %+v", got)
	}
	if got.Heard == 1 && !v.heard {
		v.Fatalf("nobody heard it, and it counts as heard")
	}
	placed := len(v.x.placed)
	if v.never && !v.heard {
		if v.h.pumpOnce(); len(v.x.placed) > placed {
			v.Fatal("somebody was called who never wants to be")
		}
	}
}

// The next try is at another hour of the day, in time, and when it may be.
func TestAnotherHour(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		now := time.Date(2026, 11, 1, 0, 0, 0, 0, zone).Add(time.Duration(rapid.IntRange(0, 40*24*60).Draw(rt, "minutes")) * time.Minute) // over the change of the clock
		tries := []time.Time{now.Add(-time.Minute)}
		if rapid.Bool().Draw(rt, "before") {
			tries = append(tries, now.Add(-time.Duration(rapid.IntRange(60, 3000).Draw(rt, "ago"))*time.Minute))
		}
		until := now.Add(time.Duration(rapid.IntRange(1, 72).Draw(rt, "hours")) * time.Hour)
		hours := store.Hours{Chosen: true, From: rapid.IntRange(0, 23).Draw(rt, "from") * 60, Until: rapid.IntRange(1, 24).Draw(rt, "until") * 60 % 1440}
		may := func(t time.Time) (bool, error) {
			_, opens, err := loud(t, "America/New_York", hours, ben, store.ByVoice)
			return opens.IsZero(), err
		}
		at, err := otherHour(now, until, tries, zone, may)
		if err != nil {
			rt.Fatal(err)
		}
		if at.IsZero() {
			return
		}
		if open, _ := may(at); !open || !at.Before(until) || at.Sub(now) < leastApart || !elsewhen(at, tries, zone, leastApart) {
			rt.Errorf("after %v, and tries at %v, it is tried at %v", now, tries, at)
		}
	})
}

// Calls of all lines together keep the account's pace; somebody in danger is called at once, and notices wait for it.
func TestTheAccountsPace(t *testing.T) {
	h, x, _ := callingHouse(t)
	h.g.calls.account = 5
	phones := map[string][]string{}
	for _, number := range []string{"+12125550161", "+12125550162", "+12125550163", "+12125550164", "+12125550165", "+12125550166"} {
		phones[number] = byCall()
	}
	author, second := h.agreed(phones)
	h.approved(author, second, store.Broadcast{})
	h.pumpOnce()
	h.pass(2 * time.Minute)
	h.g.oweCalls(t.Context(), 3) // three are called for somebody in danger
	began := time.Now()
	h.pumpOnce()
	if took := time.Since(began); len(x.placed) != 6 || took < 1500*time.Millisecond {
		t.Errorf("%d calls in %v, at 5 a second of which three were owed", len(x.placed), took)
	}
}

// Only so many calls go on at the same time.
func TestCallsAtOnce(t *testing.T) {
	h, x, _ := callingHouse(t)
	h.run("update lines set calls_at_once = $1", 2)
	author, second := h.agreed(map[string][]string{ana: byCall(), ben: byCall(), carla: byCall()})
	h.approved(author, second, store.Broadcast{})
	h.pass(2 * time.Minute)
	h.pumpCalls()
	if len(x.placed) != 2 {
		t.Fatalf("%d at once", len(x.placed))
	}
	if _, err := h.g.CallTold(t.Context(), x.placed[0].ID, CallTold{ID: x.sid(1), Status: "busy"}); err != nil {
		t.Fatal(err)
	}
	if h.pumpCalls(); len(x.placed) != 3 {
		t.Errorf("then %d", len(x.placed))
	}
}

// A call for somebody on duty whose answer was lost is looked for, too: one there is it.
func TestALostCallToSomebodyOnDuty(t *testing.T) {
	h, x, _ := callingHouse(t)
	x.faults = []string{"lost after"}
	var id uuid.UUID
	err := h.store.InTx(t.Context(), func(tx pgx.Tx) (err error) {
		phone, err := h.store.EnsurePhone(t.Context(), tx, h.line.AssemblyID, ben)
		if err != nil {
			return err
		}
		id = uuid.New()
		return h.g.outbox.Put(t.Context(), tx, store.Outgoing{ID: id, Assembly: h.line.AssemblyID, Line: h.line.ID, Phone: phone, Channel: store.ByVoice,
			Purpose: store.ForAnswers, AnyHour: true, ExpiresAt: h.g.now().Add(time.Minute)})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.deliver(); err != nil {
		t.Fatal(err)
	}
	h.pass(2 * time.Minute)
	h.resolved()
	if n := h.count("select count(*) from outgoing where id = $1 and state = 'delivered' and carrier_id is not null", id); n != 1 {
		t.Error("it was not found")
	}
}
