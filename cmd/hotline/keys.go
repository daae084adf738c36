package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"hotline/store/seal"
)

// shortest is the least that a passphrase may have: whoever steals the file can try many.
const shortest = 12

// keysNew refuses before it asks anything, writes, and says what must happen to the file: nothing else in Hotline is as easy to lose.
func keysNew(fs *flag.FlagSet) action {
	out := fs.String("out", "", "the `FILE` to write, which must not exist yet; left out: that of HOTLINE_KEYS or, where it is not set, hotline.keys")
	plain := fs.Bool("plain", false, "no passphrase: for a file that will live on other media, or on a disk that is encrypted")
	return func(ctx context.Context, w *world, _ []string) error {
		path, err := filepath.Abs(cmp.Or(*out, w.cfg.Keys, "hotline.keys"))
		if err != nil {
			return err
		}
		if _, err := os.Lstat(path); err == nil { // before anybody thinks up a passphrase
			return fmt.Errorf("%s: %w", path, seal.ErrExists)
		}
		var passphrase string
		if !*plain {
			if passphrase, err = w.newPassphrase(); err != nil {
				return err
			}
		}
		keys := seal.New()
		if err := keys.Save(path, passphrase); err != nil {
			return err
		}
		w.say("The keys are in %s, fingerprint %s.\n", path, keys.Checks()[0].Fingerprint())
		w.say("Do this now:")
		w.say("1. Copy the file to a USB stick or onto paper, and keep that where the database is not.")
		w.say("   Without it every number, name, report and vote is lost, for you too.")
		if *plain {
			w.say("2. It is not sealed: whoever has it and a copy of the database can read everything.")
		} else {
			w.say("2. Write the passphrase down too, and keep it apart from the file.")
		}
		w.say("3. Tell the hotline where it is:\n   HOTLINE_KEYS=%s", path)
		if !*plain {
			w.say("   HOTLINE_KEYS_PASSPHRASE_FILE=a file that holds the passphrase and nothing else, readable by the hotline only")
		}
		return nil
	}
}

// newPassphrase takes the passphrase from its file, or asks for it twice.
func (w *world) newPassphrase() (string, error) {
	if w.cfg.PassphraseFile != "" {
		passphrase, err := readPassphrase(w.cfg.PassphraseFile)
		if err == nil && len(passphrase) < shortest {
			err = fmt.Errorf("the passphrase in %s is shorter than %d letters: take four or five words", w.cfg.PassphraseFile, shortest)
		}
		return passphrase, err
	}
	if !w.canAsk() {
		return "", errors.New("a passphrase is needed, and nobody is here to ask: set HOTLINE_KEYS_PASSPHRASE_FILE to a file that " +
			"holds it, or add --plain for a file without one")
	}
	w.note("The key file is sealed with a passphrase. Four or five words that have nothing to do with each other are good.")
	for {
		first, err := w.askHidden("Passphrase: ")
		if err != nil {
			return "", err
		}
		if len(first) < shortest {
			w.note("That is shorter than %d letters.", shortest)
			continue
		}
		second, err := w.askHidden("Once more: ")
		if err != nil {
			return "", err
		}
		if first == second {
			return first, nil
		}
		w.note("Those two are not the same.")
	}
}

// askHidden reads what is typed without showing it.
func (w *world) askHidden(prompt string) (string, error) {
	f, ok := w.in.(*os.File)
	if !ok {
		return "", errors.New("nobody is here to type a passphrase")
	}
	w.prompt(prompt)
	typed, err := term.ReadPassword(int(f.Fd()))
	w.prompt("\n")
	if err != nil {
		return "", fmt.Errorf("reading the passphrase: %w", err)
	}
	return string(typed), nil
}

// readPassphrase takes a file with one line. Its errors do not quote it.
func readPassphrase(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("HOTLINE_KEYS_PASSPHRASE_FILE: %w", err)
	}
	passphrase := string(bytes.TrimRight(text, "\r\n"))
	if strings.ContainsAny(passphrase, "\r\n") {
		return "", fmt.Errorf("HOTLINE_KEYS_PASSPHRASE_FILE: %s has more than one line; it should hold the passphrase and nothing else", path)
	}
	return passphrase, nil
}

// loadKeys opens the key file of the environment, with the passphrase from its file or from whoever sits here.
func (w *world) loadKeys() (*seal.Keys, error) {
	if w.cfg.Keys == "" {
		return nil, errors.New("HOTLINE_KEYS is not set; it names the key file that belongs to this database, and `hotline keys new` makes one")
	}
	passphrase := ""
	if w.cfg.PassphraseFile != "" {
		var err error
		if passphrase, err = readPassphrase(w.cfg.PassphraseFile); err != nil {
			return nil, err
		}
	}
	keys, err := seal.Load(w.cfg.Keys, passphrase)
	if errors.Is(err, seal.ErrPassphrase) && passphrase == "" && w.canAsk() {
		if passphrase, err = w.askHidden("Passphrase of " + w.cfg.Keys + ": "); err != nil {
			return nil, err
		}
		keys, err = seal.Load(w.cfg.Keys, passphrase)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("HOTLINE_KEYS names %s, and there is no such file; `hotline keys new --out %s` makes new keys, "+
			"which open nothing that older ones have sealed", w.cfg.Keys, w.cfg.Keys)
	case errors.Is(err, seal.ErrPassphrase) && passphrase == "":
		return nil, fmt.Errorf("%s is sealed: set HOTLINE_KEYS_PASSPHRASE_FILE to a file that holds its passphrase", w.cfg.Keys)
	}
	return keys, err
}
