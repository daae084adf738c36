package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// errNotKept is for whoever can bring an event again.
var errNotKept = errors.New("it could not be recorded; bring it again")

// HungUp takes the end of a call, or of a recording that the caller ended so. Nobody hears an answer, so that where Turn has
// something to say this has an error to return.
func (g *Gateway) HungUp(ctx context.Context, in Inbound) error {
	ctx, cancel := context.WithTimeout(ctx, voiceTurn)
	defer cancel()
	began := time.Now()
	_, outcome := g.answer(ctx, in, voiceTurn)
	g.count.turn(in.Channel, outcome, time.Since(began))
	if outcome == "unrecorded" || outcome == "unsure" {
		return errNotKept
	}
	return nil
}

// RecordingReady says that the carrier has finished writing a recording. It only makes the fetching sooner: the turn that heard of
// the recording has asked for it already.
func (g *Gateway) RecordingReady(ctx context.Context, id, url string, _ int) error {
	if url == "" {
		return nil
	}
	if _, err := g.jobs.Insert(ctx, mediaArgs{ID: g.mediaID(id)}, nil); err != nil {
		return fmt.Errorf("asking for a recording to be fetched: %w", err)
	}
	return nil
}

// Delivered takes what the carrier tells of a message that we placed, under our id and its own: late, twice, out of order, or never.
func (g *Gateway) Delivered(ctx context.Context, outgoing, carrierID, status string, code int, blame store.Blame) error {
	id, err := uuid.Parse(outgoing)
	if err != nil {
		return nil // the path is signed by us: an id that is none is of an older program
	}
	state, known := carrierStates(status)
	if !known {
		g.log.Warn("the carrier told a state of a message that we do not know", "state", status)
		return nil
	}
	return g.store.InTx(ctx, func(tx pgx.Tx) error {
		before, ours, err := g.store.OutgoingByID(ctx, tx, id)
		if err != nil || !ours {
			return err
		}
		if err := g.store.YieldOutgoing(ctx, tx, id, carrierID, g.now()); err != nil {
			return err
		}
		if _, _, err := g.store.MergeOutgoing(ctx, tx, id, store.Telling{State: state, CarrierID: carrierID, Error: code, Blame: blame, At: g.now()}); err != nil {
			return err
		}
		if code != codeStopped {
			return nil
		}
		return g.carrierStopped(ctx, tx, before)
	})
}

// codeStopped is the carrier's code for a phone that has told it to stop. It comes as its answer, and as the status of a text that it
// had taken before it knew (TWILIO.md).
const codeStopped = 21610

// carrierStopped writes into the ledger what the carrier says a phone has told it: once, and not where the phone has told us something
// newer than the text that this is about.
func (g *Gateway) carrierStopped(ctx context.Context, q store.Querier, o store.Outgoing) error {
	if since, err := g.store.WordSince(ctx, q, o.ID); err != nil || since {
		return err
	}
	return g.store.AddConsent(ctx, q, store.Consent{
		Assembly: o.Assembly, Phone: o.Phone, Line: uuid.NullUUID{UUID: o.Line, Valid: true},
		Purpose: store.ForAll, Channel: store.ByText, How: "the carrier said so",
	})
}

// carrierStates puts the carrier's words for how a message is doing into ours (Twilio's documentation, "Outbound Message Status in
// Status Callbacks").
func carrierStates(status string) (store.SendState, bool) {
	switch status {
	case "accepted", "scheduled", "queued", "sending":
		return store.SendAccepted, true
	case "sent":
		return store.SendSent, true
	case "delivered", "read":
		return store.SendDelivered, true
	case "undelivered":
		return store.SendUndelivered, true
	case "failed":
		return store.SendFailed, true
	case "canceled":
		return store.SendCanceled, true
	}
	return "", false
}
