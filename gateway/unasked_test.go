package gateway

import (
	"strings"
	"testing"
	"time"
)

func TestWhatIsSaidUnaskedIsQuiet(t *testing.T) {
	const flow = `
starts: {en: [LIFT], es: [ELEVADOR]}
steps:
  works:
    ask: {en: "Does the lift work?", es: "¿Funciona el elevador?"}
    choices:
      good: {label: {en: It works, es: Funciona}, then: thanks}
      bad: {label: {en: It is broken, es: No funciona}, then: thanks}
    lapse:
      after: 10m
      nudge:
        text: {en: "Union: still there?", es: "Sindicato: ¿sigue ahí?"}
        voice: {en: "Still there?", es: "¿Sigue ahí?"}
        quiet: {en: "Still there?", es: "¿Sigue ahí?"}
      then: later
  thanks:
    say: {en: "Good to know.", es: "Bueno saberlo."}
    then: end
  later:
    say: {en: "Another time, then.", es: "Otro día, entonces."}
    then: end
`
	p := &post{}
	h := newHouse(t, houseOptions{
		carrier: Carrier{Place: p.place}, set: libraryWith(t, map[string]string{"lift.yaml": flow}, vocabulary()),
	})
	h.now.Store(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).Unix()) // noon in New York
	h.text(ana, "ENGLISH")
	h.text(ana, "LIFT")
	h.pass(11 * time.Minute)
	h.sweep()
	h.deliver()
	if strings.Contains(p.bodies(), "Union") {
		t.Errorf("sent unasked: %q", p.bodies())
	}
}
