package conversation_test

import (
	"crypto/rand"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"hotline/store/conversation"
	"hotline/store/storetest"
)

// The in-process Redis of `dev`, a real one and a cluster pass the same test.
func TestCopies(t *testing.T) {
	for name, url := range map[string]func(*testing.T) string{
		"in-process": func(t *testing.T) string { return storetest.MiniRedis(t).URL() },
		"real":       func(t *testing.T) string { return storetest.Redis(t, false).URL() },
		"cluster":    func(t *testing.T) string { return storetest.Redis(t, true).URL() + "?cluster=true" },
	} {
		t.Run(name, func(t *testing.T) {
			client, err := conversation.Open(url(t))
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			s := conversation.New(client, time.Hour)
			ctx := t.Context()
			for range 20 { // of several hash slots
				key := make([]byte, 16)
				rand.Read(key)
				if _, ok, err := s.Load(ctx, key); ok || err != nil {
					t.Fatalf("before anything was saved: %v, %v", ok, err)
				}
				for _, sealed := range [][]byte{{}, []byte("sealed"), make([]byte, 20_000)} {
					want := conversation.Copy{Turn: uuid.New(), Sealed: sealed}
					if err := s.Save(ctx, key, want); err != nil {
						t.Fatal(err)
					}
					got, ok, err := s.Load(ctx, key)
					if err != nil || !ok {
						t.Fatalf("after it was saved: %v, %v", ok, err)
					}
					if d := cmp.Diff(want, got); d != "" {
						t.Error(d)
					}
				}
			}
			for _, key := range client.Keys(ctx, "*").Val() {
				if !regexp.MustCompile(`^hotline:\{[0-9a-f]{32}\}$`).MatchString(key) {
					t.Errorf("key %q", key)
				}
			}
		})
	}
}

func TestACopyThatIsTooShortIsNone(t *testing.T) {
	r := storetest.MiniRedis(t)
	client, err := conversation.Open(r.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	client.Set(t.Context(), "hotline:{6b6579}", "short", 0)
	if _, ok, err := conversation.New(client, time.Hour).Load(t.Context(), []byte("key")); ok || err != nil {
		t.Errorf("a copy of five bytes: %v, %v", ok, err)
	}
}

func TestACopyIsForgottenAfterItsTime(t *testing.T) {
	client, err := conversation.Open(storetest.Redis(t, false).URL())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	s := conversation.New(client, time.Hour)
	if err := s.Save(t.Context(), []byte("key"), conversation.Copy{}); err != nil {
		t.Fatal(err)
	}
	if ttl := client.TTL(t.Context(), "hotline:{6b6579}").Val(); ttl <= 59*time.Minute || ttl > time.Hour {
		t.Errorf("it is kept for %v, want an hour", ttl)
	}
}

// A turn goes on without its copy: neither a server that answers nothing nor a caller without a deadline holds it up.
func TestAFrozenServerIsNotWaitedFor(t *testing.T) {
	for name, cluster := range map[string]bool{"alone": false, "cluster": true} {
		t.Run(name, func(t *testing.T) {
			r := storetest.Redis(t, cluster)
			url := r.URL()
			if cluster {
				url += "?cluster=true"
			}
			client, err := conversation.Open(url)
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			s := conversation.New(client, time.Hour)
			key := []byte("key")
			if err := s.Save(t.Context(), key, conversation.Copy{}); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Kill(r.PID(), syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			defer syscall.Kill(r.PID(), syscall.SIGCONT)
			for what, do := range map[string]func() error{
				"loading": func() error { _, _, err := s.Load(t.Context(), key); return err },
				"saving":  func() error { return s.Save(t.Context(), key, conversation.Copy{}) },
			} {
				began := time.Now()
				if err := do(); err == nil {
					t.Errorf("%s: a frozen server answered", what)
				}
				if took := time.Since(began); took > 450*time.Millisecond {
					t.Errorf("%s took %v", what, took)
				}
			}
		})
	}
}

func TestURLsThatAreNone(t *testing.T) {
	for _, url := range []string{"", "localhost:6379", "http://host", "redis://:pass word@host:6379/x", "redis://host:6379?cluster=true&nonsense=1"} {
		_, err := conversation.Open(url)
		if err == nil {
			t.Errorf("%q was taken for a Redis URL", url)
		} else if url != "" && strings.Contains(err.Error(), url) {
			t.Errorf("%v repeats the URL, which may hold a password", err)
		}
	}
}
