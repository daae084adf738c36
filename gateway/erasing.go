package gateway

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"hotline/store"
)

// What people told us lies at the carrier too: the words of every text that we heard or sent, pictures, recordings. All of it is erased
// there. What is to be erased is a row (store.Erasure), written in the transaction of what brought it about; one job for all of them works
// the rows off, since a job for each would cost every turn. It may be cut off at any moment: to erase twice does no harm.

const (
	eraseEvery  = 15 * time.Second
	eraseFor    = 40 * time.Second // one run; the next goes on
	eraseBatch  = 100
	eraseAtOnce = 8                // requests to the carrier
	awayInARow  = 3                // after so many without an answer a run ends: the carrier is away
	busyWait    = 30 * time.Second // where it does not say how long
	awayAtMost  = time.Hour
)

// EraseCame is what the carrier answers when it is asked to erase something.
type EraseCame string

const (
	ErasedThere  EraseCame = "erased"
	GoneThere    EraseCame = "gone"    // it was not there any more
	TooSoonThere EraseCame = "soon"    // it is not final yet
	BusyThere    EraseCame = "busy"    // too many requests: it did nothing
	AwayThere    EraseCame = "away"    // no answer, or an error of its own
	HaltedThere  EraseCame = "halted"  // it refuses everything, for a reason of the account's
	RefusedThere EraseCame = "refused" // it refuses this
)

// Erased is that answer.
type Erased struct {
	Came  EraseCame
	Code  int           // the carrier's reason, 0 if it gave none
	Wait  time.Duration // before it may be asked again, 0 if it does not say
	Cause error         // why it is not erased; names no number and no id
}

// soonWaits and refusedWaits are how long to leave what the carrier has refused, by how often it has. Something may take it 14 days to
// finish (Twilio's error 20009); what it refuses for another reason is for a person to look at.
func soonWaits() []time.Duration {
	return []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}
}

func refusedWaits() []time.Duration {
	return []time.Duration{10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}
}

const finalWithin = 15 * 24 * time.Hour

// carrierErasesArgs asks for what is to be erased at the carrier to be erased.
type carrierErasesArgs struct{}

func (carrierErasesArgs) Kind() string { return "erase_at_carrier" }

// InsertOpts lets no second run begin while one is under way, as for wakeArgs.
func (carrierErasesArgs) InsertOpts() river.InsertOpts { return oneAtATime(queueCarrier) }

type carrierErasesWorker struct {
	river.WorkerDefaults[carrierErasesArgs]
	g *Gateway
}

func (w *carrierErasesWorker) Work(ctx context.Context, _ *river.Job[carrierErasesArgs]) error {
	return w.g.eraseDue(ctx, time.Now().Add(eraseFor))
}

// eraseDue erases at the carrier what is due, until all is done, the carrier wants to be left alone, or the time is up.
func (g *Gateway) eraseDue(ctx context.Context, until time.Time) error {
	if err := g.store.DueProcessed(ctx, g.store.Pool, g.now()); err != nil {
		return err
	}
	var last store.Erasure
	for ctx.Err() == nil && time.Now().Before(until) {
		due, err := g.store.DueErasures(ctx, g.store.Pool, g.now(), last, eraseBatch)
		if err != nil {
			return err
		}
		if len(due) == 0 {
			return g.store.ForgetErased(ctx, g.store.Pool, g.now())
		}
		b := &erasingBatch{g: g, until: until}
		b.work(ctx, due)
		if err := b.settle(ctx); err != nil || b.stop {
			return err
		}
		last = due[len(due)-1]
	}
	return ctx.Err()
}

// erasingBatch is one batch under way.
type erasingBatch struct {
	g     *Gateway
	until time.Time

	mu     sync.Mutex
	came   []store.Settlement
	erased bool // something was, so that nothing keeps the account from it
	halted *Erased
	away   int  // in a row
	stop   bool // the carrier wants to be left alone
}

func (b *erasingBatch) work(ctx context.Context, due []store.Erasure) {
	var group errgroup.Group
	group.SetLimit(eraseAtOnce)
	for _, one := range due {
		if b.over(ctx) {
			break
		}
		group.Go(func() error {
			if b.over(ctx) {
				return nil
			}
			b.note(one, b.g.eraseOne(ctx, one))
			return nil
		})
	}
	group.Wait() // what came of each is in the batch
}

func (g *Gateway) eraseOne(ctx context.Context, e store.Erasure) Erased {
	if e.Err != nil {
		return Erased{Came: RefusedThere, Cause: e.Err}
	}
	return g.carrier.Erase(ctx, e.Kind, e.Source)
}

func (b *erasingBatch) over(ctx context.Context) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.stop || ctx.Err() != nil || time.Now().After(b.until)
}

// note takes one answer, and decides whether to go on asking.
func (b *erasingBatch) note(e store.Erasure, r Erased) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.g.count.erased(e.Kind, r.Came)
	if r.Came != AwayThere {
		b.away = 0
	}
	switch r.Came {
	case ErasedThere, GoneThere:
		b.erased = true
	case BusyThere:
		b.stop = true
	case AwayThere:
		b.away++
		b.stop = b.stop || b.away >= awayInARow
	case HaltedThere: // nothing is held against the row
		b.stop, b.halted = true, &r
		return
	}
	b.came = append(b.came, b.g.settlement(e, r))
}

// settlement is what becomes of a row.
func (g *Gateway) settlement(e store.Erasure, r Erased) store.Settlement {
	now := g.now()
	s := store.Settlement{ID: e.ID, Came: store.CameLater, Code: r.Code}
	later := func(waits []time.Duration) { s.Due = now.Add(waits[min(e.Tries, len(waits)-1)]) }
	switch r.Came {
	case ErasedThere:
		s.Came = store.CameErased
	case GoneThere:
		s.Came = store.CameGone
	case TooSoonThere:
		if later(soonWaits()); now.Sub(e.At) > finalWithin {
			s.Came = store.CameGivenUp
		}
	case RefusedThere:
		if later(refusedWaits()); e.Tries >= len(refusedWaits()) {
			s.Came = store.CameGivenUp
		}
	case BusyThere:
		wait := max(r.Wait, busyWait)
		s.Due = now.Add(wait + rand.N(wait/2)) // not all at the same moment
	default: // an hour without an answer is no reason to leave people's words there
		s.Due = now.Add(min(time.Minute<<min(e.Tries, 10), awayAtMost))
	}
	if s.Came == store.CameGivenUp {
		g.log.Error("the carrier would not erase something, and a person has to: hotline erase tells what", "kind", e.Kind, "carrier_code", r.Code,
			"tries", e.Tries+1, "cause", r.Cause)
	}
	return s
}

// settle writes a batch down. What was cut off before that is asked for again.
func (b *erasingBatch) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin) // the job's own time may be up
	defer cancel()
	g := b.g
	if err := g.store.SettleErasures(ctx, b.came, g.now()); err != nil {
		return err
	}
	switch {
	case b.halted != nil:
		g.log.Error("the carrier refuses to erase anything: see the account and its auth token", "carrier_code", b.halted.Code, "cause", b.halted.Cause)
		return g.store.HaltErasing(ctx, g.store.Pool, b.halted.Code, g.now())
	case b.erased:
		return g.store.ResumeErasing(ctx, g.store.Pool)
	}
	return nil
}

// Logged takes the carrier's word that it keeps a text of ours, and how it is doing there: an answer, whose id is told nowhere else, or
// one that we placed. Once it is final its words are to be erased.
func (g *Gateway) Logged(ctx context.Context, line, sid, status string) error {
	if state, known := carrierStates(status); !known || !state.Final() {
		return nil
	}
	l, ours, err := g.lines.find(ctx, line)
	if err != nil {
		return err
	}
	if !ours {
		return nil // it was, when the text was sent: the sweep of lines does not find it either
	}
	now := g.now()
	if err := g.store.WantErased(ctx, g.store.Pool, l.AssemblyID, sid, now.Add(store.SettledAfter), now); err != nil {
		return fmt.Errorf("a text is final: %w", err)
	}
	return nil
}
