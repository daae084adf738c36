package gateway

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// A page of proposals is as many as two segments hold with the beginning of each.
const (
	proposalPage = 3
	mostGist     = 50
)

func (p *playing) propose(ctx context.Context, a args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	words, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	by := p.now.Add(readWithin)
	came, err := p.g.store.Propose(ctx, p.tx, store.NewProposal{
		Assembly: p.line.AssemblyID, Line: p.line.ID, Phone: p.tx.Conversation.Phone, Channel: string(p.in.Channel), Lang: string(p.talk.Lang),
		Words: words, Recording: recording, ReadBy: by, At: p.now,
	})
	if err != nil || came.Outcome != "proposed" {
		return came.Outcome, nil, err
	}
	return "proposed", args{
		"proposal": {Text: came.ID.String()}, "number": {Num: int64(came.Number)}, "read_by": p.moment(by), "alone": {Flag: came.Alone},
	}, nil
}

func (p *playing) settleProposal(ctx context.Context, a args) (string, args, error) {
	id, err := uuid.Parse(a["proposal"].Text)
	if err != nil {
		return "", nil, err
	}
	if a["texts"].Flag {
		if err := p.askedForAnswers(ctx, "wants news of a proposal"); err != nil {
			return "", nil, err
		}
	}
	return "settled", nil, p.g.store.SettleProposal(ctx, p.tx, id, p.tx.Conversation.Phone, a["named"].Flag, a["texts"].Flag)
}

// reader is this phone as it looks at what members see.
func (p *playing) reader() store.Reader {
	return store.Reader{Phone: p.tx.Conversation.Phone, Assemblies: p.line.Assemblies, Now: p.now}
}

// findProposals brings a page, from 0. What is left over of it is empty.
func (p *playing) findProposals(ctx context.Context, a args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	seen, err := p.g.store.SeeProposals(ctx, p.tx, p.reader(), int(a["page"].Num), proposalPage)
	if err != nil {
		return "", nil, err
	}
	held := flows.Value{Num: int64(seen.Held)}
	if len(seen.Proposals) == 0 {
		return "none", args{"held": held}, nil
	}
	brings := args{"more": {Flag: seen.More}, "held": held}
	for i, slot := range []string{"first", "second", "third"} {
		brings[slot], brings[slot+"_gist"], brings[slot+"_no"] = flows.Value{}, flows.Value{}, flows.Value{}
		if i < len(seen.Proposals) {
			one := seen.Proposals[i]
			brings[slot], brings[slot+"_no"] = flows.Value{Text: one.ID.String()}, flows.Value{Num: int64(one.Number)}
			brings[slot+"_gist"] = localized(beginnings(one.Shown, mostGist))
		}
	}
	return "found", brings, nil
}

// findProposal tells one whole, and what this phone may do about it.
func (p *playing) findProposal(ctx context.Context, a args) (string, args, error) {
	id, err := uuid.Parse(a["proposal"].Text)
	if err != nil {
		return "", nil, err
	}
	one, own, seconded, found, err := p.g.store.SeeProposal(ctx, p.tx, p.reader(), id)
	if err != nil || !found {
		return "gone", nil, err
	}
	brings := args{
		"number": {Num: int64(one.Number)}, "words": localized(one.Shown), "seconds": {Num: int64(one.Seconds)}, "needed": {Num: int64(one.Needed)},
	}
	switch {
	case one.State == store.ProposalAnswered:
		return "answered", args{"number": brings["number"], "reply": localized(one.Reply)}, nil
	case one.State == store.ProposalOpened:
		return "opened", brings, nil
	case own:
		return "own", brings, nil
	case seconded:
		return "seconded", brings, nil
	}
	return "open", brings, nil
}

func (p *playing) secondProposal(ctx context.Context, a args) (string, args, error) {
	id, err := uuid.Parse(a["proposal"].Text)
	if err != nil {
		return "", nil, err
	}
	came, err := p.g.store.SecondProposal(ctx, p.tx, p.reader(), id)
	if err != nil {
		return "", nil, err
	}
	switch came.Outcome {
	case "seconded":
		return "seconded", args{"seconds": {Num: int64(came.Seconds)}, "needed": {Num: int64(came.Needed)}, "shared": {Flag: came.Shared}}, nil
	case "enough":
		one, err := p.g.store.ProposalByID(ctx, p.tx, id)
		if err == nil {
			err = p.g.outbox.PutProposalNews(ctx, p.tx.Tx, p.g.sets.current(), one, p.now)
		}
		return "enough", args{"by": p.moment(came.By), "shared": {Flag: came.Shared}}, err
	}
	return came.Outcome, nil, nil
}

func (p *playing) withdrawProposal(ctx context.Context, a args) (string, args, error) {
	id, err := uuid.Parse(a["proposal"].Text)
	if err != nil {
		return "", nil, err
	}
	done, err := p.g.store.WithdrawProposal(ctx, p.tx, p.tx.Conversation.Phone, id, p.now)
	if err != nil || !done {
		return "too_late", nil, err
	}
	return "withdrawn", nil, nil
}

// proposalNews brings what became of this phone's proposals and was not told yet, one thing at a time.
func (p *playing) proposalNews(ctx context.Context, _ args) (string, args, error) {
	if !p.phone().Valid {
		return "none", nil, nil
	}
	one, found, err := p.g.store.ProposalNews(ctx, p.tx, p.reader())
	if err != nil || !found {
		return "none", nil, err
	}
	left, err := p.newsLeft(ctx)
	if err != nil {
		return "", nil, err
	}
	brings := args{"number": {Num: int64(one.Number)}, "left": left}
	switch one.State {
	case store.ProposalShared:
		brings["words"], brings["needed"] = localized(one.Shown), flows.Value{Num: int64(one.Needed)}
		return "shared", brings, nil
	case store.ProposalDue:
		brings["by"] = p.moment(one.AnswerBy)
		return "due", brings, nil
	case store.ProposalOpened:
		return "opened", brings, nil
	case store.ProposalHeld, store.ProposalAnswered:
		brings["reply"] = localized(one.Reply)
		return string(one.State), brings, nil
	}
	return "", nil, fmt.Errorf("there is no news of a proposal that is %s", one.State)
}
