package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// one runs a query for at most one row into dest, and tells whether there was one: that nobody is there is no error here.
func one(ctx context.Context, q Querier, sql string, args []any, dest ...any) (bool, error) {
	err := q.QueryRow(ctx, sql, args...).Scan(dest...)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// list runs a query and reads each row by scan. doing is what an error says we were doing.
func list[T any](ctx context.Context, q Querier, doing string, scan pgx.RowToFunc[T], sql string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, wrap(doing, err)
	}
	all, err := pgx.CollectRows(rows, scan)
	return all, wrap(doing, err)
}

// each runs a query and calls do for each row, which it finds in dest: memory that the next row overwrites.
func each(ctx context.Context, q Querier, do func() error, dest []any, sql string, args ...any) error {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, dest, do)
	return err
}

// wrap says what we were doing, if it failed.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// In Go the absence of an id or a time is its zero value, in Postgres it is null.

func nullable(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

func nullTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// nullInt is for a column in which there is no 0.
func nullInt(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// notNull leaves out the ids that are null.
func notNull(ids []*uuid.UUID) (all []uuid.UUID) {
	for _, id := range ids {
		if id != nil {
			all = append(all, *id)
		}
	}
	return all
}
