package simulator_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hotline/gateway/simulator"
)

const (
	account = "AC00000000000000000000000000000001"
	token   = "secret"
	line    = "+12125550100"
	ana     = "+12125550101"
	ben     = "+12125550102"
)

// town is a phone company, a line of it, and the line's owner: a server that answers by
// script and remembers what it was asked.
type town struct {
	*testing.T
	company *simulator.Company
	server  *httptest.Server // the company's
	owner   *httptest.Server // the customer's
	faults  *simulator.Faults
	ctx     context.Context

	mu     sync.Mutex
	script map[string][]string // by path: documents answered in order, the last for ever
	asked  []asked
	hold   map[string]func() // by path: called before a request is answered
}

type asked struct {
	method, path, token string
	form                url.Values
}

func newTown(t *testing.T, tune ...func(*simulator.Config)) *town {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	tw := &town{T: t, ctx: ctx, faults: &simulator.Faults{}, script: map[string][]string{}}
	tw.owner = httptest.NewServer(http.HandlerFunc(tw.answer))
	t.Cleanup(tw.owner.Close)
	cfg := simulator.Config{
		AccountSID: account, AuthToken: token, Faults: tw.faults,
		Lines: []simulator.Line{{
			Number: line, SMSURL: tw.owner.URL + "/sms", VoiceURL: tw.owner.URL + "/voice", StatusURL: tw.owner.URL + "/status",
		}},
	}
	for _, f := range tune {
		f(&cfg)
	}
	tw.company = simulator.New(cfg)
	tw.server = httptest.NewServer(tw.company.Handler())
	t.Cleanup(tw.server.Close)
	t.Cleanup(tw.company.Close)
	return tw
}

// on scripts the answers to a path: what stands inside <Response>, or "HTTP 500". A path
// without a script answers an empty <Response>.
func (tw *town) on(path string, answers ...string) {
	tw.mu.Lock()
	defer tw.mu.Unlock()
	tw.script[path] = answers
}

func (tw *town) answer(w http.ResponseWriter, r *http.Request) {
	if path.Ext(r.URL.Path) == ".txt" {
		w.Header().Set("Content-Type", "text/plain")
		return
	}
	if path.Ext(r.URL.Path) == ".wav" || path.Ext(r.URL.Path) == ".mp3" { // a sound is fetched by whoever wants it
		if strings.Contains(r.URL.Path, "missing") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "audio/wav")
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		tw.Error(err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		tw.Error(err)
	}
	if r.Method == http.MethodGet {
		form = r.URL.Query()
	}
	signed := form
	if r.Method == http.MethodGet {
		signed = nil
	}
	if want := simulator.Sign(token, tw.owner.URL+r.URL.RequestURI(), signed); r.Header.Get("X-Twilio-Signature") != want {
		tw.Errorf("%s %s is signed wrongly", r.Method, r.URL)
	}
	tw.mu.Lock()
	tw.asked = append(tw.asked, asked{r.Method, r.URL.Path, r.Header.Get("I-Twilio-Idempotency-Token"), form})
	answer, hold := "", tw.hold[r.URL.Path]
	if queue := tw.script[r.URL.Path]; len(queue) > 0 {
		answer = queue[0]
		if len(queue) > 1 {
			tw.script[r.URL.Path] = queue[1:]
		}
	}
	tw.mu.Unlock()
	if hold != nil {
		hold()
	}
	var status int
	if n, _ := fmt.Sscanf(answer, "HTTP %d", &status); n == 1 {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Response>%s</Response>`, answer)
}

// meeting holds back the answers to some paths until as many requests are there, or a second has gone by. What it returns tells how
// many were there at once.
func (tw *town) meeting(paths ...string) func() int {
	var here, most atomic.Int32
	all := make(chan struct{})
	tw.mu.Lock()
	defer tw.mu.Unlock()
	tw.hold = map[string]func(){}
	for _, path := range paths {
		tw.hold[path] = func() {
			defer here.Add(-1)
			n := here.Add(1)
			most.Store(max(most.Load(), n))
			if int(n) == len(paths) {
				close(all)
			}
			select {
			case <-all:
			case <-time.After(time.Second):
			}
		}
	}
	return func() int { return int(most.Load()) }
}

// askedAt lists what the owner was asked at a path.
func (tw *town) askedAt(path string) []asked {
	tw.settle()
	tw.mu.Lock()
	defer tw.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(tw.asked), func(a asked) bool { return a.path != path })
}

func (tw *town) settle() {
	tw.Helper()
	tw.must(tw.company.Settle(tw.ctx))
}

func (tw *town) must(err error) {
	tw.Helper()
	if err != nil {
		tw.Fatal(err)
	}
}

func (tw *town) phone(number string) *simulator.Phone {
	tw.Helper()
	p, err := simulator.Dial(tw.server.URL, number)
	tw.must(err)
	return p
}

func (tw *town) text(p *simulator.Phone, body string) simulator.Sent {
	tw.Helper()
	sent, err := p.Text(tw.ctx, line, body)
	tw.must(err)
	return sent
}

func (tw *town) call(p *simulator.Phone) *simulator.Call {
	tw.Helper()
	call, err := p.Call(tw.ctx, line)
	tw.must(err)
	return call
}

// codes lists the error log's codes.
func (tw *town) codes() []int {
	var codes []int
	for _, p := range tw.company.Errors() {
		codes = append(codes, p.Code)
	}
	return codes
}

func (tw *town) hasCodes(want ...int) {
	tw.Helper()
	if got := tw.codes(); !slices.Equal(got, want) {
		tw.Fatalf("error log: %v, wanted %v", tw.company.Errors(), want)
	}
}

// story writes a stretch of a call the way a person would tell it, one event a line.
func story(events simulator.Events) string {
	var b strings.Builder
	for _, e := range events {
		switch {
		case e.Heard != nil:
			fmt.Fprintf(&b, "%s %s", e.Heard.Kind, e.Heard.Text)
			if e.Heard.Interrupted {
				b.WriteString(" (cut off)")
			}
		case e.Listening != nil:
			fmt.Fprintf(&b, "? %s", e.Listening.Kind)
		case e.Ended != nil:
			fmt.Fprintf(&b, "end %s %s", e.Ended.Reason, e.Ended.Status)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (tw *town) tells(events simulator.Events, err error, want ...string) {
	tw.Helper()
	tw.must(err)
	if got := story(events); got != strings.Join(want, "\n")+"\n" {
		tw.Fatalf("heard:\n%swanted:\n%s", got, strings.Join(want, "\n"))
	}
}
