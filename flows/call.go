package flows

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// call is the verb that has another flow talk, and goes on when that has ended. What the other flow gives is known from there on.
// Whoever goes elsewhere from within it (MENU, a start word, another flow) does not come back.
//
//	call: when
//	with: {meeting: meeting}
//	then: NEXT
//	hangup: NEXT    goes on silently when the caller hangs up in it, and it does not say what then
type call struct {
	into   *target
	then   *target
	hangup *target
}

// passing is whether a flow can end without having asked anything, once that is known.
type passing int

const (
	passingUnknown passing = iota
	passingAsked
	passingYes
	passingNo
)

func (l *loader) readCall(n ast.Node) verb {
	o := l.stepObject(n, "call", callFields().names()...)
	name := o.get("call")
	v := &call{into: &target{at: l.place(name.value), with: l.assigns(o.get("with"))}}
	v.into.flow, _ = l.scalar(name.value, "call")
	l.targets = append(l.targets, pending{v.into, l.flow})
	v.then, v.hangup = l.next(o.get("then"), o.at, "this call"), l.optionalNext(o.get("hangup"))
	return v
}

func (v *call) edges() []edge {
	all := []edge{{why: "call", to: v.into, call: true}}
	back := edge{why: "then", to: v.then, waits: true}
	if into := v.into.step; into != nil {
		back.sets, back.waits = into.flow.gives, !into.flow.passes()
	}
	all = append(all, back)
	if v.hangup != nil {
		all = append(all, edge{why: "hangup", to: v.hangup, channel: Voice, waits: true, hangup: true})
	}
	return all
}

func (v *call) resolve(*loader) {}

// run puts what this flow will want to know again aside, and begins the other.
func (v *call) run(t *turn) *target {
	if t.st.Gone {
		t.st.Told = false
		return t.orEnd(t.way("hangup", "", v.hangup))
	}
	vars := map[string]Value{}
	for _, to := range []*target{v.then, v.hangup} {
		if to == nil || to.step == nil {
			continue
		}
		for name := range to.step.live {
			if value, ok := t.st.Vars[name]; ok {
				vars[name] = value
			}
		}
	}
	t.way("call", "", v.into)
	callers := append(t.st.Callers[:len(t.st.Callers):len(t.st.Callers)], Frame{Flow: t.st.Flow, Step: t.st.Step, Vars: vars})
	many := t.hadManyOptions()
	t.goesOn(t.st.Flow, v.into.step.flow.name)
	t.begin(v.into.step.flow, t.handed(v.into))
	t.st.Callers = callers
	t.manyOptions(many)
	return &target{step: v.into.step}
}

// comeBack goes on in the flow that called the one which has ended; nil where none did. When the caller has hung up it goes where
// the nearest call says, or ends; save where that ended a recording, which this flow may have been called for.
func (t *turn) comeBack() *target {
	for len(t.st.Callers) > 0 {
		ended, gave := t.set.flows[t.st.Flow], t.st.Vars
		frame := t.st.Callers[len(t.st.Callers)-1]
		if frame.Flow == "" { // an answer to a notice began the talk
			return nil
		}
		st := t.unwind()
		if st == nil {
			return nil
		}
		if frame.Asked != "" {
			t.back = &frame
			return &target{step: st}
		}
		v, ok := st.verb.(*call)
		if _, asks := st.verb.(*ask); asks { // something was kept apart: the question is put again
			return &target{step: st}
		} else if !ok {
			t.fail("step %q of flow %q calls nothing", st.name, st.flow.name)
			return nil
		}
		if t.st.Gone && !t.st.Told {
			if v.hangup != nil {
				return t.way("hangup", "", v.hangup)
			}
			continue
		}
		for _, g := range ended.gives {
			t.save(g.name, gave[g.name])
		}
		return t.way("then", "", v.then)
	}
	return nil
}

// unwind takes up again the flow that called this one, at the step where it did.
func (t *turn) unwind() *step {
	last := len(t.st.Callers) - 1
	f := t.st.Callers[last]
	callers := t.st.Callers[:last:last]
	into := t.set.flows[f.Flow]
	if into == nil {
		t.fail("this set has no flow %q", f.Flow)
		return nil
	}
	many := t.hadManyOptions()
	t.begin(into, f.Vars)
	t.st.Callers, t.st.Step, t.owned = callers, f.Step, false
	t.manyOptions(many)
	return t.step()
}

// kept is where a caller who leaves goes so that what is worth keeping is kept: where the ask says, or else the nearest call. Nil:
// nowhere.
func (t *turn) kept(a *ask) *target {
	if a != nil && a.hangup != nil {
		return t.way("hangup", "", a.hangup)
	}
	for i := len(t.st.Callers) - 1; i >= 0; i-- {
		f := t.st.Callers[i]
		into := t.set.flows[f.Flow]
		if into == nil || into.step(f.Step) == nil {
			continue
		}
		if v, ok := into.step(f.Step).verb.(*call); ok && v.hangup != nil {
			t.st.Callers = t.st.Callers[:i+1]
			t.unwind()
			return t.way("hangup", "", v.hangup)
		}
	}
	return nil
}

// passes says whether a flow can end without having asked anything.
func (f *flow) passes() bool {
	if f.passed == passingUnknown && len(f.steps) > 0 {
		f.passed = passingAsked
		seen := map[*step]bool{}
		if f.passesFrom(f.steps[0], seen) {
			f.passed = passingYes
		} else {
			f.passed = passingNo
		}
	}
	return f.passed == passingYes
}

func (f *flow) passesFrom(st *step, seen map[*step]bool) bool {
	if seen[st] {
		return false
	}
	seen[st] = true
	for _, e := range st.ways() {
		switch {
		case e.waits || e.call || e.to == nil || e.to.flow != "":
		case e.to.step == nil && e.to.name == "end":
			return true
		case e.to.step != nil && f.passesFrom(e.to.step, seen):
			return true
		}
	}
	return false
}

// callees are the flows that a flow calls, and those that these call.
func (f *flow) callees() []*flow {
	var all []*flow
	var visit func(*flow)
	visit = func(from *flow) {
		for _, st := range from.steps {
			if v, ok := st.verb.(*call); ok && v.into != nil && v.into.step != nil && !slices.Contains(all, v.into.step.flow) {
				all = append(all, v.into.step.flow)
				visit(v.into.step.flow)
			}
		}
	}
	visit(f)
	return all
}
