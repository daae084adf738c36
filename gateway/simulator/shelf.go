package simulator

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sync"
)

// shelf keeps the newest max things by key and forgets the oldest. Its owner locks.
type shelf[T any] struct {
	max   int
	items map[string]T
	order []string // oldest first
}

func newShelf[T any](max int) shelf[T] {
	return shelf[T]{max: max, items: map[string]T{}}
}

func (s *shelf[T]) put(key string, item T) {
	if _, known := s.items[key]; !known {
		s.order = append(s.order, key)
	}
	s.items[key] = item
	for len(s.order) > s.max {
		delete(s.items, s.order[0])
		s.order = s.order[1:]
	}
}

func (s *shelf[T]) get(key string) (T, bool) {
	item, ok := s.items[key]
	return item, ok
}

func (s *shelf[T]) drop(key string) {
	if _, ok := s.items[key]; !ok {
		return
	}
	delete(s.items, key)
	i := slices.Index(s.order, key)
	s.order = slices.Delete(s.order, i, i+1)
}

// newest lists everything, the newest first, as REST lists do.
func (s *shelf[T]) newest() []T {
	all := make([]T, 0, len(s.order))
	for _, key := range slices.Backward(s.order) {
		all = append(all, s.items[key])
	}
	return all
}

// tally counts work under way. Unlike a sync.WaitGroup it may be waited on while work
// is still being added.
type tally struct {
	mu   sync.Mutex
	n    int
	zero chan struct{} // closed when n falls to 0; nil when nobody waits
}

func (t *tally) add() {
	t.mu.Lock()
	t.n++
	t.mu.Unlock()
}

func (t *tally) done() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n--
	if t.n == 0 && t.zero != nil {
		close(t.zero)
		t.zero = nil
	}
}

func (t *tally) idle(ctx context.Context) error {
	t.mu.Lock()
	if t.n == 0 {
		t.mu.Unlock()
		return nil
	}
	if t.zero == nil {
		t.zero = make(chan struct{})
	}
	zero := t.zero
	t.mu.Unlock()
	select {
	case <-zero:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// newSID makes an identifier of the shape Twilio's have: two letters, 32 hex digits.
func newSID(kind string) string {
	var raw [16]byte
	rand.Read(raw[:]) // never fails: crypto/rand crashes the program instead
	return kind + hex.EncodeToString(raw[:])
}
