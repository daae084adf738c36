package gateway

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// between draws a broadcast, lets something happen while what was decided waits for a slow carrier, and then goes on.
func (h *house) between(what func()) {
	h.t.Helper()
	must := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	ctx := h.t.Context()
	p := newPump(h.g, h.line.ID, func() error { return nil })
	var err error
	p.line, err = h.store.LineByID(ctx, h.store.Pool, h.line.ID)
	must(err)
	next, _, err := p.next(ctx)
	must(err)
	must(p.draw(ctx, next))
	what()
	var settled sync.WaitGroup
	settled.Go(func() { p.settle(ctx, func(err error) { h.t.Error(err) }) })
	close(p.out)
	p.send()
	for range pumpSends {
		<-p.free
	}
	close(p.answers)
	settled.Wait()
}

// What is decided is not yet sent: who says stop in between is not told any more, and what is paused or called back stays here. (The issue:
// opt-outs received on the way honoured for everyone not yet submitted.)
func TestABroadcastHoldsBack(t *testing.T) {
	begins := func(t *testing.T) (h *house, p *post, numbers []string, b store.Broadcast) {
		h, p = waitingHouse(t)
		h.run("update lines set pace = 0")
		var author, second store.Organizer
		numbers, author, second = h.assemblyOf(6)
		b = h.approved(author, second, store.Broadcast{})
		h.pass(2 * time.Minute)
		err := h.store.InTx(t.Context(), func(tx pgx.Tx) error { return h.store.FreezeBroadcast(t.Context(), tx, b.ID, h.g.now()) })
		if err == nil {
			err = h.store.TurnBroadcasts(t.Context(), h.store.Pool, h.g.now())
		}
		if err != nil {
			t.Fatal(err)
		}
		return h, p, numbers, b
	}
	t.Run("stop", func(t *testing.T) {
		h, p, numbers, b := begins(t)
		h.between(func() {
			h.text(numbers[0], "STOP")
			h.text(numbers[1], "please stop texting me")
			h.text(numbers[2], "MENU") // is no stop
		})
		if got := h.progress(b); got.Accepted != 4 || got.Refused != 2 || len(p.taken) != 4 {
			t.Errorf("%d were sent: %+v", len(p.taken), got)
		}
		for _, m := range p.taken {
			if slices.Contains(numbers[:2], m.To.String()) {
				t.Error("somebody who had said stop was told")
			}
		}
	})
	t.Run("paused", func(t *testing.T) {
		h, p, _, b := begins(t)
		h.between(func() {
			if err := h.store.PauseBroadcast(t.Context(), h.store.Pool, b.ID, ""); err != nil {
				t.Fatal(err)
			}
		})
		if got := h.progress(b); got.Ready != 6 || len(p.taken) != 0 {
			t.Errorf("%d were sent: %+v", len(p.taken), got)
		}
		h.resumed(b)
		if got := h.progress(b); got.Accepted != 6 || len(p.taken) != 6 {
			t.Errorf("once it goes on, %d were sent: %+v", len(p.taken), got)
		}
	})
	t.Run("called back", func(t *testing.T) {
		h, p, _, b := begins(t)
		h.between(func() {
			if err := h.store.CancelBroadcast(t.Context(), h.store.Pool, b, h.g.now()); err != nil {
				t.Fatal(err)
			}
		})
		if got := h.progress(b); got.Canceled != 6 || len(p.taken) != 0 {
			t.Errorf("%d were sent: %+v", len(p.taken), got)
		}
	})
	t.Run("the database is away", func(t *testing.T) {
		h, p, _, b := begins(t)
		h.between(func() { h.run("alter table consent rename to consent_away") })
		if got := h.progress(b); got.Ready != 6 || len(p.taken) != 0 {
			t.Errorf("%d were sent unasked: %+v", len(p.taken), got)
		}
	})
}

// A row that the carrier was too busy to take waits again: its broadcast is not over while the answer to any is still to come.
func TestABroadcastIsNotOverBeforeItsAnswers(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	_, author, second := h.assemblyOf(3)
	b := h.approved(author, second, store.Broadcast{})
	h.pass(2 * time.Minute)
	p.planned = []Placed{{State: store.SendReady, Cause: errors.New("busy"), Wait: time.Second}}
	freeze := func(tx pgx.Tx) error { return h.store.FreezeBroadcast(t.Context(), tx, b.ID, h.g.now()) }
	if err := h.store.InTx(t.Context(), freeze); err != nil {
		t.Fatal(err)
	}
	turn := func() {
		t.Helper()
		if err := h.store.TurnBroadcasts(t.Context(), h.store.Pool, h.g.now()); err != nil {
			t.Fatal(err)
		}
	}
	turn()
	h.between(turn) // all are with the carrier, and one comes back
	if state, _ := h.state(b); state != store.BroadcastSending || h.progress(b).Ready != 1 {
		t.Errorf("it is %s, with %+v", state, h.progress(b))
	}
}
