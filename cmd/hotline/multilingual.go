package main

import (
	"fmt"
	"regexp"
	"strings"

	"hotline/store"
)

// wordsFlag reads one text in several languages: "en=Yes / es=Si". Words before which no language stands are for all of them.
// Given twice, the texts are joined.
type wordsFlag map[string]string

// language is what begins a text in a language, and may end another one.
var language = regexp.MustCompile(`(?:^|\s*/\s*)([a-z]{2,3})=`)

// String is empty: there is no default to show.
func (w wordsFlag) String() string { return "" }

// Set is for package flag.
func (w wordsFlag) Set(text string) error {
	marks := language.FindAllStringSubmatchIndex(text, -1)
	if len(marks) == 0 || marks[0][0] > 0 {
		marks = append([][]int{{0, 0, 0, 0}}, marks...)
	}
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		lang, words := text[m[2]:m[3]], strings.TrimSpace(text[m[1]:end])
		if words == "" {
			return fmt.Errorf("there are no words in %q", text)
		}
		if _, twice := w[lang]; twice {
			return fmt.Errorf("there are two texts in one language; write them like \"en=Yes / es=Si\"")
		}
		w[lang] = words
	}
	return nil
}

// in gives the text in exactly these languages, or says which one is missing.
func (w wordsFlag) in(languages []string, what string) (store.Words, error) {
	words := store.Words{}
	for _, lang := range languages {
		text, ok := w[lang]
		if !ok {
			if text, ok = w[""]; !ok {
				return nil, fmt.Errorf("%s has no words in %s, and the line speaks %s: write it like \"en=… / es=…\"",
					what, lang, strings.Join(languages, ", "))
			}
		}
		words[lang] = text
	}
	for lang := range w {
		if _, ok := words[lang]; !ok && lang != "" {
			return nil, fmt.Errorf("%s has words in %s, and the line speaks %s", what, lang, strings.Join(languages, ", "))
		}
	}
	return words, nil
}

// choicesFlag reads the options of a ballot, one for each time the flag is given.
type choicesFlag []wordsFlag

// String is empty: there is no default to show.
func (c *choicesFlag) String() string { return "" }

// Set is for package flag.
func (c *choicesFlag) Set(text string) error {
	w := wordsFlag{}
	*c = append(*c, w)
	return w.Set(text)
}

// inEach shows words on a terminal: once where they are the same in all languages.
func inEach(words store.Words) string {
	var parts []string
	same := true
	languages := words.Languages()
	for _, lang := range languages {
		parts = append(parts, lang+": "+printable(words[lang]))
		same = same && words[lang] == words[languages[0]]
	}
	if same && len(languages) > 0 {
		return printable(words[languages[0]])
	}
	return strings.Join(parts, " / ")
}
