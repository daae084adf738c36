package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// Whoever comes to a meeting sends or keys the code of five digits that is shown at its door. It says no more than that somebody has seen
// it, so it is short; it counts for the time around the meeting only, and wrong ones are counted (guess.go).
const (
	DoorOpens  = 2 * time.Hour // before the meeting begins
	DoorCloses = 6 * time.Hour // after it began
	doorForget = 30 * 24 * time.Hour
)

const doorCode = "doors.code"

// DoorCode gives the code of a meeting's door, which is made when it is first asked for; anew makes another in its place.
func (s *Store) DoorCode(ctx context.Context, q Querier, m Meeting, anew bool, now time.Time) (string, error) {
	if !m.CanceledAt.IsZero() {
		return "", refuse("meeting %d is canceled", m.Number)
	}
	if !anew {
		if code, found, err := s.doorCode(ctx, q, m.ID); err != nil || found {
			return code, err
		}
	}
	if _, err := q.Exec(ctx, `delete from doors d using meetings m where m.id = d.meeting_id and (m.starts_at < $1 or m.id = $2)`,
		now.Add(-doorForget), m.ID); err != nil {
		return "", fmt.Errorf("clearing codes away: %w", err)
	}
	for range 20 { // a code that another meeting has is drawn again
		code, err := drawDoor()
		if err != nil {
			return "", err
		}
		tag, err := q.Exec(ctx, `insert into doors (meeting_id, assembly_id, index, code) values ($1, $2, $3, $4) on conflict do nothing`,
			m.ID, m.Assembly, s.doorIndex(code), s.Keys.Seal(doorCode, m.ID, []byte(code)))
		if err != nil {
			return "", fmt.Errorf("making a code: %w", err)
		}
		if tag.RowsAffected() == 1 {
			return code, nil
		}
		if code, found, err := s.doorCode(ctx, q, m.ID); err != nil || found { // somebody else has just made it
			return code, err
		}
	}
	return "", fmt.Errorf("making a code: twenty that were drawn belong to other meetings")
}

// doorCode gives the code of a meeting that has one.
func (s *Store) doorCode(ctx context.Context, q Querier, meeting uuid.UUID) (string, bool, error) {
	var sealed []byte
	found, err := one(ctx, q, `select code from doors where meeting_id = $1`, []any{meeting}, &sealed)
	if err != nil || !found {
		return "", false, wrap("looking for a code", err)
	}
	code, err := s.openText(doorCode, meeting, sealed)
	return code, true, err
}

// drawDoor draws five digits, the first of them not 0, since that is soon left out. All the same are easily guessed.
func drawDoor() (string, error) {
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(90_000))
		if err != nil {
			return "", fmt.Errorf("drawing a code: %w", err)
		}
		if n := n.Int64() + 10_000; n%11_111 != 0 && n != 12_345 {
			return strconv.FormatInt(n, 10), nil
		}
	}
}

func (s *Store) doorIndex(code string) []byte { return s.Keys.Index("door", code) }

// atDoor is what a code leads to.
type atDoor struct {
	tooMany  bool // wrong ones were sent: nothing was looked at
	found    bool
	meeting  uuid.UUID
	assembly uuid.UUID
	startsAt time.Time
	canceled bool
	people   []uuid.UUID // the members who have this phone
}

// knock looks a code up, and counts a wrong one.
func (s *Store) knock(ctx context.Context, q Querier, c CheckIn) (d atDoor, err error) {
	guess := Guessing{What: "door" + byCall(c.Channel), Phone: uuid.NullUUID{UUID: c.Phone, Valid: true}, Line: c.Line.ID, At: c.Now}
	if may, err := s.MayGuess(ctx, q, guess); err != nil || !may {
		return atDoor{tooMany: true}, err
	}
	d.found, err = one(ctx, q, `select m.id, m.assembly_id, m.starts_at, m.canceled_at is not null,
			array(select distinct pp.person_id from phone_people pp join memberships ms on ms.person_id = pp.person_id
				where pp.phone_id = $1 and ms.standing = 'member' and ms.assembly_id in (select assemblies_below(m.assembly_id)) order by 1)
		from doors d join meetings m on m.id = d.meeting_id where d.index = $3 and d.assembly_id = any($2)`,
		[]any{c.Phone, c.Line.Assemblies, s.doorIndex(c.Code)}, &d.meeting, &d.assembly, &d.startsAt, &d.canceled, &d.people)
	if err != nil {
		return d, fmt.Errorf("looking for a code: %w", err)
	}
	if !d.found {
		return d, s.WrongGuess(ctx, q, guess)
	}
	return d, nil
}
