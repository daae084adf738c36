package flows

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// do asks the gateway for an effect and goes on by what came of it. Every outcome is answered.
//
//	do: rsvp
//	with: {meeting: meeting, answer: "'yes'"}
//	on: {saved: coming, started: too_late}
type do struct {
	at       place
	name     string
	nameAt   place
	effect   Effect
	with     []assign
	on       map[string]*target
	outcomes []string // in a stable order
}

// readDo reads the effect's name and its ways on, which are exactly its outcomes.
func (l *loader) readDo(n ast.Node) verb {
	o := l.stepObject(n, "do", doFields().names()...)
	v := &do{at: o.at, nameAt: o.get("do").at, with: l.assigns(o.get("with")), on: map[string]*target{}}
	v.name, _ = l.scalar(o.get("do").value, "do")
	effect, known := l.set.vocabulary.Effects[v.name]
	if !known {
		l.found.add(v.nameAt, "there is no effect %q%s", v.name, didYouMean(v.name, slices.Sorted(maps.Keys(l.set.vocabulary.Effects))))
	}
	v.effect, v.outcomes = effect, slices.Sorted(maps.Keys(effect.Outcomes))
	on := o.get("on")
	if on == nil {
		l.found.add(v.at, "do needs \"on:\" with a way on for each outcome: %s", strings.Join(v.outcomes, ", "))
		return v
	}
	answered := l.object(on.value, "on")
	for _, f := range answered.fields {
		if _, ok := effect.Outcomes[f.key]; !ok && known {
			l.found.add(f.at, "%s has no outcome %q%s", v.name, f.key, didYouMean(f.key, v.outcomes))
		}
		v.on[f.key] = l.optionalNext(&f)
	}
	for _, outcome := range v.outcomes {
		if v.on[outcome] == nil {
			l.found.add(on.at, "%s may come out as %q, and nothing answers that; add \"%s: <step>\"", v.name, outcome, outcome)
		}
	}
	return v
}

// edges are a way per outcome, on which what the outcome brings becomes known.
func (v *do) edges() []edge {
	var all []edge
	for _, outcome := range v.outcomes {
		e := edge{why: "outcome " + outcome, to: v.on[outcome]}
		for _, name := range slices.Sorted(maps.Keys(v.effect.Outcomes[outcome])) {
			e.sets = append(e.sets, saved{name: name, at: v.nameAt, shape: v.effect.Outcomes[outcome][name]})
		}
		all = append(all, e)
	}
	return all
}

// resolve checks the arguments against what the effect takes.
func (v *do) resolve(l *loader) {
	given := map[string]bool{}
	for _, a := range v.with {
		taken, ok := v.effect.Args[a.name]
		if !ok {
			args := slices.Sorted(maps.Keys(v.effect.Args))
			l.found.add(a.at, "%s does not take %q, but %s%s", v.name, a.name, orNothing(args), didYouMean(a.name, args))
			continue
		}
		given[a.name] = true
		before := len(l.flow.reads)
		l.resolveExpression(a.value, nil, nil, taken)
		for i := range l.flow.reads[before:] {
			l.flow.reads[before+i].optional = v.effect.Optional[a.name]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.effect.Args)) {
		if !given[name] && !v.effect.Optional[name] {
			l.found.add(v.at, "%s needs %q; add it under \"with:\"", v.name, name)
		}
	}
}

// run stops the turn with a request. Next goes on with the outcome, in came.
func (v *do) run(t *turn) *target {
	t.out.Do = &Request{Effect: v.name, Args: map[string]Value{}}
	for _, a := range v.with {
		if v.effect.Optional[a.name] && t.isUnset(a.value) {
			continue
		}
		t.out.Do.Args[a.name] = t.value(a.value)
	}
	return nil
}

// came goes on from an effect by its outcome.
func (v *do) came(t *turn, in Input) *target {
	brings, known := v.effect.Outcomes[in.Outcome]
	if !known {
		t.fail("%s: effect %s has no outcome %q", t.st.Step, v.name, in.Outcome)
		return nil
	}
	for name := range brings {
		t.save(name, in.Values[name])
	}
	return t.way("outcome ", in.Outcome, v.on[in.Outcome])
}
