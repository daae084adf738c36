package simulator_test

import (
	"testing"

	"hotline/gateway/simulator"
)

// menu is a call that stands in one Gather, told as "Choose."; what it submits is played back.
func menu(t *testing.T, attributes string) (*town, *simulator.Call) {
	tw := newTown(t)
	tw.on("/voice", `<Gather action="/keys" `+attributes+`><Say>Choose.</Say></Gather><Say>Nothing.</Say>`)
	tw.on("/keys", `<Say>Taken.</Say>`)
	call := tw.call(tw.phone(ana))
	tw.tells(call.History(), nil, "say Choose.", "? gather")
	return tw, call
}

func TestAGatherTakesKeys(t *testing.T) {
	for _, c := range []struct {
		attributes, press string
		submitted         string // what the action is told; "-" when the call falls through
		finishedBy        string
	}{
		{`numDigits="1"`, "1", "1", ""},
		{`numDigits="4"`, "1234", "1234", ""},
		{`numDigits="4"`, "12", "12", ""}, // the timeout submits what there is
		{`numDigits="4"`, "12#", "12", "#"},
		{``, "482719#", "482719", "#"},
		{``, "482719", "482719", ""},
		{`finishOnKey="*"`, "1#2*", "1#2", "*"},
		{`finishOnKey=""`, "12*#", "12*#", ""},
		{`finishOnKey="" numDigits="2"`, "*#", "*#", ""},
		{`numDigits="1"`, "#", "-", ""},
		{`numDigits="1" actionOnEmptyResult="true"`, "#", "", "#"},
		{`input="dtmf speech" numDigits="1"`, "7", "7", ""},
		{`input="speech"`, "7", "-", ""},
	} {
		tw, call := menu(t, c.attributes)
		heard, err := call.Press(tw.ctx, c.press)
		if c.submitted == "-" {
			tw.tells(heard, err, "say Nothing.", "end line completed")
			continue
		}
		tw.tells(heard, err, "say Taken.", "end line completed")
		got := tw.askedAt("/keys")[0].form
		if got.Get("Digits") != c.submitted || got.Get("FinishedOnKey") != c.finishedBy || got.Get("CallSid") != call.SID {
			t.Errorf("%s, %s: %v", c.attributes, c.press, got)
		}
	}
}

func TestSilenceFallsThroughAGather(t *testing.T) {
	tw, call := menu(t, ``)
	heard, err := call.Silence(tw.ctx)
	tw.tells(heard, err, "say Nothing.", "end line completed")
	if d := heard.Ended().Duration; d != 7 { // a second for each sentence, five of silence
		t.Errorf("lasted %d s", d)
	}
	if got := tw.askedAt("/keys"); len(got) != 0 {
		t.Errorf("asked: %+v", got)
	}
	tw, call = menu(t, `actionOnEmptyResult="true" method="GET"`)
	heard, err = call.Silence(tw.ctx)
	tw.tells(heard, err, "say Taken.", "end line completed")
	if got := tw.askedAt("/keys")[0]; got.method != "GET" || !got.form.Has("Digits") || got.form.Get("Digits") != "" {
		t.Errorf("asked: %+v", got)
	}
}

func TestAHangUpSendsNoGatherResult(t *testing.T) {
	tw, call := menu(t, `actionOnEmptyResult="true"`)
	heard, err := call.Hangup(tw.ctx)
	tw.tells(heard, err, "end caller completed")
	if got := tw.askedAt("/keys"); len(got) != 0 {
		t.Errorf("asked: %+v", got)
	}
	told := tw.askedAt("/status")[0].form
	if told.Get("CallStatus") != "completed" || told.Get("CallDuration") != "1" || told.Get("CallSid") != call.SID {
		t.Errorf("told: %+v", told)
	}
	if _, err := call.Press(tw.ctx, "1"); err == nil {
		t.Error("a key was pressed on no call")
	}
}

func TestWithoutActionTheDocumentItselfIsAsked(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Gather numDigits="1"/>`, `<Say>Again.</Say>`)
	call := tw.call(tw.phone(ana))
	heard, err := call.Press(tw.ctx, "5")
	tw.tells(heard, err, "say Again.", "end line completed")
	if got := tw.askedAt("/voice")[1].form.Get("Digits"); got != "5" {
		t.Errorf("Digits=%q", got)
	}
}

func TestKeysTypedAheadCutPromptsOff(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Gather numDigits="1" action="/2"><Say>First.</Say></Gather>`)
	tw.on("/2", `<Say>You chose.</Say><Gather numDigits="1" action="/3"><Say>Second.</Say><Play>/long.mp3</Play></Gather>`)
	tw.on("/3", `<Gather numDigits="1" action="/4"><Say>Third.</Say></Gather>`)
	call := tw.call(tw.phone(ana))
	heard, err := call.Press(tw.ctx, "12")
	// What is said outside the Gather is heard whole; the key cuts off the next prompt, and
	// only that.
	tw.tells(heard, err, "say You chose.", "say Second. (cut off)", "say Third.", "? gather")
	if first := call.History()[0].Heard; !first.Interruptible || first.Interrupted {
		t.Errorf("first: %+v", first)
	}
	if outside := heard[0].Heard; outside.Interruptible {
		t.Errorf("outside: %+v", outside)
	}
	if got := tw.askedAt("/3")[0].form.Get("Digits"); got != "2" {
		t.Errorf("Digits=%q", got)
	}
}

func TestSpeechIsTakenWhereAsked(t *testing.T) {
	tw, call := menu(t, `input="dtmf speech" language="es-US"`)
	heard, err := call.Speak(tw.ctx, "sí")
	tw.tells(heard, err, "say Taken.", "end line completed")
	if got := tw.askedAt("/keys")[0].form; got.Get("SpeechResult") != "sí" || got.Get("Confidence") == "" || got.Has("Digits") {
		t.Errorf("asked: %v", got)
	}
	tw, call = menu(t, ``)
	heard, err = call.Speak(tw.ctx, "yes") // to a Gather for keys that is silence
	tw.tells(heard, err, "say Nothing.", "end line completed")
}

func TestAPromptWithoutEndWaitsForAKey(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Gather numDigits="1" action="/keys"><Play loop="0">/music.mp3</Play></Gather>`)
	tw.on("/keys", `<Say loop="0">Round.</Say><Say>Never.</Say>`)
	call := tw.call(tw.phone(ana))
	heard, err := call.Silence(tw.ctx)
	tw.tells(heard, err, "? gather")
	heard, err = call.Press(tw.ctx, "1")
	tw.tells(heard, err, "say Round.", "? hold")
	heard, err = call.Press(tw.ctx, "1")
	tw.tells(heard, err, "? hold")
	heard, err = call.Hangup(tw.ctx)
	tw.tells(heard, err, "end caller completed")
}
