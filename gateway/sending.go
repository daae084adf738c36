package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"hotline/flows"
	"hotline/store"
)

// Message is a text that we place with the carrier.
type Message struct {
	ID    string // ours, of its outgoing row; what becomes of it is told under this (Delivered)
	To    store.Phone
	From  string        // one of our lines
	Body  string        // at most 1600 characters
	Valid time.Duration // how long it may wait at the carrier: 1 s to 10 h, rounded up; must be set, or it could arrive at night
}

// Call is a call that we place with the carrier. What whoever answers hears is asked for under its ID (placed.go).
type Call struct {
	ID   string // ours, of its outgoing row
	To   store.Phone
	From string        // one of our lines, which is all that they see
	Ring time.Duration // how long it may ring
}

// Placed is what the carrier answered to a message or a call.
type Placed struct {
	State   store.SendState // SendAccepted; SendReady: it did nothing, ask again; SendRefused; or SendUnknown: nobody knows
	ID      string          // the carrier's, of one that it accepted
	Code    int             // the carrier's reason, 0 if it gave none
	Wait    time.Duration   // before it may be asked again, 0 if it does not say
	Stopped bool            // this phone has told the carrier to stop
	Blame   store.Blame     // whose fault it is that it was refused
	Cause   error           // why it was not accepted
}

const (
	longestValid = 10 * time.Hour
	pendingWait  = 15 * time.Minute // before a line is looked at again that cannot send yet
	sendTries    = 15
	settleWithin = 5 * time.Second
)

// sendArgs asks for one text to be sent.
type sendArgs struct {
	ID uuid.UUID `json:"id"`
}

func (sendArgs) Kind() string { return "send_text" }

// InsertOpts bounds the tries at a busy carrier: with River's back-off the last is more than half a day after the first.
func (sendArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueOutgoing, MaxAttempts: sendTries}
}

type sendWorker struct {
	river.WorkerDefaults[sendArgs]
	g *Gateway
}

// Work sends one text, if it is still right to. A process that dies in it leaves the row as "sending", and whoever comes to it next
// finds that nobody knows: it is never sent twice.
func (w *sendWorker) Work(ctx context.Context, job *river.Job[sendArgs]) error {
	line, drawn, off, err := w.g.hold(ctx, job.Args.ID)
	if err != nil {
		return err
	}
	if off > 0 {
		return river.JobSnooze(off + rand.N(paceOff))
	}
	var m Message
	var o store.Outgoing
	var wait time.Duration
	err = w.g.store.InTx(ctx, func(tx pgx.Tx) (err error) {
		if o, m, wait, err = w.g.take(ctx, tx, job.Args.ID); err != nil || !o.State.Final() {
			return err
		}
		return w.g.placedOver(ctx, tx, o)
	})
	if o.State == store.SendSending && wait == 0 && o.Channel == store.ByText && err == nil {
		n, _, _ := flows.Segments(m.Body)
		w.g.paces.owe(line, n-drawn)
	} else {
		w.g.paces.owe(line, -drawn)
	}
	switch gone := store.Refusal(""); {
	case errors.As(err, &gone): // its phone was erased, and it with it: there is nothing to try again
		return river.JobCancel(err)
	case err != nil:
		return err
	case wait > 0:
		return river.JobSnooze(wait)
	case o.State != store.SendSending:
		w.g.count.sent(o.Channel, o.State)
		return nil
	}
	placed := w.g.hand(ctx, o, m)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin) // the job's own time may be up
	defer cancel()
	return w.g.settle(ctx, o, placed, job.Attempt >= job.MaxAttempts)
}

// hand gives a text or a call to the carrier.
func (g *Gateway) hand(ctx context.Context, o store.Outgoing, m Message) Placed {
	if o.Channel == store.ByVoice { // somebody waits for it: it goes before notices, which wait for longer
		g.oweCalls(ctx, 1)
		return g.carrier.Call(ctx, Call{ID: m.ID, To: m.To, From: m.From, Ring: placedRing})
	}
	return g.carrier.Place(ctx, m)
}

// take decides, at the last moment, whether a text is to be sent now: then its State is SendSending. wait is how long to leave it.
func (g *Gateway) take(ctx context.Context, tx pgx.Tx, id uuid.UUID) (o store.Outgoing, m Message, wait time.Duration, err error) {
	now := g.now()
	if o, err = g.store.TakeOutgoing(ctx, tx, id, now); err != nil || o.State != store.SendSending {
		return o, m, 0, err
	}
	blame := store.BlameNobody
	drop := func(state store.SendState) error {
		o.State, _, err = g.store.MergeOutgoing(ctx, tx, id, store.Telling{State: state, Blame: blame, At: now})
		return err
	}
	line, err := g.store.LineByID(ctx, tx, o.Line)
	if err != nil {
		return o, m, 0, err
	}
	allowed, err := g.store.Allowed(ctx, tx, o.Phone, o.Line, o.Purpose, o.Channel)
	if err != nil {
		return o, m, 0, err
	}
	overtaken, err := g.store.Overtaken(ctx, tx, id)
	if err != nil {
		return o, m, 0, err
	}
	to, err := g.store.Number(ctx, tx, o.Phone)
	if err != nil {
		return o, m, 0, err
	}
	manner, err := g.store.MannerOf(ctx, tx, o.Phone)
	if err != nil {
		return o, m, 0, err
	}
	unsure := false
	if o.HasPlace && allowed {
		if unsure, err = g.askStill(ctx, tx, o); err != nil {
			return o, m, 0, err
		}
	}
	until, quietEnds, err := loud(now, line.Zone, manner.Hours, to, o.Channel)
	if o.AnyHour {
		until, quietEnds = o.ExpiresAt, time.Time{}
	}
	switch {
	case err != nil:
		return o, m, 0, err
	case !allowed:
		return o, m, 0, drop(store.SendRefused)
	case keptBack(line, o, to):
		blame = store.BlameDestination
		return o, m, 0, drop(store.SendRefused)
	case overtaken:
		return o, m, 0, drop(store.SendExpired)
	case line.Texts == store.TextsPending && o.Channel == store.ByText || unsure:
		wait = pendingWait
	case !quietEnds.IsZero():
		wait = quietEnds.Sub(now)
	default:
		if wait, err = g.afford(ctx, tx, line, o, now); err != nil {
			return o, m, 0, err
		}
	}
	if wait > 0 {
		if now.Add(wait).After(o.ExpiresAt) {
			return o, m, 0, drop(store.SendExpired)
		}
		return o, m, wait, g.store.DeferOutgoing(ctx, tx, id, now)
	}
	if manner.Quiet { // it may have become so since the answer was written
		if answers, err := g.store.CarriesAnswer(ctx, tx, id); err != nil {
			return o, m, 0, err
		} else if answers {
			o.Body = g.sets.current().Unasked("answered", flows.Lang(cmp.Or(manner.Lang, line.Languages[0])), LineFacts(line))
		}
	}
	valid := min(o.ExpiresAt.Sub(now), until.Sub(now), longestValid)
	return o, Message{ID: id.String(), To: to, From: line.Number, Body: o.Body, Valid: max(valid, time.Second)}, 0, nil
}

// settle writes down what the carrier answered. What it did nothing about is tried again, later each time.
func (g *Gateway) settle(ctx context.Context, o store.Outgoing, p Placed, last bool) error {
	now := g.now()
	if p.State == store.SendReady && last {
		p.State = store.SendExpired
	}
	g.count.sent(o.Channel, p.State)
	if p.State != store.SendAccepted {
		g.log.Warn("what we send was not accepted", "channel", o.Channel, "outgoing", o.ID, "state", p.State, "carrier_code", p.Code, "cause", p.Cause)
	}
	if p.State == store.SendReady {
		if err := g.store.DeferOutgoing(ctx, g.store.Pool, o.ID, now); err != nil {
			return err
		}
		if p.Wait > 0 {
			return river.JobSnooze(p.Wait + rand.N(p.Wait/2+time.Second)) // not all at the same moment
		}
		return fmt.Errorf("the carrier is busy: %w", p.Cause)
	}
	return g.store.InTx(ctx, func(tx pgx.Tx) error {
		if _, found, err := g.store.OutgoingByID(ctx, tx, o.ID); err != nil || !found { // locked: its status may come at the same time
			return err
		}
		if _, _, err := g.store.MergeOutgoing(ctx, tx, o.ID, store.Telling{State: p.State, CarrierID: p.ID, Error: p.Code, Blame: p.Blame, At: now}); err != nil {
			return err
		}
		if o.State = p.State; o.State.Final() {
			if err := g.placedOver(ctx, tx, o); err != nil {
				return err
			}
		}
		if !p.Stopped {
			return nil
		}
		return g.carrierStopped(ctx, tx, o)
	})
}
