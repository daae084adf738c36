package gateway

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// back comes back by STATUS, in writing or by a call, and gives what was said of the digits.
func (h *house) back(from, digits string, byCall bool) string {
	h.t.Helper()
	if !byCall {
		h.text(from, "STATUS")
		return h.text(from, digits)
	}
	c := h.call(from)
	c.lead("back", "ask")
	said := c.press(digits)
	c.hangUp()
	return said
}

// answersAll lifts the bound of answers to one phone in an hour.
func (h *house) answersAll() {
	h.t.Helper()
	h.run("update lines set replies_an_hour = 0")
	if err := h.g.lines.refresh(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// No tries of four digits, by text or by call, in whatever order, tell a phone with a report from one without: a borrowed phone and a
// forged caller number learn nothing. (WORKERS.md: reports; TWILIO.md: caller identity)
func TestTriesTellNobodyWhoReported(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana, ben)
	h.answersAll()
	h.tells(ana, "the lift in hall B is broken", "2", "2", "4711", "MENU")
	h.text(ben, "MENU")
	rapid.Check(t, func(t *rapid.T) {
		h.run("delete from digit_tries")
		h.run("update report_digits set wrong = 0, wrong_by_call = 0")
		wrong := map[bool]int{}
		for i := range rapid.IntRange(1, 8).Draw(t, "tries") {
			digits := rapid.StringMatching(`\d{4}`).Filter(func(s string) bool { return s != "4711" }).Draw(t, "digits")
			byCall := rapid.IntRange(0, 3).Draw(t, "by call") == 0
			with, without := h.back(ana, digits, byCall), h.back(ben, digits, byCall)
			if with != without {
				t.Fatalf("try %d: a phone with a report is told %q, and one without %q", i, with, without)
			}
			if closed := strings.Contains(with, "Too many wrong digits"); closed != (wrong[byCall] >= 5) {
				t.Fatalf("after %d wrong ones (by call: %v): %q", wrong[byCall], byCall, with)
			}
			wrong[byCall]++
		}
	})
}

// Five wrong calls, which anybody can make with this number, leave its worker's texts as they were; and so the other way round.
func TestForgedCallsCloseNoTextsWay(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	code := h.tells(ana, "the lift in hall B is broken", "2", "2", "4711", "MENU")
	for i := range 6 {
		h.back(ana, fmt.Sprint(1000+i), true)
	}
	wants(t, h.back(ana, "4711", true), "On calls from this phone, four open nothing any more")
	wants(t, h.back(ana, "4711", false), "Not read yet")
	h.text(ana, "MENU")
	for i := range 6 {
		h.back(ana, fmt.Sprintf("%012d", i), true)
	}
	wants(t, h.back(ana, strings.ReplaceAll(code, " ", ""), true), "Call again in an hour")
	wants(t, h.back(ana, code, false), "Not read yet")
}

// Who shares a phone, and has digits of their own on it, clears nobody else's tries by them.
func TestOnesOwnDigitsDoNotClearAnothers(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	h.answersAll()
	h.tells(ana, "the lift in hall B is broken", "2", "2", "4711", "MENU")
	h.tells(ana, "it is hot in hall C again", "2", "2", "8822", "MENU")
	for i := range 8 {
		h.back(ana, fmt.Sprint(1000+i), false)
		wants(t, h.back(ana, "8822", false), "Not read yet")
		h.text(ana, "MENU")
	}
	wants(t, h.back(ana, "4711", false), "leads to nothing")
}
