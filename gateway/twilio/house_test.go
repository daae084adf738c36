package twilio

import (
	"bytes"
	"context"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	account = "AC00000000000000000000000000000001"
	token   = "secret1"
	next    = "secret2"
	public  = "https://hotline.example.org"
	line    = "+12125550100"
	ana     = "+12125550101"
	textSID = "SM00000000000000000000000000000001"
	callSID = "CA00000000000000000000000000000001"

	recordingSID = "RE00000000000000000000000000000001"
	retrySID     = "0198c0de-0000-4000-8000-000000000001" // I-Twilio-Idempotency-Token
)

// house is a hotline whose gateway answers by script and remembers what it heard.
type house struct {
	*testing.T
	handler http.Handler
	cfg     Config
	reply   gateway.Reply
	after   *gateway.Reply // to what came of a phone that rang; nil: as to all else
	lineErr error          // what IsLine fails with
	fail    error          // what the status functions fail with
	sounds  map[string][]byte
	whisper gateway.Reply // to whoever is rung
	taken   []string      // the calls that somebody took
	gone    bool          // but the caller is gone
	log     bytes.Buffer

	mu     sync.Mutex
	heard  []gateway.Inbound
	told   []told
	logged []told // What is the line
	forgot bool   // no message is ours any more
}

type told struct {
	What, ID, Detail string
	N                int
}

func newHouse(t *testing.T, tune ...func(*Config)) *house {
	h := &house{T: t}
	h.cfg = Config{
		PublicURL: public, AccountSID: account, Tokens: []string{token, next},
		Log:      slog.New(slog.NewTextHandler(&h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Fallback: func(c gateway.Channel) gateway.Reply { return say("Fallback by " + string(c) + ".") },
	}
	for _, f := range tune {
		f(&h.cfg)
	}
	h.handler = Handler(h.cfg, h.hears())
	return h
}

func (h *house) hears() Hears {
	tell := func(t told) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.told = append(h.told, t)
		return h.fail
	}
	return Hears{
		Turn: func(_ context.Context, in gateway.Inbound) gateway.Reply {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.heard = append(h.heard, in)
			if in.Kind == gateway.KindRang && h.after != nil {
				return *h.after
			}
			return h.reply
		},
		IsLine: func(_ context.Context, number string) (bool, error) { return number == line, h.lineErr },
		HungUp: func(_ context.Context, in gateway.Inbound) error {
			h.mu.Lock()
			h.heard = append(h.heard, in)
			h.mu.Unlock()
			return h.fail
		},
		RecordingReady: func(_ context.Context, id, url string, seconds int) error {
			return tell(told{"recording", id, url, seconds})
		},
		Delivered: func(_ context.Context, id, _, status string, code int, _ store.Blame) error {
			if err := tell(told{"message", id, status, code}); err != nil || !h.forgot {
				return err
			}
			return gateway.ErrNotOurs
		},
		Logged: func(_ context.Context, from, sid, status string) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.logged = append(h.logged, told{from, sid, status, 0})
			return h.fail
		},
		Whisper: func(_ context.Context, id string) (gateway.Reply, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			return h.whisper, h.fail
		},
		Take: func(_ context.Context, id string) bool {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.taken = append(h.taken, id)
			return !h.gone
		},
		Sound: func(_ context.Context, name string) ([]byte, bool, error) {
			data := h.sounds[name]
			return data, data != nil, h.fail
		},
	}
}

func say(words string) gateway.Reply {
	return gateway.Reply{Say: []gateway.Prompt{{Lang: "en", Words: words}}}
}

// form is what every webhook of our account has, and the pairs given.
func form(pairs ...string) url.Values {
	f := url.Values{"AccountSid": {account}, "ApiVersion": {"2010-04-01"}}
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

func textForm(pairs ...string) url.Values {
	return form(append([]string{"MessageSid", textSID, "From", ana, "To", line, "Body", "hello", "NumMedia", "0"}, pairs...)...)
}

func callForm(pairs ...string) url.Values {
	return form(append([]string{"CallSid", callSID, "From", ana, "To", line, "Direction", "inbound", "CallStatus", "in-progress"}, pairs...)...)
}

// post brings a webhook as the carrier would, signed for the public URL.
func (h *house) post(path string, f url.Values) *httptest.ResponseRecorder {
	return h.send(path, f.Encode(), simulator.Sign(token, public+path, f))
}

func (h *house) send(path, body, signature string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	r.Header.Set("I-Twilio-Idempotency-Token", retrySID)
	if signature != "" {
		r.Header.Set("X-Twilio-Signature", signature)
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// hearing posts a webhook and returns the one inbound that it became.
func (h *house) hearing(path string, f url.Values) gateway.Inbound {
	h.Helper()
	h.heard = nil
	if w := h.post(path, f); w.Code/100 != 2 {
		h.Fatalf("%s answered %d %s", path, w.Code, w.Body)
	}
	if len(h.heard) != 1 {
		h.Fatalf("the gateway heard %d inbounds", len(h.heard))
	}
	return h.heard[0]
}

func (h *house) untouched() {
	h.Helper()
	if len(h.heard)+len(h.told) > 0 {
		h.Errorf("the gateway was asked: %v %v", h.heard, h.told)
	}
}

func same[T any](t *testing.T, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("wanted (-), got (+):\n%s", diff)
	}
}

// golden compares with a file of testdata; -update writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".xml")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	same(t, string(got), string(want))
}
