package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// The rows of broadcasts are drawn in their order by a cursor (line, broadcast, place) over those that are ready, so that a draw costs the same
// however many have gone out before.

// Drawn is a row of a broadcast, locked until the transaction ends, with all that decides whether it goes out now.
type Drawn struct {
	ID, Phone uuid.UUID
	Place     int
	Lang      string // which of the broadcast's words
	To        Phone
	Hours     Hours
	Allowed   bool // the consent ledger says so now
	Talking   bool // the phone spoke to us in the last talkingFor
	Voted     bool // a notice to those who have not voted, and nobody of this phone is left
	Unsure    bool // a notice with a place, and it is in doubt whose phone it is (still.go)
}

// TalkingFor is how long after somebody spoke to us no notice comes in between.
const TalkingFor = 15 * time.Minute

const drawn = `select o.id, o.phone_id, o.place, o.lang, p.sealed, p.hours_from is not null, coalesce(p.hours_from, 0), coalesce(p.hours_until, 0),
	coalesce((select given from consent c where c.phone_id = o.phone_id and (c.line_id is null or c.line_id = o.line_id) and c.channel in ('all', o.channel)
		and c.purpose = 'all' order by seq desc limit 1), true)
	and coalesce((select given from consent c where c.phone_id = o.phone_id and (c.line_id is null or c.line_id = o.line_id) and c.channel in ('all', o.channel)
		and c.purpose = o.purpose order by seq desc limit 1), (select b.alert in ('unconfirmed', 'clear', 'correction') from broadcasts b where b.id = o.broadcast_id)),
	exists (select from conversations c where c.phone_id = o.phone_id and c.heard_at > $3::timestamptz - $7::interval),
	$6::uuid is not null and not exists (select from phone_people pp join ballot_roll r using (person_id) where pp.phone_id = o.phone_id and r.ballot_id = $6
		and not exists (select from votes v where v.ballot_id = $6 and v.person_id = pp.person_id)),
	o.has_place and (` + silent + ` or not (p.doubted_at is null or coalesce(p.still_at >= p.doubted_at, false)))`

// draw draws texts.
const draw = drawn + `
	from outgoing o join phones p on p.id = o.phone_id
	where o.line_id = $1 and o.broadcast_id = $2 and o.channel = 'text' and o.state = 'ready' and o.place > $5 and (o.not_before is null or o.not_before <= $3)
	order by o.place limit $8 for update of o skip locked`

// DrawBroadcast draws at most so many texts of a broadcast on a line, behind a place; -1 is before the first.
func (s *Store) DrawBroadcast(ctx context.Context, tx pgx.Tx, line uuid.UUID, b Broadcast, behind, most int, now time.Time) ([]Drawn, error) {
	scan := func(r pgx.CollectableRow) (d Drawn, err error) { return d, s.scanDrawn(r, &d) }
	// In the order of the index: where Postgres thinks that few are left, it would rather read and sort all of them, each time.
	if _, err := tx.Exec(ctx, `set local enable_sort = off`); err != nil {
		return nil, fmt.Errorf("drawing a broadcast: %w", err)
	}
	return list(ctx, tx, "drawing a broadcast", scan, draw, line, b.ID, now, unheardDays, behind, nullable(b.Audience.NotVoted), TalkingFor, most)
}

// scanDrawn reads the columns of drawn, and more behind them.
func (s *Store) scanDrawn(r pgx.CollectableRow, d *Drawn, more ...any) error {
	var sealed []byte
	if err := r.Scan(append([]any{&d.ID, &d.Phone, &d.Place, &d.Lang, &sealed, &d.Hours.Chosen, &d.Hours.From, &d.Hours.Until, &d.Allowed, &d.Talking, &d.Voted,
		&d.Unsure}, more...)...); err != nil {
		return err
	}
	number, err := s.Keys.Open(phoneNumber, d.Phone, sealed)
	d.To = Phone(number)
	return err
}

// Decided is what is done with rows that were drawn.
type Decided struct {
	Send    []uuid.UUID
	Words   []string    // what each of them is told, in the same place
	SentAt  []time.Time // when it is handed to the carrier, which may be in a moment
	Refused []uuid.UUID // not agreed to any more
	Expired []uuid.UUID
	Later   []uuid.UUID // at the time in the same place
	At      []time.Time
}

// DecideDrawn writes down what is done with rows that were drawn in the same transaction.
func (s *Store) DecideDrawn(ctx context.Context, tx pgx.Tx, d Decided, now time.Time) error {
	b := &pgx.Batch{}
	if len(d.Send) > 0 {
		digests := make([][]byte, len(d.Send))
		for i, id := range d.Send {
			digests[i] = s.WordsDigest(id, d.Words[i])
		}
		b.Queue(`update outgoing o set state = 'sending', sent_at = d.at, changed_at = $2, not_before = null, words_digest = d.digest,
			consent_seq = (select coalesce(max(seq), 0) from consent c where c.phone_id = o.phone_id)
			from unnest($1::uuid[], $3::bytea[], $4::timestamptz[]) as d(id, digest, at) where o.id = d.id`, d.Send, now, digests, d.SentAt)
	}
	for state, ids := range map[SendState][]uuid.UUID{SendRefused: d.Refused, SendExpired: d.Expired} {
		if len(ids) > 0 {
			b.Queue(`update outgoing set state = $2, changed_at = $3 where id = any($1)`, ids, state, now)
		}
	}
	if len(d.Later) > 0 {
		b.Queue(`update outgoing o set not_before = l.at from unnest($1::uuid[], $2::timestamptz[]) as l(id, at) where o.id = l.id`, d.Later, d.At)
	}
	return wrap("deciding what goes out", tx.SendBatch(ctx, b).Close())
}

// Settled is what the carrier answered about one row.
type Settled struct {
	ID    uuid.UUID
	State SendState // SendReady: it did nothing, and the row is drawn again at Later
	SID   string    // the carrier's id
	Code  int
	Blame Blame
	Later time.Time
}

// Blame is whose fault it is that something did not arrive, as far as the carrier tells.
type Blame string

const (
	BlameNobody      Blame = ""
	BlameNumber      Blame = "number"      // it will never receive texts
	BlameStopped     Blame = "stopped"     // it has told the carrier to stop
	BlameAccount     Blame = "account"     // something of ours is wrong: nobody would receive it
	BlameDestination Blame = "destination" // not to there, and not this phone's doing
	BlameFiltered    Blame = "filtered"    // a network took it for spam
)

// Spend books what segments of a line cost, as SpendCost does.
func (s *Store) Spend(ctx context.Context, q Querier, l Line, segments int, now time.Time) (bool, error) {
	return s.SpendCost(ctx, q, l, int64(segments)*int64(l.Price), now)
}

// SpendCost books what something that we start costs on a line, in millionths of a dollar, on a day of its assembly. It books nothing and tells false
// where that would be more than the line may spend a day.
func (s *Store) SpendCost(ctx context.Context, q Querier, l Line, cost int64, now time.Time) (bool, error) {
	zone, err := time.LoadLocation(l.Zone)
	if err != nil {
		return false, fmt.Errorf("booking what is spent: %w", err)
	}
	most := int64(l.DailyCap) * 1_000_000
	if cost > most {
		return false, nil
	}
	tag, err := q.Exec(ctx, `insert into spending (line_id, day, assembly_id, spent) values ($1, $2, $3, $4)
		on conflict (line_id, day) do update set spent = spending.spent + $4 where spending.spent + $4 <= $5`,
		l.ID, now.In(zone).Format(time.DateOnly), l.AssemblyID, cost, most)
	return err == nil && tag.RowsAffected() == 1, wrap("booking what is spent", err)
}

// GiveBack books back what was not spent after all, on the day on which the line spent last.
func (s *Store) GiveBack(ctx context.Context, q Querier, line uuid.UUID, cost int64) error {
	_, err := q.Exec(ctx, `update spending set spent = greatest(0, spent - $2) where line_id = $1 and day = (select max(day) from spending where line_id = $1)`, line, cost)
	return wrap("booking back what was not spent", err)
}

// SpentToday is what a line has spent on a day of its assembly, in millionths of a dollar. told is false where nobody is to be told of it: a broadcast
// from that line that is uncounted was under way on that day or on the one before, and what it cost would tell how many got it.
func (s *Store) SpentToday(ctx context.Context, q Querier, l Line, now time.Time) (spent int64, told bool, err error) {
	zone, err := time.LoadLocation(l.Zone)
	if err != nil {
		return 0, false, fmt.Errorf("asking what is spent: %w", err)
	}
	if _, err = one(ctx, q, `select spent from spending where line_id = $1 and day = $2`, []any{l.ID, now.In(zone).Format(time.DateOnly)}, &spent); err == nil {
		err = q.QueryRow(ctx, `select not exists (select from broadcasts where audience->'not_voted' is not null and frozen_at is not null
			and coalesce(ended_at, expires_at) > $1
			and (line_id = $2 or exists (select from outgoing o where o.broadcast_id = broadcasts.id and o.line_id = $2)))`, now.Add(-24*time.Hour), l.ID).Scan(&told)
	}
	return spent, told, wrap("asking what is spent", err)
}
