package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Hold stops the clocks of an assembly and of those below it, as a court, or the wish to show something in one, may ask.
type Hold struct {
	ID       uuid.UUID
	Assembly uuid.UUID
	Name     string // the assembly's
	Why      string // kept sealed
	By       string // the organizer's name
	At       time.Time
}

const holdWhy = "holds.why"

// retentionLock is shared by what erases; a hold has it alone, so that nothing is erased any more once it stands. Any constant does.
const retentionLock = 0x72657461696e

// heldAssemblies are all that a hold covers.
const heldAssemblies = `select b from holds h, assemblies_below(h.assembly_id) b where h.released_at is null`

// held tells whether an assembly is under a hold; until the transaction ends, none can be put on it.
func (s *Store) held(ctx context.Context, q Querier, assembly uuid.UUID) (held bool, err error) {
	if _, err := q.Exec(ctx, `select pg_advisory_xact_lock_shared($1)`, int64(retentionLock)); err != nil {
		return false, err
	}
	err = q.QueryRow(ctx, `select $1 in (`+heldAssemblies+`)`, assembly).Scan(&held)
	return held, err
}

// PutHold stops the clocks of an assembly and those below it. q is a transaction.
func (s *Store) PutHold(ctx context.Context, q Querier, h Hold) (Hold, error) {
	if h.Why == "" {
		return Hold{}, refuse("say why: whoever comes later has to know when it may be released")
	}
	if _, err := q.Exec(ctx, `select pg_advisory_xact_lock($1)`, int64(retentionLock)); err != nil {
		return Hold{}, wrap("putting a hold", err)
	}
	h.ID = newID()
	_, err := q.Exec(ctx, `insert into holds (id, assembly_id, why, by, at) values ($1, $2, $3, $4, $5)`,
		h.ID, h.Assembly, s.Keys.Seal(holdWhy, h.ID, []byte(h.Why)), h.By, h.At)
	return h, wrap("putting a hold", err)
}

// ReleaseHolds ends the holds that were put on this very assembly, and tells how many there were.
func (s *Store) ReleaseHolds(ctx context.Context, q Querier, assembly uuid.UUID, at time.Time) (int, error) {
	tag, err := q.Exec(ctx, `update holds set released_at = $2 where assembly_id = $1 and released_at is null`, assembly, at)
	return int(tag.RowsAffected()), wrap("releasing a hold", err)
}

// Holds lists those that stand over an assembly, oldest first: its own, and those of the assemblies above.
func (s *Store) Holds(ctx context.Context, q Querier, assembly uuid.UUID) ([]Hold, error) {
	scan := func(r pgx.CollectableRow) (h Hold, err error) {
		var why []byte
		if err := r.Scan(&h.ID, &h.Assembly, &h.Name, &why, &h.By, &h.At); err != nil {
			return h, err
		}
		h.Why, err = s.openText(holdWhy, h.ID, why)
		return h, err
	}
	return list(ctx, q, "listing holds", scan, `select h.id, h.assembly_id, a.name, h.why, h.by, h.at from holds h join assemblies a on a.id = h.assembly_id
		where h.released_at is null and h.assembly_id in (select assemblies_above($1)) order by h.at, h.id`, assembly)
}

// Kept is how long a clock lets something be kept in an assembly.
type Kept struct {
	Clock
	Days int
	From string // the assembly that set it; empty: the default
}

// Keeping tells of all clocks of an assembly.
func (s *Store) Keeping(ctx context.Context, q Querier, assembly uuid.UUID) ([]Kept, error) {
	set := map[string]Kept{}
	var k Kept
	err := each(ctx, q, func() error {
		set[k.Name] = k
		return nil
	}, []any{&k.Name, &k.Days, &k.From}, `select distinct on (r.clock) r.clock, r.days, a.name
		from (select id, row_number() over () as step from assemblies_above($1) id) up
		join retention r on r.assembly_id = up.id join assemblies a on a.id = up.id order by r.clock, up.step`, assembly)
	if err != nil {
		return nil, fmt.Errorf("asking how long things are kept: %w", err)
	}
	var all []Kept
	for _, c := range Clocks() {
		if own, ok := set[c.Name]; ok {
			all = append(all, Kept{c, own.Days, own.From})
			continue
		}
		all = append(all, Kept{c, c.Days, ""})
	}
	return all, nil
}

func (s *Store) keeping(ctx context.Context, q Querier, assembly uuid.UUID) (map[string]int, error) {
	all, err := s.Keeping(ctx, q, assembly)
	days := map[string]int{}
	for _, k := range all {
		days[k.Name] = k.Days
	}
	return days, err
}

// SetClock sets an assembly's own clock; 0 days: as the assembly above, or the default.
func (s *Store) SetClock(ctx context.Context, q Querier, assembly uuid.UUID, clock string, days int) error {
	c, err := clockNamed(clock)
	switch {
	case err != nil:
		return err
	case days < 0 || days > mostDays:
		return refuse("a clock runs for 1 to %d days", mostDays)
	case days == 0:
		_, err = q.Exec(ctx, `delete from retention where assembly_id = $1 and clock = $2`, assembly, c.Name)
	default:
		_, err = q.Exec(ctx, `insert into retention (assembly_id, clock, days) values ($1, $2, $3)
			on conflict (assembly_id, clock) do update set days = excluded.days`, assembly, c.Name, days)
	}
	return wrap("setting a clock", err)
}

const mostDays = 3660

// Keeps is what workers are told of the clocks: days, and 0 for both while a hold stands and nobody can say.
type Keeps struct{ Number, Words int }

// factKeeps selects a Keeps.
func factKeeps() string {
	days := func(clock string) string {
		c, err := clockNamed(clock)
		if err != nil {
			panic(err) // a clock of this program's own
		}
		return fmt.Sprintf(`coalesce((select r.days from (select id, row_number() over () as step from assemblies_above(a.own) id) up
			join retention r on r.assembly_id = up.id where r.clock = '%s' order by up.step limit 1), %d)`, c.Name, c.Days)
	}
	return `(select case when exists (select from holds h where h.released_at is null and h.assembly_id in (select assemblies_above(a.own)))
		then '{}'::jsonb else jsonb_build_object('Number', ` + days(clockNumbers) + `, 'Words', ` + days(clockReports) + `) end)`
}
