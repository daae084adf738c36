package simulator

import (
	"strings"
	"unicode/utf16"
)

// Encoding is the alphabet a text travels in, which decides how much fits a segment.
type Encoding string

const (
	GSM7 Encoding = "GSM-7" // 160 characters in one segment, 153 in each of several
	UCS2 Encoding = "UCS-2" // 70 UTF-16 units in one segment, 67 in each of several
)

// The basic alphabet of GSM 03.38 and its extension, whose characters take two places.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "^{}\\[~]|€\f"
)

// Segments counts the segments a text is billed as. An empty text is one segment. What
// takes two places (an extended character, a surrogate pair) is never split over two segments.
func Segments(body string) (int, Encoding) {
	widths, encoding := widths(body)
	one, several := 160, 153
	if encoding == UCS2 {
		one, several = 70, 67
	}
	total := 0
	for _, w := range widths {
		total += w
	}
	if total <= one {
		return 1, encoding
	}
	segments, used := 1, 0
	for _, w := range widths {
		if used+w > several {
			segments, used = segments+1, 0
		}
		used += w
	}
	return segments, encoding
}

// widths gives the places each character takes: in septets, or if one character is
// outside GSM-7 in UTF-16 units.
func widths(body string) ([]int, Encoding) {
	gsm := make([]int, 0, len(body))
	for _, r := range body {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			gsm = append(gsm, 1)
		case strings.ContainsRune(gsmExtended, r):
			gsm = append(gsm, 2)
		default:
			return unitWidths(body), UCS2
		}
	}
	return gsm, GSM7
}

func unitWidths(body string) []int {
	units := make([]int, 0, len(body))
	for _, r := range body {
		units = append(units, utf16.RuneLen(r))
	}
	return units
}
