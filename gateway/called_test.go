package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// switchboard is a carrier that places calls, and lists them.
type switchboard struct {
	mu     sync.Mutex
	now    func() time.Time
	placed []Call
	faults []string // of the next calls: "lost after", "lost before", "busy", "refused", "account"; empty: none
	listed map[store.Phone][]ListedCall
	broken bool // the list cannot be had
}

func (x *switchboard) call(_ context.Context, c Call) Placed {
	x.mu.Lock()
	defer x.mu.Unlock()
	fault := ""
	if len(x.faults) > 0 {
		fault, x.faults = x.faults[0], x.faults[1:]
	}
	switch fault {
	case "busy":
		return Placed{State: store.SendReady, Wait: time.Second, Cause: errors.New("too many requests")}
	case "refused":
		return Placed{State: store.SendRefused, Code: 21211, Blame: store.BlameNumber, Cause: errors.New("no number")}
	case "account":
		return Placed{State: store.SendRefused, Code: 20003, Blame: store.BlameAccount, Cause: errors.New("no account")}
	case "lost before":
		return Placed{State: store.SendUnknown, Cause: errors.New("no answer")}
	}
	x.placed = append(x.placed, c)
	sid := x.sid(len(x.placed))
	x.listed[c.To] = append(x.listed[c.To], ListedCall{ID: sid, Direction: "outbound-api", Status: "completed", Created: x.now()})
	if fault == "lost after" {
		return Placed{State: store.SendUnknown, Cause: errors.New("no answer")}
	}
	return Placed{State: store.SendAccepted, ID: sid}
}

func (x *switchboard) sid(n int) string { return fmt.Sprintf("CA%032d", 900000+n) }

func (x *switchboard) list(_ context.Context, _ string, to store.Phone, each func(ListedCall) error) error {
	if x.broken {
		return errors.New("the list broke off")
	}
	for _, l := range x.listed[to] {
		if err := each(l); err != nil {
			return err
		}
	}
	return nil
}

// callingHouse is one at noon in New York, with a carrier for calls and texts.
func callingHouse(t *testing.T) (*house, *switchboard, *post) {
	t.Helper()
	x, p := &switchboard{listed: map[store.Phone][]ListedCall{}}, &post{}
	h := newHouse(t, houseOptions{carrier: Carrier{Place: p.place, Call: x.call, Calls: x.list,
		List: func(context.Context, ListFilter, func(Listed) error) error { return nil }}})
	h.now.Store(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).Unix())
	x.now = h.g.now
	h.run("update lines set pace = 0, call_pace = 100, calls_at_once = 50")
	h.g.calls.account = 100
	return h, x, p
}

// agreed adds people who agreed to be told by such channels, each on a phone, and two organizers.
func (h *house) agreed(phones map[string][]string) (author, second store.Organizer) {
	h.t.Helper()
	ctx := h.t.Context()
	err := h.store.InTx(ctx, func(tx pgx.Tx) (err error) {
		var rows []store.MemberRow
		for number, channels := range phones {
			rows = append(rows, store.MemberRow{Line: len(rows) + 1, Name: "Member " + number, Phone: store.Phone(number), Language: "en", Standing: store.StandsMember,
				Agreed: &store.Agreement{How: "sheet", On: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Channels: channels}})
		}
		if _, err = h.store.ImportMembers(ctx, tx, h.line.AssemblyID, rows, h.g.now()); err != nil {
			return err
		}
		if author, err = h.store.AddOrganizer(ctx, tx, h.line.AssemblyID, "Rosa", uuid.Nil); err != nil {
			return err
		}
		second, err = h.store.AddOrganizer(ctx, tx, h.line.AssemblyID, "Sam", uuid.Nil)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return author, second
}

func byCall() []string { return []string{store.ByVoice} }

// answers is whoever answers the last call that was placed, as the carrier tells it.
func (h *house) answers(x *switchboard) *noticed {
	h.t.Helper()
	if len(x.placed) == 0 {
		h.t.Fatal("nobody was called")
	}
	n := &noticed{phoneCall: phoneCall{h: h}, call: x.placed[len(x.placed)-1], sid: x.sid(len(x.placed))}
	n.in = Inbound{Line: lineNumber, From: n.call.To, Channel: flows.Voice, Call: n.sid}
	r, err := h.g.Answered(h.t.Context(), n.call.ID, n.sid)
	if err != nil {
		h.t.Fatal(err)
	}
	n.last = r
	return n
}

// noticed is a call with a notice.
type noticed struct {
	phoneCall
	call Call
	sid  string
}

// key presses the first key.
func (n *noticed) key(key string) string {
	n.h.t.Helper()
	r, err := n.h.g.Pressed(n.h.t.Context(), n.call.ID, key, n.in)
	if err != nil {
		n.h.t.Fatal(err)
	}
	n.last = r
	return r.Text()
}

// over has the carrier tell the end.
func (n *noticed) over(status string) {
	n.h.t.Helper()
	talked, err := n.h.g.CallTold(n.h.t.Context(), n.call.ID, CallTold{ID: n.sid, Status: status})
	if err != nil {
		n.h.t.Fatal(err)
	}
	if talked {
		n.hangUp()
	}
}

func (h *house) pumpCalls() {
	h.t.Helper()
	h.g.pumps.calling = nil
	h.pumped(h.g)
}

// called is what a broadcast has come to, by call.
func (h *house) called(b store.Broadcast) store.Calls { return h.progress(b).Calls }

// WORKERS.md, "Hours" and "What a phone may show": a notice goes by call to who agreed to calls, and by text to who agreed to texts; whoever
// answers hears the line's name and that there is a message, and nothing else before a key.
func TestANoticeGoesByCall(t *testing.T) {
	h, x, p := callingHouse(t)
	author, second := h.agreed(map[string][]string{ana: {store.ByText}, ben: byCall(), carla: {store.ByText, store.ByVoice}})
	b := h.approved(author, second, store.Broadcast{})
	h.pass(2 * time.Minute)
	h.pumpCalls()
	if len(p.taken) != 2 || len(x.placed) != 1 || x.placed[0].To != ben || x.placed[0].From != lineNumber {
		t.Fatalf("%d texts, and calls %+v", len(p.taken), x.placed)
	}
	on := h.answers(x)
	if said := on.last.Text(); !strings.HasPrefix(said, "This is The 0100 Line. There is a message for the person who asked for it.") ||
		strings.Contains(said, "gate") || !on.last.Twice || on.last.Wait == nil {
		t.Fatalf("before a key: %q", said)
	}
	if said := on.key("1"); !strings.HasPrefix(said, "The gate on Elm St is open again.") {
		t.Fatalf("after it: %q", said)
	}
	if again := on.key("1"); again != on.last.Text() || !strings.Contains(again, "gate") {
		t.Errorf("the same webhook again: %q", again)
	}
	if said := on.press("9"); !strings.HasPrefix(said, "The gate on Elm St is open again.") {
		t.Errorf("9: %q", said)
	}
	on.press("1")
	if said := on.press("2"); !strings.HasPrefix(said, "La puerta de la calle Elm ya abre.") {
		t.Errorf("in another language: %q", said)
	}
	on.over("completed")
	on.over("completed")
	h.pumpCalls()
	if got := h.called(b); got.Total != 1 || got.Heard != 1 {
		t.Errorf("%+v", got)
	}
	if state, _ := h.state(b); state != store.BroadcastDone {
		t.Errorf("it is %s", state)
	}
}

// Which way, as organizers choose: by text alone, by call alone, or both.
func TestTheWayOfANotice(t *testing.T) {
	for ways, want := range map[store.Ways][2]int{store.WaysText: {2, 0}, store.WaysCall: {0, 2}, store.WaysBoth: {2, 2}, store.WaysAgreed: {2, 1}} {
		t.Run(string(ways), func(t *testing.T) {
			h, x, p := callingHouse(t)
			author, second := h.agreed(map[string][]string{ana: {store.ByText}, ben: byCall(), carla: {store.ByText, store.ByVoice}})
			h.approved(author, second, store.Broadcast{Ways: ways})
			h.pass(2 * time.Minute)
			h.pumpCalls()
			if got := [2]int{len(p.taken), len(x.placed)}; got != want {
				t.Errorf("%d texts and %d calls, want %v", got[0], got[1], want)
			}
		})
	}
}

// Up to three tries, at different hours that the person allowed; whoever presses nothing, or another key, hears nothing more, and an answering
// machine neither. After that nobody calls.
func TestANoticeIsTriedThreeTimes(t *testing.T) {
	h, x, _ := callingHouse(t)
	author, second := h.agreed(map[string][]string{ben: byCall()})
	b := h.approved(author, second, store.Broadcast{ExpiresAt: h.g.now().Add(72 * time.Hour)})
	h.pass(2 * time.Minute)
	var at []time.Time
	for _, came := range []string{"busy", "machine", "no-answer", "never reached"} {
		for range 3 * 24 * 4 { // until somebody is called, or three days
			n := len(x.placed)
			if h.pumpOnce(); len(x.placed) > n {
				break
			}
			h.pass(15 * time.Minute)
		}
		if came == "never reached" {
			break
		}
		at = append(at, h.g.now())
		on := &noticed{phoneCall: phoneCall{h: h}, call: x.placed[len(x.placed)-1], sid: x.sid(len(x.placed))}
		if came == "machine" {
			on = h.answers(x)
			if said := on.key("5"); said != "" || on.last.Wait != nil {
				t.Errorf("another key hears %q", said)
			}
			came = "completed"
		}
		on.over(came)
		on.over(came)
		if got := h.called(b); len(at) < 3 && got.Later != 1 {
			t.Fatalf("after try %d: %+v", len(at), got)
		}
	}
	if len(x.placed) != store.MostTries {
		t.Fatalf("called %d times", len(x.placed))
	}
	zone, _ := time.LoadLocation("America/New_York")
	for i, one := range at {
		if hour := one.In(zone).Hour(); hour < 10 || hour >= 20 {
			t.Errorf("called at %v", one.In(zone))
		}
		if !elsewhen(one, at[:i], zone, leastApart) {
			t.Errorf("called at the same hour as before: %v", one.In(zone))
		}
	}
	if got := h.called(b); got.Unanswered != 1 {
		t.Errorf("in the end: %+v", got)
	}
	if state, _ := h.state(b); state != store.BroadcastDone {
		t.Errorf("it is %s", state)
	}
}

// pumpOnce looks once for what is due, without waiting for what is not.
func (h *house) pumpOnce() {
	h.t.Helper()
	ctx := h.t.Context()
	if err := h.store.TurnBroadcasts(ctx, h.store.Pool, h.g.now()); err != nil {
		h.t.Fatal(err)
	}
	all, err := h.store.DueToFreeze(ctx, h.store.Pool, h.g.now())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, id := range all {
		if err := h.store.InTx(ctx, func(tx pgx.Tx) error { return h.store.FreezeBroadcast(ctx, tx, id, h.g.now()) }); err != nil {
			h.t.Fatal(err)
		}
	}
	if err := h.store.TurnBroadcasts(ctx, h.store.Pool, h.g.now()); err != nil {
		h.t.Fatal(err)
	}
	lines, err := h.store.LinesToCall(ctx, h.store.Pool, h.g.now())
	if err != nil {
		h.t.Fatal(err)
	}
	for range lines {
		one := &callPump{g: h.g, lineID: h.line.ID, free: make(chan struct{}, placing), mine: func() error { return nil }}
		if err := one.run(ctx); err != nil {
			h.t.Fatal(err)
		}
	}
}

// 2 is never to be called again, by any line: in the ledger, with how and words, also where the call was over before the key was told.
func TestNeverToBeCalledAgain(t *testing.T) {
	for name, late := range map[string]bool{"on the call": false, "told after its end": true} {
		t.Run(name, func(t *testing.T) {
			h, x, _ := callingHouse(t)
			author, second := h.agreed(map[string][]string{ben: byCall()})
			b := h.approved(author, second, store.Broadcast{})
			h.pass(2 * time.Minute)
			h.pumpCalls()
			on := h.answers(x)
			if late {
				on.over("completed")
			}
			if said := on.key("2"); said != "" || on.last.Wait != nil {
				t.Errorf("after 2 %q is said", said)
			}
			on.key("2")
			if !late {
				on.over("completed")
			}
			h.pass(4 * time.Hour)
			h.pumpCalls()
			if got := h.called(b); got.Refused != 1 || len(x.placed) != 1 {
				t.Errorf("%+v, called %d times", got, len(x.placed))
			}
			if n := h.count("select count(*) from consent where channel = 'voice' and purpose = 'all' and line_id is null and not given and how = $1 and words is not null", neverAgain); n != 1 {
				t.Errorf("%d rows in the ledger", n)
			}
			h.approved(author, second, store.Broadcast{})
			h.pass(2 * time.Minute)
			if h.pumpCalls(); len(x.placed) != 1 {
				t.Error("called again about the next one")
			}
		})
	}
}

// Consent, hours, a talk under way and a call under way are asked at the last moment (TestEverySendAsksTheLedger names this one).
func TestACallAsksAtTheLastMoment(t *testing.T) {
	h, x, _ := callingHouse(t)
	const dan, eve = "+12125550171", "+12125550172"
	author, second := h.agreed(map[string][]string{ana: byCall(), ben: byCall(), carla: byCall(), dan: byCall(), eve: byCall()})
	b := h.approved(author, second, store.Broadcast{})
	h.pumpCalls() // frozen
	h.pass(2 * time.Minute)
	h.consent(ana, store.Consent{Purpose: store.ForNotices, Channel: store.ByVoice, How: "told Rosa"})
	h.text(ben, "MENU")
	h.call(carla)
	h.run("update phones set hours_from = $1, hours_until = $2 where index = $3", 14*60, 15*60, h.keys.Index("phone", dan))
	h.pumpCalls()
	if got := h.called(b); len(x.placed) != 1 || x.placed[0].To != eve || got.Refused != 1 || got.Ready != 3 {
		t.Fatalf("%+v, %+v", x.placed, got)
	}
	h.consent(eve, store.Consent{Purpose: store.ForNotices, Channel: store.ByVoice, How: "told Rosa"}) // while it rings
	if on := h.answers(x); on.last.Text() != "" {
		t.Errorf("whoever said no meanwhile hears %q", on.last.Text())
	}
	h.pass(16 * time.Minute)
	h.pumpCalls()
	if len(x.placed) != 3 {
		t.Errorf("after a while %d were called", len(x.placed))
	}
	h.pass(2 * time.Hour) // 2:18 pm
	h.pumpCalls()
	if last := x.placed[len(x.placed)-1]; len(x.placed) != 4 || last.To != dan {
		t.Errorf("in the hours of their own: %d were called", len(x.placed))
	}
}

func (h *house) consent(number string, c store.Consent) {
	h.t.Helper()
	id, err := h.store.EnsurePhone(h.t.Context(), h.store.Pool, h.line.AssemblyID, store.Phone(number))
	if err != nil {
		h.t.Fatal(err)
	}
	c.Phone, c.Assembly = id, h.line.AssemblyID
	if err := h.store.AddConsent(h.t.Context(), h.store.Pool, c); err != nil {
		h.t.Fatal(err)
	}
}

// A phone that is on a call with us is not called by another broadcast at the same time.
func TestNobodyIsCalledTwiceAtOnce(t *testing.T) {
	h, x, _ := callingHouse(t)
	author, second := h.agreed(map[string][]string{ben: byCall()})
	h.approved(author, second, store.Broadcast{})
	h.approved(author, second, store.Broadcast{Words: store.Words{"en": "Another one.", "es": "Otra."}})
	h.pass(2 * time.Minute)
	h.pumpCalls()
	if len(x.placed) != 1 {
		t.Fatalf("called %d times at once", len(x.placed))
	}
	on := h.answers(x)
	on.key("1")
	on.over("completed")
	h.pass(time.Minute)
	if h.pumpCalls(); len(x.placed) != 1 {
		t.Fatal("called right after a call")
	}
	h.pass(20 * time.Minute)
	if h.pumpCalls(); len(x.placed) != 2 {
		t.Errorf("the other one was not told: called %d times", len(x.placed))
	}
}

// A broadcast that is canceled while a phone rings is told to nobody who answers then, and tried no more.
func TestACanceledNoticeIsNotRead(t *testing.T) {
	h, x, _ := callingHouse(t)
	author, second := h.agreed(map[string][]string{ben: byCall()})
	b := h.approved(author, second, store.Broadcast{})
	h.pass(2 * time.Minute)
	h.pumpCalls()
	on := h.answers(x)
	if err := h.store.CancelBroadcast(t.Context(), h.store.Pool, b, h.g.now()); err != nil {
		t.Fatal(err)
	}
	if said := on.key("1"); said != "" {
		t.Errorf("it is read: %q", said)
	}
	on.over("completed")
	h.pass(5 * time.Hour)
	h.pumpCalls()
	if got := h.called(b); got.Canceled != 1 || len(x.placed) != 1 {
		t.Errorf("%+v", got)
	}
}
