package gateway

import (
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/flows"
)

const (
	ana = "+12125550101"
	ben = "+12125550102"
)

var twelveDigits = regexp.MustCompile(`\d{4} \d{4} \d{4}`)

func TestAReportByText(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "REPORT")
	reply := h.text(ana, "the lift in hall B is broken")
	if !twelveDigits.MatchString(reply) {
		t.Errorf("no code in %q", reply)
	}
	if strings.Contains(reply, "lift") {
		t.Errorf("the reply repeats what the worker wrote: %q", reply)
	}
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports were filed", n)
	}
}

// The same webhook may come again, with no regard to what became of the first.
func TestTheSameEventCountsOnce(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "REPORT")
	in := h.aText(ana, "the lift in hall B is broken")
	first := asJSON(t, h.g.Turn(t.Context(), in))
	h.text(ana, "MENU")
	if again := asJSON(t, h.g.Turn(t.Context(), in)); again != first {
		t.Errorf("answered %s, and then %s", first, again)
	}
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports were filed", n)
	}
}

func TestTheSameEventTenTimesAtOnce(t *testing.T) {
	h := newHouse(t, houseOptions{})
	second := h.another("redis://" + h.mini.Addr()) // as another process
	h.text(ana, "REPORT")
	in := h.aText(ana, "the lift in hall B is broken")
	replies := make([]string, 10)
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() {
			g := h.g
			if i%2 == 1 {
				g = second
			}
			replies[i] = asJSON(t, g.Turn(t.Context(), in))
		})
	}
	wg.Wait()
	for _, r := range replies {
		if r != replies[0] || !twelveDigits.MatchString(r) {
			t.Errorf("one was answered %s, another %s", replies[0], r)
		}
	}
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports were filed", n)
	}
}

// Two texts at the same moment are two turns, one after the other, whichever process each reaches.
func TestTwoTextsFromOnePhoneAtTheSameMoment(t *testing.T) {
	h := newHouse(t, houseOptions{})
	second := h.another("redis://" + h.mini.Addr())
	h.text(ana, "REPORT")
	var wg sync.WaitGroup
	for i, words := range []string{"the lift in hall B is broken", "and nobody has come since Monday morning"} {
		in := h.aText(ana, words)
		g := []*Gateway{h.g, second}[i]
		wg.Go(func() { g.Turn(t.Context(), in) })
	}
	wg.Wait()
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports were filed", n)
	}
	if n := h.count("select count(*) from report_parts"); n != 2 {
		t.Errorf("the report has %d parts, want both texts", n)
	}
}

// First texts of a phone nobody knows, at once, make one phone and one conversation.
func TestAStrangersFirstTextsAtTheSameMoment(t *testing.T) {
	h := newHouse(t, houseOptions{})
	second := h.another("redis://" + h.mini.Addr())
	var wg sync.WaitGroup
	for i := range 6 {
		in := h.aText(ana, "hello")
		g := []*Gateway{h.g, second}[i%2]
		wg.Go(func() {
			if g.Turn(t.Context(), in).Text() == "" {
				t.Error("a first text got no answer")
			}
		})
	}
	wg.Wait()
	if n := h.count("select count(*) from phones"); n != 1 {
		t.Errorf("%d phones", n)
	}
	if n := h.count("select n from conversations"); n != 6 {
		t.Errorf("%d turns, want 6", n)
	}
}

// A call's turn is known by its number, so that the same wrong key is heard each time it is pressed, and once each time.
func TestTheSameWrongKeyThreeTimesAtOneStep(t *testing.T) {
	h := newHouse(t, houseOptions{})
	c := h.call(ana)
	for range 3 {
		before := c.last.Turn
		c.press("6")
		if c.ended() {
			t.Fatal("a wrong key ended the call")
		}
		if c.last.Turn != before+1 {
			t.Errorf("turn %d came after turn %d", c.last.Turn, before)
		}
	}
	if c.last.Wait.Record == 0 {
		t.Errorf("three wrong keys lead to the recording; they led to %q", c.last.Text())
	}
	if n := h.count("select n from conversations"); n != 4 {
		t.Errorf("%d turns, want 4", n)
	}
}

func TestSilenceThreeTimesLeadsToTheRecordingAndThenToAnEnd(t *testing.T) {
	h := newHouse(t, houseOptions{})
	c := h.call("")
	for turns := 0; !c.ended(); turns++ {
		if turns > 12 {
			t.Fatal("a silent caller is kept in a loop")
		}
		if turns == 3 && c.last.Wait.Record == 0 {
			t.Errorf("three silences lead to the recording; they led to %q", c.last.Text())
		}
		c.silence()
	}
	if c.last.Text() == "" {
		t.Error("the call ended without a word")
	}
}

func TestWrongDigitsByText(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "ENGLISH")
	h.text(ana, "MENU")
	last := ""
	for range 7 { // as many as words of a flyer are heard out
		last = h.text(ana, "7")
		if last == "" {
			t.Fatal("a wrong answer got no reply")
		}
	}
	if !strings.Contains(last, "MENU") {
		t.Errorf("after so many wrong answers: %q", last)
	}
}

// Hanging up at any step leaves nothing half done, and what was recorded is filed.
func TestHangingUpAtEveryStep(t *testing.T) {
	steps := []func(*phoneCall){
		func(c *phoneCall) { c.press("1") }, func(c *phoneCall) { c.press("1") },
		func(c *phoneCall) { c.record() }, func(c *phoneCall) { c.press("1") },
	}
	for n := range len(steps) + 1 {
		h := newHouse(t, houseOptions{})
		c := h.call(ana)
		for _, step := range steps[:n] {
			step(c)
		}
		c.hangUp()
		want := 0
		if n >= 3 {
			want = 1
		}
		if got := h.count("select count(*) from reports"); got != want {
			t.Errorf("hanging up after %d keys left %d reports, want %d", n, got, want)
		}
		if got := h.count("select count(*) from media where report_id is null"); got != 0 {
			t.Errorf("hanging up after %d keys left %d recordings without a report", n, got)
		}
	}
}

func TestWhateverIsWrittenIsAnswered(t *testing.T) {
	for name, words := range map[string]string{
		"nothing": "", "1600 letters": strings.Repeat("abcd efgh ", 160), "emoji": "👷🏽‍♀️ 🔥🔥 hall B", "NUL": "the lift\x00 is broken now",
		"not UTF-8": "the lift \xff\xfe is broken", "right to left": "المصعد في القاعة ب معطل", "a single letter": "x", "blanks": "   \n ",
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, houseOptions{})
			h.text(ana, "REPORT")
			if h.text(ana, words) == "" {
				t.Error("no answer")
			}
			if n := h.count("select count(*) from turns"); n != 2 {
				t.Errorf("%d turns were kept, want 2", n)
			}
		})
	}
}

func TestTenPicturesAreReport(t *testing.T) {
	h := newHouse(t, houseOptions{})
	in := h.aText(ana, "")
	for range 10 {
		in.Media = append(in.Media, Media{URL: "https://api.twilio.com/media", Type: "image/jpeg"})
	}
	reply := h.g.Turn(t.Context(), in).Text()
	if !twelveDigits.MatchString(reply) {
		t.Errorf("pictures alone were answered %q, not as a report", reply)
	}
	if n := h.count("select count(*) from media where report_id is not null"); n != 10 {
		t.Errorf("%d pictures are with the report, want 10", n)
	}
	if n := h.count("select count(*) from river_job where kind = 'fetch_media'"); n != 10 {
		t.Errorf("%d pictures are to be fetched, want 10", n)
	}
}

// rule 9: whoever answers by machine is answered a few times, and then heard without an answer.
func TestTwoAutomaticRepliersComeToAnEnd(t *testing.T) {
	h := newHouse(t, houseOptions{})
	words, sent := "I am driving now and will answer you later. Sent by my phone", 0
	for range 40 {
		if h.text(ana, words) != "" {
			sent++
		}
	}
	if sent > 20 {
		t.Errorf("an automatic replier got %d answers", sent)
	}
	if n := h.count("select count(*) from turns"); n != 40 {
		t.Errorf("%d of 40 texts were kept", n)
	}
	if reply := h.g.Turn(t.Context(), Inbound{Key: "SMown", Line: lineNumber, From: lineNumber, Channel: flows.Text, Kind: flows.KindText, Text: "hi"}); reply.Text() != "" {
		t.Errorf("our own line was answered %q", reply.Text())
	}
	h.pass(2 * time.Hour)
	if h.text(ana, "MENU") == "" {
		t.Error("the phone stays unanswered")
	}
}

func TestStopIsWrittenDownAndNotAnswered(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "ENGLISH")
	if reply := h.text(ana, " stop "); reply != "" {
		t.Errorf("STOP was answered %q; the carrier has answered it", reply)
	}
	if n := h.count("select count(*) from consent where not given and how = 'stop word'"); n != 1 {
		t.Errorf("%d entries in the consent ledger", n)
	}
	if reply := h.text(ana, "HELP"); reply != "" {
		t.Errorf("HELP was answered %q; the carrier has answered it", reply)
	}
	h.text(ana, "YES")
	if n := h.count("select count(*) from consent where given and how = 'start word'"); n != 1 {
		t.Errorf("%d entries after YES", n)
	}
	if reply := h.text(ben, "STOP the line in hall B"); reply == "" {
		t.Error("a report that begins with STOP got no answer")
	}
}
