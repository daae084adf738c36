package simulator

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestSegmentsAreCountedAsBilled(t *testing.T) {
	for _, c := range []struct {
		name, body string
		segments   int
		encoding   Encoding
	}{
		{"nothing", "", 1, GSM7},
		{"one full", strings.Repeat("a", 160), 1, GSM7},
		{"one more", strings.Repeat("a", 161), 2, GSM7},
		{"two full", strings.Repeat("a", 306), 2, GSM7},
		{"three", strings.Repeat("a", 307), 3, GSM7},
		{"Spanish within GSM-7", "¿Mañana? ñ è é ü à ä ö ¡Ñ! É", 1, GSM7},
		{"extended cost two", strings.Repeat("€", 80), 1, GSM7},
		{"extended, one more", strings.Repeat("€", 80) + "a", 2, GSM7},
		{"extended is not split", strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), 3, GSM7},
		{"one accent", "reunión", 1, UCS2},
		{"one full of UCS-2", strings.Repeat("ó", 70), 1, UCS2},
		{"one more of UCS-2", strings.Repeat("ó", 71), 2, UCS2},
		{"two full of UCS-2", strings.Repeat("ó", 134), 2, UCS2},
		{"emoji are two units", strings.Repeat("😀", 35), 1, UCS2},
		{"emoji are not split", strings.Repeat("ó", 66) + "😀" + strings.Repeat("ó", 66), 3, UCS2},
		{"right to left", "שלום", 1, UCS2},
		{"a curly quote", "it’s", 1, UCS2},
		{"1600 letters", strings.Repeat("a", 1600), 11, GSM7},
	} {
		segments, encoding := Segments(c.body)
		if segments != c.segments || encoding != c.encoding {
			t.Errorf("%s: %d %s, wanted %d %s", c.name, segments, encoding, c.segments, c.encoding)
		}
	}
}

func TestSegmentsHoldEveryText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { segmentsHold(t, rapid.String().Draw(t, "body")) })
}

func FuzzSegments(f *testing.F) {
	for _, seed := range []string{"", "hello", "€uro", "ñandú", "👩‍👩‍👧", "a\xffb", strings.Repeat("😀", 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) { segmentsHold(t, body) })
}

// segmentsHold checks what is true of any text: its places fit its segments, no fewer
// could do (give or take what must not be split), and a longer text is never cheaper in
// the same alphabet.
func segmentsHold(t interface{ Fatalf(string, ...any) }, body string) {
	segments, encoding := Segments(body)
	places, one, several := 0, 160, 153
	if encoding == UCS2 {
		one, several = 70, 67
		places = len(utf16.Encode([]rune(body)))
	} else {
		if !utf8.ValidString(body) {
			t.Fatalf("%q is not GSM-7", body)
		}
		for _, r := range body {
			places++
			if strings.ContainsRune(gsmExtended, r) {
				places++
			}
		}
	}
	if segments == 1 != (places <= one) {
		t.Fatalf("%q: %d places in %d segments", body, places, segments)
	}
	if least := (places + several - 1) / several; segments > 1 && (segments < least || segments*(several-1) > places+2*several) {
		t.Fatalf("%q: %d places in %d segments, %d would do", body, places, segments, least)
	}
	if longer, same := Segments(body + "a"); same == encoding && longer < segments {
		t.Fatalf("%q: a letter more makes it cheaper", body)
	}
}
