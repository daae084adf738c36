// Package conversation keeps the newest state of talks under way in Redis, as sealed bytes that it does not interpret, and how fast each line
// may send (pace.go).
//
// It is a copy: Postgres holds the truth, and every caller must be able to go on when a copy is missing, stale, or from an older
// or newer dump. Each copy names the turn it was left by; it counts only if that is the conversation's newest turn. Every key
// begins "hotline:" and carries one hash tag, so that a Redis Cluster works too, and no command touches two keys.
package conversation

import (
	"context"
	"encoding/hex"
	"errors"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// Copy is what Redis remembers of one conversation.
type Copy struct {
	Turn   uuid.UUID // that left it
	Sealed []byte
}

// soon is how long a copy is waited for, however often the client dials, redirects or tries again within it: a turn has few seconds,
// and does without.
const soon = 250 * time.Millisecond

// Store keeps copies in a Redis, or in a Redis Cluster.
type Store struct {
	redis redis.UniversalClient
	ttl   time.Duration
}

// New keeps each copy for ttl after it was last saved.
func New(client redis.UniversalClient, ttl time.Duration) *Store {
	return &Store{redis: client, ttl: ttl}
}

// Open connects to a redis:// or rediss:// URL: of one server or, with cluster=true among its parameters, of any node of a Redis
// Cluster. It does not need the server to be up. Its timeouts are short, since whoever asks can do without.
func Open(raw string) (redis.UniversalClient, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errNotRedis
	}
	q := u.Query()
	cluster := q.Get("cluster") == "true"
	q.Del("cluster")
	u.RawQuery = q.Encode()
	one, err := redis.ParseURL(u.String())
	if err != nil { // which may quote the password
		return nil, errNotRedis
	}
	if !cluster {
		one.DialTimeout, one.ReadTimeout, one.WriteTimeout, one.PoolTimeout = soon, soon, soon, soon
		one.MaxRetries, one.ContextTimeoutEnabled = -1, true
		return redis.NewClient(one), nil
	}
	return redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: []string{one.Addr}, Username: one.Username, Password: one.Password, TLSConfig: one.TLSConfig,
		DialTimeout: soon, ReadTimeout: soon, WriteTimeout: soon, PoolTimeout: soon,
		MaxRetries: -1, MaxRedirects: 1, ContextTimeoutEnabled: true, // one redirect: after a slot has moved
	}), nil
}

var errNotRedis = errors.New("it is not a Redis URL such as redis://host:6379/0, or redis://host:6379?cluster=true for a cluster")

// Load returns the copy under key, or none. key is a keyed digest made by the caller; nothing readable may stand in it.
func (s *Store) Load(ctx context.Context, key []byte) (Copy, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	b, err := s.redis.Get(ctx, name(key)).Bytes()
	if errors.Is(err, redis.Nil) || err == nil && len(b) < 16 {
		return Copy{}, false, nil
	}
	if err != nil {
		return Copy{}, false, err
	}
	return Copy{Turn: uuid.UUID(b[:16]), Sealed: b[16:]}, true, nil
}

// Save puts a copy in place of the one before it.
func (s *Store) Save(ctx context.Context, key []byte, c Copy) error {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	b := make([]byte, 0, 16+len(c.Sealed))
	b = append(append(b, c.Turn[:]...), c.Sealed...)
	return s.redis.Set(ctx, name(key), b, s.ttl).Err()
}

// Drop removes the copy under a key, if there is one.
func (s *Store) Drop(ctx context.Context, key []byte) error {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	return s.redis.Del(ctx, name(key)).Err()
}

func name(key []byte) string { return "hotline:{" + hex.EncodeToString(key) + "}" }
