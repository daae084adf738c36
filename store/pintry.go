package store

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store/seal"
)

// After mostTries wrong ones in a row a PIN is locked. The digits do not say whose they were meant to be, so a wrong try counts
// against every PIN that it was compared with: those of all who hold the phone. So whoever shares a phone with somebody has five
// tries at their PIN, whatever they key of their own in between; the words are the same whoever was meant, and nothing is sent to
// another phone, so that they tell nobody who is a member. It is the organizers' journal that does.
const mostTries = 5

// lockedBy is who the journal names for a lock.
const lockedBy = "wrong PINs"

// mostPins bounds the hashes of one try: each takes about 25 ms, and a turn by voice has 2.5 s.
const mostPins = 12

// PinTry is a PIN keyed on a phone.
type PinTry struct {
	PinAsk
	Pin    string
	Ballot uuid.UUID // to be voted in; uuid.Nil: none
}

// PinCame is what came of a try.
type PinCame string

const (
	PinRight     PinCame = "right"
	PinVoted     PinCame = "voted"       // right, and this person has voted in that ballot
	PinNotOnRoll PinCame = "not_on_roll" // right, and this person is not on that ballot's roll
	PinWrong     PinCame = "wrong"
	PinIsLocked  PinCame = "locked"
	PinNobody    PinCame = "none" // nobody of this phone has one, or too many have
	PinTooMany   PinCame = "busy" // too many are looked at, at this moment: nothing was counted
)

// pinOf is somebody's PIN.
type pinOf struct {
	person uuid.UUID
	seal.PinHash
	locked bool
}

func (s *Store) pins(ctx context.Context, q Querier, where string, args ...any) ([]pinOf, error) {
	scan := func(r pgx.CollectableRow) (p pinOf, err error) {
		return p, r.Scan(&p.person, &p.Salt, &p.Hash, &p.Cost, &p.locked)
	}
	return list(ctx, q, "looking for PINs", scan, `select person_id, salt, hash, cost, locked_at is not null from pins `+where, args...)
}

// TryPin tells whose PIN it is. q is a transaction: it holds the PINs' rows, so that of tries at the same moment each is counted
// before the next is looked at. What was refused stands in the ballot's record.
func (s *Store) TryPin(ctx context.Context, q Querier, t PinTry) (came PinCame, person uuid.UUID, err error) {
	all, err := s.pins(ctx, q, `where person_id in (select person_id from phone_holders($1, $2)) order by person_id for update`, t.Phone, t.Assembly)
	if err != nil {
		return "", uuid.Nil, err
	}
	if len(all) == 0 || len(all) > mostPins {
		return s.turnAway(ctx, q, t, PinNobody)
	}
	if !someOpen(all) {
		return s.turnAway(ctx, q, t, PinIsLocked)
	}
	var fit []pinOf
	if !s.hashing(ctx, func() {
		for _, p := range all {
			if s.Keys.IsPin(p.person, t.Pin, p.PinHash) {
				fit = append(fit, p)
			}
		}
	}) {
		return PinTooMany, uuid.Nil, nil
	}
	switch {
	case len(fit) == 1 && !fit[0].locked:
		return s.rightPin(ctx, q, t, fit[0].person)
	case len(fit) == 1:
		return s.turnAway(ctx, q, t, PinIsLocked)
	case len(fit) > 1: // they came to share the phone afterwards, and nobody can say who this is
		if err := s.countTry(ctx, q, t, fit, mostTries); err != nil {
			return "", uuid.Nil, err
		}
		return s.turnAway(ctx, q, t, PinIsLocked)
	}
	if err := s.countTry(ctx, q, t, all, 1); err != nil {
		return "", uuid.Nil, err
	}
	if !someOpen(all) {
		return s.turnAway(ctx, q, t, PinIsLocked)
	}
	return s.turnAway(ctx, q, t, PinWrong)
}

// someOpen tells whether any of these PINs is not locked.
func someOpen(all []pinOf) bool {
	for _, p := range all {
		if !p.locked {
			return true
		}
	}
	return false
}

// countTry counts a wrong try, as so many, against PINs, marks among them those that it locks, and writes these into the journal.
func (s *Store) countTry(ctx context.Context, q Querier, t PinTry, all []pinOf, as int) error {
	for i, p := range all {
		if p.locked {
			continue
		}
		if err := q.QueryRow(ctx, `update pins set tries = tries + $2, locked_at = case when tries + $2 >= $3 then $4::timestamptz end
			where person_id = $1 returning locked_at is not null`, p.person, as, mostTries, t.At).Scan(&all[i].locked); err != nil {
			return fmt.Errorf("counting a wrong PIN: %w", err)
		}
		if !all[i].locked {
			continue
		}
		deed := Deed{Assembly: t.Assembly, Actor: lockedBy, Act: "pin.lock", Object: p.person.String(), At: t.At}
		if err := s.Note(ctx, q, deed); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) rightPin(ctx context.Context, q Querier, t PinTry, person uuid.UUID) (PinCame, uuid.UUID, error) {
	var onRoll, voted bool
	_, err := one(ctx, q, `with right_one as (update pins set tries = 0 where person_id = $1),
			known as (`+proved+`)
		select exists (select from ballot_roll where ballot_id = $4 and person_id = $1), exists (select from votes where ballot_id = $4 and person_id = $1)`,
		[]any{person, t.Phone, t.At, nullable(t.Ballot)}, &onRoll, &voted)
	switch {
	case err != nil:
		return "", uuid.Nil, fmt.Errorf("taking a right PIN: %w", err)
	case t.Ballot != uuid.Nil && !onRoll:
		return s.turnAway(ctx, q, t, PinNotOnRoll)
	case voted:
		return PinVoted, person, nil
	}
	return PinRight, person, nil
}

// turnAway writes into the ballot's record that somebody was refused.
func (s *Store) turnAway(ctx context.Context, q Querier, t PinTry, came PinCame) (PinCame, uuid.UUID, error) {
	if t.Ballot == uuid.Nil {
		return came, uuid.Nil, nil
	}
	reason := map[PinCame]VoteOutcome{PinWrong: VoteWrongPin, PinIsLocked: VoteLocked, PinNotOnRoll: VoteNotOnRoll, PinNobody: VoteShared}[came]
	return came, uuid.Nil, s.RefuseVotes(ctx, q, []uuid.UUID{t.Ballot}, reason, t.At)
}

// Hashes take 19 MiB and a core each, so no more run at once than there are cores, in this process; who waits holds a connection,
// and so does not wait long.
const waitToHash = 400 * time.Millisecond

func newHashing() chan struct{} { return make(chan struct{}, runtime.GOMAXPROCS(0)) }

// hashing runs do when there is room, or tells false.
func (s *Store) hashing(ctx context.Context, do func()) bool {
	waited := time.NewTimer(waitToHash)
	defer waited.Stop()
	select {
	case s.hashes <- struct{}{}:
	case <-waited.C:
		return false
	case <-ctx.Done():
		return false
	}
	defer func() { <-s.hashes }()
	do()
	return true
}
