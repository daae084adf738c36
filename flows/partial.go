package flows

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// partial is what a language says that has words for some flows and not for others:
//
//	complete: [door, report]                             # every text of these is in it: one missing is an error
//	falls_back: {en: "La suite est en anglais."}         # the others go on in the first of these that has them whole, and say so
//
// In the others its own words are not used, so that nobody hears two languages in turns.
type partial struct {
	complete []string
	onward   map[Lang]string // said where a flow goes on in another language
	at       place
}

// readPartial reads "complete", and what is said where it ends.
func (l *loader) readPartial(g *language, o *object) {
	complete := o.get("complete")
	if complete == nil {
		return
	}
	p := &partial{complete: l.scalars(complete.value, "complete"), onward: map[Lang]string{}, at: complete.at}
	g.partial = p
	back := o.get("falls_back")
	if back == nil {
		l.found.add(complete.at, "a language that is complete for some flows falls back in the others; add \"falls_back: {en: This goes on in English.}\"")
		return
	}
	if _, told := back.value.(ast.MapNode); !told {
		l.found.add(back.at, "say with each language, in words of %q, that it goes on in that: falls_back: {en: This goes on in English.}", g.lang)
		return
	}
	for _, one := range l.object(back.value, "falls_back").fields {
		words, _ := l.scalar(one.value, "falls_back")
		if p.onward[Lang(one.key)] = words; strings.TrimSpace(words) == "" || strings.ContainsAny(words, "{}") {
			l.found.add(one.at, "what is said here is words without gaps, such as \"This goes on in English.\"")
		}
	}
}

// readDay is how the day of a reading is written.
var readDay = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// mostOffer is how many letters the offer of a language may take: it stands under a greeting that is full.
const mostOffer = 30

// Words a minute at which a language is read aloud, where it does not say: English.
const (
	usualPace    = 150
	leastPace    = 80
	quickestPace = 400
)

// readHowWritten reads how a language is put into texts and read aloud, and whether somebody who speaks it has read it.
func (l *loader) readHowWritten(g *language, o *object) {
	g.pace = l.number(o.get("pace"), leastPace, quickestPace, usualPace)
	if f := o.get("marks"); f != nil {
		name, _ := l.scalar(f.value, "marks")
		if g.marks = marks(name); !slices.Contains(allMarks(), g.marks) {
			l.found.add(f.at, "marks is %s or %s, not %q", marksCheap, marksNone, name)
		}
	}
	if f := o.get("offer"); f != nil {
		g.offer, _ = l.scalar(f.value, "offer")
		if words := l.optionalList(o, "words"); !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(spaced(g.offer), spaced(w)) }) {
			l.found.add(f.at, "the offer holds none of the words that choose the language; name one, such as %s", strings.Join(words, " or "))
		}
		if _, wide, letter := Segments(g.offer); wide {
			l.found.add(f.at, "it stands under a greeting in another alphabet, and %q makes all of that hold %d letters; write it without", letter, ucsAlone)
		} else if n := len([]rune(g.offer)); n > mostOffer {
			l.found.add(f.at, "it stands under a greeting that is full: %d letters are too many, %d is the most", n, mostOffer)
		}
	}
	if f := o.get("read_by_speaker"); f != nil {
		day, _ := l.scalar(f.value, "read_by_speaker")
		if _, err := time.Parse(time.DateOnly, day); day != "false" && (err != nil || !readDay.MatchString(day)) {
			l.found.add(f.at, "it is false, or the day on which somebody who speaks it read all of it aloud, as in 2026-12-01, not %q", day)
		} else if day != "false" {
			g.read = day
		}
	}
}

// leaveOut takes a flow out of what languages are complete for that have no word in it at all: one that an assembly wrote for itself, in
// its own languages, in place of the program's.
func (l *loader) leaveOut(name string, root ast.Node) {
	for _, g := range l.set.languages {
		if g.partial != nil && slices.Contains(g.partial.complete, name) && !mentions(root, string(g.lang)) {
			g.partial.complete = slices.DeleteFunc(g.partial.complete, func(one string) bool { return one == name })
		}
	}
}

// mentions says whether a key stands anywhere in a file.
func mentions(n ast.Node, key string) bool {
	switch n := n.(type) {
	case ast.MapNode:
		for it := n.MapRange(); it.Next(); {
			if it.Key().GetToken().Value == key || mentions(it.Value(), key) {
				return true
			}
		}
	case *ast.SequenceNode:
		return slices.ContainsFunc(n.Values, func(one ast.Node) bool { return mentions(one, key) })
	}
	return false
}

// checkPartial sees that the flows exist for which a language is complete, and that the others go on in one that has them whole.
func (l *loader) checkPartial() {
	for _, g := range l.set.languages {
		if g.partial == nil {
			continue
		}
		for _, name := range g.partial.complete {
			if l.set.flows[name] == nil {
				l.found.add(g.partial.at, "%q is called complete for the flow %q, and there is none%s", g.lang, name, didYouMean(name, l.set.flowNames()))
			}
		}
		for _, f := range l.set.order {
			if !g.covers(f.name) && l.set.onward(g, f.name) == nil {
				l.found.add(g.partial.at, "flow %q has no words in %q, nor in a language that it falls back on; complete it there, or fall back on one that is whole", f.name, g.lang)
			}
		}
	}
}

// covers says whether a flow is told in a language itself; "" stands for words.yaml.
func (g *language) covers(flow string) bool {
	return g.partial == nil || flow == "" || slices.Contains(g.partial.complete, flow)
}

// onward is the language in which a flow goes on that a language has no words for; nil: none.
func (s *Set) onward(g *language, flow string) *language {
	for _, lang := range g.chain {
		if other := s.language(lang); other != nil && other.covers(flow) && !other.callsOnly {
			return other
		}
	}
	return nil
}

// halfway gives a language that is not complete for this flow the words of the one in which it goes on. Its own stay unused, which
// whoever translates is told once.
func (l *loader) halfway(words form, own form, g *language, what string, at place) {
	other := l.set.onward(g, l.flow.name)
	if other == nil {
		return // checkPartial tells
	}
	if own[g.lang] != nil && !l.begun[g.lang] {
		l.begun[g.lang] = true
		l.found.doubt(ruleUntranslated, at, l.owners(), "%s has words in %s, and this flow goes on in %s until all of it has; then add %q to \"complete:\" of %s",
			what, g.lang, other.lang, l.flow.name, g.lang)
	}
	words[g.lang] = own[other.lang]
	if words[g.lang] == nil { // a language of its own chain: what is missing there was found there
		if i := slices.IndexFunc(other.chain, func(lang Lang) bool { return own[lang] != nil }); i >= 0 {
			words[g.lang] = own[other.chain[i]]
		}
	}
}

// doorFirst puts languages that have no words for the front door behind the others, so that somebody whose language is not known is
// greeted in one that has.
func doorFirst(speaks []*language) {
	if !slices.ContainsFunc(speaks, func(g *language) bool { return !g.covers(doorFlow) }) {
		return
	}
	slices.SortStableFunc(speaks, func(a, b *language) int {
		behind := func(g *language) int {
			if g.covers(doorFlow) {
				return 0
			}
			return 1
		}
		return behind(a) - behind(b)
	})
}

// toldIn is the language in which a flow is told to whoever this is.
func (t *turn) toldIn(flow string) *language {
	if t.recorded(t.tongue) != nil { // of which something may be heard in any flow
		return t.tongue
	}
	return t.set.toldIn(t.tongue, flow)
}

func (s *Set) toldIn(g *language, flow string) *language {
	if g.covers(flow) {
		return g
	}
	return cmp.Or(s.onward(g, flow), g)
}

// goesOn says, where a talk comes into a flow that is told in another language, which that is. From "" the talk begins.
func (t *turn) goesOn(from, to string) {
	g := t.tongue
	if g.covers(to) || from != "" && !g.covers(from) || t.env.Channel == Voice && g.noVoice {
		return
	}
	if words := g.partial.onward[t.set.toldIn(g, to).lang]; words != "" && !t.st.Gone {
		t.add(Prompt{Lang: g.lang, Words: t.written(words, g)})
		t.onward = len(t.out.Say)
	}
}

// frugal takes that sentence out of a text that would cost more with it, or of which the rest is not known yet: the words that follow
// show by themselves which language they are in.
func (t *turn) frugal() {
	if t.onward == 0 || t.env.Channel == Voice || t.onward > len(t.out.Say) {
		return
	}
	without := slices.Concat(t.out.Say[:t.onward-1], t.out.Say[t.onward:])
	most, _, _ := Segments(oneText(without))
	if n, _, _ := Segments(oneText(t.out.Say)); n > most || t.out.Do != nil {
		t.out.Say = without
	}
}

// Reading says of a language how far it goes: since when a speaker has read it ("" none did), for which flows it is complete (nil:
// for all) and, of a partial one, where it goes on.
type Reading struct {
	Lang     Lang
	Name     string
	Read     string // a day, as 2026-12-01
	Complete []string
	Onward   []Lang
	NoVoice  bool // on calls it is recordings alone
}

// Readings tells so of every language of the set, in its order.
func (s *Set) Readings() []Reading {
	var all []Reading
	for _, g := range s.languages {
		r := Reading{Lang: g.lang, Name: g.name, Read: g.read, NoVoice: g.noVoice}
		if g.partial != nil {
			r.Complete, r.Onward = append([]string{}, g.partial.complete...), slices.Clone(g.chain)
		}
		all = append(all, r)
	}
	return all
}

// ShareAlphabet says whether two languages can stand in one text at the price of one; true where the set does not speak one of them.
func (s *Set) ShareAlphabet(a, b Lang) bool {
	one, other := s.language(a), s.language(b)
	return one == nil || other == nil || one.wide == other.wide
}
