package flows

import "unicode/utf16"

// What one segment holds: when it is the only one, and when the message takes several and each carries a header. GSM-7 counts
// septets, UCS-2 counts 16-bit units.
const (
	gsmAlone, gsmPart = 160, 153
	ucsAlone, ucsPart = 70, 67
)

// The alphabet of GSM 03.38 and its extension table, whose characters are sent as an escape and a character: two septets that are
// never parted.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿" +
		"abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "\f^{}\\[~]|€"
)

// Segments counts what the carriers will bill for a text: how many segments, whether it had to be sent as UCS-2, and the first
// character that forced that (0 if none did). An empty text takes none.
func Segments(text string) (n int, ucs2 bool, forced rune) {
	for _, r := range text {
		if septets(r) == 0 {
			return parts(text, ucsAlone, ucsPart, utf16.RuneLen), true, r
		}
	}
	return parts(text, gsmAlone, gsmPart, septets), false, 0
}

// parts fills segments from the left with characters of the given widths. A character never stands in two segments, so a segment
// may stay one unit short.
func parts(text string, alone, part int, width func(rune) int) int {
	total, n, room := 0, 0, 0
	for _, r := range text {
		w := max(width(r), 1) // what is no character at all travels as one replacement character
		total += w
		if w > room {
			n, room = n+1, part
		}
		room -= w
	}
	if total <= alone {
		return min(n, 1)
	}
	return n
}

// septets is how much room a character takes in GSM-7; 0 if it is not in the alphabet.
func septets(r rune) int {
	switch {
	case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == ' ':
		return 1
	case contains(gsmBasic, r):
		return 1
	case contains(gsmExtended, r):
		return 2
	}
	return 0
}

func contains(alphabet string, r rune) bool {
	for _, a := range alphabet {
		if a == r {
			return true
		}
	}
	return false
}
