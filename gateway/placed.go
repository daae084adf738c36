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

// Calls that we place. Each is an outgoing row of its own (Outbox.Put, by voice), under whose id the carrier asks what is said. Whoever
// answers hears no more than somebody at an answering machine may; what comes after their key depends on whom the call was for. There are three
// kinds: somebody on duty is called for somebody in danger who wrote, an organizer who calls somebody back (reportcall.go), and whoever is told a
// notice by call (called.go, whose calls have ids of their own, but for a test, which rings whoever wrote it). For the first two, on 1 we ring
// the worker's own phone from our line, if the worker has agreed to that. On that phone too nothing is said before a key but the line's name
// and that there is a message.

const (
	bridgeRing   = 30 * time.Second // how long the worker's phone rings while somebody on duty holds the line
	messageKey   = "1"
	neverKey     = "2"
	askedToRing  = "asked to be rung"
	neverAgain   = "a key on a call"
	messageAgain = 7 * time.Second
)

// Answered is what somebody hears who has answered a call that we placed, and what they may press.
// sid is the carrier's id of the call.
func (g *Gateway) Answered(ctx context.Context, id, sid string) (Reply, error) {
	if c, found, err := g.noticeCall(ctx, id); err != nil {
		return Reply{}, err
	} else if found {
		return g.noticeAnswered(ctx, c, sid)
	}
	r, err := g.Whisper(ctx, id)
	if err != nil || r.Wait != nil {
		return r, err
	}
	if c, found, err := g.reportCall(ctx, id); err != nil {
		return Reply{}, err
	} else if found {
		return g.offerCallBack(ctx, c)
	}
	return g.toDuty(ctx, id, "took")
}

// Pressed takes the key of whoever answered a call that we placed. The same key told twice does nothing twice. in tells which call it is, for one
// that becomes a talk: its line, phone and the carrier's id.
func (g *Gateway) Pressed(ctx context.Context, id, key string, in Inbound) (r Reply, err error) {
	if c, found, err := g.noticeCall(ctx, id); err != nil {
		return Reply{}, err
	} else if found {
		return g.noticePressed(ctx, c, key, in)
	}
	call, err := uuid.Parse(id)
	if err != nil || key != TakeKey {
		return Reply{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, voiceTurn)
	defer cancel()
	if _, found, err := g.store.ReportCallByID(ctx, g.store.Pool, call); err != nil {
		return Reply{}, err
	} else if found {
		return g.ringBack(ctx, call)
	}
	var phrase string
	var ring *Ringing
	err = g.store.InTx(ctx, func(tx pgx.Tx) (err error) {
		phrase, ring, err = g.takeDanger(ctx, tx, call)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	if r, err = g.toDuty(ctx, id, phrase); err == nil && ring != nil {
		r.Ring, r.Wait = ring, &flows.Wait{Ring: &flows.Ring{Timeout: bridgeRing}}
	}
	return r, err
}

// takeDanger notes who takes a call for somebody in danger, and gives what they are told, and the phone that rings then, if any.
func (g *Gateway) takeDanger(ctx context.Context, tx pgx.Tx, id uuid.UUID) (phrase string, ring *Ringing, err error) {
	call, found, err := g.store.DutyCallByID(ctx, tx, id)
	if err != nil || !found {
		return "took", nil, err
	}
	d, found, err := g.store.LockDanger(ctx, tx, call.Danger)
	if err != nil || !found {
		return "took", nil, err
	}
	waits, err := g.store.TakeDutyCall(ctx, tx, id, g.now())
	if err != nil || !waits { // whoever took it first has ended the calls to all others
		return "took", nil, err
	}
	line, err := g.store.LineByID(ctx, tx, d.Line)
	if err != nil {
		return "", nil, err
	}
	d.TakenAt, d.TakenBy = g.now(), call.Duty
	if err := g.store.SaveDanger(ctx, tx, d); err != nil {
		return "", nil, err
	}
	if err := g.store.EndOtherCalls(ctx, tx, d.ID, id, g.now()); err != nil {
		return "", nil, err
	}
	allowed := false
	if d.Phone.Valid && d.MayRing {
		if allowed, err = g.store.Allowed(ctx, tx, d.Phone.UUID, d.Line, store.ForAnswers, store.ByVoice); err != nil {
			return "", nil, err
		}
	}
	if !allowed {
		return "no_call", nil, g.someoneIsThere(ctx, tx, d, line, id)
	}
	to, err := g.store.Number(ctx, tx, d.Phone.UUID)
	return "connecting", &Ringing{ID: id.String(), To: to, From: line.Number}, err
}

// someoneIsThere tells the worker that somebody has taken it, once for each who does.
func (g *Gateway) someoneIsThere(ctx context.Context, tx pgx.Tx, d store.Danger, line store.Line, call uuid.UUID) error {
	return g.textWorker(ctx, tx, d, line, uuid.NewSHA1(call, []byte("there")), "there")
}

// BridgeOver is what somebody on duty hears when the worker's phone has rung: nothing, if the two have talked. Of came count Outcome, Lasted
// and HungUp. Where the worker did not answer they are told that somebody is there; where whoever took it has left before that, nobody is
// there any more, and the next one is called.
func (g *Gateway) BridgeOver(ctx context.Context, id string, came Inbound) (Reply, error) {
	if c, found, err := g.reportCall(ctx, id); err != nil {
		return Reply{}, err
	} else if found {
		return g.backOver(ctx, c, came)
	}
	call, err := uuid.Parse(id)
	if err != nil || came.Outcome == Taken || came.Outcome == Answered && came.Lasted > longestWhisper {
		return Reply{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, voiceTurn)
	defer cancel()
	err = g.store.InTx(ctx, func(tx pgx.Tx) error { return g.notBridged(ctx, tx, call, came.HungUp) })
	if err != nil || came.HungUp {
		return Reply{}, err
	}
	return g.toDuty(ctx, id, "no_reply")
}

func (g *Gateway) notBridged(ctx context.Context, tx pgx.Tx, id uuid.UUID, left bool) error {
	c, found, err := g.store.DutyCallByID(ctx, tx, id)
	if err != nil || !found {
		return err
	}
	d, found, err := g.store.LockDanger(ctx, tx, c.Danger)
	if err != nil || !found || d.TakenBy != c.Duty || d.TakenAt.IsZero() {
		return err
	}
	line, err := g.store.LineByID(ctx, tx, d.Line)
	if err != nil {
		return err
	}
	if !left {
		return g.someoneIsThere(ctx, tx, d, line, id)
	}
	d.TakenAt, d.TakenBy = time.Time{}, uuid.Nil
	if err := g.store.SaveDanger(ctx, tx, d); err != nil {
		return err
	}
	if _, err := g.store.EndPlacedCall(ctx, tx, id, g.now()); err != nil {
		return err
	}
	return g.look(ctx, tx, d)
}

// toDuty says a phrase to somebody on duty in a language of theirs.
func (g *Gateway) toDuty(ctx context.Context, id, phrase string) (Reply, error) {
	call, found, err := g.dutyCall(ctx, id)
	if err != nil || !found {
		return Reply{}, err
	}
	line, err := g.store.LineByID(ctx, g.store.Pool, call.Line)
	if err != nil {
		return Reply{}, err
	}
	set := g.sets.current()
	lang := whispers(set, call, flows.Lang(line.Languages[0]))
	return Reply{Say: []flows.Prompt{{Lang: lang, Words: set.Spoken(phrase, lang, LineFacts(line))}}}, nil
}

// Message is what whoever answers the worker's phone hears before any key: the line's name, and that there is a message for whoever asked
// for it.
func (g *Gateway) Message(ctx context.Context, id string) (Reply, error) {
	if c, found, err := g.reportCall(ctx, id); err != nil {
		return Reply{}, err
	} else if found {
		return g.backMessage(ctx, c)
	}
	call, found, err := g.dutyCall(ctx, id)
	if err != nil || !found || !call.EndedAt.IsZero() {
		return Reply{}, err
	}
	line, err := g.store.LineByID(ctx, g.store.Pool, call.Line)
	if err != nil {
		return Reply{}, err
	}
	set, lang := g.sets.current(), flows.Lang(call.Lang)
	if set.LanguageName(lang) == "" {
		lang = flows.Lang(line.Languages[0])
	}
	return Reply{
		Say:  []flows.Prompt{{Lang: lang, Words: set.Spoken("message", lang, LineFacts(line))}},
		Wait: &flows.Wait{Keys: 1, Timeout: messageAgain},
	}, nil
}

// Heeded takes the key of whoever answered the worker's phone, and tells whether to connect them. Where Postgres is away they are
// connected all the same on 1; that they are never to be called again must be kept, and fails where it cannot be.
func (g *Gateway) Heeded(ctx context.Context, id, key string) (connect bool, err error) {
	switch key {
	case messageKey:
		g.heard(ctx, id)
		return true, nil
	case neverKey:
		return false, g.neverCall(ctx, id)
	}
	return false, nil
}

// neverCall lets no call of ours be placed to a worker's phone any more, until they ask for one.
func (g *Gateway) neverCall(ctx context.Context, id string) error {
	if c, found, err := g.reportCall(ctx, id); err != nil {
		return err
	} else if found {
		return g.neverBack(ctx, c)
	}
	call, found, err := g.dutyCall(ctx, id)
	if err != nil || !found {
		return err
	}
	return g.store.InTx(ctx, func(tx pgx.Tx) error {
		d, found, err := g.store.LockDanger(ctx, tx, call.Danger)
		if err != nil || !found || !d.Phone.Valid {
			return err
		}
		d.MayRing = false
		if err := g.store.SaveDanger(ctx, tx, d); err != nil {
			return err
		}
		return g.store.AddConsent(ctx, tx, store.Consent{
			Assembly: d.Assembly, Phone: d.Phone.UUID, Line: uuid.NullUUID{UUID: d.Line, Valid: true}, Purpose: store.ForAll,
			Channel: store.ByVoice, How: neverAgain,
		})
	})
}

// CallTold takes what the carrier tells of a call that we placed: late, twice, out of order, or never. talked is whether there was a talk on it, of
// which this is the end.
func (g *Gateway) CallTold(ctx context.Context, outgoing string, told CallTold) (talked bool, err error) {
	id, err := uuid.Parse(outgoing)
	if err != nil {
		return false, nil // as in Delivered
	}
	c, found, err := g.store.NoticeCallByID(ctx, g.store.Pool, id)
	switch {
	case err != nil:
		return false, err
	case found && !c.Test:
		return g.noticeTold(ctx, id, told)
	case found: // its row of outgoing is like that of any call
		talked = told.Status == "completed" && !c.TakenAt.IsZero()
	}
	state, known := callStates(told.Status)
	if !known {
		g.log.Warn("the carrier told a state of a call that we do not know", "state", told.Status)
		return false, nil
	}
	return talked, g.store.InTx(ctx, func(tx pgx.Tx) error {
		o, ours, err := g.store.OutgoingByID(ctx, tx, id)
		if err != nil || !ours {
			return err
		}
		if o.State, _, err = g.store.MergeOutgoing(ctx, tx, id, store.Telling{State: state, CarrierID: told.ID, At: g.now()}); err != nil {
			return fmt.Errorf("noting what came of a call: %w", err)
		}
		if !state.Final() {
			return nil
		}
		return g.placedOver(ctx, tx, o)
	})
}

// callStates puts the carrier's words for how a call is doing into ours (Twilio's documentation, "Call Status Values"). A call that was
// talked on, or that nobody took, is over: there is nothing to be sent again.
func callStates(status string) (store.SendState, bool) {
	switch status {
	case "queued", "initiated", "ringing":
		return store.SendAccepted, true
	case "in-progress":
		return store.SendSent, true
	case "completed":
		return store.SendDelivered, true
	case "busy", "no-answer":
		return store.SendUndelivered, true
	case "failed":
		return store.SendFailed, true
	case "canceled":
		return store.SendCanceled, true
	}
	return "", false
}
