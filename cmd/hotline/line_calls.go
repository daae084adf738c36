package main

import (
	"context"
	"flag"
	"math"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

type lineCallsJSON struct {
	Number string  `json:"number"`
	Pace   int     `json:"pace"`    // calls with notices a second that it begins
	Price  float64 `json:"price"`   // of a minute, in dollars
	AtOnce int     `json:"at_once"` // calls under way, at the most
}

// lineCalls shows how a line calls with notices, and changes what a flag names.
func lineCalls(fs *flag.FlagSet) action {
	pace := fs.Int("pace", notSaid, "how many `CALLS` with notices it begins a second")
	price := fs.Float64("price", notSaid, "what a minute costs, in `DOLLARS`: 0.014")
	atOnce := fs.Int("at-once", notSaid, "how many `CALLS` with notices go on at the same time, at the most")
	changes(fs)
	return onDatabase(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := store.ParsePhone(args[0], "US")
		if err != nil {
			return err
		}
		l, err := d.store.LineByNumber(ctx, d.store.Pool, number.String())
		if err != nil {
			return err
		}
		var c store.CallTermsChange
		if *pace != notSaid {
			c.Pace = pace
		}
		if *price != notSaid {
			millionths := int(math.Round(*price * 1_000_000))
			c.Price = &millionths
		}
		if *atOnce != notSaid {
			c.AtOnce = atOnce
		}
		if c != (store.CallTermsChange{}) {
			d.assembly.ID = l.AssemblyID
			err := d.change(ctx, "line.calls", func(tx pgx.Tx, _ store.Organizer) (string, error) {
				return l.ID.String(), d.store.ChangeCallTerms(ctx, tx, l.ID, c)
			})
			if err != nil {
				return err
			}
		}
		t, err := d.store.CallTermsOf(ctx, d.store.Pool, l.ID)
		if err != nil {
			return err
		}
		cost := float64(t.Price) / 1_000_000
		return d.told(lineCallsJSON{l.Number, t.Pace, cost, t.AtOnce}, "%s begins %s with notices a second, %d at once at the most; a minute costs $%.4f.", l.Number,
			count(t.Pace, "call", "calls"), t.AtOnce, cost)
	})
}
