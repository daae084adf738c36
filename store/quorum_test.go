package store_test

import (
	"testing"

	"pgregory.net/rapid"

	"hotline/store"
)

// A share of the members is never less than that share, and never a whole member more; what is written is read as it was meant.
func TestAShareIsRoundedUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members, percent := rapid.IntRange(0, 2_000_000).Draw(t, "members"), rapid.IntRange(1, 100).Draw(t, "percent")
		q := store.Quorum{Percent: percent}
		n := q.Of(members)
		if n < 1 || 100*n < members*percent || n > 1 && 100*(n-1) >= members*percent {
			t.Errorf("%d%% of %d are %d", percent, members, n)
		}
		for _, q := range []store.Quorum{q, {Heads: members + 1}, {}} {
			if read, err := store.ParseQuorum(q.String()); err != nil || read != q {
				t.Errorf("%s is read as %+v, %v", q, read, err)
			}
		}
	})
}
