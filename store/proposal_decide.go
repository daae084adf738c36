package store

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
)

// SecondsOf is how many seconds put a proposal before the organizers of an assembly.
func (s *Store) SecondsOf(ctx context.Context, q Querier, assembly uuid.UUID) (n int, err error) {
	err = q.QueryRow(ctx, `select seconds from assemblies where id = $1`, assembly).Scan(&n)
	return n, wrap("looking how many seconds a proposal needs", err)
}

// SetSeconds changes that for proposals that members do not see yet: nobody raises it for one that is under way.
func (s *Store) SetSeconds(ctx context.Context, q Querier, assembly uuid.UUID, n int) error {
	if n < 1 || n > 999 {
		return refuse("a proposal needs 1 to 999 seconds, not %d", n)
	}
	_, err := q.Exec(ctx, `update assemblies set seconds = $2 where id = $1`, assembly, n)
	return wrap("setting how many seconds a proposal needs", err)
}

// ShareProposal lets members see a proposal, in these words.
func (s *Store) ShareProposal(ctx context.Context, q Querier, assembly uuid.UUID, number int, shown Words, now time.Time) (Proposal, error) {
	p, err := s.lockProposal(ctx, q, assembly, number)
	if err != nil {
		return Proposal{}, err
	}
	if p.State != ProposalNew && p.State != ProposalHeld {
		return Proposal{}, refuse("proposal %d is %s already", number, p.State)
	}
	if err := checkShown("the proposal", shown, LongestProposal); err != nil {
		return Proposal{}, err
	}
	sealed, err := s.sealJSON(proposalShown, p.ID, shown)
	if err != nil {
		return Proposal{}, err
	}
	_, err = q.Exec(ctx, `update proposals set state = 'shared', shown = $2, reply = null, supported = null, untold = true, changed_at = $3,
		needed = (select seconds from assemblies where id = assembly_id) where id = $1`, p.ID, sealed, now)
	if err != nil {
		return Proposal{}, fmt.Errorf("sharing a proposal: %w", err)
	}
	return s.ShowProposal(ctx, q, assembly, number)
}

// HoldProposal keeps a proposal from being shown to others, for a reason that its proposer is told. One that members see is held back
// by nobody any more.
func (s *Store) HoldProposal(ctx context.Context, q Querier, assembly uuid.UUID, number int, because Words, now time.Time) (Proposal, error) {
	p, err := s.lockProposal(ctx, q, assembly, number)
	if err != nil {
		return Proposal{}, err
	}
	if p.State != ProposalNew {
		return Proposal{}, refuse("proposal %d is %s: only one that nobody else has seen can be held back", number, p.State)
	}
	return s.replyTo(ctx, q, p, ProposalHeld, because, uuid.NullUUID{}, now)
}

// AnswerProposal answers one in words, which its proposer is told and members can read.
func (s *Store) AnswerProposal(ctx context.Context, q Querier, assembly uuid.UUID, number int, answer Words, now time.Time) (Proposal, error) {
	p, err := s.lockProposal(ctx, q, assembly, number)
	if err != nil {
		return Proposal{}, err
	}
	if p.State != ProposalShared && p.State != ProposalDue {
		return Proposal{}, refuse("proposal %d is %s: members have to see it before it is answered", number, p.State)
	}
	return s.replyTo(ctx, q, p, ProposalAnswered, answer, uuid.NullUUID{}, now)
}

// OpenProposal notes that a proposal led to a ballot of its assembly.
func (s *Store) OpenProposal(ctx context.Context, q Querier, assembly uuid.UUID, number, ballot int, now time.Time) (Proposal, error) {
	p, err := s.lockProposal(ctx, q, assembly, number)
	if err != nil {
		return Proposal{}, err
	}
	if p.State != ProposalShared && p.State != ProposalDue {
		return Proposal{}, refuse("proposal %d is %s: members have to see it before it is put to a vote", number, p.State)
	}
	b, err := s.FindBallot(ctx, q, assembly, ballot)
	if err != nil {
		return Proposal{}, err
	}
	return s.replyTo(ctx, q, p, ProposalOpened, nil, uuid.NullUUID{UUID: b.ID, Valid: true}, now)
}

func (s *Store) replyTo(ctx context.Context, q Querier, p Proposal, state ProposalState, reply Words, ballot uuid.NullUUID, now time.Time) (Proposal, error) {
	var sealed []byte
	if !ballot.Valid {
		if err := checkShown("the answer", reply, LongestReply); err != nil {
			return Proposal{}, err
		}
		var err error
		if sealed, err = s.sealJSON(proposalReply, p.ID, reply); err != nil {
			return Proposal{}, err
		}
	}
	_, err := q.Exec(ctx, `update proposals set state = $2, reply = $3, ballot_id = $4, untold = true, changed_at = $5 where id = $1`,
		p.ID, state, sealed, ballot, now)
	if err != nil {
		return Proposal{}, fmt.Errorf("deciding about a proposal: %w", err)
	}
	return s.ShowProposal(ctx, q, p.Assembly, p.Number)
}

// ProposalKept is how long, after a proposal is decided, it is kept who seconded it and what its proposer wrote or said. What members
// saw, how many seconded it, and the answer stay.
const ProposalKept = 30 * 24 * time.Hour

// EraseOldProposals erases what is not to be kept any more, where no hold says otherwise.
func (s *Store) EraseOldProposals(ctx context.Context, q Querier, now time.Time) error {
	_, err := q.Exec(ctx, `with old as (select id, media_id, (select count(*) from proposal_seconds s where s.proposal_id = p.id) as n from proposals p
			where state in ('held', 'opened', 'answered', 'withdrawn') and changed_at <= $1 and supported is null
			and assembly_id not in (`+heldAssemblies+`) for update),
		p as (update proposals p set supported = old.n, words = null, person_id = null, media_id = null from old where p.id = old.id),
		s as (delete from proposal_seconds where proposal_id in (select id from old))
		`+eraseMedia+` where id in (select media_id from old)`, now.Add(-ProposalKept))
	return wrap("erasing old proposals", err)
}

// SecondFor seconds a proposal for somebody who told an organizer so, since several members share their phone: in place of what that
// phone has said for one of them. q is a transaction.
func (s *Store) SecondFor(ctx context.Context, q Querier, assembly uuid.UUID, number int, person uuid.UUID, now time.Time) (Proposal, error) {
	p, err := s.lockProposal(ctx, q, assembly, number)
	if err != nil {
		return Proposal{}, err
	}
	if p.State != ProposalShared && p.State != ProposalDue {
		return Proposal{}, refuse("proposal %d is %s: there is nothing to second", number, p.State)
	}
	var added int
	err = q.QueryRow(ctx, `with i as (insert into proposal_seconds (proposal_id, assembly_id, person_id, at)
			select $1, $2, $3, $4 where not exists (select from phone_people o where o.person_id = $3 and o.phone_id = $5
				and (select count(*) from phone_people a where a.phone_id = $5) = 1)
			on conflict do nothing returning 1),
		d as (delete from proposal_seconds where proposal_id = $1 and exists (select from i)
			and phone_id in (select phone_id from phone_people where person_id = $3))
		select count(*) from i`, p.ID, p.Assembly, person, now, p.Phone).Scan(&added)
	if err != nil {
		return Proposal{}, fmt.Errorf("seconding a proposal for somebody: %w", err)
	}
	if added == 0 {
		return Proposal{}, refuse("they have seconded proposal %d already, or proposed it", number)
	}
	_, err = q.Exec(ctx, `update proposals p set state = 'due', answer_by = $2, changed_at = $3, untold = true where id = $1 and state = 'shared'
		and needed <= (select count(*) from proposal_seconds where proposal_id = p.id)`, p.ID, now.Add(ProposalAnswerWithin), now)
	if err != nil {
		return Proposal{}, fmt.Errorf("putting a proposal before the organizers: %w", err)
	}
	return s.ShowProposal(ctx, q, assembly, number)
}

// lockProposal finds one for a decision: what members do to it meanwhile waits.
func (s *Store) lockProposal(ctx context.Context, q Querier, assembly uuid.UUID, number int) (Proposal, error) {
	if _, err := q.Exec(ctx, `select from proposals where assembly_id = $1 and number = $2 for update`, assembly, number); err != nil {
		return Proposal{}, fmt.Errorf("looking for a proposal: %w", err)
	}
	return s.ShowProposal(ctx, q, assembly, number)
}

// phoneDigits are seven digits or more with nothing but what people put between those of a phone number.
var phoneDigits = regexp.MustCompile(`\p{Nd}(?:[\s().+/·\-–]*\p{Nd}){6}`)

// A day in digits is none.
var dayDigits = regexp.MustCompile(`\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{2,4})\b`)

// HoldsNumber tells whether words hold what could be a phone number.
func HoldsNumber(words string) bool {
	return phoneDigits.MatchString(dayDigits.ReplaceAllString(words, "_"))
}

// checkShown refuses words that others are not to be shown: too long ones, and phone numbers, which do not change hands here.
func checkShown(what string, words Words, most int) error {
	for _, lang := range words.Languages() {
		words[lang] = strings.Join(strings.Fields(words[lang]), " ")
		if HoldsNumber(words[lang]) {
			return refuse("%s in %s holds what could be a phone number; numbers do not change hands here", what, lang)
		}
	}
	return words.check(what, most)
}
