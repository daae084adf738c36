package store_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"hotline/store"
	"hotline/store/storetest"
)

func emptyPool(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), storetest.Unmigrated(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func pending(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	names, err := store.Pending(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, ", ")
}

func TestSeveralProcessesMigrateAtOnce(t *testing.T) {
	t.Parallel()
	pool := emptyPool(t)
	if got := pending(t, pool); !strings.HasPrefix(got, "0001_records, ") || !strings.HasSuffix(got, ", the job queue's") {
		t.Errorf("pending at first: %s", got)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := store.Migrate(context.WithoutCancel(t.Context()), pool); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := pending(t, pool); got != "" {
		t.Errorf("still pending: %s", got)
	}
}

func TestAForeignHistoryIsRefusedInASentence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ history, says string }{
		"a newer program":   {`insert into schema_migrations (version, name, sum) values (1000, '1000_later', '')`, "newer program (1000_later"},
		"a changed file":    {`update schema_migrations set sum = 'x' where version = 1`, "another 0001_records"},
		"a missing version": {`update schema_migrations set version = 0 where version = 1`, "another 0001_records"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := storetest.New(t)
			if _, err := s.Pool.Exec(t.Context(), c.history); err != nil {
				t.Fatal(err)
			}
			if err := store.Migrate(t.Context(), s.Pool); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("migrate said %v", err)
			}
			if _, err := store.Pending(t.Context(), s.Pool); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("pending said %v", err)
			}
		})
	}
}
