package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ProposalState says how far a proposal has come.
type ProposalState string

const (
	ProposalNew       ProposalState = "new"       // an organizer is to read it before others see it
	ProposalShared    ProposalState = "shared"    // members see it and may second it
	ProposalDue       ProposalState = "due"       // enough have: organizers owe it a vote or an answer
	ProposalHeld      ProposalState = "held"      // not shown to others, for a reason that its proposer is told
	ProposalOpened    ProposalState = "opened"    // it led to a ballot
	ProposalAnswered  ProposalState = "answered"  // in words, which every member can read
	ProposalWithdrawn ProposalState = "withdrawn" // its proposer took it back; its words are gone
)

// The longest that a proposal may be as members see it, so that it can become a ballot's question, and that an answer to one may be.
const (
	LongestProposal = LongestQuestion
	LongestReply    = 140
)

// ProposalAnswerWithin is how long organizers have for a vote or an answer once enough have seconded a proposal.
const ProposalAnswerWithin = 14 * 24 * time.Hour

// mostProposals is how many a phone may make in a day.
const mostProposals = 3

// Proposal is what a member puts before the others. What they wrote or said is for organizers; what others see is what an organizer
// let through, in every language of the line: their voice would tell who they are. It shows no name unless they chose that.
type Proposal struct {
	ID       uuid.UUID
	Assembly uuid.UUID
	Line     uuid.UUID
	Phone    uuid.NullUUID // not valid: erased
	Number   int           // 1, 2, 3 … in its assembly
	Channel  string
	Lang     string
	State    ProposalState
	Name     string // only where they chose to be named
	Words    string // as written
	Media    uuid.UUID
	Texts    bool // the proposer wants a text when there is news
	Shown    Words
	Seconds  int
	Needed   int // 0 before members see it
	Reply    Words
	Ballot   int // its number; 0: none
	FiledAt  time.Time
	ReadBy   time.Time
	AnswerBy time.Time // zero: not yet due
}

// Overdue tells whether organizers have not done in time what they owe.
func (p Proposal) Overdue(now time.Time) bool {
	return p.State == ProposalNew && p.ReadBy.Before(now) || p.State == ProposalDue && p.AnswerBy.Before(now)
}

const (
	proposalWords = "proposals.words"
	proposalShown = "proposals.shown"
	proposalReply = "proposals.reply"
)

// NewProposal is a proposal as it comes.
type NewProposal struct {
	Assembly  uuid.UUID
	Line      uuid.UUID
	Phone     uuid.UUID
	Channel   string
	Lang      string
	Words     string
	Recording uuid.UUID // uuid.Nil: none
	ReadBy    time.Time
	At        time.Time
}

// Proposed is what the proposer is told. Outcome is "proposed", "not_member", or "too_many" in a day.
type Proposed struct {
	Outcome string
	ID      uuid.UUID
	Number  int
	Alone   bool // one member uses the phone: it could be told whose name to add
}

// Propose files a proposal of a member of the assembly or of one below it.
func (s *Store) Propose(ctx context.Context, q Querier, n NewProposal) (Proposed, error) {
	p := Proposed{Outcome: "proposed", ID: randomID()}
	var members, today int
	if err := q.QueryRow(ctx, `select (select count(distinct person_id) from (`+membersOf("$1", "$2")+`) m),
			(select count(*) from proposals where phone_id = $1 and filed_at > $3)`,
		n.Phone, n.Assembly, n.At.Add(-24*time.Hour)).Scan(&members, &today); err != nil {
		return Proposed{}, fmt.Errorf("proposing: %w", err)
	}
	switch {
	case members == 0:
		return Proposed{Outcome: "not_member"}, nil
	case today >= mostProposals:
		return Proposed{Outcome: "too_many"}, nil
	}
	var words []byte
	if strings.TrimSpace(n.Words) != "" {
		words = s.Keys.Seal(proposalWords, p.ID, []byte(n.Words))
	}
	p.Alone = members == 1
	err := q.QueryRow(ctx, `with n as (update assemblies set proposals = proposals + 1 where id = $2 returning proposals)
		insert into proposals (id, assembly_id, line_id, phone_id, number, channel, lang, words, media_id, read_by, filed_at, changed_at)
		select $1, $2, $3, $4, n.proposals, $5, $6, $7, $8, $9, $10, $10 from n returning number`,
		p.ID, n.Assembly, n.Line, n.Phone, n.Channel, n.Lang, words, nullable(n.Recording), n.ReadBy, n.At).Scan(&p.Number)
	return p, wrap("proposing", err)
}

// membersOf are the members that a phone may stand for in an assembly: of it, and of those below it.
func membersOf(phone, assembly string) string {
	return `select pp.person_id from phone_people pp join memberships ms on ms.person_id = pp.person_id
		where pp.phone_id = ` + phone + ` and ms.standing = 'member' and ms.assembly_id in (select assemblies_below(` + assembly + `))`
}

// SettleProposal takes what the proposer answered about their own proposal: whether organizers see their name, which counts only where
// one member uses the phone, and whether we may text that there is news.
func (s *Store) SettleProposal(ctx context.Context, q Querier, proposal, phone uuid.UUID, named, texts bool) error {
	_, err := q.Exec(ctx, `update proposals p set texts = $3,
			person_id = (select max(m.person_id::text)::uuid from (`+membersOf("$2", "p.assembly_id")+`) m where $4 having count(distinct m.person_id) = 1)
		where id = $1 and phone_id = $2`, proposal, phone, texts, named)
	return wrap("settling a proposal", err)
}

const selectProposal = `select p.id, p.assembly_id, p.line_id, p.phone_id, p.number, p.channel, p.lang, p.state, p.person_id, n.name, p.words, p.media_id,
	p.texts, p.shown, coalesce(p.supported, (select count(*) from proposal_seconds s where s.proposal_id = p.id)), coalesce(p.needed, 0), p.reply, coalesce(b.number, 0),
	p.filed_at, p.read_by, p.answer_by
	from proposals p left join people n on n.id = p.person_id left join ballots b on b.id = p.ballot_id`

func (s *Store) scanProposal(r pgx.CollectableRow) (p Proposal, err error) {
	var person, media uuid.NullUUID
	var name, words, shown, reply []byte
	var answerBy *time.Time
	if err := r.Scan(&p.ID, &p.Assembly, &p.Line, &p.Phone, &p.Number, &p.Channel, &p.Lang, &p.State, &person, &name, &words, &media, &p.Texts, &shown,
		&p.Seconds, &p.Needed, &reply, &p.Ballot, &p.FiledAt, &p.ReadBy, &answerBy); err != nil {
		return Proposal{}, err
	}
	p.Media, p.AnswerBy = media.UUID, timeOf(answerBy)
	if person.Valid {
		if p.Name, err = s.openName(person.UUID, name); err != nil {
			return Proposal{}, err
		}
	}
	if p.Words, err = s.openText(proposalWords, p.ID, words); err != nil {
		return Proposal{}, err
	}
	if p.Shown, err = s.openWords(proposalShown, p.ID, shown); err != nil {
		return Proposal{}, err
	}
	p.Reply, err = s.openWords(proposalReply, p.ID, reply)
	return p, err
}

// openWords opens a column that may be null: then there are none.
func (s *Store) openWords(purpose string, id uuid.UUID, sealed []byte) (words Words, err error) {
	if sealed == nil {
		return nil, nil
	}
	return words, s.openJSON(purpose, id, sealed, &words)
}

// Proposals lists an assembly's proposals, newest first.
func (s *Store) Proposals(ctx context.Context, q Querier, assembly uuid.UUID) ([]Proposal, error) {
	return s.proposals(ctx, q, ` where p.assembly_id = $1 order by p.number desc`, assembly)
}

// ShowProposal finds one by its number.
func (s *Store) ShowProposal(ctx context.Context, q Querier, assembly uuid.UUID, number int) (Proposal, error) {
	found, err := s.proposals(ctx, q, ` where p.assembly_id = $1 and p.number = $2`, assembly, number)
	if err == nil && len(found) == 0 {
		return Proposal{}, refuse("there is no proposal %d", number)
	}
	if err != nil {
		return Proposal{}, err
	}
	return found[0], nil
}

// ProposalByID finds one that is there.
func (s *Store) ProposalByID(ctx context.Context, q Querier, id uuid.UUID) (Proposal, error) {
	found, err := s.proposals(ctx, q, ` where p.id = $1`, id)
	if err == nil && len(found) == 0 {
		return Proposal{}, refuse("there is no such proposal")
	}
	if err != nil {
		return Proposal{}, err
	}
	return found[0], nil
}

func (s *Store) proposals(ctx context.Context, q Querier, where string, args ...any) ([]Proposal, error) {
	return list(ctx, q, "looking for proposals", s.scanProposal, selectProposal+where, args...)
}
