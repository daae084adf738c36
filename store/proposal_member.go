package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Reader is a phone that looks at what members see.
type Reader struct {
	Phone      uuid.UUID
	Assemblies []uuid.UUID // that the line serves
	Now        time.Time
}

// How long members still see a proposal that was answered or led to a ballot.
const proposalShownFor = 30 * 24 * time.Hour

// Seen are the proposals that a phone may see, a page of them.
type Seen struct {
	Proposals []Proposal
	More      bool
	Held      int // how many organizers hold back: members are told how many, so that nothing is held back in silence
}

// mayRead is whether phone $1 may see what members of assembly p.assembly_id see, on a line that serves $2.
const mayRead = `p.assembly_id = any($2) and exists (select from phone_people pp join memberships ms on ms.person_id = pp.person_id
	where pp.phone_id = $1 and ms.standing = 'member' and ms.assembly_id in (select assemblies_below(p.assembly_id)))`

// SeeProposals gives a page, from 0, of the proposals that members see: those waited for first, newest first.
func (s *Store) SeeProposals(ctx context.Context, q Querier, r Reader, page, size int) (seen Seen, err error) {
	seen.Proposals, err = s.proposals(ctx, q, ` where `+mayRead+` and (p.state in ('shared', 'due') or p.state in ('opened', 'answered') and p.changed_at > $3)
		order by p.state in ('shared', 'due') desc, p.filed_at desc, p.id offset $4 limit $5`,
		r.Phone, r.Assemblies, r.Now.Add(-proposalShownFor), page*size, size+1)
	if err != nil {
		return Seen{}, err
	}
	if seen.More = len(seen.Proposals) > size; seen.More {
		seen.Proposals = seen.Proposals[:size]
	}
	err = q.QueryRow(ctx, `select count(*) from proposals p where `+mayRead+` and p.state = 'held'`, r.Phone, r.Assemblies).Scan(&seen.Held)
	return seen, wrap("counting the proposals that are held back", err)
}

// SeeProposal finds one that this phone may see, and whether it is this phone's own, or
// seconded by it. A phone that several share has seconded it when any of them has. found is false for what it may not see.
func (s *Store) SeeProposal(ctx context.Context, q Querier, r Reader, id uuid.UUID) (p Proposal, own, seconded, found bool, err error) {
	all, err := s.proposals(ctx, q, ` where `+mayRead+` and p.id = $3 and p.state in ('shared', 'due', 'opened', 'answered')`, r.Phone, r.Assemblies, id)
	if err != nil || len(all) == 0 {
		return Proposal{}, false, false, false, err
	}
	p = all[0]
	err = q.QueryRow(ctx, `select exists (select from proposal_seconds s where s.proposal_id = $2 and (s.phone_id = $1
			or s.person_id in (select person_id from phone_people where phone_id = $1)
			or s.phone_id in (select o.phone_id from phone_people o join phone_people m on m.person_id = o.person_id where m.phone_id = $1)))`,
		r.Phone, id).Scan(&seconded)
	return p, p.Phone.Valid && p.Phone.UUID == r.Phone, seconded, err == nil, wrap("looking for a proposal", err)
}

// Seconding is what came of it: "seconded", "enough" (it was the last that was wanted), "already", "own", or "gone".
type Seconding struct {
	Outcome string
	Shared  bool // several members use the phone: it counts once
	Number  int
	Seconds int
	Needed  int
	By      time.Time // when organizers owe a vote or an answer: with "enough"
}

// SecondProposal seconds one for the member of this phone: each person once, and a phone that several share once for all of them,
// unless one of them has already. q is a transaction; two at once wait for each other.
func (s *Store) SecondProposal(ctx context.Context, q Querier, r Reader, id uuid.UUID) (Seconding, error) {
	if _, err := q.Exec(ctx, `select from proposals where id = $1 for update`, id); err != nil {
		return Seconding{}, fmt.Errorf("seconding a proposal: %w", err)
	}
	p, own, seconded, found, err := s.SeeProposal(ctx, q, r, id)
	c := Seconding{Number: p.Number, Seconds: p.Seconds, Needed: p.Needed}
	switch {
	case err != nil:
		return Seconding{}, err
	case !found, p.State != ProposalShared && p.State != ProposalDue:
		c.Outcome = "gone"
		return c, nil
	case own:
		c.Outcome = "own"
		return c, nil
	case seconded:
		c.Outcome = "already"
		return c, nil
	}
	var members int
	// Whoever proposed it alone on a phone is its proposer on another phone of theirs too.
	err = q.QueryRow(ctx, `with m as (select distinct person_id from (`+membersOf("$2", "$3")+`) m),
		n as (select case when exists (select from phone_people o where o.phone_id = $5 and o.person_id in (select person_id from m)
			and (select count(*) from phone_people a where a.phone_id = $5) = 1) then 0 else (select count(*) from m) end as n),
		i as (insert into proposal_seconds (proposal_id, assembly_id, phone_id, person_id, at)
			select $1, $3, case when n.n > 1 then $2::uuid end, case when n.n = 1 then (select person_id from m) end, $4 from n where n.n > 0
			on conflict do nothing)
		select n from n`, id, r.Phone, p.Assembly, r.Now, p.Phone).Scan(&members)
	if err != nil {
		return Seconding{}, fmt.Errorf("seconding a proposal: %w", err)
	}
	if members == 0 {
		c.Outcome = "own"
		return c, nil
	}
	c.Outcome, c.Shared, c.Seconds = "seconded", members > 1, p.Seconds+1
	if p.State == ProposalDue || c.Seconds < p.Needed {
		return c, nil
	}
	c.Outcome, c.By = "enough", r.Now.Add(ProposalAnswerWithin)
	_, err = q.Exec(ctx, `update proposals set state = 'due', answer_by = $2, changed_at = $3, untold = true where id = $1 and state = 'shared'`,
		id, c.By, r.Now)
	return c, wrap("putting a proposal before the organizers", err)
}

// WithdrawProposal takes back a phone's own proposal, as long as organizers do not owe it anything: others have seconded it then. It
// tells false where that is not so. Its words, or their recording, are erased.
func (s *Store) WithdrawProposal(ctx context.Context, q Querier, phone, id uuid.UUID, now time.Time) (done bool, err error) {
	n := 0
	err = q.QueryRow(ctx, `with p as (update proposals set state = 'withdrawn', words = null, shown = null, reply = null, person_id = null, untold = false,
			changed_at = $3 where id = $1 and phone_id = $2 and state in ('new', 'held', 'shared') returning media_id),
		m as (`+eraseMedia+` where id = (select media_id from p))
		select count(*) from p`, id, phone, now).Scan(&n)
	return n > 0, wrap("taking a proposal back", err)
}

// ProposalNews gives the oldest thing that became of a phone's own proposals and that it has not heard, and takes it as heard. found
// is false where there is none.
func (s *Store) ProposalNews(ctx context.Context, q Querier, r Reader) (p Proposal, found bool, err error) {
	var id uuid.UUID
	found, err = one(ctx, q, `update proposals set untold = false where id = (select id from proposals where phone_id = $1 and assembly_id = any($2)
		and untold order by changed_at, id limit 1) returning id`, []any{r.Phone, r.Assemblies}, &id)
	if err != nil || !found {
		return Proposal{}, false, wrap("looking for news of a proposal", err)
	}
	p, err = s.ProposalByID(ctx, q, id)
	return p, err == nil, err
}
