package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Request is somebody who wants a person to talk to, to start something where they work. What they tell is a report, which is read and
// answered as such; this says how they want to be reached. No number is among it.
type Request struct {
	Report    uuid.UUID
	Number    int // of the report
	State     ReportState
	Lang      string
	FiledAt   time.Time
	ReadBy    time.Time
	Reach     Reach
	Elsewhere bool   // at another number than that of the report's phone
	Hours     string // of a call: morning, afternoon, evening, any
	OthersMay bool   // another person may answer …
	Words     string // … and this is what to say to them
	Recording uuid.UUID
}

// Reach is how somebody wants to be reached.
type Reach string

const (
	ReachComes Reach = "they come" // they ask for the answer themselves; what a hang-up leaves
	ReachText  Reach = "text"      // to the phone that the report came from
	ReachCall  Reach = "call"
)

// Overdue tells whether it should have been read by now.
func (r Request) Overdue(now time.Time) bool { return r.State == ReportNew && r.ReadBy.Before(now) }

const (
	requestNumber = "requests.number"
	requestWords  = "requests.words"
)

// AddRequest marks a report as such a request.
func (s *Store) AddRequest(ctx context.Context, q Querier, report, assembly uuid.UUID, at time.Time) error {
	_, err := q.Exec(ctx, `insert into requests (report_id, assembly_id, at) values ($1, $2, $3) on conflict do nothing`, report, assembly, at)
	return wrap("noting that somebody wants a person to talk to", err)
}

// Terms are how somebody wants to be reached.
type Terms struct {
	Reach     Reach
	Number    Phone // of a call; empty: the phone that the report came from
	Hours     string
	OthersMay bool
	Words     string
	Recording uuid.UUID // uuid.Nil: none
}

// SetTerms notes how somebody wants to be reached, in place of what they said before. It tells false where the report is no more, or
// where a report of a withheld number would need one.
func (s *Store) SetTerms(ctx context.Context, q Querier, report uuid.UUID, t Terms) (bool, error) {
	var number, words []byte
	if t.Number != "" {
		number = s.Keys.Seal(requestNumber, report, []byte(t.Number.String()))
	}
	if t.Words != "" {
		words = s.Keys.Seal(requestWords, report, []byte(t.Words))
	}
	var hours *string
	if t.Hours != "" {
		hours = &t.Hours
	}
	tag, err := q.Exec(ctx, `update requests set reach = $2, number = $3, hours = $4, others_may = $5, words = $6, media_id = $7
		where report_id = $1 and ($2 = 'they come' or $3::bytea is not null or exists (select from reports where id = $1 and phone_id is not null))`,
		report, t.Reach, number, hours, t.OthersMay, words, nullable(t.Recording))
	if err != nil || tag.RowsAffected() == 0 || t.Recording == uuid.Nil {
		return err == nil && tag.RowsAffected() == 1, wrap("noting how somebody wants to be reached", err)
	}
	_, err = q.Exec(ctx, `update media set report_id = $2 where id = $1 and report_id is null and state <> 'erased'`, t.Recording, report)
	return err == nil, wrap("noting how somebody wants to be reached", err)
}

// Requests lists those of an assembly, oldest unread first: somebody waits.
func (s *Store) Requests(ctx context.Context, q Querier, assembly uuid.UUID) ([]Request, error) {
	return s.requests(ctx, q, ` where r.assembly_id = $1 order by p.state <> 'new', p.filed_at`, assembly)
}

// ShowRequest finds one by the number of its report.
func (s *Store) ShowRequest(ctx context.Context, q Querier, assembly uuid.UUID, number int) (Request, error) {
	found, err := s.requests(ctx, q, ` where r.assembly_id = $1 and p.number = $2`, assembly, number)
	if err == nil && len(found) == 0 {
		return Request{}, refuse("report %d is not there, or asks for no person", number)
	}
	if err != nil {
		return Request{}, err
	}
	return found[0], nil
}

func (s *Store) requests(ctx context.Context, q Querier, where string, args ...any) ([]Request, error) {
	scan := func(row pgx.CollectableRow) (r Request, err error) {
		var words []byte
		var media uuid.NullUUID
		if err := row.Scan(&r.Report, &r.Number, &r.State, &r.Lang, &r.FiledAt, &r.ReadBy, &r.Reach, &r.Elsewhere, &r.Hours, &r.OthersMay,
			&words, &media); err != nil {
			return Request{}, err
		}
		r.Recording = media.UUID
		if r.Words, err = s.openText(requestWords, r.Report, words); err != nil {
			return Request{}, fmt.Errorf("opening a request: %w", err)
		}
		return r, nil
	}
	return list(ctx, q, "looking for requests", scan, `select r.report_id, p.number, p.state, p.lang, p.filed_at, p.read_by, r.reach,
		r.number is not null, coalesce(r.hours, ''), r.others_may, r.words, r.media_id from requests r join reports p on p.id = r.report_id`+where, args...)
}
