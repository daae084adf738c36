package gateway

import (
	"sync"
	"time"
)

// sorryPace bounds how often a phone is told that nothing could be recorded: with Postgres away, the count of its answers is away
// too, and two automatic repliers would not come to an end. It is in memory, and forgets everybody when it has grown large.
type sorryPace struct {
	mu   sync.Mutex
	told map[string][]time.Time
}

const (
	mostSorry  = 4
	sorryWhile = 10 * time.Minute
	sorryRoom  = 10_000
)

func (s *sorryPace) allow(key string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told == nil || len(s.told) > sorryRoom {
		s.told = map[string][]time.Time{}
	}
	lately := s.told[key]
	for len(lately) > 0 && now.Sub(lately[0]) > sorryWhile {
		lately = lately[1:]
	}
	if len(lately) >= mostSorry {
		return false
	}
	s.told[key] = append(lately, now)
	return true
}
