package gateway

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// A command puts a text down in its own transaction: under one id once, and not at all where that transaction fails. At night it goes only
// if it may at any hour.
func TestACommandPutsATextIntoTheOutbox(t *testing.T) {
	h, x := urgentHouse(t)
	h.now.Store(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC).Unix()) // three in the morning
	outbox, err := NewOutbox(h.store, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	put := func(words string, anyHour bool, id uuid.UUID, fails error) {
		t.Helper()
		err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
			phone, err := h.store.EnsurePhone(t.Context(), tx, h.line.AssemblyID, ana)
			if err != nil {
				return err
			}
			return errors.Join(fails, outbox.Put(t.Context(), tx, store.Outgoing{
				ID: id, Assembly: h.line.AssemblyID, Line: h.line.ID, Phone: phone, Channel: store.ByText, Purpose: store.ForAnswers, Body: words,
				ExpiresAt: time.Unix(h.now.Load(), 0).Add(12 * time.Hour), AnyHour: anyHour,
			}))
		})
		if !errors.Is(err, fails) {
			t.Fatal(err)
		}
	}
	id := uuid.New()
	put("Now.", true, id, nil)
	put("Now, again.", true, id, nil)
	put("In the morning.", false, uuid.Nil, nil)
	put("Never.", true, uuid.Nil, errors.New("the command was refused"))
	if n := h.count("select count(*) from river_job where kind = 'send_text' and queue = 'urgent'"); n != 2 {
		t.Errorf("%d jobs go before all others", n)
	}
	if err := h.deliver(); err == nil || !strings.Contains(err.Error(), "5h0m0s") {
		t.Errorf("what may not go at night: %v", err)
	}
	if x.bodies() != "Now." {
		t.Errorf("at night %q was sent", x.bodies())
	}
	h.pass(5*time.Hour + time.Minute)
	if err := h.deliver(); err != nil || x.bodies() != "Now. | In the morning." {
		t.Errorf("in the morning %q was sent, %v", x.bodies(), err)
	}
	if n := h.count("select count(*) from outgoing where position('Now'::bytea in body) > 0"); n != 0 {
		t.Error("words stand in the database in clear")
	}
}
