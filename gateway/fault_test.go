package gateway

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"hotline/store/conversation"
	"hotline/store/storetest"
)

// A flushed, stopped or restored Redis between any two messages is not noticed.
func TestRedisMayVanishBetweenAnyTwoMessages(t *testing.T) {
	var older string
	for name, harm := range map[string]func(*house){
		"flushed":                   func(h *house) { h.mini.FlushAll() },
		"stopped":                   func(h *house) { h.mini.SetError("LOADING Redis is loading the dataset in memory") },
		"restored from an old dump": func(h *house) { restore(h, older) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, houseOptions{})
			older = ""
			for _, words := range []string{"ENGLISH", "REPORT"} {
				h.text(ana, words)
				if older == "" {
					older = dump(h)
				}
				harm(h)
			}
			reply := h.text(ana, "the lift in hall B is broken")
			if !twelveDigits.MatchString(reply) {
				t.Errorf("the report was answered %q", reply)
			}
			harm(h)
			h.text(ana, "and nobody has come since Monday")
			h.wantOneReportOfTwoParts()
		})
	}
}

// A dump of Redis may be newer than the database, where that was restored from a backup: what it knows does not count.
func TestRedisFromANewerDumpThanTheDatabase(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.addMeeting()
	h.text(ana, "ENGLISH")
	h.text(ana, "MEETING") // and now "1" would be an answer
	newer := dump(h)
	if _, err := h.store.Pool.Exec(t.Context(), `update conversations set turn = gen_random_uuid(), state = null, n = 1`); err != nil {
		t.Fatal(err)
	}
	restore(h, newer)
	if reply := h.text(ana, "1"); reply == "" {
		t.Error("no answer")
	}
	if n := h.count("select count(*) from rsvps"); n != 0 {
		t.Error("a question was answered that the database does not know was asked")
	}
}

// And the database's own word counts where Redis has none, or an older one: the answer reaches its question.
func TestTheDatabaseKnowsTheQuestion(t *testing.T) {
	for name, harm := range map[string]func(h *house, older string){
		"flushed": func(h *house, _ string) { h.mini.FlushAll() },
		"older":   restore,
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, houseOptions{})
			h.addMeeting()
			h.text(ana, "ENGLISH")
			older := dump(h)
			h.text(ana, "MEETING")
			harm(h, older)
			h.text(ana, "1")
			if n := h.count("select count(*) from rsvps where answer = 'yes'"); n != 1 {
				t.Errorf("%d answers, want 1", n)
			}
		})
	}
}

func dump(h *house) string {
	keys := h.mini.Keys()
	if len(keys) != 1 {
		h.t.Fatalf("Redis holds %d keys, want the one conversation", len(keys))
	}
	v, err := h.mini.Get(keys[0])
	if err != nil {
		h.t.Fatal(err)
	}
	return keys[0] + "\n" + v
}

func restore(h *house, dump string) {
	key, value, _ := strings.Cut(dump, "\n")
	h.mini.Set(key, value)
}

func TestNothingReadableStandsInRedis(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "REPORT")
	h.text(ana, "the lift in hall B is broken")
	for _, secret := range []string{"2125550101", "lift", "report"} {
		if strings.Contains(dump(h), secret) {
			t.Errorf("Redis holds %q in clear", secret)
		}
	}
}

// A process that dies between commit and reply leaves the turn for another: the webhook comes again, and is answered as it was.
func TestAProcessThatDiesBeforeItReplies(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "REPORT")
	in := h.aText(ana, "the lift in hall B is broken")
	lost := asJSON(t, h.g.Turn(t.Context(), in))
	h.mini.FlushAll()
	h.g = h.another("redis://" + h.mini.Addr())
	if again := asJSON(t, h.g.Turn(t.Context(), in)); again != lost {
		t.Errorf("answered %s after %s was lost", again, lost)
	}
	h.text(ana, "and nobody has come since Monday")
	h.wantOneReportOfTwoParts()
}

// What Postgres does at COMMIT decides what may be said. In every case the worker hears what is true.
func TestTheConnectionFailsAtCommit(t *testing.T) {
	for _, c := range []struct {
		name     string
		mode     int32
		told     string // a phrase, or "" for the report's own reply
		reports  int
		retelled int // reports after the carrier brings the text again
	}{
		{"commit lost, no answer", wireLosesCommit, "unrecorded", 0, 1}, // Postgres ends the idle transaction itself, and says so
		{"commit lost, connection cut", wireCutsAtCommit, "unsure", 0, 1},
		{"committed, no answer", wireLosesAnswer, "", 1, 1},
		{"committed, connection cut", wireCutsAnswer, "", 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWire(t, storetest.URL(t))
			h := newHouse(t, houseOptions{postgres: w.url})
			h.text(ana, "ESPANOL")
			h.text(ana, "REPORTE")
			in := h.aText(ana, "el ascensor no funciona en la nave B")
			w.mode.Store(c.mode)
			reply := h.g.Turn(t.Context(), in).Text()
			if w.hit.Load() == 0 {
				t.Fatal("the wire saw no commit")
			}
			w.mode.Store(wireSound)
			if c.told == "" && !twelveDigits.MatchString(reply) {
				t.Errorf("the report stands, and the worker was told %q", reply)
			}
			if c.told != "" && reply != h.g.sets.current().Words(c.told, "es", nil) {
				t.Errorf("told %q", reply)
			}
			w.cut()
			if n := h.count("select count(*) from reports"); n != c.reports {
				t.Errorf("%d reports stand, want %d", n, c.reports)
			}
			if again := h.g.Turn(t.Context(), in).Text(); !twelveDigits.MatchString(again) {
				t.Errorf("brought again, the text was answered %q", again)
			}
			if n := h.count("select count(*) from reports"); n != c.retelled {
				t.Errorf("%d reports stand after it was brought again, want %d", n, c.retelled)
			}
		})
	}
}

// coldHouse has a Postgres of its own, to be frozen and stopped.
func coldHouse(t *testing.T) (*house, *storetest.Server) {
	t.Helper()
	pg := storetest.Postgres(t)
	return newHouse(t, houseOptions{postgres: pg.URL(storetest.Database)}), pg
}

func TestPostgresIsFrozenBeforeATurn(t *testing.T) {
	h, pg := coldHouse(t)
	h.text(ana, "ESPANOL")
	h.text(ana, "REPORTE")
	if err := pg.Freeze(); err != nil {
		t.Fatal(err)
	}
	in := h.aText(ana, "el ascensor no funciona en la nave B")
	began := time.Now()
	reply := h.g.Turn(t.Context(), in).Text()
	took := time.Since(began)
	stranger := h.text(ben, "the lift in hall B is broken")
	if err := pg.Thaw(); err != nil {
		t.Fatal(err)
	}
	if want := h.g.sets.current().Words("unrecorded", "es", nil); reply != want {
		t.Errorf("told %q, want %q", reply, want)
	}
	if !strings.Contains(stranger, h.g.sets.current().Words("unrecorded", "en", nil)) || !strings.Contains(stranger, h.g.sets.current().Words("unrecorded", "es", nil)) {
		t.Errorf("a phone whose language is not known was told %q, want both languages", stranger)
	}
	if took > textTurn {
		t.Errorf("the worker waited %v, the carrier waits 4.5 s", took)
	}
	if n := h.count("select count(*) from reports"); n != 0 {
		t.Errorf("%d reports stand though the worker was told that nothing was recorded", n)
	}
	if again := h.g.Turn(t.Context(), in).Text(); !twelveDigits.MatchString(again) {
		t.Errorf("brought again, the text was answered %q", again)
	}
}

// The freeze comes while COMMIT is at work: a trigger holds every commit of a turn long enough to catch it there.
func TestPostgresIsFrozenDuringCommit(t *testing.T) {
	h, pg := coldHouse(t)
	h.text(ana, "ENGLISH")
	h.text(ana, "REPORT")
	exec(t, h.store.Pool, `create function slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$`)
	exec(t, h.store.Pool, `create constraint trigger slowly after insert on turns deferrable initially deferred for each row execute function slowly()`)
	in := h.aText(ana, "the lift in hall B is broken")
	replied := make(chan string)
	go func() { replied <- h.g.Turn(context.Background(), in).Text() }()
	time.Sleep(400 * time.Millisecond)
	if err := pg.Freeze(); err != nil {
		t.Fatal(err)
	}
	reply := <-replied
	if err := pg.Thaw(); err != nil {
		t.Fatal(err)
	}
	if want := h.g.sets.current().Words("unsure", "en", nil); reply != want {
		t.Errorf("told %q, want %q", reply, want)
	}
	exec(t, h.store.Pool, `drop trigger slowly on turns`)
	if again := h.g.Turn(t.Context(), in).Text(); !twelveDigits.MatchString(again) {
		t.Errorf("brought again, the text was answered %q", again)
	}
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports stand, want 1", n)
	}
	if n := h.count("select count(*) from report_parts"); n != 1 {
		t.Errorf("the report has %d parts, want 1: nothing is half written or doubled", n)
	}
}

func TestPostgresIsKilledBetweenTwoMessages(t *testing.T) {
	h, pg := coldHouse(t)
	h.text(ana, "ENGLISH")
	h.text(ana, "REPORT")
	signal(t, pg.PID(), syscall.SIGQUIT) // an immediate end, its sessions' too
	for h.store.Pool.Ping(t.Context()) == nil {
		time.Sleep(10 * time.Millisecond)
	}
	c := h.call(ana)
	if !c.ended() || c.last.Text() == "" {
		t.Errorf("a caller was told %q", c.last.Text())
	}
	if reply := h.text(ana, "the lift in hall B is broken"); reply != h.g.sets.current().Words("unrecorded", "en", nil) {
		t.Errorf("told %q", reply)
	}
	if err := pg.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if reply := h.text(ana, "the lift in hall B is broken"); !twelveDigits.MatchString(reply) {
		t.Errorf("after Postgres came back: %q", reply)
	}
}

// Postgres restarted between two messages has broken every connection of the pool: the next turn finds that out, and is played
// again on a new one.
func TestPostgresIsRestartedBetweenTwoMessages(t *testing.T) {
	h, pg := coldHouse(t)
	h.text(ana, "ENGLISH")
	h.text(ana, "REPORT")
	if err := pg.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if reply := h.text(ana, "the lift in hall B is broken"); !twelveDigits.MatchString(reply) {
		t.Errorf("told %q", reply)
	}
}

// A gateway may start while Postgres and Redis are away, and still says what is true.
func TestNothingIsThereAtAll(t *testing.T) {
	s := storetest.Open(t, "postgres:///none?host=/nonexistent", storetest.Keys(t))
	set, err := LoadFlows(os.DirFS("../flows/library"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := conversation.Open("redis://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	g, err := New(Config{Store: s, Talks: conversation.New(client, time.Hour), Flows: set, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, g: g}
	if reply := h.text(ana, "the lift in hall B is broken"); !strings.Contains(reply, set.Words("unrecorded", "en", nil)) {
		t.Errorf("told %q", reply)
	}
}

func exec(t *testing.T, pool *pgxpool.Pool, sql string) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}
