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
func formats(t Type) []string {
	switch t {
	case TypeTime:
		return []string{"day", "time", "weekday"}
	case TypeNumber:
		return append([]string{"word"}, countFormats()...)
	}
	return nil
}

// formattable says whether a type can be told so; "" is the plain way, which flags, sayings, items and lists do not have.
func formattable(t Type, format string) bool {
	if format == "" {
		return t != TypeFlag && t != TypeSaid && t != TypeItem && t != TypeList
	}
	return slices.Contains(formats(t), format)
}

// formatsOf says how a type can be told.
func formatsOf(t Type) string {
	switch {
	case !formattable(t, "") && t == TypeSaid:
		return "what somebody told us is never repeated"
	case !formattable(t, ""):
		return fmt.Sprintf("a %s cannot be told in words; name one of its fields, or branch", t)
	case len(formats(t)) == 0:
		return fmt.Sprintf("a %s is told one way, without a format", t)
	}
	return fmt.Sprintf("a %s is told plainly, or as %s", t, strings.Join(formats(t), ", "))
}

// told puts a value into words.
func (s *Set) told(v Value, t Type, format string, c Channel, g *language) string {
	switch t {
	case TypeNumber:
		return g.number(v.Num, format)
	case TypeTime:
		return g.clock.tell(s.zones.local(v), format, c)
	case TypeCode:
		return code(v.Text, c)
	}
	words := v.Text
	if t == TypeWords {
		words = s.inLanguage(v.Words, g.lang)
	}
	if c == Text {
		return cheaper(words)
	}
	return words
}

// number tells a number in digits, as a word as far as the language lists them, or with the people it counts.
func (g *language) number(n int64, format string) string {
	word := strconv.FormatInt(n, 10)
	if format != "" && n >= 0 && n < int64(len(g.numbers)) {
		word = g.numbers[n]
	}
	counted, ok := g.counts[format]
	switch {
	case !ok:
		return word
	case n == 0:
		return counted.none.fill()
	case n == 1:
		return counted.one.fill()
	}
	return counted.many.fill("n", word)
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
func (s *Set) inLanguage(w map[Lang]string, lang Lang) string {
	if one, ok := w[lang]; ok {
		return one
	}
	for _, g := range s.languages {
		if one, ok := w[g.lang]; ok {
			return one
		}
	}
	least := Lang("")
	for other := range w {
		if least == "" || other < least {
			least = other
		}
	}
	return w[least]
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

// code tells digits in groups of four: "4827 1935 6620", or by voice one by one, slowly.
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

// tell is "Friday, Nov 27, 7:00 pm" in writing and "Friday, November 27 at 7 PM" aloud; or only its day, time or weekday.
func (k *clock) tell(at time.Time, format string, c Channel) string {
	weekday := k.days[c][at.Weekday()]
	if format == "weekday" {
		return weekday
	}
	day := k.day[c].fill("weekday", weekday, "month", k.months[c][at.Month()-1], "date", strconv.Itoa(at.Day()))
	if format == "day" {
		return day
	}
	hour, minute := (at.Hour()+11)%12+1, fmt.Sprintf(":%02d", at.Minute())
	if c == Voice && at.Minute() == 0 {
		minute = ""
	}
	pattern := k.time[c]
	if hour == 1 && k.timeAtOne != nil {
		pattern = k.timeAtOne[c]
	}
	clock := pattern.fill("hour", strconv.Itoa(hour), "minute", minute, "half", half(k.halves[c], at.Hour()))
	if format == "time" {
		return clock
	}
	return k.moment[c].fill("day", day, "time", clock)
}

// half names the part of the day: of two, the halves; of three, morning, afternoon and evening.
func half(names []string, hour int) string {
	switch {
	case hour < 12:
		return names[0]
	case hour < 19 || len(names) == 2:
		return names[1]
	}
	return names[2]
}
