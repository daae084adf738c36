package store_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hotline/store"
)

// Trends show nothing below five, nor anything from which less than five could be subtracted: not within a period, nor between what is
// shown now and what was shown before.
func TestTrendsShowNothingBelowFive(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	began := time.Date(2026, 1, 5, 9, 0, 0, 0, zone)
	rapid.Check(t, func(t *rapid.T) {
		var all []store.Sorted
		for range rapid.IntRange(0, 120).Draw(t, "reports") {
			all = append(all, store.Sorted{
				FiledAt:   began.Add(time.Duration(rapid.IntRange(0, 24*7*12).Draw(t, "hours")) * time.Hour),
				Kind:      rapid.SampledFrom([]string{"", "pay", "hours", "safety", "firing"}).Draw(t, "kind"),
				Workplace: rapid.SampledFrom([]string{"", "Hall A", "Hall B", "hall b", "Dock"}).Draw(t, "workplace"),
			})
		}
		now := began.AddDate(0, 0, 7*rapid.IntRange(1, 14).Draw(t, "weeks")).Add(time.Hour)
		shown := store.Trends(all, now, zone)
		counted := 0
		for i, p := range shown {
			counted += p.Reports
			if p.Reports < 5 || p.To.After(now) || i > 0 && !p.From.Equal(shown[i-1].To) {
				t.Fatalf("a period of %d reports from %s to %s", p.Reports, p.From, p.To)
			}
			for _, cells := range [][]store.Cell{p.Kinds, p.Workplaces} {
				sum := 0
				for _, c := range cells {
					if sum += c.N; c.N < 5 {
						t.Fatalf("%q is shown as %d", c.Name, c.N)
					}
				}
				if sum != p.Reports {
					t.Fatalf("%d of %d are in a cell: the rest can be subtracted", sum, p.Reports)
				}
			}
		}
		over := 0
		for _, r := range all {
			if len(shown) > 0 && r.FiledAt.Before(shown[len(shown)-1].To) {
				over++
			}
		}
		if over != counted {
			t.Fatalf("%d reports are counted, and there were %d", counted, over)
		}
		before := store.Trends(slices.DeleteFunc(slices.Clone(all), func(r store.Sorted) bool { return !r.FiledAt.Before(now.AddDate(0, 0, -14)) }), now.AddDate(0, 0, -14), zone)
		if len(before) > len(shown) || len(before) > 0 && !reflect.DeepEqual(before, shown[:len(before)]) {
			t.Fatalf("what was shown two weeks ago has changed: %+v, now %+v", before, shown)
		}
	})
}
