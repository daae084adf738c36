package store

import (
	"context"

	"github.com/google/uuid"
)

// PinBeforeNotices tells what a phone's people have chosen about notices on a call: asked is whether any of them wants a PIN asked first, and
// some whether any of them has one at all. Whoever shares the phone is treated alike: names are never read out, so nobody can say who answers.
func (s *Store) PinBeforeNotices(ctx context.Context, q Querier, phone, assembly uuid.UUID) (asked, some bool, err error) {
	err = q.QueryRow(ctx, `select coalesce(bool_or(before_notices), false), count(*) > 0 from pins
		where person_id in (select person_id from phone_holders($1, $2))`, phone, assembly).Scan(&asked, &some)
	return asked, some, wrap("looking whether a PIN is asked", err)
}

// AskPinBeforeNotices notes whether somebody wants their PIN asked before a notice is read to whoever answers. It tells false for who has none.
func (s *Store) AskPinBeforeNotices(ctx context.Context, q Querier, person uuid.UUID, ask bool) (bool, error) {
	tag, err := q.Exec(ctx, `update pins set before_notices = $2 where person_id = $1`, person, ask)
	return err == nil && tag.RowsAffected() == 1, wrap("noting whether a PIN is asked", err)
}
