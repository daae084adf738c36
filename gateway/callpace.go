package gateway

import (
	"context"
	"time"
)

// callPace bounds how many calls are begun: a carrier begins so many a second for the whole account, from whatever line, and holds the others up.
type callPace struct {
	account int     // calls a second
	slow    limiter // while Redis is away: half of it in each process, since nobody knows how many others call
}

// mayCall takes one call of the account's, after a wait where there is none; false: it has waited, and nothing was given.
func (g *Gateway) mayCall(ctx context.Context) bool {
	if !g.redis.open() {
		n, wait, err := g.talks.TakeCalls(ctx, g.calls.account, 1)
		if err == nil {
			if n == 0 {
				rest(ctx, wait)
			}
			return n == 1
		}
		g.redis.failed()
		g.count.redisFailed()
	}
	rest(ctx, g.calls.slow.take(g.calls.account))
	return ctx.Err() == nil
}

// oweCalls counts calls that are placed in any case, since somebody waits for them: notices wait for longer. A negative number gives back what was
// taken and not used.
func (g *Gateway) oweCalls(ctx context.Context, n int) {
	if g.redis.open() {
		return
	}
	if err := g.talks.OweCalls(ctx, g.calls.account, n); err != nil {
		g.redis.failed()
	}
}

// mayCallFrom takes one call of a line's pace, as mayCall does of the account's.
func (p *callPump) mayCallFrom(ctx context.Context) bool {
	if !p.g.redis.open() {
		n, wait, err := p.g.talks.TakePace(ctx, callsOf(p.line.ID), p.terms.Pace, 1)
		if err == nil {
			if n == 0 {
				rest(ctx, min(wait, time.Second))
			}
			return n == 1
		}
		p.g.redis.failed()
		p.g.count.redisFailed()
	}
	rest(ctx, p.slow.take(p.terms.Pace))
	return ctx.Err() == nil
}
