package store

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Assembly is a workplace's, or one that several have joined into. Its name is how commands call it, and is told to those who join.
//
// Its parent never changes: who is below whom is asked in the middle of a turn and of a ballot's opening, and must not be able to
// run in a circle, or to move people onto another roll. Its row also hands out the numbers of its reports, meetings and ballots;
// whoever takes one holds the row until they commit, so that none is missing and none stands twice.
type Assembly struct {
	ID         uuid.UUID
	Parent     uuid.UUID // uuid.Nil: none
	ParentName string
	Name       string
	Zone       string // IANA: "America/New_York"
	CreatedAt  time.Time
	HearsAbove bool // those above it may write to its people
	Quiet      bool // by its own word: no text to its people shows a revealing word; so it is for those below it
}

const selectAssembly = `select a.id, a.parent_id, coalesce(p.name, ''), a.name, a.zone, a.created_at, a.quiet, a.hears_above_at is not null
	from assemblies a left join assemblies p on p.id = a.parent_id`

func scanAssembly(r pgx.CollectableRow) (a Assembly, err error) {
	var parent *uuid.UUID
	err = r.Scan(&a.ID, &parent, &a.ParentName, &a.Name, &a.Zone, &a.CreatedAt, &a.Quiet, &a.HearsAbove)
	a.Parent = valueOf(parent)
	return a, err
}

// AddAssembly adds one below parent (uuid.Nil: below none). An empty zone means the parent's.
func (s *Store) AddAssembly(ctx context.Context, q Querier, name string, parent uuid.UUID, zone string) (Assembly, error) {
	name, err := cleanName(name)
	if err != nil {
		return Assembly{}, err
	}
	if err := checkLength("the name", name, LongestName); err != nil {
		return Assembly{}, err
	}
	if parent != uuid.Nil {
		above, err := s.Above(ctx, q, parent)
		if err != nil {
			return Assembly{}, err
		}
		if len(above) > MostAbove {
			return Assembly{}, refuse("an assembly has at most %d above it, since whoever joins is told all of them; add it further up", MostAbove)
		}
	}
	if zone == "" && parent == uuid.Nil {
		return Assembly{}, refuse("an assembly needs a time zone, such as America/New_York")
	}
	if zone != "" {
		if err := checkZone(zone); err != nil {
			return Assembly{}, err
		}
	}
	tag, err := q.Exec(ctx, `insert into assemblies (id, parent_id, name, zone)
		select $1, $2, $3, coalesce(nullif($4, ''), (select zone from assemblies where id = $2))
		where not exists (select from assemblies where lower(name) = lower($3)) on conflict do nothing`,
		newID(), nullable(parent), name, zone)
	if err != nil {
		return Assembly{}, fmt.Errorf("adding an assembly: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return Assembly{}, refuse("there is an assembly called %q already", name)
	}
	return s.AssemblyByName(ctx, q, name)
}

// SetAssemblyQuiet has no text to an assembly's people, and to those below it, show a revealing word; or as before.
func (s *Store) SetAssemblyQuiet(ctx context.Context, q Querier, assembly uuid.UUID, quiet bool) error {
	_, err := q.Exec(ctx, `update assemblies set quiet = $2 where id = $1`, assembly, quiet)
	return wrap("changing an assembly", err)
}

// SetHearsAbove says whether the assemblies above may write to those who join from now on, who are told so; of those who joined while they might
// not, none has been told.
func (s *Store) SetHearsAbove(ctx context.Context, q Querier, assembly uuid.UUID, hears bool, now time.Time) error {
	_, err := q.Exec(ctx, `update assemblies set hears_above_at = case when not $2 then null else coalesce(hears_above_at, $3) end where id = $1`, assembly, hears, now)
	return wrap("changing an assembly", err)
}

// Assemblies lists all, by name.
func (s *Store) Assemblies(ctx context.Context, q Querier) ([]Assembly, error) {
	return list(ctx, q, "listing assemblies", scanAssembly, selectAssembly+` order by a.name`)
}

// AssemblyByName finds one, whatever its capitals. Where there is only one, no name is needed: most groups have one.
func (s *Store) AssemblyByName(ctx context.Context, q Querier, name string) (Assembly, error) {
	all, err := s.Assemblies(ctx, q)
	if err != nil {
		return Assembly{}, err
	}
	var names []string
	for _, a := range all {
		if strings.EqualFold(a.Name, strings.TrimSpace(name)) || name == "" && len(all) == 1 {
			return a, nil
		}
		names = append(names, a.Name)
	}
	switch {
	case len(all) == 0:
		return Assembly{}, refuse("there is no assembly yet; add one first")
	case name == "":
		return Assembly{}, refuse("which assembly? There are: %s", strings.Join(names, ", "))
	}
	return Assembly{}, refuse("no assembly is called %q; there are: %s", name, strings.Join(names, ", "))
}

// Below lists an assembly and all that joined into it: those whose members are on its rolls, and whom its lines serve.
func (s *Store) Below(ctx context.Context, q Querier, assembly uuid.UUID) ([]uuid.UUID, error) {
	return list(ctx, q, "looking below an assembly", pgx.RowTo[uuid.UUID], `select assemblies_below($1)`, assembly)
}

// Above lists an assembly and all that it joined into, itself first: those that may write to its people too.
func (s *Store) Above(ctx context.Context, q Querier, assembly uuid.UUID) ([]uuid.UUID, error) {
	return list(ctx, q, "looking above an assembly", pgx.RowTo[uuid.UUID], `select assemblies_above($1)`, assembly)
}

// checkZone accepts what every other machine will understand too: an IANA name, not "Local".
func checkZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" || zone == "" {
		return refuse("%q is no time zone; write one such as America/New_York", zone)
	}
	return nil
}

// MostAbove is how many assemblies one may have above it: a city's, a state's, a region's.
const MostAbove = 3

// cleanName trims a name that people chose and refuses what no list could show: a line's end, or a sign that turns the text around
// it the other way.
func cleanName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case name == "":
		return "", refuse("a name is needed")
	case len(name) > 200:
		return "", refuse("a name has at most 200 letters")
	case strings.ContainsFunc(name, func(r rune) bool {
		return unicode.In(r, unicode.Cc, unicode.Bidi_Control) || r == unicode.ReplacementChar
	}):
		return "", refuse("a name has only letters, digits and signs")
	}
	return name, nil
}
