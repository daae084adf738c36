package flows

import (
	"time"

	"github.com/goccy/go-yaml/ast"
)

// maxWait is the longest that a flow may wait; what is promised for later than that belongs in a record.
const maxWait = 7 * day

// leastWait is as soon as time can be seen to have passed.
const leastWait = time.Minute

// waits reads how long.
func (l *loader) waits(f *field) time.Duration {
	d := l.duration(f, maxWait, maxWait)
	if d < leastWait && !l.earlier {
		l.found.add(f.at, "%s is at least %s, and not %s", f.key, shownDuration(leastWait), shownDuration(d))
	}
	return d
}

// lapse is what an ask does, by text, when nothing was heard for so long. Without it the question is forgotten after three days,
// and nobody is told.
//
//	lapse: {after: 10m, nudge: TEXT, then: NEXT}
//
// The nudge is sent once, if there is one; after that, or without one, it goes on, or ends.
type lapse struct {
	after time.Duration
	at    place
	nudge *text
	then  *target
}

func (l *loader) readLapse(f *field) *lapse {
	if f == nil {
		return nil
	}
	o := l.object(f.value, "lapse", "after", "nudge", "then")
	if o.get("after") == nil {
		l.found.add(o.at, "lapse does not say how long; add \"after: 10m\"")
	}
	return &lapse{after: l.waits(o.get("after")), at: o.at, nudge: l.text(o.get("nudge")), then: l.optionalNext(o.get("then"))}
}

// TakesWords says whether what is waited for takes whatever somebody writes: it asks for words, or says where others go.
func (s *Set) TakesWords(st State) bool {
	f := s.flows[st.Flow]
	if f == nil || f.step(st.Step) == nil {
		return false
	}
	a, ok := f.step(st.Step).verb.(*ask)
	if !ok {
		return false
	}
	_, isFree := a.question.(*free)
	return isFree || a.other != nil
}

// hearLapse goes on after a time in which nothing was heard.
func (t *turn) hearLapse() *target {
	st := t.step()
	if st == nil {
		return nil
	}
	switch v := st.verb.(type) {
	case *wait:
		return t.way("lapse", "", v.then)
	case *ask:
		switch {
		case v.lapse == nil:
			t.out.Wait = &Wait{}
			return nil
		case v.lapse.nudge != nil && !t.st.Nudged && !t.st.Resume: // "Continue? 1" stands, and the nudge's own 1 would answer that
			t.st.Nudged = true
			t.say(v.lapse.nudge, false)
			v.wait(t)
			return nil
		}
		t.st.Resume, t.st.Held, t.st.Wrong = false, "", 0
		if v.lapse.then == nil {
			return t.over()
		}
		return t.way("lapse", "", v.lapse.then)
	}
	t.fail("step %q of flow %q waits for nothing that could lapse", t.st.Step, t.st.Flow)
	return nil
}

// wait is the verb that lets time pass. A call cannot wait, and goes on at once.
//
//	wait: 10m
//	heard: NEXT    what they write meanwhile goes there, as {heard}; else to the door
//	then: NEXT
type wait struct {
	at    place
	after time.Duration
	heard *target
	then  *target
}

func (l *loader) readWait(n ast.Node) verb {
	o := l.stepObject(n, "wait", waitFields().names()...)
	return &wait{
		at: o.at, after: l.waits(o.get("wait")),
		heard: l.optionalNext(o.get("heard")), then: l.next(o.get("then"), o.at, "this wait"),
	}
}

func (v *wait) edges() []edge {
	all := []edge{{why: "lapse", to: v.then, channel: Text, waits: true}, {why: "voice", to: v.then, channel: Voice}}
	if v.heard != nil {
		heard := saved{name: heardVar, at: v.at, shape: Shape{Type: TypeText}}
		all = append(all, edge{why: "other", to: v.heard, channel: Text, waits: true, sets: []saved{heard}})
	}
	return all
}

func (v *wait) resolve(*loader) {}

func (v *wait) run(t *turn) *target {
	if t.env.Channel == Voice {
		return t.way("voice", "", v.then)
	}
	t.back = nil
	t.out.Wait = &Wait{After: v.after}
	return nil
}

// hear takes what was written while nothing was asked.
func (v *wait) hear(t *turn, text string) *target {
	if v.heard == nil || text == "" {
		return t.door(text)
	}
	t.save(heardVar, Value{Text: text})
	return t.way("other", "", v.heard)
}

// Patience says how long a state waits by text before something happens by itself (0: it does not say), and whether it has asked
// nothing meanwhile, so that whatever is written is no answer.
func (s *Set) Patience(st State) (after time.Duration, unasked bool) {
	f := s.flows[st.Flow]
	if f == nil || f.step(st.Step) == nil {
		return 0, false
	}
	switch v := f.step(st.Step).verb.(type) {
	case *wait:
		return v.after, true
	case *ask:
		if v.lapse != nil {
			return v.lapse.after, false
		}
	}
	return 0, false
}
