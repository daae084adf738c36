package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"hotline/flows"
	"hotline/flows/library"
	"hotline/gateway"
)

// flowFiles are the flows in force, with their transcripts and recordings: those inside this program and, over them, the files of
// HOTLINE_FLOWS. Every command that needs flows takes them from here.
func (c Config) flowFiles() (fs.FS, error) {
	if c.Flows == "" {
		return library.Files, nil
	}
	if err := checkFlowFolder(c.Flows); err != nil {
		return nil, fmt.Errorf("HOTLINE_FLOWS: %w", err)
	}
	return layers{os.DirFS(c.Flows), library.Files}, nil
}

// loadFlows reads the flows in force, for a command that tells words of theirs. Those inside this program were proved when it was
// made, and are not again: that takes longer than all else that most commands do. What is wrong in others is in the error as
// flows.Findings.
func (c Config) loadFlows() (*flows.Set, error) {
	if c.Flows == "" {
		return gateway.ProvedFlows(library.Files)
	}
	return c.proveFlows()
}

// proveFlows is loadFlows with every proof, for who goes on to answer people with them.
func (c Config) proveFlows() (*flows.Set, error) {
	files, err := c.flowFiles()
	if err != nil {
		return nil, err
	}
	set, err := gateway.LoadFlows(files)
	if err != nil {
		return nil, fmt.Errorf("%s:\n%w", c.flowsFrom(), err)
	}
	return set, nil
}

// flowsFrom tells where the flows in force come from.
func (c Config) flowsFrom() string {
	if c.Flows == "" {
		return "the flows inside this program"
	}
	return fmt.Sprintf("the flows of %s (HOTLINE_FLOWS), over those inside this program", c.Flows)
}

// flowsWith are the flows in force with the files of paths over them.
func (c Config) flowsWith(paths []string) (fs.FS, error) {
	files, err := c.flowFiles()
	if err != nil {
		return nil, err
	}
	return overlaid(files, paths)
}

// isFlowFile tells whether a file belongs to a set of flows. What editors and machines leave beside files begins with a point.
func isFlowFile(name string) bool {
	return !strings.HasPrefix(name, ".") && slices.Contains([]string{".yaml", ".talk"}, filepath.Ext(name)) || name == flows.LockFile
}

// checkFlowFolder refuses a folder in which there is nothing to use: its name is more likely a mistake than meant.
func checkFlowFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("reading flows: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() && isFlowFile(e.Name()) {
			return nil
		}
	}
	return misused("there is no flow (.yaml) and no transcript (.talk) in %s", dir)
}

// ownFile says whether a file of the flows in force is the one inside this program.
func ownFile(files fs.FS, name string) bool {
	inside, err := fs.ReadFile(library.Files, name)
	if err != nil {
		return false
	}
	inForce, err := fs.ReadFile(files, name)
	return err == nil && string(inside) == string(inForce)
}

// ownFlows says whether all flows inside this program are in force: its own transcripts tell how they talk together.
func ownFlows(files fs.FS) bool {
	names, err := fs.Glob(library.Files, "*.yaml")
	return err == nil && !slices.ContainsFunc(names, func(name string) bool { return !ownFile(files, name) })
}

// beside adds to flows those that they call or go to and that lie beside them, and the lock that tells their translations' age, so
// that a flow can be looked at by its file alone.
func beside(paths []string) []string {
	named := regexp.MustCompile(`\b(?:call:|flow:?)\s+([a-z_][a-z0-9_]*)`)
	all := slices.Clone(paths)
	for i := 0; i < len(all); i++ {
		text, err := os.ReadFile(all[i])
		if err != nil || filepath.Ext(all[i]) != ".yaml" {
			continue // a folder, a transcript, or nothing: whoever opens it says so
		}
		lock := filepath.Join(filepath.Dir(all[i]), flows.LockFile)
		if _, err := os.Stat(lock); err == nil && !slices.Contains(all, lock) {
			all = append(all, lock)
		}
		for _, to := range named.FindAllStringSubmatch(string(text), -1) {
			other := filepath.Join(filepath.Dir(all[i]), to[1]+".yaml")
			if _, err := os.Stat(other); err == nil && !slices.Contains(all, other) {
				all = append(all, other)
			}
		}
	}
	return all
}

// overlaid puts the files of paths over others; a folder stands for the files in it.
func overlaid(files fs.FS, paths []string) (fs.FS, error) {
	for _, path := range beside(paths) {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("reading flows: %w", err)
		}
		switch {
		case info.IsDir():
			if err := checkFlowFolder(path); err != nil {
				return nil, err
			}
			files = layers{os.DirFS(path), files}
		case isFlowFile(filepath.Base(path)):
			files = layers{oneFile{os.DirFS(filepath.Dir(path)), filepath.Base(path)}, files}
		default:
			return nil, misused("%s is no flow (.yaml) and no transcript (.talk)", path)
		}
	}
	return files, nil
}

// layers lie over each other, the first uppermost: a file is that of the uppermost layer that has one of its name, and a folder holds
// the files of all. Names that begin with a point are not seen. A folder is read with fs.ReadDir, not by opening it.
type layers []fs.FS

// Open gives the uppermost file of a name.
func (l layers) Open(name string) (fs.File, error) {
	for _, layer := range l {
		f, err := layer.Open(name)
		if !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir lists what all layers have in a folder, each name once.
func (l layers) ReadDir(name string) ([]fs.DirEntry, error) {
	var all []fs.DirEntry
	found := false
	for _, layer := range l {
		entries, err := fs.ReadDir(layer, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = true
		for _, e := range entries {
			seen := slices.ContainsFunc(all, func(had fs.DirEntry) bool { return had.Name() == e.Name() })
			if !seen && !strings.HasPrefix(e.Name(), ".") {
				all = append(all, e)
			}
		}
	}
	if !found {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}

// oneFile is a folder of which only one file is seen.
type oneFile struct {
	folder fs.FS
	name   string
}

func (o oneFile) Open(name string) (fs.File, error) {
	if name != o.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return o.folder.Open(name)
}

func (o oneFile) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	info, err := fs.Stat(o.folder, o.name)
	if err != nil {
		return nil, err
	}
	return []fs.DirEntry{fs.FileInfoToDirEntry(info)}, nil
}
