package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// PID is the process id of the server itself (the postmaster).
func (p *Postgres) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.server.pid
}

// Processes are the postmaster and its children: one for each connection,
// and its own workers.
func (p *Postgres) Processes() ([]int, error) {
	postmaster := p.PID()
	parents, err := processes()
	if err != nil {
		return nil, fmt.Errorf("listing the processes of Postgres: %w", err)
	}
	pids := []int{postmaster}
	for pid, parent := range parents {
		if parent == postmaster {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids[1:])
	return pids, nil
}

// Freeze halts every process of the server where it stands (SIGSTOP), as a
// machine does that swaps: connections stay open and nothing answers. For
// tests; Thaw ends it, and so does Stop.
func (p *Postgres) Freeze() error {
	// The postmaster goes first. What it forked while we looked is found by
	// looking again.
	for before := 0; ; {
		pids, err := p.Processes()
		if err != nil {
			return err
		}
		if err := signalAll(pids, syscall.SIGSTOP); err != nil {
			return err
		}
		if len(pids) == before {
			return nil
		}
		before = len(pids)
	}
}

// Thaw lets every process of the server go on (SIGCONT).
func (p *Postgres) Thaw() error {
	pids, err := p.Processes()
	if err != nil {
		return err
	}
	return signalAll(pids, syscall.SIGCONT)
}

// signalAll takes no offence at a process that has ended meanwhile.
func signalAll(pids []int, s syscall.Signal) error {
	for _, pid := range pids {
		if err := syscall.Kill(pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("%v to process %d: %w", s, pid, err)
		}
	}
	return nil
}

// processes maps every process id to its parent's.
func processes() (map[int]int, error) {
	if runtime.GOOS == "linux" { // where ps may be missing, or BusyBox's
		return processesOfProc()
	}
	out, err := exec.Command("ps", "-axo", "pid=,ppid=").Output()
	if err != nil {
		return nil, fmt.Errorf("ps: %w", err)
	}
	parents := map[int]int{}
	for line := range strings.Lines(string(out)) {
		var pid, parent int
		if _, err := fmt.Sscan(line, &pid, &parent); err != nil {
			return nil, fmt.Errorf("ps printed %q: %w", line, err)
		}
		parents[pid] = parent
	}
	return parents, nil
}

func processesOfProc() (map[int]int, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	parents := map[int]int{}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // ended meanwhile
		}
		// "pid (name) state ppid …", and the name may hold anything.
		_, rest, _ := bytes.Cut(text, []byte(" ("))
		var state string
		var parent int
		if _, err := fmt.Sscan(string(rest[bytes.LastIndexByte(rest, ')')+1:]), &state, &parent); err != nil {
			return nil, fmt.Errorf("%s holds %q: %w", path, text, err)
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			return nil, err
		}
		parents[pid] = parent
	}
	return parents, nil
}

// ready reports whether the server of that process id takes connections, by
// the pid file that it keeps: process id in line 1, state in line 8.
func (p *Postgres) ready(pid int) bool {
	text, err := os.ReadFile(p.pidFile())
	if err != nil {
		return false
	}
	lines := strings.Split(string(text), "\n")
	return len(lines) >= 8 && lines[0] == strconv.Itoa(pid) && strings.TrimSpace(lines[7]) == "ready"
}

func (p *Postgres) pidFile() string { return filepath.Join(p.data(), "postmaster.pid") }

// vacate makes sure that nobody else runs on the cluster. A server whose
// parent was killed a moment ago is on its way out, and is waited for. A pid
// file left by a crash whose process id now belongs to some other program
// would stop Postgres, so it is removed; any other Postgres judges itself.
func (p *Postgres) vacate(ctx context.Context) error {
	text, err := os.ReadFile(p.pidFile())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 0 {
		// Cut off while it was written; Postgres would not start over it.
		return os.Remove(p.pidFile())
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for tick := time.Tick(20 * time.Millisecond); p.residents(pid) > 0; {
		select {
		case <-ctx.Done():
			return fmt.Errorf("another Postgres (process %d) runs on %s: stop it (kill -INT %d), or choose another folder",
				pid, p.data(), pid)
		case <-tick:
		}
	}
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return nil // the plain case of a crash, which Postgres clears itself
	}
	if err := os.Remove(p.pidFile()); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// residents counts the Postgres processes that work in the cluster's folder:
// the postmaster of that process id and, on Linux, where it can be seen, any
// session that outlived it.
func (p *Postgres) residents(pid int) int {
	if runtime.GOOS != "linux" {
		out, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
		if err == nil && strings.Contains(string(out), p.data()) {
			return 1
		}
		return 0 // ps fails when there is no such process
	}
	folders, _ := filepath.Glob("/proc/[0-9]*/cwd") // the pattern is sound
	count := 0
	for _, link := range folders {
		if at, err := os.Readlink(link); err != nil || at != p.data() {
			continue // elsewhere, ended, or another user's, who cannot enter 0700
		}
		if name, err := os.ReadFile(filepath.Join(filepath.Dir(link), "comm")); err == nil && string(name) == "postgres\n" {
			count++
		}
	}
	return count
}
