package gateway

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

var (
	ofGas   = store.Words{"en": "Gas in hall B. Stay out.", "es": "Gas en la nave B. No entren."}
	gasGone = store.Words{"en": "The gas is off.", "es": "Ya no hay gas."}
)

// alerting is a house with so many members, the first few of whom chose alerts, in the middle of the night.
func alerting(t *testing.T, members, chose int) (h *house, p *post, numbers []string, rosa, sam store.Organizer) {
	t.Helper()
	h, p = waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, rosa, sam = h.assemblyOf(members)
	for _, number := range numbers[:chose] {
		h.agrees(number, store.ForAlerts, true)
	}
	h.now.Store(time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC).Unix()) // 2 am in New York
	return h, p, numbers, rosa, sam
}

// agrees writes a row of the ledger, by text on every line.
func (h *house) agrees(number string, to store.Purpose, given bool) {
	h.t.Helper()
	phone, known, err := h.store.FindPhone(h.t.Context(), h.store.Pool, store.Phone(number))
	if err == nil && known {
		err = h.store.AddConsent(h.t.Context(), h.store.Pool, store.Consent{Assembly: h.line.AssemblyID, Phone: phone, Purpose: to, Channel: store.ByText, Given: given, How: "test"})
	}
	if err != nil || !known {
		h.t.Fatal(known, err)
	}
}

func (h *house) raises(by store.Organizer, words store.Words) (b store.Broadcast, err error) {
	h.t.Helper()
	err = h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		b, err = h.store.RaiseAlert(h.t.Context(), tx, store.Broadcast{Assembly: h.line.AssemblyID, Line: h.line.ID, Words: words, DraftedBy: by.ID}, h.g.now())
		return err
	})
	return b, err
}

// follow has an organizer write what follows on an alert.
func (h *house) follow(on store.Broadcast, kind store.AlertKind, by store.Organizer) (b store.Broadcast, waited int, err error) {
	h.t.Helper()
	err = h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		a, err := h.store.LockAlert(h.t.Context(), tx, on.Assembly, on.Number)
		if err != nil {
			return err
		}
		b, waited, err = h.store.FollowAlert(h.t.Context(), tx, a, store.Broadcast{Alert: kind, Words: gasGone, DraftedBy: by.ID}, h.g.now())
		return err
	})
	return b, waited, err
}

// second approves a draft as somebody does on their own phone, whose number is ben's.
func (h *house) second(b store.Broadcast, sam store.Organizer) {
	h.t.Helper()
	phone, code := h.asksOf(b, sam)
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		came, _, err := h.store.ApproveBroadcast(h.t.Context(), tx, store.Approving{Guessing: store.Guessing{
			Phone: uuid.NullUUID{UUID: phone, Valid: true}, Line: b.Line, At: h.g.now()}, Code: code})
		if err == nil && came != store.ApprovalGiven {
			h.t.Fatalf("approving: %s", came)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// asksOf asks an organizer to approve a draft on a phone of their own, whose number is ben's.
func (h *house) asksOf(b store.Broadcast, sam store.Organizer) (phone uuid.UUID, code string) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) (err error) {
		if phone, err = h.store.EnsurePhone(h.t.Context(), tx, b.Assembly, ben); err != nil {
			return err
		}
		person := uuid.New()
		if _, err = tx.Exec(h.t.Context(), `with p as (insert into people (id, assembly_id) select $1, $2 where not exists (select from organizers where id = $3 and person_id is not null) returning id),
			l as (insert into phone_people (phone_id, person_id, assembly_id) select $4, id, $2 from p) update organizers set person_id = p.id from p where organizers.id = $3`,
			person, b.Assembly, sam.ID, phone); err != nil {
			return err
		}
		asked, err := h.store.AskApproval(h.t.Context(), tx, b, map[string]int{"en": 1, "es": 1}, h.g.now())
		if err == nil {
			code = asked[0].Code
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return phone, code
}

// told are the numbers that were sent something with these words, in order, each as often as it was.
func (p *post) told(words string) (all []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.taken {
		if strings.Contains(m.Body, words) {
			all = append(all, m.To.String())
		}
	}
	slices.Sort(all)
	return all
}

// What an alert begins with fits what is left for it in each language, shows nothing of what this is about, and differs by kind.
func TestWhatAnAlertBeginsWith(t *testing.T) {
	set := theLibrary(t)
	for _, lang := range set.Languages() {
		seen := map[string]store.AlertKind{}
		for _, kind := range []store.AlertKind{store.AlertUnconfirmed, store.AlertConfirmed, store.AlertClear, store.AlertCorrection} {
			told := Told(set, store.Broadcast{Alert: kind}, "x", string(lang))
			begins := strings.TrimSuffix(told, "x")
			if n := store.Letters(begins); n < 3 || n > store.LongestKind || !strings.HasSuffix(told, " x") || set.Revealing(told) != "" {
				t.Errorf("%s in %s begins with %q, %d letters", kind, lang, begins, n)
			}
			if had, twice := seen[begins]; twice {
				t.Errorf("%s and %s begin alike in %s", kind, had, lang)
			}
			seen[begins] = kind
		}
		if told := Told(set, store.Broadcast{}, "x", string(lang)); told != "x" {
			t.Errorf("a notice begins with %q", told)
		}
	}
}

// Whoever is on a list here chooses alerts apart from notices, knows what comes, and ends them in the same way; STOP outweighs it.
func TestAlertsAreChosenApart(t *testing.T) {
	h, _ := joined(t)
	if h.may(ana, store.ForAlerts, store.ByText) {
		t.Fatal("joining chose alerts")
	}
	if said := h.text(ana, "ALERTS"); !strings.Contains(said, "at any hour, also at night") || h.may(ana, store.ForAlerts, store.ByText) {
		t.Fatalf("asked: %q", said)
	}
	if said := h.text(ana, "1"); !strings.Contains(said, "To end them: ALERTS") || !h.may(ana, store.ForAlerts, store.ByText) || h.may(ana, store.ForAlerts, store.ByVoice) {
		t.Fatalf("chosen: %q", said)
	}
	h.text(ana, "alertas") // in whatever language
	if said := h.text(ana, "2"); h.may(ana, store.ForAlerts, store.ByText) || !h.may(ana, store.ForNotices, store.ByText) {
		t.Fatalf("ended: %q", said)
	}
	if said := h.text(carla, "ALERTS"); !strings.Contains(said, "flyer") && !strings.Contains(said, "volante") {
		t.Errorf("who is on no list is asked %q", said)
	}
	h.text(ana, "STOP")
	h.text(ana, "ALERTS")
	if n := h.count("select count(*) from consent where purpose = 'alerts' and given"); n != 1 {
		t.Errorf("%d rows give alerts", n)
	}
	c := h.call(ana)
	c.lead("alerts", "offer")
	c.silence()
	if said := c.press("2"); !strings.Contains(said, "START") || h.may(ana, store.ForAlerts, store.ByVoice) {
		t.Errorf("a call after STOP: %q", said)
	}
	h.text(ana, "START")
	c = h.call(ana)
	c.lead("alerts", "offer")
	c.silence()
	if said := c.press("2"); !h.may(ana, store.ForAlerts, store.ByVoice) || !h.may(ana, store.ForAlerts, store.ByText) {
		t.Errorf("by call too: %q", said)
	}
}

// Alerts that are not confirmed go to those on duty, by one organizer, at any hour (WORKERS.md, hours): also to who never chose alerts or is talking
// with us, but not after STOP, and not to who took alerts back.
func TestAnUnconfirmedAlertGoesToThoseOnDutyAtOnce(t *testing.T) {
	h, p, _, rosa, _ := alerting(t, 5, 5)
	if _, err := h.raises(rosa, ofGas); err == nil || !strings.Contains(err.Error(), "nobody is on duty") || h.count("select count(*) from broadcasts") != 0 {
		t.Fatalf("with nobody on duty: %v", err)
	}
	h.onDuty("Ben", ben, "en")
	h.text(ben, "STOP")
	if _, err := h.raises(rosa, ofGas); err == nil || !strings.Contains(err.Error(), "said stop") {
		t.Fatalf("with nobody who may be texted: %v", err)
	}
	h.onDuty("Carla", carla, "es")
	h.onDuty("Dora", dora, "en")
	h.text(dora, "MENU")
	h.onDuty("Eva", eva, "en")
	h.agrees(eva, store.ForAlerts, false)
	h.onDuty("Ana", ana, "en")
	d := h.onDuty("Late", "+12125550149", "en")
	if err := h.store.TakeOffDuty(t.Context(), h.store.Pool, d.ID, h.g.now()); err != nil {
		t.Fatal(err)
	}
	b, err := h.raises(rosa, ofGas)
	if err != nil {
		t.Fatal(err)
	}
	h.text(ana, "STOP") // at the last moment
	h.pumped(h.g)
	want := []string{carla, dora}
	slices.Sort(want)
	if got := p.told("Gas "); !slices.Equal(got, want) {
		t.Errorf("told %v, want %v: %+v", got, want, h.progress(b))
	}
	if m := p.bodies(); !strings.Contains(m, h.line.Name+": Not confirmed: Gas in hall B.") || h.revealed(m) != "" {
		t.Errorf("sent %q", m)
	}
	if got := h.progress(b); got.Refused != 3 || got.Accepted != 2 {
		t.Errorf("%+v", got)
	}
}

// A confirmed alert goes to all who chose alerts, and to nobody else, in the night, to who is talking with us, and to a phone of which it is in doubt
// whose it is; a second organizer approves it, and it can be called back for a minute.
func TestAConfirmedAlertGoesAtAnyHour(t *testing.T) {
	h, p, numbers, rosa, sam := alerting(t, 6, 4)
	h.text(numbers[0], "MENU")
	h.run("update phones set doubted_at = $1", h.g.now())
	h.agrees(numbers[3], store.ForAll, false)
	b, err := h.store.DraftBroadcast(t.Context(), h.store.Pool, store.Broadcast{Assembly: h.line.AssemblyID, Line: h.line.ID, Purpose: store.ForAlerts, Words: ofGas,
		HasPlace: true, DraftedBy: rosa.ID, ExpiresAt: h.g.now().Add(store.AlertHolds)}, h.g.now())
	if err != nil || b.Alert != store.AlertConfirmed || b.HasPlace {
		t.Fatal(b, err)
	}
	h.second(b, sam)
	if h.pumped(h.g); len(p.taken) != 0 {
		t.Fatal("it went out while it could be called back")
	}
	h.pass(store.CallBack)
	h.pumped(h.g)
	want := slices.Sorted(slices.Values(numbers[:3]))
	if got := append(p.told("Alert: Gas in hall B"), p.told("Alerta: Gas en")...); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("told %v, want %v; %q", got, want, p.bodies())
	}
}

// An all-clear or a correction goes to exactly the phones to which the alert may have gone (WORKERS.md, hours), in whatever state that is, on the same
// line; to none that was never sent it, and to none that said stop or took alerts back since. What waited of the alert never goes.
func TestAnAllClearGoesToExactlyWhomTheAlertReached(t *testing.T) {
	for _, kind := range []store.AlertKind{store.AlertClear, store.AlertCorrection} {
		t.Run(string(kind), func(t *testing.T) {
			h, p, numbers, rosa, sam := alerting(t, 16, 15)
			b := h.approved(rosa, sam, store.Broadcast{Purpose: store.ForAlerts, Words: ofGas})
			h.pass(store.CallBack)
			if err := h.store.InTx(t.Context(), func(tx pgx.Tx) error { return h.store.FreezeBroadcast(t.Context(), tx, b.ID, h.g.now()) }); err != nil {
				t.Fatal(err)
			}
			states := map[string]bool{"ready": false, "unknown": true, "accepted": true, "sent": true, "delivered": true, "undelivered": true,
				"failed": false, "refused": false, "expired": false, "canceled": false}
			var want []string
			i := 0
			set := func(state string, reached bool) string {
				h.run("update outgoing set state = $1, sent_at = $2 where broadcast_id = $3 and phone_id = (select id from phones where index = $4)",
					state, h.g.now(), b.ID, h.keys.Index("phone", numbers[i]))
				if i++; reached {
					want = append(want, numbers[i-1])
				}
				return numbers[i-1]
			}
			for state, reached := range states {
				set(state, reached)
			}
			h.text(set("delivered", false), "STOP")
			h.agrees(set("delivered", false), store.ForAlerts, false)
			busy, taken := set("sending", false), set("sending", true)
			waits := h.progress(b).Ready
			c, _, err := h.follow(b, kind, rosa)
			if err != nil || c.State != store.BroadcastDraft {
				t.Fatalf("%s: %v: what went to more than those on duty is approved by two", c.State, err)
			}
			if got := h.progress(b); got.Ready != waits {
				t.Fatalf("a draft ended what waits: %+v", got)
			}
			h.second(c, sam)
			if got := h.progress(b); got.Ready != 0 || got.Canceled != waits+1 {
				t.Errorf("of the alert: %+v", got)
			}
			h.pass(store.CallBack)
			if h.pumped(h.g); len(p.taken) != 0 {
				t.Fatal("it went out while nobody knew whether two phones were told")
			}
			settle := func(number string, state store.SendState) { // as a pump writes down what the carrier answers
				var id uuid.UUID
				if err := h.store.Pool.QueryRow(t.Context(), "select o.id from outgoing o join phones p on p.id = o.phone_id where o.broadcast_id = $1 and p.index = $2",
					b.ID, h.keys.Index("phone", number)).Scan(&id); err != nil {
					t.Fatal(err)
				}
				if err := h.store.SettleDrawn(t.Context(), h.store.Pool, []store.Settled{{ID: id, State: state, Later: h.g.now()}}, h.g.now()); err != nil {
					t.Fatal(err)
				}
			}
			settle(busy, store.SendReady) // the carrier did nothing: this phone is never told of it
			settle(taken, store.SendAccepted)
			h.pumped(h.g)
			got := append(p.told("The gas is off."), p.told("Ya no hay gas.")...)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("told %v, want %v", got, want)
			}
			if len(p.told("Gas in hall B"))+len(p.told("nave B")) > 0 {
				t.Error("the alert went out after what ends it")
			}
			begins := map[store.AlertKind]string{store.AlertClear: "All clear: ", store.AlertCorrection: "Correction: "}[kind]
			if len(p.told(begins)) == 0 {
				t.Errorf("%q", p.bodies())
			}
		})
	}
}

// What went to those on duty alone is ended by one organizer, at once; once it was confirmed, by two, whichever of its numbers is named.
// There is one all-clear, and nothing after it.
func TestAnAlertEndsOnce(t *testing.T) {
	h, p, numbers, rosa, sam := alerting(t, 3, 3)
	h.onDuty("Carla", carla, "en")
	b, err := h.raises(rosa, ofGas)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.follow(b, store.AlertClear, rosa); err == nil || !strings.Contains(err.Error(), "nobody has been sent") {
		t.Errorf("before anybody was told: %v", err)
	}
	h.pumped(h.g)
	if c, _, err := h.follow(b, store.AlertCorrection, rosa); err != nil || c.State != store.BroadcastApproved {
		t.Fatalf("a correction for those on duty: %s, %v", c.State, err)
	}
	m, _, err := h.follow(b, store.AlertConfirmed, rosa)
	if err != nil || m.State != store.BroadcastDraft {
		t.Fatalf("confirmed: %s, %v", m.State, err)
	}
	if _, _, err := h.follow(b, store.AlertConfirmed, sam); err == nil {
		t.Error("it was confirmed twice")
	}
	h.second(m, sam)
	h.pass(store.CallBack)
	h.pumped(h.g)
	if got := len(p.told("The gas is off.")) + len(p.told("Ya no hay gas.")); got != 1+len(numbers) {
		t.Fatalf("%d were told: %q", got, p.bodies())
	}
	c, _, err := h.follow(b, store.AlertClear, rosa) // by its first number, which went to those on duty alone
	if err != nil || c.State != store.BroadcastDraft {
		t.Fatalf("its all-clear is %s, %v", c.State, err)
	}
	if _, _, err := h.follow(m, store.AlertClear, sam); err == nil || !strings.Contains(err.Error(), "waits for a second organizer") {
		t.Errorf("a second all-clear: %v", err)
	}
	p.taken = nil
	h.second(c, sam)
	h.pass(store.CallBack)
	h.pumped(h.g)
	if got := len(p.taken); got != 1+len(numbers) {
		t.Errorf("%d were told that it is over", got)
	}
	for _, kind := range []store.AlertKind{store.AlertClear, store.AlertCorrection, store.AlertConfirmed} {
		if _, _, err := h.follow(m, kind, rosa); err == nil || !strings.Contains(err.Error(), "is over") {
			t.Errorf("%s after the all-clear: %v", kind, err)
		}
	}
}

// An alert is drawn before notices, also where a broadcast of those is in the middle on the same line.
func TestAnAlertGoesBeforeNoticesUnderWay(t *testing.T) {
	h, p, _, rosa, sam := alerting(t, 150, 0)
	h.now.Store(time.Date(2026, 11, 24, 17, 0, 0, 0, time.UTC).Unix())
	h.onDuty("Carla", carla, "en")
	h.run("update lines set pace = 10")
	h.approved(rosa, sam, store.Broadcast{})
	h.pass(2 * time.Minute)
	h.starts(h.g)
	h.until("select least(count(*), 20)::int from outgoing where state = 'accepted'", 20)
	b, err := h.raises(rosa, ofGas)
	if err != nil {
		t.Fatal(err)
	}
	before := len(p.told("gate on Elm")) + len(p.told("calle Elm"))
	h.until("select count(*) from outgoing o join broadcasts b on b.id = o.broadcast_id where b.alert <> '' and o.state = 'accepted'", 1)
	p.mu.Lock()
	at := slices.IndexFunc(p.taken, func(m Message) bool { return strings.Contains(m.Body, "Not confirmed") })
	p.mu.Unlock()
	if at > before+50 || at >= 140 {
		t.Errorf("alert %d went out after %d notices, of which %d had gone when it was raised", b.Number, at, before)
	}
}

// Nor does an alert wait where this process sends notices from as many other lines as it may.
func TestAnAlertWaitsForNoOtherLine(t *testing.T) {
	h, p, _, rosa, _ := alerting(t, 1, 0)
	h.onDuty("Carla", carla, "en")
	if _, err := h.raises(rosa, ofGas); err != nil {
		t.Fatal(err)
	}
	h.g.pumps.running = map[uuid.UUID]bool{}
	for range mostPumps {
		h.g.pumps.running[uuid.New()] = true
	}
	ctx, stop := context.WithCancel(t.Context())
	if err := h.g.pumps.look(ctx); err != nil {
		t.Fatal(err)
	}
	h.until("select count(*) from outgoing where state = 'accepted'", 1)
	stop()
	h.g.pumps.done.Wait()
	if got := p.told("Gas in hall B"); !slices.Equal(got, []string{carla}) {
		t.Errorf("told %v", got)
	}
}
