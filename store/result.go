package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// BallotShown is all that a ballot shows for a challenge. Totals and names only once it is closed.
type BallotShown struct {
	Ballot
	ByProof map[Proof]int
	Changed int                 // how often somebody chose anew after being counted
	Refused map[VoteOutcome]int // why, and how often; those refused as closed are the late ones
	Tally   Tally
	Votes   []NamedVote
	Missed  MissedVotes // texts of voters that were not heard when they came
}

// Late is how many came after the close.
func (b BallotShown) Late() int { return b.Refused[VoteClosed] }

// NamedVote is one vote of a by-name ballot. The worker was told, before choosing, that organizers would see it.
type NamedVote struct {
	Name    string
	Choice  int // from 1
	Proof   Proof
	Changed int       // how often before this choice stood
	At      time.Time // of this choice
}

// ShowBallot opens the record of a ballot; a closed one is counted. While it is open no total can be had here, so that nobody can
// tell the next voter how it stands, or close it when it stands well.
func (s *Store) ShowBallot(ctx context.Context, q Querier, assembly uuid.UUID, number int) (BallotShown, error) {
	b, err := s.FindBallot(ctx, q, assembly, number)
	if err != nil {
		return BallotShown{}, err
	}
	shown, found, err := s.keptResult(ctx, q, b)
	if err == nil && !found {
		shown, err = s.count(ctx, q, b)
	}
	if err == nil {
		shown.Missed, err = s.missedVotes(ctx, q, b.ID)
	}
	return shown, err
}

// count opens what stands of a ballot now.
func (s *Store) count(ctx context.Context, q Querier, b Ballot) (shown BallotShown, err error) {
	shown.Ballot = b
	if shown.ByProof, err = countBy[Proof](ctx, q, `select proof, count(*) from votes where ballot_id = $1 group by 1`, b.ID); err == nil {
		shown.Refused, err = countBy[VoteOutcome](ctx, q, `select reason, count(*) from ballot_refusals where ballot_id = $1 group by 1`, b.ID)
	}
	if err == nil {
		_, err = one(ctx, q, `select count(*) from vote_changes c join votes v on v.id = c.vote_id where v.ballot_id = $1`, []any{b.ID}, &shown.Changed)
	}
	if err == nil && !b.ClosedAt.IsZero() {
		shown.Votes, err = s.openVotes(ctx, q, b.ID)
	}
	if err != nil {
		return BallotShown{}, fmt.Errorf("showing a ballot: %w", err)
	}
	choices := make([]int, len(shown.Votes))
	for i, v := range shown.Votes {
		choices[i] = v.Choice
	}
	shown.Tally = Count(len(b.Options), choices)
	return shown, nil
}

// openVotes opens the envelopes that are sealed to our own keys. Those sealed to a key of the ballot's wait for whoever holds it.
func (s *Store) openVotes(ctx context.Context, q Querier, ballot uuid.UUID) ([]NamedVote, error) {
	scan := func(r pgx.CollectableRow) (v NamedVote, err error) {
		var id, person uuid.UUID
		var envelope, name []byte
		if err := r.Scan(&id, &envelope, &v.Proof, &v.At, &person, &name, &v.Changed); err != nil {
			return v, err
		}
		choice, err := s.Keys.Open(voteEnvelope, id, envelope)
		if err != nil {
			return v, err
		}
		if len(choice) == 1 {
			v.Choice = int(choice[0])
		}
		v.Name, err = s.openName(person, name)
		return v, err
	}
	return list(ctx, q, "opening votes", scan, `select v.id, v.envelope, v.proof, v.at, p.id, p.name,
			(select count(*) from vote_changes c where c.vote_id = v.id)
		from votes v join people p on p.id = v.person_id
		where v.ballot_id = $1 and v.sealed_to = 'server' order by v.at, v.id`, ballot)
}

// countBy runs a query of keys and how often each stands there.
func countBy[K ~string](ctx context.Context, q Querier, sql string, args ...any) (map[K]int, error) {
	counts := map[K]int{}
	var key K
	var n int
	err := each(ctx, q, func() error {
		counts[key] = n
		return nil
	}, []any{&key, &n}, sql, args...)
	return counts, err
}
