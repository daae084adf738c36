package flows

// callsReach finds the steps that a call may come to: what is asked in writing only, and what a branch keeps from calls, is left out.
// A transcript cannot bring a call anywhere else.
func (s *Set) callsReach() map[*step]bool {
	reached := map[*step]bool{}
	open := []*step{s.flows[doorFlow].steps[0]}
	for _, f := range s.order {
		open = append(open, f.steps[0]) // where a scene may begin
	}
	for len(open) > 0 {
		st := open[len(open)-1]
		open = open[:len(open)-1]
		if reached[st] {
			continue
		}
		reached[st] = true
		for _, to := range st.byCall() {
			if to != nil && to.step != nil {
				open = append(open, to.step)
			}
		}
	}
	return reached
}

// byCall are the ways on that a call may take.
func (st *step) byCall() (all []*target) {
	if v, ok := st.verb.(*ask); ok && v.voice != nil {
		return []*target{v.voice}
	}
	st.leadsOn(Voice, func(e edge, _ *step) { all = append(all, e.to) })
	return all
}
