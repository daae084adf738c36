package flows

import (
	"testing"
	"time"
)

// TestTold: one value of each type, written and said, in each language.
func TestTold(t *testing.T) {
	s := mustLoad(t, errands)
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	at := func(month time.Month, day, hour, minute int) Value {
		return Value{Num: time.Date(2026, month, day, hour, minute, 0, 0, newYork).Unix(), Zone: "America/New_York"}
	}
	for _, c := range []struct {
		value   Value
		t       Type
		format  string
		lang    Lang
		written string
		said    string
	}{
		{at(11, 27, 19, 0), TypeTime, "", "en", "Friday, Nov 27, 7:00 pm", "Friday, November 27 at 7 PM"},
		{at(11, 27, 19, 0), TypeTime, "", "es", "viernes 27 de noviembre, 7:00 pm", "viernes 27 de noviembre a las 7 de la noche"},
		{at(11, 28, 13, 30), TypeTime, "", "es", "sábado 28 de noviembre, 1:30 pm", "sábado 28 de noviembre a la 1:30 de la tarde"},
		{at(3, 4, 0, 5), TypeTime, "", "en", "Wednesday, March 4, 12:05 am", "Wednesday, March 4 at 12:05 AM"},
		{at(3, 4, 12, 0), TypeTime, "time", "es", "12:00 pm", "las 12 de la tarde"},
		{at(3, 4, 9, 15), TypeTime, "day", "es", "miércoles 4 de marzo", "miércoles 4 de marzo"},
		{at(3, 4, 9, 15), TypeTime, "weekday", "en", "Wednesday", "Wednesday"},
		{Value{Zone: "Mars/Olympus"}, TypeTime, "time", "en", "12:00 am", "12 AM"},
		{Value{Num: 3}, TypeNumber, "", "en", "3", "3"},
		{Value{Num: 3}, TypeNumber, "word", "es", "tres", "tres"},
		{Value{Num: 1}, TypeNumber, "people", "en", "one person", "one person"},
		{Value{Num: 42}, TypeNumber, "people", "es", "42 personas", "42 personas"},
		{Value{Num: 1}, TypeNumber, "readers", "es", "lo lee una persona", "lo lee una persona"},
		{Value{Num: 2}, TypeNumber, "hearers", "es", "lo escuchan dos personas", "lo escuchan dos personas"},
		{Value{}, TypeNumber, "readers", "en", "the organizers will read it", "the organizers will read it"},
		{Value{Num: -1}, TypeNumber, "word", "en", "-1", "-1"},
		{Value{Text: "482719356620"}, TypeCode, "", "en", "4827 1935 6620", "4, 8, 2, 7. 1, 9, 3, 5. 6, 6, 2, 0"},
		{Value{Text: "123456"}, TypeCode, "", "es", "1234 56", "1, 2, 3, 4. 5, 6"},
		{Value{Words: map[Lang]string{"en": "hall", "es": "salón"}}, TypeWords, "", "es", "salon", "salón"},
		{Value{Words: map[Lang]string{"en": "hall"}}, TypeWords, "", "es", "hall", "hall"},
		{Value{Words: map[Lang]string{"ht": "sal", "zz": "x"}}, TypeWords, "", "es", "sal", "sal"},
		{Value{}, TypeWords, "", "en", "", ""},
		{Value{Text: "“Ana”–Añón…"}, TypeText, "", "en", `"Ana"-Añon...`, "“Ana”–Añón…"},
		{Value{Text: "café · 食堂 · mí"}, TypeText, "", "en", "café · 食堂 · mí", "café · 食堂 · mí"},
	} {
		g := s.language(c.lang)
		if got := s.told(c.value, c.t, c.format, Text, g); got != c.written {
			t.Errorf("%+v as %s in %s is written %q, want %q", c.value, c.format, c.lang, got, c.written)
		}
		if got := s.told(c.value, c.t, c.format, Voice, g); got != c.said {
			t.Errorf("%+v as %s in %s is said %q, want %q", c.value, c.format, c.lang, got, c.said)
		}
	}
}

// TestSentences: what is told begins a sentence with a capital letter, and an abbreviation does not end it with two stops.
func TestSentences(t *testing.T) {
	s := mustLoad(t, "starts: {es: [YA]}\nsteps:\n  one:\n    say: \"{next.at.day}. Hasta {next.at.day}. {ballots.open.people}? {ballots.open.people}.\"\n    then: end\n")
	story(t, s, `
@ text es
@ fact next.at 2026-11-27 10:00 UTC
@ fact ballots.open 2
> ya
< Viernes 27 de noviembre. Hasta viernes 27 de noviembre. Dos personas? Dos personas.
`)
}
