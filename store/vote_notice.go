package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A notice of a ballot may print its options, each behind two digits. To choose one by them is not yet to vote (gateway/effect_option.go).

// MayBeOffered tells which of these phones a notice may print the options of a ballot to: those from which their only person, on its roll, may vote by
// text, and that are not quiet. All others vote in another way, or learn first how it stands with them.
func (s *Store) MayBeOffered(ctx context.Context, q Querier, ballot uuid.UUID, phones []uuid.UUID, now time.Time) (map[uuid.UUID]bool, error) {
	may := map[uuid.UUID]bool{}
	var id uuid.UUID
	err := each(ctx, q, func() error { may[id] = true; return nil }, []any{&id}, `select p.id from phones p, ballots b where b.id = $1 and p.id = any($2)
		and (select count(*) from phone_people pp join ballot_roll r using (person_id) where pp.phone_id = p.id and r.ballot_id = b.id) = 1
		and not `+sharedPhone+` and not `+unheardPhone+` and not is_quiet(p.id, b.assembly_id)`, ballot, phones, now, unheardDays)
	return may, wrap("looking who is offered the options of a ballot", err)
}

// ChoiceByText tells which option stands for the only person of a phone, where they chose it by text; 0: none does, or it was proved in another way,
// which whoever holds the phone may know nothing of.
func (s *Store) ChoiceByText(ctx context.Context, q Querier, ballot, phone uuid.UUID) (choice int, err error) {
	var id uuid.UUID
	var envelope []byte
	err = q.QueryRow(ctx, `select v.id, v.envelope from votes v join phone_people pp using (person_id)
		where pp.phone_id = $1 and v.ballot_id = $2 and v.proof = $3`, phone, ballot, ProofPhone).Scan(&id, &envelope)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("looking what was chosen by text: %w", err)
	}
	opened, err := s.Keys.Open(voteEnvelope, id, envelope)
	if err != nil {
		return 0, fmt.Errorf("opening what was chosen by text: %w", err)
	}
	if len(opened) != 1 {
		return 0, nil
	}
	return int(opened[0]), nil
}
