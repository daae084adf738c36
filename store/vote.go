package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Voter asks where a phone may vote.
type Voter struct {
	Phone      uuid.UUID
	Assemblies []uuid.UUID // those that the line serves
	Ballot     uuid.UUID   // uuid.Nil: any that is open
	Called     bool        // it is a call, of which nothing is known but the number that it shows
	At         time.Time
}

// VoterStanding is what a phone may do.
type VoterStanding string

const (
	MayVote      VoterStanding = "ready"       // in exactly one ballot
	MayVoteIn    VoterStanding = "several"     // and must say in which
	HasVoted     VoterStanding = "voted"       // and may change it, until it closes
	BallotClosed VoterStanding = "closed"      // the one asked for, or the last one
	NotOnTheRoll VoterStanding = "not_on_roll" // nobody of this phone is
	NoBallot     VoterStanding = "none"        // is open
	SharedByMany VoterStanding = "shared"      // several people hold this phone: which of them is this?
	LongUnheard  VoterStanding = "unheard"     // this phone was silent for 90 days: is it still theirs?
	CalledByPin  VoterStanding = "pin"         // they have a PIN, and a call without it is nobody's
	VoteStands   VoterStanding = "stands"      // has voted, better proved than by a call, which cannot change it
)

// FoundBallots is the answer. Ballots are those that the phone may vote in, oldest first, with paper and closing time.
type FoundBallots struct {
	Standing VoterStanding
	Ballots  []Ballot
	Pins     bool        // shared, unheard or pin: somebody of this phone, on the roll, has a PIN to prove themselves with
	Refused  []uuid.UUID // the ballots that this turned somebody away from, to be written into their records (RefuseVotes)
}

// candidate is an open ballot, or the one asked for, or one that has closed a while ago, as one phone sees it.
type candidate struct {
	Ballot
	people  int  // of this phone on its roll
	voted   bool // one of them has
	shared  bool // several people hold the phone, be they on the roll or not
	unheard bool
	pins    bool
	called  bool
	proved  bool // one of them has voted, and by more than a call
}

// standing is what the phone may do in this one.
func (c candidate) standing() VoterStanding {
	switch {
	case !c.ClosedAt.IsZero():
		return BallotClosed
	case c.people == 0:
		return NotOnTheRoll
	case c.shared || c.people > 1:
		return SharedByMany
	case c.unheard:
		return LongUnheard
	case c.called && c.pins:
		return CalledByPin
	case c.called && c.proved:
		return VoteStands
	case c.voted:
		return HasVoted
	}
	return MayVote
}

// lateFor is for how long whoever wants to vote is told that it is closed, and counted as late.
const lateFor = 3 * 24 * time.Hour

// FindBallots tells what a phone may vote in, in one trip.
func (s *Store) FindBallots(ctx context.Context, q Querier, v Voter) (FoundBallots, error) {
	scan := func(r pgx.CollectableRow) (c candidate, err error) {
		var sealed []byte
		var closes, closed *time.Time
		if err := r.Scan(&c.ID, &c.Assembly, &c.Number, &sealed, &closes, &closed, &c.people, &c.voted, &c.shared, &c.unheard, &c.pins, &c.proved); err != nil {
			return c, err
		}
		c.called = v.Called
		c.ClosesAt, c.ClosedAt = timeOf(closes), timeOf(closed)
		return c, s.openPaper(&c.Ballot, sealed)
	}
	all, err := list(ctx, q, "looking for ballots to vote in", scan, `select b.id, b.assembly_id, b.number, b.paper, b.closes_at, b.closed_at,
			(select count(*) from phone_people pp join ballot_roll r using (person_id) where pp.phone_id = p.id and r.ballot_id = b.id),
			exists (select from phone_people pp join votes o using (person_id) where pp.phone_id = p.id and o.ballot_id = b.id),
			`+sharedPhone+`, `+unheardPhone+`,
			exists (select from phone_people pp join ballot_roll r using (person_id) join pins using (person_id) where pp.phone_id = p.id and r.ballot_id = b.id),
			exists (select from phone_people pp join votes o using (person_id) where pp.phone_id = p.id and o.ballot_id = b.id and o.proof <> 'call')
		from ballots b, phones p where p.id = $1 and b.assembly_id = any($2) and case
			when $5::uuid is not null then b.id = $5
			else b.closed_at is null or b.closed_at > $6 end
		order by b.opened_at, b.id`, v.Phone, v.Assemblies, v.At, unheardDays, nullable(v.Ballot), v.At.Add(-lateFor))
	if err != nil {
		return FoundBallots{}, err
	}
	return choose(all, v.Ballot != uuid.Nil), nil
}

// sharedPhone tells whether phone p is held by several people, as ballot b's assembly knows them. Most phones have one person, and
// no more is looked at then.
const sharedPhone = `((select count(*) from phone_people pp where pp.phone_id = p.id) > 1
	and (select count(*) from phone_holders(p.id, b.assembly_id)) > 1)`

// choose says what the phone hears: of all it could hear, what helps most.
func choose(all []candidate, asked bool) (f FoundBallots) {
	by := map[VoterStanding][]candidate{}
	for _, c := range all {
		standing := c.standing()
		if standing == BallotClosed && !asked && (c.people == 0 || c.voted) {
			continue // it does not concern them any more
		}
		by[standing] = append(by[standing], c)
	}
	for _, group := range [][]VoterStanding{{MayVote, SharedByMany, LongUnheard, CalledByPin}, {HasVoted, VoteStands}} {
		var open []candidate
		for _, c := range all {
			if slices.Contains(group, c.standing()) {
				open = append(open, c)
				f.Ballots = append(f.Ballots, c.Ballot)
			}
		}
		switch {
		case len(open) > 1:
			f.Standing = MayVoteIn
			return f
		case len(open) == 1:
			f.Standing, f.Pins = open[0].standing(), open[0].pins
			if (f.Standing == SharedByMany || f.Standing == LongUnheard) && !f.Pins {
				f.Refused = idsOf(open)
			}
			return f
		}
	}
	for _, s := range []VoterStanding{BallotClosed, NotOnTheRoll} {
		if len(by[s]) > 0 {
			f.Standing, f.Refused = s, idsOf(by[s])
			return f
		}
	}
	f.Standing = NoBallot
	return f
}

func idsOf(all []candidate) []uuid.UUID {
	var ids []uuid.UUID
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	return ids
}

// Casting is a vote being cast.
type Casting struct {
	Ballot  uuid.UUID
	Phone   uuid.UUID
	Person  uuid.UUID // who has proved by PIN to be one of the phone's; uuid.Nil: it is for the phone's only person to cast
	Choice  int       // from 1
	Changes bool      // they know that they have voted, and want this choice in place of the other
	Proof   Proof
	At      time.Time
}

// VoteOutcome is what came of it. All but the first two are counted as refused.
type VoteOutcome string

const (
	VoteCounted   VoteOutcome = "counted"
	VoteChanged   VoteOutcome = "changed"
	VoteAlready   VoteOutcome = "already" // voted meanwhile, perhaps on another phone: that one stands
	VoteClosed    VoteOutcome = "closed"
	VoteNotOnRoll VoteOutcome = "not_on_roll"
	VoteShared    VoteOutcome = "shared"
	VoteUnheard   VoteOutcome = "unheard"
	VoteWrongPin  VoteOutcome = "wrong_pin" // before there was a choice
	VoteLocked    VoteOutcome = "locked"    // and so was this
)

const voteEnvelope = "votes.envelope"

// cast runs behind lockForVote, so that it reads the ballot as it stands after a close that it waited for. Two votes of one person
// meet in the unique (ballot, person): the second changes the first only where its voter asked for that, and a call without a PIN only
// what came by such a call: anybody can make one. A changed vote has a new id, to
// which its envelope is sealed. xmax is 0 in a row that was inserted and not updated.
const cast = `with b as (
		select id, assembly_id, options, closed_at from ballots where id = $1),
	who as (
		select array_agg(r.person_id) as people from phone_people pp join ballot_roll r using (person_id)
		where pp.phone_id = $2 and r.ballot_id = $1 and ($5::uuid is null or r.person_id = $5)),
	asks as (
		select b.*, who.people[1] as person, case
			when b.closed_at is not null then 'closed'
			when who.people is null then 'not_on_roll'
			when $5::uuid is not null then 'may'
			when cardinality(who.people) > 1 or ` + sharedPhone + ` then 'shared'
			when ` + unheardPhone + ` then 'unheard'
			when $8 = 'call' and exists (select from pins where person_id = who.people[1]) then 'shared'
			else 'may' end as standing
		from b, who, phones p where p.id = $2),
	v as (
		insert into votes (id, assembly_id, ballot_id, person_id, envelope, proof, at)
		select $6, assembly_id, id, person, $7, $8, $3 from asks where standing = 'may'
		on conflict (ballot_id, person_id) do update set id = excluded.id, envelope = excluded.envelope, proof = excluded.proof, at = excluded.at
			where $9 and ($8 <> 'call' or votes.proof = 'call')
		returning id, assembly_id, xmax = 0 as first),
	changed as (
		insert into vote_changes (id, assembly_id, vote_id, proof, at) select $10, assembly_id, id, $8, $3 from v where not first),
	came as (
		select id, assembly_id, options, case
			when standing <> 'may' then standing
			else coalesce((select case when first then 'counted' else 'changed' end from v), 'already') end as outcome
		from asks),
	refused as (
		insert into ballot_refusals (id, assembly_id, ballot_id, reason, at)
		select $11, assembly_id, id, outcome, $3 from came where outcome not in ('counted', 'changed'))
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

// CastVote casts the vote of the phone's only person, or of whom a PIN has named among its people, in one trip. Whether the number was withheld is decided before. q
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
	b.Queue(cast, c.Ballot, c.Phone, c.At, unheardDays, nullable(c.Person), id, s.Keys.Seal(voteEnvelope, id, []byte{byte(c.Choice)}), c.Proof,
		c.Changes, newID(), randomID())
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
