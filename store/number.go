package store

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// ErrNotANumber says that what was given is no phone number. It never quotes it.
const ErrNotANumber = Refusal("this is not a phone number: write it as people dial it there, or with + and the country's code")

// ParsePhone reads a number as people write it, national to region ("US") or international, and gives it in E.164. This is the one
// place that knows how the world's numbers look.
func ParsePhone(text, region string) (Phone, error) {
	if len(text) > 40 || strings.ContainsAny(text, "\x00\n\r") {
		return "", ErrNotANumber
	}
	n, err := phonenumbers.Parse(text, region)
	if err != nil || !phonenumbers.IsValidNumber(n) || n.GetExtension() != "" {
		return "", ErrNotANumber
	}
	return Phone(phonenumbers.Format(n, phonenumbers.E164)), nil
}

// mostZones is how many time zones a number may have that still says where it is: a toll-free one has all of its country.
const mostZones = 2

// Zones are the time zones (IANA) in which a number is at home; none where that says nothing.
func (p Phone) Zones() []string {
	zones, err := phonenumbers.GetTimezonesForPrefix(string(p))
	if err != nil || len(zones) > mostZones {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(zones), func(z string) bool { return z == phonenumbers.UNKNOWN_TIMEZONE || checkZone(z) != nil })
}
