package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"hotline/flows/library"
	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/gateway/twilio"
	"hotline/store"
	"hotline/store/conversation"
	"hotline/store/embedded"
	"hotline/store/seal"
)

// The benchmarks answer signed texts over HTTP on loopback, from connections of the same process, with a durable Postgres (fsync,
// synchronous_commit) and a real Redis beside them: everything shares the machine. Bare is what any such service costs at least:
// the signature, one Redis GET and SET, one committed INSERT. Turn is the whole hotline, each phone doing again and again what
// workers do. Every phone has been heard once before, untimed: a first contact costs two trips more. Compare them in one run:
//
//	go test -run '^$' -bench Text -benchtime 5s -count 5 ./cmd/hotline
const (
	benchAccount = "AC00000000000000000000000000000001"
	benchToken   = "0123456789abcdef0123456789abcdef"
	benchURL     = "https://hotline.example.org"
	benchLine    = "+12125550100"
	benchPhones  = 10_000
	benchConns   = 64
	benchRate    = 1000 // texts a second of the open loop
)

// scripts are what each phone sends, in order. yes is the digits that the reply before gave for counting the vote.
var scripts = []struct {
	name  string
	texts []string
}{
	{"menu", []string{"MENU", "3"}}, // who sees this
	{"report", []string{"REPORT", "the lift in hall B is broken, two people fell", "and it was like that last week"}},
	{"rsvp", []string{"MEETING", "1", "MEETING", "2"}},
	{"vote", []string{"VOTE", "1", yes}},
}

const yes = "{yes}"

func BenchmarkText(b *testing.B) {
	n := newBench(b)
	b.Run("bare", func(b *testing.B) { n.closed(b, n.bare(), []string{"1"}) })
	turn := n.turn(b)
	for _, s := range scripts {
		b.Run("turn/"+s.name, func(b *testing.B) {
			defer n.recorded(b)()
			n.closed(b, turn, s.texts)
		})
	}
	b.Run("paced/bare", func(b *testing.B) { n.open(b, n.bare(), []string{"1"}) })
	for _, s := range scripts {
		b.Run("paced/"+s.name, func(b *testing.B) {
			defer n.recorded(b)()
			n.open(b, turn, s.texts)
		})
	}
}

type bench struct {
	sent sync.Map // by a script's first text, an *atomic.Int64: each phone goes on with it where it was, run after run

	redis  *redis.Client
	store  *store.Store
	pool   *pgxpool.Pool // the bare handler's, as large as the turns'
	client *http.Client
	seq    atomic.Int64
	votes  [benchPhones]atomic.Value // what counts each phone's vote
}

func newBench(b *testing.B) *bench {
	b.Helper()
	ctx := b.Context()
	pg, err := embedded.StartPostgres(ctx, embedded.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { pg.Stop(context.Background()) })
	if err := pg.CreateDatabase(ctx, "bench"); err != nil {
		b.Fatal(err)
	}
	rs, err := embedded.StartRedisServer(ctx, embedded.RedisOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { rs.Stop() })
	opts, err := redis.ParseURL(rs.URL())
	if err != nil {
		b.Fatal(err)
	}
	n := &bench{redis: redis.NewClient(opts), client: &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: benchConns, MaxConnsPerHost: benchConns,
	}}}
	b.Cleanup(func() { n.redis.Close() })
	url := pg.URL("bench") + "&pool_max_conns=16"
	if n.pool, err = pgxpool.New(ctx, url); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(n.pool.Close)
	if n.store, err = store.Open(ctx, url, seal.New()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(n.store.Close)
	if err := store.Migrate(ctx, n.store.Pool); err != nil {
		b.Fatal(err)
	}
	n.exec(b, "create table bare (id uuid primary key, body text)")
	return n
}

func (n *bench) exec(b *testing.B, sql string) {
	b.Helper()
	if _, err := n.pool.Exec(b.Context(), sql); err != nil {
		b.Fatal(err)
	}
}

// recorded lets every phone vote once more, and fails unless each text becomes a turn: a line that says it could not record is quick.
func (n *bench) recorded(b *testing.B) func() {
	b.Helper()
	n.exec(b, "truncate votes, turns cascade")
	return func() {
		var turns int
		if err := n.pool.QueryRow(b.Context(), "select count(*) from turns").Scan(&turns); err != nil || turns != b.N {
			b.Errorf("%d of %d texts were recorded: %v", turns, b.N, err)
		}
	}
}

func carrier() twilio.Config {
	return twilio.Config{PublicURL: benchURL, AccountSID: benchAccount, Tokens: []string{benchToken}, Log: slog.New(slog.DiscardHandler)}
}

func (n *bench) bare() http.Handler {
	return twilio.Handler(carrier(), twilio.Hears{
		IsLine: func(context.Context, string) (bool, error) { return true, nil },
		Turn: func(ctx context.Context, in gateway.Inbound) gateway.Reply {
			key := "bare:" + in.From.String()
			n.redis.Get(ctx, key)
			if err := n.redis.Set(ctx, key, in.Text, time.Hour).Err(); err != nil {
				return gateway.Reply{}
			}
			if _, err := n.pool.Exec(ctx, `insert into bare values ($1, $2)`, uuid.Must(uuid.NewV7()), in.Text); err != nil {
				return gateway.Reply{}
			}
			return gateway.Reply{Say: []gateway.Prompt{{Words: "Thank you."}}}
		},
	})
}

// turn is the hotline of an assembly in which every phone is a member's, with a meeting to come and an open ballot.
func (n *bench) turn(b *testing.B) http.Handler {
	b.Helper()
	if err := n.store.InTx(b.Context(), func(tx pgx.Tx) error { return n.settle(b.Context(), tx) }); err != nil {
		b.Fatal(err)
	}
	n.exec(b, "update lines set replies_an_hour = 0") // a phone of these sends a year's texts in a minute
	n.exec(b, "analyze")
	set, err := gateway.LoadFlows(library.Files)
	if err != nil {
		b.Fatal(err)
	}
	g, err := gateway.New(gateway.Config{
		Store: n.store, Talks: conversation.New(n.redis, time.Hour), Flows: set, Log: slog.New(slog.NewTextHandler(b.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		Carrier: gateway.Carrier{ // erases at once, and has nothing in its list
			Erase: func(context.Context, store.ErasureKind, string) gateway.Erased {
				return gateway.Erased{Came: gateway.ErasedThere}
			},
			Texts: func(context.Context, string, time.Time, func(gateway.CarrierText) error) error { return nil },
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := g.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { g.Stop(context.Background()) })
	handler := twilio.Handler(carrier(), twilio.Hears{
		Turn: g.Turn, IsLine: g.IsLine, HungUp: g.HungUp, RecordingReady: g.RecordingReady, Delivered: g.Delivered,
	})
	n.warm(b, handler)
	return handler
}

func (n *bench) settle(ctx context.Context, tx pgx.Tx) error {
	s, now := n.store, time.Now()
	a, err := s.AddAssembly(ctx, tx, "Bench", uuid.Nil, "America/New_York")
	if err != nil {
		return err
	}
	members := make([]store.MemberRow, benchPhones)
	for i := range members {
		members[i] = store.MemberRow{Line: i + 1, Name: fmt.Sprint("Worker ", i), Phone: store.Phone(phone(i)), Standing: store.StandsMember}
	}
	if _, err := s.ImportMembers(ctx, tx, a.ID, members, now); err != nil {
		return err
	}
	if _, err := s.AddMeeting(ctx, tx, store.NewMeeting{
		Assembly: a.ID, StartsAt: now.Add(72 * time.Hour), Place: map[string]string{"en": "12 Elm St", "es": "12 Elm St"},
	}); err != nil {
		return err
	}
	if _, err := s.OpenBallot(ctx, tx, store.NewBallot{
		Assembly: a.ID, Question: map[string]string{"en": "Shall we ask for heat breaks?", "es": "¿Pedimos descansos por el calor?"},
		Options: []store.Words{{"en": "Yes", "es": "Sí"}, {"en": "No", "es": "No"}}, By: "bench", At: now,
	}); err != nil {
		return err
	}
	_, err = s.AddLine(ctx, tx, store.Line{AssemblyID: a.ID, Number: benchLine, Name: "The 0100 Line", Languages: []string{"en", "es"}})
	return err
}

func phone(i int) string { return fmt.Sprintf("+1646555%04d", i) }

// warm lets every phone be heard once.
func (n *bench) warm(b *testing.B, handler http.Handler) {
	b.Helper()
	srv := httptest.NewServer(handler)
	defer srv.Close()
	texts := make(chan int)
	var wg sync.WaitGroup
	for range benchConns {
		wg.Go(func() {
			for i := range texts {
				if err := n.send(srv.URL, i, "ENGLISH"); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range benchPhones {
		texts <- i
	}
	close(texts)
	wg.Wait()
}

// closed lets each of benchConns connections send its next text when the one before is answered.
func (n *bench) closed(b *testing.B, handler http.Handler, script []string) {
	b.Helper()
	srv := httptest.NewServer(handler)
	defer srv.Close()
	var took latencies
	sent := n.counter(script)
	b.SetParallelism(benchConns / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(sent.Add(1)) - 1
			began := time.Now()
			if err := n.send(srv.URL, i%benchPhones, script[i/benchPhones%len(script)]); err != nil {
				b.Error(err)
				return
			}
			took.add(time.Since(began))
		}
	})
	b.StopTimer()
	took.report(b)
}

// open sends benchRate texts a second, whatever became of those before. A text's time counts from when it was due.
func (n *bench) open(b *testing.B, handler http.Handler, script []string) {
	b.Helper()
	srv := httptest.NewServer(handler)
	defer srv.Close()
	var took latencies
	var wg sync.WaitGroup
	sent := n.counter(script)
	b.ResetTimer()
	began := time.Now()
	for due := range b.N {
		due := began.Add(time.Duration(due) * time.Second / benchRate)
		time.Sleep(time.Until(due))
		wg.Go(func() {
			i := int(sent.Add(1)) - 1
			if err := n.send(srv.URL, i%benchPhones, script[i/benchPhones%len(script)]); err != nil {
				b.Error(err)
			}
			took.add(time.Since(due))
		})
	}
	wg.Wait()
	b.StopTimer()
	took.report(b)
}

func (n *bench) counter(script []string) *atomic.Int64 {
	c, _ := n.sent.LoadOrStore(script[0], new(atomic.Int64))
	return c.(*atomic.Int64)
}

// send is one signed text from a phone, and the whole answer.
func (n *bench) send(base string, from int, text string) error {
	if text == yes {
		text, _ = n.votes[from].Load().(string)
	}
	form := url.Values{
		"MessageSid": {fmt.Sprintf("SM%032x", n.seq.Add(1))}, "AccountSid": {benchAccount},
		"From": {phone(from)}, "To": {benchLine}, "Body": {text}, "NumMedia": {"0"},
	}
	req, err := http.NewRequest(http.MethodPost, base+"/twilio/sms", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Twilio-Signature", simulator.Sign(benchToken, benchURL+"/twilio/sms", form))
	res, err := n.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK || !bytes.Contains(answer, []byte("<Message ")) {
		return fmt.Errorf("%q was answered %s: %s", text, res.Status, answer)
	}
	if before, _, ok := bytes.Cut(answer, []byte(" Count it")); ok {
		n.votes[from].Store(string(before[len(before)-2:]))
	}
	return nil
}

// latencies gathers what every connection measured.
type latencies struct {
	mu  sync.Mutex
	all []time.Duration
}

func (l *latencies) add(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, d)
}

func (l *latencies) report(b *testing.B) {
	slices.Sort(l.all)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
	b.ReportMetric(l.milliseconds(.50), "p50-ms")
	b.ReportMetric(l.milliseconds(.99), "p99-ms")
}

func (l *latencies) milliseconds(quantile float64) float64 {
	if len(l.all) == 0 {
		return 0
	}
	return float64(l.all[int(quantile*float64(len(l.all)-1))]) / float64(time.Millisecond)
}
