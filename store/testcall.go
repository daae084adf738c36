package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A test by call rings whoever wrote a notice, and goes on as the notice's own calls do: it is a NoticeCall, of no row that tells anybody. What the
// carrier tells of it stands in its row of outgoing, as of any call.

// TestWorth is how long a test is worth placing, and answering.
const TestWorth = 5 * time.Minute

// AddTestCall writes one down. Of c count Broadcast, Assembly, Line, Phone and Hears; the id that it gives is to be that of the call's row of outgoing.
func (s *Store) AddTestCall(ctx context.Context, q Querier, c NoticeCall, now time.Time) (id uuid.UUID, err error) {
	id = randomID()
	_, err = q.Exec(ctx, `insert into test_calls (id, broadcast_id, assembly_id, line_id, phone_id, at, expires_at, hears) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, c.Broadcast, c.Assembly, c.Line, c.Phone, now, now.Add(TestWorth), c.Hears)
	return id, wrap("writing down a test", err)
}

// selectTestCall is selectNoticeCall. What is asked of the ledger is what a test by text asks of it.
const selectTestCall = `select c.id, c.id, c.broadcast_id, c.assembly_id, c.line_id, c.phone_id, 1, c.at, coalesce(o.carrier_id, ''), c.answered_at,
	c.taken_at, c.heard_at, c.never_at, c.ended_at, c.no_pin, '', coalesce(p.lang, ''), '', b.state, '` + string(ForAnswers) + `', c.expires_at, b.pin, c.hears
	from test_calls c join outgoing o on o.id = c.id join broadcasts b on b.id = c.broadcast_id join phones p on p.id = c.phone_id `

func testCall(ctx context.Context, q Querier, sql string, args ...any) (c NoticeCall, found bool, err error) {
	all, err := testCalls(ctx, q, sql, args...)
	if err != nil || len(all) == 0 {
		return NoticeCall{}, false, err
	}
	return all[0], true, nil
}

func testCalls(ctx context.Context, q Querier, sql string, args ...any) ([]NoticeCall, error) {
	all, err := list(ctx, q, "looking for a test", scanNoticeCall, selectTestCall+sql, args...)
	for i := range all {
		all[i].Test = true
	}
	return all, err
}

// knownTest is KnownCall of a test.
func (s *Store) knownTest(ctx context.Context, q Querier, c NoticeCall, sid string, state SendState, now time.Time) error {
	_, _, err := s.MergeOutgoing(ctx, q, c.ID, Telling{State: state, CarrierID: sid, At: now})
	return err
}

// TestOver ends a test, if that is one, and has the carrier's record of it deleted, where its id there is known.
func (s *Store) TestOver(ctx context.Context, tx pgx.Tx, id uuid.UUID, now time.Time) error {
	var assembly uuid.UUID
	var sid *string
	found, err := one(ctx, tx, `update test_calls c set ended_at = coalesce(c.ended_at, $2) from outgoing o where c.id = $1 and o.id = c.id
		returning c.assembly_id, o.carrier_id`, []any{id, now}, &assembly, &sid)
	if err != nil || !found || sid == nil {
		return wrap("ending a test", err)
	}
	return s.callErased(ctx, tx, assembly, *sid, now)
}
