package flows

import (
	"slices"
	"strings"
)

// listing is how a language writes and says several things: "A and B", "A, B and C".
//
//	list:
//	  pair: "{a} y {b}"
//	  middle: "{a}, {b}"
//	  last: "{a} y {b}"
//	  before: {pair: "{a} e {b}", last: "{a} e {b}", starts: [i, hi], except: [hia, hie]}   # where another word stands before a sound
type listing struct {
	pair, middle, last *template
	before             *before
}

// before is what joins instead where the last thing begins so.
type before struct {
	pair, last     *template
	starts, except []string
}

// joints are all patterns by which things are joined.
func (l *listing) joints() []*template {
	all := []*template{l.pair, l.middle, l.last}
	if l.before != nil {
		all = append(all, l.before.pair, l.before.last)
	}
	return all
}

// readListing reads "list".
func (l *loader) readListing(o *object) listing {
	f := o.get("list")
	if f == nil {
		l.lacks(o.at, "a language needs a \"list\": how several things are told, {pair: \"{a} and {b}\", middle: \"{a}, {b}\", last: \"{a} and {b}\"}")
		return listing{}
	}
	by := l.object(f.value, "list", "pair", "middle", "last", "before")
	g := listing{pair: l.pattern(by, "pair", "a", "b"), middle: l.pattern(by, "middle", "a", "b"), last: l.pattern(by, "last", "a", "b")}
	if other := by.get("before"); other != nil {
		bo := l.object(other.value, "before", "pair", "last", "starts", "except")
		g.before = &before{pair: l.pattern(bo, "pair", "a", "b"), last: l.pattern(bo, "last", "a", "b"), starts: l.requiredList(bo, "starts", 1)}
		if bo.get("except") != nil {
			g.before.except = l.requiredList(bo, "except", 0)
		}
	}
	return g
}

// join tells several things as one list.
func (g *listing) join(all []string) string {
	if len(all) == 0 {
		return ""
	}
	pair, last := g.pair, g.last
	end := len(all) - 1
	if first := fold(all[end]); g.before != nil && startsWith(first, g.before.starts) && !startsWith(first, g.before.except) {
		pair, last = g.before.pair, g.before.last
	}
	if len(all) == 2 {
		return pair.fill("a", all[0], "b", all[1])
	}
	line := all[0]
	for i, one := range all[1:] {
		by := g.middle
		if i+1 == end {
			by = last
		}
		line = by.fill("a", line, "b", one)
	}
	return line
}

func startsWith(s string, any []string) bool {
	return slices.ContainsFunc(any, func(begin string) bool { return strings.HasPrefix(s, fold(begin)) })
}
