package gateway

import (
	"cmp"
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// What follows from an approved notice of a meeting goes out by itself: word of a change or that it is off, and reminders. Whoever approved the notice
// was told so. Each is a broadcast of its own, so that the same asks consent, hours, digits and the line's pace, and anybody can call it back.

// PutChange writes down that whoever was sent the notice of a meeting is told what it is now, kind says why, and a text to the organizers that it goes
// out. told is to how many phones; 0 where no notice was ever approved, or nobody is to be told. It is put in the transaction of the change.
func (b *Outbox) PutChange(ctx context.Context, tx pgx.Tx, set *flows.Set, m store.Meeting, kind store.Following, now time.Time) (followed store.Broadcast, told int, err error) {
	notice, found, err := b.store.NoticeOf(ctx, tx, m.ID)
	if err != nil || !found {
		return store.Broadcast{}, 0, err
	}
	// One that was approved a moment ago knows whom it reaches now, so that they hear how it is at once.
	if err := b.store.FreezeBroadcast(ctx, tx, notice.ID, now); err != nil {
		return store.Broadcast{}, 0, err
	}
	line, err := b.store.LineByID(ctx, tx, notice.Line)
	if err != nil {
		return store.Broadcast{}, 0, err
	}
	follow := store.Broadcast{ExpiresAt: m.StartsAt, Carried: store.Carried{Record: m.ID, Version: m.Version, Kind: kind}}
	if kind == store.FollowsChange {
		follow.Flow = notice.Flow // what was answered was another time or place
	}
	follow.Words, follow.Inside = MeetingWords(set, line, m, kind, now)
	if followed, told, err = b.store.FollowUp(ctx, tx, notice, follow, now); err != nil || told == 0 {
		return store.Broadcast{}, 0, err
	}
	return followed, told, b.tellOrganizers(ctx, tx, set, line, now)
}

// tellOrganizers tells each organizer of a line's assembly, on a phone of their own, that something goes out which an approval covers.
func (b *Outbox) tellOrganizers(ctx context.Context, tx pgx.Tx, set *flows.Set, line store.Line, now time.Time) error {
	all, err := b.store.OwnPhones(ctx, tx, line.AssemblyID)
	if err != nil {
		return err
	}
	for _, phone := range all {
		manner, err := b.store.MannerOf(ctx, tx, phone)
		if err != nil {
			return err
		}
		lang := flows.Lang(cmp.Or(manner.Lang, line.Languages[0]))
		if err := b.Put(ctx, tx, store.Outgoing{
			Assembly: line.AssemblyID, Line: line.ID, Phone: phone, Channel: store.ByText, Purpose: store.ForAnswers, AnyHour: true,
			Body: set.Unasked("goes_out", lang, LineFacts(line)), ExpiresAt: now.Add(worthOfTelling),
		}); err != nil {
			return err
		}
	}
	return nil
}

const (
	dayBefore  = 24 * time.Hour
	hourBefore = time.Hour
	// Who is in quiet hours then is reminded earlier, by less than a day; so whom it reaches is looked up that much sooner.
	remindAhead = 24 * time.Hour
	remindLate  = 10 * time.Minute // a reminder that is due is still put down
	remindApart = 3 * time.Hour    // two to a phone are at least so far apart
	remindStep  = 15 * time.Minute
)

// remind puts down, for each meeting ahead, whom its reminders reach by now.
func (g *Gateway) remind(ctx context.Context) error {
	now := g.now()
	all, err := g.store.MeetingsToRemind(ctx, g.store.Pool, now, now.Add(dayBefore+remindAhead))
	if err != nil {
		return err
	}
	for _, m := range all {
		for _, kind := range []store.Following{store.FollowsDay, store.FollowsHour} {
			if kind == store.FollowsHour && m.StartsAt.Sub(now) > hourBefore+remindAhead {
				continue
			}
			if err := g.store.InTx(ctx, func(tx pgx.Tx) error { return g.remindOf(ctx, tx, m, kind, now) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *Gateway) remindOf(ctx context.Context, tx pgx.Tx, m store.Meeting, kind store.Following, now time.Time) error {
	m, stands, err := g.store.LockMeeting(ctx, tx, m.ID)
	if err != nil || !stands || !m.CanceledAt.IsZero() || m.StartsAt.Sub(now) <= store.CallBack {
		return err
	}
	notice, found, err := g.store.NoticeOf(ctx, tx, m.ID)
	if err != nil || !found {
		return err
	}
	line, err := g.store.LineByID(ctx, tx, notice.Line)
	if err != nil {
		return err
	}
	b := store.Broadcast{ExpiresAt: m.StartsAt, Carried: store.Carried{Record: m.ID, Version: m.Version, Kind: kind}}
	b.Words, b.Inside = MeetingWords(g.sets.current(), line, m, kind, now) // as they are known now; they go out as they are then
	_, err = g.store.Remind(ctx, tx, notice, b, func(to store.Phone, own store.Hours, channel string) (time.Time, error) {
		return reminderDue(kind, m.StartsAt, now, line.Zone, own, to, channel)
	}, now)
	return err
}

// reminderDue is when a phone is reminded, a day or an hour before a meeting: in its quiet hours earlier, and never later. Zero: not, since that is over,
// or because its other reminder comes at about the same time.
func reminderDue(kind store.Following, starts, now time.Time, zone string, own store.Hours, to store.Phone, channel string) (time.Time, error) {
	day, err := notLater(starts.Add(-dayBefore), zone, own, to, channel)
	if err != nil {
		return time.Time{}, err
	}
	due := day
	if kind == store.FollowsHour {
		if due, err = notLater(starts.Add(-hourBefore), zone, own, to, channel); err != nil {
			return time.Time{}, err
		}
		if due.Sub(day) < remindApart {
			return time.Time{}, nil
		}
	}
	if due.Before(now.Add(-remindLate)) {
		return time.Time{}, nil
	}
	return due, nil
}

// notLater is the last moment until then at which a phone may be written to, or called, with a little time left to do so.
func notLater(then time.Time, zone string, own store.Hours, to store.Phone, channel string) (time.Time, error) {
	for at := then; then.Sub(at) < remindAhead; at = at.Add(-remindStep) {
		ends, _, err := loud(at, zone, own, to, channel)
		if err != nil {
			return time.Time{}, err
		}
		if !ends.IsZero() && (at.Equal(then) || ends.Sub(at) >= 2*remindStep) {
			return at, nil
		}
	}
	return then, nil
}
