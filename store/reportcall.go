package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ReportCall is one call to a worker who asked to be called back. We ring an organizer, and on their key the worker's phone, from our
// line: no number changes hands.
type ReportCall struct {
	ID        uuid.UUID // that of the outgoing call to the organizer
	Assembly  uuid.UUID
	Line      uuid.UUID
	Report    uuid.UUID
	Phone     uuid.UUID // which rings for the worker; uuid.Nil: it was forgotten since
	By        string    // the name that the organizer acts under
	ByLang    string    // in which they are spoken to
	Lang      string    // in which whoever answers the worker's phone is
	Hours     string    // the worker's terms, as they were then: morning, afternoon, evening, any …
	OtherMay  bool      // … and whether another person may answer
	At        time.Time
	RungAt    time.Time // when the worker's phone rang; zero: not
	ReachedAt time.Time // when somebody pressed 1 there
	NeverAt   time.Time // when somebody pressed 2 there
	EndedAt   time.Time // zero: it goes on, or nobody knows
}

// ReportCallState is what came of a call.
type ReportCallState string

const (
	ReportCalling     ReportCallState = "calling"      // the organizer's phone rings, or the worker's
	ReportNotRung     ReportCallState = "not rung"     // the organizer did not go on: the worker's phone never rang
	ReportNotAnswered ReportCallState = "not answered" // or by a machine, which presses no key
	ReportReached     ReportCallState = "reached"
	ReportNever       ReportCallState = "never again" // whoever answered wants no calls any more
)

const (
	organizerRings = 5 * time.Minute // longer than a call to an organizer waits to be placed, and rings
	longestCalled  = time.Hour       // after which a call that nobody told the end of is over
)

// State tells what came of a call, as far as it is known at a time.
func (c ReportCall) State(now time.Time) ReportCallState {
	switch {
	case !c.NeverAt.IsZero():
		return ReportNever
	case !c.ReachedAt.IsZero():
		return ReportReached
	case c.open(now):
		return ReportCalling
	case !c.RungAt.IsZero():
		return ReportNotAnswered
	}
	return ReportNotRung
}

func (c ReportCall) open(now time.Time) bool {
	return c.EndedAt.IsZero() && (now.Sub(c.At) < organizerRings || !c.RungAt.IsZero() && now.Sub(c.RungAt) < longestCalled)
}

// CallingBack is whom a call back goes to. Where another number than that of the report's phone was left, Number is that, and Phone is
// uuid.Nil; else Number is empty.
type CallingBack struct {
	Callback
	Phone uuid.UUID
}

// CallbackTo finds whom to call back about a report. found is false where nobody asked for it.
func (s *Store) CallbackTo(ctx context.Context, q Querier, report uuid.UUID) (to CallingBack, found bool, err error) {
	var phone *uuid.UUID
	var number []byte
	found, err = one(ctx, q, `select phone_id, number, hours, other_may, at from report_callbacks where report_id = $1`, []any{report},
		&phone, &number, &to.Hours, &to.OtherMay, &to.At)
	if err != nil || !found {
		return to, false, wrap("looking whom to call back", err)
	}
	if to.Other = number != nil; !to.Other {
		to.Phone = valueOf(phone)
		return to, true, nil
	}
	plain, err := s.openText(callbackNumber, report, number)
	to.Number = Phone(plain)
	return to, true, err
}

// NoCall is why somebody is not called back; empty: nothing speaks against it.
type NoCall string

const (
	NoCallUnasked   NoCall = "unasked"   // they did not ask for it, or have asked anew since: on other terms
	NoCallForgotten NoCall = "forgotten" // FORGET came from that phone
	NoCallBlocked   NoCall = "blocked"
	NoCallNever     NoCall = "never" // that phone wants no calls
)

// MayCallBack tells what speaks against a call: asked right before each phone rings. Of c count Report, Phone, Line and At. The hours
// are for the caller.
func (s *Store) MayCallBack(ctx context.Context, q Querier, c ReportCall, now time.Time) (NoCall, error) {
	var asked, forgotten, blocked bool
	err := q.QueryRow(ctx, `select
			exists (select from report_callbacks where report_id = r.id and at <= $3),
			$2::uuid is null or exists (select from report_calls x join report_callbacks cb on cb.report_id = x.report_id
				where x.report_id = r.id and x.phone_id is null and x.at >= cb.at),
			exists (select from report_mutes where phone_id = $2 and assembly_id = r.assembly_id and until > $4)
				or exists (select from blocked where phone_id = $2 and assembly_id in (select assemblies_above(r.assembly_id)) and until > $4)
		from reports r where r.id = $1`, c.Report, nullable(c.Phone), c.At, now).Scan(&asked, &forgotten, &blocked)
	switch {
	case err != nil:
		return "", fmt.Errorf("asking whether somebody may be called back: %w", err)
	case forgotten: // and with the phone went what it had asked for
		return NoCallForgotten, nil
	case !asked:
		return NoCallUnasked, nil
	case blocked:
		return NoCallBlocked, nil
	}
	allowed, err := s.Allowed(ctx, q, c.Phone, c.Line, ForAnswers, ByVoice)
	if err != nil || allowed {
		return "", err
	}
	return NoCallNever, nil
}

// AddReportCall writes down that somebody is to be called back, under an id that is to be that of the outgoing call. It refuses while
// another organizer does the same. q is a transaction.
func (s *Store) AddReportCall(ctx context.Context, q Querier, c ReportCall) error {
	if _, err := q.Exec(ctx, `select from reports where id = $1 for update`, c.Report); err != nil { // two organizers at one moment
		return wrap("writing down that somebody is called back", err)
	}
	before, err := s.ReportCalls(ctx, q, c.Report)
	if err != nil {
		return err
	}
	for _, b := range before {
		if b.open(c.At) {
			return refuse("%s is calling them already; `report show` says what came of it", b.By)
		}
	}
	_, err = q.Exec(ctx, `insert into report_calls (id, assembly_id, line_id, report_id, phone_id, by_name, by_lang, lang, hours, other_may, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		c.ID, c.Assembly, c.Line, c.Report, c.Phone, c.By, c.ByLang, c.Lang, c.Hours, c.OtherMay, c.At)
	return wrap("writing down that somebody is called back", err)
}

const selectReportCall = `select id, assembly_id, line_id, report_id, phone_id, by_name, by_lang, lang, hours, other_may, at,
	rung_at, reached_at, never_at, ended_at from report_calls where `

func scanReportCall(row pgx.CollectableRow) (c ReportCall, err error) {
	var phone *uuid.UUID
	var rung, reached, never, ended *time.Time
	err = row.Scan(&c.ID, &c.Assembly, &c.Line, &c.Report, &phone, &c.By, &c.ByLang, &c.Lang, &c.Hours, &c.OtherMay, &c.At,
		&rung, &reached, &never, &ended)
	c.Phone, c.RungAt, c.ReachedAt, c.NeverAt, c.EndedAt = valueOf(phone), timeOf(rung), timeOf(reached), timeOf(never), timeOf(ended)
	return c, err
}

// ReportCalls lists the calls to whoever asked to be called back about a report, the oldest first.
func (s *Store) ReportCalls(ctx context.Context, q Querier, report uuid.UUID) ([]ReportCall, error) {
	return list(ctx, q, "listing calls back", scanReportCall, selectReportCall+`report_id = $1 order by at, id`, report)
}

// ReportCallByID finds one by the id of its outgoing call.
func (s *Store) ReportCallByID(ctx context.Context, q Querier, id uuid.UUID) (ReportCall, bool, error) {
	return reportCall(ctx, q, selectReportCall+`id = $1`, id)
}

// LockReportCall finds one, locked until the transaction ends.
func (s *Store) LockReportCall(ctx context.Context, q Querier, id uuid.UUID) (ReportCall, bool, error) {
	return reportCall(ctx, q, selectReportCall+`id = $1 for update`, id)
}

func reportCall(ctx context.Context, q Querier, sql string, id uuid.UUID) (ReportCall, bool, error) {
	found, err := list(ctx, q, "looking for a call back", scanReportCall, sql, id)
	if err != nil || len(found) == 0 {
		return ReportCall{}, false, err
	}
	return found[0], true, nil
}

// The marks that a call gets as it goes on: each once, in whatever order they are told. An id that is none of a call back is nothing.

// MarkReportRung notes that the worker's phone rings.
func (s *Store) MarkReportRung(ctx context.Context, q Querier, id uuid.UUID, at time.Time) error {
	return markReportCall(ctx, q, `update report_calls set rung_at = coalesce(rung_at, $2) where id = $1`, id, at)
}

// MarkReportReached notes that somebody pressed the key to be connected.
func (s *Store) MarkReportReached(ctx context.Context, q Querier, id uuid.UUID, at time.Time) error {
	return markReportCall(ctx, q, `update report_calls set reached_at = coalesce(reached_at, $2), rung_at = coalesce(rung_at, $2) where id = $1`, id, at)
}

// MarkReportNever notes that somebody pressed the key never to be called again.
func (s *Store) MarkReportNever(ctx context.Context, q Querier, id uuid.UUID, at time.Time) error {
	return markReportCall(ctx, q, `update report_calls set never_at = coalesce(never_at, $2) where id = $1`, id, at)
}

// EndReportCall notes that a call is over.
func (s *Store) EndReportCall(ctx context.Context, q Querier, id uuid.UUID, at time.Time) error {
	return markReportCall(ctx, q, `update report_calls set ended_at = coalesce(ended_at, $2) where id = $1`, id, at)
}

func markReportCall(ctx context.Context, q Querier, sql string, id uuid.UUID, at time.Time) error {
	_, err := q.Exec(ctx, sql, id, at)
	return wrap("noting what came of a call back", err)
}
