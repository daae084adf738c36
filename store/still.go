package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// A number that has been silent for long may be somebody else's by now. Three times are kept of a phone: since when that is in doubt
// (doubted_at), when we asked (asked_at), and when it was answered that it is still the same person (still_at). That answer is enough for
// a notice with a place; a vote wants a proof that not everybody who holds the phone could give.

// SilentFor is how long nothing was heard from a phone before it is in doubt whose it is.
const SilentFor = 90 * 24 * time.Hour

// unheard is whether nothing was heard of phone $1, on any line and by call, since $2; $3 is a conversation that does not count.
const unheard = `exists (select from phones p where p.id = $1 and p.created_at < $2)
	and not exists (select from conversations c where c.phone_id = $1 and c.heard_at >= $2 and c.id is distinct from $3)`

// Doubt notes, at the first word from a phone in present, that it had been silent for SilentFor, if it was. A phone of nobody is never in
// doubt.
func (s *Store) Doubt(ctx context.Context, q Querier, phone, present uuid.UUID, now time.Time) error {
	_, err := q.Exec(ctx, `update phones set doubted_at = $4 where id = $1 and `+unheard+`
		and exists (select from phone_people pp where pp.phone_id = $1)`, phone, now.Add(-SilentFor), present, now)
	return wrap("noting that a phone was silent", err)
}

// StillMe takes the answer to the question. It tells false where there was none.
func (s *Store) StillMe(ctx context.Context, q Querier, phone uuid.UUID, now time.Time) (asked bool, err error) {
	tag, err := q.Exec(ctx, `update phones set still_at = $2, asked_at = null where id = $1 and asked_at is not null`, phone, now)
	return tag.RowsAffected() == 1, wrap("noting that it is still the same person", err)
}

// MayHearPlace tells whether a notice with a place may go to a phone now: it was heard in SilentFor, and if it had been silent before, it
// has said that it is still the same person. ask tells whether that is to be asked now; it is noted as asked. q is a transaction.
func (s *Store) MayHearPlace(ctx context.Context, q Querier, phone uuid.UUID, now time.Time) (may, ask bool, err error) {
	found, err := one(ctx, q, `select not (`+unheard+`) and (doubted_at is null or coalesce(still_at >= doubted_at, false)), asked_at is null
		from phones where id = $1 for update`, []any{phone, now.Add(-SilentFor), nil}, &may, &ask)
	if err != nil || !found || may || !ask {
		return may && found, false, wrap("asking whose phone it is", err)
	}
	if _, err := q.Exec(ctx, `update phones set asked_at = $2 where id = $1`, phone, now); err != nil {
		return false, false, fmt.Errorf("asking whose phone it is: %w", err)
	}
	return false, true, nil
}
