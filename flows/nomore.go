package flows

import (
	"slices"
	"strings"
)

// NoMore is whether a text says that somebody wants no more texts.
type NoMore struct {
	Said  bool
	Alone bool // and says nothing else
	Lang  Lang // whose words it says it in
}

// nearWords is how many words may stand between one that tells of others ("the boss said we must") and a phrase; of letters that are written
// without spaces so many more.
const (
	nearWords   = 3
	nearLetters = 6
)

// WantsNoMore tells whether somebody writes, perhaps among other things, that they want no more texts: a phrase for it stands there
// ("stops"), in any language of the set, and no word before it shows that it is about what others say or do ("others"). Words such as
// STOP count only where nothing else is said ("stops_alone"): inside a sentence they mean something else. What is taken for a wish and is
// none costs a question; a wish that is not understood cannot be made up for. So doubt is a wish.
func (s *Set) WantsNoMore(text string) NoMore {
	if _, starts := s.commands.starts[fold(text)]; starts { // NO TEXTS does what it says
		return NoMore{}
	}
	whole := spaced(text)
	for _, g := range s.languages {
		if g.saysAll(whole, g.stopsAlone) {
			return NoMore{Said: true, Alone: true, Lang: g.lang}
		}
	}
	for _, clause := range strings.FieldsFunc(text, endsClause) {
		plain := spaced(clause)
		for _, g := range s.languages {
			if g.wants(plain) {
				return NoMore{Said: true, Alone: g.saysAll(whole, nil), Lang: g.lang}
			}
		}
	}
	return NoMore{}
}

// endsClause tells the signs after which what was said before is over.
func endsClause(r rune) bool { return strings.ContainsRune(".,;:!?¡¿\n。，；：！？、", r) }

// wants tells whether a clause has a phrase of this language that is its writer's own.
func (g *language) wants(clause string) bool {
	for _, phrase := range g.stops {
		sought := soughtAs(phrase)
		for from := 0; ; {
			at := strings.Index(clause[from:], sought)
			if at < 0 {
				break
			}
			if !g.ofOthers(clause[:from+at]) {
				return true
			}
			from += at + 1
		}
	}
	return false
}

// ofOthers tells whether what stands right before a phrase makes it one about others: "he said", "they won't". What makes it one's own
// again ("I said", "I want you to") is taken out first.
func (g *language) ofOthers(before string) bool {
	before += " "
	for _, own := range g.ownStops {
		before = strings.ReplaceAll(before, soughtAs(own), " _ ")
	}
	near := strings.Fields(before)
	near = near[max(0, len(near)-nearWords):]
	for i, word := range near {
		if runes := []rune(word); slices.ContainsFunc(runes, unspaced) && len(runes) > nearLetters {
			near[i] = string(runes[len(runes)-nearLetters:])
		}
	}
	tail := " " + strings.Join(near, " ") + " "
	return slices.ContainsFunc(g.othersStop, func(w string) bool { return strings.Contains(tail, soughtAs(w)) })
}

// saysAll tells whether a text is made of phrases of this language and of words that add nothing to them, and has at least one phrase: of
// these or, where none are given, of "stops".
func (g *language) saysAll(whole string, phrases []string) bool {
	if phrases == nil {
		phrases = slices.Concat(g.stops, g.stopsAlone)
	}
	left, found := whole, false
	for _, phrase := range longestFirst(phrases) {
		if sought := soughtAs(phrase); strings.Contains(left, sought) {
			left, found = strings.ReplaceAll(left, sought, " "), true
		}
	}
	if !found {
		return false
	}
	for _, polite := range longestFirst(slices.Concat(g.stopsWith, g.thanks)) {
		for sought := soughtAs(polite); sought != "" && strings.Contains(left, sought); {
			left = strings.ReplaceAll(left, sought, " ")
		}
	}
	return strings.TrimSpace(left) == ""
}

func longestFirst(words []string) []string {
	words = slices.Clone(words)
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}

// StartWord is the word that starts a flow, in a language or else in any; "" where there is no such flow, or it has none.
func (s *Set) StartWord(flow string, l Lang) string {
	word := ""
	for _, f := range s.order {
		if f.name != flow {
			continue
		}
		for _, w := range f.starts {
			if w.lang == l {
				return w.word
			}
			if word == "" {
				word = w.word
			}
		}
	}
	return word
}
