package gateway

import (
	"context"
	"errors"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"hotline/store"
)

// The carrier tells twice or more of each text that we place, as fast as they go out. Those that come while others are being written down are
// written in the next transaction, all at once: each is acknowledged once that has committed.

// ErrNotOurs tells that no message of ours has that id, any more.
var ErrNotOurs = errors.New("there is no such message of ours")

const mostTold = 512 // in one transaction

// tellings are those that wait to be written down.
type tellings struct {
	g       *Gateway
	mu      sync.Mutex
	waiting []toldOnce
	busy    bool
}

// toldOnce is one, and where its caller waits for what came of it.
type toldOnce struct {
	store.Told
	done chan error
}

// Delivered takes what the carrier tells of a message that we placed, under our id and its own: late, twice, out of order, or never. It is
// ErrNotOurs for an id that is none of ours.
func (g *Gateway) Delivered(ctx context.Context, outgoing, carrierID, status string, code int, blame store.Blame) error {
	id, err := uuid.Parse(outgoing)
	if err != nil {
		return ErrNotOurs // the path is signed by us: an id that is none is of an older program
	}
	state, known := carrierStates(status)
	if !known {
		g.log.Warn("the carrier told a state of a message that we do not know", "state", status)
		return nil
	}
	one := toldOnce{store.Told{ID: id, Telling: store.Telling{State: state, CarrierID: carrierID, Error: code, Blame: blame, At: g.now()}}, make(chan error, 1)}
	g.told.mu.Lock()
	g.told.waiting = append(g.told.waiting, one)
	if !g.told.busy {
		g.told.busy = true
		go g.told.work()
	}
	g.told.mu.Unlock()
	select {
	case err := <-one.done:
		return err
	case <-ctx.Done():
		return ctx.Err() // it may be written down yet: the carrier tells it again
	}
}

// work writes down what waits, until nothing does.
func (t *tellings) work() {
	for {
		t.mu.Lock()
		batch := t.waiting[:min(len(t.waiting), mostTold)]
		if t.waiting = t.waiting[len(batch):]; len(t.waiting) == 0 {
			t.waiting = nil
		}
		t.busy = len(batch) > 0
		t.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		t.write(batch)
	}
}

// write writes a batch down, or, where Postgres refuses it, each by itself: one must not fail all others. Where Postgres is away all of them fail,
// and the carrier brings them again.
func (t *tellings) write(batch []toldOnce) {
	ctx, cancel := context.WithTimeout(context.Background(), settleWithin)
	defer cancel()
	ours, err := t.together(ctx, batch)
	if refused := (*pgconn.PgError)(nil); errors.As(err, &refused) && len(batch) > 1 && ctx.Err() == nil {
		for i := range batch {
			t.write(batch[i : i+1])
		}
		return
	}
	for _, one := range batch {
		if err == nil && !ours[one.ID] {
			one.done <- ErrNotOurs
			continue
		}
		one.done <- err
	}
}

func (t *tellings) together(ctx context.Context, batch []toldOnce) (map[uuid.UUID]bool, error) {
	all := make([]store.Told, len(batch))
	for i, one := range batch {
		all[i] = one.Told
	}
	ours := map[uuid.UUID]bool{}
	err := t.g.store.InTx(ctx, func(tx pgx.Tx) error {
		if err := t.g.store.YieldAll(ctx, tx, all, t.g.now()); err != nil {
			return err
		}
		met, err := t.g.store.TellOutgoing(ctx, tx, all)
		if err != nil {
			return err
		}
		for _, one := range all {
			o, is := met[one.ID]
			if ours[one.ID] = is; !is || one.Error != codeStopped {
				continue
			}
			if err := t.g.carrierStopped(ctx, tx, o); err != nil {
				return err
			}
		}
		return nil
	})
	return ours, err
}
