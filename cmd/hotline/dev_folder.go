package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// devFolder is where dev keeps what it makes:
//
//	lock        held (flock) by the dev that runs here; holds its pid. It also marks the folder as ours
//	dev.json    what other commands need of the running dev, 0600; gone when it stops
//	keys        the key file, not sealed: for pretend numbers only
//	postgres/   the private Postgres, if DATABASE_URL is not set
type devFolder string

func (d devFolder) file(name string) string { return filepath.Join(string(d), name) }

// devState is what stands in dev.json.
type devState struct {
	PID         int    `json:"pid"`
	Gateway     string `json:"gateway"`    // http://127.0.0.1:8080, where webhooks can be sent
	PublicURL   string `json:"public_url"` // what they are signed for
	Console     string `json:"console"`
	Phones      string `json:"phones"` // of the pretend phone company; empty where another carrier stands in its place
	AccountSID  string `json:"account_sid"`
	AuthToken   string `json:"auth_token"`
	DatabaseURL string `json:"database_url"`
	Keys        string `json:"keys"`            // the key file
	Flows       string `json:"flows,omitempty"` // the folder of HOTLINE_FLOWS
	IKnow       bool   `json:"i_know"`
}

// take makes the folder and locks it for this process, or says who has it. The lock ends with the file or with the process.
func (d devFolder) take() (*os.File, error) {
	// As root the private Postgres runs as somebody else, who has to pass through.
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	if err := os.MkdirAll(string(d), mode); err != nil {
		return nil, fmt.Errorf("the data folder: %w; choose another one with --data", err)
	}
	if err := d.refuseForeign(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(d.file("lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data folder: %w; choose another one with --data", err)
	}
	if !lock(f) {
		pid, _ := io.ReadAll(io.LimitReader(f, 20)) // only to be helpful
		f.Close()
		return nil, fmt.Errorf("dev is running in %s already (process %s): stop that one, or choose another folder with --data, "+
			"and other ports", d, strings.TrimSpace(string(pid)))
	}
	if err := errors.Join(f.Truncate(0), writePID(f), d.forget()); err != nil { // a dev that was killed has forgotten nothing
		f.Close()
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	return f, nil
}

// lock tries for a moment: somebody may just be looking whether dev runs (locked).
func lock(f *os.File) bool {
	for range 10 {
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

func writePID(f *os.File) error {
	_, err := fmt.Fprintln(f, os.Getpid())
	return err
}

// refuseForeign keeps dev out of a folder that holds somebody's things: --fresh will erase some of what is there.
func (d devFolder) refuseForeign() error {
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return fmt.Errorf("the data folder: %w; choose another one with --data", err)
	}
	if _, err := os.Stat(d.file("lock")); len(entries) > 0 && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s holds something that dev did not make; choose an empty folder, or one that does not exist yet", d)
	}
	return nil
}

// write tells other commands of the running dev.
func (d devFolder) write(s devState) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	// Under its name only when it is whole: somebody may be reading.
	part := d.file("dev.json.part")
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(part, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(part, d.file("dev.json"))
}

// forget takes back what write told.
func (d devFolder) forget() error {
	if err := os.Remove(d.file("dev.json")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// errNotRunning says that no dev runs in a folder.
var errNotRunning = errors.New("dev is not running")

// read gives the state of the dev that runs here. A file left behind by one that was killed counts for nothing: the lock tells.
func (d devFolder) read() (s devState, err error) {
	text, err := os.ReadFile(d.file("dev.json"))
	if errors.Is(err, fs.ErrNotExist) || err == nil && !d.locked() {
		return s, errNotRunning
	}
	if err != nil {
		return s, fmt.Errorf("reading what dev says of itself: %w", err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("reading %s: %w", d.file("dev.json"), err)
	}
	return s, nil
}

func (d devFolder) locked() bool {
	f, err := os.Open(d.file("lock"))
	if err != nil {
		return false
	}
	defer f.Close()
	// Shared, so that two who look at the same moment do not take each other for dev.
	return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) != nil
}

// folder is --data, or the default folder.
func (w *world) folder(data string) (devFolder, error) {
	if data == "" {
		data = w.cfg.dataFolder()
	}
	path, err := filepath.Abs(data)
	return devFolder(path), err
}

// running finds the dev that runs in --data, or in the default folder, and says how to start one where none does.
func (w *world) running(data string) (devState, error) {
	d, err := w.folder(data)
	if err != nil {
		return devState{}, err
	}
	s, err := d.read()
	if errors.Is(err, errNotRunning) {
		start := w.hint("dev")
		if data != "" {
			start += " --data " + data
		}
		return s, fmt.Errorf("%w in %s: start it in another terminal with `%s`", err, d, start)
	}
	return s, err
}
