package store

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// A line calls and texts phones of its own country, and of those that organizers name: whoever can have a hotline call or text a number of their
// choice can be paid for it by a phone company far away. Numbers that earn their owner money are refused wherever they are.

// Reach tells why a line does not call or text a number.
type Reach string

const (
	Reaches      Reach = ""
	ReachCostly  Reach = "costly"  // whoever calls or texts it pays its owner, or it is nobody's phone
	ReachCountry Reach = "country" // it is in none of the line's countries
)

// Costly tells whether whoever calls a number may pay its owner for it, or it is of a sort that is no person's phone.
func (p Phone) Costly() bool {
	n, err := phonenumbers.Parse(string(p), "")
	return err == nil && costly(n)
}

func costly(n *phonenumbers.PhoneNumber) bool {
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST, phonenumbers.UAN, phonenumbers.PAGER, phonenumbers.VOICEMAIL, phonenumbers.PERSONAL_NUMBER:
		return true
	}
	return false
}

// Reaches tells whether a line calls and texts a number.
func (l Line) Reaches(p Phone) Reach {
	n, err := phonenumbers.Parse(string(p), "")
	switch {
	case err != nil:
		return ReachCountry
	case costly(n):
		return ReachCostly
	case !slices.Contains(l.Reached(), phonenumbers.GetRegionCodeForNumber(n)):
		return ReachCountry
	}
	return Reaches
}

// Reached are the countries that a line calls and texts: those that organizers named, or that of its own number; of the United States, its
// territories too, which cost the same.
func (l Line) Reached() []string {
	if len(l.Countries) > 0 {
		return l.Countries
	}
	n, err := phonenumbers.Parse(l.Number, "")
	if err != nil {
		return nil
	}
	home := phonenumbers.GetRegionCodeForNumber(n)
	if home == "US" {
		return []string{"US", "PR", "VI", "GU", "AS", "MP"}
	}
	return []string{home}
}

// reaching asks of many numbers. Of those of North America the area and the exchange decide, so that a city is asked of once for each exchange:
// reading a number takes long.
type reaching struct {
	line  Line
	known map[string]Reach
}

func (r *reaching) of(p Phone) Reach {
	const exchange = len("+1212555")
	if s := p.String(); len(s) == len("+12125550100") && strings.HasPrefix(s, "+1") {
		reach, known := r.known[s[:exchange]]
		if !known {
			reach = r.line.Reaches(p)
			r.known[s[:exchange]] = reach
		}
		return reach
	}
	return r.line.Reaches(p)
}

// checkCountries makes of the names of countries their codes.
func checkCountries(countries []string) ([]string, error) {
	known := phonenumbers.GetSupportedRegions()
	var all []string
	for _, c := range countries {
		c = strings.ToUpper(c)
		if !known[c] {
			return nil, refuse("%q is no country's code: two letters, such as US, MX or CA", c)
		}
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all, nil
}
