package embedded

import (
	"bytes"
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
	// Every session makes itself a process group, so that kill -STOP on one
	// group would not do.
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
