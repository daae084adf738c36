package main

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every flag of every command is used in a story of testdata or in a test of this room, with its command: what nobody has tried may do
// nothing. Those that all commands on records share are the same code, and are tried with one.
func TestEveryFlagIsTried(t *testing.T) {
	shared := []string{"data", "json", "assembly", "as"}
	tried := map[string]bool{}
	for _, words := range append(inStories(t), inTests(t)...) {
		for from := range words {
			c, rest, err := find(commands(), words[from:])
			if err != nil || c.name == "help" {
				continue
			}
			for _, word := range rest {
				if name, _, _ := strings.Cut(word, "="); strings.HasPrefix(name, "--") {
					tried[c.name+" "+name] = true
					tried[name] = true
				}
			}
			break
		}
	}
	for _, c := range commands() {
		fs := c.flags()
		c.bind(fs)
		fs.VisitAll(func(f *flag.Flag) {
			if known := c.name + " --" + f.Name; !tried[known] && !(slices.Contains(shared, f.Name) && tried["--"+f.Name]) {
				t.Errorf("no story and no test tries %s", known)
			}
		})
	}
}

// inStories are the command lines of testdata, in words.
func inStories(t *testing.T) (all [][]string) {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if words := strings.Fields(strings.TrimPrefix(line, "! ")); len(words) > 2 && words[0] == "exec" && strings.HasPrefix(words[1], "hotline") {
				all = append(all, words[2:])
			}
		}
	}
	return all
}

// inTests are lists of words in the source of tests, be it what a function is called with or a list of its own.
func inTests(t *testing.T) (all [][]string) {
	t.Helper()
	names, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				all = append(all, literals(n.Args))
			case *ast.CompositeLit:
				all = append(all, literals(n.Elts))
			}
			return true
		})
	}
	return all
}

// literals are the words among expressions; what is no literal is an empty one.
func literals(list []ast.Expr) (words []string) {
	for _, e := range list {
		word := ""
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			word, _ = strconv.Unquote(lit.Value) // it was parsed
		}
		words = append(words, word)
	}
	return words
}
