package gateway

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

func (p *playing) findMeeting(ctx context.Context, a args) (string, args, error) {
	// A place told to members only, or on the day, is left out by the store: it knows the rule and the day.
	assemblies, err := p.meetingsOf(ctx, a["meeting"].Text)
	if err != nil {
		return "", nil, err
	}
	coming, err := p.g.store.ComingMeetings(ctx, p.tx, store.Coming{Assemblies: assemblies, Phone: p.phone(), Now: p.now})
	if err != nil {
		return "", nil, err
	}
	if id := a["meeting"].Text; id != "" {
		for _, m := range coming {
			if m.ID.String() == id {
				return "found", p.meeting(m), nil
			}
		}
		return p.noMeeting(ctx)
	}
	switch len(coming) {
	case 0:
		return p.noMeeting(ctx)
	case 1:
		return "found", p.meeting(coming[0]), nil
	}
	var list []flows.Item
	for _, m := range coming[:min(len(coming), mostChoices)] {
		list = append(list, flows.Item{"id": {Text: m.ID.String()}, "at": p.moment(m.StartsAt), "place": localized(m.Place)})
	}
	return "several", args{"meetings": {List: list}}, nil
}

// meetingsOf are the assemblies whose meetings are looked at: the line's and, where one meeting is named, also its own, of which a notice came on
// another line than that assembly's.
func (p *playing) meetingsOf(ctx context.Context, id string) ([]uuid.UUID, error) {
	meeting, err := uuid.Parse(id)
	if err != nil || p.replies == nil && p.talk.Notice == uuid.Nil {
		return p.line.Assemblies, nil
	}
	m, found, err := p.g.store.MeetingByID(ctx, p.tx, meeting)
	if err != nil || !found || slices.Contains(p.line.Assemblies, m.Assembly) {
		return p.line.Assemblies, err
	}
	return append(slices.Clone(p.line.Assemblies), m.Assembly), nil
}

// noMeeting tells whoever had said yes to a meeting that was canceled so: they would go there.
func (p *playing) noMeeting(ctx context.Context) (string, args, error) {
	at, was, err := p.g.store.CanceledFor(ctx, p.tx, store.Coming{Assemblies: p.line.Assemblies, Phone: p.phone(), Now: p.now})
	if err != nil || !was {
		return "none", nil, err
	}
	return "canceled", args{"at": p.moment(at)}, nil
}

// mostChoices is how many a list may offer: on a call 9 repeats and 0 reaches a person.
const mostChoices = 8

func (p *playing) meeting(m store.Meeting) args {
	return with(needs(m.MyNeeds), args{
		"meeting": {Text: m.ID.String()}, "at": p.moment(m.StartsAt), "place": localized(m.Place), "version": {Num: int64(m.Version)},
		"place_for": {Text: string(m.PlaceFor)}, "mine": {Text: m.Mine},
	})
}

// needs is what a phone asked for, as flows know it.
func needs(n store.Needs) args {
	return args{
		"others": {Num: int64(n.Others)}, "children": {Num: int64(n.Children)}, "ride": {Flag: n.Ride}, "interpreter": {Flag: n.Interpreter},
		"other": {Flag: n.Other},
	}
}

func with(a, more args) args {
	maps.Copy(a, more)
	return a
}

// anyVersion is what a flow heard of that was written before meetings had versions.
const anyVersion = -1

// answering is who answers which invitation, and as what they heard of it. It tells false where the number is withheld: there is nobody
// to count, and nobody who could change their mind.
func (p *playing) answering(a args) (store.Answering, bool, error) {
	if !p.phone().Valid {
		return store.Answering{}, false, nil
	}
	meeting, err := uuid.Parse(a["meeting"].Text)
	if err != nil {
		return store.Answering{}, false, fmt.Errorf("reading which meeting it is: %w", err)
	}
	answer := store.Answering{Meeting: meeting, Phone: p.tx.Conversation.Phone, Heard: anyVersion, Now: p.now}
	if heard, told := a["version"]; told {
		answer.Heard = int(heard.Num)
	}
	return answer, true, nil
}

func (p *playing) rsvp(ctx context.Context, a args) (string, args, error) {
	answer, known, err := p.answering(a)
	if err != nil || !known {
		return "hidden", nil, err
	}
	outcome, stands, err := p.g.store.RSVP(ctx, p.tx, answer, a["answer"].Text)
	if err != nil {
		return "", nil, err
	}
	return p.toInvitation(ctx, answer.Meeting, outcome, "saved", needs(stands))
}

func (p *playing) askFor(ctx context.Context, a args) (string, args, error) {
	answer, known, err := p.answering(a)
	if err != nil || !known {
		return "hidden", nil, err
	}
	if a["need"].Text == "nothing" {
		outcome, recordings, err := p.g.store.AskForNothing(ctx, p.tx, answer)
		if err != nil {
			return "", nil, err
		}
		for _, id := range recordings {
			if err := p.g.store.EraseMedia(ctx, p.tx, id); err != nil {
				return "", nil, err
			}
		}
		return p.toInvitation(ctx, answer.Meeting, outcome, "noted", needs(store.Needs{}))
	}
	asking := store.Asking{Answering: answer, Need: store.Need(a["need"].Text), Many: int(a["many"].Num)}
	if what, told := a["what"]; told {
		if asking.Words, asking.Recording, err = said(what); err != nil {
			return "", nil, err
		}
	}
	outcome, stands, err := p.g.store.AskFor(ctx, p.tx, asking)
	if err != nil {
		return "", nil, err
	}
	return p.toInvitation(ctx, answer.Meeting, outcome, "noted", needs(stands))
}

// toInvitation puts what came of an answer into an outcome. Of a meeting that was moved it brings what it is now, as this phone may hear it.
func (p *playing) toInvitation(ctx context.Context, meeting uuid.UUID, outcome store.Answered, saved string, stands args) (string, args, error) {
	switch outcome {
	case store.AnswerSaved:
		return saved, stands, nil
	case store.AnswerMoved:
		found, now, err := p.findMeeting(ctx, args{"meeting": {Text: meeting.String()}})
		if err != nil {
			return "", nil, err
		}
		if found != "found" { // canceled in this very moment
			return string(store.AnswerCanceled), nil, nil
		}
		return "moved", args{"at": now["at"], "place": now["place"], "place_for": now["place_for"], "version": now["version"]}, nil
	}
	return string(outcome), nil, nil
}

func localized(words map[string]string) flows.Value {
	v := flows.Value{Words: make(map[flows.Lang]string, len(words))}
	for lang, w := range words {
		v.Words[flows.Lang(lang)] = w
	}
	return v
}
