package gateway

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "hola", "a\x00b", "\xff\xfe", strings.Repeat("é", maxText), "مرحبا", "👷🏽"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if !utf8.ValidString(got) || strings.ContainsRune(got, 0) {
			t.Errorf("clean(%q) = %q cannot be stored", s, got)
		}
		if utf8.ValidString(s) && !strings.ContainsRune(s, 0) && len(s) <= maxText && got != s {
			t.Errorf("clean changed a good text: %q became %q", s, got)
		}
	})
}
