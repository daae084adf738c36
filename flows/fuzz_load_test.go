package flows

import (
	"errors"
	"testing"
)

// FuzzLoad reads any text as a flow: it is a set, or findings with places, and never a panic. What it makes of it talks.
func FuzzLoad(f *testing.F) {
	words := libraryWords(f)
	for _, flow := range []string{
		"starts: {en: [GO]}\nsteps:\n  one:\n    say: \"{next.at.day}\"\n    pause: 1s\n    then: end\n",
		"steps:\n  a:\n    branch: [{if: ballots.open > 0, then: end}, {else: a}]\n",
		"steps:\n  a:\n    ask: {text: x, voice: {en: a, es: b}}\n    choices: {yes: {label: Y, set: {x: 1 + 1}}}\n    then: end\n",
		"steps: &a [*a, <<, !!binary x, |\n  \t- {",
		errands, caller, asker, patient, danger, pin, recorded,
		"steps:\n  a:\n    ask: x\n    yes_no: {yes: {play: [a.wav, \"{b}\"]}, no: {count: c, one: d, other: e}}\n    tries: {wrong: 1, silent: 2}\n    giveup: {wrong: end}\n    lapse: {after: 3d, nudge: x}\n    allow: {depth: it is so}\n    segments: 3\n",
		"steps:\n  a:\n    ask: x\n    when: moment\n    from: 2d\n    until: today\n    save: a\n    then: a\n  b:\n    ask: x\n    number: {min: 2, max: 1}\n    save: b\n    then: b\n",
		whenFlow,
		"steps:\n  a:\n    ask: {en: {count: ballots.open, one: x, other: \"{ballots.open}\"}, es: y}\n    number: {min: 1, max: 9}\n    save: n\n    then: end\n",
	} {
		f.Add(flow)
	}
	f.Fuzz(func(t *testing.T, flow string) {
		s, err := LoadFiles(map[string]string{wordsFile: words, "door.yaml": plainDoor, "report.yaml": plainReport, "test.yaml": flow}, offered())
		if err != nil {
			found := Findings(nil)
			if !errors.As(err, &found) || len(found) == 0 {
				t.Fatalf("no findings: %v", err)
			}
			for _, one := range found {
				if one.File == "" || one.Line < 1 || one.Column < 1 || one.Message == "" {
					t.Errorf("a finding without a place: %+v", one)
				}
			}
			return
		}
		out, err := s.Next(State{}, Input{Kind: KindText, Text: "2"}, byText)
		for range 5 {
			if err != nil {
				t.Fatalf("a set that was loaded failed: %v", err)
			}
			if out.Do != nil || out.Wait == nil {
				return
			}
			out, err = s.Next(out.State, Input{Kind: KindText, Text: "2"}, byText)
		}
	})
}

// FuzzWords reads any text as words.yaml.
func FuzzWords(f *testing.F) {
	words := libraryWords(f)
	f.Add(words)
	f.Add("languages: {en: {name: x}}\nphrases: {}\n")
	f.Fuzz(func(t *testing.T, words string) {
		s, err := LoadFiles(map[string]string{wordsFile: words, "door.yaml": plainDoor, "report.yaml": plainReport, "test.yaml": errands}, offered())
		if err != nil {
			return
		}
		for _, lang := range s.Languages() {
			for _, name := range phraseNames() {
				s.Words(name, lang, nil)
				s.Spoken(name, lang, nil)
			}
		}
		if _, err := s.Next(State{}, Input{Kind: KindText, Text: "2"}, byText); err != nil {
			t.Fatal(err)
		}
	})
}
