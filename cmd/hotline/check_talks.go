package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hotline/flows"
)

// talked is a transcript that was played.
type talked struct {
	name   string
	played flows.Played
	wrong  []flows.Failure
}

// playTalks plays every transcript at the top of files.
func playTalks(set *flows.Set, files fs.FS) ([]talked, error) {
	names, err := fs.Glob(files, "*.talk")
	if err != nil {
		return nil, err
	}
	var all []talked
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		t := talked{name: name}
		talk, err := flows.ParseTalk(name, string(text))
		switch findings := (flows.Findings)(nil); {
		case errors.As(err, &findings):
			for _, f := range findings {
				t.wrong = append(t.wrong, flows.Failure{Finding: f})
			}
		case err != nil:
			return nil, err
		default:
			t.played = set.Play(talk)
			t.wrong = t.played.Failures
		}
		all = append(all, t)
	}
	return all, nil
}

func playedOf(talks []talked) []flows.Played {
	var all []flows.Played
	for _, t := range talks {
		all = append(all, t.played)
	}
	return all
}

// updateTalks rewrites the transcripts among the files that were given, where they differ. What it cannot mend the check says.
func (w *world) updateTalks(set *flows.Set, given []string) error {
	talks := 0
	for _, file := range given {
		if filepath.Ext(file) != ".talk" {
			continue
		}
		talks++
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("reading transcripts: %w", err)
		}
		talk, err := flows.ParseTalk(filepath.Base(file), string(text))
		if err != nil {
			w.note("%s cannot be read, so it stays as it is.", file)
			continue
		}
		updated, _ := talk.Update(set) // the check says what it could not do
		if updated == string(text) {
			w.say("%s stays as it is.", file)
			continue
		}
		if err := os.WriteFile(file, []byte(updated), 0o644); err != nil {
			return fmt.Errorf("writing a transcript: %w", err)
		}
		w.say("%s was rewritten: %s.", file, linesChanged(string(text), updated))
	}
	if talks == 0 {
		w.note("None of what was named is a transcript, and none stands beside a flow that was; those inside this program are never rewritten.")
	}
	return nil
}

// linesChanged counts the lines that one text has and the other has not.
func linesChanged(before, after string) string {
	old, now := strings.Split(before, "\n"), strings.Split(after, "\n")
	left := map[string]int{}
	for _, line := range old {
		left[line]++
	}
	added := 0
	for _, line := range now {
		if left[line]--; left[line] < 0 {
			added++
		}
	}
	gone := added + len(old) - len(now)
	return fmt.Sprintf("%s out, %d in", count(gone, "line", "lines"), added)
}

// ofGiven keeps the coverage of the flows that were given or, if none was, of all.
func ofGiven(all []flows.Coverage, given []string) []flows.Coverage {
	var named []string
	for _, file := range given {
		named = append(named, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
	}
	return slices.DeleteFunc(all, func(c flows.Coverage) bool { return len(named) > 0 && !slices.Contains(named, c.Flow) })
}

// printCoverage tells what transcripts do not visit.
func (w *world) printCoverage(all []flows.Coverage) {
	for _, c := range all {
		w.say("Transcripts visit %d of %s and %d of %s of flow %s.", c.StepsVisited, count(c.Steps, "step", "steps"),
			c.WaysVisited, count(c.Ways, "way", "ways"), c.Flow)
		step := ""
		for _, m := range c.Missed {
			if m.Way == "" {
				step = m.Step
			} else if m.Step == step {
				continue // nobody comes to the step, which says so for all its ways
			}
			w.say("  %s", m)
		}
	}
}

// coverageJSON is how much of a flow transcripts visit, for programs.
type coverageJSON struct {
	Flow         string       `json:"flow"`
	Steps        int          `json:"steps"`
	StepsVisited int          `json:"stepsVisited"`
	Ways         int          `json:"ways"`
	WaysVisited  int          `json:"waysVisited"`
	Missed       []missedJSON `json:"missed"`
}

type missedJSON struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Step    string `json:"step"`
	Way     string `json:"way,omitempty"` // empty: the step itself
	Message string `json:"message"`
}

func coverageForPrograms(all []flows.Coverage) []coverageJSON {
	var told []coverageJSON
	for _, c := range all {
		one := coverageJSON{c.Flow, c.Steps, c.StepsVisited, c.Ways, c.WaysVisited, []missedJSON{}}
		for _, m := range c.Missed {
			one.Missed = append(one.Missed, missedJSON{m.File, m.Line, m.Column, m.Step, m.Way, m.Message})
		}
		told = append(told, one)
	}
	return told
}
