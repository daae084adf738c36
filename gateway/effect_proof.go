package gateway

import (
	"context"

	"github.com/google/uuid"

	"hotline/flows"
)

// What a call has to show, before what only the people of a phone may do is done (TWILIO.md: caller identity). A text has been answered by
// the phone that it names; a call shows any number that its caller wants, whatever the carrier attests of it.
const (
	proofEnough = "enough"
	proofPin    = "pin"  // their PIN
	proofNone   = "none" // nobody of this phone has one: by text, or in person
)

func (p *playing) findProof(ctx context.Context, _ args) (string, args, error) {
	proof, err := p.proof(ctx)
	return proof, nil, err
}

func (p *playing) proof(ctx context.Context) (string, error) {
	if p.in.Channel != flows.Voice || !p.phone().Valid {
		return proofEnough, nil
	}
	if v := p.talk.Voter; v != nil && v.Ballot == uuid.Nil { // keyed in this call
		return proofEnough, nil
	}
	theirs, pins, err := p.g.store.CallerProof(ctx, p.tx, p.pinAsk())
	switch {
	case err != nil:
		return "", err
	case !theirs:
		return proofEnough, nil
	case pins:
		return proofPin, nil
	}
	return proofNone, nil
}

// unproved tells whether a call has still to show who it is. Flows ask before; this is for whatever happened since.
func (p *playing) unproved(ctx context.Context) (bool, error) {
	proof, err := p.proof(ctx)
	return proof != proofEnough, err
}
