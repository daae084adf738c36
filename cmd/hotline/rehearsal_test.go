package main

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"hotline/flows"
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

// WORKERS.md: what it costs. In the cheap alphabet every answer that may be kept fits two segments with what stands around it, in each
// language; in Chinese characters a shorter one, and a longer one is refused.
func TestAnAnswerComesBackInTwoSegments(t *testing.T) {
	r, err := (&world{}).newRehearsal()
	if err != nil {
		t.Fatal(err)
	}
	fits := func(words, written string, read flows.Lang) (refused error) {
		texts, err := r.answer(store.Answer{Words: words, Lang: written}, string(read))
		if err != nil || len(texts) != 2 || !strings.Contains(texts[0].text, words) {
			t.Fatalf("%s: %+v, %v", read, texts, err)
		}
		return cmp.Or(texts[0].fits(), texts[1].fits())
	}
	for _, read := range r.set.Languages() {
		if err := fits(strings.Repeat("x", store.LongestAnswer), "en", read); (err != nil) != (read == "zh") {
			t.Errorf("the longest answer, read in %s: %v", read, err)
		}
		if err := fits(strings.Repeat("修", 45), "zh", read); err != nil {
			t.Errorf("45 characters, read in %s: %v", read, err)
		}
	}
	if err := fits(strings.Repeat("修", 90), "zh", "zh"); err != nil {
		t.Errorf("90 characters, read in Chinese: %v", err)
	}
	if err := fits(strings.Repeat("修", 110), "zh", "zh"); err == nil {
		t.Error("110 characters are taken")
	}
}
