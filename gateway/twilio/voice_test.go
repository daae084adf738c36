package twilio

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"hotline/gateway"
)

func waitForKeys() *gateway.Wait { return &gateway.Wait{Keys: 1, Timeout: 7 * time.Second} }

func TestACallBegins(t *testing.T) {
	h := newHouse(t)
	same(t, h.hearing("/twilio/voice", callForm()), gateway.Inbound{
		Key: callSID + "/0", Line: line, From: ana, Channel: gateway.Voice, Call: callSID, Kind: gateway.KindCall,
	})
}

func TestACallThatWePlaced(t *testing.T) {
	h := newHouse(t)
	in := h.hearing("/twilio/voice", callForm("Direction", "outbound-api", "From", line, "To", ana))
	if in.Line != line || in.From != ana {
		t.Errorf("line %s, person %s", in.Line, in.From.String())
	}
}

func TestWhatACallerDoes(t *testing.T) {
	const url = "https://api.twilio.com/2010-04-01/Accounts/" + account + "/Recordings/RE1"
	rec := &gateway.Recording{ID: "RE1", URL: url, Seconds: 12}
	for name, c := range map[string]struct {
		form []string
		want gateway.Inbound
	}{
		"keys":                        {[]string{"Digits", "12*#"}, gateway.Inbound{Kind: gateway.KindKeys, Text: "12*#"}},
		"silence":                     {nil, gateway.Inbound{Kind: gateway.KindSilence}},
		"only the key that ends":      {[]string{"Digits", "", "FinishedOnKey", "#"}, gateway.Inbound{Kind: gateway.KindSilence}},
		"hanging up on no recording":  {[]string{"Digits", "hangup"}, gateway.Inbound{Kind: gateway.KindSilence}},
		"a recording":                 {[]string{"RecordingSid", "RE1", "RecordingUrl", url, "RecordingDuration", "12"}, gateway.Inbound{Kind: gateway.KindRecording, Rec: rec}},
		"a recording ended by a key":  {[]string{"RecordingSid", "RE1", "RecordingUrl", url, "RecordingDuration", "12", "Digits", "#"}, gateway.Inbound{Kind: gateway.KindRecording, Rec: rec}},
		"a recording and hanging up":  {[]string{"RecordingSid", "RE1", "RecordingUrl", url, "RecordingDuration", "12", "Digits", "hangup"}, gateway.Inbound{Kind: gateway.KindRecording, Rec: rec, HungUp: true}},
		"a recording of unknown time": {[]string{"RecordingSid", "RE1", "RecordingUrl", url, "RecordingDuration", "-1"}, gateway.Inbound{Kind: gateway.KindRecording, Rec: &gateway.Recording{ID: "RE1", URL: url}}},
		"a recording elsewhere":       {[]string{"RecordingSid", "RE1", "RecordingUrl", "https://evil.example/RE1"}, gateway.Inbound{Kind: gateway.KindRecording, Rec: &gateway.Recording{ID: "RE1", URL: url}}},
	} {
		t.Run(name, func(t *testing.T) {
			want := c.want
			want.Key, want.Line, want.From, want.Channel, want.Call, want.Answers = callSID+"/3", line, ana, gateway.Voice, callSID, 3
			same(t, newHouse(t).hearing("/twilio/voice/3", callForm(c.form...)), want)
		})
	}
}

// What somebody said before hanging up may be a report: who could not keep it must be brought it again, not told that.
func TestARecordingOfACallerWhoHungUpIsBroughtUntilItIsKept(t *testing.T) {
	h := newHouse(t)
	h.reply = say("Sorry, nothing was recorded.")
	f := callForm("RecordingSid", "RE1", "RecordingDuration", "12", "Digits", "hangup")
	h.fail = errors.New("the database is away")
	if w := h.post("/twilio/voice/3", f); w.Code != http.StatusServiceUnavailable {
		t.Errorf("not kept: answered %d %s", w.Code, w.Body)
	}
	h.fail = nil
	w := h.post("/twilio/voice/3", f)
	if w.Code != http.StatusOK {
		t.Errorf("kept: answered %d", w.Code)
	}
	golden(t, "call_nothing", w.Body.Bytes())
	grammatical(t, w.Body.Bytes())
	if len(h.heard) != 2 || h.heard[0].Key != callSID+"/3" || h.heard[1].Key != h.heard[0].Key {
		t.Errorf("heard %+v", h.heard)
	}
}

func TestARecordingLiesAtTheCarrierThatWeUse(t *testing.T) {
	h := newHouse(t, func(c *Config) { c.APIURL = "http://127.0.0.1:8082/base/" })
	for _, url := range []string{"", "https://evil.example/RE1", "https://api.twilio.com/2010-04-01/Accounts/" + account + "/Recordings/RE1"} {
		in := h.hearing("/twilio/voice/3", callForm("RecordingSid", "RE1", "RecordingUrl", url))
		if want := "http://127.0.0.1:8082/base/2010-04-01/Accounts/" + account + "/Recordings/RE1"; in.Rec.URL != want {
			t.Errorf("%q became %s", url, in.Rec.URL)
		}
	}
}
