package gateway

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
	"hotline/store/conversation"
)

// How fast a line sends, counted in segments. Answers, alerts, and what somebody on duty or in danger waits for go at once, and are owed:
// whatever else goes out from the line waits for that much longer. Notices come last: they never take more than a moment ahead of time, so
// that a single text, which may take more, goes before them.

const (
	oweEvery    = 100 * time.Millisecond // what answers owe is told at once for all of a line: no turn waits for it
	paceAhead   = 300 * time.Millisecond // for so long ahead a pump decides, so that a database that is slow for a moment costs no pace
	pacePatient = 2 * time.Second        // for so long a single text waits in its job; for longer, it is put off
	paceOff     = 5 * time.Second        // … by up to so much more, so that not all come again at once
)

// paces are how fast lines send, and what they owe. Each process has one, and Redis is what they share.
type paces struct {
	g    *Gateway
	mu   sync.Mutex
	owed map[uuid.UUID]debt      // by line
	slow map[uuid.UUID]time.Time // without Redis: when a line may send again
}

type debt struct{ pace, segments int }

// owe takes segments that go out in any case. It waits for nothing.
func (p *paces) owe(line store.Line, segments int) {
	if line.Pace == 0 || segments == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.owed == nil {
		p.owed = map[uuid.UUID]debt{}
	}
	p.owed[line.ID] = debt{line.Pace, p.owed[line.ID].segments + segments}
}

// owes takes what a text owes that is answered.
func (p *paces) owes(number string, reply Reply) {
	if text := reply.Text(); text != "" {
		if line, ours := p.g.lines.known(number); ours {
			n, _, _ := flows.Segments(text)
			p.owe(line, n)
		}
	}
}

// start tells Redis what is owed, until ctx ends.
func (p *paces) start(ctx context.Context, done *sync.WaitGroup) {
	done.Add(1)
	go func() {
		defer done.Done()
		again := time.NewTicker(oweEvery)
		defer again.Stop()
		for ctx.Err() == nil {
			select {
			case <-again.C:
			case <-ctx.Done():
			}
			p.settle(context.WithoutCancel(ctx))
		}
	}()
}

// settle tells Redis what is owed.
func (p *paces) settle(ctx context.Context) {
	p.mu.Lock()
	owed := p.owed
	p.owed = nil
	p.mu.Unlock()
	for line, d := range owed {
		if !p.g.redis.open() {
			err := p.g.talks.OwePace(ctx, line, d.pace, d.segments)
			if err == nil {
				continue
			}
			p.failed()
		}
		p.slowly(line, conversation.Want{Pace: d.pace, Most: d.segments, Least: d.segments, Ahead: time.Hour})
	}
}

// take takes segments of a line's bucket, or tells when to ask again.
func (p *paces) take(ctx context.Context, line uuid.UUID, w conversation.Want) conversation.Granted {
	if !p.g.redis.open() {
		got, err := p.g.talks.TakePace(ctx, line, w)
		if err == nil {
			return got
		}
		if ctx.Err() != nil {
			return conversation.Granted{}
		}
		p.failed()
	}
	return p.slowly(line, w)
}

// slowly stands in for Redis: at half the pace, since whoever else sends from the line is not known.
func (p *paces) slowly(line uuid.UUID, w conversation.Want) conversation.Granted {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.slow == nil {
		p.slow = map[uuid.UUID]time.Time{}
	}
	now := time.Now()
	next := later(p.slow[line], now)
	if in := next.Sub(now); in > w.Ahead {
		return conversation.Granted{In: in - w.Ahead}
	}
	n := max(w.Least, 1)
	if w.Most < 0 {
		n = w.Most
	}
	p.slow[line] = next.Add(time.Duration(n) * 2 * time.Second / time.Duration(w.Pace))
	return conversation.Granted{Segments: n, In: next.Sub(now)}
}

func (p *paces) failed() {
	p.g.redis.failed()
	p.g.count.redisFailed()
}

// hold has a single text wait for its line. It gives what was taken, which is given back where it is not sent after all, or else how long to
// put it off. What goes in any case is owed once it has gone.
func (g *Gateway) hold(ctx context.Context, id uuid.UUID) (line store.Line, segments int, off time.Duration, err error) {
	o, found, err := g.store.PeekOutgoing(ctx, g.store.Pool, id)
	if err != nil || !found || o.State != store.SendReady || o.Channel != store.ByText {
		return line, 0, 0, err
	}
	if line, err = g.store.LineByID(ctx, g.store.Pool, o.Line); err != nil || line.Pace == 0 || inAnyCase(o) {
		return line, 0, 0, err
	}
	segments, _, _ = flows.Segments(o.Body)
	got := g.paces.take(ctx, line.ID, conversation.Want{Pace: line.Pace, Most: segments, Least: segments, Ahead: pacePatient})
	if got.Segments == 0 {
		return line, 0, max(got.In, pacePatient), ctx.Err()
	}
	rest(ctx, got.In)
	return line, segments, 0, nil
}

// keptBack tells whether a line does not call or text a number. Somebody on duty, and whoever has just written, may be anywhere; a number that
// earns its owner money is never called or texted.
func keptBack(line store.Line, o store.Outgoing, to store.Phone) bool {
	reach := line.Reaches(to)
	return reach == store.ReachCostly || reach == store.ReachCountry && !o.AnyHour
}

// afford books what a text costs, or tells how long to leave it where the line has spent what it may today. What somebody on duty, or who has just
// written, waits for is not held up by money.
func (g *Gateway) afford(ctx context.Context, tx pgx.Tx, line store.Line, o store.Outgoing, now time.Time) (wait time.Duration, err error) {
	if o.AnyHour || o.Channel != store.ByText {
		return 0, nil
	}
	n, _, _ := flows.Segments(o.Body)
	may, err := g.store.Spend(ctx, tx, line, n, now)
	if err == nil && !may {
		wait = pendingWait
	}
	return wait, err
}

// inAnyCase tells whether something goes out whatever its line's pace.
func inAnyCase(o store.Outgoing) bool { return o.AnyHour || o.Purpose == store.ForAlerts }
