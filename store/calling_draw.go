package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// MostTries is how often a phone is called about one notice.
const MostTries = 3

// DrawnCall is a row of a broadcast that is to be told by call, as Drawn.
type DrawnCall struct {
	Drawn
	Tried []time.Time // when it was called before, the oldest first
	Busy  bool        // it is on a call with us now, or rings for one
}

// onCall is whether the phone of o is on a call with us, or rings for one. What was never told to be over is over at some time.
const onCall = `(exists (select from notice_calls c where c.phone_id = o.phone_id and c.ended_at is null and c.at > $3::timestamptz - interval '1 hour')
	or exists (select from duty_calls c join duty d on d.id = c.duty_id where o.phone_id in (c.phone_id, d.phone_id) and c.ended_at is null
		and c.at > $3::timestamptz - interval '1 hour')
	or exists (select from test_calls c where c.phone_id = o.phone_id and c.ended_at is null and c.at > $3::timestamptz - interval '1 hour')
	or exists (select from report_calls c where c.phone_id = o.phone_id and c.ended_at is null and c.at > $3::timestamptz - interval '1 hour')
	or exists (select from conversations c where c.phone_id = o.phone_id and c.call is not null and c.heard_at > $3::timestamptz - interval '3 minutes'))`

// drawCalls draws calls.
const drawCalls = drawn + `, array(select c.at from notice_calls c where c.outgoing_id = o.id order by c.n), ` + onCall + `
	from outgoing o join phones p on p.id = o.phone_id
	where o.line_id = $1 and o.broadcast_id = $2 and o.channel = 'voice' and o.state = 'ready' and o.place > $5 and (o.not_before is null or o.not_before <= $3)
	order by o.place limit $8 for update of o skip locked`

// DrawCalls draws at most so many calls of a broadcast on a line, behind a place; -1 is before the first.
func (s *Store) DrawCalls(ctx context.Context, tx pgx.Tx, line uuid.UUID, b Broadcast, behind, most int, now time.Time) ([]DrawnCall, error) {
	scan := func(r pgx.CollectableRow) (d DrawnCall, err error) {
		return d, s.scanDrawn(r, &d.Drawn, &d.Tried, &d.Busy)
	}
	return list(ctx, tx, "drawing calls", scan, drawCalls, line, b.ID, now, unheardDays, behind, nullable(b.Audience.NotVoted), TalkingFor, most)
}

// LinesToCall are the lines from which broadcasts under way have somebody called now, in no order.
func (s *Store) LinesToCall(ctx context.Context, q Querier, now time.Time) ([]uuid.UUID, error) {
	return s.linesToCall(ctx, q, now, ForNotices, ForAlerts)
}

// LinesToCallInDanger are those of them from which somebody is told of an alert.
func (s *Store) LinesToCallInDanger(ctx context.Context, q Querier, now time.Time) ([]uuid.UUID, error) {
	return s.linesToCall(ctx, q, now, ForAlerts)
}

func (s *Store) linesToCall(ctx context.Context, q Querier, now time.Time, purposes ...Purpose) ([]uuid.UUID, error) {
	return list(ctx, q, "looking for lines to call from", pgx.RowTo[uuid.UUID], `select l.id from lines l where exists (
		select from broadcasts b where b.state = 'sending' and b.purpose = any($2) and exists (select from outgoing o where o.line_id = l.id and o.broadcast_id = b.id
			and o.channel = 'voice' and o.state = 'ready' and coalesce(o.not_before, '-infinity') <= $1)) order by random()`, now, purposes)
}

// CallsDue tells whether a broadcast has somebody called from a line now.
func (s *Store) CallsDue(ctx context.Context, q Querier, line, broadcast uuid.UUID, now time.Time) (due bool, err error) {
	err = q.QueryRow(ctx, `select exists (select from outgoing where line_id = $1 and broadcast_id = $2 and channel = 'voice' and state = 'ready'
		and broadcast_id is not null and coalesce(not_before, '-infinity') <= $3)`, line, broadcast, now).Scan(&due)
	return due, wrap("looking whether somebody is to be called", err)
}

// CallsUnderWay counts the calls with notices from a line that are not over. One of which nothing was told for long is.
func (s *Store) CallsUnderWay(ctx context.Context, q Querier, line uuid.UUID, now time.Time) (n int, err error) {
	err = q.QueryRow(ctx, `select count(*) from notice_calls where line_id = $1 and ended_at is null and at > $2::timestamptz - interval '1 hour'`, line, now).Scan(&n)
	return n, wrap("counting calls under way", err)
}

// Placing is a try that is about to be made.
type Placing struct {
	ID       uuid.UUID // of the try
	Outgoing uuid.UUID
	N        int
	Cost     int64 // booked for it
}

// PlaceCalls writes down tries that are handed to the carrier once q, the transaction in which they were drawn, is committed.
func (s *Store) PlaceCalls(ctx context.Context, q pgx.Tx, l Line, all []Placing, now time.Time) error {
	day, err := l.day(now)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	for _, c := range all {
		b.Queue(`insert into notice_calls (id, outgoing_id, broadcast_id, assembly_id, line_id, phone_id, n, cost, day, at)
			select $1, id, broadcast_id, assembly_id, line_id, phone_id, $3, $4, $5, $6 from outgoing where id = $2`, c.ID, c.Outgoing, c.N, c.Cost, day, now)
		b.Queue(`update outgoing o set state = 'sending', sent_at = $2, changed_at = $2, not_before = null, carrier_id = null, found_at = null,
			consent_seq = (select coalesce(max(seq), 0) from consent c where c.phone_id = o.phone_id) where id = $1`, c.Outgoing, now)
	}
	return wrap("writing down calls that are placed", q.SendBatch(ctx, b).Close())
}

// day is a day of the line's assembly, by which it books what it spends.
func (l Line) day(now time.Time) (string, error) {
	zone, err := time.LoadLocation(l.Zone)
	if err != nil {
		return "", fmt.Errorf("booking what is spent: %w", err)
	}
	return now.In(zone).Format(time.DateOnly), nil
}

// CutOffCalls marks as unknown which calls a pump of a line has left in the middle of being placed. Only one calls from a line at a time.
func (s *Store) CutOffCalls(ctx context.Context, q Querier, line uuid.UUID, now time.Time) error {
	_, err := q.Exec(ctx, `update outgoing set state = 'unknown', changed_at = $2 where line_id = $1 and state = 'sending' and broadcast_id is not null
		and channel = 'voice'`, line, now)
	return wrap("marking which calls were cut off", err)
}
