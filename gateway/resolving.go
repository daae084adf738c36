package gateway

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"hotline/store"
)

// A send whose answer was lost is looked for in the carrier's list (TWILIO.md: creating has no idempotency key). One job at a time does it,
// for all lines: a list is asked for by line and days where many are unknown, and by phone where few are. A list by days misses what still
// waits at the carrier to be sent, so that nothing is said to have left no trace before its phone's own list was read, to the end.

const (
	resolveEvery = time.Minute
	resolveFor   = 40 * time.Second // one run; the next goes on
	cutOffAfter  = 2 * time.Minute  // a job that sends is over by then, with all its deadlines
	lookAfter    = time.Minute      // a callback mostly comes sooner
	noTraceAfter = 15 * time.Minute // the carrier lists late, and may take up late what it was asked
	lookBack     = 3 * 24 * time.Hour
	mostUnknown  = 2000 // in one run
	fewPhones    = 10   // of one line, that are asked for one by one
)

// resolveArgs asks for what may have been sent to be looked for.
type resolveArgs struct{}

func (resolveArgs) Kind() string { return "resolve_unknown" }

// InsertOpts lets no second run begin while one is under way, as of wakeArgs.
func (resolveArgs) InsertOpts() river.InsertOpts { return oneAtATime(queueAsking) }

type resolveWorker struct {
	river.WorkerDefaults[resolveArgs]
	g *Gateway
}

func (w *resolveWorker) Work(ctx context.Context, _ *river.Job[resolveArgs]) error {
	err := w.g.Resolve(ctx)
	if err != nil {
		w.g.log.Warn("what may have been sent was not all looked for; the next run goes on", "cause", err)
	}
	return err
}

// Resolve looks for every send of which nobody knows whether the carrier took it. What it cannot look for now, because the carrier is
// away or the time is up, waits for the next run.
func (g *Gateway) Resolve(ctx context.Context) error {
	if g.carrier.List == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, resolveFor)
	defer cancel()
	now := g.now()
	if n, err := g.store.FenceOutgoing(ctx, g.store.Pool, now.Add(-cutOffAfter), now); err != nil {
		return err
	} else if n > 0 {
		g.log.Warn("sends were cut off; they are looked for at the carrier", "count", n)
	}
	all, err := g.store.Unknowns(ctx, g.store.Pool, now.Add(-lookAfter), mostUnknown)
	if err != nil {
		return err
	}
	lines := map[string][]store.Unknown{}
	var calls []store.Unknown
	for _, u := range all {
		switch {
		case now.Sub(u.SentAt) > lookBack:
			err = errors.Join(err, g.leave(ctx, u, store.WhyTooOld))
		case u.Channel != store.ByText:
			calls = append(calls, u)
		default:
			lines[u.LineNumber] = append(lines[u.LineNumber], u)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(lines)) {
		err = errors.Join(err, g.resolveLine(ctx, number, lines[number]))
	}
	return errors.Join(err, g.resolveCalls(ctx, calls), g.overdueCalls(ctx)) // last: each is asked for apart
}

// resolveLine looks for what may have been sent from one line.
func (g *Gateway) resolveLine(ctx context.Context, number string, all []store.Unknown) error {
	rest := all
	if phones := byPhone(all); len(phones) > fewPhones {
		var err error
		if rest, err = g.resolveDays(ctx, number, all); err != nil {
			return err
		}
	}
	phones := byPhone(rest)
	for _, to := range slices.Sorted(maps.Keys(phones)) {
		s := search{began: g.now(), whole: true}
		err := g.carrier.List(ctx, ListFilter{From: number, To: to.String()}, s.take(phones))
		if err != nil {
			return fmt.Errorf("looking for what was sent: %w", err)
		}
		if _, err := g.decide(ctx, phones[to], s); err != nil {
			return err
		}
	}
	return nil
}

// resolveDays looks for all of them in one list, and gives back those that left no trace in it for long.
func (g *Gateway) resolveDays(ctx context.Context, number string, all []store.Unknown) (rest []store.Unknown, err error) {
	f := ListFilter{From: number, Since: all[0].SentAt.Add(-createdEarly), Until: g.now().Add(createdLate)}
	s := search{began: g.now()}
	if err := g.carrier.List(ctx, f, s.take(byPhone(all))); err != nil {
		return nil, fmt.Errorf("looking for what was sent: %w", err)
	}
	return g.decide(ctx, all, s)
}

// byPhone sorts sends by number, each in the order in which they went out.
func byPhone(all []store.Unknown) map[store.Phone][]store.Unknown {
	phones := map[store.Phone][]store.Unknown{}
	for _, u := range all {
		phones[u.To] = append(phones[u.To], u)
	}
	return phones
}

// search is what the carrier's list told.
type search struct {
	began  time.Time // before the first page was asked for
	whole  bool      // it holds also what the carrier has not sent yet
	listed []Listed  // that may be what is looked for
	every  []Listed  // to these phones, where it is whole
}

// take keeps of a list what may be one of these sends; a list of a day may be long.
func (s *search) take(phones map[store.Phone][]store.Unknown) func(Listed) error {
	seen := map[string]bool{}
	return func(l Listed) error {
		fits := slices.ContainsFunc(phones[l.Phone], func(u store.Unknown) bool { return mayBe(u, l) })
		if l.Direction != listedSend || seen[l.ID] {
			return nil
		}
		seen[l.ID] = true
		if fits {
			s.listed = append(s.listed, l)
		}
		if s.whole {
			s.every = append(s.every, l)
		}
		return nil
	}
}

// decide acts on what the list told of each send. It gives back those without a trace in a list that is not whole.
func (g *Gateway) decide(ctx context.Context, all []store.Unknown, s search) (rest []store.Unknown, err error) {
	var phones []uuid.UUID
	for _, u := range all {
		phones = append(phones, u.Phone)
	}
	// In this order: what a rival under way has settled in between is claimed, and what it has not is waited for.
	rivals, err := g.store.Rivals(ctx, g.store.Pool, phones, all[0].SentAt.Add(-createdEarly-createdLate))
	if err != nil {
		return nil, err
	}
	if s.listed, err = g.unclaimed(ctx, s.listed); err != nil {
		return nil, err
	}
	for _, u := range all {
		l, told := look(u, rivals, s.listed)
		long := s.began.Sub(u.SentAt) >= noTraceAfter
		switch {
		case told == traceFound:
			s.listed = slices.DeleteFunc(s.listed, func(x Listed) bool { return x.ID == l.ID })
			rivals = slices.DeleteFunc(rivals, func(r store.Unknown) bool { return r.ID == u.ID })
			err = g.found(ctx, u, l)
		case told == traceWaits || !long:
		case told == traceSeveral:
			err = g.leave(ctx, u, store.WhySeveral)
		case !s.whole:
			rest = append(rest, u)
		default:
			err = g.noTrace(ctx, u, s)
		}
		if err != nil {
			return nil, err
		}
	}
	return rest, nil
}

// unclaimed leaves out what is known to be another send's.
func (g *Gateway) unclaimed(ctx context.Context, listed []Listed) ([]Listed, error) {
	ids := make([]string, len(listed))
	for i, l := range listed {
		ids[i] = l.ID
	}
	claimed, err := g.store.Claimed(ctx, g.store.Pool, ids)
	return slices.DeleteFunc(listed, func(l Listed) bool { return claimed[l.ID] }), err
}

// found merges what the list told.
func (g *Gateway) found(ctx context.Context, u store.Unknown, l Listed) error {
	state, known := carrierStates(l.Status)
	if !known {
		state = store.SendAccepted
	}
	return g.store.InTx(ctx, func(tx pgx.Tx) error {
		is, err := g.store.FindOutgoing(ctx, tx, u.ID, store.Telling{State: state, CarrierID: l.ID, Error: l.Code, At: g.now()})
		if err != nil || !is {
			return err
		}
		g.log.Info("a send was found at the carrier", "outgoing", u.ID, "state", state, "carrier_code", l.Code)
		g.count.sent(u.Channel, state)
		if l.Code != codeStopped {
			return nil
		}
		return g.carrierStopped(ctx, tx, store.Outgoing{ID: u.ID, Assembly: u.Assembly, Line: u.Line, Phone: u.Phone})
	})
}

// noTrace repeats a notice that holds no code, once; whether it still may go out is asked anew. All else is left for a person.
func (g *Gateway) noTrace(ctx context.Context, u store.Unknown, s search) error {
	switch {
	case !u.MayRepeat:
		return g.leave(ctx, u, store.WhyNoTrace)
	case !u.RepeatedAt.IsZero():
		return g.leave(ctx, u, store.WhyRepeated)
	case !u.ExpiresAt.After(g.now()):
		return g.leave(ctx, u, store.WhyTooLate)
	}
	if enough, err := g.enough(ctx, u, s); err != nil {
		return err
	} else if enough {
		return g.leave(ctx, u, store.WhySeveral)
	}
	return g.store.InTx(ctx, func(tx pgx.Tx) error {
		repeats, drawn, err := g.store.RepeatOutgoing(ctx, tx, u.ID, g.now())
		if err != nil || !repeats {
			return err
		}
		g.log.Warn("a notice of which the carrier has no trace is sent once more", "outgoing", u.ID)
		if drawn {
			return nil
		}
		return g.outbox.ask(ctx, tx, u.ID, u.AnyHour)
	})
}

// leave flags what cannot be known for a person.
func (g *Gateway) leave(ctx context.Context, u store.Unknown, why store.WhyPerson) error {
	left, err := g.store.LeaveForPerson(ctx, g.store.Pool, u.ID, why, g.now())
	if left {
		g.log.Warn("nobody knows whether this was sent; a person has to say", "outgoing", u.ID, "channel", u.Channel, "why", why)
	}
	return err
}
