package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"strings"
	"time"

	"hotline/store"
)

type periodJSON struct {
	From       *time.Time     `json:"from"`
	To         *time.Time     `json:"to"` // the Monday after
	Reports    int            `json:"reports"`
	Kinds      map[string]int `json:"kinds"`
	Workplaces map[string]int `json:"workplaces"`
}

func (d *desk) periodJSON(p store.Period) periodJSON {
	return periodJSON{optional(p.From, d.zone), optional(p.To, d.zone), p.Reports, counted(p.Kinds), counted(p.Workplaces)}
}

func counted(cells []store.Cell) map[string]int {
	all := map[string]int{}
	for _, c := range cells {
		all[cellName(c)] = c.N
	}
	return all
}

func cellName(c store.Cell) string { return cmp.Or(printable(c.Name), "(not sorted)") }

// reportTrends shows nothing that is below five, nor could be found by subtracting.
func reportTrends(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Period, periodJSON]{
		none: "Too few reports yet: weeks are counted once they are over, and together hold five reports or more.",
		head: []string{"Weeks", "Reports", "Kinds", "Workplaces"},
		all: func(ctx context.Context, d *desk) ([]store.Period, error) {
			all, err := d.store.SortedReports(ctx, d.store.Pool, d.assembly.ID, d.now())
			return store.Trends(all, d.now(), d.zone), err
		},
		row: func(d *desk, p store.Period) []string {
			return []string{day(p.From, d.now(), d.zone) + " to " + day(p.To.AddDate(0, 0, -1), d.now(), d.zone), fmt.Sprint(p.Reports),
				cellWords(p.Kinds), cellWords(p.Workplaces)}
		},
		asJSON: (*desk).periodJSON,
	}.print)
}

func cellWords(cells []store.Cell) string {
	var all []string
	for _, c := range cells {
		all = append(all, fmt.Sprintf("%s %d", cellName(c), c.N))
	}
	return strings.Join(all, ", ")
}
