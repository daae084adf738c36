package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Reached is a phone that a broadcast is still to reach, by a channel, and the hours in which it may.
type Reached struct {
	Phone   uuid.UUID
	To      Phone
	Hours   Hours
	Channel string
}

// ToReach lists whom a broadcast is still to reach, once for each channel.
func (s *Store) ToReach(ctx context.Context, q Querier, broadcast uuid.UUID) ([]Reached, error) {
	scan := func(row pgx.CollectableRow) (r Reached, err error) {
		var sealed []byte
		if err = row.Scan(&r.Phone, &sealed, &r.Hours.Chosen, &r.Hours.From, &r.Hours.Until, &r.Channel); err != nil {
			return r, err
		}
		number, err := s.Keys.Open(phoneNumber, r.Phone, sealed)
		r.To = Phone(number)
		return r, err
	}
	return list(ctx, q, "looking whom a broadcast is to reach", scan, `select p.id, p.sealed, p.hours_from is not null, coalesce(p.hours_from, 0), coalesce(p.hours_until, 0), o.channel
		from outgoing o join phones p on p.id = o.phone_id where o.broadcast_id = $1 and o.state = 'ready' order by o.place`, broadcast)
}
