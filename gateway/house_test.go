package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
	"hotline/store/conversation"
	"hotline/store/seal"
	"hotline/store/storetest"
)

const lineNumber = "+12125550100"

// house is a hotline of one line for a test: the real flows, a real Postgres, and a Redis.
type house struct {
	t     *testing.T
	g     *Gateway
	store *store.Store
	keys  *seal.Keys
	mini  *miniredis.Miniredis
	line  store.Line
	now   atomic.Int64 // Unix seconds
	seq   atomic.Int64

	carrier Carrier
	set     *flows.Set
	log     io.Writer

	ahead func(Inbound)        // sees what comes before the gateway does, where a test has set it
	each  func(Inbound, Reply) // hears of every turn afterwards
}

type houseOptions struct {
	carrier  Carrier
	set      *flows.Set // nil: the library
	log      io.Writer  // nil: the test's
	postgres string     // empty: a fresh database
	redis    string     // empty: miniredis
}

func newHouse(t *testing.T, o houseOptions) *house {
	t.Helper()
	h := &house{t: t, keys: storetest.Keys(t), carrier: o.carrier, set: o.set, log: o.log}
	if h.set == nil {
		h.set = theLibrary(t)
	}
	if h.log == nil {
		h.log = t.Output()
	}
	h.now.Store(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).Unix())
	if o.postgres == "" {
		o.postgres = storetest.URL(t)
	}
	if o.redis == "" {
		h.mini = miniredis.RunT(t)
		o.redis = "redis://" + h.mini.Addr()
	}
	h.store = storetest.Open(t, o.postgres, h.keys)
	h.seed()
	h.g = h.another(o.redis)
	return h
}

// another is a gateway as a second process would have it, on the same database.
func (h *house) another(redisURL string) *Gateway {
	h.t.Helper()
	return h.anotherWith(redisURL, h.set)
}

// starts has a process work on its jobs until the test ends, whichever one answers by then.
func (h *house) starts(g *Gateway) {
	h.t.Helper()
	if err := g.Start(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { g.Stop(context.Background()) })
}

// anotherWith is another with flows of its own.
func (h *house) anotherWith(redisURL string, set *flows.Set) *Gateway {
	h.t.Helper()
	client, err := conversation.Open(redisURL)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { client.Close() })
	carrier := h.carrier
	if carrier.Erase == nil {
		carrier.Erase = func(context.Context, store.ErasureKind, string) Erased { return Erased{Came: ErasedThere} }
	}
	if carrier.Texts == nil { // a carrier in whose list nothing stands
		carrier.Texts = func(context.Context, string, time.Time, func(CarrierText) error) error { return nil }
	}
	g, err := New(Config{
		Store: h.store, Talks: conversation.New(client, time.Hour), Flows: set,
		Now: func() time.Time { return time.Unix(h.now.Load(), 0) },
		Log: slog.New(slog.NewTextHandler(h.log, nil)), Carrier: carrier,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := g.sets.keep(h.t.Context(), set); err != nil {
		h.t.Fatal(err)
	}
	if err := g.sounds.keep(h.t.Context(), set); err != nil {
		h.t.Fatal(err)
	}
	g.sounds.hold(set)
	if err := g.lines.refresh(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	return g
}

// readLibrary loads and proves the real flows once for all tests, which takes seconds under the race detector. A set never changes.
var readLibrary = sync.OnceValues(func() (*flows.Set, error) { return LoadFlows(os.DirFS("../flows/library")) })

func theLibrary(t *testing.T) *flows.Set {
	t.Helper()
	set, err := readLibrary()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// libraryWith is the real flows and a few more files, by name.
func libraryWith(t *testing.T, more map[string]string, v flows.Vocabulary) *flows.Set {
	t.Helper()
	files := fstest.MapFS{}
	for name, words := range more {
		files[name] = &fstest.MapFile{Data: []byte(words)}
	}
	names, err := fs.Glob(os.DirFS("../flows/library"), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if files[name] != nil {
			continue
		}
		data, err := os.ReadFile("../flows/library/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	set, err := proved.load(files, v)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// proved are the sets that tests have had loaded and proved, by the digest of what they were made of.
var proved = provedSets{all: map[string]*flows.Set{}}

type provedSets struct {
	mu  sync.Mutex
	all map[string]*flows.Set
}

func (p *provedSets) load(files fstest.MapFS, v flows.Vocabulary) (*flows.Set, error) {
	digest := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(digest, "%q %q\n", name, files[name].Data)
	}
	fmt.Fprintf(digest, "%#v", v)
	made := string(digest.Sum(nil))
	p.mu.Lock()
	defer p.mu.Unlock()
	if set := p.all[made]; set != nil {
		return set, nil
	}
	set, err := flows.Load(files, v)
	if err == nil {
		p.all[made] = set
	}
	return set, err
}

func (h *house) seed() {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		a, err := h.store.AddAssembly(h.t.Context(), tx, "Warehouse", uuid.Nil, "America/New_York")
		if err != nil {
			return err
		}
		h.line, err = h.store.AddLine(h.t.Context(), tx, store.Line{
			AssemblyID: a.ID, Number: lineNumber, Name: "The 0100 Line", Languages: []string{"en", "es"},
		})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) pass(d time.Duration) { h.now.Add(int64(d / time.Second)) }

// text is one text from a phone, with an id of its own, and the reply.
func (h *house) text(from, body string) string {
	h.t.Helper()
	return h.turn(h.aText(from, body)).Text()
}

// turn is how whoever is in the house comes to the gateway.
func (h *house) turn(in Inbound) Reply {
	if h.ahead != nil {
		h.ahead(in)
	}
	r := h.g.Turn(h.t.Context(), in)
	if h.each != nil {
		h.each(in, r)
	}
	return r
}

func (h *house) aText(from, body string) Inbound {
	return Inbound{
		Key: fmt.Sprintf("SM%032d", h.seq.Add(1)), Line: lineNumber, From: store.Phone(from),
		Channel: flows.Text, Kind: flows.KindText, Text: body,
	}
}

// phoneCall is a call under way.
type phoneCall struct {
	h    *house
	in   Inbound
	last Reply
}

func (h *house) call(from string) *phoneCall {
	h.t.Helper()
	sid := fmt.Sprintf("CA%032d", h.seq.Add(1))
	c := &phoneCall{h: h, in: Inbound{Key: sid + "/0", Line: lineNumber, From: store.Phone(from), Channel: flows.Voice, Call: sid, Kind: flows.KindCall}}
	c.last = h.turn(c.in)
	return c
}

func (c *phoneCall) do(kind flows.Kind, text string) string {
	c.h.t.Helper()
	in := c.in
	in.Kind, in.Text, in.Answers = kind, text, c.last.Turn
	in.Key = fmt.Sprintf("%s/%d", in.Call, c.last.Turn)
	if kind == flows.KindHangup {
		in.Key = in.Call + "/end"
	}
	if kind == flows.KindRecording {
		in.Rec = &Recording{ID: fmt.Sprintf("RE%032d", c.h.seq.Add(1)), URL: "https://api.twilio.com/rec", Seconds: 12}
	}
	c.last = c.h.turn(in)
	return c.last.Text()
}

// lead puts a call where a step of a flow waits for an answer, as if it had come there.
func (c *phoneCall) lead(flow, step string) {
	c.h.t.Helper()
	var id uuid.UUID
	if err := c.h.store.Pool.QueryRow(c.h.t.Context(), "select id from conversations where call is not null order by id desc limit 1").Scan(&id); err != nil {
		c.h.t.Fatal(err)
	}
	at := talk{State: flows.State{Flow: flow, Step: step, Lang: "en"}, Set: c.h.set.Hash()}
	sealed, err := at.seal(c.h.keys, sealedTalk, id)
	if err != nil {
		c.h.t.Fatal(err)
	}
	if _, err := c.h.store.Pool.Exec(c.h.t.Context(), "update conversations set state = $1 where id = $2", sealed, id); err != nil {
		c.h.t.Fatal(err)
	}
	c.h.mini.FlushAll()
}

// choose presses the key that stands beside these words.
func (c *phoneCall) choose(words string) string {
	c.h.t.Helper()
	offered := regexp.MustCompile(regexp.QuoteMeta(words) + `[^.]*(?:press|oprima) (\d+)`).FindStringSubmatch(c.last.Text())
	if offered == nil {
		c.h.t.Fatalf("%q is not among %q", words, c.last.Text())
	}
	return c.press(offered[1])
}

func (c *phoneCall) press(keys string) string { return c.do(flows.KindKeys, keys) }
func (c *phoneCall) silence() string          { return c.do(flows.KindSilence, "") }
func (c *phoneCall) record() string           { return c.do(flows.KindRecording, "") }
func (c *phoneCall) hangUp()                  { c.do(flows.KindHangup, "") }
func (c *phoneCall) ended() bool              { return c.last.Wait == nil }

// count asks the database one number.
func (h *house) count(sql string, args ...any) (n int) {
	h.t.Helper()
	var err error
	for range 3 { // a connection that a test has broken is noticed when it is used
		if err = h.store.Pool.QueryRow(context.Background(), sql, args...).Scan(&n); err == nil {
			return n
		}
	}
	h.t.Fatal(err)
	return 0
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// wantOneReportOfTwoParts is what stands only if no turn lost its place: whoever does is heard at the front door, where a story is
// a report of its own.
func (h *house) wantOneReportOfTwoParts() {
	h.t.Helper()
	if n := h.count("select count(*) from reports"); n != 1 {
		h.t.Errorf("%d reports, want 1", n)
	}
	if n := h.count("select count(*) from report_parts"); n != 2 {
		h.t.Errorf("the report has %d parts, want 2", n)
	}
}

func (h *house) addMeeting() {
	h.t.Helper()
	_, err := h.store.AddMeeting(h.t.Context(), h.store.Pool, store.NewMeeting{
		Assembly: h.line.AssemblyID, StartsAt: time.Unix(h.now.Load(), 0).Add(72 * time.Hour),
		Place: store.Words{"en": "12 Elm St", "es": "12 Elm St"},
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// openBallot opens a yes-or-no ballot for the line's members.
func (h *house) openBallot(closes time.Time) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		_, err := h.store.ImportMembers(h.t.Context(), tx, h.line.AssemblyID, []store.MemberRow{
			{Line: 1, Name: "Ana", Phone: ana, Language: "en", Standing: store.StandsMember},
			{Line: 2, Name: "Ben", Phone: ben, Language: "en", Standing: store.StandsMember},
		}, time.Now())
		if err != nil {
			return err
		}
		_, err = h.store.OpenBallot(h.t.Context(), tx, store.NewBallot{
			Assembly: h.line.AssemblyID, Question: store.Words{"en": "Shall we ask for heat breaks?", "es": "¿Pedimos descansos?"},
			Options: []store.Words{{"en": "Yes", "es": "Sí"}, {"en": "No", "es": "No"}}, ClosesAt: closes, By: "Ana", At: time.Now(),
		})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}
