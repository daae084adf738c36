package flows

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// A start word is a whole message, so that a word inside a story never leads away from it. There is an exception: whoever is in danger
// writes the word and what is happening in one text. A flow may say that its start words also start it at the beginning of a longer text:
//
//	first_word: told    one of what it takes, a said; the whole text is handed over as this
//
// It is heard so wherever a text is: out of the blue, at every question, after a long while. At a secret question the flow starts, and
// the text is not handed over, since what is sent there leaves no trace.

// longestStart bounds, in words or in characters of a script that puts no spaces between them, what is compared with start words.
const longestStart = 8

// readFirstWord reads what a longer text is handed over as.
func (l *loader) readFirstWord(f *flow, field *field) {
	if field == nil {
		return
	}
	name, _ := l.scalar(field.value, "first_word")
	i := slices.IndexFunc(f.takes, func(s saved) bool { return s.name == name })
	switch {
	case i < 0:
		l.found.add(field.at, "the text is handed over as %q, which this flow does not take; add it under \"takes:\"", name)
	case f.takes[i].shape.Type != TypeSaid:
		l.found.add(field.at, "%q is a %s, and what somebody wrote is a said; change its type under \"takes:\"", name, f.takes[i].shape.Type)
	case len(f.starts) == 0:
		l.found.add(field.at, "no word starts this flow; add \"starts:\", or take the line out")
	}
	f.firstWord = name
}

// begins finds the longest start word with which a folded text begins, of those that count; never inside a word, but where a script
// puts no spaces between words.
func (c *commands) begins(folded string, counts func(start) bool) (start, bool) {
	var found start
	ok := false
	end, words := 0, 0
	for end < len(folded) && words < longestStart {
		r, size := utf8.DecodeRuneInString(folded[end:])
		end += size
		next, _ := utf8.DecodeRuneInString(folded[end:])
		if solid(r) && end < len(folded) && solid(next) && !unspaced(r) && !unspaced(next) {
			continue // inside a word
		}
		if solid(r) {
			words++
		}
		if s, is := c.starts[folded[:end]]; is && counts(s) {
			found, ok = s, true
		}
	}
	return found, ok
}

func solid(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// opened starts a flow by the first word of a longer text. Nil: the text begins with none. A nil ask is none.
func (t *turn) opened(a *ask, text, folded string) *target {
	s, ok := t.set.commands.begins(folded, func(s start) bool { return s.flow.firstWord != "" })
	if !ok {
		return nil
	}
	var vars map[string]Value
	if a == nil || !a.secret {
		vars = map[string]Value{s.flow.firstWord: {Text: joined(longEnough(t.st.Held), text)}}
	}
	t.leave(a)
	if t.st.Lang == "" {
		t.speak(s.lang)
	}
	return t.start(s.flow, vars)
}

// hint takes the language of a start word with which a longer text begins, where none is known yet: REPORTE is Spanish, whatever follows.
func (t *turn) hint(folded string) {
	if t.st.Lang != "" {
		return
	}
	s, ok := t.set.commands.begins(folded, func(s start) bool {
		return slices.ContainsFunc(t.speaks, func(g *language) bool { return g.lang == s.lang })
	})
	if ok {
		t.speak(s.lang)
	}
}
