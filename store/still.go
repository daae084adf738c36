package store

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// A number that has been silent for long may be somebody else's by now. Of a phone is kept: the last day on which it was heard, on any line
// and by call (spoke_on), since when it is in doubt whose it is (doubted_at), when we asked (asked_at), and when it was answered that it is
// still the same person (still_at). It stays in doubt whatever is said on it. That answer is enough for a notice with a place; a vote
// wants a PIN, a proof that not everybody who holds the phone could give, and with a right one the doubt is gone.

// unheardDays is how long nothing was heard from a phone before it is in doubt whose it is.
const unheardDays = 90

const (
	silent = `p.spoke_on < ($3::timestamptz at time zone 'UTC')::date - $4::int` // of phones p; $3: now, $4: unheardDays

	unheardPhone = `(p.doubted_at is not null or ` + silent + `)` // the same

	// spoke notes a day on which something was heard. A phone of nobody is never in doubt.
	spoke = `update phones p set spoke_on = ($2::timestamptz at time zone 'UTC')::date,
		doubted_at = case when p.spoke_on < ($2::timestamptz at time zone 'UTC')::date - $3::int
			and exists (select from phone_people pp where pp.phone_id = p.id) then $2 else p.doubted_at end
		where p.id = $1 and p.spoke_on < ($2::timestamptz at time zone 'UTC')::date`

	// proved notes at $3 that whoever speaks on phone $2 has proved who they are.
	proved = `update phones set doubted_at = null, asked_at = null, spoke_on = ($3::timestamptz at time zone 'UTC')::date where id = $2`
)

// StillMe takes the answer to the question. It tells false where there was none.
func (s *Store) StillMe(ctx context.Context, q Querier, phone uuid.UUID, now time.Time) (asked bool, err error) {
	tag, err := q.Exec(ctx, `update phones set still_at = $2, asked_at = null where id = $1 and asked_at is not null`, phone, now)
	return tag.RowsAffected() == 1, wrap("noting that it is still the same person", err)
}

// MayHearPlace tells whether a notice with a place may go to a phone now: it was heard in the last unheardDays, and if it had been silent before, it
// has said that it is still the same person. ask tells whether that is to be asked now; it is noted as asked. q is a transaction.
func (s *Store) MayHearPlace(ctx context.Context, q Querier, phone uuid.UUID, now time.Time) (may, ask bool, err error) {
	found, err := one(ctx, q, `with p as (
			select p.id, not (`+silent+`) and (p.doubted_at is null or coalesce(p.still_at >= p.doubted_at, false)) as may
			from phones p where p.id = $1 for update),
		asks as (update phones set asked_at = $2 where asked_at is null and id = (select id from p where not may) returning id)
		select may, exists (select from asks) from p`, []any{phone, now, now, unheardDays}, &may, &ask)
	return may && found, ask, wrap("asking whose phone it is", err)
}
