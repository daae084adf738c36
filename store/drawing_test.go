package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
	"hotline/store/storetest"
)

// sendingWorld is a line with a broadcast under way, to so many phones.
type sendingWorld struct {
	*store.Store
	testing.TB
	ctx  context.Context
	now  time.Time
	line store.Line
	b    store.Broadcast
}

func newSendingWorld(t testing.TB, phones int) *sendingWorld {
	t.Helper()
	w := &sendingWorld{Store: storetest.New(t), TB: t, ctx: context.Background(), now: time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)}
	a := must(w.AddAssembly(w.ctx, w.Pool, "Dock workers", uuid.Nil, "America/New_York"))(t)
	w.line = must(w.AddLine(w.ctx, w.Pool, store.Line{AssemblyID: a.ID, Number: "(212) 555-0100", Name: "The 0100 Line", Languages: []string{"en", "es"}}))(t)
	var rows []store.MemberRow
	for i := range phones {
		rows = append(rows, store.MemberRow{Line: i + 1, Name: fmt.Sprintf("Member %d", i), Phone: store.Phone(fmt.Sprintf("+1212%07d", 2_000_000+i)), Language: "en",
			Standing: store.StandsMember, Agreed: &store.Agreement{How: "sheet", On: w.now.Add(-240 * time.Hour), Channels: []string{store.ByText}}})
	}
	w.do(func(tx pgx.Tx) error { _, err := w.ImportMembers(w.ctx, tx, a.ID, rows, w.now); return err })
	author := must(w.AddOrganizer(w.ctx, w.Pool, a.ID, "Rosa", uuid.Nil))(t)
	second := must(w.AddOrganizer(w.ctx, w.Pool, a.ID, "Sam", uuid.Nil))(t)
	w.b = must(w.DraftBroadcast(w.ctx, w.Pool, store.Broadcast{Assembly: a.ID, Line: w.line.ID, Purpose: store.ForNotices, DraftedBy: author.ID,
		Words: store.Words{"en": "The gate is open.", "es": "La puerta ya abre."}, ExpiresAt: w.now.Add(24 * time.Hour)}, w.now))(t)
	w.exec(`update broadcasts set state = 'approved', approved_by = $1, approved_at = $2, starts_at = $2`, second.ID, w.now)
	w.do(func(tx pgx.Tx) error { return w.FreezeBroadcast(w.ctx, tx, w.b.ID, w.now) })
	if err := w.TurnBroadcasts(w.ctx, w.Pool, w.now); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *sendingWorld) do(do func(tx pgx.Tx) error) {
	w.Helper()
	if err := w.InTx(w.ctx, do); err != nil {
		w.Fatal(err)
	}
}

func (w *sendingWorld) exec(sql string, args ...any) {
	w.Helper()
	if _, err := w.Pool.Exec(w.ctx, sql, args...); err != nil {
		w.Fatal(err)
	}
}

// before fills the table with what went out before, of as many other broadcasts to the same phones as it takes.
func (w *sendingWorld) before(sent int) {
	w.Helper()
	w.exec(`with more as (insert into broadcasts (id, assembly_id, line_id, number, purpose, words, audience, drafted_by, drafted_at, approved_by, approved_at, starts_at,
			expires_at, state, frozen_at, ended_at)
		select gen_random_uuid(), b.assembly_id, b.line_id, (select max(number) from broadcasts) + g, b.purpose, b.words, b.audience, b.drafted_by, b.drafted_at, b.approved_by, b.approved_at,
			b.starts_at, b.expires_at, 'done', b.starts_at, b.starts_at
		from broadcasts b, generate_series(1, ceil($2::float8 / (select count(*) from phones))::int) g where b.id = $1 returning id, assembly_id, line_id),
		told as (select id, row_number() over (order by id) as place from phones)
		insert into outgoing (id, assembly_id, line_id, phone_id, channel, purpose, state, carrier_id, expires_at, at, changed_at, sent_at, broadcast_id, place, lang)
		select gen_random_uuid(), m.assembly_id, m.line_id, t.id, 'text', 'notices', 'delivered', 'SM' || gen_random_uuid(), now(), now(), now(), now(), m.id, t.place, 'en'
		from more m, told t`, w.b.ID, sent)
	w.exec(`analyze`)
}

// However many texts have gone out before, what a pump asks all the time reads those it needs and never the whole table.
func TestAPumpNeverReadsTheWholeTable(t *testing.T) {
	t.Parallel()
	w := newSendingWorld(t, 500)
	w.before(20_000)
	scans := func(tx pgx.Tx) (n int) {
		if err := tx.QueryRow(w.ctx, `select coalesce(seq_scan, 0) from pg_stat_xact_user_tables where relname = 'outgoing'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	rolledBack := errors.New("it was only a trial")
	var rows []store.Drawn
	for _, c := range []struct {
		name string
		do   func(tx pgx.Tx) error
	}{
		{"LinesToPump", func(tx pgx.Tx) error { _, err := w.LinesToPump(w.ctx, tx, w.now); return err }},
		{"TurnBroadcasts", func(tx pgx.Tx) error { return w.TurnBroadcasts(w.ctx, tx, w.now) }},
		{"NextDue", func(tx pgx.Tx) error { _, err := w.NextDue(w.ctx, tx, w.line.ID, w.b.ID); return err }},
		{"CutOff", func(tx pgx.Tx) error { return w.CutOff(w.ctx, tx, w.line.ID, w.now) }},
		{"ProgressOf", func(tx pgx.Tx) error { _, err := w.ProgressOf(w.ctx, tx, w.b.ID, time.Time{}); return err }},
		{"DrawBroadcast", func(tx pgx.Tx) (err error) {
			rows, err = w.DrawBroadcast(w.ctx, tx, w.line.ID, w.b, 100, 50, w.now)
			return err
		}},
		{"DecideDrawn", func(tx pgx.Tx) error {
			var d store.Decided
			for _, r := range rows {
				d.Send, d.Words, d.SentAt = append(d.Send, r.ID), append(d.Words, "words"), append(d.SentAt, w.now)
			}
			return w.DecideDrawn(w.ctx, tx, d, w.now)
		}},
		{"SettleDrawn", func(tx pgx.Tx) error {
			var all []store.Settled
			for _, r := range rows {
				all = append(all, store.Settled{ID: r.ID, State: store.SendAccepted, SID: "SM" + r.ID.String()})
			}
			return w.SettleDrawn(w.ctx, tx, all, w.now)
		}},
		{"YieldAll", func(tx pgx.Tx) error {
			var all []store.Told
			for _, r := range rows {
				all = append(all, store.Told{ID: r.ID, Telling: store.Telling{State: store.SendSent, CarrierID: "SM" + r.ID.String(), At: w.now}})
			}
			return w.YieldAll(w.ctx, tx, all, w.now)
		}},
		{"FenceOutgoing", func(tx pgx.Tx) error { _, err := w.FenceOutgoing(w.ctx, tx, w.now, w.now); return err }},
		{"Unknowns", func(tx pgx.Tx) error { _, err := w.Unknowns(w.ctx, tx, w.now, 100); return err }},
	} {
		if err := w.InTx(w.ctx, func(tx pgx.Tx) error {
			before := scans(tx) // the session's own, until it has told them to all
			if err := c.do(tx); err != nil {
				return err
			}
			if n := scans(tx) - before; n > 0 {
				t.Errorf("%s reads the whole table, %d times", c.name, n)
			}
			return rolledBack
		}); err != rolledBack {
			t.Fatalf("%s: %v", c.name, err)
		}
	}
	if len(rows) != 50 || rows[0].Place != 101 {
		t.Errorf("%d rows were drawn", len(rows))
	}
}

// What the carrier took is to be erased there, whether it tells more of it or not. (WORKERS.md: phone companies see that you texted us; we erase the
// words at ours.)
func TestWhatABroadcastPlacedIsErasedAtTheCarrier(t *testing.T) {
	t.Parallel()
	w := newSendingWorld(t, 6)
	var rows []store.Drawn
	w.do(func(tx pgx.Tx) (err error) {
		rows, err = w.DrawBroadcast(w.ctx, tx, w.line.ID, w.b, -1, 10, w.now)
		if err != nil {
			return err
		}
		var all []store.Settled
		for i, r := range rows {
			state := []store.SendState{store.SendAccepted, store.SendAccepted, store.SendAccepted, store.SendRefused, store.SendUnknown, store.SendReady}[i]
			c := store.Settled{ID: r.ID, State: state, Later: w.now}
			if state == store.SendAccepted {
				c.SID = "SM" + r.ID.String()
			}
			all = append(all, c)
		}
		return w.SettleDrawn(w.ctx, tx, all, w.now)
	})
	soon := func() (n int) {
		all := must(w.DueErasures(w.ctx, w.Pool, w.now.Add(store.SettledAfter), store.Erasure{}, 100))(t)
		return len(all)
	}
	later := must(w.DueErasures(w.ctx, w.Pool, w.now.Add(2*time.Hour), store.Erasure{}, 100))(t)
	if len(later) != 3 || soon() != 0 {
		t.Fatalf("%d are to be erased, %d of them soon", len(later), soon())
	}
	w.do(func(tx pgx.Tx) error { // it tells of one that it delivered it, twice, and of one that it sent it
		_, err := w.TellOutgoing(w.ctx, tx, []store.Told{
			{ID: rows[0].ID, Telling: store.Telling{State: store.SendDelivered, CarrierID: "SM" + rows[0].ID.String(), At: w.now}},
			{ID: rows[0].ID, Telling: store.Telling{State: store.SendSent, CarrierID: "SM" + rows[0].ID.String(), At: w.now}},
			{ID: rows[1].ID, Telling: store.Telling{State: store.SendSent, CarrierID: "SM" + rows[1].ID.String(), At: w.now}},
			{ID: uuid.New(), Telling: store.Telling{State: store.SendSent, CarrierID: "SM1", At: w.now}},
		})
		return err
	})
	t2 := must(w.ProgressOf(w.ctx, w.Pool, w.b.ID, time.Time{}))(t)
	if soon() != 1 || t2.Delivered != 1 || t2.Sent != 1 || t2.Accepted != 1 || t2.Unknown != 1 || t2.Ready != 1 || t2.Total != 6 {
		t.Errorf("%d are to be erased soon, %+v", soon(), t2)
	}
}

// BenchmarkDraw draws a hundred rows from the middle of a broadcast to 5,000 phones, with so many rows in the table that went out before:
// `go test -run '^$' -bench Draw ./store`.
func BenchmarkDraw(b *testing.B) {
	w := newSendingWorld(b, 5000)
	sent := 0
	rolledBack := errors.New("it was only a trial")
	for _, n := range []int{0, 100_000, 1_000_000} {
		w.before(n - sent)
		w.exec(`vacuum analyze`)
		sent = n
		b.Run(fmt.Sprintf("%d-before", n), func(b *testing.B) {
			var before, after int
			const count = `select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'outgoing'`
			for i := 0; b.Loop(); i++ {
				err := w.InTx(w.ctx, func(tx pgx.Tx) error {
					if err := tx.QueryRow(w.ctx, count).Scan(&before); err != nil {
						return err
					}
					rows, err := w.DrawBroadcast(w.ctx, tx, w.line.ID, w.b, i*37%4000, 100, w.now)
					if err == nil && len(rows) != 100 {
						err = fmt.Errorf("it drew %d", len(rows))
					}
					if err == nil {
						err = tx.QueryRow(w.ctx, count).Scan(&after)
					}
					return errors.Join(err, rolledBack)
				})
				if err.Error() != rolledBack.Error() {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(after-before), "rows-read/op")
		})
	}
}
