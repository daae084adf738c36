package embedded

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// parent is this test binary, run again to start a server.
type parent struct {
	*exec.Cmd
	out *bufio.Reader
}

func startParent(t *testing.T, role string) parent {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childOf+"="+role)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return parent{cmd, bufio.NewReader(out)}
}

// started waits for the server, and gives its folder and the process id of
// the unrelated command that the parent started too.
func (p parent) started(t *testing.T) (dir string, other int) {
	t.Helper()
	line, err := p.out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(line, &dir, &other); err != nil {
		t.Fatalf("the child said %q: %v", line, err)
	}
	return dir, other
}

func (p parent) kill(t *testing.T) {
	t.Helper()
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.Wait() // it was killed: that is its error
}

// A parent killed with -9 runs no cleanup of its own. What it started besides
// lives on, and must not keep the leash open.
func TestServersDieWithTheirParent(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"postgres " + tempDir(t), "postgres", "redis"} {
		t.Run(strings.Fields(role)[0], func(t *testing.T) {
			p := startParent(t, role)
			dir, other := p.started(t)
			defer syscall.Kill(other, syscall.SIGKILL)
			if len(mentioning(t, dir)) == 0 {
				t.Fatalf("no process mentions %s: the test cannot see the server", dir)
			}
			p.kill(t)
			gone(t, dir)
			if err := syscall.Kill(other, 0); err != nil {
				t.Errorf("the unrelated command: %v", err)
			}
			if strings.Contains(role, " ") {
				return
			}
			for end := time.Now().Add(3 * time.Second); ; time.Sleep(20 * time.Millisecond) {
				if _, err := os.Stat(dir); os.IsNotExist(err) {
					break
				}
				if time.Now().After(end) {
					t.Fatalf("%s was temporary and is still there", dir)
				}
			}
		})
	}
}

// Whenever the parent dies on its way, nothing runs on, and the next start
// makes do with what it finds.
func TestParentKilledWhileStarting(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	for _, after := range []int{10, 60, 150, 300, 450, 480, 500, 520, 550, 600} {
		if err := os.RemoveAll(dir + "/data"); err != nil {
			t.Fatal(err)
		}
		p := startParent(t, "postgres "+dir)
		time.Sleep(time.Duration(after) * time.Millisecond)
		p.kill(t)
		gone(t, dir)
	}
	ask(t, startPostgres(t, Options{Dir: dir, Fast: true}), "select 'well'")
}

// The parent dies while its server is frozen, as in a test that panics.
func TestFrozenServerDiesWithItsParent(t *testing.T) {
	p := startParent(t, "frozen")
	dir, other := p.started(t)
	defer syscall.Kill(other, syscall.SIGKILL)
	p.kill(t)
	gone(t, dir)
}
