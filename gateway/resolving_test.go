package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"pgregory.net/rapid"

	"hotline/store"
)

// books are those of a carrier that does everything wrong which a carrier may: answers lost before and after it acted, lists late and cut
// short, what waits in its queue without a date, callbacks lost, late and twice. Only what it took arrives, once.
type books struct {
	now       func() time.Time
	fault     string
	messages  []booked
	callbacks []toldOf
	lag       time.Duration
	breaks    int                // the list breaks off after so many; -1: not
	kill      context.CancelFunc // ends the program when the list was read; nil: it lives
}

type booked struct {
	Listed
	queued bool // no date yet
}

type toldOf struct{ ours, sid string }

// Faults of one create. The last two end the program in it.
var createFaults = []string{"none", "lost after", "lost before", "busy", "dies after", "dies before"}

func (b *books) place(_ context.Context, m Message) Placed {
	fault := b.fault
	b.fault = "none"
	unknown := Placed{State: store.SendUnknown, Cause: errors.New("no answer")}
	switch fault {
	case "busy":
		return Placed{State: store.SendReady, Wait: time.Second, Cause: errors.New("too many requests")}
	case "lost before":
		return unknown
	case "dies before":
		panic("the program ends here")
	}
	sid := fmt.Sprintf("SM%032d", len(b.messages))
	b.messages = append(b.messages, booked{Listed: Listed{
		ID: sid, From: m.From, To: m.To.String(), Phone: m.To, Body: m.Body, Direction: listedSend, Status: "delivered", Created: b.now(),
	}})
	b.callbacks = append(b.callbacks, toldOf{m.ID, sid})
	switch fault {
	case "lost after":
		return unknown
	case "dies after":
		panic("the program ends here")
	}
	return Placed{State: store.SendAccepted, ID: sid}
}

func (b *books) list(_ context.Context, f ListFilter, each func(Listed) error) error {
	day := func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
	dated := !f.Since.IsZero() || !f.Until.IsZero()
	n := 0
	for _, m := range slices.Backward(b.messages) {
		out := f.To != "" && f.To != m.To || f.From != "" && f.From != m.From || dated && (m.queued || day(m.Created) < day(f.Since) || day(m.Created) > day(f.Until))
		if out || b.now().Sub(m.Created) < b.lag {
			continue
		}
		if n++; b.breaks >= 0 && n > b.breaks {
			return errors.New("the list broke off")
		}
		if err := each(m.Listed); err != nil {
			return err
		}
	}
	if b.breaks >= 0 {
		return errors.New("the list broke off")
	}
	if b.kill != nil {
		b.kill()
	}
	return nil
}

// arrived counts what reached a phone in these words.
func (b *books) arrived(to store.Phone, words string) (n int) {
	for _, m := range b.messages {
		if m.Phone == to && m.Body == words {
			n++
		}
	}
	return n
}

// askedFor is one send.
type askedFor struct {
	id    uuid.UUID
	to    store.Phone
	words string
}

// Whatever is lost, late, twice, or ends in the middle: at the end nothing arrived more often than it was asked for, nothing that counts as
// sent did not arrive, and whatever is not known is left for a person.
func TestWhateverIsLostNothingIsDoubledAndNothingSkipped(t *testing.T) {
	b := &books{breaks: -1}
	h := newHouse(t, houseOptions{carrier: Carrier{Place: b.place, List: b.list}})
	b.now = h.g.now
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		h.pass(4 * 24 * time.Hour) // what was before is history
		clear(b.messages)
		b.messages, b.callbacks, b.lag, b.fault = b.messages[:0], nil, 0, "none"
		if _, err := h.store.Pool.Exec(t.Context(), "delete from outgoing"); err != nil {
			rt.Fatal(err)
		}
		w := &lossy{T: rt, h: h, b: b, round: round}
		w.run()
		w.check()
	})
}

type lossy struct {
	*rapid.T
	h     *house
	b     *books
	round int
	sends []askedFor
}

func (w *lossy) must(err error) {
	if err != nil {
		w.Fatal(err)
	}
}

func (w *lossy) run() {
	many := rapid.IntRange(0, 9).Draw(w.T, "many") == 0 // else too few phones for one list of all
	for range rapid.IntRange(3, 25).Draw(w.T, "steps") {
		switch rapid.SampledFrom([]string{"put", "put", "pass", "resolve", "callback", "send"}).Draw(w.T, "step") {
		case "put":
			phones := 2
			if many {
				phones = 12
			}
			for range phones - 1 {
				w.put(rapid.IntRange(0, phones-1).Draw(w.T, "phone"))
			}
		case "pass":
			w.h.pass(time.Duration(rapid.IntRange(1, 500).Draw(w.T, "seconds")) * time.Second)
		case "resolve":
			w.resolve()
		case "callback":
			w.callback()
		case "send":
			w.send()
		}
	}
	w.b.breaks, w.b.kill = -1, nil
	for round := range 6 {
		w.send()
		if round < 4 && rapid.Bool().Draw(w.T, "told") { // a callback may make known that something was taken for another
			w.callback()
		}
		w.h.pass(16 * time.Minute)
		w.b.lag = 0
		for i := range w.b.messages {
			w.b.messages[i].queued = false
		}
		w.must(w.h.g.Resolve(w.h.t.Context()))
	}
}

func (w *lossy) put(phone int) {
	number := store.Phone(fmt.Sprintf("+1212555%02d%02d", 10+w.round%80, phone))
	words := rapid.SampledFrom([]string{"We meet Friday.", "The place is another."}).Draw(w.T, "words")
	ctx := w.h.t.Context()
	id, err := w.h.store.EnsurePhone(ctx, w.h.store.Pool, w.h.line.AssemblyID, number)
	w.must(err)
	o := store.Outgoing{
		ID: uuid.New(), Assembly: w.h.line.AssemblyID, Line: w.h.line.ID, Phone: id, Channel: store.ByText, Purpose: store.ForAnswers, Body: words,
		ExpiresAt: w.h.g.now().Add(48 * time.Hour), AnyHour: true, MayRepeat: rapid.Bool().Draw(w.T, "repeats"),
	}
	_, err = w.h.store.AddOutgoing(ctx, w.h.store.Pool, o)
	w.must(err)
	w.sends = append(w.sends, askedFor{o.ID, number, words})
	w.b.fault = rapid.SampledFrom(createFaults).Draw(w.T, "fault")
	w.work(o.ID)
	if n := len(w.b.messages); n > 0 && rapid.IntRange(0, 4).Draw(w.T, "queued") == 0 {
		w.b.messages[n-1].queued = true
	}
}

// work is the job of one send. Where the program ends in it, the row is left as it is.
func (w *lossy) work(id uuid.UUID) {
	defer func() { _ = recover() }()
	job := &river.Job[sendArgs]{JobRow: &rivertype.JobRow{Attempt: 1, MaxAttempts: sendTries}, Args: sendArgs{ID: id}}
	_ = (&sendWorker{g: w.h.g}).Work(w.h.t.Context(), job) // busy: it is done again
}

// send does the jobs that are there to be done again, with what a carrier does to them.
func (w *lossy) send() {
	rows, err := w.h.store.Pool.Query(w.h.t.Context(), "select id from outgoing where state = 'ready' order by id")
	w.must(err)
	var ids []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		w.must(rows.Scan(&id))
		ids = append(ids, id)
	}
	w.must(rows.Err())
	for _, id := range ids {
		w.b.fault = rapid.SampledFrom(createFaults).Draw(w.T, "fault again")
		w.work(id)
	}
}

func (w *lossy) resolve() {
	ctx, cancel := context.WithCancel(w.h.t.Context())
	defer cancel()
	w.b.lag = time.Duration(rapid.IntRange(0, 300).Draw(w.T, "lag")) * time.Second
	w.b.breaks, w.b.kill = -1, nil
	switch rapid.IntRange(0, 3).Draw(w.T, "list") {
	case 0:
		w.b.breaks = rapid.IntRange(0, 3).Draw(w.T, "breaks")
	case 1:
		w.b.kill = cancel
	}
	_ = w.h.g.Resolve(ctx) // the next one goes on
	w.b.breaks, w.b.kill = -1, nil
}

// callback brings one, perhaps twice, or never.
func (w *lossy) callback() {
	if len(w.b.callbacks) == 0 {
		return
	}
	i := rapid.IntRange(0, len(w.b.callbacks)-1).Draw(w.T, "callback")
	c := w.b.callbacks[i]
	if !rapid.Bool().Draw(w.T, "twice") {
		w.b.callbacks = slices.Delete(w.b.callbacks, i, i+1)
	}
	w.must(w.h.g.Delivered(w.h.t.Context(), c.ours, c.sid, "delivered", 0, ""))
}

func (w *lossy) check() {
	type key struct {
		to    store.Phone
		words string
	}
	count := map[key]struct{ asked, sent, person, repeated int }{}
	for _, s := range w.sends {
		var state, why string
		var repeated bool
		w.must(w.h.store.Pool.QueryRow(w.h.t.Context(), `select state, coalesce(person_why, ''), repeated_at is not null from outgoing where id = $1`, s.id).
			Scan(&state, &why, &repeated))
		k := key{s.to, s.words}
		c := count[k]
		c.asked++
		switch {
		case state == "accepted" || state == "sent" || state == "delivered":
			c.sent++
		case state == "unknown" && why != "":
			c.person++
		case state == "ready" || state == "sending" || state == "unknown": // its last try was a moment ago
			if !repeated {
				w.Errorf("a send is %q, and left for nobody", state)
			}
			c.person++
		default:
			w.Errorf("a send is %q", state)
		}
		if repeated {
			c.repeated++
		}
		count[k] = c
	}
	for k, c := range count {
		arrived := w.b.arrived(k.to, k.words)
		if arrived > c.asked {
			w.Errorf("%d texts arrived, and %d were asked for (%d were repeated)", arrived, c.asked, c.repeated)
		}
		if arrived < c.sent {
			w.Errorf("%d texts count as sent, and %d arrived", c.sent, arrived)
		}
		if arrived+c.person < c.asked {
			w.Errorf("of %d texts %d arrived, and %d are left for a person: some are skipped", c.asked, arrived, c.person)
		}
	}
}
