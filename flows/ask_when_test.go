package flows

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const whenFlow = `
starts: {en: [DAY], es: [DIA]}
steps:
  day:
    ask: {en: "Which day?", es: "¿Qué día?"}
    when: day
    until: 60d
    save: day
    then: back
  back:
    say: {en: "{day.day}.", es: "{day.day}."}
    then: moment
  moment:
    ask: {en: "When do we meet?", es: "¿Cuándo nos vemos?"}
    when: moment
    until: 30d
    save: at
    then: told
  told:
    say: "{at}."
    then: end
`

// TestWhen tells how days and moments are asked for.
func TestWhen(t *testing.T) {
	s := mustLoad(t, whenFlow)
	story(t, s, `
@ now 2026-11-24 15:20 America/New_York
# by text, in words; what is missing is asked for, and is no wrong answer
@ text en es
> day
< Which day?
> I think friday
< Friday, Nov 27.
< When do we meet?
> tomorrow
< At what time? Write it like 5:30 pm.
> at 5
< In the morning or in the evening? Write am or pm.
> p.m.
< Wednesday, Nov 25, 5:00 pm.
# an hour that only one half of the day can mean is not asked about
> day
< Which day?
> 2026-12-24
< Thursday, Dec 24.
< When do we meet?
> today at 5
< Tuesday, Nov 24, 5:00 pm.
# in another language than the one spoken, and out of bounds
> dia
< Which day?
> pasado mañana
< Thursday, Nov 26.
< When do we meet?
> 14 feb 5pm
< It must be from Tuesday, Nov 24 to Thursday, Dec 24.
< When do we meet?
> el viernes a las 5 y media de la tarde
< Friday, Nov 27, 5:30 pm.
# nothing that says a day
> day
< Which day?
> we were not told
< Write the day like tomorrow, Friday or Nov 27.
< Which day?
> no se
< Write the day like tomorrow, Friday or Nov 27.
< Which day?
> ?
< Let us leave it here for now. Text MENU any time, or call .

# by voice, in keys: the day, the time, the half of the day
@ voice en es
> [call 2]
< Which day?
< Key the month and the day, four keys. For November 27, key 1 1 2 7.
> [keys 1332]
< Which day?
< Key the month and the day, four keys. For November 27, key 1 1 2 7.
> [silence]
< Take your time.
< Tómese su tiempo.
< Which day?
< Key the month and the day, four keys. For November 27, key 1 1 2 7.
> [keys 1127]
< Friday, November 27.
< When do we meet?
< Key the month and the day, four keys. For November 27, key 1 1 2 7.
> [keys 1130]
< Key the time, four keys. For half past five, key 0 5 3 0.
> [keys 0530]
< For the morning, press 1. For the afternoon or evening, press 2.
> [keys 9]
< For the morning, press 1. For the afternoon or evening, press 2.
> [keys 2]
< Monday, November 30 at 5:30 PM.
< [end]
`)
}

// TestWhatTime: a time of day by voice, in four keys or three and #; * starts over, and what was keyed before is forgotten.
func TestWhatTime(t *testing.T) {
	s := mustLoad(t, `
starts: {en: [TIME]}
steps:
  time:
    ask: {en: "When did it happen?", es: "¿A qué hora fue?"}
    when: time
    past: true
    wrong: {text: {en: "Only the time.", es: "La hora."}, voice: {en: "That is no time.", es: "Esa no es hora."}}
    save: at
    then: told
  told:
    say: "{at}."
    then: end
`)
	story(t, s, `
@ now 2026-11-24 15:20 America/New_York
@ voice en es
> [call 2]
< When did it happen?
< Key the time, four keys. For half past five, key 0 5 3 0.
> [keys 2575]
< That is no time.
< When did it happen?
< Key the time, four keys. For half past five, key 0 5 3 0.
> [keys 530#]
< For the morning, press 1. For the afternoon or evening, press 2.
> [keys *]
< Hello.
< To Tell us, press 1.
< To Test, press 2.
> [keys 2]
< When did it happen?
< Key the time, four keys. For half past five, key 0 5 3 0.
> [keys 1730]
< Monday, November 23 at 5:30 PM.
< [end]
@ text en es
@ lang en
> TIME
< When did it happen?
> it was dark
< Only the time.
< When did it happen?
> about 5
< In the morning or in the evening? Write am or pm.
> I forget
< Only the time.
> it was in the morning
< Tuesday, Nov 24, 5:00 am.
`)
}

// TestWhatIsMissingIsCheap: what the library says about numbers, days and times by text fits the cheaper alphabet.
func TestWhatIsMissingIsCheap(t *testing.T) {
	s := mustLoad(t, errands)
	for _, g := range s.languages {
		all := map[string]string{"between": g.between[Text].fill("min", g.number(1, "", Text), "max", g.number(123456, "", Text))}
		for name, pattern := range g.clock.reads.ask {
			all["ask_"+name] = pattern[Text].fill()
		}
		for name, words := range all {
			if _, ucs2, r := Segments(words); ucs2 && !g.wide {
				t.Errorf("%s in %s has %q: %s", name, g.lang, r, words)
			}
		}
	}
}

// TestWhenWithoutNow: the engine knows no clock, and says so.
// TestWhenHalfAnswered: an answer of which half is there is asked for the rest, in whichever language; and on a call too, who is
// always out of bounds comes to an end.
func TestWhenHalfAnswered(t *testing.T) {
	s := mustLoad(t, flowOf("  when:\n    ask: When?\n    when: moment\n    until: 2d\n    save: at\n    then: end\n"))
	p := party{t: t, set: s, env: byText}
	p.does(texted("GO"))
	p.is(p.does(texted("tomorrow")), "At what time? Write it like 5:30 pm.")
	p.is(p.does(texted("español")), "¿A qué hora? Escriba como 5:30 pm.")

	p = party{t: t, set: s, env: byVoice, st: State{Flow: "test", Step: "when"}}
	for range 3 {
		p.does(keyed("0115"))
		p.does(keyed("1730"))
	}
	if p.st.Step == "when" {
		t.Errorf("it is asked still: %+v", p.st)
	}
}

func TestWhenWithoutNow(t *testing.T) {
	s := mustLoad(t, whenFlow)
	env := byText
	env.Now = Value{}
	if _, err := s.Next(State{Lang: "en"}, Input{Kind: KindText, Text: "DAY"}, env); err == nil {
		t.Error("a day was asked for without knowing what day it is")
	}
}

// askedWhen is a turn of an ask for a day or a time, to read answers with.
func askedWhen(s *Set, lang Lang, now time.Time) *turn {
	return s.turn(State{Lang: lang}, Env{Channel: Text, Now: Value{Num: now.Unix(), Zone: now.Location().String()}})
}

// readAll is the first moment that an answer means, or what is lacking.
func (q *when) readAll(t *turn, text string) string {
	now, _ := t.now()
	said, ok := q.read(t, fold(text), unspoken(), now)
	if !ok {
		return "nothing"
	}
	if need := q.lacks(t, said, now); need != "" {
		return need
	}
	at := q.meant(t, said, now)
	if len(at) == 0 {
		return "outside"
	}
	return at[0].Format("Mon 2006-01-02 15:04")
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestWhenWords: what people write, and what it means on a Tuesday afternoon.
func TestWhenWords(t *testing.T) {
	s := mustLoad(t, errands)
	now := time.Date(2026, 11, 24, 15, 20, 0, 0, zone(t, "America/New_York"))
	day, moment, clock := &when{kind: whenDay, until: aYear}, &when{kind: whenMoment, until: aYear}, &when{kind: whenTime}
	for _, c := range []struct {
		q    *when
		lang Lang
		text string
		want string
	}{
		{day, "en", "today", "Tue 2026-11-24 00:00"},
		{day, "en", "Tomorrow!", "Wed 2026-11-25 00:00"},
		{day, "en", "the day after tomorrow", "Thu 2026-11-26 00:00"},
		{day, "en", "yesterday", "outside"},
		{day, "en", "fri", "Fri 2026-11-27 00:00"},
		{day, "en", "next Friday", "Fri 2026-11-27 00:00"},
		{day, "en", "this friday", "Fri 2026-11-27 00:00"},
		{day, "en", "tuesday", "Tue 2026-12-01 00:00"},
		{day, "en", "27 nov", "Fri 2026-11-27 00:00"},
		{day, "en", "Nov 27th", "Fri 2026-11-27 00:00"},
		{day, "en", "November 27, 2026", "Fri 2026-11-27 00:00"},
		{day, "en", "Friday, Nov 27", "Fri 2026-11-27 00:00"},
		{day, "en", "Monday, Nov 27", "outside"},
		{day, "en", "the 3rd", "Thu 2026-12-03 00:00"},
		{day, "en", "31", "Thu 2026-12-31 00:00"},
		{day, "en", "11/27", "Fri 2026-11-27 00:00"},
		{day, "en", "27/11", "Fri 2026-11-27 00:00"},
		{day, "en", "3/4", "Thu 2027-03-04 00:00"},
		{day, "en", "12-03-26", "Thu 2026-12-03 00:00"},
		{day, "en", "2026-11-27", "Fri 2026-11-27 00:00"},
		{day, "en", "29 feb", "outside"},
		{day, "en", "31/02", "outside"},
		{day, "en", "in 3 days", "Fri 2026-11-27 00:00"},
		{day, "en", "in two weeks", "Tue 2026-12-08 00:00"},
		{day, "en", "twenty seventh of november", "Fri 2026-11-27 00:00"},
		{day, "en", "twenty seven november", "Fri 2026-11-27 00:00"},
		{day, "en", "1 jan", "Fri 2027-01-01 00:00"},
		{day, "en", "no friday", "nothing"},
		{day, "en", "friday or saturday", "nothing"},
		{day, "en", "I do not know what I should say about that", "nothing"},
		{day, "es", "hoy", "Tue 2026-11-24 00:00"},
		{day, "es", "mañana", "Wed 2026-11-25 00:00"},
		{day, "es", "manana", "Wed 2026-11-25 00:00"},
		{day, "es", "el viernes", "Fri 2026-11-27 00:00"},
		{day, "es", "vier", "Fri 2026-11-27 00:00"},
		{day, "es", "el próximo sábado", "Sat 2026-11-28 00:00"},
		{day, "es", "27 de noviembre", "Fri 2026-11-27 00:00"},
		{day, "es", "4 de mar.", "Thu 2027-03-04 00:00"},
		{day, "es", "mar.", "Tue 2026-12-01 00:00"},
		{day, "es", "en 3 días", "Fri 2026-11-27 00:00"},
		{day, "es", "dentro de una semana", "Tue 2026-12-01 00:00"},
		{day, "es", "treinta y uno de diciembre", "Thu 2026-12-31 00:00"},
		{clock, "en", "noon", "Wed 2026-11-25 12:00"},
		{clock, "en", "midnight", "Wed 2026-11-25 00:00"},
		{clock, "en", "5pm", "Tue 2026-11-24 17:00"},
		{clock, "en", "5 p.m.", "Tue 2026-11-24 17:00"},
		{clock, "en", "17:30", "Tue 2026-11-24 17:30"},
		{clock, "en", "1730", "Tue 2026-11-24 17:30"},
		{clock, "en", "5", "half"},
		{clock, "en", "5.30 pm", "Tue 2026-11-24 17:30"},
		{clock, "en", "half past five in the afternoon", "Tue 2026-11-24 17:30"},
		{clock, "en", "quarter to one pm", "Wed 2026-11-25 12:45"},
		{clock, "en", "12 am", "Wed 2026-11-25 00:00"},
		{clock, "en", "at eleven at night", "Tue 2026-11-24 23:00"},
		{clock, "en", "25:00", "nothing"},
		{clock, "es", "5 de la tarde", "Tue 2026-11-24 17:00"},
		{clock, "en", "5 de la tarde", "Tue 2026-11-24 17:00"},
		{clock, "es", "a las 5 y media de la tarde", "Tue 2026-11-24 17:30"},
		{clock, "es", "las ocho de la mañana", "Wed 2026-11-25 08:00"},
		{clock, "es", "mediodía", "Wed 2026-11-25 12:00"},
		{moment, "en", "tomorrow at 5", "half"},
		{moment, "en", "today at 5", "Tue 2026-11-24 17:00"},
		{moment, "en", "tuesday at 5", "Tue 2026-11-24 17:00"},
		{moment, "en", "tuesday at 9 am", "Tue 2026-12-01 09:00"},
		{moment, "en", "fri 5pm", "Fri 2026-11-27 17:00"},
		{moment, "en", "nov 27 5pm", "Fri 2026-11-27 17:00"},
		{moment, "en", "5 pm on nov 27", "Fri 2026-11-27 17:00"},
		{moment, "en", "11/27 17:30", "Fri 2026-11-27 17:30"},
		{moment, "en", "tomorrow", "time"},
		{moment, "en", "friday at midnight", "Sat 2026-11-28 00:00"},
		{moment, "en", "tonight at 8", "Tue 2026-11-24 20:00"},
		{moment, "en", "5 or 6 pm tomorrow", "nothing"},
		{moment, "en", "5-6 pm tomorrow", "nothing"},
		{moment, "es", "mañana por la mañana a las 8", "Wed 2026-11-25 08:00"},
		{moment, "es", "el viernes 27 de noviembre a las 7 de la noche", "Fri 2026-11-27 19:00"},
		{&when{kind: whenDay, until: 60, past: true}, "en", "yesterday", "Mon 2026-11-23 00:00"},
		{&when{kind: whenDay, until: 60, past: true}, "en", "monday", "Mon 2026-11-23 00:00"},
		{&when{kind: whenDay, until: 60, past: true}, "en", "oct 3", "Sat 2026-10-03 00:00"},
		{&when{kind: whenDay, until: 60, past: true}, "en", "dec 3", "outside"},
		{&when{kind: whenDay, until: 60, past: true}, "es", "hace 3 días", "Sat 2026-11-21 00:00"},
		{&when{kind: whenDay, until: 60, past: true}, "en", "3 days ago", "Sat 2026-11-21 00:00"},
		{&when{kind: whenMoment, until: 60, past: true}, "en", "today at 5", "Tue 2026-11-24 05:00"},
		{&when{kind: whenDay, until: 2000}, "en", "29 feb", "Tue 2028-02-29 00:00"},
		{&when{kind: whenDay, from: 2, until: 60}, "en", "tomorrow", "outside"},
	} {
		if got := c.q.readAll(askedWhen(s, c.lang, now), c.text); got != c.want {
			t.Errorf("%q in %s for a %s is read as %s, want %s", c.text, c.lang, c.q.kind, got, c.want)
		}
	}
}

// TestWhenClocksChange: a time left out in spring is counted as before the change, and of one that comes twice in autumn the first is
// meant; a day that begins an hour late is still that day.
func TestWhenClocksChange(t *testing.T) {
	s := mustLoad(t, errands)
	for _, c := range []struct {
		zone, now, text string
		kind            whenKind
		want            string
	}{
		{"America/New_York", "2026-03-07 12:00", "tomorrow 2:30 am", whenMoment, "2026-03-08T03:30:00-04:00"},
		{"America/New_York", "2026-03-07 12:00", "tomorrow 3:30 am", whenMoment, "2026-03-08T03:30:00-04:00"},
		{"America/New_York", "2026-10-31 12:00", "tomorrow 1:30 am", whenMoment, "2026-11-01T01:30:00-04:00"},
		{"America/New_York", "2026-10-31 12:00", "tomorrow 2:30 am", whenMoment, "2026-11-01T02:30:00-05:00"},
		{"Africa/Cairo", "2026-04-22 12:00", "friday", whenDay, "2026-04-24T01:00:00+03:00"},
		{"America/New_York", "2026-12-31 23:59", "tomorrow", whenDay, "2027-01-01T00:00:00-05:00"},
	} {
		now, err := time.ParseInLocation(momentLayout, c.now, zone(t, c.zone))
		if err != nil {
			t.Fatal(err)
		}
		q, turn := &when{kind: c.kind, until: 60}, askedWhen(s, "en", now)
		said, _ := q.read(turn, fold(c.text), unspoken(), now)
		if at := q.meant(turn, said, now); len(at) == 0 || at[0].Format(time.RFC3339) != c.want {
			t.Errorf("%q on %s is read as %v, want %s", c.text, c.now, at, c.want)
		}
	}
}

// TestWhenReadsWhatIsTold: in each language, a day, a time or a moment as it is written is read as the same.
func TestWhenReadsWhatIsTold(t *testing.T) { readsWhatIsTold(t, mustLoad(t, errands)) }

func readsWhatIsTold(t *testing.T, s *Set) {
	t.Helper()
	ny := zone(t, "America/New_York")
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(1_700_000_000, 2_000_000_000).Draw(t, "now"), 0).In(ny).Truncate(time.Minute)
		at := now.Add(time.Duration(rapid.IntRange(1, 300*24*60).Draw(t, "minutes")) * time.Minute)
		g := s.language(rapid.SampledFrom(s.Languages()).Draw(t, "language"))
		kind := rapid.SampledFrom([]whenKind{whenDay, whenTime, whenMoment}).Draw(t, "kind")
		c := rapid.SampledFrom([]Channel{Text, short, Voice}).Draw(t, "form")
		format := map[whenKind]string{whenDay: "day", whenTime: "time", whenMoment: ""}[kind]
		q, told := &when{kind: kind, until: 301}, g.clock.tell(at, format, c)
		switch want := at; kind {
		case whenDay:
			at = civil(dateOf(at), 0, 0, ny)
		case whenTime:
			if at = civil(dateOf(now), want.Hour(), want.Minute(), ny); at.Before(now) {
				at = civil(dateOf(now).AddDate(0, 0, 1), want.Hour(), want.Minute(), ny)
			}
		default:
			at = civil(dateOf(at), at.Hour(), at.Minute(), ny) // of an hour that comes twice the first is meant
		}
		if at.Before(now) && kind != whenDay {
			t.Skip("the first of two such hours has passed")
		}
		if got := q.readAll(askedWhen(s, g.lang, now), told); got != at.Format("Mon 2006-01-02 15:04") {
			t.Errorf("on %s, %q in %s is read as %s, want %s", now, told, g.lang, got, at)
		}
	})
}

// FuzzWhen: whatever is written is read without a panic, and what it is read as lies in the bounds.
func FuzzWhen(f *testing.F) {
	s := mustLoad(f, whenFlow)
	for _, text := range []string{"tomorrow at 5", "27 de noviembre", "11/27", "2026-11-27 17:30", "half past five", "in 99999 weeks", "5.30.2026.1", "mar mar mar", "0:0:0", "12", "24:00", "y media"} {
		f.Add(text, int64(1_795_000_000), uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, at int64, kind uint8) {
		now := time.Unix(at%4_000_000_000, 0).UTC()
		q := &when{kind: []whenKind{whenDay, whenTime, whenMoment}[kind%3], until: 60, past: kind >= 128}
		turn := askedWhen(s, "en", now)
		turn.out.Wait = &Wait{}
		saved := saved{name: "at", shape: Shape{Type: TypeTime}}
		a := &ask{question: q, save: &saved, then: &target{}}
		_, ok := q.hear(a, turn, answer{text: text, folded: fold(text)})
		if turn.err != nil && now.Unix() != 0 {
			t.Fatal(turn.err)
		}
		v, took := turn.st.Vars["at"]
		if first, last := q.span(now.Truncate(time.Minute)); ok && took && (v.Num < first.Unix() || v.Num > last.Unix()) {
			t.Errorf("%q is read as %s, which is not between %s and %s", text, fmt.Sprint(time.Unix(v.Num, 0).UTC()), first, last)
		}
	})
}

// TestADayIsToldWithoutAnHour, and one out of bounds with its year and with one full stop.
func TestADayIsToldWithoutAnHour(t *testing.T) {
	s := mustLoad(t, flowOf("  one:\n    ask: Since when?\n    when: day\n    past: true\n    save: since\n    then: two\n  two:\n    say: \"Since {since}.\"\n    then: end\n"))
	for _, lang := range []Lang{"en", "es"} {
		env := Env{Channel: Text, Languages: []Lang{lang}, Now: Value{Num: time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC).Unix(), Zone: "UTC"}}
		p := &party{t: t, set: s, env: env, st: State{Lang: lang}}
		p.does(texted("GO"))
		p.does(texted("in 3 days"))
		if told := p.out.Say[0].Words; !strings.Contains(told, "2025") || strings.Contains(told, "..") {
			t.Errorf("out of bounds: %q", told)
		}
		p.does(texted("yesterday"))
		if told := p.out.Say[0].Words; strings.Contains(told, "12:00") || !strings.Contains(told, "26") {
			t.Errorf("told as %q", told)
		}
	}
}

// TestHowManyIsNotGuessed: what can be read in two ways is asked again.
func TestHowManyIsNotGuessed(t *testing.T) {
	s := mustLoad(t, flowOf("  one:\n    ask: How many?\n    number: {min: 0, max: 5000}\n    save: n\n    then: two\n  two:\n    say: \"{n}.\"\n    then: end\n"))
	for written, want := range map[string]string{
		"3 mil": "3,000.", "2 hundred": "200.", "about 12 people": "12.", "5": "5.", "twelve": "12.", "1,000": "1,000.",
		"-3": "", "- 3": "", "10k": "", "10 k": "", "3 dozen": "", "5 or 6": "",
	} {
		p := &party{t: t, set: s, env: byText, st: State{Lang: "en"}}
		p.does(texted("GO"))
		p.does(texted(written))
		if told := p.out.Say[0].Words; want != "" && told != want || want == "" && p.out.Wait == nil {
			t.Errorf("%q is answered %q", written, told)
		}
	}
}
