package store

import (
	"context"
	"crypto/subtle"
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

// What may be tried. A code of 12 digits is guessed by nobody at this pace: with ten thousand reports, 100 wrong tries an hour on a
// line meet one in more than a century. Right ones are not counted.
const (
	guessesOfAPhone  = 5
	phoneGuessedFor  = 24 * time.Hour
	guessesOfHidden  = 20 // of all withheld callers of a line together
	guessesOnALine   = 100
	lineGuessedFor   = time.Hour
	mostWrongDigits  = 5
	lengthOfChosen   = 4
	reportDigitsName = "report digits"
)

// ComeBack finds the report that digits lead to. Tries are counted in Postgres, before anything is looked up and under a lock, so that
// neither a flush nor many calls at once lead past the count.
func (s *Store) ComeBack(ctx context.Context, q Querier, r Return) (report uuid.UUID, came Returned, err error) {
	digits := onlyDigits(r.Digits)
	if len(digits) == lengthOfChosen {
		return s.byDigits(ctx, q, r.Phone, digits)
	}
	open, err := s.mayGuess(ctx, q, r)
	if err != nil {
		return uuid.Nil, "", fmt.Errorf("coming back to a report: %w", err)
	}
	if !open {
		return uuid.Nil, ReturnedClosed, nil
	}
	found, err := one(ctx, q, `select id from reports where code_index = $1
		and (assembly_id = any($2) or assembly_id in (select assemblies_above($3)))`,
		[]any{s.codeIndex(digits), r.Line.Assemblies, r.Line.AssemblyID}, &report)
	if err != nil || !found {
		return uuid.Nil, ReturnedWrong, wrap("coming back to a report", err)
	}
	_, err = q.Exec(ctx, `update report_guesses set n = n - 1 where bucket = any($1)`, r.buckets())
	return report, ReturnedFound, wrap("coming back to a report", err)
}

// buckets are where a try counts: that of the phone, or of all who hide theirs, and that of the line.
func (r Return) buckets() []uuid.UUID {
	who := r.Phone.UUID
	if !r.Phone.Valid {
		who = uuid.NewSHA1(r.Line.ID, []byte("withheld"))
	}
	return []uuid.UUID{who, r.Line.ID}
}

// mayGuess counts a try, and tells whether it may lead anywhere.
func (s *Store) mayGuess(ctx context.Context, q Querier, r Return) (bool, error) {
	most := []int{guessesOfAPhone, guessesOnALine}
	within := []time.Duration{phoneGuessedFor, lineGuessedFor}
	if !r.Phone.Valid {
		most[0], within[0] = guessesOfHidden, lineGuessedFor
	}
	for i, bucket := range r.buckets() {
		phone := r.Phone
		if i > 0 {
			phone = uuid.NullUUID{}
		}
		var n int
		err := q.QueryRow(ctx, `insert into report_guesses as g (bucket, phone_id, since, n) values ($1, $2, $3, 1)
			on conflict (bucket) do update set since = case when g.since <= $4 then $3 else g.since end,
				n = case when g.since <= $4 then 1 else g.n + 1 end
			returning n`, bucket, phone, r.At, r.At.Add(-within[i])).Scan(&n)
		if err != nil || n > most[i] {
			return false, err
		}
	}
	return true, nil
}

// byDigits looks among the reports of this phone on which digits were chosen. A wrong try counts against all that are open, since
// nobody can know which was meant; a right one clears its own alone, so that who shares a phone cannot clear another's.
func (s *Store) byDigits(ctx context.Context, q Querier, phone uuid.NullUUID, digits string) (uuid.UUID, Returned, error) {
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
		join reports r on r.id = d.report_id where d.phone_id = $1 order by r.filed_at desc, r.id for update of d`, phone)
	if err != nil {
		return uuid.Nil, "", err
	}
	open := 0
	for _, one := range all {
		if one.wrong >= mostWrongDigits {
			continue
		}
		open++
		if subtle.ConstantTimeCompare(one.digest, s.digitsDigest(one.report, digits)) == 1 {
			_, err := q.Exec(ctx, `update report_digits set wrong = 0 where report_id = $1`, one.report)
			return one.report, ReturnedFound, wrap("coming back to a report", err)
		}
	}
	if len(all) > 0 && open == 0 {
		return uuid.Nil, ReturnedClosed, nil
	}
	_, err = q.Exec(ctx, `update report_digits set wrong = wrong + 1 where phone_id = $1 and wrong < $2`, phone, mostWrongDigits)
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
	return s.Keys.Index(reportDigitsName, report.String()+digits)
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
