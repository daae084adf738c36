package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hotline/gateway/twilio"
	"hotline/store"
	"hotline/store/embedded"
	"hotline/store/seal"
)

// devOptions are the flags of dev.
type devOptions struct {
	fresh, noFetch, iKnow   bool
	listen, console, phones string
	data                    string
}

// devCommand gives each address a flag rather than the variables that serve reads, so that several can run side by side.
func devCommand(fs *flag.FlagSet) action {
	var o devOptions
	fs.BoolVar(&o.fresh, "fresh", false, "start over: erase what dev itself made here before")
	fs.StringVar(&o.listen, "listen", "127.0.0.1:8080", "`ADDRESS` for the phone company; port 0 takes any that is free")
	fs.StringVar(&o.console, "console-listen", "127.0.0.1:8081", "`ADDRESS` for /metrics")
	fs.StringVar(&o.phones, "phones-listen", "127.0.0.1:8082", "`ADDRESS` of the pretend phone company")
	fs.StringVar(&o.data, "data", "", "the `FOLDER` to keep things in")
	fs.BoolVar(&o.noFetch, "no-fetch", false, "where no Postgres is installed, do not fetch one")
	fs.BoolVar(&o.iKnow, "i-know", false, "allow real phone numbers, though the keys lie unsealed")
	return func(ctx context.Context, w *world, _ []string) error {
		d := &devRun{world: w, devOptions: o, began: time.Now(), hangups: hearHangups()}
		d.log = slog.New(slog.NewTextHandler(w.err, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
		err := d.run(ctx)
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			d.note("Stopped before it was ready.") // Ctrl-C while it was starting
			return nil
		}
		return err
	}
}

// withoutTime keeps a terminal readable.
func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// devRun is one run of dev: what it has started, it stops.
type devRun struct {
	*world
	devOptions
	began   time.Time
	hangups hangups
	log     *slog.Logger
	folder  devFolder
	undo    []func() error // newest last

	carrier twilio.Config
	state   devState
}

// later has something closed when dev stops, after all that comes to be started later.
func (d *devRun) later(closing func() error) { d.undo = append(d.undo, closing) }

// run brings everything up in the order in which it can fail for somebody's mistake: folder, flows, addresses, carrier, then databases.
func (d *devRun) run(ctx context.Context) (err error) {
	defer func() {
		for i := len(d.undo) - 1; i >= 0; i-- {
			err = errors.Join(err, d.undo[i]())
		}
	}()
	if d.folder, err = d.world.folder(d.data); err != nil {
		return err
	}
	if d.cfg.Flows != "" { // a path that others on this machine can use
		if d.cfg.Flows, err = filepath.Abs(d.cfg.Flows); err != nil {
			return err
		}
	}
	if _, err := d.cfg.loadFlows(); err != nil {
		return err
	}
	if d.fresh && d.cfg.DatabaseURL != "" {
		return errors.New("--fresh erases only what dev itself started, and the database of DATABASE_URL is not: empty it yourself, or unset DATABASE_URL")
	}
	held, err := d.folder.take()
	if err != nil {
		return err
	}
	d.later(held.Close)
	if d.cfg.DatabaseURL == "" {
		if err := embedded.Reachable(d.folder.file("postgres")); err != nil {
			return err
		}
	}
	doors, err := d.open()
	if err != nil {
		return err
	}
	if err := d.settle(doors); err != nil {
		return errors.Join(err, doors.close())
	}
	s, redisURL, err := d.prepare(ctx)
	if err != nil {
		return errors.Join(err, doors.close())
	}
	h, err := newHouse(houseParts{
		store: s, redisURL: redisURL, flows: d.cfg.proveFlows, hangups: d.hangups, carrier: d.carrier, public: doors.public, private: doors.console, log: d.log, now: d.now,
		callPace: d.cfg.CallPace,
	})
	if err != nil {
		s.Close()
		return errors.Join(err, doors.close())
	}
	return d.answer(ctx, h, doors)
}

// doors are the addresses that dev listens on; phones is nil where another carrier stands in place of the pretend one.
type doors struct{ public, console, phones net.Listener }

// open takes the addresses first of all: a port that is taken should be told before anything is started.
func (d *devRun) open() (*doors, error) {
	var all doors
	for _, l := range []struct {
		into *net.Listener
		addr string
		flag string
	}{{&all.public, d.listen, "--listen"}, {&all.console, d.console, "--console-listen"}, {&all.phones, d.phones, "--phones-listen"}} {
		if l.into == &all.phones && d.cfg.APIURL != "" {
			continue
		}
		listener, err := listen(l.addr, l.flag)
		if err != nil {
			return nil, errors.Join(err, all.close())
		}
		*l.into = listener
	}
	return &all, nil
}

func (d *doors) close() error {
	var err error
	for _, l := range []net.Listener{d.public, d.console, d.phones} {
		if l != nil {
			err = errors.Join(err, l.Close())
		}
	}
	return err
}

// reach is how others on this machine come to a listener.
func reach(l net.Listener) string {
	host, port, _ := net.SplitHostPort(l.Addr().String()) // a listener's address has both
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// demoAccount stands for an account at the pretend phone company.
const demoAccount = "AC0000000000000000000000000000de50"

// settle decides who is the carrier and how it reaches us.
func (d *devRun) settle(doors *doors) error {
	d.state = devState{
		PID: os.Getpid(), Gateway: reach(doors.public), Console: reach(doors.console), PublicURL: d.cfg.PublicURL,
		AccountSID: d.cfg.AccountSID, AuthToken: d.cfg.AuthToken.reveal(), IKnow: d.iKnow, Flows: d.cfg.Flows,
	}
	if d.state.PublicURL == "" {
		d.state.PublicURL = d.state.Gateway
	}
	api := d.cfg.APIURL
	if doors.phones != nil {
		d.state.Phones, api = reach(doors.phones), reach(doors.phones)
		if d.state.AccountSID == "" {
			d.state.AccountSID = demoAccount
		}
		if d.state.AuthToken == "" {
			d.state.AuthToken = freshToken()
		}
	}
	cfg := d.cfg
	cfg.PublicURL, cfg.AccountSID, cfg.AuthToken, cfg.APIURL = d.state.PublicURL, d.state.AccountSID, secret(d.state.AuthToken), api
	d.carrier = cfg.carrier()
	return d.carrier.Check()
}

// freshToken is an auth token of the usual form, for one run.
func freshToken() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails: the program ends where there is no randomness
	return hex.EncodeToString(b)
}

// prepare brings up the two databases, and the demo in them.
func (d *devRun) prepare(ctx context.Context) (s *store.Store, redisURL string, err error) {
	keys, err := d.keys()
	if err != nil {
		return nil, "", err
	}
	if redisURL = d.cfg.RedisURL.reveal(); redisURL == "" {
		r, err := embedded.StartRedis()
		if err != nil {
			return nil, "", err
		}
		d.later(func() error { r.Close(); return nil })
		redisURL = r.URL()
	}
	if d.state.DatabaseURL = d.cfg.DatabaseURL.reveal(); d.state.DatabaseURL == "" {
		if err := d.startPostgres(ctx); err != nil {
			return nil, "", err
		}
	}
	if s, err = store.Open(ctx, sized(d.state.DatabaseURL), keys); err != nil {
		return nil, "", err
	}
	if err := d.demo(ctx, s); err != nil {
		s.Close()
		return nil, "", err
	}
	return s, redisURL, nil
}

// startPostgres starts a private one, from nothing where --fresh says so.
func (d *devRun) startPostgres(ctx context.Context) error {
	dir := d.folder.file("postgres")
	if d.fresh {
		if err := eraseFolder(dir); err != nil {
			return fmt.Errorf("starting over: %w", err)
		}
	}
	pg, err := embedded.StartPostgres(ctx, embedded.Options{
		Dir:   dir,
		Fetch: func(string, string) bool { return !d.noFetch },
		Say:   func(words string) { d.note("%s (--no-fetch refuses)", words) },
	})
	if err != nil {
		return err
	}
	d.later(func() error { return pg.Stop(context.Background()) })
	if err := pg.CreateDatabase(ctx, "hotline"); err != nil {
		return err
	}
	d.state.DatabaseURL = pg.URL("hotline")
	return nil
}

// eraseFolder puts a folder aside before it erases it: a server that was killed a moment ago may still be writing there.
func eraseFolder(dir string) error {
	aside := fmt.Sprintf("%s.%d", dir, time.Now().UnixNano())
	if err := os.Rename(dir, aside); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return os.RemoveAll(aside)
}

// keys opens the key file of the environment or, where that names none, dev's own, which it makes.
func (d *devRun) keys() (*seal.Keys, error) {
	if d.cfg.Keys != "" {
		d.state.Keys = d.cfg.Keys
		return d.loadKeys()
	}
	d.state.Keys = d.folder.file("keys")
	if err := seal.New().Save(d.state.Keys, ""); err != nil && !errors.Is(err, seal.ErrExists) {
		return nil, err
	}
	return seal.Load(d.state.Keys, "")
}

// answer serves until ctx ends or a door breaks, then stops in order: first the phones, which still talk to us.
func (d *devRun) answer(ctx context.Context, h *house, doors *doors) error {
	group, ctx := errgroup.WithContext(ctx)
	if err := h.start(ctx, group); err != nil {
		return errors.Join(err, h.close(), doors.close())
	}
	stopPhones := func() error { return nil }
	if doors.phones != nil {
		stopPhones = d.openPhones(ctx, h, doors.phones, group)
	}
	err := d.announce(ctx, h)
	if err == nil {
		<-ctx.Done()
		d.note("\nStopping …")
	}
	return errors.Join(err, stopPhones(), h.stop(), group.Wait())
}

// announce tells other commands, then the person, that all is ready.
func (d *devRun) announce(ctx context.Context, h *house) error {
	if err := d.folder.write(d.state); err != nil {
		return err
	}
	d.later(d.folder.forget)
	words, err := d.welcome(ctx, h.store)
	if err != nil {
		return err
	}
	d.say("%s", strings.TrimSpace(words))
	return nil
}
