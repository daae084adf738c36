package flows

// check proves what can be proved about a set whose names are all tied. One property a file; a new one is a file and a line here.
func check(s *Set, found *findings) {
	for _, property := range []func(*Set, *findings){
		checkReachable,
		checkEnds,
		checkRecursion,
		checkCycles,
		checkUnset,
		checkIrrevocable,
		checkCarrierWords,
		checkCollisions,
	} {
		property(s, found)
	}
	checkNeedless(s, found)
}

// leads calls visit for each way on from a step that stays in the set.
func (s *step) leads(visit func(edge, *step)) {
	for _, e := range s.verb.edges() {
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
