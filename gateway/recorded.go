package gateway

import (
	"context"
	"sync"
	"time"

	"hotline/flows"
	"hotline/store"
)

// recordedCache holds in memory which prompts people have recorded, so that a turn need not ask. What is recorded anew is heard
// everywhere after recordedFresh at most; while Postgres is away, the last that was known is.
type recordedCache struct {
	store *store.Store

	mu      sync.Mutex
	known   []*flows.Recorded
	read    time.Time
	reading bool
}

const (
	recordedFresh  = 5 * time.Second
	recordedWithin = 300 * time.Millisecond // that a turn waits for them
)

// now is what is known. One turn at a time looks whether there is more, and no longer than is quick.
func (c *recordedCache) now(ctx context.Context) []*flows.Recorded {
	c.mu.Lock()
	known := c.known
	stale := !c.reading && time.Since(c.read) >= recordedFresh
	c.reading = c.reading || stale
	c.mu.Unlock()
	if !stale {
		return known
	}
	ctx, cancel := context.WithTimeout(ctx, recordedWithin)
	defer cancel()
	fresh, err := recorded(ctx, c.store)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reading, c.read = false, time.Now()
	if err == nil { // else the old ones stay, and a later turn tries again
		c.known = fresh
	}
	return c.known
}

// recorded reads all that can be heard.
func recorded(ctx context.Context, s *store.Store) ([]*flows.Recorded, error) {
	languages, err := s.RecordedLanguages(ctx, s.Pool)
	if err != nil {
		return nil, err
	}
	prompts, err := s.RecordedPrompts(ctx, s.Pool, "")
	if err != nil {
		return nil, err
	}
	var all []*flows.Recorded
	by := map[string]*flows.Recorded{}
	of := func(lang string) *flows.Recorded {
		if by[lang] == nil {
			by[lang] = &flows.Recorded{Lang: flows.Lang(lang), Sounds: map[string]string{}}
			all = append(all, by[lang])
		}
		return by[lang]
	}
	for _, l := range languages {
		r := of(l.Lang)
		r.Name, r.Instead = l.Name, tongues(l.Instead)
	}
	for _, p := range prompts {
		if p.Sound != "" {
			of(p.Lang).Sounds[p.Key] = p.Sound
		}
	}
	return all, nil
}

func tongues(all []string) []flows.Lang {
	out := make([]flows.Lang, len(all))
	for i, lang := range all {
		out[i] = flows.Lang(lang)
	}
	return out
}

// held is what is in memory, for whoever cannot wait for Postgres.
func (c *recordedCache) held() []*flows.Recorded {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known
}

// nameOf is what the speakers of a language call it; "" for one that nobody speaks here.
func (g *Gateway) nameOf(set *flows.Set, lang flows.Lang) string {
	if name := set.LanguageName(lang); name != "" {
		return name
	}
	for _, r := range g.people.held() {
		if r.Lang == lang {
			return r.Name
		}
	}
	return ""
}
