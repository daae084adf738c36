package gateway

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// A report is read within readWithin: what the worker is promised, and what organizers are shown as overdue.
const readWithin = 48 * time.Hour

func (p *playing) fileReport(ctx context.Context, a args) (string, args, error) {
	words, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	filed, err := p.g.store.FileReport(ctx, p.tx, store.NewReport{
		Assembly: p.line.AssemblyID, Line: p.line.ID, Phone: p.phone(), Conversation: p.tx.Conversation.ID,
		Channel: string(p.in.Channel), Lang: string(p.talk.Lang), ReadBy: p.now.Add(readWithin),
		Words: words, Recording: recording, At: p.now,
	})
	if err != nil {
		return "", nil, err
	}
	return "filed", args{"code": {Text: filed.Code}, "read_by": p.moment(p.now.Add(readWithin))}, nil
}

func (p *playing) addToReport(ctx context.Context, a args) (string, args, error) {
	words, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	added, err := p.g.store.AddToReport(ctx, p.tx, a["code"].Text, store.Part{
		Conversation: p.tx.Conversation.ID, Words: words, Recording: recording, At: p.now,
	})
	if err != nil {
		return "", nil, err
	}
	if !added {
		return "gone", nil, nil
	}
	return "added", nil, nil
}

func (p *playing) eraseRecording(ctx context.Context, a args) (string, args, error) {
	_, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	return "erased", nil, p.erase(ctx, recording)
}

// erase erases a recording here, and writes down that it is to be erased at the carrier.
func (p *playing) erase(ctx context.Context, recording uuid.UUID) error {
	if err := p.g.store.EraseMedia(ctx, p.tx, recording); err != nil {
		return err
	}
	if _, err := p.g.jobs.InsertTx(ctx, p.tx.Tx, eraseArgs{ID: recording}, nil); err != nil {
		return fmt.Errorf("asking for a recording to be erased at the carrier: %w", err)
	}
	return nil
}

// phone is the row of whoever this is; none when the number is withheld.
func (p *playing) phone() uuid.NullUUID {
	id := p.tx.Conversation.Phone
	return uuid.NullUUID{UUID: id, Valid: id != uuid.Nil}
}

// moment is a time as the line's assembly tells it.
func (p *playing) moment(t time.Time) flows.Value {
	return flows.Value{Num: t.Unix(), Zone: p.line.Zone}
}
