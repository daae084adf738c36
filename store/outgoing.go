package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// SendState is how far something that we send has come. The carrier tells of it late, twice, out of order or never, so states are a
// lattice: two tellings merge into the further one, in whatever order they come, and nothing ever goes back. The exceptions are
// Defer, when the carrier has said that it did nothing, and what becomes of SendUnknown (unknown.go).
type SendState string

const (
	SendReady       SendState = "ready"
	SendSending     SendState = "sending"  // asked of the carrier, no answer yet
	SendUnknown     SendState = "unknown"  // nobody knows whether the carrier took it; never sent again blindly
	SendAccepted    SendState = "accepted" // the carrier took it
	SendSent        SendState = "sent"
	SendExpired     SendState = "expired"  // too late to be worth it, so it was not sent
	SendCanceled    SendState = "canceled" // called back before it was sent
	SendRefused     SendState = "refused"  // not agreed to, or the carrier would not take it
	SendFailed      SendState = "failed"
	SendUndelivered SendState = "undelivered"
	SendDelivered   SendState = "delivered"
)

// sendStates are all of them, from the first to the furthest. Those of our own making stand below what a carrier tells: if it says
// that it delivered something we had given up, it did.
func sendStates() []SendState {
	return []SendState{SendReady, SendSending, SendUnknown, SendAccepted, SendSent,
		SendExpired, SendCanceled, SendRefused, SendFailed, SendUndelivered, SendDelivered}
}

// rank is the place of a state, -1 if there is no such state.
func (s SendState) rank() int {
	for i, state := range sendStates() {
		if s == state {
			return i
		}
	}
	return -1
}

// Merge is the further one of two.
func (s SendState) Merge(told SendState) SendState {
	if told.rank() > s.rank() {
		return told
	}
	return s
}

// Final tells whether nothing more is to be done about it.
func (s SendState) Final() bool { return s.rank() >= SendExpired.rank() }

// Outgoing is one text or call of ours to one phone. Its row is written in the transaction of what caused it, before anything is
// sent. Its id stands in the URL at which the carrier tells what came of it.
type Outgoing struct {
	ID        uuid.UUID // random; made by AddOutgoing where it is uuid.Nil
	Assembly  uuid.UUID
	Line      uuid.UUID
	Phone     uuid.UUID
	Channel   string // ByText or ByVoice
	Purpose   Purpose
	Body      string // kept sealed
	ExpiresAt time.Time
	AnyHour   bool // also in quiet hours: an answer to what somebody has just sent, or to somebody on duty
	HasPlace  bool // a notice that tells where a meeting is: it waits until a phone that was long silent has said whose it is
	MayRepeat bool // a notice that holds no code: where the carrier has no trace of it, it is sent once more
	State     SendState
	CarrierID string
	Error     int // the carrier's code; 0: none
	// The turn that said it, where a flow did when time had passed. uuid.Nil: it stands by itself.
	Conversation, Turn uuid.UUID
}

const outgoingBody = "outgoing.body"

// AddOutgoing writes down what is to be sent.
func (s *Store) AddOutgoing(ctx context.Context, q Querier, o Outgoing) (uuid.UUID, error) {
	if o.ID == uuid.Nil {
		o.ID = randomID()
	}
	_, err := q.Exec(ctx, `insert into outgoing (id, assembly_id, line_id, phone_id, channel, purpose, body, expires_at, conversation_id, turn, any_hour, has_place, may_repeat)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (id) do nothing`,
		o.ID, o.Assembly, o.Line, o.Phone, o.Channel, o.Purpose, s.Keys.Seal(outgoingBody, o.ID, []byte(o.Body)), o.ExpiresAt,
		nullable(o.Conversation), nullable(o.Turn), o.AnyHour, o.HasPlace, o.MayRepeat)
	return o.ID, wrap("writing down what is to be sent", err)
}

// TakeOutgoing takes one to be sent now, if its State is then SendSending. Otherwise it is not to be sent: it expired; or another
// attempt was cut off, nobody knows when, and it is SendUnknown; or all is done.
func (s *Store) TakeOutgoing(ctx context.Context, q Querier, id uuid.UUID, now time.Time) (Outgoing, error) {
	o := Outgoing{ID: id}
	var sealed []byte
	var carrierID *string
	var code *int
	found, err := one(ctx, q, `with o as (select id, state from outgoing where id = $1 for update)
		update outgoing set
			changed_at = case when o.state in ('ready', 'sending') then $2 else changed_at end,
			sent_at = case when o.state = 'ready' and expires_at > $2 then $2 else sent_at end,
			consent_seq = case when o.state = 'ready' and expires_at > $2
				then (select coalesce(max(seq), 0) from consent where consent.phone_id = outgoing.phone_id) else consent_seq end,
			state = case
			when o.state = 'ready' and expires_at > $2 then 'sending'
			when o.state = 'ready' then 'expired'
			when o.state = 'sending' then 'unknown'
			else o.state end
		from o where outgoing.id = o.id
		returning outgoing.state, assembly_id, line_id, phone_id, channel, purpose, body, expires_at, any_hour, has_place, carrier_id, error`,
		[]any{id, now}, &o.State, &o.Assembly, &o.Line, &o.Phone, &o.Channel, &o.Purpose, &sealed, &o.ExpiresAt, &o.AnyHour, &o.HasPlace, &carrierID, &code)
	if err != nil {
		return Outgoing{}, fmt.Errorf("taking what is to be sent: %w", err)
	}
	if !found {
		return Outgoing{}, refuse("there is nothing of that id to be sent")
	}
	if carrierID != nil {
		o.CarrierID = *carrierID
	}
	if code != nil {
		o.Error = *code
	}
	o.Body, err = s.openText(outgoingBody, id, sealed)
	return o, err
}

// PeekOutgoing is what is known of one that is to be sent, before it is taken. found is false for an id that is not ours.
func (s *Store) PeekOutgoing(ctx context.Context, q Querier, id uuid.UUID) (o Outgoing, found bool, err error) {
	var sealed []byte
	found, err = one(ctx, q, `select id, line_id, phone_id, channel, purpose, any_hour, state, body from outgoing where id = $1`, []any{id},
		&o.ID, &o.Line, &o.Phone, &o.Channel, &o.Purpose, &o.AnyHour, &o.State, &sealed)
	if err != nil || !found {
		return o, found, wrap("looking at what is to be sent", err)
	}
	o.Body, err = s.openText(outgoingBody, id, sealed)
	return o, true, err
}

// OutgoingByID finds one, locked until the transaction ends: whose it is, how far it has come, and why not further. found is false
// for an id that is not ours.
func (s *Store) OutgoingByID(ctx context.Context, q Querier, id uuid.UUID) (o Outgoing, found bool, err error) {
	found, err = one(ctx, q, `select id, assembly_id, line_id, phone_id, state, coalesce(error, 0) from outgoing where id = $1 for update`, []any{id},
		&o.ID, &o.Assembly, &o.Line, &o.Phone, &o.State, &o.Error)
	return o, found, wrap("looking for what was sent", err)
}

// Telling is what became known of something sent.
type Telling struct {
	State     SendState
	CarrierID string // empty: not told
	Error     int    // 0: none
	Blame     Blame  // whose fault that is
	At        time.Time
}

// MergeOutgoing takes a telling in, and gives the state that stands then. It tells false for an id that is not ours. A text that the
// carrier names is to be erased there from then on.
func (s *Store) MergeOutgoing(ctx context.Context, q Querier, id uuid.UUID, t Telling) (state SendState, found bool, err error) {
	rank := t.State.rank()
	if rank < 0 {
		return "", false, fmt.Errorf("merging what the carrier told: there is no state %q", t.State)
	}
	var assembly uuid.UUID
	var channel string
	found, err = one(ctx, q, `update outgoing set
			state = case when state = any($3) then $2 else state end,
			error = case when state = any($3) and $4 <> 0 then $4 else error end,
			blame = case when state = any($3) then $7 else blame end,
			changed_at = case when state = any($3) then $6 else changed_at end,
			carrier_id = coalesce(carrier_id, nullif($5, ''))
		where id = $1 returning state, assembly_id, channel`,
		[]any{id, t.State, sendStates()[:rank], t.Error, t.CarrierID, t.At, t.Blame}, &state, &assembly, &channel)
	if err == nil && found && t.CarrierID != "" && channel == ByText {
		due := t.At.Add(unheardAfter)
		if state.Final() {
			due = t.At.Add(SettledAfter)
		}
		err = s.WantErased(ctx, q, assembly, t.CarrierID, due, t.At)
	}
	return state, found, wrap("merging what the carrier told", err)
}

// DeferOutgoing makes ready again what the carrier said it never took up (429, 20429).
func (s *Store) DeferOutgoing(ctx context.Context, q Querier, id uuid.UUID, now time.Time) error {
	_, err := q.Exec(ctx, `update outgoing set state = 'ready', changed_at = $2 where id = $1 and state = 'sending'`, id, now)
	return wrap("deferring what is to be sent", err)
}

// WentOutAt is when something that may have reached its phone was handed to the carrier. found is false for what was not.
func (s *Store) WentOutAt(ctx context.Context, q Querier, id uuid.UUID) (at time.Time, found bool, err error) {
	found, err = one(ctx, q, `select sent_at from outgoing
		where id = $1 and sent_at is not null and state in ('sending', 'unknown', 'accepted', 'sent', 'delivered')`, []any{id}, &at)
	return at, found, wrap("looking when something went out", err)
}

// WordSince tells whether the ledger has a word on everything (STOP, START) from the phone that something was sent to, for that line and
// channel, and newer than the sending.
func (s *Store) WordSince(ctx context.Context, q Querier, id uuid.UUID) (since bool, err error) {
	err = q.QueryRow(ctx, `select exists (select from outgoing o join consent c on c.phone_id = o.phone_id
		where o.id = $1 and c.purpose = 'all' and c.channel in ('all', o.channel) and (c.line_id is null or c.line_id = o.line_id)
			and c.seq > coalesce(o.consent_seq, 0))`, id).Scan(&since)
	return since, wrap("asking the consent ledger", err)
}

// Overtaken tells whether the conversation in which something was said has gone on since.
func (s *Store) Overtaken(ctx context.Context, q Querier, id uuid.UUID) (overtaken bool, err error) {
	err = q.QueryRow(ctx, `select exists (select from outgoing o join conversations c on c.id = o.conversation_id
		where o.id = $1 and c.turn <> o.turn)`, id).Scan(&overtaken)
	return overtaken, wrap("looking whether a conversation has gone on", err)
}
