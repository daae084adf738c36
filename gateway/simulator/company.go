package simulator

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// How much of the past a company remembers. It lives in memory, so everything that
// grows with use has a ceiling.
const (
	keepMessages   = 20_000
	keepCalls      = 5_000
	keepRecordings = 2_000
	keepMedia      = 1_000
	keepPhones     = 20_000
	keepArrivals   = 1_000
	keepEntries    = 1_000
	keepProblems   = 1_000
	keepStops      = 50_000
)

// closeWithin is how long Close waits for webhooks and callbacks under way.
const closeWithin = 5 * time.Second

// Config is everything a Company is made from.
type Config struct {
	AccountSID, AuthToken string
	Lines                 []Line           // the numbers we sell; SetLines changes them
	URL                   string           // base URL of Handler as others reach it; "" learns it from requests
	Now                   func() time.Time // nil: time.Now
	Log                   *slog.Logger     // nil: discarded. Never numbers or bodies.
	Faults                *Faults          // nil: a company that never misbehaves, until told to over HTTP
	RecordingDelay        time.Duration    // between a recording's action and its media
	Settling              time.Duration    // after a message or recording is final, until it may be erased (20009); Twilio asks to wait a minute at least
	People                []Person         // whose phones the page offers; it takes any other number too
}

// Company is a pretend phone company. Its methods may be called from any goroutine.
type Company struct {
	account, token string
	run            string // names this company among those that ran before it
	people         []Person
	now            func() time.Time
	log            *slog.Logger
	faults         *Faults
	recordingDelay time.Duration
	settling       time.Duration
	client         *http.Client
	fixedURL       bool

	ctx      context.Context // ends when Close has waited long enough
	cancel   context.CancelFunc
	work     tally // webhooks, deliveries and callbacks under way
	legs     sync.WaitGroup
	webhooks atomic.Int64
	told     atomic.Int64 // callbacks, lost ones too

	mu         sync.Mutex
	closed     bool
	url        string
	lines      map[string]*Line
	messages   shelf[*message]
	calls      shelf[*leg]
	recordings shelf[*recording]
	media      shelf[*medium]
	phones     shelf[*phone]
	stopped    shelf[bool] // by line and phone
	loops      map[string][]time.Time
	problems   []Problem
}

// New opens a company for business.
func New(cfg Config) *Company {
	ctx, cancel := context.WithCancel(context.Background())
	c := &Company{
		account: cfg.AccountSID, token: cfg.AuthToken, run: newSID(""), people: cfg.People,
		now: cfg.Now, log: cfg.Log, faults: cfg.Faults,
		recordingDelay: cfg.RecordingDelay, settling: cfg.Settling,
		url: cfg.URL, fixedURL: cfg.URL != "",
		ctx: ctx, cancel: cancel,
		messages: newShelf[*message](keepMessages), calls: newShelf[*leg](keepCalls),
		recordings: newShelf[*recording](keepRecordings), media: newShelf[*medium](keepMedia),
		phones: newShelf[*phone](keepPhones), stopped: newShelf[bool](keepStops),
		loops: map[string][]time.Time{},
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.faults == nil {
		c.faults = &Faults{}
	}
	c.client = newWebhookClient()
	c.SetLines(cfg.Lines)
	return c
}

// Settle waits until no webhook, delivery or callback is under way, so that a test may
// look at what came of them. A call that waits for its phone is settled.
func (c *Company) Settle(ctx context.Context) error { return c.work.idle(ctx) }

// Close refuses new work, waits at most 5 s for what is under way, then cuts it off.
// Calls that still wait for their phones end without a word to anyone.
func (c *Company) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	ctx, done := context.WithTimeout(context.Background(), closeWithin)
	defer done()
	if err := c.work.idle(ctx); err != nil {
		c.log.Warn("phone company closes with work under way")
	}
	c.cancel()
	c.legs.Wait()
}

// background runs f as work under way, unless the company has closed: false then.
func (c *Company) background(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.work.add()
	go func() {
		defer c.work.done()
		f()
	}()
	return true
}

// reachedAt notes the address others use for us, for the URLs of media and recordings.
func (c *Company) reachedAt(r *http.Request) {
	if c.fixedURL || r.Host == "" {
		return
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	c.mu.Lock()
	c.url = scheme + r.Host
	c.mu.Unlock()
}

// resource is the full URL of a path below our account.
func (c *Company) resource(path string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.url + c.uri(path)
}

// uri is the same without the host, as REST answers spell it.
func (c *Company) uri(path string) string { return accountPath(c.account) + path }

func accountPath(account string) string { return "/2010-04-01/Accounts/" + account }
