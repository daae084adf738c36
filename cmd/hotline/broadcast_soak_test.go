package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/gateway/simulator"
	"hotline/store"
)

// How large the town is to which a broadcast goes, how fast, and how often the hotline is killed on the way:
// `go test -run TestABroadcastSurvives ./cmd/hotline -args -phones 10000 -kills 5`.
var (
	soakPhones = flag.Int("phones", 400, "how many phones a broadcast goes to")
	soakPace   = flag.Int("pace", 100, "how many segments a second")
	soakKills  = flag.Int("kills", 2, "how often the hotline is killed on the way")
)

// people adds so many who agreed to notices, and two organizers.
func (v *town) people(n int) {
	v.Helper()
	v.must(v.store.InTx(v.ctx, func(tx pgx.Tx) error {
		var rows []store.MemberRow
		for i := range n {
			rows = append(rows, store.MemberRow{Line: i + 1, Name: fmt.Sprintf("Member %d", i), Phone: store.Phone(fmt.Sprintf("+1212%07d", 2_000_000+i)),
				Language: []string{"en", "es"}[i%2], Standing: store.StandsMember,
				Agreed: &store.Agreement{How: "sheet", On: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Channels: []string{store.ByText}}})
		}
		if _, err := v.store.ImportMembers(v.ctx, tx, v.line.AssemblyID, rows, v.now()); err != nil {
			return err
		}
		for _, name := range []string{"Rosa", "Sam"} {
			m, err := v.store.FindMember(v.ctx, tx, v.line.AssemblyID, "Member "+map[string]string{"Rosa": "0", "Sam": "1"}[name])
			if err != nil {
				return err
			}
			if _, err := v.store.AddOrganizer(v.ctx, tx, v.line.AssemblyID, name, m.ID); err != nil {
				return err
			}
		}
		return nil
	}))
}

// sentTo lists what the phone company was asked to send from the line with these words, by number.
func (v *town) sentTo(words string) map[string]int {
	v.Helper()
	got := map[string]int{}
	for next := "/2010-04-01/Accounts/" + demoAccount + "/Messages.json?PageSize=1000&From=" + strings.ReplaceAll(servedLine, "+", "%2B"); next != ""; {
		req, err := http.NewRequestWithContext(v.ctx, http.MethodGet, v.url+next, nil)
		v.must(err)
		req.SetBasicAuth(demoAccount, "secret")
		res, err := http.DefaultClient.Do(req)
		v.must(err)
		var page struct {
			Messages []struct{ To, Body string }
			Next     string `json:"next_page_uri"`
		}
		v.must(json.NewDecoder(res.Body).Decode(&page))
		v.must(res.Body.Close())
		for _, m := range page.Messages {
			if strings.Contains(m.Body, words) {
				got[m.To]++
			}
		}
		next = page.Next
	}
	return got
}

// approvedNotice drafts a notice with these words, and has it approved as if a second organizer had.
func (v *town) approvedNotice(words string) {
	v.Helper()
	v.organizer("Rosa", "", "broadcast", "draft", "--words", "en="+words+" / es="+words)
	v.approves("Sam")
}

// approves has a second organizer approve all drafts, to go out now, as if it had been done a minute ago from their own phone.
func (v *town) approves(second string) {
	v.Helper()
	_, err := v.store.Pool.Exec(v.ctx, `update broadcasts set state = 'approved', approved_by = (select id from organizers where name = $2), approved_at = $1, starts_at = $1
		where state = 'draft'`, v.now(), second)
	v.must(err)
}

// stopping has some people say STOP who were not told yet, and gives their numbers.
func (v *town) stopping(n int) (numbers []string) {
	v.Helper()
	for i := *soakPhones - 1; i >= 0 && len(numbers) < n; i -= 7 {
		number := fmt.Sprintf("+1212%07d", 2_000_000+i)
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
