package flows

import "strings"

// mostDigits is what a person can still type from a paper.
const mostDigits = 20

// digits is the question for a code or a number: digits: {min: 4, max: 8}. It saves a code.
type digits struct{ least, most int }

// readDigits reads how many digits there may be.
func (l *loader) readDigits(a *ask, o *object) question {
	f := o.get("digits")
	limits := l.object(f.value, "digits", "min", "max")
	q := &digits{l.number(limits.get("min"), 1, mostDigits, 1), l.number(limits.get("max"), 1, mostDigits, mostDigits)}
	if q.least > q.most {
		l.found.add(f.at, "min is above max")
	}
	if a.then == nil {
		a.then = l.next(nil, o.at, "this ask")
	}
	if a.save == nil {
		l.found.add(f.at, "nothing keeps the digits; add \"save: <variable>\"")
	} else {
		a.save.shape = Shape{Type: TypeCode, Most: q.most}
	}
	return q
}

func (q *digits) edges(a *ask) []edge {
	e := edge{why: "answer", to: a.then, waits: true}
	if a.save != nil {
		e.sets = []saved{*a.save}
	}
	return []edge{e}
}

func (q *digits) resolve(*ask, *loader) {}

// pose lets a caller end early with #, since the digits may be fewer than the most.
func (q *digits) pose(a *ask, t *turn) {
	t.say(a.words, a.firm)
	t.say(a.after, false)
	if t.env.Channel == Voice {
		*t.out.Wait = Wait{Keys: q.most, Finish: "#", Timeout: digitsTimeout}
	}
}

// hear takes digits, also in groups: "4827 1935-6620", "(212) 555-0100".
func (q *digits) hear(a *ask, t *turn, in answer) (*target, bool) {
	code := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.()", r) {
			return -1
		}
		return r
	}, in.folded)
	if len(code) < q.least || len(code) > q.most || strings.Trim(code, "0123456789") != "" {
		return nil, false
	}
	a.took(t, Value{Text: code})
	return t.way("answer", "", a.then), true
}
