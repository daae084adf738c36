package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"hotline/store"
)

// Of whatever is taken, the digits chosen are in a row, two each, none of them taken, and none that a menu or a read-back uses; where there is such a
// row, it is found.
func TestDigitsThatAreFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		taken := rapid.SliceOfDistinct(rapid.IntRange(10, 99), rapid.ID[int]).Draw(t, "taken")
		slices.Sort(taken)
		many := rapid.IntRange(1, 8).Draw(t, "answers")
		free := func(first int) bool {
			for n := first; n < first+many; n++ {
				if slices.Contains(taken, n) || n < 21 || n > 99 || n > 49 && n < 91 || n%10 == 0 {
					return false
				}
			}
			return true
		}
		switch first := store.FreeDigits(taken, many); {
		case first != 0 && !free(first):
			t.Errorf("%d, %d of them, with %v taken", first, many, taken)
		case first == 0:
			for n := 21; n <= 99; n++ {
				if free(n) {
					t.Errorf("none, and %d was free with %v taken", n, taken)
				}
			}
		}
	})
}

// WORKERS.md: two open questions of a phone never share digits, nor do two within thirty days, in whatever order and on whatever line they are asked, also
// where two ask at the same moment.
func TestQuestionsNeverShareDigits(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	now := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)
	phone := w.phone("212-555-0142")
	type asked struct {
		store.Question
		at time.Time
	}
	var all []asked
	rapid.Check(t, func(rt *rapid.T) {
		now = now.Add(time.Duration(rapid.IntRange(0, 10*24).Draw(rt, "hours")) * time.Hour)
		many := rapid.IntRange(1, 8).Draw(rt, "answers")
		open := time.Duration(rapid.IntRange(1, 50*24).Draw(rt, "open")) * time.Hour
		blind := rapid.Bool().Draw(rt, "blind") // another process has not seen what was asked just now
		err := w.InTx(ctx, func(tx pgx.Tx) error {
			sent := outgoingTo(rt, w, tx, phone, now)
			free, err := w.AboutToAsk(ctx, tx, []uuid.UUID{phone}, []uuid.UUID{sent}, now)
			if err != nil {
				return err
			}
			first := store.FreeDigits(free.Taken[phone], many)
			if blind {
				first = 41
			}
			if first == 0 {
				return nil
			}
			q := store.Question{Assembly: w.assembly.ID, Line: w.line.ID, Phone: phone, Outgoing: sent, Flow: "rsvp", About: "meeting", Record: uuid.New(),
				Arguments: []byte("{}"), First: first, Answers: many, Each: many > 5, LapsesAt: now.Add(open)}
			lost, err := w.AskQuestions(ctx, tx, []store.Question{q}, now)
			if err == nil && !lost[sent] {
				all = append(all, asked{q, now})
			}
			return err
		})
		if err != nil {
			rt.Fatal(err)
		}
		for i, a := range all {
			for _, b := range all[i+1:] {
				held := a.at.Add(30 * 24 * time.Hour)
				if a.LapsesAt.After(held) {
					held = a.LapsesAt
				}
				if a.First < b.First+b.Answers && b.First < a.First+a.Answers && b.at.Before(held) {
					rt.Fatalf("%d to %d asked at %v, and %d to %d at %v", a.First, a.First+a.Answers-1, a.at, b.First, b.First+b.Answers-1, b.at)
				}
			}
		}
		found, err := w.QuestionsTo(ctx, w.Pool, phone, w.line.ID, now)
		if err != nil {
			rt.Fatal(err)
		}
		for i, a := range found {
			for _, b := range found[i+1:] {
				if _, shared := a.Has(b.First); shared && a.LapsesAt.After(now) && b.LapsesAt.After(now) {
					rt.Fatalf("two open questions share %d", b.First)
				}
			}
		}
	})
}

// outgoingTo writes a text down that asks something.
func outgoingTo(t interface{ Fatal(...any) }, w *world, tx pgx.Tx, phone uuid.UUID, now time.Time) uuid.UUID {
	id, err := w.AddOutgoing(w.ctx, tx, store.Outgoing{Assembly: w.assembly.ID, Line: w.line.ID, Phone: phone, Channel: store.ByText,
		Purpose: store.ForAnswers, Body: "x", ExpiresAt: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(fmt.Errorf("writing a text down: %w", err))
	}
	return id
}
