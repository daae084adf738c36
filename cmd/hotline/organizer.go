package main

import (
	"context"
	"flag"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// organizerJSON is an organizer for programs.
type organizerJSON struct {
	Name  string     `json:"name"`
	Since *time.Time `json:"since"`
}

func (d *desk) organizerJSON(o store.Organizer) organizerJSON {
	return organizerJSON{Name: o.Name, Since: optional(o.Since, d.zone)}
}

func organizerList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Organizer, organizerJSON]{
		none: "No organizer yet. Add one with `hotline organizer add`.",
		head: []string{"Name", "Since"},
		all: func(ctx context.Context, d *desk) ([]store.Organizer, error) {
			return d.store.Organizers(ctx, d.store.Pool, d.assembly.ID)
		},
		row:    func(d *desk, o store.Organizer) []string { return []string{o.Name, day(o.Since, d.now(), d.zone)} },
		asJSON: (*desk).organizerJSON,
	}.print)
}

// organizerAdd writes the first one into the journal as "setup": somebody has to begin.
func organizerAdd(fs *flag.FlagSet) action {
	changes(fs)
	member := fs.String("member", "", "which `MEMBER` they are, by name")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		person := uuid.Nil
		if *member != "" {
			m, err := d.store.FindMember(ctx, d.store.Pool, d.assembly.ID, *member)
			if err != nil {
				return err
			}
			person = m.ID
		}
		var o store.Organizer
		err := d.change(ctx, "organizer.add", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			var err error
			o, err = d.store.AddOrganizer(ctx, tx, d.assembly.ID, args[0], person)
			return o.Name, err
		})
		if err != nil {
			return err
		}
		return d.told(d.organizerJSON(o), "%s is an organizer of %s. What they do is written into the journal under this name.",
			o.Name, d.assembly.Name)
	})
}

// organizerRemove ends the acting and not the name: what they did stays in the journal.
func organizerRemove(fs *flag.FlagSet) action {
	changes(fs)
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		o, err := d.store.FindOrganizer(ctx, d.store.Pool, d.assembly.ID, args[0])
		if err != nil {
			return err
		}
		err = d.change(ctx, "organizer.remove", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			return o.Name, d.store.RemoveOrganizer(ctx, tx, d.assembly.ID, o.Name, d.now())
		})
		if err != nil {
			return err
		}
		return d.told(d.organizerJSON(o), "%s is no organizer any more. Take the key file and its passphrase back, if they had them.", o.Name)
	})
}
