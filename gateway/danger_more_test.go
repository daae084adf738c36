package gateway

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"hotline/flows"
	"hotline/store"
)

func TestTwoInDangerAndOneOnDuty(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.text(ana, "DANGER")
	h.text(eva, "DANGER")
	h.look(false)
	if len(x.calls) != 1 {
		t.Fatalf("%d calls to one phone", len(x.calls))
	}
	h.told(x.last(t), "no-answer")
	h.look(true)
	if len(x.calls) != 2 {
		t.Fatalf("%d calls: the second waits for ever", len(x.calls))
	}
	if n := h.count("select count(distinct danger_id) from duty_calls"); n != 2 {
		t.Error("both calls were for one of them")
	}
}

// Whoever goes off duty, by the clock or by hand, while their phone rings may still take the call; nobody off duty is called.
func TestGoingOffDutyAtMidnightWhileAPhoneRings(t *testing.T) {
	h, x := urgentHouse(t)
	h.now.Store(time.Date(2026, 11, 24, 4, 59, 40, 0, time.UTC).Unix()) // 20 seconds to midnight
	h.onShift("Ben", ben, store.Shift{Languages: []string{"en"}, Since: time.Unix(h.now.Load(), 0), From: 18 * 60, To: 24 * 60 % 1440})
	h.text(ana, "DANGER")
	h.look(false)
	h.pass(30 * time.Second)
	if r := h.pressed(x.last(t), "1"); !strings.Contains(r.Text(), "They wrote to us") {
		t.Errorf("told %q", r.Text())
	}
	h.told(x.last(t), "completed")
	if reply := h.text(ana, "RING ME"); !strings.Contains(reply, "Nobody can be called now") {
		t.Errorf("after midnight: %q", reply)
	}
	if reply := h.text(eva, "DANGER"); !strings.HasPrefix(reply, "Nobody is on duty until Tuesday, Nov 24, 6:00 pm.\nIn danger, call 911: that is not us.") {
		t.Errorf("after midnight: %q", reply)
	}
}

// With Postgres away at the moment somebody takes it, nothing is lost: the key is asked for again, and else the next one is called.
func TestTakingItWhilePostgresIsAway(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.text(ana, "DANGER")
	h.look(false)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := h.g.Pressed(gone, x.last(t).ID, "1", Inbound{}); err == nil {
		t.Errorf("told %q", r.Text())
	}
	if n := h.count("select count(*) from dangers where taken_at is not null"); n != 0 {
		t.Error("it counts as taken")
	}
	if r := h.pressed(x.last(t), "1"); !strings.Contains(r.Text(), "They wrote to us") {
		t.Errorf("asked again: %q", r.Text())
	}
}

func TestABlockedPhoneHasNobodyCalled(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	exec(t, h.store.Pool, "insert into blocked (phone_id, assembly_id, until) select id, assembly_id, '2030-01-01' from phones where lang = 'en'")
	if reply := h.text(ana, "DANGER"); !strings.HasPrefix(reply, "Nobody can be called now.\nIn danger, call 911") {
		t.Errorf("told %q", reply)
	}
	if reply := h.text(ana, "there is gas in hall B"); !strings.Contains(reply, "marked urgent") {
		t.Errorf("told %q", reply)
	}
	if h.look(false); len(x.calls) != 0 {
		t.Error("somebody was called")
	}
}

// A phone that plays with the word does not wear out those on duty.
func TestAPhoneThatIsInDangerAgainAndAgain(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	for range 8 {
		h.text(ana, "DANGER")
		h.look(false)
		h.pass(5 * time.Minute)
		h.look(false)
	}
	if len(x.calls) != mostDangers {
		t.Errorf("%d calls", len(x.calls))
	}
}

// A quiet phone, and who has said STOP.
func TestWhatIsTextedLater(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.text(ana, "DANGER")
	exec(t, h.store.Pool, "update phones set quiet = true where lang = 'en'")
	h.pass(5 * time.Minute)
	h.look(false)
	if !strings.Contains(x.bodies(), "Nobody has answered so far. If it cannot wait, call 911. Or call (212) 555-0100.") || strings.Contains(x.bodies(), "anger") {
		t.Errorf("a quiet phone is sent %q", x.bodies())
	}
	h.text(eva, "DANGER")
	h.text(eva, "STOP")
	h.pass(5 * time.Minute)
	h.look(false)
	if n := strings.Count(x.bodies(), "Nobody has answered"); n != 1 {
		t.Errorf("a phone that said STOP is written to: %s", x.bodies())
	}
}

// What somebody in danger tells is a report that stands with the danger; those on duty are told without a word of it.
func TestTheReportOfSomebodyInDanger(t *testing.T) {
	h, x := urgentHouse(t)
	h.text(ana, "DANGER") // nobody is on duty
	h.text(ana, "there is gas in hall B")
	h.text(ana, "and in hall C")
	h.onDuty("Ben", ben, "en")
	h.text(eva, "DANGER")
	h.text(eva, "he follows me to the bus")
	if h.deliver(); x.bodies() != "" {
		t.Errorf("while somebody is being called those on duty are texted %q", x.bodies())
	}
	all, err := h.store.Dangers(t.Context(), h.store.Pool, h.line.AssemblyID, 10)
	if err != nil || len(all) != 2 || all[0].ReportNumber == 0 || all[1].ReportNumber == 0 || all[0].ReportNumber == all[1].ReportNumber {
		t.Fatalf("on record: %+v %v", all, err)
	}
	if n := h.count("select count(*) from report_parts"); n != 3 {
		t.Errorf("%d parts", n)
	}
}

// Whoever tells two things in danger has both read before all else, and those on duty are called once.
func TestTwoReportsOfOneDanger(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.text(ana, "DANGER he is at my door")
	h.text(ana, "MENU")
	if reply := h.text(ana, "danger, he breaks the window"); !strings.Contains(reply, "We are calling one person who speaks English.") || !strings.Contains(reply, "1 Ring me") {
		t.Errorf("told %q", reply)
	}
	if n := h.count("select count(*) from reports r where exists (select from dangers d where d.report_id = r.id)"); n != 2 {
		t.Errorf("%d reports are marked", n)
	}
	h.look(false)
	h.text(ana, "1")
	if r := h.pressed(x.last(t), "1"); len(x.calls) != 1 || r.Ring == nil || r.Ring.To != ana {
		t.Errorf("%d calls; after 1: %q", len(x.calls), r.Text())
	}
}

// By voice, with a number withheld too: a recording when nobody comes, and those on duty are texted once, neutrally.
func TestNobodyTakesACallOfSomebodyInDanger(t *testing.T) {
	for _, from := range []string{ana, ""} {
		h, x := urgentHouse(t)
		if _, err := h.g.UseFlows(t.Context(), libraryWith(t, map[string]string{"door.yaml": doorTo(t, "into"), "into.yaml": intoDanger}, vocabulary())); err != nil {
			t.Fatal(err)
		}
		h.set = h.g.sets.current()
		h.onDuty("Ben", ben, "en")
		h.onDuty("Flor", "+12125550106", "es")
		c := h.call(from)
		c.lead("into", "sure")
		c.press("1")
		if !strings.Contains(c.last.Text(), "call 9, 1, 1. That is not us.") || c.rung() != ben {
			t.Fatalf("the caller hears %q, and %q rings", c.last.Text(), c.rung())
		}
		c.rang(Missed)
		if !strings.Contains(c.last.Text(), "Nobody has answered.") || c.last.Wait.Record == 0 {
			t.Fatalf("the caller hears %q", c.last.Text())
		}
		c.record()
		c.hangUp()
		if err := h.deliver(); err != nil {
			t.Fatal(err)
		}
		if x.bodies() != "The 0100 Line: someone is waiting, and nobody has reached them. Please look at the list." || x.taken[0].To != ben {
			t.Errorf("texts %q", x.bodies())
		}
		all, err := h.store.Dangers(t.Context(), h.store.Pool, h.line.AssemblyID, 10)
		if err != nil || len(all) != 1 || all[0].ReportNumber == 0 || all[0].Channel != store.ByVoice || all[0].Phone.Valid != (from != "") {
			t.Errorf("on record: %+v %v", all, err)
		}
	}
}

// intoDanger leads a call into the flow danger by a key, as the door does.
const intoDanger = `
starts: {en: [INTO], es: [ADENTRO]}
steps:
  sure:
    ask: {en: "In danger now?", es: "¿En peligro ahora?"}
    choices:
      yes: {label: {en: say yes, es: decir que sí}, then: flow danger}
`

// What it costs a worker: two texts sent, and what they receive in segments.
func TestWhatDangerCosts(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	received := []string{h.text(ana, "DANGER"), h.text(ana, "1")}
	h.pass(5 * time.Minute)
	h.look(false)
	for _, m := range x.taken {
		if m.To == ana {
			received = append(received, m.Body)
		}
	}
	segments := 0
	for _, words := range received {
		n, _, _ := flows.Segments(words)
		segments += n
	}
	if len(received) != 3 || segments > 4 {
		t.Errorf("%d texts in %d segments: %s", len(received), segments, fmt.Sprint(received))
	}
}
