package gateway

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
	"hotline/store/conversation"
)

// going is a row that goes out: when, what it says, and for how long it may wait at the carrier.
type going struct {
	store.Drawn
	of    *pass
	from  string
	body  string
	at    time.Time
	takes time.Duration // of the line's time
	cost  int64         // as it was booked, in millionths of a dollar; 0: it was not
	valid time.Duration
}

// drawing is one draw: how many segments it was given, and what it decided.
type drawing struct {
	*pass
	began   time.Time // by the records' clock
	real    time.Time // and by that of what hands out
	granted conversation.Granted
	pace    int
	store.Decided
	going   []going
	used    int
	through bool   // nothing is left in this pass
	paused  string // it paused, and why
}

// slot is when what comes behind so many segments goes out, after the draw began.
func (d *drawing) slot(behind int) time.Duration { return max(0, d.granted.In+d.takes(behind)) }

// takes is how long a line is busy with so many segments.
func (d *drawing) takes(segments int) time.Duration {
	if d.pace == 0 {
		return 0
	}
	return time.Duration(segments) * time.Second / time.Duration(d.pace)
}

// draw takes what the line may send soon, decides about as many rows, and hands those on that go out.
func (p *pump) draw(ctx context.Context, one *pass) error {
	ramp := pumpBatch
	if one.drawn < pumpRamp { // what nobody can receive is found out on few
		p.pending.Wait()
		if err := p.judge(ctx, []store.Broadcast{one.Broadcast}); err != nil {
			return err
		}
		ramp = max(pumpFirst, one.drawn)
	}
	d := &drawing{pass: one, pace: p.line.Pace, began: p.g.now(), real: time.Now()}
	if d.granted = p.granted(ctx, ramp); d.granted.Segments == 0 {
		rest(ctx, d.granted.In)
		return nil
	}
	err := p.g.store.InTx(ctx, func(tx pgx.Tx) error { return p.decideRows(ctx, tx, d) })
	if err != nil {
		return err
	}
	p.g.paces.owe(p.line, d.used-d.granted.Segments)
	one.drawn += len(d.going)
	if d.paused != "" {
		p.g.log.Warn("a broadcast pauses", "broadcast", one.ID, "why", d.paused)
	}
	p.pending.Add(len(d.going))
	p.open.Add(int64(len(d.going)))
	for _, row := range d.going {
		p.out <- row
	}
	if !d.through {
		return nil
	}
	due, err := p.g.store.NextDue(ctx, p.g.store.Pool, p.lineID, one.ID)
	one.behind, one.again = -1, later(due, d.began.Add(pumpAgain)) // what was left is looked at again
	return err
}

// granted is how many segments, of at most so many, may go out now or in a moment.
func (p *pump) granted(ctx context.Context, most int) conversation.Granted {
	pace := p.line.Pace
	if pace == 0 {
		return conversation.Granted{Segments: most}
	}
	least := min(most, int(float64(pace)*paceAhead.Seconds()/3)) // not a row at a time
	return p.g.paces.take(ctx, p.lineID, conversation.Want{Pace: pace, Most: most, Least: least, Ahead: paceAhead})
}

// decideRows draws rows and decides about each, as far as the segments go.
func (p *pump) decideRows(ctx context.Context, tx pgx.Tx, d *drawing) error {
	d.Decided, d.going, d.used, d.through, d.paused = store.Decided{}, nil, 0, true, "" // it may be played again
	sending, err := p.g.store.StillSending(ctx, tx, d.ID)
	if err != nil || !sending {
		return err
	}
	most := d.granted.Segments
	rows, err := p.g.store.DrawBroadcast(ctx, tx, p.lineID, d.Broadcast, d.behind, most, d.began)
	if err != nil {
		return err
	}
	d.through = len(rows) < most
	for i, row := range rows {
		n := d.segments[row.Lang]
		if d.used > 0 && d.used+n > most {
			rows, d.through = rows[:i], false
			break
		}
		in := d.slot(d.used)
		at := d.began.Add(in)
		until, err := p.decide(ctx, tx, d.pass, row, at, &d.Decided)
		if err != nil {
			return err
		}
		if !until.IsZero() {
			d.going = append(d.going, going{Drawn: row, of: d.pass, from: p.line.Number, at: d.real.Add(in), takes: d.takes(n),
				valid: max(time.Second, min(until.Sub(at), longestValid))})
			d.used += n
		}
	}
	if len(rows) == 0 {
		return nil
	}
	booked := 0
	if d.used > 0 {
		may, err := p.g.store.Spend(ctx, tx, p.line, d.used, d.began)
		if err != nil {
			return err
		}
		if !may && d.Purpose != store.ForAlerts { // danger is not held up by money
			d.paused, d.going, d.used = store.WhyCap, nil, 0
			return p.g.store.PauseBroadcast(ctx, tx, d.ID, d.paused)
		}
		if may {
			booked = d.used
		}
	}
	if err := p.pose(ctx, tx, d); err != nil {
		return err
	}
	if err := p.book(ctx, tx, d, booked); err != nil {
		return err
	}
	d.behind = rows[len(rows)-1].Place
	return nil
}

// book gives back what was booked for rows that do not go out after all, and tells the others what they cost.
func (p *pump) book(ctx context.Context, tx pgx.Tx, d *drawing, booked int) error {
	d.used = 0
	for i, row := range d.going {
		n := d.segments[row.Lang]
		if d.used += n; booked > 0 {
			d.going[i].cost = int64(n) * int64(p.line.Price)
		}
	}
	if booked <= d.used {
		return nil
	}
	return p.g.store.GiveBack(ctx, tx, p.lineID, int64(booked-d.used)*int64(p.line.Price))
}
