package main

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func newYork(t interface{ Fatal(...any) }) *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestTimesAsPeopleWriteThem(t *testing.T) {
	zone := newYork(t)
	now := time.Date(2026, 11, 23, 17, 0, 0, 0, zone) // a Monday
	for text, want := range map[string]string{
		"2026-11-27 19:00":     "Friday, Nov 27, 7:00 pm",
		" 2026-11-27  19:00 ":  "Friday, Nov 27, 7:00 pm",
		"friday 7pm":           "Friday, Nov 27, 7:00 pm",
		"Fri, 7:30 PM":         "Friday, Nov 27, 7:30 pm",
		"FRIDAY 19:30":         "Friday, Nov 27, 7:30 pm",
		"today 6pm":            "Monday, Nov 23, 6:00 pm",
		"monday 6pm":           "Monday, Nov 23, 6:00 pm",
		"monday 4pm":           "Monday, Nov 30, 4:00 pm",
		"tomorrow 12 am":       "Tuesday, Nov 24, 12:00 am",
		"tomorrow 12pm":        "Tuesday, Nov 24, 12:00 pm",
		"2027-01-05 09:05":     "Tuesday, Jan 5, 2027, 9:05 am",
		"2026-11-23 17:01":     "Monday, Nov 23, 5:01 pm",
		"2027-03-14 01:59":     "Sunday, Mar 14, 2027, 1:59 am",
		"2027-11-07 01:30":     "Sunday, Nov 7, 2027, 1:30 am", // twice: the first
		"sun 0:00":             "Sunday, Nov 29, 12:00 am",
		"wednesday 1:05 pm":    "Wednesday, Nov 25, 1:05 pm",
		"thursday, 11:59pm":    "Thursday, Nov 26, 11:59 pm",
		"saturday 12:30 am":    "Saturday, Nov 28, 12:30 am",
		"tomorrow, 8:00 am":    "Tuesday, Nov 24, 8:00 am",
		"2028-02-29 10:00":     "Tuesday, Feb 29, 2028, 10:00 am",
		"tuesday     10:00 am": "Tuesday, Nov 24, 10:00 am",
	} {
		got, err := parseTime(text, now, zone)
		if err != nil || moment(got, now, zone) != want {
			t.Errorf("%q: %s, %v; want %s", text, moment(got, now, zone), err, want)
		}
	}
	for text, says := range map[string]string{
		"2026-11-23 17:00": "has passed",
		"today 4pm":        "Monday, Nov 23, 4:00 pm has passed",
		"2027-03-14 02:30": "clocks are put forward then",
		"2026-02-30 10:00": "is no time",
		"friday":           "is no time",
		"friday 7":         "is no time of day",
		"friday 25:00":     "is no time of day",
		"friday 13pm":      "is no time of day",
		"friday 7:60pm":    "is no time of day",
		"frogday 7pm":      "is no time",
		"friyay 7pm":       "is no day of the week",
		"":                 "is no time",
	} {
		if got, err := parseTime(text, now, zone); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, %v; should say %s", text, got, err, says)
		}
	}
}

// What is printed of a time can be typed again.
func TestTimesGoRound(t *testing.T) {
	zone := newYork(t)
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "now"), 0)
		then := now.Add(time.Duration(rapid.Int64Range(1, 1e6).Draw(t, "minutes")) * time.Minute).In(zone).Truncate(time.Minute)
		got, err := parseTime(then.Format("2006-01-02 15:04"), now, zone)
		// An hour that the clock strikes twice is one of the two.
		if apart := got.Sub(then).Abs(); err != nil || apart != 0 && apart != time.Hour {
			t.Fatalf("%v: %v, %v", then, got, err)
		}
	})
}

func FuzzParseTime(f *testing.F) {
	f.Add("friday 7pm")
	f.Add("2026-11-27 19:00")
	zone := newYork(f)
	now := time.Date(2026, 11, 23, 17, 0, 0, 0, zone)
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := parseTime(text, now, zone); err == nil && !got.After(now) {
			t.Errorf("%q is %v, which has passed", text, got)
		}
	})
}

func TestWordsInSeveralLanguages(t *testing.T) {
	for text, want := range map[string]string{
		"Hall":                         "Hall | Hall",
		"en=Hall / es=Sala":            "Hall | Sala",
		"es=Sala/en=Hall":              "Hall | Sala",
		"Hall / es=Sala":               "Hall | Sala",
		"en=1/2 Elm St / es=Calle 1/2": "1/2 Elm St | Calle 1/2",
		"en=a=b / es=c":                "a=b | c",
	} {
		w := wordsFlag{}
		if err := w.Set(text); err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		got, err := w.in([]string{"en", "es"}, "the place")
		if err != nil || got["en"]+" | "+got["es"] != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for text, says := range map[string]string{
		"en=Hall":                     "the place has no words in es",
		"en=Hall / es=Sala / fr=Aula": "the place has words in fr",
		"en= / es=Sala":               "there are no words",
		"":                            "there are no words",
		"en=a / en=b":                 "two texts in one language",
	} {
		w := wordsFlag{}
		err := w.Set(text)
		if err == nil {
			_, err = w.in([]string{"en", "es"}, "the place")
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v; should say %s", text, err, says)
		}
	}
}

func TestTables(t *testing.T) {
	table := table{head: []string{"No.", "Place"}}
	table.add("1", "Salón B")
	table.add("12", strings.Repeat("very ", 30)+"far")
	var b strings.Builder
	table.print(&b)
	want := "No.  Place\n1    Salón B\n12   " + strings.TrimSpace(strings.Repeat("very ", 19)) + "\n     " + strings.Repeat("very ", 11) + "far\n"
	if b.String() != want {
		t.Errorf("\n%s\nwant\n%s", b.String(), want)
	}
}

// However wide the words, no line is wider than asked, and nothing but spaces is lost.
func TestWrap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		width := rapid.IntRange(1, 40).Draw(t, "width")
		lines := wrap(text, width)
		for _, line := range lines {
			if n := len([]rune(line)); n > width {
				t.Fatalf("%q is %d wide", line, n)
			}
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if squeeze(strings.Join(lines, " ")) != squeeze(text) {
			t.Fatalf("%q became %q", text, lines)
		}
	})
}

func TestPrintable(t *testing.T) {
	if got := printable("a\x1b[2Jb\u202ec\u009bd\ne\x00"); got != "a[2Jbcd\ne" {
		t.Errorf("%q", got)
	}
}
