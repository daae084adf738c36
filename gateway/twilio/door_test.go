package twilio

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/mux"
	"pgregory.net/rapid"

	"hotline/gateway/simulator"
)

func TestWhatTheDoorRefuses(t *testing.T) {
	twice := func(name string, f url.Values) url.Values {
		f.Add(name, f.Get(name)+"1")
		return f
	}
	otherAccount := textForm("AccountSid", "AC00000000000000000000000000000002")
	noAccount := textForm()
	noAccount.Del("AccountSid")
	for _, c := range []struct {
		name string
		path string
		form url.Values
		want int
	}{
		{"another account", "/twilio/sms", otherAccount, 403},
		{"no account", "/twilio/sms", noAccount, 403},
		{"another account's fallback", "/twilio/fallback/sms", otherAccount, 403},
		{"a field twice", "/twilio/sms", twice("Body", textForm()), 400},
		{"an id twice", "/twilio/sms", twice("MessageSid", textForm()), 400},
		{"our account twice", "/twilio/sms", twice("AccountSid", textForm()), 400},
		{"a picture twice", "/twilio/sms", twice("MediaUrl0", textForm("NumMedia", "1", "MediaUrl0", "https://api.twilio.com/1")), 400},
		{"keys twice", "/twilio/voice/1", twice("Digits", callForm("Digits", "1")), 400},
		{"a text to another number", "/twilio/sms", textForm("To", "+12125550199"), 404},
		{"a text to nobody", "/twilio/sms", textForm("To", ""), 404},
		{"a call to another number", "/twilio/voice", callForm("To", "+12125550199"), 404},
		{"a call from another number, placed by us", "/twilio/voice", callForm("Direction", "outbound-api"), 404},
		{"the end of a call to another number", "/twilio/status/call", callForm("To", "+12125550199", "CallStatus", "completed"), 404},
		{"a text without an id", "/twilio/sms", textForm("MessageSid", ""), 400},
		{"an id that leads elsewhere", "/twilio/sms", textForm("MessageSid", "../Calls"), 400},
		{"a call without an id", "/twilio/voice", callForm("CallSid", ""), 400},
		{"a recording without an id", "/twilio/voice/1", callForm("RecordingUrl", "https://api.twilio.com/x"), 400},
		{"turn 0", "/twilio/voice/0", callForm(), 404},
		{"turn 01", "/twilio/voice/01", callForm(), 404},
		{"turn -1", "/twilio/voice/-1", callForm(), 404},
		{"turn +1", "/twilio/voice/+1", callForm(), 404},
		{"turn ten thousand", "/twilio/voice/10000", callForm(), 404},
		{"turn x", "/twilio/voice/x", callForm(), 404},
		{"no turn", "/twilio/voice/", callForm(), 404},
		{"nothing there", "/twilio/fax", textForm(), 404},
		{"a doubled slash", "/twilio//sms", textForm(), 404},
		{"a path to be cleaned", "/twilio/x/../sms", textForm(), 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			if w := h.post(c.path, c.form); w.Code != c.want {
				t.Errorf("answered %d %s, wanted %d", w.Code, w.Body, c.want)
			}
			h.untouched()
		})
	}
}

func TestSignatureIsAskedForEverywhere(t *testing.T) {
	paths := []string{
		"/twilio/sms", "/twilio/voice", "/twilio/voice/1", "/twilio/recording", "/twilio/status/call", "/twilio/fallback/sms",
		"/twilio/fallback/voice", Config{Tokens: []string{token}}.statusPath("m1"),
	}
	for _, path := range paths {
		h := newHouse(t)
		f := textForm("CallSid", callSID, "RecordingSid", "RE1", "MessageStatus", "sent", "CallStatus", "completed")
		for name, signature := range map[string]string{
			"none":               "",
			"another token":      simulator.Sign("secret3", public+path, f),
			"another address":    simulator.Sign(token, public+path+"/", f),
			"another host":       simulator.Sign(token, "https://example.com"+path, f),
			"without the fields": simulator.Sign(token, public+path, nil),
		} {
			if w := h.send(path, f.Encode(), signature); w.Code != http.StatusForbidden {
				t.Errorf("%s, signature %s: answered %d", path, name, w.Code)
			}
		}
		h.untouched()
		for name, tok := range map[string]string{"current": token, "next": next} {
			if w := h.send(path, f.Encode(), simulator.Sign(tok, public+path, f)); w.Code/100 != 2 {
				t.Errorf("%s, the %s token: answered %d %s", path, name, w.Code, w.Body)
			}
		}
	}
}

func TestHostAndForwardedHeadersSignNothing(t *testing.T) {
	h := newHouse(t)
	f := textForm()
	r := httptest.NewRequest(http.MethodPost, "https://attacker.example/twilio/sms", strings.NewReader(f.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-Host", "attacker.example")
	r.Header.Set("X-Forwarded-Proto", "https")
	r.Header.Set("X-Twilio-Signature", simulator.Sign(token, "https://attacker.example/twilio/sms", f))
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("answered %d", w.Code)
	}
	h.untouched()
}

func TestPublicURLWithAPathThatAProxyTakesOff(t *testing.T) {
	h := newHouse(t, func(c *Config) { c.PublicURL = "https://example.org/hotline/" })
	h.reply = say("Press one.")
	h.reply.Wait, h.reply.Turn = waitForKeys(), 1
	f := callForm()
	w := h.send("/twilio/voice", f.Encode(), simulator.Sign(token, "https://example.org/hotline/twilio/voice", f))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `action="/hotline/twilio/voice/1#`) {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
}

func TestFormsThatCannotBeRead(t *testing.T) {
	h := newHouse(t)
	big := textForm("Body", strings.Repeat("x", 64<<10))
	for name, c := range map[string]struct {
		body, kind string
		want       int
	}{
		"larger than 64 kB":  {big.Encode(), "application/x-www-form-urlencoded", 413},
		"a bad escape":       {"Body=%zz", "application/x-www-form-urlencoded", 400},
		"JSON":               {"{}", "application/json", 415},
		"no type":            {textForm().Encode(), "", 415},
		"parts":              {"--x--", "multipart/form-data; boundary=x", 415},
		"a type not to read": {textForm().Encode(), "application/;", 415},
	} {
		r := httptest.NewRequest(http.MethodPost, "/twilio/sms", strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		r.Header.Set("X-Twilio-Signature", simulator.Sign(token, public+"/twilio/sms", big))
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: answered %d, wanted %d", name, w.Code, c.want)
		}
	}
	h.untouched()
}

func TestOnlyPOST(t *testing.T) {
	h := newHouse(t)
	outer := mux.NewRouter().SkipClean(true)
	outer.PathPrefix("/twilio/").Handler(h.handler)
	for _, path := range []string{"/twilio/sms", "/twilio/voice", "/twilio/voice/1", "/twilio/fallback/voice"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			w := httptest.NewRecorder()
			outer.ServeHTTP(w, httptest.NewRequest(method, path, nil))
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != http.MethodPost {
				t.Errorf("%s %s: answered %d, Allow %q", method, path, w.Code, w.Header().Get("Allow"))
			}
		}
	}
	h.untouched()
}

func TestFieldsNobodyHasDocumented(t *testing.T) {
	h := newHouse(t)
	f := textForm("NetworkGeneration", "6", "MessagingServiceSid", "MG00000000000000000000000000000001")
	f["FromCity"] = []string{"A", "B"} // twice, but nothing that we use
	if in := h.hearing("/twilio/sms", f); in.Text != "hello" {
		t.Errorf("heard %q", in.Text)
	}
}

func TestLogsHoldNoNumberAndNoWords(t *testing.T) {
	h := newHouse(t)
	h.post("/twilio/sms", textForm("Body", "the lift is broken"))
	h.post("/twilio/sms", textForm("To", "+12125550199"))
	h.post("/twilio/sms", textForm("NumMedia", "1", "MediaUrl0", "https://evil.example/+12125550101"))
	h.post("/twilio/voice/1", callForm("Digits", "4711"))
	h.fail = errors.New("the database is away")
	h.post("/twilio/status/call", callForm("CallStatus", "completed"))
	h.post("/twilio/voice/2", callForm("RecordingSid", recordingSID, "RecordingUrl", "https://evil.example/"+recordingSID))
	h.post("/twilio/recording", callForm("RecordingSid", recordingSID, "RecordingStatus", "absent"))
	h.post("/twilio/fallback/sms", textForm())
	h.post("/twilio/sms", textForm("AccountSid", "AC00000000000000000000000000000002"))
	got := h.log.String()
	// The carrier's records tell whose number belongs to an id of its own.
	for _, secret := range []string{"2125550", "lift", "4711", "evil", token, next, textSID, callSID, recordingSID, account, retrySID} {
		if strings.Contains(got, secret) {
			t.Errorf("the log holds %q:\n%s", secret, got)
		}
	}
	for _, wanted := range []string{"request=c49023c9 ", "request=76b528c8/1 ", "the database is away", "route=/twilio/sms"} {
		if !strings.Contains(got, wanted) {
			t.Errorf("the log does not hold %q:\n%s", wanted, got)
		}
	}
}

func TestObserve(t *testing.T) {
	var seen []string
	h := newHouse(t, func(c *Config) {
		c.Observe = func(route string, status int, _ time.Duration) { seen = append(seen, fmt.Sprint(route, " ", status)) }
	})
	h.post("/twilio/voice/7", callForm())
	h.send("/twilio/sms", textForm().Encode(), "")
	same(t, seen, []string{"/twilio/voice/{turn} 200", "/twilio/sms 403"})
}

func TestCheck(t *testing.T) {
	good := Config{PublicURL: public, AccountSID: account, Tokens: []string{token}}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for want, spoil := range map[string]func(*Config){
		"must begin with https://": func(c *Config) { c.PublicURL = "hotline.example.org" },
		"nothing but a scheme":     func(c *Config) { c.PublicURL += "/?x=1" },
		"cannot be read":           func(c *Config) { c.PublicURL = "https://%zz" },
		"API URL":                  func(c *Config) { c.APIURL = "localhost:8082" },
		"account SID":              func(c *Config) { c.AccountSID = "" },
		"auth token is empty":      func(c *Config) { c.Tokens = []string{token, ""} },
		"auth token is missing":    func(c *Config) { c.Tokens = nil },
	} {
		c := good
		spoil(&c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("wanted a sentence with %q, got: %v", want, err)
		}
	}
}

// TestAnySignedFormIsAnsweredOrRefused: whatever the fields hold, no webhook breaks the house.
func TestAnySignedFormIsAnsweredOrRefused(t *testing.T) {
	h := newHouse(t)
	names := []string{"MessageSid", "CallSid", "From", "Body", "NumMedia", "MediaUrl0", "Digits", "RecordingUrl", "RecordingSid",
		"RecordingDuration", "CallStatus", "Direction", "MessageStatus", "ErrorCode", "OptOutType"}
	paths := []string{"/twilio/sms", "/twilio/voice", "/twilio/voice/1", "/twilio/recording", "/twilio/status/call",
		"/twilio/fallback/sms", "/twilio/fallback/voice", h.cfg.statusPath("m1")}
	rapid.Check(t, func(t *rapid.T) {
		f := textForm("CallSid", callSID)
		for name, value := range rapid.MapOf(rapid.SampledFrom(names), anyBytes()).Draw(t, "fields") {
			f.Set(name, value)
		}
		path := rapid.SampledFrom(paths).Draw(t, "path")
		w := h.post(path, f)
		if w.Code >= 500 || w.Code == http.StatusTooManyRequests || w.Code/100 == 3 {
			t.Fatalf("%s answered %d %s", path, w.Code, w.Body)
		}
		if w.Code == http.StatusOK {
			grammatical(t, w.Body.Bytes())
		}
	})
}
