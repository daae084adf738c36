package store

import (
	"slices"
	"time"
)

// Shift is when somebody may be rung, and for whom.
type Shift struct {
	Languages []string
	Since     time.Time
	Until     time.Time // zero: until somebody says otherwise
	From, To  int       // minutes of the assembly's day; equal: all day. From above To goes over midnight
	Zone      string    // the assembly's
	OnUntil   time.Time // by a text of their own, whatever the rest says; zero: they sent none

	loc *time.Location // of Zone, once it was read: that takes longer than all the rest
}

// On tells whether it is under way.
func (s Shift) On(now time.Time) bool { return now.Before(s.OnUntil) || s.OnWithoutText(now) }

// OnWithoutText is On by what organizers said alone.
func (s Shift) OnWithoutText(now time.Time) bool {
	if now.Before(s.Since) || !s.Until.IsZero() && !now.Before(s.Until) {
		return false
	}
	if s.From == s.To {
		return true
	}
	local := now.In(s.location())
	minute := local.Hour()*60 + local.Minute()
	if s.From < s.To {
		return s.From <= minute && minute < s.To
	}
	return minute >= s.From || minute < s.To
}

// Speaks tells whether somebody on it may be rung for a caller of a language; of one that is not known, everybody may.
func (s Shift) Speaks(lang string) bool { return lang == "" || slices.Contains(s.Languages, lang) }

func (s Shift) location() *time.Location {
	if s.loc != nil {
		return s.loc
	}
	loc, err := time.LoadLocation(s.Zone)
	if err != nil {
		return time.UTC // zones are checked when an assembly is added
	}
	return loc
}

// lookAhead is for how many days a change of who is on duty is looked for.
const lookAhead = 8

// turnsAt are the moments at which it may begin or end.
func (s Shift) turnsAt(now time.Time) []time.Time {
	all := []time.Time{s.Since, s.Until, s.OnUntil}
	if s.From == s.To {
		return all
	}
	local := now.In(s.location())
	for day := range lookAhead {
		for _, minute := range []int{s.From, s.To} {
			all = append(all, time.Date(local.Year(), local.Month(), local.Day()+day, 0, minute, 0, 0, s.location()))
		}
	}
	return all
}

// OnDuty tells whether somebody may be rung now for a caller of a language, and until when that stays so; zero: as far as is known,
// for good.
func OnDuty(shifts []Shift, lang string, now time.Time) (on bool, until time.Time) {
	zones := map[string]*time.Location{}
	var speak []Shift
	var moments []time.Time
	for _, s := range shifts {
		if !s.Speaks(lang) {
			continue
		}
		if s.loc = zones[s.Zone]; s.loc == nil {
			s.loc = s.location()
			zones[s.Zone] = s.loc
		}
		speak, moments = append(speak, s), append(moments, s.turnsAt(now)...)
	}
	anybody := func(at time.Time) bool {
		return slices.ContainsFunc(speak, func(s Shift) bool { return s.On(at) })
	}
	on = anybody(now)
	slices.SortFunc(moments, time.Time.Compare)
	for _, at := range moments {
		if at.After(now) && anybody(at) != on {
			return on, at
		}
	}
	return on, time.Time{}
}
