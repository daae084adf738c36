package simulator_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The page has every word in each of its languages, with the same values in it, and no part of it asks for one that is not there.
func TestThePageHasItsWordsInEachLanguage(t *testing.T) {
	raw, err := os.ReadFile("web/words.js")
	if err != nil {
		t.Fatal(err)
	}
	block, entry, value := regexp.MustCompile(`(?ms)^  (\w\w): \{$(.*?)^  \},$`), regexp.MustCompile(`(?m)^    (\w+): "(.*)",$`), regexp.MustCompile(`\{\w+\}`)
	words := map[string]map[string]string{}
	for _, b := range block.FindAllStringSubmatch(string(raw), -1) {
		words[b[1]] = map[string]string{}
		for _, e := range entry.FindAllStringSubmatch(b[2], -1) {
			words[b[1]][e[1]] = e[2]
		}
		if lines := strings.Count(strings.TrimSpace(b[2]), "\n") + 1; lines != len(words[b[1]]) {
			t.Errorf("%s: %d lines, %d words", b[1], lines, len(words[b[1]]))
		}
	}
	if len(words["en"]) < 50 || len(words) < 2 {
		t.Fatalf("the words cannot be read: %d in %d languages", len(words["en"]), len(words))
	}
	for lang, of := range words {
		for _, key := range slices.Sorted(maps.Keys(words["en"])) {
			values := func(s string) []string { return slices.Sorted(slices.Values(value.FindAllString(s, -1))) }
			if of[key] == "" || !slices.Equal(values(of[key]), values(words["en"][key])) {
				t.Errorf("%s.%s is %q, in English %q", lang, key, of[key], words["en"][key])
			}
		}
		if len(of) != len(words["en"]) {
			t.Errorf("%s has words that English has not", lang)
		}
	}
	files, err := filepath.Glob("web/*.js")
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`\bt\("(\w+)"`)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(raw), -1) {
			if words["en"][m[1]] == "" && words["en"][m[1]+"_other"] == "" {
				t.Errorf("%s asks for %q", name, m[1])
			}
		}
	}
}
