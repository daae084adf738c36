package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// What a ballot keeps beside its votes, for whoever doubts its result: who was on its roll, and how often somebody was turned away.

// RefuseVotes writes into the records of ballots that somebody was turned away before there was a choice, and why; not who.
func (s *Store) RefuseVotes(ctx context.Context, q Querier, ballots []uuid.UUID, reason VoteOutcome, at time.Time) error {
	for _, id := range ballots {
		if _, err := q.Exec(ctx, `insert into ballot_refusals (id, assembly_id, ballot_id, reason, at) select $1, assembly_id, id, $3, $4 from ballots where id = $2`,
			randomID(), id, reason, at); err != nil {
			return fmt.Errorf("writing a refusal: %w", err)
		}
	}
	return nil
}

// OnRoll is somebody who may vote in a ballot.
type OnRoll struct {
	ID   uuid.UUID
	Name string
}

// Roll lists who was on a ballot's roll when it was opened, by name. Whether they have voted is not among it: while a ballot is open
// that would be a list of whom to press.
func (s *Store) Roll(ctx context.Context, q Querier, ballot uuid.UUID) ([]OnRoll, error) {
	scan := func(r pgx.CollectableRow) (o OnRoll, err error) {
		var name []byte
		if err := r.Scan(&o.ID, &name); err != nil {
			return o, err
		}
		o.Name, err = s.openName(o.ID, name)
		return o, err
	}
	all, err := list(ctx, q, "reading a roll", scan, `select p.id, p.name from ballot_roll r join people p on p.id = r.person_id where r.ballot_id = $1`, ballot)
	slices.SortFunc(all, func(a, b OnRoll) int {
		return cmp.Or(cmp.Compare(foldName(a.Name), foldName(b.Name)), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	return all, err
}

// FindOnRoll finds one of a roll by name or by the beginning of their id: also somebody who was removed since, and not somebody who
// came later.
func (s *Store) FindOnRoll(ctx context.Context, q Querier, ballot uuid.UUID, who string) (OnRoll, error) {
	all, err := s.Roll(ctx, q, ballot)
	if err != nil {
		return OnRoll{}, err
	}
	found := slices.DeleteFunc(all, func(o OnRoll) bool {
		return !sameName(o.Name, who) && (len(who) < 8 || !strings.HasPrefix(o.ID.String(), strings.ToLower(who)))
	})
	switch len(found) {
	case 0:
		return OnRoll{}, refuse("nobody on the roll of this ballot is called %q; the roll was made when it was opened", who)
	case 1:
		return found[0], nil
	}
	var ids []string
	for _, o := range found {
		ids = append(ids, o.ID.String())
	}
	return OnRoll{}, refuse("several people on the roll are called %q; say which by their id: %s", who, strings.Join(ids, "; "))
}

// Taking is a vote that an organizer was told in person.
type Taking struct {
	Ballot Ballot
	Person uuid.UUID
	Choice int // from 1
	At     time.Time
}

// TakeVote counts it, in a transaction q that also says in the journal who took it. It takes the place of no other vote: what
// somebody has chosen themselves only they change, and they may change this one too.
func (s *Store) TakeVote(ctx context.Context, q Querier, t Taking) error {
	if t.Choice < 1 || t.Choice > len(t.Ballot.Options) {
		return refuse("the choice is a number from 1 to %d", len(t.Ballot.Options))
	}
	if _, err := q.Exec(ctx, lockForVote, ballotLock(t.Ballot.ID)); err != nil {
		return fmt.Errorf("taking a vote: %w", err)
	}
	id := randomID()
	var closed, onRoll, counted bool
	err := q.QueryRow(ctx, `with b as (select id, assembly_id, closed_at from ballots where id = $1),
		r as (select person_id from ballot_roll where ballot_id = $1 and person_id = $2),
		v as (insert into votes (id, assembly_id, ballot_id, person_id, envelope, proof, at)
			select $3, b.assembly_id, b.id, r.person_id, $4, $5, $6 from b, r where b.closed_at is null
			on conflict (ballot_id, person_id) do nothing returning 1)
		select closed_at is not null, exists (select from r), exists (select from v) from b`,
		t.Ballot.ID, t.Person, id, s.Keys.Seal(voteEnvelope, id, []byte{byte(t.Choice)}), ProofOrganizer, t.At).Scan(&closed, &onRoll, &counted)
	switch {
	case err != nil:
		return fmt.Errorf("taking a vote: %w", err)
	case closed:
		return refuse("ballot %d is closed already", t.Ballot.Number)
	case !onRoll:
		return refuse("this person is not on the roll of ballot %d", t.Ballot.Number)
	case !counted:
		return refuse("this person has voted already; only they can change it, by phone, until the ballot is closed")
	}
	return nil
}
