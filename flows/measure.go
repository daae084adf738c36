package flows

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// What a value may take where its Shape does not say.
const (
	mostLetters = 60
	mostNumber  = 999_999
)

// none is the size of what cannot be.
const none = -1 << 20

// size is the most room that any of several texts may take. Texts with and without a character that GSM-7 lacks are kept apart,
// since one such character in a message changes what all of it takes.
type size struct {
	gsm  int  // septets of those that are all GSM-7
	ucs  int  // UTF-16 units of those that have another character
	any  int  // units of any
	pair bool // some character takes two places, which are never parted
}

func empty() size      { return size{0, none, 0, false} }
func impossible() size { return size{none, none, none, false} }

// is says whether there is any such text.
func (a size) is() bool { return a.any >= 0 }

// plus is a text of one kind before one of another.
func (a size) plus(b size) size {
	return size{sum(a.gsm, b.gsm), max(sum(a.ucs, b.any), sum(a.any, b.ucs)), sum(a.any, b.any), a.pair || b.pair}
}

func sum(a, b int) int {
	if a < 0 || b < 0 {
		return none
	}
	return a + b
}

// or is a text of either kind.
func (a size) or(b size) size {
	return size{max(a.gsm, b.gsm), max(a.ucs, b.ucs), max(a.any, b.any), a.pair || b.pair}
}

// more puts a few characters of GSM-7 behind.
func (a size) more(n int) size { return a.plus(size{n, none, n, false}) }

// line is the text with the line's end behind it, as prompts are joined; one that says nothing is left out.
func (a size) line() size {
	if a.any <= 0 && a.gsm <= 0 {
		return a
	}
	return a.more(1)
}

// unbroken takes off the end of the last line.
func (a size) unbroken() size {
	less := func(n int) int {
		if n > 0 {
			return n - 1
		}
		return n
	}
	return size{less(a.gsm), less(a.ucs), less(a.any), a.pair}
}

// segments is how many segments the largest of the texts takes, and whether that is one with another character than GSM-7's.
func (a size) segments() (n int, ucs2 bool) {
	g, u := needs(a.gsm, gsmAlone, gsmPart, a.pair), needs(a.ucs, ucsAlone, ucsPart, a.pair)
	return max(g, u), u >= g && u > 0
}

// needs is Segments for a length alone. Where a character may take two places, every segment but the last may stay one short.
func needs(length, alone, part int, pair bool) int {
	switch {
	case length <= 0:
		return 0
	case length <= alone:
		return 1
	case pair:
		return max(2, 1+(length-part+part-2)/(part-1))
	}
	return (length + part - 1) / part
}

// over is by how much the largest of the texts is too long for so many segments.
func (a size) over(segments int) int {
	return max(a.gsm-holds(segments, gsmAlone, gsmPart, a.pair), a.ucs-holds(segments, ucsAlone, ucsPart, a.pair))
}

// holds is the most that so many segments surely hold.
func holds(segments, alone, part int, pair bool) int {
	switch {
	case segments == 1:
		return alone
	case pair:
		return part + (segments-1)*(part-1)
	}
	return segments * part
}

// sizes measures what a set may tell, each thing once.
type sizes struct {
	set       *Set
	bounds    bounds
	widths    map[rune]int // septets of a character, 0 where GSM-7 lacks it
	templates map[templateIn]size
	values    map[valueIn][]string
	told      map[valueIn]size
}

type templateIn struct {
	template *template
	language *language
}

type valueIn struct {
	language *language
	kind     Type
	format   string
	channel  Channel
	most     int
}

// measure is the one that measures while a set is checked.
func (s *Set) measure() *sizes {
	if s.sizes == nil {
		s.sizes = newSizes(s)
	}
	return s.sizes
}

func newSizes(s *Set) *sizes {
	m := &sizes{
		set: s, bounds: newBounds(s), widths: map[rune]int{}, templates: map[templateIn]size{}, values: map[valueIn][]string{},
		told: map[valueIn]size{},
	}
	return m
}

func (m *sizes) width(r rune) int {
	w, known := m.widths[r]
	if !known {
		w = septets(r)
		m.widths[r] = w
	}
	return w
}

// of is the size of words as they are.
func (m *sizes) of(words string) size {
	s := size{gsm: 0, ucs: none}
	for _, r := range words {
		s.any++
		w := 1
		if !(r >= 'a' && r <= 'z' || r == ' ') {
			w = m.width(r)
		}
		if r > 0xffff {
			s.any++
		}
		s.pair = s.pair || w == 2 || r > 0xffff
		if w == 0 {
			s.gsm = none
		}
		s.gsm = sum(s.gsm, w)
	}
	if s.gsm < 0 {
		s.ucs = s.any
	}
	return s
}

// text is the size of a text in a language, as sayIn and words tell it.
func (m *sizes) text(f *flow, x *text, g *language, quiet bool) size {
	if x == nil {
		return empty()
	}
	t, g := m.pick(x, g, Text, quiet)
	return m.template(f, t, g)
}

// pick is the template that a turn would tell, and the language that its values are told in.
func (m *sizes) pick(x *text, g *language, c Channel, quiet bool) (*template, *language) {
	t := x.in(c, g.lang)
	if quiet && c == Text && x.quiet != nil {
		t = x.quiet.in(g.lang)
	}
	if t != nil && t.lang != "" && t.lang != g.lang {
		g = m.set.language(t.lang)
	}
	return t, g
}

// template is the size of a template with the longest values that it may tell.
func (m *sizes) template(f *flow, t *template, g *language) size {
	if t == nil {
		return empty()
	}
	key := templateIn{t, g}
	if known, ok := m.templates[key]; ok {
		return known
	}
	s := impossible()
	for _, one := range t.variants() {
		told := empty()
		for _, p := range one.parts {
			if p.ref == nil {
				told = told.plus(m.of(p.words))
			} else {
				told = told.plus(m.value(f, p, g))
			}
		}
		s = s.or(told)
	}
	m.templates[key] = s
	return s
}

// value is the size of the longest that a gap may tell; of a list, of all its items with what joins them.
func (m *sizes) value(f *flow, p part, g *language) size {
	if p.ref.list == nil {
		return m.one(f, p, g)
	}
	item, joint := m.one(f, p, g), m.of("")
	for _, t := range g.list.joints() {
		joint = joint.or(m.of(g.marks.written(t.fill())))
	}
	s := empty().or(item)
	for range mostOf(*p.ref.list) - 1 {
		s = s.or(s.plus(joint).plus(item))
	}
	return s
}

// one is value for a single thing. Days are told in their short form where the usual one would cost more, so that is what counts.
func (m *sizes) one(f *flow, p part, g *language) size {
	kind, most := p.ref.shape.Type, m.bounds.of(f, p.ref)
	if kind == TypeText || kind == TypeWords {
		s := size{most, none, most, true}
		if g.wide {
			s.ucs = most
		}
		return s
	}
	key := valueIn{g, kind, p.format, Text, most}
	if kind == TypeTime {
		key.channel = short
	}
	if known, ok := m.told[key]; ok {
		return known
	}
	s := impossible()
	for _, words := range m.ways(key) {
		s = s.or(m.of(words))
		if sentenceCase(kind, p.format) && words != "" {
			s = s.or(m.of(g.marks.written(capital(words))))
		}
	}
	m.told[key] = s
	return s
}

// ways are all the ways in which a value of a kind may come out that could be the longest.
func (m *sizes) ways(key valueIn) []string {
	if known, ok := m.values[key]; ok {
		return known
	}
	var all []string
	tell := func(v Value) { all = append(all, m.set.told(v, key.kind, key.format, key.channel, key.language)) }
	switch key.kind {
	case TypeNumber:
		for n := range min(key.most, 200) + 1 {
			tell(Value{Num: int64(n)})
		}
		for n := 999; n < key.most; n = 10*n + 9 {
			tell(Value{Num: int64(n)})
		}
		tell(Value{Num: int64(key.most)})
	case TypeTime:
		for _, at := range moments(key.format) {
			tell(Value{Num: at.Unix(), Zone: "UTC"})
		}
	case TypeCode:
		tell(Value{Text: strings.Repeat("0", key.most)})
	default:
		all = append(all, strings.TrimSpace(strings.Repeat("five ", (key.most+4)/5)))
	}
	all = slices.Compact(slices.Sorted(slices.Values(all)))
	m.values[key] = all
	return all
}

// moments are times that between them have every weekday in every month, on days of two digits, at every hour, with minutes.
func moments(format string) []time.Time {
	hours := []int{0, 1, 10, 11, 12, 13, 18, 19, 20, 22, 23}
	switch format {
	case "time":
		hours = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23}
	case "day", "weekday":
		hours = hours[:1]
	}
	var all []time.Time
	for month := time.January; month <= time.December; month++ {
		for date := 20; date < 27; date++ {
			for _, hour := range hours {
				all = append(all, time.Date(2028, month, date, hour, 58, 0, 0, time.UTC))
			}
		}
		if format == "time" {
			break
		}
	}
	return all
}

// words is how many words a template takes to say, with the longest values; a text value has a word for every five letters.
func (m *sizes) words(f *flow, t *template, g *language) int {
	most := 0
	for _, one := range t.variants() {
		var b strings.Builder
		lists := 0
		for _, p := range one.parts {
			if p.ref == nil {
				b.WriteString(p.words)
				continue
			}
			longest := m.longest(f, p, g)
			b.WriteString(longest)
			if p.ref.list != nil {
				lists += (mostOf(*p.ref.list) - 1) * (wordCount(longest) + 1)
			}
		}
		most = max(most, wordCount(b.String())+lists)
	}
	return most
}

// longest is what a gap may tell that has the most words.
func (m *sizes) longest(f *flow, p part, g *language) string {
	longest := ""
	for _, words := range m.ways(valueIn{g, p.ref.shape.Type, p.format, Voice, m.bounds.of(f, p.ref)}) {
		if wordCount(words) > wordCount(longest) || longest == "" {
			longest = words
		}
	}
	return longest
}

// shownNumber is a number of options as it is printed.
func shownNumber(n int) int { return len(strconv.Itoa(n)) }
