package flows

import (
	"slices"
	"time"
)

// nothing stands for what was not said.
const nothing = -1000

// spoken is what somebody said of a day and a time, before it is known which moment that is. What was not said is nothing.
type spoken struct {
	offset, weekday int // days from today; from Sunday, 0
	month, date     int // in words, or of figures in the order that is possible
	year            int
	figures         [2]int // as written, "11/27"; zero where there are none
	hour, minute    int
	part            int  // of the day
	sure            bool // the hour is one of 24
	unknown         int  // words that nobody knew
	contrary        bool // it says two things, so that it says nothing
}

func unspoken() spoken {
	return spoken{offset: nothing, weekday: nothing, month: nothing, date: nothing, year: nothing, hour: nothing, minute: nothing, part: nothing}
}

func (s *spoken) day() bool {
	return s.offset != nothing || s.weekday != nothing || s.date != nothing || s.figures != [2]int{}
}

// and is what was said first, with what was said then in its place.
func (s spoken) and(then spoken) spoken {
	if then.day() {
		s.offset, s.weekday, s.month, s.date, s.year, s.figures = then.offset, then.weekday, then.month, then.date, then.year, then.figures
	}
	if then.hour != nothing {
		s.hour, s.minute, s.sure = then.hour, then.minute, then.sure
		if then.sure || then.part != nothing {
			s.part = then.part
		}
	} else if then.part != nothing {
		s.part = then.part
	}
	return s
}

// hours are those that may be meant: one, or without a part of the day the earlier and the later.
func (s *spoken) hours() []int {
	h := s.hour
	switch {
	case h == 0 || h > 12:
		return []int{h}
	case s.part == morning:
		return []int{h % 12}
	case s.part == midday && h >= 10:
		return []int{h}
	case s.part == midday || s.part == afternoon:
		return []int{h%12 + 12}
	case s.part == evening && h == 12:
		return []int{24}
	case s.part == evening && h < 5:
		return []int{h}
	case s.part == evening:
		return []int{h + 12}
	case s.sure:
		return []int{h}
	}
	return []int{h % 12, h%12 + 12}
}

// whenReader reads one answer in the words of one language.
type whenReader struct {
	words *clockWords
	kind  whenKind
	all   []piece
	said  spoken
	wrong bool // it says two things
}

// read gives what an answer says; false if it says nothing of a day or a time, or two things, or a story around it.
func (w *clockWords) read(folded string, kind whenKind) (spoken, bool) {
	r := whenReader{words: w, kind: kind, said: unspoken()}
	for _, one := range lex(folded) {
		if slices.Contains(w.refusing, one.text) {
			return r.said, false
		}
	}
	r.all = w.pieces(folded)
	r.figures()
	r.times()
	r.months()
	r.names()
	r.left()
	for _, p := range r.all {
		if !p.used && (len(p.senses) == 0 && p.sign == "" || p.means(meansUnit)) {
			r.said.unknown++
		}
	}
	said := r.said.day() || r.said.hour != nothing || r.said.part != nothing
	r.said.contrary = r.wrong
	return r.said, said && !r.wrong && r.said.unknown <= fewWords
}

// set says one thing; another than before is one too many.
func (r *whenReader) set(what *int, n int) {
	if *what != nothing && *what != n {
		r.wrong = true
	}
	*what = n
}

// number says whether there is an unused number at i, between two bounds.
func (r *whenReader) number(i, least, most int) bool {
	return i >= 0 && i < len(r.all) && r.all[i].number && !r.all[i].used && r.all[i].n >= least && r.all[i].n <= most
}

func (r *whenReader) sign(i int) string {
	if i < 0 || i >= len(r.all) {
		return ""
	}
	return r.all[i].sign
}

func (r *whenReader) means(i int, m meant) bool {
	return i >= 0 && i < len(r.all) && !r.all[i].used && r.all[i].means(m)
}

func (r *whenReader) use(from, to int) {
	for i := from; i < to; i++ {
		r.all[i].used = true
	}
}

// past skips what says nothing.
func (r *whenReader) past(i, step int) int {
	for i += step; i >= 0 && i < len(r.all) && r.all[i].means(meansNothing) && len(r.all[i].senses) == 1; i += step {
	}
	return i
}

const mostYear = 2199

// figures finds 2026-11-27, 11/27/2026, 27.11. and the like. What a part of the day stands behind is a time, or two.
func (r *whenReader) figures() {
	for i := range r.all {
		sign := r.sign(i + 1)
		if !r.number(i, 0, mostYear) || sign == "" || sign == ":" || sign == "," || !r.number(i+2, 0, mostYear) {
			continue
		}
		a, b := r.all[i], r.all[i+2]
		end := i + 3
		third := r.sign(i+3) == sign && r.number(i+4, 0, mostYear)
		if third {
			end = i + 5
		}
		switch {
		case a.digits == 4 && third:
			r.set(&r.said.year, a.n)
			r.set(&r.said.month, b.n)
			r.set(&r.said.date, r.all[i+4].n)
		case a.digits > 2 || b.digits > 2:
			r.wrong = true
		case r.means(end, meansPart) || sign == "." && !third && (r.kind == whenTime || a.n > 12 && b.n > 12 || a.n > 31 || b.n > 31):
			continue // a time, "5.30", which is read below; with another sign, "5-6 pm", it is left over
		default:
			if r.said.figures != [2]int{} {
				r.wrong = true
			}
			r.said.figures = [2]int{a.n, b.n}
			if third {
				year := r.all[i+4].n
				if r.all[i+4].digits == 2 {
					year += 2000
				}
				r.set(&r.said.year, year)
			}
		}
		r.use(i, end)
	}
}

// times finds 17:30, 5 pm, 5 o'clock, half past five, noon.
func (r *whenReader) times() {
	for i := range r.all {
		switch {
		case r.number(i, 0, 24) && (r.sign(i+1) == ":" || r.sign(i+1) == ".") && r.number(i+2, 0, 59) && r.all[i+2].digits == 2:
			r.hour(r.all[i].n, r.all[i+2].n, r.words.full || r.all[i].digits == 2 && r.all[i].n < 10)
			r.use(i, i+3)
			r.after(i + 3)
		case r.number(i, 0, 24) && r.means(i+1, meansHour):
			minute, end := 0, i+2
			if n := r.past(i+1, 1); r.number(n, 0, 59) && !r.means(r.past(n, 1), meansMonth) {
				minute, end = r.all[n].n, n+1
			}
			r.hour(r.all[i].n, minute, r.words.full)
			r.use(i, end)
			r.after(end)
		case r.number(i, 1, 12) && r.means(i+1, meansAfter):
			r.hour(r.all[i].n, 0, false)
			r.use(i, i+1)
			r.after(i + 1)
		case r.means(i, meansBefore) && r.number(r.past(i, 1), 1, 12):
			n := r.past(i, 1)
			r.hour(r.all[n].n, 0, false)
			r.shift(r.all[i].value(meansBefore))
			r.use(i, n+1)
		case r.number(i, 1, 24) && (r.means(r.past(i, 1), meansPart) || r.means(i-1, meansPart) && !r.besideMonth(i)):
			r.hour(r.all[i].n, 0, false)
			r.use(i, i+1)
		case r.means(i, meansClock) && !r.number(i+1, 1, 12):
			r.hour(r.all[i].value(meansClock), 0, true)
			r.use(i, i+1)
		}
	}
	for i := range r.all {
		if r.means(i, meansPart) {
			r.set(&r.said.part, r.all[i].value(meansPart))
			r.use(i, i+1)
		}
	}
}

// hour notes a time. After it the part of a day may say more.
func (r *whenReader) hour(hour, minute int, sure bool) {
	r.set(&r.said.hour, hour)
	r.set(&r.said.minute, minute)
	r.said.sure = r.said.sure || sure
}

// after takes minutes that stand behind their hour: "y media".
func (r *whenReader) after(i int) {
	if r.means(i, meansAfter) {
		r.shift(r.all[i].value(meansAfter))
		r.use(i, i+1)
	}
}

// shift moves the time by minutes, which may go back over the hour: a quarter to one.
func (r *whenReader) shift(minutes int) {
	if r.said.minute += minutes; r.said.minute < 0 {
		r.said.minute += 60
		if r.said.hour--; r.said.hour == 0 {
			r.said.hour = 12
		}
	}
}

// besideMonth says whether a number goes with the name of a month.
func (r *whenReader) besideMonth(i int) bool {
	return r.means(r.past(i, 1), meansMonth) || r.means(r.past(i, -1), meansMonth)
}

// months finds the day that goes with the name of a month, and a year beside them.
func (r *whenReader) months() {
	for i := range r.all {
		if r.means(i, meansMonth) && !r.means(i, meansWeekday) {
			r.month(i)
		}
	}
	for i := range r.all { // "mar." is Tuesday where another month is named, and else March
		if r.means(i, meansMonth) && r.means(i, meansWeekday) && r.said.month == nothing {
			r.month(i)
		}
	}
}

func (r *whenReader) month(i int) {
	near := []int{r.past(i, 1), r.past(i, -1)}
	if r.words.dateFirst {
		slices.Reverse(near)
	}
	n := slices.IndexFunc(near, func(n int) bool { return r.number(n, 1, 31) })
	if n < 0 {
		r.wrong = r.wrong || !r.means(i, meansWeekday)
		return
	}
	r.set(&r.said.month, r.all[i].value(meansMonth))
	r.set(&r.said.date, r.all[near[n]].n)
	r.all[near[n]].used, r.all[i].used = true, true
	for _, y := range []int{r.past(max(i, near[n]), 1), r.past(min(i, near[n]), -1)} {
		if r.number(y, 1900, mostYear) && r.all[y].digits == 4 {
			r.set(&r.said.year, r.all[y].n)
			r.all[y].used = true
		}
	}
}

// names finds weekdays, days counted from today by name, and "in 3 days".
func (r *whenReader) names() {
	for i := range r.all {
		switch {
		case r.means(i, meansUnit) && r.number(i-1, 0, mostYear):
			n := r.all[i-1].n * r.all[i].value(meansUnit)
			if slices.ContainsFunc(r.all, func(p piece) bool { return p.means(meansAgo) }) {
				n = -n
			}
			r.set(&r.said.offset, n)
			r.all[i-1].used = true
		case r.means(i, meansWeekday):
			r.set(&r.said.weekday, r.all[i].value(meansWeekday))
		case r.means(i, meansDay):
			r.set(&r.said.offset, r.all[i].value(meansDay))
		default:
			continue
		}
		r.all[i].used = true
	}
}

// left takes a number that stands alone for what is still to be said: "at 5", "the 27th", "1730". A second is one too many.
func (r *whenReader) left() {
	for i := range r.all {
		if !r.all[i].number || r.all[i].used {
			continue
		}
		n := r.all[i].n
		switch {
		case r.kind == whenDay && !r.said.day() && n >= 1 && n <= 31:
			r.set(&r.said.date, n)
		case r.kind != whenDay && r.said.hour == nothing && n <= 24 && r.all[i].digits <= 2:
			r.hour(n, 0, false)
		case r.kind != whenDay && r.said.hour == nothing && r.all[i].digits >= 3 && r.all[i].digits <= 4 && n/100 <= 24 && n%100 < 60:
			r.hour(n/100, n%100, r.all[i].digits == 4 && n < 1000)
		default:
			r.wrong = true
		}
		r.all[i].used = true
	}
}

// days are those that may be meant, the likeliest first, as dates in UTC.
func (s *spoken) days(today time.Time, order string, q *when) []time.Time {
	var all []time.Time
	add := func(year, month, date int) {
		if day := time.Date(year, time.Month(month), date, 0, 0, 0, 0, time.UTC); month >= 1 && month <= 12 && day.Day() == date && date > 0 {
			all = append(all, day)
		}
	}
	step := 1
	if q.past {
		step = -1
	}
	month, date := s.month, s.date
	if s.figures != [2]int{} {
		month, date = inOrder(s.figures, order)
	}
	switch {
	case s.offset != nothing:
		all = []time.Time{today.AddDate(0, 0, s.offset)}
	case month != nothing && s.year != nothing:
		add(s.year, month, date)
	case month != nothing:
		const toLeapDay = 8
		for i := range toLeapDay + 1 {
			add(today.Year()+step*i, month, date)
		}
		all = ahead(all, today, q.past)
	case date != nothing:
		first := today.AddDate(0, 0, 1-today.Day())
		for i := range 3 {
			m := first.AddDate(0, step*i, 0)
			add(m.Year(), int(m.Month()), date)
		}
		all = ahead(all, today, q.past)
	case s.weekday != nothing:
		off := ((s.weekday-int(today.Weekday()))*step + 7) % 7
		next := today.AddDate(0, 0, step*off)
		if all = []time.Time{next, next.AddDate(0, 0, 7*step)}; off == 0 && q.kind == whenDay { // on a Friday, "Friday" is no word for today
			slices.Reverse(all)
		}
		return all
	default:
		all = []time.Time{today, today.AddDate(0, 0, step)}
	}
	if s.weekday != nothing {
		all = slices.DeleteFunc(all, func(day time.Time) bool { return int(day.Weekday()) != s.weekday })
	}
	return all
}

// ahead keeps the days from today on, or up to today; all if there is none.
func ahead(all []time.Time, today time.Time, past bool) []time.Time {
	out := slices.DeleteFunc(slices.Clone(all), func(day time.Time) bool {
		return past && day.After(today) || !past && day.Before(today)
	})
	if len(out) == 0 {
		return all
	}
	return out
}

// inOrder reads two figures as month and day in a language's order, and where that is impossible the other way.
func inOrder(figures [2]int, order string) (month, date int) {
	month, date = figures[0], figures[1]
	if order == "dmy" {
		month, date = date, month
	}
	if month > 12 {
		return date, month
	}
	return month, date
}
