package flows

import "maps"

// checkUnset finds variables that are read at a step to which some path leads without having set them.
func checkUnset(s *Set, found *findings) {
	for _, f := range s.order {
		known := f.known()
		for _, r := range f.reads {
			if r.ref.origin != fromVar || r.optional || known[r.step] == nil || known[r.step][r.ref.name] || saves(r.given, r.ref.name) {
				continue
			}
			found.violate(ruleUnset, r.at, "%q may not be set yet when step %q is reached; set it on every path before", r.ref.name, r.step.name)
		}
		f.checkGives(known, found)
	}
}

// checkGives finds ends at which something is not set that whoever calls the flow counts on.
func (f *flow) checkGives(known map[*step]map[string]bool, found *findings) {
	for _, st := range f.steps {
		for _, e := range st.ways() {
			if e.to == nil || e.to.name != "end" || e.hangup || known[st] == nil {
				continue
			}
			for _, g := range f.gives {
				if !known[st][g.name] && !saves(e.sets, g.name) {
					found.violate(ruleUnset, e.to.at, "the flow gives %q, which may not be set yet when it ends here; set it on every path before", g.name)
				}
			}
		}
	}
}

func saves(all []saved, name string) bool {
	for _, s := range all {
		if s.name == name {
			return true
		}
	}
	return false
}

// known is, for each step that can be reached, the variables that every path to it has set.
func (f *flow) known() map[*step]map[string]bool {
	first := map[string]bool{}
	for _, p := range f.takes {
		first[p.name] = true
	}
	known := map[*step]map[string]bool{f.steps[0]: first}
	for open := []*step{f.steps[0]}; len(open) > 0; {
		st := open[len(open)-1]
		open = open[:len(open)-1]
		st.leads(func(e edge, to *step) {
			if to.flow != f || e.to.flow != "" {
				return
			}
			before, seen := known[to]
			if !seen {
				known[to] = maps.Clone(known[st])
				for _, v := range e.sets {
					known[to][v.name] = true
				}
			}
			if !seen || narrow(before, known[st], e.sets) {
				open = append(open, to)
			}
		})
	}
	return known
}

// narrow takes out of a set what is neither in another nor saved on the way, and says whether that was anything.
func narrow(set, other map[string]bool, sets []saved) bool {
	n := len(set)
	maps.DeleteFunc(set, func(name string, _ bool) bool { return !other[name] && !saves(sets, name) })
	return len(set) < n
}
