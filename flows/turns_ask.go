package flows

// pose is all that a question says by text, each line with its end.
func (r *run) pose(st *step, a *ask) size {
	line := func(x *text) size { return r.aside(aside{text: x, flow: st.flow}) }
	both := a.bilingual && r.bothIn(st.flow)
	switch q := a.question.(type) {
	case *free:
		if both {
			return r.aside(aside{text: a.words, flow: st.flow, both: true}).plus(r.together(st.flow, a.after))
		}
	case *confirm:
		s := line(a.words).plus(line(a.after))
		for _, label := range []*text{q.yes, q.no} {
			s = s.plus(r.option(st.flow, label, r.told(st.flow), 2))
		}
		return s
	case *numbered:
		if both {
			return r.offerBoth(st, a, q)
		}
		s := line(a.words).plus(line(a.after))
		if !q.printed {
			s = s.plus(r.offer(st, q))
		}
		if g := r.second; a.bilingual && g != nil && r.also() == nil && g.covers(st.flow.name) {
			s = s.plus(r.sizes.of(g.offer).line())
		}
		return s
	}
	return line(a.words).plus(line(a.after))
}

// offer is the largest list of options that a question may print.
func (r *run) offer(st *step, q *numbered) size {
	s := empty()
	switch {
	case q.languages:
		for _, g := range r.set.languages[:min(len(r.set.languages), mostOptions)] {
			s = s.plus(r.filled(r.told(st.flow).choice, 1, r.sizes.of(g.marks.written(g.name))).line())
		}
		return s
	case q.list != nil:
		one := r.option(st.flow, q.label, r.told(st.flow), 1)
		for range min(mostOptions, r.listed(st.flow, q)) {
			s = s.plus(one)
		}
		return s
	}
	s = impossible()
	for _, set := range q.shown(r.supposed) {
		s = s.or(r.choices(st.flow, q, set, r.told(st.flow), 0))
	}
	return s
}

// listed is how many items an each may have.
func (r *run) listed(f *flow, q *numbered) int {
	if q.list.ref == nil {
		return mostOptions
	}
	return r.sizes.bounds.of(f, q.list.ref)
}

// offerBoth is the greeting in two languages, numbered through.
func (r *run) offerBoth(st *step, a *ask, q *numbered) size {
	asked := r.aside(aside{text: a.words, flow: st.flow, both: true}).plus(r.together(st.flow, a.after))
	s := impossible()
	for _, set := range q.shown(r.supposed) {
		n := 0
		for i := range q.choices {
			n += int(set >> i & 1)
		}
		s = s.or(r.choices(st.flow, q, set, r.told(st.flow), 0).plus(r.choices(st.flow, q, set, r.second, n)))
	}
	return asked.plus(s)
}

// choices is the size of some choices: as many lines, or parts of one line with as many spaces.
func (r *run) choices(f *flow, q *numbered, set uint, g *language, before int) size {
	s := empty()
	for i, c := range q.choices {
		if set>>i&1 == 1 {
			before++
			s = s.plus(r.option(f, c.label, g, shownNumber(before)))
		}
	}
	return s
}

// option is one line of a list, with a key of so many digits.
func (r *run) option(f *flow, label *text, g *language, digits int) size {
	return r.filled(g.choice, digits, r.sizes.text(f, label, g, r.quiet)).line()
}

// filled is a pattern with its key and its label.
func (r *run) filled(pattern *template, digits int, label size) size {
	s := empty()
	if pattern == nil {
		return s
	}
	for _, p := range pattern.parts {
		switch {
		case p.path == nil:
			s = s.plus(r.sizes.of(p.words))
		case p.path[0] == "key":
			s = s.more(digits)
		default:
			s = s.plus(label)
		}
	}
	return s
}

// together is a short text in two languages on one line; the same words only once.
func (r *run) together(f *flow, x *text) size {
	if x == nil {
		return empty()
	}
	one, _ := r.sizes.pick(x, r.told(f), Text, r.quiet)
	other, _ := r.sizes.pick(x, r.second, Text, r.quiet)
	a, plainA := one.plain()
	b, plainB := other.plain()
	s := r.sizes.text(f, x, r.told(f), r.quiet)
	if !(plainA && plainB && a == b) {
		s = s.more(1).plus(r.sizes.text(f, x, r.second, r.quiet))
	}
	return s.line()
}
