package simulator

import (
	"slices"
	"time"
)

// ring lets this leg's phone ring until it answers, for at most timeout seconds of real
// time: nobody may be there to move the call's clock. A nil end means answered.
func (l *leg) ring(timeout int) *Ended {
	l.setStatus("ringing")
	l.progress("ringing", 0)
	if _, ours := l.co.line(l.to); ours { // a line is a program, and no phone that rings
		return endBy(EndedFailed, "failed").end
	}
	switch l.co.faults.Plan().Numbers[l.to].Call {
	case "busy":
		return endBy(EndedRejected, "busy").end
	case "failed":
		return endBy(EndedFailed, "failed").end
	case "no-answer":
		return endBy(EndedNoAnswer, "no-answer").end
	}
	if l.co.talks(l.to, l) {
		return endBy(EndedRejected, "busy").end
	}
	l.co.phone(l.to).add(Arrival{At: l.co.now(), Ring: &Ring{SID: l.sid, From: l.from, to: l.to}})
	timer := time.NewTimer(secs(timeout))
	defer timer.Stop()
	for {
		in := l.wait(Listening{Kind: ListenRing, Timeout: timeout}, timer.C)
		switch in.kind {
		case inAnswer:
			if l.detectsMachine {
				l.mu.Lock()
				l.answeredBy = in.answeredBy
				l.mu.Unlock()
			}
			l.setStatus("in-progress")
			l.progress("answered", 0)
			return nil
		case inReject, inHangup:
			return endBy(EndedRejected, "busy").end
		case inSilence, inTimer:
			return endBy(EndedNoAnswer, "no-answer").end
		case inOrder:
			if in.order.src == nil {
				return endBy(in.order.end.Reason, "canceled").end
			}
		case inClosed:
			return endBy(EndedClosed, "canceled").end
		}
	}
}

// talks tells whether a phone is on another call than this leg's: then it is busy. Phones here have no second line.
func (c *Company) talks(number string, besides *leg) bool {
	c.mu.Lock()
	legs := c.calls.newest()
	c.mu.Unlock()
	return slices.ContainsFunc(legs, func(l *leg) bool {
		its := l.to
		if l.direction == "inbound" {
			its = l.from
		}
		return l != besides && its == number && l.callStatus() == "in-progress"
	})
}

// rings tells whether this leg's phone may answer now.
func (l *leg) rings() bool { return l.direction != "inbound" && l.callStatus() == "ringing" }

// callIn is a call from a phone to one of our lines.
func (c *Company) callIn(from, to string, extra map[string]string) *leg {
	l := c.newLeg(&leg{from: from, to: to, direction: "inbound", state: "ringing", extra: extra})
	if !isWithheld(from) { // those are many phones under one name
		c.phone(from).enter(Entry{At: c.now(), Call: &CallEntry{SID: l.sid, From: from, To: to}})
	}
	line, ours := c.line(to)
	l.fallback = line.VoiceFallbackURL
	l.status = statusTarget{url: line.StatusURL, events: []string{"completed"}}
	l.start(func() Ended {
		if !ours || line.VoiceURL == "" {
			l.hear(Heard{Kind: HeardTone, Text: "not in service"})
			return *endBy(EndedFailed, "failed").end
		}
		return l.playOut(l.follow("", line.VoiceURL, "", nil))
	})
	return l
}

// callOut is a call that the REST API places; l is in the books already.
func (c *Company) callOut(l *leg, src source, timeout int) {
	l.start(func() Ended {
		l.setStatus("initiated")
		l.progress("initiated", 0)
		if end := l.ring(timeout); end != nil {
			return *end
		}
		if src.inline == "" {
			src.hook.params, src.hook.sid, src.hook.voice = l.params(), l.sid, true
		}
		return l.playOut(src)
	})
}

// playOut plays to the end: a last document without Hangup ends the call too.
func (l *leg) playOut(src source) Ended {
	if end := l.play(src); end != nil {
		return *end
	}
	return *endBy(EndedByLine, "completed").end
}
