package store_test

import (
	"testing"
	"time"

	"hotline/store"
)

func TestWhoIsOnDutyWhen(t *testing.T) {
	at := func(s string) time.Time {
		loc, err := time.LoadLocation("America/New_York")
		if err != nil {
			t.Fatal(err)
		}
		m, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	always := store.Shift{Languages: []string{"es"}, Since: at("2026-11-23 08:00"), Zone: "America/New_York"}
	evening := store.Shift{Languages: []string{"en"}, Since: at("2026-11-23 08:00"), Until: at("2026-11-25 12:00"), From: 18 * 60, To: 23 * 60, Zone: "America/New_York"}
	night := store.Shift{Languages: []string{"en"}, Since: at("2026-11-23 08:00"), From: 22 * 60, To: 6 * 60, Zone: "America/New_York"}
	for _, c := range []struct {
		name   string
		shifts []store.Shift
		lang   string
		now    string
		on     bool
		until  string // empty: for good
	}{
		{"nobody", nil, "en", "2026-11-23 09:00", false, ""},
		{"before it begins", []store.Shift{always}, "es", "2026-11-23 07:00", false, "2026-11-23 08:00"},
		{"until further notice", []store.Shift{always}, "es", "2026-11-23 09:00", true, ""},
		{"another language", []store.Shift{always}, "en", "2026-11-23 09:00", false, ""},
		{"a language not known", []store.Shift{always}, "", "2026-11-23 09:00", true, ""},
		{"by day", []store.Shift{evening}, "en", "2026-11-23 09:00", false, "2026-11-23 18:00"},
		{"in the evening", []store.Shift{evening}, "en", "2026-11-23 18:00", true, "2026-11-23 23:00"},
		{"the last evening is over", []store.Shift{evening}, "en", "2026-11-25 11:00", false, ""},
		{"one takes over from another", []store.Shift{evening, night}, "en", "2026-11-23 20:00", true, "2026-11-24 06:00"},
		{"over midnight", []store.Shift{night}, "en", "2026-11-24 05:59", true, "2026-11-24 06:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want time.Time
			if c.until != "" {
				want = at(c.until)
			}
			if on, until := store.OnDuty(c.shifts, c.lang, at(c.now)); on != c.on || !until.Equal(want) {
				t.Errorf("on duty: %v, until %v; want %v, until %v", on, until, c.on, want)
			}
		})
	}
}

// A large rota costs a turn nearly nothing: a call waits for it.
func TestALargeRota(t *testing.T) {
	const many = 100
	var rota []store.Shift
	for i := range many { // one after the other, so that somebody is always on
		rota = append(rota, store.Shift{Languages: []string{"en"}, From: i * 1440 / many, To: (i + 1) * 1440 / many % 1440, Zone: "America/New_York"})
	}
	began := time.Now()
	if on, until := store.OnDuty(rota, "en", began); !on || !until.IsZero() {
		t.Errorf("on %v until %v", on, until)
	}
	if took := time.Since(began); took > 400*time.Millisecond {
		t.Errorf("it took %v", took)
	}
}
