package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A ballot is a question that an assembly answers. This file says what one is; tally.go counts.
//
//   - Its paper, the question and two to eight options in every language, does not change.
//   - Its roll is frozen when it is opened: the members, then, of its assembly and of those below it. Who joins or is removed later
//     changes nothing about it.
//   - A vote belongs to one person on the roll, and says how it was proved. There is one at most. Until the close its voter may put
//     another choice in its place, which says that this happened and not what was chosen before.
//   - A vote is an envelope: bytes that say what was chosen, sealed to this server's keys or, on a ballot that has a key of its own,
//     to that. Who voted and what was chosen never stand in one clear row.
//   - It is closed by an event, at which its result is fixed: a vote either committed before the close or was told that it is closed.
//   - What was refused is counted, with its reason, and not with its person.
type Ballot struct {
	ID       uuid.UUID
	Assembly uuid.UUID
	Number   int // as organizers call it: 1, 2, 3 … in its assembly
	Question Words
	Options  []Words // two to eight; a choice is the number of one, from 1
	OpenedAt time.Time
	OpenedBy string
	ClosesAt time.Time // when a job closes it; zero: when somebody does
	ClosedAt time.Time // zero: open
	ClosedBy string
	Roll     int // how many people may vote
	Cast     int // how many have
}

// Caution is something to tell whoever opens a ballot or reads its result.
type Caution string

const (
	// CautionFew: among so few, people can be known by their choices.
	CautionFew Caution = "few"
	// CautionOfficers: in a by-name ballot US labor organizations may not elect officers (29 USC 481(b): by secret ballot).
	CautionOfficers Caution = "officers"

	fewOnRoll   = 10
	mostOptions = 8
)

// Cautions are those that this ballot calls for. Every ballot is by name so far.
func (b Ballot) Cautions() []Caution {
	if b.Roll < fewOnRoll {
		return []Caution{CautionFew, CautionOfficers}
	}
	return []Caution{CautionOfficers}
}

// Proof is how somebody showed that they are the person on the roll.
type Proof string

const (
	ProofPhone Proof = "phone" // they are the only person of the phone from which they answered a text of ours
	ProofCall  Proof = "call"  // they are the only person of the phone whose number a call showed, which anybody can have it show
	ProofPIN   Proof = "pin"
	ProofCode  Proof = "code"
	// ProofOrganizer: they told their choice to an organizer, in person.
	ProofOrganizer Proof = "organizer"
)

// paper is what is sealed of a ballot.
type paper struct {
	Question Words   `json:"question"`
	Options  []Words `json:"options"`
}

const ballotPaper = "ballots.paper"

// NewBallot is what organizers decide about a ballot.
type NewBallot struct {
	Assembly uuid.UUID
	Question Words
	Options  []Words
	ClosesAt time.Time // zero: when somebody closes it
	By       string
	At       time.Time
}

func (n NewBallot) check() error {
	if err := n.Question.check("the question", LongestQuestion); err != nil {
		return err
	}
	if len(n.Options) < 2 || len(n.Options) > mostOptions {
		return refuse("a ballot has two to eight options, not %d", len(n.Options))
	}
	for i, o := range n.Options {
		if err := o.check(fmt.Sprintf("option %d", i+1), LongestOption); err != nil {
			return err
		}
		for _, lang := range n.Question.Languages() {
			if o[lang] == "" || len(o) != len(n.Question) {
				return refuse("option %d is in %v and the question in %v: they must be in the same languages", i+1, o.Languages(), n.Question.Languages())
			}
			for k, earlier := range n.Options[:i] {
				if earlier[lang] == o[lang] {
					return refuse("options %d and %d are the same in %s", k+1, i+1, lang)
				}
			}
		}
	}
	if !n.ClosesAt.IsZero() && !n.ClosesAt.After(n.At) {
		return refuse("a ballot closes after it opens")
	}
	return nil
}

// OpenBallot opens a ballot and freezes its roll.
func (s *Store) OpenBallot(ctx context.Context, q Querier, n NewBallot) (Ballot, error) {
	if err := n.check(); err != nil {
		return Ballot{}, err
	}
	b := Ballot{ID: newID(), Assembly: n.Assembly, Question: n.Question, Options: n.Options, OpenedAt: n.At, OpenedBy: n.By, ClosesAt: n.ClosesAt}
	sealed, err := s.sealJSON(ballotPaper, b.ID, paper{n.Question, n.Options})
	if err != nil {
		return Ballot{}, err
	}
	open := &pgx.Batch{}
	open.Queue(writeRoll, b.ID, b.Assembly, sealed, len(b.Options), b.OpenedAt, b.OpenedBy, nullTime(b.ClosesAt)).QueryRow(func(r pgx.Row) error {
		return r.Scan(&b.Roll)
	})
	open.Queue(numberBallot, b.ID, b.Assembly).Query(func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&b.Number}, func() error { return nil })
		return err
	})
	if err := q.SendBatch(ctx, open).Close(); err != nil {
		return Ballot{}, fmt.Errorf("opening a ballot: %w", err)
	}
	if b.Roll == 0 {
		return Ballot{}, refuse("nobody would be on the roll: there are no members yet, so vouch for some first")
	}
	return b, nil
}

// A ballot is opened by two statements, sent as one batch. A long roll takes seconds to write, and whoever takes a number holds the
// assembly's row, which every report needs: so the roll comes first, under the number 0, and the number last. Nobody sees either
// before the commit. Another ballot opened in the same assembly meanwhile waits at the 0.
const (
	// Whoever is vouched for or removed at this moment is on the roll or is not, by this one statement's snapshot.
	writeRoll = `with members as (
			select distinct person_id from memberships where standing = 'member' and assembly_id in (select assemblies_below($2))),
		b as (insert into ballots (id, assembly_id, number, paper, options, opened_at, opened_by, closes_at)
			select $1, $2, 0, $3, $4, $5, $6, $7 where exists (select from members) returning id),
		r as (insert into ballot_roll (ballot_id, person_id, assembly_id) select b.id, m.person_id, $2 from b, members m returning 1)
		select count(*) from r`
	numberBallot = `with n as (
			update assemblies set ballots = ballots + 1 where id = $2 and exists (select from ballots where id = $1) returning ballots)
		update ballots set number = n.ballots from n where id = $1 returning number`
)

// CloseBallot closes a ballot: it waits for the votes being cast at this moment, and lets none in after it. q is a transaction.
func (s *Store) CloseBallot(ctx context.Context, q Querier, assembly uuid.UUID, number int, by string, at time.Time) (Ballot, error) {
	b, err := s.FindBallot(ctx, q, assembly, number)
	if err != nil {
		return Ballot{}, err
	}
	closed, err := closeBallot(ctx, q, b.ID, by, at)
	if err != nil {
		return Ballot{}, err
	}
	if !closed {
		return Ballot{}, refuse("ballot %d is closed already", number)
	}
	return s.FindBallot(ctx, q, assembly, number)
}

// closeBallot is the event. It tells false where it happened before.
func closeBallot(ctx context.Context, q Querier, id uuid.UUID, by string, at time.Time) (bool, error) {
	if _, err := q.Exec(ctx, lockForClose, ballotLock(id)); err != nil {
		return false, fmt.Errorf("closing a ballot: waiting for the votes under way: %w", err)
	}
	tag, err := q.Exec(ctx, `update ballots set closed_at = $2, closed_by = $3 where id = $1 and closed_at is null`, id, at, by)
	if err != nil {
		return false, fmt.Errorf("closing a ballot: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return false, nil
	}
	_, err = q.Exec(ctx, `with gone as (update broadcasts set state = 'canceled', ended_at = $2 where state in ('approved', 'sending', 'paused')
			and (about = 'ballot' and record = $1 or audience->>'not_voted' = $1::text) returning id)
		update outgoing o set state = case when o.state = 'ready' then 'canceled' else o.state end, may_repeat = false,
			changed_at = case when o.state = 'ready' then $2 else o.changed_at end
		from gone where o.broadcast_id = gone.id and o.state in ('ready', 'sending', 'unknown')`, id, at)
	return true, wrap("calling back the notices of a ballot that is closed", err)
}

// CloseDueBallots closes the ballots whose time is up, each in a transaction of its own, and writes that into the journal. Several
// processes may do it at once.
func (s *Store) CloseDueBallots(ctx context.Context, now time.Time, by string) error {
	due, err := s.ballots(ctx, s.Pool, ` where b.closes_at <= $1 and b.closed_at is null order by b.closes_at`, now)
	if err != nil {
		return err
	}
	var failed error
	for _, b := range due {
		failed = errors.Join(failed, s.InTx(ctx, func(tx pgx.Tx) error {
			closed, err := closeBallot(ctx, tx, b.ID, by, now)
			if err != nil || !closed {
				return err
			}
			return s.Note(ctx, tx, Deed{Assembly: b.Assembly, Actor: by, Act: "ballot.close", Object: b.ID.String(), At: now})
		}))
	}
	return failed
}

const selectBallot = `select b.id, b.assembly_id, b.number, b.paper, b.opened_at, b.opened_by, b.closes_at, b.closed_at, coalesce(b.closed_by, ''),
	coalesce(b.kept_roll, (select count(*) from ballot_roll r where r.ballot_id = b.id)),
	coalesce((select sum(n) from unnest(b.kept_totals) n), (select count(*) from votes v where v.ballot_id = b.id)) from ballots b`

// Ballots lists an assembly's ballots, newest first.
func (s *Store) Ballots(ctx context.Context, q Querier, assembly uuid.UUID) ([]Ballot, error) {
	return s.ballots(ctx, q, ` where b.assembly_id = $1 order by b.number desc`, assembly)
}

// BallotByID finds one; false: there is none.
func (s *Store) BallotByID(ctx context.Context, q Querier, id uuid.UUID) (Ballot, bool, error) {
	found, err := s.ballots(ctx, q, ` where b.id = $1`, id)
	if err != nil || len(found) == 0 {
		return Ballot{}, false, err
	}
	return found[0], true, nil
}

// FindBallot finds one by its number.
func (s *Store) FindBallot(ctx context.Context, q Querier, assembly uuid.UUID, number int) (Ballot, error) {
	found, err := s.ballots(ctx, q, ` where b.assembly_id = $1 and b.number = $2`, assembly, number)
	if err == nil && len(found) == 0 {
		return Ballot{}, refuse("there is no ballot %d", number)
	}
	if err != nil {
		return Ballot{}, err
	}
	return found[0], nil
}

func (s *Store) ballots(ctx context.Context, q Querier, where string, args ...any) ([]Ballot, error) {
	scan := func(r pgx.CollectableRow) (b Ballot, err error) {
		var sealed []byte
		var closes, closed *time.Time
		err = r.Scan(&b.ID, &b.Assembly, &b.Number, &sealed, &b.OpenedAt, &b.OpenedBy, &closes, &closed, &b.ClosedBy, &b.Roll, &b.Cast)
		if err != nil {
			return Ballot{}, err
		}
		b.ClosesAt, b.ClosedAt = timeOf(closes), timeOf(closed)
		return b, s.openPaper(&b, sealed)
	}
	return list(ctx, q, "looking for ballots", scan, selectBallot+where, args...)
}

func (s *Store) openPaper(b *Ballot, sealed []byte) error {
	var p paper
	err := s.openJSON(ballotPaper, b.ID, sealed, &p)
	b.Question, b.Options = p.Question, p.Options
	return err
}
