package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// LeftOpen is an alert of which nobody has said that it is over, for long.
type LeftOpen struct {
	Assembly, Line, ID uuid.UUID
	Number             int
	Phone              uuid.UUID // of its author; uuid.Nil: they have none of their own, or are no organizer any more
	Lang               string    // of that phone; empty: not chosen
}

// NudgeAlerts marks the alerts that began before a time, and have no all-clear, as such of which their authors are told, and gives them. It gives
// each once.
func (s *Store) NudgeAlerts(ctx context.Context, tx pgx.Tx, before, now time.Time) ([]LeftOpen, error) {
	scan := func(r pgx.CollectableRow) (l LeftOpen, err error) {
		var phone *uuid.UUID
		err = r.Scan(&l.Assembly, &l.Line, &l.ID, &l.Number, &phone)
		l.Phone = valueOf(phone)
		return l, err
	}
	all, err := list(ctx, tx, "looking for open alerts", scan, `with open as (update broadcasts b set nudged_at = $2
			where b.alert in ('unconfirmed', 'confirmed') and b.alert_of is null and not b.in_advance and b.nudged_at is null and b.starts_at < $1
			and exists (select from broadcasts t join outgoing o on o.broadcast_id = t.id where (t.id = b.id or t.alert_of = b.id) and o.state = any($3))
			and not exists (select from broadcasts c where c.alert_of = b.id and c.alert = 'clear' and c.state not in ('draft', 'canceled'))
			returning b.*)
		select b.assembly_id, b.line_id, b.id, b.number, (select `+ownPhone+` from organizers o where o.id = b.drafted_by and o.removed_at is null)
		from open b order by b.number`, before, now, handed())
	if err != nil {
		return nil, err
	}
	for i, l := range all {
		if l.Phone == uuid.Nil {
			continue
		}
		manner, err := s.MannerOf(ctx, tx, l.Phone)
		if err != nil {
			return nil, err
		}
		all[i].Lang = manner.Lang
	}
	return all, nil
}

// OnAList tells whether anybody of a phone is listed or a member in an assembly or one below it: alerts of it would reach them.
func (s *Store) OnAList(ctx context.Context, q Querier, phone, assembly uuid.UUID) (on bool, err error) {
	err = q.QueryRow(ctx, `select exists (select from phone_people pp join memberships m on m.person_id = pp.person_id
		where pp.phone_id = $1 and m.assembly_id in (select assemblies_below($2)))`, phone, assembly).Scan(&on)
	return on, wrap("looking whether somebody is on a list", err)
}
