package flows

import (
	"regexp"
	"strconv"
	"strings"
)

// mostAsked is as large a number as may be asked for: what fits the keys that a caller can still type.
const mostAsked = 999_999_999

// number is the question for how many: number: {min: 1, max: 200}. It saves a number.
type number struct{ least, most int }

// readNumber reads the bounds.
func (l *loader) readNumber(a *ask, o *object) question {
	f := o.get("number")
	limits := l.object(f.value, "number", "min", "max")
	for _, key := range []string{"min", "max"} {
		if limits.get(key) == nil {
			l.found.add(f.at, "number needs %q, so that a slip is noticed: {min: 1, max: 200}", key)
		}
	}
	q := &number{l.number(limits.get("min"), 0, mostAsked, 0), l.number(limits.get("max"), 0, mostAsked, mostAsked)}
	if q.least > q.most {
		l.found.add(f.at, "min is above max")
	}
	if a.then == nil {
		a.then = l.next(nil, o.at, "this ask")
	}
	if a.save == nil {
		l.found.add(f.at, "nothing keeps the number; add \"save: <variable>\"")
	} else {
		a.save.shape = Shape{Type: TypeNumber, Most: q.most}
	}
	return q
}

func (q *number) edges(a *ask) []edge {
	e := edge{why: "answer", to: a.then, waits: true}
	if a.save != nil {
		e.sets = []saved{*a.save}
	}
	return []edge{e}
}

func (q *number) resolve(*ask, *loader) {}

// pose lets a caller end early with #, since the number may have fewer digits than the largest.
func (q *number) pose(a *ask, t *turn) {
	t.say(a.words, a.firm)
	t.say(a.after, false)
	if t.env.Channel == Voice {
		*t.out.Wait = Wait{Keys: len(strconv.Itoa(q.most)), Finish: "#", Timeout: digitsTimeout}
	}
}

// hear takes one number within the bounds. None, two, or one outside is told the bounds.
func (q *number) hear(a *ask, t *turn, in answer) (*target, bool) {
	n, ok := t.numberIn(in.folded)
	if !ok || guessed.MatchString(in.text) || n < q.least || n > q.most {
		g := t.teller(t.lang)
		t.amiss = g.between[t.env.Channel].fill(
			"min", g.number(int64(q.least), "", t.env.Channel), "max", g.number(int64(q.most), "", t.env.Channel))
		return nil, false
	}
	a.took(t, Value{Num: int64(n)})
	return t.way("answer", "", a.then), true
}

// guessed is what looks like a number and is read in two ways: "-3", "10k".
var guessed = regexp.MustCompile(`^\s*-\s*[0-9]|[0-9]\s?[kKmM]($|\W)`)

// numberIn is the one number in an answer: in digits, else in words of the language in which the most of them mean something.
func (t *turn) numberIn(folded string) (n int, ok bool) {
	if n, some := onlyNumber(t.lang.clock.reads.pieces(folded), true); some > 0 {
		for _, g := range t.languagesHere() { // "3 mil", whatever is spoken
			if m, one := onlyNumber(g.clock.reads.pieces(folded), true); one == 1 && m > n {
				n = m
			}
		}
		return n, some == 1
	}
	least := mostPieces + 1
	for _, g := range t.languagesHere() {
		all := g.clock.reads.pieces(folded)
		m, some := onlyNumber(all, false)
		unknown := 0
		for _, p := range all {
			if !p.number && len(p.senses) == 0 {
				unknown++
			}
		}
		if some > 0 && unknown < least {
			least, n, ok = unknown, m, some == 1
		}
	}
	return n, ok
}

// languagesHere are all languages of the set, the one that is spoken first.
func (t *turn) languagesHere() []*language {
	all := []*language{t.lang}
	for _, g := range t.set.languages {
		if g != t.lang {
			all = append(all, g)
		}
	}
	return all
}

// onlyNumber counts the numbers in an answer, in digits or in words, and gives the last. Groups of three behind a sign are one number:
// "1,000". A number with a fraction is none, nor is one too long to be meant.
func onlyNumber(all []piece, inDigits bool) (n, some int) {
	for i := 0; i < len(all); i++ {
		p := all[i]
		if !p.number || (p.digits > 0) != inDigits {
			continue
		}
		n, some = p.n, some+1
		if next := i + 1; inDigits && next < len(all) && all[next].number && all[next].digits == 0 { // "3 mil"; of "3 dozen" no guess is made
			if times := all[next].n; (times == 100 || times == 1000) && n <= mostAsked/times {
				n, i = n*times, next
				continue
			}
			some++
		}
		for inDigits && i+2 < len(all) && strings.Contains(".,", all[i+1].sign) && all[i+1].sign != "" && all[i+2].digits == 3 && n <= mostAsked/1000 {
			n, i = n*1000+all[i+2].n, i+2
		}
	}
	return n, some
}
