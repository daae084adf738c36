package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Voter asks where a phone may vote.
type Voter struct {
	Phone      uuid.UUID
	Assemblies []uuid.UUID // those that the line serves
	Ballot     uuid.UUID   // uuid.Nil: any that is open
}

// VoterStanding is what a phone may do.
type VoterStanding string

const (
	MayVote      VoterStanding = "ready"       // in exactly one ballot
	MayVoteIn    VoterStanding = "several"     // and must say in which
	HasVoted     VoterStanding = "voted"       //
	BallotClosed VoterStanding = "closed"      // the one asked for
	NotOnTheRoll VoterStanding = "not_on_roll" // nobody of this phone is
	NoBallot     VoterStanding = "none"        // is open
	SharedByMany VoterStanding = "shared"      // several people of this phone are on the roll: which of them is this?
)

// FoundBallots is the answer. Ballots are those that the phone may vote in, oldest first, with paper and closing time.
type FoundBallots struct {
	Standing VoterStanding
	Ballots  []Ballot
}

// candidate is an open ballot, or the one asked for, as one phone sees it.
type candidate struct {
	Ballot
	people int  // of this phone on its roll
	voted  bool // one of them has
}

// FindBallots tells what a phone may vote in, in one trip.
func (s *Store) FindBallots(ctx context.Context, q Querier, v Voter) (FoundBallots, error) {
	scan := func(r pgx.CollectableRow) (c candidate, err error) {
		var sealed []byte
		var closes, closed *time.Time
		if err := r.Scan(&c.ID, &c.Assembly, &c.Number, &sealed, &closes, &closed, &c.people, &c.voted); err != nil {
			return c, err
		}
		c.ClosesAt, c.ClosedAt = timeOf(closes), timeOf(closed)
		return c, s.openPaper(&c.Ballot, sealed)
	}
	all, err := list(ctx, q, "looking for ballots to vote in", scan, `select b.id, b.assembly_id, b.number, b.paper, b.closes_at, b.closed_at,
			(select count(*) from phone_people pp join ballot_roll r using (person_id) where pp.phone_id = $1 and r.ballot_id = b.id),
			exists (select from phone_people pp join votes o using (person_id) where pp.phone_id = $1 and o.ballot_id = b.id)
		from ballots b where b.assembly_id = any($2) and case when $3::uuid is null then b.closed_at is null else b.id = $3 end
		order by b.opened_at, b.id`, v.Phone, v.Assemblies, nullable(v.Ballot))
	if err != nil {
		return FoundBallots{}, err
	}
	return choose(all), nil
}

// choose says what the phone hears: of all it could hear, what helps most.
func choose(all []candidate) FoundBallots {
	var f FoundBallots
	var closed, shared, voted bool
	for _, c := range all {
		switch {
		case !c.ClosedAt.IsZero():
			closed = true
		case c.people > 1:
			shared = true
		case c.people == 1 && c.voted:
			voted = true
		case c.people == 1:
			f.Ballots = append(f.Ballots, c.Ballot)
		}
	}
	switch {
	case len(f.Ballots) > 1:
		f.Standing = MayVoteIn
	case len(f.Ballots) == 1:
		f.Standing = MayVote
	case shared:
		f.Standing = SharedByMany
	case voted:
		f.Standing = HasVoted
	case closed:
		f.Standing = BallotClosed
	case len(all) > 0:
		f.Standing = NotOnTheRoll
	default:
		f.Standing = NoBallot
	}
	return f
}

// Casting is a vote being cast.
type Casting struct {
	Ballot uuid.UUID
	Phone  uuid.UUID
	Choice int // from 1
	Proof  Proof
	At     time.Time
}

// VoteOutcome is what came of it. All but the first are counted as refused.
type VoteOutcome string

const (
	VoteCounted   VoteOutcome = "counted"
	VoteAlready   VoteOutcome = "already"
	VoteClosed    VoteOutcome = "closed"
	VoteNotOnRoll VoteOutcome = "not_on_roll"
	VoteShared    VoteOutcome = "shared"
)

const voteEnvelope = "votes.envelope"

// cast runs behind lockForVote, so that it reads the ballot as it stands after a close that it waited for. Two votes of one person
// meet in the unique (ballot, person).
const cast = `with b as (
		select id, assembly_id, options, closed_at from ballots where id = $1),
	who as (
		select array_agg(r.person_id) as people from phone_people pp join ballot_roll r using (person_id)
		where pp.phone_id = $2 and r.ballot_id = $1),
	v as (
		insert into votes (id, assembly_id, ballot_id, person_id, envelope, proof, at)
		select $3, b.assembly_id, b.id, who.people[1], $4, $5, $6 from b, who
		where b.closed_at is null and cardinality(who.people) = 1
		on conflict (ballot_id, person_id) do nothing returning 1),
	came as (
		select b.id, b.assembly_id, b.options, case
			when exists (select from v) then 'counted'
			when b.closed_at is not null then 'closed'
			when who.people is null then 'not_on_roll'
			when cardinality(who.people) > 1 then 'shared'
			else 'already' end as outcome
		from b, who),
	refused as (
		insert into ballot_refusals (id, assembly_id, ballot_id, reason, at)
		select $7, assembly_id, id, outcome, $6 from came where outcome <> 'counted')
	select outcome, options from came`

// Votes share a ballot's lock, a close has it alone. It is an advisory lock because those are fair: a row's `for share` lets new
// votes in past a close that waits, so that a close during a rush would wait until the rush is over. It is a statement of its own:
// one that reads beside it would see what stood before the wait.
const (
	lockForVote  = `select pg_advisory_xact_lock_shared($1)`
	lockForClose = `select pg_advisory_xact_lock($1)`
)

// ballotLock is the number of a ballot's lock: the random half of its id.
func ballotLock(id uuid.UUID) int64 { return int64(binary.BigEndian.Uint64(id[8:])) }

// CastVote casts the vote of the phone's only person on the roll, in one trip. Whether the number was withheld is decided before. q
// is a transaction: it holds the lock, and an error must end it.
//
// The choice goes to Postgres in its envelope alone: a server may log what a statement is given, and the phone is among that. So
// whether the ballot has such an option is found out here, by how many it turns out to have; if not, that is an error.
func (s *Store) CastVote(ctx context.Context, q Querier, c Casting) (VoteOutcome, error) {
	if c.Choice < 1 || c.Choice > mostOptions {
		return "", fmt.Errorf("casting a vote: the choice is none that a ballot can have")
	}
	id := randomID()
	b := &pgx.Batch{}
	b.Queue(lockForVote, ballotLock(c.Ballot))
	b.Queue(cast, c.Ballot, c.Phone, id, s.Keys.Seal(voteEnvelope, id, []byte{byte(c.Choice)}), c.Proof, c.At, randomID())
	res := q.SendBatch(ctx, b)
	var outcome VoteOutcome
	var options int
	_, err := res.Exec()
	if err == nil {
		err = res.QueryRow().Scan(&outcome, &options)
	}
	err = errors.Join(err, res.Close())
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", fmt.Errorf("casting a vote: there is no ballot %s", c.Ballot)
	case err != nil:
		return "", fmt.Errorf("casting a vote: %w", err)
	case c.Choice > options:
		return "", fmt.Errorf("casting a vote: ballot %s has %d options, and the choice is none of them", c.Ballot, options)
	}
	return outcome, nil
}
