package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// What is due is found by its time: of some thousand rows that wait for later none is read, neither for texts nor for calls. Without the index
// outgoing_due all of them are, so that this shows it is that one which is used.
func TestWhatIsDueIsFoundByItsTime(t *testing.T) {
	t.Parallel()
	w := newSendingWorld(t, 4000)
	w.before(20_000)
	w.exec(`update outgoing set not_before = $1 where state = 'ready'`, w.now.Add(time.Hour))
	w.exec(`insert into outgoing (id, assembly_id, line_id, phone_id, channel, purpose, state, expires_at, at, changed_at, broadcast_id, place, lang, not_before)
		select gen_random_uuid(), assembly_id, line_id, phone_id, 'voice', purpose, state, expires_at, at, changed_at, broadcast_id, place + 10000, lang, not_before
		from outgoing where state = 'ready'`)
	w.exec(`vacuum analyze outgoing`)
	rolledBack := errors.New("it was only a trial")
	for _, c := range []struct {
		name string
		do   func(tx pgx.Tx) (some bool, err error)
	}{
		{"LinesToPump", func(tx pgx.Tx) (bool, error) {
			all, err := w.LinesToPump(w.ctx, tx, w.now)
			return len(all) > 0, err
		}},
		{"LinesToCall", func(tx pgx.Tx) (bool, error) {
			all, err := w.LinesToCall(w.ctx, tx, w.now)
			return len(all) > 0, err
		}},
		{"CallsDue", func(tx pgx.Tx) (bool, error) { return w.CallsDue(w.ctx, tx, w.line.ID, w.b.ID, w.now) }},
		{"NextDue", func(tx pgx.Tx) (bool, error) {
			at, err := w.NextDue(w.ctx, tx, w.line.ID, w.b.ID)
			return !at.Equal(w.now.Add(time.Hour)), err
		}},
	} {
		for _, indexed := range []bool{true, false} {
			err := w.InTx(w.ctx, func(tx pgx.Tx) error {
				const used = `select pg_stat_get_xact_numscans(to_regclass('outgoing_due')), seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'outgoing'`
				if !indexed {
					if _, err := tx.Exec(w.ctx, `drop index outgoing_due`); err != nil {
						return err
					}
				}
				var scans, scansAfter *int // none of an index that is not there
				var read, readAfter int
				if err := tx.QueryRow(w.ctx, used).Scan(&scans, &read); err != nil {
					return err
				}
				some, err := c.do(tx)
				if err == nil {
					err = tx.QueryRow(w.ctx, used).Scan(&scansAfter, &readAfter)
				}
				if err != nil {
					return err
				}
				read = readAfter - read
				switch {
				case some:
					t.Errorf("%s: something is due", c.name)
				case indexed && (*scansAfter == *scans || read > 10):
					t.Errorf("%s reads %d rows, and the index in %d scans", c.name, read, *scansAfter-*scans)
				case !indexed && read < 4000:
					t.Errorf("%s reads %d rows without the index: this tells nothing", c.name, read)
				}
				return rolledBack
			})
			if !errors.Is(err, rolledBack) {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
	}
}

// What the carrier did not take of a broadcast that was called back meanwhile is not sent later: it is canceled, as what had waited.
func TestWhatTheCarrierDidNotTakeOfACanceledBroadcastIsCanceled(t *testing.T) {
	t.Parallel()
	w := newSendingWorld(t, 3)
	var rows []store.Drawn
	draw := func() {
		w.do(func(tx pgx.Tx) (err error) {
			if rows, err = w.DrawBroadcast(w.ctx, tx, w.line.ID, w.b, -1, 10, w.now); err != nil {
				return err
			}
			var d store.Decided
			for _, r := range rows[:2] {
				d.Send, d.Words, d.SentAt = append(d.Send, r.ID), append(d.Words, "words"), append(d.SentAt, w.now)
			}
			return w.DecideDrawn(w.ctx, tx, d, w.now)
		})
	}
	busy := func() store.Progress {
		w.do(func(tx pgx.Tx) error {
			return w.SettleDrawn(w.ctx, tx, []store.Settled{{ID: rows[0].ID, State: store.SendReady, Later: w.now}, {ID: rows[1].ID, State: store.SendReady, Later: w.now}}, w.now)
		})
		return must(w.ProgressOf(w.ctx, w.Pool, w.b.ID, time.Time{}))(t)
	}
	draw()
	if got := busy(); got.Ready != 3 {
		t.Fatalf("of one under way: %+v", got)
	}
	draw()
	if err := w.CancelBroadcast(w.ctx, w.Pool, w.b, w.now); err != nil {
		t.Fatal(err)
	}
	if got := busy(); got.Ready != 0 || got.Canceled != 3 {
		t.Errorf("of one that was called back: %+v", got)
	}
}
