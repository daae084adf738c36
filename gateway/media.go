package gateway

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// takeMedia writes down what came with an inbound and still lies at the carrier, and asks for it to be fetched: both in the turn's
// transaction, so that a recording is neither forgotten nor fetched for a turn that never was.
func (p *playing) takeMedia(ctx context.Context) error {
	if r := p.in.Rec; r != nil {
		if err := p.want(ctx, p.recordingID(), store.MediaRecording, r.URL, r.Seconds); err != nil {
			return err
		}
	}
	if p.lost && p.in.Text != "" { // it is told that nothing is kept, and neither is the picture beside it
		p.in.Media = nil
	}
	for i, m := range p.in.Media {
		if err := p.want(ctx, p.g.mediaID(fmt.Sprint(p.in.Key, "/", i)), store.MediaPicture, m.URL, 0); err != nil {
			return err
		}
	}
	return nil
}

func (p *playing) want(ctx context.Context, id uuid.UUID, kind store.MediaKind, url string, seconds int) error {
	added, err := p.g.store.WantMedia(ctx, p.tx, store.Media{
		ID: id, Assembly: p.line.AssemblyID, Line: p.line.ID, Conversation: p.tx.Conversation.ID,
		Kind: kind, Source: url, Seconds: seconds,
	})
	if err != nil || !added {
		return err
	}
	if _, err := p.g.jobs.InsertTx(ctx, p.tx.Tx, mediaArgs{ID: id}, nil); err != nil {
		return fmt.Errorf("asking for a recording to be fetched: %w", err)
	}
	return nil
}

// recordingID is the same for the same recording, however often the carrier tells of it.
func (p *playing) recordingID() uuid.UUID { return p.g.mediaID(p.in.Rec.ID) }

func (g *Gateway) mediaID(carrier string) uuid.UUID {
	return g.store.MediaID(carrier)
}

// said is what somebody told us, as the store keeps it.
func said(v flows.Value) (words string, recording uuid.UUID, err error) {
	if v.Rec == "" {
		return v.Text, uuid.Nil, nil
	}
	recording, err = uuid.Parse(v.Rec)
	return "", recording, err
}
