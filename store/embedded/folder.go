package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
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
	_, dir, err := temporaryFolder(os.TempDir())
	return dir, err
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

// takeFolder makes dir, if missing, and decides whose it is to be.
func takeFolder(dir string) (account, string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return account{}, "", err
	}
	a, err := serverAccount(filepath.Join(dir, "data"))
	if err != nil {
		return account{}, "", err
	}
	// Before anything is made; dir itself may be closed, but empty.
	if err := a.reaches(filepath.Dir(dir)); err != nil {
		return account{}, "", err
	}
	return a, dir, a.ensure(dir)
}

// ensure makes dir, if missing, 0700 and a's own. Folders above it that are
// missing too belong to us, and a may pass through.
func (a account) ensure(dir string) error {
	if err := a.passage(filepath.Dir(dir)); err != nil {
		return err
	}
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return a.adopt(dir)
	}
	if err != nil {
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

// adopt hands an empty folder that a could not enter over to it; a folder with
// anything in it stays as it is.
func (a account) adopt(dir string) error {
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

// inMemory is where Linux keeps files in memory, and memoryNeeded what of it,
// in bytes, has to be free: a container may have 64 MB, which is no room.
const (
	inMemory     = "/dev/shm"
	memoryNeeded = 1 << 30
)

// temporaryFolder makes one that Postgres can reach and that has room for a
// socket's path, in the first of these folders, or in the usual ones; $TMPDIR
// may be deep, or somebody's own.
func temporaryFolder(first ...string) (account, string, error) {
	a, err := serverAccount("")
	if err != nil {
		return account{}, "", err
	}
	for _, base := range append(first, "/tmp", "/var/tmp") {
		if base == inMemory && free(base) < memoryNeeded {
			continue
		}
		base, err := filepath.EvalSymlinks(base)
		if err != nil || a.reaches(base) != nil {
			continue
		}
		dir, err := os.MkdirTemp(base, "hotline-")
		if err != nil {
			continue
		}
		if len(filepath.Join(dir, "run", socketName)) <= socketLimit() {
			return a, dir, a.own(dir)
		}
		if err := os.Remove(dir); err != nil {
			return account{}, "", err
		}
	}
	return account{}, "", fmt.Errorf("neither %s nor /tmp can hold a temporary database for %s: set TMPDIR to a folder that can", os.TempDir(), a)
}

// free is how many bytes we may still write below dir, 0 if it is not there.
func free(dir string) uint64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0
	}
	return uint64(s.Bavail) * uint64(s.Bsize)
}

func (a account) own(path string) error {
	if a == self() {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}
