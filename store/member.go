package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Standing is how a person stands to an assembly. Reporting and answering an invitation need none: strangers with a flyer must be
// able to come to a first meeting.
type Standing string

const (
	Listed       Standing = "listed" // gets public notices
	StandsMember Standing = "member" // vouched for: is on rolls, hears places marked for members
)

// Member is a person as an assembly knows them, listed or member. No number is among it: `member reveal` is the one thing that will
// show one, and says so in the journal.
type Member struct {
	ID        uuid.UUID // of the person
	In        uuid.UUID // the assembly …
	Assembly  string    // … and its name
	Name      string    // NoName where they gave none
	Standing  Standing
	Languages []string // those that their phones chose
	Since     time.Time
	Texts     bool // agreed to notices by text, and has not taken it back
	Calls     bool // the same by voice
	Phones    int  // that reach them; none after "wrong number" or FORGET on a shared one
}

// agreed is whether some phone of person p has as its last word on notices by a channel a yes, and has not stopped that channel.
const agreed = `exists (select from phone_people pp where pp.person_id = p.id
	and coalesce((select given from consent c where c.phone_id = pp.phone_id and c.purpose = 'notices' and c.channel in ('all', '%[1]s') order by seq desc limit 1), false)
	and coalesce((select given from consent c where c.phone_id = pp.phone_id and c.purpose = 'all' and c.channel in ('all', '%[1]s') order by seq desc limit 1), true))`

// Members lists the people of an assembly and of those below it, as they joined.
func (s *Store) Members(ctx context.Context, q Querier, assembly uuid.UUID) ([]Member, error) {
	scan := func(r pgx.CollectableRow) (m Member, err error) {
		var name []byte
		if err := r.Scan(&m.ID, &m.In, &m.Assembly, &name, &m.Standing, &m.Since, &m.Languages, &m.Texts, &m.Calls, &m.Phones); err != nil {
			return Member{}, err
		}
		m.Name, err = s.openName(m.ID, name)
		return m, err
	}
	return list(ctx, q, "listing members", scan, `select p.id, a.id, a.name, p.name, ms.standing, ms.since,
			array(select distinct ph.lang from phone_people pp join phones ph on ph.id = pp.phone_id where pp.person_id = p.id and ph.lang <> '' order by 1),
			`+fmt.Sprintf(agreed, ByText)+`, `+fmt.Sprintf(agreed, ByVoice)+`,
			(select count(*) from phone_people pp where pp.person_id = p.id)
		from memberships ms join people p on p.id = ms.person_id join assemblies a on a.id = ms.assembly_id
		where ms.assembly_id in (select assemblies_below($1)) order by a.name, ms.since, p.id`, assembly)
}

// FindMember finds a person of an assembly, or of one below it, by name or by the beginning of their id. Names are sealed, so it
// opens them all; that is quick enough for a person who waits, and not for a turn.
func (s *Store) FindMember(ctx context.Context, q Querier, assembly uuid.UUID, who string) (Member, error) {
	all, err := s.Members(ctx, q, assembly)
	if err != nil {
		return Member{}, err
	}
	var found []Member
	for _, m := range all {
		if !sameName(m.Name, who) && (len(who) < 8 || !strings.HasPrefix(m.ID.String(), strings.ToLower(who))) {
			continue
		}
		switch i := slices.IndexFunc(found, func(f Member) bool { return f.ID == m.ID }); {
		case i < 0:
			found = append(found, m)
		case m.In == assembly: // one person, in several assemblies: here first
			found[i] = m
		}
	}
	switch len(found) {
	case 0:
		return Member{}, refuse("nobody here is called %q", who)
	case 1:
		return found[0], nil
	}
	var which []string
	for _, m := range found {
		which = append(which, fmt.Sprintf("%s (%s, %s since %s)", m.ID, m.Assembly, m.Standing, m.Since.Format(time.DateOnly)))
	}
	return Member{}, refuse("several people are called %q; say which by their id: %s", who, strings.Join(which, "; "))
}

// RemoveMember takes a person out of an assembly. Rolls and votes of the past stay as they are; where there are none, and the person
// belongs nowhere else, nothing of them stays but the phone.
func (s *Store) RemoveMember(ctx context.Context, q Querier, assembly, person uuid.UUID) error {
	tag, err := q.Exec(ctx, `delete from memberships where person_id = $1 and assembly_id in (select assemblies_below($2))`, person, assembly)
	if err == nil && tag.RowsAffected() == 0 {
		return refuse("this person does not belong to the assembly")
	}
	if err == nil {
		_, err = q.Exec(ctx, `delete from vouches where person_id = $1 and assembly_id in (select assemblies_below($2))`, person, assembly)
	}
	if err == nil {
		_, err = q.Exec(ctx, `delete from people where id = $1
			and not exists (select from memberships where person_id = $1) and not exists (select from ballot_roll where person_id = $1)
			and not exists (select from organizers where person_id = $1)`, person)
	}
	return wrap("removing a member", err)
}

// Vouching is somebody's word that a listed person is who they say and belongs here.
type Vouching struct {
	Assembly    uuid.UUID
	Person      uuid.UUID
	ByOrganizer uuid.UUID // one is enough …
	ByMember    uuid.UUID // … or two of these; exactly one of both fields is set
	At          time.Time
}

// Vouched is what came of it.
type Vouched string

const (
	VouchedMember  Vouched = "member"   // they are a member now
	VouchedOneMore Vouched = "one_more" // another member has to vouch too
	VouchedAlready Vouched = "already"  // they are a member, or this member has vouched before
)

// Vouch writes down that somebody vouches for a listed person. The person's membership is locked, so that of two members who vouch at
// the same moment one is the second.
func (s *Store) Vouch(ctx context.Context, q Querier, v Vouching) (Vouched, error) {
	var standing Standing
	found, err := one(ctx, q, `select standing from memberships where person_id = $1 and assembly_id = $2 for update`,
		[]any{v.Person, v.Assembly}, &standing)
	switch {
	case err != nil:
		return "", fmt.Errorf("vouching: %w", err)
	case !found:
		return "", refuse("this person is not listed in that assembly")
	case standing == StandsMember:
		return VouchedAlready, nil
	case v.ByMember == v.Person:
		return "", refuse("nobody vouches for themselves")
	}
	tag, err := q.Exec(ctx, `insert into vouches (id, assembly_id, person_id, by_organizer, by_person, at)
		select $1, $2, $3, $4, $5, $6 where
			exists (select from organizers where id = $4 and removed_at is null and assembly_id in (select assemblies_above($2))) or
			exists (select from memberships where person_id = $5 and standing = 'member' and assembly_id in (select assemblies_below($2)))
		on conflict (person_id, assembly_id, by_person) do nothing`,
		newID(), v.Assembly, v.Person, nullable(v.ByOrganizer), nullable(v.ByMember), v.At)
	if err != nil {
		return "", fmt.Errorf("vouching: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return s.vouchedInVain(ctx, q, v)
	}
	tag, err = q.Exec(ctx, `update memberships set standing = 'member', how = 'vouched', since = $3 where person_id = $1 and assembly_id = $2
		and (select count(by_organizer) > 0 or count(by_person) > 1 from vouches where person_id = $1 and assembly_id = $2)`,
		v.Person, v.Assembly, v.At)
	switch {
	case err != nil:
		return "", fmt.Errorf("vouching: %w", err)
	case tag.RowsAffected() == 0:
		return VouchedOneMore, nil
	}
	return VouchedMember, nil
}

// vouchedInVain tells a member who vouched twice from somebody who may not vouch.
func (s *Store) vouchedInVain(ctx context.Context, q Querier, v Vouching) (Vouched, error) {
	var before bool
	err := q.QueryRow(ctx, `select exists (select from vouches where person_id = $1 and assembly_id = $2 and by_person = $3)`,
		v.Person, v.Assembly, nullable(v.ByMember)).Scan(&before)
	switch {
	case err != nil:
		return "", fmt.Errorf("vouching: %w", err)
	case before:
		return VouchedAlready, nil
	}
	return "", refuse("only an organizer of the assembly, or of one above it, and its members can vouch")
}
