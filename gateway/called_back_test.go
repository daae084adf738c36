package gateway

import (
	"context"
	"slices"
	"testing"
	"time"

	"hotline/store"
)

// A text of a notice, of which nobody knows whether the carrier took it, is sent once more where that has no trace of it; but not where the notice was
// called back since, nor where word of a change stands in its place: people would read what is not so any more.
func TestWhatWasCalledBackIsNotRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		since   func(h *house, m store.Meeting, b store.Broadcast)
		repeats int
	}{
		"nothing happened": {func(*house, store.Meeting, store.Broadcast) {}, 1},
		"canceled": {func(h *house, _ store.Meeting, b store.Broadcast) {
			if err := h.store.CancelBroadcast(t.Context(), h.store.Pool, b, h.g.now()); err != nil {
				t.Fatal(err)
			}
		}, 0},
		"the meeting was changed": {func(h *house, m store.Meeting, _ store.Broadcast) {
			h.changed(m, &store.MeetingChange{StartsAt: m.StartsAt.Add(time.Hour)})
		}, 0},
		"the meeting was called off": {func(h *house, m store.Meeting, _ store.Broadcast) { h.changed(m, nil) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h, _, p := callingHouse(t)
			author, second := h.agreed(map[string][]string{ana: {store.ByText}, ben: {store.ByText}})
			m := h.meets(store.NewMeeting{})
			b, _ := h.invites(p, m, author, second)
			// One has its answer; of the other it was lost, while the notice is under way.
			h.run("update outgoing set state = 'unknown', carrier_id = null where phone_id = (select id from phones where index = $1)", h.keys.Index("phone", ben))
			h.run("update broadcasts set state = 'sending', ended_at = null")
			c.since(h, m, b)
			h.pass(noTraceAfter + 2*time.Minute)
			h.resolved()
			if n := h.count("select count(*) from outgoing where broadcast_id = $1 and repeated_at is not null", b.ID); n != c.repeats {
				t.Errorf("%d are repeated", n)
			}
			if n := h.count("select count(*) from outgoing where broadcast_id = $1 and person_why = 'no trace'", b.ID); n != 1-c.repeats {
				t.Errorf("%d are left for a person", n)
			}
		})
	}
}

// What is looked for at the carrier are texts first: there are more of them, and a call is asked for one by one.
func TestTextsAreLookedForBeforeCalls(t *testing.T) {
	h, x, p := callingHouse(t)
	author, second := h.agreed(map[string][]string{ana: {store.ByText}, ben: byCall(), carla: {store.ByText}})
	h.approved(author, second, store.Broadcast{})
	h.pass(2 * time.Minute)
	h.goesOut(p)
	h.pumpCalls()
	h.run("update outgoing set state = 'unknown', carrier_id = null, sent_at = $1", h.g.now())
	h.run("update outgoing set sent_at = sent_at - interval '1 minute' where channel = 'voice'") // the oldest
	var asked []string
	h.g.carrier.List = func(context.Context, ListFilter, func(Listed) error) error { asked = append(asked, "text"); return nil }
	h.g.carrier.Calls = func(ctx context.Context, line string, to store.Phone, each func(ListedCall) error) error {
		asked = append(asked, "call")
		return x.list(ctx, line, to, each)
	}
	h.pass(5 * time.Minute)
	h.resolved()
	if want := []string{"text", "text", "call"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}
