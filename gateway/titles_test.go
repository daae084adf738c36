package gateway

import (
	"strings"
	"testing"

	"hotline/store"
)

// TestTitles: a question in a list is told by its beginning, in whole words where it can be.
func TestTitles(t *testing.T) {
	for question, want := range map[string]string{
		"Heat breaks?": "Heat breaks?",
		"Shall we ask for heat breaks at the dock?": "Shall we ask for heat...",
		strings.Repeat("x", 40):                     strings.Repeat("x", 27) + "...",
		strings.Repeat("x", 28):                     strings.Repeat("x", 28),
	} {
		if got := titles(store.Words{"en": question})["en"]; got != want || len(got) > mostTitle {
			t.Errorf("%q is told as %q, want %q", question, got, want)
		}
	}
}
