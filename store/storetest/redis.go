package storetest

import (
	"testing"

	"hotline/store/embedded"
)

// RedisServer is a real Redis of a test's own.
type RedisServer = embedded.RedisServer

// Redis starts a real redis-server for this test, alone or as a cluster of one node, and stops it when the test ends. It fails,
// never skips, where none is installed.
func Redis(t testing.TB, cluster bool) *RedisServer {
	t.Helper()
	r, err := embedded.StartRedisServer(t.Context(), embedded.RedisOptions{Cluster: cluster})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(); err != nil {
			t.Errorf("stopping the test's Redis: %v", err)
		}
	})
	return r
}

// MiniRedis starts the in-process Redis of `dev` for this test.
func MiniRedis(t testing.TB) *embedded.Redis {
	t.Helper()
	r, err := embedded.StartRedis()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}
