package store

import (
	"context"

	"github.com/google/uuid"
)

// A row of a broadcast is decided a moment before the carrier gets it, and more than a moment before where the carrier is slow. Just before it is
// handed over it is asked once more whether anything has come in between.

const heldBack = `select o.id, case when b.state = 'canceled' then 'canceled' when b.state = 'paused' then 'ready' else 'refused' end
	from outgoing o join broadcasts b on b.id = o.broadcast_id where o.id = any($1) and (b.state in ('canceled', 'paused')
		or exists (select from consent c where c.phone_id = o.phone_id and c.seq > o.consent_seq and not c.given and (c.line_id is null or c.line_id = o.line_id)
			and c.channel in ('all', o.channel) and c.purpose in ('all', o.purpose)))`

// HeldBack finds which of the rows that were decided to go out are not to go after all, since somebody has said stop, or the broadcast was paused
// or called back; and what they are then: SendRefused, SendReady or SendCanceled.
func (s *Store) HeldBack(ctx context.Context, q Querier, rows []uuid.UUID) (map[uuid.UUID]SendState, error) {
	held := map[uuid.UUID]SendState{}
	var id uuid.UUID
	var state SendState
	err := each(ctx, q, func() error { held[id] = state; return nil }, []any{&id, &state}, heldBack, rows)
	return held, wrap("asking once more what may go out", err)
}
