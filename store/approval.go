package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// approveWithin is how long the codes of an edition hold.
const approveWithin = 24 * time.Hour

// Approver is an organizer who may approve a broadcast: another one than its author, on a phone of their own.
type Approver struct {
	ID    uuid.UUID
	Name  string
	Phone uuid.UUID // theirs alone, used last; uuid.Nil: they have none here
	Code  string    // seven digits; in AskApproval
}

// Approvers are the organizers of a broadcast's assembly, without its author. A phone that others use is nobody's own.
func (s *Store) Approvers(ctx context.Context, q Querier, b Broadcast) ([]Approver, error) {
	scan := func(r pgx.CollectableRow) (a Approver, err error) {
		var phone *uuid.UUID
		err = r.Scan(&a.ID, &a.Name, &phone)
		a.Phone = valueOf(phone)
		return a, err
	}
	return list(ctx, q, "looking who may approve a broadcast", scan, `select o.id, o.name, (select pp.phone_id from phone_people pp where pp.person_id = o.person_id
			and not exists (select from phone_people x where x.phone_id = pp.phone_id and x.person_id <> pp.person_id)
			order by (select max(c.heard_at) from conversations c where c.phone_id = pp.phone_id) desc nulls last, pp.phone_id limit 1)
		from organizers o where o.assembly_id = $1 and o.removed_at is null and o.id <> $2
		and o.person_id is distinct from (select person_id from organizers where id = $2 and person_id is not null) order by o.created_at, o.id`,
		b.Assembly, b.DraftedBy)
}

// AskApproval gives each approver who has a phone a code, which is good for this edition alone. It fails where nobody could approve it.
func (s *Store) AskApproval(ctx context.Context, q Querier, b Broadcast, now time.Time) ([]Approver, error) {
	if b.State != BroadcastDraft {
		return nil, refuse("broadcast %d is %s: only a draft is approved", b.Number, b.State)
	}
	if err := b.check(now); err != nil {
		return nil, err
	}
	all, err := s.Approvers(ctx, q, b)
	if err != nil {
		return nil, err
	}
	if _, err := q.Exec(ctx, `delete from broadcast_asks where broadcast_id = $1 and used_at is null`, b.ID); err != nil {
		return nil, fmt.Errorf("asking for approval: %w", err)
	}
	var asked []Approver
	for _, a := range all {
		if a.Phone == uuid.Nil {
			continue
		}
		for added := false; !added; {
			a.Code = drawnDigits(7)
			tag, err := q.Exec(ctx, `insert into broadcast_asks (code_index, broadcast_id, assembly_id, organizer_id, phone_id, edition, until)
				values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`, s.approvalIndex(a.Code), b.ID, b.Assembly, a.ID, a.Phone, b.Edition, now.Add(approveWithin))
			if err != nil {
				return nil, fmt.Errorf("asking for approval: %w", err)
			}
			added = tag.RowsAffected() == 1
		}
		asked = append(asked, a)
	}
	if len(asked) == 0 {
		return nil, refuse("nobody else can approve it: a second organizer needs a phone of their own here (organizer add NAME --member WHO)")
	}
	return asked, nil
}

func (s *Store) approvalIndex(code string) []byte { return s.Keys.Index("approval code", code) }

// Approval is what came of a code.
type Approval string

const (
	ApprovalGiven   Approval = "approved"
	ApprovalNone    Approval = "wrong"   // no such code, or not of this phone, or too many were tried
	ApprovalOld     Approval = "changed" // the broadcast is another one by now: changed, canceled, or too late
	ApprovalAlready Approval = "already" // it is approved
)

// ApproveBroadcast approves an edition with a code. By text it counts only from the phone it was sent to; on a call it is itself the proof, since
// it stood on that phone alone. q is a transaction; whoever freezes the recipients is asked in it.
func (s *Store) ApproveBroadcast(ctx context.Context, q Querier, g Guessing, code string, byCall bool) (Approval, Broadcast, error) {
	g.What = "approval"
	may, err := s.MayGuess(ctx, q, g)
	if err != nil || !may {
		return ApprovalNone, Broadcast{}, err
	}
	var id, organizer uuid.UUID
	var edition int
	found, err := one(ctx, q, `select a.broadcast_id, a.organizer_id, a.edition from broadcast_asks a join organizers o on o.id = a.organizer_id
		where a.code_index = $1 and (a.phone_id = $2 or $3) and a.until > $4 and o.removed_at is null`,
		[]any{s.approvalIndex(code), g.Phone, byCall, g.At}, &id, &organizer, &edition)
	if err != nil {
		return "", Broadcast{}, fmt.Errorf("approving a broadcast: %w", err)
	}
	if !found {
		return ApprovalNone, Broadcast{}, s.WrongGuess(ctx, q, g)
	}
	b, found, err := s.lockBroadcast(ctx, q, id)
	switch {
	case err != nil:
		return "", Broadcast{}, err
	case found && b.Edition == edition && (b.State == BroadcastApproved || b.State == BroadcastSending):
		return ApprovalAlready, b, nil
	case !found || b.Edition != edition || b.State != BroadcastDraft || b.check(g.At) != nil:
		return ApprovalOld, Broadcast{}, nil
	}
	starts := g.At.Add(CallBack)
	if b.StartsAt.After(starts) {
		starts = b.StartsAt
	}
	if _, err := q.Exec(ctx, `with used as (update broadcast_asks set used_at = $3 where code_index = $4)
		update broadcasts set state = 'approved', approved_by = $2, approved_at = $3, starts_at = $5 where id = $1`,
		b.ID, organizer, g.At, s.approvalIndex(code), starts); err != nil {
		return "", Broadcast{}, fmt.Errorf("approving a broadcast: %w", err)
	}
	b.State, b.StartsAt = BroadcastApproved, starts
	var name string
	if err := q.QueryRow(ctx, `select name from organizers where id = $1`, organizer).Scan(&name); err != nil {
		return "", Broadcast{}, fmt.Errorf("approving a broadcast: %w", err)
	}
	return ApprovalGiven, b, s.Note(ctx, q, Deed{Assembly: b.Assembly, Actor: name, Act: "broadcast.approve", Object: b.ID.String(), At: g.At})
}
