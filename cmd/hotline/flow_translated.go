package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"hotline/flows"
	"hotline/gateway"
)

// flowTranslated writes the lock beside the given flows, which lie in one folder: without any, that of HOTLINE_FLOWS, or this one.
func flowTranslated(*flag.FlagSet) action {
	return func(_ context.Context, w *world, args []string) error {
		dir, names := cmp.Or(w.cfg.Flows, "."), []string(nil)
		for i, path := range args {
			info, err := os.Stat(path)
			switch {
			case err != nil:
				return fmt.Errorf("reading flows: %w", err)
			case info.IsDir() && len(args) == 1:
				dir = path
				continue
			case info.IsDir() || i > 0 && filepath.Dir(path) != dir:
				return misused("flow translated takes one folder, or files of one")
			}
			dir, names = filepath.Dir(path), append(names, filepath.Base(path))
		}
		text, err := w.cfg.translatedIn(dir, names)
		if err != nil {
			return err
		}
		file := filepath.Join(dir, flows.LockFile)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return fmt.Errorf("writing which translations are how old: %w", err)
		}
		w.say("%s: every translation %s counts as made from the words beside it.", file, where(names))
		return nil
	}
}

func where(names []string) string {
	if len(names) == 0 {
		return "of that folder"
	}
	return "in " + joined(names)
}

// translatedIn is the lock of a folder, with all translations of the named files (none: of all) marked as new. A set that is refused
// has none: what it means is not known.
func (c Config) translatedIn(dir string, names []string) (string, error) {
	own, err := givenFiles([]string{dir})
	if err != nil {
		return "", err
	}
	files, err := c.flowsWith([]string{dir})
	if err != nil {
		return "", err
	}
	set, err := gateway.LoadFlows(files)
	if found := (flows.Findings)(nil); errors.As(err, &found) {
		return "", fmt.Errorf("these flows are not right:\n%w", err)
	}
	if err != nil {
		return "", err
	}
	if len(names) > 0 {
		return set.Translated(names...), nil
	}
	for _, path := range own {
		names = append(names, filepath.Base(path))
	}
	return set.Translated(names...), nil
}
