package flows

// What people wrote is kept no longer than some later step may need it: a report that was filed leaves the state with that turn.

// findLive works out, for each step, which variables it or any step after it may read.
func (f *flow) findLive() {
	type way struct {
		from *step
		sets []saved // what it had before is not needed on this way
	}
	before := map[*step][]way{}
	for _, st := range f.steps {
		st.live = map[string]bool{}
		st.leads(func(e edge, to *step) {
			if to.flow == f && e.to.flow == "" {
				before[to] = append(before[to], way{st, e.sets})
			}
		})
	}
	var note func(*step, string)
	note = func(st *step, name string) {
		if !st.live[name] {
			st.live[name] = true
			for _, w := range before[st] {
				if !saves(w.sets, name) {
					note(w.from, name)
				}
			}
		}
	}
	for _, r := range f.reads {
		if r.ref.origin == fromVar && !saves(r.given, r.ref.name) {
			note(r.step, r.ref.name)
		}
	}
}

// forget drops the variables that nothing after the step where the turn stops will read.
func (t *turn) forget(at *step) {
	for name := range t.st.Vars {
		if !at.live[name] && name != manyVar {
			t.own()
			delete(t.st.Vars, name)
		}
	}
	if len(t.st.Vars) == 0 {
		t.st.Vars = nil
	}
}
