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
	Line    Line
	Phone   uuid.NullUUID // not valid: withheld
	Channel string        // ByText or ByVoice
	Digits  string        // the code of 12 in any grouping, or the four that were chosen on this phone
	At      time.Time
}

// Returned is what came of it.
type Returned string

const (
	ReturnedFound  Returned = "found"
	ReturnedWrong  Returned = "wrong"
	ReturnedClosed Returned = "closed" // too many wrong fours: they lead nowhere any more, from this phone on this channel
	ReturnedLater  Returned = "later"  // too many wrong twelves: none is looked at in this hour
)

// Four chosen digits are ten thousand, so that five wrong ones close them, until new ones are chosen; the twelve stay the way back. Texts
// and calls are counted apart: whoever forges a caller's number closes no text's way. Codes of 12 are guessed by nobody at the pace of
// MayGuess.
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
	guess := Guessing{What: "report" + byCall(r.Channel), Phone: r.Phone, Line: r.Line.ID, At: r.At}
	open, err := s.mayGuessAlone(ctx, q, guess)
	if err != nil || !open {
		return uuid.Nil, ReturnedLater, err
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

// byCall sets what calls guess apart from what texts do.
func byCall(channel string) string {
	if channel == ByVoice {
		return ", by call"
	}
	return ""
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

// byDigits looks among the reports of this phone on which digits were chosen. What a wrong try is answered depends on the tries before it
// alone, and never on whether there is such a report: else five tries would tell who told us something. Beside that each report counts its
// own: a wrong try counts against all, since nobody can know which was meant, and a right one clears its own alone, so that who shares a
// phone cannot clear another's.
func (s *Store) byDigits(ctx context.Context, q Querier, r Return, digits string) (uuid.UUID, Returned, error) {
	if !r.Phone.Valid { // nobody chooses any on a number that they withhold
		return uuid.Nil, ReturnedWrong, nil
	}
	tries, err := s.digitTries(ctx, q, r)
	if err != nil || tries >= mostWrongDigits {
		return uuid.Nil, ReturnedClosed, err
	}
	report, tried, err := s.byDigest(ctx, q, r, digits)
	if err != nil {
		return uuid.Nil, "", err
	}
	right := report != uuid.Nil
	_, err = q.Exec(ctx, `with tried as (update digit_tries set wrong = case when $3 then 0 else wrong + 1 end where phone_id = $1 and channel = $2)
		update report_digits set
			wrong = case when $2 <> 'text' then wrong when $3 then 0 else least(wrong + 1, $5) end,
			wrong_by_call = case when $2 = 'text' then wrong_by_call when $3 then 0 else least(wrong_by_call + 1, $5) end
		where report_id = any($4)`, r.Phone, r.Channel, right, tried, mostWrongDigits)
	if err != nil {
		return uuid.Nil, "", wrap("coming back to a report", err)
	}
	if !right {
		return uuid.Nil, ReturnedWrong, nil
	}
	return report, ReturnedFound, nil
}

// digitTries is how many fours were wrong from a phone on a channel. It holds the row, so that of tries at the same moment none looks
// before the others are counted.
func (s *Store) digitTries(ctx context.Context, q Querier, r Return) (n int, err error) {
	err = q.QueryRow(ctx, `insert into digit_tries (phone_id, channel, assembly_id) values ($1, $2, $3)
		on conflict (phone_id, channel) do update set wrong = digit_tries.wrong returning wrong`, r.Phone, r.Channel, r.Line.AssemblyID).Scan(&n)
	return n, wrap("counting wrong digits", err)
}

// byDigest is the newest report of a phone, on this line, that those digits were chosen for, and that has not been tried wrongly too often;
// uuid.Nil: there is none. tried are those that the try counts for.
func (s *Store) byDigest(ctx context.Context, q Querier, r Return, digits string) (report uuid.UUID, tried []uuid.UUID, err error) {
	type row struct {
		report uuid.UUID
		digest []byte
		wrong  int
	}
	scan := func(r pgx.CollectableRow) (one row, err error) {
		err = r.Scan(&one.report, &one.digest, &one.wrong)
		return one, err
	}
	all, err := list(ctx, q, "coming back to a report", scan, `select d.report_id, d.digest, case $4 when 'text' then d.wrong else d.wrong_by_call end
		from report_digits d join reports r on r.id = d.report_id where d.phone_id = $1 and `+onThisLine+` order by r.filed_at desc, r.id for update of d`,
		r.Phone, r.Line.Assemblies, r.Line.AssemblyID, r.Channel)
	for _, one := range all {
		if one.wrong < mostWrongDigits && subtle.ConstantTimeCompare(one.digest, s.digitsDigest(one.report, digits)) == 1 {
			return one.report, []uuid.UUID{one.report}, nil
		}
		tried = append(tried, one.report)
	}
	return uuid.Nil, tried, err
}

// ChooseDigits lets four digits lead back to a report, from this phone. They replace those chosen before, and tries begin anew: those of
// the phone too, since the new ones are to work, but not those of its other reports.
func (s *Store) ChooseDigits(ctx context.Context, q Querier, report, phone uuid.UUID, digits string) error {
	digits = onlyDigits(digits)
	if len(digits) != lengthOfChosen {
		return fmt.Errorf("choosing digits: there are %d", len(digits))
	}
	_, err := q.Exec(ctx, `with anew as (delete from digit_tries where phone_id = $2)
		insert into report_digits (report_id, assembly_id, phone_id, digest)
		select id, assembly_id, $2, $3 from reports where id = $1
		on conflict (report_id) do update set phone_id = excluded.phone_id, digest = excluded.digest, wrong = 0, wrong_by_call = 0`,
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
