package store

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// What people texted while nobody here heard it is found in the carrier's list. What was heard, and what not, is known by the keys of heard.

// MissedSince tells from when on the carrier's list of a line is to be compared with what was heard: from where the last time ended, and
// never from before the line was ours. compared is when that was; zero: never.
func (s *Store) MissedSince(ctx context.Context, q Querier, line uuid.UUID) (since, compared time.Time, err error) {
	var until *time.Time
	err = q.QueryRow(ctx, `select l.created_at, m.until from lines l left join missed_until m on m.line_id = l.id where l.id = $1`, line).Scan(&since, &until)
	if err != nil {
		return time.Time{}, time.Time{}, wrap("looking how far the carrier's list was compared", err)
	}
	if compared = timeOf(until); compared.After(since) {
		since = compared
	}
	return since, compared, nil
}

// MissedUntil notes how far a line's list was compared. It never goes back.
func (s *Store) MissedUntil(ctx context.Context, q Querier, line uuid.UUID, until time.Time) error {
	_, err := q.Exec(ctx, `insert into missed_until (line_id, assembly_id, until) select id, assembly_id, $2 from lines where id = $1
		on conflict (line_id) do update set until = greatest(missed_until.until, excluded.until)`, line, until)
	return wrap("noting how far the carrier's list was compared", err)
}

// NotHeard leaves, of the keys of events, those that were never heard, in their order.
func (s *Store) NotHeard(ctx context.Context, q Querier, keys []string) ([]string, error) {
	digests := make([][]byte, len(keys))
	for i, key := range keys {
		digests[i] = s.eventKey(key)
	}
	var missing []string
	var place int
	err := each(ctx, q, func() error {
		missing = append(missing, keys[place-1])
		return nil
	}, []any{&place}, `select t.place from unnest($1::bytea[]) with ordinality t(key, place)
		where not exists (select from heard h where h.key = t.key) order by t.place`, digests)
	return missing, wrap("looking what was heard", err)
}

// MarkCameLate says of the report with this code that it holds texts which could not be heard when they came, the first of them at that
// time. It is seen at once.
func (s *Store) MarkCameLate(ctx context.Context, q Querier, code string, at, now time.Time) error {
	_, err := q.Exec(ctx, `update reports set came_late = least(coalesce(came_late, $2), $2), open_until = least(open_until, $3) where code_index = $1`,
		s.codeIndex(code), at, now)
	return wrap("marking a report", err)
}

// MissVote notes in the record of a ballot that a text of somebody who was voting was not heard when it came: played all the same, or
// asked again. Who it was is not kept.
func (s *Store) MissVote(ctx context.Context, q Querier, ballot uuid.UUID, played bool, at time.Time) error {
	_, err := q.Exec(ctx, `insert into ballot_missed (id, assembly_id, ballot_id, played, at) select $1, assembly_id, id, $3, $4 from ballots where id = $2`,
		randomID(), ballot, played, at)
	return wrap("noting a late text in the record of a ballot", err)
}

// MissedVotes is what a ballot's record keeps of texts that were not heard when they came.
type MissedVotes struct {
	Received int // Played and Asked
	Played   int // in time to answer what they were meant for
	Asked    int // came too late for that: their senders were asked again
}

func (s *Store) missedVotes(ctx context.Context, q Querier, ballot uuid.UUID) (m MissedVotes, err error) {
	err = q.QueryRow(ctx, `select count(*), count(*) filter (where played), count(*) filter (where not played) from ballot_missed where ballot_id = $1`,
		ballot).Scan(&m.Received, &m.Played, &m.Asked)
	return m, wrap("counting late texts", err)
}

// RefusedSince tells whether a phone has taken back its consent to everything, on a line by text, since a moment.
func (s *Store) RefusedSince(ctx context.Context, q Querier, phone, line uuid.UUID, since time.Time) (refused bool, err error) {
	err = q.QueryRow(ctx, `select exists (select from consent where phone_id = $1 and (line_id is null or line_id = $2) and channel in ('all', 'text')
		and purpose = 'all' and not given and at > $3)`, phone, line, since).Scan(&refused)
	return refused, wrap("asking the consent ledger", err)
}
