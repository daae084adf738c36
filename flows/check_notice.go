package flows

import (
	"slices"
	"strings"
)

// checkNotice proves of each flow that a notice may carry that every answer leads somewhere, that none is a word of the phone companies' own, that
// no two are read alike, and that its lines leave room for the notice itself. That nothing is done by an answer alone which cannot be undone,
// irrevocable proves: an answer begins the flow, and only the yes of a confirm does such a thing.
func checkNotice(s *Set, found *findings) {
	for _, f := range s.order {
		if f.notice == nil || len(f.steps) == 0 {
			continue
		}
		for _, a := range f.notice.answers {
			if len(f.notice.answers) > 1 && !f.leadsAnswer(a.key) {
				found.violate(ruleNotice, a.at, "answer %q leads nowhere of its own: the flow begins with a branch, one rung of which holds where %s == '%s'",
					a.key, f.notice.answer, a.key)
			}
		}
		if each := f.notice.each; each.list != "" && !f.leadsEach() {
			found.violate(ruleNotice, each.at, "an answer for each of %s leads nowhere of its own: the flow begins with a branch, one rung of which holds where what it saves is given",
				each.list)
		}
		f.notice.collide(found)
		f.notice.crowd(s, f, found)
	}
}

// leadsAnswer says whether the flow begins with a branch that tells this answer from all else.
func (f *flow) leadsAnswer(key string) bool {
	rung := func(answer string) int {
		return f.rungOf(map[string]any{f.notice.answer: answer, "given(" + f.notice.more + ")": false})
	}
	i := rung(key)
	return i >= 0 && f.steps[0].verb.(*branch).rungs[i].condition != nil && i != rung("")
}

// rungOf is which rung of the branch with which a flow begins is gone by, where that is so; -1: that cannot be told.
func (f *flow) rungOf(terms map[string]any) int {
	b, ok := f.steps[0].verb.(*branch)
	if !ok {
		return -1
	}
	k := supposed{channel: Text, terms: terms}
	for i, r := range b.rungs {
		if v := k.decide(r.condition); v == surely {
			return i
		} else if v == maybe {
			return -1
		}
	}
	return -1
}

// collide finds two answers that are read alike, and words of the phone companies' own.
func (n *notice) collide(found *findings) {
	meant := map[string]string{}
	for _, a := range n.answers {
		for _, w := range a.folded {
			if slices.Contains(carrierWords(), w) {
				found.violate(ruleCarrier, a.at, "%q is a word of the phone companies' own, and cannot be an answer; choose another", w)
			}
			if other, taken := meant[w]; taken && other != a.key {
				found.violate(ruleCollision, a.at, "answers %q and %q are both met by %q; word one otherwise", other, a.key, w)
			}
			meant[w] = a.key
		}
	}
}

// leastNotice is how many letters the lines of a question leave to the notice itself, the name of the line and how to stop included; of
// UCS-2, which holds fewer, as much of it.
const leastNotice = 150

// crowd finds lines that leave a notice no room. Those of a list are as short as any can be: where it is longer, the other answers stand there.
func (n *notice) crowd(s *Set, f *flow, found *findings) {
	for _, g := range s.languages {
		if g.callsOnly || !g.covers(f.name) {
			continue
		}
		crowded := func(at place, lines, after string) {
			lines += "\n" + after
			words, wide := strings.Repeat("x", leastNotice), false
			if _, wide, _ = Segments(lines); wide {
				words = strings.Repeat("x", leastNotice*ucsPart/gsmPart)
			}
			if segments, _, _ := Segments(words + "\n" + lines); segments > mostSegments {
				found.violate(ruleNotice, at, "in %s the answers leave a notice no room: its two segments hold %d letters besides; say them shorter", g.name, len(words)-1)
			}
		}
		for _, first := range []int{0, lowestNotice} {
			lines, after := s.Printed(f.name, g.lang, first, nil)
			crowded(n.at, lines, after)
		}
		if n.each.list != "" {
			lines, after := s.Printed(f.name, g.lang, lowestNotice, map[string]Value{n.each.list: {List: []Item{{}, {}}}})
			crowded(n.each.at, lines, after)
		}
	}
}

// lowestNotice stands for the digits of a notice: all have two.
const lowestNotice = 41
