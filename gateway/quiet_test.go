package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// A vote is always read back with its question (WORKERS.md), and a quiet phone is never sent a revealing word: so nobody votes by text on
// a question, or among options, in which dots would stand; by call they hear all of it.
func TestAQuietPhoneVotesOnNothingItIsNotShown(t *testing.T) {
	for name, c := range map[string]struct{ question, option string }{
		"the question": {"Shall we strike on Friday?", "Yes"}, "an option": {"What first?", "The union"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, houseOptions{})
			h.openBallot(time.Time{})
			h.english(ana)
			h.text(ana, "QUIET")
			if reply := h.text(ana, "VOTE"); !strings.Contains(reply, "heat breaks?") {
				t.Errorf("a question without such a word: %q", reply)
			}
			err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
				if _, err := tx.Exec(t.Context(), "update ballots set closed_at = now()"); err != nil {
					return err
				}
				_, err := h.store.OpenBallot(t.Context(), tx, store.NewBallot{
					Assembly: h.line.AssemblyID, Question: store.Words{"en": c.question}, Options: []store.Words{{"en": c.option}, {"en": "No"}}, By: "Ana", At: time.Now(),
				})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if reply := h.text(ana, "VOTE"); strings.Contains(reply, "...") || !strings.Contains(reply, "To vote, call") {
				t.Errorf("by text it is told %q", reply)
			}
			if _, said := h.voting(ana); !strings.Contains(said, c.question) || !strings.Contains(said, c.option) {
				t.Errorf("by call it is told %q", said)
			}
			h.text(ana, "NORMAL")
			if reply := h.text(ana, "VOTE"); !strings.Contains(reply, c.question) {
				t.Errorf("as everybody else it is told %q", reply)
			}
		})
	}
}

// A quiet phone is never sent a workplace's name, nor an assembly's (WORKERS.md): where the place of a meeting, or a question, has one, dots
// stand, or it is told to call.
func TestAQuietPhoneIsNotToldItsWorkplace(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.openBallot(time.Time{})
	err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
		_, err := h.store.ImportMembers(t.Context(), tx, h.line.AssemblyID, []store.MemberRow{
			{Line: 1, Name: "Ana", Phone: ana, Language: "en", Standing: store.StandsMember, Workplace: "Dalton Bakery"},
		}, time.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.meets(store.NewMeeting{Place: store.Words{"en": "Behind Dalton Bakery", "es": "Detras de Dalton Bakery"}})
	h.english(ana, ben)
	h.text(ana, "QUIET")
	if reply := h.text(ana, "MEETING"); strings.Contains(reply, "Dalton") || !strings.Contains(reply, "Behind ...") {
		t.Errorf("who works there, and has a quiet phone, is told %q", reply)
	}
	if reply := h.text(ben, "MEETING"); !strings.Contains(reply, "Behind Dalton Bakery") {
		t.Errorf("others are told %q", reply)
	}
}
