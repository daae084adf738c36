package simulator_test

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

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
