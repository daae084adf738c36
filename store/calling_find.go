package store

import (
	"context"
	"fmt"
	"time"
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

// EndsOfCall are the number of our line, and that of the phone, of a call that was placed.
func (s *Store) EndsOfCall(ctx context.Context, q Querier, c NoticeCall) (line string, to Phone, err error) {
	var sealed []byte
	if err := q.QueryRow(ctx, `select l.number, p.sealed from lines l, phones p where l.id = $1 and p.id = $2`, c.Line, c.Phone).Scan(&line, &sealed); err != nil {
		return "", "", fmt.Errorf("looking who was called: %w", err)
	}
	number, err := s.Keys.Open(phoneNumber, c.Phone, sealed)
	return line, Phone(number), err
}
