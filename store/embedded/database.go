package embedded

import (
	"context"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// superuser owns everything in a private cluster.
const superuser = "hotline"

// URL is where pgx finds the database of that name: over the Unix socket, as
// the superuser. It is the same after every start with the same Dir. The
// database "postgres" is always there; CreateDatabase makes others.
func (p *Postgres) URL(database string) string {
	// All is spelled out, because pgx takes from PGPORT and its kin what is not.
	q := url.Values{"host": {p.socket}, "port": {"5432"}, "user": {superuser}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: q.Encode()}
	return u.Scheme + "://" + u.EscapedPath() + "?" + u.RawQuery
}

// CreateDatabase makes an empty database, unless it is there.
func (p *Postgres) CreateDatabase(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, p.URL("postgres"))
	if err != nil {
		return fmt.Errorf("creating database %s: %w", name, err)
	}
	defer conn.Close(ctx)
	// There is no CREATE DATABASE IF NOT EXISTS. The lock, held until the
	// connection closes, makes two callers take turns, so that looking first
	// is enough.
	var there bool
	_, err = conn.Exec(ctx, "select pg_advisory_lock(hashtext('hotline: create database'))")
	if err == nil {
		err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&there)
	}
	if err == nil && !there {
		_, err = conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize())
	}
	if err != nil {
		return fmt.Errorf("creating database %s: %w", name, err)
	}
	return nil
}
