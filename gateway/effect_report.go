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

// openFor is how long organizers do not see a report of which nobody has said that all is told: its worker may still say that it is about
// somebody in the group. The flows end it sooner, after ten quiet minutes; this is for when they do not come to it.
const openFor = 30 * time.Minute

func (p *playing) fileReport(ctx context.Context, a args) (string, args, error) {
	words, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	if words, err = p.g.store.HideCodes(ctx, p.tx, words); err != nil {
		return "", nil, err
	}
	n := store.NewReport{
		Assembly: p.line.AssemblyID, Line: p.line.ID, Phone: p.phone(), Conversation: p.tx.Conversation.ID,
		Channel: string(p.in.Channel), Lang: string(p.talk.Lang), ReadBy: p.now.Add(readWithin),
		Words: words, Recording: recording, WantsPerson: a["person"].Flag, At: p.now,
	}
	if a["open"].Flag {
		n.OpenUntil = p.now.Add(openFor)
	}
	filed, err := p.g.store.FileReport(ctx, p.tx, n)
	if err != nil {
		return "", nil, err
	}
	if err := p.takeStray(ctx, filed.ID); err != nil {
		return "", nil, err
	}
	p.opened(filed.ID.String())
	return "filed", args{"report": {Text: filed.ID.String()}, "code": {Text: filed.Code}, "read_by": p.moment(n.ReadBy)}, nil
}

func (p *playing) addToReport(ctx context.Context, a args) (string, args, error) {
	words, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	if words, err = p.g.store.HideCodes(ctx, p.tx, words); err != nil {
		return "", nil, err
	}
	part := store.Part{
		Code: a["code"].Text, Conversation: p.tx.Conversation.ID, Words: words, Recording: recording,
		ReadBy: p.now.Add(readWithin), OpenUntil: p.now.Add(openFor), At: p.now,
	}
	if given := a["report"].Text; given != "" {
		if part.Report, err = uuid.Parse(given); err != nil {
			return "", nil, fmt.Errorf("reading which report: %w", err)
		}
	}
	readBy, added, err := p.g.store.AddToReport(ctx, p.tx, part)
	if err != nil {
		return "", nil, err
	}
	if !added {
		return "gone", nil, nil
	}
	if part.Report != uuid.Nil {
		p.opened(part.Report.String())
	}
	return "added", args{"read_by": p.moment(readBy)}, nil
}

func (p *playing) endReport(ctx context.Context, a args) (string, args, error) {
	report, err := uuid.Parse(a["report"].Text)
	if err != nil {
		return "", nil, fmt.Errorf("reading which report: %w", err)
	}
	return "ended", nil, p.g.store.EndReport(ctx, p.tx, report, p.tx.Conversation.ID, p.now)
}

func (p *playing) eraseRecording(ctx context.Context, a args) (string, args, error) {
	_, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	return "erased", nil, p.g.store.EraseMedia(ctx, p.tx, recording)
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
