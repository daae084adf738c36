package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotline/flows"
	"hotline/gateway"
	"hotline/store"
)

// readAbout puts into b what a notice is about: which question it carries, its words where none were given, and until when it is worth sending.
func (f *broadcastFlags) readAbout(ctx context.Context, d *desk, set *flows.Set, line store.Line, b *store.Broadcast) error {
	switch {
	case f.aboutMeeting != 0 && f.aboutBallot != 0:
		return misused("a notice is about a meeting or about a ballot: make two of it")
	case f.aboutBallot != 0:
		return f.readBallot(ctx, d, set, b)
	case f.aboutMeeting != 0 || b.About == "meeting":
		return f.readMeeting(ctx, d, set, line, b)
	}
	return nil
}

func (f *broadcastFlags) readMeeting(ctx context.Context, d *desk, set *flows.Set, line store.Line, b *store.Broadcast) (err error) {
	var m store.Meeting
	found := true
	if f.aboutMeeting != 0 {
		m, err = d.store.ShowMeeting(ctx, d.store.Pool, d.assembly.ID, f.aboutMeeting)
	} else { // a draft that is changed tells of the meeting as it is now
		m, found, err = d.store.MeetingByID(ctx, d.store.Pool, b.Record)
	}
	switch {
	case err != nil:
		return err
	case !found || !m.CanceledAt.IsZero():
		return fmt.Errorf("meeting %d is canceled: nobody is invited to it", m.Number)
	case !m.StartsAt.After(d.now()):
		return fmt.Errorf("meeting %d has begun: nobody is invited to it any more", m.Number)
	case f.alert || b.Purpose == store.ForAlerts:
		return misused("an alert is no invitation: leave --alert or --about-meeting out")
	}
	if b.Flow, err = question(set, "meeting"); err != nil {
		return err
	}
	again := b.Record != m.ID || b.Version != m.Version
	b.About, b.Record, b.Version = "meeting", m.ID, m.Version
	switch {
	case len(f.words) > 0:
		b.Inside = nil
	case again || len(b.Words) == 0:
		b.Words, b.Inside = gateway.MeetingWords(set, line, m, store.FollowsNone, d.now())
		b.HasPlace = b.HasPlace || m.PlaceFor != store.PlaceOnTheDay
		if b.Audience.Standing == store.StandsMember || f.members {
			b.Words, b.Inside = inForMembers(b.Words, b.Inside), nil
		}
	}
	if f.until == "" && (again || b.ExpiresAt.IsZero()) || b.ExpiresAt.After(m.StartsAt) {
		b.ExpiresAt = soonest(m.StartsAt, d.now().Add(longestWorth))
	}
	return nil
}

// longestWorth is how long a notice may be worth sending, less a moment.
const longestWorth = 60*24*time.Hour - time.Minute

func soonest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// inForMembers are the words to members, where those have their own.
func inForMembers(words, inside store.Words) store.Words {
	if len(inside) > 0 {
		return inside
	}
	return words
}

func (f *broadcastFlags) readBallot(ctx context.Context, d *desk, set *flows.Set, b *store.Broadcast) error {
	ballot, err := d.store.FindBallot(ctx, d.store.Pool, d.assembly.ID, f.aboutBallot)
	if err != nil {
		return err
	}
	if !ballot.ClosedAt.IsZero() || !ballot.ClosesAt.IsZero() && !ballot.ClosesAt.After(d.now()) {
		return fmt.Errorf("ballot %d is closed: nobody can vote in it", ballot.Number)
	}
	if b.Flow, err = question(set, "ballot"); err != nil {
		return err
	}
	b.About, b.Record, b.Inside = "ballot", ballot.ID, nil
	if closes := ballot.ClosesAt; !closes.IsZero() && (f.until == "" || b.ExpiresAt.After(closes)) {
		b.ExpiresAt = soonest(closes, d.now().Add(longestWorth))
	}
	return nil
}

// question is the flow that a notice about such a thing carries.
func question(set *flows.Set, of string) (string, error) {
	all := set.Questions(of)
	if len(all) == 0 {
		return "", errors.New("no flow of this folder can be answered from a notice about a " + of + " (its \"notice:\" says how)")
	}
	return all[0], nil
}
