package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// CallRivals counts the other calls from the same line to the same phone, at about the same time, of which no id of the carrier's is known, and that
// may have reached it: a call in its list may be theirs.
func (s *Store) CallRivals(ctx context.Context, q Querier, u Unknown, near time.Duration) (n int, err error) {
	err = q.QueryRow(ctx, `select count(*) from outgoing o where o.phone_id = $1 and o.line_id = $2 and o.channel = 'voice' and o.id <> $3
		and o.carrier_id is null and o.state in ('sending', 'unknown', 'accepted', 'sent') and o.sent_at between $4::timestamptz - $5::interval and $4::timestamptz + $5::interval`,
		u.Phone, u.Line, u.ID, u.SentAt, near).Scan(&n)
	return n, wrap("looking what else may have been placed", err)
}

// ClaimedCalls tells which of the carrier's ids belong to calls of ours.
func (s *Store) ClaimedCalls(ctx context.Context, q Querier, ids []string) (map[string]bool, error) {
	claimed := map[string]bool{}
	var id string
	err := each(ctx, q, func() error {
		claimed[id] = true
		return nil
	}, []any{&id}, `select carrier_id from outgoing where carrier_id = any($1) union select carrier_id from notice_calls where carrier_id = any($1)`, ids)
	return claimed, wrap("looking whose calls are known", err)
}

// wantCallErased writes down that the carrier's record of a call is to be deleted there, once it is settled.
func (s *Store) wantCallErased(ctx context.Context, q Querier, c NoticeCall, now time.Time) error {
	var sid string
	found, err := one(ctx, q, `select carrier_id from notice_calls where id = $1 and carrier_id is not null and ended_at is not null`, []any{c.ID}, &sid)
	if err != nil || !found {
		return wrap("looking which call is to be erased at the carrier", err)
	}
	return s.callErased(ctx, q, c.Assembly, sid, now)
}

func (s *Store) callErased(ctx context.Context, q Querier, assembly uuid.UUID, sid string, now time.Time) error {
	id := s.erasureID(sid)
	_, err := q.Exec(ctx, `insert into carrier_erasures (id, assembly_id, kind, source, due_at, at) values ($1, $2, 'call', $3, $4, $5) on conflict (id) do nothing`,
		id, assembly, s.Keys.Seal(erasureSource, id, []byte(sid)), now.Add(SettledAfter), now)
	return wrap("writing down which call is to be erased at the carrier", err)
}

// EndsOfCall are the number of our line, and that of the phone, of a call that was placed.
func (s *Store) EndsOfCall(ctx context.Context, q Querier, c NoticeCall) (line string, to Phone, err error) {
	var sealed []byte
	if err := q.QueryRow(ctx, `select l.number, p.sealed from lines l, phones p where l.id = $1 and p.id = $2`, c.Line, c.Phone).Scan(&line, &sealed); err != nil {
		return "", "", fmt.Errorf("looking who was called: %w", err)
	}
	number, err := s.Keys.Open(phoneNumber, c.Phone, sealed)
	return line, Phone(number), err
}
