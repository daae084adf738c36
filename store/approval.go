package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ApproveWithin is how long the codes of an edition hold.
const ApproveWithin = 24 * time.Hour

// Approver is an organizer who may approve a broadcast: another one than its author, on a phone of their own.
type Approver struct {
	ID    uuid.UUID
	Name  string
	Phone uuid.UUID // theirs alone, used last; uuid.Nil: they have none here
	Code  string    // seven digits; in AskApproval
}

// ownPhone is the phone that only organizer o has, and used last.
const ownPhone = `(select pp.phone_id from phone_people pp where pp.person_id = o.person_id
			and not exists (select from phone_people x where x.phone_id = pp.phone_id and x.person_id <> pp.person_id)
			order by (select max(c.heard_at) from conversations c where c.phone_id = pp.phone_id) desc nulls last, pp.phone_id limit 1)`

// OwnPhone is that of an organizer; uuid.Nil: they have none here.
func (s *Store) OwnPhone(ctx context.Context, q Querier, organizer uuid.UUID) (uuid.UUID, error) {
	var phone *uuid.UUID
	_, err := one(ctx, q, `select `+ownPhone+` from organizers o where o.id = $1`, []any{organizer}, &phone)
	return valueOf(phone), wrap("looking for an organizer's phone", err)
}

// Approvers are the organizers of a broadcast's assembly, without its author and whoever recorded some of it. A phone that others use is nobody's own.
func (s *Store) Approvers(ctx context.Context, q Querier, b Broadcast) ([]Approver, error) {
	scan := func(r pgx.CollectableRow) (a Approver, err error) {
		var phone *uuid.UUID
		err = r.Scan(&a.ID, &a.Name, &phone)
		a.Phone = valueOf(phone)
		return a, err
	}
	return list(ctx, q, "looking who may approve a broadcast", scan, `select o.id, o.name, `+ownPhone+`
		from organizers o where o.assembly_id = $1 and o.removed_at is null and o.id <> $2
		and o.person_id is distinct from (select person_id from organizers where id = $2 and person_id is not null)
		and not exists (select from notice_recordings r join organizers x on x.id = r.organizer_id
			where r.broadcast_id = $3 and (x.id = o.id or x.person_id = o.person_id)) order by o.created_at, o.id`,
		b.Assembly, b.DraftedBy, b.ID)
}

// AskApproval gives each approver who has a phone a code, which is good for this edition alone. segments is what a text in each language
// takes. It fails where nobody could approve it.
func (s *Store) AskApproval(ctx context.Context, q Querier, b Broadcast, segments map[string]int, now time.Time) ([]Approver, error) {
	if b.State != BroadcastDraft {
		return nil, refuse("broadcast %d is %s: only a draft is approved", b.Number, b.State)
	}
	if err := b.check(now); err != nil {
		return nil, err
	}
	switch stale, err := s.outdated(ctx, q, b, now); {
	case err != nil:
		return nil, err
	case stale:
		return nil, refuse("what broadcast %d is about was changed since, or is over: take it as it is now with broadcast change, or cancel it", b.Number)
	}
	if err := s.recordedWhole(ctx, q, b); err != nil {
		return nil, err
	}
	all, err := s.Approvers(ctx, q, b)
	if err != nil {
		return nil, err
	}
	line, err := s.LineByID(ctx, q, b.Line)
	if err != nil {
		return nil, err
	}
	phones, calls, cost := 0, 0, int64(0)
	to, err := s.AudienceOf(ctx, q, b)
	if err != nil {
		return nil, err
	}
	if len(to) == 0 && b.Alert != AlertNone && !b.InAdvance {
		return nil, errNobodyChose
	}
	terms, err := s.CallTermsOf(ctx, q, b.Line)
	if err != nil {
		return nil, err
	}
	seen := map[uuid.UUID]bool{}
	for _, r := range to {
		seen[r.Phone] = true
		if r.Channel == ByVoice {
			calls++
			cost += int64(b.CallMinutes(r.Lang)) * int64(terms.Price)
			continue
		}
		cost += int64(segments[r.Lang]) * int64(line.Price)
	}
	phones = len(seen)
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
			tag, err := q.Exec(ctx, `insert into broadcast_asks (code_index, broadcast_id, assembly_id, organizer_id, phone_id, edition, until, phones, cost, calls)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`, s.approvalIndex(a.Code), b.ID, b.Assembly, a.ID, a.Phone, b.Edition, now.Add(ApproveWithin), phones, cost, calls)
			if err != nil {
				return nil, fmt.Errorf("asking for approval: %w", err)
			}
			added = tag.RowsAffected() == 1
		}
		asked = append(asked, a)
	}
	if len(asked) == 0 {
		return nil, s.nobodyLeft(ctx, q, b)
	}
	return asked, nil
}

// nobodyLeft is why nobody may approve a draft.
func (s *Store) nobodyLeft(ctx context.Context, q Querier, b Broadcast) error {
	by, err := s.recordedBesides(ctx, q, b)
	switch {
	case err != nil:
		return err
	case len(by) > 0:
		return refuse("nobody is left to approve it: %s wrote it, and %s recorded some of it. It takes another organizer with a phone of their own"+
			" (organizer add NAME --member WHO), or that %s records all of it", b.Author, strings.Join(by, " and "), b.Author)
	}
	return refuse("nobody else can approve it: a second organizer needs a phone of their own here (organizer add NAME --member WHO)")
}

func (s *Store) approvalIndex(code string) []byte { return s.Keys.Index("approval code", code) }

// Approval is what came of a code.
type Approval string

const (
	ApprovalWaits   Approval = "waits"    // this is what it is for
	ApprovalGiven   Approval = "approved" // just now
	ApprovalNone    Approval = "wrong"    // no such code, or not of this phone, or too many were tried
	ApprovalOld     Approval = "changed"  // the broadcast is another one by now: changed, canceled, or too late
	ApprovalAlready Approval = "already"  // it is approved
)

// Approving is somebody who gives a code. It counts only from the phone it was sent to. A call can show any number: there the code, which stood on
// that phone alone, is the proof.
type Approving struct {
	Guessing
	Code string
}

// Asked is what an organizer is asked to approve.
type Asked struct {
	Broadcast
	By     uuid.UUID // the organizer who was asked
	Phones int       // to how many it would have gone when it was asked …
	Calls  int       // … and how many of them by call
	Cost   int64     // in millionths of a dollar
}

// AskedBroadcast finds what a code is for, locked until the transaction q ends.
func (s *Store) AskedBroadcast(ctx context.Context, q Querier, a Approving) (Approval, Asked, error) {
	a.What = "approval"
	may, err := s.MayGuess(ctx, q, a.Guessing)
	if err != nil || !may {
		return ApprovalNone, Asked{}, err
	}
	var asked Asked
	var id uuid.UUID
	var edition int
	found, err := one(ctx, q, `select k.broadcast_id, k.organizer_id, k.edition, k.phones, k.calls, k.cost from broadcast_asks k join organizers o on o.id = k.organizer_id
		where k.code_index = $1 and k.phone_id = $2 and k.until > $3 and o.removed_at is null`,
		[]any{s.approvalIndex(onlyDigits(a.Code)), a.Phone, a.At}, &id, &asked.By, &edition, &asked.Phones, &asked.Calls, &asked.Cost)
	if err != nil {
		return "", Asked{}, fmt.Errorf("looking what is to be approved: %w", err)
	}
	if !found {
		return ApprovalNone, Asked{}, s.WrongGuess(ctx, q, a.Guessing)
	}
	asked.Broadcast, found, err = s.lockBroadcast(ctx, q, id)
	b := asked.Broadcast
	stale := false
	if err == nil && found {
		stale, err = s.outdated(ctx, q, b, a.At)
	}
	switch {
	case err != nil:
		return "", Asked{}, err
	case found && b.Edition == edition && b.State != BroadcastDraft && b.State != BroadcastCanceled:
		return ApprovalAlready, asked, nil
	case !found || b.Edition != edition || b.State != BroadcastDraft || b.DraftedBy == asked.By || b.check(a.At) != nil || stale:
		return ApprovalOld, Asked{}, nil
	}
	return ApprovalWaits, asked, nil
}

// ApproveBroadcast approves an edition with a code. q is a transaction.
func (s *Store) ApproveBroadcast(ctx context.Context, q Querier, a Approving) (Approval, Broadcast, error) {
	came, asked, err := s.AskedBroadcast(ctx, q, a)
	if err != nil || came != ApprovalWaits {
		return came, asked.Broadcast, err
	}
	starts := a.At.Add(CallBack)
	if asked.StartsAt.After(starts) {
		starts = asked.StartsAt
	}
	var name string
	asked.State, asked.StartsAt = BroadcastApproved, starts
	if asked.InAdvance {
		asked.State = BroadcastKept
	}
	err = q.QueryRow(ctx, `with used as (update broadcast_asks set used_at = $3 where code_index = $4),
		b as (update broadcasts set state = $6, approved_by = $2, approved_at = $3, starts_at = $5 where id = $1)
		select name from organizers where id = $2`, asked.ID, asked.By, a.At, s.approvalIndex(onlyDigits(a.Code)), starts, asked.State).Scan(&name)
	if err != nil {
		return "", Broadcast{}, fmt.Errorf("approving a broadcast: %w", err)
	}
	if asked.Alert.After() && !asked.InAdvance {
		if _, err := s.overtake(ctx, q, asked.Broadcast, a.At); err != nil {
			return "", Broadcast{}, err
		}
	}
	return ApprovalGiven, asked.Broadcast, s.Note(ctx, q, Deed{Assembly: asked.Assembly, Actor: name, Act: "broadcast.approve", Object: asked.ID.String(), At: a.At})
}

// OwnPhones are those of an assembly's organizers that only they have, one each.
func (s *Store) OwnPhones(ctx context.Context, q Querier, assembly uuid.UUID) ([]uuid.UUID, error) {
	all, err := list(ctx, q, "looking for organizers' phones", pgx.RowTo[*uuid.UUID], `select `+ownPhone+` from organizers o
		where o.assembly_id = $1 and o.removed_at is null order by o.created_at, o.id`, assembly)
	return notNull(all), err
}
