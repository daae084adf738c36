package gateway

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// findBallot begins anew with who votes: on a shared phone whoever comes next keys their own PIN.
func (p *playing) findBallot(ctx context.Context, a args) (string, args, error) {
	p.talk.Voter = nil
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	var ballot uuid.UUID
	if id := a["ballot"].Text; id != "" {
		var err error
		if ballot, err = uuid.Parse(id); err != nil {
			return "", nil, err
		}
	}
	found, err := p.g.store.FindBallots(ctx, p.tx, store.Voter{
		Phone: p.tx.Conversation.Phone, Assemblies: p.line.Assemblies, Ballot: ballot, Called: p.in.Channel == flows.Voice, At: p.now,
	})
	if err != nil {
		return "", nil, err
	}
	switch found.Standing {
	case store.MayVote, store.HasVoted:
		if b := found.Ballots[0]; p.hides(append(b.Options[:len(b.Options):len(b.Options)], b.Question)...) {
			return "by_call", nil, nil
		}
		return string(found.Standing), p.ballot(found.Ballots[0]), nil
	case store.MayVoteIn:
		var list []flows.Item
		for _, b := range found.Ballots[:min(len(found.Ballots), mostChoices)] {
			list = append(list, flows.Item{"id": {Text: b.ID.String()}, "title": localized(titles(b.Question)), "question": localized(b.Question)})
		}
		return "several", args{"ballots": {List: list}}, nil
	case store.SharedByMany, store.LongUnheard, store.CalledByPin:
		if found.Pins {
			return "prove", p.ballot(found.Ballots[0]), nil
		}
	}
	err = p.g.store.RefuseVotes(ctx, p.tx, found.Refused, store.VoteOutcome(found.Standing), p.now)
	return string(found.Standing), nil, err
}

// titles are the beginnings of a question, which tell it from others in a list; it is told whole before anybody chooses.
func titles(question store.Words) store.Words { return beginnings(question, mostTitle) }

// beginnings cuts words to so many letters each, between two words where it can.
func beginnings(full store.Words, most int) store.Words {
	all := store.Words{}
	for lang, words := range full {
		title := strings.Join(strings.Fields(words), " ")
		for cut := title; store.Letters(title) > most; title = cut + "..." {
			if shorter := strings.LastIndexByte(cut, ' '); shorter > 0 {
				cut = cut[:shorter]
			} else {
				_, size := utf8.DecodeLastRuneInString(cut)
				cut = cut[:len(cut)-size]
			}
		}
		all[lang] = title
	}
	return all
}

func (p *playing) ballot(b store.Ballot) args {
	var options []flows.Item
	for _, o := range b.Options {
		options = append(options, flows.Item{"name": localized(o)})
	}
	closes := flows.Value{}
	if b.ClosesAt != (time.Time{}) {
		closes = p.moment(b.ClosesAt)
	}
	return args{
		"ballot": {Text: b.ID.String()}, "question": localized(b.Question), "options": {List: options}, "closes": closes,
	}
}

func (p *playing) castVote(ctx context.Context, a args) (string, args, error) {
	ballot, err := uuid.Parse(a["ballot"].Text)
	if err != nil {
		return "", nil, err
	}
	c := store.Casting{
		Ballot: ballot, Phone: p.tx.Conversation.Phone, Choice: int(a["choice"].Num), Changes: a["changes"].Flag, Proof: store.ProofPhone, At: p.now,
	}
	if p.in.Channel == flows.Voice { // whatever the carrier says of the number: that says nothing of who holds the phone
		c.Proof = store.ProofCall
	}
	if v := p.talk.Voter; v != nil && v.Ballot == ballot {
		c.Person, c.Proof = v.Person, store.ProofPIN
	}
	p.talk.Voter = nil
	outcome, err := p.g.store.CastVote(ctx, p.tx, c)
	return string(outcome), nil, err
}
