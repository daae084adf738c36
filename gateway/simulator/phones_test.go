package simulator_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/gateway/simulator"
)

func TestEveryHandHoldingAPhoneSeesTheSame(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message>Reply.</Message>`)
	hands := []*simulator.Phone{tw.phone(ana), tw.phone(ana)}
	var wg sync.WaitGroup
	for _, p := range hands {
		wg.Go(func() {
			n := int64(0)
			for a, err := range p.Arrivals(tw.ctx, 0) {
				if err != nil {
					t.Error(err)
					return
				}
				if n++; a.ID != n {
					t.Errorf("arrival %d is the %dth", a.ID, n)
				}
				if n == 20 {
					return
				}
			}
			t.Errorf("only %d arrived", n)
		})
	}
	for range 2 {
		wg.Go(func() {
			for range 10 {
				if _, err := hands[0].Text(tw.ctx, line, "hello"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestAStreamMissesNothingWhenItBreaks(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message>Reply.</Message>`)
	// A door in front of the company that cuts every stream after its first event.
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/arrivals") {
			tw.company.Handler().ServeHTTP(w, r)
			return
		}
		tw.company.Handler().ServeHTTP(&cutting{ResponseWriter: w}, r)
	}))
	defer door.Close()
	p, err := simulator.Dial(door.URL, ana)
	tw.must(err)
	go func() {
		for range 4 {
			if _, err := p.Text(tw.ctx, line, "hello"); err != nil {
				t.Error(err)
			}
		}
	}()
	want := int64(1)
	for a, err := range p.Arrivals(tw.ctx, 0) {
		tw.must(err)
		if a.ID != want {
			t.Fatalf("arrival %d, wanted %d", a.ID, want)
		}
		if want++; want > 4 {
			return
		}
	}
	t.Errorf("only %d arrived", want-1)
}

// cutting breaks a stream off after one event.
type cutting struct {
	http.ResponseWriter
	wrote bool
}

func (c *cutting) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *cutting) Write(p []byte) (int, error) {
	if c.wrote {
		panic(http.ErrAbortHandler)
	}
	c.wrote = true
	n, err := c.ResponseWriter.Write(p)
	return n, errors.Join(err, http.NewResponseController(c.ResponseWriter).Flush())
}

func TestOnlyWhatIsStillToCome(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message>Old.</Message>`, `<Message>New.</Message>`)
	p := tw.phone(ana)
	tw.text(p, "hello")
	arrived := make(chan string)
	go func() {
		for a, err := range p.Arrivals(tw.ctx, simulator.OnlyNew) {
			if err != nil {
				t.Error(err)
				return
			}
			arrived <- a.Text.Body
		}
	}()
	for {
		tw.text(p, "hello")
		select {
		case body := <-arrived:
			if body != "New." {
				t.Errorf("arrived %q", body)
			}
			return
		case <-time.After(20 * time.Millisecond): // the stream was not open yet
		}
	}
}

func TestAPhoneKeepsItsNewestThousand(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", strings.Repeat(`<Message>a</Message>`, 300))
	p := tw.phone(ana)
	for range 4 {
		tw.text(p, "hello")
	}
	inbox, err := p.Inbox(tw.ctx)
	tw.must(err)
	if len(inbox) != 1000 || inbox[0].ID != 201 || inbox[999].ID != 1200 {
		t.Errorf("%d kept, from %d", len(inbox), inbox[0].ID)
	}
}

func TestForeignPagesAreKeptOut(t *testing.T) {
	tw := newTown(t)
	for _, c := range []struct {
		name, method, path, body string
		header                   map[string]string
		host                     string
		want                     int
	}{
		{"a program", "POST", "/phones/" + ana + "/texts", `{"to":"` + line + `","body":"a"}`, map[string]string{"Content-Type": "application/json"}, "", 200},
		{"a form", "POST", "/phones/" + ana + "/texts", `to=x`, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, "", 415},
		{"a form in disguise", "POST", "/phones/" + ana + "/texts", `{}`, map[string]string{"Content-Type": "text/plain"}, "", 415},
		{"another page", "POST", "/phones/" + ana + "/texts", `{}`, map[string]string{"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}, "", 403},
		{"another origin", "PUT", "/phones/faults", `{}`, map[string]string{"Content-Type": "application/json", "Origin": "https://evil.example"}, "", 403},
		{"a rebound name", "GET", "/phones/errors", ``, map[string]string{"Sec-Fetch-Site": "same-origin"}, "evil.example", 403},
		{"our own page", "GET", "/phones/errors", ``, map[string]string{"Sec-Fetch-Site": "same-origin"}, "localhost:8082", 200},
	} {
		req, err := http.NewRequestWithContext(tw.ctx, c.method, tw.server.URL+c.path, strings.NewReader(c.body))
		tw.must(err)
		for name, value := range c.header {
			req.Header.Set(name, value)
		}
		if c.host != "" {
			req.Host = c.host
		}
		res, err := http.DefaultClient.Do(req)
		tw.must(err)
		res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s: %d, wanted %d", c.name, res.StatusCode, c.want)
		}
	}
}

func TestAPhoneWithoutACompany(t *testing.T) {
	other := slow(t, func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) })
	for name, base := range map[string]string{"nobody there": "http://127.0.0.1:1", "somebody else": other} {
		if _, err := simulator.Dial(base, ana); err == nil {
			t.Errorf("%s: a phone was attached", name)
		}
	}
}

func TestActsThatAPhoneCannotDo(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Gather/>`)
	p := tw.phone(ana)
	call := tw.call(p)
	for _, keys := range []string{"", "a", "1 2"} {
		if _, err := call.Press(tw.ctx, keys); err == nil {
			t.Errorf("pressed %q", keys)
		}
	}
	if _, err := call.RecordUntil(tw.ctx, -1, "", ""); err == nil {
		t.Error("spoke for less than no time")
	}
	if _, err := call.RecordUntil(tw.ctx, 1, "", "later"); err == nil {
		t.Error("ended by no key")
	}
	if _, err := p.Answer(tw.ctx, simulator.Ring{SID: call.SID}); err == nil {
		t.Error("answered a call of its own")
	}
	if _, err := p.Answer(tw.ctx, simulator.Ring{SID: "CA1"}); err == nil {
		t.Error("answered no call")
	}
}

func TestATownTextsAndCallsAtOnce(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message statusCallback="/told">Reply.</Message>`)
	tw.on("/voice", `<Gather numDigits="1" action="/tell"/>`)
	tw.on("/tell", `<Record action="/kept" recordingStatusCallback="/media"/>`)
	tw.on("/kept", `<Say>Kept.</Say>`)
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			p, err := simulator.Dial(tw.server.URL, fmt.Sprintf("+1212555%04d", 1000+i))
			if err != nil {
				t.Error(err)
				return
			}
			sent, err := p.Text(tw.ctx, line, "hello")
			if err != nil || len(sent.Replies) != 1 {
				t.Errorf("%+v %v", sent, err)
			}
			call, err := p.Call(tw.ctx, line)
			if err != nil {
				t.Error(err)
				return
			}
			_, err1 := call.Press(tw.ctx, "1")
			heard, err2 := call.Record(tw.ctx, 3, "words")
			if err := errors.Join(err1, err2); err != nil || heard.Words() != "Kept." {
				t.Errorf("%s %v", story(heard), err)
			}
		})
	}
	wg.Wait()
	if told, media, ended := len(tw.askedAt("/told")), len(tw.askedAt("/media")), len(tw.askedAt("/status")); told != 90 || media != 30 || ended != 30 {
		t.Errorf("told %d, media %d, ended %d", told, media, ended)
	}
	tw.hasCodes()
}

func TestTheCompanyClosesWithCallsUnderWay(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Gather/>`)
	p := tw.phone(ana)
	call := tw.call(p)
	begun := time.Now()
	tw.company.Close()
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("closing took %v", took)
	}
	tw.until(call, "end closed completed")
	if got := tw.askedAt("/status"); len(got) != 0 {
		t.Errorf("told: %+v", got)
	}
	if _, err := p.Text(tw.ctx, line, "hello"); err == nil {
		t.Error("a closed company took a text")
	}
	if late, err := p.Call(tw.ctx, line); err == nil && late.History().Ended().Reason != simulator.EndedClosed {
		t.Errorf("a closed company connects: %s", story(late.History()))
	}
}
