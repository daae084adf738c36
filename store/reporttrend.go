package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// leastCell is the smallest number that a count of reports shows: of fewer, whoever knows a workplace can tell who they were.
const leastCell = 5

// Rest is the name of what was too few to be counted apart.
const Rest = "(others)"

// Period is some whole weeks, and the reports filed in them.
type Period struct {
	From, To   time.Time // the Mondays that it begins with, and that it ends before
	Reports    int
	Kinds      []Cell
	Workplaces []Cell
}

// Cell is a count of a period. The cells of a period sum up to its reports, and none is below five, so that nothing below five can be
// found by subtracting either.
type Cell struct {
	Name string // Rest: several that are too few each; "": organizers have not said
	N    int
}

// Sorted is a report as far as it is counted.
type Sorted struct {
	FiledAt         time.Time
	Kind, Workplace string
}

// Trends counts reports by kind, workplace and week, the oldest first. Weeks with few are put together with those after them, from the very
// first on: what is shown of a time that is over does not change with what comes later, so that two looks cannot be subtracted either.
// The running week is not counted yet, nor is a last period with too few.
func Trends(all []Sorted, now time.Time, zone *time.Location) []Period {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Sorted) int { return a.FiledAt.Compare(b.FiledAt) })
	running := monday(now, zone)
	var periods []Period
	var open []Sorted
	var from time.Time
	for i, r := range all {
		week := monday(r.FiledAt, zone)
		if !week.Before(running) {
			break
		}
		if len(open) == 0 && from.IsZero() {
			from = week
		}
		open = append(open, r)
		next := week.AddDate(0, 0, 7)
		if i+1 < len(all) && monday(all[i+1].FiledAt, zone).Before(next) || len(open) < leastCell {
			continue
		}
		periods = append(periods, Period{
			From: from, To: next, Reports: len(open),
			Kinds:      cells(open, func(r Sorted) string { return r.Kind }),
			Workplaces: cells(open, func(r Sorted) string { return strings.ToLower(r.Workplace) }),
		})
		open, from = nil, next
	}
	return periods
}

// monday is the beginning of a week.
func monday(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day()-(int(t.Weekday())+6)%7, 0, 0, 0, 0, zone)
}

// cells counts by a name, and puts the smallest together until none is too small.
func cells(all []Sorted, name func(Sorted) string) []Cell {
	counts := map[string]int{}
	for _, r := range all {
		counts[name(r)]++
	}
	var out []Cell
	for name, n := range counts {
		out = append(out, Cell{name, n})
	}
	slices.SortFunc(out, func(a, b Cell) int { return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Name, b.Name)) })
	rest := 0
	for len(out) > 0 && (out[len(out)-1].N < leastCell || rest > 0 && rest < leastCell) {
		rest += out[len(out)-1].N
		out = out[:len(out)-1]
	}
	if rest > 0 {
		out = append(out, Cell{Rest, rest})
	}
	return out
}

// SortedReports are an assembly's reports as far as they are counted: not those about somebody in the group, nor those of phones that were
// blocked.
func (s *Store) SortedReports(ctx context.Context, q Querier, assembly uuid.UUID, now time.Time) ([]Sorted, error) {
	scan := func(row pgx.CollectableRow) (r Sorted, err error) {
		var id uuid.UUID
		var workplace []byte
		if err = row.Scan(&id, &r.FiledAt, &r.Kind, &workplace); err != nil {
			return r, err
		}
		r.Workplace, err = s.openText(reportWorkplace, id, workplace)
		return r, err
	}
	return list(ctx, q, "counting reports", scan, `select id, filed_at, kind, workplace from reports
		where assembly_id = $1 and open_until <= $2 and not care_of and not muted order by filed_at, id`, assembly, now)
}
