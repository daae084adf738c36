package simulator

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// dialing is a Dial under way, on the side of the one who dialled.
type dialing struct {
	caller    *leg
	called    []*leg // all of them
	ringing   []*leg
	connected *leg
	bridged   bool
	status    string // DialCallStatus
	last      *leg   // the leg the action is told of
}

// dial carries out Dial: phones ring, together or one after the other, the first to
// answer is connected, and when that is over the action or the next verb follows.
func (l *leg) dial(n *node, base string) step {
	if l.onWhisper {
		l.co.note(problem(12200, "Dial may not stand in a document that a Number's url gave"), l.sid)
		return endBy(EndedFailed, "completed")
	}
	l.keys = ""
	d := &dialing{caller: l, status: "failed"}
	l.dialing = d
	defer func() { l.dialing = nil }()
	timeout := number(n.attr("timeout", "30"))
	waves := targets(n)
	if n.attr("sequential", "false") != "true" {
		waves = [][]*node{slices.Concat(waves...)}
	}
	for _, wave := range waves {
		for _, target := range wave {
			d.call(n, target, base, timeout)
		}
		if n.attr("answerOnBridge", "false") != "true" {
			l.hear(Heard{Kind: HeardRing})
		}
		if s, stop := d.wait(n, timeout); stop {
			return d.abandon(n, base, s)
		}
		if d.connected != nil {
			break
		}
	}
	if action := n.attr("action", ""); action != "" {
		return goTo(l.follow(base, action, n.attr("method", http.MethodPost), d.result()))
	}
	return step{}
}

// targets lists whom to call, one wave each.
func targets(n *node) [][]*node {
	if text := strings.TrimSpace(n.text); text != "" {
		return [][]*node{{{name: "Number", text: text, words: text}}}
	}
	var waves [][]*node
	for _, kid := range n.kids {
		waves = append(waves, []*node{kid})
	}
	return waves
}

// call starts one callee's leg.
func (d *dialing) call(dial, target *node, base string, timeout int) {
	caller := d.caller
	to := spoken(target.words)
	if target.name == "Client" {
		to = "client:" + to
	}
	child := caller.co.newLeg(&leg{
		from: dial.attr("callerId", caller.from), to: to, direction: "outbound-dial", parent: caller, state: "queued",
		fallback: caller.fallback,
	})
	if ref := target.attr("statusCallback", ""); ref != "" {
		child.status = statusTarget{
			url: resolve(base, ref), method: target.attr("statusCallbackMethod", http.MethodPost),
			events: splitList(target.attr("statusCallbackEvent", "completed")),
		}
	}
	d.ringing = append(d.ringing, child)
	d.called = append(d.called, child)
	child.start(func() Ended {
		end := child.callee(target, base, timeout)
		child.tellPeer(caller, peerWord{kind: peerLeft, ended: end})
		return end
	})
}

// wait lasts until nobody rings or talks any more; stop when the caller's side ended first.
func (d *dialing) wait(n *node, timeout int) (s step, stop bool) {
	l := d.caller
	for len(d.ringing) > 0 || d.connected != nil {
		what := Listening{Kind: ListenDial, Timeout: timeout}
		if d.connected != nil {
			what = Listening{Kind: ListenTalk}
		}
		in := l.wait(what, nil)
		switch {
		case in.kind == inPeer && in.peer.kind == peerAnswered:
			d.connect(in.peer.from)
		case in.kind == inPeer && in.peer.kind == peerLeft:
			if d.left(in.peer) {
				return step{}, false
			}
		case in.kind == inSilence && d.connected == nil && d.whispered():
			l.pass(secs(timeout)) // the timeout is over once somebody has answered: the caller hears it ring on
		case in.kind == inSilence && d.connected == nil:
			l.pass(secs(timeout))
			d.status = "no-answer"
			d.dismiss(nil)
			return step{}, false
		case in.kind == inPress && d.connected != nil && n.attr("hangupOnStar", "false") == "true" && strings.Contains(in.keys, "*"):
			d.dismiss(nil)
			return step{}, false
		default:
			if s, stop = l.stopped(in); stop {
				return s, true
			}
			if d.connected != nil {
				l.exchange(d.connected, in)
			}
		}
	}
	return step{}, false
}

// whispered tells whether somebody has answered and is not connected yet.
func (d *dialing) whispered() bool {
	return slices.ContainsFunc(d.ringing, func(r *leg) bool { return r.callStatus() == "in-progress" })
}

// connect bridges the caller with the first to answer; the other phones stop ringing.
func (d *dialing) connect(callee *leg) {
	if d.connected != nil {
		callee.orderEnd(EndedByPeer)
		return
	}
	d.connected, d.last, d.bridged, d.status = callee, callee, true, "completed"
	d.dismiss(callee)
}

// left notes that a callee's side is over, and tells whether the Dial is over with it.
func (d *dialing) left(w peerWord) bool {
	d.ringing = slices.DeleteFunc(d.ringing, func(r *leg) bool { return r == w.from })
	if d.connected == nil {
		d.last, d.status = w.from, w.ended.Status
	}
	return w.from == d.connected
}

// dismiss ends every callee's leg but one.
func (d *dialing) dismiss(keep *leg) {
	for _, r := range d.ringing {
		if r != keep {
			r.orderEnd(EndedByPeer)
			d.last = cmp.Or(d.last, r)
		}
	}
	d.ringing = nil
	if keep == nil && d.connected != nil {
		d.connected.orderEnd(EndedByPeer)
	}
}

// abandon ends a Dial whose caller is gone or was sent elsewhere. A caller who hung up
// still has the action told, and nobody hears its answer.
func (d *dialing) abandon(n *node, base string, s step) step {
	if !d.bridged {
		d.status = "canceled"
	}
	d.dismiss(nil)
	l, action := d.caller, n.attr("action", "")
	if s.end == nil || s.end.Reason != EndedByCaller || action == "" {
		return s
	}
	l.setStatus("completed")
	src := l.follow(base, action, n.attr("method", http.MethodPost), d.result())
	if _, _, fault := l.obtain(src); fault != nil {
		l.co.log.Warn("the action of a Dial failed", "code", fault.Code, "sid", l.sid)
	}
	return s
}

// result is what the action of a Dial is told.
func (d *dialing) result() url.Values {
	p := url.Values{"DialCallStatus": {d.status}, "DialBridged": {strconv.FormatBool(d.bridged)}}
	if d.last != nil {
		p.Set("DialCallSid", d.last.sid)
		if d.status == "completed" {
			p.Set("DialCallDuration", strconv.Itoa(d.last.seconds()))
		}
	}
	return p
}
