package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// moment is a time as people say it, in the zone where it counts: "Friday, Nov 27, 7:00 pm". The year stands only where it is
// not this one.
func moment(t, now time.Time, zone *time.Location) string {
	t, now = t.In(zone), now.In(zone)
	layout := "Monday, Jan 2, 3:04 pm"
	if t.Year() != now.Year() {
		layout = "Monday, Jan 2, 2006, 3:04 pm"
	}
	return t.Format(layout)
}

// day is the same without the hour.
func day(t, now time.Time, zone *time.Location) string {
	t, now = t.In(zone), now.In(zone)
	if t.Year() != now.Year() {
		return t.Format("Jan 2, 2006")
	}
	return t.Format("Jan 2")
}

// optional leaves a moment that is none out of JSON.
func optional(t time.Time, zone *time.Location) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(zone).Truncate(time.Second)
	return &t
}

// zoneOf gives the zone of an assembly; the store has checked its name.
func zoneOf(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("reading the assembly's time zone: %w", err)
	}
	return zone, nil
}

// "friday 7pm", "Fri 7:30 pm", "tomorrow 19:00".
var weekdayTime = regexp.MustCompile(`^(?i)(today|tomorrow|(?:sun|mon|tue|wed|thu|fri|sat)[a-z]*),? +(\d{1,2})(?::(\d\d))? *([ap]m)?$`)

// parseTime reads a time in a zone: "2026-11-27 19:00", "friday 7pm" (the next one), "tomorrow 19:00". What lies in the past is
// refused, and so is a time that the zone skips.
func parseTime(text string, now time.Time, zone *time.Location) (time.Time, error) {
	text, now = strings.Join(strings.Fields(text), " "), now.In(zone)
	t, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err == nil && t.Format("2006-01-02 15:04") != text {
		return time.Time{}, fmt.Errorf("%q does not exist in %s: clocks are put forward then", text, zone)
	}
	if err != nil {
		if t, err = parseWeekday(text, now); err != nil {
			return time.Time{}, err
		}
	}
	if !t.After(now) {
		return time.Time{}, fmt.Errorf("%s has passed", moment(t, now, zone))
	}
	return t, nil
}

func parseWeekday(text string, now time.Time) (time.Time, error) {
	m := weekdayTime.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, fmt.Errorf(`%q is no time: write it like "2026-11-27 19:00" or "friday 7pm"`, text)
	}
	hour, _ := strconv.Atoi(m[2]) // digits, by the pattern
	minute, _ := strconv.Atoi(m[3])
	half := strings.ToLower(m[4])
	switch {
	case half != "" && (hour < 1 || hour > 12), half == "" && (m[3] == "" || hour > 23), minute > 59:
		return time.Time{}, fmt.Errorf(`%q is no time of day: write "7pm", "7:30 pm" or "19:30"`, strings.TrimSpace(text[len(m[1]):]))
	case half != "":
		hour = hour%12 + map[string]int{"am": 0, "pm": 12}[half]
	}
	ahead := 0
	switch name := strings.ToLower(m[1]); name {
	case "today":
	case "tomorrow":
		ahead = 1
	default:
		wanted, err := weekday(name)
		if err != nil {
			return time.Time{}, err
		}
		ahead = int(wanted-now.Weekday()+7) % 7
	}
	at := func(ahead int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+ahead, hour, minute, 0, 0, now.Location())
	}
	if t := at(ahead); t.After(now) || ahead > 0 || len(m[1]) == len("today") && strings.EqualFold(m[1], "today") {
		return t, nil
	}
	return at(ahead + 7), nil
}

// weekday reads a day's name or what it begins with.
func weekday(name string) (time.Weekday, error) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.HasPrefix(strings.ToLower(d.String()), name) {
			return d, nil
		}
	}
	return 0, fmt.Errorf("%q is no day of the week", name)
}

// count is a number with its noun: "1 person", "9 people".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
