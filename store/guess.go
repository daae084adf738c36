package store

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// A code is as safe as trying codes is slow. So many wrong ones an hour are heard out; after that also the right one is taken for
// wrong. Whoever hides their number shares the tries of all who do, on that line. A line's own bound is far above what people mistype: it is
// for whoever has many phones.
const (
	mostGuessesPhone = 5
	mostGuessesLine  = 200
)

// Guessing is somebody who tries a code.
type Guessing struct {
	What  string // which kind of code
	Phone uuid.NullUUID
	Line  uuid.UUID
	At    time.Time
}

// scopes are where a wrong code counts, and how many may.
func (g Guessing) scopes() (own uuid.UUID, ownWhat string) {
	if g.Phone.Valid {
		return g.Phone.UUID, g.What
	}
	return g.Line, g.What + ", withheld"
}

// MayGuess tells whether a code is looked at at all.
func (s *Store) MayGuess(ctx context.Context, q Querier, g Guessing) (may bool, err error) {
	own, ownWhat := g.scopes()
	err = q.QueryRow(ctx, `select not exists (select from guesses where hour = $1 and
			(scope = $2 and what = $3 and n >= $4 or scope = $5 and what = $6 and n >= $7))`,
		hourOf(g.At), own, ownWhat, mostGuessesPhone, g.Line, g.What, mostGuessesLine).Scan(&may)
	return may, wrap("counting wrong codes", err)
}

// WrongGuess counts a code that was none. The line's own row comes second, and in every turn so: two turns cannot wait for each other.
func (s *Store) WrongGuess(ctx context.Context, q Querier, g Guessing) error {
	own, ownWhat := g.scopes()
	for _, at := range []struct {
		scope uuid.UUID
		what  string
	}{{own, ownWhat}, {g.Line, g.What}} {
		if _, err := q.Exec(ctx, `insert into guesses (scope, what, hour, n) values ($1, $2, $3, 1)
			on conflict (scope, what, hour) do update set n = guesses.n + 1`, at.scope, at.what, hourOf(g.At)); err != nil {
			return wrap("counting wrong codes", err)
		}
	}
	return nil
}

func hourOf(t time.Time) time.Time { return t.UTC().Truncate(time.Hour) }
