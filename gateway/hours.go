package gateway

import (
	"fmt"
	"time"

	"hotline/store"
)

// usualHours are those in which we may write, or call, on our own account, where somebody has chosen no others: by the clock of the
// line's assembly, and by that of the number too, where it differs.
func usualHours(channel string) store.Hours {
	if channel == store.ByVoice {
		return store.Hours{From: 10 * 60, Until: 20 * 60}
	}
	return store.Hours{From: 8 * 60, Until: 21 * 60}
}

// window is a part of each day, by one clock. One that ends before it begins goes past midnight.
type window struct {
	store.Hours
	zone *time.Location
}

// edge tells whether a window is open, and when that changes next.
func (w window) edge(now time.Time) (open bool, changes time.Time) {
	local := now.In(w.zone)
	at := func(day, minute int) time.Time { // by the clock on the wall, also on a day that has 23 hours
		return time.Date(local.Year(), local.Month(), local.Day()+day, 0, minute, 0, 0, w.zone)
	}
	over := 0
	if w.Until <= w.From {
		over = 1
	}
	for day := -1; day <= 1; day++ {
		from, until := at(day, w.From), at(day+over, w.Until)
		switch {
		case !until.After(now):
		case from.After(now):
			return false, from
		default:
			return true, until
		}
	}
	return false, at(2, w.From)
}

// together tells until when all windows are open now or, where they are not, when they are next. some is false where they never are
// within two days.
func together(now time.Time, all []window) (until, opens time.Time, some bool) {
	for t := now; t.Before(now.Add(48 * time.Hour)); {
		var ends, waits time.Time
		for _, w := range all {
			switch open, changes := w.edge(t); {
			case !open && changes.After(waits):
				waits = changes
			case open && (ends.IsZero() || changes.Before(ends)):
				ends = changes
			}
		}
		switch {
		case !waits.IsZero():
			t = waits
		case t.Equal(now):
			return ends, time.Time{}, true
		default:
			return time.Time{}, t, true
		}
	}
	return time.Time{}, time.Time{}, false
}

// loud tells until when what we start may be sent to a phone by text or call or, in its quiet hours, when they end. Its own hours are by
// the assembly's clock, by which they were chosen. Where the clocks of assembly and number have no hour in common, the assembly's counts.
func loud(now time.Time, zone string, own store.Hours, number store.Phone, channel string) (until, quietEnds time.Time, err error) {
	return loudBy(time.LoadLocation, now, zone, own, number, channel)
}

// clocks are time zones that were read before: reading one is reading a file, which is much for each of many.
type clocks map[string]*time.Location

func (c clocks) load(name string) (*time.Location, error) {
	if loc := c[name]; loc != nil {
		return loc, nil
	}
	loc, err := time.LoadLocation(name)
	if err == nil {
		c[name] = loc
	}
	return loc, err
}

// loudBy is loud with time zones from wherever they come.
func loudBy(load func(string) (*time.Location, error), now time.Time, zone string, own store.Hours, number store.Phone, channel string) (until, quietEnds time.Time, err error) {
	hours, zones := usualHours(channel), append([]string{zone}, number.Zones()...)
	if own.Chosen {
		hours, zones = own, zones[:1]
	}
	var all []window
	for _, name := range zones {
		loc, err := load(name)
		if err != nil {
			return until, quietEnds, fmt.Errorf("reading a time zone: %w", err)
		}
		all = append(all, window{hours, loc})
	}
	until, quietEnds, some := together(now, all)
	if !some {
		until, quietEnds, _ = together(now, all[:1])
	}
	return until, quietEnds, nil
}
