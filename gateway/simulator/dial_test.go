package simulator_test

import (
	"testing"

	"hotline/gateway/simulator"
)

const carla = "+12125550103"

// rings waits for the next call on a phone.
func (tw *town) rings(p *simulator.Phone, after int64) (simulator.Ring, int64) {
	tw.Helper()
	for a, err := range p.Arrivals(tw.ctx, after) {
		tw.must(err)
		if a.Ring != nil {
			return *a.Ring, a.ID
		}
	}
	tw.Fatal("no call came")
	return simulator.Ring{}, 0
}

// until streams a call to the first event whose story is a line.
func (tw *town) until(call *simulator.Call, line string) {
	tw.Helper()
	heard := ""
	for e, err := range call.Stream(tw.ctx, 0) {
		tw.must(err)
		one := story(simulator.Events{e})
		heard += one
		if one == line+"\n" {
			return
		}
	}
	tw.Fatalf("never %q, only:\n%s", line, heard)
}

func dialing(t *testing.T, dial string) (*town, *simulator.Call) {
	tw := newTown(t)
	tw.on("/voice", dial+`<Say>The next verb.</Say>`)
	tw.on("/after", `<Say>After the call.</Say>`)
	call := tw.call(tw.phone(ana))
	return tw, call
}

func TestTwoPeopleTalk(t *testing.T) {
	tw, caller := dialing(t, `<Dial callerId="`+line+`" action="/after"><Number statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed">`+ben+`</Number></Dial>`)
	tw.tells(caller.History(), nil, "ring ", "? dial")
	phone := tw.phone(ben)
	ring, _ := tw.rings(phone, 0)
	if ring.From != line {
		t.Errorf("Ben sees %s", ring.From)
	}
	callee, err := phone.Answer(tw.ctx, ring)
	tw.must(err)
	tw.tells(callee.History(), nil, "? talk")
	tw.until(caller, "? talk")
	_, err = caller.Speak(tw.ctx, "is anyone there")
	tw.must(err)
	tw.until(callee, "voice is anyone there")
	_, err = callee.Press(tw.ctx, "5")
	tw.must(err)
	tw.until(caller, "tone 5")
	heard, err := callee.Hangup(tw.ctx)
	tw.tells(heard, err, "end caller completed")
	tw.until(caller, "say After the call.")
	got := tw.askedAt("/after")[0].form
	if got.Get("DialCallStatus") != "completed" || got.Get("DialBridged") != "true" || got.Get("DialCallSid") != ring.SID || got.Get("CallSid") != caller.SID {
		t.Errorf("asked: %v", got)
	}
	var progress string
	for _, a := range tw.askedAt("/leg") {
		progress += a.form.Get("CallStatus") + " "
		if a.form.Get("ParentCallSid") != caller.SID || a.form.Get("Direction") != "outbound-dial" {
			t.Errorf("told: %v", a.form)
		}
	}
	if progress != "initiated ringing in-progress completed " {
		t.Errorf("told %s", progress)
	}
}

func TestNobodyAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status string
		does   func(tw *town, caller *simulator.Call, phone *simulator.Phone, ring simulator.Ring) error
	}{
		"the caller waits": {"no-answer", func(tw *town, caller *simulator.Call, _ *simulator.Phone, _ simulator.Ring) error {
			_, err := caller.Silence(tw.ctx)
			return err
		}},
		"busy": {"busy", func(tw *town, _ *simulator.Call, phone *simulator.Phone, ring simulator.Ring) error {
			return phone.Reject(tw.ctx, ring)
		}},
		"ignored": {"no-answer", func(tw *town, _ *simulator.Call, phone *simulator.Phone, ring simulator.Ring) error {
			return phone.Ignore(tw.ctx, ring)
		}},
		"the caller leaves": {"canceled", func(tw *town, caller *simulator.Call, _ *simulator.Phone, _ simulator.Ring) error {
			_, err := caller.Hangup(tw.ctx)
			return err
		}},
	} {
		tw, caller := dialing(t, `<Dial action="/after">`+ben+`</Dial>`)
		phone := tw.phone(ben)
		ring, _ := tw.rings(phone, 0)
		tw.must(c.does(tw, caller, phone, ring))
		if name == "the caller leaves" {
			tw.until(caller, "end caller completed")
		} else {
			tw.until(caller, "say After the call.")
		}
		if got := tw.askedAt("/after"); len(got) != 1 || got[0].form.Get("DialCallStatus") != c.status || got[0].form.Get("DialBridged") != "false" {
			t.Errorf("%s: %+v", name, got)
		}
		if _, err := phone.Answer(tw.ctx, ring); err == nil {
			t.Errorf("%s: the phone still rings", name)
		}
	}
}

func TestWithoutActionTheNextVerbFollows(t *testing.T) {
	tw, caller := dialing(t, `<Dial timeout="20">`+ben+`</Dial>`)
	heard, err := caller.Silence(tw.ctx)
	tw.tells(heard, err, "say The next verb.", "end line completed")
	if d := heard.Ended().Duration; d != 21 {
		t.Errorf("lasted %d s", d)
	}
}

func TestTheFirstToAnswerIsConnected(t *testing.T) {
	tw, caller := dialing(t, `<Dial action="/after" answerOnBridge="true"><Number>`+ben+`</Number><Number>`+carla+`</Number></Dial>`)
	tw.tells(caller.History(), nil, "? dial")
	bens, carlas := tw.phone(ben), tw.phone(carla)
	first, _ := tw.rings(bens, 0)
	second, _ := tw.rings(carlas, 0)
	tw.must(bens.Reject(tw.ctx, first))
	callee, err := carlas.Answer(tw.ctx, second)
	tw.must(err)
	tw.until(caller, "? talk")
	_, err = caller.Hangup(tw.ctx)
	tw.must(err)
	tw.until(callee, "end peer completed")
}

func TestPhonesMayRingInTurn(t *testing.T) {
	tw, caller := dialing(t, `<Dial sequential="true" action="/after"><Number>`+ben+`</Number><Number>`+carla+`</Number></Dial>`)
	bens, carlas := tw.phone(ben), tw.phone(carla)
	ring, _ := tw.rings(bens, 0)
	if inbox, err := carlas.Inbox(tw.ctx); err != nil || len(inbox) != 0 {
		t.Fatalf("Carla's phone rings too early: %v %v", inbox, err)
	}
	tw.must(bens.Ignore(tw.ctx, ring))
	ring, _ = tw.rings(carlas, 0)
	_, err := carlas.Answer(tw.ctx, ring)
	tw.must(err)
	tw.until(caller, "? talk")
}

// The callee is told what it is about before being connected, and may decline.
func TestAWhisperAsksFirst(t *testing.T) {
	for press, bridged := range map[string]string{"1": "true", "2": "false", "": "false"} {
		tw, caller := dialing(t, `<Dial action="/after"><Number url="/whisper">`+ben+`</Number></Dial>`)
		tw.on("/whisper", `<Gather numDigits="1" action="/accept"><Say>Danger. Press 1 to talk.</Say></Gather><Hangup/>`)
		tw.on("/accept", `<Hangup/>`)
		if press == "1" {
			tw.on("/accept", ``)
		}
		phone := tw.phone(ben)
		ring, _ := tw.rings(phone, 0)
		callee, err := phone.Answer(tw.ctx, ring)
		tw.must(err)
		tw.tells(callee.History(), nil, "say Danger. Press 1 to talk.", "? gather")
		if press == "" {
			_, err = callee.Silence(tw.ctx)
		} else {
			_, err = callee.Press(tw.ctx, press)
		}
		tw.must(err)
		if press == "1" {
			tw.until(caller, "? talk")
			_, err = callee.Hangup(tw.ctx)
			tw.must(err)
		}
		tw.until(caller, "say After the call.")
		if got := tw.askedAt("/after")[0].form; got.Get("DialBridged") != bridged {
			t.Errorf("pressed %q: %v", press, got)
		}
		if got := tw.askedAt("/whisper")[0].form; got.Get("CallSid") != ring.SID || got.Get("To") != ben || got.Get("Direction") != "outbound-dial" {
			t.Errorf("whisper: %v", got)
		}
	}
}

func TestAnAppIsRung(t *testing.T) {
	tw, caller := dialing(t, `<Dial><Client><Identity>duty</Identity><Parameter name="lang" value="es"/></Client></Dial>`)
	phone := tw.phone("client:duty")
	ring, _ := tw.rings(phone, 0)
	_, err := phone.Answer(tw.ctx, ring)
	tw.must(err)
	tw.until(caller, "? talk")
}

func TestAStarEndsTheTalk(t *testing.T) {
	tw, caller := dialing(t, `<Dial hangupOnStar="true" action="/after">`+ben+`</Dial>`)
	phone := tw.phone(ben)
	ring, _ := tw.rings(phone, 0)
	callee, err := phone.Answer(tw.ctx, ring)
	tw.must(err)
	tw.until(caller, "? talk")
	heard, err := caller.Press(tw.ctx, "*")
	tw.tells(heard, err, "say After the call.", "end line completed")
	tw.until(callee, "end peer completed")
}

func TestNumbersThatCannotBeDialled(t *testing.T) {
	for status := range map[string]bool{"busy": true, "no-answer": true, "failed": true} {
		tw := newTown(t)
		tw.faults.Set(simulator.Plan{Numbers: map[string]simulator.NumberFault{ben: {Call: status}}})
		tw.on("/voice", `<Dial action="/after">`+ben+`</Dial>`)
		tw.until(tw.call(tw.phone(ana)), "end line completed")
		if got := tw.askedAt("/after")[0].form.Get("DialCallStatus"); got != status {
			t.Errorf("%s became %s", status, got)
		}
	}
	tw, caller := dialing(t, `<Dial action="/after">`+line+`</Dial>`)
	tw.until(caller, "end line completed")
	if got := tw.askedAt("/after")[0].form.Get("DialCallStatus"); got != "failed" {
		t.Errorf("a line answered: %s", got)
	}
}

// Who is on the phone already is busy, and the Dial goes on.
func TestAPhoneThatIsOnACallIsBusy(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Gather><Say>Hello.</Say></Gather>`)
	tw.call(tw.phone(ben))
	tw.on("/voice", `<Dial action="/after">`+ben+`</Dial>`)
	tw.on("/after", `<Say>After the call.</Say>`)
	tw.until(tw.call(tw.phone(ana)), "say After the call.")
	if got := tw.askedAt("/after")[0].form.Get("DialCallStatus"); got != "busy" {
		t.Errorf("it is %s", got)
	}
}

// The timeout is for ringing: whoever has answered may listen to the whisper for longer.
func TestAWhisperMayTakeLongerThanTheRinging(t *testing.T) {
	tw, caller := dialing(t, `<Dial timeout="5" answerOnBridge="true" action="/after"><Number url="/whisper">`+ben+`</Number></Dial>`)
	tw.on("/whisper", `<Gather numDigits="1" action="/accept"><Say>Danger. Press 1 to talk.</Say></Gather><Hangup/>`)
	tw.on("/accept", ``)
	phone := tw.phone(ben)
	ring, _ := tw.rings(phone, 0)
	callee, err := phone.Answer(tw.ctx, ring)
	tw.must(err)
	tw.tells(callee.History(), nil, "say Danger. Press 1 to talk.", "? gather")
	heard, err := caller.Silence(tw.ctx)
	tw.tells(heard, err, "? dial")
	_, err = callee.Press(tw.ctx, "1")
	tw.must(err)
	tw.until(caller, "? talk")
}
