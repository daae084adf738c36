package simulator

import (
	"maps"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxUnheard is how many documents a call plays without listening once. Twilio would go
// on for four hours; here nobody has so long.
const maxUnheard = 50

// source is where a document comes from: asked for, or given with a REST request.
type source struct {
	hook   webhook
	inline string
	after  func() // run once the webhook was answered, before its document is played
}

// step is where a verb leads: to the next verb (the zero step), to another document, or
// to the end of the call.
type step struct {
	to  *source
	end *Ended
}

func goTo(s source) step { return step{to: &s} }

func endBy(reason Reason, status string) step {
	return step{end: &Ended{Reason: reason, Status: status}}
}

// play plays documents, one leading to the next, until one ends: nil then, or the end of
// the call.
func (l *leg) play(src source) *Ended {
	for {
		if l.hasLeft() {
			l.last = &src
			return endBy(EndedByCaller, "completed").end
		}
		l.unheard++
		doc, base, fault := l.obtain(src)
		if src.after != nil {
			src.after()
		}
		if l.hasLeft() {
			return endBy(EndedByCaller, "completed").end
		}
		if fault == nil && l.unheard > maxUnheard {
			fault = problem(12200, "the call played %d documents and listened to none", maxUnheard)
			l.co.note(fault, l.sid)
		}
		if fault != nil {
			l.answered()
			l.hear(Heard{Kind: HeardSay, Text: "We are sorry, an application error has occurred. Goodbye.", Seconds: 4})
			return endBy(EndedFailed, "completed").end
		}
		next := l.perform(doc, base)
		if next.to == nil {
			return next.end
		}
		src = *next.to
	}
}

// perform carries out a document's verbs in order. A zero step is its end.
func (l *leg) perform(doc *node, base string) step {
	for _, verb := range doc.kids {
		if s := l.interrupted(); s != (step{}) {
			return s
		}
		if s := l.verb(verb, base); s != (step{}) {
			return s
		}
	}
	return step{}
}

func (l *leg) verb(n *node, base string) step {
	if n.name == "Reject" {
		return l.reject(n)
	}
	l.answered()
	switch n.name {
	case "Say", "Play", "Pause":
		return l.sound(n, base)
	case "Gather":
		return l.gather(n, base)
	case "Record":
		return l.record(n, base)
	case "Dial":
		return l.dial(n, base)
	case "Redirect":
		return goTo(l.follow(base, n.text, n.attr("method", http.MethodPost), nil))
	}
	return endBy(EndedByLine, "completed") // Hangup
}

// answered marks an incoming call as picked up, which its first verb does unless it is Reject.
func (l *leg) answered() {
	if l.callStatus() == "ringing" {
		l.setStatus("in-progress")
	}
}

func (l *leg) reject(n *node) step {
	if l.callStatus() != "ringing" {
		return endBy(EndedByLine, "completed") // too late to reject
	}
	if n.attr("reason", "rejected") == "busy" {
		l.hear(Heard{Kind: HeardTone, Text: "busy"})
		return endBy(EndedRejected, "busy")
	}
	l.hear(Heard{Kind: HeardTone, Text: "not in service"})
	return endBy(EndedRejected, "no-answer")
}

// interrupted looks for what happened while the call was not waiting.
func (l *leg) interrupted() step {
	select {
	case <-l.gone:
		return endBy(EndedByCaller, "completed")
	case o := <-l.orders:
		return o.step()
	default:
		return step{}
	}
}

func (l *leg) hasLeft() bool {
	select {
	case <-l.gone:
		return true
	default:
		return false
	}
}

// stopped turns an input that ends any verb into a step.
func (l *leg) stopped(in input) (step, bool) {
	switch in.kind {
	case inHangup:
		return endBy(EndedByCaller, "completed"), true
	case inOrder:
		return in.order.step(), true
	case inClosed:
		return endBy(EndedClosed, "completed"), true
	}
	return step{}, false
}

// follow is the webhook an attribute or a Redirect leads to; "" is the document itself.
func (l *leg) follow(base, ref, method string, extra url.Values) source {
	params := l.params()
	maps.Copy(params, extra)
	target := base
	if strings.TrimSpace(ref) != "" {
		target = resolve(base, ref)
	}
	return source{hook: webhook{method: method, url: target, params: params, voice: true, sid: l.sid}}
}

// obtain gets a document, from the fallback URL if need be.
func (l *leg) obtain(src source) (doc *node, base string, fault *Problem) {
	if src.inline != "" {
		doc, fault = readTwiML([]byte(src.inline), voiceGrammar)
		if fault != nil {
			l.co.note(fault, l.sid)
		}
		return doc, "", fault
	}
	doc, base, fault = l.fetch(src.hook)
	if fault == nil || l.fallback == "" {
		return doc, base, fault
	}
	hook := src.hook
	hook.url, hook.method, hook.params = l.fallback, http.MethodPost, cloneValues(src.hook.params)
	hook.params.Set("ErrorCode", strconv.Itoa(fault.Code))
	hook.params.Set("ErrorUrl", fault.URL)
	return l.fetch(hook)
}

func (l *leg) fetch(hook webhook) (*node, string, *Problem) {
	got, fault := l.co.ask(hook)
	if fault != nil {
		return nil, "", fault
	}
	doc, fault := parseTwiML(got, voiceGrammar)
	if fault != nil {
		fault.URL = got.url
		l.co.note(fault, l.sid)
	}
	return doc, got.url, fault
}

// params are the documented parameters of a call's webhook.
// Source: Twilio's "TwiML for Programmable Voice", request parameters.
func (l *leg) params() url.Values {
	p := url.Values{
		"CallSid": {l.sid}, "AccountSid": {l.co.account}, "ApiVersion": {"2010-04-01"}, "Direction": {l.direction},
		"From": {l.from}, "Caller": {l.from}, "To": {l.to}, "Called": {l.to}, "CallStatus": {l.callStatus()},
	}
	addPlaces(p, l.from, l.to)
	for _, side := range [][2]string{{"Caller", "From"}, {"Called", "To"}} {
		for _, part := range []string{"City", "State", "Zip", "Country"} {
			if v := p.Get(side[1] + part); v != "" {
				p.Set(side[0]+part, v)
			}
		}
	}
	for name, value := range l.extra {
		p.Set(name, value)
	}
	if l.parent != nil {
		p.Set("ParentCallSid", l.parent.sid)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.answeredBy != "" {
		p.Set("AnsweredBy", l.answeredBy)
	}
	return p
}

// seconds is the call's clock, in whole seconds begun.
func (l *leg) seconds() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int(math.Ceil(l.elapsed.Seconds()))
}

// end closes the call's books, tells its owner, and lets everyone go.
func (l *leg) end(e Ended) {
	e.Duration = l.seconds()
	l.mu.Lock()
	l.state, l.ended = e.Status, l.co.now()
	if l.started.IsZero() {
		e.Duration = 0
	}
	l.mu.Unlock()
	l.emit(Event{Ended: &e})
	if e.Reason != EndedClosed {
		l.part(e.Duration)
	}
	l.finish()
}

// part tells of the end, and asks for what the phone did as it hung up, whose answer nobody is left to hear: in the order that the
// present plan says.
func (l *leg) part(duration int) {
	order := l.co.faults.Plan().End
	if order == EndLast {
		l.askLast()
	}
	l.progress("completed", duration) // does not wait for its answer
	if order == EndTogether {
		l.askLast()
	}
	l.awaitTold()
	if order == EndFirst {
		l.askLast()
	}
}

func (l *leg) askLast() {
	if l.last == nil {
		return
	}
	l.obtain(*l.last) // what goes wrong is in the error log
	if l.last.after != nil {
		l.last.after()
	}
}

// awaitTold waits for the last status callback, so that who hung up may look at what came
// of it; not when callbacks are late on purpose.
func (l *leg) awaitTold() {
	if l.co.faults.Plan().Status.Delay > 0 {
		return
	}
	select {
	case <-l.told:
	case <-l.co.ctx.Done():
	}
}

func (l *leg) finish() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	l.dropPeers()
	l.wake()
	close(l.done)
}

// lasts estimates how long words take to say: 15 characters a second.
func lasts(words string) int { return max(1, len([]rune(words))/15) }

func secs(n int) time.Duration { return time.Duration(n) * time.Second }
