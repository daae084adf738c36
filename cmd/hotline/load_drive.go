package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"hotline/gateway/simulator"
)

// load drives signed texts at a hotline and measures.
type load struct {
	loadOptions
	steps          []step
	post, signed   string // where webhooks are sent, and what they are signed for
	account, token string
	client         *http.Client
	callers        []caller

	sent atomic.Int64

	mu       sync.Mutex
	took     []time.Duration // of texts answered with 200
	statuses map[int]int     // of HTTP
	failed   int             // texts without an answer …
	cause    error           // … and why, the first of them
}

// open sends at a rate, whatever comes back. A text's time counts from when it should have been sent, so that a slow answer makes
// those waiting behind it slow too, as people find it.
func (l *load) open(ctx context.Context) {
	var out sync.WaitGroup
	defer out.Wait()
	began := time.Now()
	for n := range int(l.rate * l.duration.Seconds()) {
		due := began.Add(time.Duration(float64(n) / l.rate * float64(time.Second)))
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			return
		}
		out.Go(func() { l.text(context.WithoutCancel(ctx), &l.callers[n%len(l.callers)], due) })
	}
}

// closed lets each worker send its next text when the last one was answered.
func (l *load) closed(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, l.duration)
	defer cancel()
	var out sync.WaitGroup
	defer out.Wait()
	var next atomic.Int64
	for range l.workers {
		out.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1)-1) % len(l.callers)
				l.text(context.WithoutCancel(ctx), &l.callers[n], time.Now())
			}
		})
	}
}

// text has a phone send what comes next in its script.
func (l *load) text(ctx context.Context, c *caller, due time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body := l.steps[c.at%len(l.steps)](c.answer)
	c.at++
	l.sent.Add(1)
	answer, status, err := l.send(ctx, c.number, body)
	took := time.Since(due)
	c.answer = answer
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		if l.failed++; l.cause == nil {
			l.cause = err
		}
		return
	}
	l.statuses[status]++
	if status == http.StatusOK {
		l.took = append(l.took, took)
	}
}

// send posts a text as the carrier would, and reads the message that it is answered with.
func (l *load) send(ctx context.Context, from, body string) (answer string, status int, err error) {
	form := url.Values{
		"MessageSid": {"SM" + strings.ReplaceAll(uuid.NewString(), "-", "")}, "AccountSid": {l.account},
		"From": {from}, "To": {l.line}, "Body": {body}, "NumMedia": {"0"}, "NumSegments": {"1"},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.post, strings.NewReader(form.Encode()))
	if err != nil {
		return "", 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Twilio-Signature", simulator.Sign(l.token, l.signed, form))
	res, err := l.client.Do(req)
	if err != nil {
		return "", 0, err
	}
	defer res.Body.Close()
	twiml, err := io.ReadAll(res.Body)
	if err != nil {
		return "", 0, err
	}
	var reply struct {
		Message []string `xml:"Message"`
	}
	if res.StatusCode == http.StatusOK {
		if err := xml.Unmarshal(twiml, &reply); err != nil {
			return "", 0, fmt.Errorf("the answer is no TwiML: %w", err)
		}
	}
	return strings.Join(reply.Message, "\n"), res.StatusCode, nil
}

// loadJSON is a measurement for programs.
type loadJSON struct {
	Script   string         `json:"script"`
	Phones   int            `json:"phones"`
	Seconds  float64        `json:"seconds"`
	Sent     int64          `json:"sent"`
	PerSec   float64        `json:"turns_per_second"` // answered with 200
	P50      float64        `json:"p50_ms"`
	P90      float64        `json:"p90_ms"`
	P99      float64        `json:"p99_ms"`
	Max      float64        `json:"max_ms"`
	Errors   int            `json:"errors"` // no answer at all
	Statuses map[string]int `json:"statuses"`
}

func (l *load) measured(took time.Duration) loadJSON {
	slices.Sort(l.took)
	quantile := func(q float64) float64 {
		if len(l.took) == 0 {
			return 0
		}
		return float64(l.took[int(q*float64(len(l.took)-1))].Microseconds()) / 1000
	}
	j := loadJSON{
		Script: l.script, Phones: len(l.callers), Seconds: took.Seconds(), Sent: l.sent.Load(),
		PerSec: float64(len(l.took)) / took.Seconds(), P50: quantile(.5), P90: quantile(.9), P99: quantile(.99), Max: quantile(1),
		Errors: l.failed, Statuses: map[string]int{},
	}
	for status, n := range l.statuses {
		j.Statuses[strconv.Itoa(status)] = n
	}
	return j
}

// report prints what was measured. It fails where not every text was answered with 200.
func (l *load) report(w *world, took time.Duration) error {
	m := l.measured(took)
	if l.json {
		if err := printJSON(w.out, m); err != nil {
			return err
		}
	} else {
		how := fmt.Sprintf("%d workers", l.workers)
		if l.rate > 0 {
			how = fmt.Sprintf("%g texts/s", l.rate)
		}
		w.say("%s from %s, script %s, %.1f s", how, count(m.Phones, "phone", "phones"), m.Script, m.Seconds)
		w.say("turns/s  %.0f", m.PerSec)
		w.say("ms       p50 %.1f   p90 %.1f   p99 %.1f   max %.1f", m.P50, m.P90, m.P99, m.Max)
		w.say("sent     %d; errors %d; not 200: %d", m.Sent, m.Errors, l.notOK())
	}
	switch {
	case l.cause != nil:
		return fmt.Errorf("%s got no answer; the first: %w", count(l.failed, "text", "texts"), l.cause)
	case l.notOK() > 0:
		return fmt.Errorf("%s not answered as they should be", count(l.notOK(), "text was", "texts were"))
	}
	return nil
}

func (l *load) notOK() (n int) {
	for status, times := range l.statuses {
		if status != http.StatusOK {
			n += times
		}
	}
	return n
}
