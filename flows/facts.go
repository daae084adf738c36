package flows

import (
	"maps"
	"slices"
)

// Facts names, sorted, what a turn is likely to read that begins in the flow ("", where none is under way, is the front door): its
// own facts. Where an answer leads to another flow, Next says with MissingFact what else it needs.
func (s *Set) Facts(flow string) []string {
	if own, ok := s.facts[flow]; ok {
		return slices.Clone(own)
	}
	return slices.Clone(s.facts[doorFlow])
}

// gatherFacts works the answers of Facts out once.
func (s *Set) gatherFacts() {
	s.facts = map[string][]string{}
	for _, f := range s.order {
		s.facts[f.name] = s.factsOf(f)
	}
}

func (s *Set) factsOf(f *flow) []string {
	names := map[string]bool{}
	for _, reads := range [][]read{s.words.reads, f.reads} {
		for _, r := range reads {
			if r.ref.origin == fromFact {
				names[r.ref.name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}
