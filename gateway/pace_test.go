package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"hotline/flows"
	"hotline/store"
	"hotline/store/conversation"
)

// segmentsLeft notes when how many segments left the line.
type segmentsLeft struct {
	mu sync.Mutex
	at []time.Time // of each segment
}

func (w *segmentsLeft) left(body string) {
	n, _, _ := flows.Segments(body)
	w.mu.Lock()
	defer w.mu.Unlock()
	for range n {
		w.at = append(w.at, time.Now())
	}
}

// most is the most that left in any time so long.
func (w *segmentsLeft) most(within time.Duration) (most int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.SortFunc(w.at, time.Time.Compare)
	for i, from := range w.at {
		n, _ := slices.BinarySearchFunc(w.at[i:], from.Add(within), time.Time.Compare)
		most = max(most, n)
	}
	return most
}

// owing tells Redis what is owed, as a gateway that is started does.
func (h *house) owing(g *Gateway) {
	ctx, stop := context.WithCancel(h.t.Context())
	var done sync.WaitGroup
	g.paces.start(ctx, &done)
	h.t.Cleanup(func() { stop(); done.Wait() })
}

// While a broadcast is under way at ten segments a second and people are answered five times a second, nobody waits for an answer, and the line sends
// no more than its pace in all: the answers are owed, and the notices make room. (WORKERS.md: answers to what someone just sent are exempt; the
// issue: TwiML replies draw from the line's bucket as a debt and are never held.)
func TestAnswersGoBeforeNotices(t *testing.T) {
	const pace, lasts = 10, 5 * time.Second
	var w segmentsLeft
	h, p := waitingHouse(t)
	h.carrier.Place = func(ctx context.Context, m Message) Placed { w.left(m.Body); return p.place(ctx, m) }
	g := h.another("redis://" + h.mini.Addr())
	h.run("update lines set pace = $1", pace)
	if err := g.lines.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, author, second := h.assemblyOf(60)
	h.approved(author, second, store.Broadcast{})
	h.owing(g)
	h.g = g
	h.pumped(g) // it is frozen
	h.pass(2 * time.Minute)
	ctx, stop := context.WithCancel(t.Context())
	g.pumps.running = map[uuid.UUID]bool{}
	defer func() { stop(); g.pumps.done.Wait() }()
	for range 2 { // it begins, and it sends
		if err := g.pumps.look(ctx); err != nil {
			t.Fatal(err)
		}
	}
	answered, slowest := 0, time.Duration(0)
	again := time.NewTicker(time.Second / 5)
	defer again.Stop()
	for began := time.Now(); time.Since(began) < lasts; <-again.C {
		asked := time.Now()
		said := h.text(fmt.Sprintf("+1646555%04d", answered), "ENGLISH")
		slowest = max(slowest, time.Since(asked))
		if said == "" {
			t.Fatal("nobody answers")
		}
		w.left(said)
		answered++
	}
	stop()
	g.pumps.done.Wait()
	if most := w.most(lasts); most > pace*int(lasts/time.Second)*11/10 {
		t.Errorf("%d segments in %v, at %d a second", most, lasts, pace)
	}
	if len(w.at) < pace*int(lasts/time.Second)*8/10 {
		t.Errorf("only %d segments in %v: the line does not send what it could", len(w.at), lasts)
	}
	if len(p.taken) == 0 || slowest > time.Second {
		t.Errorf("%d notices went out, and the slowest answer took %v", len(p.taken), slowest)
	}
	t.Logf("%d answers, the slowest after %v; %d notices; in any %v at most %d segments", answered, slowest, len(p.taken), lasts, w.most(lasts))
}

// reminder puts something single down, and has a job try to send it once.
func (h *house) reminder(o store.Outgoing) (took time.Duration, err error) {
	h.t.Helper()
	o.ID, o.Assembly, o.Line, o.Phone = uuid.New(), h.line.AssemblyID, h.line.ID, uuid.MustParse(h.one("select id::text from phones where index = $1", h.keys.Index("phone", ana)))
	o.Channel, o.Body, o.ExpiresAt = store.ByText, "The 0100 Line: tomorrow at seven.", h.g.now().Add(time.Hour)
	if o.Purpose == "" {
		o.Purpose = store.ForAnswers
	}
	if _, err := h.store.AddOutgoing(h.t.Context(), h.store.Pool, o); err != nil {
		h.t.Fatal(err)
	}
	began := time.Now()
	err = h.deliver()
	return time.Since(began), err
}

// A reminder waits for its line, for a moment in its job and for longer outside of it; what somebody on duty, or who has just written, waits for
// goes at once, and the next reminder waits for it too.
func TestASingleTextWaitsForItsLine(t *testing.T) {
	h, p := waitingHouse(t)
	h.text(ana, "ENGLISH")
	h.run("update lines set pace = 1")
	if err := h.g.lines.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.g.paces.settle(t.Context())
	for range 3 {
		if took, err := h.reminder(store.Outgoing{AnyHour: true}); err != nil || took > time.Second {
			t.Errorf("an answer took %v, %v", took, err)
		}
	}
	h.g.paces.settle(t.Context())
	answered := time.Now()
	_, err := h.reminder(store.Outgoing{})
	if snooze := (*river.JobSnoozeError)(nil); !errors.As(err, &snooze) || len(p.taken) != 3 {
		t.Fatalf("behind three answers, at one a second, it came to %v, and %d were sent", err, len(p.taken))
	}
	for began := time.Now(); len(p.taken) < 4; time.Sleep(100 * time.Millisecond) {
		if err := h.deliver(); err == nil && time.Since(answered) < 2*time.Second || time.Since(began) > 20*time.Second {
			t.Fatalf("after %v: %v, and %d were sent", time.Since(answered), err, len(p.taken))
		}
	}
}

// With Redis away a line goes on, in each process at half its pace; what is owed is kept in mind.
func TestAPaceWithoutRedis(t *testing.T) {
	h, _ := waitingHouse(t)
	h.mini.Close()
	line := store.Line{ID: uuid.New(), Pace: 20}
	h.g.paces.owe(line, 5)
	h.g.paces.settle(t.Context())
	began, sent := time.Now(), 0
	for time.Since(began) < 2*time.Second {
		got := h.g.paces.take(t.Context(), line.ID, conversation.Want{Pace: 20, Most: 20, Least: 1})
		sent += got.Segments
		time.Sleep(got.In)
	}
	if sent < 6 || sent > 17 {
		t.Errorf("%d in two seconds, at 20 a second, with five owed", sent)
	}
}

// Two processes that send from one line send no more than its pace together.
func TestReplicasShareAPace(t *testing.T) {
	h, _ := waitingHouse(t)
	other := h.another("redis://" + h.mini.Addr())
	line := store.Line{ID: uuid.New(), Pace: 100}
	var mu sync.Mutex
	sent := 0
	var both sync.WaitGroup
	for _, g := range []*Gateway{h.g, other} {
		both.Go(func() {
			for began := time.Now(); time.Since(began) < 2*time.Second; {
				got := g.paces.take(t.Context(), line.ID, conversation.Want{Pace: 100, Most: 50, Least: 5})
				mu.Lock()
				sent += got.Segments
				mu.Unlock()
				if got.Segments == 0 {
					time.Sleep(got.In)
				}
			}
		})
	}
	both.Wait()
	if sent < 120 || sent > 216 {
		t.Errorf("%d in two seconds, at 100 a second", sent)
	}
}
