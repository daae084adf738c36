package gateway

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var keepOrErase = regexp.MustCompile(`(\d\d) Erase it all`)

// What cannot be undone is confirmed by two digits of its own: a plain one may have been meant for another question. (WORKERS.md: votes;
// TWILIO.md: confirm what cannot be undone)
func TestErasingAReportIsConfirmed(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	h.tells(ana, "it is Tom from our own group", "2", "3")
	asked := h.text(ana, "2")
	digits := keepOrErase.FindStringSubmatch(asked)
	if digits == nil || h.count("select count(*) from reports") != 1 {
		t.Fatalf("a plain digit was answered %q", asked)
	}
	h.text(ana, "2")
	if h.count("select count(*) from reports") != 1 {
		t.Error("the digit sent twice has erased it")
	}
	asked = h.text(ana, digits[1])
	if h.count("select count(*) from reports") != 1 {
		t.Error("digits that hold no more have erased it")
	}
	if done := h.text(ana, keepOrErase.FindStringSubmatch(asked)[1]); !strings.Contains(done, "It is erased") || h.count("select count(*) from reports") != 0 {
		t.Errorf("confirmed, and answered %q", done)
	}
}

// Organizers read no number that a worker wants to be called at: only `member reveal` shows one. (WORKERS.md: reports)
func TestACallbackNumberAmongWords(t *testing.T) {
	for written, want := range map[string]struct {
		asked, told string
	}{
		"(212) 555-0177 after six please":                          {"When may we call?", ""},
		"call my sister Rosa at 1-212-555-0177 the foreman hit me": {"When may we call?", "call my sister Rosa at the foreman hit me"},
		"212.555.0177 or 212.555.0178":                             {"Send the number", ""},
		"555 0177":                                                 {"Send the number", ""},
		"my sister":                                                {"Send the number", ""},
		"I do not know it by heart":                                {"Added.\nSend the number", "I do not know it by heart"},
	} {
		h := newHouse(t, houseOptions{})
		h.english(ana)
		h.tells(ana, "the lift in hall B is broken", "2", "5", "2")
		if reply := h.text(ana, written); !strings.HasPrefix(reply, want.asked) {
			t.Errorf("%q was answered %q", written, reply)
		}
		if strings.HasPrefix(want.asked, "When") {
			h.text(ana, "4")
			h.says(ana, "2", "We call only at the hours you chose")
		}
		h.text(ana, "MENU")
		h.pass(openFor + 1)
		r := h.seen()[0]
		if told := strings.Join(words(r)[1:], "|"); told != want.told {
			t.Errorf("%q: organizers read %q, want %q", written, told, want.told)
		}
		if asked := r.Callback != nil; asked != strings.HasPrefix(want.asked, "When") {
			t.Errorf("%q: asked to be called: %v", written, asked)
		}
	}
}

// No text shows its writer's number to organizers in place of asking again, however it is grouped and whatever stands around it.
func TestANumberIsFoundAmongWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gap := rapid.SampledFrom([]string{"", " ", "-", "."})
		three := rapid.SampledFrom([]string{"212", "(212)", "1 212", "+1 (212)", "１ ２１２"}).Draw(t, "area")
		number := three + gap.Draw(t, "gap") + "555" + gap.Draw(t, "gap") + "01" + rapid.StringMatching(`\d\d`).Draw(t, "last")
		around := rapid.StringMatching(`[a-zé]{0,8}( [a-z]{1,8}){0,4}`)
		text := around.Draw(t, "before") + " " + number + " " + around.Draw(t, "after")
		got, rest, came := numberAmong(text)
		if came != "found" || !strings.HasPrefix(got, "21255501") || len(got) != 10 || strings.ContainsAny(rest, "0123456789") {
			t.Fatalf("%q: %s %q, and %q is left", text, came, got, rest)
		}
	})
}

// Twelve digits lead back whatever is open, and open nothing to organizers: they are no words of another report. (WORKERS.md: reports)
func TestACodeIsNoWordOfAnotherReport(t *testing.T) {
	for name, c := range map[string][]string{
		"come back to another": {"STATUS", "OTHER", "CODE"},
		"at more choices":      {"2", "CODE"},
		"at the four digits":   {"2", "2", "CODE"},
		"at the number":        {"2", "5", "2", "CODE"},
		"among words":          {"my other one is CODE is it read", "ask them about CODE please"},
		"out of the blue":      {"MENU", "what became of CODE tell me"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, houseOptions{})
			h.english(ana)
			code := h.tells(ana, "the lift in hall B is broken", "MENU")
			other := h.tells(ana, "it is hot in hall C again")
			last := ""
			for _, text := range c {
				last = h.text(ana, strings.ReplaceAll(strings.ReplaceAll(text, "OTHER", other), "CODE", code))
			}
			if len(c[len(c)-1]) == len("CODE") && !strings.Contains(last, "Not read yet") {
				t.Errorf("the code was answered %q", last)
			}
			h.text(ana, "MENU")
			h.pass(openFor + 1)
			for _, r := range h.seen() {
				if told := strings.Join(words(r), "|"); strings.Contains(told, code) || strings.Contains(onlyTheDigits(told), onlyTheDigits(code)) {
					t.Errorf("organizers read %q", told)
				}
			}
		})
	}
	h := newHouse(t, houseOptions{})
	h.english(ana)
	h.tells(ana, "the lift in hall B is broken")
	h.text(ana, "the plate on it says 1234 5678 9012")
	h.text(ana, "1")
	if told := strings.Join(words(h.seen()[0]), "|"); !strings.Contains(told, "1234 5678 9012") {
		t.Errorf("digits that open nothing are kept: %q", told)
	}
}
