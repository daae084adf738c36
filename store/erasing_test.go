package store_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// due lists what would be erased at the carrier now.
func (w *world) due() (sources []string) {
	w.t.Helper()
	if err := w.DueProcessed(w.ctx, w.Pool, w.now); err != nil {
		w.t.Fatal(err)
	}
	for _, e := range must(w.DueErasures(w.ctx, w.Pool, w.now, store.Erasure{}, 100))(w.t) {
		if e.Err != nil {
			w.t.Error(e.Err)
		}
		sources = append(sources, e.Source)
	}
	return sources
}

// A recording or picture is erased at the carrier once it is here, or was erased, or is not wanted; not while it is still to be fetched.
func TestMediaAreErasedAtTheCarrierOnceTheyAreHere(t *testing.T) {
	for name, c := range map[string]struct {
		do  func(*world, uuid.UUID) error
		due bool
	}{
		"wanted": {func(*world, uuid.UUID) error { return nil }, false},
		"kept": {func(w *world, id uuid.UUID) error {
			return w.KeepMedia(w.ctx, w.Pool, id, "audio/x-wav", []byte("RIFF"))
		}, true},
		"erased":     {func(w *world, id uuid.UUID) error { return w.EraseMedia(w.ctx, w.Pool, id) }, true},
		"wrong sort": {func(w *world, id uuid.UUID) error { return w.LoseMedia(w.ctx, w.Pool, id, store.MediaWrongSort) }, true},
		"lost":       {func(w *world, id uuid.UUID) error { return w.LoseMedia(w.ctx, w.Pool, id, store.MediaLost) }, false},
		"its row is gone": {func(w *world, id uuid.UUID) error {
			_, err := w.Pool.Exec(w.ctx, "delete from media where id = $1", id)
			return err
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.media(store.MediaRecording, uuid.New())
			if err := c.do(w, id); err != nil {
				t.Fatal(err)
			}
			if due := w.due(); (len(due) == 1) != c.due || c.due && !strings.HasPrefix(due[0], "https://carrier.example/") {
				t.Errorf("due are %q", due)
			}
		})
	}
}

// What could not be fetched has only one copy: it is left for a week, for somebody to fetch it by hand, and as long as a hold stands.
func TestWhatCouldNotBeFetchedIsLeftForAWhile(t *testing.T) {
	w := newWorld(t)
	id := w.media(store.MediaPicture, uuid.New())
	if err := w.LoseMedia(w.ctx, w.Pool, id, store.MediaTooLarge); err != nil {
		t.Fatal(err)
	}
	held := func(do func(pgx.Tx) error) {
		t.Helper()
		if err := w.InTx(w.ctx, do); err != nil {
			t.Fatal(err)
		}
	}
	held(func(tx pgx.Tx) error {
		_, err := w.PutHold(w.ctx, tx, store.Hold{Assembly: w.assembly.ID, Why: "the hearing", By: "Ana", At: w.now})
		return err
	})
	w.now = w.now.AddDate(0, 1, 0)
	if due := w.due(); len(due) != 0 {
		t.Errorf("under a hold are due %q", due)
	}
	w.now = w.now.AddDate(0, 1, 0)
	if due := w.due(); len(due) != 0 {
		t.Errorf("under a hold are due %q", due)
	}
	held(func(tx pgx.Tx) error {
		_, err := w.ReleaseHolds(w.ctx, tx, w.assembly.ID, w.now)
		return err
	})
	if due := w.due(); len(due) != 0 {
		t.Errorf("on the day of its release are due %q", due)
	}
	w.now = w.now.AddDate(0, 0, 7)
	if due := w.due(); len(due) != 1 {
		t.Errorf("after a week are due %q", due)
	}
}

// What a newer moment says of a text brings it forward and never puts it off; what is erased stays so, unless it is seen to stand there.
func TestATextIsErasedAsSoonAsItCanBe(t *testing.T) {
	w := newWorld(t)
	want := func(in time.Duration) {
		t.Helper()
		if err := w.WantErased(w.ctx, w.Pool, w.assembly.ID, "SM1", w.now.Add(in), w.now); err != nil {
			t.Fatal(err)
		}
	}
	state := func(want store.ErasureState) {
		t.Helper()
		if got := must(w.ErasureOf(w.ctx, w.Pool, "SM1"))(t); got != want {
			t.Errorf("it is %q, want %q", got, want)
		}
	}
	state(store.ErasureUnknown)
	want(time.Hour)
	want(0)
	want(2 * time.Hour)
	due := must(w.DueErasures(w.ctx, w.Pool, w.now, store.Erasure{}, 10))(t)
	if len(due) != 1 || due[0].Source != "SM1" {
		t.Fatalf("due are %+v", due)
	}
	state(store.ErasureWaits)
	done := []store.Settlement{{ID: due[0].ID, Came: store.CameErased}}
	for range 2 {
		if err := w.SettleErasures(w.ctx, done, w.now); err != nil {
			t.Fatal(err)
		}
	}
	state(store.ErasureDone)
	want(0)
	state(store.ErasureDone)
	if e := must(w.ErasingNow(w.ctx, w.Pool, w.now))(t); e.Kinds[0].Erased != 1 || e.Kinds[0].Waiting != 0 {
		t.Errorf("one text is told as %+v", e.Kinds)
	}
	for _, want := range []bool{true, false} { // the second time it waits already
		if news := must(w.WantErasedAgain(w.ctx, w.Pool, w.assembly.ID, "SM1", w.now))(t); news != want {
			t.Errorf("that it stands there is news: %v", news)
		}
	}
	if got := w.due(); len(got) != 1 || got[0] != "SM1" {
		t.Errorf("due again are %q", got)
	}
}

// Two who erase the same at the same time count it once, and neither brings back what the other has done.
func TestTwoWhoEraseTheSame(t *testing.T) {
	w := newWorld(t)
	if err := w.WantErased(w.ctx, w.Pool, w.assembly.ID, "SM1", w.now, w.now); err != nil {
		t.Fatal(err)
	}
	one := must(w.DueErasures(w.ctx, w.Pool, w.now, store.Erasure{}, 10))(t)[0]
	for _, came := range []store.Settlement{
		{ID: one.ID, Came: store.CameGone}, {ID: one.ID, Came: store.CameLater, Due: w.now, Code: 20009}, {ID: one.ID, Came: store.CameGivenUp},
	} {
		if err := w.SettleErasures(w.ctx, []store.Settlement{came}, w.now); err != nil {
			t.Fatal(err)
		}
	}
	if got := must(w.ErasureOf(w.ctx, w.Pool, "SM1"))(t); got != store.ErasureDone || len(w.due()) != 0 {
		t.Errorf("it is %q", got)
	}
	if err := w.WantErased(w.ctx, w.Pool, w.assembly.ID, "SM2", w.now, w.now); err != nil {
		t.Fatal(err)
	}
	one = must(w.DueErasures(w.ctx, w.Pool, w.now, store.Erasure{}, 10))(t)[0]
	for range 2 {
		if err := w.SettleErasures(w.ctx, []store.Settlement{{ID: one.ID, Came: store.CameGivenUp}}, w.now); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	if err := w.Pool.QueryRow(w.ctx, "select sum(n)::int from carrier_erased").Scan(&n); err != nil || n != 2 {
		t.Errorf("one that is gone and one that is given up are counted as %d, %v", n, err)
	}
}

// A database from before has rows for what lies at the carrier already, once it is migrated.
func TestMediaFromBeforeAreErasedToo(t *testing.T) {
	w := newWorld(t)
	id := w.media(store.MediaPicture, uuid.New())
	sql, err := os.ReadFile("migrations/0020_erasing.sql")
	if err != nil {
		t.Fatal(err)
	}
	w.exec("drop table carrier_erasures, carrier_erased, carrier_erasing_halt")
	w.exec(string(sql))
	if err := w.KeepMedia(w.ctx, w.Pool, id, "image/png", []byte("\x89PNG\r\n\x1a\n")); err != nil {
		t.Fatal(err)
	}
	if due := w.due(); len(due) != 1 || !strings.HasPrefix(due[0], "https://carrier.example/") {
		t.Errorf("due are %q", due)
	}
}

func TestWhatWasHeard(t *testing.T) {
	w := newWorld(t)
	w.exec("insert into heard (key, turn) values ($1, $2)", w.Keys.Index("heard", "SM1")[:16], uuid.New())
	if got := must(w.HeardAmong(w.ctx, w.Pool, []string{"SM1", "SM2"}))(t); len(got) != 1 || !got["SM1"] {
		t.Errorf("heard were %v", got)
	}
}
