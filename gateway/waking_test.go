package gateway

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"hotline/flows"
	"hotline/store"
)

// liftFlow asks, nudges once after ten minutes, and gives up with a word.
const liftFlow = `
starts: {en: [LIFT], es: [ELEVADOR]}
steps:
  works:
    ask: {en: "Does the lift work?", es: "¿Funciona el elevador?"}
    choices:
      good: {label: {en: It works, es: Funciona}, then: thanks}
      bad: {label: {en: It is broken, es: No funciona}, then: thanks}
    lapse: {after: 10m, nudge: {en: "Still there?", es: "¿Sigue ahí?"}, then: later}
  thanks:
    say: {en: "Good to know.", es: "Bueno saberlo."}
    then: end
  later:
    say: {en: "Another time, then.", es: "Otro día, entonces."}
    then: end
`

// post is a carrier that takes texts, or does with each what was planned for it.
type post struct {
	mu      sync.Mutex
	taken   []Message
	planned []Placed
}

func (p *post) place(_ context.Context, m Message) Placed {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = append(p.taken, m)
	if len(p.planned) > 0 {
		next := p.planned[0]
		p.planned = p.planned[1:]
		return next
	}
	return Placed{State: store.SendAccepted, ID: "SM" + m.ID}
}

func (p *post) bodies() string {
	var all []string
	for _, m := range p.taken {
		all = append(all, m.Body)
	}
	return strings.Join(all, " | ")
}

func waitingHouse(t *testing.T) (*house, *post) {
	t.Helper()
	p := &post{}
	h := newHouse(t, houseOptions{
		carrier: Carrier{Place: p.place}, set: libraryWith(t, map[string]string{"lift.yaml": liftFlow}, vocabulary()),
	})
	h.now.Store(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).Unix()) // noon in New York
	return h, p
}

// sweep is one sweep over the conversations whose wait is over.
func (h *house) sweep() {
	h.t.Helper()
	if err := (&wakeWorker{g: h.g}).Work(h.t.Context(), nil); err != nil {
		h.t.Fatal(err)
	}
}

// deliver works once on each text that is to be sent, and tells what the job answered.
func (h *house) deliver() (err error) {
	h.t.Helper()
	rows, err := h.store.Pool.Query(h.t.Context(), "select id from outgoing where state in ('ready', 'sending') order by at, id")
	if err != nil {
		h.t.Fatal(err)
	}
	var ids []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			h.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	for _, id := range ids {
		job := &river.Job[sendArgs]{JobRow: &rivertype.JobRow{Attempt: 1, MaxAttempts: sendTries}, Args: sendArgs{ID: id}}
		err = errors.Join(err, (&sendWorker{g: h.g}).Work(h.t.Context(), job))
	}
	return err
}

func (h *house) states() string {
	h.t.Helper()
	var states string
	if err := h.store.Pool.QueryRow(h.t.Context(), "select coalesce(string_agg(state, ' ' order by at, id), '') from outgoing").Scan(&states); err != nil {
		h.t.Fatal(err)
	}
	return states
}

func TestAQuestionIsNudgedOnceAndThenLetGo(t *testing.T) {
	h, p := waitingHouse(t)
	h.text(ana, "ENGLISH")
	h.text(ana, "LIFT")
	h.pass(9 * time.Minute)
	h.sweep()
	if n := h.count("select count(*) from outgoing"); n != 0 {
		t.Fatal("nudged too soon")
	}
	h.pass(2 * time.Minute)
	h.sweep()
	h.sweep() // and again, at the same moment
	if err := h.deliver(); err != nil {
		t.Fatal(err)
	}
	if p.bodies() != "Still there?" {
		t.Errorf("sent %q", p.bodies())
	}
	if m := p.taken[0]; m.To != ana || m.From != lineNumber || m.Valid != 10*time.Minute {
		t.Errorf("sent to %s from %s, valid for %s", m.To.String(), m.From, m.Valid)
	}
	h.pass(11 * time.Minute)
	h.sweep()
	if err := h.deliver(); err != nil {
		t.Fatal(err)
	}
	if p.bodies() != "Still there? | Another time, then." || h.states() != "accepted accepted" {
		t.Errorf("sent %q, %s", p.bodies(), h.states())
	}
	h.pass(24 * time.Hour)
	h.sweep()
	if n := h.count("select count(*) from conversations where wakes_at is not null"); n != 0 {
		t.Error("a talk that is over waits")
	}
	if n := h.count("select count(*) from turns"); n != 4 {
		t.Errorf("%d turns, want two texts and two lapses", n)
	}
}

func TestAnAnswerEndsTheWait(t *testing.T) {
	h, p := waitingHouse(t)
	h.text(ana, "ENGLISH")
	h.text(ana, "LIFT")
	if reply := h.text(ana, "1"); reply != "Good to know." {
		t.Fatalf("answered %q", reply)
	}
	h.pass(time.Hour)
	h.sweep()
	if h.states() != "" || len(p.taken) != 0 {
		t.Errorf("nudged all the same: %q", p.bodies())
	}
}

// HELP and STOP go to the carrier and move no conversation: it waits on. What it says then is not sent to who said STOP.
func TestAWordToTheCarrierEndsNoWait(t *testing.T) {
	for _, word := range []string{"HELP", "STOP"} {
		h, p := waitingHouse(t)
		h.text(ana, "ENGLISH")
		h.text(ana, "LIFT")
		h.text(ana, word)
		h.pass(11 * time.Minute)
		h.sweep()
		if err := h.deliver(); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"HELP": "accepted", "STOP": "refused"}[word]
		if h.states() != want || len(p.taken) != map[string]int{"HELP": 1}[word] {
			t.Errorf("after %s: %s, %q was sent", word, h.states(), p.bodies())
		}
	}
}

// A text and the end of the wait at the same moment: one comes first, and nothing is lost or said twice.
func TestATextAtTheMomentOfTheLapse(t *testing.T) {
	h, _ := waitingHouse(t)
	second := h.another("redis://" + h.mini.Addr())
	h.text(ana, "ENGLISH")
	h.text(ana, "LIFT")
	h.pass(11 * time.Minute)
	due, err := h.store.DueWaits(t.Context(), h.store.Pool, h.g.now(), store.Wait{}, 10)
	if err != nil || len(due) != 1 {
		t.Fatalf("%d waits are over, %v", len(due), err)
	}
	var wg sync.WaitGroup
	reply := ""
	in := h.aText(ana, "1")
	wg.Go(func() { reply = h.g.Turn(t.Context(), in).Text() })
	for _, g := range []*Gateway{h.g, second, second} {
		wg.Go(func() {
			if err := g.wake(t.Context(), due[0]); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if reply != "Good to know." {
		t.Errorf("the answer was answered %q", reply)
	}
	if n := h.count("select count(*) from outgoing"); n > 1 {
		t.Errorf("nudged %d times", n)
	}
	if err := h.deliver(); err != nil {
		t.Fatal(err)
	}
	if s := h.states(); s != "" && s != "expired" {
		t.Errorf("a nudge for a question that was answered is %s", s)
	}
}

// At night nothing is sent. In the morning it is, if the flow has not gone on meanwhile.
func TestNothingIsSentInQuietHours(t *testing.T) {
	for name, c := range map[string]struct {
		at   int // hour in New York
		want string
	}{"by day": {20, "accepted"}, "at night": {21, "expired"}} {
		t.Run(name, func(t *testing.T) {
			h, p := waitingHouse(t)
			h.now.Store(time.Date(2026, 11, 23, c.at+5, 0, 0, 0, time.UTC).Unix())
			h.text(ana, "ENGLISH")
			h.text(ana, "LIFT")
			h.pass(11 * time.Minute)
			h.sweep()
			if err := h.deliver(); err != nil {
				t.Fatal(err)
			}
			if h.states() != c.want {
				t.Errorf("%s, %q was sent", h.states(), p.bodies())
			}
		})
	}
}

func TestWhatIsSaidAtNightWaitsForTheMorning(t *testing.T) {
	h, p := waitingHouse(t)
	h.now.Store(time.Date(2026, 11, 24, 1, 45, 0, 0, time.UTC).Unix()) // 20:45
	h.text(ana, "ENGLISH")
	h.text(ana, "LIFT")
	h.pass(11 * time.Minute)
	h.sweep()
	h.pass(11 * time.Minute)
	h.sweep() // "Another time, then.", after nine
	snooze := (*river.JobSnoozeError)(nil)
	if err := h.deliver(); !errors.As(err, &snooze) || len(p.taken) != 0 {
		t.Fatalf("not put off, but %v; %q was sent", err, p.bodies())
	}
	h.pass(snooze.Duration)
	if err := h.deliver(); err != nil {
		t.Fatal(err)
	}
	if p.bodies() != "Another time, then." || h.states() != "expired accepted" {
		t.Errorf("%s, %q was sent", h.states(), p.bodies())
	}
	if hour := h.g.now().In(time.FixedZone("New York", -5*3600)).Hour(); hour != 8 {
		t.Errorf("sent at %d", hour)
	}
}

func TestALineThatMayNotTextSendsNothing(t *testing.T) {
	h, p := waitingHouse(t)
	h.text(ana, "ENGLISH")
	h.text(ana, "LIFT")
	h.pass(11 * time.Minute)
	h.sweep()
	exec(t, h.store.Pool, "update lines set texts = 'pending'")
	if err := h.deliver(); err != nil || h.states() != "expired" || len(p.taken) != 0 {
		t.Errorf("%v, %s, %q was sent", err, h.states(), p.bodies())
	}
}

// What the carrier answers decides what becomes of a text, and none is ever sent twice blindly.
func TestWhatTheCarrierAnswers(t *testing.T) {
	away := errors.New("away")
	for name, c := range map[string]struct {
		answers []Placed
		state   string
		taken   int
	}{
		"accepted":           {nil, "accepted", 1},
		"refused":            {[]Placed{{State: store.SendRefused, Code: 21614, Cause: away}}, "refused", 1},
		"nobody knows":       {[]Placed{{State: store.SendUnknown, Cause: away}}, "unknown", 1},
		"busy":               {[]Placed{{State: store.SendReady, Code: 20429, Cause: away}, {State: store.SendReady, Wait: time.Second, Cause: away}}, "accepted", 3},
		"stopped at carrier": {[]Placed{{State: store.SendRefused, Code: 21610, Stopped: true, Cause: away}}, "refused", 1},
	} {
		t.Run(name, func(t *testing.T) {
			h, p := waitingHouse(t)
			h.text(ana, "ENGLISH")
			h.text(ana, "LIFT")
			h.pass(11 * time.Minute)
			h.sweep()
			p.planned = c.answers
			for range 4 {
				_ = h.deliver() // the busy ones come back as errors, for the queue to try again
			}
			if h.states() != c.state || len(p.taken) != c.taken {
				t.Errorf("it is %s after being asked for %d times", h.states(), len(p.taken))
			}
			stopped := h.count("select count(*) from consent where not given")
			if (stopped == 1) != (name == "stopped at carrier") {
				t.Errorf("%d rows say stop", stopped)
			}
		})
	}
}

// A process that dies while the carrier has the message leaves it to nobody: it may have been sent.
func TestAProcessThatDiesWhileSending(t *testing.T) {
	h, p := waitingHouse(t)
	h.text(ana, "ENGLISH")
	h.text(ana, "LIFT")
	h.pass(11 * time.Minute)
	h.sweep()
	exec(t, h.store.Pool, "update outgoing set state = 'sending'")
	if err := h.deliver(); err != nil || h.states() != "unknown" || len(p.taken) != 0 {
		t.Errorf("%v, %s, asked for %d times", err, h.states(), len(p.taken))
	}
	var id string
	if err := h.store.Pool.QueryRow(t.Context(), "select id::text from outgoing").Scan(&id); err != nil {
		t.Fatal(err)
	}
	if err := h.g.Delivered(t.Context(), id, "", "delivered", 0, ""); err != nil || h.states() != "delivered" {
		t.Errorf("the carrier's word was not taken: %v, %s", err, h.states())
	}
}

// What cannot go on from where it waited is left alone, and does not hold up the others.
func TestAWaitThatNothingCanEnd(t *testing.T) {
	h, _ := waitingHouse(t)
	for _, phone := range []string{ana, ben} {
		h.text(phone, "ENGLISH")
		h.text(phone, "LIFT")
	}
	var id [16]byte
	if err := h.store.Pool.QueryRow(t.Context(), "select id from conversations order by id limit 1").Scan(&id); err != nil {
		t.Fatal(err)
	}
	left := talk{State: flows.State{Flow: "gone", Step: "gone", Lang: "en"}, Set: "a set that nobody knows"}
	sealed, err := left.seal(h.keys, sealedTalk, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.Pool.Exec(t.Context(), "update conversations set state = $1 where id = $2", sealed, id); err != nil {
		t.Fatal(err)
	}
	h.mini.FlushAll()
	h.pass(11 * time.Minute)
	h.sweep()
	if n := h.count("select count(*) from outgoing"); n != 1 {
		t.Errorf("%d nudges, want the other's", n)
	}
	if n := h.count("select count(*) from conversations where wakes_at <= to_timestamp($1)", h.now.Load()); n != 0 {
		t.Errorf("%d conversations are still to be woken", n)
	}
}

// River does all of it by itself.
func TestTimePassesInAHotlineAtWork(t *testing.T) {
	h, _ := waitingHouse(t)
	h.text(ana, "ENGLISH")
	h.text(ana, "LIFT")
	h.pass(11 * time.Minute)
	h.starts(h.g)
	h.until("select count(*) from outgoing where state = 'accepted'", 1)
}

const waitFlow = `
starts: {en: [REST], es: [DESCANSO]}
steps:
  rest:
    wait: 5d
    heard: heard
    then: end
  heard:
    branch:
      - {if: words(heard) > 3, then: {flow: report, with: {what: heard}}}
      - {if: words(heard) > 0, then: noted}
      - {else: over}
  noted:
    say: {en: "Noted while you rest.", es: "Anotado mientras descansa."}
    then: week
  week:
    ask: {en: "Still on?", es: "¿Sigue?"}
    choices:
      yes: {label: {en: I go on, es: Sigo}, then: over}
      no: {label: {en: Not any more, es: Ya no}, then: over}
    lapse: {after: 6d, then: end}
  over:
    say: {en: "Back again.", es: "De vuelta."}
    then: end
`

// Where the flow itself says how long it waits, that counts, and not what holds elsewhere.
func TestAFlowWaitsAsLongAsItSays(t *testing.T) {
	h := newHouse(t, houseOptions{set: libraryWith(t, map[string]string{"rest.yaml": waitFlow}, vocabulary())})
	h.text(ana, "ENGLISH")
	h.text(ana, "REST")
	h.pass(4 * 24 * time.Hour)
	if reply := h.text(ana, "back on Monday"); !strings.Contains(reply, "Noted while you rest.") {
		t.Errorf("what was written meanwhile was answered %q", reply)
	}
	h.pass(4 * 24 * time.Hour)
	if reply := h.text(ana, "1"); !strings.Contains(reply, "Continue?") {
		t.Errorf("after four of six days: %q", reply)
	}
	if n := h.count("select count(*) from reports"); n != 0 {
		t.Errorf("%d reports were made of it", n)
	}
}
