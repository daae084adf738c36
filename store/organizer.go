package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Organizer is somebody who acts for an assembly under a name of their choice. The journal keeps that name for good, so it need not be
// the one on their badge, and no two who act at the same time share one.
type Organizer struct {
	ID       uuid.UUID
	Assembly uuid.UUID
	Person   uuid.UUID // which member they are; uuid.Nil: not said
	Name     string
	Since    time.Time
}

// AddOrganizer adds one. person may be uuid.Nil.
func (s *Store) AddOrganizer(ctx context.Context, q Querier, assembly uuid.UUID, name string, person uuid.UUID) (Organizer, error) {
	name, err := cleanName(name)
	if err != nil {
		return Organizer{}, err
	}
	o := Organizer{ID: newID(), Assembly: assembly, Person: person, Name: name}
	added, err := one(ctx, q, `insert into organizers (id, assembly_id, person_id, name) values ($1, $2, $3, $4)
		on conflict (assembly_id, name) where removed_at is null do nothing returning created_at`,
		[]any{o.ID, o.Assembly, nullable(person), o.Name}, &o.Since)
	if err != nil {
		return Organizer{}, fmt.Errorf("adding an organizer: %w", err)
	}
	if !added {
		return Organizer{}, refuse("an organizer acts under the name %q already; names in the journal must tell people apart", name)
	}
	return o, nil
}

// Organizers lists those who act for an assembly now, in the order in which they began: the people who read its reports.
func (s *Store) Organizers(ctx context.Context, q Querier, assembly uuid.UUID) ([]Organizer, error) {
	scan := func(r pgx.CollectableRow) (o Organizer, err error) {
		var person *uuid.UUID
		err = r.Scan(&o.ID, &o.Assembly, &person, &o.Name, &o.Since)
		o.Person = valueOf(person)
		return o, err
	}
	return list(ctx, q, "listing organizers", scan, `select id, assembly_id, person_id, name, created_at from organizers
		where assembly_id = $1 and removed_at is null order by created_at, id`, assembly)
}

// FindOrganizer finds one by name, to say who is acting.
func (s *Store) FindOrganizer(ctx context.Context, q Querier, assembly uuid.UUID, name string) (Organizer, error) {
	all, err := s.Organizers(ctx, q, assembly)
	if err != nil {
		return Organizer{}, err
	}
	var names []string
	for _, o := range all {
		if sameName(o.Name, name) {
			return o, nil
		}
		names = append(names, o.Name)
	}
	return Organizer{}, refuse("no organizer is called %q; there are: %s", name, strings.Join(names, ", "))
}

// RemoveOrganizer ends somebody's acting. What they did stays in the journal under their name. The last one stays: an assembly's
// reports are promised to be read.
func (s *Store) RemoveOrganizer(ctx context.Context, q Querier, assembly uuid.UUID, name string, at time.Time) error {
	o, err := s.FindOrganizer(ctx, q, assembly, name)
	if err != nil {
		return err
	}
	// The locks keep two organizers from removing each other at the same moment.
	tag, err := q.Exec(ctx, `with acting as (
			select id from organizers where assembly_id = $2 and removed_at is null order by id for update)
		update organizers set removed_at = $3 where id = $1 and removed_at is null and (select count(*) from acting) > 1`, o.ID, assembly, at)
	if err == nil && tag.RowsAffected() == 0 {
		return refuse("%s is the last organizer: add another one first, or nobody would read the reports", o.Name)
	}
	return wrap("removing an organizer", err)
}
