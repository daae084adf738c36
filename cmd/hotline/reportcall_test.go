package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/flows/library"
	"hotline/gateway/simulator"
	"hotline/store"
)

const rosasPhone = "+12125550104"

// callBacks is a neighborhood in which Rosa is an organizer, and what she has typed and read.
type callBacks struct {
	*neighborhood
	ana, rosa *simulator.Phone
	read      strings.Builder
}

func newCallBacks(t *testing.T) *callBacks {
	t.Helper()
	b := &callBacks{neighborhood: newNeighborhoodOf(t, library.Files)}
	b.ana, b.rosa = b.phone(anasPhone), b.phone(rosasPhone)
	b.does("", "organizer", "add", "Rosa")
	return b
}

// organizes is one command, with what is typed where it asks. Whatever it says is kept.
func (b *callBacks) organizes(typed string, args ...string) (string, error) {
	b.Helper()
	c, rest, err := find(commands(), args)
	b.must(err)
	var out strings.Builder
	w := &world{cfg: b.cfg, in: strings.NewReader(typed), out: &out, err: &out, now: func() time.Time { return time.Unix(b.now.Load(), 0) }, name: "hotline"}
	err = c.run(b.ctx, w, rest)
	b.read.WriteString(out.String())
	if err != nil {
		b.read.WriteString(err.Error())
	}
	return out.String(), err
}

func (b *callBacks) does(typed string, args ...string) string {
	b.Helper()
	out, err := b.organizes(typed, args...)
	b.must(err)
	return out
}

// asks is Ana's report, with how she wants to be called back, and gives its number.
func (b *callBacks) asks(answers ...string) (number string) {
	b.Helper()
	b.sends(b.ana, "the lift in hall B is broken")
	for _, a := range append([]string{"2", "5"}, answers...) {
		b.sends(b.ana, a)
	}
	b.sends(b.ana, "6")
	n := 0
	b.must(b.store.Pool.QueryRow(b.ctx, "select reports.number from reports join report_callbacks c on c.report_id = id order by filed_at desc limit 1").Scan(&n))
	return fmt.Sprint(n)
}

// calls has Rosa called back to her phone, and gives her call once she has pressed 1.
func (b *callBacks) calls(number string) *simulator.Call {
	b.Helper()
	out := b.does("212-555-0104\n", "report", "call", number, "--as", "Rosa")
	if !strings.Contains(out, "Your phone rings now. Press 1 there, and theirs rings: it shows the line") {
		b.Errorf("Rosa reads %q", out)
	}
	call := b.answered(b.rosa)
	if said := call.History().Words(); said != "This is The 0100 Line. You asked to be connected. To be connected now, press 1." {
		b.Errorf("Rosa hears %q", said)
	}
	_, err := call.Press(b.ctx, "1")
	b.must(err)
	return call
}

// shows waits until report show says what came of the last call.
func (b *callBacks) shows(number, want string) {
	b.Helper()
	b.must(b.company.Settle(b.ctx))
	b.until("select count(*) from report_calls where ended_at is null", 0)
	if out := b.does("", "report", "show", number); !strings.Contains(out, ": "+want+"\n") || !strings.Contains(out, "Called by Rosa, ") {
		b.Errorf("want %q in %s", want, out)
	}
}

// discreet checks that no number of either is read, logged or journaled, and that every document of the story shows the line and no other
// number. (WORKERS.md: "from the line's own number")
func (b *callBacks) discreet(dialed int) {
	b.Helper()
	if got := b.dials(); got != dialed {
		b.Errorf("%d phones were put through to, want %d", got, dialed)
	}
	journal := ""
	deeds, err := b.store.Journal(b.ctx, b.store.Pool, b.line.AssemblyID)
	b.must(err)
	for _, d := range deeds {
		journal += d.Act + " " + d.Object + " by " + d.Actor + "\n"
	}
	if !strings.Contains(journal, "report.call report ") {
		b.Errorf("the journal has %s", journal)
	}
	for where, text := range map[string]string{"output": b.read.String(), "log": b.logged.String(), "journal": journal} {
		for _, number := range []string{"0101", "0104", "0142"} {
			if strings.Contains(text, "555"+number) || strings.Contains(text, "555-"+number) {
				b.Errorf("a number ending in %s stands in the %s: %s", number, where, text)
			}
		}
	}
	b.twiml.mu.Lock()
	defer b.twiml.mu.Unlock()
	if strings.Contains(b.twiml.all.String(), "5550104") {
		b.Error("Rosa's number stands in a document")
	}
	b.quiet()
}

const backMessage = "This is The 0100 Line. There is a message for the person who asked for it. To hear it, press 1. To never be called again, press 2."

// All the way through a phone company: Rosa's phone rings, then Ana's, and they talk; then 2 ends it for good.
func TestAWorkerIsCalledBackThroughTheLine(t *testing.T) {
	b := newCallBacks(t)
	number := b.asks("1", "4", "2") // on this phone, at any time, nobody else may answer
	rosas := b.calls(number)
	anas := b.answered(b.ana)
	if said := anas.History().Words(); said != backMessage {
		t.Errorf("Ana's phone says %q", said)
	}
	if _, err := b.organizes("212-555-0104\n", "report", "call", number, "--as", "Rosa"); err == nil || !strings.Contains(err.Error(), "calling them already") {
		t.Errorf("a second call meanwhile: %v", err)
	}
	_, err := anas.Press(b.ctx, "1")
	b.must(err)
	_, err = anas.Speak(b.ctx, "I am in hall B")
	b.must(err)
	b.hears(rosas, "I am in hall B")
	_, err = anas.Hangup(b.ctx)
	b.must(err)
	b.shows(number, "reached")

	b.calls(number)
	_, err = b.answered(b.ana).Press(b.ctx, "2")
	b.must(err)
	b.shows(number, "never again, they say: that phone is not called any more")
	if _, err := b.organizes("212-555-0104\n", "report", "call", number, "--as", "Rosa"); err == nil || !strings.Contains(err.Error(), "wants no calls from the line") {
		t.Errorf("whoever wants no calls is called: %v", err)
	}
	b.until("select count(*) from outgoing where channel = 'voice' and state = 'delivered'", 2)
	b.until("select count(*) from outgoing where channel = 'text'", 0)
	b.discreet(2)
}

// A machine hears the line's name and presses no key; nobody answers; Rosa hangs up while it rings, or does not take her own call.
func TestNobodyIsReachedByACallBack(t *testing.T) {
	b := newCallBacks(t)
	number := b.asks("1", "4", "1", "It is about the raffle")
	rosas := b.calls(number)
	machine, err := b.ana.AnswerAs(b.ctx, b.rings(b.ana), "machine_start")
	b.must(err)
	_, err = machine.Silence(b.ctx)
	b.must(err)
	if said := machine.History().Words(); said != backMessage {
		t.Errorf("Ana's machine hears %q", said)
	}
	b.hears(rosas, "They did not answer. Goodbye.")
	b.shows(number, "not answered")

	b.calls(number)
	b.must(b.ana.Reject(b.ctx, b.rings(b.ana)))
	b.shows(number, "not answered")

	rosas = b.calls(number)
	b.rings(b.ana)
	_, err = rosas.Hangup(b.ctx)
	b.must(err)
	b.shows(number, "not answered")

	out := b.does("212-555-0104\n", "report", "call", number, "--as", "Rosa")
	if !strings.Contains(out, "If another person answers, tell them: It is about the raffle") {
		t.Errorf("Rosa reads %q", out)
	}
	b.must(b.rosa.Reject(b.ctx, b.rings(b.rosa)))
	b.shows(number, "not rung; nobody pressed 1 on the organizer's phone, or it was too late by then")
	b.until("select count(*) from consent where channel = 'voice' and not given", 0)
	b.discreet(3)
}

// "In hours they allowed", at the number that they left; an organizer whose phone is known is not asked for it.
func TestACallBackOnTheirTerms(t *testing.T) {
	b := newCallBacks(t)
	number := b.asks("2", "212 555 0142", "3", "2") // another number, in the evening
	if _, err := b.organizes("212-555-0104\n", "report", "call", number, "--as", "Rosa"); err == nil ||
		!strings.Contains(err.Error(), "they asked to be called in the evening: it may be tried from") || !strings.Contains(err.Error(), "6:00") {
		t.Errorf("at noon: %v", err)
	}
	b.now.Add(7 * 3600)
	other := b.phone("+12125550142")
	rosas := b.calls(number)
	_, err := b.answered(other).Press(b.ctx, "1")
	b.must(err)
	_, err = rosas.Hangup(b.ctx)
	b.must(err)
	b.shows(number, "reached")
	if out := b.does("", "report", "show", number, "--json"); !strings.Contains(out, `"state": "reached"`) || !strings.Contains(out, `"by": "Rosa"`) {
		t.Errorf("JSON: %s", out)
	}

	list := filepath.Join(t.TempDir(), "members.csv")
	b.must(os.WriteFile(list, []byte("name,phone,agreed_how,agreed_on,agreed_to\nTina,"+rosasPhone+",sheet,2026-05-01,both\n"), 0o600))
	b.does("", "member", "import", list, "--as", "Rosa")
	b.does("", "organizer", "add", "Tina", "--member", "Tina", "--as", "Rosa")
	b.does("", "report", "call", number, "--as", "Tina")
	_, err = b.answered(b.rosa).Hangup(b.ctx)
	b.must(err)
	b.until("select count(*) from report_calls where ended_at is null", 0)

	// Who did not ask is not called, whoever wants it.
	b.sends(b.ana, "the door is broken")
	b.sends(b.ana, "1")
	n := 0
	b.must(b.store.Pool.QueryRow(b.ctx, "select number from reports where id not in (select report_id from report_callbacks)").Scan(&n))
	if _, err := b.organizes("", "report", "call", fmt.Sprint(n), "--as", "Rosa"); err == nil || !strings.Contains(err.Error(), "nobody asked to be called back") {
		t.Errorf("who did not ask is called: %v", err)
	}
	// Nor is a number whose owner is paid for it, nor our own line.
	for number, want := range map[store.Phone]string{"+19002345678": "whose owner is paid", servedLine: "one of our own lines"} {
		var report uuid.UUID
		b.must(b.store.Pool.QueryRow(b.ctx, "select id from reports where number = $1", n).Scan(&report))
		_, err := b.store.AskCallback(b.ctx, b.store.Pool, report, uuid.NullUUID{}, store.Callback{Other: true, Number: number, Hours: "any", At: time.Unix(b.now.Load(), 0)})
		b.must(err)
		if _, err := b.organizes("", "report", "call", fmt.Sprint(n), "--as", "Tina"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
	b.discreet(1)
}
