package flows

// checkReachable finds steps, and flows, that no talk can come to.
func checkReachable(s *Set, found *findings) {
	reached := map[*step]bool{}
	var visit func(*step)
	visit = func(st *step) {
		if reached[st] {
			return
		}
		reached[st] = true
		st.leads(func(_ edge, to *step) { visit(to) })
	}
	for _, f := range s.order {
		if f.name == doorFlow || f.name == reportFlow || len(f.starts) > 0 {
			visit(f.steps[0])
		}
	}
	for _, f := range s.order {
		if !reached[f.steps[0]] {
			found.violate(ruleReach, f.at, "nothing leads to flow %q; give it \"starts:\", or go to it from another", f.name)
			continue // its steps would all say the same
		}
		for _, st := range f.steps {
			if !reached[st] {
				found.violate(ruleReach, st.at, "nothing leads to step %q; take it out, or go to it from another", st.name)
			}
		}
	}
}
