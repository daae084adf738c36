package flows

// traces follows what is saved under some variables into all that is made of it: by set, by what is handed to other flows, and by
// what these give back. Numbers and flags that were worked out from it are not it any more.
type traces map[*flow]map[string]bool

// trace begins with what a way on saves that is one of the sources.
func trace(s *Set, source func(*step, edge, saved) bool) traces {
	t := traces{}
	for _, f := range s.order {
		t[f] = map[string]bool{}
	}
	grown := true
	mark := func(f *flow, name string) {
		if !t[f][name] {
			t[f][name], grown = true, true
		}
	}
	for grown {
		grown = false
		s.each(func(st *step) {
			for _, e := range st.ways() {
				t.along(st, e, source, mark)
			}
		})
	}
	return t
}

// along follows one way on.
func (t traces) along(st *step, e edge, source func(*step, edge, saved) bool, mark func(*flow, string)) {
	v, isCall := st.verb.(*call)
	for _, one := range e.sets {
		switch {
		case source(st, e, one), one.from != nil && t.in(st.flow, one.from):
			mark(st.flow, one.name)
		case isCall && v.into.step != nil && t[v.into.step.flow][one.name]:
			mark(st.flow, one.name)
		}
	}
	if e.to == nil || e.to.step == nil {
		return
	}
	for _, a := range e.to.with {
		if t.in(st.flow, a.value) {
			mark(e.to.step.flow, a.name)
		}
	}
}

// in says whether an expression gives something of what is traced.
func (t traces) in(f *flow, e *expression) bool {
	if e == nil || (e.shape.Type == TypeFlag || e.shape.Type == TypeNumber) && e.ref == nil {
		return false
	}
	if e.ref != nil {
		return e.ref.origin == fromVar && t[f][e.ref.name]
	}
	for _, r := range e.refs {
		if r.origin == fromVar && t[f][r.name] {
			return true
		}
	}
	return false
}

// waits says whether a flow, or one that it calls, may wait for somebody.
func (f *flow) waits() bool {
	if f.waited == passingUnknown {
		f.waited = passingYes
		if f.asks() {
			f.waited = passingAsked
		}
	}
	return f.waited == passingAsked
}

func (f *flow) asks() bool {
	for _, st := range f.steps {
		switch v := st.verb.(type) {
		case *ask, *wait, *handOver:
			return true
		case *call:
			if v.into.step != nil && v.into.step.flow.waits() {
				return true
			}
		}
	}
	return false
}
