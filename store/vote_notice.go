package store

import (
	"context"
	"time"

	"github.com/google/uuid"
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
