package flows

// checkIrrevocable finds effects that cannot be undone and can be come to other than by the yes of a confirm.
func checkIrrevocable(s *Set, found *findings) {
	grave := func(st *step) (*do, bool) {
		v, ok := st.verb.(*do)
		return v, ok && v.effect.Irrevocable
	}
	s.each(func(st *step) {
		if v, ok := grave(st); ok && st == st.flow.steps[0] {
			found.violate(ruleIrrevocable, v.nameAt, "%s cannot be undone, and the flow begins with it; put an ask with \"confirm:\" before it", v.name)
		}
		st.leads(func(e edge, to *step) {
			if v, ok := grave(to); ok && !e.confirm {
				found.violate(ruleIrrevocable, e.to.at, "%s in step %q cannot be undone; only the \"yes:\" of a confirm may lead to it", v.name, to.name)
			}
		})
	})
}
