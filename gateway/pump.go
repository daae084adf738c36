package gateway

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

const (
	pumpSends  = 384                   // that wait for the carrier at a time
	pumpBatch  = 512                   // rows drawn, or answers written down, in one transaction
	pumpFirst  = 10                    // rows of a broadcast, whose answers are waited for, and then as many again …
	pumpRamp   = 100                   // … until so many have gone out
	pumpSettle = 50 * time.Millisecond // an answer waits for others for so long
	pumpSend   = 15 * time.Second      // the longest that one may take
	pumpRest   = time.Second           // while nothing is due
	pumpCheck  = 5 * time.Second       // how often a broadcast's failures are counted, and the lock is looked at
	pumpBusy   = time.Second           // a busy carrier that does not say how long
	pumpIdle   = time.Minute           // with nothing due for longer it makes room
	pumpAgain  = 10 * time.Second      // what was left is looked at again after that
)

// pump sends from one line, until nothing is due. One goroutine draws rows and decides about them, a moment ahead (paceAhead); one hands each out
// in its time; one writes down what the carrier answers; one watches whether it goes well.
type pump struct {
	g       *Gateway
	lineID  uuid.UUID
	line    store.Line
	mine    func() error
	passes  map[uuid.UUID]*pass // by broadcast
	clocks  clocks
	out     chan going    // decided, in the order in which they go out
	free    chan struct{} // one for each that may still be sent at the same time
	answers chan answer
	pending sync.WaitGroup // answers that are not written down yet
	open    atomic.Int64   // decided, and without an answer
	busy    atomic.Int64   // the carrier asked to be left alone until then, in nanoseconds of Unix time
}

// pass is how far a broadcast has been drawn, this time round.
type pass struct {
	store.Broadcast
	words    map[string]toldWords // by language
	bodies   map[bodyKey]string
	asking   Asking
	lists    map[string]bool // by language: whether the items of a list are offered
	lapses   time.Time       // what it asks
	segments map[string]int
	behind   int
	drawn    int
	again    time.Time // a pass has ended, and what was left is looked at again then
}

func newPump(g *Gateway, line uuid.UUID, mine func() error) *pump {
	p := &pump{g: g, lineID: line, mine: mine, passes: map[uuid.UUID]*pass{}, clocks: clocks{},
		out: make(chan going, pumpBatch), free: make(chan struct{}, pumpSends), answers: make(chan answer, pumpSends)}
	for range pumpSends {
		p.free <- struct{}{}
	}
	return p
}

// run draws and sends. It returns when ctx ends or nothing is due, once everything that was drawn has its answer written down.
func (p *pump) run(ctx context.Context) error {
	if err := p.g.store.CutOff(ctx, p.g.store.Pool, p.lineID, p.g.now()); err != nil {
		return err
	}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var settled, rest sync.WaitGroup
	settled.Go(func() { p.settle(context.WithoutCancel(ctx), fail) })
	rest.Go(p.send)
	rest.Go(func() { p.watch(ctx, fail) })
	err := p.draws(ctx)
	cause := context.Cause(ctx)
	fail(nil)
	close(p.out)
	rest.Wait()
	for range pumpSends { // every send has come back
		<-p.free
	}
	close(p.answers)
	settled.Wait()
	if err == nil && cause != nil && cause != context.Canceled {
		err = cause
	}
	return err
}

func (p *pump) draws(ctx context.Context) (err error) {
	for ctx.Err() == nil {
		if p.line, err = p.g.store.LineByID(ctx, p.g.store.Pool, p.lineID); err != nil {
			return err
		}
		next, due, err := p.next(ctx)
		if err != nil || next == nil && (due.IsZero() || due.Sub(p.g.now()) > pumpIdle) {
			return err
		}
		if busy := time.Until(time.Unix(0, p.busy.Load())); next == nil || busy > 0 {
			rest(ctx, min(max(busy, 0)+pumpRest/10, pumpRest))
			continue
		}
		if err := p.draw(ctx, next); err != nil {
			return err
		}
	}
	return nil
}

// next is the broadcast that is drawn from now: of those under way the first that is not through, alerts before notices. due is not zero
// while one has something left for later.
func (p *pump) next(ctx context.Context) (next *pass, due time.Time, err error) {
	all, err := p.g.store.UnderWay(ctx, p.g.store.Pool)
	if err != nil || p.line.Texts != store.TextsOn {
		return nil, due, err
	}
	now := p.g.now()
	for id := range p.passes { // one that was paused begins anew
		if !slices.ContainsFunc(all, func(b store.Broadcast) bool { return b.ID == id }) {
			delete(p.passes, id)
		}
	}
	for _, b := range all {
		one := p.passes[b.ID]
		if one == nil {
			if one, err = p.begin(ctx, b); err != nil {
				return nil, due, err
			} else if one == nil {
				continue
			}
			p.passes[b.ID] = one
		}
		switch {
		case one.again.IsZero() || !one.again.After(now):
			one.again = time.Time{}
			return one, now, nil
		case due.IsZero() || one.again.Before(due):
			due = one.again
		}
	}
	return nil, due, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// rest waits, or until ctx ends.
func rest(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
