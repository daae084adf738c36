package store

import (
	"context"
	"crypto/hmac"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Unknown is a send of which nobody knows whether the carrier took it: its answer was lost, or the program ended in it. It is looked for in
// the carrier's list. What is found there is merged; of what leaves no trace a notice may be sent once more, flagged; all else is left for
// a person, and a callback that comes late still tells.
type Unknown struct {
	ID         uuid.UUID
	Assembly   uuid.UUID
	Line       uuid.UUID
	LineNumber string
	Phone      uuid.UUID
	To         Phone
	Channel    string
	State      SendState
	CarrierID  string
	Certain    bool      // the carrier itself told that it is this message; it was not found by its words
	SentAt     time.Time // when it was handed to the carrier, the last time
	ExpiresAt  time.Time
	AnyHour    bool
	MayRepeat  bool
	RepeatedAt time.Time // zero: it was not

	words  string // if the row holds them
	digest []byte // else of what was handed to the carrier; nil: not known either
	store  *Store
}

// KnowsWords tells whether Says can tell anything.
func (u Unknown) KnowsWords() bool { return u.words != "" || len(u.digest) > 0 }

// Says tells whether these are the words that were handed to the carrier, but for space around them, which carriers cut off.
func (u Unknown) Says(words string) bool {
	if len(u.digest) > 0 {
		return hmac.Equal(u.digest, u.store.WordsDigest(u.ID, words))
	}
	return u.words != "" && trimmed(u.words) == trimmed(words)
}

func trimmed(words string) string {
	return strings.TrimSpace(strings.ReplaceAll(words, "\r\n", "\n"))
}

// WordsDigest is what a row keeps that holds no words of its own (words_digest), written when they are handed to the carrier. It is keyed,
// and another for each row, so that equal words do not show.
func (s *Store) WordsDigest(id uuid.UUID, words string) []byte {
	return s.Keys.Index("words handed to the carrier", id.String()+trimmed(words))[:16]
}

// WhyPerson is why a send is left for a person.
type WhyPerson string

const (
	WhySeveral  WhyPerson = "several"  // more than one message at the carrier may be it
	WhyNoTrace  WhyPerson = "no trace" // and it may not be repeated
	WhyRepeated WhyPerson = "repeated" // once already
	WhyTooLate  WhyPerson = "too late" // to repeat it: it expired
	WhyTooOld   WhyPerson = "too old"  // the carrier's list was not looked at in time
	WhyCall     WhyPerson = "call"     // calls are not looked for
)

const selectUnknown = `select o.id, o.assembly_id, o.line_id, l.number, o.phone_id, p.sealed, o.channel, o.state, coalesce(o.carrier_id, ''), o.carrier_id is not null and o.found_at is null,
	coalesce(o.sent_at, o.changed_at), o.expires_at, o.any_hour, o.may_repeat, o.repeated_at, o.body, o.words_digest
	from outgoing o join lines l on l.id = o.line_id join phones p on p.id = o.phone_id `

func (s *Store) scanUnknown(row pgx.CollectableRow) (u Unknown, err error) {
	var number, body []byte
	var repeated *time.Time
	if err := row.Scan(&u.ID, &u.Assembly, &u.Line, &u.LineNumber, &u.Phone, &number, &u.Channel, &u.State, &u.CarrierID, &u.Certain,
		&u.SentAt, &u.ExpiresAt, &u.AnyHour, &u.MayRepeat, &repeated, &body, &u.digest); err != nil {
		return u, err
	}
	u.RepeatedAt, u.store = timeOf(repeated), s
	to, err := s.Keys.Open(phoneNumber, u.Phone, number)
	if err != nil {
		return u, err
	}
	u.To = Phone(to)
	if len(u.digest) == 0 && len(body) > 0 {
		u.words, err = s.openText(outgoingBody, u.ID, body)
	}
	return u, err
}

// FenceOutgoing calls unknown what has been asked of the carrier since before then and was not settled: whoever asked has ended, or its
// deadline is long over.
func (s *Store) FenceOutgoing(ctx context.Context, q Querier, before, now time.Time) (int, error) {
	tag, err := q.Exec(ctx, `update outgoing set state = 'unknown', changed_at = $2
		where state = 'sending' and coalesce(sent_at, changed_at) < $1 and changed_at < $1`, before, now)
	return int(tag.RowsAffected()), wrap("fencing what was cut off", err)
}

// Unknowns lists what is to be looked for: handed to the carrier before then, and not left for a person. Oldest first, so that those of one
// phone keep their order.
func (s *Store) Unknowns(ctx context.Context, q Querier, before time.Time, most int) ([]Unknown, error) {
	return list(ctx, q, "listing what may have been sent", s.scanUnknown, selectUnknown+`
		where o.state = 'unknown' and o.person_why is null and coalesce(o.sent_at, o.changed_at) < $1
		order by coalesce(o.sent_at, o.changed_at), o.id limit $2`, before, most)
}

// Rivals lists, of some sends, all others to the same phones from the same lines of which no carrier's id is known, and that may have
// reached the carrier: a message in its list may be theirs.
func (s *Store) Rivals(ctx context.Context, q Querier, phones []uuid.UUID, since time.Time) ([]Unknown, error) {
	return list(ctx, q, "listing what may have been sent besides", s.scanUnknown, selectUnknown+`
		where o.phone_id = any($1) and o.carrier_id is null and o.channel = 'text' and o.sent_at > $2
		and o.state in ('sending', 'unknown', 'accepted', 'sent', 'delivered', 'undelivered', 'failed')
		order by o.sent_at, o.id`, phones, since)
}

// SentTo lists all texts from a line to a phone that were handed to the carrier since then, or are to be once more.
func (s *Store) SentTo(ctx context.Context, q Querier, line, phone uuid.UUID, since time.Time) ([]Unknown, error) {
	return list(ctx, q, "listing what was sent to a phone", s.scanUnknown, selectUnknown+`
		where o.line_id = $1 and o.phone_id = $2 and o.channel = 'text' and o.sent_at > $3
		and (o.state in ('sending', 'unknown', 'accepted', 'sent', 'delivered', 'undelivered', 'failed') or o.repeated_at is not null)
		order by o.sent_at, o.id`, line, phone, since)
}

// Claimed tells which of the carrier's ids belong to sends of ours.
func (s *Store) Claimed(ctx context.Context, q Querier, ids []string) (map[string]bool, error) {
	claimed := map[string]bool{}
	var id string
	err := each(ctx, q, func() error {
		claimed[id] = true
		return nil
	}, []any{&id}, `select carrier_id from outgoing where carrier_id = any($1)`, ids)
	return claimed, wrap("looking whose messages are known", err)
}

// findingLock is the advisory lock of whoever claims a message of the carrier's list; any constant does.
const findingLock = 0x66696e64696e67

// FindOutgoing merges what the carrier's list tells of a send, if it is still unknown and nobody else has that message.
func (s *Store) FindOutgoing(ctx context.Context, q Querier, id uuid.UUID, t Telling) (found bool, err error) {
	if t.State.rank() <= SendUnknown.rank() || t.CarrierID == "" {
		return false, fmt.Errorf("merging what was found at the carrier: %q is nothing to find", t.State)
	}
	if _, err := q.Exec(ctx, `select pg_advisory_xact_lock($1)`, int64(findingLock)); err != nil {
		return false, wrap("merging what was found at the carrier", err)
	}
	tag, err := q.Exec(ctx, `update outgoing set state = $2, carrier_id = $3, error = nullif($4, 0), found_at = $5, changed_at = $5
		where id = $1 and state = 'unknown' and carrier_id is null and not exists (select from outgoing x where x.carrier_id = $3)`,
		id, t.State, t.CarrierID, t.Error, t.At)
	return tag.RowsAffected() == 1, wrap("merging what was found at the carrier", err)
}

// RepeatOutgoing makes ready again, once, a notice of which the carrier has no trace. drawn tells that it is a broadcast's, which then is under way
// again and draws it.
func (s *Store) RepeatOutgoing(ctx context.Context, q Querier, id uuid.UUID, now time.Time) (repeats, drawn bool, err error) {
	repeats, err = one(ctx, q, `with r as (update outgoing set state = 'ready', repeated_at = $2, changed_at = $2
			where id = $1 and state = 'unknown' and may_repeat and repeated_at is null and expires_at > $2 returning broadcast_id),
		b as (update broadcasts set state = 'sending', ended_at = null where id = (select broadcast_id from r) and state = 'done')
		select broadcast_id is not null from r`, []any{id, now}, &drawn)
	return repeats, drawn, wrap("repeating what left no trace", err)
}

// LeaveForPerson flags what cannot be known. It tells false where it has become known meanwhile.
func (s *Store) LeaveForPerson(ctx context.Context, q Querier, id uuid.UUID, why WhyPerson, now time.Time) (left bool, err error) {
	tag, err := q.Exec(ctx, `update outgoing set person_why = $2, person_at = $3 where id = $1 and state = 'unknown' and person_why is null`, id, why, now)
	return tag.RowsAffected() == 1, wrap("leaving something for a person", err)
}
