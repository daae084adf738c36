package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// anyKey is the finishOnKey of a Record that names none.
const anyKey = "1234567890*#"

// record carries out Record. A recording of nothing calls no action: the next verb follows.
func (l *leg) record(n *node, base string) step {
	finish, timeout := n.attr("finishOnKey", anyKey), number(n.attr("timeout", "5"))
	most := number(n.attr("maxLength", "3600"))
	l.keys = "" // what was typed before the beep is not about the recording
	if n.attr("playBeep", "true") == "true" {
		l.hear(Heard{Kind: HeardBeep})
	}
	in := l.wait(Listening{Kind: ListenRecord, FinishOnKey: finish, Timeout: timeout, MaxLength: most}, nil)
	if s, stop := l.stopped(in); stop {
		return s
	}
	rec := &recording{leg: l, callback: l.recordingCallback(n, base), words: in.words}
	digits := ""
	switch {
	case in.kind == inSpeak && in.seconds >= most:
		rec.seconds = most
	case in.kind == inSpeak && in.end == endHangup:
		rec.seconds, digits = in.seconds, endHangup
	case in.kind == inSpeak:
		rec.seconds = in.seconds
		digits = l.finishRecord(finish, in.end)
	case in.kind == inPress:
		digits = l.finishRecord(finish, in.keys)
	}
	l.pass(secs(rec.seconds))
	if ended := rec.seconds < most && digits == ""; ended {
		l.pass(secs(timeout))
		if n.attr("trim", "trim-silence") == "do-not-trim" && rec.seconds > 0 {
			rec.seconds = min(most, rec.seconds+timeout)
		}
	}
	if rec.seconds <= 0 {
		return l.emptyRecord(rec, digits)
	}
	return l.keepRecord(n, base, rec, digits)
}

// endHangup is what Digits say when the caller hung up on a Record.
const endHangup = "hangup"

// finishRecord finds the key that ended a recording; what was typed after it stays for
// the next verb. No such key is silence.
func (l *leg) finishRecord(finish, keys string) string {
	i := strings.IndexAny(keys, finish)
	if i < 0 {
		return ""
	}
	l.keys = keys[i+1:]
	return keys[i : i+1]
}

func (l *leg) emptyRecord(rec *recording, digits string) step {
	if slices.Contains(rec.callback.events, "absent") {
		l.co.background(func() { l.co.tell(rec.tells("absent")) })
	}
	if digits == endHangup {
		return endBy(EndedByCaller, "completed")
	}
	return step{}
}

// keepRecord books a recording and asks the action. Its media exists only once the action
// was answered, and its status callback comes then.
func (l *leg) keepRecord(n *node, base string, rec *recording, digits string) step {
	c := l.co
	c.bookRecording(rec)
	if slices.Contains(rec.callback.events, "in-progress") {
		c.background(func() { c.tell(rec.tells("in-progress")) })
	}
	if digits == endHangup {
		l.setStatus("completed")
		l.letGo()
	}
	result := url.Values{
		"RecordingSid": {rec.sid}, "RecordingUrl": {c.resource("/Recordings/" + rec.sid)},
		"RecordingDuration": {strconv.Itoa(rec.seconds)}, "Digits": {digits},
	}
	src := l.follow(base, n.attr("action", ""), n.attr("method", http.MethodPost), result)
	src.after = func() { c.background(func() { c.completeRecording(rec) }) }
	return goTo(src)
}

func (l *leg) recordingCallback(n *node, base string) statusTarget {
	ref := n.attr("recordingStatusCallback", "")
	if ref == "" {
		return statusTarget{}
	}
	return statusTarget{
		url: resolve(base, ref), method: n.attr("recordingStatusCallbackMethod", http.MethodPost),
		events: splitList(n.attr("recordingStatusCallbackEvent", "completed")),
	}
}
