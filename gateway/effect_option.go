package gateway

import (
	"context"
	"maps"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// findOption takes the option of a ballot that somebody chose by the digits of a notice, days ago perhaps. It counts nothing: it tells how that stands
// now, so that the option can be read back.
func (p *playing) findOption(ctx context.Context, a args) (string, args, error) {
	came, found, err := p.standing(ctx, a["ballot"].Text)
	if err != nil {
		return "", nil, err
	}
	switch came {
	case string(store.MayVote), string(store.HasVoted):
	case string(store.VoteStands): // on calls alone, on which no notice is answered by digits
		return string(store.SharedByMany), nil, nil
	default:
		return came, nil, nil
	}
	b, choice := found.Ballots[0], int(a["choice"].Num)
	if choice < 1 || choice > len(b.Options) || !maps.Equal(localized(b.Options[choice-1]).Words, a["option"].Words) {
		return "gone", nil, nil // what she read behind those digits is not what this number means
	}
	paper := p.ballot(b)
	paper["pick"] = flows.Value{Item: flows.Item{"name": a["option"], "number": a["choice"]}}
	if came == string(store.MayVote) {
		return "picked", paper, nil
	}
	return "changes", paper, nil
}

// standing tells how it stands with a ballot, or with any ("") that this phone may vote in. What turned somebody away is written into its record.
func (p *playing) standing(ctx context.Context, id string) (came string, found store.FoundBallots, err error) {
	p.talk.Voter = nil // on a shared phone whoever comes next keys their own PIN
	if !p.phone().Valid {
		return "hidden", found, nil
	}
	var ballot uuid.UUID
	if id != "" {
		if ballot, err = uuid.Parse(id); err != nil {
			return "", found, err
		}
	}
	found, err = p.g.store.FindBallots(ctx, p.tx, store.Voter{
		Phone: p.tx.Conversation.Phone, Assemblies: p.line.Assemblies, Ballot: ballot, Called: p.in.Channel == flows.Voice, At: p.now,
	})
	if err != nil {
		return "", found, err
	}
	switch found.Standing {
	case store.MayVote, store.HasVoted:
		if b := found.Ballots[0]; p.hides(append(b.Options[:len(b.Options):len(b.Options)], b.Question)...) {
			return "by_call", found, nil
		}
		return string(found.Standing), found, nil
	case store.MayVoteIn:
		return "several", found, nil
	case store.SharedByMany, store.LongUnheard, store.CalledByPin:
		if found.Pins {
			return "prove", found, nil
		}
	}
	return string(found.Standing), found, p.g.store.RefuseVotes(ctx, p.tx, found.Refused, store.VoteOutcome(found.Standing), p.now)
}
