package twilio

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"hotline/gateway"
	"hotline/store"
)

func TestATextBecomesAnInbound(t *testing.T) {
	h := newHouse(t)
	h.reply = say("Tell us what happened,\nin your own words. <3 & more")
	w := h.post("/twilio/sms", textForm("Body", "REPORT"))
	golden(t, "text", w.Body.Bytes())
	same(t, w.Header().Get("Content-Type"), "text/xml; charset=utf-8")
	same(t, h.heard, []gateway.Inbound{{
		Key: textSID, Line: line, From: ana, Channel: gateway.Text, Kind: gateway.KindText, Text: "REPORT",
	}})
}

func TestTheSameWebhookHasTheSameAnswer(t *testing.T) {
	h := newHouse(t)
	h.reply = say("Yes.")
	if a, b := h.post("/twilio/sms", textForm()).Body.String(), h.post("/twilio/sms", textForm()).Body.String(); a != b {
		t.Errorf("answered\n%s and\n%s", a, b)
	}
}

func TestBytesOfATextArriveUnharmed(t *testing.T) {
	h := newHouse(t)
	for _, body := range []string{"", "\x00", "a\x00b", "\xff\xfe", "\xed\xa0\x80", "مرحبا", "😀", strings.Repeat("ñ", 1600), "a;b&c=d%zz+"} {
		if in := h.hearing("/twilio/sms", textForm("Body", body)); in.Text != body {
			t.Errorf("sent %q, heard %q", body, in.Text)
		}
	}
}

func TestWhoIsNobody(t *testing.T) {
	h := newHouse(t)
	for from, want := range map[string]store.Phone{
		ana: ana, "+447700900123": "+447700900123", "+2902345": "+2902345", // Saint Helena
		"": "", "anonymous": "", "Restricted": "", "unavailable": "", "+266696687": "", "+7378742833": "", "+2562533": "",
		"+8656696": "", "+86282452253": "", "72975": "", "AMAZON": "", "12125550101": "", "+0125550101": "", "+1212555": "+1212555",
		"+121255501011234567": "", "+1212555O101": "", "sip:ana@example.org": "", "whatsapp:+12125550101": "", "+١٢١٢٥٥٥٠١٠١": "", "+": "",
	} {
		if in := h.hearing("/twilio/sms", textForm("From", from)); in.From != want {
			t.Errorf("a text from %q is from %q", from, in.From.String())
		}
		if in := h.hearing("/twilio/voice", callForm("From", from)); in.From != want {
			t.Errorf("a call from %q is from %q", from, in.From.String())
		}
	}
}

func TestLinesThatCannotBeKnownNowCountAsOurs(t *testing.T) {
	h := newHouse(t)
	h.lineErr = errors.New("the database is away")
	h.reply = say("Nothing was recorded.")
	if in := h.hearing("/twilio/sms", textForm("To", "+12125550199")); in.Line != "+12125550199" {
		t.Errorf("heard about line %q", in.Line)
	}
}

func TestPictures(t *testing.T) {
	h := newHouse(t)
	const at = "https://api.twilio.com/2010-04-01/Accounts/" + account + "/Messages/MM1/Media/ME"
	f := textForm("NumMedia", "12")
	for i := range 12 {
		f.Set(fmt.Sprint("MediaUrl", i), fmt.Sprint(at, i))
		f.Set(fmt.Sprint("MediaContentType", i), "image/jpeg")
	}
	in := h.hearing("/twilio/sms", f)
	if len(in.Media) != 10 {
		t.Fatalf("heard of %d pictures", len(in.Media))
	}
	same(t, in.Media[9], gateway.Media{URL: at + "9", Type: "image/jpeg"})
}

func TestPicturesElsewhereAreIgnored(t *testing.T) {
	for url, want := range map[string]bool{
		"https://api.twilio.com/x":                    true,
		"https://api.dublin.ie1.twilio.com/x":         true,
		"https://mms.twiliocdn.com/x":                 true,
		"http://api.twilio.com/x":                     false,
		"https://api.twilio.com@evil.example/x":       false,
		"https://user@api.twilio.com/x":               false,
		"https://api.twilio.com.evil.example/x":       false,
		"https://twilio.com.evil.example/.twilio.com": false,
		"https://eviltwilio.com/x":                    false,
		"http://169.254.169.254/latest/meta-data":     false,
		"http://127.0.0.1:8081/":                      false,
		"file:///etc/passwd":                          false,
		"//api.twilio.com/x":                          false,
		"/x":                                          false,
		"https://%zz":                                 false,
	} {
		h := newHouse(t)
		in := h.hearing("/twilio/sms", textForm("NumMedia", "1", "MediaUrl0", url, "MediaContentType0", "image/png"))
		if got := len(in.Media) == 1; got != want {
			t.Errorf("%s is taken: %v, wanted %v", url, got, want)
		}
		if ignored := strings.Contains(h.log.String(), "ignored"); ignored == want {
			t.Errorf("%s: the log says\n%s", url, h.log.String())
		}
	}
}

func TestAnotherCarriersPictures(t *testing.T) {
	h := newHouse(t, func(c *Config) { c.APIURL = "https://calls.example.org/api" })
	for url, want := range map[string]int{
		"https://calls.example.org/api/media/1": 1, "https://api.twilio.com/x": 0, "http://calls.example.org/x": 0,
	} {
		if in := h.hearing("/twilio/sms", textForm("NumMedia", "1", "MediaUrl0", url)); len(in.Media) != want {
			t.Errorf("%s: heard of %d", url, len(in.Media))
		}
	}
}

func TestWhatTheCarrierActedOnItself(t *testing.T) {
	h := newHouse(t)
	h.reply = gateway.Reply{}
	w := h.post("/twilio/sms", textForm("Body", "stop", "OptOutType", "STOP"))
	golden(t, "text_empty", w.Body.Bytes())
	if h.heard[0].OptOut != "STOP" || h.heard[0].Text != "stop" {
		t.Errorf("heard %+v", h.heard[0])
	}
}

func TestFallbacksAskNothing(t *testing.T) {
	h := newHouse(t)
	h.lineErr = errors.New("the database is away")
	golden(t, "fallback_text", h.post("/twilio/fallback/sms", textForm("ErrorCode", "11200", "ErrorUrl", public+"/twilio/sms")).Body.Bytes())
	golden(t, "fallback_call", h.post("/twilio/fallback/voice", callForm("ErrorCode", "11200")).Body.Bytes())
	h.untouched()
}
