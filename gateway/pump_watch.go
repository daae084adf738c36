package gateway

import (
	"context"
	"fmt"
	"time"

	"hotline/store"
)

// watch looks, now and then, whether this pump still is the only one of its line, and pauses broadcasts of which too much fails. Counting a
// large one takes a while, which must not hold up what is sent.
func (p *pump) watch(ctx context.Context, fail context.CancelCauseFunc) {
	for every := pumpCheck; ; {
		if rest(ctx, every); ctx.Err() != nil {
			return
		}
		began := time.Now()
		if err := p.mine(); err != nil {
			fail(fmt.Errorf("another process may send from this line: %w", err))
			return
		}
		all, err := p.g.store.UnderWay(ctx, p.g.store.Pool)
		if err == nil {
			err = p.judge(ctx, all)
		}
		if err != nil && ctx.Err() == nil {
			fail(err)
			return
		}
		every = max(pumpCheck, 20*time.Since(began))
	}
}

// logPause says that a broadcast pauses by itself, out of so many that were done; of one that is uncounted without numbers.
func (g *Gateway) logPause(b store.Broadcast, why string, done, failed int) {
	log := g.log.With("broadcast", b.ID, "why", why)
	if !b.Uncounted() {
		log = log.With("done", done, "failed", failed)
	}
	log.Warn("a broadcast pauses")
}

// judge pauses those of which too much fails.
func (p *pump) judge(ctx context.Context, all []store.Broadcast) error {
	for _, b := range all {
		t, err := p.g.store.ProgressOf(ctx, p.g.store.Pool, b.ID, b.CountFrom)
		if err != nil {
			return err
		}
		if why := goesWrong(t); why != "" {
			p.g.logPause(b, why, t.Done(), t.Failed)
			if err := p.g.store.PauseBroadcast(ctx, p.g.store.Pool, b.ID, why); err != nil {
				return err
			}
		}
	}
	return nil
}
