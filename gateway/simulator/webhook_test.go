package simulator_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hotline/gateway/simulator"
)

// at puts the line's SMS webhook elsewhere than /sms: another path, a fragment, a host.
func at(ref string) func(*simulator.Config) {
	return func(cfg *simulator.Config) {
		l := &cfg.Lines[0]
		if strings.Contains(ref, "://") {
			l.SMSURL = ref
		} else {
			l.SMSURL = strings.TrimSuffix(l.SMSURL, "/sms") + ref
		}
	}
}

func withFallback(cfg *simulator.Config) {
	l := &cfg.Lines[0]
	base := strings.TrimSuffix(l.VoiceURL, "/voice")
	l.SMSFallbackURL, l.VoiceFallbackURL = base+"/fallback", base+"/fallback"
}

func TestAFailedWebhookIsNotRepeatedButFallsBack(t *testing.T) {
	tw := newTown(t, withFallback)
	tw.on("/sms", "HTTP 500")
	tw.on("/fallback", `<Message>Try again later.</Message>`)
	sent := tw.text(tw.phone(ana), "hello")
	if len(sent.Replies) != 1 || sent.Replies[0].Body != "Try again later." || sent.Problem != nil {
		t.Fatalf("sent: %+v", sent)
	}
	if got := tw.askedAt("/sms"); len(got) != 1 {
		t.Fatalf("asked %d times", len(got))
	}
	got := tw.askedAt("/fallback")
	if len(got) != 1 || got[0].form.Get("ErrorCode") != "11200" || got[0].form.Get("ErrorUrl") != tw.owner.URL+"/sms" ||
		got[0].form.Get("MessageSid") != sent.SID {
		t.Fatalf("fallback asked: %+v", got)
	}
	tw.hasCodes(11200)
}

func TestWithoutFallbackATextIsLost(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", "HTTP 403")
	sent := tw.text(tw.phone(ana), "hello")
	if sent.Status != 403 || sent.Problem == nil || sent.Problem.Code != 11200 || len(sent.Replies) != 0 {
		t.Fatalf("sent: %+v", sent)
	}
}

func TestTheFragmentAsksForRetries(t *testing.T) {
	tw := newTown(t, at("/sms#rc=2&rp=ct,rt,5xx"))
	tw.on("/sms", "HTTP 500", "HTTP 503", `<Message>Third time.</Message>`)
	sent := tw.text(tw.phone(ana), "hello")
	if len(sent.Replies) != 1 {
		t.Fatalf("sent: %+v", sent)
	}
	got := tw.askedAt("/sms")
	if len(got) != 3 || got[0].token == "" || got[0].token != got[1].token || got[1].token != got[2].token {
		t.Fatalf("asked: %+v", got)
	}
	if got[0].form.Encode() != got[2].form.Encode() {
		t.Fatal("a retry says something else")
	}
	tw.hasCodes()
	if again := tw.text(tw.phone(ana), "hello"); again.SID == sent.SID || tw.askedAt("/sms")[3].token == got[0].token {
		t.Fatal("another text is the same text")
	}
}

func TestRetriesAreForTheFailuresNamed(t *testing.T) {
	tw := newTown(t, at("/sms#rc=5&rp=ct,rt"))
	tw.on("/sms", "HTTP 500", `<Message>Never.</Message>`)
	tw.text(tw.phone(ana), "hello")
	if got := tw.askedAt("/sms"); len(got) != 1 {
		t.Fatalf("asked %d times", len(got))
	}
	tw = newTown(t, at("/sms#rc=1&rp=4xx"))
	tw.on("/sms", "HTTP 404", `<Message>Here.</Message>`)
	if sent := tw.text(tw.phone(ana), "hello"); len(sent.Replies) != 1 {
		t.Fatalf("sent: %+v", sent)
	}
}

func TestAConnectionRefusedFallsBack(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := "http://" + listener.Addr().String() + "/sms"
	listener.Close()
	tw := newTown(t, at(refused), withFallback)
	tw.on("/fallback", `<Message>Here.</Message>`)
	sent := tw.text(tw.phone(ana), "hello")
	if len(sent.Replies) != 1 || tw.askedAt("/fallback")[0].form.Get("ErrorCode") != "11205" {
		t.Fatalf("sent: %+v", sent)
	}
	tw.hasCodes(11205)
}

// slow serves answers of any kind that the town's script has no words for.
func slow(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestTheLineIsGivenUpInTime(t *testing.T) {
	for fragment, most := range map[string]time.Duration{
		"#rt=100":                        time.Second,
		"#rt=100&rc=5&rp=rt&tt=300":      time.Second,
		"#rt=15000&tt=200&rc=5&rp=all":   time.Second,
		"#ct=100&rt=200&tt=15000&rc=0":   time.Second,
		"#rt=100&rc=2&rp=rt&tt=15000":    2 * time.Second,
		"#e=ashburn&sni=y&rt=100&tt=150": time.Second,
	} {
		url := slow(t, func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				t.Error(err)
			}
			select {
			case <-r.Context().Done(): // noticed only once the body is read
			case <-time.After(5 * time.Second):
			}
		})
		tw := newTown(t, at(url+fragment))
		begun := time.Now()
		sent := tw.text(tw.phone(ana), "hello")
		if took := time.Since(begun); took > most || sent.Problem == nil || sent.Problem.Code != 11200 {
			t.Errorf("%s: %v, %v", fragment, took, sent.Problem)
		}
	}
}

func TestAnswersThatAreNoAnswers(t *testing.T) {
	type answer = http.HandlerFunc
	xml := func(w http.ResponseWriter) { w.Header().Set("Content-Type", "text/xml") }
	for _, c := range []struct {
		name string
		code int
		h    answer
	}{
		{"rate limited", 11217, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(429) }},
		{"too large", 11750, func(w http.ResponseWriter, r *http.Request) {
			xml(w)
			fmt.Fprintf(w, "<Response><!--%s--></Response>", strings.Repeat("x", 64<<10))
		}},
		{"HTML", 12300, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html></html>") }},
		{"no type", 12300, func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = nil
			fmt.Fprint(w, "<Response/>")
		}},
		{"nothing", 12100, func(w http.ResponseWriter, r *http.Request) { xml(w) }},
		{"a call's verb", 12200, func(w http.ResponseWriter, r *http.Request) {
			xml(w)
			fmt.Fprint(w, "<Response><Say>a</Say></Response>")
		}},
		{"round in circles", 11215, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) }},
		{"round in TwiML circles", 11215, func(w http.ResponseWriter, r *http.Request) {
			xml(w)
			fmt.Fprint(w, "<Response><Redirect>/again</Redirect></Response>")
		}},
		{"broken off", 11200, func(w http.ResponseWriter, r *http.Request) {
			xml(w)
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "<Response>")
		}},
	} {
		tw := newTown(t, at(slow(t, c.h)+"/sms"))
		sent := tw.text(tw.phone(ana), "hello")
		if sent.Problem == nil || sent.Problem.Code != c.code {
			t.Errorf("%s: %v, wanted %d", c.name, sent.Problem, c.code)
		}
		tw.hasCodes(c.code)
	}
	for ref, code := range map[string]int{"/sms#rt=5&x=1": 11100, "/sms#rp=6xx": 11100, "/sms#rc=6": 11100, "ftp://example.org/": 11100} {
		tw := newTown(t, at(ref))
		if sent := tw.text(tw.phone(ana), "hello"); sent.Problem == nil || sent.Problem.Code != code {
			t.Errorf("%s: %v", ref, sent.Problem)
		}
	}
}

func TestNoContentIsAnAnswerToAText(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", "HTTP 204")
	if sent := tw.text(tw.phone(ana), "hello"); sent.Status != 204 || sent.Problem != nil {
		t.Fatalf("sent: %+v", sent)
	}
}

func TestARedirectIsFollowedAndLosesTheForm(t *testing.T) {
	var methods []string
	url := slow(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		methods = append(methods, r.Method+" "+r.URL.Path+" "+r.Form.Get("Body"))
		if r.URL.Path == "/sms" {
			http.Redirect(w, r, "/moved?x=1", http.StatusTemporaryRedirect)
			return
		}
		if r.Header.Get("X-Twilio-Signature") != simulator.Sign(token, "http://"+r.Host+"/moved?x=1", nil) {
			t.Error("the second request is signed wrongly")
		}
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, "<Response><Message>Found.</Message></Response>")
	})
	tw := newTown(t, at(url+"/sms"))
	sent := tw.text(tw.phone(ana), "hello")
	if len(sent.Replies) != 1 || fmt.Sprint(methods) != "[POST /sms hello GET /moved ]" {
		t.Fatalf("asked %v, sent %+v", methods, sent)
	}
}

func TestParametersNobodyDocumentedAppear(t *testing.T) {
	tw := newTown(t)
	p := tw.phone(ana)
	for range 3 {
		tw.text(p, "hello")
	}
	novel := 0
	for _, a := range tw.askedAt("/sms") {
		if a.form.Has("NetworkGeneration") {
			novel++
		}
	}
	if novel != 1 {
		t.Fatalf("%d of 3 webhooks have a new parameter", novel)
	}
}
