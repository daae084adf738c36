package gateway

import (
	"context"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

func (p *playing) findMeeting(ctx context.Context, a args) (string, args, error) {
	// A place told to members only, or on the day, is left out by the store: it knows the rule and the day.
	coming, err := p.g.store.ComingMeetings(ctx, p.tx, store.Coming{
		Assemblies: p.line.Assemblies, Phone: p.phone(), Now: p.now,
	})
	if err != nil {
		return "", nil, err
	}
	if id := a["meeting"].Text; id != "" {
		for _, m := range coming {
			if m.ID.String() == id {
				return "found", p.meeting(m), nil
			}
		}
		return "none", nil, nil
	}
	switch len(coming) {
	case 0:
		return "none", nil, nil
	case 1:
		return "found", p.meeting(coming[0]), nil
	}
	var list []flows.Item
	for _, m := range coming[:min(len(coming), mostChoices)] {
		list = append(list, flows.Item{"id": {Text: m.ID.String()}, "at": p.moment(m.StartsAt), "place": localized(m.Place)})
	}
	return "several", args{"meetings": {List: list}}, nil
}

// mostChoices is how many a list may offer: on a call 9 repeats and 0 reaches a person.
const mostChoices = 8

func (p *playing) meeting(m store.Meeting) args {
	return args{
		"meeting": {Text: m.ID.String()}, "at": p.moment(m.StartsAt), "place": localized(m.Place),
		"place_for": {Text: string(m.PlaceFor)}, "mine": {Text: m.Mine},
	}
}

func (p *playing) rsvp(ctx context.Context, a args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	meeting, err := uuid.Parse(a["meeting"].Text)
	if err != nil {
		return "", nil, err
	}
	outcome, err := p.g.store.RSVP(ctx, p.tx, meeting, p.tx.Conversation.Phone, a["answer"].Text, p.now)
	return string(outcome), nil, err
}

func localized(words map[string]string) flows.Value {
	v := flows.Value{Words: make(map[flows.Lang]string, len(words))}
	for lang, w := range words {
		v.Words[flows.Lang(lang)] = w
	}
	return v
}
