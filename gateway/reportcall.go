package gateway

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// Calling a worker back who asked for it about a report. An organizer's command has us call the organizer first; on their key the worker's
// phone rings, from our line, and whoever answers it hears what is said on any phone before a key (Message). What the worker allowed is
// asked twice, by the command and again when the organizer presses the key: minutes may lie between.

// CallBackWorth is how long a call to an organizer who has just asked for it is worth placing.
const CallBackWorth = 3 * time.Minute

// CallBackHours tells until when a worker who asked to be called back at those hours may be called or, where that is not now, when it is
// next. At night nobody is called, whatever they said.
func CallBackHours(hours, zone string, now time.Time) (until, opens time.Time, err error) {
	part, known := map[string]store.Hours{
		"morning": {From: 8 * 60, Until: 12 * 60}, "afternoon": {From: 12 * 60, Until: 18 * 60}, "evening": {From: 18 * 60, Until: 21 * 60},
		"any": {From: 8 * 60, Until: 21 * 60},
	}[hours]
	if !known {
		return until, opens, fmt.Errorf("there are no hours called %q", hours)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return until, opens, fmt.Errorf("reading a time zone: %w", err)
	}
	until, opens, _ = together(now, []window{{part, loc}})
	return until, opens, nil
}

func (g *Gateway) reportCall(ctx context.Context, id string) (store.ReportCall, bool, error) {
	call, err := uuid.Parse(id)
	if err != nil {
		return store.ReportCall{}, false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, voiceTurn)
	defer cancel()
	return g.store.ReportCallByID(ctx, g.store.Pool, call)
}

// toCaller says phrases to the organizer who calls back. Before their key it may be an answering machine that hears them.
func (g *Gateway) toCaller(ctx context.Context, c store.ReportCall, phrases ...string) (Reply, error) {
	return g.spoken(ctx, c.Line, c.ByLang, phrases...)
}

// spoken says phrases in a language or, where no voice has it, in one that it falls back on.
func (g *Gateway) spoken(ctx context.Context, of uuid.UUID, in string, phrases ...string) (r Reply, err error) {
	line, err := g.store.LineByID(ctx, g.store.Pool, of)
	if err != nil {
		return Reply{}, err
	}
	set := g.sets.current()
	lang := flows.Lang(in)
	if set.LanguageName(lang) == "" {
		lang = flows.Lang(line.Languages[0])
	}
	lang = set.ToldIn(lang, flows.Voice, g.people.held())
	for _, phrase := range phrases {
		r.Say = append(r.Say, flows.Prompt{Lang: lang, Words: set.Spoken(phrase, lang, LineFacts(line))})
	}
	return r, nil
}

// offerCallBack is what the organizer hears who has answered.
func (g *Gateway) offerCallBack(ctx context.Context, c store.ReportCall) (Reply, error) {
	if !c.EndedAt.IsZero() {
		return Reply{}, nil
	}
	r, err := g.toCaller(ctx, c, "call_asked")
	r.Wait = &flows.Wait{Keys: 1, Timeout: messageAgain}
	return r, err
}

// ringBack has the worker's phone ring, once the organizer has pressed the key.
func (g *Gateway) ringBack(ctx context.Context, id uuid.UUID) (r Reply, err error) {
	var c store.ReportCall
	var ring *Ringing
	err = g.store.InTx(ctx, func(tx pgx.Tx) error {
		found := false
		if c, found, err = g.store.LockReportCall(ctx, tx, id); err != nil || !found {
			return err
		}
		ring, err = g.mayRingBack(ctx, tx, c)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	if ring == nil {
		return g.toCaller(ctx, c, "call_not_now")
	}
	terms := "call_alone"
	if c.OtherMay {
		terms = "call_other"
	}
	r, err = g.toCaller(ctx, c, terms, "connecting")
	r.Ring, r.Wait = ring, &flows.Wait{Ring: &flows.Ring{Timeout: bridgeRing}}
	return r, err
}

// mayRingBack gives the phone that rings for the worker; nil where it may not any more.
func (g *Gateway) mayRingBack(ctx context.Context, tx pgx.Tx, c store.ReportCall) (*Ringing, error) {
	now := g.now()
	if !c.EndedAt.IsZero() {
		return nil, nil
	}
	line, err := g.store.LineByID(ctx, tx, c.Line)
	if err != nil {
		return nil, err
	}
	_, opens, err := CallBackHours(c.Hours, line.Zone, now)
	if err != nil || !opens.IsZero() {
		return nil, err
	}
	if why, err := g.store.MayCallBack(ctx, tx, c, now); err != nil || why != "" {
		return nil, err
	}
	if err := g.store.MarkReportRung(ctx, tx, c.ID, now); err != nil {
		return nil, err
	}
	to, err := g.store.Number(ctx, tx, c.Phone)
	return &Ringing{ID: c.ID.String(), To: to, From: line.Number}, err
}

// backOver is what the organizer hears when the worker's phone has rung: nothing, if the two have talked, or the organizer has hung up.
func (g *Gateway) backOver(ctx context.Context, c store.ReportCall, came Inbound) (Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, voiceTurn)
	defer cancel()
	talked := came.Outcome == Taken || came.Outcome == Answered && came.Lasted > longestWhisper
	if talked && c.NeverAt.IsZero() { // where the key could not be noted
		if err := g.store.MarkReportReached(ctx, g.store.Pool, c.ID, g.now()); err != nil {
			return Reply{}, err
		}
	}
	if err := g.store.EndReportCall(ctx, g.store.Pool, c.ID, g.now()); err != nil {
		return Reply{}, err
	}
	switch {
	case talked || came.HungUp || !c.ReachedAt.IsZero():
		return Reply{}, nil
	case !c.NeverAt.IsZero():
		return g.toCaller(ctx, c, "call_never")
	}
	return g.toCaller(ctx, c, "call_missed")
}

// backMessage is what whoever answers the worker's phone hears before any key. Once the organizer is gone there is nobody to be connected
// to.
func (g *Gateway) backMessage(ctx context.Context, c store.ReportCall) (Reply, error) {
	if !c.EndedAt.IsZero() {
		return Reply{}, nil
	}
	r, err := g.spoken(ctx, c.Line, c.Lang, "message")
	r.Wait = &flows.Wait{Keys: 1, Timeout: messageAgain}
	return r, err
}

// heard notes that somebody pressed the key to be connected. They are connected also where that cannot be noted.
func (g *Gateway) heard(ctx context.Context, id string) {
	call, err := uuid.Parse(id)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, voiceTurn)
	defer cancel()
	if err := g.store.MarkReportReached(ctx, g.store.Pool, call, g.now()); err != nil {
		g.log.Error("that a worker was reached could not be noted", "cause", err)
	}
}

// neverBack lets no call of ours be placed any more to a phone that was called back, until its owner asks for one.
func (g *Gateway) neverBack(ctx context.Context, c store.ReportCall) error {
	ctx, cancel := context.WithTimeout(ctx, voiceTurn)
	defer cancel()
	return g.store.InTx(ctx, func(tx pgx.Tx) error {
		c, found, err := g.store.LockReportCall(ctx, tx, c.ID)
		if err != nil || !found {
			return err
		}
		if err := g.store.MarkReportNever(ctx, tx, c.ID, g.now()); err != nil || c.Phone == uuid.Nil || !c.NeverAt.IsZero() {
			return err
		}
		return g.store.AddConsent(ctx, tx, store.Consent{
			Assembly: c.Assembly, Phone: c.Phone, Line: uuid.NullUUID{UUID: c.Line, Valid: true}, Purpose: store.ForAll,
			Channel: store.ByVoice, How: neverAgain,
		})
	})
}

// CallBack writes down that an organizer's phone is to ring, and on its key the worker's. Of c count all but ID; until is when the worker's
// hours are over.
func (b *Outbox) CallBack(ctx context.Context, tx pgx.Tx, c store.ReportCall, organizer uuid.UUID, until time.Time) (uuid.UUID, error) {
	c.ID = uuid.New()
	if err := b.store.AddReportCall(ctx, tx, c); err != nil {
		return uuid.Nil, err
	}
	if worth := c.At.Add(CallBackWorth); worth.Before(until) {
		until = worth
	}
	return c.ID, b.Put(ctx, tx, store.Outgoing{
		ID: c.ID, Assembly: c.Assembly, Line: c.Line, Phone: organizer, Channel: store.ByVoice, Purpose: store.ForAnswers,
		ExpiresAt: until, AnyHour: true,
	})
}
