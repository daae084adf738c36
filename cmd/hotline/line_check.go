package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"hotline/flows"
	"hotline/gateway/twilio"
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

// spokenLanguages are those in which somebody is answered: of the flows in force, and of recordings.
func (d *desk) spokenLanguages(ctx context.Context) ([]string, error) {
	set, err := d.cfg.loadFlows()
	if err != nil {
		return nil, err
	}
	return d.tongues(ctx, set)
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

// check looks at what the flags say before anything is changed.
func (f *lineFlags) check(ctx context.Context, d *desk) error {
	set, err := d.cfg.loadFlows()
	if err != nil {
		return err
	}
	if err := f.checkName(d.world, set); err != nil {
		return err
	}
	known, err := d.tongues(ctx, set)
	if err != nil {
		return err
	}
	languages := f.change().Languages
	if err := spoken(known, languages...); err != nil {
		return err
	}
	if len(languages) > store.MostLanguages {
		return nil // which is refused
	}
	d.cautionOf(set, languages)
	return nil
}

// cautionOf tells what organizers should know of the languages that they switch on: which nobody has read who speaks them, where some
// go on in another, and what a first text can hold.
func (w *world) cautionOf(set *flows.Set, languages []string) {
	for _, r := range set.Readings() {
		if !slices.Contains(languages, string(r.Lang)) {
			continue
		}
		for _, sentence := range tellReading(r) {
			w.note("caution: %s", sentence)
		}
	}
	if len(languages) > 1 && !set.ShareAlphabet(flows.Lang(languages[0]), flows.Lang(languages[1])) {
		w.note("caution: %s and %s share no alphabet, so by text the line greets in %s, and offers %s in one line below.",
			languages[0], languages[1], languages[0], languages[1])
	}
}

// tellReading tells of one language what is not as it should be in the end.
func tellReading(r flows.Reading) []string {
	var all []string
	if r.Read == "" {
		all = append(all, fmt.Sprintf("nobody who speaks %s (%s) has read its words, as far as words.yaml says.", r.Name, r.Lang))
	}
	switch {
	case r.Onward == nil:
	case len(r.Complete) == 0:
		all = append(all, fmt.Sprintf("%s has no flow in it yet: all of a talk goes on in %s.", r.Name, joined(langs(r.Onward))))
	default:
		all = append(all, fmt.Sprintf("%s is complete for %s; elsewhere a talk goes on in %s.", r.Name, joined(r.Complete), joined(langs(r.Onward))))
	}
	if r.NoVoice {
		all = append(all, fmt.Sprintf("no voice reads %s aloud: on calls it is offered once people have recorded it.", r.Name))
	}
	return all
}

func langs(all []flows.Lang) []string {
	names := make([]string, len(all))
	for i, lang := range all {
		names[i] = string(lang)
	}
	return names
}

// mute are the languages that flows have spoken and the carrier has no voice for.
func mute(set *flows.Set) []string {
	var all []string
	for _, r := range set.Readings() {
		if !r.NoVoice && !twilio.Speaks(string(r.Lang)) {
			all = append(all, fmt.Sprintf("words.yaml: the carrier has no voice for %s (%s); say \"no_voice: true\" in its block, and record it", r.Name, r.Lang))
		}
	}
	return all
}
