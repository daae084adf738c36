package flows

import (
	"strconv"

	"github.com/goccy/go-yaml/ast"
)

// branch goes on by the first condition that holds.
//
//	branch:
//	  - {if: ballots.open > 0, then: vote}
//	  - {else: menu}
type branch struct{ rungs []rung }

type rung struct {
	condition *expression // nil: else
	then      *target
}

// readBranch reads the rungs in order. The last has no condition, so that a branch always leads somewhere.
func (l *loader) readBranch(n ast.Node) verb {
	v := &branch{}
	o := l.stepObject(n, "branch", branchFields().names()...)
	at := o.get("branch").at
	for _, one := range l.list(o.get("branch").value, "branch") {
		if n := len(v.rungs); n > 0 && v.rungs[n-1].condition == nil {
			l.found.add(l.place(one), "nothing gets here: the \"else\" is above; put it last")
		}
		r := l.object(one, "a branch", rungFields().names()...)
		if otherwise := r.get("else"); otherwise != nil {
			v.rungs = append(v.rungs, rung{then: l.optionalNext(otherwise)})
			if r.get("if") != nil || r.get("then") != nil {
				l.found.add(r.at, "\"else\" stands alone: {else: <step>}")
			}
			continue
		}
		condition := r.get("if")
		if condition == nil {
			l.found.add(r.at, "a branch is {if: <condition>, then: <step>} or {else: <step>}")
			continue
		}
		v.rungs = append(v.rungs, rung{l.expression(condition), l.next(r.get("then"), r.at, "this branch")})
	}
	if n := len(v.rungs); n == 0 || v.rungs[n-1].condition != nil {
		l.found.add(at, "a branch ends with {else: <step>}, for when nothing above holds")
		v.rungs = append(v.rungs, rung{then: &target{at: at, name: "end"}})
	}
	return v
}

func (v *branch) edges() []edge {
	all := make([]edge, len(v.rungs))
	for i, r := range v.rungs {
		kind, n := r.why(i)
		all[i] = edge{why: kind + n, to: r.then}
	}
	return all
}

func (v *branch) resolve(l *loader) {
	for _, r := range v.rungs {
		l.resolveExpression(r.condition, nil, nil, TypeFlag)
	}
}

// why names a rung in two parts: "if 1", "if 2", "else".
func (r rung) why(i int) (kind, n string) {
	if r.condition == nil {
		return "else", ""
	}
	return "if ", strconv.Itoa(i + 1)
}

func (v *branch) run(t *turn) *target {
	for i, r := range v.rungs {
		if t.holds(r.condition) {
			kind, n := r.why(i)
			return t.way(kind, n, r.then)
		}
	}
	return nil
}
