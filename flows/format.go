package flows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// formats are the ways to tell a value of a type besides the plain one: {at.day}, {organizers.people}.
func (s *Set) formats(t Type) []string {
	switch t {
	case TypeTime:
		return []string{"day", "time", "weekday"}
	case TypeNumber:
		return append([]string{"word"}, s.counts...)
	}
	return nil
}

// formattable says whether a type can be told so; "" is the plain way, which flags, sayings, items and lists do not have.
func (s *Set) formattable(t Type, format string) bool {
	if format == "" {
		return t != TypeFlag && t != TypeSaid && t != TypeItem && t != TypeList
	}
	return slices.Contains(s.formats(t), format)
}

// formatsOf says how a type can be told.
func (s *Set) formatsOf(t Type) string {
	switch {
	case !s.formattable(t, "") && t == TypeSaid:
		return "what somebody told us is never repeated"
	case !s.formattable(t, "") && t == TypeList:
		return "a list cannot be told in words; name a field of its items, or branch"
	case t == TypeFlag:
		return "a flag cannot be told in words; branch on it"
	case !s.formattable(t, ""):
		return fmt.Sprintf("a %s cannot be told in words; name one of its fields, or branch", t)
	case len(s.formats(t)) == 0:
		return fmt.Sprintf("a %s is told one way, without a format", t)
	}
	return fmt.Sprintf("a %s is told plainly, or as %s", t, strings.Join(s.formats(t), ", "))
}

// short is by text, with days in the short form: "sab. 28 nov.".
const short Channel = "short"

// told puts what a gap names into words; of every item of a list, as the language writes and says lists.
func (t *turn) told(p part, g *language) string {
	c := t.env.Channel
	if c == Text && p.ref.shape.Type == TypeTime {
		if t.shortens = true; t.short {
			c = short
		}
	}
	if p.ref.list == nil {
		return t.set.told(t.get(p.ref), p.ref.shape.Type, p.format, c, g)
	}
	var all []string
	for _, item := range t.get(p.ref).List {
		all = append(all, t.set.told(item[p.ref.field], p.ref.shape.Type, p.format, c, g))
	}
	return t.written(g.list.join(all), g)
}

// told puts a value into words.
func (s *Set) told(v Value, t Type, format string, c Channel, g *language) string {
	switch t {
	case TypeNumber:
		if words := g.number(v.Num, format, c); c == Voice {
			return words
		} else {
			return g.marks.written(words)
		}
	case TypeTime:
		if v.Day && format == "" {
			format = "day"
		}
		return g.clock.tell(s.zones.local(v), format, c)
	case TypeCode:
		return code(v.Text, c)
	}
	words := v.Text
	if t == TypeWords {
		words = s.inLanguage(v.Words, g.lang)
	}
	if c != Voice {
		return g.marks.written(cheaper(words))
	}
	return words
}

// number tells a number in digits, as a word as far as the language lists them, or with what it counts.
func (g *language) number(n int64, format string, c Channel) string {
	word := g.digitsOf(n, c)
	if format != "" && n >= 0 && n < int64(len(g.numbers)) {
		word, _, _ = strings.Cut(g.numbers[n], "/")
	}
	if p := g.counts[format]; p != nil {
		return p.of(n).fill("n", word)
	}
	return word
}

// digitsOf writes a number with its thousands apart, by the language's own sign for that; a space that only keeps lines whole would
// double the price. Aloud the voice knows by itself how a number is read, where signs between its digits may mislead it.
func (g *language) digitsOf(n int64, c Channel) string {
	const plain = 1000
	if c == Voice || g.plainDigits && n > -plain && n < plain {
		return strconv.FormatInt(n, 10)
	}
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(g.printer.Sprint(n))
}

// sentenceCase says whether what is told so takes a capital letter where it begins a sentence: "two people", "viernes 27 nov.".
func sentenceCase(t Type, format string) bool {
	return t == TypeTime || t == TypeNumber && format != ""
}

// beginsSentence says whether what follows these words is the first of a sentence.
func beginsSentence(before string) bool {
	before = strings.TrimRight(before, " \n")
	return before == "" || strings.HasSuffix(before, ".") || strings.HasSuffix(before, "?")
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// inLanguage picks words in a language, or in the first that there is of the set's, or in any.
func (s *Set) inLanguage(w map[Lang]string, lang Lang) string { return w[s.languageOf(w, lang)] }

// languageOf is the language in which words of several are told to somebody who speaks one.
func (s *Set) languageOf(w map[Lang]string, lang Lang) Lang {
	if _, ok := w[lang]; ok {
		return lang
	}
	for _, g := range s.languages {
		if _, ok := w[g.lang]; ok {
			return g.lang
		}
	}
	least := Lang("")
	for other := range w {
		if least == "" || other < least {
			least = other
		}
	}
	return least
}

// voiceOf is the language whose voice reads a text: that in which it is told or, where it is nothing but words that a record has in other languages
// alone, the one that these are in. play is the recording that such words have in it; empty: none.
func (t *turn) voiceOf(tpl *template, g *language) (voice Lang, play string) {
	if t.env.Channel != Voice || tpl == nil || len(tpl.parts) != 1 || tpl.plurals != nil {
		return g.lang, ""
	}
	p := tpl.parts[0]
	if p.ref == nil || p.ref.list != nil || p.ref.shape.Type != TypeWords {
		return g.lang, ""
	}
	v := t.get(p.ref)
	if len(v.Words) == 0 {
		return g.lang, ""
	}
	voice = t.set.languageOf(v.Words, g.lang)
	return voice, v.Plays[voice]
}

// cheaper writes words from a record without the few letters and marks of Spanish and of typography that GSM-7 lacks: one of them
// would make every segment of the message hold 70 letters instead of 160. Words in other alphabets stay as they are.
func cheaper(words string) string {
	if _, ucs2, _ := Segments(words); !ucs2 {
		return words
	}
	plain := strings.NewReplacer("á", "a", "í", "i", "ó", "o", "ú", "u", "Á", "A", "Í", "I", "Ó", "O", "Ú", "U",
		"‘", "'", "’", "'", "“", `"`, "”", `"`, "–", "-", "—", "-", "…", "...", "\u00a0", " ").Replace(words)
	if _, ucs2, _ := Segments(plain); ucs2 {
		return words
	}
	return plain
}

// AsTold gives words of somebody's own as a text tells them: without the few letters that would double its price.
func AsTold(words string) string { return cheaper(words) }

// code tells digits in groups of four: "4827 1935 6620", or by voice one by one, slowly: a comma is a short rest to every voice, and
// a full stop a long one.
func code(digits string, c Channel) string {
	var b strings.Builder
	for i, r := range digits {
		switch {
		case i == 0:
		case c == Voice && i%4 == 0:
			b.WriteString(". ")
		case c == Voice:
			b.WriteString(", ")
		case i%4 == 0:
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// zones remembers time zones: looking one up reads a file.
type zones struct{ known sync.Map }

// local is a moment in its own zone; an unknown zone is told as UTC.
func (z *zones) local(v Value) time.Time {
	at := time.Unix(v.Num, 0).UTC()
	zone, ok := z.known.Load(v.Zone)
	if !ok {
		loaded, err := time.LoadLocation(v.Zone)
		if err != nil {
			return at
		}
		zone, _ = z.known.LoadOrStore(v.Zone, loaded)
	}
	return at.In(zone.(*time.Location))
}

// pauseInCode is the rest after each four digits that are recordings.
const pauseInCode = 700 * time.Millisecond
