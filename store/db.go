package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"hotline/store/seal"
)

// Store is the records in one Postgres database, and the keys that seal them.
type Store struct {
	Pool *pgxpool.Pool // for commands, jobs and pages
	Keys *seal.Keys

	turns  *pgxpool.Pool // for turns alone: short timeouts, so that no turn waits past its deadline
	hashes chan struct{} // one for each PIN that is hashed at this moment
}

// Querier is what a record's functions need of a transaction, a pool or a turn.
type Querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// The timeouts of a turn's connection. All are below the shorter turn (2.5 s, by voice), so that Postgres gives up before we do
// and says why.
const (
	statementTimeout = 1500 * time.Millisecond
	lockTimeout      = 1200 * time.Millisecond
	idleInTxTimeout  = 2000 * time.Millisecond
)

// Open makes the pools; it does not need the database to be up. url is a libpq URL; its pool_max_conns, if any, counts for turns.
func Open(ctx context.Context, url string, keys *seal.Keys) (*Store, error) {
	pool, err := openPool(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	turns, err := openPool(ctx, url, map[string]string{
		"statement_timeout":                   milliseconds(statementTimeout),
		"lock_timeout":                        milliseconds(lockTimeout),
		"idle_in_transaction_session_timeout": milliseconds(idleInTxTimeout),
		// A turn touches single rows. A plan made while a table was small, and kept, would read all of it once it is not.
		"enable_seqscan":  "off",
		"plan_cache_mode": "force_generic_plan",
		"jit":             "off",
	})
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &Store{Pool: pool, Keys: keys, turns: turns, hashes: newHashing()}, nil
}

func openPool(ctx context.Context, url string, params map[string]string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("reading DATABASE_URL: %w", hidePassword(err))
	}
	for name, value := range params {
		cfg.ConnConfig.RuntimeParams[name] = value
	}
	cfg.ConnConfig.RuntimeParams["application_name"] = "hotline"
	if cfg.ConnConfig.ConnectTimeout == 0 || cfg.ConnConfig.ConnectTimeout > 5*time.Second {
		cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	cfg.AfterConnect = knowUUIDs
	return pgxpool.NewWithConfig(ctx, cfg)
}

// hidePassword keeps only what kind of mistake it was: pgx quotes the URL, password and all, in some of its errors.
func hidePassword(err error) error {
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) {
		return errors.New("it is not a Postgres URL such as postgres://user:password@host:5432/name")
	}
	return err
}

func milliseconds(d time.Duration) string { return fmt.Sprint(d.Milliseconds()) }

// Close ends every connection, after those in use are given back.
func (s *Store) Close() {
	s.turns.Close()
	s.Pool.Close()
}

// InTx runs do in one transaction, for commands, jobs and pages; turns have BeginTurn. What Postgres refuses because of another
// transaction (40001, 40P01) is played again, at most five times.
func (s *Store) InTx(ctx context.Context, do func(pgx.Tx) error) error {
	var err error
	for try := range 5 {
		if try > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Duration(try) * 20 * time.Millisecond):
			}
		}
		if err = pgx.BeginFunc(ctx, s.Pool, do); !refused(err) {
			return err
		}
	}
	return err
}

// refused tells whether Postgres refused a transaction only because of another one, so that playing it again is right.
func refused(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}
