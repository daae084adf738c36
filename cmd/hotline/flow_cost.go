package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hotline/flows"
	"hotline/gateway"
)

// turnJSON is one answer of a flow for programs.
type turnJSON struct {
	Step     string       `json:"step"`
	Ends     bool         `json:"ends"`
	Channel  string       `json:"channel"`
	Language []flows.Lang `json:"language"` // two where it is not known which is spoken
	Quiet    bool         `json:"quiet"`
	Least    int          `json:"least"` // segments
	Most     int          `json:"most"`
	Letters  int          `json:"letters"` // of the longest
	Alphabet string       `json:"alphabet,omitempty"`
	Seconds  float64      `json:"seconds"`
	Path     []string     `json:"path"`
}

// totalJSON is what it takes to come to a step, for programs.
type totalJSON struct {
	Step     string     `json:"step"`
	Notice   bool       `json:"notice,omitempty"` // from the digits of a notice, which is not counted
	Ends     bool       `json:"ends"`
	Language flows.Lang `json:"language"`
	Sent     int        `json:"sent"`     // texts
	Received int        `json:"received"` // segments
	Path     []string   `json:"path"`
}

type flowCostJSON struct {
	Flow   string      `json:"flow"`
	Turns  []turnJSON  `json:"turns"`
	Totals []totalJSON `json:"totals"`
}

// flowCost lays the files over the library, as check does, and measures each that is a flow.
func flowCost(fs *flag.FlagSet) action {
	asJSON := fs.Bool("json", false, "print JSON")
	return func(_ context.Context, w *world, args []string) error {
		files, err := w.cfg.flowsWith(slices.DeleteFunc(slices.Clone(args), isFlowName))
		if err != nil {
			return err
		}
		set, err := gateway.LoadFlows(files)
		if found := (flows.Findings)(nil); errors.As(err, &found) {
			return fmt.Errorf("these flows are not right:\n%w", err)
		}
		if err != nil {
			return err
		}
		var all []flowCostJSON
		for _, path := range args {
			name, isFile := strings.CutSuffix(filepath.Base(path), ".yaml")
			if !isFile && !isFlowName(path) || !slices.Contains(set.Flows(), name) {
				return misused("%s is no flow: there are %s", path, strings.Join(set.Flows(), ", "))
			}
			all = append(all, costOf(set, name))
		}
		if *asJSON {
			return printJSON(w.out, all)
		}
		for _, one := range all {
			one.print(w)
		}
		return nil
	}
}

// isFlowName tells a flow in force by its name from a file.
func isFlowName(arg string) bool { return !strings.ContainsAny(arg, `./\`) }

func costOf(set *flows.Set, name string) flowCostJSON {
	turns, totals := set.Cost(name)
	c := flowCostJSON{Flow: name, Turns: []turnJSON{}, Totals: []totalJSON{}}
	for _, t := range turns {
		one := turnJSON{Step: t.Step, Ends: t.Ends, Channel: string(t.Channel), Language: t.Langs, Quiet: t.Quiet, Least: t.Least, Most: t.Most,
			Letters: t.Letters, Seconds: t.Duration.Seconds(), Path: append([]string{}, t.Path...)}
		if t.Channel == flows.Text {
			if one.Alphabet = "GSM-7"; t.UCS2 {
				one.Alphabet = "UCS-2"
			}
		}
		c.Turns = append(c.Turns, one)
	}
	for _, t := range totals {
		c.Totals = append(c.Totals, totalJSON{t.Step, t.Notice, t.Ends, t.Lang, t.Sent, t.Received, append([]string{}, t.Path...)})
	}
	return c
}

// print shows the three tables of a flow.
func (c flowCostJSON) print(w *world) {
	text := table{head: []string{"By text, until", "Language", "Segments", "Letters", "The longest way"}}
	voice := table{head: []string{"By voice, until", "Language", "Seconds", "The longest way"}}
	for _, t := range c.Turns {
		until, lang := stopName(t.Step, t.Ends), languages(t.Language)
		if t.Quiet {
			lang += ", quiet"
		}
		if t.Channel == string(flows.Voice) {
			voice.add(until, lang, strconv.FormatFloat(t.Seconds, 'f', 0, 64), strings.Join(t.Path, ", "))
			continue
		}
		segments := strconv.Itoa(t.Most)
		if t.Least < t.Most {
			segments = fmt.Sprintf("%d to %d", t.Least, t.Most)
		}
		text.add(until, lang, segments, fmt.Sprintf("%d %s", t.Letters, t.Alphabet), strings.Join(t.Path, ", "))
	}
	total := table{head: []string{"To come to", "Language", "Texts sent", "Segments received", "The shortest way"}}
	for _, t := range c.Totals {
		until := stopName(t.Step, t.Ends)
		if t.Notice {
			until += ", from a notice"
		}
		total.add(until, string(t.Language), strconv.Itoa(t.Sent), strconv.Itoa(t.Received), strings.Join(t.Path, ", "))
	}
	w.say("Flow %s\n", c.Flow)
	for _, one := range []table{text, voice, total} {
		if len(one.rows) > 0 {
			one.print(w.out)
			w.say("")
		}
	}
}

func stopName(step string, ends bool) string {
	if ends {
		return step + ", end"
	}
	return step
}

func languages(all []flows.Lang) string {
	var names []string
	for _, lang := range all {
		names = append(names, string(lang))
	}
	return joined(names)
}
