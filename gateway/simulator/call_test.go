package simulator_test

import (
	"net/http"
	"testing"
	"time"

	"hotline/gateway/simulator"
)

func TestACallOffersAMenu(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Say voice="Polly.Lupe" language="es-US">Hola,
		bienvenida.</Say><Pause length="2"/><Play loop="3">/a.wav</Play><Redirect method="GET">/menu?x=1</Redirect>`)
	tw.on("/menu", `<Gather numDigits="1" timeout="7"><Say>Press 1.</Say></Gather>`)
	call := tw.call(tw.phone(ana))
	heard := call.History()
	tw.tells(heard, nil, "say Hola, bienvenida.", "pause ", "play "+tw.owner.URL+"/a.wav", "say Press 1.", "? gather")
	if h := heard[0].Heard; h.Lang != "es-US" || h.Voice != "Polly.Lupe" {
		t.Errorf("heard: %+v", h)
	}
	if h := heard[2].Heard; h.Loop != 3 {
		t.Errorf("heard: %+v", h)
	}
	if l := heard.Listening(); l.NumDigits != 1 || l.FinishOnKey != "#" || l.Timeout != 7 || l.Input != "dtmf" {
		t.Errorf("listening: %+v", l)
	}
	if heard.Words() != "Hola, bienvenida.\nPress 1." {
		t.Errorf("words: %q", heard.Words())
	}
	first, second := tw.askedAt("/voice")[0].form, tw.askedAt("/menu")[0]
	for name, want := range map[string]string{
		"CallSid": call.SID, "AccountSid": account, "From": ana, "Caller": ana, "To": line, "Called": line,
		"CallStatus": "ringing", "Direction": "inbound", "ApiVersion": "2010-04-01", "CallerCountry": "US",
	} {
		if first.Get(name) != want {
			t.Errorf("%s=%q, wanted %q", name, first.Get(name), want)
		}
	}
	if second.method != http.MethodGet || second.form.Get("CallStatus") != "in-progress" || second.form.Get("x") != "1" {
		t.Errorf("asked: %+v", second)
	}
}

func TestAHiddenCallerCalls(t *testing.T) {
	tw := newTown(t)
	for number, from := range map[string]string{"": "+266696687", "anonymous": "anonymous", "+86282452253": "+86282452253"} {
		call := tw.call(tw.phone(number))
		got := tw.askedAt("/voice")
		if form := got[len(got)-1].form; form.Get("From") != from || form.Has("FromCountry") || form.Get("CallSid") != call.SID {
			t.Errorf("%q: %v", number, form)
		}
	}
	if _, err := simulator.Dial(tw.server.URL, "Ana"); err == nil {
		t.Error("Ana is no number")
	}
}

func TestACallerBringsFurtherParameters(t *testing.T) {
	tw := newTown(t)
	_, err := tw.phone(ana).CallWith(tw.ctx, line, map[string]string{"StirVerstat": "TN-Validation-Passed-A"})
	tw.must(err)
	if got := tw.askedAt("/voice")[0].form.Get("StirVerstat"); got != "TN-Validation-Passed-A" {
		t.Errorf("StirVerstat=%q", got)
	}
}

func TestAFailedCallSaysSo(t *testing.T) {
	const sorry = "say We are sorry, an application error has occurred. Goodbye."
	tw := newTown(t)
	tw.on("/voice", "HTTP 500")
	tw.tells(tw.call(tw.phone(ana)).History(), nil, sorry, "end failed completed")

	tw = newTown(t, withFallback)
	tw.on("/voice", `<Gather numDigits="1" action="/keys"/>`)
	tw.on("/keys", `<Shout/>`)
	tw.on("/fallback", `<Say>Please call later.</Say>`, "HTTP 500")
	for _, want := range []string{"say Please call later.\nend line completed\n", sorry + "\nend failed completed\n"} {
		heard, err := tw.call(tw.phone(ana)).Press(tw.ctx, "1")
		tw.must(err)
		if story(heard) != want {
			t.Errorf("heard %s", story(heard))
		}
	}
	if got := tw.askedAt("/fallback")[0].form; got.Get("ErrorCode") != "12200" || got.Get("ErrorUrl") != tw.owner.URL+"/keys" || got.Get("Digits") != "1" {
		t.Errorf("fallback asked: %v", got)
	}
	tw.hasCodes(12200, 12200, 11200)
}

func TestACallMayBeRejected(t *testing.T) {
	for body, want := range map[string][]string{
		`<Reject/>`:               {"tone not in service", "end rejected no-answer"},
		`<Reject reason="busy"/>`: {"tone busy", "end rejected busy"},
		`<Say>a</Say><Reject/>`:   {"say a", "end line completed"},
		`<Hangup/>`:               {"end line completed"},
		``:                        {"end line completed"},
	} {
		tw := newTown(t)
		tw.on("/voice", body)
		heard := tw.call(tw.phone(ana)).History()
		tw.tells(heard, nil, want...)
		if got := tw.askedAt("/status"); len(got) != 1 || got[0].form.Get("CallStatus") != heard.Ended().Status {
			t.Errorf("%s: told %+v", body, got)
		}
	}
	tw := newTown(t)
	call, err := tw.phone(ana).Call(tw.ctx, ben)
	tw.must(err)
	tw.tells(call.History(), nil, "tone not in service", "end failed failed")
}

func TestALongPauseWaits(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Say>We are calling someone.</Say><Pause length="10"/><Redirect>/voice</Redirect>`,
		`<Gather numDigits="1" action="/keys"><Say>Nobody yet.</Say></Gather>`)
	tw.on("/keys", `<Say>Taken.</Say>`)
	call := tw.call(tw.phone(ana))
	tw.tells(call.History(), nil, "say We are calling someone.", "pause ", "? pause")
	heard, err := call.Press(tw.ctx, "7")
	tw.tells(heard, err, "say Nobody yet. (cut off)", "say Taken.", "end line completed")
}

func TestACallThatNeverListensIsEnded(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Say>a</Say><Redirect>/voice</Redirect>`)
	heard := tw.call(tw.phone(ana)).History()
	if end := heard.Ended(); end == nil || end.Reason != simulator.EndedFailed || len(heard) > 100 {
		t.Fatalf("%d events, %+v", len(heard), end)
	}
}

func TestHangingUpWhileTheLineThinks(t *testing.T) {
	asked, release := make(chan bool), make(chan bool)
	url := slow(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		if r.URL.Path == "/keys" {
			close(asked)
			<-release
			w.Write([]byte("<Response><Say>Too late.</Say></Response>"))
			return
		}
		w.Write([]byte(`<Response><Gather numDigits="1" action="/keys"/></Response>`))
	})
	tw := newTown(t, func(cfg *simulator.Config) { cfg.Lines[0].VoiceURL = url + "/voice" })
	call := tw.call(tw.phone(ana))
	pressed := make(chan string)
	go func() {
		heard, err := call.Press(tw.ctx, "1")
		if err != nil {
			t.Error(err)
		}
		pressed <- story(heard)
	}()
	<-asked
	done := make(chan error)
	go func() { _, err := call.Hangup(tw.ctx); done <- err }()
	time.Sleep(200 * time.Millisecond) // until the company has heard the receiver go down
	close(release)
	tw.must(<-done)
	if heard := <-pressed; heard != "end caller completed\n" {
		t.Errorf("heard:\n%s", heard)
	}
	if got := tw.askedAt("/status"); len(got) != 1 {
		t.Errorf("told: %+v", got)
	}
}

// What is played is fetched. Where it cannot be, or is no sound, the log says so and the caller hears nothing of it.
func TestWhatIsPlayedIsFetched(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<!-- Hello there. --><Play>/hello.wav</Play><Play>/missing.wav</Play><Gather><Play>/words.txt</Play></Gather>`)
	heard := tw.call(tw.phone(ana)).History()
	if h := heard[0].Heard; h.Words != "Hello there." || h.Seconds == 0 {
		t.Errorf("heard: %+v", h)
	}
	if h := heard[1].Heard; h.Words != "" || h.Seconds != 0 {
		t.Errorf("heard what is missing: %+v", h)
	}
	tw.settle()
	tw.hasCodes(11200, 13420)
}
