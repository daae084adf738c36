package flows

// checkEnds finds steps from which no path leads to an end. An ask that does not say where giving up leads ends there by text.
func checkEnds(s *Set, found *findings) {
	before := map[*step][]*step{}
	ends := map[*step]bool{}
	var open []*step
	finish := func(st *step) {
		if !ends[st] {
			ends[st] = true
			open = append(open, st)
		}
	}
	s.each(func(st *step) {
		if a, ok := st.verb.(*ask); ok && a.giveup.wrong == nil {
			finish(st)
		}
		for _, e := range st.ways() {
			if e.to != nil && e.to.step == nil {
				finish(st)
			}
		}
		st.leads(func(e edge, to *step) {
			if !e.call { // it ends where the flow that it calls ends, and then goes on
				before[to] = append(before[to], st)
			}
		})
	})
	for len(open) > 0 {
		st := open[len(open)-1]
		open = open[:len(open)-1]
		for _, b := range before[st] {
			finish(b)
		}
	}
	s.each(func(st *step) {
		if !ends[st] {
			found.violate(ruleEnds, st.at, "no path from step %q ever ends; let one lead to \"end\"", st.name)
		}
	})
}
