package gateway

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// Whoever approves what follows on an alert reads it as it will be told: that it is over, or a correction, and in each language.
func TestWhoeverApprovesAnAllClearReadsThatItIsOne(t *testing.T) {
	for kind, begins := range map[store.AlertKind][2]string{
		store.AlertClear: {"Rosa: All clear: The gas is off.", "Rosa: Ya no hay peligro: Ya no hay gas."}, store.AlertCorrection: {"Rosa: Correction: The gas is off.", "Rosa: Aclaramos: Ya no hay gas."},
	} {
		t.Run(string(kind), func(t *testing.T) {
			h, _, _, rosa, sam := alerting(t, 4, 4)
			b := h.approved(rosa, sam, store.Broadcast{Purpose: store.ForAlerts, Words: ofGas})
			h.pass(store.CallBack)
			h.pumped(h.g)
			c, _, err := h.follow(b, kind, rosa)
			if err != nil {
				t.Fatal(err)
			}
			_, code := h.asksOf(c, sam)
			if said := h.text(ben, code); !strings.HasPrefix(said, begins[0]) {
				t.Errorf("it reads %q", said)
			}
			if said := h.text(ben, "1"); !strings.HasPrefix(said, begins[1]) {
				t.Errorf("and then %q", said)
			}
		})
	}
}

// Calls of an alert wait for no other line's calls: there is room for them where this process calls from as many lines as it may with notices.
func TestCallsOfAnAlertWaitForNoOtherLine(t *testing.T) {
	for purpose, begins := range map[store.Purpose]bool{store.ForAlerts: true, store.ForNotices: false} {
		t.Run(string(purpose), func(t *testing.T) {
			h, x, _ := callingHouse(t)
			author, second := h.agreed(map[string][]string{ana: byCall()})
			phone, _, err := h.store.FindPhone(t.Context(), h.store.Pool, ana)
			if err == nil {
				err = h.store.AddConsent(t.Context(), h.store.Pool, store.Consent{Assembly: h.line.AssemblyID, Phone: phone, Purpose: store.ForAlerts, Channel: store.ByVoice, Given: true, How: "test"})
			}
			if err != nil {
				t.Fatal(err)
			}
			h.approved(author, second, store.Broadcast{Purpose: purpose})
			h.pass(2 * store.CallBack)
			h.g.pumps.running, h.g.pumps.calling = map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
			for range mostCallPumps {
				h.g.pumps.calling[uuid.New()] = true
			}
			ctx, stop := context.WithCancel(t.Context())
			if err := h.g.pumps.look(ctx); err != nil {
				t.Fatal(err)
			}
			if begun := h.g.pumps.callsFrom(h.line.ID); begun != begins {
				t.Errorf("calls from this line are under way: %v", begun)
			}
			if !begins { // they begin when there is room, and there was something to place
				h.g.pumps.makeRoom()
				if err := h.g.pumps.look(ctx); err != nil {
					t.Fatal(err)
				}
			}
			h.until("select count(*) from outgoing where channel = 'voice' and state = 'accepted'", 1)
			stop()
			h.g.pumps.done.Wait()
			if len(x.placed) != 1 {
				t.Errorf("%d calls were placed", len(x.placed))
			}
		})
	}
}

// callsFrom tells whether this process calls from a line.
func (p *pumps) callsFrom(line uuid.UUID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calling[callsOf(line)]
}

// makeRoom has the other lines' calls end.
func (p *pumps) makeRoom() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.calling)
}

// What follows on an alert goes to a phone by the channel that reached it: that by which the carrier delivered it, else the one used last, else by text;
// once to each phone, and by no channel to one that neither reached (WORKERS.md, hours: to exactly the same phones).
func TestAnAllClearGoesByTheChannelThatReachedThem(t *testing.T) {
	type row struct {
		channel, state string
		after          int // minutes
	}
	cases := []struct {
		rows []row
		want string // by which channel; "": not
	}{
		{[]row{{"text", "delivered", 0}, {"voice", "accepted", 1}}, "text"},
		{[]row{{"text", "accepted", 1}, {"voice", "delivered", 0}}, "voice"},
		{[]row{{"text", "undelivered", 0}, {"voice", "sent", 1}}, "voice"},
		{[]row{{"text", "sent", 1}, {"voice", "sent", 0}}, "text"},
		{[]row{{"text", "sent", 0}, {"voice", "unknown", 0}}, "text"},
		{[]row{{"text", "failed", 1}, {"voice", "delivered", 0}}, "voice"},
		{[]row{{"text", "delivered", 0}, {"voice", "ready", 1}}, "text"},
		{[]row{{"text", "failed", 0}, {"voice", "expired", 0}}, ""},
	}
	h, _, numbers, rosa, sam := alerting(t, len(cases), len(cases))
	b := h.approved(rosa, sam, store.Broadcast{Purpose: store.ForAlerts, Words: ofGas})
	if err := h.store.InTx(t.Context(), func(tx pgx.Tx) error { return h.store.FreezeBroadcast(t.Context(), tx, b.ID, h.g.now()) }); err != nil {
		t.Fatal(err)
	}
	h.run(`insert into outgoing (id, assembly_id, line_id, phone_id, channel, purpose, state, expires_at, at, changed_at, broadcast_id, place, lang)
		select gen_random_uuid(), assembly_id, line_id, phone_id, 'voice', purpose, state, expires_at, at, changed_at, broadcast_id, place + 100, lang from outgoing`)
	want := map[uuid.UUID]string{}
	for i, c := range cases {
		phone, _, err := h.store.FindPhone(t.Context(), h.store.Pool, store.Phone(numbers[i]))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range c.rows {
			h.run("update outgoing set state = $1, at = at + $2 * interval '1 minute' where phone_id = $3 and channel = $4", r.state, r.after, phone, r.channel)
		}
		if c.want != "" {
			want[phone] = c.want
		}
	}
	for _, kind := range []store.AlertKind{store.AlertCorrection, store.AlertClear} {
		c, _, err := h.follow(b, kind, rosa)
		if err != nil {
			t.Fatal(err)
		}
		all, err := h.store.AudienceOf(t.Context(), h.store.Pool, c)
		if err != nil || len(all) != len(want) {
			t.Errorf("%s goes to %d, want %d: %v", kind, len(all), len(want), err)
		}
		for _, r := range all {
			if r.Channel != want[r.Phone] {
				i := slices.IndexFunc(numbers, func(n string) bool {
					phone, _, _ := h.store.FindPhone(t.Context(), h.store.Pool, store.Phone(n))
					return phone == r.Phone
				})
				t.Errorf("%s: %v go by %q", kind, cases[i].rows, r.Channel)
			}
		}
	}
}
