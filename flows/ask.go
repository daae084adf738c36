package flows

import (
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// How long a caller may take.
const (
	keyTimeout    = 7 * time.Second  // for one key
	digitsTimeout = 12 * time.Second // for several
	recordSilence = 5 * time.Second  // ends a recording
	maxRecording  = 180 * time.Second
	maxTimeout    = 60 * time.Second // that an ask may give
	defaultTries  = 3
	anyKey        = "1234567890*#"
)

// ask says something and waits for an answer. What may be answered is its question, one of:
//
//	choices: {key: {label: TEXT, …}, …}    numbered answers
//	each: <list>  label: TEXT              one numbered answer per item
//	languages: true                        one numbered answer per language of the line
//	yes_no: {yes: TEXT, no: TEXT}          a flag
//	confirm: {yes: TEXT, no: TEXT}         what cannot be undone
//	digits: {min: 4, max: 8}
//	number: {min: 1, max: 200}
//	when: day, time or moment              with from: today, until: 60d, or past: true
//	words: true and/or record: {max: 180s} in their own words
//	photo: true                            a picture, by text
//
// and these go with all of them:
//
//	save: <variable>    then: NEXT
//	wrong: TEXT         silent: TEXT    said before asking again
//	tries: 3            or {wrong: 3, silent: 2}
//	giveup: NEXT        or {wrong: NEXT, silent: NEXT}: after so many wrong answers, or silences
//	timeout: 7s         by voice: of silence, for a key
//	hangup: NEXT        goes on silently when the caller hangs up here
//	other: NEXT         by text: any other words go there, as {heard}
//	after: TEXT         said behind the answers
//	firm: true          by voice: a key does not cut the words short
//	bilingual: true     while no language is chosen, in the line's two first languages
//	secret: true        the answer leaves no trace
//	lapse: {after: 3d, nudge: TEXT, then: NEXT}    by text, with nothing heard for so long
type ask struct {
	at            place
	words         *text
	question      question
	save          *saved
	then          *target
	wrong, silent *text
	after         *text
	tries         bySort[int]
	giveup        bySort[*target]
	hangup        *target
	other, voice  *target
	timeout       time.Duration
	firm          bool
	bilingual     bool
	secret        bool
	lapse         *lapse
	last          *target // where a caller who gave up is sent when the ask does not say: the recording
}

// bySort is something for wrong answers, and for silences.
type bySort[T any] struct{ wrong, silent T }

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
	photos int    // pictures that came with it
}

// readAsk reads what all asks have in common, and hands the rest to the kind of question.
func (l *loader) readAsk(n ast.Node) verb {
	o := l.stepObject(n, "ask", askFields().names()...)
	a := &ask{
		at: o.at, words: l.text(o.get("ask")), wrong: l.text(o.get("wrong")), silent: l.text(o.get("silent")), after: l.text(o.get("after")),
		firm: l.flag(o.get("firm")), bilingual: l.bilingual(o), secret: l.flag(o.get("secret")),
		timeout: l.duration(o.get("timeout"), maxTimeout, 0), lapse: l.readLapse(o.get("lapse")),
		then: l.optionalNext(o.get("then")), hangup: l.optionalNext(o.get("hangup")),
		other: l.optionalNext(o.get("other")), voice: l.optionalNext(o.get("voice")),
	}
	l.readTries(a, o)
	if save := o.get("save"); save != nil {
		name, _ := l.scalar(save.value, "save")
		a.save = &saved{name: l.variable(name, l.place(save.value)), at: l.place(save.value)}
	}
	if l.flow.name != reportFlow {
		a.last = &target{at: o.at, flow: reportFlow}
		l.targets = append(l.targets, pending{a.last, l.flow})
	}
	a.question = l.readQuestion(a, o)
	return a
}

// readQuestion reads the one question that an ask has.
func (l *loader) readQuestion(a *ask, o *object) question {
	asked := ""
	for _, k := range questionNames() {
		switch {
		case o.get(k) == nil:
		case asked == "" || asked == "words" && k == "record":
			asked = k
		default:
			l.found.add(o.get(k).at, "an ask asks one thing, and this has %q and %q; make two steps", asked, k)
		}
	}
	l.misplaced(asked, o)
	switch asked {
	case "choices", "each", "languages", "yes_no":
		return l.readNumbered(a, o)
	case "confirm":
		return l.readConfirm(a, o)
	case "digits":
		return l.readDigits(a, o)
	case "number":
		return l.readNumber(a, o)
	case "when":
		return l.readWhen(a, o)
	case "words", "record":
		return l.readFree(a, o)
	case "photo":
		return l.readPhoto(a, o)
	}
	l.found.add(o.at, "this ask does not say what may be answered; add one of %s", strings.Join(questionNames(), ", "))
	return &free{}
}

// readTries reads how often it is asked again and where giving up leads, for both sorts at once or each by itself.
func (l *loader) readTries(a *ask, o *object) {
	a.tries = bySort[int]{defaultTries, defaultTries}
	if tries := o.get("tries"); tries != nil {
		if _, ok := tries.value.(ast.MapNode); ok {
			by := l.object(tries.value, "tries", "wrong", "silent")
			a.tries = bySort[int]{l.number(by.get("wrong"), 1, 9, defaultTries), l.number(by.get("silent"), 1, 9, defaultTries)}
		} else {
			n := l.number(tries, 1, 9, defaultTries)
			a.tries = bySort[int]{n, n}
		}
	}
	giveup := o.get("giveup")
	if giveup == nil {
		return
	}
	if m, ok := giveup.value.(ast.MapNode); ok && hasKey(m, "wrong", "silent") {
		by := l.object(giveup.value, "giveup", "wrong", "silent")
		a.giveup = bySort[*target]{l.optionalNext(by.get("wrong")), l.optionalNext(by.get("silent"))}
		return
	}
	a.giveup = bySort[*target]{l.optionalNext(giveup), l.optionalNext(giveup)}
}

// misplaced finds fields that mean nothing with this kind of question.
func (l *loader) misplaced(asked string, o *object) {
	known := askFields()
	for _, f := range o.fields {
		if kinds := known.belong(f.key); asked != "" && kinds != nil && !slices.Contains(kinds, asked) {
			l.found.add(f.at, "%q means nothing with %q; leave it out", f.key, asked)
		}
	}
}

// edges are the ways of the question, and those that every ask has: giving up, hanging up, other words, another channel.
func (a *ask) edges() []edge {
	all := a.question.edges(a)
	for _, e := range []edge{{why: "wrong", to: a.giveup.wrong}, {why: "silent", to: a.giveup.silent, channel: Voice}} {
		switch e.waits = true; {
		case a.voice != nil: // it is never asked on a call
			e.channel = Text
			if e.why == "silent" {
				continue
			}
		case e.to == nil: // by text it ends with a word
			e.to, e.channel = a.last, Voice
		}
		if e.to != nil {
			all = append(all, e)
		}
	}
	if a.hangup != nil {
		all = append(all, edge{why: "hangup", to: a.hangup, channel: Voice, waits: true, hangup: true})
	}
	if a.other != nil {
		heard := saved{name: heardVar, at: a.at, shape: Shape{Type: TypeText}}
		all = append(all, edge{why: "other", to: a.other, channel: Text, waits: true, sets: []saved{heard}})
	}
	if a.voice != nil {
		all = append(all, edge{why: "voice", to: a.voice, channel: Voice})
	}
	if a.lapse != nil && a.lapse.then != nil {
		all = append(all, edge{why: "lapse", to: a.lapse.then, channel: Text, waits: true})
	}
	return all
}

// resolve ties the words of the ask itself; the question ties its own.
func (a *ask) resolve(l *loader) {
	for _, x := range []*text{a.words, a.wrong, a.silent, a.after} {
		l.resolveText(x, nil)
	}
	if a.lapse != nil {
		l.resolveText(a.lapse.nudge, nil)
	}
	a.question.resolve(a, l)
}

// run asks; or, when the caller is gone, goes on to what is worth keeping.
func (a *ask) run(t *turn) *target {
	if t.st.Gone {
		t.st.Told = false
		return t.orEnd(t.way("hangup", "", a.hangup))
	}
	if t.back != nil {
		return t.poseAgain(a)
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
		if _, isPhoto := a.question.(*photo); isPhoto {
			t.phrase("by_text")
		}
		return t.way("voice", "", a.voice), true
	}
	q, ok := a.question.(*numbered)
	switch {
	case !ok:
		return nil, false
	case q.languages && len(t.speaks) < 2:
		return t.way("one language", "", a.then), true
	case len(q.options(a, t)) == 0:
		return t.giveUp(a, t.way("nothing", "", a.giveup.wrong)), true
	}
	return nil, false
}

// pose asks, once more or for the first time.
func (a *ask) pose(t *turn) {
	a.wait(t)
	a.question.pose(a, t)
	if a.timeout > 0 && t.env.Channel == Voice {
		t.out.Wait.Timeout = a.timeout
	}
	if t.env.Channel == Voice && t.st.Patient {
		t.out.Wait.Timeout *= 2
	}
}

// wait goes on waiting for an answer.
func (a *ask) wait(t *turn) {
	t.out.Wait = &Wait{}
	if a.lapse != nil && t.env.Channel == Text {
		t.out.Wait.After = a.lapse.after
	}
}

// both says whether the ask is put in two languages at once. Numbered answers then are as well, save by voice, where one key means
// the same in both.
func (a *ask) both(t *turn) bool {
	_, isNumbered := a.question.(*numbered)
	return a.either(t) && !(isNumbered && t.env.Channel == Voice)
}

// either says whether the ask has to be understood in two languages, and the second has words for it.
func (a *ask) either(t *turn) bool {
	other := t.second()
	return a.bilingual && other != nil && other.covers(t.st.Flow)
}

// took notes an answer that was understood, and saves it if the ask says so.
func (a *ask) took(t *turn, v Value) {
	t.st.Wrong, t.st.Silent, t.st.Nudged = 0, 0, false
	if a.save != nil {
		t.save(a.save.name, v)
	}
}

// amiss asks again after an answer that was none, and gives up after too many.
func (a *ask) amiss(t *turn) *target {
	if t.st.Wrong++; t.st.Wrong >= a.tries.wrong {
		return t.giveUp(a, t.way("wrong", "", a.giveup.wrong))
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
		if a.wrong != nil || t.amiss == "" {
			t.say(a.wrong, false)
		} else {
			t.add(Prompt{Lang: t.teller(t.lang).lang, Words: t.amiss})
		}
	}
	return a.again(t)
}

// unanswered asks again after a silence, and gives up after too many.
func (a *ask) unanswered(t *turn) *target {
	t.st.Patient = true
	if t.st.Silent++; t.st.Silent >= a.tries.silent {
		return t.giveUp(a, t.way("silent", "", a.giveup.silent))
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
