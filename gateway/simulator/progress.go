package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// statusTarget is where a call's progress is told, and which of it.
type statusTarget struct {
	url, method string
	events      []string // initiated, ringing, answered, completed
}

// progress tells of a step in a call's life, if anyone asked to be told. Callbacks of one
// call keep their order, but the call does not wait for them.
func (l *leg) progress(event string, duration int) {
	if l.status.url == "" || !slices.Contains(l.status.events, event) {
		return
	}
	params := l.params()
	params.Set("CallbackSource", "call-progress-events")
	params.Set("Timestamp", l.co.now().UTC().Format(time.RFC1123Z))
	params.Set("SequenceNumber", strconv.Itoa(slices.Index([]string{"initiated", "ringing", "answered", "completed"}, event)))
	if event == "completed" {
		params.Set("CallDuration", strconv.Itoa(duration))
		params.Set("Duration", strconv.Itoa((duration+59)/60))
		if code := sipCodes()[params.Get("CallStatus")]; code != 0 && l.direction == "outbound-api" {
			params.Set("SipResponseCode", strconv.Itoa(code))
		}
	}
	method := l.status.method
	if method == "" {
		method = http.MethodPost
	}
	cb := callback{status: params.Get("CallStatus"), hook: webhook{method: method, url: l.status.url, params: params, voice: true, sid: l.sid}}
	before, told := l.told, make(chan struct{})
	l.told = told
	if !l.co.background(func() {
		defer close(told)
		<-before
		l.co.tell(cb)
	}) {
		close(told)
	}
}

// sipCodes is the network's last answer to a call by how it ended. A call that failed here is one to a number that nobody has, the likeliest
// reason by Twilio's documentation.
func sipCodes() map[string]int {
	return map[string]int{"completed": 200, "busy": 486, "no-answer": 487, "canceled": 487, "failed": 404}
}
