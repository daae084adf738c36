package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows/library"
	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/gateway/twilio"
	"hotline/store"
)

// eraser is a neighborhood in which the words of people are erased at the carrier. Its company is as slow to be done with something as
// a test can wait for.
type eraser struct {
	*neighborhood
	faults  *simulator.Faults
	carrier *twilio.Client
}

const settling = 300 * time.Millisecond

// newEraser is a neighborhood whose clock is that of the company.
func newEraser(t *testing.T) *eraser {
	t.Helper()
	e := &eraser{faults: &simulator.Faults{}}
	e.neighborhood = newNeighborhoodOf(t, library.Files, func(c *simulator.Config) { c.Faults, c.Settling = e.faults, settling })
	e.now.Store(time.Now().Unix())
	e.cfg.PublicURL, e.cfg.AccountSID, e.cfg.AuthToken, e.cfg.APIURL = "http://line.example", demoAccount, "secret", e.url
	e.carrier = twilio.New(e.cfg.carrier())
	return e
}

// pass lets time pass here, and at the company as long as it needs to be done with what came in.
func (e *eraser) pass(d time.Duration) {
	e.Helper()
	e.must(e.company.Settle(e.ctx))
	time.Sleep(settling)
	e.now.Add(int64(d / time.Second))
}

// work has a job done once, now.
func (e *eraser) work(kind string) {
	e.Helper()
	var id int64
	e.must(e.store.Pool.QueryRow(e.ctx, `insert into river_job (kind, args, queue, max_attempts, priority, state)
		values ($1, '{}', 'carrier', 1, 1, 'available') returning id`, kind).Scan(&id))
	for state := ""; state != "completed"; time.Sleep(10 * time.Millisecond) {
		e.must(e.store.Pool.QueryRow(e.ctx, `select state::text from river_job where id = $1`, id).Scan(&state))
		if state == "discarded" {
			e.Fatalf("%s failed", kind)
		}
	}
}

// erase is the command.
func (e *eraser) erase(args ...string) (printed string, err error) {
	e.Helper()
	var out bytes.Buffer
	w := &world{cfg: e.cfg, in: strings.NewReader(""), out: &out, err: &out, now: func() time.Time { return time.Unix(e.now.Load(), 0) }, name: "hotline"}
	c, rest, err := find(commands(), append([]string{"erase"}, args...))
	e.must(err)
	err = c.run(e.ctx, w, rest)
	return out.String(), err
}

// standing is what stands at the company, as the check finds it and as the company itself tells.
func (e *eraser) standing(args ...string) (kinds map[string]int) {
	e.Helper()
	printed, err := e.erase(append([]string{"--check", "--older", "0s", "--json"}, args...)...)
	var found erasedCheckJSON
	e.must(json.NewDecoder(strings.NewReader(printed)).Decode(&found))
	kinds = map[string]int{}
	for _, one := range found.Standing {
		kinds[one.Kind+" "+one.Way]++
	}
	if (err == nil) != (len(found.Standing) == 0) {
		e.Errorf("it found %v, and ended with %v", kinds, err)
	}
	return kinds
}

// told is a text that we place.
func (e *eraser) told(to store.Phone, words string) {
	e.Helper()
	b, err := gateway.NewOutbox(e.store, slog.New(slog.DiscardHandler))
	e.must(err)
	e.must(e.store.InTx(e.ctx, func(tx pgx.Tx) error {
		phone, err := e.store.EnsurePhone(e.ctx, tx, e.line.AssemblyID, to)
		if err != nil {
			return err
		}
		return b.Put(e.ctx, tx, store.Outgoing{
			Assembly: e.line.AssemblyID, Line: e.line.ID, Phone: phone, Channel: store.ByText, Purpose: store.ForAnswers, Body: words, AnyHour: true,
			ExpiresAt: time.Unix(e.now.Load(), 0).Add(time.Hour),
		})
	}))
}

// A day of texts, pictures, calls and recordings; a while later nothing of what was said stands at the phone company, and it stands here, and on
// people's phones. (WORKERS.md: phone companies see that you texted us; we erase the words at ours)
func TestADayIsErasedAtTheCarrier(t *testing.T) {
	e := newEraser(t)
	e.faults.Set(simulator.Plan{Settling: simulator.Duration(time.Hour)}) // so that all of it is seen to stand there
	ana, ben := e.phone(anasPhone), e.phone(bensPhone)
	picture := simulator.Media{ContentType: "image/png", Data: []byte("\x89PNG\r\n\x1a\n of the lift")}
	sent, err := ana.Text(e.ctx, servedLine, "the lift in hall B is broken since Monday", picture, picture)
	e.must(err)
	for _, words := range []string{"1", "MENU", "STOP"} {
		_, err := ana.Text(e.ctx, servedLine, words)
		e.must(err)
	}
	e.told(bensPhone, "We read your report.")
	call, err := ben.Call(e.ctx, servedLine)
	e.must(err)
	_, err = call.Press(e.ctx, "1")
	e.must(err)
	_, err = call.RecordUntil(e.ctx, 7, "and the stairs are wet", "#")
	e.must(err)
	_, err = call.Press(e.ctx, "1")
	e.must(err)
	e.until("select count(*) from media where state = 'kept'", 3)
	e.until("select count(*) from outgoing where state = 'delivered'", 1)
	e.must(e.company.Settle(e.ctx))
	before := e.standing()
	if before["text in"] != 4 || before["text out"] < 3 || before["picture in"] != 2 || before["recording in"] != 1 {
		t.Fatalf("what is to be erased does not stand there: %v", before)
	}

	e.faults.Set(simulator.Plan{})
	e.pass(10 * time.Minute)
	e.work("erase_at_carrier")
	if after := e.standing(); len(after) > 0 {
		t.Errorf("afterwards there stand %v", after)
	}
	e.blank()
	if printed, err := e.erase("--check", "--older", "0s"); err != nil || !strings.Contains(printed, "nothing stands at the carrier any more") {
		t.Errorf("an organizer is told %q, %v", printed, err)
	}
	if printed, err := e.erase(); err != nil || !strings.Contains(printed, "\ntexts       0 ") {
		t.Errorf("and %q, %v", printed, err)
	}
	e.until("select count(*) from media where state = 'kept' and bytes is not null", 3)
	arrived, err := ben.Inbox(e.ctx)
	e.must(err)
	if len(arrived) != 1 || arrived[0].Text.Body != "We read your report." {
		t.Errorf("on the phone there stands %+v", arrived)
	}
	res, err := http.Get(e.url + "/phones/" + anasPhone + "/arrivals")
	e.must(err)
	defer res.Body.Close()
	if shown, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(shown), "We have it.") || sent.SID == "" {
		t.Errorf("the page shows %s, %v", shown, err)
	}
	e.quiet()
}

// blank looks at the company's own list, without the code that the check goes by.
func (e *eraser) blank() {
	e.Helper()
	for path, name := range map[string]string{"/Messages.json?PageSize=1000": "messages", "/Recordings.json": "recordings"} {
		req, err := http.NewRequestWithContext(e.ctx, http.MethodGet, e.url+"/2010-04-01/Accounts/"+demoAccount+path, nil)
		e.must(err)
		req.SetBasicAuth(demoAccount, "secret")
		res, err := http.DefaultClient.Do(req)
		e.must(err)
		defer res.Body.Close()
		var list map[string]any
		e.must(json.NewDecoder(res.Body).Decode(&list))
		for _, one := range list[name].([]any) {
			if body := one.(map[string]any)["body"]; name == "recordings" || body != "" {
				e.Errorf("there stands %v", one)
			}
		}
	}
}

// The company is not done with what came in; then it is away, and loses an answer to what it did do; and one text it has lost itself. All is
// erased in the end, and counted once.
func TestErasingAtACarrierAsItIs(t *testing.T) {
	e := newEraser(t)
	ana := e.phone(anasPhone)
	var sids []string
	for range 4 {
		sent, err := ana.Text(e.ctx, servedLine, "MENU")
		e.must(err)
		sids = append(sids, sent.SID)
	}
	e.must(e.company.Settle(e.ctx))
	e.until("select count(*) from carrier_erasures where kind = 'text'", 8)
	e.now.Add(int64(store.SettledAfter / time.Second))

	e.faults.Set(simulator.Plan{Settling: simulator.Duration(time.Hour)})
	e.work("erase_at_carrier")
	e.until("select count(*) from carrier_erasures where code = 20009 and tries = 1", 8)
	if printed, err := e.erase("--json"); err != nil || !strings.Contains(printed, `"too_soon": 8`) {
		t.Errorf("an organizer is told %s, %v", printed, err)
	}

	e.faults.Set(simulator.Plan{REST: []simulator.RESTFault{{Method: "POST", Path: "/Messages/", Status: 503}}})
	e.now.Add(60)
	e.work("erase_at_carrier")
	if n := e.standing()["text in"]; n != 4 {
		t.Errorf("%d texts stand at a carrier that is away", n)
	}

	e.must(e.carrier.DeleteMessage(e.ctx, sids[0])) // lost
	e.faults.Set(simulator.Plan{REST: []simulator.RESTFault{{Method: "POST", Path: "/Messages/", After: true, Times: 2}}})
	e.now.Add(3600)
	e.work("erase_at_carrier")
	e.now.Add(3600)
	e.work("erase_at_carrier")
	e.until("select count(*) from carrier_erasures where done_at is not null", 8)
	e.until("select sum(n)::int from carrier_erased", 8)
	e.until("select n::int from carrier_erased where came = 'gone'", 1)
	if after := e.standing(); len(after) > 0 {
		t.Errorf("there stand %v", after)
	}
}

// The company tells nothing of our answers: the sweep finds them in its list, page by page. What we have not heard stays there.
func TestLostCallbacksAreMadeUpFor(t *testing.T) {
	e := newEraser(t)
	e.faults.Set(simulator.Plan{Status: simulator.StatusFaults{Drop: []string{"*"}}})
	ana := e.phone(anasPhone)
	for range 3 {
		_, err := ana.Text(e.ctx, servedLine, "MENU")
		e.must(err)
	}
	e.must(e.company.Settle(e.ctx))
	_, err := e.store.Pool.Exec(e.ctx, `insert into missed_until (line_id, assembly_id, until) values ($1, $2, $3)
		on conflict (line_id) do update set until = $3`, e.line.ID, e.line.AssemblyID, e.clock().Add(3*time.Hour)) // no run hears it late
	e.must(err)
	missed := uuid.NewString()
	_, err = e.store.Pool.Exec(e.ctx, `update heard set key = decode(replace($1, '-', ''), 'hex') where key = (select key from heard limit 1)`, missed)
	e.must(err)
	_, err = e.store.Pool.Exec(e.ctx, `delete from carrier_erasures`) // restored from an older copy
	e.must(err)
	e.pass(2 * time.Hour)
	e.work("sweep_carrier")
	e.work("erase_at_carrier")
	if left := e.standing(); left["text in"] != 1 || left["text out"] != 0 {
		t.Errorf("there stand %v", left)
	}
	if printed, err := e.erase("--check", "--older", "0s"); err == nil || !strings.Contains(printed, "unknown") {
		t.Errorf("an organizer is told %q, %v", printed, err)
	}
	if left := e.standing("--most", "2"); len(left) != 0 {
		t.Errorf("the newest two are answers, and there stand %v", left)
	}
}

// A wrong token stops all of it, and whoever looks is told; nothing is lost by it.
func TestAnAccountThatIsRefused(t *testing.T) {
	e := newEraser(t)
	_, err := e.phone(anasPhone).Text(e.ctx, servedLine, "MENU")
	e.must(err)
	e.pass(10 * time.Minute)
	e.faults.Set(simulator.Plan{REST: []simulator.RESTFault{{Status: 401, Code: 20003}}})
	e.work("erase_at_carrier")
	printed, err := e.erase()
	if err != nil || !strings.Contains(printed, "the carrier has refused to erase anything (error 20003)") {
		t.Errorf("an organizer is told %q, %v", printed, err)
	}
	if _, err := e.erase("--check"); err == nil || !strings.Contains(err.Error(), "listing messages: ") {
		t.Errorf("a check that could not look ended with %v", err)
	}
	e.faults.Set(simulator.Plan{})
	e.work("erase_at_carrier")
	if left := e.standing(); len(left) != 0 {
		t.Errorf("there stand %v", left)
	}
	if printed, err = e.erase(); err != nil || strings.Contains(printed, "refused to erase") {
		t.Errorf("afterwards an organizer is told %q, %v", printed, err)
	}
}
