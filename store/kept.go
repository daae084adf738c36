package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// fewBallots is how many ballots one transaction counts for good.
const fewBallots = 5

// keepTotals counts, for good, the ballots that closed before then, and erases who chose what and who was on the roll. Those sealed to
// a key of the ballot's own cannot be counted here, and stay.
func (s *Store) keepTotals(ctx context.Context, q Querier, assembly uuid.UUID, before, _ time.Time, most int) (int, bool, error) {
	ids, err := list(ctx, q, "looking for old ballots", pgx.RowTo[uuid.UUID], `select id from ballots b
		where b.assembly_id = $1 and b.closed_at < $2 and b.kept_totals is null
		and not exists (select from votes v where v.ballot_id = b.id and v.sealed_to <> 'server')
		order by b.closed_at limit $3 for update skip locked`, assembly, before, min(most, fewBallots))
	for _, id := range ids {
		if err := s.keepTotal(ctx, q, id); err != nil {
			return 0, false, fmt.Errorf("keeping the totals of a ballot: %w", err)
		}
	}
	return len(ids), len(ids) == min(most, fewBallots), err
}

func (s *Store) keepTotal(ctx context.Context, q Querier, id uuid.UUID) error {
	found, err := s.ballots(ctx, q, ` where b.id = $1`, id)
	if err != nil || len(found) != 1 {
		return err
	}
	shown, err := s.count(ctx, q, found[0])
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, `update ballots set kept_totals = $2, kept_roll = $3, kept_proofs = $4, kept_refused = $5, kept_changed = $6 where id = $1`,
		id, shown.Tally.Totals, shown.Roll, shown.ByProof, shown.Refused, shown.Changed)
	for _, sql := range []string{`delete from votes where ballot_id = $1`, `delete from ballot_roll where ballot_id = $1`, `delete from ballot_refusals where ballot_id = $1`} {
		if err == nil {
			_, err = q.Exec(ctx, sql, id)
		}
	}
	return err
}

// keptResult is what stays of a ballot whose choices are erased. found is false for one that still has them.
func (s *Store) keptResult(ctx context.Context, q Querier, b Ballot) (shown BallotShown, found bool, err error) {
	shown.Ballot = b
	found, err = one(ctx, q, `select kept_totals, kept_proofs, kept_refused, kept_changed from ballots where id = $1 and kept_totals is not null`,
		[]any{b.ID}, &shown.Tally.Totals, &shown.ByProof, &shown.Refused, &shown.Changed)
	for _, n := range shown.Tally.Totals {
		shown.Tally.Counted += n
	}
	return shown, found, wrap("showing a ballot", err)
}
