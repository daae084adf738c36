package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
	"hotline/store/storetest"
)

// world is a small assembly to tell stories in.
type world struct {
	*store.Store
	t        *testing.T
	ctx      context.Context
	now      time.Time
	assembly store.Assembly
	line     store.Line
}

// newWorld is an assembly with a line, and nobody in it.
func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	w := &world{Store: storetest.New(t), t: t, ctx: t.Context(), now: time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)}
	w.assembly = must(w.AddAssembly(w.ctx, w.Pool, "Dock workers", uuid.Nil, "America/New_York"))(t)
	w.line = must(w.AddLine(w.ctx, w.Pool, store.Line{AssemblyID: w.assembly.ID, Number: "(212) 555-0100", Name: "The 0100 Line", Languages: []string{"en", "es"}}))(t)
	return w
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// members imports people "Name phone", and gives the ids of their phones.
func (w *world) members(people ...string) []uuid.UUID {
	w.t.Helper()
	csv := "name,phone,agreed_how,agreed_on,agreed_to\n"
	for _, p := range people {
		name, phone, _ := strings.Cut(p, " ")
		csv += fmt.Sprintf("%s,%s,sheet,2026-05-01,both\n", name, phone)
	}
	w.importing(csv)
	var ids []uuid.UUID
	for _, p := range people {
		_, phone, _ := strings.Cut(p, " ")
		ids = append(ids, w.phone(phone))
	}
	return ids
}

func (w *world) importing(csv string) store.Import {
	w.t.Helper()
	rows, bad, err := store.ParseMembers(strings.NewReader(csv), "US", w.now)
	if err != nil || len(bad) > 0 {
		w.t.Fatal(err, bad)
	}
	var sum store.Import
	err = w.InTx(w.ctx, func(tx pgx.Tx) (err error) {
		sum, err = w.ImportMembers(w.ctx, tx, w.assembly.ID, rows, w.now)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return sum
}

// phone is the row of a number, made if need be.
func (w *world) phone(number string) uuid.UUID {
	w.t.Helper()
	p := must(store.ParsePhone(number, "US"))(w.t)
	return must(w.EnsurePhone(w.ctx, w.Pool, w.assembly.ID, p))(w.t)
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.Pool.Exec(w.ctx, sql, args...); err != nil {
		w.t.Fatal(err)
	}
}

// refused fails unless err is a Refusal that holds says.
func (w *world) refused(err error, says string) {
	w.t.Helper()
	var r store.Refusal
	if !errors.As(err, &r) || !strings.Contains(r.Error(), says) {
		w.t.Errorf("said %v, not a refusal with %q", err, says)
	}
}
