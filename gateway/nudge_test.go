package gateway

import (
	"errors"
	"strings"
	"testing"
	"time"

	"hotline/store"
)

// Whoever was nudged answers the nudge, however long ago they wrote themselves; but not when they saw it long ago, or not at all.
func TestTheAnswerToANudgeCounts(t *testing.T) {
	slow := strings.Replace(strings.Replace(liftFlow, "after: 10m", "after: 12h", 1), "[LIFT]", "[SLOW]", 1)
	slow = strings.Replace(slow, "[ELEVADOR]", "[LENTO]", 1)
	for name, c := range map[string]struct {
		sent   bool
		after  time.Duration
		answer string
	}{
		"in time":           {true, 5 * time.Minute, "Good to know."},
		"an hour later":     {true, time.Hour, "Continue?"},
		"it never went out": {false, 5 * time.Minute, "Continue?"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &post{}
			h := newHouse(t, houseOptions{carrier: Carrier{Place: p.place}, set: libraryWith(t, map[string]string{"slow.yaml": slow}, vocabulary())})
			h.now.Store(time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC).Unix()) // nine in New York
			h.text(ana, "ENGLISH")
			h.text(ana, "SLOW")
			h.pass(12*time.Hour + time.Minute) // past nine in the evening
			h.sweep()
			if err := h.deliver(); err == nil || len(p.taken) != 0 {
				t.Fatalf("sent in quiet hours: %v", p.bodies())
			}
			if h.pass(11 * time.Hour); c.sent { // eight in the morning
				if err := h.deliver(); err != nil || p.bodies() != "Still there?" {
					t.Fatalf("%v, sent %q", err, p.bodies())
				}
			}
			h.pass(c.after)
			h.text(ana, "HELP")
			if reply := h.text(ana, "1"); !strings.Contains(reply, c.answer) {
				t.Errorf("answered %q", reply)
			}
		})
	}
}

// Who is erased takes with them what was to be sent to them; its job ends, and does not fail for half a day.
func TestATextWhosePhoneIsErased(t *testing.T) {
	h, p := waitingHouse(t)
	h.text(ana, "ENGLISH")
	h.text(ana, "LIFT")
	h.pass(11 * time.Minute)
	h.sweep()
	exec(t, h.store.Pool, "delete from phones")
	if n := h.count("select count(*) from outgoing"); n != 0 {
		t.Fatalf("%d texts outlive their phone", n)
	}
	h.starts(h.g)
	h.until("select count(*) from river_job where kind = 'send_text' and state = 'cancelled' and attempt = 1", 1)
	if len(p.taken) != 0 {
		t.Errorf("%q was sent", p.bodies())
	}
}

// The carrier may learn of a STOP only after it has taken a text: then its status says so. It goes into the ledger once, however often
// and in whatever order it is told; a START that came since stands.
func TestAStopThatComesAsAStatus(t *testing.T) {
	for name, c := range map[string]struct{ answer []Placed }{
		"told by the status alone": {nil},
		"told by both":             {[]Placed{{State: store.SendRefused, Code: 21610, Stopped: true, Cause: errors.New("stopped")}}},
	} {
		t.Run(name, func(t *testing.T) {
			h, p := waitingHouse(t)
			h.text(ana, "ENGLISH")
			h.text(ana, "LIFT")
			h.pass(11 * time.Minute)
			h.sweep()
			p.planned = c.answer
			if err := h.deliver(); err != nil {
				t.Fatal(err)
			}
			var id string
			if err := h.store.Pool.QueryRow(t.Context(), "select id::text from outgoing").Scan(&id); err != nil {
				t.Fatal(err)
			}
			tells := func(status string, code int) {
				if err := h.g.Delivered(t.Context(), id, "", status, code, ""); err != nil {
					t.Error(err)
				}
			}
			tells("failed", 21610)
			h.text(ana, "START")
			tells("undelivered", 21610)
			tells("failed", 21610)
			tells("sent", 0)
			if n := h.count("select count(*) from consent where not given"); n != 1 {
				t.Errorf("%d rows say stop", n)
			}
			allowed := h.count(`select count(*) from (select given from consent where purpose = 'all' order by seq desc limit 1) last where given`)
			if allowed != 1 {
				t.Error("a START that came since is forgotten")
			}
		})
	}
}
