package embedded

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// crashed is a folder whose cluster was in use when its machine went down,
// with the pid file that this left.
func crashed(t *testing.T) (dir, pidFile string) {
	t.Helper()
	dir = tempDir(t)
	p := startPostgres(t, Options{Dir: dir})
	run(t, p, "create table if not exists vote (n int); insert into vote values (1)")
	if err := syscall.Kill(p.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-p.server.done
	stop(t, p)
	return dir, p.pidFile()
}

func TestStalePidFile(t *testing.T) {
	t.Parallel()
	dir, pidFile := crashed(t)
	left, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	a, err := serverAccount(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	// After a reboot the process id may be any program's; one of the same
	// user is what makes Postgres refuse.
	sleep := exec.Command("sleep", "60")
	sleep.Dir, sleep.SysProcAttr = "/", a.attributes()
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { sleep.Process.Kill(); sleep.Wait() }()

	_, rest, _ := bytes.Cut(left, []byte("\n"))
	for name, content := range map[string]string{
		"of a process that is gone":   string(left),
		"of some other program":       fmt.Sprintf("%d\n%s", sleep.Process.Pid, rest),
		"of ourselves":                fmt.Sprintf("%d\n%s", os.Getpid(), rest),
		"empty":                       "",
		"cut off":                     strings.Repeat("\x00", 20),
		"of nobody who could ever be": "-1\n",
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(pidFile, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := a.own(pidFile); err != nil {
				t.Fatal(err)
			}
			p := startPostgres(t, Options{Dir: dir})
			if got := ask(t, p, "select count(*)::text from vote"); got != "1" {
				t.Errorf("votes: %s", got)
			}
			stop(t, p)
		})
	}
}

// The file of a crash says "ready" too.
func TestReadyMeansThisServer(t *testing.T) {
	p := &Postgres{dir: t.TempDir()}
	if err := os.Mkdir(p.data(), 0o700); err != nil {
		t.Fatal(err)
	}
	file := func(pid int, started, state string) string {
		return fmt.Sprintf("%d\n/data\n%s\n5432\n/run\n\n  1 2\n%s\n", pid, started, state)
	}
	stale := file(42, "1700000000", "ready   ")
	for text, want := range map[string]bool{
		stale:                              false,
		file(42, "1700009999", "starting"): false,
		file(41, "1700009999", "ready   "): false,
		"42\n/data\n":                      false, // half written
		file(42, "1700009999", "ready   "): true,
	} {
		if err := os.WriteFile(p.pidFile(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := p.ready(42, stale); got != want {
			t.Errorf("ready = %v with %q", got, text)
		}
	}
}

// A server whose parent was killed a moment ago needs a moment to go.
func TestStartRightAfterTheParentWasKilled(t *testing.T) {
	dir := tempDir(t)
	p := startParent(t, "postgres "+dir)
	_, other := p.started(t)
	defer syscall.Kill(other, syscall.SIGKILL)
	p.kill(t)
	ask(t, startPostgres(t, Options{Dir: dir}), "select 'well'")
}

// A session may outlive the postmaster that made it, and would write into
// files that a new one takes for its own. Where it cannot be seen (macOS),
// Postgres itself refuses.
func TestOrphanedSessionIsWaitedFor(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		return
	}
	p := startPostgres(t, Options{Dir: tempDir(t)})
	conn, err := pgx.Connect(t.Context(), p.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	session := int(conn.PgConn().PID())
	if err := signalAll([]int{session}, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(p.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-p.server.done
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	refused(t, p.Restart(short), fmt.Sprintf("another Postgres (process %d)", session))
	time.AfterFunc(300*time.Millisecond, func() { signalAll([]int{session}, syscall.SIGCONT) })
	if err := p.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	ask(t, p, "select 'well'")
}

func TestOneProcessAtATime(t *testing.T) {
	dir := tempDir(t)
	startPostgres(t, Options{Dir: dir})
	_, err := StartPostgres(t.Context(), Options{Dir: dir})
	refused(t, err, dir+" is in use by another process ("+strconv.Itoa(os.Getpid())+")", "stop that one, or choose another folder")

	second := startParent(t, "postgres "+dir)
	said, err := second.out.ReadString('\n')
	if err != nil || !strings.Contains(said, "in use by another process") {
		t.Errorf("a second process said %q (%v)", said, err)
	}
	second.Wait() // it ended with 1
}

// Two who start at the same moment on a folder that is not there yet.
func TestFirstStartTwiceAtOnce(t *testing.T) {
	dir := filepath.Join(tempDir(t), "new")
	errs := make(chan error, 2)
	for range 2 {
		go func() {
			p, err := StartPostgres(t.Context(), Options{Dir: dir})
			if err == nil {
				t.Cleanup(func() { stop(t, p) })
			}
			errs <- err
		}()
	}
	first, second := <-errs, <-errs
	if first == nil {
		first, second = second, first
	}
	refused(t, first, "in use by another process")
	if second != nil {
		t.Errorf("one of them should have started: %v", second)
	}
}

func TestInterruptedInitdb(t *testing.T) {
	dir := tempDir(t)
	half := filepath.Join(dir, "data.new-123")
	if err := os.Mkdir(half, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(half, "PG_VERSION"), []byte("15\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ask(t, startPostgres(t, Options{Dir: dir, Fast: true}), "select 'well'")
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Errorf("%s: %v", half, err)
	}
}
