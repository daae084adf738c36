package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"hotline/gateway"
	"hotline/store"
	"hotline/store/seal"
)

// answerWithin is how long a database may take to answer whoever waits at a terminal.
const answerWithin = 10 * time.Second

// openStore opens a database and proves that it answers, is migrated, and belongs to these keys.
func openStore(ctx context.Context, database string, keys *seal.Keys) (*store.Store, error) {
	s, err := store.Open(ctx, sized(database), keys)
	if err != nil {
		return nil, err
	}
	if err := proveReady(ctx, s); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// turnsAtOnce is how many connections turns get (commands and jobs have as many again) where the URL says nothing. The driver's
// default follows the processors of this machine; turns wait for the disk of another.
const turnsAtOnce = 16

// sized gives a database's URL a pool_max_conns unless it has one. What is no URL stays as it is, for the driver to refuse.
func sized(database string) string {
	u, err := url.Parse(database)
	if err != nil || u.Scheme == "" || u.Query().Has("pool_max_conns") {
		return database
	}
	mark := "?"
	if strings.Contains(database, "?") {
		mark = "&"
	}
	return fmt.Sprintf("%s%spool_max_conns=%d", database, mark, turnsAtOnce)
}

// proveReady asks in the order in which things are set up, so that the first error is the one to mend.
func proveReady(ctx context.Context, s *store.Store) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	pending, err := store.Pending(ctx, s.Pool)
	if err != nil {
		return unreachable(err)
	}
	if len(pending) > 0 {
		return errors.New("the database is not ready for this program: run `hotline migrate` first")
	}
	return store.CheckKeys(ctx, s.Pool, s.Keys)
}

// unreachable says what to do about a database that does not answer; any other error stays as it is.
func unreachable(err error) error {
	if connect := new(pgconn.ConnectError); errors.As(err, &connect) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the database does not answer; see that it runs and that DATABASE_URL is right: %w", err)
	}
	return err
}

// migrateCommand needs no keys, so that it can run where they are not: in a step before the service starts.
func migrateCommand(*flag.FlagSet) action {
	return func(ctx context.Context, w *world, _ []string) error {
		if w.cfg.DatabaseURL == "" {
			return errors.New("DATABASE_URL is not set; it looks like postgres://user:password@host:5432/hotline")
		}
		s, err := store.Open(ctx, w.cfg.DatabaseURL.reveal(), nil) // migrations seal nothing
		if err != nil {
			return err
		}
		defer s.Close()
		pending, err := store.Pending(ctx, s.Pool)
		if err != nil {
			return unreachable(err)
		}
		if len(pending) == 0 {
			w.say("The database is up to date.")
			return nil
		}
		if err := migrate(ctx, s, pending, w.now()); err != nil {
			return err
		}
		w.say("The database is ready: %s.", count(len(pending), "migration was", "migrations were")+" run")
		return nil
	}
}

// unfinished tells of conversations under way that this program could not finish, before the database is made ready for it.
func unfinished(ctx context.Context, database string, now time.Time) ([]string, error) {
	s, err := store.Open(ctx, sized(database), nil) // flows are not sealed
	if err != nil {
		return nil, err
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	pending, err := store.Pending(ctx, s.Pool)
	if err != nil || slices.ContainsFunc(pending, beforeFlowSets) {
		return nil, err
	}
	return gateway.Unfinished(ctx, s, now)
}

// migrate brings the database up to this program, which no earlier one can use afterwards: so it first sees that this program could
// finish what is under way.
func migrate(ctx context.Context, s *store.Store, pending []string, now time.Time) error {
	if known := !slices.ContainsFunc(pending, beforeFlowSets); known {
		lost, err := gateway.Unfinished(ctx, s, now)
		if err != nil {
			return err
		}
		if len(lost) > 0 {
			return fmt.Errorf("the database was left as it is, since conversations under way could not be finished:\n  %s", strings.Join(lost, "\n  "))
		}
	}
	return store.Migrate(ctx, s.Pool)
}

// beforeFlowSets says whether a database that lacks this migration does not tell yet in which flow sets conversations stand.
func beforeFlowSets(migration string) bool { return strings.Compare(migration, "0003") < 0 }
