package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// Words that two approved in advance go out by one organizer, after a minute; not those for something else, that were taken back, that nobody approved,
// that are older than a year, or of which one of the two is no organizer any more.
func TestAWordingInAdvance(t *testing.T) {
	h, p, numbers, rosa, sam := alerting(t, 4, 4)
	write := func() store.Broadcast {
		b, err := h.store.DraftWording(t.Context(), h.store.Pool, store.Broadcast{Assembly: h.line.AssemblyID, Line: h.line.ID, Alert: store.AlertConfirmed, Words: ofGas, DraftedBy: rosa.ID}, h.g.now())
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	send := func(wording store.Broadcast, kind store.AlertKind, by store.Organizer) (b store.Broadcast, err error) {
		err = h.store.InTx(t.Context(), func(tx pgx.Tx) error {
			w, err := h.store.WordingFor(t.Context(), tx, wording.Assembly, wording.Number, kind, h.g.now())
			if err != nil {
				return err
			}
			b, err = h.store.DraftBroadcast(t.Context(), tx, store.Broadcast{Assembly: w.Assembly, Line: w.Line, Purpose: store.ForAlerts, Words: w.Words, DraftedBy: by.ID,
				ExpiresAt: h.g.now().Add(store.AlertHolds)}, h.g.now())
			if err != nil {
				return err
			}
			_, err = h.store.SendWording(t.Context(), tx, b, w, h.g.now())
			return err
		})
		return b, err
	}
	w := write()
	if _, err := send(w, store.AlertConfirmed, rosa); err == nil {
		t.Error("words that nobody approved went out")
	}
	h.second(w, sam)
	if h.pumped(h.g); len(p.taken) != 0 {
		t.Fatal("a wording went out by itself")
	}
	if _, err := send(w, store.AlertClear, rosa); err == nil {
		t.Error("an alert went out as an all-clear")
	}
	for _, by := range []store.Organizer{rosa, sam} { // whichever of the two
		p.taken = nil
		b, err := send(w, store.AlertConfirmed, by)
		if err != nil {
			t.Fatal(err)
		}
		if h.pumped(h.g); len(p.taken) != 0 {
			t.Fatal("it went out while it could be called back")
		}
		h.pass(store.CallBack)
		if h.pumped(h.g); len(p.taken) != len(numbers) {
			t.Errorf("%d were told: %+v", len(p.taken), h.progress(b))
		}
		if shown, err := h.store.ShowBroadcast(t.Context(), h.store.Pool, b.Assembly, b.Number); err != nil || shown.ApprovedBy == by.Name || shown.ApprovedBy == "" || shown.Wording != w.Number {
			t.Errorf("%+v, %v", shown, err)
		}
	}
	for name, end := range map[string]string{"taken back": "update broadcasts set state = 'canceled' where id = $1", "a year old": "update broadcasts set expires_at = now() - interval '200 years' where id = $1",
		"its author is gone": "update organizers set removed_at = now() where id = (select drafted_by from broadcasts where id = $1)"} {
		w := write()
		h.second(w, sam)
		h.run(end, w.ID)
		if _, err := send(w, store.AlertConfirmed, sam); err == nil {
			t.Errorf("%s: it went out", name)
		}
		h.run("update organizers set removed_at = null")
	}
}

// Whoever wrote an alert is reminded once, on their own phone, that nobody has said that it is over; not of one that is.
func TestAnOpenAlertIsRemindedOfOnce(t *testing.T) {
	h, p, _, rosa, sam := alerting(t, 2, 2)
	h.onDuty("Carla", carla, "en")
	nudge := func() {
		t.Helper()
		if err := (&nudgeWorker{g: h.g}).Work(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if err := h.deliver(); err != nil {
			t.Fatal(err)
		}
	}
	open, err := h.raises(sam, ofGas) // Sam's own phone is ben's
	if err != nil {
		t.Fatal(err)
	}
	over, err := h.raises(sam, ofGas)
	if err != nil {
		t.Fatal(err)
	}
	h.pumped(h.g)
	c, _, err := h.follow(over, store.AlertClear, sam)
	if err != nil {
		t.Fatal(err)
	}
	h.second(h.draft(rosa), sam) // which gives Sam a phone
	h.pumped(h.g)
	p.taken = nil
	if nudge(); len(p.taken) != 0 {
		t.Fatalf("too soon: %q", p.bodies())
	}
	h.pass(store.OpenFor + time.Minute)
	nudge()
	nudge()
	if len(p.taken) != 1 || p.taken[0].To != ben || !strings.HasSuffix(p.bodies(), " 1") || strings.Contains(p.bodies(), "Gas") || h.revealed(p.bodies()) != "" {
		t.Errorf("of alert %d, with %d ended by %d: %q", open.Number, over.Number, c.Number, p.bodies())
	}
}

// draft is a notice that nobody has approved.
func (h *house) draft(by store.Organizer) store.Broadcast {
	h.t.Helper()
	b, err := h.store.DraftBroadcast(h.t.Context(), h.store.Pool, store.Broadcast{Assembly: h.line.AssemblyID, Line: h.line.ID, Purpose: store.ForNotices, Words: inTwoLanguages, DraftedBy: by.ID,
		StartsAt: h.g.now().Add(time.Hour), ExpiresAt: h.g.now().Add(2 * time.Hour)}, h.g.now())
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}
