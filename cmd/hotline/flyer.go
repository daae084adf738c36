package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// flyerJSON is a flyer for programs.
type flyerJSON struct {
	Word     string `json:"word"` // as printed
	Language string `json:"language"`
	Line     string `json:"line"` // the number it is sent to
	Assembly string `json:"assembly"`
	Joined   int    `json:"joined"` // 0 where fewer than five: less would point at somebody
	Ended    bool   `json:"ended"`
}

func (d *desk) flyerJSON(f store.Flyer) flyerJSON {
	return flyerJSON{Word: f.Word, Language: f.Lang, Line: f.Line, Assembly: f.AssemblyName, Joined: f.Joined, Ended: f.Ended}
}

// flyerList tells of small counts only that they are small.
func flyerList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Flyer, flyerJSON]{
		none: "No flyer yet. Make one with `hotline flyer add`.",
		head: []string{"Word", "Language", "Line", "Joined", "State", "Assembly"},
		all: func(ctx context.Context, d *desk) ([]store.Flyer, error) {
			return d.store.Flyers(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(_ *desk, f store.Flyer) []string {
			joined := "under " + strconv.Itoa(store.FewestShown)
			if f.Joined > 0 {
				joined = strconv.Itoa(f.Joined)
			}
			return []string{f.Word, f.Lang, f.Line, joined, map[bool]string{true: "ended", false: "on"}[f.Ended], f.AssemblyName}
		},
		asJSON: (*desk).flyerJSON,
	}.print)
}

// flyerAdd draws the word unless it is given: a drawn one means nothing to whoever finds the flyer.
func flyerAdd(fs *flag.FlagSet) action {
	changes(fs)
	word := fs.String("word", "", "the `WORD` on it: a word and a number such as SOL27, meaning nothing; left out: drawn")
	language := fs.String("language", "", "the `LANGUAGE` it is written in; left out: the line's first")
	number := fs.String("line", "", "the `NUMBER` on it; not needed where one line serves the assembly")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		line, err := d.lineFor(ctx, *number)
		if err != nil {
			return err
		}
		lang := cmp.Or(strings.ToLower(*language), line.Languages[0])
		known, err := d.spokenLanguages(ctx)
		if err != nil {
			return err
		}
		if err := spoken(known, lang); err != nil {
			return err
		}
		var f store.Flyer
		err = d.change(ctx, "flyer.add", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			f, err = d.store.AddFlyer(ctx, tx, store.NewFlyer{Line: line, Assembly: d.assembly.ID, Word: *word, Lang: lang})
			return f.ID.String(), err
		})
		if err != nil {
			return err
		}
		return d.told(d.flyerJSON(f), "Print on the flyer: text %s to %s\nWhoever does is asked (%s) whether they want notices of %s.",
			f.Word, f.Line, f.Lang, f.AssemblyName)
	})
}

// lineFor is the line with a number, or the only one that serves the assembly.
func (d *desk) lineFor(ctx context.Context, number string) (store.Line, error) {
	if number != "" {
		phone, err := store.ParsePhone(number, "US")
		if err != nil {
			return store.Line{}, err
		}
		return d.store.LineByNumber(ctx, d.store.Pool, phone.String())
	}
	lines, err := d.lines(ctx)
	if err != nil {
		return store.Line{}, err
	}
	if len(lines) == 1 {
		return lines[0], nil
	}
	if len(lines) == 0 {
		return store.Line{}, errNoLine
	}
	var numbers []string
	for _, l := range lines {
		numbers = append(numbers, l.Number)
	}
	return store.Line{}, errors.New("which line? Say so with --line; there are: " + joined(numbers))
}

// flyerEnd is for a flyer that was found by the wrong people.
func flyerEnd(fs *flag.FlagSet) action {
	changes(fs)
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		err := d.change(ctx, "flyer.end", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			return store.FlyerWord(args[0]), d.store.EndFlyer(ctx, tx, d.assembly.ID, args[0])
		})
		if err != nil {
			return err
		}
		word := store.FlyerWord(args[0])
		return d.told(map[string]string{"word": word}, "Nobody can join by %s any more. Those who did stay.", word)
	})
}
