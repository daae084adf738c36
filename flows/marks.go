package flows

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// marks says which of a language's marks (´ ` ~ ¸ …) are written in texts. A letter that GSM-7 lacks makes every segment hold 70
// letters instead of 160, so that a worker pays double; many people write their own texts without them.
type marks string

const (
	marksAll   marks = ""      // as the words stand; which is what costs
	marksCheap marks = "cheap" // those that GSM-7 has: é è à ù ì ò ñ ü stay, ê ã ç lose theirs
	marksNone  marks = "none"  // none at all, where some with and some without would read worse: Vietnamese
)

func allMarks() []marks { return []marks{marksAll, marksCheap, marksNone} }

// written puts words into the letters in which a language is texted. What cannot be taken apart (Chinese) stays.
func (m marks) written(words string) string {
	if m == marksAll || !strings.ContainsFunc(words, func(r rune) bool { return r >= 0x80 }) {
		return words
	}
	var b strings.Builder
	for _, r := range norm.NFC.String(words) {
		if r < 0x80 || m == marksCheap && septets(r) > 0 {
			b.WriteRune(r)
			continue
		}
		b.WriteString(unmarked(r))
	}
	return b.String()
}

// unmarked is a letter without its marks, or the plain signs for one of typography.
func unmarked(r rune) string {
	switch r {
	case 'đ':
		return "d"
	case 'Đ':
		return "D"
	case 'œ':
		return "oe"
	case 'Œ':
		return "OE"
	case '‘', '’':
		return "'"
	case '“', '”', '«', '»':
		return `"`
	case '–', '—':
		return "-"
	case '…':
		return "..."
	case '\u00a0', '\u202f':
		return " "
	}
	if !unicode.Is(unicode.Latin, r) {
		return string(r)
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, norm.NFD.String(string(r)))
}

// inText is a template as a language is texted.
func (m marks) inText(t *template) *template {
	if t == nil || m == marksAll {
		return t
	}
	for i := range t.parts {
		t.parts[i].words = m.written(t.parts[i].words)
	}
	if t.plurals != nil {
		for _, one := range t.variants() {
			m.inText(one)
		}
	}
	return t
}

// inText puts what a language is told by in texts alone into the letters in which it is texted; what is told on both channels, when it is.
func (g *language) inText() {
	g.wide = g.isWide()
	g.marks.inText(g.between[Text])
	for _, ask := range g.clock.reads.ask {
		g.marks.inText(ask[Text])
	}
	for _, c := range []Channel{Text, short} {
		for _, names := range []map[Channel][]string{g.clock.days, g.clock.months, g.clock.halves} {
			for i, name := range names[c] {
				names[c][i] = g.marks.written(name)
			}
		}
		for _, pattern := range []map[Channel]*template{g.clock.day, g.clock.time, g.clock.timeAtOne, g.clock.timeOnHour, g.clock.moment} {
			g.marks.inText(pattern[c])
		}
	}
}

// written is words in the letters of this channel.
func (t *turn) written(words string, g *language) string {
	if t.env.Channel == Voice {
		return words
	}
	return g.marks.written(words)
}

// isWide says whether a language, as it is texted, has letters that GSM-7 lacks however it is worded: Chinese.
func (g *language) isWide() bool {
	own := strings.Join(slices.Concat([]string{g.name}, g.numbers, g.clock.days[Text], g.clock.months[Text]), "")
	return strings.ContainsFunc(own, func(r rune) bool { return !unicode.Is(unicode.Latin, r) && unicode.IsLetter(r) && septets(r) == 0 })
}
