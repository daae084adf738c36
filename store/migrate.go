package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one file of migrations/, named by its number: 0001_records.sql. A file that any database has seen is never changed:
// what comes later is another file.
type migration struct {
	version int
	name    string // "0001_records"
	sql     string
	sum     []byte
}

// migrateLock is the advisory lock that lets one process migrate at a time. Any constant does; this one spells "hotline".
const migrateLock = 0x686f746c696e65

// Migrate brings the database up to this program: its own tables, then those of the job queue. It may be called by several
// processes at once, does nothing where nothing is to be done, and refuses a database that a newer program has been at.
func Migrate(ctx context.Context, pool *pgxpool.Pool) (err error) {
	files, err := migrations(migrationFiles)
	if err != nil {
		return err
	}
	// A connection of its own, and not one of the pool's: the job queue's migrations want some from there while the lock is held.
	conn, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("migrating: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }() // which gives the lock back
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, int64(migrateLock)); err != nil {
		return fmt.Errorf("migrating: waiting for another process: %w", err)
	}
	if err := migrateOwn(ctx, conn, files); err != nil {
		return fmt.Errorf("migrating: %w", err)
	}
	queue, err := queueMigrator(pool)
	if err != nil {
		return err
	}
	if _, err := queue.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrating the job queue: %w", err)
	}
	return nil
}

// migrateOwn applies what is missing, each file in a transaction with its line in the table: it stands whole or not at all.
func migrateOwn(ctx context.Context, conn *pgx.Conn, files []migration) error {
	if _, err := conn.Exec(ctx, `create table if not exists schema_migrations (
		version int primary key, name text not null, sum bytea not null, at timestamptz not null default now())`); err != nil {
		return err
	}
	done, err := applied(ctx, conn, files)
	if err != nil {
		return err
	}
	for _, m := range files[done:] {
		err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, m.sql); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `insert into schema_migrations (version, name, sum) values ($1, $2, $3)`, m.version, m.name, m.sum)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

// Pending lists what Migrate would do; empty: the database is ready. It fails where the database and the program do not belong
// together.
func Pending(ctx context.Context, pool *pgxpool.Pool) ([]string, error) {
	files, err := migrations(migrationFiles)
	if err != nil {
		return nil, err
	}
	var begun bool
	if err := pool.QueryRow(ctx, `select to_regclass('schema_migrations') is not null`).Scan(&begun); err != nil {
		return nil, fmt.Errorf("looking for pending migrations: %w", err)
	}
	done := 0
	if begun {
		if done, err = applied(ctx, pool, files); err != nil {
			return nil, err
		}
	}
	var names []string
	for _, m := range files[done:] {
		names = append(names, m.name)
	}
	queue, err := queueMigrator(pool)
	if err != nil {
		return nil, err
	}
	state, err := queue.Validate(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("looking for pending migrations of the job queue: %w", err)
	}
	if !state.OK {
		names = append(names, "the job queue's")
	}
	return names, nil
}

// applied tells how many of files this database has seen already, and refuses one that has seen others.
func applied(ctx context.Context, q Querier, files []migration) (int, error) {
	rows, err := q.Query(ctx, `select version, name, sum from schema_migrations order by version`)
	if err != nil {
		return 0, err
	}
	seen, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (m migration, err error) {
		err = r.Scan(&m.version, &m.name, &m.sum)
		return m, err
	})
	if err != nil {
		return 0, err
	}
	for i, m := range seen {
		if i >= len(files) {
			return 0, fmt.Errorf("this database was migrated by a newer program (%s, which this one does not have): use that one", m.name)
		}
		if f := files[i]; m.version != f.version || !bytes.Equal(m.sum, f.sum) {
			return 0, fmt.Errorf("this database was migrated by another %s than this program's %s: a migration is never changed once a database "+
				"has seen it; use the program that made it, or start over with an empty database", m.name, f.name)
		}
	}
	return len(seen), nil
}

// migrations reads the files in order and refuses a gap.
func migrations(dir fs.FS) ([]migration, error) {
	paths, err := fs.Glob(dir, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var all []migration
	for i, path := range paths {
		sql, err := fs.ReadFile(dir, path)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(path, "migrations/"), ".sql")
		number, _, _ := strings.Cut(name, "_")
		if version, err := strconv.Atoi(number); err != nil || version != i+1 {
			return nil, fmt.Errorf("%s: its number should be %04d", path, i+1)
		}
		sum := sha256.Sum256(sql)
		all = append(all, migration{version: i + 1, name: name, sql: string(sql), sum: sum[:]})
	}
	return all, nil
}

// queueMigrator is silent: Migrate's error says what went wrong.
func queueMigrator(pool *pgxpool.Pool) (*rivermigrate.Migrator[pgx.Tx], error) {
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("reading the job queue's migrations: %w", err)
	}
	return m, nil
}
