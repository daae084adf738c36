package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/flows/library"
	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/gateway/twilio"
	"hotline/store"
	"hotline/store/conversation"
	"hotline/store/storetest"
)

// neighborhood is a hotline at work, all of it, and the pretend phone company that it reaches over HTTP; only its clock is turned by hand.
type neighborhood struct {
	*testing.T
	ctx     context.Context
	store   *store.Store
	gateway *gateway.Gateway
	company *simulator.Company
	url     string // the company's
	line    store.Line
	now     atomic.Int64
	twiml   heardTwiML
	cfg     Config // of commands on the same database
	logged  *lockedBuilder
	faults  *simulator.Faults
	client  *twilio.Client
	webhook twilio.Webhooks
	place   atomic.Pointer[placeFunc]  // how a text reaches the company; nil: as it does
	list    atomic.Pointer[listFunc]   // and how its list is read …
	lists   atomic.Int64               // … so often
	rung    map[*simulator.Phone]int64 // the last ring of each that a test has seen
}

type (
	placeFunc func(context.Context, gateway.Message) gateway.Placed
	listFunc  func(context.Context, gateway.ListFilter, func(gateway.Listed) error) error
)

const (
	anasPhone = "+12125550101"
	bensPhone = "+12125550102"
)

// neighborFlows let a caller be put through at once, or say something about a call they took, and a text be asked and nudged.
func neighborFlows() fstest.MapFS {
	return fstest.MapFS{
		"door.yaml": {Data: []byte(`
takes: {heard: text}
steps:
  open:
    branch:
      - {if: words(heard) > 3, then: {flow: report, with: {what: heard}}}
      - {if: channel == 'text', then: flow lift}
      - {if: duty.took, then: flow after}
      - {if: duty.on, then: person}
      - {else: flow report}
  person:
    hand_over: {en: danger, es: peligro}
    between: {text: "", voice: {en: {play: calling.wav, say: "We are calling someone."}, es: "Estamos llamando."}}
    taken: gone
    nobody: flow report
    text: flow lift
  gone:
    say: {en: "They are gone. Call again any time.", es: "Ya colgó."}
    then: end
`)},
		"lift.yaml": {Data: []byte(`
starts: {en: [LIFT], es: [ELEVADOR]}
steps:
  lift:
    ask: {en: "Does the lift work?", es: "¿Funciona?"}
    choices:
      yes: {label: {en: It works, es: Funciona}, then: thanks}
      no: {label: {en: It is broken, es: No funciona}, then: thanks}
    lapse: {after: 10m, nudge: {en: "Still there?", es: "¿Sigue?"}}
  thanks:
    say: {en: "Good to know.", es: "Bueno saberlo."}
    then: end
`)},
		"sounds/calling.wav": {Data: []byte("RIFF of a voice")},
	}
}

func newNeighborhood(t *testing.T) *neighborhood {
	t.Helper()
	files := neighborFlows()
	names, err := fs.Glob(library.Files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if files[name] != nil {
			continue
		}
		data, err := fs.ReadFile(library.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	return newNeighborhoodOf(t, files)
}

func newNeighborhoodOf(t *testing.T, files fs.FS, tune ...func(*simulator.Config)) *neighborhood {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	set := provedFlows(t, files)
	url, keys := storetest.URL(t), storetest.Keys(t)
	n := &neighborhood{T: t, ctx: ctx, store: storetest.Open(t, url, keys), logged: &lockedBuilder{}, rung: map[*simulator.Phone]int64{}}
	n.cfg.DatabaseURL, n.cfg.Keys = secret(url), filepath.Join(t.TempDir(), "keys")
	n.must(keys.Save(n.cfg.Keys, ""))
	n.now.Store(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).Unix())
	n.must(n.store.InTx(ctx, func(tx pgx.Tx) error {
		a, err := n.store.AddAssembly(ctx, tx, "Warehouse", uuid.Nil, "America/New_York")
		if err != nil {
			return err
		}
		n.line, err = n.store.AddLine(ctx, tx, store.Line{AssemblyID: a.ID, Number: servedLine, Name: "The 0100 Line", Languages: []string{"en"}})
		return err
	}))
	n.faults = &simulator.Faults{}
	sold := simulator.Config{AccountSID: demoAccount, AuthToken: "secret", Faults: n.faults, Now: n.clock}
	for _, f := range tune {
		f(&sold)
	}
	n.company = simulator.New(sold)
	company := httptest.NewServer(n.company.Handler())
	t.Cleanup(company.Close)
	t.Cleanup(n.company.Close)
	n.url = company.URL
	ours := httptest.NewUnstartedServer(nil)
	carrier := twilio.Config{
		PublicURL: "http://" + ours.Listener.Addr().String(), APIURL: company.URL, AccountSID: demoAccount, Tokens: []string{"secret"},
		Log: slog.New(slog.NewTextHandler(io.MultiWriter(t.Output(), n.logged), nil)),
	}
	client := twilio.New(carrier)
	n.client = client
	redis, err := conversation.Open("redis://" + miniredis.RunT(t).Addr())
	n.must(err)
	t.Cleanup(func() { redis.Close() })
	n.gateway, err = gateway.New(gateway.Config{
		Store: n.store, Talks: conversation.New(redis, time.Hour), Flows: set, Log: carrier.Log,
		Now: n.clock,
		Carrier: gateway.Carrier{
			FetchMedia: client.FetchMedia, Erase: client.Erase, Texts: client.Texts, Call: client.Call, MediaOf: client.MediaOf,
			Place: func(ctx context.Context, m gateway.Message) gateway.Placed {
				if place := n.place.Load(); place != nil {
					return (*place)(ctx, m)
				}
				return client.Place(ctx, m)
			},
			List: func(ctx context.Context, f gateway.ListFilter, each func(gateway.Listed) error) error {
				n.lists.Add(1)
				if list := n.list.Load(); list != nil {
					return (*list)(ctx, f, each)
				}
				return client.ListMessages(ctx, f, each)
			},
		},
	})
	n.must(err)
	h := &house{store: n.store, gateway: n.gateway, log: carrier.Log}
	ours.Config.Handler = n.twiml.of(h.publicRoutes(carrier))
	ours.Start()
	t.Cleanup(ours.Close)
	n.webhook = twilio.WebhookURLs(carrier.PublicURL)
	n.up()
	n.must(n.gateway.Start(ctx))
	t.Cleanup(func() { n.gateway.Stop(context.Background()) })
	return n
}

// proved are the sets that neighborhoods have had loaded and proved, which takes seconds under the race detector, by what they were
// made of. A set never changes.
var proved sync.Map

func provedFlows(t *testing.T, files fs.FS) *flows.Set {
	t.Helper()
	var made strings.Builder
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		fmt.Fprintf(&made, "%q %q\n", name, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(made.String()))
	if set, ok := proved.Load(digest); ok {
		return set.(*flows.Set)
	}
	set, err := gateway.LoadFlows(files)
	if err != nil {
		t.Fatal(err)
	}
	proved.Store(digest, set)
	return set
}

func (n *neighborhood) clock() time.Time { return time.Unix(n.now.Load(), 0) }

// up has the company reach the hotline.
func (n *neighborhood) up() {
	w := n.webhook
	n.company.SetLines([]simulator.Line{{
		Number: servedLine, SMSURL: w.Text, SMSFallbackURL: w.TextFallback, VoiceURL: w.Voice, VoiceFallbackURL: w.VoiceFallback, StatusURL: w.CallStatus,
	}})
}

// down has the company find nobody where the hotline was, as when its machine is off.
func (n *neighborhood) down() {
	n.company.SetLines([]simulator.Line{{Number: servedLine, SMSURL: "http://127.0.0.1:1/twilio/sms#ct=100&rc=0", VoiceURL: "http://127.0.0.1:1/twilio/voice"}})
}

func (n *neighborhood) must(err error) {
	n.Helper()
	if err != nil {
		n.Fatal(err)
	}
}

func (n *neighborhood) phone(number string) *simulator.Phone {
	n.Helper()
	p, err := simulator.Dial(n.url, number)
	n.must(err)
	return p
}

// until waits for a count in the database.
func (n *neighborhood) until(sql string, want int) {
	n.Helper()
	for {
		var got int
		n.must(n.store.Pool.QueryRow(n.ctx, sql).Scan(&got))
		if got == want {
			return
		}
		select {
		case <-n.ctx.Done():
			n.Fatalf("never came to %d: %s", want, sql)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// quiet checks that the company has nothing to complain of.
func (n *neighborhood) quiet() {
	n.Helper()
	n.must(n.company.Settle(n.ctx))
	if problems := n.company.Errors(); len(problems) > 0 {
		n.Errorf("the phone company complains: %+v", problems)
	}
}

// A nudge goes all the way: from the sweep to the phone, and the carrier's word of it back.
func TestANudgeReachesThePhone(t *testing.T) {
	n := newNeighborhood(t)
	ana := n.phone(anasPhone)
	sent, err := ana.Text(n.ctx, servedLine, "hello")
	n.must(err)
	if len(sent.Replies) != 1 || !strings.Contains(sent.Replies[0].Body, "Does the lift work?") {
		t.Fatalf("answered %+v", sent.Replies)
	}
	n.now.Add(660)
	n.until("select count(*) from outgoing where state = 'delivered'", 1)
	arrived, err := ana.Inbox(n.ctx)
	n.must(err)
	if last := arrived[len(arrived)-1]; last.Text == nil || last.Text.Body != "Still there?" {
		t.Errorf("arrived: %+v", arrived)
	}
	n.quiet()
}

// A caller is put through to somebody on duty, hears a recording meanwhile, and the one who took it leaves a note.
func TestACallerIsPutThrough(t *testing.T) {
	n := newNeighborhood(t)
	n.must(n.store.InTx(n.ctx, func(tx pgx.Tx) error {
		phone, err := n.store.EnsurePhone(n.ctx, tx, n.line.AssemblyID, bensPhone)
		if err != nil {
			return err
		}
		_, err = n.store.PutOnDuty(n.ctx, tx, store.Duty{
			Assembly: n.line.AssemblyID, Name: "Ben", Phone: phone, Shift: store.Shift{Languages: []string{"en"}, Since: time.Unix(n.now.Load(), 0)},
		})
		return err
	}))
	anas, err := n.phone(anasPhone).Call(n.ctx, servedLine)
	n.must(err)
	heard := ""
	for _, e := range anas.History() {
		if e.Heard != nil {
			heard += string(e.Heard.Kind) + " " + e.Heard.Words + "\n"
		}
	}
	if heard != "play We are calling someone.\n" {
		t.Errorf("the caller hears %q", heard)
	}

	ben := n.phone(bensPhone)
	callee := n.answered(ben)
	if said := callee.History().Words(); said != "Someone is calling.\ndanger\nTo take the call, press 1." {
		t.Errorf("Ben hears %q", said)
	}
	_, err = callee.Press(n.ctx, "1")
	n.must(err)
	_, err = anas.Speak(n.ctx, "I am in hall B")
	n.must(err)
	_, err = callee.Hangup(n.ctx)
	n.must(err)
	last := ""
	for e, err := range anas.Stream(n.ctx, 0) {
		n.must(err)
		if e.Heard != nil {
			last = e.Heard.Text
		}
	}
	if last != "They are gone. Call again any time." {
		t.Errorf("afterwards the caller hears %q", last)
	}

	note, err := ben.Call(n.ctx, servedLine)
	n.must(err)
	_, err = note.Press(n.ctx, "1")
	n.must(err)
	_, err = note.RecordUntil(n.ctx, 5, "she is safe", "#")
	n.must(err)
	n.until("select count(*) from duty_notes n join media m on m.id = n.media_id where m.state = 'kept'", 1)
	calls, err := n.store.DutyCalls(n.ctx, n.store.Pool, n.line.AssemblyID, 10)
	n.must(err)
	if len(calls) != 1 || calls[0].Who != "Ben" || calls[0].TakenAt.IsZero() || calls[0].EndedAt.IsZero() {
		t.Errorf("on record: %+v", calls)
	}
	n.quiet()
}

// answered waits for a phone to ring, and answers it.
func (n *neighborhood) answered(p *simulator.Phone) *simulator.Call {
	n.Helper()
	call, err := p.Answer(n.ctx, n.rings(p))
	n.must(err)
	return call
}
