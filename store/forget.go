package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Forgetting is what FORGET would do with a phone, or has done.
type Forgetting string

const (
	ForgetAlone     Forgetting = "alone"     // the number, and whoever has it: they have no other phone
	ForgetOneOf     Forgetting = "one_of"    // the number alone: whoever has it has another phone here
	ForgetShared    Forgetting = "shared"    // the number alone: several people have it, and it cannot be known who asks
	ForgetOnDuty    Forgetting = "on_duty"   // nothing: it is rung for callers, until an organizer takes it off
	ForgetOrganizer Forgetting = "organizer" // nothing: it is an organizer's, who is removed first
	ForgetNobody    Forgetting = "nobody"    // nothing: there is no such phone
)

// holders is who has a phone, and what keeps it from being forgotten.
type holders struct {
	number    []byte // sealed
	people    []uuid.UUID
	elsewhere bool // one of them has another phone too
	onDuty    bool
	organizer bool
}

func (h holders) forgetting() Forgetting {
	switch {
	case h.onDuty:
		return ForgetOnDuty
	case h.organizer:
		return ForgetOrganizer
	case len(h.people) > 1:
		return ForgetShared
	case h.elsewhere:
		return ForgetOneOf
	}
	return ForgetAlone
}

// holders locks a phone: nobody is put on it, or on duty with it, until the transaction ends.
func (s *Store) holders(ctx context.Context, q Querier, phone uuid.UUID, now time.Time) (h holders, found bool, err error) {
	found, err = one(ctx, q, `select sealed from phones where id = $1 for update`, []any{phone}, &h.number)
	if err != nil || !found {
		return h, found, err
	}
	err = q.QueryRow(ctx, `select array(select person_id from phone_people where phone_id = $1),
		exists (select from phone_people a join phone_people b on b.person_id = a.person_id where a.phone_id = $1 and b.phone_id <> $1),
		exists (select from duty where phone_id = $1 and off_at is null and (until is null or until > $2)),
		exists (select from phone_people pp join organizers o on o.person_id = pp.person_id where pp.phone_id = $1 and o.removed_at is null)`,
		phone, now).Scan(&h.people, &h.elsewhere, &h.onDuty, &h.organizer)
	return h, true, err
}

// WouldForget tells what Forget would do.
func (s *Store) WouldForget(ctx context.Context, q Querier, phone uuid.UUID, now time.Time) (Forgetting, error) {
	h, found, err := s.holders(ctx, q, phone, now)
	switch {
	case err != nil:
		return "", fmt.Errorf("looking what is known of a phone: %w", err)
	case !found:
		return ForgetNobody, nil
	}
	return h.forgetting(), nil
}

// Forget erases a phone: the number, its answers to invitations, its talks, and what it agreed to. Whoever has no other phone, and
// shares this one with nobody, is erased with it: name, membership, vouches. On the rolls of ballots somebody without a name stands in
// their place, so that what was counted stays. Their reports stay, and lead to nobody. What the phone has said no to, as its last word, is
// kept as digests (do_not_contact). present is the call in which it was asked for, which goes on as that of a withheld number;
// uuid.Nil: none. q is a transaction.
func (s *Store) Forget(ctx context.Context, q Querier, phone, present uuid.UUID, now time.Time) (Forgetting, error) {
	h, found, err := s.holders(ctx, q, phone, now)
	switch {
	case err != nil:
		return "", fmt.Errorf("forgetting a phone: %w", err)
	case !found:
		return ForgetNobody, nil
	case h.onDuty || h.organizer:
		return h.forgetting(), nil
	}
	if h.forgetting() == ForgetAlone {
		for _, person := range h.people {
			if err := s.erasePerson(ctx, q, person); err != nil {
				return "", fmt.Errorf("forgetting a person: %w", err)
			}
		}
	}
	if _, err := q.Exec(ctx, `update conversations set phone_id = null where id = $1 and call is not null`, present); err != nil {
		return "", fmt.Errorf("forgetting a phone: %w", err)
	}
	return h.forgetting(), s.erasePhone(ctx, q, phone, h.number, now)
}

// erasePerson erases everything about a person. A ballot's roll and its votes go on with somebody who has no name.
func (s *Store) erasePerson(ctx context.Context, q Querier, person uuid.UUID) error {
	nobody := newID()
	for _, sql := range []string{
		`insert into people (id, assembly_id) select $2, assembly_id from people where id = $1 and exists (select from ballot_roll where person_id = $1)`,
		`update votes set person_id = $2 where person_id = $1`,
		`update ballot_roll set person_id = $2 where person_id = $1`,
		`update organizers set person_id = null where person_id = $1 and $2::uuid is not null`,
		`delete from people where id = $1 and $2::uuid is not null`,
	} {
		if _, err := q.Exec(ctx, sql, person, nobody); err != nil {
			return err
		}
	}
	return nil
}

// erasePhone erases a phone's row, which takes with it whatever hangs on it.
func (s *Store) erasePhone(ctx context.Context, q Querier, phone uuid.UUID, sealed []byte, now time.Time) error {
	number, err := s.Keys.Open(phoneNumber, phone, sealed)
	if err != nil {
		return fmt.Errorf("forgetting a phone: %w", err)
	}
	stop := s.stopIndex(Phone(number))
	if _, err := q.Exec(ctx, `delete from do_not_contact where index = $1`, stop); err != nil {
		return fmt.Errorf("forgetting a phone: %w", err)
	}
	if _, err := q.Exec(ctx, `insert into do_not_contact (index, assembly_id, line_id, purpose, channel, at)
		select $2, assembly_id, line_id, purpose, channel, $3 from (
			select distinct on (line_id, purpose, by.channel) assembly_id, line_id, purpose, by.channel, given
			from consent c join (values ('text'), ('voice')) by(channel) on c.channel in ('all', by.channel)
			where phone_id = $1 order by line_id, purpose, by.channel, seq desc) last
		where not given`, phone, stop, now); err != nil {
		return fmt.Errorf("keeping that a phone said stop: %w", err)
	}
	if _, err := q.Exec(ctx, `delete from guesses where scope = $1`, phone); err != nil {
		return fmt.Errorf("forgetting a phone: %w", err)
	}
	_, err = q.Exec(ctx, `delete from phones where id = $1`, phone)
	return wrap("forgetting a phone", err)
}

// TalksOf lists the conversations of a phone, by text and by call.
func (s *Store) TalksOf(ctx context.Context, q Querier, phone uuid.UUID) ([]uuid.UUID, error) {
	return list(ctx, q, "listing a phone's talks", pgx.RowTo[uuid.UUID], `select id from conversations where phone_id = $1`, phone)
}

// EraseTurns erases what was said in conversations. It reads all turns that are kept: an index would cost every turn.
func (s *Store) EraseTurns(ctx context.Context, q Querier, talks []uuid.UUID) error {
	_, err := q.Exec(ctx, `delete from turns where conversation_id = any($1)`, talks)
	return wrap("erasing turns", err)
}

// stopsAgain is the part of a statement that puts into the ledger of a phone that is added what it said before it was forgotten; d is
// its rows of do_not_contact.
const stopsAgain = `(assembly_id, phone_id, line_id, purpose, channel, given, how)
	select d.assembly_id, added.id, d.line_id, d.purpose, d.channel, false, '` + howKept + `'`

// stopIndex is what a number that said STOP, and was forgotten, is found by. It has a purpose of its own, so that it cannot be matched
// with phones.index.
func (s *Store) stopIndex(p Phone) []byte { return s.Keys.Index("do not contact", p.String()) }

// Detach takes a phone from everybody who has it, for good: whoever holds it says that they are somebody else. Nothing is sent to it or
// rung on it any more. The people stay what they are, without this phone.
func (s *Store) Detach(ctx context.Context, q Querier, c Consent, now time.Time) error {
	for _, sql := range []string{
		`delete from phone_people where phone_id = $1 and $2::timestamptz is not null`,
		`delete from rsvps r using meetings m where m.id = r.meeting_id and r.phone_id = $1 and m.starts_at > $2`,
		`update duty set off_at = $2 where phone_id = $1 and off_at is null`,
	} {
		if _, err := q.Exec(ctx, sql, c.Phone, now); err != nil {
			return fmt.Errorf("taking a phone from its people: %w", err)
		}
	}
	// Not the switch for everything, which is the carrier's: what this phone asks for from now on it is told.
	c.Line, c.Channel, c.Given = uuid.NullUUID{}, AnyChannel, false
	for _, c.Purpose = range Purposes() {
		if err := s.AddConsent(ctx, q, c); err != nil {
			return err
		}
	}
	return nil
}
