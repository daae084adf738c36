package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// deeds writes n of them, four at a time.
func (w *world) deeds(n int) {
	w.t.Helper()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for j := i; j < n; j += 4 {
				err := w.InTx(w.ctx, func(tx pgx.Tx) error {
					return w.Note(w.ctx, tx, store.Deed{Assembly: w.assembly.ID, Actor: "Ana", Act: "member.vouch", Object: fmt.Sprint(j), At: w.now})
				})
				if err != nil {
					w.t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestTheJournalStandsInOneChain(t *testing.T) {
	w := newWorld(t)
	w.deeds(20)
	lines, last, err := w.VerifyJournal(w.ctx, w.Pool)
	if err != nil || lines != 20 || len(last) != 32 {
		t.Errorf("%d lines, %x, %v", lines, last, err)
	}
	seen := map[string]bool{}
	for i, d := range must(w.Journal(w.ctx, w.Pool, w.assembly.ID))(t) {
		if d.Seq != int64(i+1) || d.Actor != "Ana" || !d.At.Equal(w.now) {
			t.Errorf("line %d is %+v", i+1, d)
		}
		seen[d.Object] = true
	}
	if len(seen) != 20 {
		t.Errorf("%d different deeds", len(seen))
	}
}

func TestTamperingWithTheJournalShows(t *testing.T) {
	for name, c := range map[string]struct {
		tamper string
		line   int
	}{
		"another actor":     {`update journal set actor = 'Ben' where seq = 3`, 3},
		"another time":      {`update journal set at = at + interval '1 microsecond' where seq = 5`, 5},
		"a line less":       {`delete from journal where seq = 2`, 2},
		"a line less, hid":  {`delete from journal where seq = 2; update journal set seq = seq - 1 where seq > 2`, 2},
		"the first is gone": {`delete from journal where seq = 1`, 1},
		"moved letters":     {`update journal set actor = 'Anam', act = 'ember.vouch' where seq = 4`, 4},
		"two swapped": {`update journal set seq = 100 where seq = 2; update journal set seq = 2 where seq = 3;
			update journal set seq = 3 where seq = 100`, 2},
		"made up": {`insert into journal select 7, assembly_id, at, actor, act, object, digest from journal where seq = 6`, 7},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.deeds(6)
			w.exec(c.tamper)
			_, _, err := w.VerifyJournal(w.ctx, w.Pool)
			if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("line %d ", c.line)) {
				t.Errorf("said %v", err)
			}
		})
	}
}
