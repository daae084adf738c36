package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"hotline/flows"
	"hotline/gateway"
	"hotline/gateway/twilio"
	"hotline/store"
	"hotline/store/conversation"
)

// house is a hotline at work: its pools, its gateway and its two listeners.
type house struct {
	store    *store.Store
	redis    redis.UniversalClient
	gateway  *gateway.Gateway
	flows    func() (*flows.Set, error) // as they are written now
	hangups  hangups
	log      *slog.Logger
	ready    readiness
	stopping atomic.Bool

	public, private   *http.Server
	onPublic, onLocal net.Listener
}

// houseParts is what a house is built of. It takes over the store and the listeners, and closes them.
type houseParts struct {
	store    *store.Store
	redisURL string
	flows    func() (*flows.Set, error) // with which conversations begin; asked again on SIGHUP
	hangups  hangups
	carrier  twilio.Config
	public   net.Listener // for the carrier
	private  net.Listener // for people who look after the machine
	log      *slog.Logger
	now      func() time.Time
	callPace int // calls a second that the account begins; 0: one
}

const (
	// Conversations are kept in Redis a little longer than a question by text waits for its answer.
	talkLife = 4 * 24 * time.Hour
	// stopWithin is how long turns and jobs under way may take to finish. A turn's own deadline is 4 s.
	stopWithin = 10 * time.Second
)

// newHouse builds a house. Nothing is answered before serve.
func newHouse(p houseParts) (*house, error) {
	h := &house{store: p.store, flows: p.flows, hangups: p.hangups, log: p.log, onPublic: p.public, onLocal: p.private}
	set, err := p.flows()
	if err != nil {
		return nil, err
	}
	if h.redis, err = conversation.Open(p.redisURL); err != nil {
		return nil, fmt.Errorf("REDIS_URL: %w", err)
	}
	metrics := gateway.NewMetrics()
	p.carrier.Log = p.log
	client := twilio.New(p.carrier)
	h.gateway, err = gateway.New(gateway.Config{
		Store: p.store, Talks: conversation.New(h.redis, talkLife), Flows: set, Now: p.now, Log: p.log, Metrics: metrics, CallPace: p.callPace,
		Carrier: gateway.Carrier{FetchMedia: client.FetchMedia, Erase: client.Erase, Texts: client.Texts, Place: client.Place, Call: client.Call,
			List: client.ListMessages, MediaOf: client.MediaOf, Calls: client.ListCalls},
	})
	if err != nil {
		return nil, errors.Join(err, h.redis.Close())
	}
	h.ready = readiness{house: h}
	meter := newMeter(metrics.Registry, p.store.Pool)
	if p.now == nil {
		p.now = time.Now
	}
	metrics.Registry.MustRegister(newErasingMeter(p.store, p.now))
	p.carrier.Fallback, p.carrier.Observe = h.gateway.Fallback, meter.webhook
	h.public = h.server(h.publicRoutes(p.carrier))
	h.private = h.server(h.privateRoutes(meter))
	return h, nil
}

// publicRoutes is all that the world can reach. SkipClean: a path put right by a redirect would lose a webhook its form.
func (h *house) publicRoutes(carrier twilio.Config) http.Handler {
	r := mux.NewRouter().SkipClean(true)
	r.PathPrefix("/twilio/").Handler(twilio.Handler(carrier, twilio.Hears{
		Turn: h.gateway.Turn, IsLine: h.gateway.IsLine, HungUp: h.gateway.HungUp,
		RecordingReady: h.gateway.RecordingReady, Delivered: h.gateway.Delivered, Logged: h.gateway.Logged,
		Sound: h.gateway.Sound, Whisper: h.gateway.Whisper, Take: h.gateway.Take,
		Calls: twilio.Calls{
			Answered: h.gateway.Answered, Pressed: h.gateway.Pressed, BridgeOver: h.gateway.BridgeOver,
			Message: h.gateway.Message, Heeded: h.gateway.Heeded, Told: h.gateway.CallTold,
		},
	}))
	r.HandleFunc("/healthz", alive).Methods(http.MethodGet, http.MethodHead)
	r.Handle("/readyz", &h.ready).Methods(http.MethodGet, http.MethodHead)
	return r
}

func (h *house) privateRoutes(m *meter) http.Handler {
	r := mux.NewRouter().SkipClean(true)
	r.Handle("/metrics", m.handler()).Methods(http.MethodGet)
	r.HandleFunc("/healthz", alive).Methods(http.MethodGet, http.MethodHead)
	return r
}

// server bounds what one connection can cost us. A webhook's form is at most 64 kB and its turn 4 s.
func (h *house) server(routes http.Handler) *http.Server {
	return &http.Server{
		Handler:           routes,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(h.log.Handler(), slog.LevelWarn),
	}
}

// start begins to work on jobs and opens the doors. What it starts ends with stop.
func (h *house) start(ctx context.Context, group *errgroup.Group) error {
	// The jobs outlive the signal to stop: stop lets them finish.
	if err := h.gateway.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	h.missRedis(ctx)
	h.heedHangups(ctx, group)
	group.Go(func() error { return serveUntilClosed(h.public, h.onPublic) })
	group.Go(func() error { return serveUntilClosed(h.private, h.onLocal) })
	return nil
}

// missRedis says once that Redis is away. We start all the same: without it we are slower and no worse.
func (h *house) missRedis(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := h.redis.Ping(ctx).Err(); err != nil {
		h.log.Warn("Redis does not answer; starting without it. See that it runs and that REDIS_URL is right", "error", err)
	}
}

func serveUntilClosed(s *http.Server, on net.Listener) error {
	if err := s.Serve(on); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("listening on %s: %w", on.Addr(), err)
	}
	return nil
}

// stop says that we are not ready, takes no more webhooks, lets those under way and the jobs finish, and closes everything. What
// takes longer than stopWithin is cut off: the carrier asks again, and what was committed stands.
func (h *house) stop() error {
	h.stopping.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	err := h.public.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("turns under way were cut off: %w", err), h.public.Close())
	}
	if jobs := h.gateway.Stop(ctx); jobs != nil {
		err = errors.Join(err, fmt.Errorf("jobs under way were cut off: %w", jobs))
	}
	return errors.Join(err, h.private.Close(), h.close())
}

// close gives back what a house holds that was never started.
func (h *house) close() error {
	err := h.redis.Close()
	h.store.Close()
	return err
}
