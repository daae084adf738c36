package twilio

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hotline/gateway"
	"hotline/gateway/simulator"
)

const ben = "+12125550102"

// ringing is a reply that has Ben's phone ring.
func ringing() gateway.Reply {
	return gateway.Reply{
		Say:  []gateway.Prompt{{Lang: "en", Words: "We are calling someone."}},
		Wait: &gateway.Wait{Ring: &gateway.Ring{Who: "b1", Lang: "es", Purpose: "danger", Timeout: 20 * time.Second}},
		Turn: 4, Ring: &gateway.Ringing{ID: "call1", To: ben, From: line},
	}
}

func whispering() gateway.Reply {
	return gateway.Reply{
		Say:  []gateway.Prompt{{Lang: "en", Words: "Someone is calling."}, {Lang: "es", Words: "Español"}, {Lang: "en", Words: "To take the call, press 1."}},
		Wait: &gateway.Wait{Keys: 1, Timeout: 7 * time.Second},
	}
}

func TestAPhoneRingsForACaller(t *testing.T) {
	h := newHouse(t)
	h.reply = ringing()
	w := h.post("/twilio/voice/3", callForm("Digits", "1"))
	golden(t, "call_rings", w.Body.Bytes())
	grammatical(t, w.Body.Bytes())
	if doc := w.Body.String(); strings.Contains(doc, ana) {
		t.Errorf("whoever is rung sees the caller: %s", doc)
	}
	h.reply.Ring = nil // the number cannot be had: it counts as missed
	w = h.post("/twilio/voice/3", callForm("Digits", "1"))
	golden(t, "call_rings_nobody", w.Body.Bytes())
	grammatical(t, w.Body.Bytes())
}

func TestWhatCameOfAPhoneThatRang(t *testing.T) {
	for name, c := range map[string]struct {
		form    []string
		outcome string
		gone    bool
	}{
		"they talked":                {[]string{"DialCallStatus", "completed", "DialBridged", "true"}, gateway.Taken, false},
		"a machine answered":         {[]string{"DialCallStatus", "completed", "DialBridged", "false"}, gateway.Missed, false},
		"nobody answered":            {[]string{"DialCallStatus", "no-answer", "DialBridged", "false"}, gateway.Missed, false},
		"busy, from another carrier": {[]string{"DialCallStatus", "busy"}, gateway.Missed, false},
		"answered, another carrier":  {[]string{"DialCallStatus", "completed", "DialCallDuration", "30"}, gateway.Answered, false},
		"the caller left":            {[]string{"DialCallStatus", "canceled", "DialBridged", "false", "CallStatus", "completed"}, gateway.Missed, true},
		"the caller left afterwards": {[]string{"DialCallStatus", "completed", "DialBridged", "true", "CallStatus", "completed"}, gateway.Taken, true},
	} {
		t.Run(name, func(t *testing.T) {
			in := newHouse(t).hearing("/twilio/voice/4", callForm(c.form...))
			if in.Kind != gateway.KindRang || in.Outcome != c.outcome || in.HungUp != c.gone || in.Answers != 4 ||
				(in.Lasted == 30*time.Second) != (c.outcome == gateway.Answered) {
				t.Errorf("heard %+v", in)
			}
		})
	}
}

func TestAWhisperThatWeDidNotAskFor(t *testing.T) {
	h := newHouse(t)
	h.whisper = whispering()
	for _, path := range []string{
		"/twilio/whisper/call1/" + mark(token, forWhisper, "call2"), "/twilio/whisper/call1/" + mark(token, forStatus, "call1"), "/twilio/whisper/call1/x",
	} {
		for _, path := range []string{path, path + "/key"} {
			if w := h.post(path, callForm("Digits", "1")); w.Code != http.StatusNotFound || len(h.taken) > 0 {
				t.Errorf("%s answered %d", path, w.Code)
			}
		}
	}
	if w := h.send(h.cfg.whisperPath("call1"), callForm().Encode(), "unsigned"); w.Code != http.StatusForbidden {
		t.Errorf("unsigned: %d", w.Code)
	}
	if w := h.post(h.cfg.whisperPath("call1"), callForm()); w.Code != http.StatusOK {
		t.Errorf("ours: %d", w.Code)
	} else {
		golden(t, "call_whisper", w.Body.Bytes())
	}
}

// rings lets a caller be put through, and gives the call that comes to Ben.
func (tw *town) rings() (caller *simulator.Call, bens *simulator.Phone, ring simulator.Ring) {
	tw.Helper()
	tw.reply, tw.whisper = ringing(), whispering()
	caller, err := tw.phone(ana).Call(tw.ctx, line)
	tw.does(nil, err)
	tw.reply = say("Goodbye.")
	bens = tw.phone(ben)
	for a, err := range bens.Arrivals(tw.ctx, 0) {
		tw.must(err)
		if a.Ring != nil {
			return caller, bens, *a.Ring
		}
	}
	tw.Fatal("Ben's phone does not ring")
	return caller, bens, ring
}

// came is what was heard of the phone, once the call is over.
func (tw *town) came() gateway.Inbound {
	tw.Helper()
	tw.quiet()
	tw.mu.Lock()
	defer tw.mu.Unlock()
	for _, in := range tw.heard {
		if in.Kind == gateway.KindRang {
			return in
		}
	}
	tw.Fatalf("nothing was heard of the phone, but %+v", tw.heard)
	return gateway.Inbound{}
}

func TestSomebodyOnDutyTakesACall(t *testing.T) {
	tw := newTown(t)
	caller, bens, ring := tw.rings()
	if ring.From != line {
		t.Errorf("Ben sees %s", ring.From)
	}
	callee, err := bens.Answer(tw.ctx, ring)
	tw.must(err)
	if said := callee.History().Words(); said != "Someone is calling.\nEspañol\nTo take the call, press 1." {
		t.Errorf("Ben hears %q", said)
	}
	_, err = callee.Press(tw.ctx, "1")
	tw.must(err)
	_, err = caller.Speak(tw.ctx, "help me")
	tw.must(err)
	_, err = callee.Hangup(tw.ctx)
	tw.must(err)
	if in := tw.came(); in.Outcome != gateway.Taken || in.Answers != 4 || len(tw.taken) != 1 || tw.taken[0] != "call1" {
		t.Errorf("heard %+v, taken %v", in, tw.taken)
	}
}

// Nobody but whoever presses 1 is put through.
func TestWhoeverDoesNotPress1IsHungUpOn(t *testing.T) {
	for name, does := range map[string]func(*town, *simulator.Phone, simulator.Ring) error{
		"an answering machine": func(tw *town, bens *simulator.Phone, ring simulator.Ring) error {
			callee, err := bens.Answer(tw.ctx, ring)
			tw.must(err)
			_, err = callee.Silence(tw.ctx)
			return err
		},
		"another key": func(tw *town, bens *simulator.Phone, ring simulator.Ring) error {
			callee, err := bens.Answer(tw.ctx, ring)
			tw.must(err)
			_, err = callee.Press(tw.ctx, "2")
			return err
		},
		"too late": func(tw *town, bens *simulator.Phone, ring simulator.Ring) error {
			tw.gone = true
			callee, err := bens.Answer(tw.ctx, ring)
			tw.must(err)
			_, err = callee.Press(tw.ctx, "1")
			return err
		},
		"no answer": func(tw *town, bens *simulator.Phone, ring simulator.Ring) error { return bens.Ignore(tw.ctx, ring) },
		"busy":      func(tw *town, bens *simulator.Phone, ring simulator.Ring) error { return bens.Reject(tw.ctx, ring) },
	} {
		t.Run(name, func(t *testing.T) {
			tw := newTown(t)
			_, bens, ring := tw.rings()
			tw.must(does(tw, bens, ring))
			if in := tw.came(); in.Outcome != gateway.Missed || in.HungUp {
				t.Errorf("heard %+v", in)
			}
		})
	}
}

func TestTheCallerLeavesWhileItRings(t *testing.T) {
	tw := newTown(t)
	caller, bens, ring := tw.rings()
	_, err := caller.Hangup(tw.ctx)
	tw.must(err)
	if in := tw.came(); in.Outcome != gateway.Missed || !in.HungUp {
		t.Errorf("heard %+v", in)
	}
	if _, err := bens.Answer(tw.ctx, ring); err == nil {
		t.Error("the phone rings on")
	}
}

// Somebody on duty may be on the line themselves: their phone is busy, and the caller goes on.
func TestSomebodyOnDutyIsCallingTheLine(t *testing.T) {
	tw := newTown(t)
	tw.reply = say("Press a key.")
	tw.reply.Wait, tw.reply.Turn = waitForKeys(), 1
	_, err := tw.phone(ben).Call(tw.ctx, line)
	tw.does(nil, err)
	goodbye := say("Goodbye.")
	tw.reply, tw.after = ringing(), &goodbye // else it rings again, and again
	caller, err := tw.phone(ana).Call(tw.ctx, line)
	tw.must(err)
	if in := tw.came(); in.From != ana || in.Outcome != gateway.Missed {
		t.Errorf("heard %+v of call %s", in, caller.SID)
	}
}
