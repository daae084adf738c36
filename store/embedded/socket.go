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

// socketName is what Postgres calls the socket of port 5432.
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
