package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Attendance is who is at a meeting, as far as they said so or were entered. It is counted by heads: a member once, with whatever
// phone; a phone of nobody we know as one guest; a phone that several members share as as many of them as it says.
type Attendance struct {
	Heads     int       // all
	Members   int       // of them
	OnPaper   int       // of all: entered by organizers, since they have no phone at hand
	Needed    int       // members, so that the meeting may decide; 0: no quorum was set
	ReachedAt time.Time // when that many were there; zero: not yet
}

// CheckIn is a code that somebody sent or keyed.
type CheckIn struct {
	Line    Line
	Phone   uuid.UUID
	Code    string
	Share   int // where several members have this phone: how many of them are there; 0: not said
	Now     time.Time
	Channel string // ByVoice: wrong codes keyed on calls are counted apart, since anybody can show any number
}

// CheckedIn is what came of it.
type CheckedIn string

const (
	CheckedInNow     CheckedIn = "counted"
	CheckedInAlready CheckedIn = "already"
	CheckedInShared  CheckedIn = "shared" // several members have this phone, and Share is not said; nobody was counted
	CheckInUnknown   CheckedIn = "unknown"
	CheckInTooMany   CheckedIn = "too_many" // wrong codes; this one was not looked at
	CheckInEarly     CheckedIn = "early"
	CheckInOver      CheckedIn = "over" // or canceled
)

// CheckIn counts who sent the code of a meeting's door. It gives the meeting's id and, of one that is early, from when the code counts.
func (s *Store) CheckIn(ctx context.Context, q Querier, c CheckIn) (came CheckedIn, meeting uuid.UUID, opens time.Time, err error) {
	d, err := s.knock(ctx, q, c)
	switch {
	case err != nil:
		return "", uuid.Nil, time.Time{}, err
	case d.tooMany:
		return CheckInTooMany, uuid.Nil, time.Time{}, nil
	case !d.found:
		return CheckInUnknown, uuid.Nil, time.Time{}, nil
	case d.canceled || c.Now.After(d.startsAt.Add(DoorCloses)):
		return CheckInOver, uuid.Nil, time.Time{}, nil
	case c.Now.Before(d.startsAt.Add(-DoorOpens)):
		return CheckInEarly, uuid.Nil, d.startsAt.Add(-DoorOpens), nil
	case len(d.people) > 1 && c.Share < 1:
		return CheckedInShared, d.meeting, time.Time{}, nil
	}
	added := false
	switch len(d.people) {
	case 0:
		added, err = s.present(ctx, q, d.meeting, presence{phone: c.Phone, kind: "guest", heads: 1, at: c.Now})
	case 1:
		added, err = s.present(ctx, q, d.meeting, presence{phone: c.Phone, person: d.people[0], kind: "member", heads: 1, at: c.Now})
	default:
		added, err = s.presentTogether(ctx, q, d, c)
	}
	if err != nil {
		return "", uuid.Nil, time.Time{}, err
	}
	if !added {
		return CheckedInAlready, d.meeting, time.Time{}, nil
	}
	return CheckedInNow, d.meeting, time.Time{}, nil
}

// presence is one row of who is there.
type presence struct {
	phone, person uuid.UUID
	kind          string // member, shared, guest, others, paper
	heads         int
	by            string // of paper: the organizer
	at            time.Time
}

// counting notes how many members there are when the first person comes: a share of them is what a quorum may be. $1 is the meeting.
const counting = `roll as (update meetings m set members = (select count(distinct ms.person_id) from memberships ms
	where ms.standing = 'member' and ms.assembly_id in (select assemblies_below(m.assembly_id))) where m.id = $1 and m.members is null)`

// present counts heads that were not counted. It tells false where they were.
func (s *Store) present(ctx context.Context, q Querier, meeting uuid.UUID, p presence) (bool, error) {
	tag, err := q.Exec(ctx, `with `+counting+` insert into attendance (id, assembly_id, meeting_id, phone_id, person_id, kind, heads, entered_by, at)
		select $2, m.assembly_id, m.id, $3, $4, $5, $6, nullif($7, ''), $8 from meetings m where m.id = $1 on conflict do nothing`,
		meeting, uuid.New(), nullable(p.phone), nullable(p.person), p.kind, p.heads, p.by, p.at)
	if err != nil {
		return false, fmt.Errorf("counting who is there: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// presentTogether counts members who share a phone: at most as many as have it, and were not counted with a phone of their own.
func (s *Store) presentTogether(ctx context.Context, q Querier, d atDoor, c CheckIn) (bool, error) {
	var already int
	err := q.QueryRow(ctx, `select count(*) from attendance where meeting_id = $1 and kind = 'member' and person_id = any($2)`,
		d.meeting, d.people).Scan(&already)
	if err != nil {
		return false, fmt.Errorf("counting who is there: %w", err)
	}
	heads := min(c.Share, len(d.people)-already)
	if heads < 1 {
		return false, nil
	}
	return s.present(ctx, q, d.meeting, presence{phone: c.Phone, kind: "shared", heads: heads, at: c.Now})
}

// Bring counts people who came with whoever has checked in by a phone, and have none of their own. The number takes the place of the one
// before. It tells false where that phone was not counted at a meeting that is on.
func (s *Store) Bring(ctx context.Context, q Querier, meeting, phone uuid.UUID, heads int, now time.Time) (bool, error) {
	if heads < 1 || heads > MostAlong {
		return false, fmt.Errorf("counting who came along: %d are not from 1 to %d", heads, MostAlong)
	}
	tag, err := q.Exec(ctx, `insert into attendance (id, assembly_id, meeting_id, phone_id, kind, heads, at)
		select $1, m.assembly_id, m.id, $3, 'others', $4, $5 from meetings m
		where m.id = $2 and m.canceled_at is null and m.starts_at > $6
			and exists (select from attendance t where t.meeting_id = m.id
				and (t.phone_id = $3 or t.person_id in (select person_id from phone_people where phone_id = $3)))
		on conflict (meeting_id, phone_id, kind) where kind in ('shared', 'guest', 'others') do update set heads = excluded.heads`,
		uuid.New(), meeting, phone, heads, now, now.Add(-DoorCloses))
	return err == nil && tag.RowsAffected() == 1, wrap("counting who came along", err)
}

// EnterPresent writes down how many without a phone at hand an organizer has counted, in place of what they entered before; 0 takes it
// back. Who enters at another door counts on their own.
func (s *Store) EnterPresent(ctx context.Context, q Querier, m Meeting, organizer string, heads int, now time.Time) error {
	if heads < 0 || heads > mostHeads {
		return refuse("how many are there without a phone? From 0 to %d", mostHeads)
	}
	if err := m.mayBeEntered(now); err != nil {
		return err
	}
	_, err := q.Exec(ctx, `delete from attendance where meeting_id = $1 and kind = 'paper' and entered_by = $2`, m.ID, organizer)
	if err == nil && heads > 0 {
		_, err = s.present(ctx, q, m.ID, presence{kind: "paper", heads: heads, by: organizer, at: now})
	}
	return wrap("entering who is there", err)
}

// EnterMember counts a member who has no phone at hand. It tells false where they were counted.
func (s *Store) EnterMember(ctx context.Context, q Querier, m Meeting, organizer string, who Member, now time.Time) (bool, error) {
	if who.Standing != StandsMember {
		return false, refuse("%s is listed, and no member: count them with --count", who.Name)
	}
	if err := m.mayBeEntered(now); err != nil {
		return false, err
	}
	return s.present(ctx, q, m.ID, presence{person: who.ID, kind: "member", heads: 1, by: organizer, at: now})
}

// mayBeEntered refuses to count people before they can be there.
func (m Meeting) mayBeEntered(now time.Time) error {
	switch {
	case !m.CanceledAt.IsZero():
		return refuse("meeting %d is canceled", m.Number)
	case now.Before(m.StartsAt.Add(-DoorOpens)):
		return refuse("nobody is at meeting %d yet: it can be entered from two hours before it begins", m.Number)
	}
	return nil
}

// Attended counts who is or was at a meeting.
func (s *Store) Attended(ctx context.Context, q Querier, m Meeting) (a Attendance, err error) {
	var roll int
	err = q.QueryRow(ctx, `select coalesce(m.members, (select count(distinct ms.person_id) from memberships ms
		where ms.standing = 'member' and ms.assembly_id in (select assemblies_below(m.assembly_id)))) from meetings m where m.id = $1`, m.ID).Scan(&roll)
	if err != nil {
		return a, fmt.Errorf("counting members: %w", err)
	}
	a.Needed = m.Quorum.Of(roll)
	type row struct {
		kind  string
		heads int
		paper bool
		at    time.Time
	}
	scan := func(r pgx.CollectableRow) (one row, err error) {
		return one, r.Scan(&one.kind, &one.heads, &one.paper, &one.at)
	}
	rows, err := list(ctx, q, "counting who is there", scan,
		`select kind, heads, entered_by is not null, at from attendance where meeting_id = $1 order by at, id`, m.ID)
	for _, r := range rows {
		a.Heads += r.heads
		if r.paper {
			a.OnPaper += r.heads
		}
		if r.kind == "member" || r.kind == "shared" {
			a.Members += r.heads
		}
		if a.Needed > 0 && a.Members >= a.Needed && a.ReachedAt.IsZero() {
			a.ReachedAt = r.at
		}
	}
	return a, err
}
