package gateway

import (
	"context"
	"time"

	"github.com/google/uuid"

	"hotline/store/conversation"
)

// Calls are begun at two paces: that of their line, and that of the account, which all lines and processes share: a carrier begins so many a
// second, from whatever line, and holds the others up. What somebody waits for is never held up; it is owed, and notices wait for longer. The
// buckets are those of texts (pace.go), under ids of their own: callsOf a line, and of none.

// callPace is how many calls a second the account begins.
type callPace struct{ account int }

// mayCall takes one call of the account's, after a wait where there is none; false: it has waited, and nothing was given.
func (g *Gateway) mayCall(ctx context.Context) bool {
	return g.paces.takeCall(ctx, callsOf(uuid.Nil), g.calls.account)
}

// mayCallFrom takes one call of a line's pace, as mayCall does of the account's.
func (p *callPump) mayCallFrom(ctx context.Context) bool {
	return p.g.paces.takeCall(ctx, callsOf(p.line.ID), p.terms.Pace)
}

func (p *paces) takeCall(ctx context.Context, bucket uuid.UUID, pace int) bool {
	got := p.take(ctx, bucket, conversation.Want{Pace: pace, Most: 1, Least: 1})
	rest(ctx, min(got.In, time.Second))
	return got.Segments == 1 && ctx.Err() == nil
}

// oweCalls counts calls that are placed in any case, since somebody waits for them: notices wait for longer. A negative number gives back what was
// taken and not used.
func (g *Gateway) oweCalls(ctx context.Context, n int) {
	if g.redis.open() {
		return
	}
	if err := g.talks.OwePace(ctx, callsOf(uuid.Nil), g.calls.account, n); err != nil {
		g.paces.failed()
	}
}
