package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Danger is somebody who said that they are in danger, and what was done about it. By text those on duty are called for them, one after
// the other, by calls that we place; by voice there is one only where nobody came and something was recorded.
type Danger struct {
	ID           uuid.UUID
	Assembly     uuid.UUID
	Line         uuid.UUID
	Phone        uuid.NullUUID // not valid: withheld, or erased since
	Conversation uuid.UUID
	Channel      string
	Lang         string
	At           time.Time
	AskedAt      time.Time // since when those on duty are being called
	People       int       // how many the worker was told are being called; 0: nobody was, and it stands here for its report alone
	Rung         int       // phones rung since AskedAt
	Tried        int       // and in the present round
	MayRing      bool      // the worker said that we may ring their phone
	TakenAt      time.Time // zero: nobody has pressed 1
	TakenBy      uuid.UUID
	ToldAt       time.Time // zero: they were not told that nobody answered
	Report       uuid.UUID

	// Of Dangers only.
	Taker        string // by name
	ReportNumber int
}

// Open tells whether those on duty are still being called.
func (d Danger) Open() bool { return d.TakenAt.IsZero() && d.ToldAt.IsZero() }

const selectDanger = `select d.id, d.assembly_id, d.line_id, d.phone_id, d.conversation_id, d.channel, d.lang, d.at, d.asked_at, d.people, d.rung,
	d.tried, d.may_ring, d.taken_at, d.taken_by, d.told_at, d.report_id from dangers d`

func scanDanger(r pgx.CollectableRow) (d Danger, err error) {
	var taken, told *time.Time
	var by, report *uuid.UUID
	err = r.Scan(&d.ID, &d.Assembly, &d.Line, &d.Phone, &d.Conversation, &d.Channel, &d.Lang, &d.At, &d.AskedAt, &d.People, &d.Rung,
		&d.Tried, &d.MayRing, &taken, &by, &told, &report)
	d.TakenAt, d.ToldAt, d.TakenBy, d.Report = timeOf(taken), timeOf(told), valueOf(by), valueOf(report)
	return d, err
}

// AddDanger writes one down. Its id is made here.
func (s *Store) AddDanger(ctx context.Context, q Querier, d Danger) (Danger, error) {
	d.ID, d.AskedAt = randomID(), d.At
	_, err := q.Exec(ctx, `insert into dangers (id, assembly_id, line_id, phone_id, conversation_id, channel, lang, at, asked_at, people)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`,
		d.ID, d.Assembly, d.Line, d.Phone, d.Conversation, d.Channel, d.Lang, d.At, d.People)
	return d, wrap("writing down that somebody is in danger", err)
}

// LockDanger finds one, locked until the transaction ends.
func (s *Store) LockDanger(ctx context.Context, q Querier, id uuid.UUID) (d Danger, found bool, err error) {
	return s.oneDanger(ctx, q, ` where d.id = $1 for update`, id)
}

// LastDanger finds the newest of a conversation since then, before all one for which somebody was called, locked until the transaction ends.
func (s *Store) LastDanger(ctx context.Context, q Querier, conversation uuid.UUID, since time.Time) (d Danger, found bool, err error) {
	return s.oneDanger(ctx, q, ` where d.conversation_id = $1 and d.asked_at > $2 order by d.people > 0 desc, d.at desc limit 1 for update`, conversation, since)
}

func (s *Store) oneDanger(ctx context.Context, q Querier, where string, args ...any) (Danger, bool, error) {
	all, err := list(ctx, q, "looking for somebody in danger", scanDanger, selectDanger+where, args...)
	if err != nil || len(all) == 0 {
		return Danger{}, false, err
	}
	return all[0], true, nil
}

// DangersSince counts how often somebody was called for a phone since then.
func (s *Store) DangersSince(ctx context.Context, q Querier, phone uuid.UUID, since time.Time) (n int, err error) {
	err = q.QueryRow(ctx, `select count(*) from dangers where phone_id = $1 and at > $2 and people > 0`, phone, since).Scan(&n)
	return n, wrap("counting who is in danger", err)
}

// SaveDanger keeps what has changed of one that the transaction has locked.
func (s *Store) SaveDanger(ctx context.Context, q Querier, d Danger) error {
	_, err := q.Exec(ctx, `update dangers set asked_at = $2, people = $3, rung = $4, tried = $5, may_ring = $6, taken_at = $7, taken_by = $8,
		told_at = $9, report_id = $10 where id = $1`,
		d.ID, d.AskedAt, d.People, d.Rung, d.Tried, d.MayRing, nullTime(d.TakenAt), nullable(d.TakenBy), nullTime(d.ToldAt), nullable(d.Report))
	return wrap("writing down what was done about danger", err)
}

// ReportOfCode is the report that a code leads to.
func (s *Store) ReportOfCode(ctx context.Context, q Querier, code string) (id uuid.UUID, found bool, err error) {
	found, err = one(ctx, q, `select id from reports where code_index = $1`, []any{s.codeIndex(code)}, &id)
	return id, found, wrap("looking for a report", err)
}

// Dangers lists the newest of an assembly, newest first.
func (s *Store) Dangers(ctx context.Context, q Querier, assembly uuid.UUID, most int) ([]Danger, error) {
	all, err := list(ctx, q, "listing who was in danger", scanDanger, selectDanger+` where d.assembly_id = $1 order by d.at desc, d.id limit $2`,
		assembly, most)
	if err != nil {
		return nil, err
	}
	for i := range all {
		d := &all[i]
		var name []byte
		var number *int
		if err := q.QueryRow(ctx, `select (select name from duty where id = $1), (select number from reports where id = $2)`,
			nullable(d.TakenBy), nullable(d.Report)).Scan(&name, &number); err != nil {
			return nil, wrap("listing who was in danger", err)
		}
		if number != nil {
			d.ReportNumber = *number
		}
		if name != nil {
			if d.Taker, err = s.openText(dutyName, d.TakenBy, name); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}
