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

// A broadcast goes out at the pace of its line; a hotline that is killed on the way goes on where it was: nobody is skipped, and nobody told twice.
func TestABroadcastSurvivesBeingKilled(t *testing.T) {
	v := newTown(t, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), "en", "es")
	v.people(*soakPhones)
	_, err := v.store.Pool.Exec(v.ctx, `update lines set pace = $1, daily_cap = 1000000`, *soakPace)
	v.must(err)
	const words = "The gate on Elm St is open again."
	v.organizer("Rosa", "", "broadcast", "draft", "--words", "en="+words+" / es="+words)
	_, err = v.store.Pool.Exec(v.ctx, `update broadcasts set state = 'approved', approved_by = (select id from organizers where name = 'Sam'), approved_at = now(),
		starts_at = $1`, v.now())
	v.must(err)
	count := func(which string) (n int) {
		v.must(v.store.Pool.QueryRow(v.ctx, `select count(*) from outgoing where `+which).Scan(&n))
		return n
	}
	for kill := range *soakKills {
		for count(`state <> 'ready'`) < (kill+1)**soakPhones/(*soakKills+1) {
			time.Sleep(50 * time.Millisecond)
		}
		v.killed()
	}
	for count(`state = 'ready'`) > 0 || count(`id is not null`) == 0 {
		time.Sleep(50 * time.Millisecond)
	}
	v.stop(os.Interrupt)
	told := v.sentTo(words)
	unknown := count(`state in ('unknown', 'sending')`)
	twice := 0
	for _, n := range told {
		if n > 1 {
			twice++
		}
	}
	if missing := *soakPhones - len(told); twice > 0 || missing > unknown {
		t.Errorf("%d were told twice, and %d not at all, of whom %d are unknown", twice, missing, unknown)
	}
	v.paced()
}

// paced checks what went out in any ten seconds in which the hotline ran, and logs it.
func (v *town) paced() {
	v.Helper()
	rows, err := v.store.Pool.Query(v.ctx, `select sent_at from outgoing where sent_at is not null order by sent_at`)
	v.must(err)
	at, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	v.must(err)
	const window = 10 * time.Second
	var rates []float64
	for i, from := range at {
		until := from.Add(window)
		if at[len(at)-1].Before(until) {
			break
		}
		n, _ := slices.BinarySearchFunc(at[i:], until, time.Time.Compare)
		gap := false // it was down meanwhile
		for j := i + 1; j < i+n; j++ {
			gap = gap || at[j].Sub(at[j-1]) > time.Second
		}
		if !gap {
			rates = append(rates, float64(n)/window.Seconds())
		}
		if n > (*soakPace*int(window.Seconds()))*102/100+1 {
			v.Errorf("%d in ten seconds, at %d a second", n, *soakPace)
			break
		}
	}
	if len(rates) > 0 {
		slices.Sort(rates)
		v.Logf("in ten seconds: from %.1f to %.1f a second, the median %.1f", rates[0], rates[len(rates)-1], rates[len(rates)/2])
	}
}
