package embedded

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// oldest is the first major that Hotline's SQL runs on.
const oldest = 15

// installation is one Postgres on this machine.
type installation struct {
	bin   string // folder with initdb and postgres, without symlinks
	major int
}

func (i installation) String() string { return fmt.Sprintf("Postgres %d (%s)", i.major, i.bin) }

// places are where to look for programs; tests look elsewhere.
type places struct {
	path    string   // as $PATH
	folders []string // glob patterns, looked at after path
	cache   string   // where fetched ones stay; empty: the usual one
}

// usualPlaces are PATH and where the packages of Debian, Fedora and its
// relatives, Alpine, openSUSE, Homebrew (Apple silicon, Intel, Linux),
// Postgres.app, MacPorts, EDB and `make install` put a server. Most keep it
// out of PATH, so that several majors can stand side by side.
func usualPlaces() places {
	folders := []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/usr/bin",
		"/usr/libexec/postgresql*",
		"/usr/lib/postgresql*/bin",
		"/opt/homebrew/opt/postgresql*/bin",
		"/opt/homebrew/bin",
		"/usr/local/opt/postgresql*/bin",
		"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
		"/opt/local/lib/postgresql*/bin",
		"/opt/local/bin",
		"/Library/PostgreSQL/*/bin",
		"/usr/local/pgsql/bin",
		"/usr/local/bin",
	}
	return places{path: os.Getenv("PATH"), folders: folders}
}

// find lists what a can run, newest first; of one major, what stands in PATH
// comes first. Too old ones are included: they belong into a message.
func (p places) find(ctx context.Context, a account) []installation {
	var found []installation
	for _, dir := range p.list() {
		bin, err := realBin(dir)
		if err != nil || a.reaches(bin) != nil ||
			slices.ContainsFunc(found, func(i installation) bool { return i.bin == bin }) {
			continue
		}
		if major, err := majorOf(ctx, filepath.Join(bin, "postgres")); err == nil {
			found = append(found, installation{bin, major})
		}
	}
	slices.SortStableFunc(found, func(a, b installation) int { return b.major - a.major })
	return found
}

// program is the first of that name.
func (p places) program(name string) (string, error) {
	for _, dir := range p.list() {
		if program, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return program, nil
		}
	}
	return "", fmt.Errorf("there is no %s", name)
}

// list is every folder to look into. A relative one in PATH would have us run
// what lies in the working folder.
func (p places) list() []string {
	dirs := slices.DeleteFunc(filepath.SplitList(p.path), func(dir string) bool { return !filepath.IsAbs(dir) })
	for _, pattern := range p.folders {
		matches, err := filepath.Glob(pattern)
		if err != nil { // only a malformed pattern, which is ours
			panic(err)
		}
		dirs = append(dirs, matches...)
	}
	return dirs
}

// realBin is the folder that dir's postgres really lies in: PATH often holds
// links, and initdb looks for its share files next to itself.
func realBin(dir string) (string, error) {
	program, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
	if err != nil {
		return "", err
	}
	bin, err := filepath.Abs(filepath.Dir(program))
	if err != nil {
		return "", err
	}
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(bin, name)); err != nil {
			return "", err
		}
	}
	return bin, nil
}

// majorOf asks the program itself; folder names lie ("data", "latest").
func majorOf(ctx context.Context, program string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "--version")
	cmd.Env = cleanEnvironment()
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s --version: %w", program, err)
	}
	// "postgres (PostgreSQL) 15.13 (Debian 15.13-0)", or "18beta1".
	_, version, _ := strings.Cut(string(out), "(PostgreSQL) ")
	digits := len(version) - len(strings.TrimLeft(version, "0123456789"))
	major, err := strconv.Atoi(version[:digits])
	if err != nil {
		return 0, fmt.Errorf("%s --version: no version in %q", program, strings.TrimSpace(string(out)))
	}
	return major, nil
}
