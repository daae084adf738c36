package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

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
