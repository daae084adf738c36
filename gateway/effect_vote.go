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

// findBallot finds what there is to vote in.
func (p *playing) findBallot(ctx context.Context, a args) (string, args, error) {
	came, found, err := p.standing(ctx, a["ballot"].Text)
	switch {
	case err != nil:
		return "", nil, err
	case came == "several":
		var list []flows.Item
		for _, b := range found.Ballots[:min(len(found.Ballots), mostChoices)] {
			list = append(list, flows.Item{"id": {Text: b.ID.String()}, "title": localized(titles(b.Question)), "question": localized(b.Question)})
		}
		return came, args{"ballots": {List: list}}, nil
	case came == string(store.MayVote), came == string(store.HasVoted), came == "prove":
		return came, p.ballot(found.Ballots[0]), nil
	}
	return came, nil, nil
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
	closes := flows.Value{}
	if b.ClosesAt != (time.Time{}) {
		closes = p.moment(b.ClosesAt)
	}
	return args{
		"ballot": {Text: b.ID.String()}, "question": localized(b.Question), "options": {List: optionsOf(b)}, "closes": closes,
	}
}

// optionsOf are a ballot's options as flows know them.
func optionsOf(b store.Ballot) (all []flows.Item) {
	for _, o := range b.Options {
		all = append(all, flows.Item{"name": localized(o)})
	}
	return all
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
