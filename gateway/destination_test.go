package gateway

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// A text that we start does not go to a country that the line does not text; an answer to whoever has just written does, by the webhook's reply as
// by a text; a number that earns its owner money is never texted. What was kept back is listed, and no number with it.
func TestTextsToOtherCountriesAreKeptBack(t *testing.T) {
	const abroad, premium = "+525551234567", "+19005551234"
	h, p := waitingHouse(t)
	if h.text(abroad, "MENU") == "" {
		t.Fatal("whoever writes from abroad is not answered")
	}
	to := func(number string, anyHour bool) {
		phone, err := h.store.EnsurePhone(t.Context(), h.store.Pool, h.line.AssemblyID, store.Phone(number))
		if err != nil {
			t.Fatal(err)
		}
		o := store.Outgoing{ID: uuid.New(), Assembly: h.line.AssemblyID, Line: h.line.ID, Phone: phone, Channel: store.ByText, Purpose: store.ForAnswers, Body: "OK",
			ExpiresAt: h.g.now().Add(time.Hour), AnyHour: anyHour}
		if _, err := h.store.AddOutgoing(t.Context(), h.store.Pool, o); err != nil {
			t.Fatal(err)
		}
		if err := h.deliver(); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		number  string
		anyHour bool
		sent    int
	}{{ana, false, 1}, {abroad, false, 1}, {abroad, true, 2}, {premium, true, 2}, {premium, false, 2}} {
		if to(c.number, c.anyHour); len(p.taken) != c.sent {
			t.Fatalf("%+v: %d were sent", c, len(p.taken))
		}
	}
	kept, err := h.store.Unsettled(t.Context(), h.store.Pool, h.line.AssemblyID, store.WhichKeptBack)
	if err != nil || len(kept) != 3 {
		t.Errorf("%d are listed, %v", len(kept), err)
	}
}

// A single text waits while its line has spent what it may today, and goes when there is money again; what somebody has just asked for does not
// wait for that.
func TestASingleTextCostsToo(t *testing.T) {
	h, p := waitingHouse(t)
	h.text(ana, "ENGLISH")
	h.run("update lines set pace = 0, daily_cap = 1, price = 600000") // one segment
	for range 2 {
		if _, err := h.reminder(store.Outgoing{}); err != nil && len(p.taken) != 1 {
			t.Fatal(err)
		}
	}
	if len(p.taken) != 1 {
		t.Fatalf("%d were sent", len(p.taken))
	}
	line, err := h.store.LineByID(t.Context(), h.store.Pool, h.line.ID)
	if err != nil {
		t.Fatal(err)
	}
	if spent, _, err := h.store.SpentToday(t.Context(), h.store.Pool, line, h.g.now()); err != nil || spent != 600_000 {
		t.Errorf("%d is spent, %v", spent, err)
	}
	h.reminder(store.Outgoing{AnyHour: true})
	if len(p.taken) != 2 {
		t.Errorf("an answer waits for money: %d were sent", len(p.taken))
	}
	h.run("update lines set daily_cap = 2")
	h.pass(16 * time.Minute)
	if err := h.deliver(); err != nil || len(p.taken) != 3 {
		t.Errorf("%d were sent, %v", len(p.taken), err)
	}
}

// The edges of what pauses a broadcast: above a fifth of failures, two in a hundred taken for spam, one refusal of the account, a tenth to where the
// carrier does not send; those who told the carrier to stop are no failure. (The issue: a broadcast pauses itself and says why.)
func TestWhenABroadcastGoesWrong(t *testing.T) {
	for _, c := range []struct {
		delivered, failed                               int
		number, stopped, account, destination, filtered int
		want                                            string
	}{
		{delivered: 80, failed: 20, number: 20},
		{delivered: 79, failed: 21, number: 21, want: store.WhyFailures},
		{delivered: 14, failed: 5, number: 5}, // too few to judge
		{delivered: 15, failed: 5, number: 5, want: store.WhyFailures},
		{delivered: 16, failed: 4, number: 4},
		{delivered: 0, failed: 100, stopped: 100},
		{delivered: 16, failed: 84, stopped: 80, number: 4},
		{delivered: 15, failed: 85, stopped: 80, number: 5, want: store.WhyFailures},
		{delivered: 98, failed: 2, filtered: 2, want: store.WhyFiltered},
		{delivered: 99, failed: 1, filtered: 1},
		{delivered: 49, failed: 1, filtered: 1, want: store.WhyFiltered},
		{delivered: 48, failed: 1, filtered: 1}, // of fewer than fifty one is no sign
		{delivered: 999, failed: 1, account: 1, want: store.WhyAccount},
		{delivered: 90, failed: 10, destination: 10, want: store.WhyCountry},
		{delivered: 91, failed: 9, destination: 9},
		{delivered: 0, failed: 9, destination: 9},
		{delivered: 0, failed: 10, destination: 10, want: store.WhyCountry},
	} {
		got := goesWrong(store.Progress{Delivered: c.delivered, Failed: c.failed, Blamed: map[store.Blame]int{store.BlameNumber: c.number,
			store.BlameStopped: c.stopped, store.BlameAccount: c.account, store.BlameDestination: c.destination, store.BlameFiltered: c.filtered}})
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
