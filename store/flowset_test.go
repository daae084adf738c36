package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
	"hotline/store/storetest"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// Only what was heard lately, and left a flow under way, counts.
func TestFlowSetsInUse(t *testing.T) {
	s := storetest.New(t)
	w := aLine(t, s)
	w.turn(1, false, noon.Add(-71*time.Hour), "a")
	w.turn(2, false, noon.Add(-time.Hour), "a")
	w.turn(3, true, noon.Add(-3*time.Hour), "b")
	w.turn(4, true, noon.Add(-5*time.Hour), "b")
	w.turn(5, false, noon.Add(-73*time.Hour), "c")
	w.turn(6, false, noon, "d")
	w.turn(6, false, noon, "")
	uses, err := s.FlowSetsInUse(t.Context(), s.Pool, noon.Add(-72*time.Hour), noon.Add(-4*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	var told string
	for _, u := range uses {
		told += fmt.Sprintf("%s %d %s-%s; ", u.Hash, u.Talks, u.First.UTC().Format("02 15h"), u.Last.UTC().Format("02 15h"))
	}
	if want := "a 2 24 13h-27 11h; b 1 27 09h-27 09h; "; told != want {
		t.Errorf("in use: %s\nwant %s", told, want)
	}
}

// What a turn changes in its conversation's row stands in no index but that of the day: Postgres need not write into any for it.
func TestATurnWritesIntoNoIndexOfConversations(t *testing.T) {
	s := storetest.New(t)
	w := aLine(t, s)
	w.turn(1, false, noon, "a")
	tx, err := s.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	var all, light int
	if _, err := tx.Exec(t.Context(), `update conversations set n = n + 1, turn = $1, flow_set = '', state = 'x', heard_at = $2`, uuid.New(), noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := tx.QueryRow(t.Context(), `select n_tup_upd, n_tup_hot_upd from pg_stat_xact_user_tables where relname = 'conversations'`).Scan(&all, &light); err != nil {
		t.Fatal(err)
	}
	if all != 1 || light != 1 {
		t.Errorf("%d changed, %d of them without an index", all, light)
	}
}

// talks makes turns on a line.
type talks struct {
	t    *testing.T
	s    *store.Store
	line store.Line
}

func aLine(t *testing.T, s *store.Store) talks {
	t.Helper()
	a, err := s.AddAssembly(t.Context(), s.Pool, "Warehouse", uuid.Nil, "UTC")
	if err != nil {
		t.Fatal(err)
	}
	line, err := s.AddLine(t.Context(), s.Pool, store.Line{AssemblyID: a.ID, Number: "+12125550100", Name: "The 0100 Line", Languages: []string{"en"}})
	if err != nil {
		t.Fatal(err)
	}
	return talks{t, s, line}
}

// turn is one of a phone, or of its call, that leaves a flow of a set under way; or none.
func (w talks) turn(phone int, call bool, at time.Time, set string) {
	w.t.Helper()
	arrival := store.Arrival{Key: uuid.NewString(), Line: w.line, Phone: store.Phone(fmt.Sprintf("+121255501%02d", phone)), At: at}
	if call {
		arrival.Call = fmt.Sprint("CA", phone)
	}
	tx, err := w.s.BeginTurn(w.t.Context(), arrival)
	if err != nil {
		w.t.Fatal(err)
	}
	defer tx.Close()
	if err := tx.Commit(w.t.Context(), store.Done{Turn: uuid.Must(uuid.NewV7()), At: at, FlowSet: set, Reply: []byte{1}}); err != nil {
		w.t.Fatal(err)
	}
}
