package flows

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Cost is what one answer of a flow takes, up to a step that waits for somebody or ends the talk.
type Cost struct {
	Step     string
	Ends     bool
	Channel  Channel
	Langs    []Lang // two, where it is not known which of the line's is spoken
	Quiet    bool   // to a quiet phone
	Least    int    // segments, on the shortest way with nothing in the gaps
	Most     int    // segments, on the longest way with the longest values
	Letters  int    // of the longest: septets, or UTF-16 units where UCS2
	UCS2     bool
	Duration time.Duration // by voice: of the longest, at 150 words a minute
	Path     []string      // the longest way: how the turn begins, and the steps that say something
}

// Total is what it costs a worker by text to come to a step or an end on the shortest way, the word that starts the flow included, or the digits of a
// notice; the notice is not.
type Total struct {
	Step     string
	Notice   bool // by the digits of a notice that offers the items of a list
	Ends     bool
	Lang     Lang
	Sent     int // texts
	Received int // segments, at the longest
	Path     []string
}

// wordTime is how long one word takes to say.
const wordTime = time.Minute / 150

// Cost measures every answer of a flow, in every language; and by text what it takes to come there. The flow has to be in the set.
func (s *Set) Cost(name string) (turns []Cost, totals []Total) {
	f := s.flows[name]
	m := newSizes(s)
	all := newTurns(s, m)
	manners := []manner{}
	for _, g := range s.languages {
		manners = append(manners, manner{language: g, known: true})
	}
	if s.hasBilingual && len(s.languages) > 1 {
		manners = append(manners, manner{language: s.languages[0], second: s.languages[1]})
	}
	for _, by := range manners {
		plain := all.run(by, mostBudget).costs(f)
		turns = append(turns, plain...)
		if by.quiet = s.hasQuiet; !by.quiet {
			continue
		}
		for i, c := range all.run(by, mostBudget).costs(f) { // what is the same is told once
			if c.Letters != plain[i].Letters || c.Most != plain[i].Most {
				turns = append(turns, c)
			}
		}
	}
	for _, g := range s.languages {
		turns = append(turns, m.spoken(f, g)...)
		given, not := f.listGiven()
		totals = append(totals, all.totals(f, g, not, false)...)
		if len(given) > 0 {
			totals = append(totals, all.totals(f, g, given, true)...)
		}
	}
	return turns, totals
}

// costs are those of one manner of talking, in the order of the steps.
func (r *run) costs(f *flow) []Cost {
	var all []Cost
	for _, o := range r.stops(f) {
		if !o.total.is() {
			continue
		}
		o.run, o.total = r, o.total.unbroken()
		c := Cost{Step: o.name(), Ends: o.last != nil, Channel: Text, Langs: []Lang{r.language.lang}, Quiet: r.quiet, Letters: o.total.gsm}
		if c.Most, c.UCS2 = o.total.segments(); c.UCS2 {
			c.Letters = o.total.ucs
		}
		if r.second != nil {
			c.Langs = append(c.Langs, r.second.lang)
		}
		c.Least = needs(r.least(&o), gsmAlone, gsmPart, false)
		_, c.Path = o.path()
		all = append(all, c)
	}
	return all
}

// stops are the turns that may end in a flow, each with the most that is said until then; impossible where none does.
func (r *run) stops(f *flow) []overrun {
	var all []overrun
	for _, st := range f.steps {
		switch v := st.verb.(type) {
		case *ask:
			o := overrun{at: st, pose: r.pose(st, v), total: r.enter(st)}
			if o.total.is() {
				o.total = o.total.plus(o.pose)
			}
			all = append(all, o)
		case *wait:
			all = append(all, overrun{at: st, pose: empty(), total: r.enter(st)})
		}
		for i := range r.ends[f] {
			if a := &r.ends[f][i]; a.from == st || a.from == nil && a.began == st {
				all = append(all, overrun{last: a, total: r.base(a)})
			}
		}
	}
	return all
}

// stopsWithin are those of a flow and of all that it calls. Where one of those ends, whoever called it goes on.
func (r *run) stopsWithin(f *flow) []overrun {
	all := r.stops(f)
	for _, called := range f.callees() {
		for _, o := range r.stops(called) {
			if o.last == nil || !o.last.ends {
				all = append(all, o)
			}
		}
	}
	return all
}

// flow is the one in which a turn ends.
func (o *overrun) flow() *flow {
	if o.last == nil {
		return o.at.flow
	}
	return cmp.Or(o.last.from, o.last.began).flow
}

// name is the step at which a turn ends.
func (o *overrun) name() string {
	if o.last == nil {
		return o.at.name
	}
	return cmp.Or(o.last.from, o.last.began).name
}

// least is the fewest letters of a turn: on the shortest way, with nothing in the gaps and no choice shown that need not be.
func (r *run) least(o *overrun) int {
	known := map[*step]int{}
	var before func(*step) int
	over := func(a *arrow) int {
		if !r.goes(a) || a.through != nil || a.back != nil {
			return none
		}
		n := 0
		if a.from != nil {
			if n = before(a.from); n < 0 {
				return none
			}
			if v, ok := a.from.verb.(*say); ok {
				n += r.bare(v.words)
			}
		}
		for _, one := range a.says {
			n += r.bare(one.text)
		}
		return n
	}
	before = func(st *step) int {
		if n, ok := known[st]; ok {
			return n
		}
		known[st] = none
		fewest := none
		for i := range r.into[st.n] {
			if n := over(&r.into[st.n][i]); n >= 0 && (fewest < 0 || n < fewest) {
				fewest = n
			}
		}
		known[st] = fewest
		return fewest
	}
	if o.last != nil {
		return max(over(o.last), 0)
	}
	n := max(before(o.at), 0)
	if a, ok := o.at.verb.(*ask); ok {
		n += r.bare(a.words) + r.bare(a.after)
		if q, ok := a.question.(*numbered); ok && !q.printed {
			for _, c := range q.choices {
				if c.when == nil {
					n += r.bare(c.label)
				}
			}
		}
	}
	return n
}

// bare is how many letters a text has besides its gaps.
func (r *run) bare(x *text) int {
	if x == nil {
		return 0
	}
	t, _ := r.sizes.pick(x, r.language, Text, r.quiet)
	if t == nil {
		return 0
	}
	least := -1
	for _, one := range t.variants() {
		n := 0
		for _, p := range one.parts {
			n += len([]rune(p.words))
		}
		if least < 0 || n < least {
			least = n
		}
	}
	return max(least, 0)
}

// spoken measures what a caller hears until something is waited for, in the order of the steps.
func (m *sizes) spoken(f *flow, g *language) []Cost {
	type heard struct {
		time time.Duration
		path []string
	}
	lang := g.lang
	supposed := supposed{channel: Voice, lang: &lang}
	preds := map[*step][]*step{}
	for _, st := range f.steps {
		for i, e := range st.ways() {
			if !e.waits && !e.call && e.channel != Text && e.to != nil && e.to.step != nil && e.to.step.flow == f && supposed.takes(st, i) {
				preds[e.to.step] = append(preds[e.to.step], st)
			}
		}
	}
	known := map[*step]heard{}
	var until func(*step) heard
	until = func(st *step) heard {
		if h, ok := known[st]; ok {
			return h
		}
		known[st] = heard{}
		var longest heard
		for _, p := range preds[st] {
			if h := until(p); h.time > longest.time {
				longest = h
			}
		}
		if d := m.saying(st, g); d > 0 {
			longest = heard{longest.time + d, append(slices.Clip(longest.path), st.name)}
		}
		known[st] = longest
		return longest
	}
	var all []Cost
	for _, st := range f.steps {
		_, asks := st.verb.(*ask)
		ends := slices.ContainsFunc(st.ways(), func(e edge) bool { return !e.waits && e.channel != Text && e.to != nil && e.to.step == nil })
		if h := until(st); h.time > 0 && (asks || ends) {
			all = append(all, Cost{Step: st.name, Ends: !asks, Channel: Voice, Langs: []Lang{g.lang}, Duration: h.time, Path: h.path})
		}
	}
	return all
}

// saying is how long a step talks.
func (m *sizes) saying(st *step, g *language) time.Duration {
	words := func(x *text) int {
		if x == nil {
			return 0
		}
		t, in := m.pick(x, g, Voice, false)
		return m.words(st.flow, t, in)
	}
	switch v := st.verb.(type) {
	case *say:
		return v.pause + time.Duration(words(v.words))*wordTime
	case *ask:
		if v.voice != nil {
			return 0
		}
		n := words(v.words) + words(v.after)
		press := 1 + m.words(nil, unfilled(g.press), g)
		switch q := v.question.(type) {
		case *numbered:
			for _, c := range q.choices {
				n += words(c.label) + press
			}
			if q.list != nil {
				n += mostOptions * (words(q.label) + press)
			}
		case *confirm:
			n += words(q.yes) + words(q.no) + 2*press
		}
		return time.Duration(n) * wordTime
	}
	return 0
}

// totals follows answers from the word that starts a flow, or from the digits of a notice, the shortest way first. begins is what is so in the first turn.
func (t *turns) totals(f *flow, g *language, begins map[string]any, notice bool) []Total {
	best, callers := map[string]Total{}, map[*flow]int{}
	for _, in := range append(f.callees(), f) {
		for _, st := range in.steps {
			if v, ok := st.verb.(*call); ok {
				callers[v.into.step.flow]++
			}
		}
	}
	type stand struct {
		at    *step // nil: before the first text
		total Total
	}
	open := []stand{{nil, Total{Lang: g.lang, Notice: notice}}}
	for len(open) > 0 {
		here := open[0]
		open = open[1:]
		r := t.run(manner{language: g, known: true}, mostBudget)
		if r.only = (&beginning{f, here.at, callers}); here.at == nil {
			r.supposed.terms = begins
		}
		for _, o := range r.stopsWithin(f) {
			if !o.total.is() {
				continue
			}
			n, _ := o.total.unbroken().segments()
			name := o.name()
			if in := o.flow(); in != f {
				name = in.name + ": " + name
			}
			next := Total{Step: name, Notice: notice, Ends: o.last != nil, Lang: g.lang, Sent: here.total.Sent + 1, Received: here.total.Received + n,
				Path: append(slices.Clip(here.total.Path), name)}
			key := next.Step
			if next.Ends {
				key += "."
			}
			if old, ok := best[key]; ok && (old.Sent < next.Sent || old.Received <= next.Received) {
				continue
			}
			best[key] = next
			if o.last == nil {
				open = append(open, stand{o.at, next})
			}
		}
	}
	all := slices.Collect(maps.Values(best))
	slices.SortFunc(all, func(a, b Total) int {
		return cmp.Or(cmp.Compare(a.Sent, b.Sent), cmp.Compare(a.Received, b.Received), strings.Compare(a.Step, b.Step))
	})
	return all
}

// beginning is where the only turns begin that count.
type beginning struct {
	flow *flow
	at   *step // nil: with the word that starts the flow

	callers map[*flow]int // how many steps call each flow
}
