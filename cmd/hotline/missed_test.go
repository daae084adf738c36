package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/store"
)

// Texts that came while the hotline was off. The company keeps them in its list, and brings no webhook again.

const (
	carlasPhone = "+12125550103"
	dorasPhone  = "+12125550104"
	evasPhone   = "+12125550105"
)

// votingTown has Ana on the roll of an open ballot, before the read-back of her vote; confirm is what counts it.
func votingTown(t *testing.T) (n *neighborhood, confirm string) {
	t.Helper()
	n = newLostTown(t)
	n.must(n.store.InTx(n.ctx, func(tx pgx.Tx) error {
		if _, err := n.store.ImportMembers(n.ctx, tx, n.line.AssemblyID, []store.MemberRow{
			{Line: 1, Name: "Ana", Phone: anasPhone, Language: "en", Standing: store.StandsMember},
		}, n.clock()); err != nil {
			return err
		}
		_, err := n.store.OpenBallot(n.ctx, tx, store.NewBallot{
			Assembly: n.line.AssemblyID, Question: store.Words{"en": "Shall we ask for heat breaks?"},
			Options: []store.Words{{"en": "Yes"}, {"en": "No"}}, By: "Rosa", At: n.clock(),
		})
		return err
	}))
	n.text(anasPhone, "VOTE")
	asked := n.text(anasPhone, "1")
	digits := regexp.MustCompile(`(\d\d) Count it`).FindStringSubmatch(asked)
	if digits == nil {
		t.Fatalf("Ana was asked %q", asked)
	}
	return n, digits[1]
}

// text is a text to the line, and what it answers at once.
func (n *neighborhood) text(phone, words string, media ...simulator.Media) string {
	n.Helper()
	sent, err := n.phone(phone).Text(n.ctx, servedLine, words, media...)
	n.must(err)
	var said []string
	for _, r := range sent.Replies {
		if !r.Carrier {
			said = append(said, r.Body)
		}
	}
	return strings.Join(said, "\n")
}

// hear has what was missed heard, and all that goes out for it sent.
func (n *neighborhood) hear() {
	n.Helper()
	n.must(n.gateway.HearMissed(n.ctx))
	n.handed()
}

// told is what has come to a phone since it had so many texts.
func (n *neighborhood) told(number string, had int) string {
	n.Helper()
	all := n.inbox(number)
	return strings.Join(all[had:], "\n")
}

func (n *neighborhood) count(sql string, args ...any) (count int) {
	n.Helper()
	n.must(n.store.Pool.QueryRow(n.ctx, sql, args...).Scan(&count))
	return count
}

// records is how much there is of everything: what changes nothing leaves it as it is.
func (n *neighborhood) records() string {
	n.Helper()
	var all []string
	for _, table := range []string{"heard", "turns", "outgoing", "reports", "report_parts", "votes", "consent", "ballot_missed", "media", "phones"} {
		all = append(all, fmt.Sprint(table, " ", n.count("select count(*) from "+table)))
	}
	return strings.Join(all, ", ")
}

func TestTextsThatCameWhileTheHotlineWasOff(t *testing.T) {
	n, confirm := votingTown(t)
	n.hear()
	n.text(evasPhone, "ENGLISH")
	n.down()
	n.text(dorasPhone, "the lift in hall C is broken")
	n.pass(16 * time.Minute)
	n.text(anasPhone, confirm)
	n.text(bensPhone, "STOP")
	n.text(carlasPhone, "the lift in hall B is broken since Monday")
	n.text(evasPhone, "1")
	n.pass(2 * time.Minute)
	n.up()
	n.text(evasPhone, "MENU") // and is asked anew
	n.pass(time.Minute + time.Second)
	had := map[string]int{}
	for _, phone := range []string{anasPhone, bensPhone, carlasPhone, dorasPhone, evasPhone} {
		had[phone] = len(n.inbox(phone))
	}
	n.hear()

	// The confirm of a vote answers what it was meant for, and counts.
	if got := n.count("select count(*) from votes"); got != 1 {
		t.Errorf("%d votes", got)
	}
	if said := n.told(anasPhone, had[anasPhone]); !strings.Contains(said, "Yes") || strings.Contains(said, "late") {
		t.Errorf("Ana is told %q", said)
	}
	// STOP stands in the ledger, and nothing is sent.
	if got := n.count("select count(*) from consent where not given and how = 'stop word'"); got != 1 {
		t.Errorf("STOP stands %d times in the ledger", got)
	}
	if said := n.told(bensPhone, had[bensPhone]); said != "" {
		t.Errorf("Ben, who said STOP, is told %q", said)
	}
	// A report is filed as ever, with its code.
	if said := n.told(carlasPhone, had[carlasPhone]); !regexp.MustCompile(`\d{4} \d{4} \d{4}`).MatchString(said) {
		t.Errorf("Carla is told %q", said)
	}
	// What is too old, or was meant for a question before, is kept for a person, and its sender is told which it was.
	for phone, when := range map[string]string{dorasPhone: "12:00 pm", evasPhone: "12:16 pm"} {
		if said := n.told(phone, had[phone]); strings.Count(said, "reached us late") != 1 || !strings.Contains(said, when) {
			t.Errorf("%s is told %q, want that the text of %s was late", phone[len(phone)-4:], said, when)
		}
	}
	if got := n.count("select count(*) from reports where came_late is not null and open_until <= $1", n.clock()); got != 2 {
		t.Errorf("%d reports came late and are seen at once, want 2", got)
	}
	if listed := n.command("report", "list"); strings.Count(listed, "came late") != 2 {
		t.Errorf("organizers see\n%s", listed)
	}
	if shown := n.command("ballot", "show", "1"); !strings.Contains(shown, "1 text came while the hotline was away: 1 heard in time, 0 asked again") {
		t.Errorf("the ballot's record says\n%s", shown)
	}

	before := n.records()
	n.hear()
	n.pass(5 * time.Minute)
	n.hear()
	if after := n.records(); after != before {
		t.Errorf("heard again:\n%s\nthen\n%s", before, after)
	}
}

// A late "1" must never confirm a vote: neither when it is old, nor when the vote was asked about anew since.
func TestALateConfirmCountsNothing(t *testing.T) {
	for name, meanwhile := range map[string]func(n *neighborhood){
		"too old":     func(n *neighborhood) { n.pass(16 * time.Minute); n.up() },
		"asked since": func(n *neighborhood) { n.pass(time.Minute); n.up(); n.text(anasPhone, "VOTE"); n.pass(2 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			n, confirm := votingTown(t)
			n.down()
			n.text(anasPhone, confirm)
			meanwhile(n)
			had := len(n.inbox(anasPhone))
			n.hear()
			if got := n.count("select count(*) from votes"); got != 0 {
				t.Errorf("%d votes were counted", got)
			}
			if said := n.told(anasPhone, had); !strings.Contains(said, "it did not count: please send that again") {
				t.Errorf("Ana is told %q", said)
			}
			if shown := n.command("ballot", "show", "1"); !strings.Contains(shown, "1 text came while the hotline was away: 0 heard in time, 1 asked again") {
				t.Errorf("the ballot's record says\n%s", shown)
			}
		})
	}
}

// A webhook that comes after all does nothing again, and is not answered a second time.
func TestAWebhookAfterTheListWasRead(t *testing.T) {
	n, confirm := votingTown(t)
	n.down()
	sent, err := n.phone(anasPhone).Text(n.ctx, servedLine, confirm)
	n.must(err)
	n.pass(2 * time.Minute)
	n.hear()
	n.up()
	before := n.records()
	reply := n.gateway.Turn(n.ctx, gateway.Inbound{
		Key: sent.SID, Line: servedLine, From: anasPhone, Channel: gateway.Text, Kind: gateway.KindText, Text: confirm,
	})
	if reply.Text() != "" || n.records() != before {
		t.Errorf("answered %q; %s, then %s", reply.Text(), before, n.records())
	}
}

// Several texts of one phone are heard in the order in which they were sent, each after the one before it.
func TestATalkThatWasMissed(t *testing.T) {
	n, _ := votingTown(t)
	n.down()
	n.pass(10 * time.Second)
	n.text(anasPhone, "VOTE")
	n.text(anasPhone, "2")
	n.pass(3 * time.Minute)
	n.up()
	had := len(n.inbox(anasPhone))
	n.hear()
	if said := n.told(anasPhone, had); !strings.Contains(said, "You chose No") {
		t.Errorf("Ana is told %q", said)
	}
}

// The last word to the carrier counts, in whatever order we hear it.
func TestALateStopDoesNotUndoALaterStart(t *testing.T) {
	n := newLostTown(t)
	n.text(anasPhone, "ENGLISH")
	n.down()
	n.text(anasPhone, "STOP")
	n.pass(2 * time.Minute)
	n.up()
	n.text(anasPhone, "START")
	n.pass(2 * time.Minute)
	n.hear()
	if got := n.count("select count(*) from consent where not given"); got != 0 {
		t.Error("a late STOP undid START")
	}
	n.down()
	n.text(anasPhone, "STOP")
	n.pass(20 * time.Minute)
	n.up()
	n.hear()
	if got := n.count("select count(*) from consent where not given"); got != 1 {
		t.Error("a STOP that came very late is not in the ledger")
	}
}

// Digits that may be a code are shown to nobody, and a picture is.
func TestWhatALateTextLeaves(t *testing.T) {
	n := newLostTown(t)
	n.down()
	n.text(anasPhone, "4711 2233 4455")
	n.text(anasPhone, "4711") // in the same minute: told once
	n.text(bensPhone, "look at this", simulator.Media{ContentType: "image/png", Data: []byte("picture")})
	n.pass(20 * time.Minute)
	n.up()
	n.hear()
	if got := n.count("select count(*) from report_parts"); got != 1 {
		t.Errorf("%d texts are kept for a person, want Ben's", got)
	}
	if got := n.count("select count(*) from media where report_id is not null"); got != 1 {
		t.Errorf("%d pictures are with a report", got)
	}
	for _, phone := range []string{anasPhone, bensPhone} {
		if said := n.told(phone, 0); strings.Count(said, "reached us late") != 1 {
			t.Errorf("told %q", said)
		}
	}
}

// What cannot be read or recorded now is heard in the next run; a process that ends in the middle leaves the rest to it, and nothing twice.
func TestMissedTextsAreHeardInTheEnd(t *testing.T) {
	n := newLostTown(t)
	n.down()
	for i := range 6 {
		n.text(fmt.Sprintf("+1212555%04d", 5000+i), "the lift in hall B is broken")
	}
	n.pass(2 * time.Minute)
	n.up()
	n.faults.Set(simulator.Plan{Lists: simulator.ListFaults{APage: 2}, REST: []simulator.RESTFault{{Method: http.MethodGet, Path: "Messages.json", Skip: 1, Status: 503}}})
	if err := n.gateway.HearMissed(n.ctx); err == nil {
		t.Error("half a list was taken for whole")
	}
	n.faults.Set(simulator.Plan{Lists: simulator.ListFaults{APage: 2}})
	ctx, kill := context.WithCancel(n.ctx)
	dies := listFunc(func(ctx context.Context, f gateway.ListFilter, each func(gateway.Listed) error) error {
		err := n.client.ListMessages(ctx, f, each)
		time.AfterFunc(40*time.Millisecond, kill)
		return err
	})
	n.list.Store(&dies)
	_ = n.gateway.HearMissed(ctx) // it may have come to any place
	n.list.Store(nil)
	n.hear()
	n.hear()
	if got := n.count("select count(*) from reports"); got != 6 {
		t.Errorf("%d reports, want 6", got)
	}
	for i := range 6 {
		if all := n.inbox(fmt.Sprintf("+1212555%04d", 5000+i)); len(all) != 1 {
			t.Errorf("phone %d was answered %q", i, all)
		}
	}
}

// Nothing is looked for further back than three days, nor from before the line was ours.
func TestHowFarBackTextsAreLookedFor(t *testing.T) {
	n := newLostTown(t)
	n.down()
	n.text(anasPhone, "the lift in hall B is broken")
	n.pass(73 * time.Hour)
	n.text(bensPhone, "the lift in hall C is broken")
	n.pass(20 * time.Minute)
	n.up()
	var since time.Time
	spies := listFunc(func(ctx context.Context, f gateway.ListFilter, each func(gateway.Listed) error) error {
		since = f.Since
		return n.client.ListMessages(ctx, f, each)
	})
	n.list.Store(&spies)
	n.hear()
	if got := n.count("select count(*) from reports"); got != 1 {
		t.Errorf("%d reports, want Ben's", got)
	}
	if n.clock().Sub(since) > 73*time.Hour {
		t.Errorf("looked back to %v", since)
	}
	n.pass(3 * time.Minute)
	n.hear()
	if n.clock().Sub(since) > 15*time.Minute {
		t.Errorf("the second run looked back %v: it does not remember where the first has been", n.clock().Sub(since))
	}
}
