package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"hotline/store"
)

// alive says that the process runs. It asks nothing of anybody: a process without a database still tells workers the truth.
func alive(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") }

// readiness answers whether to send us webhooks: the database answers and is migrated, and we are not about to stop. Without Redis
// we are slower and no worse, so that is told and does not count.
type readiness struct {
	house *house

	mu     sync.Mutex
	looked time.Time
	words  string
	err    error
}

// One look serves everybody who asks within lookAgain: the address is public, the database is not to feel it.
const (
	lookAgain  = time.Second
	lookWithin = 2 * time.Second
)

func (r *readiness) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if r.house.stopping.Load() {
		http.Error(w, "not ready: stopping", http.StatusServiceUnavailable)
		return
	}
	words, err := r.look(req.Context())
	if err != nil {
		http.Error(w, "not ready: "+words, http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, words)
}

// look asks the database, unless somebody asked a moment ago.
func (r *readiness) look(ctx context.Context) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.looked) < lookAgain {
		return r.words, r.err
	}
	// Whoever asks may leave; the answer is for the next one too.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookWithin)
	defer cancel()
	r.words, r.err = r.house.condition(ctx)
	r.looked = time.Now()
	if r.err != nil {
		r.house.log.Warn("not ready", "because", r.words, "cause", r.err)
	}
	return r.words, r.err
}

var errBehind = errors.New("migrations are pending")

// condition puts into words that hold nothing of the configuration how we are.
func (h *house) condition(ctx context.Context) (string, error) {
	pending, err := store.Pending(ctx, h.store.Pool)
	switch {
	case err != nil:
		return "the database does not answer", err
	case len(pending) > 0:
		return "the database is not migrated", errBehind
	case h.redis.Ping(ctx).Err() != nil:
		return "ready, degraded: Redis does not answer", nil
	}
	return "ready", nil
}
