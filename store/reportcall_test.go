package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// calledBack is a report whose worker asked to be called back, and the call that would be placed for it.
func (w *world) calledBack() store.ReportCall {
	w.t.Helper()
	phone := w.phone("2125550103")
	f := must(w.FileReport(w.ctx, w.Pool, store.NewReport{
		Assembly: w.assembly.ID, Line: w.line.ID, Phone: uuid.NullUUID{UUID: phone, Valid: true}, Conversation: uuid.New(), Channel: "text",
		Lang: "en", Words: "the lift in hall B", ReadBy: w.now, At: w.now,
	}))(w.t)
	must(w.AskCallback(w.ctx, w.Pool, f.ID, uuid.NullUUID{UUID: phone, Valid: true}, store.Callback{Hours: "any", At: w.now}))(w.t)
	return store.ReportCall{ID: uuid.New(), Assembly: w.assembly.ID, Line: w.line.ID, Report: f.ID, Phone: phone, By: "Rosa", ByLang: "en",
		Lang: "en", Hours: "any", At: w.now}
}

// Two organizers at the same moment: one of them calls.
func TestOneOrganizerCallsBackAtATime(t *testing.T) {
	w := newWorld(t)
	c := w.calledBack()
	var all sync.WaitGroup
	came := make([]error, 6)
	for i := range came {
		all.Go(func() {
			mine := c
			mine.ID = uuid.New()
			came[i] = w.InTx(w.ctx, func(tx pgx.Tx) error { return w.AddReportCall(w.ctx, tx, mine) })
		})
	}
	all.Wait()
	placed := 0
	for _, err := range came {
		if refused := store.Refusal(""); err == nil {
			placed++
		} else if !errors.As(err, &refused) {
			t.Error(err)
		}
	}
	if placed != 1 {
		t.Errorf("%d call at once", placed)
	}
}

// The marks of a call are told twice, late, out of order or never, and what came of it is the same.
func TestWhatCameOfACallBack(t *testing.T) {
	w := newWorld(t)
	first := w.calledBack()
	for name, c := range map[string]struct {
		marks string // in this order: rung, heard, never, ended
		after time.Duration
		want  store.ReportCallState
	}{
		"it rings here":             {"", time.Minute, store.ReportCalling},
		"nobody tells of it":        {"", 6 * time.Minute, store.ReportNotRung},
		"not taken":                 {"e", 0, store.ReportNotRung},
		"it rings there":            {"r", 30 * time.Minute, store.ReportCalling},
		"nobody tells of its end":   {"r", 2 * time.Hour, store.ReportNotAnswered},
		"not answered":              {"re", 0, store.ReportNotAnswered},
		"reached":                   {"rhe", 0, store.ReportReached},
		"the end is told first":     {"erh", 0, store.ReportReached},
		"all twice":                 {"rrhhee", 0, store.ReportReached},
		"never again":               {"rne", 0, store.ReportNever},
		"never again, told at last": {"ren", 0, store.ReportNever},
	} {
		one := first
		one.ID = uuid.New()
		w.exec(`delete from report_calls`)
		w.inTx(func(tx pgx.Tx) error { return w.AddReportCall(w.ctx, tx, one) })
		for i, m := range c.marks {
			mark := map[rune]func(uuid.UUID, time.Time) error{
				'r': func(id uuid.UUID, at time.Time) error { return w.MarkReportRung(w.ctx, w.Pool, id, at) },
				'h': func(id uuid.UUID, at time.Time) error { return w.MarkReportReached(w.ctx, w.Pool, id, at) },
				'n': func(id uuid.UUID, at time.Time) error { return w.MarkReportNever(w.ctx, w.Pool, id, at) },
				'e': func(id uuid.UUID, at time.Time) error { return w.EndReportCall(w.ctx, w.Pool, id, at) },
			}[m]
			if err := mark(one.ID, w.now.Add(time.Duration(i)*time.Second)); err != nil {
				t.Fatal(err)
			}
		}
		found, ok, err := w.ReportCallByID(w.ctx, w.Pool, one.ID)
		if err != nil || !ok || found.State(w.now.Add(c.after)) != c.want {
			t.Errorf("%s: %s, %v", name, found.State(w.now.Add(c.after)), err)
		}
	}
}

// Keeping little: what was called goes with the words of the report; a phone that is forgotten leaves a call that leads to nobody.
func TestCallsBackAreErased(t *testing.T) {
	w := newWorld(t)
	w.now = time.Now()
	c := w.calledBack()
	w.inTx(func(tx pgx.Tx) error { return w.AddReportCall(w.ctx, tx, c) })
	must(w.Expire(w.ctx, "the clock", w.now.Add(300*day)))(t)
	found, ok, err := w.ReportCallByID(w.ctx, w.Pool, c.ID)
	if err != nil || !ok || found.Phone != uuid.Nil {
		t.Errorf("of a phone that was erased: %+v, %v", found, err)
	}
	if why := must(w.MayCallBack(w.ctx, w.Pool, c, w.now))(t); why != store.NoCallForgotten && why != store.NoCallUnasked {
		t.Errorf("it may be called: %q", why)
	}
	must(w.Expire(w.ctx, "the clock", w.now.Add(366*day)))(t)
	w.empty("report_calls")
}

func TestNumbersThatCost(t *testing.T) {
	for number, want := range map[store.Phone]bool{"+19002345678": true, "+12125550101": false, "+442079460000": false, "+18002345678": false, "": false} {
		if number.Costly() != want {
			t.Errorf("a number of %d letters costs: %v", len(number), number.Costly())
		}
	}
}
