package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Tx is a turn's transaction in the shape of pgx.Tx, which a job queue wants. It exists because a turn's BEGIN and COMMIT ride in
// its first and last batch: two trips where pgx's own Tx takes four. It cannot be committed from outside its Turn.
type Tx struct{ conn *pgx.Conn }

var _ pgx.Tx = Tx{}

var errNotYours = errors.New("a turn is committed by its Turn alone")

func (t Tx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return t.conn.Exec(ctx, sql, args...)
}

func (t Tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.conn.Query(ctx, sql, args...)
}

func (t Tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return t.conn.QueryRow(ctx, sql, args...)
}

func (t Tx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return t.conn.SendBatch(ctx, b)
}

func (t Tx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return t.conn.CopyFrom(ctx, table, columns, rows)
}

func (t Tx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return t.conn.Prepare(ctx, name, sql)
}

func (t Tx) Conn() *pgx.Conn                           { return t.conn }
func (t Tx) LargeObjects() pgx.LargeObjects            { return pgx.LargeObjects{} }
func (t Tx) Begin(ctx context.Context) (pgx.Tx, error) { return nil, errNotYours }
func (t Tx) Commit(ctx context.Context) error          { return errNotYours }
func (t Tx) Rollback(ctx context.Context) error        { return errNotYours }
