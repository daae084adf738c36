package flows

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// supposed is what is taken for granted while it is worked out whether a condition can hold: the channel, perhaps the language, and
// perhaps what single terms (a name, words(x), len(x)…) come to.
type supposed struct {
	channel Channel
	lang    *Lang          // nil: any
	terms   map[string]any // bool, int or string
}

// verdict is whether a condition holds, as far as that follows from what is supposed.
type verdict int

const (
	maybe verdict = iota
	surely
	never
)

// decide says whether a condition holds; none always does.
func (k *supposed) decide(e *expression) verdict {
	if e == nil || e.tree == nil {
		return surely
	}
	switch k.eval(e.tree) {
	case true:
		return surely
	case nil:
		return maybe
	}
	return never
}

// eval gives the bool, int or string that a formula comes to, nil where that cannot be told.
func (k *supposed) eval(node ast.Node) any {
	switch n := node.(type) {
	case *ast.BoolNode:
		return n.Value
	case *ast.IntegerNode:
		return n.Value
	case *ast.StringNode:
		return n.Value
	case *ast.UnaryNode:
		if v, ok := k.eval(n.Node).(bool); ok && n.Operator != "-" {
			return !v
		}
		return nil
	case *ast.BinaryNode:
		return k.binary(n)
	case *ast.IdentifierNode:
		switch {
		case n.Value == "channel":
			return string(k.channel)
		case n.Value == "lang" && k.lang != nil:
			return string(*k.lang)
		}
	}
	if len(k.terms) == 0 {
		return nil
	}
	return k.terms[node.String()]
}

func (k *supposed) binary(n *ast.BinaryNode) any {
	left, right := k.eval(n.Left), k.eval(n.Right)
	switch n.Operator {
	case "and", "&&":
		return junction(left, right, false)
	case "or", "||":
		return junction(left, right, true)
	case "==", "!=":
		if left == nil || right == nil {
			return nil
		}
		return (left == right) == (n.Operator == "==")
	}
	a, isNumber := left.(int)
	b, both := right.(int)
	if !isNumber || !both {
		return nil
	}
	switch n.Operator {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	case ">=":
		return a >= b
	}
	return nil
}

// junction is "and" (decided by a false) or "or" (decided by a true).
func junction(left, right any, decides bool) any {
	a, knowsA := left.(bool)
	b, knowsB := right.(bool)
	switch {
	case knowsA && a == decides || knowsB && b == decides:
		return decides
	case knowsA && knowsB:
		return !decides
	}
	return nil
}

// mostCases is how many combinations of values are tried before all choices are taken to be shown together.
const mostCases = 512

// shown are the sets of choices that may be offered together, as bits in their order; sets within another are left out.
func (q *numbered) shown(k supposed) []uint {
	all, open := uint(0), false
	for i, c := range q.choices {
		switch k.decide(c.when) {
		case surely:
			all |= 1 << i
		case maybe:
			all |= 1 << i
			open = true
		}
	}
	if !open {
		return []uint{all}
	}
	names, values := q.cases()
	count := 1
	for _, v := range values {
		if count *= len(v); count > mostCases {
			return []uint{all}
		}
	}
	var sets []uint
	k.terms = map[string]any{}
	for n := range count {
		for i, v := range values {
			k.terms[names[i]] = v[n%len(v)]
			n /= len(v)
		}
		set := uint(0)
		for i, c := range q.choices {
			if k.decide(c.when) != never {
				set |= 1 << i
			}
		}
		sets = append(sets, set)
	}
	slices.Sort(sets)
	sets = slices.Compact(sets)
	return slices.DeleteFunc(sets, func(a uint) bool {
		return slices.ContainsFunc(sets, func(b uint) bool { return a != b && a&b == a })
	})
}

// cases are the terms of a question's conditions that are compared with nothing but constants, and for each the values that can
// make a difference.
func (q *numbered) cases() (names []string, values [][]any) {
	found := map[string][]any{}
	for _, c := range q.choices {
		if c.when != nil && c.when.tree != nil {
			gather(c.when.tree, found)
		}
	}
	for name, v := range found {
		if v != nil {
			names, values = append(names, name), append(values, v)
		}
	}
	return names, values
}

// gather notes the terms of a condition; one that is used in another way is left open, with nil.
func gather(node ast.Node, found map[string][]any) {
	note := func(n ast.Node, more ...any) {
		name := n.String()
		old, known := found[name]
		if name == "channel" || name == "lang" || known && old == nil {
			return
		}
		if more == nil {
			found[name] = nil
			return
		}
		for _, v := range more {
			if !slices.Contains(old, v) {
				old = append(old, v)
			}
		}
		found[name] = old
	}
	switch n := node.(type) {
	case *ast.UnaryNode:
		gather(n.Node, found)
	case *ast.BinaryNode:
		if n.Operator == "and" || n.Operator == "&&" || n.Operator == "or" || n.Operator == "||" {
			gather(n.Left, found)
			gather(n.Right, found)
			return
		}
		for _, side := range [][2]ast.Node{{n.Left, n.Right}, {n.Right, n.Left}} {
			switch c := side[1].(type) {
			case *ast.IntegerNode:
				note(side[0], c.Value-1, c.Value, c.Value+1)
			case *ast.StringNode:
				note(side[0], c.Value, c.Value+" ")
			case *ast.BoolNode:
				note(side[0], true, false)
			default:
				if !constant(side[0]) {
					note(side[0])
				}
			}
		}
	case *ast.BoolNode:
	default:
		note(node, true, false)
	}
}

func constant(n ast.Node) bool {
	switch n.(type) {
	case *ast.IntegerNode, *ast.StringNode, *ast.BoolNode:
		return true
	}
	return false
}
