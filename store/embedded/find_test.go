package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// script writes an executable.
func script(t *testing.T, path, body string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// pretend puts a Postgres that only knows its version into bin.
func pretend(t *testing.T, bin, version string) {
	t.Helper()
	script(t, filepath.Join(bin, "postgres"), fmt.Sprintf("echo 'postgres (PostgreSQL) %s'", version))
	script(t, filepath.Join(bin, "initdb"), "exit 1")
}

func TestFindsTheNewestFirst(t *testing.T) {
	root := tempDir(t)
	for dir, version := range map[string]string{
		"lib/postgresql/9/bin":    "9.6.24",
		"lib/postgresql/15/bin":   "15.13 (Debian 15.13-0+deb12u1)",
		"lib/postgresql/18/bin":   "18beta1",
		"lib/postgresql/100/bin":  "100.1", // "100" sorts before "15" as text
		"lib/postgresql/slow/bin": "16.9",
		"pgsql-17/bin":            "17.5",
	} {
		pretend(t, filepath.Join(root, dir), version)
	}
	pretend(t, filepath.Join(root, "wrong"), "not a version")
	script(t, filepath.Join(root, "client", "postgres"), "echo 'postgres (PostgreSQL) 99.0'") // no initdb
	script(t, filepath.Join(root, "broken", "initdb"), "exit 1")
	script(t, filepath.Join(root, "broken", "postgres"), "exit 1")
	if err := os.MkdirAll(filepath.Join(root, "sbin"), 0o755); err != nil {
		t.Fatal(err)
	}
	// PATH holds a link to postgres alone; its folder has both.
	if err := os.Symlink(filepath.Join(root, "pgsql-17/bin/postgres"), filepath.Join(root, "sbin/postgres")); err != nil {
		t.Fatal(err)
	}
	where := places{
		path:    fmt.Sprintf("relative::%s/sbin:%s/client:%s/broken:%s/wrong", root, root, root, root),
		folders: []string{root + "/lib/postgresql/*/bin", root + "/pgsql-*/bin", root + "/nowhere"},
	}
	want := []installation{
		{root + "/lib/postgresql/100/bin", 100},
		{root + "/lib/postgresql/18/bin", 18},
		{root + "/pgsql-17/bin", 17}, // once
		{root + "/lib/postgresql/slow/bin", 16},
		{root + "/lib/postgresql/15/bin", 15},
		{root + "/lib/postgresql/9/bin", 9},
	}
	got := where.find(t.Context(), self())
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(installation{})); diff != "" {
		t.Error(diff)
	}
}

func TestPathComesFirstWithinAMajor(t *testing.T) {
	root := tempDir(t)
	pretend(t, root+"/usual", "16.2")
	pretend(t, root+"/mine", "16.1")
	got := places{path: root + "/mine", folders: []string{root + "/usual"}}.find(t.Context(), self())
	if len(got) != 2 || got[0].bin != root+"/mine" {
		t.Errorf("found %v", got)
	}
}

// The real ones of this machine.
func TestUsualPlacesHoldAPostgres(t *testing.T) {
	found := usualPlaces().find(t.Context(), self())
	if len(found) == 0 || found[0].major < oldest {
		t.Fatalf("found %v: these tests need Postgres %d or newer: apt install postgresql (or as your system has it)", found, oldest)
	}
}

func TestAClosedInstallationIsPassedOver(t *testing.T) {
	root := tempDir(t)
	pretend(t, root+"/home/bin", "17.1")
	if err := os.Chmod(root, 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root+"/home", 0o700); err != nil {
		t.Fatal(err)
	}
	if got := (places{path: root + "/home/bin"}).find(t.Context(), stranger()); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}

func TestClusterOfAnotherMajor(t *testing.T) {
	dir := tempDir(t)
	stop(t, startPostgres(t, Options{Dir: dir, Fast: true}))
	installed := usualPlaces().find(t.Context(), self())[0]
	version := filepath.Join(dir, "data", "PG_VERSION")
	if err := os.WriteFile(version, []byte("14\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := StartPostgres(t.Context(), Options{Dir: dir})
	refused(t, err, dir+"/data was made by Postgres 14", installed.String(), "install Postgres 14", "move that folder aside")

	if err := os.WriteFile(version, []byte("what?\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = StartPostgres(t.Context(), Options{Dir: dir})
	refused(t, err, "PG_VERSION holds no version")

	if err := os.Remove(version); err != nil {
		t.Fatal(err)
	}
	_, err = StartPostgres(t.Context(), Options{Dir: dir})
	refused(t, err, dir+"/data is there but holds no Postgres cluster")
}

// A newer Postgres that was installed since does not lock anyone out.
func TestAClusterKeepsItsMajor(t *testing.T) {
	root := tempDir(t)
	pretend(t, root+"/new", "99.0")
	pretend(t, root+"/old", "15.1")
	p := &Postgres{dir: root, account: self()}
	where := places{path: root + "/new:" + root + "/old"}
	for major, want := range map[int]string{0: root + "/new", 15: root + "/old", 99: root + "/new"} {
		if bin, err := p.choose(t.Context(), Options{}, where, major); bin != want || err != nil {
			t.Errorf("for a cluster of %d: %q, %v", major, bin, err)
		}
	}
}
