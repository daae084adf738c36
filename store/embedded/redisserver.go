package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// RedisOptions of StartRedisServer.
type RedisOptions struct {
	// Cluster makes it a cluster of one node that owns every slot: what a
	// cluster refuses (CROSSSLOT), it refuses.
	Cluster bool
	// Dir is its folder, made if missing. It starts from the dump.rdb there,
	// and SAVE writes one; of itself it never saves. Empty: a temporary one,
	// erased by Stop.
	Dir string
	// Addr is where it listens, so that one can come back where it was.
	// Empty: a free port of the loopback interface.
	Addr string
}

// RedisServer is a real Redis, for tests. It ends with Stop or with this
// process.
type RedisServer struct {
	options RedisOptions // with Dir and Addr filled in
	program string
	erase   string // the folder, if temporary

	mu     sync.Mutex
	server *leashed
}

// StartRedisServer starts the redis-server that is installed (7.0 or newer)
// and returns when it answers and, as a cluster, when its state is ok (which
// Redis delays by 2 s).
func StartRedisServer(ctx context.Context, o RedisOptions) (*RedisServer, error) {
	return startRedisServer(ctx, o, usualPlaces())
}

func startRedisServer(ctx context.Context, o RedisOptions, where places) (*RedisServer, error) {
	r := &RedisServer{options: o}
	if err := r.start(ctx, where); err != nil {
		return nil, fmt.Errorf("redis-server: %w", errors.Join(err, r.Stop()))
	}
	return r, nil
}

func (r *RedisServer) start(ctx context.Context, where places) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if r.program, err = where.program("redis-server"); err != nil {
		return fmt.Errorf(installRedis, err)
	}
	if r.options.Dir == "" {
		if r.erase, err = os.MkdirTemp("", "hotline-redis-"); err != nil {
			return err
		}
		r.options.Dir = r.erase
	}
	if r.options.Dir, err = filepath.Abs(r.options.Dir); err != nil {
		return err
	}
	if err := os.MkdirAll(r.options.Dir, 0o700); err != nil {
		return err
	}
	if r.options.Addr != "" {
		return r.launch(ctx)
	}
	// A port that was free may be taken before the server has it.
	for range 5 {
		if r.options.Addr, err = freeAddr(); err != nil {
			return err
		}
		if err = r.launch(ctx); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// installRedis is what to do where there is none.
const installRedis = `%w on this machine. Install it, 7.0 or newer:
	Debian, Ubuntu   apt install redis-server
	Fedora           dnf install redis
	Alpine           apk add redis
	macOS            brew install redis`

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// launch starts it at options.Addr and waits until it answers.
func (r *RedisServer) launch(ctx context.Context) error {
	host, port, err := net.SplitHostPort(r.options.Addr)
	if err != nil {
		return err
	}
	args := []string{"--bind", host, "--port", port, "--dir", r.options.Dir, "--save", "", "--appendonly", "no"}
	if r.options.Cluster {
		// The bus would be at port + 10000, which may not exist.
		bus, err := freeAddr()
		if err != nil {
			return err
		}
		args = append(args, "--cluster-enabled", "yes", "--cluster-announce-ip", host,
			"--cluster-port", bus[strings.LastIndexByte(bus, ':')+1:])
	}
	log, err := openLog(filepath.Join(r.options.Dir, "redis.log"), self())
	if err != nil {
		return err
	}
	defer log.Close()
	server, err := leash(self(), log.File, r.erase, r.program, args...)
	if err != nil {
		return err
	}
	if err := r.await(ctx, server); err != nil {
		server.hold.Close()
		<-server.done
		return fmt.Errorf("%w%s", err, log.tail())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.server = server
	return nil
}

// await polls until the server answers, or ends.
func (r *RedisServer) await(ctx context.Context, server *leashed) error {
	client := redis.NewClient(&redis.Options{Addr: r.options.Addr, MaxRetries: -1, ContextTimeoutEnabled: true})
	defer client.Close()
	for tick := time.Tick(5 * time.Millisecond); ; {
		err := r.healthy(ctx, client, server.pid)
		if err == nil {
			return nil
		}
		select {
		case <-server.done:
			return fmt.Errorf("it ended while starting: %w", server.err)
		case <-ctx.Done():
			return fmt.Errorf("starting: %w (%w)", ctx.Err(), err)
		case <-tick:
		}
	}
}

// healthy is nil when it answers, and as a cluster serves every slot.
func (r *RedisServer) healthy(ctx context.Context, client *redis.Client, pid int) error {
	// go-redis complains on stderr of a port that is not open yet.
	conn, err := net.DialTimeout("tcp", r.options.Addr, time.Second)
	if err != nil {
		return err
	}
	conn.Close()
	// Where the port was taken, somebody else answers while ours gives up.
	info, err := client.Info(ctx, "server", "persistence").Result()
	if err != nil {
		return err
	}
	if !strings.Contains(info, fmt.Sprintf("process_id:%d\r", pid)) {
		return errors.New("another Redis answers there")
	}
	if !strings.Contains(info, "\nloading:0\r") {
		return errors.New("it is still reading its dump")
	}
	if !r.options.Cluster {
		return nil
	}
	info, err = client.ClusterInfo(ctx).Result()
	if err != nil || strings.Contains(info, "cluster_state:ok") {
		return err
	}
	if strings.Contains(info, "cluster_slots_assigned:0\r") {
		return errors.Join(client.ClusterAddSlotsRange(ctx, 0, 16383).Err(), errors.New("slots just assigned"))
	}
	return fmt.Errorf("the cluster is not ready: %s", info)
}

// Addr is its host and port.
func (r *RedisServer) Addr() string { return r.options.Addr }

// URL is the form that go-redis parses.
func (r *RedisServer) URL() string { return "redis://" + r.options.Addr }

// PID is its process id, for a test that freezes or kills it.
func (r *RedisServer) PID() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.server.pid
}

// Stop ends it without saving, and erases a temporary folder. A second Stop
// does nothing. To come back at the same place: StartRedisServer with the
// same Dir, and with Addr.
func (r *RedisServer) Stop() error {
	err := r.halt()
	if r.erase != "" {
		err = errors.Join(err, os.RemoveAll(r.erase))
	}
	return err
}

// Restart stops it, or notices that it died, and starts it again at the same
// address, from the dump in its folder if there is one.
func (r *RedisServer) Restart(ctx context.Context) error {
	if err := r.halt(); err != nil {
		return err
	}
	return r.launch(ctx)
}

func (r *RedisServer) halt() error {
	r.mu.Lock()
	server := r.server
	r.mu.Unlock()
	if server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return server.halt(ctx)
}
