package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// A 900-character first text, of somebody nobody knows, is a report in one piece, acknowledged within two segments.
func TestAFirstTextOf900Characters(t *testing.T) {
	h := newHouse(t, houseOptions{})
	story := strings.Repeat("the lift in hall B fell down again, ", 25)[:899] + "7"
	reply := h.text(ana, story)
	if n, _, _ := flows.Segments(reply); codeWritten.FindString(reply) == "" || n > 2 || strings.Contains(reply, "hall B") {
		t.Errorf("it is answered %q", reply)
	}
	h.pass(11 * time.Minute)
	h.sweep()
	all := h.seen()
	if len(all) != 1 || len(all[0].Words) != 1 || all[0].Words[0].Words != story {
		t.Fatalf("organizers see %+v", all)
	}
}

// Right-to-left and mixed scripts: a first text in them is a report, kept as it was written, whatever marks of direction stand in it.
func TestAFirstTextFromRightToLeft(t *testing.T) {
	for _, story := range []string{
		"سقط المصعد في القاعة ولم يأت أحد",
		"\u202eהמעלית נפלה שוב today in hall B\u202c ואיש לא בא",
		"电梯 מעלית lift \u2067مصعد\u2069 ascensor هنا 7 مرات",
	} {
		h := newHouse(t, houseOptions{})
		if reply := h.text(ana, story); codeWritten.FindString(reply) == "" {
			t.Errorf("%q is answered %q", story, reply)
		}
		h.pass(11 * time.Minute)
		h.sweep()
		if all := h.seen(); len(all) != 1 || len(all[0].Words) != 1 || all[0].Words[0].Words != story {
			t.Errorf("%q is kept as %+v", story, all)
		}
	}
}

// Sixty wrong words of flyers from a phone in an hour: from the sixth on the right one too is answered like a greeting, until the hour is
// over, and another phone is not held back. (WORKERS.md, Three steps of trust)
func TestAFlyersWordGuessedSixtyTimes(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.run("update lines set replies_an_hour = 0")
	err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
		_, err := h.store.AddFlyer(t.Context(), tx, store.NewFlyer{Assembly: h.line.AssemblyID, Line: h.line, Word: "MAPLE 7", Lang: "en"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.g.lines.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.english(ana, ben)
	right := h.text(ben, "MAPLE 7")
	h.text(ben, "MENU")
	for i := range 60 {
		if said := h.text(ana, fmt.Sprintf("MAPLE %d", 100+i)); said == right {
			t.Fatalf("guess %d is answered %q", i, said)
		}
		h.text(ana, "MENU")
	}
	if said := h.text(ana, "MAPLE 7"); said == right {
		t.Errorf("the right word after sixty wrong ones is answered %q", said)
	}
	if said := h.text(ben, "MAPLE 7"); said != right {
		t.Errorf("another phone is held back: %q", said)
	}
	h.pass(time.Hour + time.Minute)
	h.text(ana, "MENU")
	if said := h.text(ana, "MAPLE 7"); said != right {
		t.Errorf("an hour later the right word is answered %q", said)
	}
}

// FORGET during a vote, before it is confirmed: whoever then sends the digits that would have counted it counts nothing, and brings
// nobody back to the roll; of FORGET too the digits of before count for nothing.
func TestForgetDuringAVote(t *testing.T) {
	for _, leave := range []bool{false, true} {
		h := newHouse(t, houseOptions{})
		h.openBallot(time.Time{})
		h.english(ana)
		h.text(ana, "VOTE")
		counts := countIt.FindStringSubmatch(h.text(ana, "1"))[1]
		if leave { // by a call from the same phone, while the text waits
			c := h.proves(ana, "To have us forget you")
			c.press("7")
		} else {
			h.forget(ana)
		}
		for range 2 {
			h.holds(h.text(ana, counts), "", "is counted")
		}
		if n := h.count("select count(*) from votes"); n != 0 {
			t.Errorf("%d votes are counted", n)
		}
		if n := h.count("select count(*) from phone_people"); n != 1 {
			t.Errorf("%d phones are somebody's, want Ben's alone", n)
		}
		h.holds(h.text(ana, "VOTE"), "not on the list")
	}
}
