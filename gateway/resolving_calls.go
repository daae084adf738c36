package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// A call whose answer was lost is looked for in the carrier's list of calls, by its line, its phone and its time. One call there is it; of two a
// person has to say. Without a trace a notice counts as a try, and is tried again at another hour; any other call is left for a person, since
// nobody can be called anew for what somebody waited for then. And a call of which the end was never told is asked about.

const (
	overdueAfter = 15 * time.Minute // a call that goes on for longer is left alone, as long as the carrier lists it so
	mostCalls    = 200              // in one run
)

// ListedCall is one call as the carrier lists it. It may be of either direction.
type ListedCall struct {
	ID        string
	Direction string // "inbound", "outbound-api", "outbound-dial"
	Status    string // the carrier's word: "queued", "ringing", "completed" …
	Created   time.Time
}

// mayBeCall tells whether a call of the list came about when this one was placed.
func mayBeCall(at time.Time, l ListedCall) bool {
	return l.Direction == listedSend && l.Created.After(at.Add(-createdEarly)) && l.Created.Before(at.Add(createdLate))
}

// resolveCalls looks for calls of which nobody knows whether the carrier placed them.
func (g *Gateway) resolveCalls(ctx context.Context, all []store.Unknown) (err error) {
	for _, u := range all {
		if ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		err = errors.Join(err, g.resolveCall(ctx, u))
	}
	return err
}

func (g *Gateway) resolveCall(ctx context.Context, u store.Unknown) error {
	long := g.now().Sub(u.SentAt) >= noTraceAfter
	if g.carrier.Calls == nil {
		if long {
			return g.leave(ctx, u, store.WhyCall)
		}
		return nil
	}
	rivals, err := g.store.CallRivals(ctx, g.store.Pool, u, createdEarly+createdLate)
	if err != nil {
		return err
	}
	found, err := g.callsListed(ctx, u.LineNumber, u.To, func(l ListedCall) bool { return mayBeCall(u.SentAt, l) })
	if err != nil {
		return err
	}
	switch {
	case len(found) == 1 && rivals == 0:
		return g.foundCall(ctx, u, found[0])
	case !long:
		return nil // a callback mostly comes sooner, and the carrier may list late
	case len(found) > 0:
		return g.leave(ctx, u, store.WhySeveral)
	}
	return g.noCall(ctx, u)
}

// callsListed are the calls of a line to a phone that fit, and are not known to be another's.
func (g *Gateway) callsListed(ctx context.Context, line string, to store.Phone, fits func(ListedCall) bool) (found []ListedCall, err error) {
	var ids []string
	err = g.carrier.Calls(ctx, line, to, func(l ListedCall) error {
		if fits(l) {
			found, ids = append(found, l), append(ids, l.ID)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for a call: %w", err)
	}
	claimed, err := g.store.ClaimedCalls(ctx, g.store.Pool, ids)
	if err != nil {
		return nil, err
	}
	free := found[:0]
	seen := map[string]bool{}
	for _, l := range found {
		if !claimed[l.ID] && !seen[l.ID] {
			seen[l.ID] = true
			free = append(free, l)
		}
	}
	return free, nil
}

// foundCall takes in what the list tells of a call, as if the carrier had told it.
func (g *Gateway) foundCall(ctx context.Context, u store.Unknown, l ListedCall) error {
	g.log.Info("a call was found at the carrier", "outgoing", u.ID, "state", l.Status)
	if c, found, err := g.store.LastNoticeCall(ctx, g.store.Pool, u.ID); err != nil {
		return err
	} else if found {
		_, err := g.noticeTold(ctx, c.ID, CallTold{ID: l.ID, Status: l.Status})
		return err
	}
	state, known := callStates(l.Status)
	if !known {
		state = store.SendAccepted
	}
	return g.store.InTx(ctx, func(tx pgx.Tx) error {
		is, err := g.store.FindOutgoing(ctx, tx, u.ID, store.Telling{State: state, CarrierID: l.ID, At: g.now()})
		if err != nil || !is || !state.Final() {
			return err
		}
		return g.placedOver(ctx, tx, store.Outgoing{ID: u.ID, State: state})
	})
}

// noCall is for a call of which there is no trace.
func (g *Gateway) noCall(ctx context.Context, u store.Unknown) error {
	c, found, err := g.store.LastNoticeCall(ctx, g.store.Pool, u.ID)
	if err != nil {
		return err
	}
	if !found {
		return g.leave(ctx, u, store.WhyNoTrace)
	}
	return g.store.InTx(ctx, func(tx pgx.Tx) error {
		c, found, err := g.store.LockNoticeCall(ctx, tx, c.ID)
		if err != nil || !found || c.State != store.SendUnknown || c.CarrierID != "" {
			return err
		}
		g.log.Warn("the carrier has no trace of a call; it counts as a try", "outgoing", u.ID)
		return g.endNotice(ctx, tx, c, store.Ended{Came: store.CameNoTrace})
	})
}

// overdueCalls asks about calls of which the carrier never told the end. One that it does not list any more is over.
func (g *Gateway) overdueCalls(ctx context.Context) error {
	if g.carrier.Calls == nil {
		return nil
	}
	all, err := g.store.OverdueCalls(ctx, g.store.Pool, g.now().Add(-overdueAfter), mostCalls)
	if err != nil {
		return err
	}
	for _, c := range all {
		if ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		err = errors.Join(err, g.overdueCall(ctx, c))
	}
	return err
}

func (g *Gateway) overdueCall(ctx context.Context, c store.NoticeCall) error {
	number, to, err := g.store.EndsOfCall(ctx, g.store.Pool, c)
	if err != nil {
		return err
	}
	told := CallTold{ID: c.CarrierID, Status: "completed"}
	err = g.carrier.Calls(ctx, number, to, func(l ListedCall) error {
		if l.ID == c.CarrierID {
			told.Status = l.Status
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("asking how a call went: %w", err)
	}
	_, err = g.CallTold(ctx, c.ID.String(), told)
	return err
}
