package main

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// How many phones an alert goes to while a notice is under way, and how fast their line sends: `go test -run TestAnAlertGoesBeforeALargeNotice -v
// ./cmd/hotline -args -alerted 2000 -noticed 5000 -alertpace 100`.
var (
	alertPhones  = flag.Int("alerted", 150, "how many phones an alert goes to while a notice is under way")
	noticePhones = flag.Int("noticed", 500, "how many phones that notice goes to, those of the alert among them")
	alertPace    = flag.Int("alertpace", 100, "how many segments a second their line sends")
)

// chooseAlerts has the first few of many people have chosen alerts.
func (v *town) chooseAlerts(n int) {
	v.Helper()
	v.must(v.store.InTx(v.ctx, func(tx pgx.Tx) error {
		for i := range n {
			phone, _, err := v.store.FindPhone(v.ctx, tx, store.Phone(crowdNumber(i)))
			if err != nil {
				return err
			}
			if err := v.store.AddConsent(v.ctx, tx, store.Consent{Assembly: v.line.AssemblyID, Phone: phone, Purpose: store.ForAlerts, Channel: store.ByText, Given: true, How: "test"}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// An alert that is raised while a large notice is under way on the same line goes before it, as fast as the line's pace lets it: the last of its phones is
// told in about the time that its texts take. Nobody is told twice, and the notice goes on and ends whole.
func TestAnAlertGoesBeforeALargeNotice(t *testing.T) {
	v := newTown(t, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), "en", "es")
	v.people(*noticePhones)
	v.chooseAlerts(*alertPhones)
	_, err := v.store.Pool.Exec(v.ctx, `update lines set pace = $1, daily_cap = 1000000`, *alertPace)
	v.must(err)
	way := v.between(nil)
	const notice, alert = "The gate on Elm St is open again.", "Gas in hall B. Stay out."
	v.approvedNotice(notice)
	v.organizer("Rosa", "", "broadcast", "draft", "--alert", "--words", "en="+alert+" / es="+alert)
	v.untilAtLeast(20, `select count(*) from outgoing where state in ('accepted', 'sent', 'delivered')`)
	raised := time.Now()
	v.approves("Sam")
	for v.count(`select count(*) from outgoing where state = 'ready'`) > 0 { // as long as the pace takes, and no longer than the town stands
		time.Sleep(50 * time.Millisecond)
	}
	v.until(2, `select count(*) from broadcasts where state = 'done'`)
	v.stop(os.Interrupt)

	told := map[string]map[string]int{notice: {}, alert: {}} // by words and number
	var first, last time.Time
	before, between := 0, 0
	var since []time.Time
	for _, a := range way.asked {
		if strings.Contains(a.words, alert) {
			if told[alert][a.to]++; first.IsZero() {
				first, before = a.at, len(since)
			}
			last, between = a.at, len(since)-before
			continue
		}
		if told[notice][a.to]++; a.at.After(raised) {
			since = append(since, a.at)
		}
	}
	for words, want := range map[string]int{notice: *noticePhones, alert: *alertPhones} {
		if len(told[words]) != want {
			t.Errorf("%q was told to %d of %d", words, len(told[words]), want)
		}
		for _, n := range told[words] {
			if n > 1 {
				t.Errorf("%q was told to somebody %d times", words, n)
			}
		}
	}
	least := time.Duration(*alertPhones) * time.Second / time.Duration(*alertPace)
	t.Logf("the first text of the alert was asked for %.1f s after it was approved, behind %d of the notice; the last after %.1f s, of which %d texts at %d a second take %.1f s, with %d of the notice between them, and %d after",
		first.Sub(raised).Seconds(), before, last.Sub(raised).Seconds(), *alertPhones, *alertPace, least.Seconds(), between, len(since)-before-between)
	if between > 10 { // of those that are on their way at the same moment one may overtake another
		t.Errorf("%d texts of the notice went out between those of the alert", between)
	}
	if len(since)-before-between < *noticePhones/4 {
		t.Error("the notice was almost over when the alert went out: it did not wait for it, or was too small")
	}
	if most := least*5/4 + 10*time.Second; last.Sub(raised) > most {
		t.Errorf("the last text of the alert was asked for after %v, and not within %v", last.Sub(raised), most)
	}
}
