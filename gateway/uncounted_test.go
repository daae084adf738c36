package gateway

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"hotline/store"
)

// A notice to those who have not voted pauses by itself like any other, and the log says why, but not out of how many: two such numbers tell who voted.
func TestTheLogDoesNotCountThoseWhoHaveNotVoted(t *testing.T) {
	for name, uncounted := range map[string]bool{"to all": false, "to those who have not voted": true} {
		t.Run(name, func(t *testing.T) {
			h, p := waitingHouse(t)
			log := &syncBuffer{}
			h.g.log = slog.New(slog.NewTextHandler(log, nil))
			h.run("update lines set pace = 0")
			_, author, second := h.assemblyOf(40)
			h.openBallot(time.Time{})
			b := store.Broadcast{}
			if uncounted {
				ballots, err := h.store.Ballots(t.Context(), h.store.Pool, h.line.AssemblyID)
				if err != nil {
					t.Fatal(err)
				}
				b.Audience.NotVoted = ballots[0].ID
			}
			b = h.approved(author, second, b)
			h.pass(2 * time.Minute)
			for range 20 {
				p.planned = append(p.planned, Placed{State: store.SendRefused, Code: 30005, Blame: store.BlameNumber, Cause: errors.New("refused")})
			}
			h.pumped(h.g)
			if state, why := h.state(b); state != store.BroadcastPaused || why != store.WhyFailures {
				t.Fatalf("it is %s, %q", state, why)
			}
			said := log.String()
			if !strings.Contains(said, "a broadcast pauses") || strings.Contains(said, "failed=") == uncounted {
				t.Errorf("the log: %s", said)
			}
		})
	}
}
