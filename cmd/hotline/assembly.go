package main

import (
	"cmp"
	"context"
	"flag"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// assemblyJSON is an assembly for programs.
type assemblyJSON struct {
	Name  string     `json:"name"`
	Below string     `json:"below,omitempty"` // the assembly that it joined into
	Zone  string     `json:"zone"`            // IANA
	Since *time.Time `json:"since"`
}

func shownAssembly(a store.Assembly) assemblyJSON {
	return assemblyJSON{Name: a.Name, Below: a.ParentName, Zone: a.Zone, Since: optional(a.CreatedAt, time.UTC)}
}

func assemblyList(fs *flag.FlagSet) action {
	return onDatabase(fs, func(ctx context.Context, d *desk, _ []string) error {
		all, err := d.store.Assemblies(ctx, d.store.Pool)
		if err != nil {
			return err
		}
		if d.json {
			return printAll(d, all, shownAssembly)
		}
		if len(all) == 0 {
			d.say("No assembly yet. Add one with `hotline assembly add`.")
			return nil
		}
		t := table{head: []string{"Name", "Time zone", "Below"}}
		for _, a := range all {
			t.add(a.Name, a.Zone, cmp.Or(a.ParentName, "-"))
		}
		t.print(d.out)
		return nil
	})
}

func assemblyAdd(fs *flag.FlagSet) action {
	changes(fs)
	zone := fs.String("zone", "", "its time `ZONE`, such as America/New_York; left out: that of the assembly above")
	below := fs.String("below", "", "the `ASSEMBLY` that it joins into; this cannot be changed later")
	return onDatabase(fs, func(ctx context.Context, d *desk, args []string) error {
		parent, by := store.Assembly{}, store.Organizer{Name: setup}
		var err error
		if *below != "" {
			if parent, err = d.store.AssemblyByName(ctx, d.store.Pool, *below); err != nil {
				return err
			}
			if by, err = d.actor(ctx, parent.ID); err != nil {
				return err
			}
		}
		var a store.Assembly
		err = d.store.InTx(ctx, func(tx pgx.Tx) error {
			if a, err = d.store.AddAssembly(ctx, tx, args[0], parent.ID, *zone); err != nil {
				return err
			}
			return d.store.Note(ctx, tx, store.Deed{Assembly: a.ID, Actor: by.Name, Act: "assembly.add", Object: a.ID.String(), At: d.now()})
		})
		if err != nil {
			return err
		}
		if d.json {
			return printJSON(d.out, shownAssembly(a))
		}
		d.say("%s is added (%s).", a.Name, a.Zone)
		if parent.ID == uuid.Nil {
			d.say("Next: `hotline organizer add NAME`, and `hotline line add NUMBER`.")
		}
		return nil
	})
}
