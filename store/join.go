package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Joining is a phone that sent a flyer's word and agreed to what joining means.
type Joining struct {
	Flyer   uuid.UUID
	Phone   uuid.UUID
	Channel string // how they joined
	Words   string // what they wrote
	At      time.Time
}

// Joined is what came of it.
type Joined string

const (
	JoinedNow     Joined = "joined"
	JoinedAlready Joined = "already"
	JoinedGone    Joined = "gone" // the flyer lets nobody join any more
)

// Join lists a phone for the notices of a flyer's assembly, by text on the flyer's line, and writes that down in the consent
// ledger. Everybody known on the phone is listed, since the phone is what joins; where nobody is, somebody without a name is. q is
// a transaction: it holds the lock on the phone.
func (s *Store) Join(ctx context.Context, q Querier, j Joining) (Joined, error) {
	outcome, err := s.join(ctx, q, j)
	return outcome, wrap("joining", err)
}

func (s *Store) join(ctx context.Context, q Querier, j Joining) (Joined, error) {
	// The lock keeps an import, or another turn, from putting somebody on this phone meanwhile.
	if _, err := q.Exec(ctx, `select from phones where id = $1 for no key update`, j.Phone); err != nil {
		return "", err
	}
	var assembly, line uuid.UUID
	var newly int
	found, err := one(ctx, q, `with f as (select * from flyers where id = $1 and ended_at is null),
		nobody as (
			insert into people (id, assembly_id) select $3, f.assembly_id from f
			where not exists (select from phone_people where phone_id = $2) returning id, assembly_id),
		linked as (
			insert into phone_people (phone_id, person_id, assembly_id) select $2, id, assembly_id from nobody),
		listed as (
			insert into memberships (person_id, assembly_id, standing, how, since)
			select p.id, f.assembly_id, 'listed', 'flyer', $4 from f,
				(select id from nobody union all select person_id from phone_people where phone_id = $2) p
			on conflict do nothing returning 1),
		counted as (
			update flyers set joined = flyers.joined + 1 from f where flyers.id = f.id and exists (select from listed))
		select f.assembly_id, f.line_id, (select count(*) from listed) from f`,
		[]any{j.Flyer, j.Phone, newID(), j.At}, &assembly, &line, &newly)
	switch {
	case err != nil:
		return "", err
	case !found:
		return JoinedGone, nil
	}
	// Who is listed already and joins again agrees again: they may have said no to notices in between.
	err = s.AddConsent(ctx, q, Consent{Assembly: assembly, Phone: j.Phone, Line: uuid.NullUUID{UUID: line, Valid: true},
		Purpose: ForNotices, Channel: ByText, Given: true, How: fmt.Sprintf("flyer, by %s", j.Channel), Words: j.Words})
	if newly == 0 {
		return JoinedAlready, err
	}
	return JoinedNow, err
}
