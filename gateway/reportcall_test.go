package gateway

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// asksBack is Ana's report, and that she wants to be called back on her phone, whenever hours says; it is noon.
func asksBack(t *testing.T, hours string, otherMay bool) (*house, *exchange, store.ReportCall) {
	t.Helper()
	h, x := urgentHouse(t)
	var c store.ReportCall
	err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
		phone, _, err := h.store.FindPhone(t.Context(), tx, ana)
		if err != nil {
			return err
		}
		f, err := h.store.FileReport(t.Context(), tx, store.NewReport{
			Assembly: h.line.AssemblyID, Line: h.line.ID, Phone: uuid.NullUUID{UUID: phone, Valid: true}, Channel: "text", Lang: "en",
			Words: "the lift in hall B is broken", ReadBy: h.g.now(), At: h.g.now(),
		})
		if err != nil {
			return err
		}
		c = store.ReportCall{
			Assembly: h.line.AssemblyID, Line: h.line.ID, Report: f.ID, Phone: phone, By: "Rosa", ByLang: "en", Lang: "es", Hours: hours,
			OtherMay: otherMay, At: h.g.now(),
		}
		_, err = h.store.AskCallback(t.Context(), tx, f.ID, uuid.NullUUID{UUID: phone, Valid: true},
			store.Callback{Hours: hours, OtherMay: otherMay, Words: "It is about the raffle", At: h.g.now()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return h, x, c
}

// callsBack has Rosa's phone rung for it, as her command does.
func (h *house) callsBack(c store.ReportCall) error {
	h.t.Helper()
	outbox, err := NewOutbox(h.store, slog.New(slog.DiscardHandler))
	if err != nil {
		h.t.Fatal(err)
	}
	h.pass(time.Second)
	c.At = h.g.now()
	err = h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		phone, err := h.store.EnsurePhone(h.t.Context(), tx, h.line.AssemblyID, ben)
		if err != nil {
			return err
		}
		until, _, err := CallBackHours(c.Hours, h.line.Zone, c.At)
		if err != nil {
			return err
		}
		_, err = outbox.CallBack(h.t.Context(), tx, c, phone, until)
		return err
	})
	if err == nil {
		err = h.deliver()
	}
	return err
}

// became is what came of the calls for a report, the oldest first.
func (h *house) became(c store.ReportCall) string {
	h.t.Helper()
	all, err := h.store.ReportCalls(h.t.Context(), h.store.Pool, c.Report)
	if err != nil {
		h.t.Fatal(err)
	}
	var states []string
	for _, one := range all {
		states = append(states, string(one.State(h.g.now())))
	}
	return strings.Join(states, ", ")
}

func (h *house) callBack(c store.ReportCall) {
	h.t.Helper()
	if err := h.callsBack(c); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) over(c Call, came Inbound) string {
	h.t.Helper()
	r, err := h.g.BridgeOver(h.t.Context(), c.ID, came)
	if err != nil {
		h.t.Fatal(err)
	}
	return r.Text()
}

// WORKERS.md: "A call that we place says before any key only the line's name and that there is a message for the person who asked for it".
func TestCallingBackReachesTheWorker(t *testing.T) {
	h, x, c := asksBack(t, "any", true)
	h.callBack(c)
	call := x.last(t)
	if call.To != ben || call.From != lineNumber {
		t.Errorf("called %s from %s", call.To.String(), call.From)
	}
	r, err := h.g.Answered(t.Context(), call.ID, "")
	if err != nil || r.Text() != "This is The 0100 Line. You asked to be connected. To be connected now, press 1." || r.Wait.Keys != 1 {
		t.Errorf("Rosa hears %q, %v", r.Text(), err)
	}
	if err := h.callsBack(c); err == nil || !strings.Contains(err.Error(), "Rosa is calling them already") {
		t.Errorf("two call at once: %v", err)
	}
	if r := h.pressed(call, "5"); r.Ring != nil || r.Text() != "" || h.became(c) != "calling" {
		t.Errorf("another key: %q %+v", r.Text(), r.Ring)
	}
	for range 2 { // and again, when the carrier asks twice
		r = h.pressed(call, "1")
		if r.Ring == nil || r.Ring.To != ana || r.Ring.From != lineNumber ||
			r.Text() != "If another person answers, say only what you were asked to tell them.\nWe are ringing them. Stay on the line." {
			t.Fatalf("after 1: %q %+v", r.Text(), r.Ring)
		}
	}
	m, err := h.g.Message(t.Context(), call.ID)
	if err != nil || m.Text() != "Esta es The 0100 Line. Hay un mensaje para la persona que lo pidió. Para oírlo, oprima 1. Para que no le llamen más, oprima 2." || m.Wait.Keys != 1 {
		t.Errorf("Ana's phone says %q, %v", m.Text(), err)
	}
	for _, key := range []string{"", "5", "1", "1"} {
		if connect, err := h.g.Heeded(t.Context(), call.ID, key); connect != (key == "1") || err != nil {
			t.Errorf("the key %q connects: %v, %v", key, connect, err)
		}
	}
	if said := h.over(call, Inbound{Outcome: Taken}); said != "" {
		t.Errorf("when they have talked: %q", said)
	}
	h.told(call, "completed")
	h.told(call, "completed")
	if h.became(c) != "reached" || len(x.calls) != 1 || x.bodies() != "" {
		t.Errorf("%s; %d calls; texts %q", h.became(c), len(x.calls), x.bodies())
	}
}

// A machine, or nobody: it presses no key. Nothing tries again by itself, and Rosa may.
func TestCallingBackSomebodyWhoDoesNotAnswer(t *testing.T) {
	h, x, c := asksBack(t, "any", false)
	h.callBack(c)
	if r := h.pressed(x.last(t), "1"); !strings.HasPrefix(r.Text(), "If another person answers, say nothing and hang up.") {
		t.Errorf("told %q", r.Text())
	}
	if said := h.over(x.last(t), Inbound{Outcome: Answered, Lasted: 20 * time.Second}); said != "They did not answer. Goodbye." {
		t.Errorf("a machine: %q", said)
	}
	h.told(x.last(t), "completed")
	h.pass(time.Hour)
	if err := h.deliver(); err != nil || len(x.calls) != 1 || h.became(c) != "not answered" {
		t.Fatalf("%d calls, %s, %v", len(x.calls), h.became(c), err)
	}
	h.callBack(c)
	h.pressed(x.last(t), "1")
	if said := h.over(x.last(t), Inbound{Outcome: Missed, HungUp: true}); said != "" {
		t.Errorf("who has hung up hears %q", said)
	}
	// Ana answers just then: nobody is there, so she is hung up on and not told that there is something.
	if m, err := h.g.Message(t.Context(), x.last(t).ID); err != nil || m.Wait != nil || m.Text() != "" {
		t.Errorf("Ana hears %q, %v", m.Text(), err)
	}
	if r := h.pressed(x.last(t), "1"); r.Ring != nil || r.Text() != "They cannot be called now. Goodbye." {
		t.Errorf("a call that is over: %q %+v", r.Text(), r.Ring)
	}
	h.callBack(c)
	h.told(x.last(t), "no-answer")
	if h.became(c) != "not answered, not answered, not rung" {
		t.Error(h.became(c))
	}
}

// "2 never to be called again": kept in the ledger, until the owner of the phone asks for a call on that phone.
func TestNeverToBeCalledBackAgain(t *testing.T) {
	h, x, c := asksBack(t, "any", false)
	h.callBack(c)
	call := x.last(t)
	h.pressed(call, "1")
	for range 2 {
		if connect, err := h.g.Heeded(t.Context(), call.ID, "2"); connect || err != nil {
			t.Fatal(connect, err)
		}
	}
	if n := h.count("select count(*) from consent where channel = 'voice' and not given"); n != 1 {
		t.Errorf("%d rows in the ledger", n)
	}
	if said := h.over(call, Inbound{Outcome: Missed}); said != "They do not want to be called any more. Goodbye." {
		t.Errorf("Rosa hears %q", said)
	}
	h.told(call, "completed")
	if why, err := h.store.MayCallBack(t.Context(), h.store.Pool, c, h.g.now()); why != store.NoCallNever || err != nil || h.became(c) != "never again" {
		t.Errorf("%q, %v; %s", why, err, h.became(c))
	}
	h.callBack(c) // a command that was under way already
	if r := h.pressed(x.last(t), "1"); r.Ring != nil || r.Text() != "They cannot be called now. Goodbye." {
		t.Errorf("a phone is rung that is never to be called: %q", r.Text())
	}
	// For another number nobody agrees but whoever holds it; from her own phone Ana does.
	h.tells(ana, "the lift is broken again", "2", "5", "2", "212 555 0101", "4", "2", "6")
	if why, err := h.store.MayCallBack(t.Context(), h.store.Pool, c, h.g.now()); why != store.NoCallNever || err != nil {
		t.Errorf("another phone has agreed for it: %q, %v", why, err)
	}
	if n := h.count("select count(*) from report_callbacks where number is not null"); n != 1 {
		t.Fatal("no call back was asked for")
	}
	h.tells(ana, "the door is broken too", "2", "5", "1", "4", "2", "6")
	if n := h.count("select count(*) from report_callbacks where number is null"); n != 2 {
		t.Fatal("no call back was asked for")
	}
	if why, err := h.store.MayCallBack(t.Context(), h.store.Pool, c, h.g.now()); why != "" || err != nil {
		t.Errorf("who asks again is not called: %q, %v", why, err)
	}
}

// Between the command and the key the hours may end, the phone be blocked or forgotten, or the terms change.
func TestWhatChangesBeforeTheKey(t *testing.T) {
	for name, change := range map[string]func(*house){
		"the hours end": func(h *house) { h.pass(6 * time.Hour) },
		"other terms": func(h *house) {
			exec(h.t, h.store.Pool, "update report_callbacks set at = at + interval '1 minute'")
		},
		"blocked": func(h *house) {
			exec(h.t, h.store.Pool, "insert into report_mutes (phone_id, assembly_id, until) select phone_id, assembly_id, '2030-01-01' from reports where phone_id is not null on conflict do nothing")
		},
		"blocked by whoever was on duty": func(h *house) {
			exec(h.t, h.store.Pool, "insert into blocked (phone_id, assembly_id, until) select phone_id, assembly_id, '2030-01-01' from reports where phone_id is not null on conflict do nothing")
		},
		"forgotten": func(h *house) {
			err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
				phone, _, err := h.store.FindPhone(h.t.Context(), tx, ana)
				if err == nil {
					_, err = h.store.Forget(h.t.Context(), tx, phone, uuid.Nil, h.g.now())
				}
				return err
			})
			if err != nil {
				h.t.Fatal(err)
			}
		},
		"a word in the ledger": func(h *house) {
			exec(h.t, h.store.Pool, "insert into consent (assembly_id, phone_id, purpose, channel, given, how, words) select assembly_id, phone_id, 'all', 'all', false, 'stop word', '' from reports where phone_id is not null limit 1")
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, x, c := asksBack(t, "afternoon", false)
			h.callBack(c)
			change(h)
			if r := h.pressed(x.last(t), "1"); r.Ring != nil || r.Text() != "They cannot be called now. Goodbye." {
				t.Errorf("after 1: %q %+v", r.Text(), r.Ring)
			}
			h.told(x.last(t), "completed")
			if h.became(c) != "not rung" {
				t.Error(h.became(c))
			}
		})
	}
}

// The number at which a phone was forgotten is not called again for what it asked before.
func TestAForgottenNumberIsNotCalledBack(t *testing.T) {
	h, x, c := asksBack(t, "any", false)
	h.callBack(c)
	h.told(x.last(t), "completed")
	exec(t, h.store.Pool, "update report_calls set phone_id = null")
	if why, err := h.store.MayCallBack(t.Context(), h.store.Pool, c, h.g.now()); why != store.NoCallForgotten || err != nil {
		t.Errorf("%q, %v", why, err)
	}
}

// "In hours they allowed", by the clock of the assembly, and never at night.
func TestTheHoursOfACallBack(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ hours, now, until, opens string }{
		{"morning", "23 07:59", "", "23 08:00"}, {"morning", "23 08:00", "23 12:00", ""}, {"morning", "23 12:00", "", "24 08:00"},
		{"afternoon", "23 12:00", "23 18:00", ""}, {"evening", "23 17:59", "", "23 18:00"}, {"evening", "23 20:59", "23 21:00", ""},
		{"any", "23 21:00", "", "24 08:00"}, {"any", "23 03:00", "", "23 08:00"}, {"any", "23 09:00", "23 21:00", ""},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-"+c.now, zone)
		if err != nil {
			t.Fatal(err)
		}
		until, opens, err := CallBackHours(c.hours, "America/New_York", now.UTC())
		shown := func(t time.Time) string {
			if t.IsZero() {
				return ""
			}
			return t.In(zone).Format("02 15:04")
		}
		if err != nil || shown(until) != c.until || shown(opens) != c.opens {
			t.Errorf("%s at %s: until %q, opens %q, %v", c.hours, c.now, shown(until), shown(opens), err)
		}
	}
	if _, _, err := CallBackHours("whenever", "America/New_York", time.Now()); err == nil {
		t.Error("there are such hours")
	}
}

// What might have been placed is never placed again blindly, and a command that came too late places nothing.
func TestCallingBackWhenAProcessDies(t *testing.T) {
	h, x, c := asksBack(t, "any", false)
	dies := h.carrier
	dies.Call = func(ctx context.Context, c Call) Placed {
		x.call(ctx, c)
		panic("killed")
	}
	h.carrier = dies
	healthy := h.g
	h.g = h.another("redis://" + h.mini.Addr())
	func() {
		defer func() { recover() }()
		h.callBack(c)
	}()
	h.g = healthy
	if err := h.deliver(); err != nil || len(x.calls) != 1 || h.states() != "unknown" {
		t.Fatalf("%d calls; %s, %v", len(x.calls), h.states(), err)
	}
	if err := h.callsBack(c); err == nil {
		t.Error("a second call while nobody knows of the first")
	}
	// It was placed after all, and whoever answers it goes on.
	if r := h.pressed(x.last(t), "1"); r.Ring == nil {
		t.Errorf("told %q", r.Text())
	}
	h.told(x.last(t), "completed")
	h.callBack(c)
	if len(x.calls) != 2 {
		t.Errorf("%d calls", len(x.calls))
	}
	// A process that dies before anything is placed: what waits is not worth it any more.
	h.told(x.last(t), "no-answer")
	h.carrier = Carrier{}
	x.planned = []Placed{{State: store.SendReady}}
	if err := h.callsBack(c); err == nil {
		t.Error("the carrier was not busy")
	}
	h.pass(CallBackWorth + time.Second)
	if err := h.deliver(); err != nil || len(x.calls) != 3 || !strings.HasSuffix(h.states(), "expired") || !strings.HasSuffix(h.became(c), "not rung") {
		t.Errorf("%d calls; %s; %s; %v", len(x.calls), h.states(), h.became(c), err)
	}
}

// With Postgres away at the key, whoever answers is connected all the same; that a phone is never to be called must be kept.
func TestCallingBackWhilePostgresIsAway(t *testing.T) {
	h, x, c := asksBack(t, "any", false)
	h.callBack(c)
	h.pressed(x.last(t), "1")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if connect, err := h.g.Heeded(gone, x.last(t).ID, "1"); !connect || err != nil {
		t.Error(connect, err)
	}
	if _, err := h.g.Heeded(gone, x.last(t).ID, "2"); err == nil {
		t.Error("it counts as kept")
	}
	if said := h.over(x.last(t), Inbound{Outcome: Taken}); said != "" || h.became(c) != "reached" {
		t.Errorf("%q; %s", said, h.became(c))
	}
}
