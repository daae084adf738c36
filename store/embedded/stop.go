package embedded

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// Stop ends the server by a fast shutdown: sessions are cut off, what was
// committed is on disk. It waits for that; when ctx ends first (or after
// 30 s), the server is cut off too, and recovers at its next start: do not
// pass a context that the signal to stop has already ended. A second Stop
// does nothing.
func (p *Postgres) Stop(ctx context.Context) error {
	err := p.halt(ctx)
	return errors.Join(err, p.release())
}

// Restart stops the server, or notices that it died, and starts it again on
// the same folder, at the same URL. After Stop there is nothing to restart.
func (p *Postgres) Restart(ctx context.Context) error {
	if p.stopped() {
		return errors.New("private Postgres: restart after Stop")
	}
	if err := p.halt(ctx); err != nil {
		return err
	}
	return p.launch(ctx)
}

func (p *Postgres) stopped() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lock == nil
}

func (p *Postgres) halt(ctx context.Context) error {
	p.mu.Lock()
	server := p.server
	p.mu.Unlock()
	if server == nil || server.ended() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	// Thawed are the sessions too: the postmaster waits for them.
	return errors.Join(p.Thaw(), server.halt(ctx))
}

// release gives the folder back, and erases it if nobody is to see it again.
func (p *Postgres) release() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lock == nil {
		return nil
	}
	var err error
	if p.temporary {
		err = os.RemoveAll(p.dir)
	} else if p.socket != "" && filepath.Dir(p.socket) != p.dir {
		err = os.RemoveAll(p.socket) // the short one, which the next start makes again
	}
	err = errors.Join(err, p.lock.Close())
	p.lock = nil
	return err
}
