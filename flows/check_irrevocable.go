package flows

import "strings"

// checkIrrevocable finds effects that cannot be undone and can be come to other than by the yes of a confirm.
func checkIrrevocable(s *Set, found *findings) {
	grave := func(st *step) (*do, bool) {
		v, ok := st.verb.(*do)
		return v, ok && v.effect.Irrevocable
	}
	s.each(func(st *step) {
		if a, ok := st.verb.(*ask); ok {
			if q, ok := a.question.(*confirm); ok {
				for _, x := range []*text{a.words, q.yes, q.no} {
					if at, silent := x.silent(); silent {
						found.violate(ruleIrrevocable, at, "a read-back says what is confirmed and what each key does, in every form; write it")
					}
				}
			}
		}
		if v, ok := grave(st); ok && st.flow.firstWord != "" {
			found.violate(ruleIrrevocable, v.nameAt, "%s cannot be undone, and a word that a text only begins with starts this flow; do it in another flow", v.name)
		}
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

// silent says whether a text says nothing in one of its forms, and where.
func (x *text) silent() (place, bool) {
	for _, f := range []form{x.written, x.quiet, x.said} {
		for _, t := range f {
			for _, one := range t.variants() {
				if plain, ok := one.plain(); ok && strings.TrimSpace(plain) == "" && one.play == nil {
					return x.at, true
				}
			}
		}
	}
	return place{}, false
}
