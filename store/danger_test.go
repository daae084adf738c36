package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"hotline/store"
)

// An assembly's own rota comes first, then that of those above it, the nearest first; a sibling's never (WORKERS.md, "Danger").
func TestWhoseRotaIsRung(t *testing.T) {
	w := newWorld(t)
	region := must(w.AddAssembly(w.ctx, w.Pool, "Region", uuid.Nil, "America/New_York"))(t)
	city := must(w.AddAssembly(w.ctx, w.Pool, "City", region.ID, ""))(t)
	own := must(w.AddAssembly(w.ctx, w.Pool, "Bakery", city.ID, ""))(t)
	sibling := must(w.AddAssembly(w.ctx, w.Pool, "Mill", city.ID, ""))(t)
	below := must(w.AddAssembly(w.ctx, w.Pool, "Night shift", own.ID, ""))(t)
	numbers := map[string]store.Phone{"region": "+12125550111", "city": "+12125550112", "own": "+12125550113", "mill": "+12125550114", "night": "+12125550115"}
	on := func(name string, a store.Assembly) store.Duty {
		phone := must(w.EnsurePhone(w.ctx, w.Pool, a.ID, numbers[name]))(t)
		return must(w.PutOnDuty(w.ctx, w.Pool, store.Duty{Assembly: a.ID, Name: name, Phone: phone, Shift: store.Shift{Languages: []string{"en"}, Since: w.now}}))(t)
	}
	on("region", region)
	on("mill", sibling)
	on("night", below)
	on("city", city)
	own1 := on("own", own)
	call := func(first uuid.UUID) (rung []string) {
		c := store.Calling{Assembly: own.ID, Conversation: uuid.New(), Lang: "en", First: first, Now: w.now}
		for {
			d, found := must2(w.RingNext(w.ctx, w.Pool, c))(t)
			if !found {
				return rung
			}
			rung = append(rung, d.Name)
			must(w.AddPlacedCall(w.ctx, w.Pool, store.DutyCall{Assembly: own.ID, Line: w.line.ID, Duty: d.ID, Conversation: c.Conversation, At: w.now.Add(-time.Hour),
				Danger: must(w.AddDanger(w.ctx, w.Pool, store.Danger{Assembly: own.ID, Line: w.line.ID, Conversation: c.Conversation, Channel: store.ByText, At: w.now}))(t).ID}))(t)
			c.Tried++
		}
	}
	if rung := call(uuid.Nil); !slices.Equal(rung, []string{"own", "city", "region"}) {
		t.Errorf("rung in turn: %v", rung)
	}
	city1, found := must2(w.FindDuty(w.ctx, w.Pool, city.ID, "city"))(t)
	if rung := call(city1.ID); !found || !slices.Equal(rung, []string{"city", "own", "region"}) {
		t.Errorf("with one who is rung first: %v", rung)
	}
	if err := w.TakeOffDuty(w.ctx, w.Pool, own1.ID, w.now); err != nil {
		t.Fatal(err)
	}
	if rung := call(own1.ID); !slices.Equal(rung, []string{"city", "region"}) {
		t.Errorf("off duty: %v", rung)
	}
	if all := must(w.MayRing(w.ctx, w.Pool, store.Calling{Assembly: own.ID, Lang: "en", Now: w.now}))(t); len(all) != 2 {
		t.Errorf("%d may be rung", len(all))
	}
}

func must2[T any](v T, ok bool, err error) func(testing.TB) (T, bool) {
	return func(t testing.TB) (T, bool) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v, ok
	}
}

// On duty by text is on duty until then, whatever the hours, and changes nothing of them afterwards.
func TestOnDutyByTextLiesOverTheHours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minute := rapid.IntRange(0, 24*60-1)
		begin := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
		s := store.Shift{Languages: []string{"en"}, Since: begin, From: minute.Draw(t, "from"), To: minute.Draw(t, "to"), Zone: "America/New_York"}
		said := begin.Add(time.Duration(minute.Draw(t, "said")) * time.Minute)
		with := s
		with.OnUntil = said.Add(store.OnFor)
		for at := said; at.Before(said.Add(36 * time.Hour)); at = at.Add(97 * time.Minute) {
			want := at.Before(with.OnUntil) || s.On(at)
			if got := with.On(at); got != want {
				t.Fatalf("at %s on: %v, want %v", at, got, want)
			}
			on, until := store.OnDuty([]store.Shift{with}, "en", at)
			if on != want || !until.IsZero() && (with.On(until) == on || !with.On(until.Add(-time.Second)) == on) {
				t.Fatalf("at %s on: %v until %s", at, on, until)
			}
		}
	})
}
