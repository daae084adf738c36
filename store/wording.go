package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// A wording in advance is words that two organizers have approved before there is danger: any one of them then sends these, and no others. It is a
// broadcast that is kept and goes to nobody itself. It holds for a year, and only while both are organizers.

// WordingDays is for how many days one holds.
const WordingDays = 365

// wordingHolds is whether b can be sent by one organizer at time $1.
const wordingHolds = `b.in_advance and b.state = 'kept' and b.expires_at > $1
	and exists (select from organizers o where o.id = b.drafted_by and o.removed_at is null)
	and exists (select from organizers o where o.id = b.approved_by and o.removed_at is null)`

// Wording is one as it stands.
type Wording struct {
	Broadcast
	Holds bool
}

// DraftWording writes one, which a second organizer is to approve. Of b count Assembly, Line, Kind, Words and DraftedBy.
func (s *Store) DraftWording(ctx context.Context, q Querier, b Broadcast, now time.Time) (Broadcast, error) {
	if b.Alert != AlertConfirmed && b.Alert != AlertClear {
		return Broadcast{}, refuse("a wording in advance is one of an alert, or of an all-clear")
	}
	b.Purpose, b.InAdvance, b.Audience, b.ExpiresAt = ForAlerts, true, Audience{}, now.Add(WordingDays*24*time.Hour)
	return s.DraftBroadcast(ctx, q, b, now)
}

// Wordings lists those of an assembly that were not taken back, the newest first.
func (s *Store) Wordings(ctx context.Context, q Querier, assembly uuid.UUID, now time.Time) ([]Wording, error) {
	all, err := list(ctx, q, "listing wordings", s.scanBroadcast, selectBroadcast+` where b.assembly_id = $1 and b.in_advance and b.state <> 'canceled'
		order by b.number desc`, assembly)
	if err != nil {
		return nil, err
	}
	hold := map[uuid.UUID]bool{}
	var id uuid.UUID
	err = each(ctx, q, func() error { hold[id] = true; return nil }, []any{&id}, `select b.id from broadcasts b where b.assembly_id = $2 and `+wordingHolds, now, assembly)
	found := make([]Wording, len(all))
	for i, b := range all {
		found[i] = Wording{b, hold[b.ID]}
	}
	return found, wrap("listing wordings", err)
}

// WordingFor finds a wording that may be sent now as an alert of a kind, by its number. It stays so until the transaction ends.
func (s *Store) WordingFor(ctx context.Context, q Querier, assembly uuid.UUID, number int, k AlertKind, now time.Time) (Broadcast, error) {
	b, err := s.ShowBroadcast(ctx, q, assembly, number)
	if err != nil {
		return Broadcast{}, err
	}
	var holds bool
	found, err := one(ctx, q, `select `+wordingHolds+` from broadcasts b where b.id = $2 for share`, []any{now, b.ID}, &holds)
	switch {
	case err != nil:
		return Broadcast{}, fmt.Errorf("looking for a wording: %w", err)
	case !found || !holds:
		return Broadcast{}, refuse("%d is no wording that may be sent: wording list tells which hold", number)
	case b.Alert != k:
		return Broadcast{}, refuse("wording %d is not for this: one is for alerts, another for all-clears", number)
	}
	return b, nil
}

// SendWording has a draft go out that says what a wording says, by the organizer who drafted it. Who approved it is the one of the two who is not
// that organizer. A minute is left to call it back. Of what follows on an alert it tells how many are not told of that any more.
func (s *Store) SendWording(ctx context.Context, q Querier, b, wording Broadcast, now time.Time) (waited int, err error) {
	tag, err := q.Exec(ctx, `update broadcasts b set state = 'approved', approved_at = $3, starts_at = $4, wording_id = w.id,
			approved_by = case when w.approved_by = b.drafted_by then w.drafted_by else w.approved_by end
		from broadcasts w where b.id = $1 and w.id = $2 and b.state = 'draft'`, b.ID, wording.ID, now, now.Add(CallBack))
	switch {
	case err != nil:
		return 0, fmt.Errorf("sending a wording: %w", err)
	case tag.RowsAffected() == 0:
		return 0, refuse("broadcast %d is %s", b.Number, b.State)
	case b.Alert.After():
		return s.overtake(ctx, q, b, now)
	}
	return 0, nil
}
