package gateway

import (
	"context"
	"sync"
	"time"

	"hotline/flows"
	"hotline/store"
)

// soundShelf brings the recordings that flows play: from memory, or from Postgres, so that any process can serve those of every set
// in use.
type soundShelf struct {
	store *store.Store

	mu    sync.Mutex
	held  [2]heldSounds     // of the set loaded last, and of the one before it, whose conversations still go on
	there map[string]bool   // known to be kept in Postgres
	read  map[string][]byte // from there
	size  int               // bytes of read
}

// heldSounds are the recordings of one set.
type heldSounds struct {
	set    string // its hash
	sounds map[string][]byte
}

// holds finds a recording in memory; nil where it is not there. The lock is held.
func (s *soundShelf) holds(name string) []byte {
	for _, one := range s.held {
		if data := one.sounds[name]; data != nil {
			return data
		}
	}
	return nil
}

const (
	mostSoundsRead = 32 << 20 // bytes; beyond, all are forgotten and read again
	readSoundIn    = 3 * time.Second
)

func newSoundShelf(s *store.Store) *soundShelf {
	return &soundShelf{store: s, there: map[string]bool{}, read: map[string][]byte{}}
}

// keep puts a set's recordings into Postgres, before the first conversation begins with it.
func (s *soundShelf) keep(ctx context.Context, set *flows.Set) error {
	return s.store.KeepSounds(ctx, s.store.Pool, set.Sounds())
}

// hold keeps the recordings of the set in use in memory, until the set after the next: then they are read from Postgres.
func (s *soundShelf) hold(set *flows.Set) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if set.Hash() != s.held[0].set {
		s.held = [2]heldSounds{{set.Hash(), set.Sounds()}, s.held[0]}
	}
}

// missing tells which of some recordings cannot be had.
func (s *soundShelf) missing(ctx context.Context, q store.Querier, names []string) (map[string]bool, error) {
	lacks := map[string]bool{}
	var ask []string
	s.mu.Lock()
	for _, name := range names {
		if s.holds(name) == nil && !s.there[name] {
			ask, lacks[name] = append(ask, name), true
		}
	}
	s.mu.Unlock()
	if len(ask) == 0 {
		return lacks, nil
	}
	kept, err := s.store.KeptSounds(ctx, q, ask)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range kept {
		s.there[name] = true
		delete(lacks, name)
	}
	return lacks, nil
}

// Sound is a recording of the flows by its name, one of a notice, or one that its maker is to hear back. found is false where there is none; ErrNotYet
// says that there is, and that it has not come from the carrier.
func (g *Gateway) Sound(ctx context.Context, name string) (data []byte, found bool, err error) {
	if ofNotice(name) { // it is not kept in memory: it is sealed, and goes when its notice is over
		ctx, cancel := context.WithTimeout(ctx, readSoundIn)
		defer cancel()
		return g.store.OpenNoticeSound(ctx, g.store.Pool, name, g.now())
	}
	s := g.sounds
	s.mu.Lock()
	if data = s.holds(name); data == nil {
		data = s.read[name]
	}
	s.mu.Unlock()
	if data != nil {
		return data, true, nil
	}
	ctx, cancel := context.WithTimeout(ctx, readSoundIn)
	defer cancel()
	if data, found, err = s.store.Sound(ctx, s.store.Pool, name); err != nil {
		return nil, false, err
	}
	if !found {
		return g.heardBack(ctx, name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.size += len(data); s.size > mostSoundsRead {
		s.read, s.size = map[string][]byte{}, len(data)
	}
	s.read[name] = data
	return data, true, nil
}

// playable has the words spoken where a recording is not there: what becomes of a call whose carrier cannot fetch what it is to play
// is not known (Twilio does not say, others break it off).
func (p *playing) playable(ctx context.Context) error {
	var names []string
	for _, one := range p.reply.Say {
		if one.Play != "" && !p.takes[one.Play] && !ofNotice(one.Play) { // those of a notice were looked up in this turn
			names = append(names, one.Play)
		}
	}
	if len(names) == 0 {
		return nil
	}
	lacks, err := p.g.sounds.missing(ctx, p.tx, names)
	if err != nil || len(lacks) == 0 {
		return err
	}
	p.g.log.Error("recordings of the flows are not here, and words are spoken instead", "recordings", len(lacks))
	if p.kept != nil {
		p.kept.Lacks = lacks
	}
	speak(p.reply.Say, lacks)
	return nil
}

// speak takes recordings out, so that their words are heard.
func speak(say []flows.Prompt, lacks map[string]bool) {
	for i := range say {
		if lacks[say[i].Play] {
			say[i].Play = ""
		}
	}
}
