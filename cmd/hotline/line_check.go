package main

import (
	"fmt"
	"slices"
	"strings"
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

// checkName refuses a name that texts have no room for, and warns of one that gives somebody away. An empty one is left alone.
func (f *lineFlags) checkName(w *world, set *flows.Set) error {
	name := strings.Join(strings.Fields(f.name), " ")
	if n := utf8.RuneCountInString(name); n > store.LongestLineName {
		return fmt.Errorf("the name has %d letters, and texts have room for %d", n, store.LongestLineName)
	}
	if _, wide, letter := flows.Segments(name); wide {
		return fmt.Errorf("the name holds %q, which makes every text that it stands in hold 70 letters instead of 160: write it without", letter)
	}
	if told := set.Revealing(name); told != "" {
		w.note("caution: %q in the name tells whoever sees the phone what this line is for. A name like \"The 0123 Line\" tells nothing.", told)
	}
	return nil
}

// check looks at what the flags say before anything is opened or changed.
func (f *lineFlags) check(w *world) error {
	set, err := w.cfg.loadFlows()
	if err != nil {
		return err
	}
	if err := f.checkName(w, set); err != nil {
		return err
	}
	return spoken(languagesOf(set), f.change().Languages...)
}
