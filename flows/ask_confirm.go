package flows

import (
	"slices"
	"strconv"
)

// Confirm digits by text are pairs: an even number for yes and the next for no. None is a digit that a menu or a notice prints.
const (
	lowestPair = 50
	pairs      = 20
	pairStride = 7 // shares no divisor with pairs: every pair comes up once before any comes again
)

// confirm is the question before something that cannot be undone. Its words read back what will happen and cannot be cut short.
// By text only the two digits that stand in this very read-back answer it, so that neither a repeated text nor one sent too late
// can; by voice keys that the options before it did not have.
//
//	ask: "You chose {pick.name}."
//	confirm: {yes: TEXT, no: TEXT}
//	yes: NEXT
//	no: NEXT
//	left: TEXT    said to who goes elsewhere instead
type confirm struct {
	yes, no     *text
	toYes, toNo *target
	left        *text
}

func (a *ask) confirms() bool {
	_, ok := a.question.(*confirm)
	return ok
}

// readConfirm reads the two labels and the two ways on.
func (l *loader) readConfirm(a *ask, o *object) question {
	labels := l.object(o.get("confirm").value, "confirm", "yes", "no")
	q := &confirm{yes: l.text(labels.get("yes")), no: l.text(labels.get("no")), left: l.text(o.get("left"))}
	if q.yes == nil || q.no == nil {
		l.found.add(labels.at, "confirm needs the words for both: {yes: TEXT, no: TEXT}")
	}
	for _, key := range []string{"yes", "no"} {
		if o.get(key) == nil {
			l.found.add(o.at, "this confirm does not say what comes then; add \"%s: <step>\"", key)
		}
	}
	q.toYes, q.toNo = l.optionalNext(o.get("yes")), l.optionalNext(o.get("no"))
	if a.then != nil {
		l.found.add(a.then.at, "a confirm goes on by \"yes:\" and \"no:\"; leave \"then\" out")
	}
	return q
}

// edges marks the yes: it alone may lead to what cannot be undone.
func (q *confirm) edges(*ask) []edge {
	return []edge{{why: "yes", to: q.toYes, waits: true, confirm: true}, {why: "no", to: q.toNo, waits: true}}
}

func (q *confirm) resolve(_ *ask, l *loader) {
	l.resolveText(q.yes, nil)
	l.resolveText(q.no, nil)
	l.resolveText(q.left, nil)
}

// pose reads back what was chosen, whole, and then offers the two keys.
func (q *confirm) pose(a *ask, t *turn) {
	t.say(a.words, true)
	yes, no := q.keys(t, true)
	if t.env.Channel == Voice {
		t.press(t.lang, yes, q.yes)
		t.press(t.lang, no, q.no)
		t.out.Wait.Keys, t.out.Wait.Timeout = len(yes), keyTimeout
	} else {
		for _, o := range []struct {
			key   string
			label *text
		}{{yes, q.yes}, {no, q.no}} {
			t.add(Prompt{Lang: t.lang.lang, Words: t.lang.choice.fill("key", o.key, "label", t.words(o.label, t.lang))})
		}
	}
	t.say(a.after, false)
}

// keys are what answers this read-back. A new one by text draws new digits.
func (q *confirm) keys(t *turn, fresh bool) (yes, no string) {
	switch {
	case t.env.Channel == Voice && t.hadManyOptions():
		return "77", "88"
	case t.env.Channel == Voice:
		return "7", "8"
	case fresh:
		t.st.Pair = nextPair(t.st.Pair, t.env.Nonce)
		if t.number == t.st.Pair || t.number == t.st.Pair+1 { // what was sent just now, and may come twice, answers nothing that is asked on it
			t.st.Pair = nextPair(t.st.Pair, t.env.Nonce)
		}
	}
	return strconv.Itoa(t.st.Pair), strconv.Itoa(t.st.Pair + 1)
}

// nextPair draws the first pair by the nonce, and then goes through all of them in one fixed round.
func nextPair(last int, nonce uint64) int {
	if last < lowestPair || last >= lowestPair+2*pairs {
		return lowestPair + 2*int(nonce%pairs)
	}
	return lowestPair + 2*(((last-lowestPair)/2+pairStride)%pairs)
}

// isPair says whether a number could stand in a read-back.
func isPair(n int) bool { return n >= lowestPair && n < lowestPair+2*pairs }

// leave tells who goes elsewhere from a read-back that nothing was done. A nil ask is none.
func (t *turn) leave(a *ask) {
	if a == nil {
		return
	}
	if q, ok := a.question.(*confirm); ok {
		t.say(q.left, false)
	}
}

// hear takes the keys of this read-back. Words for yes do not count: they may have been sent before it, or for something else.
func (q *confirm) hear(a *ask, t *turn, in answer) (*target, bool) {
	yes, no := q.keys(t, false)
	languages := t.set.languages
	meant := func(key string, label *text) bool {
		return in.folded == key || slices.ContainsFunc(languages, func(g *language) bool {
			return in.folded == fold(key+" "+t.render(label.in(Text, g.lang), g)) // the whole line, as it was printed
		})
	}
	switch {
	case meant(yes, q.yes):
		a.took(t, Value{})
		return t.way("yes", "", q.toYes), true
	case meant(no, q.no):
		a.took(t, Value{})
		return t.way("no", "", q.toNo), true
	}
	return nil, false
}
