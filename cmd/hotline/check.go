package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hotline/flows"
	"hotline/flows/library"
	"hotline/gateway"
	"hotline/gateway/twilio"
)

// checkCommand goes on after a finding, so that one run tells of all of them.
func checkCommand(fs *flag.FlagSet) action {
	update := fs.Bool("update", false, "rewrite the answers in the transcripts given, as they come now, and then check")
	coverage := fs.Bool("coverage", false, "tell which steps and ways no transcript visits")
	return func(ctx context.Context, w *world, args []string) error {
		if *update && len(args) == 0 {
			return misused("the transcripts inside this program cannot be rewritten: name the files, or the folder, of those that can")
		}
		var p problems
		if err := w.checkFlows(args, *update, *coverage, &p); err != nil {
			return err
		}
		if w.cfg.PublicURL == "" && w.cfg.Keys == "" {
			w.note("The environment holds no configuration (HOTLINE_PUBLIC_URL, HOTLINE_KEYS), so only flows were checked.")
		} else if err := w.checkConfiguration(ctx, &p); err != nil {
			return err
		}
		for _, sentence := range p {
			w.say("%s", sentence)
		}
		if len(p) > 0 {
			return fmt.Errorf("%s not right", count(len(p), "thing is", "things are"))
		}
		return nil
	}
}

// checkFlows loads the flows inside this program, with the given files over them, and plays all transcripts.
func (w *world) checkFlows(paths []string, update, coverage bool, p *problems) error {
	given, err := givenFiles(paths)
	if err != nil {
		return err
	}
	files, remove, err := flowsOver(given)
	if err != nil {
		return err
	}
	defer remove()
	set, err := gateway.LoadFlows(files)
	if findings := (flows.Findings)(nil); errors.As(err, &findings) {
		for _, f := range findings {
			p.add("%s", f)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if update {
		if err := w.updateTalks(set, given); err != nil {
			return err
		}
		if files, remove, err = flowsOver(given); err != nil {
			return err
		}
		defer remove()
	}
	talks, err := playTalks(set, files)
	if err != nil {
		return err
	}
	wrong := 0
	for _, t := range talks {
		for _, sentence := range t.wrong {
			p.add("%s", sentence)
		}
		wrong += min(len(t.wrong), 1)
	}
	if coverage {
		w.printCoverage(set.Coverage(playedOf(talks)...), given)
	}
	w.say("Flows: %d in %s; %d of %s went as written.", len(set.Files())-1, joined(languagesOf(set)), len(talks)-wrong,
		count(len(talks), "transcript", "transcripts"))
	return nil
}

func languagesOf(set *flows.Set) []string {
	var all []string
	for _, lang := range set.Languages() {
		all = append(all, string(lang))
	}
	return all
}

// flowsOver gives the flows inside this program with files over them, and what removes them again.
func flowsOver(given []string) (fs.FS, func(), error) {
	if len(given) == 0 {
		return library.Files, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "hotline-flows-")
	if err != nil {
		return nil, nil, err
	}
	remove := func() { os.RemoveAll(dir) }
	if err := overlay(dir, given); err != nil {
		remove()
		return nil, nil, err
	}
	return os.DirFS(dir), remove, nil
}

// overlay puts the flows inside this program into dir, and files over them.
func overlay(dir string, given []string) error {
	if err := os.CopyFS(dir, library.Files); err != nil {
		return err
	}
	for _, file := range given {
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("reading flows: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// givenFiles are the flows and transcripts that paths name. A folder stands for those in it, a flow also for its transcript.
func givenFiles(paths []string) ([]string, error) {
	var given []string
	add := func(file string) {
		if !slices.Contains(given, file) {
			given = append(given, file)
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, fmt.Errorf("reading flows: %w", err)
		case info.IsDir():
			files, err := flowFiles(path)
			if err != nil {
				return nil, err
			}
			for _, file := range files {
				add(file)
			}
			continue
		case !isFlowFile(path):
			return nil, misused("%s is no flow (.yaml) and no transcript (.talk)", path)
		}
		add(path)
		if base, isFlow := strings.CutSuffix(path, ".yaml"); isFlow {
			if _, err := os.Stat(base + ".talk"); err == nil {
				add(base + ".talk")
			}
		}
	}
	return given, nil
}

func isFlowFile(path string) bool {
	return slices.Contains([]string{".yaml", ".talk"}, filepath.Ext(path))
}

func flowFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading flows: %w", err)
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && isFlowFile(e.Name()) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, misused("there is no flow (.yaml) and no transcript (.talk) in %s", dir)
	}
	return files, nil
}

// checkConfiguration looks at what serve would start with and, where that is right, at the database and the carrier.
func (w *world) checkConfiguration(ctx context.Context, p *problems) error {
	*p = append(*p, w.cfg.strays...)
	if wrong := w.cfg.check(); len(wrong) > 0 {
		*p = append(*p, wrong...)
		return nil
	}
	keys, err := w.loadKeys()
	if err != nil {
		p.add("%v", err)
		return nil
	}
	s, err := openStore(ctx, w.cfg.DatabaseURL.reveal(), keys)
	if err != nil {
		p.add("%v", err)
		return nil
	}
	defer s.Close()
	lines, err := s.Lines(ctx, s.Pool)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		p.add("there is no line yet: add one with `hotline line add`")
	}
	deaf, err := unread(ctx, s, lines)
	if err != nil {
		return err
	}
	for _, caution := range append(w.cfg.cautions(), deaf...) {
		w.note("caution: %s", caution)
	}
	client, want := twilio.New(w.cfg.carrier()), twilio.WebhookURLs(w.cfg.PublicURL)
	for _, l := range lines {
		have, known, err := client.Webhooks(ctx, l.Number)
		switch {
		case err != nil:
			p.add("line %s: %v", l.Number, err)
		case !known:
			p.add("line %s: the account at the carrier has no such number", l.Number)
		default:
			for _, sentence := range want.Missing(have) {
				p.add("line %s: %s", l.Number, sentence)
			}
		}
	}
	w.say("Configuration: the environment, the key file and the database belong together; %s.", count(len(lines), "line", "lines"))
	return nil
}
