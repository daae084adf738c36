package flows

import "strings"

// checkCycles finds circles in which nobody is asked anything: while somebody listens, and once the caller has hung up, when an ask
// is passed by its "hangup".
func checkCycles(s *Set, found *findings) {
	for _, c := range []Channel{Text, Voice} {
		reached, known := s.reached(c), supposed{channel: c}
		taken := func(st *step, i int, e edge) bool { return (e.channel == "" || e.channel == c) && known.takes(st, i) }
		findCycle(s, found, ruleCircle, "nobody is asked anything in it", func(st *step, i int, e edge) bool {
			return reached[arrival{st, false}] && taken(st, i, e) && !e.waits
		})
		findCycle(s, found, ruleCircle, "it never ends when the caller hangs up", func(st *step, i int, e edge) bool {
			if _, calls := st.verb.(*call); calls && e.call {
				return false // nobody is there to be asked by another flow
			}
			return reached[arrival{st, true}] && taken(st, i, e) && (e.hangup || !st.listens())
		})
	}
}

// checkLength finds steps from which more of them follow without anybody asked than the engine takes in one turn.
func checkLength(s *Set, found *findings) {
	if found.has(ruleCircle) {
		return
	}
	known := map[*step]int{}
	var longest func(*step) int
	longest = func(st *step) int {
		if n, ok := known[st]; ok {
			return n
		}
		known[st] = 0
		n, called := 0, 0
		for _, e := range st.ways() {
			_, does := st.verb.(*do)
			switch {
			case e.to == nil || e.to.step == nil || e.waits && !e.hangup || does: // an effect's outcome begins a count of its own
			case e.call:
				called = longest(e.to.step)
			default:
				n = max(n, longest(e.to.step))
			}
		}
		n = min(n+called+1, maxSteps+1)
		if n > maxSteps && known[st] == 0 {
			found.violate(ruleCircle, st.at, "more than %d steps follow here without anybody asked; ask in between, or take some out", maxSteps-1)
			n = 1 // told once
		}
		known[st] = n
		return n
	}
	s.each(func(st *step) { longest(st) })
}

// checkRecursion finds flows that call themselves, by whatever way: who waits for whom would never end.
func checkRecursion(s *Set, found *findings) {
	const entered, left = 1, 2
	state := map[*flow]int{}
	var visit func(*flow)
	visit = func(f *flow) {
		state[f] = entered
		for _, st := range f.steps {
			v, ok := st.verb.(*call)
			if !ok || v.into.step == nil {
				continue
			}
			switch into := v.into.step.flow; state[into] {
			case entered:
				found.violate(ruleCircle, v.into.at, "flow %q comes to call itself here; go to it with \"then: flow %s\" instead", into.name, into.name)
			case 0:
				visit(into)
			}
		}
		state[f] = left
	}
	for _, f := range s.order {
		if state[f] == 0 {
			visit(f)
		}
	}
}

// findCycle walks the ways that are taken without waiting, depth first; a way back to a step still on the path closes a circle.
func findCycle(s *Set, found *findings, r rule, why string, follows func(st *step, way int, e edge) bool) {
	const entered, left = 1, 2
	state := map[*step]int{}
	var path []*step
	var visit func(*step)
	visit = func(st *step) {
		state[st] = entered
		path = append(path, st)
		for i, e := range st.ways() {
			if e.to == nil || e.to.step == nil {
				continue
			}
			to := e.to.step
			switch {
			case !follows(st, i, e):
			case state[to] == entered:
				found.violate(r, to.at, "this goes round in a circle, %s; %s", circle(path, to), why)
			case state[to] == 0:
				visit(to)
			}
		}
		path = path[:len(path)-1]
		state[st] = left
	}
	s.each(func(st *step) {
		if state[st] == 0 {
			visit(st)
		}
	})
}

// circle tells the way round: "a, b, a".
func circle(path []*step, back *step) string {
	var names []string
	for _, st := range path {
		if len(names) > 0 || st == back {
			names = append(names, st.name)
		}
	}
	return strings.Join(append(names, back.name), ", ")
}
