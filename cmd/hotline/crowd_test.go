package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/gateway/simulator"
	"hotline/store"
)

// What tests of broadcasts have in common: many people who agreed, and what the phone company was asked to send them.

// crowdNumber is that of one of many people.
func crowdNumber(i int) string { return fmt.Sprintf("+1212%07d", 2_000_000+i) }

const atOnce = 5000 // people added in one transaction

// members adds people who agreed to notices by a channel, one for each number, their languages in turn, and makes the first two organizers.
func (v *town) members(numbers []string, channel string, languages ...string) {
	v.Helper()
	for from := 0; from < len(numbers); from += atOnce {
		var rows []store.MemberRow
		for i, number := range numbers[from:min(len(numbers), from+atOnce)] {
			rows = append(rows, store.MemberRow{Line: i + 1, Name: fmt.Sprintf("Member %d", from+i), Phone: store.Phone(number), Language: languages[i%len(languages)],
				Standing: store.StandsMember, Agreed: &store.Agreement{How: "sheet", On: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Channels: []string{channel}}})
		}
		v.must(v.store.InTx(v.ctx, func(tx pgx.Tx) error {
			_, err := v.store.ImportMembers(v.ctx, tx, v.line.AssemblyID, rows, v.now())
			return err
		}))
	}
	v.must(v.store.InTx(v.ctx, func(tx pgx.Tx) error {
		for i, name := range []string{"Rosa", "Sam"} {
			m, err := v.store.FindMember(v.ctx, tx, v.line.AssemblyID, fmt.Sprintf("Member %d", i))
			if err != nil {
				return err
			}
			if _, err := v.store.AddOrganizer(v.ctx, tx, v.line.AssemblyID, name, m.ID); err != nil {
				return err
			}
		}
		return nil
	}))
	_, err := v.store.Pool.Exec(v.ctx, "analyze")
	v.must(err)
}

// people adds so many who agreed to texts.
func (v *town) people(n int) {
	v.Helper()
	numbers := make([]string, n)
	for i := range numbers {
		numbers[i] = crowdNumber(i)
	}
	v.members(numbers, store.ByText, "en", "es")
}

// callees adds people who agreed to calls alone.
func (v *town) callees(numbers ...string) {
	v.Helper()
	v.members(numbers, store.ByVoice, "en")
}

// outbound is a text or a call that the phone company was asked for.
type outbound struct{ To, Body, Direction string }

// asked lists what the company was asked for from the line: "Messages" or "Calls".
func (v *town) asked(what string, aPage int) (all []outbound) {
	v.Helper()
	for next := fmt.Sprintf("/2010-04-01/Accounts/%s/%s.json?PageSize=%d&From=%s", demoAccount, what, aPage, strings.ReplaceAll(servedLine, "+", "%2B")); next != ""; {
		req, err := http.NewRequestWithContext(v.ctx, http.MethodGet, v.url+next, nil)
		v.must(err)
		req.SetBasicAuth(demoAccount, "secret")
		res, err := http.DefaultClient.Do(req)
		v.must(err)
		if res.StatusCode != http.StatusOK {
			v.Fatalf("the phone company answers %s, asked for its %s", res.Status, what)
		}
		var page struct {
			Messages, Calls []outbound
			Next            string `json:"next_page_uri"`
		}
		v.must(json.NewDecoder(res.Body).Decode(&page))
		v.must(res.Body.Close())
		all, next = append(append(all, page.Messages...), page.Calls...), page.Next
	}
	return all
}

// sentTo counts the texts from the line with these words, by number.
func (v *town) sentTo(words string) map[string]int {
	v.Helper()
	got := map[string]int{}
	for _, m := range v.asked("Messages", 1000) {
		if strings.Contains(m.Body, words) {
			got[m.To]++
		}
	}
	return got
}

// placedTo counts the calls that were placed from the line, by number.
func (v *town) placedTo() map[string]int {
	v.Helper()
	got := map[string]int{}
	for _, c := range v.asked("Calls", 7) {
		if c.Direction == "outbound-api" {
			got[c.To]++
		}
	}
	return got
}

// approves has a second organizer approve all drafts, to go out now, as if it had been done a minute ago from their own phone.
func (v *town) approves(second string) {
	v.Helper()
	_, err := v.store.Pool.Exec(v.ctx, `update broadcasts set state = 'approved', approved_by = (select id from organizers where name = $2), approved_at = $1, starts_at = $1
		where state = 'draft'`, v.now(), second)
	v.must(err)
}

// approvedNotice drafts a notice with these words, and has it approved.
func (v *town) approvedNotice(words string) {
	v.Helper()
	v.organizer("Rosa", "", "broadcast", "draft", "--words", "en="+words+" / es="+words)
	v.approves("Sam")
}

// misbehaves has the phone company do so from now on.
func (v *town) misbehaves(p simulator.Plan) {
	v.Helper()
	body, err := json.Marshal(p)
	v.must(err)
	req, err := http.NewRequestWithContext(v.ctx, http.MethodPut, v.url+"/phones/faults", bytes.NewReader(body))
	v.must(err)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	v.must(err)
	v.must(res.Body.Close())
	if res.StatusCode/100 != 2 {
		v.Fatalf("the phone company answers %s", res.Status)
	}
}

// untilAtLeast waits until a number in the records has come so far.
func (v *town) untilAtLeast(least int, sql string) {
	v.Helper()
	for until := time.Now().Add(time.Minute); v.count(sql) < least; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			v.Fatalf("never %d: %s", least, sql)
		}
	}
}
