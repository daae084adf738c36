package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"hotline/flows"
	"hotline/store"
)

// spoken refuses a language in which nobody would be answered. The store takes any: it does not know flows.
func spoken(known []string, languages ...string) error {
	for _, lang := range languages {
		if !slices.Contains(known, lang) {
			return fmt.Errorf("the flows do not speak %q; they speak %s", lang, strings.Join(known, ", "))
		}
	}
	return nil
}

// spokenLanguages are those of the flows in force.
func (w *world) spokenLanguages() ([]string, error) {
	set, err := w.cfg.loadFlows()
	if err != nil {
		return nil, err
	}
	return languagesOf(set), nil
}

// tellingWords give away what a line is for to whoever looks at the phone that it wrote to.
func tellingWords() []string {
	return []string{"assembly", "union", "strike", "boss", "report", "asamblea", "sindicato", "huelga", "jefe", "reporte"}
}

// checkName refuses a name that texts have no room for, and warns of one that gives somebody away. An empty one is left alone.
func (f *lineFlags) checkName(w *world) error {
	name := strings.Join(strings.Fields(f.name), " ")
	if n := utf8.RuneCountInString(name); n > store.LongestLineName {
		return fmt.Errorf("the name has %d letters, and texts have room for %d", n, store.LongestLineName)
	}
	if _, wide, letter := flows.Segments(name); wide {
		return fmt.Errorf("the name holds %q, which makes every text that it stands in hold 70 letters instead of 160: write it without", letter)
	}
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, told := range tellingWords() {
		if slices.ContainsFunc(words, func(word string) bool { return word == told || word == told+"s" }) {
			w.note("caution: %q in the name tells whoever sees the phone what this line is for. A name like \"The 0123 Line\" tells nothing.", told)
		}
	}
	return nil
}

// check looks at what the flags say before anything is opened or changed.
func (f *lineFlags) check(w *world) error {
	if err := f.checkName(w); err != nil {
		return err
	}
	known, err := w.spokenLanguages()
	if err != nil {
		return err
	}
	return spoken(known, f.change().Languages...)
}
