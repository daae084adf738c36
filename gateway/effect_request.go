package gateway

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"hotline/store"
)

// askForPerson files a report, and notes that whoever told it wants a person to talk to.
func (p *playing) askForPerson(ctx context.Context, a args) (string, args, error) {
	words, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	by := p.now.Add(readWithin)
	filed, err := p.g.store.FileReport(ctx, p.tx, store.NewReport{
		Assembly: p.line.AssemblyID, Line: p.line.ID, Phone: p.phone(), Conversation: p.tx.Conversation.ID,
		Channel: string(p.in.Channel), Lang: string(p.talk.Lang), ReadBy: by, Words: words, Recording: recording, At: p.now,
	})
	if err != nil {
		return "", nil, err
	}
	return "filed", args{"request": {Text: filed.ID.String()}, "code": {Text: filed.Code}, "read_by": p.moment(by)},
		p.g.store.AddRequest(ctx, p.tx, filed.ID, p.line.AssemblyID, p.now)
}

// setTerms notes how they want to be reached: "come", "text" or "call". A number is given as people of the line's country dial it.
func (p *playing) setTerms(ctx context.Context, a args) (string, args, error) {
	report, err := uuid.Parse(a["request"].Text)
	if err != nil {
		return "", nil, fmt.Errorf("reading which request: %w", err)
	}
	t := store.Terms{Hours: a["hours"].Text, OthersMay: a["others"].Flag}
	switch reach := a["reach"].Text; reach {
	case "come":
		t.Reach = store.ReachComes
	case "text":
		t.Reach = store.ReachText
	case "call":
		t.Reach = store.ReachCall
	default:
		return "", nil, fmt.Errorf("nobody is reached by %q", reach)
	}
	if given := a["number"].Text; given != "" {
		if t.Number, err = store.ParsePhone(given, "US"); errors.Is(err, store.ErrNotANumber) {
			return "no_number", nil, nil
		} else if err != nil {
			return "", nil, err
		}
	}
	if t.Words, t.Recording, err = said(a["say"]); err != nil {
		return "", nil, err
	}
	set, err := p.g.store.SetTerms(ctx, p.tx, report, t)
	if err != nil || !set {
		return "gone", nil, err
	}
	return "set", nil, nil
}
