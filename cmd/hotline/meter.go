package main

import (
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// meter counts what belongs to the process and not to a turn, beside the gateway's own counts.
type meter struct {
	registry *prometheus.Registry
	webhooks *prometheus.HistogramVec
}

// newMeter adds its metrics to the gateway's registry. The runbook's alerts go by these names.
func newMeter(registry *prometheus.Registry, pool *pgxpool.Pool) *meter {
	m := &meter{registry: registry, webhooks: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "hotline_webhook_seconds", Help: "Webhooks by route and HTTP status, from the first byte read to the last written.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "status"})}
	connections := func(name, help string, value func(*pgxpool.Stat) int32) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value(pool.Stat())) })
	}
	registry.MustRegister(m.webhooks, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		connections("hotline_postgres_connections", "Open connections for jobs and commands.", (*pgxpool.Stat).TotalConns),
		connections("hotline_postgres_connections_busy", "Those in use.", (*pgxpool.Stat).AcquiredConns))
	return m
}

// webhook is told of each one when it is answered. Routes are a few constant words.
func (m *meter) webhook(route string, status int, took time.Duration) {
	m.webhooks.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *meter) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
