package gateway

import (
	"strings"
	"unicode/utf8"
)

// A text is at most 1600 characters at the carriers we know; more is kept too, up to this many bytes.
const maxText = 16 << 10

// clean makes any bytes into text that can be stored and shown: valid UTF-8 without NUL, of bounded length.
func clean(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ReplaceAll(s, "\x00", "")
}
