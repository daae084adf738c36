package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// FreezeBroadcast writes down to whom an approved broadcast goes, once. One for which too few are left pauses.
func (s *Store) FreezeBroadcast(ctx context.Context, tx pgx.Tx, id uuid.UUID, now time.Time) error {
	b, found, err := s.lockBroadcast(ctx, tx, id)
	if err != nil || !found || b.State != BroadcastApproved || b.Frozen {
		return err
	}
	if b.Alert.After() {
		if undecided, err := s.undecided(ctx, tx, b.AlertOf); err != nil || undecided {
			return err
		}
	}
	all, _, err := s.audience(ctx, tx, b, false)
	if few := Refusal(""); errors.As(err, &few) {
		return s.PauseBroadcast(ctx, tx, id, WhyTooFew)
	}
	if err != nil {
		return err
	}
	if err := s.freeze(ctx, tx, b, all, now); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update broadcasts set frozen_at = $2 where id = $1`, id, now)
	return wrap("writing down to whom a broadcast goes", err)
}

// Why a broadcast pauses by itself.
const (
	WhyTooFew   = "too few"  // who have not voted
	WhyFailures = "failures" // more than a fifth
	WhyFiltered = "filtered" // networks took it for spam
	WhyAccount  = "account"  // the carrier refuses us, not them
	WhyCap      = "cap"      // the line has spent what it may today
	WhyCountry  = "country"  // the carrier does not send to where many of them are
)

// PauseBroadcast stops one that is approved or under way; what the carrier has taken goes its way. why is empty where somebody did it.
func (s *Store) PauseBroadcast(ctx context.Context, q Querier, id uuid.UUID, why string) error {
	_, err := q.Exec(ctx, `update broadcasts set state = 'paused', why = $2 where id = $1 and state in ('approved', 'sending')`, id, why)
	return wrap("pausing a broadcast", err)
}

// ResumeBroadcast lets a paused one go on. What made it pause by itself is counted anew from here.
func (s *Store) ResumeBroadcast(ctx context.Context, q Querier, b Broadcast, now time.Time) error {
	tag, err := q.Exec(ctx, `update broadcasts set state = 'approved', why = '', resumed_at = $2, starts_at = greatest(starts_at, $2) where id = $1 and state = 'paused' and expires_at > $2`, b.ID, now)
	if err == nil && tag.RowsAffected() == 0 {
		return refuse("broadcast %d is %s, or too late: only a paused one goes on", b.Number, b.State)
	}
	return wrap("resuming a broadcast", err)
}

// CancelBroadcast ends one. What the carrier has not been given is sent no more.
func (s *Store) CancelBroadcast(ctx context.Context, q Querier, b Broadcast, now time.Time) error {
	tag, err := q.Exec(ctx, `update broadcasts set state = 'canceled', ended_at = $2 where id = $1 and state not in ('done', 'canceled')`, b.ID, now)
	if err != nil {
		return wrap("canceling a broadcast", err)
	}
	if tag.RowsAffected() == 0 {
		return refuse("broadcast %d is over", b.Number)
	}
	_, err = q.Exec(ctx, `update outgoing set state = case when state = 'ready' then 'canceled' else state end, may_repeat = false,
		changed_at = case when state = 'ready' then $2 else changed_at end where broadcast_id = $1 and state in ('ready', 'sending', 'unknown')`, b.ID, now)
	return wrap("canceling a broadcast", err)
}

// DueToFreeze are the approved broadcasts whose recipients are not written down yet; of those that go to who has not voted, the ones that begin.
func (s *Store) DueToFreeze(ctx context.Context, q Querier, now time.Time) ([]uuid.UUID, error) {
	return list(ctx, q, "looking for approved broadcasts", pgx.RowTo[uuid.UUID], `select id from broadcasts where state = 'approved' and frozen_at is null
		and (starts_at <= $1 or audience->'not_voted' is null)`, now)
}

// waiting is whether rows of broadcast b wait to be sent, or have no answer of the carrier's yet, who may be too busy to take them; or calls of it
// are under way, which may have to be tried again.
const waiting = `(exists (select from lines l join outgoing o on o.line_id = l.id and o.broadcast_id = b.id and o.state = 'ready')
	or exists (select from lines l join outgoing o on o.line_id = l.id and o.broadcast_id = b.id and o.state = 'sending')
	or exists (select from outgoing o where o.broadcast_id = b.id and o.channel = 'voice' and o.state in ('sending', 'unknown', 'accepted', 'sent')
		and o.person_why is null))`

// TurnBroadcasts begins those whose time has come, and ends those of which nothing waits.
func (s *Store) TurnBroadcasts(ctx context.Context, q Querier, now time.Time) error {
	_, err := q.Exec(ctx, `with over as (update broadcasts b set state = 'done', ended_at = $1 where b.state = 'sending' and not `+waiting+`)
		update broadcasts b set state = 'sending' where b.state = 'approved' and b.frozen_at is not null and b.starts_at <= $1`, now)
	return wrap("beginning broadcasts", err)
}

// ExpireWaiting ends the wait of what was to go out by now and did not, also where its line may not send.
func (s *Store) ExpireWaiting(ctx context.Context, q Querier, now time.Time) error {
	_, err := q.Exec(ctx, `update outgoing o set state = 'expired', changed_at = $1 from broadcasts b
		where b.id = o.broadcast_id and b.state = 'sending' and b.expires_at <= $1 and o.state = 'ready'`, now)
	return wrap("ending what came too late", err)
}

// LinesToPump are the lines on which texts of broadcasts under way are due, in no order.
func (s *Store) LinesToPump(ctx context.Context, q Querier, now time.Time) ([]uuid.UUID, error) {
	return s.linesToPump(ctx, q, now, ForNotices, ForAlerts)
}

// LinesWithAlerts are those of them on which rows of alerts are.
func (s *Store) LinesWithAlerts(ctx context.Context, q Querier, now time.Time) ([]uuid.UUID, error) {
	return s.linesToPump(ctx, q, now, ForAlerts)
}

func (s *Store) linesToPump(ctx context.Context, q Querier, now time.Time, purposes ...Purpose) ([]uuid.UUID, error) {
	return list(ctx, q, "looking for lines to send from", pgx.RowTo[uuid.UUID], `select l.id from lines l where l.texts = 'on' and exists (
		select from broadcasts b where b.state = 'sending' and b.purpose = any($2) and exists (select from outgoing o where o.line_id = l.id and o.broadcast_id = b.id
			and o.channel = 'text' and o.state = 'ready' and coalesce(o.not_before, '-infinity') <= $1)) order by random()`, now, purposes)
}

// NextDue is when the next text of a broadcast is due on a line; zero: none waits there.
func (s *Store) NextDue(ctx context.Context, q Querier, line, broadcast uuid.UUID) (time.Time, error) {
	var at *time.Time
	_, err := one(ctx, q, `select not_before from outgoing where line_id = $1 and broadcast_id = $2 and channel = 'text' and state = 'ready'
		and broadcast_id is not null order by coalesce(not_before, '-infinity') limit 1`, []any{line, broadcast}, &at)
	return timeOf(at), wrap("looking when more is due", err)
}

// UnderWay are the broadcasts under way, alerts first.
func (s *Store) UnderWay(ctx context.Context, q Querier) ([]Broadcast, error) {
	return list(ctx, q, "looking for broadcasts under way", s.scanBroadcast, selectBroadcast+` where b.state = 'sending' order by b.purpose, b.starts_at, b.id`)
}

// StillSending tells whether a broadcast is to be sent from, and keeps it so until the transaction ends: who pauses it waits for that long.
func (s *Store) StillSending(ctx context.Context, q Querier, id uuid.UUID) (bool, error) {
	var state BroadcastState
	found, err := one(ctx, q, `select state from broadcasts where id = $1 for share`, []any{id}, &state)
	return found && state == BroadcastSending, wrap("looking at a broadcast", err)
}

// CutOff marks as unknown which texts a pump of a line has left in the middle of being sent. Only one pump of a line runs at a time.
func (s *Store) CutOff(ctx context.Context, q Querier, line uuid.UUID, now time.Time) error {
	_, err := q.Exec(ctx, `update outgoing set state = 'unknown', changed_at = $2 where line_id = $1 and state = 'sending' and broadcast_id is not null
		and channel = 'text'`, line, now)
	return wrap("marking what was cut off", err)
}

// Progress is how a broadcast goes, in phones that are told by text; Calls is how it goes with those that are called.
type Progress struct {
	Calls     Calls
	Total     int
	Ready     int // wait to be sent
	Sending   int // asked of the carrier
	Unknown   int // nobody knows whether the carrier took it
	Accepted  int // by the carrier, which has told no more
	Sent      int // by the carrier to a network, which has told no more
	Delivered int
	Failed    int // undelivered, failed, or refused by the carrier
	Refused   int // not agreed to any more
	Expired   int // too late
	Canceled  int
	Blamed    map[Blame]int // of those that failed
}

// Done is of how many it is known what the carrier did.
func (t Progress) Done() int { return t.Accepted + t.Sent + t.Delivered + t.Failed }

// ProgressOf counts. since is zero for all of it, or the time of the carrier's answers that count.
func (s *Store) ProgressOf(ctx context.Context, q Querier, id uuid.UUID, since time.Time) (t Progress, err error) {
	t.Blamed = map[Blame]int{}
	var state SendState
	var blame Blame
	var n int
	var coded bool
	var channel string
	var tried bool
	count := func() error {
		if channel == ByVoice {
			t.Calls.add(state, blame, tried, n)
			return nil
		}
		t.Total += n
		switch {
		case state == SendReady:
			t.Ready += n
		case state == SendSending:
			t.Sending += n
		case state == SendUnknown:
			t.Unknown += n
		case state == SendAccepted:
			t.Accepted += n
		case state == SendSent:
			t.Sent += n
		case state == SendDelivered:
			t.Delivered += n
		case state == SendExpired:
			t.Expired += n
		case state == SendCanceled:
			t.Canceled += n
		case state == SendRefused && !coded:
			t.Refused += n
		default:
			t.Failed += n
			t.Blamed[blame] += n
		}
		return nil
	}
	err = each(ctx, q, count, []any{&state, &blame, &coded, &channel, &tried, &n}, `select state, blame, error is not null, channel, channel = 'voice' and sent_at is not null, count(*)
		from outgoing where broadcast_id = $1 and changed_at >= $2 group by 1, 2, 3, 4, 5`, id, since)
	return t, wrap("counting a broadcast", err)
}
