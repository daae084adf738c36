package main

import (
	"slices"
	"strings"
	"testing"

	"hotline/store"
)

// What a ballot's texts are measured by is also the read-back of a vote that is changed, whose words are others.
func TestAChangedVoteIsRehearsedToo(t *testing.T) {
	r, err := (&world{}).newRehearsal()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := r.ballot(store.Words{"en": "Ask for breaks?", "es": "¿Descansos?"}, []store.Words{{"en": "Yes", "es": "Si"}, {"en": "No", "es": "No"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, begins := range []string{"By name: the", "Not counted yet. You chose Yes", "Not changed yet. You now choose No", "Falta confirmar. Ahora usted responde Si"} {
		if !slices.ContainsFunc(texts, func(r rehearsed) bool { return strings.HasPrefix(r.text, begins) }) {
			t.Errorf("nothing that begins %q is measured", begins)
		}
	}
}
