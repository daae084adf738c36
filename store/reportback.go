package store

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Return is somebody who comes back to a report.
type Return struct {
	Line   Line
	Phone  uuid.NullUUID // not valid: withheld
	Digits string        // the code of 12 in any grouping, or the four that were chosen on this phone
	At     time.Time
}

// Returned is what came of it.
type Returned string

const (
	ReturnedFound  Returned = "found"
	ReturnedWrong  Returned = "wrong"
	ReturnedClosed Returned = "closed" // too many wrong tries: this way is closed, whatever is tried
)

// Four chosen digits are ten thousand, so that five wrong ones close them. Codes of 12 are guessed by nobody at the pace of MayGuess.
const (
	mostWrongDigits = 5
	lengthOfChosen  = 4
)

// onThisLine is whether a line leads back to report r: one of an assembly that it serves ($2), or of one above its own ($3). What was told
// next door is not spoken of here.
const onThisLine = `(r.assembly_id = any($2) or r.assembly_id in (select assemblies_above($3)))`

// ComeBack finds the report that digits lead to. Tries are counted in Postgres, so that no flush leads past the count.
func (s *Store) ComeBack(ctx context.Context, q Querier, r Return) (report uuid.UUID, came Returned, err error) {
	digits := onlyDigits(r.Digits)
	if len(digits) == lengthOfChosen {
		return s.byDigits(ctx, q, r, digits)
	}
	guess := Guessing{What: "report", Phone: r.Phone, Line: r.Line.ID, At: r.At}
	open, err := s.mayGuessAlone(ctx, q, guess)
	if err != nil || !open {
		return uuid.Nil, ReturnedClosed, err
	}
	found, err := one(ctx, q, `select r.id from reports r where r.code_index = $1 and `+onThisLine,
		[]any{s.codeIndex(digits), r.Line.Assemblies, r.Line.AssemblyID}, &report)
	switch {
	case err != nil:
		return uuid.Nil, "", wrap("coming back to a report", err)
	case !found:
		return uuid.Nil, ReturnedWrong, s.WrongGuess(ctx, q, guess)
	}
	return report, ReturnedFound, nil
}

// mayGuessAlone is MayGuess for one guess of a phone at a time: of many calls at once none looks before the others are counted. The lock
// is a statement of its own: one that reads beside it would see what stood before the wait.
func (s *Store) mayGuessAlone(ctx context.Context, q Querier, g Guessing) (bool, error) {
	own, what := g.scopes()
	lock := s.Keys.Index("guess lock", own.String()+what)
	if _, err := q.Exec(ctx, `select pg_advisory_xact_lock($1)`, int64(binary.BigEndian.Uint64(lock))); err != nil {
		return false, wrap("counting wrong codes", err)
	}
	return s.MayGuess(ctx, q, g)
}

// byDigits looks among the reports of this phone, on this line, on which digits were chosen. A wrong try counts against all of those that
// are open, since nobody can know which was meant; a right one clears its own alone, so that who shares a phone cannot clear another's.
func (s *Store) byDigits(ctx context.Context, q Querier, r Return, digits string) (uuid.UUID, Returned, error) {
	type row struct {
		report uuid.UUID
		digest []byte
		wrong  int
	}
	scan := func(r pgx.CollectableRow) (one row, err error) {
		err = r.Scan(&one.report, &one.digest, &one.wrong)
		return one, err
	}
	all, err := list(ctx, q, "coming back to a report", scan, `select d.report_id, d.digest, d.wrong from report_digits d
		join reports r on r.id = d.report_id where d.phone_id = $1 and `+onThisLine+` order by r.filed_at desc, r.id for update of d`, r.Phone, r.Line.Assemblies, r.Line.AssemblyID)
	if err != nil {
		return uuid.Nil, "", err
	}
	var open []uuid.UUID
	for _, one := range all {
		if one.wrong >= mostWrongDigits {
			continue
		}
		open = append(open, one.report)
		if subtle.ConstantTimeCompare(one.digest, s.digitsDigest(one.report, digits)) == 1 {
			_, err := q.Exec(ctx, `update report_digits set wrong = 0 where report_id = $1`, one.report)
			return one.report, ReturnedFound, wrap("coming back to a report", err)
		}
	}
	if len(all) > 0 && len(open) == 0 {
		return uuid.Nil, ReturnedClosed, nil
	}
	_, err = q.Exec(ctx, `update report_digits set wrong = wrong + 1 where report_id = any($1) and wrong < $2`, open, mostWrongDigits)
	return uuid.Nil, ReturnedWrong, wrap("coming back to a report", err)
}

// ChooseDigits lets four digits lead back to a report, from this phone. They replace those chosen before, and tries begin anew.
func (s *Store) ChooseDigits(ctx context.Context, q Querier, report, phone uuid.UUID, digits string) error {
	digits = onlyDigits(digits)
	if len(digits) != lengthOfChosen {
		return fmt.Errorf("choosing digits: there are %d", len(digits))
	}
	_, err := q.Exec(ctx, `insert into report_digits (report_id, assembly_id, phone_id, digest)
		select id, assembly_id, $2, $3 from reports where id = $1
		on conflict (report_id) do update set phone_id = excluded.phone_id, digest = excluded.digest, wrong = 0`,
		report, phone, s.digitsDigest(report, digits))
	return wrap("choosing digits", err)
}

func (s *Store) digitsDigest(report uuid.UUID, digits string) []byte {
	return s.Keys.Index("report digits", report.String()+digits)
}

// Case is what a worker who comes back is told of a report; never what they said.
type Case struct {
	State   ReportState
	ReadBy  time.Time
	ReadAt  time.Time // zero: not yet
	Lang    string
	CareOf  bool
	Muted   bool
	MayText bool
	Answers []Answer
}

// CaseOf opens what its worker may be told of a report. found is false where it was erased.
func (s *Store) CaseOf(ctx context.Context, q Querier, report uuid.UUID) (c Case, found bool, err error) {
	var readAt *time.Time
	found, err = one(ctx, q, `select state, read_by, read_at, lang, care_of, muted, may_text from reports where id = $1`, []any{report},
		&c.State, &c.ReadBy, &readAt, &c.Lang, &c.CareOf, &c.Muted, &c.MayText)
	if err != nil || !found {
		return Case{}, false, wrap("looking at a report", err)
	}
	c.ReadAt = timeOf(readAt)
	c.Answers, err = s.AnswersTo(ctx, q, report)
	return c, true, err
}

// Next is the place, from 1, of the answer that a worker who comes back is told first: the oldest not told yet, else the newest. 0:
// there is none.
func (c Case) Next() int {
	for i, a := range c.Answers {
		if a.HeardAt.IsZero() {
			return i + 1
		}
	}
	return len(c.Answers)
}
