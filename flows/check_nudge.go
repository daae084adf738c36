package flows

// checkNudge finds nudges in flows that can file a report, join or hold a secret: a phone that lights up unasked may be in other
// hands by then.
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
				if e.to == nil || e.to.step == nil || e.channel == Voice || private[st.flow] != "" {
					continue
				}
				into := e.to.step.flow
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
	})
}
