package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"hotline/gateway/simulator"
	"hotline/store"
	"hotline/store/storetest"
)

// served is a `hotline serve` in this process, with what it needs around it.
type served struct {
	*testing.T
	env             map[string]string
	store           *store.Store
	redis           *miniredis.Miniredis
	log             *lockedBuilder
	stop            context.CancelFunc
	ended           chan error
	public, private string // where it listens
}

// lockedBuilder may be written and read at once.
type lockedBuilder struct {
	mu    sync.Mutex
	b     strings.Builder
	first func() // called once, before the first words
}

func (l *lockedBuilder) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.first != nil {
		l.first()
		l.first = nil
	}
	return l.b.Write(p)
}

func (l *lockedBuilder) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

const servedLine = "+12125550100"

// newServed prepares a database with a line, and an environment; start starts serve in it.
func newServed(t *testing.T) *served {
	t.Helper()
	sv := &served{T: t, env: rightEnv(t), redis: miniredis.RunT(t), log: &lockedBuilder{}, ended: make(chan error, 1)}
	keys := storetest.Keys(t)
	sv.env["DATABASE_URL"], sv.env["REDIS_URL"] = storetest.URL(t), "redis://"+sv.redis.Addr()
	sv.env["HOTLINE_LISTEN"], sv.env["HOTLINE_CONSOLE_LISTEN"] = "127.0.0.1:0", "127.0.0.1:0"
	sv.env["HOTLINE_KEYS"] = filepath.Join(t.TempDir(), "served.keys")
	sv.must(keys.Save(sv.env["HOTLINE_KEYS"], ""))
	sv.store = storetest.Open(t, sv.env["DATABASE_URL"], keys)
	sv.must(sv.store.InTx(t.Context(), func(tx pgx.Tx) error {
		a, err := sv.store.AddAssembly(t.Context(), tx, "Warehouse", uuid.Nil, "America/New_York")
		if err != nil {
			return err
		}
		_, err = sv.store.AddLine(t.Context(), tx, store.Line{AssemblyID: a.ID, Number: servedLine, Name: "The 0100 Line", Languages: []string{"en"}})
		return err
	}))
	return sv
}

func (sv *served) must(err error) {
	sv.Helper()
	if err != nil {
		sv.Fatal(err)
	}
}

func (sv *served) start() {
	sv.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	sv.stop = cancel
	var environ []string
	for name, value := range sv.env {
		environ = append(environ, name+"="+value)
	}
	go func() {
		w := &world{in: strings.NewReader(""), out: io.Discard, err: sv.log, now: time.Now, name: "hotline"}
		sv.ended <- run(ctx, w, environ, []string{"serve"})
	}()
	sv.Cleanup(cancel)
	for until := time.Now().Add(20 * time.Second); sv.public == ""; time.Sleep(10 * time.Millisecond) {
		if len(sv.ended) > 0 || time.Now().After(until) {
			sv.Fatalf("serve did not start: %s", sv.log)
		}
		for line := range strings.Lines(sv.log.String()) {
			var said struct{ Msg, Carrier, Private string }
			if json.Unmarshal([]byte(line), &said) == nil && said.Msg == "answering" {
				sv.public, sv.private = "http://"+said.Carrier, "http://"+said.Private
			}
		}
	}
}

// finish stops serve, and fails where it did not end well.
func (sv *served) finish() {
	sv.Helper()
	sv.stop()
	select {
	case err := <-sv.ended:
		sv.must(err)
	case <-time.After(20 * time.Second):
		sv.Fatal("serve did not stop")
	}
}

func (sv *served) get(address string) (int, string) {
	sv.Helper()
	res, err := http.Get(address)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	sv.must(err)
	return res.StatusCode, string(body)
}

// text sends a text as the carrier would.
func (sv *served) text(from, body string) (int, string) {
	sv.Helper()
	form := url.Values{
		"MessageSid": {"SM" + strings.ReplaceAll(uuid.NewString(), "-", "")}, "AccountSid": {sv.env["TWILIO_ACCOUNT_SID"]},
		"From": {from}, "To": {servedLine}, "Body": {body}, "NumMedia": {"0"},
	}
	req, err := http.NewRequest(http.MethodPost, sv.public+"/twilio/sms", strings.NewReader(form.Encode()))
	sv.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Twilio-Signature", simulator.Sign(sv.env["TWILIO_AUTH_TOKEN"], sv.env["HOTLINE_PUBLIC_URL"]+"/twilio/sms", form))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	twiml, err := io.ReadAll(res.Body)
	sv.must(err)
	return res.StatusCode, string(twiml)
}

func TestServeAnswersAndStops(t *testing.T) {
	sv := newServed(t)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	defer http.DefaultClient.CloseIdleConnections()
	sv.env["HOTLINE_PUBLIC_ULR"] = "x"
	sv.start()

	if status, twiml := sv.text("+13475550123", "MENU"); status != 200 || !strings.Contains(twiml, ">The 0100 Line") {
		t.Errorf("a text: %d %s", status, twiml)
	}
	for address, want := range map[string]string{
		sv.public + "/healthz":      "200 alive\n",
		sv.public + "/readyz":       "200 ready\n",
		sv.private + "/healthz":     "200 alive\n",
		sv.public + "/metrics":      "404 404 page not found\n",
		sv.public + "/":             "404 404 page not found\n",
		sv.public + "/twilio/sms":   "405 the carrier asks by POST\n",
		sv.public + "//twilio/sms":  "404 404 page not found\n",
		sv.private + "/twilio/sms":  "404 404 page not found\n",
		sv.private + "/debug/pprof": "404 404 page not found\n",
	} {
		if status, body := sv.get(address); fmt.Sprintf("%d %s", status, body) != want {
			t.Errorf("%s: %d %s", address, status, body)
		}
	}
	_, metrics := sv.get(sv.private + "/metrics")
	for _, name := range []string{
		`hotline_turn_seconds_count{channel="text",outcome="answered"} 1`, `hotline_webhook_seconds_count{route="/twilio/sms",status="200"} 1`,
		"process_resident_memory_bytes", "hotline_postgres_connections",
		`hotline_carrier_erasures{kind="text",state="waiting"} 1`, `hotline_carrier_erasures_oldest_seconds{kind="text"}`, "hotline_carrier_erasing_halted 0",
	} {
		if !strings.Contains(metrics, name) {
			t.Errorf("/metrics lacks %s", name)
		}
	}
	sv.finish()
	log := sv.log.String()
	if !strings.Contains(log, "HOTLINE_PUBLIC_ULR means nothing here") {
		t.Error("a misspelled variable was not told")
	}
	for _, private := range []string{"3475550123", "MENU", sv.env["TWILIO_AUTH_TOKEN"], "Or write"} {
		if strings.Contains(log, private) {
			t.Errorf("the log holds %q:\n%s", private, log)
		}
	}
}

// A turn under way when serve is told to stop is answered and kept; what comes after it is not taken.
func TestTurnsUnderWayFinish(t *testing.T) {
	sv := newServed(t)
	sv.start()
	sv.text("+13475550123", "MENU") // the conversation's row stands

	tx, err := sv.store.Pool.Begin(t.Context())
	sv.must(err)
	_, err = tx.Exec(t.Context(), `select from conversations for update`)
	sv.must(err)
	answered := make(chan string, 1)
	go func() {
		status, twiml := sv.text("+13475550123", "ENGLISH")
		answered <- fmt.Sprint(status, " ", twiml)
	}()
	sv.waits()
	sv.stop()
	for until := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if status, _ := sv.get(sv.public + "/readyz"); status != 200 || time.Now().After(until) {
			break
		}
	}
	sv.must(tx.Rollback(t.Context()))
	if got := <-answered; !strings.HasPrefix(got, "200 ") || !strings.Contains(got, "<Message ") {
		t.Errorf("the turn under way: %s", got)
	}
	sv.finish()
	if status, _ := sv.text("+13475550123", "MENU"); status != 0 {
		t.Errorf("after the stop: %d", status)
	}
}

// waits returns when some session of the database waits for a lock.
func (sv *served) waits() {
	sv.Helper()
	for until := time.Now().Add(5 * time.Second); time.Now().Before(until); time.Sleep(2 * time.Millisecond) {
		var waiting bool
		sv.must(sv.store.Pool.QueryRow(context.Background(), `select exists (select from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock')`).Scan(&waiting))
		if waiting {
			return
		}
	}
	sv.Fatal("nobody waits")
}

func TestReadiness(t *testing.T) {
	sv := newServed(t)
	sv.start()
	defer sv.finish()
	is := func(want string) {
		t.Helper()
		var got string
		for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
			status, words := sv.get(sv.public + "/readyz")
			if got = fmt.Sprintf("%d %s", status, strings.TrimSpace(words)); got == want {
				return
			}
		}
		t.Errorf("%s; want %s", got, want)
	}
	is("200 ready")
	sv.redis.Close()
	is("200 ready, degraded: Redis does not answer")
	if status, twiml := sv.text("+13475550123", "MENU"); status != 200 || !strings.Contains(twiml, "The 0100 Line") {
		t.Errorf("a text without Redis: %d %s", status, twiml)
	}
	_, err := sv.store.Pool.Exec(t.Context(), `alter table schema_migrations rename to aside`)
	sv.must(err)
	is("503 not ready: the database is not migrated")
	_, err = sv.store.Pool.Exec(t.Context(), `alter table aside rename to schema_migrations`)
	sv.must(err)
	sv.must(sv.redis.Restart())
	is("200 ready")
}

// What serve refuses to start with, once it has looked at the database.
func TestServeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*served)
		says   string
	}{
		"unmigrated": {func(sv *served) { sv.env["DATABASE_URL"] = storetest.Unmigrated(t) }, "run `hotline migrate` first"},
		"no answer":  {func(sv *served) { sv.env["DATABASE_URL"] = "postgres://127.0.0.1:1/hotline" }, "the database does not answer"},
		"other keys": {func(sv *served) {
			sv.must(store.CheckKeys(t.Context(), sv.store.Pool, sv.store.Keys))
			sv.env["HOTLINE_KEYS"] += "2"
			sv.must(storetest.Keys(t).Save(sv.env["HOTLINE_KEYS"], ""))
		}, "set HOTLINE_KEYS to that file"},
		"port taken": {func(sv *served) {
			sv.env["HOTLINE_CONSOLE_LISTEN"] = sv.redis.Addr()
		}, "or set HOTLINE_CONSOLE_LISTEN to another address"},
	} {
		t.Run(name, func(t *testing.T) {
			sv := newServed(t)
			c.change(sv)
			var environ []string
			for name, value := range sv.env {
				environ = append(environ, name+"="+value)
			}
			w := &world{in: strings.NewReader(""), out: io.Discard, err: sv.log, now: time.Now}
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			if err := run(ctx, w, environ, []string{"serve"}); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v; should say %s", err, c.says)
			}
		})
	}
}
