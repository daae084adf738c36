package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"github.com/google/uuid"

	"hotline/store/seal"
)

// A PIN is six digits by which a person proves, on a call, who they are: on a phone that others use too, and on one that was silent
// for so long that it may have changed hands. This file says who may have one and how they come by it; pintry.go what a try does.
//
//   - It is kept as Argon2id of a digest under the key file, with a salt per person (seal.HashPin). The digits are on no line of SQL.
//   - An organizer hands one out, drawn here, that nobody else on a phone of that person has. Or a member chooses one, on a call from
//     their own phone, keying it twice; that it is theirs they show by digits that were texted to it (pincode.go), since any call can show
//     any number. Only who shares no phone may choose: who shares one could find out another's by choosing it.
//   - What an organizer hands out is drawn at random, which is better than what people choose; so it need not be changed.

// PinStanding is what somebody on a phone may do about a PIN.
type PinStanding string

const (
	PinNone     PinStanding = "none"     // they may choose one
	PinSet      PinStanding = "set"      // they have one, and may change it by keying it
	PinLocked   PinStanding = "locked"   // and has been tried wrongly too often
	PinHanded   PinStanding = "handed"   // only an organizer gives one: they share a phone, or this one was silent for long
	PinStranger PinStanding = "stranger" // nobody of this phone is a member
)

// PinAsk is somebody who calls about their PIN.
type PinAsk struct {
	Phone    uuid.UUID
	Assembly uuid.UUID // of the line
	At       time.Time
}

// FindPin tells what they may do, and whose PIN it is where only one person holds the phone.
func (s *Store) FindPin(ctx context.Context, q Querier, a PinAsk) (standing PinStanding, person uuid.UUID, err error) {
	var people, members int
	var set, locked, shares, unheard bool
	var ids []uuid.UUID
	_, err = one(ctx, q, `with h as (select person_id from phone_holders($1, $2))
		select array(select person_id from h), (select count(*) from h),
			(select count(distinct m.person_id) from h join memberships m using (person_id)
				where m.standing = 'member' and m.assembly_id in (select assemblies_joined($2))),
			exists (select from h join pins using (person_id)), exists (select from h join pins using (person_id) where locked_at is not null),
			exists (select from h join phone_people pp using (person_id) where (select count(*) from phone_holders(pp.phone_id, $2)) > 1),
			`+unheardPhone+` from phones p where p.id = $1`,
		[]any{a.Phone, a.Assembly, a.At, unheardDays}, &ids, &people, &members, &set, &locked, &shares, &unheard)
	if err != nil {
		return "", uuid.Nil, fmt.Errorf("looking for a PIN: %w", err)
	}
	if people == 1 {
		person = ids[0]
	}
	switch {
	case members == 0:
		return PinStranger, uuid.Nil, nil
	case shares || unheard:
		return PinHanded, person, nil
	case locked:
		return PinLocked, person, nil
	case set:
		return PinSet, person, nil
	}
	return PinNone, person, nil
}

// NewPin is a PIN that a person keys for the first or the second time.
type NewPin struct {
	PinAsk
	Talk   uuid.UUID // the call: both times belong to one
	Number Phone     // that it is keyed on
	Proven uuid.UUID // who has keyed their old PIN right in this call, or the digits texted to their phone; uuid.Nil: nobody
	Pin    string
}

// NewPinCame is what came of it.
type NewPinCame string

const (
	PinDrafted NewPinCame = "drafted" // it waits for the second time
	PinEasy    NewPinCame = "easy"    // and is not taken
	PinKept    NewPinCame = "kept"
	PinDiffers NewPinCame = "differs" // the second time was another; both are forgotten
	PinBusy    NewPinCame = "busy"    // too many are looked at, at this moment
	PinNotHere NewPinCame = "gone"    // they may not, or not any more
)

// mayChoose looks again at who is on the phone: much may have changed since they were asked.
func (s *Store) mayChoose(ctx context.Context, q Querier, n NewPin) (uuid.UUID, bool, error) {
	standing, person, err := s.FindPin(ctx, q, n.PinAsk)
	may := (standing == PinNone || standing == PinSet) && n.Proven == person
	return person, may && person != uuid.Nil, err
}

// DraftPin keeps what is left of a PIN, once hashed, until it is keyed again.
func (s *Store) DraftPin(ctx context.Context, q Querier, n NewPin) (NewPinCame, error) {
	person, may, err := s.mayChoose(ctx, q, n)
	switch {
	case err != nil:
		return "", err
	case !may:
		return PinNotHere, nil
	case !isPin(n.Pin) || easyPin(n.Pin, n.Number):
		return PinEasy, nil
	}
	var h seal.PinHash
	if !s.hashing(ctx, func() { h = s.Keys.HashPin(person, n.Pin) }) {
		return PinBusy, nil
	}
	_, err = q.Exec(ctx, `insert into pin_drafts (person_id, assembly_id, conversation_id, salt, hash, cost, at) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (person_id) do update set conversation_id = excluded.conversation_id, salt = excluded.salt, hash = excluded.hash,
			cost = excluded.cost, at = excluded.at`, person, n.Assembly, n.Talk, h.Salt, h.Hash, h.Cost, n.At)
	return PinDrafted, wrap("drafting a PIN", err)
}

// KeepPin takes a PIN that is keyed for the second time.
func (s *Store) KeepPin(ctx context.Context, q Querier, n NewPin) (NewPinCame, error) {
	person, may, err := s.mayChoose(ctx, q, n)
	switch {
	case err != nil:
		return "", err
	case !may:
		return PinNotHere, nil
	}
	var h seal.PinHash
	found, err := one(ctx, q, `select salt, hash, cost from pin_drafts where person_id = $1 and conversation_id = $2 for update`,
		[]any{person, n.Talk}, &h.Salt, &h.Hash, &h.Cost)
	switch {
	case err != nil:
		return "", fmt.Errorf("keeping a PIN: %w", err)
	case !found:
		return PinNotHere, nil
	}
	var same bool
	if !s.hashing(ctx, func() { same = s.Keys.IsPin(person, n.Pin, h) }) {
		return PinBusy, nil
	}
	if _, err := q.Exec(ctx, `delete from pin_drafts where person_id = $1`, person); err != nil {
		return "", fmt.Errorf("keeping a PIN: %w", err)
	}
	if !same {
		return PinDiffers, nil
	}
	return PinKept, s.setPin(ctx, q, n.Assembly, person, h, false, n.At)
}

func (s *Store) setPin(ctx context.Context, q Querier, assembly, person uuid.UUID, h seal.PinHash, handed bool, at time.Time) error {
	_, err := q.Exec(ctx, `insert into pins (person_id, assembly_id, salt, hash, cost, handed, set_at) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (person_id) do update set salt = excluded.salt, hash = excluded.hash, cost = excluded.cost, handed = excluded.handed,
			set_at = excluded.set_at, tries = 0, locked_at = null`, person, assembly, h.Salt, h.Hash, h.Cost, handed, at)
	return wrap("keeping a PIN", err)
}

// HandOutPin draws a new PIN for a person, which unlocks a locked one, and gives it back for this once. Nobody else on a phone of
// theirs has the same.
func (s *Store) HandOutPin(ctx context.Context, q Querier, assembly, person uuid.UUID, at time.Time) (string, error) {
	others, err := s.pins(ctx, q, `where person_id <> $1 and person_id in (select b.person_id
		from phone_people a join phone_people b using (phone_id) where a.person_id = $1)`, person)
	if err != nil {
		return "", fmt.Errorf("handing out a PIN: %w", err)
	}
	for {
		pin, err := drawPin()
		if err != nil {
			return "", err
		}
		var taken bool
		var h seal.PinHash
		if !s.hashing(ctx, func() {
			for _, o := range others {
				taken = taken || s.Keys.IsPin(o.person, pin, o.PinHash)
			}
			h = s.Keys.HashPin(person, pin)
		}) {
			return "", fmt.Errorf("handing out a PIN: %w", context.Cause(ctx))
		}
		if !taken {
			return pin, s.setPin(ctx, q, assembly, person, h, true, at)
		}
	}
}

// drawPin draws six digits that are not easy.
func drawPin() (string, error) {
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
		if err != nil {
			return "", fmt.Errorf("drawing a PIN: %w", err)
		}
		if pin := fmt.Sprintf("%06d", n); !easyPin(pin, "") {
			return pin, nil
		}
	}
}
