package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"hotline/store"
)

// Not every row that ought to be there is: a callback was lost, a phone company says "sent" and never more, a database was restored from
// an older copy. A sweep compares with the carrier's own list what still stands there, and has it erased.

const (
	sweepEvery  = time.Hour
	sweepFor    = 50 * time.Second
	sweepBack   = 24 * time.Hour // the list goes by whole days: it is those of now and of then
	sweepChunk  = 200
	freshRests  = time.Hour      // before a text is looked at: what is to become of it may still be told
	placedRests = 24 * time.Hour // … and one that we placed: until then its words may have to tell whether it was taken at all
	nobodyRests = 24 * time.Hour // … and one of no person's phone, which is not heard
)

// CarrierText is a text in the carrier's list.
type CarrierText struct {
	ID      string
	Other   store.Phone // at the other end; empty: no person's phone
	Inbound bool
	Placed  bool // by us, and not in answer to a webhook
	At      time.Time
	Words   bool // they still stand there
	Files   int  // that came with it, whether they still stand there or not
}

// sweepArgs asks for a sweep.
type sweepArgs struct{}

func (sweepArgs) Kind() string { return "sweep_carrier" }

// InsertOpts lets no second sweep begin while one is under way.
func (sweepArgs) InsertOpts() river.InsertOpts { return oneAtATime(queueCarrier) }

type sweepWorker struct {
	river.WorkerDefaults[sweepArgs]
	g *Gateway
}

func (w *sweepWorker) Work(ctx context.Context, _ *river.Job[sweepArgs]) error {
	run, cancel := context.WithTimeout(ctx, sweepFor)
	defer cancel()
	found, err := w.g.sweep(run)
	if found > 0 {
		w.g.log.Info("words that still stood at the carrier are to be erased", "texts", found)
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		w.g.log.Warn("the carrier's list was too long, or came too slowly, to be looked through; the next sweep begins with its newest again", "every", sweepEvery)
		return nil
	}
	return err
}

// sweep looks through the list of each line, and tells of how many texts it found the words that no row speaks of.
func (g *Gateway) sweep(ctx context.Context) (found int, err error) {
	lines, err := g.store.Lines(ctx, g.store.Pool)
	if err != nil {
		return 0, err
	}
	for _, line := range lines {
		s := lineSweep{g: g, ctx: ctx, line: line}
		err := g.carrier.Texts(ctx, line.Number, g.now().Add(-sweepBack), s.take)
		if err == nil {
			err = s.flush()
		}
		if found += s.found; err != nil {
			return found, err
		}
	}
	return found, nil
}

// lineSweep is that of one line.
type lineSweep struct {
	g     *Gateway
	ctx   context.Context // of this one sweep, which ends before take is called again
	line  store.Line
	heard []string // inbound texts of people that stand there: what was not heard yet is not ours to erase
	found int
}

func (s *lineSweep) take(t CarrierText) error {
	age := s.g.now().Sub(t.At)
	if !t.Words || age < freshRests { // its row waits to be worked off
		return nil
	}
	switch {
	case t.Inbound && t.Other != "" && !s.g.lines.has(t.Other.String()):
		if s.heard = append(s.heard, t.ID); len(s.heard) >= sweepChunk {
			return s.flush()
		}
		return nil
	case t.Inbound && age < nobodyRests, t.Placed && age < placedRests:
		return nil
	}
	return s.want(t.ID)
}

// flush takes those that were heard.
func (s *lineSweep) flush() error {
	heard, err := s.g.store.HeardAmong(s.ctx, s.g.store.Pool, s.heard)
	if err != nil {
		return err
	}
	for _, sid := range s.heard {
		if !heard[sid] {
			continue // a missed text: it is heard first
		}
		if err := s.want(sid); err != nil {
			return err
		}
	}
	s.heard = s.heard[:0]
	return nil
}

func (s *lineSweep) want(sid string) error {
	news, err := s.g.store.WantErasedAgain(s.ctx, s.g.store.Pool, s.line.AssemblyID, sid, s.g.now())
	if news {
		s.found++
	}
	return err
}
