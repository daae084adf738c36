package seal

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age/armor"
)

func TestAKeyFileIsReadAsItWasWritten(t *testing.T) {
	k, err := New().WithNewVersion()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keys")
	if err := k.Save(path, ""); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	same(t, k, path, "")
	if err := New().Save(path, ""); !errors.Is(err, ErrExists) {
		t.Errorf("a second file over the first: %v", err)
	}
	same(t, k, path, "")
}

func TestAKeyFileSealedWithAPassphrase(t *testing.T) {
	k := New()
	data, err := k.marshal("pan y rosas", 10) // as Marshal does, and quicker
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	same(t, k, path, "pan y rosas")
	for _, wrong := range []string{"", "pan y rosa"} {
		if _, err := Load(path, wrong); !errors.Is(err, ErrPassphrase) {
			t.Errorf("passphrase %q: %v", wrong, err)
		}
	}
	if !bytes.HasPrefix(data, []byte("# ")) || bytes.Contains(data, []byte("\nkey 1 ")) {
		t.Errorf("the sealed file reads\n%s", data)
	}
}

// Guessing at a stolen key file costs a second of one core a try.
func TestAPassphraseIsSlowToGuess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	if err := New().Save(path, "pan y rosas"); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	header := make([]byte, 200)
	n, _ := io.ReadFull(armor.NewReader(bytes.NewReader(data[bytes.Index(data, []byte(armorBegin)):])), header)
	if !regexp.MustCompile(`(?m)^-> scrypt \S+ 18$`).Match(header[:n]) {
		t.Errorf("the header is %q", header[:n])
	}
}

// same fails unless the file at path opens what k sealed, and gives the same index.
func same(t *testing.T, k *Keys, path, passphrase string) {
	t.Helper()
	got, err := Load(path, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := got.Open("p", record, k.Seal("p", record, nil)); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(got.Index("p", "s"), k.Index("p", "s")) || got.IndexVersion() != k.IndexVersion() {
		t.Error("the index has changed")
	}
}

func TestANewVersionMakesNobodyAStranger(t *testing.T) {
	old := New()
	k, err := old.WithNewVersion()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(k.Index("phone", "1"), old.Index("phone", "1")) {
		t.Error("a new version changed the index")
	}
	if _, err := k.Open("p", record, old.Seal("p", record, nil)); err != nil {
		t.Errorf("the new file does not open what the old one sealed: %v", err)
	}
	if _, err := old.Open("p", record, k.Seal("p", record, nil)); err == nil {
		t.Error("the old file opens what the new version sealed")
	}
	if c := k.Checks(); len(c) != 2 || c[0].Version != 1 || c[1].Version != 2 || bytes.Equal(c[0].Value, c[1].Value) {
		t.Errorf("checks are %v", c)
	}
}

func TestBadKeyFilesAreRefusedInASentence(t *testing.T) {
	text, err := fixed(t).Marshal("")
	if err != nil {
		t.Fatal(err)
	}
	good := string(text)
	first := strings.Index(good, "\nkey 1") + 1
	key1, key2, _ := strings.Cut(good[first:], "\n")
	for name, c := range map[string]struct{ file, says string }{
		"empty":          {"", "hotline keys new"},
		"only comments":  {"# nothing\n\n", "hotline keys new"},
		"another file":   {"DATABASE_URL=postgres://\n", "line 1: this is not `key"},
		"a slip":         {strings.Replace(good, " 00010203", " 00010204", 1), "copying mistake"},
		"half a key":     {"key 1 00010203 = 11223344", "64 hexadecimal digits"},
		"a letter":       {strings.Replace(good, " 00010203", " 0001020g", 1), "64 hexadecimal digits"},
		"version 0":      {strings.Replace(key1, "key 1", "key 0", 1), "from 1 to 255"},
		"version 256":    {strings.Replace(key1, "key 1", "key 256", 1), "from 1 to 255"},
		"falling":        {key2 + key1, "versions rise"},
		"twice":          {key1 + "\n" + key1, "versions rise"},
		"far too long":   {strings.Repeat("#", maxFileSize+1), "no key file"},
		"a broken armor": {armorBegin + "\nAAAA\n", "armor"},
	} {
		_, err := Parse([]byte(c.file), "x")
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: said %v, not %q", name, err, c.says)
		}
		if err != nil && strings.Contains(err.Error(), "04050607") {
			t.Errorf("%s: the error shows the key: %v", name, err)
		}
	}
	if _, err := Parse([]byte(strings.ReplaceAll(good, "\n", "\r\n")), ""); err != nil {
		t.Errorf("a copy with Windows line ends: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	text, _ := New().Marshal("")
	f.Add(text)
	f.Add([]byte("key 1 = \nkey"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.Contains(data, []byte(armorBegin)) {
			t.Skip("a second a try")
		}
		if k, err := Parse(data, ""); err == nil {
			again, err := k.Marshal("")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Parse(again, ""); err != nil {
				t.Fatal(err)
			}
		}
	})
}
