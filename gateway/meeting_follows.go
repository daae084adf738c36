package gateway

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// What follows from an approved notice of a meeting goes out by itself: word of a change or that it is off, and reminders. Whoever approved the notice
// was told so. Each is a broadcast of its own, so that the same asks consent, hours, digits and the line's pace, and anybody can call it back.

// Change is what PutChange wrote down.
type Change struct {
	Notice store.Broadcast // which goes out
	Phones int             // to how many; 0: none was ever approved, or nobody is to be told
	Quiet  int             // how many of them have quiet hours until the meeting begins, so that they are not told
}

// PutChange writes down that whoever was sent the notice of a meeting is told what it is now, kind says why, and a text to the organizers that it goes
// out. It is put in the transaction of the change.
func (b *Outbox) PutChange(ctx context.Context, tx pgx.Tx, set *flows.Set, m store.Meeting, kind store.Following, now time.Time) (c Change, err error) {
	notice, found, err := b.store.NoticeOf(ctx, tx, m.ID)
	if err != nil || !found {
		return Change{}, err
	}
	// One that was approved a moment ago knows whom it reaches now, so that they hear how it is at once.
	if err := b.store.FreezeBroadcast(ctx, tx, notice.ID, now); err != nil {
		return Change{}, err
	}
	line, err := b.store.LineByID(ctx, tx, notice.Line)
	if err != nil {
		return Change{}, err
	}
	follow := store.Broadcast{ExpiresAt: m.StartsAt, Carried: store.Carried{Record: m.ID, Version: m.Version, Kind: kind}}
	if kind == store.FollowsChange {
		follow.Flow = notice.Flow // what was answered was another time or place
	}
	follow.Words, follow.Inside = MeetingWords(set, line, m, kind, now)
	if c.Notice, c.Phones, err = b.store.FollowUp(ctx, tx, notice, follow, now); err != nil || c.Phones == 0 {
		return Change{}, err
	}
	if c.Quiet, err = b.quietUntil(ctx, tx, c.Notice, line.Zone); err != nil {
		return Change{}, err
	}
	return c, b.tellOrganizers(ctx, tx, set, line, now)
}

// quietUntil counts the phones that have quiet hours from when a broadcast begins until it is not worth sending any more.
func (b *Outbox) quietUntil(ctx context.Context, q store.Querier, of store.Broadcast, zone string) (quiet int, err error) {
	all, err := b.store.ToReach(ctx, q, of.ID)
	if err != nil {
		return 0, err
	}
	phones, told := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	read := clocks{}
	for _, r := range all {
		_, ends, err := loudBy(read.load, of.StartsAt, zone, r.Hours, r.To, r.Channel)
		if err != nil {
			return 0, err
		}
		phones[r.Phone] = true
		if ends.IsZero() || ends.Before(of.ExpiresAt) {
			told[r.Phone] = true
		}
	}
	return len(phones) - len(told), nil
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
