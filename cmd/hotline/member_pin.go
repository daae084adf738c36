package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// memberPin prints what nobody can have printed again, so it asks first where that takes another PIN away.
func memberPin(fs *flag.FlagSet) action {
	changes(fs)
	yes := fs.Bool("yes", false, "do not ask")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		m, err := d.store.FindMember(ctx, d.store.Pool, d.assembly.ID, args[0])
		if err != nil {
			return err
		}
		if !*yes {
			question := fmt.Sprintf("Print a new PIN for %s (%s since %s) on this screen, once? One that they have ends.", m.Name, m.Standing, day(m.Since, d.now(), d.zone))
			if err := d.confirm(ctx, question); err != nil {
				return err
			}
		}
		var pin string
		err = d.change(ctx, "member.pin", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			pin, err = d.store.HandOutPin(ctx, tx, m.In, m.ID, d.now())
			return m.ID.String(), err
		})
		if err != nil {
			return err
		}
		if err := d.told(map[string]string{"name": m.Name, "pin": pin}, "%s %s", pin[:3], pin[3:]); err != nil || d.json {
			return err
		}
		d.note("Copy it on paper and hand it to %s yourself; it is shown nowhere again. They key it on a call, where the line asks for a PIN.\n"+
			"It is for voting on a phone that others use, or that was silent for long. Never text it, and ask nobody for theirs.", m.Name)
		return nil
	})
}
