package gateway

import (
	"fmt"
	"testing"
	"time"

	"hotline/store"
)

func (h *house) resolved() {
	h.t.Helper()
	if err := h.g.Resolve(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// A call whose answer was lost is looked for at the carrier: one there is it, two are a person's to tell apart, and none counts as a try. It is
// never placed again blindly.
func TestALostCallIsLookedFor(t *testing.T) {
	for name, c := range map[string]struct {
		fault string
		more  int // other calls there to that phone at that time
		want  func(store.Calls) bool
		why   string
	}{
		"one":  {"lost after", 0, func(c store.Calls) bool { return c.Later == 1 }, ""},
		"two":  {"lost after", 1, func(c store.Calls) bool { return c.Unknown == 1 }, "several"},
		"none": {"lost before", 0, func(c store.Calls) bool { return c.Later == 1 }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h, x, _ := callingHouse(t)
			author, second := h.agreed(map[string][]string{ben: byCall()})
			x.faults = []string{c.fault}
			b := h.approved(author, second, store.Broadcast{})
			h.pass(2 * time.Minute)
			h.pumpCalls()
			for i := range c.more {
				x.listed[ben] = append(x.listed[ben], ListedCall{ID: fmt.Sprintf("CA%032d", i), Direction: "outbound-api", Status: "completed", Created: h.g.now()})
			}
			x.listed[ben] = append(x.listed[ben], ListedCall{ID: "CAinbound", Direction: "inbound", Status: "completed", Created: h.g.now()})
			if got := h.called(b); got.Unknown != 1 {
				t.Fatalf("%+v", got)
			}
			x.broken = true
			h.pass(16 * time.Minute)
			if err := h.g.Resolve(t.Context()); err == nil || h.called(b).Unknown != 1 {
				t.Fatalf("without a list: %+v, %v", h.called(b), err)
			}
			x.broken = false
			h.resolved()
			if got := h.called(b); !c.want(got) {
				t.Errorf("%+v", got)
			}
			if n := h.count("select count(*) from outgoing where coalesce(person_why, '') = $1", c.why); n != 1 {
				t.Errorf("left for a person otherwise than %q", c.why)
			}
			if n := h.count("select count(*) from notice_calls"); n != 1 {
				t.Errorf("%d tries", n)
			}
		})
	}
}

// A callback settles a lost call sooner; and a call of which the end was never told is asked about.
func TestAnEndThatWasNeverTold(t *testing.T) {
	h, x, _ := callingHouse(t)
	author, second := h.agreed(map[string][]string{ana: byCall(), ben: byCall()})
	x.faults = []string{"lost after"}
	b := h.approved(author, second, store.Broadcast{})
	h.pass(2 * time.Minute)
	h.pumpCalls()
	first := x.placed[0]
	if _, err := h.g.CallTold(t.Context(), first.ID, CallTold{ID: x.sid(1), Status: "no-answer"}); err != nil {
		t.Fatal(err)
	}
	if got := h.called(b); got.Later != 1 || got.Calling != 1 {
		t.Fatalf("%+v", got)
	}
	on := h.answers(x)
	on.key("1")
	x.listed[on.call.To][0].Status = "in-progress"
	h.pass(16 * time.Minute)
	h.resolved()
	if n := h.count("select count(*) from notice_calls where ended_at is null"); n != 1 {
		t.Errorf("a call that goes on was ended")
	}
	x.listed[on.call.To][0].Status = "completed"
	h.resolved()
	if got := h.called(b); got.Heard != 1 || h.count("select count(*) from notice_calls where ended_at is null") != 0 {
		t.Errorf("%+v", got)
	}
}

// The program dies between the request and its answer: the call is unknown to whoever comes next, who asks the carrier, and calls nobody anew.
func TestACutOffCallIsNotMadeAgain(t *testing.T) {
	h, x, _ := callingHouse(t)
	author, second := h.agreed(map[string][]string{ana: byCall(), ben: byCall()})
	b := h.approved(author, second, store.Broadcast{})
	h.pass(2 * time.Minute)
	h.pumpCalls()
	h.run("update outgoing set state = 'sending', carrier_id = null where channel = 'voice'")
	h.run("update notice_calls set carrier_id = null")
	h.approved(author, second, store.Broadcast{Words: store.Words{"en": "Another one.", "es": "Otra."}}) // so that a pump begins
	h.pass(2 * time.Minute)
	h.pumpCalls()
	if got := h.called(b); got.Unknown != 2 || len(x.placed) != 2 {
		t.Fatalf("%+v, called %d times", got, len(x.placed))
	}
	h.resolved()
	if got := h.called(b); got.Later != 2 || len(x.placed) != 2 {
		t.Errorf("%+v, called %d times", got, len(x.placed))
	}
}

// The day's cap counts calls, and what nobody answered is given back.
func TestCallsStopAtTheCap(t *testing.T) {
	h, x, _ := callingHouse(t)
	h.run("update lines set daily_cap = 1, call_price = 400000") // two calls
	author, second := h.agreed(map[string][]string{ana: byCall(), ben: byCall(), carla: byCall()})
	b := h.approved(author, second, store.Broadcast{ExpiresAt: h.g.now().Add(72 * time.Hour)})
	h.pass(2 * time.Minute)
	h.pumpCalls()
	if state, why := h.state(b); state != store.BroadcastPaused || why != store.WhyCap || len(x.placed) != 2 {
		t.Fatalf("it is %s, %q, and %d were called", state, why, len(x.placed))
	}
	for i, c := range x.placed {
		if _, err := h.g.CallTold(t.Context(), c.ID, CallTold{ID: x.sid(i + 1), Status: "no-answer"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := h.count("select spent from spending"); n != 0 {
		t.Errorf("%d are booked for calls that nobody answered", n)
	}
	h.resumed(b)
	if h.pumpCalls(); len(x.placed) != 3 {
		t.Errorf("then %d were called", len(x.placed))
	}
}

// What the carrier refuses: the number is called no more, our account pauses it, and a busy carrier is asked again without its counting as a try.
func TestWhatACarrierRefusesToCall(t *testing.T) {
	h, x, _ := callingHouse(t)
	author, second := h.agreed(map[string][]string{ben: byCall()})
	x.faults = []string{"busy", "account", "refused"}
	b := h.approved(author, second, store.Broadcast{})
	h.pass(2 * time.Minute)
	h.pumpCalls()
	if got := h.called(b); got.Later != 1 || h.count("select count(*) from notice_calls") != 0 {
		t.Fatalf("busy: %+v", got)
	}
	h.pass(time.Minute)
	time.Sleep(1100 * time.Millisecond)
	h.pumpCalls()
	if state, why := h.state(b); state != store.BroadcastPaused || why != store.WhyAccount {
		t.Fatalf("the account: it is %s, %q", state, why)
	}
	h.pass(time.Minute)
	h.resumed(b)
	h.pumpCalls()
	if got := h.called(b); got.Failed != 1 || got.Blamed[store.BlameNumber] != 1 || len(x.placed) != 0 {
		t.Errorf("refused: %+v", got)
	}
}
