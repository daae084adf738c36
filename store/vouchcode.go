package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// vouchFor is how long the digits hold by which members vouch for somebody.
const vouchFor = 7 * 24 * time.Hour

// Candidate is a phone that asks to become a member's.
type Candidate struct {
	Phone      uuid.UUID
	Line       Line
	Now        time.Time
	Assemblies []uuid.UUID // that the line serves
}

// Candidacy is how that phone stands.
type Candidacy string

const (
	CandidateListed Candidacy = "code"       // here are digits; those given before hold no more
	CandidateMember Candidacy = "member"     // they are a member
	CandidateNobody Candidacy = "not_listed" // they have not joined
	CandidateShared Candidacy = "shared"     // several people have this phone
)

// AskVouching gives whoever has a phone eight digits to tell to two members, and until when they hold.
func (s *Store) AskVouching(ctx context.Context, q Querier, c Candidate) (how Candidacy, code string, until time.Time, err error) {
	person, listed, err := s.soleOwner(ctx, q, c.Phone, c.Assemblies)
	switch {
	case err != nil:
		return "", "", until, wrap("asking to be vouched for", err)
	case person == uuid.Nil && listed == nil:
		return CandidateNobody, "", until, nil
	case person == uuid.Nil:
		return CandidateShared, "", until, nil
	case len(listed) == 0:
		return CandidateNobody, "", until, nil
	case !slices.ContainsFunc(listed, func(m standingIn) bool { return m.Standing == Listed }):
		return CandidateMember, "", until, nil
	}
	if _, err := q.Exec(ctx, `delete from vouch_codes where person_id = $1 or until < $2`, person, c.Now); err != nil {
		return "", "", until, wrap("asking to be vouched for", err)
	}
	until = c.Now.Add(vouchFor)
	for added := false; !added; {
		code = drawnDigits(8)
		tag, err := q.Exec(ctx, `insert into vouch_codes (code_index, person_id, phone_id, line_id, assembly_id, until) values ($1, $2, $3, $4, $5, $6)
			on conflict do nothing`, s.vouchIndex(code), person, c.Phone, c.Line.ID, c.Line.AssemblyID, until)
		if err != nil {
			return "", "", until, wrap("asking to be vouched for", err)
		}
		added = tag.RowsAffected() == 1
	}
	return CandidateListed, code, until, nil
}

type standingIn struct {
	Assembly uuid.UUID
	Standing Standing
}

// soleOwner is the one person of a phone, and how they stand to assemblies. Where there are several it is uuid.Nil, and the standings are
// not nil.
func (s *Store) soleOwner(ctx context.Context, q Querier, phone uuid.UUID, assemblies []uuid.UUID) (person uuid.UUID, in []standingIn, err error) {
	people, err := list(ctx, q, "looking whose phone this is", pgx.RowTo[uuid.UUID], `select person_id from phone_people where phone_id = $1 limit 2`, phone)
	switch {
	case err != nil || len(people) == 0:
		return uuid.Nil, nil, err
	case len(people) > 1:
		return uuid.Nil, []standingIn{}, nil
	}
	in, err = list(ctx, q, "looking how somebody stands", pgx.RowToStructByPos[standingIn],
		`select assembly_id, standing from memberships where person_id = $1 and assembly_id = any($2) order by assembly_id`, people[0], assemblies)
	return people[0], in, err
}

// VouchedBy is what came of the digits that a member sent.
type VouchedBy struct {
	Outcome string    // "member", "one_more", "already", "unknown", "too_many", "own", "not_member" or "shared"
	Phone   uuid.UUID // of whoever is a member now
	Line    uuid.UUID // on which they asked
}

// VouchByCode has a member vouch for whoever told them those digits, in each assembly where the one is listed and the other may.
func (s *Store) VouchByCode(ctx context.Context, q Querier, c Candidate, code string) (VouchedBy, error) {
	out, err := s.vouchByCode(ctx, q, c, code)
	return out, wrap("vouching by digits", err)
}

func (s *Store) vouchByCode(ctx context.Context, q Querier, c Candidate, code string) (out VouchedBy, err error) {
	person, own, err := s.soleOwner(ctx, q, c.Phone, c.Assemblies)
	switch {
	case err != nil:
		return out, err
	case person == uuid.Nil && own != nil:
		return VouchedBy{Outcome: "shared"}, nil
	case !slices.ContainsFunc(own, func(m standingIn) bool { return m.Standing == StandsMember }):
		return VouchedBy{Outcome: "not_member"}, nil // and learns nothing about the digits
	}
	guess := Guessing{What: "vouch", Phone: uuid.NullUUID{UUID: c.Phone, Valid: true}, Line: c.Line.ID, At: c.Now}
	if may, err := s.MayGuess(ctx, q, guess); err != nil || !may {
		return VouchedBy{Outcome: "too_many"}, err
	}
	var whom uuid.UUID
	found, err := one(ctx, q, `select person_id, phone_id, line_id from vouch_codes where code_index = $1 and until > $2`,
		[]any{s.vouchIndex(code), c.Now}, &whom, &out.Phone, &out.Line)
	switch {
	case err != nil:
		return out, err
	case !found:
		return VouchedBy{Outcome: "unknown"}, s.WrongGuess(ctx, q, guess)
	case whom == person:
		return VouchedBy{Outcome: "own"}, nil
	}
	out.Outcome, err = s.vouchEverywhere(ctx, q, c, person, whom)
	if err != nil || out.Outcome != string(VouchedMember) {
		return out, err
	}
	_, err = q.Exec(ctx, `delete from vouch_codes where person_id = $1`, whom)
	return out, err
}

// vouchEverywhere vouches in each assembly where whom is listed and by is a member, of it or of one below, and tells the best that came
// of it.
func (s *Store) vouchEverywhere(ctx context.Context, q Querier, c Candidate, by, whom uuid.UUID) (string, error) {
	in, err := list(ctx, q, "looking where somebody may vouch", pgx.RowTo[uuid.UUID], `select m.assembly_id from memberships m
		where m.person_id = $1 and m.assembly_id = any($2) and exists (select from memberships v where v.person_id = $3 and v.standing = 'member'
			and v.assembly_id in (select assemblies_below(m.assembly_id))) order by m.assembly_id`, whom, c.Assemblies, by)
	if err != nil {
		return "", err
	}
	best := "not_member"
	order := []string{best, string(VouchedAlready), string(VouchedOneMore), string(VouchedMember)}
	for _, assembly := range in {
		did, err := s.Vouch(ctx, q, Vouching{Assembly: assembly, Person: whom, ByMember: by, At: c.Now})
		if err != nil {
			return "", err
		}
		if slices.Index(order, string(did)) > slices.Index(order, best) {
			best = string(did)
		}
	}
	return best, nil
}

// vouchIndex is what such digits are found by, however they were grouped.
func (s *Store) vouchIndex(code string) []byte { return s.Keys.Index("vouch code", onlyDigits(code)) }

func onlyDigits(code string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, code)
}

func drawnDigits(n int64) string {
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil)
	drawn, err := rand.Int(rand.Reader, most)
	if err != nil {
		panic(err) // crypto/rand.Reader never fails
	}
	return fmt.Sprintf("%0*d", n, drawn)
}
