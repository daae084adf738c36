package flows

import (
	"maps"
	"slices"
)

// checkSecret finds places where what was answered in secret would be kept while the next answer is waited for: it may go into
// effects and be told in the same turn, and is gone when that turn ends. (DESIGN.md, rule 7)
func checkSecret(s *Set, found *findings) {
	if found.errors > 0 {
		return
	}
	secret := trace(s, func(st *step, _ edge, _ saved) bool {
		a, ok := st.verb.(*ask)
		return ok && a.secret
	})
	for _, f := range s.order {
		f.findLive()
	}
	s.each(func(st *step) {
		switch v := st.verb.(type) {
		case *ask:
			if v.secret && v.lapse != nil && v.lapse.nudge != nil {
				found.violate(ruleSecret, v.lapse.nudge.at, "a secret question is put once and not again unasked; take the nudge out")
			}
			secret.kept(st, st.live, found)
		case *wait, *handOver:
			secret.kept(st, st.live, found)
		case *call:
			if !v.into.step.flow.waits() {
				return
			}
			for _, to := range []*target{v.then, v.hangup} {
				if to != nil && to.step != nil && to.flow == "" {
					secret.kept(st, to.step.live, found)
				}
			}
		}
	})
}

// kept finds what is traced among what is kept at a step.
func (t traces) kept(st *step, live map[string]bool, found *findings) {
	for _, name := range slices.Sorted(maps.Keys(live)) {
		if t[st.flow][name] {
			found.violate(ruleSecret, st.at, "%q was answered in secret and would be kept while step %q waits; use it up before, in the same turn", name, st.name)
		}
	}
}
