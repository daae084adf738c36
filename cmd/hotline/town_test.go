package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/gateway/simulator"
	"hotline/gateway/twilio"
	"hotline/store"
	"hotline/store/storetest"
)

// town is a hotline as it runs, in a process of its own that can be killed, and all around it: Postgres, Redis, the pretend phone
// company, and people with phones. Its clock is the real one and an offset, which the test moves.
type town struct {
	*testing.T
	ctx     context.Context
	store   *store.Store
	redis   *miniredis.Miniredis
	company *simulator.Company
	url     string // the company's
	line    store.Line
	env     []string
	listen  string
	clock   string // the file with the offset, in seconds
	log     lockedBuilder
	serving *exec.Cmd
	life    townLife
}

// townLife is what people notice of the hotline: whether it runs, and how much they have been answered.
type townLife struct {
	mu      sync.Mutex
	up      chan struct{} // closed while it runs
	answers int
	awaited map[int]chan struct{} // closed once there were so many answers
	downs   [][2]time.Time        // when it was down
}

// townClock is the real time and the offset that stands in a file.
func townClock(file string) func() time.Time {
	return func() time.Time {
		words, err := os.ReadFile(file)
		if err != nil {
			panic(err) // a test that has lost its clock tells nothing
		}
		seconds, err := strconv.ParseInt(strings.TrimSpace(string(words)), 10, 64)
		if err != nil {
			panic(err)
		}
		return time.Now().Add(time.Duration(seconds) * time.Second)
	}
}

// newTown is a town at a moment, with one assembly, its line, and nobody in it.
func newTown(t *testing.T, at time.Time, languages ...string) *town {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // the hotline is stopped in it, after the test's own has ended
	t.Cleanup(cancel)
	keys, databaseURL := storetest.Keys(t), storetest.URL(t)
	v := &town{T: t, ctx: ctx, store: storetest.Open(t, databaseURL, keys), redis: miniredis.RunT(t), clock: filepath.Join(t.TempDir(), "clock")}
	v.setClock(at)
	v.must(v.store.InTx(ctx, func(tx pgx.Tx) error {
		a, err := v.store.AddAssembly(ctx, tx, "Elm Street Warehouse", uuid.Nil, "America/New_York")
		if err != nil {
			return err
		}
		v.line, err = v.store.AddLine(ctx, tx, store.Line{AssemblyID: a.ID, Number: servedLine, Name: "The 0100 Line", Languages: languages})
		return err
	}))
	v.company = simulator.New(simulator.Config{AccountSID: demoAccount, AuthToken: "secret"})
	company := httptest.NewServer(v.company.Handler())
	t.Cleanup(company.Close)
	t.Cleanup(v.company.Close)
	v.url = company.URL

	taken, err := net.Listen("tcp", "127.0.0.1:0") // a port of its own, the same each time it starts
	v.must(err)
	v.listen = taken.Addr().String()
	v.must(taken.Close())
	keyFile := filepath.Join(t.TempDir(), "keys")
	v.must(keys.Save(keyFile, ""))
	v.env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "TOWN_CLOCK="+v.clock, "HOTLINE_PUBLIC_URL=http://"+v.listen, "HOTLINE_LISTEN="+v.listen,
		"HOTLINE_CONSOLE_LISTEN=127.0.0.1:0", "DATABASE_URL="+databaseURL, "REDIS_URL=redis://"+v.redis.Addr(), "HOTLINE_KEYS="+keyFile,
		"TWILIO_ACCOUNT_SID="+demoAccount, "TWILIO_AUTH_TOKEN=secret", "TWILIO_API_URL="+company.URL)
	w := twilio.WebhookURLs("http://" + v.listen)
	v.company.SetLines([]simulator.Line{{
		Number: servedLine, SMSURL: w.Text, SMSFallbackURL: w.TextFallback, VoiceURL: w.Voice, VoiceFallbackURL: w.VoiceFallback, StatusURL: w.CallStatus,
	}})
	v.start()
	t.Cleanup(func() { v.stop(os.Interrupt) })
	return v
}

func (v *town) must(err error) {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
}

// setClock has the hotline's clock go on from a moment.
func (v *town) setClock(at time.Time) {
	v.Helper()
	offset := int64(time.Until(at) / time.Second)
	fresh := v.clock + ".new" // in one step: the hotline reads it all the time
	v.must(os.WriteFile(fresh, []byte(strconv.FormatInt(offset, 10)), 0o600))
	v.must(os.Rename(fresh, v.clock))
}

// now is what the hotline takes the time to be.
func (v *town) now() time.Time { return townClock(v.clock)() }

// start starts the hotline and waits until it answers.
func (v *town) start() {
	v.Helper()
	v.serving = exec.CommandContext(v.ctx, "hotline-at", "serve")
	v.serving.Env, v.serving.Stderr = v.env, &v.log
	v.must(v.serving.Start())
	for until := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		res, err := http.Get("http://" + v.listen + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(until) {
			v.Fatalf("the hotline does not answer:\n%s", v.log.String())
		}
	}
}

// stop ends the hotline, as an operator or as a power cut does.
func (v *town) stop(how os.Signal) {
	if v.serving == nil {
		return
	}
	_ = v.serving.Process.Signal(how) // it may have ended by itself, which Wait tells
	err := v.serving.Wait()
	v.serving = nil
	if err != nil && how == os.Interrupt {
		v.Errorf("the hotline did not stop well: %v", err)
	}
}

// killed ends the hotline in the middle of whatever it does, and starts it again.
func (v *town) killed() {
	v.Helper()
	up := make(chan struct{})
	v.life.mu.Lock()
	v.life.up = up // whoever is let down from here on waits for it
	v.life.mu.Unlock()
	from := time.Now()
	v.stop(os.Kill)
	v.hurry(`state = 'running'`)
	v.start()
	v.life.downs = append(v.life.downs, [2]time.Time{from, time.Now()})
	close(up)
}

// hurry has jobs done now that are due later by the real clock, which knows nothing of the town's: those that died with the hotline, which
// would be rescued after a minute and a half, and those that wait for another hour of the day.
func (v *town) hurry(which string) {
	v.Helper()
	_, err := v.store.Pool.Exec(v.ctx, `update river_job set state = 'available', scheduled_at = now() where `+which)
	v.must(err)
}

// works has a job of a kind done now, and waits until it is: that one, since one of a process that was killed counts as running for a while.
func (v *town) works(kind, queue string) {
	v.Helper()
	var job int64
	v.must(v.store.Pool.QueryRow(v.ctx, `insert into river_job (kind, queue, args, max_attempts, priority, scheduled_at, state)
		values ($1, $2, '{}', 1, 1, now(), 'available') returning id`, kind, queue).Scan(&job))
	v.until(0, `select count(*) from river_job where id = $1 and state in ('available', 'running')`, job)
}

// back waits until the hotline runs.
func (v *town) back() {
	v.life.mu.Lock()
	up := v.life.up
	v.life.mu.Unlock()
	if up == nil {
		return // it was never killed
	}
	select {
	case <-up:
	case <-v.ctx.Done():
	}
}

// answered notes that somebody was.
func (v *town) answered() {
	v.life.mu.Lock()
	defer v.life.mu.Unlock()
	v.life.answers++
	if reached := v.life.awaited[v.life.answers]; reached != nil {
		close(reached)
	}
}

// killedAfter kills the hotline once people have been answered so many times more.
func (v *town) killedAfter(answers int) {
	v.Helper()
	reached := make(chan struct{})
	v.life.mu.Lock()
	if v.life.awaited == nil {
		v.life.awaited = map[int]chan struct{}{}
	}
	v.life.awaited[v.life.answers+answers] = reached
	v.life.mu.Unlock()
	select {
	case <-reached:
	case <-v.ctx.Done():
		v.Fatal("nobody is answered any more")
	}
	v.Logf("killed after %d answers", answers)
	v.killed()
}

// organizer runs a command as an organizer does, and gives what it prints.
func (v *town) organizer(name, typed string, args ...string) string {
	v.Helper()
	if name != "" {
		args = append(args, "--as", name)
	}
	var out, complaint bytes.Buffer
	c := exec.CommandContext(v.ctx, "hotline-at", args...)
	c.Env, c.Stdin, c.Stdout, c.Stderr = v.env, strings.NewReader(typed), &out, &complaint
	if err := c.Run(); err != nil {
		v.Fatalf("%q: %v: %s%s", args, err, complaint.String(), out.String())
	}
	return out.String()
}

// count is a number from the records.
func (v *town) count(sql string, args ...any) (n int) {
	v.Helper()
	v.must(v.store.Pool.QueryRow(v.ctx, sql, args...).Scan(&n))
	return n
}

// until waits for a number in the records.
func (v *town) until(want int, sql string, args ...any) {
	v.Helper()
	for until := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		got := v.count(sql, args...)
		if got == want {
			return
		}
		if time.Now().After(until) {
			v.Fatalf("%d, and never %d: %s", got, want, sql)
		}
	}
}

// traces searches all that a thief of the disk, or of a log, would have: none of these may stand there.
func (v *town) traces(secrets ...string) {
	v.Helper()
	dump := map[string]string{"the log": v.log.String(), "Redis": v.cached(), "the database": v.dump()}
	for where, all := range dump {
		for _, secret := range secrets {
			if at := stands(all, secret); at >= 0 {
				v.Errorf("%s holds %q: …%s…", where, secret, all[max(0, at-60):min(len(all), at+len(secret)+20)])
			}
		}
	}
}

// stands is where words stand, or -1. A few digits are no trace of a secret within more digits, or behind the point of a second.
func stands(all, words string) int {
	few := len(words) < 10 && strings.Trim(words, "0123456789") == ""
	for from := 0; ; {
		at := strings.Index(all[from:], words)
		if at < 0 {
			return -1
		}
		at += from
		end := at + len(words)
		if !few || (at == 0 || !strings.ContainsRune("0123456789.", rune(all[at-1]))) && (end == len(all) || !strings.ContainsRune("0123456789", rune(all[end]))) {
			return at
		}
		from = end
	}
}

// cached is every key and value of Redis, whole: Miniredis.Dump cuts them short.
func (v *town) cached() string {
	v.Helper()
	var b strings.Builder
	for _, key := range v.redis.Keys() {
		var values []string
		var err error
		switch kind := v.redis.Type(key); kind {
		case "string":
			values = make([]string, 1)
			values[0], err = v.redis.Get(key)
		case "hash":
			var fields []string
			fields, err = v.redis.HKeys(key)
			for _, field := range fields {
				values = append(values, field, v.redis.HGet(key, field))
			}
		default:
			v.Fatalf("this does not know how to read a %s of Redis", kind)
		}
		v.must(err)
		fmt.Fprintf(&b, "%s\n%s\n", key, strings.Join(values, "\n"))
	}
	return b.String()
}

// dump is every value of every table: bytes as they are, all else as text.
func (v *town) dump() string {
	v.Helper()
	var b bytes.Buffer
	tables, err := v.store.Pool.Query(v.ctx, `select table_schema || '.' || table_name from information_schema.tables
		where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`)
	v.must(err)
	names, err := pgx.CollectRows(tables, pgx.RowTo[string])
	v.must(err)
	for _, name := range names {
		rows, err := v.store.Pool.Query(v.ctx, "select * from "+name)
		v.must(err)
		for rows.Next() {
			values, err := rows.Values()
			v.must(err)
			for _, value := range values {
				switch one := value.(type) {
				case []byte:
					b.Write(one)
				case [16]byte:
					b.WriteString(uuid.UUID(one).String())
				default:
					fmt.Fprint(&b, one)
				}
				b.WriteByte('\n')
			}
		}
		v.must(rows.Err())
	}
	return b.String()
}
