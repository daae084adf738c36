package flows

import (
	"maps"
	"slices"
)

// Facts names, sorted, what a turn may read that begins in the flow ("" when none is under way): the facts of that flow, of every
// flow it may go on to, and of those that can be started from any place.
func (s *Set) Facts(flow string) []string {
	if all, ok := s.facts[flow]; ok {
		return slices.Clone(all)
	}
	return slices.Clone(s.facts[""])
}

// gatherFacts works the answers of Facts out once. The door and the recording count for every flow: MENU or a key leads there.
func (s *Set) gatherFacts() {
	anywhere := map[*flow]bool{}
	s.reach(s.flows[doorFlow], anywhere)
	s.reach(s.flows[reportFlow], anywhere)
	for _, f := range s.order {
		if len(f.starts) > 0 {
			s.reach(f, anywhere)
		}
	}
	s.facts = map[string][]string{"": s.factsOf(anywhere)}
	for _, f := range s.order {
		reached := maps.Clone(anywhere)
		s.reach(f, reached)
		s.facts[f.name] = s.factsOf(reached)
	}
}

// reach adds a flow and all that it leads to.
func (s *Set) reach(f *flow, reached map[*flow]bool) {
	if reached[f] {
		return
	}
	reached[f] = true
	for _, st := range f.steps {
		for _, e := range st.verb.edges() {
			if e.to != nil && e.to.step != nil {
				s.reach(e.to.step.flow, reached)
			}
		}
	}
}

func (s *Set) factsOf(reached map[*flow]bool) []string {
	names := map[string]bool{}
	add := func(reads []read) {
		for _, r := range reads {
			if r.ref.origin == fromFact {
				names[r.ref.name] = true
			}
		}
	}
	add(s.phraseReads)
	for f := range reached {
		add(f.reads)
	}
	return slices.Sorted(maps.Keys(names))
}
