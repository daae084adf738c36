package gateway

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// The daily run erases here what is too old, and has the carrier erase its copies of recordings and pictures; a second run at the same
// time is none. (WORKERS.md, keeping little)
func TestTheDailyRun(t *testing.T) {
	s := &shelf{}
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: s.erase}})
	h.text(ana, "the lift in hall B is broken")
	old := h.g.now().Add(-8 * 24 * time.Hour)
	for _, source := range []string{"https://api.twilio.com/old", "https://api.twilio.com/new"} {
		if _, err := h.store.WantMedia(t.Context(), h.store.Pool, store.Media{
			ID: uuid.New(), Assembly: h.line.AssemblyID, Line: h.line.ID, Conversation: uuid.New(), Kind: store.MediaPicture, Source: source,
		}); err != nil {
			t.Fatal(err)
		}
		h.run("update media set at = $1 where at > $1 and $2::text like '%old'", old, source)
	}
	h.run("insert into turns (id, assembly_id, conversation_id, n, reply) values (uuid_at($1), $2, gen_random_uuid(), 1, '\\x01')", old, h.line.AssemblyID)
	turns := h.count("select count(*) from turns")

	for range 2 {
		if err := h.g.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.until("select count(*) from river_job where kind = 'expire' and state = 'completed'", 1)
		h.erasedThere()
		if err := h.g.Stop(context.Background()); err != nil {
			t.Fatal(err)
		}
		h.g = h.another("redis://" + h.mini.Addr())
		exec(t, h.store.Pool, "delete from river_job where kind = 'expire'")
	}
	if n := h.count("select count(*) from turns"); n != turns-1 {
		t.Errorf("%d turns are left of %d", n, turns)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.erased) != 1 || s.erased[0] != "https://api.twilio.com/old" {
		t.Errorf("the carrier was asked to erase %q", s.erased)
	}
	if n := h.count("select count(*) from journal where act = 'retention.erase' and actor = 'the clock'"); n != 1 {
		t.Errorf("%d lines of the journal count it", n)
	}
}
