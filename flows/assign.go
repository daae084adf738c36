package flows

import "github.com/goccy/go-yaml/ast"

// remember is the verb "set": it gives variables values, all by what was known before.
//
//	set: {meeting: chosen.id}
//	then: NEXT
type remember struct {
	set  []assign
	then *target
}

// readSet reads what is set.
func (l *loader) readSet(n ast.Node) verb {
	o := l.stepObject(n, "set", setFields().names()...)
	v := &remember{set: l.assigns(o.get("set")), then: l.next(o.get("then"), o.at, "this set")}
	l.variables(v.set)
	return v
}

// variables checks that assigns name variables.
func (l *loader) variables(all []assign) {
	for _, a := range all {
		l.variable(a.name, a.at)
	}
}

func (v *remember) edges() []edge { return []edge{{why: "then", to: v.then, sets: savedBy(v.set)}} }

// savedBy is what assigns save.
func savedBy(all []assign) []saved {
	out := make([]saved, len(all))
	for i, a := range all {
		out[i] = saved{name: a.name, at: a.at, from: a.value}
	}
	return out
}

func (v *remember) resolve(l *loader) {
	for _, a := range v.set {
		l.resolveExpression(a.value, nil, nil)
	}
}

func (v *remember) run(t *turn) *target {
	t.assign(v.set)
	return t.way("then", "", v.then)
}
