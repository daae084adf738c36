package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hotline/store"
)

// erasingMeter tells at each scrape what waits to be erased at the carrier. The database knows it for all replicas.
type erasingMeter struct {
	store *store.Store
	now   func() time.Time

	things, oldest, halted *prometheus.Desc
}

const scrapeWithin = 2 * time.Second

func newErasingMeter(s *store.Store, now func() time.Time) *erasingMeter {
	describe := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &erasingMeter{
		store: s, now: now,
		things: describe("hotline_carrier_erasures", "What is to be erased at the carrier, by what keeps it: waiting, fetching, too_soon, refused, given_up.", "kind", "state"),
		oldest: describe("hotline_carrier_erasures_oldest_seconds", "For how long the oldest waits that is here already.", "kind"),
		halted: describe("hotline_carrier_erasing_halted", "1 while the carrier refuses to erase anything for a reason of the account's."),
	}
}

// Describe implements prometheus.Collector.
func (m *erasingMeter) Describe(to chan<- *prometheus.Desc) {
	to <- m.things
	to <- m.oldest
	to <- m.halted
}

// Collect implements prometheus.Collector. While the database is away, which other figures tell, it tells nothing.
func (m *erasingMeter) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
	defer cancel()
	e, err := m.store.ErasingNow(ctx, m.store.Pool, m.now())
	if err != nil {
		return
	}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for _, k := range e.Kinds {
		kind := string(k.Kind)
		gauge(m.things, float64(k.Waiting-k.Fetching-k.TooSoon-k.Refused), kind, "waiting")
		gauge(m.things, float64(k.Fetching), kind, "fetching")
		gauge(m.things, float64(k.TooSoon), kind, "too_soon")
		gauge(m.things, float64(k.Refused), kind, "refused")
		gauge(m.things, float64(k.GivenUp), kind, "given_up")
		since := 0.0
		if !k.Oldest.IsZero() {
			since = max(0, m.now().Sub(k.Oldest).Seconds())
		}
		gauge(m.oldest, since, kind)
	}
	halted := 0.0
	if !e.HaltedSince.IsZero() {
		halted = 1
	}
	gauge(m.halted, halted)
}
