package flows

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// meant is what a word means where a number, a day or a time is read.
type meant int

const (
	meansNumber  meant = iota
	meansJoin          // between the words of one number
	meansDay           // so many days from today
	meansWeekday       // from Sunday, 0
	meansMonth
	meansPart   // of the day
	meansClock  // a time by itself: noon is 12, midnight 24
	meansHour   // what stands behind an hour: "o'clock", "h"
	meansBefore // so many minutes, before the hour that it goes with: "half past"
	meansAfter  // the same behind it: "y media"
	meansUnit   // so many days: a week is 7
	meansAgo
	meansNothing // "on", "the", "de"
)

// The parts of a day.
const (
	morning = iota
	midday
	afternoon
	evening
)

// sense is one meaning of a word.
type sense struct {
	means meant
	n     int
}

// clockWords are the words in which a language speaks of days and times. Phrases are kept as lex parts them.
type clockWords struct {
	order    string // of day, month and year in figures: "mdy", "dmy" or "ymd"
	senses   map[string][]sense
	longest  int      // how many pieces the longest phrase has
	refusing []string // with which nothing is meant: "no"
	full     bool     // hours are told from 0 to 23
	// dateFirst says that the day stands before the name of its month.
	dateFirst bool
	ask       map[string]map[Channel]*template
}

// add gives a phrase a meaning, once.
func (w *clockWords) add(phrase string, s sense) {
	parts := lex(fold(phrase))
	if len(parts) == 0 {
		return
	}
	key := keyOf(parts)
	if !slices.Contains(w.senses[key], s) {
		w.senses[key] = append(w.senses[key], s)
	}
	w.longest = max(w.longest, len(parts))
}

// asks are what a language says about days and times that are asked for, and the gaps that each may have.
func asks() map[string][]string {
	return map[string][]string{"day": nil, "time": nil, "half": nil, "within": {"from", "until"}}
}

// senseTable is words with the number that each stands for, within bounds.
type senseTable struct {
	means       meant
	least, most int
}

// clockSenses are the lists and tables of words that "reads" may have, and what they mean.
func clockSenses() (lists map[string]sense, tables map[string]senseTable) {
	lists = map[string]sense{
		"today": {meansDay, 0}, "tomorrow": {meansDay, 1}, "after_tomorrow": {meansDay, 2}, "yesterday": {meansDay, -1}, "before_yesterday": {meansDay, -2},
		"morning": {meansPart, morning}, "midday": {meansPart, midday}, "afternoon": {meansPart, afternoon}, "evening": {meansPart, evening},
		"noon": {meansClock, 12}, "midnight": {meansClock, 24}, "hour": {means: meansHour},
		"days": {meansUnit, 1}, "weeks": {meansUnit, 7}, "ago": {means: meansAgo}, "passing": {means: meansNothing},
	}
	tables = map[string]senseTable{"weekdays": {meansWeekday, 0, 6}, "months": {meansMonth, 1, 12}, "before": {meansBefore, -30, 30}, "after": {meansAfter, -30, 30}}
	return lists, tables
}

// readClockWords reads "reads" of a clock, and takes the names that the clock tells days and months by.
//
//	reads:
//	  order: mdy                            # of day, month and year in figures
//	  today: [today]  tomorrow: [tomorrow]  yesterday: [yesterday]  after_tomorrow: […]  before_yesterday: […]
//	  weekdays: {sunday: 0, fri: 5}         # names and abbreviations besides those that are told
//	  months: {sept: 9}
//	  morning: [am]  midday: […]  afternoon: [pm]  evening: [at night]
//	  noon: [noon]  midnight: [midnight]
//	  hour: [o'clock, h]                    # what stands behind an hour
//	  before: {half past: 30}  after: {y media: 30}
//	  days: [days]  weeks: [weeks]  ago: [ago]
//	  passing: [on, at, the]                # words that say nothing
func (l *loader) readClockWords(co *object, g *language, c *clock) clockWords {
	w := clockWords{senses: map[string][]sense{}, ask: map[string]map[Channel]*template{}}
	f := co.get("reads")
	if f == nil {
		l.lacks(co.at, "clock needs %q: the words in which days and times are understood", "reads")
		return w
	}
	lists, tables := clockSenses()
	names := []string{"order"}
	for name := range lists {
		names = append(names, name)
	}
	for name := range tables {
		names = append(names, name)
	}
	o := l.object(f.value, "reads", names...)
	for _, one := range o.fields {
		if s, ok := lists[one.key]; ok {
			for _, word := range l.scalars(one.value, one.key) {
				w.add(word, s)
			}
		} else if t, ok := tables[one.key]; ok {
			for _, word := range l.object(one.value, one.key).fields {
				w.add(word.key, sense{t.means, l.number(&word, t.least, t.most, 0)})
			}
		}
	}
	for _, needed := range []string{"today", "tomorrow", "yesterday"} {
		if o.get(needed) == nil {
			l.lacks(o.at, "%q is missing; add it", needed)
		}
	}
	if w.order = l.required(o, "order"); w.order != "" && !slices.Contains([]string{"mdy", "dmy", "ymd"}, w.order) {
		l.found.add(o.get("order").at, "order is mdy, dmy or ymd, not %q", w.order)
	}
	w.takeOver(g, c)
	for name, gaps := range asks() {
		w.ask[name] = l.channels(co, "ask_"+name, gaps...)
	}
	return w
}

// takeOver adds what the language tells days, months, hours and numbers by.
func (w *clockWords) takeOver(g *language, c *clock) {
	for _, channel := range []Channel{Text, short, Voice} {
		for i, name := range c.days[channel] {
			w.add(name, sense{meansWeekday, i})
		}
		for i, name := range c.months[channel] {
			if strings.Trim(name, "0123456789") != "" { // a figure is read as one
				w.add(name, sense{meansMonth, i + 1})
			}
		}
		for i, part := range partsOfDay(c.halves[channel]) {
			w.add(c.halves[channel][i], sense{meansPart, part})
		}
	}
	for n, names := range g.numbers {
		for name := range strings.SplitSeq(names, "/") {
			w.add(name, sense{meansNumber, n})
		}
	}
	for name, n := range g.further {
		w.add(name, sense{meansNumber, n})
	}
	for _, name := range g.joins {
		w.add(name, sense{means: meansJoin})
	}
	for _, name := range g.no {
		w.refusing = append(w.refusing, fold(name))
	}
	w.full = slices.Contains(c.time[Text].gaps(), "hour24")
	day := c.day[Text].gaps()
	w.dateFirst = slices.Index(day, "date") < slices.Index(day, "month")
}

// gaps are the names of a pattern's gaps.
func (t *template) gaps() []string {
	var names []string
	for i := 0; t != nil && i < len(t.parts); i++ {
		if t.parts[i].path != nil {
			names = append(names, t.parts[i].path[0])
		}
	}
	return names
}

// lexed is a run of letters, a run of digits, a character of a writing without spaces, or a sign between two digits.
type lexed struct {
	text   string
	digits bool
	sign   bool
}

// mostPieces is as much as is looked at: a day and a time in words have no more.
const mostPieces = 60

// lex takes folded words apart.
func lex(folded string) []lexed {
	var all []lexed
	runes := []rune(folded)
	isDigit := func(i int) bool { return i >= 0 && i < len(runes) && runes[i] >= '0' && runes[i] <= '9' }
	for i := 0; i < len(runes) && len(all) < mostPieces; {
		r, end := runes[i], i+1
		switch {
		case isDigit(i):
			for isDigit(end) {
				end++
			}
			all = append(all, lexed{text: string(runes[i:end]), digits: true})
		case unspaced(r):
			all = append(all, lexed{text: string(r)})
		case unicode.IsLetter(r):
			for end < len(runes) && unicode.IsLetter(runes[end]) && !unspaced(runes[end]) {
				end++
			}
			all = append(all, lexed{text: string(runes[i:end])})
		case strings.ContainsRune("/-.:,", r) && isDigit(i-1) && isDigit(i+1):
			all = append(all, lexed{text: string(r), sign: true})
		}
		i = end
	}
	return all
}

// unspaced says whether a character belongs to a writing that puts no spaces between words.
func unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// keyOf is what a phrase is kept under.
func keyOf(parts []lexed) string {
	if len(parts) == 1 {
		return parts[0].text
	}
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// piece is a part of an answer, understood: a number, a sign, or a word with its senses; none if nobody knows it.
type piece struct {
	senses []sense
	number bool
	n      int
	digits int    // how many it was written with
	sign   string // between two digits
	used   bool
}

func (p *piece) means(m meant) bool {
	return slices.ContainsFunc(p.senses, func(s sense) bool { return s.means == m })
}

func (p *piece) value(m meant) int {
	i := slices.IndexFunc(p.senses, func(s sense) bool { return s.means == m })
	return p.senses[i].n
}

// mostDigitsRead are of a number or a year.
const mostDigitsRead = 7

// pieces understands an answer: longer phrases before shorter ones, numbers in words as numbers.
func (w *clockWords) pieces(folded string) []piece {
	parts := lex(folded)
	var all []piece
	for i := 0; i < len(parts); {
		took := 0
		for n := min(w.longest, len(parts)-i); n > 0 && took == 0; n-- {
			if senses := w.senses[keyOf(parts[i:i+n])]; senses != nil {
				all, took = append(all, piece{senses: senses}), n
			}
		}
		if p := parts[i]; took == 0 {
			one := piece{}
			switch {
			case p.sign:
				one.sign = p.text
			case p.digits && len(p.text) <= mostDigitsRead:
				one.number, one.digits = true, len(p.text)
				for _, r := range p.text {
					one.n = 10*one.n + int(r-'0')
				}
			}
			all, took = append(all, one), 1
		}
		i += took
	}
	return composed(all)
}

// composed puts the words of one number together: "two hundred" and "twenty five", "treinta y dos".
func composed(all []piece) []piece {
	out := all[:0]
	for i := 0; i < len(all); i++ {
		p := all[i]
		if !p.means(meansNumber) || p.means(meansMonth) && len(out) > 0 && out[len(out)-1].number { // "10 sept." is no 17
			out = append(out, p)
			continue
		}
		whole, last := p.value(meansNumber), p.value(meansNumber)
		for {
			next := i + 1
			if next < len(all) && all[next].means(meansJoin) {
				next++
			}
			if next >= len(all) || !all[next].means(meansNumber) {
				break
			}
			n := all[next].value(meansNumber)
			times := (n == 100 || n == 1000) && whole > 0 && whole < n
			if !times && (n == 0 || n >= last || last < 100 && (last%10 != 0 || n >= 10)) {
				break // another number
			}
			if last, i = n, next; times {
				whole *= n
			} else {
				whole += n
			}
		}
		out = append(out, piece{number: true, n: whole})
	}
	return out
}

// civil is a time of a day in a zone. A time that a change of clocks leaves out is taken as before the change, and of one that comes
// twice the first is meant. The day is a date in UTC, and may be any number of days off.
func civil(day time.Time, hour, minute int, zone *time.Location) time.Time {
	wall := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, time.UTC)
	at := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, zone)
	_, before := at.Add(-24 * time.Hour).Zone()
	first := wall.Add(-time.Duration(before) * time.Second).In(zone)
	if shows(at, wall) && !shows(first, wall) {
		return at
	}
	return first
}

func shows(at, wall time.Time) bool {
	return at.Day() == wall.Day() && at.Hour() == wall.Hour() && at.Minute() == wall.Minute()
}
