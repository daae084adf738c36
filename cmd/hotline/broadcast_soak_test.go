package main

import (
	"flag"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/gateway/simulator"
)

// How large the town is to which a broadcast goes, how fast, and how often the hotline is killed on the way:
// `go test -run TestABroadcastSurvives ./cmd/hotline -args -phones 10000 -kills 5`.
var (
	soakPhones = flag.Int("phones", 400, "how many phones a broadcast goes to")
	soakPace   = flag.Int("pace", 100, "how many segments a second")
	soakKills  = flag.Int("kills", 2, "how often the hotline is killed on the way")
)

// stopping has some people say STOP who were not told yet, and gives their numbers.
func (v *town) stopping(n int) (numbers []string) {
	v.Helper()
	for i := *soakPhones - 1; i >= 0 && len(numbers) < n; i -= 7 {
		number := crowdNumber(i)
		phone, err := simulator.Dial(v.url, number)
		v.must(err)
		_, err = phone.Text(v.ctx, servedLine, "STOP")
		v.must(err)
		if v.count(`select count(*) from outgoing o join phones p on p.id = o.phone_id where p.index = $1 and o.state = 'ready'`, v.store.Keys.Index("phone", number)) == 1 {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// A broadcast goes out at the pace of its line; a hotline that is killed on the way goes on where it was: nobody is skipped, nobody told twice, and
// nobody is told who said STOP before it was their turn. (WORKERS.md: STOP silences every text that we start.)
func TestABroadcastSurvivesBeingKilled(t *testing.T) {
	v := newTown(t, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), "en", "es")
	v.people(*soakPhones)
	_, err := v.store.Pool.Exec(v.ctx, `update lines set pace = $1, daily_cap = 1000000`, *soakPace)
	v.must(err)
	way := v.between(nil)
	const words = "The gate on Elm St is open again."
	v.approvedNotice(words)
	var stopped []string
	for kill := range *soakKills {
		for v.count(`select count(*) from outgoing where state <> 'ready'`) < (kill+1)**soakPhones/(*soakKills+1) {
			time.Sleep(50 * time.Millisecond)
		}
		if kill == 0 {
			stopped = v.stopping(5)
		}
		v.killed()
	}
	for v.count(`select count(*) from outgoing where state = 'ready'`) > 0 || v.count(`select count(*) from outgoing`) == 0 {
		time.Sleep(50 * time.Millisecond)
	}
	v.stop(os.Interrupt)
	told := v.sentTo(words)
	times, asked := way.told()
	unknown := v.count(`select count(*) from outgoing where state in ('unknown', 'sending')`)
	twice := 0
	for _, n := range told {
		if n > 1 {
			twice++
		}
	}
	if missing := *soakPhones - len(told) - v.count(`select count(*) from outgoing where state = 'refused'`); twice > 0 || missing > unknown {
		t.Errorf("%d were told twice, and %d not at all, of whom %d are unknown", twice, missing, unknown)
	}
	for _, number := range stopped {
		if asked[number] > 0 {
			t.Error("somebody was told who had said STOP before it was their turn")
		}
	}
	if len(stopped) == 0 && *soakKills > 0 {
		t.Error("nobody said STOP")
	}
	v.paced("asked of the company", times)
	rows, err := v.store.Pool.Query(v.ctx, `select sent_at from outgoing where sent_at is not null order by sent_at`)
	v.must(err)
	times, err = pgx.CollectRows(rows, pgx.RowTo[time.Time])
	v.must(err)
	offset := time.Until(v.now()) // the records are by the town's clock
	for i := range times {
		times[i] = times[i].Add(-offset)
	}
	v.paced("by the records", times)
}

// paced checks what went out in any ten seconds: never more than the pace, and no less where the hotline ran all the time. Two in a hundred are
// allowed either way.
func (v *town) paced(which string, at []time.Time) {
	v.Helper()
	const window = 10 * time.Second
	slices.SortFunc(at, time.Time.Compare)
	var rates []float64
	for i, from := range at {
		until := from.Add(window)
		if at[len(at)-1].Before(until) {
			break
		}
		n, _ := slices.BinarySearchFunc(at[i:], until, time.Time.Compare)
		rate := float64(n) / window.Seconds()
		if rate > float64(*soakPace)*1.02+0.1 {
			v.Errorf("%s: %.1f a second in ten, at a pace of %d", which, rate, *soakPace)
			break
		}
		if v.ran(from, until, at) {
			rates = append(rates, rate)
		}
	}
	if len(rates) == 0 {
		return // it was too short
	}
	slices.Sort(rates)
	v.Logf("%s, in ten seconds: from %.1f to %.1f a second, the median %.1f, of %d", which, rates[0], rates[len(rates)-1], rates[len(rates)/2], len(rates))
	if rates[0] < float64(*soakPace)*0.98 {
		v.Errorf("%s: only %.1f a second in ten, at a pace of %d", which, rates[0], *soakPace)
	}
}

// ran tells whether the hotline ran from one moment to the next: it was not killed, and had gone on again.
func (v *town) ran(from, until time.Time, sent []time.Time) bool {
	for _, down := range v.life.downs {
		again, _ := slices.BinarySearchFunc(sent, down[1], time.Time.Compare)
		if again < len(sent) && from.Before(sent[again]) && until.After(down[0]) {
			return false
		}
	}
	return true
}
