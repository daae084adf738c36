package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Nothing of the keys stays where they stood, also for whoever has the file open.
func TestAKeyFileIsWrittenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	secret := bytes.Repeat([]byte("a secret of the assembly "), 40)
	if err := os.WriteFile(path, secret, 0o600); err != nil {
		t.Fatal(err)
	}
	open, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if err := overwrite(path); err != nil {
		t.Fatal(err)
	}
	left := make([]byte, len(secret))
	if _, err := open.ReadAt(left, 0); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(left, []byte("secret")) {
		t.Error("what stood there can still be read")
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
	if err := overwrite(path); err == nil {
		t.Error("destroying what is not there tells nothing")
	}
}
