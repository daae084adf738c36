package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"hotline/flows"
	"hotline/store"
)

// Time passes for conversations by text: a sweep finds those in which nothing was heard for as long as their flow would wait, and
// each is a turn like any other, whose event is the conversation and the turn waited on. One sweep for all, and not a job for each:
// nearly every question is answered in time, and a job for each would cost every turn that asks one.

const (
	wakeEvery  = 15 * time.Second
	wakeFor    = 40 * time.Second // one sweep; the next goes on
	wakeBatch  = 200
	wakeAtOnce = 2                // turns of a sweep at a time: those of people come first
	wakeAgain  = 10 * time.Minute // after a turn that could not be kept
)

// wakeArgs asks for the conversations whose wait is over to go on.
type wakeArgs struct{}

func (wakeArgs) Kind() string { return "wake_conversations" }

// InsertOpts lets no second sweep begin while one is under way. One that failed is not tried again, each time later, while it keeps
// the next from beginning: the next is due in a moment.
func (wakeArgs) InsertOpts() river.InsertOpts { return oneAtATime(queueTime) }

type wakeWorker struct {
	river.WorkerDefaults[wakeArgs]
	g *Gateway
}

func (w *wakeWorker) Work(ctx context.Context, _ *river.Job[wakeArgs]) error {
	if behind, err := w.g.behind(ctx); err != nil || behind {
		return err
	}
	until := time.Now().Add(wakeFor)
	var last store.Wait
	for ctx.Err() == nil && time.Now().Before(until) {
		due, err := w.g.store.DueWaits(ctx, w.g.store.Pool, w.g.now(), last, wakeBatch)
		if err != nil || len(due) == 0 {
			return err
		}
		var group errgroup.Group
		group.SetLimit(wakeAtOnce)
		for _, one := range due {
			if time.Now().After(until) {
				break
			}
			group.Go(func() error { return w.g.wake(ctx, one) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
		last = due[len(due)-1]
	}
	return ctx.Err()
}

// wake is one turn in which nothing was heard. One that could not be kept is tried again later, so that a flow which cannot go on
// does not stand in the way of others.
func (g *Gateway) wake(ctx context.Context, w store.Wait) error {
	turn, cancel := context.WithTimeout(ctx, textTurn)
	defer cancel()
	began := time.Now()
	_, outcome := g.answer(turn, Inbound{
		Key: w.Conversation.String() + "/" + w.Turn.String(), Line: w.Line, From: w.Phone,
		Channel: flows.Text, Kind: flows.KindLapse, Waited: w.Turn,
	}, textTurn)
	g.count.turn(flows.Text, outcome, time.Since(began))
	if outcome == "unrecorded" || outcome == "ignored" {
		return g.store.PutOffWait(ctx, g.store.Pool, w, g.now().Add(wakeAgain))
	}
	return nil
}

// errNothingWaits says that a flow cannot go on from where it waited, so that nothing happens.
var errNothingWaits = errors.New("nothing waits for time to pass any more")

// wakes notes until when this conversation waits. It goes into the turn's own commit.
func (p *playing) wakes(done *store.Done) {
	switch wait := p.reply.Wait; {
	case p.in.Channel != flows.Text:
	case p.set == nil: // no flow was run
		done.StillWaits = true
	case wait != nil && wait.After > 0:
		done.WakesAt = p.now.Add(wait.After)
	}
}

// How long what is said unasked is worth sending, if the flow does not go on sooner: over a night.
const worthSending = 14 * time.Hour

// send writes down what a flow says when time has passed: there is no request that could be answered with it.
func (p *playing) send(ctx context.Context) error {
	words := p.reply.Text()
	if words == "" || p.line.Texts == store.TextsPending {
		return nil
	}
	expires := p.now.Add(worthSending)
	if wait := p.reply.Wait; wait != nil && wait.After > 0 && wait.After < worthSending {
		expires = p.now.Add(wait.After)
	}
	id := uuid.New()
	p.talk.Nudge = &id
	return p.g.outbox.Put(ctx, p.tx.Tx, store.Outgoing{
		ID: id, Assembly: p.line.AssemblyID, Line: p.line.ID, Phone: p.tx.Conversation.Phone, Channel: store.ByText, Purpose: store.ForAnswers,
		Body: words, ExpiresAt: expires, Conversation: p.tx.Conversation.ID, Turn: p.id,
	})
}

// isIdle tells whether it is long since anything passed between a phone and us. What we said unasked counts from when it went out, which
// may be the morning after: whoever answers it in time answers it, though they themselves wrote long ago.
func (p *playing) isIdle(ctx context.Context) (bool, error) {
	if p.now.Sub(p.tx.Conversation.HeardAt) <= idleAfter {
		return false, nil
	}
	if p.talk.Nudge == nil {
		return true, nil
	}
	said, found, err := p.g.store.WentOutAt(ctx, p.tx, *p.talk.Nudge)
	return !found || p.now.Sub(said) > idleAfter, err
}

// waitedFor tells whether a turn is still the newest of its conversation.
func (in Inbound) waitedFor(newest uuid.UUID) bool {
	return in.Kind != flows.KindLapse || in.Waited == newest
}
