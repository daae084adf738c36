package flows

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// firstBudget is what the first text that a stranger gets may take, whatever a step asks for.
const firstBudget = 2

// checkSegments finds turns by text that may take more segments than their steps allow, on any path, in any language, with the
// longest values. It looks only at sets without circles, in which every turn comes to an end.
func checkSegments(s *Set, found *findings) {
	if found.errors > 0 {
		return
	}
	c := costliest{set: s, worst: map[place]overrun{}, turns: newTurns(s, s.measure()), scratch: make([]memo, s.steps)}
	levels := []int{mostSegments}
	s.each(func(st *step) {
		if st.segments > mostSegments {
			levels = append(levels, st.segments)
		}
		switch st.verb.(type) {
		case *ask, *wait:
			c.stops = append(c.stops, st)
		case *do:
			c.effects = append(c.effects, st)
		}
	})
	slices.Sort(levels)
	levels = slices.Compact(levels)
	for _, quiet := range s.quietness() {
		for _, level := range levels {
			c.all(quiet, level, false)
		}
		c.all(quiet, mostBudget, true)
	}
	c.report(found)
}

// quietness is false, and true as well where a set has words for quiet phones.
func (s *Set) quietness() []bool {
	if s.hasQuiet {
		return []bool{false, true}
	}
	return []bool{false}
}

// costliest gathers the turns that take too much, the worst for each place.
type costliest struct {
	set     *Set
	turns   *turns
	worst   map[place]overrun
	stops   []*step // where somebody is waited for
	effects []*step
	scratch []memo // of one run after the other
}

// overrun is a turn that takes more than it may.
type overrun struct {
	run    *run
	last   *arrow // it ends on this, or
	at     *step  // at this step
	pose   size
	total  size
	budget int
	n      int
}

// all measures the turns in every language, and in every two where it is not known which is spoken.
func (c *costliest) all(quiet bool, level int, first bool) {
	unsure := map[*step]size{}
	look := func(m manner) *run {
		r := c.turns.run(m, level)
		r.first, r.unsure, r.entered = first, unsure, c.scratch
		clear(c.scratch)
		c.look(r)
		return r
	}
	for _, g := range c.set.languages {
		if g.callsOnly || !g.covers(doorFlow) {
			continue
		}
		for _, second := range c.seconds(g) {
			r := look(manner{language: g, second: second, quiet: quiet})
			for _, st := range c.effects {
				s := r.enter(st)
				if old, ok := unsure[st]; ok {
					s = s.or(old)
				}
				unsure[st] = s
			}
		}
	}
	for _, g := range c.set.languages { // of one for calls only, in the words of those that it falls back on
		if g.partial != nil && len(g.partial.complete) == 0 {
			continue // all that it is told is measured in those
		}
		look(manner{language: g, known: true, quiet: quiet})
	}
}

// seconds are the languages that may stand second on a line: none, and if anything is said in two, all others.
func (c *costliest) seconds(g *language) []*language {
	all := []*language{nil}
	if !c.set.hasBilingual {
		return all
	}
	for _, other := range c.set.languages {
		if other != g && !other.callsOnly && other.covers(doorFlow) {
			all = append(all, other)
		}
	}
	return all
}

// look compares every turn of a run with its budget.
func (c *costliest) look(r *run) {
	budget := r.level
	if r.first {
		budget = firstBudget
	}
	weigh := func(o overrun, at place) {
		if !o.total.is() {
			return
		}
		o.total = o.total.unbroken()
		if o.n, _ = o.total.segments(); o.n <= budget {
			return
		}
		o.run, o.budget = r, budget
		if old, ok := c.worst[at]; !ok || o.n > old.n || o.n == old.n && o.total.any > old.total.any {
			c.worst[at] = o
		}
	}
	for _, st := range c.stops {
		switch v := st.verb.(type) {
		case *ask:
			if before := r.enter(st); before.is() {
				pose := r.pose(st, v)
				weigh(overrun{at: st, pose: pose, total: before.plus(pose)}, st.at)
			}
		case *wait:
			weigh(overrun{at: st, pose: empty(), total: r.enter(st)}, st.at)
		}
	}
	for _, f := range append([]*flow{nil}, c.set.order...) {
		ends := r.ends[f]
		for i := range ends {
			a := &ends[i]
			at := place{file: wordsFile}
			switch {
			case a.from != nil:
				at = a.from.at
			case a.began != nil:
				at = a.began.at
			case f == nil:
				at = a.says[0].text.at
			}
			weigh(overrun{last: a, total: r.base(a)}, at)
		}
	}
}

// report tells each place's worst, with the way there.
func (c *costliest) report(found *findings) {
	for _, o := range c.worst {
		r := *o.run
		r.entered, r.inner, o.run = nil, map[innerRun]size{}, &r // others have measured with its memory since
		said, names := o.path()
		at, letter := o.run.culprit(said)
		why := o.run.tongue()
		if _, ucs2 := o.total.segments(); ucs2 && letter != "" {
			why += ", " + letter
		}
		advice := "say it shorter, or in several turns"
		if o.run.first {
			advice = "it is the first that a stranger gets, so say it shorter"
		}
		found.violate(ruleSegments, at, "the text may take %d segments and %d are allowed: %s (%s); it is up to %s too long: %s",
			o.n, o.budget, strings.Join(names, ", "), why, letters(o.total.over(o.budget)), advice)
	}
}

func letters(n int) string {
	if n == 1 {
		return "1 letter"
	}
	return fmt.Sprintf("%d letters", n)
}

// tongue tells the manner in words.
func (m manner) tongue() string {
	name := m.language.name
	if m.second != nil {
		name += " and " + m.second.name
	}
	if m.quiet {
		name += ", to a quiet phone"
	}
	return name
}

// utterance is a text as it is told on a path.
type utterance struct {
	text *text
	flow *flow
	step *step
	in   *language
}

// path walks back from where a turn ends, always on the arrow on which most was said; it gives what is said, and the names of the
// steps that say anything.
func (o *overrun) path() (said []utterance, names []string) {
	r, behind, at := o.run, empty(), o.at
	name := func(st *step) {
		if st != nil && (len(names) == 0 || names[0] != st.name) {
			names = slices.Insert(names, 0, st.name)
		}
	}
	cross := func(a *arrow) {
		for _, one := range a.says {
			said = append(said, r.both(one, a.began)...)
		}
		if a.from == nil && a.why != "" {
			names = slices.Insert(names, 0, a.why)
		}
		if a.from != nil {
			if v, ok := a.from.verb.(*say); ok {
				said = append(said, r.both(aside{text: v.words, flow: a.from.flow, both: v.bilingual}, a.from)...)
				name(a.from)
			}
		}
		behind, at = r.on(a).plus(behind), a.from
	}
	if o.last != nil {
		cross(o.last)
	} else {
		name(at)
		if v, ok := at.verb.(*ask); ok {
			said = append(said, r.posed(at, v)...)
		}
		behind = o.pose
	}
	for at != nil {
		var best *arrow
		most, length := -1, -1
		for i := range r.into[at.n] {
			a := &r.into[at.n][i]
			base := r.base(a)
			if !base.is() {
				continue
			}
			total := base.plus(behind).unbroken()
			if n, _ := total.segments(); n > most || n == most && total.any > length {
				best, most, length = a, n, total.any
			}
		}
		if best == nil {
			break // it came from before the language was known
		}
		cross(best)
	}
	return said, names
}

func (r *run) both(x aside, at *step) []utterance {
	if x.text == nil { // nothing, or a pattern of the language itself
		return nil
	}
	all := []utterance{{x.text, x.flow, at, r.told(cmp.Or(x.flow, x.at))}}
	if other := r.owned(x.text); x.both && other != nil {
		all = append(all, utterance{x.text, x.flow, at, other})
	}
	return all
}

// posed is every text that a question says.
func (r *run) posed(st *step, a *ask) []utterance {
	texts := []*text{a.words, a.after}
	switch q := a.question.(type) {
	case *numbered:
		texts = append(texts, q.label)
		for _, c := range q.choices {
			texts = append(texts, c.label)
		}
	case *confirm:
		texts = append(texts, q.yes, q.no)
	}
	var all []utterance
	for _, x := range texts {
		all = append(all, r.both(aside{text: x, flow: st.flow, both: a.bilingual}, st)...)
	}
	return all
}

// culprit finds the text to look at: the one with a character outside GSM-7, or else the longest.
func (r *run) culprit(said []utterance) (at place, letter string) {
	longest := -1
	for _, u := range said {
		t, g := r.sizes.pick(u.text, u.in, Text, r.quiet)
		s := r.sizes.template(u.flow, t, g)
		if t != nil && s.any > longest {
			at, longest = t.at(u.text), s.any
		}
	}
	for _, u := range said {
		t, g := r.sizes.pick(u.text, u.in, Text, r.quiet)
		if t == nil || r.sizes.template(u.flow, t, g).ucs < 0 {
			continue
		}
		where := "a phrase"
		if u.step != nil {
			where = "step " + u.step.name
		}
		for _, p := range t.pieces() {
			if _, wide, forced := Segments(p.words); wide {
				return p.at, fmt.Sprintf("%q in %s makes each hold %d letters", forced, where, ucsAlone)
			}
		}
		if told := g.clock.dear(); told != "" {
			where = fmt.Sprintf("%s in a day or time that %s", told, where)
		} else {
			where = "what " + where
		}
		return t.at(u.text), fmt.Sprintf("%s tells makes each hold %d letters", where, ucsAlone)
	}
	return at, ""
}

// at is where a template stands.
func (t *template) at(x *text) place {
	if all := t.pieces(); len(all) > 0 {
		return all[0].at
	}
	return x.at
}
