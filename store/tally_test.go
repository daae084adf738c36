package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hotline/store"
)

func TestCounting(t *testing.T) {
	got := store.Count(3, []int{1, 3, 1, 0, 4, -1, 1})
	if want := (store.Tally{Totals: []int{3, 0, 1}, Counted: 4, Spoiled: 3}); !cmp.Equal(got, want) {
		t.Errorf("counted %+v", got)
	}
}

func TestNoVoteIsLostOrMadeByCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		options := rapid.IntRange(2, 8).Draw(t, "options")
		votes := rapid.SliceOf(rapid.IntRange(-1, 9))
		a, b := votes.Draw(t, "a"), votes.Draw(t, "b")
		one, other, both := store.Count(options, a), store.Count(options, b), store.Count(options, append(append([]int{}, b...), a...))
		sum := 0
		for i, n := range both.Totals {
			if n != one.Totals[i]+other.Totals[i] {
				t.Fatalf("option %d: %d and %d make %d", i+1, one.Totals[i], other.Totals[i], n)
			}
			sum += n
		}
		if sum != both.Counted || both.Counted+both.Spoiled != len(a)+len(b) {
			t.Fatalf("%d votes count as %+v", len(a)+len(b), both)
		}
	})
}
