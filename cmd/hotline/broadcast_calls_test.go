package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/gateway/simulator"
)

// Whoever answers a notice by call, and what they do, through the pretend phone company: they hear nothing of it before a key, and once it is read it
// is told. A hotline that is killed while it calls goes on, and calls nobody twice: what it was in the midst of is looked for.
func TestNoticesByCall(t *testing.T) {
	for name, killed := range map[string]bool{"undisturbed": false, "killed on the way": true} {
		t.Run(name, func(t *testing.T) {
			v := newTown(t, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), "en", "es")
			var numbers []string
			for i := range 12 {
				numbers = append(numbers, fmt.Sprintf("+121255501%02d", 50+i))
			}
			v.misbehaves(simulator.Plan{Status: simulator.StatusFaults{Duplicate: 1}, Numbers: map[string]simulator.NumberFault{
				numbers[8]: {Call: "busy"}, numbers[9]: {Call: "busy"}, numbers[10]: {Call: "no-answer"}, numbers[11]: {Call: "failed"}}})
			v.callees(numbers...)
			const words = "The gate on Elm St is open again."
			v.organizer("Rosa", "", "broadcast", "draft", "--words", "en="+words+" / es="+words, "--until", "2026-11-25 20:00")
			_, err := v.store.Pool.Exec(v.ctx, `update lines set call_pace = 5`)
			v.must(err)
			v.approves("Sam")

			var answering sync.WaitGroup
			for i, number := range numbers[:8] {
				answering.Go(func() {
					p := v.person(number)
					c := p.rung(0)
					if c == nil { // the program ended before it asked for that call
						if !killed {
							p.complains("it never rings")
						}
						return
					}
					heard := c.last.Words()
					for range 3 { // a machine, and whoever does not know what this is, hears it twice, and no more
						if i != 4 || c.lost || c.last.Ended() != nil {
							break
						}
						heard += c.silent().last.Words()
					}
					switch {
					case i < 4:
						if c.press("1").hears(words); !c.lost {
							c.press("9").hears(words)
						}
					case i == 5:
						heard += c.press("5").last.Words()
					case i == 6:
						heard += c.press("2").last.Words()
					}
					if strings.Contains(heard, "gate") || !c.lost && !strings.Contains(heard, "There is a message for the person who asked for it") {
						p.complains("before a key: %q", heard)
					}
					if i == 4 && !c.lost && strings.Count(heard, "There is a message") != 2 {
						p.complains("a machine hears %q", heard)
					}
					c.hangup()
				})
			}
			if killed {
				v.untilAtLeast(4, `select count(*) from notice_calls`)
				v.killed()
			}
			v.until(12, `select count(*) from outgoing where sent_at is not null`)
			answering.Wait()
			v.must(v.company.Settle(v.ctx))
			placed := v.placedTo()
			v.setClock(v.now().Add(17 * time.Minute)) // what nobody knows is looked for
			v.hurry(`kind = 'resolve_unknown' and state in ('available', 'scheduled', 'retryable')`)
			v.until(0, `select count(*) from notice_calls where ended_at is null`)
			if got := v.count(`select count(*) from outgoing where state in ('sending', 'unknown', 'accepted', 'sent')`); got != 0 {
				t.Errorf("%d are not settled", got)
			}
			for number, n := range placed {
				if n > 1 {
					t.Errorf("%s was called %d times", number, n)
				}
			}
			if !killed { // and the phone company's record of who was called, and what they pressed, is deleted
				v.hurry(`kind = 'erase_at_carrier' and state in ('available', 'scheduled', 'retryable')`)
				v.until(12, `select count(*) from carrier_erasures where kind = 'call' and done_at is not null`)
				if left := v.placedTo(); len(placed) != 12 || len(left) > 0 {
					t.Errorf("of %d calls %v stand at the phone company", len(placed), left)
				}
				shown := v.organizer("", "", "broadcast", "show", "1")
				for _, want := range []string{"12 by call: answered and heard 4, not answered 0", "failed 1, never again 1", "6 tried, and later again"} {
					if !strings.Contains(shown, want) {
						t.Errorf("it shows %q, without %q", shown, want)
					}
				}
			}
			v.stop(os.Interrupt)
		})
	}
}
