package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// notice puts a notice with a place into the outbox.
func (h *house) notice(number, body string) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		phone, _, err := h.store.FindPhone(h.t.Context(), tx, store.Phone(number))
		if err != nil {
			return err
		}
		if err := h.store.AddConsent(h.t.Context(), tx, store.Consent{
			Assembly: h.line.AssemblyID, Phone: phone, Line: uuid.NullUUID{UUID: h.line.ID, Valid: true}, Purpose: store.ForNotices, Channel: store.ByText, Given: true,
		}); err != nil {
			return err
		}
		return h.g.outbox.Put(h.t.Context(), tx, store.Outgoing{
			Assembly: h.line.AssemblyID, Line: h.line.ID, Phone: phone, Channel: store.ByText, Purpose: store.ForNotices, Body: body,
			ExpiresAt: h.g.now().Add(14 * 24 * time.Hour), HasPlace: true,
		})
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// silence lets 100 days pass for everybody whom the house knows.
func (h *house) silence() {
	h.t.Helper()
	h.run("update conversations set heard_at = $1", h.g.now().Add(-100*24*time.Hour))
	h.run("update phones set spoke_on = $1", h.g.now().Add(-100*24*time.Hour))
	h.mini.FlushAll()
}

// A phone unheard for 90 days gets one neutral "Still you? 1" before a notice with a place. (WORKERS.md)
func TestStillYou(t *testing.T) {
	const place = "We meet at 12 Elm St"
	for name, c := range map[string]struct {
		answer, said string
		sent         string
	}{
		"yes, it is":           {"1", "OK. What we have", place},
		"yes, in words":        {"Sí.", "OK. What we have", place},
		"by its word":          {"still me", "OK. What we have", place},
		"somebody else":        {"wrong number", "Not done yet; until then no notices come", ""},
		"no, it is not":        {"No.", "Not done yet; until then no notices come", ""},
		"something else first": {"who is this", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			h, p := waitingHouse(t)
			h.openBallot(time.Time{})
			h.text(ana, "ENGLISH")
			h.text(ana, "FORGET")
			h.text(ana, "MENU")
			h.silence()
			exec(t, h.store.Pool, "update conversations set flow_set = '', state = null, turn = null")
			h.notice(ana, place)
			for range 3 { // it waits, and is asked once
				h.deliver()
				h.pass(time.Hour)
			}
			if asked := p.bodies(); asked != "Still you? 1\nNot you? Send WRONG NUMBER" || h.revealed(asked) != "" {
				t.Fatalf("sent %q", asked)
			}
			p.taken = nil
			if said := h.text(ana, c.answer); !strings.Contains(said, c.said) {
				t.Errorf("%q was answered %q", c.answer, said)
			}
			h.deliver()
			if p.bodies() != c.sent {
				t.Errorf("after %q sent %q", c.answer, p.bodies())
			}
		})
	}
}

// Who was heard lately, on any line or call, is not asked; and "1" is an answer only while that is the one thing asked.
func TestWhoIsNotAsked(t *testing.T) {
	h, p := waitingHouse(t)
	h.openBallot(time.Time{})
	h.text(ana, "ENGLISH")
	h.silence()
	h.call(ana)
	h.run("update phones set doubted_at = null")
	h.notice(ana, "come")
	if h.deliver(); p.bodies() != "come" {
		t.Errorf("sent %q", p.bodies())
	}
	h.notice(ben, "come")
	h.silence()
	h.deliver()
	h.text(ben, "ENGLISH")
	h.text(ben, "MEETING")
	h.text(ben, "MENU")
	if said := h.text(ben, "1"); strings.Contains(said, "OK. What we have") {
		t.Errorf("in the midst of a menu 1 was taken for something else: %q", said)
	}
}

// That a phone was silent is remembered, whatever it says afterwards, until it has answered: who asks "who is this?" is told no place.
func TestALongSilenceIsRemembered(t *testing.T) {
	h, p := waitingHouse(t)
	h.openBallot(time.Time{})
	h.text(ana, "ENGLISH")
	h.silence()
	for _, words := range []string{"who is this", "MEETING", "MENU"} {
		h.text(ana, words)
	}
	h.notice(ana, "come")
	h.deliver() // it asks for the question, which is sent then
	if h.deliver(); p.bodies() != "Still you? 1\nNot you? Send WRONG NUMBER" {
		t.Errorf("sent %q", p.bodies())
	}
	h.text(ana, "still me")
	h.deliver()
	if !strings.HasSuffix(p.bodies(), "| come") {
		t.Errorf("sent %q", p.bodies())
	}
	h.text(carla, "ENGLISH")
	h.silence()
	h.text(carla, "MENU") // who belongs to nothing is nobody else
	if n := h.count("select count(*) from phones where doubted_at is not null"); n != 1 {
		t.Errorf("%d phones are in doubt, want Ana's", n)
	}
}
