package embedded

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestSecondStartKeepsDataAndURL(t *testing.T) {
	dir := tempDir(t)
	p := startPostgres(t, Options{Dir: dir})
	run(t, p, "create table report (words text); insert into report values ('the lift is broken')")
	url := p.URL("postgres")
	stop(t, p)
	stop(t, p) // a second time does nothing
	gone(t, dir)

	began := time.Now()
	p = startPostgres(t, Options{Dir: dir})
	t.Logf("second start: %v", time.Since(began))
	if p.URL("postgres") != url {
		t.Errorf("URL was %s, is %s", url, p.URL("postgres"))
	}
	if got := ask(t, p, "select words from report"); got != "the lift is broken" {
		t.Errorf("report = %q", got)
	}
}

func TestTemporaryClusterIsErased(t *testing.T) {
	p := startPostgres(t, Options{Fast: true})
	stop(t, p)
	if _, err := os.Stat(p.dir); !os.IsNotExist(err) {
		t.Errorf("%s: %v", p.dir, err)
	}
	refused(t, p.Restart(t.Context()), "after Stop")
}

func TestSettings(t *testing.T) {
	durable := startPostgres(t, Options{})
	fast := startPostgres(t, Options{Fast: true, Settings: map[string]string{"max_connections": "23"}})
	for query, want := range map[string][2]string{
		"show fsync":                                    {"on", "off"},
		"show synchronous_commit":                       {"on", "off"},
		"show full_page_writes":                         {"on", "off"},
		"show max_connections":                          {"100", "23"},
		"show listen_addresses":                         {"", ""},
		"show server_encoding":                          {"UTF8", "UTF8"},
		"select current_user::text":                     {"hotline", "hotline"},
		"select min(datcollate)::text from pg_database": {"C", "C"},
	} {
		if got := [2]string{ask(t, durable, query), ask(t, fast, query)}; got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// Making and dropping hundreds of databases is minutes of work for a full disk, and seconds in memory; a container may have none to spare.
func TestAFastClusterIsInMemoryWhereThereIsRoom(t *testing.T) {
	fast, durable := startPostgres(t, Options{Fast: true}), startPostgres(t, Options{})
	if got, room := strings.HasPrefix(fast.dir, inMemory), free(inMemory) >= memoryNeeded; got != room {
		t.Errorf("it is in %s; there is room: %v", fast.dir, room)
	}
	if strings.HasPrefix(durable.dir, inMemory) {
		t.Errorf("what is to last is in %s", durable.dir)
	}
	if n := free(filepath.Join(inMemory, "not there")); n != 0 {
		t.Errorf("%d bytes are free in no folder", n)
	}
}

func TestWrongSettingShowsTheLog(t *testing.T) {
	_, err := StartPostgres(t.Context(), Options{Settings: map[string]string{"shared_buffers": "lots"}})
	refused(t, err, "postgres ended while starting", "shared_buffers", "lots")
}

func TestLogKeepsWordsToItself(t *testing.T) {
	p := startPostgres(t, Options{Fast: true})
	run(t, p, "create table listed (phone text primary key); insert into listed values ('+12125550101')")
	conn, err := pgx.Connect(t.Context(), p.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), "insert into listed values ('+12125550101')"); err == nil {
		t.Fatal("a duplicate was taken")
	}
	log, err := os.ReadFile(p.log())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "listed_pkey") || strings.Contains(string(log), "5550101") {
		t.Errorf("the log should name the constraint and not the number:\n%s", log)
	}
}

func TestCreateDatabase(t *testing.T) {
	p := startPostgres(t, Options{Fast: true})
	const name = `hot"line/ñ ?` // no name that an URL or SQL would trip over
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := p.CreateDatabase(context.Background(), name); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	conn, err := pgx.Connect(t.Context(), p.URL(name))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var got string
	if err := conn.QueryRow(t.Context(), "select current_database()").Scan(&got); err != nil || got != name {
		t.Errorf("connected to %q: %v", got, err)
	}
}

func TestFreezeAndThaw(t *testing.T) {
	p := startPostgres(t, Options{Fast: true})
	conn, err := pgx.Connect(t.Context(), p.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	session := int(conn.PgConn().PID())
	pids, err := p.Processes()
	if err != nil || pids[0] != p.PID() || !slices.Contains(pids, session) {
		t.Fatalf("processes %v (%v) should begin with %d and hold the session's, %d", pids, err, p.PID(), session)
	}
	if err := p.Freeze(); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() { answered <- conn.Ping(context.Background()) }()
	select {
	case err := <-answered:
		t.Fatalf("a frozen server answered: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	if err := p.Thaw(); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("after the thaw: %v", err)
	}
}

func TestStopsWhileFrozen(t *testing.T) {
	p := startPostgres(t, Options{Fast: true})
	conn, err := pgx.Connect(t.Context(), p.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := p.Freeze(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	stop(t, p)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("stopping took %v", took)
	}
}

func TestCutOffWhenItsTimeIsOver(t *testing.T) {
	p := startPostgres(t, Options{Dir: tempDir(t), Settings: map[string]string{"autovacuum": "off"}})
	run(t, p, "create table vote (n int); insert into vote values (1)")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	refused(t, p.Stop(ended), "cut off")
	again := startPostgres(t, Options{Dir: p.dir})
	if got := ask(t, again, "select n::text from vote"); got != "1" {
		t.Errorf("after recovery: %q", got)
	}
}

func TestRestartAfterKill(t *testing.T) {
	p := startPostgres(t, Options{}) // durable: a crash must lose nothing
	run(t, p, "create table vote (n int); insert into vote values (1)")
	url, before := p.URL("postgres"), p.PID()
	if err := syscall.Kill(before, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-p.server.done
	if err := p.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.PID() == before || p.URL("postgres") != url {
		t.Errorf("restarted as %d (was %d) at %s (was %s)", p.PID(), before, p.URL("postgres"), url)
	}
	if got := ask(t, p, "select n::text from vote"); got != "1" {
		t.Errorf("vote = %q", got)
	}
}
