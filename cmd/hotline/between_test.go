package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// between stands between a hotline and the phone company: it notes when each text was asked for, and loses what it is told to lose.
type between struct {
	company http.Handler
	lose    func(n int) lostHow // of the n-th text that is asked for; nil: nothing

	mu    sync.Mutex
	asked []askedFor
}

// lostHow is what becomes of a request.
type lostHow int

const (
	lostNot    lostHow = iota
	lostBefore         // it never comes to the company
	lostAfter          // the company takes it, and its answer is lost
)

type askedFor struct {
	at        time.Time
	to, words string
}

// between has the hotline speak with the company through one that stands between.
func (v *town) between(lose func(n int) lostHow) *between {
	v.Helper()
	b := &between{company: v.company.Handler(), lose: lose}
	server := httptest.NewServer(b)
	v.Cleanup(server.Close)
	v.stop(os.Interrupt)
	v.env = append(v.env, "TWILIO_API_URL="+server.URL)
	v.start()
	return b
}

func (b *between) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/Messages.json") {
		b.company.ServeHTTP(w, r)
		return
	}
	at := time.Now()
	body, err := io.ReadAll(r.Body)
	form, err2 := url.ParseQuery(string(body))
	if err != nil || err2 != nil {
		return // the hotline was killed as it asked
	}
	b.mu.Lock()
	b.asked = append(b.asked, askedFor{at, form.Get("To"), form.Get("Body")})
	n, lose := len(b.asked), b.lose
	b.mu.Unlock()
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	how := lostNot
	if lose != nil {
		how = lose(n)
	}
	switch how {
	case lostNot:
		b.company.ServeHTTP(w, r)
		return
	case lostAfter:
		b.company.ServeHTTP(httptest.NewRecorder(), r)
	}
	panic(http.ErrAbortHandler) // the connection breaks off
}

// times are those at which texts were asked for, and to is how often each number was.
func (b *between) told() (times []time.Time, to map[string]int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	to = map[string]int{}
	for _, a := range b.asked {
		times = append(times, a.at)
		to[a.to]++
	}
	return times, to
}
