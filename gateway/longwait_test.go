package gateway

import (
	"testing"
	"time"
)

func TestALongWaitKeepsItsSetInUse(t *testing.T) {
	const flow = `
starts: {en: [LIFT], es: [ELEVADOR]}
steps:
  one:
    say: {en: "We come back to you.", es: "Le escribimos."}
    then: pause
  pause:
    wait: 5d
    then: later
  later:
    say: {en: "Another time, then.", es: "Otro día, entonces."}
    then: end
`
	p := &post{}
	h := newHouse(t, houseOptions{
		carrier: Carrier{Place: p.place}, set: libraryWith(t, map[string]string{"lift.yaml": flow}, vocabulary()),
	})
	h.text(ana, "ENGLISH")
	h.text(ana, "LIFT")
	h.pass(4 * 24 * time.Hour)
	uses, err := h.store.FlowSetsInUse(t.Context(), h.store.Pool, h.g.now().Add(-lapseAfter), h.g.now().Add(-callAfter))
	if err != nil || len(uses) != 1 {
		t.Errorf("in use: %v, %v", uses, err)
	}
}
