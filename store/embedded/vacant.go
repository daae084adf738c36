package embedded

import (
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

// ready reports whether the server of that process id takes connections, by
// the pid file that it keeps: process id in line 1, state in line 8. A stale
// one must not count: in a container that starts again, the new server may
// well have the process id of the old.
func (p *Postgres) ready(pid int, stale string) bool {
	text, err := os.ReadFile(p.pidFile())
	if err != nil || string(text) == stale { // line 3 has the time it was started
		return false
	}
	lines := strings.Split(string(text), "\n")
	return len(lines) >= 8 && lines[0] == strconv.Itoa(pid) && strings.TrimSpace(lines[7]) == "ready"
}

func (p *Postgres) pidFile() string { return filepath.Join(p.data(), "postmaster.pid") }

// vacate makes sure that nobody else runs on the cluster. A server whose
// parent was killed a moment ago is on its way out, and is waited for.
//
// Then the pid file is stale. One that names no process Postgres clears
// itself, and better, because it looks for shared memory still in use. One
// that names some other program (after a reboot), or nothing, would stop it,
// and is removed. What is left to lie there is returned.
func (p *Postgres) vacate(ctx context.Context) (stale string, err error) {
	text, err := os.ReadFile(p.pidFile())
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid < 0 {
		pid = 0 // cut off while it was written
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for tick := time.Tick(20 * time.Millisecond); ; {
		there := p.residents(pid)
		if len(there) == 0 {
			break
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("another Postgres (process %d) runs on %s: stop it (kill -INT %d), or choose another folder",
				there[0], p.data(), there[0])
		case <-tick:
		}
	}
	if pid > 0 && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return string(text), nil
	}
	if err := os.Remove(p.pidFile()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	return "", nil
}

// residents are the Postgres processes that work in the cluster's folder: the
// postmaster of that process id and, on Linux, where it can be seen, any
// session that outlived it.
func (p *Postgres) residents(pid int) []int {
	if runtime.GOOS != "linux" {
		out, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
		if err == nil && strings.Contains(string(out), p.data()) {
			return []int{pid}
		}
		return nil // ps fails when there is no such process
	}
	var there []int
	folders, _ := filepath.Glob("/proc/[0-9]*/cwd") // the pattern is sound
	for _, link := range folders {
		if at, err := os.Readlink(link); err != nil || at != p.data() {
			continue // elsewhere, ended, or another user's, who cannot enter 0700
		}
		process := filepath.Dir(link)
		name, err := os.ReadFile(filepath.Join(process, "comm"))
		if err != nil || string(name) != "postgres\n" {
			continue // somebody's shell
		}
		if id, err := strconv.Atoi(filepath.Base(process)); err == nil {
			there = append(there, id)
		}
	}
	slices.Sort(there)
	return there
}
