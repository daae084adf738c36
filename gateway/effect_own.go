package gateway

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"hotline/flows"
	"hotline/store"
)

// setQuiet has this phone sent none of the revealing words, from this very turn on, or as everybody.
func (p *playing) setQuiet(ctx context.Context, a args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	quiet := a["quiet"].Flag
	if err := p.g.store.SetQuiet(ctx, p.tx, p.tx.Conversation.Phone, quiet); err != nil {
		return "", nil, err
	}
	manner, err := p.g.store.MannerOf(ctx, p.tx, p.tx.Conversation.Phone)
	if err != nil {
		return "", nil, err
	}
	p.tx.Conversation.Quiet = manner.Quiet
	p.env.Quiet = p.tx.Conversation.Quiet
	p.env.Facts = p.facts.values(p)
	if manner.Quiet && !quiet {
		return "group", nil, nil
	}
	return "kept", nil, nil
}

// setHours keeps the hours in which this phone may be written to unasked.
func (p *playing) setHours(ctx context.Context, a args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	hours := store.Hours{}
	switch a["which"].Text {
	case "nights":
		hours = store.Hours{Chosen: true, From: 9 * 60, Until: 16 * 60}
	case "own":
		hours = store.Hours{Chosen: true, From: p.minute(a["from"]), Until: p.minute(a["until"])}
	}
	if hours.Chosen && hours.From == hours.Until {
		return "empty", nil, nil
	}
	return "kept", nil, p.g.store.SetHours(ctx, p.tx, p.tx.Conversation.Phone, hours)
}

// minute is the minute of the day at which a time stands on the assembly's clock.
func (p *playing) minute(v flows.Value) int {
	loc, err := time.LoadLocation(p.line.Zone)
	if err != nil { // every zone was checked when its assembly was added
		loc = time.UTC
	}
	at := time.Unix(v.Num, 0).In(loc)
	return at.Hour()*60 + at.Minute()
}

// wouldForget tells what forgetting this phone would come to, so that it is said before anybody confirms.
func (p *playing) wouldForget(ctx context.Context, _ args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	would, err := p.g.store.WouldForget(ctx, p.tx, p.tx.Conversation.Phone, p.now)
	return string(would), nil, err
}

// forget erases this phone. The turn that does it still answers; nothing of it is kept under the number.
func (p *playing) forget(ctx context.Context, _ args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	if unproved, err := p.unproved(ctx); err != nil || unproved {
		return "unproved", nil, err
	}
	talks, err := p.g.store.TalksOf(ctx, p.tx, p.tx.Conversation.Phone)
	if err != nil {
		return "", nil, err
	}
	did, err := p.g.store.Forget(ctx, p.tx, p.tx.Conversation.Phone, p.tx.Conversation.ID, p.now)
	if err != nil {
		return "", nil, err
	}
	switch did {
	case store.ForgetAlone, store.ForgetOneOf, store.ForgetShared:
		p.forgotten = true
		// Not at once: the carrier may still bring what was answered once more.
		later := &river.InsertOpts{Queue: queueErasing, ScheduledAt: time.Now().Add(forgetAfter)}
		if _, err := p.g.jobs.InsertTx(ctx, p.tx.Tx, forgetArgs{Talks: talks}, later); err != nil {
			return "", nil, fmt.Errorf("asking for the words of a forgotten phone to be erased: %w", err)
		}
		p.tx.Conversation.Phone = uuid.Nil
	}
	return string(did), nil, nil
}

// forgetStopped erases a phone by text that told the carrier to stop: no question of ours would reach it, so the word itself is the answer.
func (p *playing) forgetStopped(ctx context.Context, a args) (string, args, error) {
	if !p.tx.Conversation.Stopped || p.in.Channel != flows.Text {
		return "ask", nil, nil
	}
	if _, _, err := p.forget(ctx, a); err != nil || p.forgotten {
		return "forgotten", nil, err
	}
	return "not_yet", nil, p.keep(ctx) // nobody can tell them why: it goes before a person
}

// forgetArgs asks for the turns of a forgotten phone to be erased. By now nothing else knows which they are.
type forgetArgs struct {
	Talks []uuid.UUID `json:"talks"`
}

func (forgetArgs) Kind() string { return "forget_turns" }

const forgetAfter = time.Hour

type forgetWorker struct {
	river.WorkerDefaults[forgetArgs]
	g *Gateway
}

func (w *forgetWorker) Work(ctx context.Context, job *river.Job[forgetArgs]) error {
	return w.g.store.EraseTurns(ctx, w.g.store.Pool, job.Args.Talks)
}

// dropCopies removes what Redis holds under a number: one copy for each line. A failure is harmless, since they vanish by themselves.
func (g *Gateway) dropCopies(ctx context.Context, in Inbound) {
	if g.redis.open() {
		return
	}
	for _, line := range g.lines.all() {
		in := in
		in.Channel = flows.Text
		if err := g.talks.Drop(ctx, g.talkKey(in, line)); err != nil {
			g.redis.failed()
			g.count.redisFailed()
			g.log.Warn("a copy of a forgotten phone's talk stays until it vanishes by itself", "cause", err)
			return
		}
	}
}

// wouldDetach holds notices back from a phone whose holder says that they are somebody else, and tells what taking it off would meet. Where
// it is rung for callers, or an organizer's, it goes before a person; and so where our question would be blocked.
func (p *playing) wouldDetach(ctx context.Context, _ args) (string, args, error) {
	would, err := p.detachable(ctx)
	if err != nil || would == "hidden" || would == "unproved" {
		return would, nil, err
	}
	for _, purpose := range []store.Purpose{store.ForNotices, store.ForAlerts} {
		err := p.g.store.AddConsent(ctx, p.tx, store.Consent{
			Assembly: p.line.AssemblyID, Phone: p.tx.Conversation.Phone, Purpose: purpose, Channel: store.AnyChannel, How: "wrong number, not confirmed yet",
		})
		if err != nil {
			return "", nil, err
		}
	}
	if would != "ask" || p.tx.Conversation.Stopped && p.in.Channel == flows.Text {
		err = p.keep(ctx)
	}
	return would, nil, err
}

// detachable tells whether this phone may be taken off by whoever texts or calls: "ask", or why not.
func (p *playing) detachable(ctx context.Context) (string, error) {
	if !p.phone().Valid {
		return "hidden", nil
	}
	if unproved, err := p.unproved(ctx); err != nil || unproved {
		return "unproved", err
	}
	would, err := p.g.store.WouldDetach(ctx, p.tx, p.line.AssemblyID, p.tx.Conversation.Phone, p.now)
	if err != nil || would == store.ForgetOnDuty || would == store.ForgetOrganizer {
		return string(would), err
	}
	return "ask", nil
}

// wrongNumber takes this phone from everybody who has it. Much may have changed since they were asked.
func (p *playing) wrongNumber(ctx context.Context, _ args) (string, args, error) {
	if would, err := p.detachable(ctx); err != nil || would != "ask" {
		return would, nil, err
	}
	err := p.g.store.Detach(ctx, p.tx, store.Consent{
		Assembly: p.line.AssemblyID, Phone: p.tx.Conversation.Phone, How: "wrong number, by " + string(p.in.Channel),
	}, p.now)
	if err != nil {
		return "", nil, err
	}
	return "detached", nil, nil
}
