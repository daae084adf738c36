package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hotline/flows"
	"hotline/gateway"
)

// alone are the flags of a talk with one flow, without a hotline.
type alone struct {
	call                            *bool
	lang, languages, outcomes, save *string
	now                             *string
	facts                           []string
}

func (a *alone) bind(fs *flag.FlagSet) {
	a.lang = fs.String("lang", "", "with FILE: the `LANGUAGE` that the phone has chosen")
	a.languages = fs.String("languages", "", "with FILE: the `LANGUAGES` of the line, in its order (en,es); left out: those of the flows")
	a.outcomes = fs.String("outcomes", "", "with FILE: take what comes of effects from this `FILE.talk`, and ask when it has nothing")
	a.save = fs.String("save", "", "with FILE: write the talk into this `FILE.talk`, behind what stands there")
	a.now = fs.String("now", "", "with FILE: what `TIME` it is, as in \"2026-11-27 19:00 America/New_York\"; left out: this moment, in UTC")
	fs.Func("fact", "with FILE: a fact, `NAME=VALUE`; what is not told is false, zero or empty", func(fact string) error {
		a.facts = append(a.facts, fact)
		return nil
	})
}

// check refuses flags that mean nothing beside the others.
func (a *alone) check(fs *flag.FlagSet, file bool) error {
	withFile := []string{"lang", "languages", "outcomes", "save", "fact", "now"}
	var wrong error
	fs.Visit(func(f *flag.Flag) {
		switch {
		case file && f.Name != "call" && !slices.Contains(withFile, f.Name):
			wrong = misused("--%s is for the hotline that dev runs; a FILE is talked to without one", f.Name)
		case !file && slices.Contains(withFile, f.Name):
			wrong = misused("--%s needs the FILE of a flow to talk to: hotline talk my.yaml", f.Name)
		}
	})
	for _, path := range []string{*a.outcomes, *a.save} {
		if path != "" && filepath.Ext(path) != ".talk" {
			wrong = cmp.Or(wrong, misused("%s is no transcript: its name ends in .talk", path))
		}
	}
	return wrong
}

// tryFlow talks with one flow.
func (w *world) tryFlow(ctx context.Context, file string, a alone) error {
	set, name, err := w.flowAlone(file)
	if err != nil {
		return err
	}
	trial, err := a.trial(set, name, w.now())
	if err != nil {
		return err
	}
	if *a.save != "" {
		f, err := os.OpenFile(*a.save, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644) // before the talk, which would be lost
		if err != nil {
			return fmt.Errorf("--save: %w", err)
		}
		if err := f.Close(); err != nil {
			return fmt.Errorf("--save: %w", err)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h := &handset{world: w, person: isTerminal(w.in), typed: readLines(ctx, w.in), news: make(chan struct{})}
	t := &tryout{held: &held{handset: h}, trial: trial, call: *a.call}
	err = t.talk(ctx, name)
	save := *a.save
	if err == nil && save == "" && h.person {
		save = t.askWhere(ctx)
	}
	h.putAway()
	if err != nil || save == "" {
		return err
	}
	return w.saveTalk(set, trial, name, *a.call, save)
}

// flowAlone loads the flows in force with a file over them. A name without a file is one of those.
func (w *world) flowAlone(file string) (*flows.Set, string, error) {
	name, isFile := strings.CutSuffix(filepath.Base(file), ".yaml")
	var given []string
	switch _, err := os.Stat(file); {
	case isFile && err != nil:
		return nil, "", fmt.Errorf("reading the flow: %w", err)
	case isFile:
		given = append(given, file)
	case err == nil || name != file:
		return nil, "", misused("%s is no flow: its name ends in .yaml", file)
	}
	files, err := w.cfg.flowsWith(given)
	if err != nil {
		return nil, "", err
	}
	set, err := gateway.LoadFlows(files)
	if findings := (flows.Findings)(nil); errors.As(err, &findings) {
		return nil, "", fmt.Errorf("this is not right in the flows:\n%w", findings)
	}
	return set, name, err
}

// trial makes ready what is tried, with all that the flags say of it.
func (a *alone) trial(set *flows.Set, name string, now time.Time) (*flows.Trial, error) {
	languages := set.Languages()
	if *a.languages != "" {
		languages = nil
		for lang := range strings.SplitSeq(*a.languages, ",") {
			languages = append(languages, flows.Lang(strings.TrimSpace(lang)))
		}
	}
	channel := flows.Text
	if *a.call {
		channel = flows.Voice
	}
	trial, err := set.Try(name, channel, languages...)
	if err != nil {
		return nil, misused("%v", err)
	}
	if *a.save != "" {
		if talk, err := readTalk(*a.save); err == nil {
			if err := trial.Under(talk); err != nil {
				return nil, fmt.Errorf("%s: %w", *a.save, err)
			}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	if *a.outcomes != "" {
		talk, err := readTalk(*a.outcomes)
		if err != nil {
			return nil, err
		}
		if err := trial.Script(talk); err != nil {
			return nil, err
		}
	}
	if at := *a.now; at != "" || set.AsksWhen(name) {
		if at == "" {
			at = now.UTC().Format("2006-01-02 15:04") + " UTC"
		}
		if err := trial.Set("now", at); err != nil {
			return nil, misused("--now: %v", err)
		}
	}
	if *a.lang != "" {
		if err := trial.Set("lang", *a.lang); err != nil {
			return nil, misused("--lang: %v", err)
		}
	}
	for _, fact := range a.facts {
		if err := setFact(trial, fact); err != nil {
			return nil, misused("--fact: %v", err)
		}
	}
	return trial, nil
}

// setFact reads NAME=VALUE.
func setFact(trial *flows.Trial, fact string) error {
	name, value, ok := strings.Cut(fact, "=")
	if !ok {
		return fmt.Errorf("a fact is written NAME=VALUE, as in ballots.open=1, and not %q", fact)
	}
	return trial.Set("fact", strings.TrimSpace(name)+" "+strings.TrimSpace(value))
}

func readTalk(path string) (*flows.Talk, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a transcript: %w", err)
	}
	if strings.TrimSpace(string(text)) == "" {
		return nil, fmt.Errorf("reading a transcript: %s is empty: %w", path, fs.ErrNotExist)
	}
	return flows.ParseTalk(filepath.Base(path), string(text))
}

// saveTalk puts the talk behind what stands in a file, and plays it, so that it is known at once what a check will say.
func (w *world) saveTalk(set *flows.Set, trial *flows.Trial, name string, call bool, path string) error {
	scene := trial.Scene()
	if scene == "" {
		w.note("Nothing was said, so nothing was saved.")
		return nil
	}
	how := "by text"
	if call {
		how = "by voice"
	}
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("saving the talk: %w", err)
	}
	text := string(before)
	if text != "" {
		text = strings.TrimRight(text, "\n") + "\n\n"
	}
	text += fmt.Sprintf("# Flow %s, tried %s.\n%s", name, how, scene)
	talk, err := flows.ParseTalk(filepath.Base(path), text)
	if err != nil {
		return fmt.Errorf("saving the talk: %w", err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return fmt.Errorf("saving the talk: %w", err)
	}
	w.say("The talk is in %s. Put into words there what it tells; `hotline check` plays it.", path)
	for _, f := range set.Play(talk).Failures {
		w.note("caution: %s", f)
	}
	return nil
}
