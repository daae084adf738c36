package twilio

import (
	"context"
	"net/http"
	"strings"
	"time"

	"hotline/store"
)

// lookUp bounds the look at our lines, which the gateway has in memory but for unknown numbers: what it takes is missing from the
// turn.
const lookUp = 300 * time.Millisecond

// ends tells which of our lines a webhook is about and who is at the other end. On a call that we placed the line is From.
func (d *desk) ends(ctx context.Context, h hook) (line string, person store.Phone, err error) {
	line, other := h.get("To"), h.get("From")
	if strings.HasPrefix(h.get("Direction"), "outbound") {
		line, other = other, line
	}
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	if ours, err := d.hears.IsLine(ctx, line); err == nil && !ours {
		return "", "", refuse(http.StatusNotFound, "this number is not a line of this hotline")
	}
	return line, caller(other), nil
}

// caller is the phone behind a From, or "" where no person's number is given: withheld, a word ("anonymous", "Restricted"), a name
// or a short code, an address of another kind ("sip:…"). The gateway gives a text from "" no answer, lest it be a machine's, and
// serves a call from "" as one from nobody known.
func caller(from string) store.Phone {
	if !isE164(from) || withheld(from) {
		return ""
	}
	return store.Phone(from)
}

// withheld knows the words that some networks put on the keypad in place of a number.
func withheld(number string) bool {
	switch number {
	case "+266696687", // ANONYMOUS
		"+7378742833",  // RESTRICTED
		"+2562533",     // BLOCKED
		"+8656696",     // UNKNOWN
		"+86282452253": // UNAVAILABLE
		return true
	}
	return false
}

// isE164 takes a plus and 7 to 15 digits, the first not 0 (ITU-T E.164; the shortest real ones have 7).
func isE164(s string) bool {
	digits, plus := strings.CutPrefix(s, "+")
	return plus && 7 <= len(digits) && len(digits) <= 15 && digits[0] != '0' && strings.Trim(digits, "0123456789") == ""
}
