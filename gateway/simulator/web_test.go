package simulator_test

import (
	"strings"
	"testing"
	"time"

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

func TestThePageCallsAndRecords(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/voice", `<Gather numDigits="1" action="/tell"><Say language="es-MX">Para español, oprima 2.</Say></Gather>`)
	tw.on("/tell", `<Say>Speak after the tone.</Say><Record action="/kept" maxLength="180" recordingStatusCallback="/media"/>`)
	tw.on("/kept", `<Gather action="/code" finishOnKey="#"><Say>Key four digits.</Say></Gather>`)
	tw.on("/code", `<Pause length="30"/>`)
	r := tw.open(1280)
	r.clicks(1, "button.green")
	r.sees(1, "Para español, oprima 2.")
	r.until(`document.querySelector("li.say").lang === "es-MX"`)
	r.clicks(1, `[data-key="2"]`)
	r.sees(1, "Speak after the tone.")
	r.must(chromedp.Do(r.tab, chromedp.Focus(on(1, ".say textarea"))))
	r.types("the heat is unbearable")
	r.until(`document.querySelector("section.phone .long input").value === "2"`) // 22 letters at 15 a second
	r.clicks(1, `[data-key="#"]`)
	r.sees(1, "You said: the heat is unbearable")
	r.sees(1, "Key four digits.")
	for _, key := range []string{"4", "7", "1", "1"} {
		r.clicks(1, `[data-key="`+key+`"]`)
	}
	r.sees(1, "Keys: 4711")
	r.clicks(1, `[data-key="#"]`)
	r.sees(1, "It will go on.")
	r.clicks(1, "button.red")
	r.sees(1, "You hung up.")
	r.clicks(1, ".soft .left")
	r.sees(1, "You called "+line)
	if got := tw.askedAt("/tell"); len(got) != 1 || got[0].form.Get("Digits") != "2" {
		t.Errorf("tell: %+v", got)
	}
	if got := tw.askedAt("/kept"); len(got) != 1 || got[0].form.Get("RecordingDuration") != "2" || got[0].form.Get("Digits") != "#" {
		t.Errorf("kept: %+v", got)
	}
	if got := tw.askedAt("/code"); len(got) != 1 || got[0].form.Get("Digits") != "4711" || got[0].form.Get("FinishedOnKey") != "#" {
		t.Errorf("code: %+v", got)
	}
	if got := tw.askedAt("/status"); len(got) != 1 {
		t.Errorf("the end was told %d times", len(got))
	}
}

// A recording is counted while a button is held; one of nothing calls no action; hanging up in one keeps it.
func TestThePageRecordsInOtherWays(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/voice", `<Record action="/kept"/><Say>Nothing was heard.</Say><Record action="/kept"/>`)
	r := tw.open(1280)
	r.clicks(1, "button.green")
	r.sees(1, "It records, 3600 seconds at most.")
	r.clicks(1, ".soft .left") // silence
	r.sees(1, "Nothing was heard.")
	r.sees(1, "It records, 3600 seconds at most.")
	if got := tw.askedAt("/kept"); len(got) != 0 {
		t.Errorf("of nothing: %+v", got)
	}
	hold := on(1, ".say .row > button:not([hidden])")
	r.does(`{const b = document.querySelector("` + hold + `"); b.dispatchEvent(new KeyboardEvent("keydown", {key: " ", bubbles: true}))}`)
	r.until(`document.querySelector("` + hold + `").textContent === "Speaking: 1 s"`)
	r.does(`{const b = document.querySelector("` + hold + `"); b.dispatchEvent(new KeyboardEvent("keyup", {key: " ", bubbles: true}))}`)
	r.until(`document.querySelector("section.phone .long input").value === "1"`)
	r.clicks(1, "button.red")
	r.sees(1, "You hung up.")
	if got := tw.askedAt("/kept"); len(got) != 1 || got[0].form.Get("Digits") != "hangup" || got[0].form.Get("RecordingDuration") != "1" {
		t.Errorf("hung up in it: %+v", got)
	}
}

func TestTwoPhonesAndWhatArrivesUnasked(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/hello", `<Gather numDigits="1" action="/keys"><Say>A message for the person who asked for it. Press 1.</Say></Gather>`)
	tw.on("/keys", `<Say>We meet Friday.</Say>`)
	tw.on("/voice", `<Gather numDigits="1"><Say>Hello.</Say></Gather>`)
	r := tw.open(1280)
	// Side by side, not one below the other.
	r.until(`new Set([...document.querySelectorAll("section.phone")].map((p) => p.getBoundingClientRect().top)).size === 1 && document.querySelectorAll("section.phone").length === 2`)
	r.clicks(1, "button.green")
	r.sees(1, "Hello.")
	if status, body := tw.rest("POST", "/Messages.json", token, map[string]string{"To": ben, "From": line, "Body": "We meet Friday."}); status != 201 {
		t.Fatalf("%d %s", status, body)
	}
	r.sees(2, "We meet Friday.")
	r.until(`document.querySelector("#arrived").lastChild?.textContent === "Ben, 0102: a text. We meet Friday."`) // told to whoever cannot see it

	tw.ringUp(ben)
	r.sees(2, line+" is calling")
	r.until(`document.querySelector("#urgent").textContent === "Ben, 0102: +12125550100 is calling."`)
	r.clicks(2, ".soft .left")
	r.sees(2, "A message for the person who asked for it.")
	r.clicks(2, `[data-key="1"]`)
	r.sees(2, "The line hung up.")
	r.sees(1, "Hello.") // and the first phone is on its own call still
	r.clicks(2, ".soft .left")

	sid := tw.ringUp(ben)
	r.sees(2, line+" is calling")
	r.clicks(2, ".soft .right")
	r.until(`!document.querySelector("section.phone.ringing")`)
	tw.settle()
	if status := tw.callStatus(sid); status != "busy" {
		t.Errorf("rejected: %s", status)
	}
	sid = tw.ringUp(ben)
	r.sees(2, line+" is calling")
	if status, body := tw.rest("POST", "/Calls/"+sid+".json", token, map[string]string{"Status": "canceled"}); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	r.until(`!document.querySelector("section.phone.ringing")`)
}

// ringUp has the REST API call a phone of the page.
func (tw *town) ringUp(to string) string {
	tw.Helper()
	status, body := tw.rest("POST", "/Calls.json", token, map[string]string{"To": to, "From": line, "Url": tw.owner.URL + "/hello"})
	if status != 201 {
		tw.Fatalf("%d %s", status, body)
	}
	return tw.decoded(body)["sid"].(string)
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

func TestTheClockOfThePage(t *testing.T) {
	tw := newTown(t, folk)
	tw.on("/voice", `<Record timeout="1" action="/kept"/><Say>Nothing was said.</Say>`)
	tw.on("/kept", `<Gather numDigits="1" timeout="1"><Say>Hi.</Say></Gather><Say>Nobody is there.</Say>`)
	r := tw.open(1280)
	r.clicks(1, "button.green")
	r.sees(1, "It records")
	r.does(`{const s = document.querySelector("#time"); s.value = "runs"; s.dispatchEvent(new Event("change"))}`)
	// Who writes is given time; who spoke aloud and falls silent is not.
	r.must(chromedp.Do(r.tab, chromedp.Focus(on(1, ".say textarea"))))
	r.types("the lift")
	time.Sleep(1500 * time.Millisecond)
	r.sees(1, "It records")
	hold := on(1, ".say .row > button:not([hidden])")
	r.does(`{const b = document.querySelector("` + hold + `"); for (const type of ["keydown", "keyup"]) b.dispatchEvent(new KeyboardEvent(type, {key: " ", bubbles: true}))}`)
	r.sees(1, "You said: the lift")
	r.sees(1, "Nobody is there.")
	r.sees(1, "The line hung up.")
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
	r.does(`document.querySelector("section.phone .another input").value = ""`)
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
