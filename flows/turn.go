package flows

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The flows that every set has: where a talk begins, and where somebody who cannot be understood can still be heard.
const (
	doorFlow   = "door"
	reportFlow = "report"
)

// Variables that no flow declares by saving them.
const (
	heardVar = "heard"    // what was written that met no choice
	digitVar = "digit"    // of the door: what opened it was a bare number, which answered nothing that was open
	manyVar  = "#options" // the last options were seven or more; no flow can name it
)

// maxSteps is how many steps one input may take. Loading finds every cycle in which nobody is asked, so this only guards against
// a mistake in that.
const maxSteps = 100

// turn is one call of Next: its state as it changes, and what was said so far.
type turn struct {
	set      *Set
	env      Env
	st       State
	out      Output
	tongue   *language   // that they chose, or the line's first
	lang     *language   // in which they are told things now: their own, or the one in which this flow goes on
	speaks   []*language // those of the line
	it       Item        // the item whose label is told
	options  []option    // scratch
	owned    bool        // st.Vars was copied and may be changed
	trace    *visits     // where it goes, for transcripts; nil: nobody asks
	amiss    string      // why the last answer was none, in words
	onward   int         // the place in what is said, from 1, of the sentence that tells in which language this goes on
	number   int         // that the text heard in this turn begins with; 0: none
	back     *Frame      // the talk that goes on now where an answer to a notice came in between
	short    bool        // by text, days are told in their short form
	shortens bool        // something told has a shorter form
	err      error
}

// turn begins a call of Next. Languages that this set does not speak are left out; a line of none of them hears all of the set's.
func (s *Set) turn(st State, env Env) *turn {
	t := &turn{set: s, env: env, st: st}
	t.speaks = make([]*language, 0, 4)
	for _, lang := range env.Languages {
		if g := t.language(lang); g != nil && !(g.callsOnly && env.Channel == Text) && (env.Channel == Text || t.isOffered(g)) {
			t.speaks = append(t.speaks, g)
		}
	}
	if len(t.speaks) == 0 {
		t.speakInstead()
	}
	doorFirst(t.speaks)
	if t.tongue = t.language(st.Lang); t.tongue == nil {
		t.tongue, t.st.Lang = t.speaks[0], ""
	}
	t.lang = t.toldIn(st.Flow)
	return t
}

// speakInstead is for a line that offers no language which can be told here: it speaks those in which theirs are told, or else all of the
// set's.
func (t *turn) speakInstead() {
	add := func(g *language) {
		if g != nil && !slices.ContainsFunc(t.speaks, func(other *language) bool { return other.lang == g.lang }) {
			t.speaks = append(t.speaks, g)
		}
	}
	for _, lang := range t.env.Languages {
		if g := t.language(lang); g != nil {
			add(t.teller(g))
		}
	}
	if len(t.speaks) == 0 {
		for _, g := range t.set.languages {
			add(t.teller(g))
		}
	}
}

// fail stops the turn. Flows that were loaded do not fail; a state from elsewhere may.
func (t *turn) fail(format string, args ...any) {
	if t.err == nil {
		t.err = fmt.Errorf("flows: "+format, args...)
	}
}

// follow goes from step to step until the turn waits or the talk ends.
func (t *turn) follow(to *target) (Output, error) {
	for steps := 0; to != nil && t.err == nil; steps++ {
		if steps == maxSteps {
			t.fail("flow %s goes through %d steps without asking anybody", t.st.Flow, maxSteps)
			break
		}
		if to.step == nil {
			if to = t.comeBack(); to == nil {
				t.end()
			}
			continue
		}
		t.enter(to)
		to = to.step.verb.run(t)
	}
	if t.err != nil {
		return Output{}, t.err
	}
	if f := t.set.flows[t.st.Flow]; f != nil {
		t.forget(f.step(t.st.Step))
	}
	t.frugal()
	if t.st.Gone {
		t.out.Say = nil
	}
	t.st.Brief = t.env.Channel == Text && t.out.Do != nil && (t.short || len(t.out.Say) > 0)
	t.out.State = t.st
	return t.out, nil
}

// enter moves to a step. In another flow only what is handed over is known.
func (t *turn) enter(to *target) {
	f := to.step.flow
	if f.name != t.st.Flow || to.flow != "" {
		t.goesOn(t.st.Flow, f.name)
		many := t.hadManyOptions()
		t.begin(f, t.handed(to))
		t.manyOptions(many)
	}
	t.st.Step, t.st.Tried, t.st.Nudged, t.st.Held = to.step.name, 0, false, ""
	t.trace.enter(to.step)
}

// handed is what a way into another flow hands over.
func (t *turn) handed(to *target) map[string]Value {
	if len(to.with) == 0 {
		return nil
	}
	vars := make(map[string]Value, len(to.with))
	for _, a := range to.with {
		vars[a.name] = t.value(a.value)
	}
	return vars
}

// begin clears what belonged to the flow before.
func (t *turn) begin(f *flow, vars map[string]Value) {
	t.st.Flow, t.st.Vars, t.owned, t.st.Callers = f.name, vars, true, nil
	t.st.Wrong, t.st.Silent, t.st.Resume, t.st.Held = 0, 0, false, ""
	t.lang = t.toldIn(f.name)
}

// start begins a flow from its first step.
func (t *turn) start(f *flow, vars map[string]Value) *target {
	t.goesOn(t.st.Flow, f.name)
	t.begin(f, vars)
	return &target{step: f.steps[0]}
}

// door opens the front door, with what was written there, if anything was.
func (t *turn) door(heard string) *target {
	var vars map[string]Value
	if heard != "" {
		vars = map[string]Value{heardVar: {Text: heard}}
	}
	return t.start(t.set.flows[doorFlow], vars)
}

// strayed opens the front door to a bare number. It was an answer to something, so perhaps the next one is, too: the door knows of it.
func (t *turn) strayed() *target {
	return t.start(t.set.flows[doorFlow], map[string]Value{digitVar: {Flag: true}})
}

// end leaves what outlives a talk.
func (t *turn) end() {
	t.st = State{Lang: t.st.Lang, Pair: t.st.Pair, Gone: t.st.Gone}
}

// orEnd is a way on, or the end.
func (t *turn) orEnd(to *target) *target {
	if to == nil {
		return &target{}
	}
	return to
}

// giveUp ends the tries at an ask: where the ask says, else by voice to the recording, else with a word.
func (t *turn) giveUp(a *ask, says *target) *target {
	switch {
	case says != nil:
		t.st.Wrong, t.st.Silent = 0, 0
		return says
	case t.env.Channel == Voice && a.last == nil: // this is the recording
		t.phrase("goodbye")
		return t.over()
	}
	t.phrase("giveup")
	if t.env.Channel == Voice {
		return a.last
	}
	return t.over()
}

// over ends the talk, with whatever flows wait for this one.
func (t *turn) over() *target {
	t.st.Callers = nil
	return &target{}
}

// speak changes the language.
func (t *turn) speak(lang Lang) {
	if g := t.language(lang); g != nil {
		t.tongue, t.st.Lang = g, lang
		t.lang = t.toldIn(t.st.Flow)
	}
}

// save gives a variable a value. The state that came in is left as it is.
func (t *turn) save(name string, v Value) {
	t.own()
	t.st.Vars[name] = v
}

// own makes the variables ones that may be changed.
func (t *turn) own() {
	if !t.owned || t.st.Vars == nil {
		vars := make(map[string]Value, len(t.st.Vars)+1)
		maps.Copy(vars, t.st.Vars)
		t.st.Vars, t.owned = vars, true
	}
}

// assign evaluates all before it saves any.
func (t *turn) assign(all []assign) {
	if len(all) == 0 {
		return
	}
	values := make([]Value, len(all))
	for i, a := range all {
		values[i] = t.value(a.value)
	}
	for i, a := range all {
		t.save(a.name, values[i])
	}
}

// manyOptions remembers, for a confirm that follows, that keys up to 8 were choices.
func (t *turn) manyOptions(many bool) {
	if many || t.hadManyOptions() {
		t.save(manyVar, Value{Flag: many})
	}
}

func (t *turn) hadManyOptions() bool { return t.st.Vars[manyVar].Flag }

// add says one thing, unless nobody listens.
func (t *turn) add(p Prompt) {
	if t.st.Gone || p.Words == "" && p.Pause == 0 && p.Play == "" {
		return
	}
	if t.out.Say == nil {
		t.out.Say = make([]Prompt, 0, 8)
	}
	t.out.Say = append(t.out.Say, p)
}

func (t *turn) say(x *text, firm bool) { t.sayIn(t.lang, x, firm) }

func (t *turn) sayIn(g *language, x *text, firm bool) {
	if x == nil {
		return
	}
	tpl := t.template(x, g)
	if parts := t.played(tpl, g); parts != nil {
		t.record(parts, g, t.render(tpl, t.teller(g)), firm && t.env.Channel == Voice, nil, "")
		return
	}
	if tpl != nil && tpl.lang != g.lang && (tpl.play == nil || tpl.lang != "") {
		g = t.teller(cmp.Or(t.set.language(tpl.lang), g))
	}
	firm = firm && t.env.Channel == Voice
	if t.env.Channel == Voice && tpl != nil && tpl.play != nil {
		t.record(tpl.play, g, t.render(tpl, g), firm, nil, "")
		return
	}
	voice, play := t.voiceOf(tpl, g)
	t.add(Prompt{Lang: voice, Play: play, Words: t.render(tpl, g), Firm: firm})
}

// sayOr says a text of the flow, or else the phrase of that name; to a caller whose language is not known, in two.
func (t *turn) sayOr(x *text, phrase string) {
	if x == nil {
		t.sayEither(t.set.phrases[phrase], t.env.Channel == Voice)
		return
	}
	t.say(x, false)
}

// sayEither says a text, where it is meant so also in the second language of the line while it is not known which is spoken.
func (t *turn) sayEither(x *text, bilingual bool) {
	t.say(x, false)
	if other := t.second(); bilingual && other != nil && t.owns(x, other) {
		t.sayIn(other, x, false)
	}
}

// unsure says whether it is not known yet which of the line's languages somebody speaks.
func (t *turn) unsure() bool { return t.st.Lang == "" && len(t.speaks) > 1 }

// second is the language in which is said as well what is said in two while it is not known which is spoken; nil: there is none. By
// text the two share an alphabet: one letter that GSM-7 lacks would make both cost double.
func (t *turn) second() *language {
	if !t.unsure() || t.env.Channel == Text && t.speaks[0].wide != t.speaks[1].wide {
		return nil
	}
	return t.speaks[1]
}

// offered is the second language, where it is offered under words in the first because they share no alphabet; nil: it is not.
func (t *turn) offered(flow string) *language {
	if !t.unsure() || t.second() != nil || t.speaks[1].offer == "" || !t.speaks[1].covers(flow) {
		return nil
	}
	return t.speaks[1]
}

// owns says whether a language has words of its own for a text, so that saying it in that says anything new.
func (t *turn) owns(x *text, g *language) bool {
	if x == nil {
		return false
	}
	tpl := x.in(t.env.Channel, g.source())
	return tpl == nil || tpl.lang == "" || tpl.lang == g.lang || t.played(tpl, g) != nil
}

// phrase says a phrase of words.yaml, in two languages where it is not known which.
func (t *turn) phrase(name string) { t.sayEither(t.set.phrases[name], true) }

// sayTogether says a short text in two languages on one line; the same words only once.
func (t *turn) sayTogether(x *text) {
	if x == nil {
		return
	}
	one := t.words(x, t.speaks[0])
	if other := t.words(x, t.speaks[1]); other != one {
		one += " " + other
	}
	t.add(Prompt{Lang: t.speaks[0].lang, Words: one})
}

// words is a text in a language, or in the one that stands in for it.
func (t *turn) words(x *text, g *language) string {
	tpl := t.template(x, g)
	if tpl != nil && tpl.lang != "" {
		g = t.set.language(tpl.lang)
	}
	return t.render(tpl, g)
}

// pause says nothing for a while, which only a caller can hear.
func (t *turn) pause(d time.Duration) {
	if t.env.Channel == Voice && d > 0 {
		t.add(Prompt{Lang: t.lang.lang, Pause: d})
	}
}

// press tells the purpose of a key, and then the key.
func (t *turn) press(g *language, key string, label *text) {
	tpl := t.template(label, g)
	if r := t.recorded(g); r != nil {
		if press, purpose := r.played(t.set.speaker(g).press.parts), t.played(tpl, g); press != nil && purpose != nil {
			t.record(press, g, t.render(tpl, t.teller(g)), false, purpose, key)
			return
		}
	}
	if tpl != nil && tpl.lang != "" {
		g = t.set.language(tpl.lang)
	}
	recorded := tpl != nil && tpl.play != nil
	if !recorded && g.press.play == nil {
		g = t.set.speaker(g)
	}
	told := ""
	if tpl != nil {
		told = t.render(tpl, g)
	}
	switch {
	case g.press.play != nil && recorded:
		t.record(g.press.play, g, "", false, tpl.play, key)
		return
	case g.press.play != nil && len(g.press.parts) == 0: // the label has no recording, and is spoken between the others
		t.record(g.press.play, g, "", false, []part{{words: told}}, key)
		return
	case recorded && told == "": // only the label has one
		t.record(tpl.play, g, "", false, nil, "")
		t.digits(key, g, false)
		return
	}
	t.add(Prompt{Lang: g.lang, Words: g.press.fill("key", key, "label", told)})
}

// pressLanguage tells a language's own key, in itself.
func (t *turn) pressLanguage(g *language, key string) {
	if r := t.recorded(g); r != nil {
		if sound := r.Sounds[snippetKey(t.set.offering(g))]; sound != "" {
			t.add(Prompt{Lang: g.lang, Play: sound, Words: t.set.offering(g)})
			t.digits(key, g, false)
			return
		}
	}
	if g.pressLanguage.play != nil {
		t.record(g.pressLanguage.play, g, g.pressLanguage.fill("key", key), false, nil, key)
		return
	}
	t.add(Prompt{Lang: g.lang, Words: g.pressLanguage.fill("key", key)})
}

// render fills the gaps of a template.
func (t *turn) render(tpl *template, g *language) string {
	tpl = t.counted(tpl)
	if plain, ok := tpl.plain(); ok {
		return plain
	}
	var b strings.Builder
	stopped := false // what was told ended with a full stop, as "nov." does: another would be one too many
	for _, p := range tpl.parts {
		if p.ref == nil {
			if stopped && strings.HasPrefix(p.words, ".") {
				p.words = p.words[1:]
			}
			b.WriteString(p.words)
			continue
		}
		told := t.told(p, g)
		if sentenceCase(p.ref.shape.Type, p.format) && beginsSentence(b.String()) {
			told = t.written(capital(told), g) // a capital may lack what the small letter has: Ò
		}
		b.WriteString(told)
		stopped = strings.HasSuffix(told, ".")
	}
	return b.String()
}
