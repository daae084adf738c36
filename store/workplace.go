package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// WorkplacesOf are the names of the workplaces where those who have a phone work, as organizers wrote them; none where nobody did.
func (s *Store) WorkplacesOf(ctx context.Context, q Querier, phone uuid.UUID) ([]string, error) {
	scan := func(r pgx.CollectableRow) (string, error) {
		var person uuid.UUID
		var sealed []byte
		if err := r.Scan(&person, &sealed); err != nil {
			return "", err
		}
		return s.openText(memberWorkplace, person, sealed)
	}
	return list(ctx, q, "looking for the workplaces of a phone", scan, `select ms.person_id, ms.workplace
		from phone_people pp join memberships ms on ms.person_id = pp.person_id where pp.phone_id = $1 and ms.workplace is not null`, phone)
}
