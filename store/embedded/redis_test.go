package embedded

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func startRedis(t *testing.T, o RedisOptions) *RedisServer {
	t.Helper()
	r, err := StartRedisServer(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func client(t *testing.T, url string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	o.MaxRetries, o.DialerRetries, o.ContextTimeoutEnabled = -1, 1, true
	c := redis.NewClient(o)
	t.Cleanup(func() { c.Close() })
	return c
}

// A stand-in passes the same test as the real thing.
func TestRedis(t *testing.T) {
	t.Parallel()
	mini, err := StartRedis()
	if err != nil {
		t.Fatal(err)
	}
	defer mini.Close()
	server := startRedis(t, RedisOptions{})
	for name, url := range map[string]string{"miniredis": mini.URL(), "redis-server": server.URL()} {
		t.Run(name, func(t *testing.T) {
			c := client(t, url)
			t.Run("a value lasts as long as it was told to", func(t *testing.T) { lasts(t, c) })
			t.Run("a set may hinge on what is there", func(t *testing.T) { hinges(t, c) })
			t.Run("a watched key stops a transaction", func(t *testing.T) { watched(t, c) })
			t.Run("a script is one step", func(t *testing.T) { scripted(t, c) })
			t.Run("a page hears what is published", func(t *testing.T) { published(t, c) })
			t.Run("a flush leaves nothing", func(t *testing.T) { flushed(t, c) })
		})
	}
	mini.Close() // a second time does nothing
	mini.Close()
}

func lasts(t *testing.T, c *redis.Client) {
	ctx := t.Context()
	must(t, c.Set(ctx, "hotline:{a}:short", "x", 150*time.Millisecond).Err())
	must(t, c.Set(ctx, "hotline:{a}:long", "x", time.Minute).Err())
	must(t, c.Set(ctx, "hotline:{a}:long", "y", redis.KeepTTL).Err())
	if ttl := c.PTTL(ctx, "hotline:{a}:long").Val(); ttl <= 50*time.Second || ttl > time.Minute {
		t.Errorf("KEEPTTL kept %v", ttl)
	}
	time.Sleep(200 * time.Millisecond)
	if err := c.Get(ctx, "hotline:{a}:short").Err(); !errors.Is(err, redis.Nil) {
		t.Errorf("after its time: %v", err)
	}
	if got := c.Get(ctx, "hotline:{a}:long").Val(); got != "y" {
		t.Errorf("within its time: %q", got)
	}
}

func hinges(t *testing.T, c *redis.Client) {
	ctx := t.Context()
	first, err := c.SetNX(ctx, "hotline:{b}", "mine", time.Minute).Result()
	if !first || err != nil {
		t.Errorf("the first: %v, %v", first, err)
	}
	second, err := c.SetNX(ctx, "hotline:{b}", "theirs", time.Minute).Result()
	if second || err != nil {
		t.Errorf("the second: %v, %v", second, err)
	}
}

func watched(t *testing.T, c *redis.Client) {
	ctx := t.Context()
	err := c.Watch(ctx, func(tx *redis.Tx) error {
		must(t, c.Set(ctx, "hotline:{c}", "meanwhile", 0).Err())
		_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			return p.Set(ctx, "hotline:{c}", "too late", 0).Err()
		})
		return err
	}, "hotline:{c}")
	if !errors.Is(err, redis.TxFailedErr) || c.Get(ctx, "hotline:{c}").Val() != "meanwhile" {
		t.Errorf("%v, and it is %q", err, c.Get(ctx, "hotline:{c}").Val())
	}
}

func scripted(t *testing.T, c *redis.Client) {
	take := redis.NewScript(`
		local left = tonumber(redis.call('GET', KEYS[1]) or ARGV[1])
		if left == 0 then return -1 end
		redis.call('SET', KEYS[1], left - 1, 'PX', ARGV[2])
		return left - 1`)
	for _, want := range []int{1, 0, -1} {
		if left, err := take.Run(t.Context(), c, []string{"hotline:{d}"}, 2, 60000).Int(); left != want || err != nil {
			t.Errorf("left %d (%v), want %d", left, err, want)
		}
	}
}

func published(t *testing.T, c *redis.Client) {
	ctx := t.Context()
	page := c.Subscribe(ctx, "hotline:live")
	defer page.Close()
	if _, err := page.Receive(ctx); err != nil { // the subscription itself
		t.Fatal(err)
	}
	must(t, c.Publish(ctx, "hotline:live", "a report came").Err())
	select {
	case m := <-page.Channel():
		if m.Payload != "a report came" {
			t.Errorf("heard %q", m.Payload)
		}
	case <-time.After(5 * time.Second):
		t.Error("heard nothing")
	}
}

func flushed(t *testing.T, c *redis.Client) {
	must(t, c.Set(t.Context(), "hotline:{e}", "x", 0).Err())
	must(t, c.FlushAll(t.Context()).Err())
	if n := c.DBSize(t.Context()).Val(); n != 0 {
		t.Errorf("%d keys are left", n)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What a cluster refuses, one node that owns every slot refuses too.
func TestRedisCluster(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := startRedis(t, RedisOptions{Cluster: true})
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{r.Addr()}})
	defer c.Close()
	must(t, c.Set(ctx, "hotline:{a}:1", "x", 0).Err())
	must(t, c.Set(ctx, "hotline:{z}:1", "x", 0).Err())
	must(t, client(t, r.URL()).Get(ctx, "hotline:{z}:1").Err()) // no MOVED: every slot is here
	both := client(t, r.URL()).MGet(ctx, "hotline:{a}:1", "hotline:{z}:1").Err()
	if both == nil || !strings.Contains(both.Error(), "CROSSSLOT") {
		t.Errorf("two slots in one command: %v", both)
	}
	if err := r.Restart(ctx); err != nil { // its slots come from nodes.conf
		t.Fatal(err)
	}
	must(t, c.Set(ctx, "hotline:{a}:2", "x", 0).Err())
}

// Nothing is kept by itself; what SAVE wrote is there after a start, also in
// another server, also when it is older than what was lost.
func TestRedisFromADump(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	r := startRedis(t, RedisOptions{Dir: dir})
	addr, c := r.Addr(), client(t, r.URL())
	must(t, c.Set(ctx, "hotline:{a}", "older", 0).Err())
	must(t, c.Save(ctx).Err())
	must(t, c.Set(ctx, "hotline:{a}", "newer", 0).Err())
	must(t, r.Stop())
	must(t, r.Stop()) // a second time does nothing
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("a stopped server answered")
	}

	r = startRedis(t, RedisOptions{Dir: dir, Addr: addr})
	if got := c.Get(ctx, "hotline:{a}").Val(); got != "older" {
		t.Errorf("from the dump: %q", got)
	}
	if err := os.Remove(filepath.Join(dir, "dump.rdb")); err != nil {
		t.Fatal(err)
	}
	must(t, syscall.Kill(r.PID(), syscall.SIGKILL))
	must(t, r.Restart(ctx))
	if n := c.DBSize(ctx).Val(); n != 0 || r.Addr() != addr {
		t.Errorf("without the dump: %d keys at %s", n, r.Addr())
	}
}

func TestRedisStopsWhileFrozen(t *testing.T) {
	r := startRedis(t, RedisOptions{})
	must(t, syscall.Kill(r.PID(), syscall.SIGSTOP))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := client(t, r.URL()).Ping(ctx).Err(); err == nil {
		t.Error("a frozen server answered")
	}
	must(t, r.Stop())
	if _, err := os.Stat(r.options.Dir); !os.IsNotExist(err) {
		t.Errorf("its folder: %v", err)
	}
}

func TestRedisThatCannotStart(t *testing.T) {
	_, err := startRedisServer(t.Context(), RedisOptions{}, places{})
	refused(t, err, "there is no redis-server on this machine", "apt install redis-server", "brew install redis")

	taken := startRedis(t, RedisOptions{})
	_, err = StartRedisServer(t.Context(), RedisOptions{Addr: taken.Addr()})
	refused(t, err, "ended while starting", "Address already in use")
}
