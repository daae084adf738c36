package flows

// bounds are how long the values of variables may be, by flow and by name or name.field: no longer than what is saved under them.
type bounds map[*flow]map[string]int

// of is how long, or how large, what a name stands for may be.
func (b bounds) of(f *flow, r *ref) int {
	if r.origin == fromVar {
		if most, ok := b[f][r.key()]; ok {
			return most
		}
	}
	return mostOf(r.shape)
}

func (r *ref) key() string {
	if r.field != "" {
		return r.name + "." + r.field
	}
	return r.name
}

func mostOf(s Shape) int {
	switch {
	case s.Type == TypeTime || s.Type == TypeFlag:
		return 0
	case s.Most > 0:
		return s.Most
	case s.Type == TypeNumber:
		return mostNumber
	case s.Type == TypeCode:
		return mostDigits
	case s.Type == TypeList:
		return mostOptions
	}
	return mostLetters
}

// newBounds follows what is saved and handed over until nothing grows any more.
func newBounds(s *Set) bounds {
	b := bounds{}
	for _, f := range s.order {
		b[f] = map[string]int{}
	}
	for grown := true; grown; {
		grown = false
		grow := func(f *flow, name string, most int) {
			if old, ok := b[f][name]; !ok || most > old {
				b[f][name], grown = most, true
			}
		}
		for _, f := range s.order {
			for _, st := range f.steps {
				for _, e := range st.ways() {
					v, isCall := st.verb.(*call)
					for _, one := range e.sets {
						if isCall {
							grow(f, one.name, b[v.into.step.flow][one.name])
						} else {
							b.save(f, one, grow)
						}
					}
					if e.to != nil && e.to.step != nil {
						for _, a := range e.to.with {
							grow(e.to.step.flow, a.name, b.from(f, a.value))
						}
					}
				}
			}
		}
	}
	return b
}

// save notes how long a variable may get where it is saved.
func (b bounds) save(f *flow, v saved, grow func(*flow, string, int)) {
	shape := v.shape
	switch {
	case v.from == nil:
	case v.item:
		shape = itemOf(v.from.shape)
	case v.from.shape.Type == TypeItem && v.from.ref != nil:
		shape = v.from.ref.shape
	default:
		grow(f, v.name, b.from(f, v.from))
		return
	}
	for field, one := range shape.Fields {
		grow(f, v.name+"."+field, mostOf(one))
	}
	grow(f, v.name, mostOf(shape))
}

// from is how long what an expression gives may be.
func (b bounds) from(f *flow, e *expression) int {
	switch {
	case e.ref != nil && e.ref.origin == fromVar:
		return b[f][e.ref.key()] // nothing yet: what it is saved from is still to be followed
	case e.ref != nil:
		return mostOf(e.ref.shape)
	case e.constant != nil && e.shape.Type == TypeNumber:
		return int(e.constant.Num)
	case e.constant != nil:
		return len([]rune(e.constant.Text))
	}
	return mostOf(e.shape)
}
