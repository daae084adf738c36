package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Question is what one text of a notice asked one phone. Its answers have two digits each, which follow on each other and answer nothing else on
// that phone for thirty days, nor as long as the question is open. The row is made when the text goes out; the same text sent once more
// asks the same question.
type Question struct {
	ID        uuid.UUID
	Assembly  uuid.UUID
	Line      uuid.UUID // on which it is answered
	Phone     uuid.UUID
	Broadcast uuid.UUID // uuid.Nil: it is not there any more
	Outgoing  uuid.UUID
	Flow      string // which an answer begins
	About     string // "meeting" or "ballot" …
	Record    uuid.UUID
	Arguments []byte // what that was when the text went out, as the gateway writes it; sealed here
	First     int    // of its digits
	Answers   int    // how many
	Each      bool   // they are the items of a list in Arguments, and not those that the flow names
	AskedAt   time.Time
	LapsesAt  time.Time
	Answered  string // the answer sent last; "": none. Which item of a list it was is never kept
	Came      bool   // as far as the carrier tells, the text may have arrived
}

// Has tells which of its answers two digits are, from 0.
func (a Question) Has(digits int) (answer int, has bool) {
	return digits - a.First, a.First <= digits && digits < a.First+a.Answers
}

// digitsRest is how long the digits of a question answer no other of that phone.
const digitsRest = 30 * 24 * time.Hour

// noticeDigits are the digits that notices may use, in the order in which they are used. Choices of a menu go up to 16, the digits of
// read-backs from 50 to 89.
func noticeDigits() [][2]int { return [][2]int{{41, 49}, {31, 39}, {21, 29}, {91, 99}} }

// FreeDigits chooses the first of so many digits in a row of which none is taken; 0: there are none.
func FreeDigits(taken []int, many int) int {
	for _, r := range noticeDigits() {
		for first := r[0]; first+many-1 <= r[1]; {
			used := slices.IndexFunc(taken, func(n int) bool { return first <= n && n < first+many })
			if used < 0 {
				return first
			}
			first = taken[used] + 1
		}
	}
	return 0
}

// AskingNow tells of phones that texts are about to ask something.
type AskingNow struct {
	Taken map[uuid.UUID][]int   // by phone: digits that answer something, or did until a while ago
	Asked map[uuid.UUID]AskedAs // by outgoing text: what it asked when it went out before
}

// AskedAs is how a text asks.
type AskedAs struct {
	First int  // of its digits; 0: it has none
	Each  bool // as in Question
}

// AboutToAsk looks up what decides the digits of questions to phones, in texts that go out now.
func (s *Store) AboutToAsk(ctx context.Context, q Querier, phones, texts []uuid.UUID, now time.Time) (a AskingNow, err error) {
	a = AskingNow{map[uuid.UUID][]int{}, map[uuid.UUID]AskedAs{}}
	var id uuid.UUID
	var n int
	var before AskedAs
	err = each(ctx, q, func() error { a.Taken[id] = append(a.Taken[id], n); return nil }, []any{&id, &n},
		`select phone_id, digits from question_digits where phone_id = any($1) and until > $2 order by phone_id, digits`, phones, now)
	if err == nil {
		err = each(ctx, q, func() error { a.Asked[id] = before; return nil }, []any{&id, &before.First, &before.Each},
			`select outgoing_id, first, each from questions where outgoing_id = any($1)`, texts)
	}
	return a, wrap("choosing the digits of questions", err)
}

const questionArguments = "questions.arguments"

// AskQuestions writes questions down, in the transaction that lets their texts out. It tells those, by text, whose digits another question has
// taken in this very moment: they are not asked.
func (s *Store) AskQuestions(ctx context.Context, tx pgx.Tx, all []Question, now time.Time) (lost map[uuid.UUID]bool, err error) {
	lost = map[uuid.UUID]bool{}
	if len(all) == 0 {
		return lost, nil
	}
	slices.SortFunc(all, func(a, b Question) int { return slices.Compare(a.Phone[:], b.Phone[:]) }) // who writes at the same time does so in the same order
	b := &pgx.Batch{}
	for i := range all {
		a := &all[i]
		a.ID = newID()
		b.Queue(`insert into questions (id, assembly_id, line_id, phone_id, broadcast_id, outgoing_id, flow, about, record, arguments, first, answers, asked_at, lapses_at, each)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, a.ID, a.Assembly, a.Line, a.Phone, nullable(a.Broadcast), a.Outgoing, a.Flow, a.About,
			a.Record, s.Keys.Seal(questionArguments, a.ID, a.Arguments), a.First, a.Answers, now, a.LapsesAt, a.Each)
		until := now.Add(digitsRest)
		if a.LapsesAt.After(until) {
			until = a.LapsesAt
		}
		b.Queue(`insert into question_digits (phone_id, digits, question_id, until) select $1, d, $2, $5 from generate_series($3::int, $3::int + $4::int - 1) d
			on conflict (phone_id, digits) do update set question_id = excluded.question_id, until = excluded.until where question_digits.until <= $6`,
			a.Phone, a.ID, a.First, a.Answers, until, now)
	}
	sent := tx.SendBatch(ctx, b)
	var gone []uuid.UUID
	for i := range all {
		if _, err := sent.Exec(); err != nil {
			return nil, fmt.Errorf("writing down a question: %w", errors.Join(err, sent.Close()))
		}
		tag, err := sent.Exec()
		if err != nil {
			return nil, fmt.Errorf("writing down the digits of a question: %w", errors.Join(err, sent.Close()))
		}
		if int(tag.RowsAffected()) != all[i].Answers {
			lost[all[i].Outgoing], gone = true, append(gone, all[i].ID)
		}
	}
	if err := sent.Close(); err != nil {
		return nil, fmt.Errorf("writing down questions: %w", err)
	}
	if len(gone) > 0 {
		_, err = tx.Exec(ctx, `with d as (delete from question_digits where question_id = any($1)) delete from questions where id = any($1)`, gone)
	}
	return lost, wrap("leaving out questions", err)
}

// QuestionsTo lists what notices asked a phone on a line until now, as long as its digits answer nothing else; the newest first.
func (s *Store) QuestionsTo(ctx context.Context, q Querier, phone, line uuid.UUID, now time.Time) ([]Question, error) {
	scan := func(r pgx.CollectableRow) (a Question, err error) {
		var sealed []byte
		var broadcast, outgoing *uuid.UUID
		if err := r.Scan(&a.ID, &a.Assembly, &a.Line, &a.Phone, &broadcast, &outgoing, &a.Flow, &a.About, &a.Record, &sealed, &a.First, &a.Answers,
			&a.AskedAt, &a.LapsesAt, &a.Answered, &a.Each, &a.Came); err != nil {
			return a, err
		}
		a.Broadcast, a.Outgoing = valueOf(broadcast), valueOf(outgoing)
		a.Arguments, err = s.Keys.Open(questionArguments, a.ID, sealed)
		return a, err
	}
	return list(ctx, q, "looking what a phone was asked", scan, `select a.id, a.assembly_id, a.line_id, a.phone_id, a.broadcast_id, a.outgoing_id, a.flow, a.about, a.record,
			a.arguments, a.first, a.answers, a.asked_at, a.lapses_at, a.answered, a.each, coalesce(o.state not in ('failed', 'undelivered', 'refused', 'expired', 'canceled'), true)
		from questions a left join outgoing o on o.id = a.outgoing_id
		where a.phone_id = $1 and a.line_id = $2 and a.asked_at <= $3 and exists (select from question_digits d where d.question_id = a.id)
		order by a.asked_at desc, a.id desc`, phone, line, now)
}

// AnswerQuestion notes which answer was sent last.
func (s *Store) AnswerQuestion(ctx context.Context, q Querier, id uuid.UUID, answer string, now time.Time) error {
	_, err := q.Exec(ctx, `update questions set answered = $2, answered_at = $3 where id = $1`, id, answer, now)
	return wrap("noting an answer", err)
}

// RepliesTo counts the answers that were sent last to what a broadcast asked, and how many phones were asked.
func (s *Store) RepliesTo(ctx context.Context, q Querier, broadcast uuid.UUID) (replies map[string]int, asked int, err error) {
	replies = map[string]int{}
	var answer string
	var n int
	err = each(ctx, q, func() error {
		if asked += n; answer != "" {
			replies[answer] = n
		}
		return nil
	}, []any{&answer, &n}, `select answered, count(*) from questions where broadcast_id = $1 group by 1`, broadcast)
	return replies, asked, wrap("counting answers", err)
}
