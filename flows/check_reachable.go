package flows

// checkReachable finds steps, and flows, that no talk can come to.
func checkReachable(s *Set, found *findings) {
	byText, byVoice := s.reached(Text), s.reached(Voice)
	reached := func(st *step) bool {
		gone, there := arrival{st, true}, arrival{st, false}
		return byText[there] || byVoice[there] || byVoice[gone]
	}
	for _, f := range s.order {
		if !reached(f.steps[0]) {
			found.violate(ruleReach, f.at, "nothing leads to flow %q; give it \"starts:\", or go to it from another", f.name)
			continue // its steps would all say the same
		}
		for _, st := range f.steps {
			if !reached(st) {
				found.violate(ruleReach, st.at, "nothing leads to step %q; take it out, or go to it from another", st.name)
			}
		}
	}
}
