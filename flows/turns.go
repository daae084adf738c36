package flows

import "cmp"

// What a turn by text may say is followed forward: from what begins a turn, over the steps that nobody has to answer, to where
// somebody is waited for or the talk ends. Without waiting there are no circles (checkCycles), so each step is measured once for
// each way of talking, however many paths lead to it.

// arrow is one way on which a turn comes to a step, or to the end of a talk.
type arrow struct {
	from    *step // whose words come before; nil: here a turn begins
	to      *step // nil: the talk ends
	began   *step // where it begins: who is waited for there
	why     string
	says    []aside // what is said on the way
	rung    *rung   // of a branch: the condition
	above   []rung  // of a branch: those that do not hold
	through *flow   // a flow that is called, and ends without having asked anything
	back    *flow   // a flow that was called and ends behind an answer

	first  bool // it begins out of the blue
	known  bool // only with a language chosen
	effect bool // an effect was done, which may have found out the language
	chosen bool // an answer that chooses the language, where it was not known which of two is spoken
	alone  bool // only on a line of one language
	leaves bool // into a flow, from which nobody comes back here
	ends   bool // at an end, from which who called the flow goes on
}

// aside is what is said between steps.
type aside struct {
	text *text
	flow *flow // whose variables it tells; nil: a phrase
	at   *flow // in which a phrase is said; nil: in none
	both bool  // in two languages, where it is not known which
	lost bool  // said before the word that chose the language, so perhaps in another
	asks *flow // of a question that may be put in two languages; then this is left out

	pattern func(*language) *template // of the language itself, instead of a text
	gaps    func(*language) size      // what its gaps take
}

// turns are all the ways that turns by text may go.
type turns struct {
	set   *Set
	sizes *sizes
	into  [][]arrow         // by the number of the step that they lead to
	ends  map[*flow][]arrow // nil: those that are of no flow
	out   [][]arrow         // all of them, by the number of the step that they come from or begin at
	open  [2][]bool         // by number: where a talk may stand whose language is not known: on a line of one, and of more
}

func newTurns(s *Set, m *sizes) *turns {
	t := &turns{set: s, sizes: m, into: make([][]arrow, s.steps), ends: map[*flow][]arrow{}, out: make([][]arrow, s.steps)}
	door := s.flows[doorFlow]
	t.add(arrow{to: door.steps[0], why: "a first text", first: true, leaves: true})
	for _, f := range s.order {
		if len(f.starts) > 0 {
			t.add(arrow{to: f.steps[0], why: f.starts[0].word, known: true, leaves: true})
		} else if f.notice != nil {
			t.add(arrow{to: f.steps[0], why: "an answer to a notice", known: true, leaves: true})
		}
	}
	for _, name := range []string{"help", "late", "resume", "giveup", "unrecorded", "unsure"} {
		t.add(arrow{why: "phrase " + name, says: []aside{t.phrase(name, name != "help", nil)}})
	}
	written := s.reached(Text)
	s.each(func(st *step) {
		if written[arrival{st, false}] {
			t.from(st)
		}
	})
	for i, second := range []*language{nil, s.languages[0]} {
		t.open[i] = t.run(manner{language: s.languages[0], second: second}, mostBudget).stands()
	}
	return t
}

// stands are the steps that a talk may come to from the door in this manner.
func (r *run) stands() []bool {
	seen := make([]bool, r.set.steps)
	var visit func(*step)
	visit = func(st *step) {
		if seen[st.n] {
			return
		}
		seen[st.n] = true
		for i := range r.out[st.n] {
			if a := &r.out[st.n][i]; a.to != nil && r.goes(a) {
				visit(a.to)
			}
		}
	}
	visit(r.set.flows[doorFlow].steps[0])
	return seen
}

func (t *turns) phrase(name string, both bool, at *flow) aside {
	return aside{text: t.set.phrases[name], both: both, at: at}
}

func (t *turns) add(a arrow) {
	if at := cmp.Or(a.from, a.began); at != nil {
		t.out[at.n] = append(t.out[at.n], a)
	}
	switch {
	case a.to != nil:
		t.into[a.to.n] = append(t.into[a.to.n], a)
	case a.from != nil:
		t.ends[a.from.flow] = append(t.ends[a.from.flow], a)
	case a.began != nil:
		t.ends[a.began.flow] = append(t.ends[a.began.flow], a)
	default:
		t.ends[nil] = append(t.ends[nil], a)
	}
}

// lead adds an arrow to where a target leads.
func (t *turns) lead(a arrow, to *target) {
	if to == nil {
		return
	}
	a.to, a.leaves, a.ends = to.step, to.flow != "", to.step == nil
	t.add(a)
}

// from adds all arrows that leave a step.
func (t *turns) from(st *step) {
	switch v := st.verb.(type) {
	case *say:
		t.lead(arrow{from: st}, v.then)
	case *remember:
		t.lead(arrow{from: st}, v.then)
	case *do:
		for _, outcome := range v.outcomes {
			t.lead(arrow{from: st, effect: true}, v.on[outcome])
		}
	case *branch:
		for i := range v.rungs {
			t.lead(arrow{from: st, rung: &v.rungs[i], above: v.rungs[:i]}, v.rungs[i].then)
		}
	case *handOver:
		t.lead(arrow{from: st}, v.text)
	case *call:
		f := v.into.step.flow
		t.add(arrow{from: st, to: f.steps[0], leaves: true})
		t.lead(arrow{from: st, through: f}, v.then)
		t.lead(arrow{began: st, why: "the end of " + f.name, back: f}, v.then)
	case *wait:
		t.lead(arrow{began: st, why: "time passing"}, v.then)
		t.lead(arrow{began: st, why: "a text"}, v.heard)
	case *ask:
		t.fromAsk(st, v)
	}
}

// fromAsk adds what an answer leads to, whatever it is; and the way past a question that has nothing to offer.
func (t *turns) fromAsk(st *step, a *ask) {
	q, isNumbered := a.question.(*numbered)
	for _, e := range a.question.edges(a) {
		if e.waits && e.channel != Voice {
			t.lead(arrow{began: st, why: e.why, chosen: isNumbered && a.bilingual, known: isNumbered && q.languages}, e.to)
		}
	}
	t.lead(arrow{began: st, why: "other words"}, a.other)
	t.add(arrow{began: st, to: st, why: "again"})
	t.amiss(st, a)
	if f := t.set.flows[apartFlow]; f != nil && a.keepsApart() {
		t.add(arrow{began: st, to: st, why: "a sentence", through: f})
	}
	t.giveup(arrow{began: st, why: "too many wrong answers"}, a)
	if a.lapse != nil {
		t.lead(arrow{began: st, why: "time passing"}, a.lapse.then)
		if a.lapse.nudge != nil {
			t.add(arrow{began: st, why: "the nudge", says: []aside{{text: a.lapse.nudge, flow: st.flow}}})
		}
	}
	switch q := a.question.(type) {
	case *confirm:
		t.left(st, q)
	case *numbered:
		if q.languages {
			t.lead(arrow{from: st, alone: true}, a.then)
		} else if q.list != nil || q.mayBeEmpty() {
			t.giveup(arrow{from: st}, a)
		}
	}
}

// mayBeEmpty says whether none of the choices may be offered.
func (q *numbered) mayBeEmpty() bool {
	for _, c := range q.choices {
		if c.when == nil {
			return false
		}
	}
	return true
}

func (t *turns) giveup(a arrow, of *ask) {
	if of.giveup.wrong != nil {
		t.lead(a, of.giveup.wrong)
		return
	}
	a.says = []aside{t.phrase("giveup", true, cmp.Or(a.from, a.began).flow)}
	t.add(a)
}

// amiss adds what is said after a wrong answer, as amiss says it.
func (t *turns) amiss(st *step, a *ask) {
	wrong, again := aside{text: a.wrong, flow: st.flow}, arrow{began: st, to: st, why: "a wrong answer"}
	switch a.question.(type) {
	case *free:
		if a.wrong != nil {
			wrong.both, again.to = a.bilingual, nil
		}
	case *confirm:
		if a.wrong == nil {
			wrong = t.phrase("renewed", false, st.flow)
		}
	case *numbered:
		if a.wrong == nil {
			wrong = t.phrase("wrong", false, st.flow)
		}
		if a.bilingual {
			wrong.asks = st.flow
		}
	}
	again.says = []aside{wrong}
	if a.wrong == nil {
		for _, one := range t.why(st.flow, a) {
			again.says = []aside{one}
			t.add(again)
		}
	}
	again.says = []aside{wrong}
	t.add(again)
}

// why is what a question says by itself of an answer that was none, or not all.
func (t *turns) why(f *flow, a *ask) []aside {
	switch q := a.question.(type) {
	case *number:
		return []aside{{
			at:      f,
			pattern: func(g *language) *template { return g.between[Text] },
			gaps: func(g *language) size {
				return t.sizes.of(g.digitsOf(int64(q.least), Text)).plus(t.sizes.of(g.digitsOf(int64(q.most), Text)))
			},
		}}
	case *when:
		var all []aside
		for name := range asks() {
			all = append(all, aside{
				at:      f,
				pattern: func(g *language) *template { return g.clock.reads.ask[name][Text] },
				gaps: func(g *language) size {
					day := t.sizes.one(nil, part{ref: &ref{shape: Shape{Type: TypeTime}}, format: "day"}, g)
					return day.plus(day).plus(t.sizes.of(" 2026 2026")) // a year, where it is another
				},
			})
		}
		return all
	}
	return nil
}

// left adds what is said to who goes elsewhere from a read-back.
func (t *turns) left(st *step, q *confirm) {
	says := []aside{{text: q.left, flow: st.flow}}
	if q.left == nil {
		return
	}
	t.add(arrow{began: st, to: t.set.flows[doorFlow].steps[0], why: "MENU", says: says, leaves: true})
	for _, f := range t.set.order {
		if len(f.starts) > 0 {
			says := []aside{{text: q.left, flow: st.flow, lost: true}}
			t.add(arrow{began: st, to: f.steps[0], why: f.starts[0].word, says: says, known: true, leaves: true})
		}
	}
}

// run measures the turns of one manner, through steps whose budget is no larger than the level.
type run struct {
	*turns
	manner
	level    int
	first    bool       // only what begins out of the blue
	only     *beginning // only turns that begin so; nil: all
	within   *flow
	whole    bool   // within a flow: from its first step to its ends, and not from answers in it
	entered  []memo // by the number of the step
	inner    map[innerRun]size
	unsure   map[*step]size // at an effect, while the language was not known yet
	supposed supposed
	open     []bool // by number: where a turn of this manner may begin; nil: anywhere
}

// memo is what was measured before a step, once it was.
type memo struct {
	size  size
	known bool
}

type innerRun struct {
	flow  *flow
	whole bool
}

func (t *turns) run(m manner, level int) *run {
	r := &run{turns: t, manner: m, level: level, inner: map[innerRun]size{}, supposed: supposed{channel: Text}}
	lang := Lang("")
	if m.known {
		lang = m.language.lang
	}
	r.supposed.lang = &lang
	switch {
	case m.second != nil && (r.also() == nil || m.second.partial != nil): // what is asked in one language leaves open which is spoken
		r.open = r.stands()
	case m.second != nil:
		r.open = t.open[1]
	case !m.known:
		r.open = t.open[0]
	}
	return r
}

// enter is what was said before a step, each line with its end.
func (r *run) enter(st *step) size {
	if r.entered == nil {
		r.entered = make([]memo, r.set.steps)
	}
	if before := &r.entered[st.n]; before.known {
		return before.size
	}
	r.entered[st.n] = memo{impossible(), true}
	s := impossible()
	if st.segments <= r.level {
		if r.whole && st == r.within.steps[0] {
			s = empty()
		}
		for i := range r.into[st.n] {
			s = s.or(r.base(&r.into[st.n][i]))
		}
	}
	r.entered[st.n].size = s
	return s
}

// base is all that is said on an arrow, and before it.
func (r *run) base(a *arrow) size {
	if !r.goes(a) {
		return impossible()
	}
	s := empty()
	switch {
	case a.from != nil:
		s = r.enter(a.from)
		if before, was := r.unsure[a.from]; was && a.effect && r.known {
			s = s.or(before)
		}
	case a.back != nil:
		s = r.through(a.back, false)
	}
	if !s.is() {
		return s
	}
	return s.plus(r.on(a))
}

// on is what is said from the words of the step that an arrow comes from until it leads anywhere.
func (r *run) on(a *arrow) size {
	s := empty()
	if a.from != nil {
		if v, ok := a.from.verb.(*say); ok {
			s = r.aside(aside{text: v.words, flow: a.from.flow, both: v.bilingual})
		}
	}
	if a.through != nil {
		s = s.plus(r.through(a.through, true))
	}
	for _, one := range a.says {
		s = s.plus(r.aside(one))
	}
	return s
}

// goes says whether an arrow can be taken in this run.
func (r *run) goes(a *arrow) bool {
	switch {
	case r.first && a.from == nil && !a.first, a.known && !r.known, a.alone && r.second != nil, a.chosen && r.bothIn(a.began.flow):
		return false
	case a.from == nil && len(a.says) > 0 && a.says[0].flow != nil && a.began.segments > r.level: // the step's own words
		return false
	case r.only != nil && a.from == nil && !r.only.starts(a):
		return false
	case a.began != nil && r.open != nil && !r.open[a.began.n]:
		return false
	case r.within != nil && (a.leaves || a.from == nil && (r.whole || a.began == nil || a.began.flow != r.within)):
		return false
	case a.rung == nil:
		return true
	}
	for _, above := range a.above {
		if r.supposed.decide(above.condition) == surely {
			return false
		}
	}
	return r.supposed.decide(a.rung.condition) != never
}

// through is what a flow that is called says until it ends: from its first step, or from an answer in it.
func (r *run) through(f *flow, whole bool) size {
	key := innerRun{f, whole}
	if known, ok := r.inner[key]; ok {
		return known
	}
	in := r.turns.run(r.manner, r.level)
	in.within, in.whole, in.inner, in.only = f, whole, r.inner, r.only
	s := impossible()
	for i := range r.ends[f] {
		if a := &r.ends[f][i]; a.ends {
			s = s.or(in.base(a))
		}
	}
	r.inner[key] = s
	return s
}

// aside is the size of what is said between steps.
func (r *run) aside(x aside) size {
	switch {
	case x.asks != nil && r.bothIn(x.asks):
		return empty()
	case x.pattern != nil:
		g := r.set.writer(r.told(x.at))
		return r.sizes.template(nil, x.pattern(g), g).plus(x.gaps(g)).line()
	}
	s := r.sizes.text(x.flow, x.text, r.told(cmp.Or(x.flow, x.at)), r.quiet).line()
	if x.lost {
		for _, g := range r.set.languages {
			s = s.or(r.sizes.text(x.flow, x.text, g, r.quiet).line())
		}
	}
	if other := r.owned(x.text); x.both && other != nil {
		s = s.plus(r.sizes.text(x.flow, x.text, other, r.quiet).line())
	}
	return s
}
