package simulator_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"hotline/gateway/simulator"
)

func TestThePageTexts(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/sms", `<Message>We have it. ¿Algo más?</Message>`)
	r := tw.open(1280)
	r.texts(1, "the lift in hall B is broken")
	r.sees(1, "the lift in hall B is broken")
	r.sees(1, "We have it. ¿Algo más?")
	r.sees(1, "1 segment, UCS-2") // á is not in GSM-7
	r.sees(1, "1 segment, GSM-7 · delivered")
	if got := tw.askedAt("/sms"); len(got) != 1 || got[0].form.Get("From") != ana || got[0].form.Get("Body") != "the lift in hall B is broken" {
		t.Errorf("asked: %+v", got)
	}
	r.until(`!document.querySelectorAll("section.phone")[1].innerText.includes("lift")`) // the other phone knows nothing of it
}

func TestAReloadTakesUpTextsAndTheCall(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/sms", `<Message>We have it.</Message>`)
	tw.on("/voice", `<Gather numDigits="1" action="/next"><Say>Press a key.</Say></Gather>`)
	tw.on("/next", `<Gather numDigits="1" timeout="1"><Say>And another.</Say></Gather><Say>Still there?</Say><Gather numDigits="1"/>`)
	r := tw.open(1280)
	r.texts(1, "hello")
	r.sees(1, "We have it.")
	r.clicks(1, "button.green")
	r.sees(1, "Press a key.")
	r.clicks(1, `[data-key="1"]`)
	r.sees(1, "And another.")
	r.load()
	r.sees(1, "And another.")
	r.does(`{const s = document.querySelector("#time"); s.value = "runs"; s.dispatchEvent(new Event("change"))}`)
	r.sees(1, "Still there?") // the page is the call's clock as before
	r.clicks(1, "button.red")
	r.sees(1, "You hung up.")
	r.load()
	r.sees(1, "hello")
	r.sees(1, "We have it.")
	r.until(`document.querySelectorAll("section.phone")[0].querySelector(".call").hidden`) // the call that is over is not shown again
	if got := tw.askedAt("/status"); len(got) != 1 {
		t.Errorf("the end was told %d times", len(got))
	}
}

func TestByKeyboardAlone(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/sms", `<Message>We have it.</Message>`)
	tw.on("/voice", `<Gather numDigits="1" action="/next"><Say>Press a key.</Say></Gather>`)
	tw.on("/next", `<Say>Thank you.</Say><Pause length="9"/>`)
	r := tw.open(1280)
	// Tab leads to everything, in an order that can be followed, and nothing is reached that cannot be seen.
	r.tabsTo(`.compose textarea`)
	r.types("hello\r")
	r.sees(1, "We have it.")
	r.tabsTo(`button.green`)
	r.types("\r")
	r.sees(1, "Press a key.")
	r.types("4") // wherever the focus is on the phone
	r.sees(1, "Thank you.")
	r.tabsTo(`button.red`)
	r.types(" ")
	r.sees(1, "You hung up.")
	r.types("\r") // the same key leads back
	r.sees(1, "You called")
	r.tabsTo(`[data-key="1"]`)
	r.types(kb.ArrowRight + kb.ArrowDown + "\r")
	r.until(`document.querySelector("section.phone .compose textarea").value.trim() === "5"`)
	r.until(`(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 })()`)
	if got := tw.askedAt("/next"); len(got) != 1 || got[0].form.Get("Digits") != "4" {
		t.Errorf("%+v", got)
	}
}

// tabsTo presses Tab until the focus is on a part of the first phone.
func (r *reader) tabsTo(part string) {
	r.Helper()
	for range 40 {
		there, err := chromedp.Run(r.tab, chromedp.Evaluate[bool](`document.activeElement.matches("section.phone:nth-of-type(1) " + `+"`"+part+"`"+`)`))
		r.must(err)
		if there {
			return
		}
		r.types("\t")
		r.until(`document.activeElement === document.body || document.activeElement.offsetParent !== null`)
	}
	r.Fatalf("Tab does not lead to %s", part)
}

func TestOnANarrowScreen(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/sms", `<Message>`+strings.Repeat("x", 150)+`</Message>`)
	tw.on("/voice", `<Record action="/kept"/>`)
	r := tw.open(360)
	fits := func() {
		t.Helper()
		r.until(`document.documentElement.scrollWidth <= 360 && [...document.querySelectorAll(".screen, .thread, .words")].every((e) => e.scrollWidth <= e.clientWidth + 1)`)
	}
	r.texts(1, strings.Repeat("w", 150))
	r.sees(1, strings.Repeat("x", 150))
	fits()
	r.clicks(1, "button.green")
	r.sees(1, "It records")
	fits()
	// A finger hits the keys.
	r.until(`[...document.querySelectorAll(".key, .soft button, .receivers button")].every((b) => b.offsetParent === null || b.getBoundingClientRect().height >= 36)`)
}

func TestWhatBecameOfATextIsShown(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/sms", "HTTP 500")
	r := tw.open(1280)
	r.texts(1, "hello")
	r.sees(1, "not delivered: HTTP 500 (11200)")
	tw.on("/sms", "")
	r.texts(2, "STOP")
	r.sees(2, "from the phone company itself")
	if status, _ := tw.rest("POST", "/Messages.json", token, map[string]string{"To": ben, "From": line, "Body": "News."}); status != 400 {
		t.Fatalf("%d", status)
	}
	r.sees(2, "did not reach this phone: this phone has said STOP (21610).")
	tw.on("/sms", `<Message>An answer.</Message>`)
	r.texts(2, "hello")
	r.until(`document.querySelector("section.phone:nth-of-type(2) .texts").innerText.split("(21610)").length === 3`) // nor does the answer
	tw.faults.Set(simulator.Plan{Numbers: map[string]simulator.NumberFault{ana: {Undelivered: 30003}}})
	tw.rest("POST", "/Messages.json", token, map[string]string{"To": ana, "From": line, "Body": "News."})
	r.sees(1, "did not reach this phone: error 30003.")
}

func TestOtherPhones(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/sms", `<Message>We have it.</Message>`)
	tw.on("/voice", `<Gather numDigits="1"><Say>Hello.</Say></Gather>`)
	r := tw.open(1280)
	choose := func(phone int, number string) {
		t.Helper()
		r.does(`{const s = document.querySelector("` + on(phone, ".chooser select") + `"); s.value = "` + number + `"; s.dispatchEvent(new Event("change"))}`)
	}
	choose(1, "another")
	r.types("12\r")
	r.until(`document.querySelector("section.phone .wrong").innerText.includes("no phone number")`)
	empty := func() { r.does(`document.querySelector("section.phone .another input").value = ""`) }
	empty()
	r.types("917 832 1234\r")
	r.until(`document.querySelector("section.phone .wrong").innerText.includes("a number that is nobody's")`)
	empty()
	r.types("(347) 555-0199\r")
	r.texts(1, "hello")
	r.sees(1, "We have it.")
	if got := tw.askedAt("/sms"); len(got) != 1 || got[0].form.Get("From") != "+13475550199" {
		t.Errorf("%+v", got)
	}
	choose(1, ben)
	r.until(`document.querySelector("section.phone .wrong").innerText.includes("lies here already")`)
	choose(1, "anonymous")
	r.sees(1, "cannot text")
	r.clicks(1, "button.green")
	r.sees(1, "Hello.")
	if got := tw.askedAt("/voice"); len(got) != 1 || got[0].form.Get("From") != "anonymous" {
		t.Errorf("%+v", got)
	}
	r.load()
	r.sees(1, "Hello.") // taken up, though no diary tells of it
	r.must(chromedp.Do(r.tab, chromedp.Click("#add")))
	r.until(`document.querySelectorAll("section.phone").length === 3`)
	r.clicks(1, ".remove") // a phone that is put away hangs up
	r.until(`document.querySelectorAll("section.phone").length === 2`)
	tw.settle() // the end is told after the page knows of it
	if got := tw.askedAt("/status"); len(got) != 1 {
		t.Errorf("the end was told %d times", len(got))
	}
}

func TestThePageInSpanish(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/voice", `<Gather numDigits="1"><Say>Hello.</Say></Gather>`)
	r := tw.open(1280)
	r.clicks(1, "button.green")
	r.sees(1, "Hello.")
	r.does(`{const s = document.querySelector("#language"); s.value = "es"; s.dispatchEvent(new Event("change"))}`)
	r.until(`document.documentElement.lang === "es" && document.title === "Teléfonos de teclas"`)
	r.sees(1, "Oprima una tecla.")
	r.sees(1, "Hello.") // the line's own words stay in its language
	r.load()
	r.until(`document.documentElement.lang === "es"`)
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
