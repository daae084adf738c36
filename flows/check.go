package flows

// check proves what can be proved about a set whose names are all tied. One property a file; a new one is a file and a line here.
func check(s *Set, found *findings) {
	s.each(func(st *step) {
		st.out, st.n = st.verb.edges(), s.steps
		s.steps++
	})
	for _, property := range []func(*Set, *findings){
		checkReachable,
		checkEnds,
		checkRecursion,
		checkCycles,
		checkLength,
		checkUnset,
		checkIrrevocable,
		checkCarrierWords,
		checkCollisions,
		checkSilence,
		checkSecret,
		checkNudge,
		checkNotice,
		checkEcho,
		checkDropped,
		checkQuiet,
		checkSegments,
		checkSeconds,
		checkDepth,
		checkChannels,
		checkStale,
	} {
		property(s, found)
	}
	if found.errors == 0 { // else not everything was looked at
		checkNeedless(s, found)
	}
}

// ways are all ways on from a step; once the set is tied they are worked out only once.
func (s *step) ways() []edge {
	if s.out != nil {
		return s.out
	}
	return s.verb.edges()
}

// leads calls visit for each way on from a step that stays in the set.
func (s *step) leads(visit func(edge, *step)) {
	for _, e := range s.ways() {
		if e.to != nil && e.to.step != nil {
			visit(e, e.to.step)
		}
	}
}

// each calls visit for every step of the set, in order.
func (s *Set) each(visit func(*step)) {
	for _, f := range s.order {
		for _, st := range f.steps {
			visit(st)
		}
	}
}
