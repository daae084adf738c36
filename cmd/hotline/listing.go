package main

import (
	"context"
	"strings"
)

// listing is a command that lists records: as a table, as JSON, or in a sentence where there are none. R is the record as the store
// has it, J as programs get it.
type listing[R, J any] struct {
	none   string // what is said where there are none, and how to get the first
	head   []string
	all    func(context.Context, *desk) ([]R, error)
	row    func(*desk, R) []string // cells below head; the last one is wrapped
	asJSON func(*desk, R) J
}

// print is the listing's action.
func (l listing[R, J]) print(ctx context.Context, d *desk, _ []string) error {
	all, err := l.all(ctx, d)
	switch {
	case err != nil:
		return err
	case d.json:
		list := make([]J, len(all)) // none is an empty list, not null
		for i, r := range all {
			list[i] = l.asJSON(d, r)
		}
		return printJSON(d.out, list)
	case len(all) == 0:
		d.say("%s", l.none)
		return nil
	}
	t := table{head: l.head}
	for _, r := range all {
		t.rows = append(t.rows, l.row(d, r))
	}
	t.print(d.out)
	return nil
}

// told ends a command that changed something: with the record for programs, with a sentence for people.
func (d *desk) told(record any, format string, args ...any) error {
	if d.json {
		return printJSON(d.out, record)
	}
	d.say(format, args...)
	return nil
}

// joined is a list for a table's cell; nothing is a dash, so that no column looks forgotten.
func joined(parts []string) string {
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, ", ")
}
