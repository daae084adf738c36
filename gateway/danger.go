package gateway

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"hotline/flows"
	"hotline/store"
)

// Danger by text. The line calls those on duty, one after the other, until one of them presses 1 or nobody has: then the worker is told so,
// once, and before five minutes are over. What is to happen next stands in the danger's row alone; the jobs only look at it. One looks every
// few seconds, and one more at once when the carrier says that a phone rings no more. So it goes on whichever of them is lost.

const (
	mostCalled = 3               // how many of those on duty are called
	rounds     = 2               // and how often each: many phones that are set to be quiet let a second call through
	wordAfter  = 4 * time.Minute // until the worker is told that nobody answered: the word arrives within five
	ringTick   = 10 * time.Second
	ringAgain  = 3 * time.Second // after a look that failed
	wordWorth  = time.Hour       // how long that word is worth sending

	placedRing  = 20 * time.Second // how long a phone rings for a call that we place
	placedWorth = 45 * time.Second // how long such a call is worth placing
)

// ringArgs asks for a look at what somebody in danger waits for.
type ringArgs struct {
	Danger uuid.UUID `json:"danger"`
	Once   bool      `json:"once,omitempty"` // and not again: another job goes on looking
}

func (ringArgs) Kind() string { return "ring_duty" }

func (ringArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: queueUrgent} }

type ringWorker struct {
	river.WorkerDefaults[ringArgs]
	g *Gateway
}

// NextRetry does not make somebody in danger wait ever longer.
func (w *ringWorker) NextRetry(*river.Job[ringArgs]) time.Time { return time.Now().Add(ringAgain) }

func (w *ringWorker) Work(ctx context.Context, job *river.Job[ringArgs]) error {
	var open bool
	err := w.g.store.InTx(ctx, func(tx pgx.Tx) (err error) {
		open, err = w.g.callNext(ctx, tx, job.Args)
		return err
	})
	if err == nil && open && !job.Args.Once {
		return river.JobSnooze(ringTick)
	}
	return err
}

// callNext does what is due for somebody in danger: nothing while a phone rings, else the next one is called, or they are told that nobody
// answered. It tells whether there is more to come.
func (g *Gateway) callNext(ctx context.Context, tx pgx.Tx, look ringArgs) (open bool, err error) {
	d, found, err := g.store.LockDanger(ctx, tx, look.Danger)
	if err != nil || !found || !d.Open() || !d.Phone.Valid {
		return false, err
	}
	line, err := g.store.LineByID(ctx, tx, d.Line)
	if err != nil {
		return false, err
	}
	now := g.now()
	if now.Sub(d.AskedAt) >= wordAfter {
		return false, g.nobodyAnswered(ctx, tx, d, line)
	}
	if rings, err := g.store.RingsUntil(ctx, tx, d.ID, now); err != nil || !rings.IsZero() {
		return true, err
	}
	switch {
	case d.Rung >= rounds*d.People:
		return false, g.nobodyAnswered(ctx, tx, d, line)
	case d.Rung > 0 && d.Tried == 0 && look.Once: // who has just missed it has a moment to find their phone
		return true, nil
	}
	calling := store.Calling{Assembly: d.Assembly, Conversation: d.Conversation, Phone: d.Phone, Lang: d.Lang, Tried: d.Tried, Now: now}
	if d.Rung == 0 {
		calling.First = d.TakenBy // who took it before knows of it
	}
	who, found, err := g.store.RingNext(ctx, tx, calling)
	switch {
	case err != nil:
		return false, err
	case !found && d.Tried > 0: // a round is over
		d.Tried = 0
		return true, g.store.SaveDanger(ctx, tx, d)
	case !found: // those who may be rung talk, or ring for somebody else
		return true, nil
	}
	if d.Tried++; d.Tried >= d.People {
		d.Tried = 0
	}
	d.Rung++
	return true, g.callFor(ctx, tx, d, line, who)
}

// callFor has somebody on duty called for somebody in danger.
func (g *Gateway) callFor(ctx context.Context, tx pgx.Tx, d store.Danger, line store.Line, who store.Duty) error {
	about := flows.Lang(d.Lang)
	if about == "" {
		about = flows.Lang(line.Languages[0])
	}
	now := g.now()
	id, err := g.store.AddPlacedCall(ctx, tx, store.DutyCall{
		Assembly: d.Assembly, Line: d.Line, Duty: who.ID, Conversation: d.Conversation, Caller: d.Phone, Lang: d.Lang,
		Purpose: g.sets.current().Spoken("danger", about, nil), At: now, Danger: d.ID,
	})
	if err != nil {
		return err
	}
	err = g.outbox.Put(ctx, tx, store.Outgoing{
		ID: id, Assembly: d.Assembly, Line: d.Line, Phone: who.Phone, Channel: store.ByVoice, Purpose: store.ForAnswers,
		ExpiresAt: now.Add(placedWorth), AnyHour: true,
	})
	if err != nil {
		return err
	}
	return g.store.SaveDanger(ctx, tx, d)
}

// look has what somebody in danger waits for looked at: from now on, and when they must have a word at the latest.
func (g *Gateway) look(ctx context.Context, tx pgx.Tx, d store.Danger) error {
	if _, err := g.jobs.InsertTx(ctx, tx, ringArgs{Danger: d.ID}, nil); err != nil {
		return fmt.Errorf("asking for those on duty to be called: %w", err)
	}
	if _, err := g.jobs.InsertTx(ctx, tx, ringArgs{Danger: d.ID, Once: true}, &river.InsertOpts{ScheduledAt: d.AskedAt.Add(wordAfter)}); err != nil {
		return fmt.Errorf("asking for a word if nobody answers: %w", err)
	}
	return nil
}

// placedOver notes that a call which we placed is over, or was never placed, and has the next phone called.
func (g *Gateway) placedOver(ctx context.Context, tx pgx.Tx, o store.Outgoing) error {
	danger, err := g.store.EndPlacedCall(ctx, tx, o.ID, g.now())
	if err != nil {
		return err
	}
	if danger == uuid.Nil {
		if err := g.store.TestOver(ctx, tx, o.ID, g.now()); err != nil {
			return err
		}
		return g.store.EndReportCall(ctx, tx, o.ID, g.now())
	}
	if _, err := g.jobs.InsertTx(ctx, tx, ringArgs{Danger: danger, Once: true}, nil); err != nil {
		return fmt.Errorf("asking for the next one on duty to be called: %w", err)
	}
	return nil
}

// nobodyAnswered tells the worker so, once, and those on duty that somebody waits.
func (g *Gateway) nobodyAnswered(ctx context.Context, tx pgx.Tx, d store.Danger, line store.Line) error {
	d.ToldAt = g.now()
	if err := g.store.SaveDanger(ctx, tx, d); err != nil {
		return err
	}
	if err := g.textWorker(ctx, tx, d, line, uuid.New(), "unanswered"); err != nil {
		return err
	}
	return g.tellDuty(ctx, tx, d, line)
}

// tellDuty texts those on duty that somebody waits: each phone once for one danger, and without a word of what it is about.
func (g *Gateway) tellDuty(ctx context.Context, tx pgx.Tx, d store.Danger, line store.Line) error {
	all, err := g.store.MayRing(ctx, tx, store.Calling{Assembly: d.Assembly, Phone: d.Phone, Lang: d.Lang, Now: g.now()})
	if err != nil {
		return err
	}
	set := g.sets.current()
	for _, who := range all {
		lang := flows.Lang(line.Languages[0])
		for _, speaks := range who.Languages {
			if set.LanguageName(flows.Lang(speaks)) != "" {
				lang = flows.Lang(speaks)
				break
			}
		}
		err := g.outbox.Put(ctx, tx, store.Outgoing{
			ID: uuid.NewSHA1(d.ID, fmt.Appendf(nil, "waiting %d %s", d.AskedAt.Unix(), who.Phone)), Assembly: d.Assembly, Line: d.Line, Phone: who.Phone,
			Channel: store.ByText, Purpose: store.ForAnswers, Body: set.Unasked("waiting", lang, LineFacts(line)),
			ExpiresAt: g.now().Add(store.OnFor), AnyHour: true,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// textWorker writes a phrase to somebody in danger, at any hour: it answers what they sent. What is put under one id is sent once.
func (g *Gateway) textWorker(ctx context.Context, tx pgx.Tx, d store.Danger, line store.Line, id uuid.UUID, phrase string) error {
	if !d.Phone.Valid || line.Texts == store.TextsPending {
		return nil
	}
	manner, err := g.store.MannerOf(ctx, tx, d.Phone.UUID)
	if err != nil {
		return err
	}
	lang := flows.Lang(d.Lang)
	if manner.Lang != "" { // they may have chosen another since
		lang = flows.Lang(manner.Lang)
	}
	if lang == "" {
		lang = flows.Lang(line.Languages[0])
	}
	words := g.sets.current().Words
	if manner.Quiet {
		words = g.sets.current().Unasked
	}
	return g.outbox.Put(ctx, tx, store.Outgoing{
		ID: id, Assembly: d.Assembly, Line: d.Line, Phone: d.Phone.UUID, Channel: store.ByText, Purpose: store.ForAnswers,
		Body: words(phrase, lang, LineFacts(line)), ExpiresAt: g.now().Add(wordWorth), AnyHour: true,
	})
}
