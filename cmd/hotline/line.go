package main

import (
	"context"
	"errors"
	"flag"
	"math"
	"strings"

	"github.com/jackc/pgx/v5"

	"hotline/gateway/twilio"
	"hotline/store"
)

// lineJSON is a line for programs. Its number is ours, so it stands here.
type lineJSON struct {
	Number    string   `json:"number"`
	Name      string   `json:"name"`
	Assembly  string   `json:"assembly"`
	Languages []string `json:"languages"` // in the order they are offered
	Texts     string   `json:"texts"`     // on, pending
	Emergency string   `json:"emergency"` // what people dial there for an ambulance or the police
	Pace      int      `json:"pace"`      // segments of notices a second; 0: as fast as it goes
	Price     float64  `json:"price"`     // of a segment, in dollars
	DailyCap  int      `json:"daily_cap"` // dollars that what it starts may cost a day
	Countries []string `json:"countries"` // where it calls and texts
}

func (d *desk) lineJSON(l store.Line) lineJSON {
	return lineJSON{Number: l.Number, Name: l.Name, Assembly: l.Assembly, Languages: l.Languages, Texts: string(l.Texts), Emergency: l.Emergency,
		Pace: l.Pace, Price: float64(l.Price) / 1_000_000, DailyCap: l.DailyCap, Countries: l.Reached()}
}

func lineList(fs *flag.FlagSet) action {
	return onDatabase(fs, listing[store.Line, lineJSON]{
		none: "No line yet. Add one with `hotline line add`.",
		head: []string{"Number", "Texts", "Languages", "Assembly", "Name"},
		all: func(ctx context.Context, d *desk) ([]store.Line, error) {
			return d.store.Lines(ctx, d.store.Pool)
		},
		row: func(_ *desk, l store.Line) []string {
			return []string{l.Number, string(l.Texts), joined(l.Languages), l.Assembly, l.Name}
		},
		asJSON: (*desk).lineJSON,
	}.print)
}

// errNoLine is for what cannot be said or heard without one.
var errNoLine = errors.New("no line serves this assembly yet: add one with `hotline line add`")

// lineFlags are what may be said of a line, new or changed.
type lineFlags struct {
	name, languages, texts, emergency string
	pace, cap                         int
	price                             float64
	countries                         string
}

func bindLine(fs *flag.FlagSet) *lineFlags {
	f := &lineFlags{}
	fs.StringVar(&f.name, "name", "", "what workers hear it is called: `WORDS` that give nobody away")
	fs.StringVar(&f.languages, "languages", "", "`LANGUAGES` it speaks, first the most usual: en,es")
	fs.StringVar(&f.texts, "texts", "", "`on`, or pending while the carriers register it: texts are heard and kept, and calls work")
	fs.StringVar(&f.emergency, "emergency", "", "what people there `DIAL` for an ambulance or the police; new lines have 911")
	fs.IntVar(&f.pace, "pace", notSaid, "how many `SEGMENTS` of notices it sends a second, as the carrier lets it; 0: as fast as it goes")
	fs.Float64Var(&f.price, "price", notSaid, "what a segment costs, in `DOLLARS`: 0.0083")
	fs.IntVar(&f.cap, "daily-cap", notSaid, "how many `DOLLARS` what it starts may cost a day")
	fs.StringVar(&f.countries, "countries", "", "in which `COUNTRIES` it calls and texts, such as US,MX; at first in that of its own number")
	return f
}

// notSaid stands for a number that no flag gave.
const notSaid = -1

// change leaves what no flag named as it is.
func (f *lineFlags) change() store.LineChange {
	c := store.LineChange{Name: f.name, Texts: store.Texts(f.texts), Emergency: f.emergency}
	if f.languages != "" {
		c.Languages = strings.FieldsFunc(strings.ToLower(f.languages), func(r rune) bool { return r == ',' || r == ' ' })
	}
	if f.countries != "" {
		c.Countries = strings.FieldsFunc(f.countries, func(r rune) bool { return r == ',' || r == ' ' })
	}
	if f.pace != notSaid {
		c.Pace = &f.pace
	}
	if f.price != notSaid {
		price := int(math.Round(f.price * 1_000_000))
		c.Price = &price
	}
	if f.cap != notSaid {
		c.DailyCap = &f.cap
	}
	return c
}

// lineAdd says what has to be set at the carrier, where the public URL is known.
func lineAdd(fs *flag.FlagSet) action {
	f := bindLine(changes(fs))
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		c := f.change()
		if c.Name == "" || len(c.Languages) == 0 {
			return misused("line add needs --name and --languages")
		}
		if err := f.check(ctx, d); err != nil {
			return err
		}
		number, err := store.ParsePhone(args[0], "US")
		if err != nil {
			return err
		}
		if d.pretend && !fictional(number.String()) {
			return errors.New("this is a real phone number, and dev is for pretend ones (212-555-0100 to 0199): " +
				"use `hotline serve`, or start dev with --i-know")
		}
		var l store.Line
		err = d.change(ctx, "line.add", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			l, err = d.store.AddLine(ctx, tx, store.Line{
				AssemblyID: d.assembly.ID, Number: number.String(), Name: c.Name, Languages: c.Languages, Texts: c.Texts, Emergency: c.Emergency,
			})
			if err == nil {
				l, err = d.store.ChangeLine(ctx, tx, l.Number, store.LineChange{Pace: c.Pace, Price: c.Price, DailyCap: c.DailyCap, Countries: c.Countries})
			}
			return l.ID.String(), err
		})
		if err != nil {
			return err
		}
		return d.showLine(l, "is added")
	})
}

// lineChange finds the assembly by the line, so that its organizers answer for it.
func lineChange(fs *flag.FlagSet) action {
	f := bindLine(changes(fs))
	return onDatabase(fs, func(ctx context.Context, d *desk, args []string) error {
		if *f == (lineFlags{pace: notSaid, cap: notSaid, price: notSaid}) {
			return misused("line change needs one of --name, --languages, --texts, --emergency, --pace, --price, --daily-cap and --countries")
		}
		if err := f.check(ctx, d); err != nil {
			return err
		}
		number, err := store.ParsePhone(args[0], "US")
		if err != nil {
			return err
		}
		l, err := d.store.LineByNumber(ctx, d.store.Pool, number.String())
		if err != nil {
			return err
		}
		d.assembly.ID = l.AssemblyID
		err = d.change(ctx, "line.change", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			l, err = d.store.ChangeLine(ctx, tx, l.Number, f.change())
			return l.ID.String(), err
		})
		if err != nil {
			return err
		}
		return d.showLine(l, "is changed")
	})
}

func (d *desk) showLine(l store.Line, what string) error {
	if d.json {
		return printJSON(d.out, d.lineJSON(l))
	}
	d.say("%s, %q, %s: languages %s, texts %s.", l.Number, l.Name, what, joined(l.Languages), l.Texts)
	if l.Emergency != "911" {
		d.say("Whoever is in danger is told to call %s.", l.Emergency)
	}
	d.say("Hotlines that are running know it within a few seconds.")
	if l.Texts == store.TextsPending {
		d.say("Texts to it are heard and kept, and answered when you say `hotline line change %s --texts on`.", l.Number)
	}
	if d.cfg.PublicURL != "" && !d.pretend {
		set := twilio.WebhookURLs(d.cfg.PublicURL)
		d.say("Set at the carrier, all by POST:\n  A message comes in   %s\n    if that fails      %s\n  A call comes in      %s\n    if that fails      %s\n"+
			"  Call status changes  %s", set.Text, set.TextFallback, set.Voice, set.VoiceFallback, set.CallStatus)
	}
	return nil
}
