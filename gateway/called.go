package gateway

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// Calls with notices. Whoever answers hears no more than on any call that we place, twice, and then nothing: a machine that answers records
// that much and no more. On 1 the call becomes a talk like any other, in a flow of its own (called.yaml), and ends like one. What came of it is
// told by the carrier, under an id that stands for this one try.

// calledFlow is where a call goes on, once a key asked to hear the notice.
const calledFlow = "called"

// CallTold is what the carrier tells of a call that we placed.
type CallTold struct {
	ID     string // the carrier's
	Status string // its word for how the call does
	SIP    int    // the last answer of the network, where it tells; 0: not told
}

// noticeCall finds a try by the id in its webhooks.
func (g *Gateway) noticeCall(ctx context.Context, id string) (c store.NoticeCall, found bool, err error) {
	call, err := uuid.Parse(id)
	if err != nil {
		return c, false, nil // as in Delivered
	}
	ctx, cancel := context.WithTimeout(ctx, voiceTurn)
	defer cancel()
	return g.store.NoticeCallByID(ctx, g.store.Pool, call)
}

// onNotice does something with a try that may still be told: it has not ended, its broadcast goes on, it is not too late, and the phone has not
// said since that it wants no calls. Else it does nothing, and tells false.
func (g *Gateway) onNotice(ctx context.Context, id uuid.UUID, do func(pgx.Tx, store.NoticeCall) error) (may bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, voiceTurn)
	defer cancel()
	err = g.store.InTx(ctx, func(tx pgx.Tx) error {
		c, found, err := g.store.LockNoticeCall(ctx, tx, id)
		if err != nil || !found {
			return err
		}
		if may, err = g.mayTell(ctx, tx, c); err != nil || !may {
			return err
		}
		return do(tx, c)
	})
	return may && err == nil, err
}

func (g *Gateway) mayTell(ctx context.Context, q store.Querier, c store.NoticeCall) (bool, error) {
	if !c.EndedAt.IsZero() || c.Sending == store.BroadcastCanceled || !g.now().Before(c.ExpiresAt) {
		return false, nil
	}
	return g.store.Allowed(ctx, q, c.Phone, c.Line, c.Purpose, store.ByVoice)
}

// noticeAnswered is what is said before any key.
func (g *Gateway) noticeAnswered(ctx context.Context, c store.NoticeCall, sid string) (Reply, error) {
	may, err := g.onNotice(ctx, c.ID, func(tx pgx.Tx, c store.NoticeCall) error {
		if err := g.store.MarkAnswered(ctx, tx, c, g.now()); err != nil {
			return err
		}
		return g.store.KnownCall(ctx, tx, c, sid, store.SendSent, g.now())
	})
	if err != nil || !may {
		return Reply{}, err
	}
	r, err := g.spoken(ctx, c.Line, c.Speaks, "message")
	r.Wait, r.Twice = &flows.Wait{Keys: 1, Timeout: messageAgain}, true
	return r, err
}

// noticePressed takes the key of whoever answered. On 1 in, which tells of the call, becomes its first turn; any other key ends it.
func (g *Gateway) noticePressed(ctx context.Context, c store.NoticeCall, key string, in Inbound) (Reply, error) {
	switch key {
	case messageKey:
		may, err := g.onNotice(ctx, c.ID, func(tx pgx.Tx, c store.NoticeCall) error { return g.store.MarkTaken(ctx, tx, c, g.now()) })
		if err != nil || !may {
			return Reply{}, err
		}
		in.Key, in.Kind, in.Notice = in.Call+"/0", flows.KindCall, c.ID
		return g.Turn(ctx, in), nil
	case neverKey:
		ctx, cancel := context.WithTimeout(ctx, voiceTurn)
		defer cancel()
		return Reply{}, g.store.InTx(ctx, func(tx pgx.Tx) error {
			c, found, err := g.store.LockNoticeCall(ctx, tx, c.ID)
			if err != nil || !found {
				return err
			}
			return g.neverNotice(ctx, tx, c)
		})
	}
	return Reply{}, nil
}

// neverNotice has that phone called no more, by any line, also where the call was over when the key was told.
func (g *Gateway) neverNotice(ctx context.Context, tx store.Querier, c store.NoticeCall) error {
	if !c.NeverAt.IsZero() {
		return nil
	}
	if err := g.store.MarkNever(ctx, tx, c, g.now()); err != nil {
		return err
	}
	return g.store.AddConsent(ctx, tx, store.Consent{
		Assembly: c.Assembly, Phone: c.Phone, Purpose: store.ForAll, Channel: store.ByVoice, How: neverAgain, Words: "to never be called again: " + neverKey,
	})
}

// noticeTold takes what the carrier tells of a try: late, twice, out of order, or never. talked is whether there was a talk on it, which is over.
func (g *Gateway) noticeTold(ctx context.Context, id uuid.UUID, told CallTold) (talked bool, err error) {
	err = g.store.InTx(ctx, func(tx pgx.Tx) error {
		c, found, err := g.store.LockNoticeCall(ctx, tx, id)
		if err != nil || !found {
			return err
		}
		came, over := callCame(told, c)
		if !over {
			state, known := callStates(told.Status)
			if !known {
				g.log.Warn("the carrier told a state of a call that we do not know", "state", told.Status)
				return nil
			}
			return g.store.KnownCall(ctx, tx, c, told.ID, state, g.now())
		}
		talked = !c.TakenAt.IsZero()
		if err := g.store.KnownCall(ctx, tx, c, told.ID, store.SendAccepted, g.now()); err != nil {
			return err
		}
		return g.endNotice(ctx, tx, c, store.Ended{Came: came})
	})
	return talked, err
}

// callCame is what a try comes to by the carrier's word (Twilio's documentation, "Call Status Values") and by what was done on it; over is false
// while it goes on. It is the one place that reads these words for notices; store.CallCame.Fate says what each means for what is sent.
func callCame(told CallTold, c store.NoticeCall) (came store.CallCame, over bool) {
	switch {
	case told.Status != "completed":
	case !c.NeverAt.IsZero():
		return store.CameNever, true
	case !c.HeardAt.IsZero():
		return store.CameHeard, true
	case c.NoPin:
		return store.CameNoPin, true
	default:
		return store.CameNoKey, true
	}
	switch told.Status {
	case "busy":
		return store.CameBusy, true
	case "no-answer":
		return store.CameNoAnswer, true
	case "failed":
		if noNumber(told.SIP) {
			return store.CameNoNumber, true
		}
		return store.CameFailed, true
	case "canceled":
		return store.CameCanceled, true
	}
	return "", false
}

// noNumber tells of the network's answers that say there is nobody to reach (RFC 3261: not found, gone, address incomplete, does not exist anywhere).
func noNumber(sip int) bool {
	switch sip {
	case 404, 410, 484, 604:
		return true
	}
	return false
}

// endNotice ends a try, and says when the phone is called again, if it is. Of e counts all but Again.
func (g *Gateway) endNotice(ctx context.Context, tx pgx.Tx, c store.NoticeCall, e store.Ended) (err error) {
	if !c.EndedAt.IsZero() {
		return nil
	}
	if _, again := e.Came.Fate(); again && c.N < store.MostTries {
		if e.Again, err = g.nextTry(ctx, tx, c); err != nil {
			return err
		}
	}
	if e.Came == store.CameNoNumber {
		e.Blame = store.BlameNumber
	}
	g.count.sent(store.ByVoice, c.State)
	return g.store.EndNoticeCall(ctx, tx, c, e, g.now())
}

// nextTry is when a phone is called again that was not reached; zero: not in time.
func (g *Gateway) nextTry(ctx context.Context, tx pgx.Tx, c store.NoticeCall) (time.Time, error) {
	now := g.now()
	allowed, err := g.store.Allowed(ctx, tx, c.Phone, c.Line, c.Purpose, store.ByVoice)
	if err != nil || !allowed {
		return now, err // whoever draws it finds that it is refused
	}
	line, err := g.store.LineByID(ctx, tx, c.Line)
	if err != nil {
		return time.Time{}, err
	}
	manner, err := g.store.MannerOf(ctx, tx, c.Phone)
	if err != nil {
		return time.Time{}, err
	}
	number, err := g.store.Number(ctx, tx, c.Phone)
	if err != nil {
		return time.Time{}, err
	}
	tries, err := g.store.TriesOf(ctx, tx, c.Outgoing)
	if err != nil {
		return time.Time{}, err
	}
	zone, err := time.LoadLocation(line.Zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading a time zone: %w", err)
	}
	return otherHour(now, c.ExpiresAt, tries, zone, func(t time.Time) (bool, error) {
		if c.Purpose == store.ForAlerts {
			return true, nil
		}
		_, opens, err := loud(t, line.Zone, manner.Hours, number, store.ByVoice)
		return opens.IsZero(), err
	})
}

const (
	hoursApart = 3 * time.Hour // between two tries, and between the times of day of any two
	leastApart = time.Hour     // where that is not to be had
	tryStep    = 15 * time.Minute
	tryWithin  = 48 * time.Hour
)

// otherHour finds the next time to call a phone, at another hour of the day than it was called before, when it may be called; zero: there is none
// before until.
func otherHour(now, until time.Time, tries []time.Time, zone *time.Location, may func(time.Time) (bool, error)) (time.Time, error) {
	for _, apart := range []time.Duration{hoursApart, leastApart} {
		for t := now.Add(apart); t.Before(until) && t.Before(now.Add(tryWithin)); t = t.Add(tryStep) {
			if !elsewhen(t, tries, zone, apart) {
				continue
			}
			if open, err := may(t); err != nil || open {
				return t, err
			}
		}
	}
	return time.Time{}, nil
}

// elsewhen tells whether a time of day is as far from those of some others.
func elsewhen(t time.Time, others []time.Time, zone *time.Location, apart time.Duration) bool {
	for _, o := range others {
		d := (clockOf(t, zone) - clockOf(o, zone)).Abs()
		if min(d, 24*time.Hour-d) < apart {
			return false
		}
	}
	return true
}

func clockOf(t time.Time, zone *time.Location) time.Duration {
	t = t.In(zone)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}
