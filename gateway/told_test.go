package gateway

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// What the carrier tells of many texts at once is written down in few transactions, each before it is acknowledged, in whatever order it comes: the
// furthest stands. What is none of ours is told so, and fails nobody else's.
func TestManyTellingsAtOnce(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	_, author, second := h.assemblyOf(60)
	b := h.approved(author, second, store.Broadcast{})
	h.pass(2 * time.Minute)
	h.pumped(h.g)
	var all sync.WaitGroup
	for _, m := range p.taken {
		for _, status := range []string{"delivered", "sent", "queued", "delivered"} {
			all.Go(func() {
				if err := h.g.Delivered(t.Context(), m.ID, "SM"+m.ID, status, 0, ""); err != nil {
					t.Error(err)
				}
				if got := h.one("select state from outgoing where id = $1", m.ID); status == "delivered" && got != "delivered" {
					t.Errorf("acknowledged, and it is %s", got)
				}
			})
		}
		all.Go(func() {
			if err := h.g.Delivered(t.Context(), uuid.NewString(), "SM1", "sent", 0, ""); !errors.Is(err, ErrNotOurs) {
				t.Errorf("one of nobody's: %v", err)
			}
		})
	}
	all.Wait()
	if got := h.progress(b); got.Delivered != 60 {
		t.Errorf("%+v", got)
	}
	if n := h.count("select count(*) from carrier_erasures"); n != 60 {
		t.Errorf("%d are to be erased at the carrier", n)
	}
}

// While Postgres is away nothing is acknowledged, and nobody waits longer than for one transaction.
func TestTellingsWhilePostgresIsAway(t *testing.T) {
	h, _ := waitingHouse(t)
	h.store.Pool.Close()
	began := time.Now()
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if err := h.g.Delivered(context.Background(), uuid.NewString(), "SM1", "sent", 0, ""); err == nil || errors.Is(err, ErrNotOurs) {
				t.Error(fmt.Errorf("it was acknowledged: %w", err))
			}
		})
	}
	all.Wait()
	if took := time.Since(began); took > 3*settleWithin {
		t.Errorf("it took %v", took)
	}
}
