package gateway

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// shelf is a carrier's store of recordings, which is not ready at once and fails now and then.
type shelf struct {
	mu      sync.Mutex
	holds   map[string][]byte
	fetched int
	erased  []string
}

func (s *shelf) fetch(_ context.Context, url string, _ int64) ([]byte, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetched++; s.fetched == 1 {
		return nil, "", errors.New("the carrier is away")
	}
	return s.holds[url], "audio/x-wav", nil
}

func (s *shelf) erase(_ context.Context, kind store.ErasureKind, what string) Erased {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kind != store.ErasureText {
		s.erased = append(s.erased, what)
	}
	return Erased{Came: ErasedThere}
}

// erasedThere erases at the carrier what is due by now, as the job does.
func (h *house) erasedThere() {
	h.t.Helper()
	if err := h.g.eraseDue(h.t.Context(), time.Now().Add(time.Minute)); err != nil {
		h.t.Fatal(err)
	}
}

func TestRecordingsAreFetchedAndErased(t *testing.T) {
	audio := bytes.Repeat([]byte("the lift in hall B "), 1000)
	s := &shelf{holds: map[string][]byte{"https://api.twilio.com/rec": audio}}
	h := newHouse(t, houseOptions{carrier: Carrier{FetchMedia: s.fetch, Erase: s.erase}})
	h.starts(h.g)

	kept := h.call(ana)
	kept.press("1")
	kept.press("1")
	kept.record()
	kept.press("1")
	kept.press("1") // it is in English
	h.until("select count(*) from media where state = 'kept' and report_id is not null", 1)
	var id uuid.UUID
	if err := h.store.Pool.QueryRow(t.Context(), "select id from media").Scan(&id); err != nil {
		t.Fatal(err)
	}
	if _, got, err := h.store.OpenMedia(t.Context(), h.store.Pool, id); err != nil || !bytes.Equal(got, audio) {
		t.Errorf("kept %d bytes of %d, %v", len(got), len(audio), err)
	}
	if n := h.count("select count(*) from media where position('lift'::bytea in bytes) > 0"); n != 0 {
		t.Error("a recording stands in the database in clear")
	}

	erased := h.call(ben)
	erased.press("1")
	erased.press("1")
	erased.record()
	erased.press("3")
	h.erasedThere()
	if n := h.count("select count(*) from carrier_erasures where kind = 'recording' and done_at is not null and source is null"); n != 2 {
		t.Errorf("%d recordings were erased at the carrier, want both: the one that is kept here, and the one that is not", n)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.erased) < 2 {
		t.Errorf("the carrier was asked to erase %q", s.erased)
	}
	if n := h.count("select count(*) from media where state = 'erased' and bytes is null"); n != 1 {
		t.Errorf("%d recordings are erased here, want 1", n)
	}
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports, want 1: what was erased is none", n)
	}
}

// A ballot whose time is up is closed by a job.
func TestABallotIsClosedWhenItsTimeIsUp(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.openBallot(time.Now().Add(time.Minute))
	h.now.Store(time.Now().Add(2 * time.Minute).Unix())
	h.starts(h.g)
	h.until("select count(*) from ballots where closed_at is not null", 1)
}

// A job that would go on for long does not hold up the end of the program, and is done later.
func TestALongJobEndsWithTheProgram(t *testing.T) {
	began := make(chan bool, 10)
	h := newHouse(t, houseOptions{carrier: Carrier{FetchMedia: func(ctx context.Context, _ string, _ int64) ([]byte, string, error) {
		began <- true
		<-ctx.Done()
		return nil, "", ctx.Err()
	}}})
	if err := h.g.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := h.call(ana)
	c.press("1")
	c.press("1")
	c.record()
	<-began
	ctx, cancel := context.WithTimeout(t.Context(), 2*softStop) // as long as the program waits
	defer cancel()
	if err := h.g.Stop(ctx); err != nil {
		t.Fatalf("it did not stop: %v", err)
	}
	if n := h.count("select count(*) from river_job where kind = 'fetch_media' and state in ('retryable', 'available')"); n != 1 {
		t.Error("what was cut off is not done again")
	}
}

// until waits for a count, for as long as a busy machine may need.
func (h *house) until(sql string, want int) {
	h.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for h.count(sql) != want {
		if time.Now().After(deadline) {
			h.t.Fatalf("never came to %d: %s", want, sql)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
