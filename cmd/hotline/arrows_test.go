package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows is the table of DESIGN: which room may import which. A room that is not here may not exist.
var arrows = map[string][]string{
	"flows":              {},
	"flows/library":      {},
	"store/seal":         {},
	"store/conversation": {},
	"store/embedded":     {},
	"gateway/simulator":  {},
	"store":              {"store/seal"},
	"store/storetest":    {"store", "store/seal", "store/embedded"},
	"gateway":            {"flows", "store", "store/seal", "store/conversation"},
	"gateway/twilio":     {"gateway", "store"},
	"gateway/console":    {"gateway", "flows", "store", "store/seal", "store/conversation"},
}

// forTests may be imported by test files besides.
var forTests = []string{"store/storetest", "gateway/simulator"}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != root {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		room := filepath.ToSlash(filepath.Dir(rel))
		seen[room] = true
		if room == "cmd/hotline" {
			return nil
		}
		may, ok := arrows[room]
		if !ok {
			t.Errorf("%s: the house has no room %q", rel, room)
			return nil
		}
		for _, imported := range ourImports(t, name) {
			inTest := strings.HasSuffix(name, "_test.go")
			if slices.Contains(may, imported) || inTest && (slices.Contains(forTests, imported) || imported == room) {
				continue
			}
			t.Errorf("%s: room %s may not import %s", rel, room, imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range []string{"flows", "gateway", "store"} {
		if !seen[room] {
			t.Errorf("no Go file of room %s was read: the test looks in the wrong place", room)
		}
	}
}

func ourImports(t *testing.T, file string) (rooms []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range f.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if room, ours := strings.CutPrefix(name, "hotline/"); ours {
			rooms = append(rooms, room)
		}
	}
	return rooms
}

func TestTheTopLevelStaysAsItIs(t *testing.T) {
	want := []string{"README.md", "cmd", "deploy", "flows", "gateway", "go.mod", "go.sum", "store"}
	entries, err := os.ReadDir(path.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			got = append(got, e.Name())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the top level holds %v, and should hold %v", got, want)
	}
}
