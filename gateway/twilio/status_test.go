package twilio

import (
	"encoding/xml"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"

	"hotline/gateway"
)

func TestTheEndOfACall(t *testing.T) {
	for _, status := range []string{"completed", "busy", "failed", "no-answer", "canceled"} {
		h := newHouse(t)
		same(t, h.hearing("/twilio/status/call", callForm("CallStatus", status)), gateway.Inbound{
			Key: callSID + "/end", Line: line, From: ana, Channel: gateway.Voice, Call: callSID, Kind: gateway.KindHangup,
		})
	}
	h := newHouse(t)
	for _, status := range []string{"queued", "ringing", "in-progress", "initiated", ""} {
		if w := h.post("/twilio/status/call", callForm("CallStatus", status)); w.Code != http.StatusNoContent {
			t.Errorf("%s: answered %d", status, w.Code)
		}
	}
	h.untouched()
}

func TestARecordingIsReady(t *testing.T) {
	const url = "https://api.twilio.com/2010-04-01/Accounts/" + account + "/Recordings/RE1"
	h := newHouse(t)
	f := form("CallSid", callSID, "RecordingSid", "RE1", "RecordingUrl", url, "RecordingDuration", "12", "RecordingStatus", "completed")
	if w := h.post("/twilio/recording", f); w.Code != http.StatusNoContent || w.Body.Len() > 0 {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
	same(t, h.told, []told{{"recording", "RE1", url, 12}})
	for _, status := range []string{"absent", "failed", "in-progress"} {
		h.told = nil
		f.Set("RecordingStatus", status)
		if w := h.post("/twilio/recording", f); w.Code != http.StatusNoContent {
			t.Errorf("%s: answered %d", status, w.Code)
		}
		h.untouched()
	}
}

func TestHowAMessageIsDoing(t *testing.T) {
	h := newHouse(t)
	f := form("MessageSid", textSID, "From", line, "To", ana, "MessageStatus", "undelivered", "ErrorCode", "30003")
	if w := h.post(h.cfg.statusPath("0198c0de"), f); w.Code != http.StatusNoContent {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
	f.Set("MessageStatus", "delivered")
	f.Del("ErrorCode")
	// Before a rotation of tokens the message was placed with another one.
	if w := h.post(Config{Tokens: []string{next}}.statusPath("0198c0de"), f); w.Code != http.StatusNoContent {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
	same(t, h.told, []told{{"message", "0198c0de", "undelivered", 30003}, {"message", "0198c0de", "delivered", 0}})
	same(t, h.logged, []told(nil)) // whoever knows the message has it erased there
	h.forgot = true
	if w := h.post(h.cfg.statusPath("0198c0de"), f); w.Code != http.StatusNoContent {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
	same(t, h.logged, []told{{line, textSID, "delivered", 0}})
}

// The carrier's id of an answer is told nowhere but in its status.
func TestHowAnAnswerIsDoing(t *testing.T) {
	h := newHouse(t)
	h.reply = say("Good to know.")
	path, _, _ := strings.Cut(attribute(t, h.post("/twilio/sms", textForm()).Body.Bytes(), "Message", "action"), "#")
	f := form("MessageSid", "SM2", "From", line, "To", ana, "MessageStatus", "delivered")
	if w := h.post(path, f); w.Code != http.StatusNoContent || w.Body.Len() > 0 {
		t.Errorf("%s answered %d %s", path, w.Code, w.Body)
	}
	same(t, h.logged, []told{{line, "SM2", "delivered", 0}})
	for _, missing := range []string{"MessageSid", "MessageStatus"} {
		spoilt := maps.Clone(f)
		spoilt.Del(missing)
		if w := h.post(path, spoilt); w.Code != http.StatusBadRequest {
			t.Errorf("without %s: answered %d", missing, w.Code)
		}
	}
}

// attribute is that of the first element of a name.
func attribute(t *testing.T, doc []byte, element, name string) (value string) {
	t.Helper()
	each(t, doc, func(_ []string, e xml.StartElement) {
		for _, a := range e.Attr {
			if e.Name.Local == element && a.Name.Local == name && value == "" {
				value = a.Value
			}
		}
	})
	return value
}

func TestAMessageThatWeDidNotPlace(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{
		Config{Tokens: []string{"another"}}.statusPath("m1"),
		"/twilio/status/message/m2/" + mark(token, forStatus, "m1"),
		"/twilio/status/message/m1/x",
	} {
		if w := h.post(path, form("MessageStatus", "sent")); w.Code != http.StatusNotFound {
			t.Errorf("%s: answered %d", path, w.Code)
		}
	}
	if w := h.post(h.cfg.statusPath("m1"), form()); w.Code != http.StatusBadRequest {
		t.Errorf("without a status: answered %d", w.Code)
	}
	h.untouched()
}

func TestWhatIsNotDurableIsAskedAgain(t *testing.T) {
	h := newHouse(t)
	h.fail = errors.New("the database is away")
	for path, f := range map[string]map[string][]string{
		"/twilio/status/call":  callForm("CallStatus", "completed"),
		"/twilio/recording":    form("RecordingSid", "RE1"),
		h.cfg.statusPath("m1"): form("MessageStatus", "sent"),
		replyRoute:             form("MessageStatus", "delivered", "MessageSid", "SM1", "From", line),
	} {
		if w := h.post(path, f); w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: answered %d", path, w.Code)
		}
	}
}
