// Package gateway is a turn: hear what somebody did, let the flow answer, do what it asks, and leave a record that makes it count
// once.
//
// An Inbound goes in, a Reply comes out; what channel or carrier they belong to is known only to the rooms below. Turn is the one
// way through. It loads the sealed state from Redis (a copy, which may be missing), opens one Postgres transaction that locks the
// conversation, runs the pure engine of package flows, does the effects it asks for (effects.go is the table), writes what was
// heard and what was answered, commits, and only then replies. It never fails: where nothing could be recorded it says so.
//
// It does not know TwiML, HTML or YAML, and it holds nothing between two turns that another process could not do without.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"hotline/flows"
	"hotline/store"
	"hotline/store/conversation"
)

// Config is what a gateway is made of.
type Config struct {
	Store   *store.Store
	Talks   *conversation.Store
	Flows   *flows.Set       // with which new conversations begin, until UseFlows names another
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // gets no number and no words
	Carrier Carrier
	Metrics *Metrics // nil: not counted
	// CallPace is how many calls a second the carrier begins for our account, from all lines and processes; 0: one.
	CallPace int
}

// Carrier is what the gateway asks of the phone company outside a reply.
type Carrier struct {
	// FetchMedia brings a recording or a picture: its bytes, at most max, and its type. ErrNotYet: try again later.
	FetchMedia func(ctx context.Context, url string, max int64) (data []byte, kind string, err error)
	// Erase erases something there: the words of a text, by the carrier's id, or a recording or picture, by where it lies.
	Erase func(ctx context.Context, kind store.ErasureKind, what string) Erased
	// Texts lists the texts from and to one of our lines since a moment, or somewhat earlier.
	Texts func(ctx context.Context, line string, since time.Time, each func(CarrierText) error) error
	// Place asks for a message to be sent.
	Place func(context.Context, Message) Placed
	// Call asks for a call to be placed.
	Call func(context.Context, Call) Placed
	// Calls lists the calls between a line and a phone. Without an error every page was read. nil: there is no list.
	Calls func(ctx context.Context, line string, phone store.Phone, each func(ListedCall) error) error
	// List hands each message of the carrier's books to a function. Without an error every page was read. nil: there is no list.
	List func(ctx context.Context, f ListFilter, each func(Listed) error) error
	// MediaOf lists the files that came with a message.
	MediaOf func(ctx context.Context, id string) ([]Media, error)
}

// Gateway answers inbounds. Any number of them, in any number of processes, may share a database.
type Gateway struct {
	store  *store.Store
	talks  *conversation.Store
	jobs   *river.Client[pgx.Tx]
	outbox *Outbox
	now    func() time.Time
	log    *slog.Logger
	count  *Metrics

	carrier Carrier
	effects map[string]effect
	sets    *flowSets
	sounds  *soundShelf
	people  *recordedCache
	lines   *lineCache
	queue   queue
	redis   breaker
	sorries sorryPace
	caught  catchingUp
	pumps   pumps
	paces   paces
	told    tellings
	calls   callPace
	nonce   atomic.Uint64
}

// New makes a gateway. It needs neither database nor Redis to be up; Start does.
func New(c Config) (*Gateway, error) {
	g := &Gateway{
		store: c.Store, talks: c.Talks, now: c.Now, log: c.Log, count: c.Metrics, carrier: c.Carrier, effects: effects(),
		sets: newFlowSets(c.Store, c.Flows), sounds: newSoundShelf(c.Store), lines: newLineCache(c.Store),
		people: &recordedCache{store: c.Store},
	}
	if g.now == nil {
		g.now = time.Now
	}
	if g.count == nil {
		g.count = NewMetrics()
	}
	g.pumps.g, g.paces.g, g.told.g = g, g, g
	g.calls.account = max(1, c.CallPace)
	jobs, err := g.newJobs()
	if err != nil {
		return nil, err
	}
	g.jobs, g.outbox = jobs, &Outbox{store: c.Store, jobs: jobs}
	return g, nil
}

// Start refuses to work while conversations could not be finished (Unfinished). It keeps the flow set in the database, so that those
// begun with it can be finished by any process, reads the lines, and begins to work on jobs.
func (g *Gateway) Start(ctx context.Context) error {
	lost, err := g.sets.unfinished(ctx, g.now())
	if err != nil {
		return err
	}
	if len(lost) > 0 {
		return fmt.Errorf("conversations under way could not be finished:\n  %s", strings.Join(lost, "\n  "))
	}
	if err := g.sets.keep(ctx, g.sets.current()); err != nil {
		return err
	}
	if err := g.sounds.keep(ctx, g.sets.current()); err != nil {
		return err
	}
	g.sounds.hold(g.sets.current())
	if err := g.lines.refresh(ctx); err != nil {
		return err
	}
	if err := g.jobs.Start(ctx); err != nil {
		return err
	}
	g.pumps.start()
	return nil
}

// UseFlows has new conversations begin with a set, as soon as it and its recordings are kept in the database; where that fails
// nothing changes. Those under way finish on the set they began with. It reports false for the set in use already.
func (g *Gateway) UseFlows(ctx context.Context, set *flows.Set) (changed bool, err error) {
	if err := g.sounds.keep(ctx, set); err != nil {
		return false, err
	}
	if changed, err = g.sets.use(ctx, set); err == nil {
		g.sounds.hold(set)
	}
	return changed, err
}

// Stop lets jobs under way finish for 5 s (softStop), then cancels them and waits until they have ended; what was cut off is done again
// later. When ctx ends first it waits no longer and fails. Turns under way are their listener's to wait for.
func (g *Gateway) Stop(ctx context.Context) error {
	return errors.Join(g.pumps.halt(ctx), g.jobs.Stop(ctx))
}

// IsLine tells whether a number, in E.164, is one of ours. When that cannot be known now it fails.
func (g *Gateway) IsLine(ctx context.Context, number string) (bool, error) {
	_, ok, err := g.lines.find(ctx, number)
	return ok, err
}
