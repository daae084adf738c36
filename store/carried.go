package store

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Following is why a notice goes out that nobody wrote: another one was approved, and with it this one.
type Following string

const (
	FollowsNone   Following = ""       // organizers wrote it
	FollowsChange Following = "change" // time or place of the meeting are others now
	FollowsCancel Following = "cancel" // it is canceled
	FollowsDay    Following = "day"    // a reminder, the day before
	FollowsHour   Following = "hour"   // and the hour before
)

// Reminds tells of a reminder.
func (k Following) Reminds() bool { return k == FollowsDay || k == FollowsHour }

// Carried is what a notice is about, and what it asks.
type Carried struct {
	Flow    string    // the question that it carries; "": none
	About   string    // "meeting", "ballot" or ""
	Record  uuid.UUID // that meeting or ballot
	Version int       // of the meeting that it tells of
	Kind    Following
	Follows uuid.UUID // the notice that was approved
	Inside  Words     // what members are told, where others are not told the place; nil: the same
}

const broadcastInside = "broadcasts.inside"

func (s *Store) sealInside(b Broadcast) ([]byte, error) {
	if len(b.Inside) == 0 {
		return nil, nil
	}
	return s.sealJSON(broadcastInside, b.ID, b.Inside)
}

// MeetingByID finds one, without head counts to rely on; false: there is none.
func (s *Store) MeetingByID(ctx context.Context, q Querier, id uuid.UUID) (Meeting, bool, error) {
	found, err := s.meetings(ctx, q, ` where m.id = $1`, id)
	if err != nil || len(found) == 0 {
		return Meeting{}, false, err
	}
	return found[0], true, nil
}

// outdated tells whether what a notice is about is another thing than when it was written: a meeting that was changed, is canceled or has begun, a
// ballot that is closed.
func (s *Store) outdated(ctx context.Context, q Querier, b Broadcast, now time.Time) (bool, error) {
	switch b.About {
	case "meeting":
		m, found, err := s.MeetingByID(ctx, q, b.Record)
		return !found || !m.CanceledAt.IsZero() || m.Version != b.Version || !m.StartsAt.After(now), err
	case "ballot":
		ballot, found, err := s.BallotByID(ctx, q, b.Record)
		return !found || !ballot.ClosedAt.IsZero(), err
	}
	return false, nil
}

// LockMeeting keeps a meeting from being changed, and from being locked by another, until the transaction ends, and finds it as it is.
func (s *Store) LockMeeting(ctx context.Context, q Querier, id uuid.UUID) (Meeting, bool, error) {
	if _, err := q.Exec(ctx, `select from meetings where id = $1 for no key update`, id); err != nil {
		return Meeting{}, false, wrap("locking a meeting", err)
	}
	return s.MeetingByID(ctx, q, id)
}

// Hearing is what decides what a notice about a meeting tells one phone.
type Hearing struct {
	Member bool // somebody of this phone is a member there: they are told a place for members
	SaidNo bool // to the meeting, at this moment
	Lately bool // it was sent something else about the meeting a short while ago
}

// lately is how long after one text about a meeting no reminder of it comes.
const lately = time.Hour

// HearingOf tells so of many phones. except is the broadcast that asks.
func (s *Store) HearingOf(ctx context.Context, q Querier, meeting, except uuid.UUID, phones []uuid.UUID, now time.Time) (map[uuid.UUID]Hearing, error) {
	all := map[uuid.UUID]Hearing{}
	var id uuid.UUID
	var h Hearing
	err := each(ctx, q, func() error { all[id] = h; return nil }, []any{&id, &h.Member, &h.SaidNo, &h.Lately}, `select p.id,
		exists (select from phone_people pp join memberships ms on ms.person_id = pp.person_id
			where pp.phone_id = p.id and ms.standing = 'member' and ms.assembly_id in (select assemblies_below(m.assembly_id))),
		exists (select from rsvps r where r.meeting_id = m.id and r.phone_id = p.id and r.answer = 'no'),
		exists (select from broadcasts b join outgoing o on o.broadcast_id = b.id where b.record = m.id and b.id <> $3 and o.phone_id = p.id and o.sent_at > $4)
		from unnest($2::uuid[]) as p(id) cross join meetings m where m.id = $1`, meeting, phones, except, now.Add(-lately))
	return all, wrap("looking who is told of a meeting", err)
}

// NoticeOf is the newest approved notice of a meeting, whose approval covers what follows from it; false: none was ever approved. One that was
// canceled before anybody got it covers nothing.
func (s *Store) NoticeOf(ctx context.Context, q Querier, meeting uuid.UUID) (Broadcast, bool, error) {
	found, err := list(ctx, q, "looking for the notice of a meeting", s.scanBroadcast, selectBroadcast+` where b.record = $1 and b.kind = '' and b.approved_at is not null
		and (b.state <> 'canceled' or exists (select from outgoing o where o.broadcast_id = b.id and o.state in (`+toldOf+`)))
		order by b.approved_at desc limit 1`, meeting)
	if err != nil || len(found) == 0 {
		return Broadcast{}, false, err
	}
	return found[0], true, nil
}

// toldOf are the states of texts that may have reached their phones.
const toldOf = `'sending', 'accepted', 'sent', 'delivered', 'unknown'`

// FollowUp writes a notice down that follows from an approved one about a meeting, and to whom it goes: who was sent that, or one that followed, and
// did not say no. What had not gone out yet of either is canceled: this one stands in its place, for the same phones. It goes out a minute
// from now at the soonest, so that it can be called back. Its number is 0 where there is nobody to tell.
func (s *Store) FollowUp(ctx context.Context, tx pgx.Tx, notice, b Broadcast, now time.Time) (Broadcast, int, error) {
	waiting, err := s.callBackFollowing(ctx, tx, b, now)
	if err != nil {
		return Broadcast{}, 0, err
	}
	if b, err = s.addFollowing(ctx, tx, notice, b, now); err != nil {
		return Broadcast{}, 0, err
	}
	n, err := s.addFollowers(ctx, tx, b, waiting, nil, now)
	if err != nil {
		return Broadcast{}, 0, err
	}
	if n == 0 {
		return Broadcast{}, 0, s.leaveOut(ctx, tx, b)
	}
	b, err = s.ShowBroadcast(ctx, tx, b.Assembly, b.Number)
	return b, n, err
}

// leaveOut takes back a notice that was written down in this transaction, and that nobody gets; its number is the next one's.
func (s *Store) leaveOut(ctx context.Context, tx pgx.Tx, b Broadcast) error {
	_, err := tx.Exec(ctx, `with gone as (delete from broadcasts where id = $1 returning assembly_id)
		update assemblies a set broadcasts = broadcasts - 1 from gone where a.id = gone.assembly_id`, b.ID)
	return wrap("leaving out a notice that nobody gets", err)
}

// callBackFollowing cancels what has not gone out of all notices of a meeting, and gives the phones it would have gone to. One of a meeting that
// is canceled itself need not reach whoever had heard of nothing.
func (s *Store) callBackFollowing(ctx context.Context, tx pgx.Tx, b Broadcast, now time.Time) (waiting []uuid.UUID, err error) {
	waiting, err = list(ctx, tx, "calling back what was to be told of a meeting", pgx.RowTo[uuid.UUID], `with gone as (update broadcasts set state = 'canceled', ended_at = $2
			where record = $1 and about = 'meeting' and approved_at is not null and state in ('approved', 'sending', 'paused') returning id, kind),
		rows as (update outgoing o set state = case when o.state = 'ready' then 'canceled' else o.state end, may_repeat = false,
				changed_at = case when o.state = 'ready' then $2 else changed_at end
			from gone where o.broadcast_id = gone.id and o.state in ('ready', 'sending', 'unknown') returning o.phone_id, o.state, gone.kind)
		select distinct phone_id from rows where kind in ('', 'change') and state = 'canceled'`, b.Record, now)
	if err != nil || b.Kind == FollowsCancel {
		return nil, err
	}
	return waiting, nil
}

// EndNoticesOf cancels what has not gone out of all notices of a meeting.
func (s *Store) EndNoticesOf(ctx context.Context, tx pgx.Tx, meeting uuid.UUID, now time.Time) error {
	_, err := s.callBackFollowing(ctx, tx, Broadcast{Carried: Carried{Record: meeting}}, now)
	return err
}

func (s *Store) addFollowing(ctx context.Context, tx pgx.Tx, notice, b Broadcast, now time.Time) (Broadcast, error) {
	b.ID, b.Assembly, b.Line, b.Purpose, b.HasPlace = newID(), notice.Assembly, notice.Line, notice.Purpose, notice.HasPlace && b.Kind != FollowsCancel
	if soonest := now.Add(CallBack); b.StartsAt.Before(soonest) {
		b.StartsAt = soonest
	}
	if !b.ExpiresAt.After(b.StartsAt) {
		return Broadcast{}, refuse("it is too late to tell anybody by text")
	}
	words, audience, _, err := s.sealBroadcast(b)
	if err != nil {
		return Broadcast{}, err
	}
	inside, err := s.sealInside(b)
	if err != nil {
		return Broadcast{}, err
	}
	err = tx.QueryRow(ctx, `with n as (update assemblies set broadcasts = broadcasts + 1 where id = $2 returning broadcasts)
		insert into broadcasts (id, assembly_id, line_id, number, purpose, words, audience, has_place, drafted_by, drafted_at, approved_by, approved_at, starts_at,
			expires_at, frozen_at, state, flow, about, record, version, kind, follows, inside, pin)
		select $1, $2, $3, n.broadcasts, $4, $5, $6, $7, o.drafted_by, $8, o.approved_by, $8, $9, $10, $8, 'approved', $11, 'meeting', $12, $13, $14, o.id, $15, o.pin
		from n, broadcasts o where o.id = $16 returning number`, b.ID, b.Assembly, b.Line, b.Purpose, words, audience, b.HasPlace, now, b.StartsAt, b.ExpiresAt,
		b.Flow, b.Record, b.Version, b.Kind, inside, notice.ID).Scan(&b.Number)
	return b, wrap("writing down what follows from a notice", err)
}

// voiceFrom is from how long before a meeting on a change of it, or that it is off, is told by call as well.
const voiceFrom = 4 * time.Hour

// alsoByCall tells whether a notice that is written down now is told by call too, to phones that agreed to calls: a text could be overlooked.
func alsoByCall(b Broadcast, now time.Time) bool {
	return (b.Kind == FollowsChange || b.Kind == FollowsCancel) && !now.Before(b.ExpiresAt.Add(-voiceFrom))
}

// Due is when a phone is told, at the soonest; zero: it is not.
type Due func(to Phone, own Hours, channel string) (time.Time, error)

// addFollowers writes a row for each phone that a notice is to reach which follows from another, and has none yet: who was sent one about the
// meeting, and those that are given, by text or by call as they were told that; reminders also for whoever said yes and agreed to notices. It
// gives how many phones these are.
func (s *Store) addFollowers(ctx context.Context, tx pgx.Tx, b Broadcast, more []uuid.UUID, due Due, now time.Time) (int, error) {
	type follower struct {
		phone, line uuid.UUID
		lang        string
		channel     string
		calls       bool // it agreed to calls
		at          *time.Time
	}
	first, err := s.LineByID(ctx, tx, b.Line)
	if err != nil {
		return 0, err
	}
	var all []follower
	var f follower
	var number []byte
	var own Hours
	phones := 0
	add := func() error {
		one := f
		one.lang, _ = b.wordsFor(f.lang, first.Languages)
		if due != nil {
			to, err := s.Keys.Open(phoneNumber, f.phone, number)
			if err != nil {
				return err
			}
			at, err := due(Phone(to), own, f.channel)
			if err != nil || at.IsZero() {
				return err
			}
			one.at = &at
		}
		phones++
		if all = append(all, one); one.channel == ByText && one.calls && alsoByCall(b, now) {
			one.channel = ByVoice
			all = append(all, one)
		}
		return nil
	}
	err = each(ctx, tx, add, []any{&f.phone, &f.line, &f.channel, &f.calls, &f.lang, &number, &own.Chosen, &own.From, &own.Until}, followers, b.Record, b.ID, b.Line, more, b.Kind.Reminds())
	if err != nil {
		return 0, wrap("looking whom a notice reaches that follows from another", err)
	}
	var place int
	if err := tx.QueryRow(ctx, `select coalesce(max(place) + 1, 0) from outgoing where broadcast_id = $1`, b.ID).Scan(&place); err != nil {
		return 0, wrap("writing down whom a notice reaches", err)
	}
	row := func(i int) ([]any, error) {
		f := all[i]
		return []any{randomID(), b.Assembly, f.line, f.phone, f.channel, b.Purpose, b.ExpiresAt, b.HasPlace, b.ID, place + i, f.lang, now, now, f.channel == ByText, f.at}, nil
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"outgoing"}, []string{"id", "assembly_id", "line_id", "phone_id", "channel", "purpose", "expires_at", "has_place",
		"broadcast_id", "place", "lang", "at", "changed_at", "may_repeat", "not_before"}, pgx.CopyFromSlice(len(all), row))
	return phones, wrap("writing down whom a notice reaches", err)
}

// followers is over: $1 the meeting, $2 the notice, $3 its line, $4 phones besides, $5 whether whoever said yes is among them.
const followers = `with told as (
		select distinct on (o.phone_id) o.phone_id, o.line_id, o.channel from outgoing o join broadcasts b on b.id = o.broadcast_id
		where b.record = $1 and b.kind in ('', 'change') and (o.state in (` + toldOf + `) or o.phone_id = any($4)) order by o.phone_id, o.at desc, o.channel),
	yes as (select r.phone_id, coalesce(c.line_id, $3) as line_id, 'text' as channel from rsvps r cross join lateral (select c.given, c.line_id from consent c
			where c.phone_id = r.phone_id and c.purpose = 'notices' and c.channel in ('all', 'text') order by c.seq desc limit 1) c
		where $5 and r.meeting_id = $1 and r.answer = 'yes' and c.given)
	select p.id, t.line_id, t.channel, coalesce((select c.given from consent c where c.phone_id = p.id and c.purpose = 'notices' and c.channel in ('all', 'voice')
		order by c.seq desc limit 1), false), coalesce(p.lang, ''), p.sealed, p.hours_from is not null, coalesce(p.hours_from, 0), coalesce(p.hours_until, 0)
	from (select * from told union all select * from yes where phone_id not in (select phone_id from told)) t join phones p on p.id = t.phone_id
	where not exists (select from rsvps r where r.meeting_id = $1 and r.phone_id = p.id and r.answer = 'no')
	and not exists (select from outgoing o where o.broadcast_id = $2 and o.phone_id = p.id)
	order by p.id`

// Remind adds to a reminder whoever it is to reach by now, each at their own time. Where there is no such reminder yet it is begun, by the approval
// of the notice, if it reaches anybody. It gives how many were added.
func (s *Store) Remind(ctx context.Context, tx pgx.Tx, notice, b Broadcast, due Due, now time.Time) (int, error) {
	found, err := list(ctx, tx, "looking for a reminder", s.scanBroadcast, selectBroadcast+` where b.record = $1 and b.version = $2 and b.kind = $3
		for update of b`, b.Record, b.Version, b.Kind)
	switch {
	case err != nil:
		return 0, err
	case len(found) == 0:
		if b, err = s.addFollowing(ctx, tx, notice, b, now); err != nil {
			return 0, err
		}
	default:
		b = found[0]
	}
	if b.State == BroadcastPaused || b.State == BroadcastCanceled { // by somebody
		return 0, nil
	}
	n, err := s.addFollowers(ctx, tx, b, nil, due, now)
	if err == nil && n == 0 && len(found) == 0 {
		return 0, s.leaveOut(ctx, tx, b)
	}
	if err == nil && n > 0 && b.State == BroadcastDone {
		_, err = tx.Exec(ctx, `update broadcasts set state = 'sending', ended_at = null where id = $1 and state = 'done'`, b.ID)
	}
	return n, wrap("going on with a reminder", err)
}

// MeetingsToRemind are the meetings that begin between then and then, stand, and have an approved notice.
func (s *Store) MeetingsToRemind(ctx context.Context, q Querier, from, until time.Time) ([]Meeting, error) {
	return s.meetings(ctx, q, ` where m.starts_at > $1 and m.starts_at <= $2 and m.canceled_at is null
		and exists (select from broadcasts b where b.record = m.id and b.kind = '' and b.approved_at is not null)`, from, until)
}

// FollowingOf lists what followed from a notice, in order.
func (s *Store) FollowingOf(ctx context.Context, q Querier, notice uuid.UUID) ([]Broadcast, error) {
	all, err := list(ctx, q, "listing what followed from a notice", s.scanBroadcast, selectBroadcast+` where b.follows = $1`, notice)
	slices.SortFunc(all, func(a, b Broadcast) int { return a.Number - b.Number })
	return all, err
}
