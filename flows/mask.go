package flows

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mask stands in a text to a quiet phone where a word was that tells what this is about.
const mask = "..."

// Masked is a text, put in by the program and not by a flow, as a quiet phone may show it: dots stand where it has a revealing word of
// one of these languages (all of them, if none is named), or one of these names. They are found as Revealing finds them: as whole
// words, without regard to case and accents. It never has more letters than the text.
func (s *Set) Masked(text string, langs []Lang, names []string) string {
	var hidden [][]string
	for _, g := range s.languages {
		if len(langs) > 0 && !slices.Contains(langs, g.lang) {
			continue
		}
		for _, w := range g.revealing {
			hidden = append(hidden, foldedWords(w))
		}
	}
	for _, n := range names {
		if words := foldedWords(n); len(words) > 0 {
			hidden = append(hidden, words)
		}
	}
	words := wordsOf(text)
	var b strings.Builder
	at := 0
	for i := 0; i < len(words); {
		n := longest(words[i:], hidden)
		if n == 0 {
			i++
			continue
		}
		b.WriteString(text[at:words[i].from])
		b.WriteString(mask[:min(len(mask), utf8.RuneCountInString(text[words[i].from:words[i+n-1].until]))])
		at = words[i+n-1].until
		i += n
	}
	return b.String() + text[at:]
}

// wordAt is a word of a text, folded, and its bytes there.
type wordAt struct {
	folded      string
	from, until int
}

// foldedWords are the words of a text as they are compared. In a writing that puts no spaces between words each letter is one.
func foldedWords(text string) (all []string) {
	for _, word := range strings.Fields(spaced(text)) {
		from := 0
		for i, r := range word {
			if unspaced(r) {
				if i > from {
					all = append(all, word[from:i])
				}
				from = i + utf8.RuneLen(r)
				all = append(all, word[i:from])
			}
		}
		if from < len(word) {
			all = append(all, word[from:])
		}
	}
	return all
}

// wordsOf are the words of a text that can be told apart, and where they stand.
func wordsOf(text string) (all []wordAt) {
	from := -1
	end := func(at int) {
		if from < 0 {
			return
		}
		// Folding may find several words in what looks like one, or none.
		for _, folded := range foldedWords(text[from:at]) {
			all = append(all, wordAt{folded, from, at})
		}
		from = -1
	}
	for i, r := range text {
		if unspaced(r) {
			end(i)
			from = i
			end(i + utf8.RuneLen(r))
			continue
		}
		switch inWord := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.In(r, unicode.M, unicode.Cf); {
		case inWord && from < 0:
			from = i
		case !inWord:
			end(i)
		}
	}
	end(len(text))
	return all
}

// longest is how many words at the beginning are the longest of what is hidden; 0: none of it.
func longest(words []wordAt, hidden [][]string) (n int) {
	for _, h := range hidden {
		if len(h) <= n || len(h) > len(words) {
			continue
		}
		same := true
		for i := range h {
			same = same && words[i].folded == h[i]
		}
		if same {
			n = len(h)
		}
	}
	return n
}
