package main

import (
	"cmp"
	"context"
	"flag"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// assemblyJSON is an assembly for programs.
type assemblyJSON struct {
	Name  string     `json:"name"`
	Below string     `json:"below,omitempty"` // the assembly that it joined into
	Zone  string     `json:"zone"`            // IANA
	Since *time.Time `json:"since"`
	Hears bool       `json:"hears_above"` // the assemblies above may write to its people
	Quiet bool       `json:"quiet"`       // no text to its people, or to those below it, shows a revealing word
}

// assemblyJSON has no zone of its own to tell times in: UTC.
func (d *desk) assemblyJSON(a store.Assembly) assemblyJSON {
	return assemblyJSON{Name: a.Name, Below: a.ParentName, Zone: a.Zone, Since: optional(a.CreatedAt, time.UTC), Hears: a.HearsAbove, Quiet: a.Quiet}
}

func assemblyList(fs *flag.FlagSet) action {
	return onDatabase(fs, listing[store.Assembly, assemblyJSON]{
		none: "No assembly yet. Add one with `hotline assembly add`.",
		head: []string{"Name", "Time zone", "Quiet", "Below"},
		all: func(ctx context.Context, d *desk) ([]store.Assembly, error) {
			return d.store.Assemblies(ctx, d.store.Pool)
		},
		row: func(_ *desk, a store.Assembly) []string {
			return []string{a.Name, a.Zone, yesNo(a.Quiet), cmp.Or(a.ParentName, "-")}
		},
		asJSON: (*desk).assemblyJSON,
	}.print)
}

// assemblyChange has a whole group be written to as a phone that others look at.
func assemblyChange(fs *flag.FlagSet) action {
	changes(fs)
	quiet := fs.String("quiet", "", "`on`: no text to its people, and to those below it, shows what this is about; off: as before")
	hears := fs.String("hears-above", "", "`on`: the assemblies above may write to those who join from now on; off: they may write to nobody here")
	return onDatabase(fs, func(ctx context.Context, d *desk, args []string) error {
		if *quiet == "" && *hears == "" || !onOff(*quiet) || !onOff(*hears) {
			return misused("assembly change needs --quiet on or off, or --hears-above on or off")
		}
		var err error
		if d.assembly, err = d.store.AssemblyByName(ctx, d.store.Pool, args[0]); err != nil {
			return err
		}
		if *hears != "" {
			if err := d.hearAbove(ctx, *hears == "on"); err != nil || *quiet == "" {
				return err
			}
		}
		d.assembly.Quiet = *quiet == "on"
		err = d.change(ctx, "assembly.quiet", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			return *quiet, d.store.SetAssemblyQuiet(ctx, tx, d.assembly.ID, d.assembly.Quiet)
		})
		if err != nil {
			return err
		}
		words := "Texts to the people of %s, and of those below it, show nothing of what this is about."
		if !d.assembly.Quiet {
			words = "Texts to the people of %s come as before, but to those who chose to be quiet themselves."
		}
		return d.told(d.assemblyJSON(d.assembly), words, d.assembly.Name)
	})
}

func onOff(said string) bool { return said == "" || said == "on" || said == "off" }

// hearAbove says whether the assemblies above may write to an assembly's people.
func (d *desk) hearAbove(ctx context.Context, hears bool) error {
	err := d.change(ctx, "assembly.hears_above", func(tx pgx.Tx, _ store.Organizer) (string, error) {
		return strconv.FormatBool(hears), d.store.SetHearsAbove(ctx, tx, d.assembly.ID, hears, d.now())
	})
	if err != nil {
		return err
	}
	d.assembly.HearsAbove = hears
	words := "The assemblies above may write to those who join %s from now on, who are told so."
	if !hears {
		words = "The assemblies above write to nobody in %s any more."
	}
	return d.told(d.assemblyJSON(d.assembly), words, d.assembly.Name)
}

// assemblyAdd cannot ask who acts where there is no assembly above: nobody has been named yet, and the journal says "setup".
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
		if err := d.rehearseJoining(ctx, args[0], parent); err != nil {
			return err
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
		return d.told(d.assemblyJSON(a), "%s is added (%s). Next: `hotline organizer add NAME`, `hotline line add NUMBER`.", a.Name, a.Zone)
	})
}

// rehearseJoining refuses a name with which the terms of joining would not fit their texts: what a person agrees to is told whole.
func (d *desk) rehearseJoining(ctx context.Context, name string, parent store.Assembly) error {
	var above []string
	for up := parent; up.Name != ""; {
		above = append(above, up.Name)
		if up.ParentName == "" {
			break
		}
		var err error
		if up, err = d.store.AssemblyByName(ctx, d.store.Pool, up.ParentName); err != nil {
			return err
		}
	}
	r, err := d.newRehearsal()
	if err != nil {
		return err
	}
	texts, err := r.joining(name, above[:min(len(above), store.MostAbove)]) // more are refused by the store
	if err != nil {
		return err
	}
	for _, t := range texts {
		if err := t.fits(); err != nil {
			return err
		}
	}
	return nil
}
