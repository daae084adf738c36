package flows

// checkEnds finds steps from which no path leads to an end, on a channel on which talks come to them.
func checkEnds(s *Set, found *findings) {
	for _, c := range []Channel{Text, Voice} {
		reached, ends := s.reached(c), s.ending(c)
		s.each(func(st *step) {
			if reached[arrival{st, false}] && !ends[st] {
				found.violate(ruleEnds, st.at, "no path from step %q ever ends by %s; let one lead to \"end\"", st.name, c)
			}
		})
	}
}

// ending is every step from which some path on a channel leads to an end. An ask that does not say where giving up leads ends there
// by text. That somebody can hang up makes no end.
func (s *Set) ending(c Channel) map[*step]bool {
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
		if a, ok := st.verb.(*ask); ok && c == Text && (a.giveup.wrong == nil || a.lapse != nil && a.lapse.then == nil) {
			finish(st)
		}
		if a, ok := st.verb.(*ask); ok && c == Voice && a.last == nil && a.giveup.wrong == nil {
			finish(st)
		}
		for _, e := range st.ways() {
			if e.to != nil && e.to.step == nil && !e.hangup && (e.channel == "" || e.channel == c) {
				finish(st)
			}
		}
		st.leadsOn(c, func(e edge, to *step) {
			if !e.call && !e.hangup { // it ends where the flow that it calls ends, and then goes on
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
	return ends
}
