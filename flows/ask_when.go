package flows

import (
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// whenKind is what is asked: a day, a time of day, or both.
type whenKind string

const (
	whenDay    whenKind = "day"
	whenTime   whenKind = "time"
	whenMoment whenKind = "moment"
)

// when is the question for a day or a time. It saves a time: of a day its beginning, of a time of day the next one.
//
//	when: day      # or time, or moment: a day and a time
//	from: today    # the first day: today, or as in 2d so many days later
//	until: 60d     # the last day, counted from today; a year, if it does not say
//	past: true     # it lies behind: from "until" ago up to now
//
// By text it is answered in the words of any language of the set: "tomorrow", "el viernes a las 5 de la tarde", "27 nov", "11/27",
// "in 3 days", "17:30", "noon". What can be meant is decided so:
//
//   - A weekday is the next one, for a moment also today's while that is ahead; "next" and "this" change nothing.
//   - A day without a year is the nearest that fits; two figures are read in the order of the language that is spoken, and where that
//     is impossible the other way.
//   - An hour without a part of the day is the one that lies within the bounds; where both do, it is asked: no guess is right that
//     would send somebody at five in the morning. So is the time of a moment that has none.
//   - Midnight is the end of the day that is named.
//   - Of a time that comes twice when clocks change the first is meant; one that they leave out is counted as before the change.
//
// On a call the month and the day are four keys, in the order of the language, then the time four more, and then morning or afternoon
// where it is not clear. Flows say back what they understood.
type when struct {
	kind        whenKind
	from, until int // days from today
	past        bool
}

// Bounds of what may be asked for, in days.
const (
	aYear       = 365
	mostDaysOff = 36525
)

// readWhen reads what is asked, and the bounds.
func (l *loader) readWhen(a *ask, o *object) question {
	f := o.get("when")
	q := &when{until: aYear, past: l.flag(o.get("past"))}
	name, _ := l.scalar(f.value, "when")
	if q.kind = whenKind(name); q.kind != whenDay && q.kind != whenTime && q.kind != whenMoment {
		l.found.add(l.place(f.value), "when is day, time or moment, not %q", name)
	}
	for _, key := range []string{"from", "until"} {
		if bound := o.get(key); bound != nil && q.kind == whenTime {
			l.found.add(bound.at, "a time of day is the next one, or with \"past:\" the last; leave %q out", key)
		}
	}
	if from := o.get("from"); from != nil {
		if word, ok := from.value.(*ast.StringNode); !ok || word.Value != "today" {
			q.from = int(l.duration(from, mostDaysOff*day, 0) / day)
		}
		if q.past {
			l.found.add(from.at, "what lies behind goes up to now; leave \"from\" out, and say with \"until\" how far back")
		}
	}
	if until := o.get("until"); until != nil {
		q.until = int(l.duration(until, mostDaysOff*day, aYear*day) / day)
	}
	if q.from > q.until {
		l.found.add(o.get("from").at, "from is after until")
	}
	if a.then == nil {
		a.then = l.next(nil, o.at, "this ask")
	}
	if a.save == nil {
		l.found.add(f.at, "nothing keeps the %s; add \"save: <variable>\"", name)
	} else {
		a.save.shape = Shape{Type: TypeTime}
	}
	return q
}

func (q *when) edges(a *ask) []edge {
	e := edge{why: "answer", to: a.then, waits: true}
	if a.save != nil {
		e.sets = []saved{*a.save}
	}
	return []edge{e}
}

func (q *when) resolve(*ask, *loader) {}

// pose asks. On a call it says which keys are meant next; what was keyed before is kept.
func (q *when) pose(a *ask, t *turn) {
	now, ok := t.now()
	if !ok {
		return
	}
	if t.st.Held == "" {
		t.say(a.words, a.firm)
		if t.env.Channel == Text {
			t.say(a.after, false)
			return
		}
	}
	need := q.lacks(t, q.held(t), now)
	g := t.teller(t.lang)
	if t.env.Channel == Text { // half of it was answered
		if ask := g.clock.reads.ask[need][Text].fill(); t.amiss != ask {
			t.add(Prompt{Lang: g.lang, Words: ask})
		}
		return
	}
	t.add(Prompt{Lang: g.lang, Words: g.clock.reads.ask[need][Voice].fill()})
	t.say(a.after, false)
	*t.out.Wait = Wait{Keys: 4, Finish: "#", Timeout: digitsTimeout}
	if need == "half" {
		t.out.Wait.Keys, t.out.Wait.Finish = 1, ""
	}
}

// hear takes an answer, alone or with what was said before it: "tomorrow at 5", and then "pm".
func (q *when) hear(a *ask, t *turn, in answer) (*target, bool) {
	now, ok := t.now()
	if !ok {
		return nil, true
	}
	g, before := t.teller(t.lang), q.held(t)
	said, ok := q.read(t, in.folded, before, now)
	whole := before.and(said)
	if !ok || q.kind != whenTime && whole.day() && len(whole.days(dateOf(now), t.lang.clock.reads.order, q)) == 0 { // there is no February 30
		if t.env.Channel == Text { // on a call, posing says it
			t.amiss = g.clock.reads.ask[q.lacks(t, before, now)][Text].fill()
		}
		return nil, false
	}
	if need := q.lacks(t, whole, now); need != "" {
		first := t.st.Held == ""
		t.st.Held = strings.TrimSpace(t.st.Held + "\n" + in.folded)
		t.amiss = g.clock.reads.ask[need][t.env.Channel].fill()
		switch {
		case t.env.Channel == Voice:
			t.amiss, t.st.Silent = "", 0 // wrong ones still count: a day out of bounds shows only with its time
			a.pose(t)
			return nil, true
		case first:
			t.add(Prompt{Lang: g.lang, Words: t.amiss})
			a.wait(t)
			return nil, true
		}
		return nil, false
	}
	t.st.Held = ""
	at := q.meant(t, whole, now)
	if len(at) == 0 {
		t.amiss = q.bounds(t, g, now)
		return nil, false
	}
	a.took(t, Value{Num: at[0].Unix(), Zone: t.env.Now.Zone, Day: q.kind == whenDay})
	return t.way("answer", "", a.then), true
}

// AsksWhen says whether a flow, or one that it calls or goes to, asks for a day or a time: Env.Now has to be known then.
func (s *Set) AsksWhen(flow string) bool {
	seen := map[*step]bool{}
	var asks func(*step) bool
	asks = func(st *step) bool {
		if seen[st] {
			return false
		}
		seen[st] = true
		if a, ok := st.verb.(*ask); ok {
			if _, ok := a.question.(*when); ok {
				return true
			}
		}
		found := false
		st.leads(func(_ edge, to *step) { found = found || asks(to) })
		return found
	}
	f := s.flows[flow]
	return f != nil && asks(f.steps[0])
}

// now is this moment where the people are. The engine knows none by itself.
func (t *turn) now() (time.Time, bool) {
	if t.env.Now.Num == 0 || t.env.Now.Zone == "" {
		t.fail("%s asks for a day or a time, and Env.Now does not tell what time it is and where", t.st.Step)
		return time.Time{}, false
	}
	return t.set.zones.local(t.env.Now).Truncate(time.Minute), true
}

// dateOf is the date of a moment, as a date in UTC.
func dateOf(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
}

// held is what was said before in answer to this question.
func (q *when) held(t *turn) spoken {
	now, _ := t.now()
	whole := unspoken()
	for line := range strings.SplitSeq(t.st.Held, "\n") {
		if said, ok := q.read(t, line, whole, now); ok {
			whole = whole.and(said)
		}
	}
	return whole
}

// read understands one answer: keys by what was asked, words in the language in which the most of them mean something.
func (q *when) read(t *turn, folded string, before spoken, now time.Time) (best spoken, ok bool) {
	if folded == "" {
		return unspoken(), false
	}
	if t.env.Channel == Voice {
		return q.readKeys(folded, q.lacks(t, before, now), t.lang.clock.reads.order)
	}
	contrary := fewWords + 1 // how few words the language did not know that understood two things
	for _, g := range t.languagesHere() {
		said, some := g.clock.reads.read(folded, q.kind)
		if some && (!ok || said.unknown < best.unknown) {
			best, ok = said, true
		} else if said.contrary {
			contrary = min(contrary, said.unknown)
		}
	}
	if ok && contrary < best.unknown { // to others it made sense because they did not understand it
		return unspoken(), false
	}
	if best.figures != [2]int{} {
		best.month, best.date = inOrder(best.figures, t.lang.clock.reads.order)
		best.figures = [2]int{}
	}
	return best, ok
}

// readKeys reads 1127, 0530, or 1 for the morning and 2 for later. Of a time the leading zero may be left out.
func (q *when) readKeys(keys, need, order string) (spoken, bool) {
	said, n := unspoken(), 0
	for _, r := range keys {
		if r < '0' || r > '9' {
			return said, false
		}
		n = 10*n + int(r-'0')
	}
	switch {
	case need == "half" && (n == 1 || n == 2) && len(keys) == 1:
		said.part = []int{morning, afternoon}[n-1]
	case need == "day" && (len(keys) == 4 || len(keys) == 3):
		said.month, said.date = inOrder([2]int{n / 100, n % 100}, order)
	case need == "time" && (len(keys) == 4 || len(keys) == 3) && n/100 <= 24 && n%100 < 60:
		said.hour, said.minute = n/100, n%100
	default:
		return said, false
	}
	return said, true
}

// lacks says what is still to be asked: "day", "time", "half" of the day, or nothing.
func (q *when) lacks(t *turn, s spoken, now time.Time) string {
	switch {
	case q.kind == whenDay && !s.day():
		return "day"
	case q.kind == whenMoment && !s.day() && (s.hour == nothing && s.part == nothing || t.env.Channel == Voice):
		return "day"
	case q.kind != whenDay && s.hour == nothing:
		return "time"
	case q.kind == whenTime && len(s.hours()) > 1:
		return "half"
	case q.kind == whenMoment && len(s.hours()) > 1:
		if at := q.meant(t, s, now); len(at) > 1 && dateOf(at[0]).Equal(dateOf(at[1])) {
			return "half"
		}
	}
	return ""
}

// meant are the moments within the bounds that may be meant, the likeliest first.
func (q *when) meant(t *turn, s spoken, now time.Time) []time.Time {
	hours, minute := []int{0}, 0
	if q.kind != whenDay {
		hours, minute = s.hours(), s.minute
	}
	if q.kind == whenTime {
		s = unspoken()
	}
	first, last := q.span(now)
	var all []time.Time
	for _, date := range s.days(dateOf(now), t.lang.clock.reads.order, q) {
		for _, hour := range hours {
			if at := civil(date.AddDate(0, 0, hour/24), hour%24, minute, now.Location()); !at.Before(first) && !at.After(last) {
				all = append(all, at)
			}
		}
	}
	return all
}

// span is what the answer lies in, both ends included.
func (q *when) span(now time.Time) (first, last time.Time) {
	start := func(days int) time.Time { return civil(dateOf(now).AddDate(0, 0, days), 0, 0, now.Location()) }
	switch {
	case q.kind == whenTime && q.past:
		return now.Add(-day), now
	case q.kind == whenTime:
		return now, now.Add(day)
	case q.past:
		return start(-q.until), now
	case q.kind == whenDay || q.from > 0:
		first = start(q.from)
	default:
		first = now
	}
	return first, start(q.until + 1).Add(-time.Minute)
}

// bounds says between which days the answer lies.
func (q *when) bounds(t *turn, g *language, now time.Time) string {
	if q.kind == whenTime {
		return ""
	}
	first, last := q.span(now)
	c := t.env.Channel
	if t.shortens = c == Text; t.short && c == Text {
		c = short
	}
	tell := func(at time.Time) string {
		told := g.clock.tell(at, "day", c)
		if at.Year() != now.Year() {
			told = fmt.Sprint(told, " ", at.Year())
		}
		return told
	}
	return g.clock.reads.ask["within"][t.env.Channel].fill("from", tell(first), "until", tell(last))
}
