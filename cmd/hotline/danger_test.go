package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows/library"
	"hotline/gateway/simulator"
	"hotline/store"
)

// heardTwiML keeps every document that a hotline answers with.
type heardTwiML struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (k *heardTwiML) of(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept := httptest.NewRecorder()
		next.ServeHTTP(kept, r)
		k.mu.Lock()
		k.all.Write(kept.Body.Bytes())
		k.mu.Unlock()
		for name, values := range kept.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(kept.Code)
		w.Write(kept.Body.Bytes())
	})
}

var aDial = regexp.MustCompile(`<Dial [^>]*>`)

// dials checks WORKERS.md, "from the line's own number": whoever is rung sees our line, in every document of a story; and it gives how
// many phones were rung so.
func (n *neighborhood) dials() int {
	n.Helper()
	n.twiml.mu.Lock()
	defer n.twiml.mu.Unlock()
	all := aDial.FindAllString(n.twiml.all.String(), -1)
	for _, dial := range all {
		if !strings.Contains(dial, ` callerId="`+servedLine+`"`) {
			n.Errorf("another number than the line's is shown: %s", dial)
		}
	}
	return len(all)
}

func (n *neighborhood) onDuty(name, number string) {
	n.Helper()
	n.must(n.store.InTx(n.ctx, func(tx pgx.Tx) error {
		phone, err := n.store.EnsurePhone(n.ctx, tx, n.line.AssemblyID, store.Phone(number))
		if err != nil {
			return err
		}
		_, err = n.store.PutOnDuty(n.ctx, tx, store.Duty{
			Assembly: n.line.AssemblyID, Name: name, Phone: phone, Shift: store.Shift{Languages: []string{"en"}, Since: time.Unix(n.now.Load(), 0)},
		})
		return err
	}))
}

// sends is one text and its answer.
func (n *neighborhood) sends(p *simulator.Phone, words string) string {
	n.Helper()
	sent, err := p.Text(n.ctx, servedLine, words)
	n.must(err)
	if len(sent.Replies) != 1 {
		n.Fatalf("%q was answered %+v", words, sent.Replies)
	}
	return sent.Replies[0].Body
}

// Danger by text, all the way through a phone company: Ben does not answer, Carla does, and Ana's phone rings from the line. Nobody sees a
// number, and a machine hears nothing but the language and the one word.
func TestDangerByTextRingsThePhonesThrough(t *testing.T) {
	n := newNeighborhoodOf(t, library.Files)
	n.onDuty("Ben", bensPhone)
	n.onDuty("Carla", "+12125550103")
	ana, ben, carla := n.phone(anasPhone), n.phone(bensPhone), n.phone("+12125550103")
	if reply := n.sends(ana, "DANGER"); !strings.Contains(reply, "We are calling two people who speak English") {
		t.Fatalf("answered %q", reply)
	}
	n.sends(ana, "1")

	first, err := ben.AnswerAs(n.ctx, n.rings(ben), "machine_start")
	n.must(err)
	machine := first.History().Words()
	_, err = first.Silence(n.ctx)
	n.must(err)
	if machine != "Someone is calling.\nThey speak:\nEnglish\nDanger.\nTo take the call, press 1." {
		t.Errorf("Ben's machine hears %q", machine)
	}

	callee := n.answered(carla)
	_, err = callee.Press(n.ctx, "1")
	n.must(err)
	anas := n.answered(ana)
	const message = "This is The 0100 Line. There is a message for the person who asked for it. To hear it, press 1. To never be called again, press 2."
	if said := anas.History().Words(); said != message {
		t.Errorf("Ana's phone says %q", said)
	}
	_, err = anas.Press(n.ctx, "1")
	n.must(err)
	_, err = anas.Speak(n.ctx, "I am in hall B")
	n.must(err)
	n.hears(callee, "I am in hall B")
	_, err = anas.Hangup(n.ctx)
	n.must(err)
	n.until("select count(*) from dangers where taken_at is not null and told_at is null", 1)
	n.until("select count(*) from duty_calls where ended_at is null", 0)
	n.now.Add(600)
	n.until("select count(*) from outgoing where channel = 'voice' and state = 'delivered'", 2)
	n.until("select count(*) from outgoing where channel = 'text'", 0)
	if got := n.dials(); got != 1 {
		t.Errorf("%d phones were put through to", got)
	}
	n.quiet()
}

// Nobody answers: Ana has a text that says so, and Ben one that says nothing.
func TestDangerByTextThatNobodyAnswers(t *testing.T) {
	n := newNeighborhoodOf(t, library.Files)
	n.onDuty("Ben", bensPhone)
	ana, ben := n.phone(anasPhone), n.phone(bensPhone)
	n.sends(ana, "DANGER")
	n.must(ben.Reject(n.ctx, n.rings(ben)))
	n.now.Add(241)
	n.until("select count(*) from outgoing where channel = 'text' and state = 'delivered'", 2)
	for phone, want := range map[*simulator.Phone]string{
		ana: "Nobody has answered so far. In danger, call 911.", ben: "someone is waiting, and nobody has reached them",
	} {
		arrived, err := phone.Inbox(n.ctx)
		n.must(err)
		if last := arrived[len(arrived)-1]; last.Text == nil || !strings.Contains(last.Text.Body, want) {
			t.Errorf("arrived: %+v", arrived)
		}
	}
	n.quiet()
}

// Who takes it and hangs up before the worker answers is not there: the next one is called, and the worker is told nothing that is not so.
func TestWhoeverTakesItAndLeaves(t *testing.T) {
	n := newNeighborhoodOf(t, library.Files)
	n.onDuty("Ben", bensPhone)
	n.onDuty("Carla", "+12125550103")
	ana, ben, carla := n.phone(anasPhone), n.phone(bensPhone), n.phone("+12125550103")
	n.sends(ana, "DANGER")
	n.sends(ana, "1")
	callee := n.answered(ben)
	_, err := callee.Press(n.ctx, "1")
	n.must(err)
	n.rings(ana)
	_, err = callee.Hangup(n.ctx)
	n.must(err)
	_, err = n.answered(carla).Press(n.ctx, "1")
	n.must(err)
	n.until("select count(*) from dangers d join duty o on o.id = d.taken_by join phones p on p.id = o.phone_id where d.taken_at is not null", 1)
	n.until("select count(*) from outgoing where channel = 'text'", 0)
	n.quiet()
}

// rings waits for a phone to ring, after what was seen of it.
func (n *neighborhood) rings(p *simulator.Phone) simulator.Ring {
	n.Helper()
	for a, err := range p.Arrivals(n.ctx, n.rung[p]) {
		n.must(err)
		if a.Ring != nil {
			n.rung[p] = a.ID
			if a.Ring.From != servedLine {
				n.Errorf("whoever is rung sees %s", a.Ring.From)
			}
			return *a.Ring
		}
	}
	n.Fatal("the phone does not ring")
	return simulator.Ring{}
}

// hears waits until words are heard on a call.
func (n *neighborhood) hears(c *simulator.Call, words string) {
	n.Helper()
	for e, err := range c.Stream(n.ctx, 0) {
		n.must(err)
		if e.Heard != nil && e.Heard.Text == words {
			return
		}
	}
	n.Fatalf("never heard %q", words)
}

var onUntil = regexp.MustCompile(`(?m)^Ben +on +[A-Z].* [ap]m +- +en$`)

// Organizers see who was in danger before all else, what came of it, and never a number.
func TestWhoWasInDangerIsListedFirst(t *testing.T) {
	sv := newServed(t)
	sv.command("", "organizer", "add", "Rosa")
	sv.command("212-555-0144\n", "duty", "on", "Ben", "--languages", "en")
	d, _ := sv.onDuty("Ben")
	lines, err := sv.store.Lines(t.Context(), sv.store.Pool)
	sv.must(err)
	add := func(change func(*store.Danger)) {
		one, err := sv.store.AddDanger(t.Context(), sv.store.Pool, store.Danger{
			Assembly: d.Assembly, Line: lines[0].ID, Conversation: uuid.New(), Channel: store.ByText, Lang: "en", At: time.Now(), People: 2,
		})
		sv.must(err)
		change(&one)
		sv.must(sv.store.SaveDanger(t.Context(), sv.store.Pool, one))
	}
	add(func(*store.Danger) {})
	add(func(one *store.Danger) { one.ToldAt = time.Now() })
	add(func(one *store.Danger) { one.TakenAt, one.TakenBy = time.Now(), d.ID })
	add(func(one *store.Danger) {
		filed, err := sv.store.FileReport(t.Context(), sv.store.Pool, store.NewReport{
			Assembly: d.Assembly, Line: lines[0].ID, Conversation: one.Conversation, Channel: store.ByText, Lang: "en", Words: "gas in hall B",
			ReadBy: time.Now(), At: time.Now(),
		})
		sv.must(err)
		one.People, one.ToldAt, one.Report = 0, time.Now(), filed.ID
	})
	number := 0
	sv.must(sv.store.Pool.QueryRow(t.Context(), "select number from reports").Scan(&number))
	out := sv.command("", "duty", "calls")
	for _, want := range []string{"DANGER, by text: 2 people are being called\n", "DANGER, by text: nobody answered\n", "DANGER, by text: taken by Ben\n",
		fmt.Sprintf("DANGER, by text: nobody came; read report %d\n", number)} {
		if strings.Count(out, want) != 1 {
			t.Errorf("%q does not stand in:\n%s", want, out)
		}
	}
	if out = sv.command("", "duty", "calls", "--json"); !strings.Contains(out, fmt.Sprintf(`"report": %d`, number)) || !strings.Contains(out, `"who": "Ben"`) || strings.Contains(out, "0144") {
		t.Errorf("JSON: %s", out)
	}
	// WORKERS.md, "Danger keeps its word": "read before all else" is so in the list of reports, too, also before one that is late; once it is read
	// it stands in order of time.
	for _, read := range []time.Time{time.Now().Add(-time.Hour), time.Now().Add(time.Hour)} {
		_, err := sv.store.FileReport(t.Context(), sv.store.Pool, store.NewReport{
			Assembly: d.Assembly, Line: lines[0].ID, Conversation: uuid.New(), Channel: store.ByText, Lang: "en", Words: "no soap", ReadBy: read, At: time.Now(),
		})
		sv.must(err)
	}
	first := func() string { return strings.Split(sv.command("", "report", "list"), "\n")[1] }
	if row := first(); !strings.HasPrefix(row, fmt.Sprintf("%d ", number)) || !strings.Contains(row, "DANGER") {
		t.Errorf("first in the list of reports: %s", row)
	}
	if out = sv.command("", "report", "show", fmt.Sprint(number)); !strings.Contains(out, "DANGER: they said that they are in danger.") {
		t.Errorf("the report:\n%s", out)
	}
	if row := first(); !strings.Contains(row, "LATE") {
		t.Errorf("once it is read, first in the list of reports: %s", row)
	}
	if out = sv.command("", "report", "list", "--json"); strings.Count(out, `"danger": true`) != 1 || strings.Count(out, `"danger": false`) != 2 {
		t.Errorf("JSON: %s", out)
	}
	sv.command("", "duty", "off", "Ben")
	sv.must(sv.store.InTx(t.Context(), func(tx pgx.Tx) error {
		_, err := sv.store.GoOnDuty(t.Context(), tx, d.Phone, d.Assembly, nil, time.Now())
		return err
	}))
	if out = sv.command("", "duty", "list"); !onUntil.MatchString(out) {
		t.Errorf("on duty by text:\n%s", out)
	}
}
