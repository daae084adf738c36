package embedded

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// The tests need what `dev` may do without: an installed Postgres (15 or
// newer) and redis-server (7.0 or newer). They fail where one is missing.

// childOf makes the test binary a program that starts a server and then has
// to be killed: "postgres DIR", "postgres" (a temporary one), "frozen" (a temporary one, halted), "redis".
const childOf = "HOTLINE_EMBEDDED_CHILD"

func TestMain(m *testing.M) {
	if role, ok := os.LookupEnv(childOf); ok {
		if err := child(role); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		time.Sleep(time.Minute)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child prints what it started, and the process id of an unrelated command
// that outlives it.
func child(role string) error {
	name, dir, _ := strings.Cut(role, " ")
	started := ""
	if name == "redis" {
		r, err := StartRedisServer(context.Background(), RedisOptions{})
		if err != nil {
			return err
		}
		started = r.options.Dir
	} else {
		p, err := StartPostgres(context.Background(), Options{Dir: dir, Fast: true})
		if err != nil {
			return err
		}
		if name == "frozen" {
			if err := p.Freeze(); err != nil {
				return err
			}
		}
		started = p.dir
	}
	other := exec.Command("sleep", "60")
	if err := other.Start(); err != nil {
		return err
	}
	fmt.Println(started, other.Process.Pid)
	return nil
}

func startPostgres(t *testing.T, o Options) *Postgres {
	t.Helper()
	p, err := StartPostgres(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, p) })
	return p
}

func stop(t *testing.T, p *Postgres) {
	t.Helper()
	if err := p.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

// tempDir is one that Postgres reaches, as root too.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := TempDir()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// ask runs one query that returns one text.
func ask(t *testing.T, p *Postgres, query string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var answer string
	if err := conn.QueryRow(t.Context(), query).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

// run runs statements that return nothing.
func run(t *testing.T, p *Postgres, statements string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), statements); err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
}

// refused is the error that a start must end with; it holds every word.
func refused(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error should say %q: %v", word, err)
		}
	}
}

// gone waits until no process has dir in its command line.
func gone(t *testing.T, dir string) {
	t.Helper()
	var left []string
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if left = mentioning(t, dir); len(left) == 0 {
			return
		}
	}
	t.Fatalf("still running: %s", strings.Join(left, "\n"))
}

func mentioning(t *testing.T, dir string) []string {
	t.Helper()
	var lines []string
	if paths, _ := filepath.Glob("/proc/[0-9]*/cmdline"); len(paths) > 0 {
		for _, path := range paths {
			line, _ := os.ReadFile(path) // it may have ended
			lines = append(lines, strings.ReplaceAll(string(line), "\x00", " "))
		}
	} else {
		out, err := exec.Command("ps", "-axww", "-o", "command=").Output()
		if err != nil {
			t.Fatal(err)
		}
		lines = strings.Split(string(out), "\n")
	}
	var found []string
	for _, line := range lines {
		if strings.Contains(line, dir) {
			found = append(found, line)
		}
	}
	return found
}
