package gateway

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// answer is what the carrier answered about a row.
type answer struct {
	row store.Drawn
	of  *pass
	Placed
	held bool  // the carrier was not asked (stillMay)
	cost int64 // as it was booked
}

// paceLate is how much of the time that a slow moment cost is made up for at once; the rest is not.
const paceLate = 150 * time.Millisecond

// send gives each row to the carrier in its time, as soon as one more may be on its way, if it still may (stillMay).
func (p *pump) send() {
	var next time.Time // when the line would be through with what it was given
	var behind *going
	for {
		row, more := behind, true
		if behind = nil; row == nil {
			var one going
			if one, more = <-p.out; !more {
				return
			}
			row = &one
		}
		// Each is written down as being sent: whoever stops the program waits for it.
		rest(context.Background(), time.Until(later(row.at, next.Add(-paceLate)))-lastLook/2)
		<-p.free
		var group []going
		group, behind = p.upNext(*row)
		for _, row := range p.stillMay(group) {
			rest(context.Background(), time.Until(later(row.at, next.Add(-paceLate))))
			next = later(next, time.Now()).Add(row.takes)
			p.place(row)
		}
	}
}

// place gives one row to the carrier; one of those that may be on their way was taken for it.
func (p *pump) place(row going) {
	m := Message{ID: row.ID.String(), To: row.To, From: row.from, Body: row.body, Valid: row.valid}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), pumpSend)
		defer cancel()
		p.answers <- answer{row: row.Drawn, of: row.of, Placed: p.g.carrier.Place(ctx, m), cost: row.cost}
		p.free <- struct{}{}
	}()
}

// settle writes down what the carrier answers, many at a time. Where that fails nothing more is drawn: the rows are unknown to whoever comes next.
func (p *pump) settle(ctx context.Context, fail context.CancelCauseFunc) {
	for first := range p.answers {
		all := p.gather(first)
		if err := p.write(ctx, all); err != nil {
			fail(err)
		}
		p.pending.Add(-len(all))
	}
}

// gather waits a moment for more answers, if more are to come.
func (p *pump) gather(first answer) []answer {
	all := []answer{first}
	p.open.Add(-1)
	for wait := time.After(pumpSettle); len(all) < pumpBatch && p.open.Load() > 0; {
		select {
		case next, more := <-p.answers:
			if !more {
				return all
			}
			all = append(all, next)
			p.open.Add(-1)
		case <-wait:
			return all
		}
	}
	return all
}

func (p *pump) write(ctx context.Context, all []answer) error {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	now := p.g.now()
	came := make([]store.Settled, len(all))
	accounts, back := map[uuid.UUID]bool{}, int64(0)
	for i, a := range all {
		c := store.Settled{ID: a.row.ID, State: a.State, SID: a.Placed.ID, Code: a.Code, Blame: a.Blame}
		switch {
		case a.Blame == store.BlameAccount: // nobody would receive it: they wait for whoever mends it
			accounts[a.of.ID] = true
			c.State, c.Later = store.SendReady, now
		case a.held && a.State == store.SendReady:
			c.Later = now
		case a.State == store.SendReady:
			wait := max(a.Wait, pumpBusy)
			c.Later = now.Add(wait + rand.N(wait))
			p.busy.Store(time.Now().Add(wait).UnixNano())
		}
		if a.held || c.State == store.SendReady {
			back += a.cost
		}
		came[i] = c
		p.g.count.sent(store.ByText, c.State)
	}
	return p.g.store.InTx(ctx, func(tx pgx.Tx) error {
		if err := p.g.store.SettleDrawn(ctx, tx, came, now); err != nil {
			return err
		}
		if back > 0 {
			if err := p.g.store.GiveBack(ctx, tx, p.lineID, back); err != nil {
				return err
			}
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
