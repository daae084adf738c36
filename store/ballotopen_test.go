package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// While a long roll is written down, reports are filed, and nobody sees the ballot.
func TestOpeningABallotKeepsNobodyWaiting(t *testing.T) {
	w := newWorld(t)
	rosa := w.members("Rosa 2125550101")[0]
	w.exec(`create function hold() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock_shared(42); return null; end $$`)
	w.exec(`create trigger hold after insert on ballot_roll for each statement execute function hold()`)
	hold := must(w.Pool.Begin(w.ctx))(t)
	if _, err := hold.Exec(w.ctx, `select pg_advisory_xact_lock(42)`); err != nil {
		t.Fatal(err)
	}
	opened := make(chan store.Ballot)
	go func() { opened <- w.open() }()
	for waiting := 0; waiting == 0; {
		if err := w.Pool.QueryRow(w.ctx, `select count(*) from pg_locks where locktype = 'advisory' and not granted and
			database = (select oid from pg_database where datname = current_database())`).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}

	soon, cancel := context.WithTimeout(w.ctx, 2*time.Second)
	defer cancel()
	report := store.NewReport{Assembly: w.assembly.ID, Line: w.line.ID, Channel: "text", Lang: "en", Words: "x", ReadBy: w.now, At: w.now}
	if f, err := w.FileReport(soon, w.Pool, report); err != nil || f.Code == "" {
		t.Errorf("a report filed meanwhile: %+v, %v", f, err)
	}
	if got := w.standing(rosa, uuid.Nil); got != store.NoBallot {
		t.Errorf("before it is open: %s", got)
	}
	if err := hold.Commit(w.ctx); err != nil {
		t.Fatal(err)
	}
	if b := <-opened; b.Number != 1 || b.Roll != 1 {
		t.Errorf("opened %+v", b)
	}
	if got := w.standing(rosa, uuid.Nil); got != store.MayVote {
		t.Errorf("once it is open: %s", got)
	}
}

func TestBallotsOpenedAtOnceAreNumberedInTurn(t *testing.T) {
	w := newWorld(t)
	w.members("Rosa 2125550101")
	numbers := make(chan int)
	for range 5 {
		go func() { numbers <- w.open().Number }()
	}
	seen := map[int]bool{}
	for range 5 {
		seen[<-numbers] = true
	}
	for n := 1; n <= 5; n++ {
		if !seen[n] {
			t.Errorf("no ballot is number %d: %v", n, seen)
		}
	}
}
