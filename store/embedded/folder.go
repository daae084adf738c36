package embedded

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Reachable says whether the user that Postgres would run as can come to dir,
// which need not exist yet. The error names the folder in the way. As any
// user but root the answer is always yes.
func Reachable(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	a, err := serverAccount(filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	return a.reaches(dir)
}

// TempDir makes an empty folder that can be Options.Dir, for a test that stops
// and starts: as root, t.TempDir is closed to the user that Postgres runs as.
// The caller erases it.
func TempDir() (string, error) {
	a, err := serverAccount("")
	if err != nil {
		return "", err
	}
	return a.temporaryFolder()
}

// reaches walks up from dir; the last folder found closed is the first one
// that a would stumble over.
func (a account) reaches(dir string) error {
	if a == self() {
		return nil
	}
	closed := ""
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err == nil && !a.may(info, 1) {
			closed = at
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	if closed == "" {
		return nil
	}
	return fmt.Errorf("%s cannot hold the database: as root, Postgres runs as %s, and %s is closed to that user; "+
		"choose a folder elsewhere, such as /var/lib/hotline, or open that one to passers-by (chmod o+x %s)",
		dir, a, closed, closed)
}

// takeFolder makes dir, if missing, 0700 and a's own. Folders above it that
// are missing too belong to us, and a may pass through.
func (a account) takeFolder(dir string) error {
	err := os.Mkdir(dir, 0o700)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := a.passage(filepath.Dir(dir)); err != nil {
			return err
		}
		return a.takeFolder(dir)
	case errors.Is(err, fs.ErrExist):
		return a.adoptFolder(dir)
	case err != nil:
		return err
	}
	return a.own(dir)
}

// passage makes the folders down to dir.
func (a account) passage(dir string) error {
	mode := os.FileMode(0o700)
	if a != self() {
		mode = 0o711
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := a.passage(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Chmod(dir, mode) // whatever the umask
}

// adoptFolder hands an empty folder that a could not enter over to it; a
// folder with anything in it stays as it is.
func (a account) adoptFolder(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 || a.may(info, 1) {
		return err
	}
	return a.own(dir)
}

// temporaryFolder makes one that a can reach and that has room for a socket's
// path; $TMPDIR may be deep, or somebody's own.
func (a account) temporaryFolder() (string, error) {
	for _, base := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		base, err := filepath.EvalSymlinks(base)
		if err != nil || a.reaches(base) != nil {
			continue
		}
		dir, err := os.MkdirTemp(base, "hotline-")
		if err != nil {
			continue
		}
		if len(filepath.Join(dir, "run", socketName)) <= socketLimit() {
			return dir, a.own(dir)
		}
		if err := os.Remove(dir); err != nil {
			return "", err
		}
	}
	return "", fmt.Errorf("neither %s nor /tmp can hold a temporary database for %s: set TMPDIR to a folder that can", os.TempDir(), a)
}

func (a account) own(path string) error {
	if a == self() {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

const socketName = ".s.PGSQL.5432"

// socketLimit is how many bytes the path of a Unix socket may have: the
// kernel's sun_path, less its final zero.
func socketLimit() int {
	if runtime.GOOS == "linux" {
		return 107
	}
	return 103
}

// socketFolder makes the folder of the socket for a cluster in dir: within
// it, or, where that path is too long, a short one that is always the same
// for the same dir.
func (a account) socketFolder(dir string) (string, error) {
	run := filepath.Join(dir, "run")
	if len(filepath.Join(run, socketName)) > socketLimit() {
		run = fmt.Sprintf("/tmp/hotline-%d-%.6x", a.uid, sha256.Sum256([]byte(dir)))
	}
	err := os.Mkdir(run, 0o700)
	if err == nil {
		return run, a.own(run)
	}
	if !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	// Anybody may make folders in /tmp: a link, or a folder that others can
	// enter, would let them speak to our database, or in its place.
	info, err := os.Lstat(run)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || owner(info).uid != a.uid || info.Mode().Perm() != 0o700 {
		return "", fmt.Errorf("%s, the folder for the socket, is not a 0700 folder of %s: remove it", run, a)
	}
	return run, nil
}
