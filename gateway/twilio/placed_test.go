package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/store"
)

func aCall() gateway.Call {
	return gateway.Call{ID: "c1", To: ben, From: line, Ring: 20 * time.Second}
}

func TestPlacingACall(t *testing.T) {
	var got url.Values
	c := carrier(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.URL.Path != "/base/2010-04-01/Accounts/"+account+"/Calls.json" {
			t.Error(r.URL.Path, err)
		}
		got = r.PostForm
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"sid": %q, "status": "queued"}`, callSID)
	})
	if p := c.Call(t.Context(), aCall()); p.State != store.SendAccepted || p.ID != callSID {
		t.Fatalf("placed: %+v", p)
	}
	same(t, got, url.Values{
		"To": {ben}, "From": {line}, "Timeout": {"20"},
		"Url": {public + "/twilio/placed/c1/" + mark(token, forPlaced, "c1") + voiceFragment}, "Method": {"POST"},
		"FallbackUrl": {public + "/twilio/fallback/voice" + voiceFragment}, "FallbackMethod": {"POST"},
		"StatusCallback":      {public + "/twilio/status/placed/c1/" + mark(token, forTold, "c1") + statusFragment},
		"StatusCallbackEvent": {"completed"}, "StatusCallbackMethod": {"POST"},
	})
}

// What nobody can know is never placed again; what the carrier did nothing about may be.
func TestWhatBecomesOfACall(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   store.SendState
	}{
		"cut off":       {cutting, store.SendUnknown},
		"a server down": {refusing(503, 0), store.SendUnknown},
		"no id":         {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); fmt.Fprint(w, `{}`) }, store.SendUnknown},
		"too many":      {refusing(429, 20429), store.SendReady},
		"no number":     {refusing(400, 21211), store.SendRefused},
	} {
		if p := carrier(t, c.answer).Call(t.Context(), aCall()); p.State != c.want || p.Cause == nil || strings.Contains(p.Cause.Error(), ben[1:]) {
			t.Errorf("%s: %+v", name, p)
		}
	}
	never := carrier(t, func(http.ResponseWriter, *http.Request) { t.Error("the carrier was asked") })
	for name, spoil := range map[string]func(*gateway.Call){
		"no receiver": func(c *gateway.Call) { c.To = "" }, "no line": func(c *gateway.Call) { c.From = "" },
		"no id": func(c *gateway.Call) { c.ID = "a/b" }, "no time": func(c *gateway.Call) { c.Ring = 0 },
	} {
		call := aCall()
		spoil(&call)
		if p := never.Call(t.Context(), call); p.State != store.SendRefused {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// placing has whatever is asked about calls that we placed answered by script.
func placing(h *house) *[]string {
	asked := &[]string{}
	note := func(what ...string) { *asked = append(*asked, strings.Join(what, " ")) }
	h.handler = Handler(h.cfg, func() Hears {
		hears := h.hears()
		hears.Calls = Calls{
			Answered: func(_ context.Context, id, _ string) (gateway.Reply, error) {
				note("answered", id)
				return h.whisper, h.fail
			},
			Pressed: func(_ context.Context, id, key string, _ gateway.Inbound) (gateway.Reply, error) {
				note("pressed", id, key)
				return h.reply, h.fail
			},
			BridgeOver: func(_ context.Context, id string, came gateway.Inbound) (gateway.Reply, error) {
				note("over", id, came.Outcome, came.Lasted.String(), fmt.Sprint(came.HungUp))
				return say("They did not answer."), h.fail
			},
			Message: func(_ context.Context, id string) (gateway.Reply, error) {
				note("message", id)
				return h.whisper, h.fail
			},
			Heeded: func(_ context.Context, id, key string) (bool, error) {
				note("heeded", id, key)
				return key == "1", h.fail
			},
			Told: func(_ context.Context, id string, told gateway.CallTold) (bool, error) {
				note("told", id, told.Status)
				return told.Status == "completed" && told.SIP == 200, h.fail
			},
		}
		return hears
	}())
	return asked
}

func outward(pairs ...string) url.Values {
	return callForm(append([]string{"From", line, "To", ben, "Direction", "outbound-api"}, pairs...)...)
}

func TestWhatIsSaidOnACallThatWePlaced(t *testing.T) {
	h := newHouse(t)
	asked := placing(h)
	h.whisper = whispering()
	placed, message := h.cfg.marked("placed", forPlaced, "c1"), h.cfg.marked("message", forMessage, "c1")
	told := h.cfg.marked("status/placed", forTold, "c1")
	w := h.post(placed, outward())
	golden(t, "placed_answered", w.Body.Bytes())
	grammatical(t, w.Body.Bytes())

	h.reply = ringing() // and the worker's phone rings: from our line, with a word of its own before anybody is connected
	h.reply.Ring.To, h.reply.Turn = ana, 0
	w = h.post(placed+"/key", outward("Digits", "1"))
	golden(t, "placed_rings", w.Body.Bytes())
	grammatical(t, w.Body.Bytes())
	h.reply = say("They wrote to us.")
	golden(t, "placed_taken", h.post(placed+"/key", outward("Digits", "1")).Body.Bytes())
	h.post(placed+"/over", outward("DialCallStatus", "no-answer", "DialBridged", "false"))
	h.post(placed+"/over", outward("DialCallStatus", "completed", "DialCallDuration", "90"))
	h.post(placed+"/over", outward("DialCallStatus", "canceled", "DialBridged", "false", "CallStatus", "completed"))

	w = h.post(message, outward())
	golden(t, "placed_message", w.Body.Bytes())
	grammatical(t, w.Body.Bytes())
	if w = h.post(message+"/key", outward("Digits", "1")); strings.Contains(w.Body.String(), "Hangup") {
		t.Errorf("1 does not connect: %s", w.Body)
	}
	if w = h.post(message+"/key", outward("Digits", "2")); !strings.Contains(w.Body.String(), "<Hangup/>") {
		t.Errorf("2 connects: %s", w.Body)
	}
	if w = h.post(told, outward("CallStatus", "busy")); w.Code != http.StatusNoContent {
		t.Errorf("the status answered %d", w.Code)
	}
	same(t, *asked, []string{"answered c1", "pressed c1 1", "pressed c1 1", "over c1 missed 0s false", "over c1 answered 1m30s false",
		"over c1 missed 0s true", "message c1", "heeded c1 1",
		"heeded c1 2", "told c1 busy"})

	// What could not be kept is asked for again.
	h.fail = errors.New("Postgres is away")
	for _, path := range []string{placed, placed + "/key", placed + "/over", message, message + "/key", told} {
		if w := h.post(path, outward("Digits", "1", "CallStatus", "completed")); w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s answered %d", path, w.Code)
		}
	}
}

// Only we can make these paths, each for its own purpose; and they are signed.
func TestACallThatWeDidNotPlace(t *testing.T) {
	h := newHouse(t)
	asked := placing(h)
	for _, of := range []struct{ route, purpose string }{{"placed", forPlaced}, {"message", forMessage}, {"status/placed", forTold}} {
		for _, wrong := range []string{forPlaced, forMessage, forTold, forWhisper, forStatus} {
			if wrong == of.purpose {
				continue
			}
			path := "/twilio/" + of.route + "/c1/" + mark(token, wrong, "c1")
			for _, path := range []string{path, path + "/key", path + "/over"} {
				if w := h.post(path, outward("Digits", "1")); w.Code != http.StatusNotFound {
					t.Errorf("%s answered %d", path, w.Code)
				}
			}
		}
		if w := h.post(h.cfg.marked(of.route, of.purpose, "c1")+"x", outward()); w.Code != http.StatusNotFound {
			t.Errorf("a mark of another id: %d", w.Code)
		}
		if w := h.send(h.cfg.marked(of.route, of.purpose, "c1"), outward().Encode(), "unsigned"); w.Code != http.StatusForbidden {
			t.Errorf("unsigned: %d", w.Code)
		}
	}
	if w := h.post(h.cfg.marked("status/placed", forTold, "c1"), form("CallSid", callSID)); w.Code != http.StatusBadRequest {
		t.Errorf("without a status: %d", w.Code)
	}
	if len(*asked) > 0 {
		t.Errorf("the gateway was asked: %v", *asked)
	}
}

// An answer that was lost leaves nobody knowing, and the phone rings all the same: its end comes back under our id.
func TestACallWhoseAnswerWasLost(t *testing.T) {
	tw := newTown(t)
	tw.faults.Set(simulator.Plan{REST: []simulator.RESTFault{{Method: "POST", Path: "Calls.json", After: true}}})
	if p := tw.client.Call(tw.ctx, aCall()); p.State != store.SendUnknown {
		t.Fatalf("placed: %+v", p)
	}
	bens := tw.phone(ben)
	for a, err := range bens.Arrivals(tw.ctx, 0) {
		tw.must(err)
		if a.Ring != nil && a.Ring.From == line {
			return
		}
	}
	tw.Error("Ben's phone does not ring")
}
