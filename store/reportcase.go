package store

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ReportKind is what a report is about, as organizers sort it; empty: not sorted.
type ReportKind string

// ReportKinds are all there are: few, so that there is something to count (and a check of the table names them too).
func ReportKinds() []ReportKind {
	return []ReportKind{"pay", "hours", "safety", "treatment", "firing", "other"}
}

// LongestAnswer is how many letters an answer to a report may have, so that a text has room for it and a voice reads it in one breath.
const LongestAnswer = 200

// Answer is what organizers answered to a report.
type Answer struct {
	ID       uuid.UUID
	Words    string
	Lang     string // in which it is written
	By       string // the name they act under; no worker is told
	At       time.Time
	HeardAt  time.Time // by somebody who came back; zero: not
	Outgoing uuid.UUID // the text that took it along; uuid.Nil: it waits
	Sent     SendState // of that text
}

const answerWords = "report_answers.words"

// AnswerReport keeps an answer. The worker sees that the report was read.
func (s *Store) AnswerReport(ctx context.Context, q Querier, report uuid.UUID, a Answer) error {
	switch n := Letters(a.Words); {
	case strings.TrimSpace(a.Words) == "":
		return refuse("an answer needs words")
	case n > LongestAnswer:
		return refuse("the answer has %d letters, and a text has room for %d: say it shorter, or in two answers", n, LongestAnswer)
	}
	if err := checkLanguage(a.Lang); err != nil {
		return err
	}
	id := newID()
	_, err := q.Exec(ctx, `insert into report_answers (id, assembly_id, report_id, words, lang, by_name, outgoing_id, at)
		select $2, assembly_id, id, $3, $4, $5, $6, $7 from reports where id = $1`,
		report, id, s.Keys.Seal(answerWords, id, []byte(a.Words)), a.Lang, a.By, nullable(a.Outgoing), a.At)
	if err != nil {
		return wrap("answering a report", err)
	}
	return s.MarkReportRead(ctx, q, report, a.At)
}

// AnswersTo lists the answers to a report, the oldest first.
func (s *Store) AnswersTo(ctx context.Context, q Querier, report uuid.UUID) ([]Answer, error) {
	scan := func(row pgx.CollectableRow) (a Answer, err error) {
		var sealed []byte
		var heard *time.Time
		var outgoing *uuid.UUID
		if err = row.Scan(&a.ID, &sealed, &a.Lang, &a.By, &a.At, &heard, &outgoing, &a.Sent); err != nil {
			return a, err
		}
		a.HeardAt, a.Outgoing = timeOf(heard), valueOf(outgoing)
		a.Words, err = s.openText(answerWords, a.ID, sealed)
		return a, err
	}
	return list(ctx, q, "listing answers", scan, `select a.id, a.words, a.lang, a.by_name, a.at, a.heard_at, a.outgoing_id, coalesce(o.state, '')
		from report_answers a left join outgoing o on o.id = a.outgoing_id where a.report_id = $1 order by a.id`, report)
}

// CarriesAnswer tells whether an outgoing text takes an answer to a report along.
func (s *Store) CarriesAnswer(ctx context.Context, q Querier, outgoing uuid.UUID) (carries bool, err error) {
	err = q.QueryRow(ctx, `select exists (select from report_answers where outgoing_id = $1)`, outgoing).Scan(&carries)
	return carries, wrap("looking what a text takes along", err)
}

// HearAnswer remembers that somebody who came back was told an answer.
func (s *Store) HearAnswer(ctx context.Context, q Querier, answer uuid.UUID, at time.Time) error {
	_, err := q.Exec(ctx, `update report_answers set heard_at = coalesce(heard_at, $2) where id = $1`, answer, at)
	return wrap("noting that an answer was told", err)
}

// AnswerTo is where an answer to a report can go: its line, and its phone if that may be texted.
func (s *Store) AnswerTo(ctx context.Context, q Querier, report uuid.UUID) (line uuid.UUID, phone uuid.NullUUID, err error) {
	err = q.QueryRow(ctx, `select r.line_id, case when `+cannotText+` = '' then r.phone_id end from reports r where r.id = $1`, report).
		Scan(&line, &phone)
	return line, phone, wrap("asking where an answer can go", err)
}

// Note is what an organizer notes for the others. No worker is told.
type Note struct {
	Words string
	By    string
	At    time.Time
}

const noteWords = "report_notes.words"

// NoteReport keeps a note.
func (s *Store) NoteReport(ctx context.Context, q Querier, report uuid.UUID, n Note) error {
	if strings.TrimSpace(n.Words) == "" {
		return refuse("a note needs words")
	}
	id := newID()
	_, err := q.Exec(ctx, `insert into report_notes (id, assembly_id, report_id, words, by_name, at)
		select $2, assembly_id, id, $3, $4, $5 from reports where id = $1`, report, id, s.Keys.Seal(noteWords, id, []byte(n.Words)), n.By, n.At)
	return wrap("noting something on a report", err)
}

func (s *Store) notesOn(ctx context.Context, q Querier, report uuid.UUID) ([]Note, error) {
	scan := func(row pgx.CollectableRow) (n Note, err error) {
		var id uuid.UUID
		var sealed []byte
		if err = row.Scan(&id, &sealed, &n.By, &n.At); err != nil {
			return n, err
		}
		n.Words, err = s.openText(noteWords, id, sealed)
		return n, err
	}
	return list(ctx, q, "listing notes", scan, `select id, words, by_name, at from report_notes where report_id = $1 order by id`, report)
}

// AssignReport says which organizer looks after a report; uuid.Nil: nobody any more.
func (s *Store) AssignReport(ctx context.Context, q Querier, report, organizer uuid.UUID) error {
	_, err := q.Exec(ctx, `update reports set assigned_to = $2 where id = $1`, report, nullable(organizer))
	return wrap("assigning a report", err)
}

// ReportChange is what organizers say of a report. What is nil stays as it is.
type ReportChange struct {
	State     *ReportState
	Kind      *ReportKind
	Workplace *string
}

// ChangeReport sorts a report, closes it, or opens it again.
func (s *Store) ChangeReport(ctx context.Context, q Querier, report uuid.UUID, c ReportChange, at time.Time) error {
	var workplace []byte
	if c.Workplace != nil {
		name := strings.Join(strings.Fields(*c.Workplace), " ")
		if name != "" {
			var err error
			if name, err = cleanName(name); err != nil {
				return err
			}
			workplace = s.Keys.Seal(reportWorkplace, report, []byte(name))
		}
	}
	_, err := q.Exec(ctx, `update reports set state = coalesce($2, state), kind = coalesce($3, kind),
			workplace = case when $4 then $5 else workplace end,
			read_at = case when $2 <> 'new' then coalesce(read_at, $6) else read_at end,
			close_asked_at = case when $2 = 'closed' then null else close_asked_at end
		where id = $1`, report, c.State, c.Kind, c.Workplace != nil, workplace, at)
	return wrap("changing a report", err)
}
