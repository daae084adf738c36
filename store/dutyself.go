package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// theirRota is the rows of the rota by which a phone ($1) may put itself on duty over a line of an assembly ($2): its own, those below it,
// which the line serves, and those above it, who are rung where it has nobody.
const theirRota = `phone_id = $1 and (assembly_id in (select assemblies_below($2)) or assembly_id in (select assemblies_above($2)))`

// GoOnDuty puts whoever has a phone on duty for OnFor: those of the rota with this phone, else the organizers whose phone it is, who are put
// on the rota for the languages given. It gives the rows that are on now; none: it is nobody's who may.
func (s *Store) GoOnDuty(ctx context.Context, q Querier, phone, assembly uuid.UUID, languages []string, now time.Time) ([]Duty, error) {
	// The lock keeps two texts from putting one organizer on the rota twice.
	if _, err := q.Exec(ctx, `select from assemblies where id = $1 for update`, assembly); err != nil {
		return nil, wrap("going on duty", err)
	}
	rota, err := list(ctx, q, "going on duty", s.scanDuty, selectDuty+` where d.`+theirRota+` order by d.id`, phone, assembly)
	if err != nil {
		return nil, err
	}
	if len(rota) == 0 {
		if rota, err = s.rotaOfOrganizer(ctx, q, phone, assembly, languages, now); err != nil {
			return nil, err
		}
	}
	for i := range rota {
		rota[i].OnUntil = now.Add(OnFor)
		if _, err := q.Exec(ctx, `update duty set on_until = $2 where id = $1`, rota[i].ID, rota[i].OnUntil); err != nil {
			return nil, wrap("going on duty", err)
		}
	}
	return rota, nil
}

// rotaOfOrganizer puts the organizers whose phone it is on the rota, off duty. Two people may be called the same there; their rows are told
// apart by a number behind the name.
func (s *Store) rotaOfOrganizer(ctx context.Context, q Querier, phone, assembly uuid.UUID, languages []string, now time.Time) ([]Duty, error) {
	type organizer struct {
		Assembly uuid.UUID
		Name     string
	}
	var o organizer
	found, err := one(ctx, q, `select o.assembly_id, o.name from phone_people pp join organizers o on o.person_id = pp.person_id
		where pp.phone_id = $1 and o.removed_at is null
		and (o.assembly_id in (select assemblies_below($2)) or o.assembly_id in (select assemblies_above($2)))
		order by (o.assembly_id = $2) desc, o.created_at, o.id limit 1`, []any{phone, assembly}, &o.Assembly, &o.Name)
	if err != nil || !found {
		return nil, wrap("looking whose phone this is", err)
	}
	name := o.Name
	for n := 2; ; n++ {
		_, taken, err := s.FindDuty(ctx, q, o.Assembly, name)
		if err != nil {
			return nil, err
		}
		if !taken {
			break
		}
		name = fmt.Sprintf("%s %d", o.Name, n)
	}
	d, err := s.PutOnDuty(ctx, q, Duty{Assembly: o.Assembly, Name: name, Phone: phone, Shift: Shift{Languages: languages, Since: now, Until: now}})
	if err != nil {
		return nil, err
	}
	return []Duty{d}, nil
}

// GoOffDuty takes whoever has a phone off duty, and gives the rows that are off now; none: the phone is not on the rota.
func (s *Store) GoOffDuty(ctx context.Context, q Querier, phone, assembly uuid.UUID, now time.Time) ([]Duty, error) {
	rota, err := list(ctx, q, "going off duty", s.scanDuty, selectDuty+` where d.`+theirRota+` order by d.id`, phone, assembly)
	if err != nil {
		return nil, err
	}
	for _, d := range rota {
		if err := s.TakeOffDuty(ctx, q, d.ID, now); err != nil {
			return nil, err
		}
	}
	return rota, nil
}
