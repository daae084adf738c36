package gateway

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/store"
)

// WORKERS.md, hours: what goes to all who chose alerts has a second organizer's approval. A correction by one alone, held back until somebody has
// confirmed the alert, reaches those who were on duty and nobody else.
func TestACorrectionByOneReachesNobodyElse(t *testing.T) {
	h, p, numbers, rosa, sam := alerting(t, 6, 6)
	h.onDuty("Carla", carla, "en")
	b, err := h.raises(rosa, ofGas)
	if err != nil {
		t.Fatal(err)
	}
	h.pumped(h.g)
	c, _, err := h.follow(b, store.AlertCorrection, rosa)
	if err == nil {
		err = h.store.PauseBroadcast(t.Context(), h.store.Pool, c.ID, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	all, _, err := h.follow(b, store.AlertConfirmed, rosa)
	if err != nil {
		t.Fatal(err)
	}
	h.second(all, sam)
	h.pass(store.CallBack)
	h.pumped(h.g)
	h.resumed(c)
	h.pass(time.Second)
	h.pumped(h.g)
	told := append(p.told("Correction: "), p.told("Aclaramos: ")...)
	if len(told) != 1 || slices.Contains(numbers, told[0]) {
		t.Errorf("told were %q, by one organizer", told)
	}
}

// Whoever was told of a meeting is told that it is off, however long ago the notice went out and what was kept of it was to be erased.
func TestACancellationAfterTheClockReachesThem(t *testing.T) {
	h, _, _ := callingHouse(t)
	author, second := h.agreed(map[string][]string{ana: {store.ByText}})
	m := h.meets(store.NewMeeting{StartsAt: h.clock().Add(20 * 24 * time.Hour)})
	h.approved(author, second, store.Broadcast{ExpiresAt: h.clock().Add(24 * time.Hour), Carried: store.Carried{Flow: "rsvp", About: aboutMeeting, Record: m.ID, Version: m.Version}})
	h.pass(2 * time.Minute)
	h.pumpCalls()
	h.run("update outgoing set at = $1", h.g.now())
	h.pass(9 * 24 * time.Hour)
	if _, err := h.store.Expire(t.Context(), "the clock", h.g.now()); err != nil {
		t.Fatal(err)
	}
	if _, told := h.changed(m, nil); told != 1 {
		t.Errorf("%d are told that it is off", told)
	}
	h.pass(60 * 24 * time.Hour)
	if _, err := h.store.Expire(t.Context(), "the clock", h.g.now()); err != nil {
		t.Fatal(err)
	}
	if n := h.count("select count(*) from outgoing"); n != 0 {
		t.Errorf("%d texts are kept for ever", n)
	}
}

// A reminder by call is read as the meeting is then, with the place on the day, and comes in the hours of calls: earlier, never later.
func TestARemindingCall(t *testing.T) {
	h, x, _ := callingHouse(t)
	author, second := h.agreed(map[string][]string{ben: byCall()})
	m := h.meets(store.NewMeeting{StartsAt: h.clock().Add(72*time.Hour + 9*time.Hour + 30*time.Minute), PlaceFor: store.PlaceOnTheDay}) // 9:30 pm
	h.approved(author, second, store.Broadcast{ExpiresAt: m.StartsAt, Carried: store.Carried{Flow: "rsvp", About: aboutMeeting, Record: m.ID, Version: m.Version}})
	h.pass(2 * time.Minute)
	h.pumpCalls()
	on := h.answers(x)
	on.key("1")
	on.over("completed")
	var read []string
	for before := 26 * time.Hour; before > 0; before -= 15 * time.Minute {
		h.now.Store(m.StartsAt.Add(-before).Unix())
		n := len(x.placed)
		if h.pumpCalls(); len(x.placed) > n {
			on := h.answers(x)
			read = append(read, on.key("1"))
			on.over("completed")
			if hour := h.clock().In(time.FixedZone("", -5*3600)).Hour(); hour < 10 || hour >= 20 {
				t.Errorf("somebody is called at %d o'clock", hour)
			}
		}
	}
	if len(read) != 2 || !strings.Contains(read[0], "told on the day") || !strings.Contains(read[1], "12 Elm St") {
		t.Errorf("read were %q", read)
	}
}

// What may not go out by its time ends, also where its line does not text; nothing hangs for ever.
func TestANoticeOnALineThatDoesNotTextEnds(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	_, author, second := h.assemblyOf(3)
	b := h.approved(author, second, store.Broadcast{})
	h.pass(2 * time.Minute)
	h.run("update lines set texts = 'pending'")
	h.pumped(h.g)
	h.pass(25 * time.Hour)
	h.pumped(h.g)
	if state, _ := h.state(b); state != store.BroadcastDone || h.progress(b).Expired != 3 || len(p.taken) != 0 {
		t.Errorf("it is %s: %+v", state, h.progress(b))
	}
}

// Where a ballot is closed, nobody is asked to vote in it any more.
func TestANoticeOfAClosedBallotEnds(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	_, author, second := h.assemblyOf(3)
	h.openBallot(time.Now().Add(48 * time.Hour))
	ballot, err := h.store.FindBallot(t.Context(), h.store.Pool, h.line.AssemblyID, 1)
	if err != nil {
		t.Fatal(err)
	}
	b := h.approved(author, second, store.Broadcast{Carried: store.Carried{Flow: "vote", About: aboutBallot, Record: ballot.ID}})
	h.pumped(h.g) // frozen
	if _, err := h.store.CloseBallot(t.Context(), h.store.Pool, h.line.AssemblyID, 1, "Rosa", h.g.now()); err != nil {
		t.Fatal(err)
	}
	h.pass(2 * time.Minute)
	h.pumped(h.g)
	if state, _ := h.state(b); state != store.BroadcastCanceled || len(p.taken) != 0 || h.progress(b).Canceled != 3 {
		t.Errorf("it is %s, and %d were asked: %+v", state, len(p.taken), h.progress(b))
	}
}

// A busy carrier costs nothing: what it did not take is booked back.
func TestABusyCarrierCostsNothing(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0, price = 10000, daily_cap = 1")
	_, author, second := h.assemblyOf(10)
	b := h.approved(author, second, store.Broadcast{})
	h.pass(2 * time.Minute)
	for range 60 {
		p.planned = append(p.planned, Placed{State: store.SendReady, Wait: time.Millisecond})
	}
	for range 12 {
		h.pumped(h.g)
		h.pass(time.Minute)
	}
	var spent int
	if err := h.store.Pool.QueryRow(t.Context(), "select sum(spent) from spending").Scan(&spent); err != nil {
		t.Fatal(err)
	}
	if got := h.progress(b); got.Accepted != 10 || spent != 10*10000 {
		state, why := h.state(b)
		t.Errorf("it is %s %q, %d is booked for %+v", state, why, spent, got)
	}
}

// Danger is not held up by money: at the day's cap notices pause, and alerts go.
func TestAnAlertGoesBeyondTheCap(t *testing.T) {
	h, p, _, rosa, _ := alerting(t, 2, 2)
	h.onDuty("Carla", carla, "en")
	h.run("update lines set price = 10000000, daily_cap = 1")
	if _, err := h.raises(rosa, ofGas); err != nil {
		t.Fatal(err)
	}
	h.pumped(h.g)
	if len(p.taken) != 1 {
		t.Errorf("%d were told of danger", len(p.taken))
	}
}
