package twilio

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"hotline/gateway/simulator"
)

func TestWebhookURLs(t *testing.T) {
	const text, voice = "#ct=2000&rt=4500&tt=15000&rc=2&rp=ct,rt,5xx", "#ct=1500&rt=4000&tt=14000&rc=2&rp=ct,rt,5xx"
	same(t, WebhookURLs("https://example.org/hotline/"), Webhooks{
		Text:          "https://example.org/hotline/twilio/sms" + text,
		TextFallback:  "https://example.org/hotline/twilio/fallback/sms" + text,
		Voice:         "https://example.org/hotline/twilio/voice" + voice,
		VoiceFallback: "https://example.org/hotline/twilio/fallback/voice" + voice,
		CallStatus:    "https://example.org/hotline/twilio/status/call#rc=5&rp=ct,rt,5xx",
	})
}

// TestEveryWebhookURLIsServed posts to each address that an organizer pastes.
func TestEveryWebhookURLIsServed(t *testing.T) {
	h := newHouse(t)
	w := WebhookURLs(public)
	for _, url := range []string{w.Text, w.TextFallback, w.Voice, w.VoiceFallback, w.CallStatus} {
		base, fragment, _ := strings.Cut(url, "#")
		if fragment == "" {
			t.Errorf("%s has no fragment", url)
		}
		f := callForm("MessageSid", textSID)
		if got := h.send(strings.TrimPrefix(base, public), f.Encode(), simulator.Sign(token, base, f)); got.Code/100 != 2 {
			t.Errorf("%s answered %d", url, got.Code)
		}
	}
}

func TestMissingWebhooks(t *testing.T) {
	want := WebhookURLs(public)
	if got := want.Missing(want); len(got) > 0 {
		t.Error(got)
	}
	elsewhere := want
	elsewhere.TextFallback, elsewhere.VoiceFallback = "https://handler.twilio.com/twiml/EH1", "https://handler.twilio.com/twiml/EH2"
	if got := want.Missing(elsewhere); len(got) > 0 {
		t.Error(got)
	}
	bare := want
	bare.Text, _, _ = strings.Cut(want.Text, "#")
	bare.VoiceFallback = ""
	same(t, want.Missing(bare), []string{
		"A message comes in is " + public + "/twilio/sms; set it to " + want.Text,
		"The fallback of calls is not set; set it to " + want.VoiceFallback,
	})
	if got := want.Missing(Webhooks{}); len(got) != 5 {
		t.Error(got)
	}
}

func TestWhatIsSetAtTheCarrier(t *testing.T) {
	c := carrier(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.Query().Get("PhoneNumber"); got != line {
			t.Errorf("asked for %q", got)
		}
		fmt.Fprintf(w, `{"incoming_phone_numbers": [
			{"phone_number": "+12125550100123", "sms_url": "https://other.example"},
			{"phone_number": %q, "sms_url": "https://a/sms", "sms_method": "GET", "sms_fallback_url": "", "voice_url": "https://a/voice",
			 "voice_method": "POST", "voice_application_sid": "AP1", "trunk_sid": null, "status_callback": "https://a/status",
			 "status_callback_method": "POST"}]}`, line)
	})
	got, ok, err := c.Webhooks(t.Context(), line)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	same(t, got, Webhooks{
		Text: "GET https://a/sms", Voice: "overruled by AP1", VoiceFallback: "overruled by AP1", CallStatus: "https://a/status",
	})
	if _, ok, err := carrier(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) }).Webhooks(t.Context(), line); ok || err != nil {
		t.Error(ok, err)
	}
	if _, _, err := carrier(t, refusing(401, 20003)).Webhooks(t.Context(), line); err == nil || !strings.Contains(err.Error(), "20003") {
		t.Error(err)
	}
}
