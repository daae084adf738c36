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
			found.violate(ruleReach, f.at, "nothing leads to flow %q; give it \"starts:\", go to it from another, or give it to this command together with the flow that calls it", f.name)
			continue // its steps would all say the same
		}
		for _, st := range f.steps {
			switch {
			case reached(st):
			case s.onlyByCall(f, st):
				found.doubt(ruleChannels, st.at, st.owners(), "only a call comes to step %q, and no call comes to flow %q, since start words are for texts; "+
					"offer the flow at the door, or in another that calls come to", st.name, f.name)
			default:
				found.violate(ruleReach, st.at, "nothing leads to step %q; take it out, or go to it from another", st.name)
			}
		}
	}
}

// onlyByCall says whether calls would come to a step if they came to its flow.
func (s *Set) onlyByCall(f *flow, st *step) bool {
	calls := s.reached(Voice, f)
	return calls[arrival{st, false}] || calls[arrival{st, true}]
}
