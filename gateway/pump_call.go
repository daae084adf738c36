package gateway

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// Notices by call are placed by pumps of their own, one for each line in all processes, as texts are (pumps.go). A call takes a second to begin and
// minutes to end, so that one is drawn at a time, and what came of it is told later (called.go).

const (
	placedRings   = 30 * time.Second // how long a phone rings for a notice
	placing       = 16               // calls that wait for the carrier's answer at a time
	mostCallPumps = 2                // of one process
	callBatch     = 64               // rows that are looked at for one that may be called now
	callCrowded   = time.Second      // as many calls go on as may: looked at again then
)

// callsOf is the id under which the calls of a line have their lock, and their bucket.
func callsOf(line uuid.UUID) uuid.UUID { return uuid.NewSHA1(line, []byte("calls")) }

// lookCalls starts a pump for each line from which somebody is to be called.
func (p *pumps) lookCalls(ctx context.Context) error {
	urgent, err := p.g.store.LinesToCallInDanger(ctx, p.g.store.Pool, p.g.now())
	if err != nil {
		return err
	}
	for _, line := range urgent {
		p.callPump(ctx, line, mostCallPumps+alertPumps)
	}
	lines, err := p.g.store.LinesToCall(ctx, p.g.store.Pool, p.g.now())
	for _, line := range lines {
		p.callPump(ctx, line, mostCallPumps)
	}
	return err
}

func (p *pumps) callPump(ctx context.Context, line uuid.UUID, most int) {
	id := callsOf(line)
	p.begin(&p.calling, id, most, func() {
		one := &callPump{g: p.g, lineID: line, free: make(chan struct{}, placing)}
		err := p.g.store.Alone(ctx, id, func(ctx context.Context, mine func() error) error {
			one.mine = mine
			return one.run(ctx)
		})
		if err != nil && ctx.Err() == nil {
			p.g.log.Error("a line has stopped calling, and begins anew in a moment", "line", line, "cause", err)
		}
	})
}

// callPump calls from one line, until nobody is to be called.
type callPump struct {
	g       *Gateway
	lineID  uuid.UUID
	line    store.Line
	terms   store.CallTerms
	mine    func() error
	free    chan struct{} // holds one for each that waits for the carrier
	behind  map[uuid.UUID]int
	busy    atomic.Int64 // Unix milliseconds: the carrier asked to be left alone until then
	checked time.Time
}

// run returns when ctx ends or nobody is to be called now, once every call that was placed has its answer written down.
func (p *callPump) run(ctx context.Context) (err error) {
	p.behind = map[uuid.UUID]int{}
	if err := p.g.store.CutOffCalls(ctx, p.g.store.Pool, p.lineID, p.g.now()); err != nil {
		return err
	}
	for going := true; going && ctx.Err() == nil && err == nil; {
		going, err = p.next(ctx)
	}
	for range placing {
		p.free <- struct{}{}
	}
	return err
}

// next places one call, if one is due and may be placed now; going is false where nobody is to be called.
func (p *callPump) next(ctx context.Context) (going bool, err error) {
	if p.line, err = p.g.store.LineByID(ctx, p.g.store.Pool, p.lineID); err != nil {
		return false, err
	}
	if p.terms, err = p.g.store.CallTermsOf(ctx, p.g.store.Pool, p.lineID); err != nil {
		return false, err
	}
	of, err := p.due(ctx)
	if err != nil || of == nil {
		return false, err
	}
	if time.Since(p.checked) > pumpCheck {
		if err := p.check(ctx, *of); err != nil {
			return false, err
		}
	}
	if wait := time.Until(time.UnixMilli(p.busy.Load())); wait > 0 {
		rest(ctx, min(wait, pumpRest))
		return true, nil
	}
	n, err := p.g.store.CallsUnderWay(ctx, p.g.store.Pool, p.lineID, p.g.now())
	if err != nil {
		return false, err
	}
	if n >= p.terms.AtOnce {
		rest(ctx, callCrowded)
		return true, nil
	}
	if !p.mayCallFrom(ctx) {
		return true, nil
	}
	if !p.g.mayCall(ctx) {
		p.giveBack(ctx)
		return true, nil
	}
	placed, err := p.draw(ctx, *of)
	if err == nil && !placed {
		p.giveBack(ctx)
		p.g.oweCalls(ctx, -1)
		rest(ctx, pumpSettle)
	}
	return true, err
}

// giveBack gives a call of the line's pace back that was not placed.
func (p *callPump) giveBack(ctx context.Context) {
	if p.g.redis.open() {
		return
	}
	if err := p.g.talks.OwePace(ctx, callsOf(p.line.ID), p.terms.Pace, -1); err != nil {
		p.g.redis.failed()
	}
}

// due is the broadcast of which somebody is called from this line now, alerts before notices; nil: none.
func (p *callPump) due(ctx context.Context) (*store.Broadcast, error) {
	all, err := p.g.store.UnderWay(ctx, p.g.store.Pool)
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		due, err := p.g.store.CallsDue(ctx, p.g.store.Pool, p.lineID, b.ID, p.g.now())
		if err != nil {
			return nil, err
		}
		if due {
			return &b, nil
		}
	}
	return nil, nil
}

// draw decides about the next phones, until one may be called now, and calls that.
func (p *callPump) draw(ctx context.Context, b store.Broadcast) (placed bool, err error) {
	var row store.DrawnCall
	var try store.Placing
	now, capped := p.g.now(), false
	behind, begun := p.behind[b.ID]
	if !begun {
		behind = -1
	}
	err = p.g.store.InTx(ctx, func(tx pgx.Tx) error {
		try, capped = store.Placing{}, false
		sending, err := p.g.store.StillSending(ctx, tx, b.ID)
		if err != nil || !sending {
			return err
		}
		rows, err := p.g.store.DrawCalls(ctx, tx, p.lineID, b, behind, callBatch, now)
		if err != nil {
			return err
		}
		may := false
		p.behind[b.ID] = -1 // round again: what was left for later is due by then
		for _, row = range rows {
			if may, err = p.decide(ctx, tx, b, row, now); err != nil {
				return err
			}
			if p.behind[b.ID] = row.Place; may {
				break
			}
		}
		if !may {
			return nil
		}
		try = store.Placing{ID: uuid.New(), Outgoing: row.ID, N: len(row.Tried) + 1, Cost: int64(b.CallMinutes(row.Lang)) * int64(p.terms.Price)}
		if may, err = p.spend(ctx, tx, try.Cost, now); err != nil {
			return err
		} else if !may && b.Purpose != store.ForAlerts {
			try, capped = store.Placing{}, true
			return p.g.store.PauseBroadcast(ctx, tx, b.ID, store.WhyCap)
		}
		return p.g.store.PlaceCalls(ctx, tx, p.line, []store.Placing{try}, now)
	})
	if err != nil || try.ID == uuid.Nil {
		if capped {
			p.g.log.Warn("a broadcast pauses", "broadcast", b.ID, "why", store.WhyCap)
		}
		return false, err
	}
	p.send(ctx, b, row, try)
	return true, nil
}

// spend books what a call may cost, in the line's ledger.
func (p *callPump) spend(ctx context.Context, tx pgx.Tx, cost int64, now time.Time) (bool, error) {
	priced := p.line
	priced.Price = int(cost)
	return p.g.store.Spend(ctx, tx, priced, 1, now)
}

// decide says whether a phone is called now, and writes down what becomes of its row where it is not.
func (p *callPump) decide(ctx context.Context, tx pgx.Tx, b store.Broadcast, row store.DrawnCall, now time.Time) (may bool, err error) {
	var wait time.Time
	if b.Purpose != store.ForAlerts {
		if _, wait, err = loud(now, p.line.Zone, row.Hours, row.To, store.ByVoice); err != nil {
			return false, err
		}
		if row.Talking {
			wait = later(wait, now.Add(store.TalkingFor))
		}
	}
	if row.Busy { // nobody is called who is on a call with us
		wait = later(wait, now.Add(pumpAgain))
	}
	if row.Unsure {
		unsure, err := p.g.askStill(ctx, tx, store.Outgoing{Line: p.lineID, Phone: row.Phone})
		if err != nil {
			return false, err
		}
		if unsure {
			wait = later(wait, now.Add(pendingWait))
		}
	}
	saidNo := false
	if b.Kind != store.FollowsNone {
		heard, err := p.g.store.HearingOf(ctx, tx, b.Record, b.ID, []uuid.UUID{row.Phone}, now)
		if err != nil {
			return false, err
		}
		saidNo = heard[row.Phone].SaidNo || b.Kind.Reminds() && heard[row.Phone].Lately
	}
	var d store.Decided
	switch {
	case !row.Allowed:
		d.Refused = []uuid.UUID{row.ID}
	case row.Voted, saidNo, !now.Before(b.ExpiresAt), !wait.IsZero() && !wait.Before(b.ExpiresAt):
		d.Expired = []uuid.UUID{row.ID}
	case !wait.IsZero():
		d.Later, d.At = []uuid.UUID{row.ID}, []time.Time{wait}
	default:
		return true, nil
	}
	return false, p.g.store.DecideDrawn(ctx, tx, d, now)
}

// send hands a call to the carrier, and has its answer written down. Whoever stops the program waits for that.
func (p *callPump) send(ctx context.Context, b store.Broadcast, row store.DrawnCall, try store.Placing) {
	p.free <- struct{}{}
	call := Call{ID: try.ID.String(), To: row.To, From: p.line.Number, Ring: placedRings}
	go func() {
		defer func() { <-p.free }()
		placing, cancel := context.WithTimeout(context.WithoutCancel(ctx), pumpSend)
		came := p.g.carrier.Call(placing, call)
		cancel()
		writing, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
		defer cancel()
		if err := p.settle(writing, b, try, came); err != nil {
			p.g.log.Error("what the carrier answered about a call could not be written down; it is looked for", "cause", err)
		}
	}()
}

// settle writes down what the carrier answered.
func (p *callPump) settle(ctx context.Context, b store.Broadcast, try store.Placing, came Placed) error {
	g, now := p.g, p.g.now()
	g.count.sent(store.ByVoice, came.State)
	if came.State != store.SendAccepted {
		g.log.Warn("a call was not accepted", "outgoing", try.Outgoing, "state", came.State, "carrier_code", came.Code, "cause", came.Cause)
	}
	return g.store.InTx(ctx, func(tx pgx.Tx) error {
		c, found, err := g.store.LockNoticeCall(ctx, tx, try.ID)
		if err != nil || !found {
			return err
		}
		switch {
		case came.State == store.SendAccepted:
			return g.store.KnownCall(ctx, tx, c, came.ID, store.SendAccepted, now)
		case came.State == store.SendUnknown:
			return g.store.UnknownCall(ctx, tx, c, now)
		case came.Blame == store.BlameAccount: // nobody could be called: they wait for whoever mends it
			if err := g.store.PauseBroadcast(ctx, tx, b.ID, store.WhyAccount); err != nil {
				return err
			}
			g.log.Error("a broadcast pauses: the carrier refuses our account, not the phones", "broadcast", b.ID)
			return g.store.NotPlaced(ctx, tx, c, now, now)
		case came.State == store.SendReady:
			wait := max(came.Wait, pumpBusy)
			p.busy.Store(time.Now().Add(wait).UnixMilli())
			return g.store.NotPlaced(ctx, tx, c, now.Add(wait+rand.N(wait)), now)
		}
		return g.endNotice(ctx, tx, c, store.Ended{Came: store.CameRefused, Code: came.Code, Blame: came.Blame})
	})
}

// check looks whether this pump still is the only one of its line, and pauses a broadcast of which too many calls fail. That nobody answers is no
// failure.
func (p *callPump) check(ctx context.Context, b store.Broadcast) error {
	p.checked = time.Now()
	if err := p.mine(); err != nil {
		return fmt.Errorf("another process may call from this line: %w", err)
	}
	t, err := p.g.store.ProgressOf(ctx, p.g.store.Pool, b.ID, b.CountFrom)
	if err != nil {
		return err
	}
	done := t.Calls.Heard + t.Calls.Unanswered + t.Calls.Failed + t.Calls.Later
	if why := goesWrong(store.Progress{Delivered: done - t.Calls.Failed, Failed: t.Calls.Failed, Blamed: t.Calls.Blamed}); why != "" {
		p.g.logPause(b, why, done, t.Calls.Failed)
		return p.g.store.PauseBroadcast(ctx, p.g.store.Pool, b.ID, why)
	}
	return nil
}
