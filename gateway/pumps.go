package gateway

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Broadcasts are sent by pumps: one for each line in all processes, which holds an advisory lock on a connection of its own. It draws rows by a
// cursor at the line's pace. A process that dies gives up the lock with its connection, and the next to look goes on; what it was in the midst
// of is unknown, and is resolved like any send of which nobody knows. There is no job for each recipient: nothing of them snoozes.

// pumpLook is how often a process looks for something to send: a minute passes between an approval and its beginning.
const pumpLook = time.Second

// mostPumps bounds those of one process: each holds a connection while it runs, and takes two more. One that has nothing to do for a while
// makes room for another line's.
const mostPumps = 3

// alertPumps are so many more, for lines with alerts: these wait for no other line's notices.
const alertPumps = 2

// pumps are those of this process.
type pumps struct {
	g       *Gateway
	stop    context.CancelFunc
	done    sync.WaitGroup
	mu      sync.Mutex
	running pumping // that are sent from
	calling pumping // that are called from, by callsOf

	reminded time.Time // when it was last looked whom reminders reach; read by one goroutine alone
}

func (p *pumps) start() {
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	p.g.paces.start(ctx, &p.done)
	p.done.Add(1)
	go func() {
		defer p.done.Done()
		for again := time.NewTicker(pumpLook); ; {
			if err := p.look(ctx); err != nil && ctx.Err() == nil {
				p.g.log.Error("broadcasts wait: what is to be sent could not be looked up", "cause", err)
			}
			select {
			case <-ctx.Done():
				again.Stop()
				return
			case <-again.C:
			}
		}
	}()
}

// halt stops drawing, and waits until what was drawn has its answer, or ctx ends.
func (p *pumps) halt(ctx context.Context) error {
	if p.stop == nil {
		return nil
	}
	p.stop()
	ended := make(chan struct{})
	go func() { p.done.Wait(); close(ended) }()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return errors.Join(errors.New("what was being sent has no answer yet"), ctx.Err())
	}
}

// look writes down to whom approved broadcasts go, begins and ends them, and starts a pump for each line that has something to send.
func (p *pumps) look(ctx context.Context) error {
	g := p.g
	approved, err := g.store.DueToFreeze(ctx, g.store.Pool, g.now())
	if err != nil {
		return err
	}
	for _, id := range approved {
		if err := g.store.InTx(ctx, func(tx pgx.Tx) error { return g.store.FreezeBroadcast(ctx, tx, id, g.now()) }); err != nil {
			return err
		}
	}
	if err := p.reminders(ctx); err != nil {
		return err
	}
	if err := g.store.ExpireWaiting(ctx, g.store.Pool, g.now()); err != nil {
		return err
	}
	if err := g.store.TurnBroadcasts(ctx, g.store.Pool, g.now()); err != nil {
		return err
	}
	urgent, err := g.store.LinesWithAlerts(ctx, g.store.Pool, g.now())
	if err != nil {
		return err
	}
	for _, line := range urgent {
		p.pump(ctx, line, mostPumps+alertPumps)
	}
	lines, err := g.store.LinesToPump(ctx, g.store.Pool, g.now())
	for _, line := range lines {
		p.pump(ctx, line, mostPumps)
	}
	if err != nil {
		return err
	}
	return p.lookCalls(ctx)
}

// remindEvery is how often it is looked whom reminders reach by now.
const remindEvery = time.Minute

func (p *pumps) reminders(ctx context.Context) error {
	if now := p.g.now(); now.Sub(p.reminded) >= remindEvery || now.Before(p.reminded) {
		p.reminded = now
		return p.g.remind(ctx)
	}
	return nil
}

// pumping are the lines on which this process has pumps of one sort, by the ids of their locks.
type pumping map[uuid.UUID]bool

// pump starts one that sends texts.
func (p *pumps) pump(ctx context.Context, line uuid.UUID, most int) {
	p.begin(&p.running, line, most, func() {
		if err := p.g.store.Alone(ctx, line, func(ctx context.Context, mine func() error) error { return newPump(p.g, line, mine).run(ctx) }); err != nil && ctx.Err() == nil {
			p.g.log.Error("a line has stopped sending, and begins anew in a moment", "line", line, "cause", err)
		}
	})
}

// begin runs a pump beside all else, unless this process has one of that id already, or as many as it may; that another process has one is found
// out by its lock.
func (p *pumps) begin(of *pumping, id uuid.UUID, most int, run func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if *of == nil {
		*of = pumping{}
	}
	if (*of)[id] || len(*of) >= most {
		return
	}
	(*of)[id] = true
	p.done.Go(func() {
		defer func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			delete(*of, id)
		}()
		run()
	})
}
