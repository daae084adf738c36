package flows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// clock is how moments are told, written (usually and in short) and said, and how they are read.
type clock struct {
	days, months, halves map[Channel][]string
	day, time, moment    map[Channel]*template
	timeAtOne            map[Channel]*template // for one o'clock, where that is another word; else nil
	timeOnHour           map[Channel]*template // for an hour without minutes, where those are left out; else nil
	first                map[Channel]string    // the first of a month, where that is another word; else nil
	reads                clockWords
}

// readClock reads how days and times are told. What is missing is found here, so that telling them never has to check. By text there
// may be a short form besides the usual one: {text: [Friday, …], short: [Fri, …], voice: [Friday, …]}.
func (l *loader) readClock(o *object, g *language) clock {
	var c clock
	f := o.get("clock")
	if f == nil {
		l.lacks(o.at, "a language needs a \"clock\": how days and times are told")
		return c
	}
	names := []string{"days", "months", "halves", "day", "time", "time_at_one", "time_on_hour", "first", "moment", "reads"}
	for name := range asks() {
		names = append(names, "ask_"+name)
	}
	co := l.object(f.value, "clock", names...)
	lists := func(key string, least int) map[Channel][]string {
		one := co.get(key)
		if one == nil {
			l.lacks(co.at, "clock needs %q", key)
			return nil
		}
		by := l.object(one.value, key, "text", "short", "voice")
		all := map[Channel][]string{Text: l.requiredList(by, "text", least), Voice: l.requiredList(by, "voice", least)}
		if all[short] = all[Text]; by.get("short") != nil {
			all[short] = l.requiredList(by, "short", least)
		}
		return all
	}
	patterns := func(key string, gaps ...string) map[Channel]*template {
		one := co.get(key)
		if one == nil {
			if !strings.HasPrefix(key, "time_") {
				l.lacks(co.at, "clock needs %q", key)
			}
			return nil
		}
		by := l.object(one.value, key, "text", "short", "voice")
		all := map[Channel]*template{Text: l.pattern(by, "text", gaps...), Voice: l.pattern(by, "voice", gaps...)}
		if all[short] = all[Text]; by.get("short") != nil {
			all[short] = l.pattern(by, "short", gaps...)
		}
		return all
	}
	c.days, c.months, c.halves = lists("days", 7), lists("months", 12), lists("halves", 2)
	c.day = patterns("day", "weekday", "month", "date")
	hours := []string{"hour", "hour24", "minute", "minutes", "half"}
	c.time, c.timeAtOne, c.timeOnHour = patterns("time", hours...), patterns("time_at_one", hours...), patterns("time_on_hour", hours...)
	c.moment = patterns("moment", "day", "time")
	if first := co.get("first"); first != nil {
		by := l.object(first.value, "first", "text", "voice")
		c.first = map[Channel]string{Text: l.required(by, "text"), Voice: l.required(by, "voice")}
		c.first[short] = c.first[Text]
	}
	c.reads = l.readClockWords(co, g, &c)
	return c
}

// dear is the first letter outside GSM-7 in a short name of a day, a month or a half, quoted; "" where there is none.
func (k *clock) dear() string {
	for _, names := range []map[Channel][]string{k.days, k.months, k.halves} {
		for _, name := range names[short] {
			if _, wide, forced := Segments(name); wide {
				return fmt.Sprintf("%q", forced)
			}
		}
	}
	return ""
}

// tell is "Friday, Nov 27, 7:00 pm" in writing and "Friday, November 27 at 7 PM" aloud; or only its day, time or weekday.
func (k *clock) tell(at time.Time, format string, c Channel) string {
	weekday := k.days[c][at.Weekday()]
	if format == "weekday" {
		return weekday
	}
	date := strconv.Itoa(at.Day())
	if at.Day() == 1 && k.first != nil {
		date = k.first[c]
	}
	day := k.day[c].fill("weekday", weekday, "month", k.months[c][at.Month()-1], "date", date)
	if format == "day" {
		return day
	}
	hour, minute := (at.Hour()+11)%12+1, fmt.Sprintf(":%02d", at.Minute())
	if c == Voice && at.Minute() == 0 {
		minute = ""
	}
	pattern := k.time[c]
	atOne := hour == 1
	if slices.Contains(pattern.gaps(), "hour24") { // 13 is no one there
		atOne = at.Hour() == 1
	}
	switch {
	case atOne && k.timeAtOne != nil:
		pattern = k.timeAtOne[c]
	case at.Minute() == 0 && k.timeOnHour != nil:
		pattern = k.timeOnHour[c]
	}
	clock := pattern.fill("hour", strconv.Itoa(hour), "hour24", strconv.Itoa(at.Hour()), "minute", minute,
		"minutes", fmt.Sprintf("%02d", at.Minute()), "half", half(k.halves[c], at.Hour()))
	if format == "time" {
		return clock
	}
	return k.moment[c].fill("day", day, "time", clock)
}

// half names the part of the day: of two, the halves; of three, morning, afternoon and evening; of four, noon besides.
func half(names []string, hour int) string {
	const noon, nightfall = 12, 19
	if len(names) >= 4 {
		if hour == noon {
			return names[1]
		}
		names = append(names[:1:1], names[2:]...)
	}
	switch {
	case hour < noon:
		return names[0]
	case hour < nightfall || len(names) == 2:
		return names[1]
	}
	return names[2]
}

// partsOfDay are what the names mean that half chooses among.
func partsOfDay(names []string) []int {
	if len(names) >= 4 {
		return []int{morning, midday, afternoon, evening}
	}
	return []int{morning, afternoon, evening}[:min(len(names), 3)]
}
