package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Unsettled is a send as organizers see it: without its words, and without its phone.
type Unsettled struct {
	ID         uuid.UUID
	Line       string // our number
	Channel    string
	Purpose    Purpose
	State      SendState
	SentAt     time.Time
	ExpiresAt  time.Time
	RepeatedAt time.Time // zero: it was not
	Why        WhyPerson // empty: it is still being looked for, or needs nobody
}

const selectUnsettled = `select o.id, l.number, o.channel, o.purpose, o.state, coalesce(o.sent_at, o.changed_at), o.expires_at, o.repeated_at,
	coalesce(o.person_why, '') from outgoing o join lines l on l.id = o.line_id `

func scanUnsettled(row pgx.CollectableRow) (u Unsettled, err error) {
	var repeated *time.Time
	err = row.Scan(&u.ID, &u.Line, &u.Channel, &u.Purpose, &u.State, &u.SentAt, &u.ExpiresAt, &repeated, &u.Why)
	u.RepeatedAt = timeOf(repeated)
	return u, err
}

// mostUnsettled bounds a list.
const mostUnsettled = 1000

// Which sends are listed.
type Which string

const (
	WhichUnknown  Which = "unknown"   // nobody knows what became of them
	WhichRepeated Which = "repeated"  // they were sent once more
	WhichKeptBack Which = "kept back" // the line does not call or text their number (destination.go)
)

// Unsettled lists some of an assembly's sends. Newest first.
func (s *Store) Unsettled(ctx context.Context, q Querier, assembly uuid.UUID, what Which) ([]Unsettled, error) {
	which := map[Which]string{
		WhichUnknown: `o.state = 'unknown'`, WhichRepeated: `o.repeated_at is not null`,
		WhichKeptBack: `o.state = 'refused' and o.blame = 'destination' and o.error is null`,
	}[what]
	return list(ctx, q, "listing what was sent", scanUnsettled, selectUnsettled+`where o.assembly_id = $1 and `+which+`
		order by coalesce(o.sent_at, o.changed_at) desc, o.id limit $2`, assembly, mostUnsettled)
}

// SettleOutgoing takes a person's word for whether something was sent. which is the beginning of its id. What the carrier says later
// still counts, where it goes further.
func (s *Store) SettleOutgoing(ctx context.Context, q Querier, assembly uuid.UUID, which string, sent bool, now time.Time) (Unsettled, error) {
	which = strings.ToLower(strings.TrimSpace(which))
	if len(which) < 8 || strings.Trim(which, "0123456789abcdef-") != "" {
		return Unsettled{}, refuse("%q is no id; `hotline outgoing list` shows them, and their first eight characters do", which)
	}
	found, err := list(ctx, q, "looking for what was sent", scanUnsettled, selectUnsettled+`where o.assembly_id = $1 and o.id::text like $2 || '%'
		and (o.state = 'unknown' or o.person_why is not null) order by o.id limit 2 for update of o`, assembly, which)
	switch {
	case err != nil:
		return Unsettled{}, err
	case len(found) == 0:
		return Unsettled{}, refuse("there is nothing of that id to settle")
	case len(found) > 1:
		return Unsettled{}, refuse("several begin so; write more of the id")
	case found[0].State != SendUnknown:
		return Unsettled{}, refuse("what became of it is known by now: %s", found[0].State)
	}
	u := found[0]
	u.State = SendFailed
	if sent {
		u.State = SendSent
	}
	if _, err := q.Exec(ctx, `update outgoing set state = $2, changed_at = $3 where id = $1`, u.ID, u.State, now); err != nil {
		return Unsettled{}, fmt.Errorf("settling what was sent: %w", err)
	}
	return u, nil
}
