package gateway

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hotline/flows"
	"hotline/store"
)

// Metrics counts what the gateway does, for /metrics. No label tells of a person, a phone or a conversation.
type Metrics struct {
	Registry *prometheus.Registry

	turns   *prometheus.HistogramVec
	effects *prometheus.CounterVec
	redis   prometheus.Counter
	holding prometheus.Counter
	media   *prometheus.CounterVec
	texts   *prometheus.CounterVec
	calls   *prometheus.CounterVec
	erases  *prometheus.CounterVec
}

// NewMetrics makes a registry of its own, so that nothing is counted in a place shared by the whole process.
func NewMetrics() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		turns: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "hotline_turn_seconds", Help: "Turns by channel and by what came of them.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"channel", "outcome"}),
		effects: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hotline_effects_total", Help: "Effects done, by name and outcome.",
		}, []string{"effect", "outcome"}),
		redis: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "hotline_redis_failures_total", Help: "Copies of conversations that could not be read or kept. Harmless, but slower.",
		}),
		holding: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "hotline_replies_held_total", Help: "Answers not sent because a phone had too many, or the same one too often.",
		}),
		media: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hotline_media_total", Help: "Recordings and pictures, by what came of fetching them.",
		}, []string{"outcome"}),
		texts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hotline_texts_sent_total", Help: "Texts that we started, by what came of sending them.",
		}, []string{"outcome"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hotline_calls_placed_total", Help: "Calls that we started, by what came of placing them.",
		}, []string{"outcome"}),
		erases: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hotline_carrier_erasing_total", Help: "What the carrier answered when it was asked to erase a text, picture or recording.",
		}, []string{"kind", "outcome"}),
	}
	m.Registry.MustRegister(m.turns, m.effects, m.redis, m.holding, m.media, m.texts, m.calls, m.erases)
	return m
}

func (m *Metrics) turn(c flows.Channel, outcome string, took time.Duration) {
	m.turns.WithLabelValues(string(c), outcome).Observe(took.Seconds())
}

func (m *Metrics) effect(name, outcome string) { m.effects.WithLabelValues(name, outcome).Inc() }
func (m *Metrics) fetched(outcome string)      { m.media.WithLabelValues(outcome).Inc() }
func (m *Metrics) redisFailed()                { m.redis.Inc() }
func (m *Metrics) erased(k store.ErasureKind, came EraseCame) {
	m.erases.WithLabelValues(string(k), string(came)).Inc()
}
func (m *Metrics) held() { m.holding.Inc() }

func (m *Metrics) sent(channel string, s store.SendState) {
	if channel == store.ByVoice {
		m.calls.WithLabelValues(string(s)).Inc()
		return
	}
	m.texts.WithLabelValues(string(s)).Inc()
}
