package flows

import (
	"strings"
	"testing"
)

func TestSegments(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		n      int
		ucs2   bool
		forced rune
	}{
		"nothing":                          {"", 0, false, 0},
		"one":                              {"a", 1, false, 0},
		"full":                             {strings.Repeat("a", 160), 1, false, 0},
		"one more":                         {strings.Repeat("a", 161), 2, false, 0},
		"two full":                         {strings.Repeat("a", 306), 2, false, 0},
		"three":                            {strings.Repeat("a", 307), 3, false, 0},
		"Spanish that is inside":           {"¿Qué? ¡Mañana, señor! Ñandú"[:len("¿Qué? ¡Mañana, señor! Ñand")], 1, false, 0},
		"extended, full":                   {strings.Repeat("€", 80), 1, false, 0},
		"extended, one more":               {strings.Repeat("€", 80) + "a", 2, false, 0},
		"extended is not split":            {strings.Repeat("a", 152) + "€" + strings.Repeat("a", 151), 2, false, 0},
		"extended is not split, one more":  {strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), 3, false, 0},
		"an accent that is outside":        {"Reunión", 1, true, 'ó'},
		"UCS-2 full":                       {strings.Repeat("í", 70), 1, true, 'í'},
		"UCS-2 one more":                   {strings.Repeat("í", 71), 2, true, 'í'},
		"UCS-2 two full":                   {strings.Repeat("í", 134), 2, true, 'í'},
		"UCS-2 three":                      {strings.Repeat("í", 135), 3, true, 'í'},
		"emoji are two units":              {strings.Repeat("👷", 35), 1, true, '👷'},
		"emoji, one more":                  {strings.Repeat("👷", 36), 2, true, '👷'},
		"emoji are not split":              {strings.Repeat("a", 66) + "👷" + strings.Repeat("a", 65), 2, true, '👷'},
		"emoji are not split, one more":    {strings.Repeat("a", 66) + "👷" + strings.Repeat("a", 66), 3, true, '👷'},
		"a curly quote":                    {"don’t", 1, true, '’'},
		"invalid UTF-8 is one replacement": {"a\xff", 1, true, '\uFFFD'},
		"an é after a curly quote":         {"é’", 1, true, '’'},
	} {
		t.Run(name, func(t *testing.T) {
			n, ucs2, forced := Segments(c.text)
			if n != c.n || ucs2 != c.ucs2 || forced != c.forced {
				t.Errorf("%d segments, UCS-2 %v by %q; want %d, %v by %q", n, ucs2, forced, c.n, c.ucs2, c.forced)
			}
		})
	}
}

// FuzzSegments: a longer text never takes fewer segments, and never more than if each of its characters took two.
func FuzzSegments(f *testing.F) {
	for _, s := range []string{"", "hola", "€€€", "👷’", "a\xff\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ucs2, forced := Segments(s)
		more, _, _ := Segments(s + "a")
		units := len([]rune(s))
		if more < n || n > units || forced != 0 && !ucs2 || (n == 0) != (s == "") {
			t.Errorf("%q: %d segments, UCS-2 %v by %q; with one more letter %d", s, n, ucs2, forced, more)
		}
	})
}
