package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Wait is a conversation by text in which something happens when nothing is heard until At.
type Wait struct {
	Conversation uuid.UUID
	Turn         uuid.UUID // that is waited on: with a newer one, the wait is over
	At           time.Time
	Line         string // its number
	Phone        Phone  // empty: it cannot be read
}

// DueWaits lists the waits that are over by now, oldest first, behind one given; the zero Wait stands before all.
func (s *Store) DueWaits(ctx context.Context, q Querier, now time.Time, behind Wait, most int) ([]Wait, error) {
	scan := func(r pgx.CollectableRow) (w Wait, err error) {
		var phone uuid.UUID
		var sealed []byte
		if err = r.Scan(&w.Conversation, &w.Turn, &w.At, &w.Line, &phone, &sealed); err != nil {
			return w, err
		}
		if number, err := s.Keys.Open(phoneNumber, phone, sealed); err == nil { // one that cannot be read must not hold up the others
			w.Phone = Phone(number)
		}
		return w, nil
	}
	return list(ctx, q, "looking for waits that are over", scan, `select c.id, c.turn, c.wakes_at, l.number, p.id, p.sealed
		from conversations c join lines l on l.id = c.line_id join phones p on p.id = c.phone_id
		where c.wakes_at <= $1 and (c.wakes_at, c.id) > ($2, $3) and c.turn is not null and c.call is null
		order by c.wakes_at, c.id limit $4`, now, behind.At, behind.Conversation, most)
}

// PutOffWait lets a wait that could not be ended now be over later.
func (s *Store) PutOffWait(ctx context.Context, q Querier, w Wait, until time.Time) error {
	_, err := q.Exec(ctx, `update conversations set wakes_at = $3 where id = $1 and turn = $2 and wakes_at is not null`,
		w.Conversation, w.Turn, until)
	return wrap("putting off a wait", err)
}

// StopWaiting ends a turn in which nothing happens but that its conversation waits no longer, and commits.
func (t *Turn) StopWaiting(ctx context.Context) error {
	b := &pgx.Batch{}
	b.Queue(`update conversations set wakes_at = null where id = $1`, t.Conversation.ID)
	b.Queue("commit")
	if err := t.conn.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("ending a wait: %w", err)
	}
	return nil
}
