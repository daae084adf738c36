package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// CallerProof tells what a call has to show before it may do what only a phone's own people may: a number is shown by any call that wants
// to. theirs: somebody of this phone is a member or an organizer, or it is on duty. pins: somebody of it has a PIN to show.
func (s *Store) CallerProof(ctx context.Context, q Querier, a PinAsk) (theirs, pins bool, err error) {
	_, err = one(ctx, q, `select
			exists (select from phone_people pp join memberships m using (person_id) where pp.phone_id = $1 and m.standing = 'member')
			or exists (select from phone_people pp join organizers o using (person_id) where pp.phone_id = $1 and o.removed_at is null)
			or exists (select from duty where phone_id = $1 and off_at is null and (until is null or until > $3)),
			exists (select from phone_holders($1, $2) join pins using (person_id))`, []any{a.Phone, a.Assembly, a.At}, &theirs, &pins)
	return theirs, pins, wrap("looking what a caller has to show", err)
}

// WouldDetach tells what Detach would meet: ForgetOnDuty and ForgetOrganizer stand against it, as against Forget. It locks the phone. Where one of
// them does, the journal says whose phone it is that somebody says they do not know.
func (s *Store) WouldDetach(ctx context.Context, q Querier, assembly, phone uuid.UUID, now time.Time) (Forgetting, error) {
	h, found, err := s.holders(ctx, q, phone, now)
	switch {
	case err != nil:
		return "", fmt.Errorf("looking who has a phone: %w", err)
	case !found:
		return ForgetNobody, nil
	case !h.onDuty && !h.organizer:
		return ForgetAlone, nil
	}
	whose := h.people
	if len(whose) == 0 {
		whose = []uuid.UUID{phone}
	}
	for _, id := range whose {
		if err := s.Note(ctx, q, Deed{Assembly: assembly, Actor: "whoever has that phone", Act: "phone.wrong", Object: id.String(), At: now}); err != nil {
			return "", err
		}
	}
	return h.forgetting(), nil
}
