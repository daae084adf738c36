package gateway

import (
	"regexp"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
	"hotline/store/storetest"
)

var countIt = regexp.MustCompile(`(\d\d) Count it`)

// What a worker waits for is mostly trips to Postgres: one to begin, at most one for what the flow does, one to commit.
func TestACommonTurnTakesThreeTrips(t *testing.T) {
	w := newWire(t, storetest.URL(t))
	h := newHouse(t, houseOptions{postgres: w.url})
	h.somethingToAnswer(ana, ben)
	h.text(ana, "ENGLISH")
	h.text(ben, "ENGLISH")
	for _, from := range []string{ana, ben} { // ana's turns let the statements be described, once a connection
		reply := ""
		for _, words := range []string{
			"MENU", "9", "REPORT", "the lift in hall B is broken", "and nobody has come since Monday",
			"MEETING", "1", "MEETING", "2", "VOTE", "1", "count it",
		} {
			if words == "count it" { // by the digits that stand in the last reply only
				words = countIt.FindStringSubmatch(reply)[1]
			}
			before := w.trips.Load()
			reply = h.text(from, words)
			if trips := w.trips.Load() - before; from == ben && trips > 3 {
				t.Errorf("%q took %d trips, and was answered %q", words, trips, reply)
			}
		}
	}
}

// somethingToAnswer lets people be members, a meeting be planned, and a ballot be open.
func (h *house) somethingToAnswer(members ...store.Phone) {
	h.t.Helper()
	now := time.Unix(h.now.Load(), 0)
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		var rows []store.MemberRow
		for i, number := range members {
			rows = append(rows, store.MemberRow{Line: i + 1, Name: "Worker", Phone: number, Standing: store.StandsMember})
		}
		if _, err := h.store.ImportMembers(h.t.Context(), tx, h.line.AssemblyID, rows, now); err != nil {
			return err
		}
		if _, err := h.store.AddMeeting(h.t.Context(), tx, store.NewMeeting{
			Assembly: h.line.AssemblyID, StartsAt: now.Add(72 * time.Hour), Place: store.Words{"en": "12 Elm St", "es": "12 Elm St"},
		}); err != nil {
			return err
		}
		_, err := h.store.OpenBallot(h.t.Context(), tx, store.NewBallot{
			Assembly: h.line.AssemblyID, Question: store.Words{"en": "Heat breaks?", "es": "¿Descansos?"},
			Options: []store.Words{{"en": "Yes", "es": "Sí"}, {"en": "No", "es": "No"}}, By: "a test", At: now,
		})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}
