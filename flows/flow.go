package flows

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// flow is one file: steps in their order, the first of which is where it begins.
type flow struct {
	name   string
	at     place
	starts []startWord
	takes  []saved
	gives  []saved // what whoever calls it knows when it has ended
	steps  []*step
	byName map[string]*step
	vars   map[string]Shape // everything that may be saved in it, once inferred
	reads  []read           // every place that reads a fact or a variable, once resolved

	allowed allowed
	house   *allowed // what words.yaml allows
	passed  passing
	waited  passing // likewise, whether it waits for somebody: passingAsked once it does
	dialed  bool    // # twice on a call begins it
	placed  bool    // a call that we placed begins it

	notice    *notice // how it is answered from a notice; nil: no notice carries it
	firstWord string  // what it takes of a longer text that begins with one of its start words; empty: only whole messages start it
}

// startWord is a whole message that starts the flow, and the language it suggests.
type startWord struct {
	word string
	lang Lang
	at   place
}

// step is one named thing that a flow does.
type step struct {
	name string
	at   place
	flow *flow
	verb verb
	live map[string]bool // the variables that it or a later step may read
	out  []edge          // its verb's edges, once the set is tied
	n    int             // its number in the set, then

	allowed  allowed
	segments int // what an answer by text that goes through here may take
}

// verb is what a step does; each has a file of its own.
type verb interface {
	edges() []edge       // all ways on from here
	resolve(l *loader)   // ties names to what they name, once the whole set is read
	run(t *turn) *target // does it; nil: the turn waits, for an answer or an effect
}

// edge is one way on from a step.
type edge struct {
	why     string // what makes a talk go this way; no other edge of its step has it
	at      place  // where that stands, if it is not where the way on does
	to      *target
	channel Channel // the only one on which it is taken; empty: both
	sets    []saved // what is known once it was taken
	waits   bool    // somebody answered first
	hangup  bool    // taken when the caller is gone
	confirm bool    // somebody said yes to a confirm
	call    bool    // into a flow that comes back
}

// saved is a variable that gets a value.
type saved struct {
	name  string
	at    place
	shape Shape
	from  *expression // where the shape follows from, if it is not known at once
	item  bool        // of an each: one item of the list
}

// target is where a talk goes on: a step of this flow, another flow, or the end.
type target struct {
	at   place
	name string // of the step; "end"; empty with flow
	flow string
	with []assign
	step *step // where it leads; nil: the talk ends
}

// assign gives a name the value of an expression.
type assign struct {
	name  string
	at    place
	value *expression
}

// read is one use of a fact or a variable.
type read struct {
	ref      *ref
	at       place
	step     *step
	given    []saved // what was saved on the way between entering the step and reading
	optional bool    // for an argument that may be left unset
}

func (f *flow) step(name string) *step { return f.byName[name] }

// stepNames are the names that a way on may have.
func (f *flow) stepNames() []string {
	names := []string{"end"}
	for _, s := range f.steps {
		names = append(names, s.name)
	}
	return names
}

// loader reads one set. While a flow is read or resolved, flow and step say which.
type loader struct {
	source
	set     *Set
	flow    *flow
	step    *step
	targets []pending
	begun   map[Lang]bool // languages that are not complete for this flow, and have words in it
}

// pending is a target whose name waits for the whole set to be read.
type pending struct {
	target *target
	flow   *flow
}

// readFlow reads one file.
func (l *loader) readFlow(name string, root ast.Node) *flow {
	f := &flow{name: name, at: place{l.file, 1, 1}, byName: map[string]*step{}, vars: map[string]Shape{}, house: &l.set.words.allowed}
	l.flow, l.begun = f, map[Lang]bool{}
	l.leaveOut(name, root)
	o := l.object(root, "a flow", flowFields().names()...)
	l.readStarts(f, o.get("starts"))
	f.takes, f.gives, f.allowed = l.readTypes(o.get("takes")), l.readTypes(o.get("gives")), l.readAllowed(o.get("allow"))
	l.readDialed(f, o.get("dialed"))
	f.placed = l.flag(o.get("placed"))
	l.readFirstWord(f, o.get("first_word"))
	l.readNotice(f, o.get("notice"))
	steps := o.get("steps")
	if steps == nil {
		l.found.add(f.at, "a flow has steps; add them under \"steps:\"")
		return f
	}
	for _, s := range l.object(steps.value, "steps").fields {
		if s.key == "end" || s.key == "flow" || !isName(s.key) {
			l.found.add(s.at, "a step cannot be called %q; use small letters, digits and _, beginning with a letter", s.key)
		}
		st := &step{name: s.key, at: s.at, flow: f}
		l.step = st
		st.verb = l.readVerb(s)
		f.steps, f.byName[s.key] = append(f.steps, st), st
	}
	if len(f.steps) == 0 {
		l.found.add(steps.at, "a flow has at least one step")
	}
	return f
}

// readTypes reads {name: type, …}.
func (l *loader) readTypes(f *field) []saved {
	if f == nil {
		return nil
	}
	var all []saved
	for _, p := range l.object(f.value, f.key).fields {
		all = append(all, saved{name: l.variable(p.key, p.at), at: p.at, shape: Shape{Type: l.typeName(p)}})
	}
	return all
}

// dialedKeys are what is keyed on a call to begin a flow that is not offered: # twice, one after the other. Once is a habit from other
// lines, and means nothing.
const dialedKeys = "##"

// readDialed reads whether a flow is begun by keys, which one may be.
func (l *loader) readDialed(f *flow, dialed *field) {
	if dialed == nil {
		return
	}
	keys, _ := l.scalar(dialed.value, "dialed")
	switch {
	case keys != dialedKeys:
		l.found.add(dialed.at, "the keys that begin a flow on a call are %q, not %q", dialedKeys, keys)
	case l.set.dialed != nil:
		l.found.add(dialed.at, "%q begins flow %q already", dialedKeys, l.set.dialed.name)
	}
	f.dialed, l.set.dialed = true, f
}

// readStarts reads the words that start a flow; whether they collide is seen once all flows are read.
func (l *loader) readStarts(f *flow, starts *field) {
	if starts == nil {
		return
	}
	for _, one := range l.object(starts.value, "starts").fields {
		if l.set.language(Lang(one.key)) == nil {
			l.found.add(one.at, "there is no language %q%s", one.key, didYouMean(one.key, l.set.languageNames()))
		}
		for _, n := range l.list(one.value, "starts") {
			if w, ok := l.scalar(n, "a start word"); ok {
				f.starts = append(f.starts, startWord{w, Lang(one.key), l.place(n)})
			}
		}
	}
}

// readVerb reads a step by the one verb it has.
func (l *loader) readVerb(s field) verb {
	o, verbs := l.object(s.value, "a step"), verbNames()
	var verb *field
	for i, f := range o.fields {
		if !slices.Contains(verbs, f.key) {
			continue
		}
		if verb != nil {
			l.found.add(f.at, "a step does one thing, and this has %q and %q; make two steps", verb.key, f.key)
		}
		verb = &o.fields[i]
	}
	if verb == nil {
		keys := ""
		if len(o.fields) > 0 {
			keys = didYouMean(o.fields[0].key, verbs)
		}
		l.found.add(s.at, "step %q does nothing; it needs one of %s%s", s.key, strings.Join(verbs, ", "), keys)
		return &branch{}
	}
	switch verb.key {
	case "say":
		return l.readSay(s.value)
	case "ask":
		return l.readAsk(s.value)
	case "do":
		return l.readDo(s.value)
	case "branch":
		return l.readBranch(s.value)
	case "call":
		return l.readCall(s.value)
	case "wait":
		return l.readWait(s.value)
	case "hand_over":
		return l.readHandOver(s.value)
	default:
		return l.readSet(s.value)
	}
}

// mostBudget is as many segments as a step may ask for: what fits one message.
const mostBudget = 10

// stepObject reads a step's fields; those that every step may have are read here.
func (l *loader) stepObject(n ast.Node, what string, fields ...string) *object {
	o := l.object(n, what, append(fields, commonFields().names()...)...)
	l.step.allowed = l.readAllowed(o.get("allow"))
	l.step.segments = l.number(o.get("segments"), 1, mostBudget, 0)
	return o
}

// next reads where a step leads: a step's name, "end", "flow report", or {flow: report, with: {…}}. A missing one is a finding.
func (l *loader) next(f *field, owner place, what string) *target {
	if f == nil {
		l.found.add(owner, "%s does not say what comes then; add \"then: <step>\", or \"then: end\"", what)
		return &target{at: owner, name: "end"}
	}
	return l.optionalNext(f)
}

// optionalNext reads a way on that may be left out. What it names is tied once all flows are read.
func (l *loader) optionalNext(f *field) *target {
	if f == nil {
		return nil
	}
	to := &target{at: l.place(f.value)}
	if _, ok := f.value.(ast.MapNode); ok {
		o := l.object(f.value, "a way on", "flow", "with")
		if name := o.get("flow"); name != nil {
			to.flow, _ = l.scalar(name.value, "flow")
		} else {
			l.found.add(to.at, "a way on is a step, or {flow: name, with: {…}}")
		}
		to.with = l.assigns(o.get("with"))
	} else if name, ok := l.scalar(f.value, f.key); ok {
		if rest, isFlow := cutPrefixWord(name, "flow"); isFlow {
			to.flow = rest
		} else {
			to.name = name
		}
	} else {
		to.name = "end" // there is a finding already
	}
	l.targets = append(l.targets, pending{to, l.flow})
	return to
}

// assigns reads {name: expression, …}.
func (l *loader) assigns(f *field) []assign {
	if f == nil {
		return nil
	}
	var all []assign
	for _, one := range l.object(f.value, f.key).fields {
		all = append(all, assign{one.key, one.at, l.expression(&one)})
	}
	return all
}
