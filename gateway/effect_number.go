package gateway

import (
	"context"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"hotline/store"
)

// A number as people write it: ten digits, in threes and fours or in one, with or without the 1 of the country.
var numberIn = regexp.MustCompile(`(?:\+?1[\s.\-]*)?\(?[2-9]\d{2}\)?[\s.\-/]*\d{3}[\s.\-]*\d{4}`)

// Whoever writes as many digits meant a number, even if it is none that can be called; and more than so many words tell something.
const (
	likeNumber  = 7
	tellsNoMore = 3
)

// findNumber looks for the number to be called in what was written around it. What else was told there belongs to the report, without
// the number: organizers read reports, and a number only by `member reveal`.
func (p *playing) findNumber(ctx context.Context, a args) (string, args, error) {
	written, _, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	number, rest, come := numberAmong(written)
	if come != "found" {
		return come, nil, nil
	}
	if len(strings.Fields(rest)) > tellsNoMore {
		if _, _, err := p.addToReport(ctx, args{"report": a["report"], "what": {Text: rest}}); err != nil {
			return "", nil, err
		}
	}
	return "found", args{"number": {Text: number}}, nil
}

// numberAmong is the one number that stands in a text, as ten digits, and the words without it. "unclear": digits enough for one, and
// none that can be called, or two; or too little to be anything else. "words": somebody goes on telling.
func numberAmong(text string) (number, rest, come string) {
	text = norm.NFKC.String(text) // digits as wide as Chinese letters
	rest = text
	for _, at := range numberIn.FindAllStringIndex(text, -1) {
		if digitAt(text, at[0]-1) || digitAt(text, at[1]) { // of something longer
			continue
		}
		one := strings.TrimPrefix(onlyDigits(text[at[0]:at[1]]), "1")
		if _, err := store.ParsePhone(one, "US"); err != nil {
			continue
		}
		if number != "" && number != one {
			return "", text, "unclear"
		}
		number, rest = one, strings.Replace(rest, text[at[0]:at[1]], " ", 1)
	}
	switch {
	case number != "":
		return number, strings.Join(strings.Fields(rest), " "), "found"
	case len(onlyDigits(text)) >= likeNumber || len(strings.Fields(text)) <= tellsNoMore:
		return "", text, "unclear"
	}
	return "", text, "words"
}

func digitAt(s string, i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
