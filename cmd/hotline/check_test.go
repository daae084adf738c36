package main

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hotline/gateway/simulator"
	"hotline/gateway/twilio"
)

// does carries out one command in this process, and gives what it printed.
func (sv *served) does(args ...string) (out string, err error) {
	sv.Helper()
	var environ []string
	for name, value := range sv.env {
		environ = append(environ, name+"="+value)
	}
	var b lockedBuilder
	ctx, cancel := context.WithTimeout(sv.Context(), time.Minute)
	defer cancel()
	err = run(ctx, &world{in: strings.NewReader(""), out: &b, err: &b, now: time.Now, name: "hotline"}, environ, args)
	return b.String(), err
}

func (sv *served) saysAll(out string, wanted ...string) {
	sv.Helper()
	for _, w := range wanted {
		if !strings.Contains(out, w) {
			sv.Errorf("%q does not stand in:\n%s", w, out)
		}
	}
}

// What is set at the carrier is compared with what should be, line by line.
func TestCheckLooksAtTheCarrier(t *testing.T) {
	sv := newServed(t)
	company := simulator.New(simulator.Config{AccountSID: sv.env["TWILIO_ACCOUNT_SID"], AuthToken: sv.env["TWILIO_AUTH_TOKEN"]})
	defer company.Close()
	carrier := httptest.NewServer(company.Handler())
	defer carrier.Close()
	sv.env["TWILIO_API_URL"] = carrier.URL

	out, err := sv.does("check")
	sv.saysAll(out, "line +12125550100: the account at the carrier has no such number")
	if err == nil || err.Error() != "1 thing is not right" {
		t.Error(err)
	}

	set := twilio.WebhookURLs(sv.env["HOTLINE_PUBLIC_URL"])
	line := simulator.Line{Number: servedLine, SMSURL: "https://demo.twilio.com/welcome/sms/reply", SMSFallbackURL: set.TextFallback,
		VoiceURL: set.Voice, VoiceFallbackURL: set.VoiceFallback, StatusURL: set.CallStatus}
	company.SetLines([]simulator.Line{line})
	out, err = sv.does("check")
	sv.saysAll(out, "line +12125550100: A message comes in is https://demo.twilio.com/welcome/sms/reply; set it to https://line.example.org/twilio/sms#ct=2000")
	if err == nil {
		t.Error("no error")
	}

	line.SMSURL = set.Text
	company.SetLines([]simulator.Line{line})
	out, err = sv.does("check")
	sv.must(err)
	sv.saysAll(out, "Configuration: the environment, the key file and the database belong together; 1 line.",
		"caution: line +12125550100: Warehouse has no organizer")

	sv.env["HOTLINE_PUBLIC_URL"], sv.env["REDIS_URL"] = "https://line.example.org/#", ""
	out, err = sv.does("check")
	sv.saysAll(out, "HOTLINE_PUBLIC_URL must end before", "REDIS_URL is not set")
	if err == nil || err.Error() != "2 things are not right" {
		t.Error(err)
	}
}

func TestLoad(t *testing.T) {
	sv := newServed(t)
	sv.start()
	defer sv.finish()
	out, err := sv.does("load", "--url", sv.public, "--line", servedLine, "--duration", "300ms", "--workers", "3", "--phones", "5")
	sv.must(err)
	sv.saysAll(out, "3 workers from 5 phones, script menu", "errors 0; not 200: 0")
	out, err = sv.does("load", "--url", sv.public, "--rate", "50", "--duration", "300ms", "--script", "rsvp", "--json")
	sv.must(err)
	sv.saysAll(out, `"script": "rsvp"`, `"errors": 0`, `"200": 15`, `"p99_ms": `)

	sv.env["TWILIO_AUTH_TOKEN"] = "0123456789abcdef0123456789abcdee"
	out, err = sv.does("load", "--url", sv.public, "--rate", "50", "--duration", "100ms")
	sv.saysAll(out, "not 200: 5")
	if err == nil || !strings.Contains(err.Error(), "5 texts were not answered as they should be") {
		t.Error(err)
	}
	if out, err = sv.does("load", "--url", "http://127.0.0.1:1", "--rate", "50", "--duration", "100ms"); err == nil ||
		!strings.Contains(err.Error(), "5 texts got no answer; the first:") {
		t.Error(out, err)
	}
	for _, wrong := range [][]string{{"--script", "dance"}, {"--phones", "0"}, {"--phones", "1000000"}, {"--workers", "0"}, {"--duration", "0s"}} {
		if _, err := sv.does(append([]string{"load"}, wrong...)...); err == nil {
			t.Errorf("%q went through", wrong)
		}
	}
}

func TestPretendNumbers(t *testing.T) {
	seen := map[string]bool{demoLine: true}
	for i := range mostPhones {
		n := pretendNumber(i)
		if !fictional(n) || seen[n] {
			t.Fatalf("number %d is %s", i, n)
		}
		seen[n] = true
	}
	if pretendNumber(0) != demoFirst {
		t.Errorf("the first is %s", pretendNumber(0))
	}
	for _, real := range []string{"+12125551234", "+12125550200", "+442079460123", "+1212555010", "12125550101"} {
		if fictional(real) {
			t.Errorf("%s is nobody's?", real)
		}
	}
}

func TestRecordingsAsTyped(t *testing.T) {
	for typed, want := range map[string]struct {
		words   string
		seconds int
		end     string
	}{
		"the lift is broken /12":        {"the lift is broken", 12, ""},
		"the lift is broken /12s #":     {"the lift is broken", 12, "#"},
		"at 5/6 Elm St /3 hangup":       {"at 5/6 Elm St", 3, simulator.Hangup},
		"the lift":                      {"the lift", 1, ""},
		"/0":                            {"", 0, ""},
		"nothing but words, thirty one": {"nothing but words, thirty one", 2, ""},
	} {
		words, seconds, end, err := recording(typed)
		if err != nil || words != want.words || seconds != want.seconds || end != want.end {
			t.Errorf("%q: %q %d %q %v", typed, words, seconds, end, err)
		}
	}
	for _, typed := range []string{"and/or", "the lift /12 x", "x /-1"} {
		if _, _, _, err := recording(typed); err == nil {
			t.Errorf("%q went through", typed)
		}
	}
}
