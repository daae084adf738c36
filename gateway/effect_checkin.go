package gateway

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"hotline/store"
)

// checkIn counts who sent or keyed the code that is shown at a meeting's door. A withheld number cannot be told from another, so that
// one caller could come forty times: they are told who counts them instead.
func (p *playing) checkIn(ctx context.Context, a args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	came, meeting, opens, err := p.g.store.CheckIn(ctx, p.tx, store.CheckIn{
		Channel: string(p.in.Channel),
		Line:    p.line, Phone: p.tx.Conversation.Phone, Code: a["code"].Text, Share: int(a["share"].Num), Now: p.now,
	})
	if err != nil {
		return "", nil, err
	}
	switch came {
	case store.CheckedInNow, store.CheckedInAlready:
		return string(came), args{"meeting": {Text: meeting.String()}}, nil
	case store.CheckInEarly:
		return string(came), args{"opens": p.moment(opens)}, nil
	}
	return string(came), nil, nil
}

// bringAlong counts those who came with whoever has checked in.
func (p *playing) bringAlong(ctx context.Context, a args) (string, args, error) {
	meeting, err := uuid.Parse(a["meeting"].Text)
	if err != nil {
		return "", nil, fmt.Errorf("reading which meeting it is: %w", err)
	}
	counted, err := p.g.store.Bring(ctx, p.tx, meeting, p.tx.Conversation.Phone, int(a["many"].Num), p.now)
	if err != nil || !counted {
		return "gone", nil, err
	}
	return "counted", nil, nil
}
