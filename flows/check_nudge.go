package flows

// checkNudge finds what is sent unasked, when time has passed, by flows that can file a report, join or hold a secret: nudges, and
// words that come before somebody answers again. A phone that lights up unasked may be in other hands by then.
func checkNudge(s *Set, found *findings) {
	private := map[*flow]string{}
	for _, f := range s.order {
		for _, st := range f.steps {
			switch v := st.verb.(type) {
			case *do:
				if v.effect.Private {
					private[f] = "may do " + v.name
				}
			case *ask:
				if v.secret {
					private[f] = "asks a secret in step " + st.name
				}
			}
		}
	}
	for grown := true; grown; {
		grown = false
		s.each(func(st *step) {
			for _, e := range st.ways() {
				if e.to == nil || e.to.step == nil || e.channel == Voice {
					continue
				}
				into := e.to.step.flow
				if e.call && private[st.flow] != "" && private[into] == "" { // it asks in the middle of that
					private[into], grown = "is called by flow "+st.flow.name+", which "+private[st.flow], true
				}
				if private[st.flow] != "" {
					continue
				}
				if into != st.flow && into.name != doorFlow && private[into] != "" {
					private[st.flow], grown = "leads to flow "+into.name+", which "+private[into], true
				}
			}
		})
	}
	s.each(func(st *step) {
		if a, ok := st.verb.(*ask); ok && a.lapse != nil && a.lapse.nudge != nil && private[st.flow] != "" {
			found.violate(ruleNudge, a.lapse.nudge.at, "nothing is nudged here: the flow %s; take the nudge out", private[st.flow])
		}
		for _, e := range st.ways() {
			if e.why == "lapse" && e.channel == Text && private[st.flow] != "" {
				if told := e.saysFirst(map[*step]bool{}); told != nil {
					found.violate(ruleNudge, told.at, "it is said here when time has passed after step %q, and nothing is said unasked there: the flow %s; "+
						"let it end without a word", st.name, private[st.flow])
				}
			}
		}
	})
}

// saysFirst is the first step on a way that says something by text before anybody answers; nil: none does.
func (e edge) saysFirst(seen map[*step]bool) *step {
	if e.to == nil || e.to.step == nil || seen[e.to.step] {
		return nil
	}
	st := e.to.step
	seen[st] = true
	switch st.verb.(type) {
	case *say, *ask:
		return st
	}
	for _, next := range st.ways() {
		if next.waits || next.channel == Voice {
			continue
		}
		if told := next.saysFirst(seen); told != nil {
			return told
		}
	}
	return nil
}
