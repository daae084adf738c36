package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// NoticeCall is one try to tell a phone a notice by call, with what decides what is said on it.
type NoticeCall struct {
	ID        uuid.UUID
	Outgoing  uuid.UUID
	Broadcast uuid.UUID
	Assembly  uuid.UUID
	Line      uuid.UUID
	Phone     uuid.UUID
	N         int // from 1, to MostTries
	At        time.Time
	CarrierID string // empty: not known

	AnsweredAt, TakenAt, HeardAt, NeverAt, EndedAt time.Time // zero: not so far
	NoPin                                          bool
	Came                                           CallCame

	Speaks    string // the phone's language; empty: none chosen
	State     SendState
	Sending   BroadcastState
	Purpose   Purpose
	ExpiresAt time.Time
	Pin       bool   // the organizers want a PIN asked
	Test      bool   // it rings whoever wrote the notice, and tells nobody (testcall.go) …
	Hears     string // … in this language, where it is not that of the phone
}

// CallCame is what came of a try that is over.
type CallCame string

const (
	CameHeard    CallCame = "heard"     // the notice was read
	CameNever    CallCame = "never"     // a key wants no calls any more
	CameNoPin    CallCame = "no pin"    // it asks for a PIN, and nobody of that phone has one
	CameNoKey    CallCame = "no key"    // answered, by a machine or by somebody who did not want to hear it, or had not the PIN
	CameBusy     CallCame = "busy"      // that phone talks
	CameNoAnswer CallCame = "no answer" //
	CameFailed   CallCame = "failed"    // for a reason that may pass
	CameNoNumber CallCame = "no number" // nobody can be reached there
	CameCanceled CallCame = "canceled"  // by us, or by the carrier, before anybody answered
	CameNoTrace  CallCame = "no trace"  // nobody knows whether it was placed, and the carrier has no call that may be it
	CameRefused  CallCame = "refused"   // by the carrier, at once
	CameExpired  CallCame = "expired"   // it was answered too late
)

// Fate is the one place that says what a try's end means for its row of outgoing: what stands there when it is the last one, and whether the
// phone is called again, at another hour, while it is not.
func (c CallCame) Fate() (last SendState, again bool) {
	switch c {
	case CameHeard:
		return SendDelivered, false
	case CameNever:
		return SendRefused, false
	case CameNoPin:
		return SendUndelivered, false
	case CameNoKey, CameBusy, CameNoAnswer, CameNoTrace:
		return SendUndelivered, true
	case CameFailed:
		return SendFailed, true
	case CameExpired:
		return SendExpired, false
	case CameCanceled:
		return SendCanceled, false
	}
	return SendFailed, false // no number, refused
}

// free tells whether the carrier takes nothing for a call that ended so.
func (c CallCame) free() bool {
	switch c {
	case CameBusy, CameNoAnswer, CameFailed, CameNoNumber, CameCanceled, CameRefused:
		return true
	}
	return false
}

const selectNoticeCall = `select c.id, c.outgoing_id, c.broadcast_id, c.assembly_id, c.line_id, c.phone_id, c.n, c.at, coalesce(c.carrier_id, ''), c.answered_at,
	c.taken_at, c.heard_at, c.never_at, c.ended_at, c.no_pin, c.came, coalesce(p.lang, ''), o.state, b.state, b.purpose, b.expires_at, b.pin, ''
	from notice_calls c join outgoing o on o.id = c.outgoing_id join broadcasts b on b.id = c.broadcast_id join phones p on p.id = c.phone_id `

func scanNoticeCall(r pgx.CollectableRow) (c NoticeCall, err error) {
	var answered, taken, heard, never, ended *time.Time
	err = r.Scan(&c.ID, &c.Outgoing, &c.Broadcast, &c.Assembly, &c.Line, &c.Phone, &c.N, &c.At, &c.CarrierID, &answered, &taken, &heard, &never, &ended, &c.NoPin,
		&c.Came, &c.Speaks, &c.State, &c.Sending, &c.Purpose, &c.ExpiresAt, &c.Pin, &c.Hears)
	c.AnsweredAt, c.TakenAt, c.HeardAt, c.NeverAt, c.EndedAt = timeOf(answered), timeOf(taken), timeOf(heard), timeOf(never), timeOf(ended)
	return c, err
}

func noticeCall(ctx context.Context, q Querier, sql string, args ...any) (c NoticeCall, found bool, err error) {
	all, err := list(ctx, q, "looking for a call", scanNoticeCall, selectNoticeCall+sql, args...)
	if err != nil || len(all) == 0 {
		return NoticeCall{}, false, err
	}
	return all[0], true, nil
}

// NoticeCallByID finds a try, or a test.
func (s *Store) NoticeCallByID(ctx context.Context, q Querier, id uuid.UUID) (NoticeCall, bool, error) {
	c, found, err := noticeCall(ctx, q, `where c.id = $1`, id)
	if err != nil || found {
		return c, found, err
	}
	return testCall(ctx, q, `where c.id = $1`, id)
}

// LockNoticeCall finds a try, and holds it and its row of outgoing until the transaction ends; or a test.
func (s *Store) LockNoticeCall(ctx context.Context, q Querier, id uuid.UUID) (NoticeCall, bool, error) {
	c, found, err := noticeCall(ctx, q, `where c.id = $1 for update of o, c`, id)
	if err != nil || found {
		return c, found, err
	}
	return testCall(ctx, q, `where c.id = $1 for update of o, c`, id)
}

// LastNoticeCall finds the newest try of a row of outgoing.
func (s *Store) LastNoticeCall(ctx context.Context, q Querier, outgoing uuid.UUID) (NoticeCall, bool, error) {
	return noticeCall(ctx, q, `where c.outgoing_id = $1 order by c.n desc limit 1`, outgoing)
}

// OverdueCalls are the tries, and tests, of which the carrier told an id, and should have told the end long ago. Oldest first.
func (s *Store) OverdueCalls(ctx context.Context, q Querier, before time.Time, most int) ([]NoticeCall, error) {
	tests, err := testCalls(ctx, q, `where c.ended_at is null and c.at < $1 and o.carrier_id is not null order by c.at limit $2`, before, most)
	if err != nil {
		return nil, err
	}
	tries, err := list(ctx, q, "looking for calls that never ended", scanNoticeCall, selectNoticeCall+`where c.ended_at is null and c.at < $1
		and c.carrier_id is not null order by c.at limit $2`, before, most)
	return append(tries, tests...), err
}

// KnownCall notes what the carrier told of a call that was placed: its id, and that it rings or talks. What is over stays over.
func (s *Store) KnownCall(ctx context.Context, q Querier, c NoticeCall, sid string, state SendState, now time.Time) error {
	if state != SendAccepted && state != SendSent {
		return fmt.Errorf("noting how a call goes: it cannot be %q", state)
	}
	// The carrier itself says whose it is: where the list was read wrongly, another try had it, of which nothing is known then.
	_, err := q.Exec(ctx, `with y as (update notice_calls set carrier_id = null where carrier_id = $1 and id <> $2 returning outgoing_id)
		update outgoing o set carrier_id = null, state = case when o.state in ('accepted', 'sent') then 'unknown' else o.state end, changed_at = $3
		from y where o.id = y.outgoing_id`, sid, c.ID, now)
	if err != nil {
		return wrap("noting how a call goes", err)
	}
	if c.Test {
		return s.knownTest(ctx, q, c, sid, state, now)
	}
	_, err = q.Exec(ctx, `with c as (update notice_calls set carrier_id = coalesce(carrier_id, nullif($3, '')) where id = $1 returning ended_at)
		update outgoing o set state = case when o.state = any($5) and c.ended_at is null then $4 else o.state end,
			changed_at = case when o.state = any($5) and c.ended_at is null then $6 else o.changed_at end,
			carrier_id = case when c.ended_at is null then coalesce(o.carrier_id, nullif($3, '')) else o.carrier_id end
		from c where o.id = $2`, c.ID, c.Outgoing, sid, state, sendStates()[:state.rank()], now)
	if err != nil {
		return wrap("noting how a call goes", err)
	}
	return s.wantCallErased(ctx, q, c, now) // where its id is told after its end
}

// The marks that a try gets as it goes on, each once.

// MarkAnswered notes that somebody, or a machine, has answered.
func (s *Store) MarkAnswered(ctx context.Context, q Querier, c NoticeCall, now time.Time) error {
	return markNoticeCall(ctx, q, `update %s set answered_at = coalesce(answered_at, $2) where id = $1`, c, now)
}

// MarkTaken notes that a key asked to hear it.
func (s *Store) MarkTaken(ctx context.Context, q Querier, c NoticeCall, now time.Time) error {
	return markNoticeCall(ctx, q, `update %s set answered_at = coalesce(answered_at, $2), taken_at = coalesce(taken_at, $2) where id = $1`, c, now)
}

// MarkNever notes that a key wants no calls any more.
func (s *Store) MarkNever(ctx context.Context, q Querier, c NoticeCall, now time.Time) error {
	return markNoticeCall(ctx, q, `update %s set answered_at = coalesce(answered_at, $2), never_at = coalesce(never_at, $2) where id = $1`, c, now)
}

// MarkNoPin notes that it could not be read: it asks for a PIN, and nobody of that phone has one.
func (s *Store) MarkNoPin(ctx context.Context, q Querier, c NoticeCall, now time.Time) error {
	return markNoticeCall(ctx, q, `update %s set answered_at = coalesce(answered_at, $2), no_pin = true where id = $1`, c, now)
}

// MarkHeard notes that it was read: whatever becomes of the call, the notice was delivered.
func (s *Store) MarkHeard(ctx context.Context, q Querier, c NoticeCall, now time.Time) error {
	if c.Test {
		return markNoticeCall(ctx, q, `update %s set heard_at = coalesce(heard_at, $2) where id = $1`, c, now)
	}
	return markNoticeCall(ctx, q, `with c as (update %s set heard_at = coalesce(heard_at, $2) where id = $1 returning outgoing_id)
		update outgoing o set state = 'delivered', changed_at = $2 from c where o.id = c.outgoing_id and o.state <> 'delivered'`, c, now)
}

func markNoticeCall(ctx context.Context, q Querier, sql string, c NoticeCall, now time.Time) error {
	table := "notice_calls"
	if c.Test {
		table = "test_calls"
	}
	_, err := q.Exec(ctx, fmt.Sprintf(sql, table), c.ID, now)
	return wrap("noting how a call goes", err)
}

// Ended is how a try ended.
type Ended struct {
	Came  CallCame
	Code  int // the carrier's reason, 0 if none
	Blame Blame
	Again time.Time // when that phone is called again, at the soonest; zero: not
}

// EndNoticeCall ends a try, once, with what that means for its row of outgoing: of a broadcast that was canceled meanwhile nothing is tried
// again. What it would have cost is given back where the carrier takes nothing.
func (s *Store) EndNoticeCall(ctx context.Context, q Querier, c NoticeCall, e Ended, now time.Time) error {
	tag, err := q.Exec(ctx, `update notice_calls set ended_at = $2, came = $3 where id = $1 and ended_at is null`, c.ID, now, e.Came)
	if err != nil || tag.RowsAffected() == 0 {
		return wrap("noting that a call is over", err)
	}
	if e.Came.free() && c.AnsweredAt.IsZero() {
		if err := s.giveBack(ctx, q, c); err != nil {
			return err
		}
	}
	last, _ := e.Came.Fate()
	state := last
	if !e.Again.IsZero() {
		state = SendReady
	}
	_, err = q.Exec(ctx, `update outgoing o set state = case when $2 = 'ready' and b.state = 'canceled' then 'canceled' else $2 end, changed_at = $3,
			not_before = case when $2 = 'ready' then $4::timestamptz end, error = coalesce(nullif($5, 0), error), blame = $6, person_why = null, person_at = null,
			carrier_id = case when $2 = 'ready' then null else o.carrier_id end
		from broadcasts b where b.id = o.broadcast_id and o.id = $1 and o.state in ('sending', 'unknown', 'accepted', 'sent')`,
		c.Outgoing, state, now, nullTime(e.Again), e.Code, e.Blame)
	if err != nil {
		return wrap("noting what came of a call", err)
	}
	return s.wantCallErased(ctx, q, c, now)
}

// giveBack books back what a try was thought to cost.
func (s *Store) giveBack(ctx context.Context, q Querier, c NoticeCall) error {
	_, err := q.Exec(ctx, `update spending s set spent = greatest(0, s.spent - c.cost) from notice_calls c where c.id = $1 and s.line_id = c.line_id and s.day = c.day`, c.ID)
	return wrap("booking back what a call did not cost", err)
}

// NotPlaced takes back a try that the carrier did nothing about: it counts for nothing, and is made again later.
func (s *Store) NotPlaced(ctx context.Context, q Querier, c NoticeCall, later, now time.Time) error {
	if err := s.giveBack(ctx, q, c); err != nil {
		return err
	}
	_, err := q.Exec(ctx, `with gone as (delete from notice_calls where id = $1 and ended_at is null and answered_at is null)
		update outgoing o set state = case when b.state = 'canceled' then 'canceled' else 'ready' end, changed_at = $3, not_before = $4
		from broadcasts b where b.id = o.broadcast_id and o.id = $2 and o.state = 'sending'`, c.ID, c.Outgoing, now, later)
	return wrap("taking back a call", err)
}

// UnknownCall notes that nobody knows whether the carrier placed it.
func (s *Store) UnknownCall(ctx context.Context, q Querier, c NoticeCall, now time.Time) error {
	_, err := q.Exec(ctx, `update outgoing set state = 'unknown', changed_at = $2 where id = $1 and state = 'sending'`, c.Outgoing, now)
	return wrap("noting that nobody knows of a call", err)
}

// TriesOf are when a row was called, the oldest first.
func (s *Store) TriesOf(ctx context.Context, q Querier, outgoing uuid.UUID) ([]time.Time, error) {
	return list(ctx, q, "looking when a phone was called", pgx.RowTo[time.Time], `select at from notice_calls where outgoing_id = $1 order by n`, outgoing)
}
