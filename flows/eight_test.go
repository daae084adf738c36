package flows

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// eight is the library's words, with a flow of next to nothing.
func eight(t testing.TB) *Set {
	t.Helper()
	return mustLoad(t, "starts: {en: [GO]}\nsteps: {one: {say: Hi., then: end}}\n")
}

// TestEight tells the same values in eight languages, as they are written, written shortly and said, with what each costs: the golden
// file is to be read by people who speak them.
func TestEight(t *testing.T) {
	s := eight(t)
	ny := zone(t, "America/New_York")
	var b strings.Builder
	for _, lang := range s.Languages() {
		g := s.language(lang)
		fmt.Fprintf(&b, "%s %s\n", lang, g.name)
		line := func(what string, tell func(c Channel) string) {
			for _, c := range []Channel{Text, short, Voice} {
				told := tell(c)
				if c == short && told == tell(Text) {
					continue
				}
				alphabet := "GSM-7"
				if _, ucs2, r := Segments(told); ucs2 {
					alphabet = fmt.Sprintf("UCS-2, for %q", r)
				}
				if c == Voice {
					alphabet = "said"
				}
				fmt.Fprintf(&b, "  %-8s %-14s %s\n", what, alphabet, told)
			}
		}
		for month := time.January; month <= time.December; month++ {
			at := time.Date(2026, month, 1+2*int(month), int(month)*2-1, 5*int(month)%60, 0, 0, ny)
			line("moment", func(c Channel) string { return g.clock.tell(at, "", c) })
		}
		for day := range 7 {
			line("day", func(c Channel) string {
				return g.clock.tell(time.Date(2026, 11, 29+day, 0, 0, 0, 0, ny), "day", c)
			})
		}
		for _, hour := range []int{0, 1, 12, 13, 19} {
			line("time", func(c Channel) string { return g.clock.tell(time.Date(2026, 11, 29, hour, 0, 0, 0, ny), "time", c) })
		}
		for _, n := range []int64{0, 1, 2, 4, 1234567} {
			line("number", func(c Channel) string { return s.told(Value{Num: n}, TypeNumber, "", c, g) })
			line("people", func(c Channel) string { return s.told(Value{Num: n}, TypeNumber, "people", c, g) })
		}
		for n := 1; n <= 4; n++ {
			line("list", func(c Channel) string {
				return (&turn{env: Env{Channel: c}}).written(g.list.join([]string{"Ana", "Bo", "Hiram", "Inés"}[:n]), g)
			})
		}
	}
	const golden = "testdata/eight/told.golden"
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")) {
		if !strings.HasPrefix(d, "  ") {
			t.Error(d)
		}
	}
	if t.Failed() && os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEightReadWhatTheyTell: in each of the eight, a day, a time or a moment as it is written or said is read as the same.
func TestEightReadWhatTheyTell(t *testing.T) { readsWhatIsTold(t, eight(t)) }

// TestEightUnderstand: words people use in each.
func TestEightUnderstand(t *testing.T) {
	s := eight(t)
	now := time.Date(2026, 11, 24, 15, 20, 0, 0, zone(t, "America/New_York")) // a Tuesday
	day, moment := &when{kind: whenDay, until: aYear}, &when{kind: whenMoment, until: aYear}
	for _, c := range []struct {
		q          *when
		lang       Lang
		text, want string
	}{
		{day, "fr", "après-demain", "Thu 2026-11-26 00:00"},
		{day, "fr", "le 1er décembre", "Tue 2026-12-01 00:00"},
		{day, "fr", "3/4", "Sat 2027-04-03 00:00"},
		{day, "fr", "dans quinze jours", "Wed 2026-12-09 00:00"},
		{moment, "fr", "vendredi à 5 heures et demie du soir", "Fri 2026-11-27 17:30"},
		{moment, "fr", "demain 9h30", "Wed 2026-11-25 09:30"},
		{day, "ht", "vandredi pwochen", "Fri 2026-11-27 00:00"},
		{day, "ht", "premye desanm", "Tue 2026-12-01 00:00"},
		{moment, "ht", "demen a senkè diswa", "Wed 2026-11-25 17:00"},
		{day, "pt", "depois de amanhã", "Thu 2026-11-26 00:00"},
		{day, "pt", "sexta", "Fri 2026-11-27 00:00"},
		{day, "pt", "dia 27", "Fri 2026-11-27 00:00"},
		{day, "pt", "nao sexta", "nothing"},
		{moment, "pt", "amanhã às 5 e meia da tarde", "Wed 2026-11-25 17:30"},
		{day, "vi", "thứ sáu", "Fri 2026-11-27 00:00"},
		{day, "vi", "thu 6", "Fri 2026-11-27 00:00"},
		{day, "vi", "ngay mai", "Wed 2026-11-25 00:00"},
		{day, "vi", "27 tháng mười một", "Fri 2026-11-27 00:00"},
		{moment, "vi", "mai lúc 5 giờ rưỡi chiều", "Wed 2026-11-25 17:30"},
		{day, "tl", "sa Linggo", "Sun 2026-11-29 00:00"},
		{day, "tl", "2 linggo", "Tue 2026-12-08 00:00"},
		{day, "tl", "ika-27 ng Nobyembre", "Fri 2026-11-27 00:00"},
		{moment, "tl", "bukas alas singko ng hapon", "Wed 2026-11-25 17:00"},
		{day, "zh", "后天", "Thu 2026-11-26 00:00"},
		{day, "zh", "三天后", "Fri 2026-11-27 00:00"},
		{day, "zh", "十一月二十七号", "Fri 2026-11-27 00:00"},
		{day, "zh", "2026年11月27日", "Fri 2026-11-27 00:00"},
		{moment, "zh", "星期五下午5点半", "Fri 2026-11-27 17:30"},
		{moment, "zh", "明天中午十二点", "Wed 2026-11-25 12:00"},
		{moment, "en", "明天上午9点", "Wed 2026-11-25 09:00"},
	} {
		if got := c.q.readAll(askedWhen(s, c.lang, now), c.text); got != c.want {
			t.Errorf("%q in %s is read as %s, want %s", c.text, c.lang, got, c.want)
		}
	}
	for text, want := range map[string]int{
		"twelve people": 12, "doce": 12, "cent vingt personnes": 120, "vinte e cinco": 25, "hai mươi lăm người": 25,
		"labindalawa": 12, "二十五个人": 25, "一百": 100, "１２人": 12, "١٢": 12, "about 1,200": 1200,
	} {
		if n, ok := askedWhen(s, "en", now).numberIn(fold(text)); !ok || n != want {
			t.Errorf("%q is read as %d, %v; want %d", text, n, ok, want)
		}
	}
}

// TestWordsOfChinese: a story counts as one where no spaces stand between words.
func TestWordsOfChinese(t *testing.T) {
	for text, want := range map[string]int{
		"我们车间从星期一开始就没有水喝，经理说不能出去，有三个人已经晕倒了，没有人管，请帮帮我们吧谢谢": 22,
		"中文": 1, "罢工投票": 2, "the lift is broken": 4, "  a\tb\n": 2, "": 0, "ไม่มีน้ำดื่มในโรงงาน": 5, "电梯 broken": 2,
	} {
		if n := wordCount(text); n != want {
			t.Errorf("%q has %d words, want %d", text, n, want)
		}
	}
}

// TestWhatMarksWouldCost holds what words.yaml says of writing Vietnamese, French and Portuguese with all their marks: what its phrases
// would take in segments, beside what they take as they are texted.
func TestWhatMarksWouldCost(t *testing.T) {
	var full strings.Builder
	for line := range strings.SplitSeq(libraryWords(t), "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), "marks: ") {
			full.WriteString(line + "\n")
		}
	}
	texted := eight(t)
	written := mustLoad(t, "starts: {en: [GO]}\nsteps: {one: {say: Hi., then: end}}\n", wordsFile, full.String())
	facts := map[string]Value{"line.name": {Text: "The 0100 Line"}, "line.number": {Text: "(212) 555-0100"}}
	for lang, want := range map[Lang][4]int{"vi": {39, 39, 38, 55}, "fr": {39, 40, 12, 49}, "pt": {39, 40, 25, 55}} {
		var got [4]int // phrases; segments as texted; phrases that would not fit the cheap alphabet; segments with all marks
		for _, name := range phraseNames() {
			n, _, _ := Segments(texted.Words(name, lang, facts))
			more, wide, _ := Segments(written.Words(name, lang, facts))
			got[1], got[3] = got[1]+n, got[3]+more
			if n > 0 {
				got[0]++
			}
			if wide {
				got[2]++
			}
		}
		if n, _, _ := Segments(written.Words("help", lang, facts)); lang == "vi" && n != 3 {
			t.Errorf("%s: the longest would take %d segments, and words.yaml tells of 3", lang, n)
		}
		if got != want {
			t.Errorf("%s: %v, and words.yaml tells of %v", lang, got, want)
		}
	}
}
