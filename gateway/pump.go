package gateway

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

const (
	pumpSends  = 512                   // that wait for the carrier at a time
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

// pump sends from one line, until nothing is due.
type pump struct {
	g       *Gateway
	lineID  uuid.UUID
	line    store.Line
	mine    func() error
	passes  map[uuid.UUID]*pass // by broadcast
	free    chan struct{}       // one for each that may still be sent at the same time
	answers chan answer
	pending sync.WaitGroup // answers that are not written down yet
	slow    limiter
	busy    time.Time // the carrier asked to be left alone until then
	checked time.Time
}

// pass is how far a broadcast has been drawn, this time round.
type pass struct {
	store.Broadcast
	words    map[string]toldWords // by language
	segments map[string]int
	behind   int
	drawn    int
	again    time.Time // a pass has ended, and what was left is looked at again then
}

// going is a row that goes out, and for how long it may wait at the carrier.
type going struct {
	store.Drawn
	valid time.Duration
	body  string
}

// answer is what the carrier answered about a row.
type answer struct {
	row store.Drawn
	of  store.Broadcast
	Placed
}

func newPump(g *Gateway, line uuid.UUID, mine func() error) *pump {
	p := &pump{g: g, lineID: line, mine: mine, passes: map[uuid.UUID]*pass{}, free: make(chan struct{}, pumpSends), answers: make(chan answer, pumpSends)}
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
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	settled := make(chan struct{})
	go func() {
		defer close(settled)
		p.settle(context.WithoutCancel(ctx), cancel)
	}()
	err := p.draws(ctx)
	for range pumpSends { // every send has come back
		<-p.free
	}
	close(p.answers)
	<-settled
	if cause := context.Cause(ctx); err == nil && cause != nil && cause != context.Canceled {
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
		if time.Since(p.checked) > pumpCheck {
			if err := p.check(ctx); err != nil {
				return err
			}
		}
		if next == nil || time.Now().Before(p.busy) {
			rest(ctx, pumpRest)
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

// draw takes what the line may send now, decides about as many rows, and hands those on that go out.
func (p *pump) draw(ctx context.Context, one *pass) error {
	ramp := pumpBatch
	if one.drawn < pumpRamp { // what nobody can receive is found out on few
		p.pending.Wait()
		if err := p.check(ctx); err != nil {
			return err
		}
		ramp = max(pumpFirst, one.drawn)
	}
	most, err := p.tokens(ctx, ramp)
	if err != nil || most == 0 {
		return err
	}
	var send []going
	var used int
	var through bool
	var paused string
	began := p.g.now()
	err = p.g.store.InTx(ctx, func(tx pgx.Tx) error {
		sending, err := p.g.store.StillSending(ctx, tx, one.ID)
		if err != nil || !sending {
			through = true
			return err
		}
		rows, err := p.g.store.DrawBroadcast(ctx, tx, p.lineID, one.Broadcast, one.behind, most, began)
		if err != nil {
			return err
		}
		send, used, through, paused = nil, 0, len(rows) < most, ""
		var d store.Decided
		for i, row := range rows {
			n := one.segments[row.Lang]
			if used > 0 && used+n > most {
				rows, through = rows[:i], false
				break
			}
			until, err := p.decide(ctx, tx, one, row, began, &d)
			if err != nil {
				return err
			}
			if !until.IsZero() {
				send, used = append(send, going{Drawn: row, valid: max(time.Second, min(until.Sub(began), longestValid))}), used+n
			}
		}
		if len(rows) == 0 {
			return nil
		}
		if used > 0 {
			may, err := p.g.store.Spend(ctx, tx, p.line, used, began)
			if err != nil {
				return err
			}
			if !may {
				paused, send, used = store.WhyCap, nil, 0
				return p.g.store.PauseBroadcast(ctx, tx, one.ID, paused)
			}
		}
		if send, err = p.pose(ctx, tx, one, send, &d, began); err != nil {
			return err
		}
		one.behind = rows[len(rows)-1].Place
		return nil
	})
	if err != nil {
		return err
	}
	p.owe(ctx, used-most)
	one.drawn += len(send)
	if paused != "" {
		p.g.log.Warn("a broadcast pauses", "broadcast", one.ID, "why", paused)
	}
	for _, row := range send {
		p.send(one, row)
	}
	if !through {
		return nil
	}
	due, err := p.g.store.NextDue(ctx, p.g.store.Pool, p.lineID, one.ID)
	one.behind, one.again = -1, later(due, began.Add(pumpAgain)) // what was left is looked at again
	return err
}

// send hands one row to the carrier, as soon as one more may be on its way.
func (p *pump) send(one *pass, row going) {
	p.pending.Add(1)
	<-p.free
	m := Message{ID: row.ID.String(), To: row.To, From: p.line.Number, Body: row.body, Valid: row.valid}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), pumpSend) // whoever stops the program waits for the answer
		defer cancel()
		p.answers <- answer{row.Drawn, one.Broadcast, p.g.carrier.Place(ctx, m)}
		p.free <- struct{}{}
	}()
}

// settle writes down what the carrier answers, many at a time. Where that fails nothing more is drawn: the rows are unknown to whoever comes next.
func (p *pump) settle(ctx context.Context, fail context.CancelCauseFunc) {
	for first := range p.answers {
		all := []answer{first}
		for wait := time.After(pumpSettle); len(all) < pumpBatch; {
			select {
			case next, open := <-p.answers:
				if open {
					all = append(all, next)
					continue
				}
			case <-wait:
			}
			break
		}
		if err := p.write(ctx, all); err != nil {
			fail(err)
		}
		p.pending.Add(-len(all))
	}
}

func (p *pump) write(ctx context.Context, all []answer) error {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	now := p.g.now()
	came := make([]store.Settled, len(all))
	accounts := map[uuid.UUID]bool{}
	for i, a := range all {
		c := store.Settled{ID: a.row.ID, State: a.State, SID: a.Placed.ID, Code: a.Code, Blame: a.Blame}
		switch {
		case a.Blame == store.BlameAccount: // nobody would receive it: they wait for whoever mends it
			accounts[a.of.ID] = true
			c.State, c.Later = store.SendReady, now
		case a.State == store.SendReady:
			wait := max(a.Wait, pumpBusy)
			c.Later = now.Add(wait + rand.N(wait))
		}
		came[i] = c
		p.g.count.sent(store.ByText, c.State)
	}
	return p.g.store.InTx(ctx, func(tx pgx.Tx) error {
		if err := p.g.store.SettleDrawn(ctx, tx, came, now); err != nil {
			return err
		}
		for id := range accounts {
			p.g.log.Error("a broadcast pauses: the carrier refuses our account, not the phones", "broadcast", id)
			if err := p.g.store.PauseBroadcast(ctx, tx, id, store.WhyAccount); err != nil {
				return err
			}
		}
		for _, a := range all {
			if a.Stopped {
				o := store.Outgoing{ID: a.row.ID, Assembly: a.of.Assembly, Line: p.lineID, Phone: a.row.Phone}
				if err := p.g.carrierStopped(ctx, tx, o); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// tokens is how many segments, of at most so many, may go out now, after a wait where there is none. 0: it has waited, and nothing was given.
func (p *pump) tokens(ctx context.Context, most int) (int, error) {
	if p.line.Pace == 0 {
		return most, nil
	}
	if !p.g.redis.open() {
		n, wait, err := p.g.talks.TakePace(ctx, p.lineID, p.line.Pace, most)
		if err == nil {
			rest(ctx, wait)
			return n, nil
		}
		p.g.redis.failed()
		p.g.count.redisFailed()
	}
	rest(ctx, p.slow.take(p.line.Pace))
	return 1, ctx.Err()
}

// owe takes segments beyond those given, or gives back what was not used.
func (p *pump) owe(ctx context.Context, segments int) {
	if p.line.Pace == 0 || segments == 0 || p.g.redis.open() {
		return
	}
	if err := p.g.talks.OwePace(ctx, p.lineID, p.line.Pace, segments); err != nil {
		p.g.redis.failed()
	}
}

// limiter stands in for Redis: half the pace, since whoever else sends from the line is not known.
type limiter struct {
	mu   sync.Mutex
	next time.Time
}

func (l *limiter) take(pace int) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.next = later(l.next, now).Add(2 * time.Second / time.Duration(pace))
	return l.next.Sub(now)
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

// check looks whether this pump still is the only one of its line, and pauses broadcasts of which too much fails.
func (p *pump) check(ctx context.Context) error {
	p.checked = time.Now()
	if err := p.mine(); err != nil {
		return fmt.Errorf("another process may send from this line: %w", err)
	}
	for id, one := range p.passes {
		t, err := p.g.store.ProgressOf(ctx, p.g.store.Pool, id, one.CountFrom)
		if err != nil {
			return err
		}
		if why := goesWrong(t); why != "" {
			p.g.log.Warn("a broadcast pauses", "broadcast", id, "why", why, "done", t.Done(), "failed", t.Failed)
			if err := p.g.store.PauseBroadcast(ctx, p.g.store.Pool, id, why); err != nil {
				return err
			}
		}
	}
	return nil
}
