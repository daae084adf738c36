package store

import (
	"context"
	"crypto/subtle"
	"time"

	"github.com/google/uuid"
)

// pinCodeFor is how long the digits hold that are texted to whoever wants to choose a PIN.
const pinCodeFor = time.Hour

// AskPinCode gives six digits to be texted to a phone: who keys them on a call has the phone that the call shows, and not its number alone.
// Whose phone it is matters nothing here, so that the answer tells nobody whether it is a member's.
func (s *Store) AskPinCode(ctx context.Context, q Querier, a PinAsk) (string, error) {
	code := drawnDigits(6)
	_, err := q.Exec(ctx, `insert into pin_codes (phone_id, assembly_id, digest, until) values ($1, $2, $3, $4)
		on conflict (phone_id) do update set assembly_id = excluded.assembly_id, digest = excluded.digest, until = excluded.until`,
		a.Phone, a.Assembly, s.pinCodeDigest(a.Phone, code), a.At.Add(pinCodeFor))
	return code, wrap("texting digits for a PIN", err)
}

// TryPinCode takes those digits, once, and tells who has proved by them to have their phone; uuid.Nil: nobody has. Five wrong ones in an
// hour close it for the rest of it.
func (s *Store) TryPinCode(ctx context.Context, q Querier, a PinAsk, line uuid.UUID, code string) (person uuid.UUID, err error) {
	guess := Guessing{What: "pin code", Phone: uuid.NullUUID{UUID: a.Phone, Valid: true}, Line: line, At: a.At}
	if may, err := s.mayGuessAlone(ctx, q, guess); err != nil || !may {
		return uuid.Nil, err
	}
	var digest []byte
	_, err = one(ctx, q, `select digest from pin_codes where phone_id = $1 and until > $2 for update`, []any{a.Phone, a.At}, &digest)
	if err != nil {
		return uuid.Nil, wrap("taking digits for a PIN", err)
	}
	if subtle.ConstantTimeCompare(digest, s.pinCodeDigest(a.Phone, code)) != 1 {
		return uuid.Nil, s.WrongGuess(ctx, q, guess)
	}
	if _, err := q.Exec(ctx, `delete from pin_codes where phone_id = $1`, a.Phone); err != nil {
		return uuid.Nil, wrap("taking digits for a PIN", err)
	}
	standing, person, err := s.FindPin(ctx, q, a)
	if err != nil || standing != PinNone {
		return uuid.Nil, err
	}
	return person, nil
}

func (s *Store) pinCodeDigest(phone uuid.UUID, code string) []byte {
	return s.Keys.Index("pin code", phone.String()+onlyDigits(code))
}
