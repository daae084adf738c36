// Package storetest gives each test a migrated Postgres database of its own. Postgres is never faked: a test whose database is
// missing fails, and says how to get one.
//
// One server serves a test binary. It is started by the launcher in store/embedded, without durability, and ends with the process;
// or it is the one that HOTLINE_TEST_DATABASE_URL names (its user must be allowed to create databases). On it a template is
// migrated once, and each test's database is a copy of that, dropped when the test ends. Postgres starts another server for tests
// that stop, freeze or kill it.
package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hotline/store"
	"hotline/store/embedded"
	"hotline/store/seal"
)

// Database is the name of the migrated database on a server that Postgres started.
const Database = "hotline"

const howToInstall = `these tests run on a real Postgres, 15 or newer, and there is none:
  Debian, Ubuntu: apt-get install postgresql     Fedora: dnf install postgresql-server
  Alpine: apk add postgresql                     macOS: brew install postgresql@17
or set HOTLINE_TEST_DATABASE_URL to a server on which databases may be created`

// New opens a store on a fresh database with fresh keys. Both are gone when the test ends.
func New(t testing.TB) *store.Store {
	t.Helper()
	return Open(t, URL(t), Keys(t))
}

// Open opens a store that is closed when the test ends, for a second process on one database.
func Open(t testing.TB, url string, keys *seal.Keys) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, keys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Keys are fresh keys.
func Keys(testing.TB) *seal.Keys { return seal.New() }

// URL makes a migrated, empty database, dropped when the test ends, and tells where it is.
func URL(t testing.TB) string {
	t.Helper()
	return makeDatabase(t, "template "+pgx.Identifier{templateName}.Sanitize()+" strategy file_copy")
}

// Unmigrated makes a database without a single table, dropped when the test ends, and tells where it is.
func Unmigrated(t testing.TB) string {
	t.Helper()
	return makeDatabase(t, "template template0 strategy file_copy")
}

func makeDatabase(t testing.TB, how string) string {
	t.Helper()
	srv, err := shared()
	if err != nil {
		t.Fatalf("%v\n%s", err, howToInstall)
	}
	name := "hotline_test_" + strings.ToLower(rand.Text())
	if err := srv.exec(t.Context(), "create database "+name+" "+how); err != nil {
		t.Fatalf("making a database for the test: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := srv.exec(ctx, "drop database "+name+" with (force)"); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
	})
	return srv.url(name)
}

// Server is a Postgres of a test's own.
type Server = embedded.Postgres

// Postgres starts a durable server for this test alone, to be stopped, frozen or killed, with an empty migrated Database on it. It
// ends with the test.
func Postgres(t testing.TB) *Server {
	t.Helper()
	p, err := embedded.StartPostgres(t.Context(), embedded.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, howToInstall)
	}
	t.Cleanup(func() {
		if err := p.Stop(context.Background()); err != nil {
			t.Errorf("stopping the test's Postgres: %v", err)
		}
	})
	if err := p.CreateDatabase(t.Context(), Database); err != nil {
		t.Fatal(err)
	}
	if err := migrate(t.Context(), p.URL(Database)); err != nil {
		t.Fatal(err)
	}
	return p
}

// server is where databases are made: url names one of its databases.
type server struct{ url func(database string) string }

// templateName is the database that each test's is copied from. On a server that outlives the test binary it stays, and Migrate
// sees to it that it is the newest.
const templateName = "hotline_test_template"

// shared is the one server of this test binary, started by the first test that needs it.
var shared = sync.OnceValues(func() (server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var s server
	if given := os.Getenv("HOTLINE_TEST_DATABASE_URL"); given != "" {
		u, err := url.Parse(given)
		if err != nil {
			return s, errors.New("HOTLINE_TEST_DATABASE_URL is not a URL such as postgres://user:password@host:5432/postgres")
		}
		s.url = func(database string) string { return withDatabase(*u, database) }
	} else {
		p, err := embedded.StartPostgres(ctx, embedded.Options{Fast: true})
		if err != nil {
			return s, err
		}
		s.url = p.URL
	}
	if err := s.makeTemplate(ctx); err != nil {
		return s, fmt.Errorf("making the template database: %w", err)
	}
	return s, nil
})

func withDatabase(u url.URL, database string) string {
	u.Path = "/" + database
	return u.String()
}

// makeTemplate migrates the template, from nothing where a changed migration makes the one that stands there useless. Test binaries
// run side by side: the lock makes one of them do it.
func (s server) makeTemplate(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, `select pg_advisory_lock(hashtext($1))`, templateName); err != nil {
		return err
	}
	var there bool
	if err := conn.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, templateName).Scan(&there); err != nil {
		return err
	}
	if there {
		if pending, err := pendingAt(ctx, s.url(templateName)); err == nil && len(pending) == 0 {
			return nil
		}
	}
	for _, sql := range []string{
		"drop database if exists " + templateName + " with (force)",
		"create database " + templateName + " template template0 strategy file_copy",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return migrate(ctx, s.url(templateName))
}

func (s server) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
}

func pendingAt(ctx context.Context, url string) ([]string, error) {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	return store.Pending(ctx, pool)
}

func migrate(ctx context.Context, url string) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	return store.Migrate(ctx, pool)
}
