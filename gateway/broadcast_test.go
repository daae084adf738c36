package gateway

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// assemblyOf adds so many members who agreed to notices by text, and two organizers, and gives the numbers.
func (h *house) assemblyOf(n int) (numbers []string, author, second store.Organizer) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		var rows []store.MemberRow
		for i := range n {
			number := fmt.Sprintf("+1%d5550%03d", 201+i/100, 100+i%100)
			numbers = append(numbers, number)
			lang := []string{"en", "es"}[i%2]
			rows = append(rows, store.MemberRow{Line: i + 1, Name: fmt.Sprintf("Member %d", i), Phone: store.Phone(number), Language: lang, Standing: store.StandsMember,
				Agreed: &store.Agreement{How: "sheet", On: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Channels: []string{store.ByText}}})
		}
		_, err := h.store.ImportMembers(h.t.Context(), tx, h.line.AssemblyID, rows, h.g.now())
		if err != nil {
			return err
		}
		if author, err = h.store.AddOrganizer(h.t.Context(), tx, h.line.AssemblyID, "Rosa", uuid.Nil); err != nil {
			return err
		}
		second, err = h.store.AddOrganizer(h.t.Context(), tx, h.line.AssemblyID, "Sam", uuid.Nil)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return numbers, author, second
}

var inTwoLanguages = store.Words{"en": "The gate on Elm St is open again.", "es": "La puerta de la calle Elm ya abre."}

// approved drafts a broadcast and has it approved, as if a second organizer had.
func (h *house) approved(author, second store.Organizer, b store.Broadcast) store.Broadcast {
	h.t.Helper()
	b.Assembly, b.Line, b.DraftedBy = h.line.AssemblyID, h.line.ID, author.ID
	if b.Words == nil {
		b.Words = inTwoLanguages
	}
	if b.Purpose == "" {
		b.Purpose = store.ForNotices
	}
	if b.ExpiresAt.IsZero() {
		b.ExpiresAt = h.g.now().Add(24 * time.Hour)
	}
	drafted, err := h.store.DraftBroadcast(h.t.Context(), h.store.Pool, b, h.g.now())
	if err != nil {
		h.t.Fatal(err)
	}
	h.run("update broadcasts set state = 'approved', approved_by = $1, approved_at = $2, starts_at = $3 where id = $4", second.ID, h.g.now(),
		h.g.now().Add(store.CallBack), drafted.ID)
	return drafted
}

// pumped looks for what is to be sent, until nothing more happens.
func (h *house) pumped(g *Gateway) {
	h.t.Helper()
	g.pumps.running = map[uuid.UUID]bool{}
	ctx, stop := context.WithCancel(h.t.Context())
	for range 3 { // it begins, it sends, it ends
		if err := g.pumps.look(ctx); err != nil {
			h.t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond)
	}
	stop()
	g.pumps.done.Wait()
}

func (h *house) progress(b store.Broadcast) store.Progress {
	h.t.Helper()
	p, err := h.store.ProgressOf(h.t.Context(), h.store.Pool, b.ID, time.Time{})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) state(b store.Broadcast) (store.BroadcastState, string) {
	h.t.Helper()
	got, err := h.store.ShowBroadcast(h.t.Context(), h.store.Pool, b.Assembly, b.Number)
	if err != nil {
		h.t.Fatal(err)
	}
	return got.State, got.Why
}

// It reaches each person once, in their language, after it could be called back for a minute.
func TestABroadcastReachesEachOnce(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, author, second := h.assemblyOf(120)
	b := h.approved(author, second, store.Broadcast{})
	if h.pumped(h.g); len(p.taken) != 0 {
		t.Fatalf("%d were sent while it could be called back", len(p.taken))
	}
	h.pass(2 * time.Minute)
	h.pumped(h.g)
	h.pumped(h.another("redis://" + h.mini.Addr()))
	got := map[string]string{}
	for _, m := range p.taken {
		if got[m.To.String()] != "" {
			t.Errorf("a phone was told twice")
		}
		got[m.To.String()] = m.Body
		if m.From != lineNumber || m.Valid <= 0 || m.Valid > longestValid {
			t.Errorf("from %q, for %v", m.From, m.Valid)
		}
	}
	for i, number := range numbers {
		want := h.line.Name + ": " + inTwoLanguages[[]string{"en", "es"}[i%2]] + "\nSTOP = "
		if !strings.HasPrefix(got[number], want) {
			t.Errorf("member %d was told %q", i, got[number])
		}
	}
	if state, _ := h.state(b); state != store.BroadcastDone || h.progress(b).Accepted != len(numbers) {
		t.Errorf("it is %s, %+v", state, h.progress(b))
	}
}
