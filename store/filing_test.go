package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// A report is filed as fast where an assembly has many as where it has few: of the others none is read but those that have a number that was drawn.
func TestFilingReadsNoOtherReports(t *testing.T) {
	w := newWorld(t)
	for range 200 {
		w.report("a rope is worn", uuid.Nil, uuid.Nil)
	}
	const read = `select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'reports'`
	rolledBack := errors.New("it was only a trial")
	var before, after int
	err := w.InTx(w.ctx, func(tx pgx.Tx) error {
		if err := tx.QueryRow(w.ctx, read).Scan(&before); err != nil {
			return err
		}
		_, err := w.FileReport(w.ctx, tx, store.NewReport{Assembly: w.assembly.ID, Line: w.line.ID, Channel: "text", Lang: "en", Words: "x", ReadBy: w.now.Add(time.Hour), At: w.now})
		if err != nil {
			return err
		}
		if err := tx.QueryRow(w.ctx, read).Scan(&after); err != nil {
			return err
		}
		return rolledBack
	})
	if !errors.Is(err, rolledBack) {
		t.Fatal(err)
	}
	if n := after - before; n > 40 {
		t.Errorf("it reads %d", n)
	}
}
