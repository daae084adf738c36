package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// PlaceFor says who is told where a meeting is.
type PlaceFor string

const (
	PlaceForEveryone PlaceFor = "everyone"
	PlaceForMembers  PlaceFor = "members"    // of the meeting's assembly and those below it
	PlaceOnTheDay    PlaceFor = "on the day" // in the assembly's zone
)

// Meeting is an invitation to an assembly. Organizers call it by its number.
//
// Anyone may answer it, without joining and without a name, so an answer belongs to a phone, and heads are counted by phone. Where it
// is can be dangerous to know: the place is sealed, and is told only to whom it is for. A meeting is never deleted while answers to
// it stand, so that those who said they would come can be told of a change. Its version is counted up by every change, so that an
// answer to what somebody heard before it does not count for what they have not heard.
type Meeting struct {
	ID         uuid.UUID
	Assembly   uuid.UUID
	Number     int // 1, 2, 3 … in its assembly
	StartsAt   time.Time
	Place      Words // nil where whoever asks is not told it
	PlaceFor   PlaceFor
	CanceledAt time.Time // zero: it stands
	ChangedAt  time.Time // when its time or place changed last; zero: never
	Version    int       // from 0
	Quorum     Quorum
	Mine       string   // ComingMeetings: what this phone answered, "yes", "no" or "" …
	MyNeeds    Needs    // … and what it asked for
	Yes, No    int      // Meetings, ShowMeeting: how many phones said so
	Asked      AskedFor // the same: what those who come asked for
}

// NewMeeting is what organizers decide about a meeting.
type NewMeeting struct {
	Assembly uuid.UUID
	StartsAt time.Time
	Place    Words
	PlaceFor PlaceFor // empty: everyone
	Quorum   *Quorum  // nil: as at the assembly's meeting before
}

const meetingPlace = "meetings.place"

// AddMeeting publishes a meeting.
func (s *Store) AddMeeting(ctx context.Context, q Querier, n NewMeeting) (Meeting, error) {
	if n.PlaceFor == "" {
		n.PlaceFor = PlaceForEveryone
	}
	m := Meeting{ID: newID(), Assembly: n.Assembly, StartsAt: n.StartsAt, Place: n.Place, PlaceFor: n.PlaceFor}
	sealed, err := s.sealPlace(m)
	if err != nil {
		return Meeting{}, err
	}
	if n.Quorum != nil {
		m.Quorum = *n.Quorum
	}
	if err := m.Quorum.check(); err != nil {
		return Meeting{}, err
	}
	err = q.QueryRow(ctx, `with n as (update assemblies set meetings = meetings + 1 where id = $2 returning meetings),
		before as (select quorum_heads, quorum_percent from meetings where assembly_id = $2 and $8 order by number desc limit 1)
		insert into meetings (id, assembly_id, number, starts_at, place, place_for, quorum_heads, quorum_percent)
		select $1, $2, n.meetings, $3, $4, $5, coalesce($6, b.quorum_heads), coalesce($7, b.quorum_percent) from n left join before b on true
		returning number, coalesce(quorum_heads, 0), coalesce(quorum_percent, 0)`, m.ID, m.Assembly, m.StartsAt, sealed, m.PlaceFor,
		nullInt(m.Quorum.Heads), nullInt(m.Quorum.Percent), n.Quorum == nil).Scan(&m.Number, &m.Quorum.Heads, &m.Quorum.Percent)
	return m, wrap("adding a meeting", err)
}

// sealPlace checks what organizers chose and seals the place. That the time lies ahead is not asked: a meeting that has begun can
// still be moved to where people really are.
func (s *Store) sealPlace(m Meeting) ([]byte, error) {
	if err := m.Place.check("the place", LongestPlace); err != nil {
		return nil, err
	}
	switch m.PlaceFor {
	case PlaceForEveryone, PlaceForMembers, PlaceOnTheDay:
	default:
		return nil, refuse("a place is for %q, for %q or told %q, not %q", PlaceForEveryone, PlaceForMembers, PlaceOnTheDay, m.PlaceFor)
	}
	if m.StartsAt.IsZero() {
		return nil, refuse("a meeting needs a time")
	}
	return s.sealJSON(meetingPlace, m.ID, m.Place)
}

// MeetingChange is what may change of a meeting; what is zero stays.
type MeetingChange struct {
	StartsAt time.Time
	Place    Words
	PlaceFor PlaceFor
	Quorum   *Quorum
}

// ChangeMeeting moves a meeting, in time or place, or changes its quorum. Who is answering it meanwhile hears of a move first.
func (s *Store) ChangeMeeting(ctx context.Context, q Querier, assembly uuid.UUID, number int, c MeetingChange, now time.Time) (Meeting, error) {
	m, err := s.ShowMeeting(ctx, q, assembly, number)
	if err != nil {
		return Meeting{}, err
	}
	if !m.CanceledAt.IsZero() {
		return Meeting{}, refuse("meeting %d is canceled; add another one", number)
	}
	if !c.StartsAt.IsZero() {
		m.StartsAt = c.StartsAt
	}
	if len(c.Place) > 0 {
		m.Place = c.Place
	}
	if c.PlaceFor != "" {
		m.PlaceFor = c.PlaceFor
	}
	if c.Quorum != nil {
		m.Quorum = *c.Quorum
	}
	if err := m.Quorum.check(); err != nil {
		return Meeting{}, err
	}
	sealed, err := s.sealPlace(m)
	if err != nil {
		return Meeting{}, err
	}
	moved := !c.StartsAt.IsZero() || len(c.Place) > 0 || c.PlaceFor != ""
	if moved {
		m.ChangedAt = now
	}
	err = q.QueryRow(ctx, `update meetings set starts_at = $2, place = $3, place_for = $4, changed_at = $5, version = version + $6::boolean::int,
		quorum_heads = $7, quorum_percent = $8 where id = $1 returning version`,
		m.ID, m.StartsAt, sealed, m.PlaceFor, nullTime(m.ChangedAt), moved, nullInt(m.Quorum.Heads), nullInt(m.Quorum.Percent)).Scan(&m.Version)
	return m, wrap("changing a meeting", err)
}

// CancelMeeting cancels one. Answers to it stay, so that those who would come can be told.
func (s *Store) CancelMeeting(ctx context.Context, q Querier, assembly uuid.UUID, number int, now time.Time) (Meeting, error) {
	m, err := s.ShowMeeting(ctx, q, assembly, number)
	if err != nil {
		return Meeting{}, err
	}
	tag, err := q.Exec(ctx, `update meetings set canceled_at = $2 where id = $1 and canceled_at is null`, m.ID, now)
	if err != nil {
		return Meeting{}, fmt.Errorf("canceling a meeting: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return Meeting{}, refuse("meeting %d is canceled already", number)
	}
	m.CanceledAt = now
	return m, nil
}

const selectMeeting = `select m.id, m.assembly_id, m.number, m.starts_at, m.place, m.place_for, m.canceled_at, m.changed_at, m.version,
	coalesce(m.quorum_heads, 0), coalesce(m.quorum_percent, 0), r.*
	from meetings m cross join lateral (select count(*) filter (where r.answer = 'yes'), count(*) filter (where r.answer = 'no'),
		coalesce(sum(r.others) filter (where r.answer = 'yes'), 0), count(*) filter (where r.answer = 'yes' and r.ride),
		count(*) filter (where r.answer = 'yes' and r.interpreter), count(*) filter (where r.answer = 'yes' and r.children > 0),
		coalesce(sum(r.children) filter (where r.answer = 'yes'), 0), count(*) filter (where r.answer = 'yes' and r.other)
		from rsvps r where r.meeting_id = m.id) r`

// Meetings lists an assembly's meetings, newest first, with head counts.
func (s *Store) Meetings(ctx context.Context, q Querier, assembly uuid.UUID) ([]Meeting, error) {
	return s.meetings(ctx, q, ` where m.assembly_id = $1 order by m.starts_at desc, m.number desc`, assembly)
}

// ShowMeeting finds one by its number, with head counts.
func (s *Store) ShowMeeting(ctx context.Context, q Querier, assembly uuid.UUID, number int) (Meeting, error) {
	found, err := s.meetings(ctx, q, ` where m.assembly_id = $1 and m.number = $2`, assembly, number)
	if err != nil {
		return Meeting{}, err
	}
	if len(found) == 0 {
		return Meeting{}, refuse("there is no meeting %d", number)
	}
	return found[0], nil
}

func (s *Store) meetings(ctx context.Context, q Querier, where string, args ...any) ([]Meeting, error) {
	scan := func(r pgx.CollectableRow) (m Meeting, err error) {
		var sealed []byte
		var canceled, changed *time.Time
		err = r.Scan(&m.ID, &m.Assembly, &m.Number, &m.StartsAt, &sealed, &m.PlaceFor, &canceled, &changed, &m.Version,
			&m.Quorum.Heads, &m.Quorum.Percent, &m.Yes, &m.No,
			&m.Asked.Others, &m.Asked.Rides, &m.Asked.Interpreters, &m.Asked.ChildCare, &m.Asked.Children, &m.Asked.SomethingElse)
		if err != nil {
			return Meeting{}, err
		}
		m.CanceledAt, m.ChangedAt = timeOf(canceled), timeOf(changed)
		return m, s.openJSON(meetingPlace, m.ID, sealed, &m.Place)
	}
	return list(ctx, q, "looking for meetings", scan, selectMeeting+where, args...)
}

// Coming asks for the meetings ahead.
type Coming struct {
	Assemblies []uuid.UUID
	Phone      uuid.NullUUID // not valid: withheld, and told only what everyone is told
	Now        time.Time
}

// CanceledFor is when the next meeting would have begun to which this phone had said yes, and which was canceled; false: there is none.
func (s *Store) CanceledFor(ctx context.Context, q Querier, c Coming) (at time.Time, was bool, err error) {
	was, err = one(ctx, q, `select m.starts_at from meetings m join rsvps r on r.meeting_id = m.id
		where m.assembly_id = any($1) and r.phone_id = $2 and r.answer = 'yes' and m.canceled_at is not null and m.starts_at > $3
		order by m.starts_at limit 1`, []any{c.Assemblies, c.Phone, c.Now}, &at)
	return at, was, wrap("looking for a canceled meeting", err)
}

// ComingMeetings lists the meetings that have not begun, soonest first, as this phone may hear of them.
func (s *Store) ComingMeetings(ctx context.Context, q Querier, c Coming) ([]Meeting, error) {
	scan := func(r pgx.CollectableRow) (m Meeting, err error) {
		var sealed []byte
		var told bool
		n := &m.MyNeeds
		err = r.Scan(&m.ID, &m.Assembly, &m.Number, &m.StartsAt, &sealed, &m.PlaceFor, &m.Version, &m.Mine,
			&n.Others, &n.Children, &n.Ride, &n.Interpreter, &n.Other, &told)
		if err != nil || !told {
			return m, err
		}
		return m, s.openJSON(meetingPlace, m.ID, sealed, &m.Place)
	}
	return list(ctx, q, "looking for meetings ahead", scan, `select m.id, m.assembly_id, m.number, m.starts_at, m.place, m.place_for, m.version, coalesce(r.answer, ''),
			coalesce(r.others, 0), coalesce(r.children, 0), coalesce(r.ride, false), coalesce(r.interpreter, false), coalesce(r.other, false),
			m.place_for = 'everyone'
			or m.place_for = 'on the day' and (m.starts_at at time zone a.zone)::date = ($3::timestamptz at time zone a.zone)::date
			or m.place_for = 'members' and exists (
				select from phone_people pp join memberships ms on ms.person_id = pp.person_id
				where pp.phone_id = $2 and ms.standing = 'member' and ms.assembly_id in (select assemblies_below(m.assembly_id)))
		from meetings m join assemblies a on a.id = m.assembly_id left join rsvps r on r.meeting_id = m.id and r.phone_id = $2
		where m.assembly_id = any($1) and m.starts_at > $3 and m.canceled_at is null order by m.starts_at, m.id`,
		c.Assemblies, c.Phone, c.Now)
}
