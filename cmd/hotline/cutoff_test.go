package main

import (
	"flag"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"hotline/gateway/simulator"
)

// How many texts go out while answers are lost and the hotline is killed: `go test -run TestSendsThatAreCutOff -v ./cmd/hotline -args -cutoff 10000
// -cutkills 5`.
var (
	cutPhones = flag.Int("cutoff", 300, "how many phones a broadcast goes to whose sends are cut off")
	cutKills  = flag.Int("cutkills", 1, "how often the hotline is killed meanwhile")
)

// Sends are cut off between the request and our commit, in either way and at random rows: the answer of the phone company is lost, or the hotline is
// killed. A fifth of the callbacks is lost, and the others come twice and in the wrong order. Nobody is told twice, nobody is skipped, and what
// nobody knows is found in the company's list, repeated once and flagged, or left for a person.
func TestSendsThatAreCutOff(t *testing.T) {
	v := newTown(t, time.Now(), "en", "es") // by the company's clock: its list tells when each was sent
	v.people(*cutPhones)
	_, err := v.store.Pool.Exec(v.ctx, `update phones set hours_from = 0, hours_until = 0`) // whatever the hour
	v.must(err)
	_, err = v.store.Pool.Exec(v.ctx, `update lines set pace = 0, daily_cap = 1000000, created_at = $1`, v.now().Add(-240*time.Hour))
	v.must(err)
	drawn := rand.New(rand.NewPCG(1, uint64(*cutPhones)))
	way := v.between(nil)
	var one sync.Mutex
	lose := func(int) lostHow {
		one.Lock()
		defer one.Unlock()
		switch n := drawn.IntN(100); {
		case n < 2:
			return lostBefore
		case n < 6:
			return lostAfter
		}
		return lostNot
	}
	way.mu.Lock()
	way.lose = lose
	way.mu.Unlock()
	faults := simulator.Plan{Status: simulator.StatusFaults{LoseOneIn: 5, Duplicate: 1, Reverse: true}}
	v.misbehaves(faults)
	const words = "The gate on Elm St is open again."
	v.approvedNotice(words)
	for kill := range *cutKills {
		for v.count(`select count(*) from outgoing where state <> 'ready'`) < (kill+1)**cutPhones/(*cutKills+1) {
			time.Sleep(2 * time.Millisecond)
		}
		v.killed()
	}
	v.until(0, `select count(*) from outgoing where state in ('ready', 'sending')`)
	unknown := v.count(`select count(*) from outgoing where state = 'unknown'`)
	v.misbehaves(simulator.Plan{})
	way.mu.Lock()
	way.lose = nil
	way.mu.Unlock()
	const left = `select count(*) from outgoing where state in ('ready', 'sending') or state = 'unknown' and person_why is null`
	for _, later := range []time.Duration{3 * time.Minute, 20 * time.Minute, 20 * time.Minute, 20 * time.Minute} {
		for v.setClock(v.now().Add(later)); ; {
			before := v.count(left)
			v.hurry(`kind = 'resolve_unknown' and state = 'scheduled'`)
			v.works("resolve_unknown", "asking")
			time.Sleep(1500 * time.Millisecond) // what is repeated is drawn
			if now := v.count(left); now == 0 || now == before {
				break
			}
		}
	}
	v.until(0, left)
	v.stop(os.Interrupt)
	told := v.sentTo("") // their words may be erased there by now
	twice := 0
	for _, n := range told {
		if n > 1 {
			twice++
		}
	}
	repeated, flagged := v.count(`select count(*) from outgoing where repeated_at is not null`), v.count(`select count(*) from outgoing where person_why is not null`)
	t.Logf("%d sends, of %d of which nobody knew; %d were repeated, %d left for a person, %d told", *cutPhones, unknown, repeated, flagged, len(told))
	if twice > 0 || len(told) < *cutPhones-flagged || unknown == 0 || repeated == 0 {
		t.Errorf("%d were told twice, %d of %d once", twice, len(told)-twice, *cutPhones)
	}
	if n := v.count(`select count(*) from outgoing where state in ('accepted', 'sent', 'delivered', 'undelivered', 'failed') or person_why is not null`); n != *cutPhones {
		t.Errorf("what became of %d is known", n)
	}
}
