package simulator_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"hotline/gateway/simulator"
)

// aVoice stands in for the browser's own speech, which a headless one has not: it speaks Spanish and English, and notes what it said.
const aVoice = `
window.said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } };
Object.defineProperty(window, "speechSynthesis", {value: {
	getVoices: () => [{lang: "en-US"}, {lang: "es-ES"}],
	speak(u) { said.push(u.lang + " " + u.text); this.now = setTimeout(() => u.onend(), u.text.startsWith("Long") ? 60000 : 20) },
	cancel() { clearTimeout(this.now); said.push("cut off") },
}});`

func TestACallIsReadAloud(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/voice", `<Gather numDigits="1" action="/next"><Say language="en-US">For English, press 1.</Say><Say language="es-MX">Para español, oprima 2.</Say>`+
		`<Say language="vi-VN">Xin chao.</Say><Say>Long is the list.</Say><Say>Never heard.</Say></Gather>`)
	tw.on("/next", `<Say language="es-MX">Hola.</Say><Pause length="9"/>`)
	r := tw.open(1280)
	_, err := chromedp.Call(r.tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: aVoice})
	r.must(err)
	r.load()
	r.clicks(1, "button.green")
	r.until(`said.at(-1) === "en-US Long is the list."`)
	r.sees(1, "Xin chao.") // no voice speaks it: its words are shown, and it is told
	r.sees(1, "No voice for Vietnamese")
	r.sees(1, "Never heard.")
	r.clicks(1, `[data-key="2"]`) // cuts off what can be interrupted
	r.until(`said.at(-1) === "es-ES Hola."`)
	r.until(`said.join("; ") === "en-US For English, press 1.; es-ES Para español, oprima 2.; en-US Long is the list.; cut off; es-ES Hola."`)
}

func TestAPictureGoesWithAText(t *testing.T) {
	tw := newTown(t, folk)
	r := tw.open(360)
	var picture bytes.Buffer
	r.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))))
	small, big := filepath.Join(t.TempDir(), "lift.png"), filepath.Join(t.TempDir(), "big.png")
	r.must(os.WriteFile(small, picture.Bytes(), 0o600))
	r.must(os.WriteFile(big, make([]byte, 5<<20+1), 0o600))
	r.must(chromedp.Do(r.tab, chromedp.SetUploadFiles(on(1, `input[type="file"]`), []string{big})))
	r.sees(1, "larger than 5 MB")
	r.must(chromedp.Do(r.tab, chromedp.SetUploadFiles(on(1, `input[type="file"]`), []string{small})))
	r.sees(1, "With a picture: lift.png")
	r.texts(1, "look")
	r.until(`document.querySelector("section.phone .text img")?.naturalWidth === 8`)
	got := tw.askedAt("/sms")
	if len(got) != 1 || got[0].form.Get("NumMedia") != "1" || got[0].form.Get("MediaContentType0") != "image/png" {
		t.Fatalf("%+v", got)
	}
	if kept := tw.medium(got[0].form.Get("MediaUrl0")); !bytes.Equal(kept, picture.Bytes()) {
		t.Errorf("%d bytes were kept", len(kept))
	}
}

func (tw *town) medium(url string) []byte {
	tw.Helper()
	_, body := tw.rest("GET", url[strings.Index(url, "/Messages/"):], token, nil)
	return []byte(body)
}

// What is not a picture that a browser shows safely is kept for the line, and not handed to a page.
func TestOnlyPicturesAreShown(t *testing.T) {
	tw := newTown(t)
	p := tw.phone(ana)
	_, err := p.Text(tw.ctx, line, "look", simulator.Media{ContentType: "image/png", Data: []byte("x")}, simulator.Media{ContentType: "image/svg+xml", Data: []byte("<svg/>")})
	tw.must(err)
	frames := tw.watches(url.Values{"phone": {ana + "@0"}}, 2)
	media := frames[1].Entry.Sent.Media
	for i, want := range []int{200, 404} {
		if res := tw.gets("/phones/media?sid=" + media[i].SID); res.StatusCode != want {
			t.Errorf("%s: %d", media[i].ContentType, res.StatusCode)
		}
	}
}

// gets asks the company for a path, as a page of its own does.
func (tw *town) gets(path string) *http.Response {
	tw.Helper()
	res, err := http.Get(tw.server.URL + path)
	tw.must(err)
	res.Body.Close()
	return res
}

// watches reads so many frames of a stream.
func (tw *town) watches(query url.Values, n int) (frames []simulator.Frame) {
	tw.Helper()
	res, err := http.Get(tw.server.URL + "/phones/watch?" + query.Encode())
	tw.must(err)
	defer res.Body.Close()
	for lines := bufio.NewScanner(res.Body); len(frames) < n && lines.Scan(); {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			var f simulator.Frame
			tw.must(json.Unmarshal([]byte(data), &f))
			frames = append(frames, f)
		}
	}
	return frames
}

func TestOneStreamForPhonesAndCalls(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message>Reply.</Message>`)
	tw.on("/voice", `<Say>Hello.</Say>`)
	p := tw.phone(ana)
	tw.text(p, "hello")
	call := tw.call(p)
	// All of it, then from the middle, then nothing old.
	got := tw.watches(url.Values{"phone": {ana}}, 6)
	if got[0].Company == "" || got[1].Entry.Sent.Body != "hello" || got[2].Entry.Received.Body != "Reply." || got[3].Entry.Fate.Status != simulator.FateTaken ||
		got[3].Entry.Fate.Replies != 1 || got[4].Entry.Call.SID != call.SID || !got[5].Now {
		t.Errorf("%+v", got)
	}
	if got := tw.watches(url.Values{"phone": {ana + "@3"}}, 3); got[1].Entry.ID != 4 || !got[2].Now {
		t.Errorf("from the middle: %+v", got)
	}
	if got := tw.watches(url.Values{"phone": {ana + "@4"}}, 2); !got[1].Now {
		t.Errorf("nothing old: %+v", got)
	}
	if got := tw.watches(url.Values{"phone": {ana + "@99"}}, 2); got[1].Entry == nil || got[1].Entry.ID != 1 {
		t.Errorf("from a company that ran before: %+v", got)
	}
	if got := tw.watches(url.Values{"call": {call.SID + "@1"}}, 3); got[1].Event.Ended == nil || !got[2].Now {
		t.Errorf("the call: %+v", got)
	}
	if got := tw.watches(url.Values{"call": {"CA1"}}, 2); !got[1].Unknown {
		t.Errorf("no call: %+v", got)
	}
	for _, query := range []string{"phone=0101", strings.Repeat("call=CA1&", 101)} {
		if res := tw.gets("/phones/watch?" + query); res.StatusCode != 400 {
			t.Errorf("%.20s: %d", query, res.StatusCode)
		}
	}
}

func TestADiaryKeepsItsNewestThousand(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", strings.Repeat(`<Message>a</Message>`, 300))
	p := tw.phone(ana)
	for range 4 {
		tw.text(p, "hello")
	}
	got := tw.watches(url.Values{"phone": {ana}}, 1002)
	if first, last := got[1].Entry.ID, got[1000].Entry.ID; first != 209 || last != 1208 || !got[1001].Now { // 4 times 300 replies, a text and its fate
		t.Errorf("from %d to %d", first, last)
	}
}

// The page loads nothing from elsewhere, runs no script that stands in it, and is shown in no frame.
func TestThePageIsGuarded(t *testing.T) {
	tw := newTown(t)
	for path, kind := range map[string]string{"/": "text/html", "/phones.js": "text/javascript", "/phones.css": "text/css", "/icon.svg": "image/svg+xml"} {
		res := tw.gets(path)
		h := res.Header
		if res.StatusCode != 200 || !strings.HasPrefix(h.Get("Content-Type"), kind) || h.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self';") || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: %d %v", path, res.StatusCode, h)
		}
	}
	if res, err := http.Post(tw.server.URL+"/", "text/plain", nil); err != nil || res.StatusCode != 405 {
		t.Errorf("posted: %v %v", res, err)
	} else {
		res.Body.Close()
	}
	// What a line says is shown as it is, and is never more than words.
	tw = newTown(t, folk)
	tw.on("/sms", `<Message>&lt;img src=x onerror=alert(1)&gt;</Message>`)
	r := tw.open(1280)
	r.texts(1, "<b>hello</b>")
	r.sees(1, "<img src=x onerror=alert(1)>")
	r.sees(1, "<b>hello</b>")
}

func TestOnePhoneIsPutThroughToAnother(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/voice", `<Dial callerId="`+line+`" answerOnBridge="true"><Number>`+ben+`</Number></Dial>`)
	r := tw.open(1280)
	r.clicks(1, "button.green")
	r.sees(2, line+" is calling")
	r.clicks(2, "button.green")
	r.sees(1, "You are through to a person.")
	r.sees(2, "You are through to a person.")
	says := func(phone int, words string) {
		t.Helper()
		r.must(chromedp.Do(r.tab, chromedp.Focus(on(phone, ".say textarea"))))
		r.types(words)
		r.does(`[...document.querySelectorAll("` + on(phone, ".say button") + `")].at(-1).click()`)
	}
	says(1, "Can you hear me?")
	r.sees(2, "Somebody: Can you hear me?")
	says(2, "Yes.")
	r.sees(1, "Somebody: Yes.")
	r.clicks(2, "button.red")
	r.sees(1, "The call is over")
}

// The company was started anew: what it no longer knows is gone from the page too, and the page goes on.
func TestAnotherCompanyAnswers(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/sms", `<Message>Old.</Message>`)
	var answers atomic.Pointer[http.Handler]
	first := tw.company.Handler()
	answers.Store(&first)
	tw.server.Close()
	tw.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*answers.Load()).ServeHTTP(w, r) }))
	t.Cleanup(tw.server.Close)
	r := tw.open(1280)
	r.texts(1, "hello")
	r.sees(1, "Old.")
	cfg := simulator.Config{AccountSID: account, AuthToken: token, Lines: []simulator.Line{{Number: line, SMSURL: tw.owner.URL + "/sms"}}}
	folk(&cfg)
	next := simulator.New(cfg)
	defer next.Close()
	tw.on("/sms", `<Message>New.</Message>`)
	second := next.Handler()
	answers.Store(&second)
	tw.server.CloseClientConnections()
	r.until(`document.querySelector("section.phone .texts").children.length === 0`)
	r.texts(1, "hello again")
	r.sees(1, "New.")
	r.forgive("net::ERR_") // the console notes that the stream broke
}
