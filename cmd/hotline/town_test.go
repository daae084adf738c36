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
	"regexp"
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
	ctx       context.Context
	store     *store.Store
	redis     *miniredis.Miniredis
	company   *simulator.Company
	url       string // the company's
	line      store.Line
	env       []string
	listen    string
	clock     string // the file with the offset, in seconds
	log       lockedBuilder
	serving   *exec.Cmd
	restarted sync.Mutex // held while the hotline is down
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
	v.env = append(os.Environ(), "TOWN_CLOCK="+v.clock, "HOTLINE_PUBLIC_URL=http://"+v.listen, "HOTLINE_LISTEN="+v.listen,
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
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
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
	v.restarted.Lock()
	defer v.restarted.Unlock()
	v.stop(os.Kill)
	v.start()
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

// person is somebody with a phone.
type person struct {
	town  *town
	phone *simulator.Phone
}

func (v *town) person(number string) *person {
	v.Helper()
	p, err := simulator.Dial(v.url, number)
	v.must(err)
	return &person{town: v, phone: p}
}

// texts sends a text until it is answered, as somebody does who hears nothing: a hotline that was killed answers the next one. It
// gives the answer, and how often it was sent.
func (p *person) texts(body string, media ...simulator.Media) (answer string, sent int) {
	for sent = 1; sent < 10; sent++ {
		got, err := p.phone.Text(p.town.ctx, servedLine, body, media...)
		if err != nil {
			p.town.Errorf("texting: %v", err)
			return "", sent
		}
		if got.Problem == nil {
			var all []string
			for _, r := range got.Replies {
				all = append(all, r.Body)
			}
			return strings.Join(all, "\n"), sent
		}
		p.town.restarted.Lock() // it is back
		p.town.restarted.Unlock()
	}
	p.town.Errorf("a text was answered by nobody, ten times over")
	return "", sent
}

// wants texts, and complains where the answer has not these words.
func (p *person) wants(body, want string) string {
	got, _ := p.texts(body)
	if !strings.Contains(got, want) {
		p.town.Errorf("%q was answered %q, without %q", body, got, want)
	}
	return got
}

var (
	choiceByText = regexp.MustCompile(`(?m)(\d+) ([^0-9\n]+?)(?: \d|$)`)
	choiceByCall = regexp.MustCompile(`(?i)(?:to|para) ([^.]+?), (?:press|oprima) (\d+)`)
)

// chooses answers with the number that stands before these words.
func (p *person) chooses(asked, label string) string {
	for rest := asked; ; {
		at := choiceByText.FindStringSubmatchIndex(rest)
		if at == nil {
			p.town.Errorf("%q does not offer %q", asked, label)
			return ""
		}
		if strings.Contains(rest[at[4]:at[5]], label) {
			got, _ := p.texts(rest[at[2]:at[3]])
			return got
		}
		rest = rest[at[5]:]
	}
}

// talk is a call of somebody's.
type talking struct {
	*person
	call *simulator.Call
	last simulator.Events
}

func (p *person) calls() *talking {
	c, err := p.phone.Call(p.town.ctx, servedLine)
	if err != nil {
		p.town.Fatalf("calling: %v", err)
	}
	return &talking{person: p, call: c, last: c.History()}
}

func (c *talking) did(e simulator.Events, err error) *talking {
	if err != nil {
		c.town.Errorf("on a call: %v", err)
	}
	c.last = e
	return c
}

func (c *talking) press(keys string) *talking { return c.did(c.call.Press(c.town.ctx, keys)) }
func (c *talking) silent() *talking           { return c.did(c.call.Silence(c.town.ctx)) }
func (c *talking) hangup() *talking           { return c.did(c.call.Hangup(c.town.ctx)) }
func (c *talking) records(seconds int, words, end string) *talking {
	return c.did(c.call.RecordUntil(c.town.ctx, seconds, words, end))
}

// chooses presses the key of what is offered in these words.
func (c *talking) chooses(label string) *talking {
	heard := c.last.Words()
	for _, m := range choiceByCall.FindAllStringSubmatch(heard, -1) {
		if strings.Contains(m[1], label) {
			return c.press(m[2])
		}
	}
	c.town.Errorf("nothing of %q is offered in %q", label, heard)
	return c
}

// hears complains where these words were not said last.
func (c *talking) hears(want string) *talking {
	if got := c.last.Words(); !strings.Contains(got, want) {
		c.town.Errorf("the call says %q, without %q", got, want)
	}
	return c
}

// traces searches all that a thief of the disk, or of a log, would have: none of these may stand there.
func (v *town) traces(secrets ...string) {
	v.Helper()
	dump := map[string]string{"the log": v.log.String(), "Redis": v.redis.Dump(), "the database": v.dump()}
	for where, all := range dump {
		for _, secret := range secrets {
			if at := strings.Index(all, secret); at >= 0 {
				v.Errorf("%s holds %q: …%s…", where, secret, all[max(0, at-60):min(len(all), at+len(secret)+20)])
			}
		}
	}
}

// dump is every value of every table, as text; bytes also as they are.
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
				if raw, ok := value.([]byte); ok {
					b.Write(raw)
				}
				fmt.Fprintf(&b, "%v\n", value)
			}
		}
		v.must(rows.Err())
	}
	return b.String()
}
