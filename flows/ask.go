package flows

import (
	"time"

	"github.com/goccy/go-yaml/ast"
)

// How long a caller may take.
const (
	keyTimeout    = 7 * time.Second  // for one key
	digitsTimeout = 12 * time.Second // for several
	recordSilence = 5 * time.Second  // ends a recording
	maxRecording  = 180 * time.Second
	defaultTries  = 3
	anyKey        = "1234567890*#"
)

// ask says something and waits for an answer. What may be answered is its question, one of:
//
//	choices: {key: {label: TEXT, …}, …}    numbered answers
//	each: <list>  label: TEXT              one numbered answer per item
//	languages: true                        one numbered answer per language of the line
//	confirm: {yes: TEXT, no: TEXT}         what cannot be undone
//	digits: {min: 4, max: 8}
//	words: true and/or record: {max: 180s} in their own words
//
// and these go with all of them:
//
//	save: <variable>    then: NEXT
//	wrong: TEXT         silent: TEXT    said before asking again
//	tries: 3            giveup: NEXT    after so many wrong answers, or silences
//	hangup: NEXT        goes on silently when the caller hangs up here
//	other: NEXT         by text: any other words go there, as {heard}
//	after: TEXT         said behind the answers
//	firm: true          by voice: a key does not cut the words short
//	bilingual: true     while no language is chosen, in the line's two first languages
type ask struct {
	at             place
	words          *text
	question       question
	save           *saved
	then           *target
	wrong, silent  *text
	after          *text
	tries          int
	giveup, hangup *target
	other, voice   *target
	firm           bool
	bilingual      bool
	last           *target // where a caller who gave up is sent when the ask does not say: the recording
}

// question is what an ask can be answered with.
type question interface {
	edges(a *ask) []edge
	resolve(a *ask, l *loader)
	pose(a *ask, t *turn)                            // says what can be answered, and sets what is waited for
	hear(a *ask, t *turn, in answer) (*target, bool) // takes an answer and says where it leads; false: it is none
}

// answer is what somebody answered.
type answer struct {
	text   string // as written, or the keys
	folded string // the same, read leniently
	rec    string // of a recording: its id
}

// readAsk reads what all asks have in common, and hands the rest to the kind of question.
func (l *loader) readAsk(n ast.Node) verb {
	kinds := []string{"choices", "each", "languages", "confirm", "digits", "words", "record"}
	o := l.object(n, "ask", append([]string{
		"ask", "save", "then", "wrong", "silent", "after", "tries", "giveup", "hangup", "other", "voice", "firm",
		"label", "printed", "bilingual", "yes", "no", "left"}, kinds...)...)
	a := &ask{
		at: o.at, words: l.text(o.get("ask")), wrong: l.text(o.get("wrong")), silent: l.text(o.get("silent")), after: l.text(o.get("after")),
		tries: l.number(o.get("tries"), 1, 9, defaultTries), firm: l.flag(o.get("firm")), bilingual: l.flag(o.get("bilingual")),
		then: l.optionalNext(o.get("then")), giveup: l.optionalNext(o.get("giveup")), hangup: l.optionalNext(o.get("hangup")),
		other: l.optionalNext(o.get("other")), voice: l.optionalNext(o.get("voice")),
	}
	if save := o.get("save"); save != nil {
		name, _ := l.scalar(save.value, "save")
		a.save = &saved{name: l.variable(name, l.place(save.value)), at: l.place(save.value)}
	}
	if l.flow.name != reportFlow {
		a.last = &target{at: o.at, flow: reportFlow}
		l.targets = append(l.targets, pending{a.last, l.flow})
	}
	asked := ""
	for _, k := range kinds {
		switch {
		case o.get(k) == nil:
		case asked == "" || asked == "words" && k == "record":
			asked = k
		default:
			l.found.add(o.get(k).at, "an ask asks one thing, and this has %q and %q; make two steps", asked, k)
		}
	}
	switch asked {
	case "choices", "each", "languages":
		a.question = l.readNumbered(a, o)
	case "confirm":
		a.question = l.readConfirm(a, o)
	case "digits":
		a.question = l.readDigits(a, o)
	case "words", "record":
		a.question = l.readFree(a, o)
	default:
		l.found.add(o.at, "this ask does not say what may be answered; add choices, each, languages, confirm, digits, words or record")
		a.question = &free{}
	}
	l.misplaced(asked, o)
	return a
}

// misplaced finds fields that mean nothing with this kind of question.
func (l *loader) misplaced(asked string, o *object) {
	belongs := map[string][]string{
		"label":     {"each"},
		"printed":   {"choices", "each", "languages"},
		"bilingual": {"choices", "words", "record"},
		"yes":       {"confirm"},
		"no":        {"confirm"},
		"left":      {"confirm"},
		"other":     {"choices", "each", "languages", "digits"},
		"voice":     {"words"},
		"save":      {"choices", "each", "digits", "words", "record"},
	}
	for _, f := range o.fields {
		kinds, limited := belongs[f.key]
		fitting := !limited || asked == ""
		for _, k := range kinds {
			fitting = fitting || k == asked
		}
		if !fitting {
			l.found.add(f.at, "%q means nothing with %q; leave it out", f.key, asked)
		}
	}
}

// edges are the ways of the question, and those that every ask has: giving up, hanging up, other words, another channel.
func (a *ask) edges() []edge {
	all := a.question.edges(a)
	if a.giveup != nil {
		all = append(all, edge{to: a.giveup, waits: true})
	} else if a.last != nil {
		all = append(all, edge{to: a.last, waits: true})
	}
	if a.hangup != nil {
		all = append(all, edge{to: a.hangup, waits: true, hangup: true})
	}
	if a.other != nil {
		all = append(all, edge{to: a.other, waits: true, sets: []saved{{name: heardVar, at: a.at, shape: Shape{Type: TypeText}}}})
	}
	if a.voice != nil {
		all = append(all, edge{to: a.voice})
	}
	return all
}

// resolve ties the words of the ask itself; the question ties its own.
func (a *ask) resolve(l *loader) {
	for _, x := range []*text{a.words, a.wrong, a.silent, a.after} {
		l.resolveText(x, nil)
	}
	a.question.resolve(a, l)
}

// run asks; or, when the caller is gone, goes on to what is worth keeping.
func (a *ask) run(t *turn) *target {
	if t.st.Gone {
		return t.orEnd(t.way("hangup", "", a.hangup))
	}
	if to, skipped := a.skip(t); skipped {
		return to
	}
	a.pose(t)
	return nil
}

// skip passes an ask that has nothing to ask: one that is for texts on a call, a choice of one language, an empty list.
func (a *ask) skip(t *turn) (*target, bool) {
	if a.voice != nil && t.env.Channel == Voice {
		return t.way("voice", "", a.voice), true
	}
	q, ok := a.question.(*numbered)
	switch {
	case !ok:
		return nil, false
	case q.languages && len(t.speaks) < 2:
		return t.way("passed", "", a.then), true
	case len(q.options(a, t)) == 0:
		return t.giveUp(a), true
	}
	return nil, false
}

// pose asks, once more or for the first time.
func (a *ask) pose(t *turn) {
	t.out.Wait = &Wait{}
	a.question.pose(a, t)
	if t.env.Channel == Voice && t.st.Patient {
		t.out.Wait.Timeout *= 2
	}
}

// both says whether the ask is put in two languages at once. Numbered answers then are as well, save by voice, where one key means
// the same in both.
func (a *ask) both(t *turn) bool {
	_, isNumbered := a.question.(*numbered)
	return a.bilingual && t.bothLanguages() && !(isNumbered && t.env.Channel == Voice)
}

// took notes an answer that was understood, and saves it if the ask says so.
func (a *ask) took(t *turn, v Value) {
	t.st.Wrong, t.st.Silent = 0, 0
	if a.save != nil {
		t.save(a.save.name, v)
	}
}

// amiss asks again after an answer that was none, and gives up after too many.
func (a *ask) amiss(t *turn) *target {
	if t.st.Wrong++; t.st.Wrong >= a.tries {
		return t.giveUp(a)
	}
	switch a.question.(type) {
	case *free:
		if a.wrong != nil && t.env.Channel == Text { // it says what may be written; the question would only cost more
			t.sayEither(a.wrong, a.bilingual)
			return t.orStay(a)
		}
		t.say(a.wrong, false)
	case *confirm:
		if t.env.Channel == Text {
			t.sayOr(a.wrong, "renewed")
		} else {
			t.sayOr(a.wrong, "wrong")
		}
	case *numbered:
		if !a.both(t) { // the greeting in two languages has no room for more words
			t.sayOr(a.wrong, "wrong")
		}
	default:
		t.say(a.wrong, false)
	}
	return a.again(t)
}

// unanswered asks again after a silence, and gives up after too many.
func (a *ask) unanswered(t *turn) *target {
	t.st.Patient = true
	if t.st.Silent++; t.st.Silent >= a.tries {
		return t.giveUp(a)
	}
	if a.silent != nil {
		t.say(a.silent, false)
	} else {
		t.phrase("silent")
	}
	return a.again(t)
}

// again repeats the question; what it offers may have changed meanwhile.
func (a *ask) again(t *turn) *target {
	if to, skipped := a.skip(t); skipped {
		return to
	}
	a.pose(t)
	return nil
}
