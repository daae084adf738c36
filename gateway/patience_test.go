package gateway

import (
	"strings"
	"testing"
	"time"
)

// A relay or TTY caller gets double times after the first silence: at every question of the call, at the recording, and after starting
// over. (WORKERS.md)
func TestARelayCallerHasTwiceTheTime(t *testing.T) {
	h := newHouse(t, houseOptions{})
	c := h.call(ana)
	waits := func(when string, want time.Duration) {
		t.Helper()
		if c.last.Wait == nil || c.last.Wait.Timeout != want {
			t.Errorf("%s it waits %+v, want %s", when, c.last.Wait, want)
		}
	}
	waits("at first", 7*time.Second)
	c.silence() // the operator is still typing
	waits("after a silence", 14*time.Second)
	c.press("1")
	waits("at the next question", 14*time.Second)
	c.press("*")
	waits("after starting over", 14*time.Second)
	c.press("1")
	c.press("1")
	if c.last.Wait == nil || c.last.Wait.Record == 0 {
		t.Fatalf("no recording, but %q", c.last.Text())
	}
	waits("at the recording", 10*time.Second)

	other := h.call(ben)
	if other.last.Wait.Timeout != 7*time.Second {
		t.Error("another call waits as long")
	}
	h.addMeeting()
	// Slow words lose nobody: a silence at each question, with an answer after it, never adds up to giving up.
	slow := h.call(carla)
	for _, key := range []string{"1", "2"} {
		slow.silence()
		slow.silence()
		if said := slow.press(key); slow.ended() || strings.Contains(said, "After the tone") {
			t.Errorf("after %s it was told %q", key, said)
		}
	}
}

// The language changes at any moment: on a call by starting over, where languages come first; and it is remembered by text and by call.
func TestTheLanguageChangesAtAnyMoment(t *testing.T) {
	h := newHouse(t, houseOptions{})
	c := h.call(ana)
	c.press("1")
	if said := c.press("*"); !strings.Contains(said, "Para español, oprima 2") {
		t.Errorf("starting over says %q", said)
	}
	if said := c.press("2"); !strings.Contains(said, "Tómese su tiempo") {
		t.Errorf("in Spanish it says %q", said)
	}
	c.hangUp()
	if said := h.text(ana, "MENU"); !strings.Contains(said, "Contar") {
		t.Errorf("the text after the call is %q", said)
	}
	if said := h.text(ana, "english"); !strings.Contains(said, "Tell us") {
		t.Errorf("ENGLISH is answered %q", said)
	}
	for _, words := range []string{"REPORT", "español"} { // in the midst of a report, the same question again
		if said := h.text(ana, words); words == "español" && !strings.Contains(said, "Cuéntenos") {
			t.Errorf("%q is answered %q", words, said)
		}
	}
	if n := h.count("select count(*) from phones where lang = 'es'"); n != 1 {
		t.Error("the last choice is not kept")
	}
}
