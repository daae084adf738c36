package simulator_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"hotline/gateway/simulator"
)

func answeringMachine(t *testing.T, attributes string, tune ...func(*simulator.Config)) (*town, *simulator.Call) {
	tw := newTown(t, tune...)
	tw.on("/voice", `<Record action="/kept" recordingStatusCallback="/media" `+attributes+`/><Redirect>/nothing</Redirect>`)
	tw.on("/kept", `<Say>Kept.</Say>`)
	tw.on("/nothing", `<Say>Nothing heard.</Say>`)
	return tw, tw.call(tw.phone(ana))
}

func TestARecordingIsKept(t *testing.T) {
	for _, c := range []struct {
		attributes   string
		seconds      int
		end          string
		kept, digits string
	}{
		{``, 12, "", "12", ""},
		{``, 12, "#", "12", "#"},
		{`finishOnKey="1"`, 12, "51", "12", "1"},
		{`finishOnKey="1"`, 12, "5", "12", ""},
		{`finishOnKey=""`, 12, "#", "12", ""},
		{`maxLength="10"`, 12, "#", "10", ""},
		{`maxLength="10"`, 12, simulator.Hangup, "10", ""},
		{`trim="do-not-trim" timeout="7"`, 12, "", "19", ""},
		{`trim="do-not-trim" timeout="7"`, 12, "#", "12", "#"},
	} {
		tw, call := answeringMachine(t, c.attributes)
		tw.tells(call.History(), nil, "beep ", "? record")
		heard, err := call.RecordUntil(tw.ctx, c.seconds, "the lift is broken", c.end)
		tw.tells(heard, err, "say Kept.", "end line completed")
		action := tw.askedAt("/kept")[0].form
		if action.Get("RecordingDuration") != c.kept || action.Get("Digits") != c.digits || action.Get("RecordingSid") == "" {
			t.Errorf("%+v: %v", c, action)
		}
		told := tw.askedAt("/media")[0].form
		if told.Get("RecordingStatus") != "completed" || told.Get("RecordingSid") != action.Get("RecordingSid") ||
			told.Get("RecordingUrl") != action.Get("RecordingUrl") || told.Get("CallSid") != call.SID || told.Has("From") || told.Has("To") {
			t.Errorf("%+v: told %v", c, told)
		}
	}
}

func TestARecordingOfNothingCallsNoAction(t *testing.T) {
	for name, act := range map[string]func(*town, *simulator.Call) (simulator.Events, error){
		"silence":        func(tw *town, c *simulator.Call) (simulator.Events, error) { return c.Silence(tw.ctx) },
		"a key at once":  func(tw *town, c *simulator.Call) (simulator.Events, error) { return c.Press(tw.ctx, "#") },
		"no time at all": func(tw *town, c *simulator.Call) (simulator.Events, error) { return c.Record(tw.ctx, 0, "") },
	} {
		tw, call := answeringMachine(t, `recordingStatusCallbackEvent="completed absent"`)
		heard, err := act(tw, call)
		tw.tells(heard, err, "say Nothing heard.", "end line completed")
		if got := tw.askedAt("/kept"); len(got) != 0 {
			t.Errorf("%s: asked %+v", name, got)
		}
		if got := tw.askedAt("/media"); len(got) != 1 || got[0].form.Get("RecordingStatus") != "absent" {
			t.Errorf("%s: told %+v", name, got)
		}
	}
}

func TestHangingUpKeepsARecording(t *testing.T) {
	tw, call := answeringMachine(t, ``)
	heard, err := call.RecordUntil(tw.ctx, 3, "they are com", simulator.Hangup)
	tw.tells(heard, err, "end caller completed")
	action := tw.askedAt("/kept")[0].form
	if action.Get("Digits") != "hangup" || action.Get("CallStatus") != "completed" || action.Get("RecordingDuration") != "3" {
		t.Errorf("asked: %v", action)
	}
	if got := tw.askedAt("/status"); len(got) != 1 || got[0].form.Get("CallStatus") != "completed" {
		t.Errorf("told: %+v", got)
	}
	if got := tw.askedAt("/media"); len(got) != 1 || got[0].form.Get("RecordingSid") != action.Get("RecordingSid") {
		t.Errorf("told of the recording: %+v", got)
	}
	tw, call = answeringMachine(t, ``)
	heard, err = call.Hangup(tw.ctx)
	tw.tells(heard, err, "end caller completed")
	if got := tw.askedAt("/kept"); len(got) != 0 {
		t.Errorf("asked: %+v", got)
	}
}

// ends lists what the owner was asked of a call that ended, in the order of arrival.
func (tw *town) ends() string {
	tw.settle()
	tw.mu.Lock()
	defer tw.mu.Unlock()
	var paths []string
	for _, a := range tw.asked {
		if a.path == "/kept" || a.path == "/status" {
			paths = append(paths, a.path)
		}
	}
	return strings.Join(paths, " ")
}

// partings are what a phone can do and hang up at the same moment. Each brings a call to where it can, and returns the deed.
func partings() map[string]func(*town, *simulator.Call) func() (simulator.Events, error) {
	return map[string]func(*town, *simulator.Call) func() (simulator.Events, error){
		"speaking": func(tw *town, c *simulator.Call) func() (simulator.Events, error) {
			return func() (simulator.Events, error) { return c.RecordUntil(tw.ctx, 3, "they are com", simulator.Hangup) }
		},
		"the last key": func(tw *town, c *simulator.Call) func() (simulator.Events, error) {
			tw.on("/kept", `<Gather numDigits="1" action="/kept"/>`)
			_, err := c.RecordUntil(tw.ctx, 3, "words", "#")
			tw.must(err)
			tw.settle()
			tw.mu.Lock()
			defer tw.mu.Unlock()
			tw.asked = nil
			return func() (simulator.Events, error) { return c.PressAndHangup(tw.ctx, "1") }
		},
	}
}

func TestTheEndOfACallComesInNoCertainOrder(t *testing.T) {
	for name, prepare := range partings() {
		for order, want := range map[simulator.EndOrder]string{simulator.EndLast: "/kept /status", simulator.EndFirst: "/status /kept"} {
			tw, call := answeringMachine(t, ``)
			part := prepare(tw, call)
			tw.faults.Set(simulator.Plan{End: order})
			heard, err := part()
			tw.tells(heard, err, "end caller completed")
			if got := tw.ends(); got != want {
				t.Errorf("%s, the end %q: asked %s", name, order, got)
			}
		}
	}
}

// Neither request waits for the other's answer: each is answered only once both have arrived.
func TestTheEndOfACallComesTogetherWithTheLastAction(t *testing.T) {
	for name, prepare := range partings() {
		tw, call := answeringMachine(t, ``)
		part := prepare(tw, call)
		tw.faults.Set(simulator.Plan{End: simulator.EndTogether})
		meet := tw.meeting("/kept", "/status")
		heard, err := part()
		tw.tells(heard, err, "end caller completed")
		if n := meet(); n != 2 {
			t.Errorf("%s: %d requests were under way at once", name, n)
		}
	}
}

func TestHangingUpWithKeysThatCompleteNothing(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Gather numDigits="2" action="/kept"/><Redirect>/kept</Redirect>`)
	heard, err := tw.call(tw.phone(ana)).PressAndHangup(tw.ctx, "1")
	tw.tells(heard, err, "end caller completed")
	if got := tw.ends(); got != "/status" {
		t.Errorf("asked %s", got)
	}
}

func TestTheKeyThatEndsARecordingIsNotTypedAhead(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Gather numDigits="1" action="/tell"/>`)
	tw.on("/tell", `<Record action="/keep" playBeep="false"/>`)
	tw.on("/keep", `<Gather numDigits="1" action="/done"><Say>Keep: 1.</Say></Gather>`)
	tw.on("/done", `<Say>Done.</Say>`)
	call := tw.call(tw.phone(ana))
	heard, err := call.Press(tw.ctx, "12") // 2 comes before the recording, and is forgotten
	tw.tells(heard, err, "? record")
	heard, err = call.RecordUntil(tw.ctx, 5, "words", "#1")
	tw.tells(heard, err, "say Keep: 1. (cut off)", "say Done.", "end line completed")
}

func TestTheMediaExistsAMomentAfterTheAction(t *testing.T) {
	tw, call := answeringMachine(t, ``, func(cfg *simulator.Config) { cfg.RecordingDelay = 150 * time.Millisecond })
	_, err := call.Record(tw.ctx, 2, "the lift is broken")
	tw.must(err)
	tw.mu.Lock()
	url := tw.asked[len(tw.asked)-1].form.Get("RecordingUrl")
	for _, a := range tw.asked {
		if a.path == "/kept" {
			url = a.form.Get("RecordingUrl")
		}
	}
	tw.mu.Unlock()
	if status, _ := tw.fetch(url, token); status != 404 {
		t.Errorf("too soon: %d", status)
	}
	tw.settle()
	if status, _ := tw.fetch(url, "wrong"); status != 401 {
		t.Errorf("without a password: %d", status)
	}
	for _, suffix := range []string{"", ".wav", ".mp3"} {
		status, sound := tw.fetch(url+suffix, token)
		if status != 200 || !isWAV(sound, 2) || !strings.Contains(sound, "the lift is broken") {
			t.Errorf("%q: %d, %d bytes", suffix, status, len(sound))
		}
	}
	if status, _ := tw.rest("DELETE", url+".json", token, nil); status != 204 {
		t.Errorf("delete: %d", status)
	}
	if status, _ := tw.fetch(url, token); status != 404 {
		t.Errorf("deleted: %d", status)
	}
}

// isWAV reads the header of a sound of so many seconds.
func isWAV(sound string, seconds int) bool {
	le := binary.LittleEndian
	return len(sound) > 44 && sound[:4] == "RIFF" && sound[8:16] == "WAVEfmt " && sound[36:40] == "data" &&
		int(le.Uint32([]byte(sound[4:8]))) == len(sound)-8 && int(le.Uint32([]byte(sound[40:44]))) == seconds*16000
}
