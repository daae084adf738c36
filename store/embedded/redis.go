package embedded

import (
	"fmt"

	"github.com/alicebob/miniredis/v2"
)

// Redis is a Redis in this process: for `dev`, and for tests that also run
// on a RedisServer. It keeps nothing, and knows neither CONFIG nor cluster
// mode.
type Redis struct{ mini *miniredis.Miniredis }

// StartRedis starts one on a free port of the loopback interface.
func StartRedis() (*Redis, error) {
	mini := miniredis.NewMiniRedis()
	if err := mini.Start(); err != nil {
		return nil, fmt.Errorf("in-process Redis: %w", err)
	}
	mini.ClockTTL(true) // else nothing ever expires
	return &Redis{mini}, nil
}

// Addr is its host and port.
func (r *Redis) Addr() string { return r.mini.Addr() }

// URL is the form that go-redis parses.
func (r *Redis) URL() string { return "redis://" + r.Addr() }

// Close ends it and its connections. A second Close does nothing.
func (r *Redis) Close() { r.mini.Close() }
