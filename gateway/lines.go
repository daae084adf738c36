package gateway

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"hotline/store"
)

// lineCache holds our lines in memory, so that a webhook is answered, truly and in the line's languages, while Postgres is away.
type lineCache struct {
	store *store.Store

	mu      sync.Mutex
	lines   map[string]store.Line
	read    time.Time // when the lines were last read
	reading bool
}

// A line added or changed by a command is known everywhere after linesFresh at most.
const (
	linesFresh  = 5 * time.Second
	linesWithin = 300 * time.Millisecond // that a turn waits for them
)

func newLineCache(s *store.Store) *lineCache { return &lineCache{store: s} }

// find returns the line with a number. Old lines are read again first, where that is quick; a number not among them is looked up
// before it is called unknown, and fails where that cannot be done.
func (c *lineCache) find(ctx context.Context, number string) (store.Line, bool, error) {
	c.mu.Lock()
	line, ok := c.lines[number]
	fresh := time.Since(c.read) < linesFresh
	again := ok && !fresh && !c.reading
	if again {
		c.reading = true
	}
	c.mu.Unlock()
	switch {
	case again:
		c.refreshSoon(ctx)
	case ok || fresh:
		return line, ok, nil
	default:
		if err := c.refresh(ctx); err != nil {
			return store.Line{}, false, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	line, ok = c.lines[number]
	return line, ok, nil
}

// has tells, from memory alone, whether a number is one of our lines.
func (c *lineCache) has(number string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.lines[number]
	return ok
}

// known is the line with a number, from memory alone.
func (c *lineCache) known(number string) (store.Line, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	line, ok := c.lines[number]
	return line, ok
}

// all are our lines, from memory alone.
func (c *lineCache) all() []store.Line {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Values(c.lines))
}

// refreshSoon reads the lines again if Postgres answers at once; else the old ones stay, and a later turn tries again.
func (c *lineCache) refreshSoon(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, linesWithin)
	defer cancel()
	_ = c.refresh(ctx)
	c.mu.Lock()
	c.reading = false
	if time.Since(c.read) >= linesFresh {
		c.read = time.Now().Add(time.Second - linesFresh) // not at every turn while Postgres is away
	}
	c.mu.Unlock()
}

func (c *lineCache) refresh(ctx context.Context) error {
	lines, err := c.store.Lines(ctx, c.store.Pool)
	if err != nil {
		return err
	}
	byNumber := make(map[string]store.Line, len(lines))
	for _, l := range lines {
		byNumber[l.Number] = l
	}
	c.mu.Lock()
	c.lines, c.read = byNumber, time.Now()
	c.mu.Unlock()
	return nil
}
