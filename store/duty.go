package store

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Duty is somebody who may be rung for a caller. Only the carrier ever sees their number.
type Duty struct {
	ID       uuid.UUID
	Assembly uuid.UUID
	Name     string    // as organizers call them
	Phone    uuid.UUID // uuid.Nil: it was forgotten
	Shift
	Off    time.Time // when they were turned off; zero: they are not
	RungAt time.Time // last
}

// OnFor is how long somebody is on duty who says so by text.
const OnFor = 12 * time.Hour

const dutyName = "duty.name"

// Now tells whether they may be rung.
func (d Duty) Now(now time.Time) bool { return now.Before(d.OnUntil) || d.Off.IsZero() && d.On(now) }

// Whose number was forgotten stays on the rota without a phone.
const selectDuty = `select d.id, d.assembly_id, d.name, coalesce(d.phone_id, '00000000-0000-0000-0000-000000000000'), d.languages, d.since, d.until, d.from_minute, d.to_minute, a.zone,
	d.off_at, d.rung_at, d.on_until from duty d join assemblies a on a.id = d.assembly_id`

func (s *Store) scanDuty(r pgx.CollectableRow) (d Duty, err error) {
	var name []byte
	var until, off, rung, on *time.Time
	if err = r.Scan(&d.ID, &d.Assembly, &name, &d.Phone, &d.Languages, &d.Since, &until, &d.From, &d.To, &d.Zone, &off, &rung, &on); err != nil {
		return d, err
	}
	d.Until, d.Off, d.RungAt, d.OnUntil = timeOf(until), timeOf(off), timeOf(rung), timeOf(on)
	d.Name, err = s.openText(dutyName, d.ID, name)
	return d, err
}

// Duties lists the rota of an assembly, by when they were first on it.
func (s *Store) Duties(ctx context.Context, q Querier, assembly uuid.UUID) ([]Duty, error) {
	return list(ctx, q, "listing who is on duty", s.scanDuty, selectDuty+` where d.assembly_id = $1 order by d.id`, assembly)
}

// FindDuty finds somebody of the rota by name. found is false where nobody is called so.
func (s *Store) FindDuty(ctx context.Context, q Querier, assembly uuid.UUID, name string) (d Duty, found bool, err error) {
	all, err := s.Duties(ctx, q, assembly)
	i := slices.IndexFunc(all, func(d Duty) bool { return sameName(d.Name, name) })
	if err != nil || i < 0 {
		return Duty{}, false, err
	}
	return all[i], true, nil
}

// PutOnDuty puts somebody on duty, or changes how they are. Of d count Assembly, Name, Phone and the Shift without its Zone.
func (s *Store) PutOnDuty(ctx context.Context, q Querier, d Duty) (Duty, error) {
	name, err := cleanName(d.Name)
	if err != nil {
		return Duty{}, err
	}
	if len(d.Languages) == 0 {
		return Duty{}, refuse("say which languages %s speaks, such as es,en: they are rung for nobody else", name)
	}
	for _, lang := range d.Languages {
		if err := checkLanguage(lang); err != nil {
			return Duty{}, err
		}
	}
	// The lock keeps two from putting one name on the rota twice.
	if _, err := q.Exec(ctx, `select from assemblies where id = $1 for update`, d.Assembly); err != nil {
		return Duty{}, wrap("putting somebody on duty", err)
	}
	had, found, err := s.FindDuty(ctx, q, d.Assembly, name)
	if err != nil {
		return Duty{}, err
	}
	if d.ID = newID(); found {
		d.ID = had.ID
	}
	_, err = q.Exec(ctx, `insert into duty (id, assembly_id, name, phone_id, languages, since, until, from_minute, to_minute)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do update set phone_id = $4, languages = $5, since = $6, until = $7,
		from_minute = $8, to_minute = $9, off_at = null, on_until = null`,
		d.ID, d.Assembly, s.Keys.Seal(dutyName, d.ID, []byte(name)), d.Phone, d.Languages, d.Since, nullTime(d.Until), d.From, d.To)
	if err != nil {
		return Duty{}, wrap("putting somebody on duty", err)
	}
	d, _, err = s.FindDuty(ctx, q, d.Assembly, name)
	return d, err
}

// TakeOffDuty turns somebody off. Who is talking with a caller goes on.
func (s *Store) TakeOffDuty(ctx context.Context, q Querier, id uuid.UUID, now time.Time) error {
	_, err := q.Exec(ctx, `update duty set off_at = coalesce(off_at, $2), on_until = null where id = $1`, id, now)
	return wrap("taking somebody off duty", err)
}

// Calling is a caller for whom somebody is to be rung.
type Calling struct {
	Assembly     uuid.UUID     // of the line: its rota comes first, then those of the assemblies above
	Conversation uuid.UUID     // the call
	Phone        uuid.NullUUID // not valid: withheld
	Lang         string        // empty: not known
	Tried        int           // phones rung for this caller so far
	First        uuid.UUID     // who is rung before all others, if they may be rung; uuid.Nil: nobody
	Now          time.Time
}

// A phone that rings, or over which somebody talks, is not rung for another caller; but not for ever, should its end never be told.
const (
	ringsFor = time.Minute
	talksFor = 3 * time.Hour
)

// RingNext chooses whom to ring: of those on duty now who speak the caller's language, in the nearest assembly that has any, whoever
// has not been rung for longest. found is false where there is nobody left, or where a caller was blocked. Two callers at the same
// moment may come to the same phone: the carrier finds it busy for one of them, who goes on to the next.
func (s *Store) RingNext(ctx context.Context, q Querier, c Calling) (d Duty, found bool, err error) {
	candidates, err := s.mayRing(ctx, q, c, `
		and not exists (select from duty_calls c join duty o on o.id = c.duty_id where o.phone_id = d.phone_id and c.ended_at is null
			and (c.at > $4 or c.taken_at > $5) and c.conversation_id <> $6)
		and d.phone_id not in (select o.phone_id from (select duty_id from duty_calls where conversation_id = $6
			order by n desc limit $7) t join duty o on o.id = t.duty_id)
		order by d.id is distinct from $8, up.step, d.rung_at nulls first, d.id`,
		c.Now.Add(-ringsFor), c.Now.Add(-talksFor), c.Conversation, c.Tried, nullable(c.First))
	if err != nil || len(candidates) == 0 {
		return Duty{}, false, err
	}
	_, err = q.Exec(ctx, `update duty set rung_at = $2 where id = $1`, candidates[0].ID, c.Now)
	return candidates[0], true, wrap("ringing somebody on duty", err)
}

// MayRing lists those who may be rung for a caller, each phone once, also one that rings for somebody else just now.
func (s *Store) MayRing(ctx context.Context, q Querier, c Calling) ([]Duty, error) {
	all, err := s.mayRing(ctx, q, c, ` order by d.id`)
	seen := map[uuid.UUID]bool{}
	return slices.DeleteFunc(all, func(d Duty) bool {
		had := seen[d.Phone]
		seen[d.Phone] = true
		return had
	}), err
}

// mayRing lists those on duty who may be rung for a caller. What also holds has its arguments from $4 on.
func (s *Store) mayRing(ctx context.Context, q Querier, c Calling, also string, args ...any) ([]Duty, error) {
	on, err := list(ctx, q, "looking who is on duty", s.scanDuty, selectDuty+`
		join (select id, row_number() over () as step from assemblies_above($1) id) up on up.id = d.assembly_id
		where (d.off_at is null and (d.until is null or d.until > $3) or d.on_until > $3) and d.phone_id is not null and d.phone_id is distinct from $2
		and not exists (select from blocked b where b.phone_id = $2 and b.assembly_id in (select assemblies_above($1)) and b.until > $3)`+also,
		append([]any{c.Assembly, c.Phone, c.Now}, args...)...)
	return slices.DeleteFunc(on, func(d Duty) bool { return !d.Now(c.Now) || !d.Speaks(c.Lang) }), err
}
