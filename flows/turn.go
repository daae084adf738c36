package flows

import (
	"fmt"
	"maps"
	"slices"
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
