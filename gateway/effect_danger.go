package gateway

import (
	"context"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

const (
	// A phone may have those on duty called so often in an hour: whoever plays with it cannot wear them out. What they write is kept.
	mostDangers  = 5
	dangersEvery = time.Hour
	// dangerFor is how long after it what somebody writes or asks for still belongs to it.
	dangerFor = 12 * time.Hour
)

// callDuty has those on duty called for somebody who wrote. Who writes again while that goes on is told the same, and nobody is called twice.
func (p *playing) callDuty(ctx context.Context, _ args) (string, args, error) {
	phone := p.phone()
	if !phone.Valid {
		return "nobody", nil, nil
	}
	d, found, err := p.g.store.LastDanger(ctx, p.tx, p.tx.Conversation.ID, p.now.Add(-wordAfter))
	if err != nil {
		return "", nil, err
	}
	if found && d.Open() {
		return calling(d)
	}
	before, err := p.g.store.DangersSince(ctx, p.tx, phone.UUID, p.now.Add(-dangersEvery))
	if err != nil || before >= mostDangers {
		return "nobody", nil, err
	}
	d = p.danger()
	if d.People, err = p.toBeCalled(ctx); err != nil || d.People == 0 {
		return "nobody", nil, err
	}
	if err := p.askedForAnswers(ctx, "asked for help in danger"); err != nil { // they are owed a word within five minutes
		return "", nil, err
	}
	if d, err = p.g.store.AddDanger(ctx, p.tx, d); err != nil {
		return "", nil, err
	}
	if err := p.g.look(ctx, p.tx.Tx, d); err != nil {
		return "", nil, err
	}
	return calling(d)
}

func calling(d store.Danger) (string, args, error) {
	return "calling", args{"people": {Num: int64(d.People)}}, nil
}

// danger is whoever this is, in danger.
func (p *playing) danger() store.Danger {
	return store.Danger{
		Assembly: p.line.AssemblyID, Line: p.line.ID, Phone: p.phone(), Conversation: p.tx.Conversation.ID, Channel: string(p.in.Channel),
		Lang: string(p.talk.Lang), At: p.now,
	}
}

// toBeCalled counts those on duty who are called for this phone, one after the other.
func (p *playing) toBeCalled(ctx context.Context) (int, error) {
	all, err := p.g.store.MayRing(ctx, p.tx, store.Calling{
		Assembly: p.line.AssemblyID, Phone: p.phone(), Lang: string(p.talk.Lang), Now: p.now,
	})
	return min(len(all), mostCalled), err
}

// ringMe takes it that this phone may be rung by whoever takes the call. Where somebody has taken it, or those on duty have given up, they
// are called anew, that one first.
func (p *playing) ringMe(ctx context.Context, _ args) (string, args, error) {
	d, found, err := p.g.store.LastDanger(ctx, p.tx, p.tx.Conversation.ID, p.now.Add(-dangerFor))
	if err != nil || !found || !p.phone().Valid {
		return "none", nil, err
	}
	if err := p.agreeToCalls(ctx); err != nil {
		return "", nil, err
	}
	again := !d.Open()
	d.MayRing = true
	if again {
		d.AskedAt, d.Rung, d.Tried, d.TakenAt, d.ToldAt = p.now, 0, 0, time.Time{}, time.Time{}
		if d.People, err = p.toBeCalled(ctx); err != nil || d.People == 0 {
			return "nobody", nil, err
		}
	}
	if err := p.g.store.SaveDanger(ctx, p.tx, d); err != nil {
		return "", nil, err
	}
	if again {
		if err := p.g.look(ctx, p.tx.Tx, d); err != nil {
			return "", nil, err
		}
	}
	return calling(d)
}

// agreeToCalls writes into the ledger that this phone wants to be rung now. It takes back an earlier "never".
func (p *playing) agreeToCalls(ctx context.Context) error {
	for _, purpose := range []store.Purpose{store.ForAll, store.ForAnswers} {
		err := p.g.store.AddConsent(ctx, p.tx, store.Consent{
			Assembly: p.line.AssemblyID, Phone: p.tx.Conversation.Phone, Line: uuid.NullUUID{UUID: p.line.ID, Valid: true}, Purpose: purpose,
			Channel: store.ByVoice, Given: true, How: askedToRing,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// urgentReport marks a report just filed as one of somebody in danger. Where nobody is being called for them any more, those on duty are
// told that somebody waits.
func (p *playing) urgentReport(ctx context.Context, a args) (string, args, error) {
	report, found, err := p.g.store.ReportOfCode(ctx, p.tx, a["code"].Text)
	if err != nil || !found {
		return "gone", nil, err
	}
	d, found, err := p.g.store.LastDanger(ctx, p.tx, p.tx.Conversation.ID, p.now.Add(-dangerFor))
	if err != nil {
		return "", nil, err
	}
	if !found {
		if d, err = p.g.store.AddDanger(ctx, p.tx, p.danger()); err != nil {
			return "", nil, err
		}
		d.ToldAt = p.now // they know that nobody came: they were told so before they told us
	}
	if d.Report == uuid.Nil {
		d.Report = report
	}
	if err := p.g.store.SaveDanger(ctx, p.tx, d); err != nil {
		return "", nil, err
	}
	if !d.ToldAt.IsZero() {
		err = p.g.tellDuty(ctx, p.tx.Tx, d, p.line)
	}
	return "marked", nil, err
}
