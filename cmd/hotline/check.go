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

	"hotline/flows"
	"hotline/flows/library"
	"hotline/gateway"
	"hotline/gateway/twilio"
)

// checkCommand goes on after a finding, so that one run tells of all of them.
func checkCommand(fs *flag.FlagSet) action {
	asJSON := fs.Bool("json", false, "print JSON")
	asSARIF := fs.Bool("sarif", false, "print SARIF 2.1.0, for editors and reviews")
	return func(ctx context.Context, w *world, args []string) error {
		var c checked
		if err := c.flows(args); err != nil {
			return err
		}
		if w.cfg.PublicURL == "" && w.cfg.Keys == "" {
			w.note("The environment holds no configuration (HOTLINE_PUBLIC_URL, HOTLINE_KEYS), so only flows were checked.")
		} else if err := w.checkConfiguration(ctx, &c); err != nil {
			return err
		}
		var err error
		switch {
		case *asSARIF:
			err = c.printSARIF(w.out)
		case *asJSON:
			err = c.printJSON(w.out)
		default:
			c.print(w)
		}
		return cmp.Or(err, c.err())
	}
}

// laidOver gives the flows inside this program with the given files over them, and what takes them away again.
func laidOver(paths []string) (fs.FS, func(), error) {
	if len(paths) == 0 {
		return library.Files, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "hotline-check-")
	if err != nil {
		return nil, nil, err
	}
	remove := func() { os.RemoveAll(dir) }
	if err := overlay(dir, paths); err != nil {
		remove()
		return nil, nil, err
	}
	return os.DirFS(dir), remove, nil
}

// flows loads the flows inside this program, with the given files over them, and plays all transcripts.
func (c *checked) flows(paths []string) error {
	files, remove, err := laidOver(paths)
	if err != nil {
		return err
	}
	defer remove()
	set, err := gateway.LoadFlows(files)
	if errors.As(err, &c.findings) {
		return nil
	}
	if err != nil {
		return err
	}
	c.findings, c.allowed = set.Warnings(), set.Allowed()
	talks, err := fs.Glob(files, "*.talk")
	if err != nil {
		return err
	}
	wrong := 0
	for _, name := range talks {
		if err := play(set, files, name); err != nil {
			c.wrong.add("%v", err)
			wrong++
		}
	}
	c.right = append(c.right, fmt.Sprintf("Flows: %d in %s; %d of %s went as written.", len(set.Flows()), joined(languagesOf(set)), len(talks)-wrong,
		count(len(talks), "transcript", "transcripts")))
	return nil
}

func languagesOf(set *flows.Set) []string {
	var all []string
	for _, lang := range set.Languages() {
		all = append(all, string(lang))
	}
	return all
}

// play runs one transcript; its error shows where the talk went differently.
func play(set *flows.Set, files fs.FS, name string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	talk, err := flows.ParseTalk(name, string(text))
	if err != nil {
		return err
	}
	return set.Run(talk)
}

// overlay puts the flows inside this program into dir, and those of paths over them. A folder stands for the files in it.
func overlay(dir string, paths []string) error {
	if err := os.CopyFS(dir, library.Files); err != nil {
		return err
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("reading flows: %w", err)
		}
		files := []string{path}
		if info.IsDir() {
			if files, err = flowFiles(path); err != nil {
				return err
			}
		} else if !isFlowFile(path) {
			return misused("%s is no flow (.yaml) and no transcript (.talk)", path)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return fmt.Errorf("reading flows: %w", err)
			}
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), text, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

func isFlowFile(path string) bool {
	return slices.Contains([]string{".yaml", ".talk"}, filepath.Ext(path)) || filepath.Base(path) == flows.LockFile
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
func (w *world) checkConfiguration(ctx context.Context, c *checked) error {
	p := &c.wrong
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
	c.right = append(c.right, fmt.Sprintf("Configuration: the environment, the key file and the database belong together; %s.", count(len(lines), "line", "lines")))
	return nil
}
