package gateway

import (
	"context"
	"sync"
)

// queue lets one turn at a time through for each conversation of this process, before it takes a database connection, so that
// one phone cannot use up the pool. Across processes the conversation's row is the lock.
type queue struct {
	mu   sync.Mutex
	talk map[string]*place
}

type place struct {
	busy chan struct{} // holds one token while a turn is under way
	here int           // turns that wait or are under way
}

// enter waits for its turn, or for ctx. leave must be called if and only if err is nil.
func (q *queue) enter(ctx context.Context, key string) (leave func(), err error) {
	q.mu.Lock()
	if q.talk == nil {
		q.talk = map[string]*place{}
	}
	p := q.talk[key]
	if p == nil {
		p = &place{busy: make(chan struct{}, 1)}
		q.talk[key] = p
	}
	p.here++
	q.mu.Unlock()

	gone := func() {
		q.mu.Lock()
		if p.here--; p.here == 0 {
			delete(q.talk, key)
		}
		q.mu.Unlock()
	}
	select {
	case p.busy <- struct{}{}:
		return func() { <-p.busy; gone() }, nil
	case <-ctx.Done():
		gone()
		return nil, ctx.Err()
	}
}
