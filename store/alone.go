package store

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
)

// Alone calls do in one process at a time for an id, and not at all where another one is at it. It holds a connection of its own for as long;
// mine fails once that is gone, and with it the lock.
func (s *Store) Alone(ctx context.Context, id uuid.UUID, do func(ctx context.Context, mine func() error) error) error {
	conn, err := s.Pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("waiting to be the only one: %w", err)
	}
	defer conn.Release()
	key := int64(binary.BigEndian.Uint64(id[8:]))
	var got bool
	if err := conn.QueryRow(ctx, `select pg_try_advisory_lock($1)`, key).Scan(&got); err != nil || !got {
		return wrap("becoming the only one", err)
	}
	defer func() {
		if _, err := conn.Exec(context.WithoutCancel(ctx), `select pg_advisory_unlock($1)`, key); err != nil {
			_ = conn.Conn().Close(context.WithoutCancel(ctx)) // which gives up the lock: the connection must not go back with it
		}
	}()
	return do(ctx, func() error { return conn.Ping(ctx) })
}
