package gateway

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestTurnsOfOneConversationGoOneAtATime(t *testing.T) {
	var q queue
	var inside, most atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			leave, err := q.enter(t.Context(), "one")
			if err != nil {
				t.Error(err)
				return
			}
			defer leave()
			if n := inside.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(100 * time.Microsecond)
			inside.Add(-1)
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d turns of one conversation were under way at once", most.Load())
	}
	if len(q.talk) != 0 {
		t.Errorf("%d conversations are remembered after their last turn", len(q.talk))
	}
}

func TestAConversationWaitsForNoOther(t *testing.T) {
	var q queue
	leave, err := q.enter(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	other, err := q.enter(t.Context(), "two")
	if err != nil {
		t.Fatal(err)
	}
	other()
}

func TestWaitingEndsWithItsDeadline(t *testing.T) {
	var q queue
	leave, err := q.enter(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := q.enter(ctx, "one"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting past the deadline: %v", err)
	}
	leave()
	if len(q.talk) != 0 {
		t.Error("a conversation is remembered after its last turn")
	}
}
