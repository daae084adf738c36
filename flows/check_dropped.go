package flows

import (
	"fmt"
	"slices"
	"strings"
)

// checkDropped finds ways on which a text of more than a few words is lost: it goes to words that no choice takes, and no effect keeps it
// before somebody is waited for again. What no way is for, the flow "apart" keeps, so that this is proved of every step of a set that has
// one. An effect keeps what it is handed, unless it only looks something up.
func checkDropped(s *Set, found *findings) {
	if found.errors > 0 || s.flows[apartFlow] == nil {
		return
	}
	apart := s.flows[apartFlow]
	if len(apart.takes) != 1 || apart.takes[0].name != apartVar || apart.takes[0].shape.Type != TypeSaid || !apart.passes() || apart.asks() {
		found.violate(ruleDropped, apart.at, "flow %q keeps what was told in answer to a question that cannot take it, and then the question is put again: "+
			"it takes {%s: said}, and asks nothing", apartFlow, apartVar)
		return
	}
	k := keeping{ruling: found, flows: s.flows}
	k.prove(&target{at: apart.at, step: apart.steps[0]}, apartVar, "in answer to a question that cannot take it")
	for _, p := range s.flows[doorFlow].takes {
		if p.name == heardVar {
			k.prove(&target{at: s.flows[doorFlow].at, step: s.flows[doorFlow].steps[0]}, heardVar, "out of the blue")
		}
	}
	for _, f := range s.order {
		if f.notice != nil && f.notice.more != "" {
			k.prove(&target{at: f.notice.at, step: f.steps[0]}, f.notice.more, "behind an answer to a notice")
		}
	}
	written := s.reached(Text)
	s.each(func(st *step) {
		if !written[arrival{st, false}] {
			return
		}
		answering := fmt.Sprintf("in answer to step %q", st.name)
		switch v := st.verb.(type) {
		case *wait:
			k.prove(v.heard, heardVar, "while step \""+st.name+"\" waits")
		case *ask:
			k.prove(v.other, heardVar, answering)
			switch q := v.question.(type) {
			case *numbered:
				for _, c := range q.choices {
					k.prove(c.more, heardVar, answering)
				}
			case *free:
				if v.save != nil {
					k.prove(v.then, v.save.name, answering)
				}
			}
		}
	})
}

// keeping follows a text to where it is kept.
type keeping struct {
	ruling *findings
	flows  map[string]*flow
	unset  []string // what the flow entered takes, and was not handed, as long as nothing may have set it
}

// heldAt is a variable at a step, and what is not set there.
type heldAt struct {
	at          *step
	name, unset string
}

// prove finds a way from a target on which what a variable holds is kept by nothing.
func (k keeping) prove(to *target, name, when string) {
	if to == nil {
		return
	}
	for _, words := range []int{fewWords + 1, mostLetters} { // as few as tell something, and as many as can be
		if lost := k.lost(to, name, words, map[heldAt]bool{}); lost != "" {
			k.ruling.violate(ruleDropped, to.at, "more than %d words that are written %s are kept by nothing: %s; have an effect keep them, or \"call: %s\"",
				fewWords, when, lost, apartFlow)
			return
		}
	}
}

// lost is where a text is lost on a way; "": nowhere.
func (k keeping) lost(to *target, name string, words int, seen map[heldAt]bool) string {
	if to == nil || to.step == nil {
		return "the talk ends"
	}
	if to.flow != "" {
		if name = handedAs(to, name); name == "" {
			return fmt.Sprintf("flow %q is not handed them", to.flow)
		}
		k.unset = nil
		for _, p := range k.flows[to.flow].takes {
			if !slices.ContainsFunc(to.with, func(a assign) bool { return a.name == p.name }) {
				k.unset = append(k.unset, p.name)
			}
		}
	}
	here := heldAt{to.step, name, strings.Join(k.unset, " ")}
	if seen[here] {
		return ""
	}
	seen[here] = true
	switch v := to.step.verb.(type) {
	case *say:
		return k.lost(v.then, name, words, seen)
	case *handOver: // by text nobody is connected
		return k.lost(v.text, name, words, seen)
	case *remember:
		k.unset = slices.DeleteFunc(slices.Clone(k.unset), func(name string) bool {
			return slices.ContainsFunc(v.set, func(a assign) bool { return a.name == name })
		})
		for _, as := range v.set {
			if as.value != nil && as.value.constant != nil && as.value.constant.Text == "" && as.value.shape.Type == TypeText {
				k.unset = append(k.unset, as.name)
			}
		}
		for _, as := range v.set { // kept under either name it is kept
			if handed([]assign{as}, name) && as.name != name && k.lost(v.then, as.name, words, seen) == "" {
				return ""
			}
		}
		return k.lost(v.then, name, words, seen)
	case *branch:
		return k.lostIn(v, name, words, seen)
	case *do:
		if !v.effect.Looks && handed(v.with, name) {
			return ""
		}
		unset := k.unset
		for _, outcome := range v.outcomes {
			k.unset = slices.DeleteFunc(slices.Clone(unset), func(name string) bool {
				_, brings := v.effect.Outcomes[outcome][name]
				return brings
			})
			if lost := k.lost(v.on[outcome], name, words, seen); lost != "" {
				return lost
			}
		}
		return ""
	case *call:
		if inside := handedAs(v.into, name); inside != "" && k.lost(&target{step: v.into.step}, inside, words, seen) == "" {
			return ""
		}
		k.unset = nil
		return k.lost(v.then, name, words, seen)
	}
	return fmt.Sprintf("step %q waits", to.step.name)
}

// lostIn follows the ways of a branch that can hold of such a text.
func (k keeping) lostIn(v *branch, name string, words int, seen map[heldAt]bool) string {
	known := supposed{channel: Text, terms: map[string]any{
		"words(" + name + ")": words, "digits(" + name + ")": 0, "given(" + name + ")": true, "code(" + name + ")": "",
	}}
	for _, x := range k.unset {
		known.terms["given("+x+")"] = false
	}
	for _, r := range v.rungs {
		holds := known.decide(r.condition)
		if holds == never {
			continue
		}
		if lost := k.lost(r.then, name, words, seen); lost != "" {
			return lost
		}
		if holds == surely {
			break
		}
	}
	return ""
}

// handed says whether a variable is among the arguments of an effect.
func handed(with []assign, name string) bool {
	for _, a := range with {
		if a.value != nil && a.value.ref != nil && a.value.ref.origin == fromVar && a.value.ref.name == name {
			return true
		}
	}
	return false
}

// handedAs is what a variable is called in the flow that a way leads into; "": it is not handed over.
func handedAs(to *target, name string) string {
	for _, a := range to.with {
		if handed([]assign{a}, name) {
			return a.name
		}
	}
	return ""
}
