package gateway

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hotline/flows"
)

// edit breaks one property of a set, at any of the places that it fits.
type edit struct {
	place *regexp.Regexp
	by    string   // what stands there instead, with the groups of the place
	rules []string // one of which finds it
}

// edits are slips of the pen, each of a kind that one rule is there for.
func edits() map[string]edit {
	long := strings.TrimSpace(strings.Repeat("and more ", 40))
	return map[string]edit{
		"a text made long":          {regexp.MustCompile(`(\ben: )"[^"{]{12,}"`), `${1}"` + long + `"`, []string{"segments", "seconds"}},
		"a dear letter":             {regexp.MustCompile(`(text:\n +en: "[^"\n]*"\n +es: "[^"\n]{135,})(")`), `${1} ú${2}`, []string{"segments", "seconds"}},
		"a word that tells":         {regexp.MustCompile(`(text: \{en: ")([^"]*", es: "[^"]*"\}\n      voice)`), `${1}The union: ${2}`, []string{"quiet"}},
		"a step misspelled":         {regexp.MustCompile(`(then: [a-z]{4,})(\n)`), `${1}x${2}`, []string{"form"}},
		"an answer left out":        {regexp.MustCompile(`(on: \{)[a-z_]+: [a-z_]+, `), `${1}`, []string{"form", "reach"}},
		"a language left out":       {regexp.MustCompile(`\{en: ("[^"]*"), es: "[^"]*"\}`), `{en: ${1}}`, []string{"form"}},
		"no confirm before a vote":  {regexp.MustCompile(`(save: pick\n    then: )read_back`), `${1}cast`, []string{"irrevocable"}},
		"a vote by no":              {regexp.MustCompile(`(    no: )choose`), `${1}cast`, []string{"irrevocable"}},
		"a circle":                  {regexp.MustCompile(`(  empty:\n    say: [^\n]*\n    then: )from`), `${1}keep_own`, []string{"circle"}},
		"a word of the carriers":    {regexp.MustCompile(`(label: \{(?:text: \{)?en: )[A-Z][a-z ]+,`), `${1}Stop,`, []string{"carrier-word", "collision"}},
		"a start word of theirs":    {regexp.MustCompile(`(starts: \{en: \[)`), `${1}HELP, `, []string{"carrier-word"}},
		"their words told again":    {regexp.MustCompile(`(  added:\n    ask:\n      text:\n        en: ")`), `${1}{heard} `, []string{"echo"}},
		"a variable set nowhere":    {regexp.MustCompile(`(  (?:closed|none|shared):\n    say:\n      en: ")`), `${1}{pick.name} `, []string{"unset", "form"}},
		"a nudge about a report":    {regexp.MustCompile(`(    save: what\n)`), "${1}    lapse: {after: 1h, nudge: Still there?}\n", []string{"nudge"}},
		"silence that goes round":   {regexp.MustCompile(`(  goodbye:\n    say: [^\n]*\n    bilingual: true\n    then: )end`), `${1}again`, []string{"silence", "ends"}},
		"choices that read alike":   {regexp.MustCompile(`en: Not now, es: Ahora no`), `en: Join, es: Ahora no`, []string{"collision"}},
		"a step that nothing needs": {regexp.MustCompile(`\n  closed:\n`), "\n  lost:\n    say: Hi.\n    then: end\n  closed:\n", []string{"reach"}},
	}
}

// editPlaces is small where the race detector makes each proof of the library take seconds; .ci/run --long tries many.
var editPlaces = flag.Int("edit-places", 1, "at how many places of the library each edit is tried, drawn at random")

// TestEditsAreFound makes such a slip anywhere in the library, each at least once: the rule that is there for it finds it.
func TestEditsAreFound(t *testing.T) {
	files := loadLibrary(t).Files()
	delete(files, flows.LockFile) // what is older than its source is another matter
	all, places := edits(), map[string][]string{}
	for name, e := range all {
		for _, file := range slices.Sorted(maps.Keys(files)) {
			for i := range e.place.FindAllStringIndex(files[file], -1) {
				if file != "words.yaml" {
					places[name] = append(places[name], fmt.Sprintf("%s %d", file, i))
				}
			}
		}
		if len(places[name]) == 0 {
			t.Fatalf("the library has no place any more for %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		e := all[name]
		for range *editPlaces {
			file, n := "", 0
			if _, err := fmt.Sscan(places[name][rand.N(len(places[name]))], &file, &n); err != nil {
				t.Fatal(err)
			}
			at := e.place.FindAllStringSubmatchIndex(files[file], -1)[n]
			changed := string(e.place.ExpandString([]byte(files[file][:at[0]]), e.by, files[file], at)) + files[file][at[1]:]
			if found := findingsIn(t, files, file, changed); !slices.ContainsFunc(found, func(f flows.Finding) bool { return slices.Contains(e.rules, f.Rule) }) {
				t.Errorf("%s in %s: %q was not found by %v, but:\n%v", name, file, changed[at[0]:min(len(changed), at[0]+200)], e.rules, found)
			}
		}
	}
}

// findingsIn are what a set is refused for, or warned of, in which one file is changed.
func findingsIn(t *testing.T, files map[string]string, file, changed string) flows.Findings {
	t.Helper()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	folder[file] = &fstest.MapFile{Data: []byte(changed)}
	set, err := LoadFlows(folder)
	found := flows.Findings(nil)
	if !errors.As(err, &found) && err == nil {
		found = set.Warnings()
	}
	return found
}
