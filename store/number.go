package store

import (
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
