package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Texts says whether a line may answer texts.
type Texts string

const (
	TextsOn      Texts = "on"
	TextsPending Texts = "pending" // not registered with the carriers yet: texts are heard and kept, and calls work
)

// Line is a number we answer. It belongs to one assembly and serves it and those below it. Its number is ours and stands on flyers,
// so it is no secret: the one number that lists show.
//
// Its name is chosen by the group and is neutral by default, since it stands in every text that a phone shows to whoever holds it.
type Line struct {
	ID           uuid.UUID
	AssemblyID   uuid.UUID
	Assembly     string      // its name
	Zone         string      // the assembly's
	Assemblies   []uuid.UUID // its assembly and all below it
	Names        []string    // of those and of the ones above: what a quiet phone is never told
	Number       string      // E.164
	Name         string      // as workers hear it: "The 0100 Line"
	Languages    []string    // in the order they are offered, at least one
	Texts        Texts
	RepliesAHour int      // at most so many to one phone; a third of it to an unknown one
	Emergency    string   // what people dial there for an ambulance or the police: "911"
	Pace         int      // how many segments of notices a second; 0: as fast as it goes
	Price        int      // of a segment, in millionths of a dollar
	DailyCap     int      // the most that what we start may cost a day, in dollars
	Countries    []string // where it calls and texts, "US"; none: as Reached has it
}

const selectLine = `select l.id, l.assembly_id, a.name, a.zone, array(select assemblies_below(a.id)),
	array(select n.name from assemblies n where n.id in (select assemblies_below(a.id)) or n.id in (select assemblies_above(a.id)) order by 1), l.number, l.name, l.languages, l.texts,
	l.replies_an_hour, l.emergency, l.pace, l.price, l.daily_cap, l.countries from lines l join assemblies a on a.id = l.assembly_id`

func scanLine(r pgx.CollectableRow) (l Line, err error) {
	err = r.Scan(&l.ID, &l.AssemblyID, &l.Assembly, &l.Zone, &l.Assemblies, &l.Names, &l.Number, &l.Name, &l.Languages, &l.Texts, &l.RepliesAHour, &l.Emergency, &l.Pace, &l.Price, &l.DailyCap, &l.Countries)
	return l, err
}

// AddLine adds a line. Of l count AssemblyID, Number (in any form that ParsePhone knows), Name, Languages, Texts (empty: on) and Emergency
// (empty: 911).
func (s *Store) AddLine(ctx context.Context, q Querier, l Line) (Line, error) {
	number, err := ParsePhone(l.Number, "US")
	if err != nil {
		return Line{}, err
	}
	if l.Name, err = lineName(l.Name); err != nil {
		return Line{}, err
	}
	if l.Texts == "" {
		l.Texts = TextsOn
	}
	if l.Emergency == "" {
		l.Emergency = "911"
	}
	if err := checkLine(l); err != nil {
		return Line{}, err
	}
	tag, err := q.Exec(ctx, `insert into lines (id, assembly_id, number, name, languages, texts, emergency) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (number) do nothing`, newID(), l.AssemblyID, number.String(), l.Name, l.Languages, l.Texts, l.Emergency)
	if err != nil {
		return Line{}, fmt.Errorf("adding a line: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return Line{}, refuse("there is a line with this number already")
	}
	return s.LineByNumber(ctx, q, number.String())
}

// Lines lists all, by number.
func (s *Store) Lines(ctx context.Context, q Querier) ([]Line, error) {
	return list(ctx, q, "listing lines", scanLine, selectLine+` order by l.number`)
}

// LineByNumber finds the line with this E.164 number.
func (s *Store) LineByNumber(ctx context.Context, q Querier, number string) (Line, error) {
	found, err := list(ctx, q, "looking for a line", scanLine, selectLine+` where l.number = $1`, number)
	if err != nil {
		return Line{}, err
	}
	if len(found) == 0 {
		return Line{}, refuse("%s is not one of our lines", number)
	}
	return found[0], nil
}

// LineByID finds a line.
func (s *Store) LineByID(ctx context.Context, q Querier, id uuid.UUID) (Line, error) {
	found, err := list(ctx, q, "looking for a line", scanLine, selectLine+` where l.id = $1`, id)
	if err != nil {
		return Line{}, err
	}
	if len(found) == 0 {
		return Line{}, refuse("there is no line of that id")
	}
	return found[0], nil
}

// LineChange is what may change of a line; what is empty stays.
type LineChange struct {
	Name      string
	Languages []string
	Texts     Texts
	Emergency string
	Pace      *int
	Price     *int
	DailyCap  *int
	Countries []string
}

// ChangeLine changes the line with this number.
func (s *Store) ChangeLine(ctx context.Context, q Querier, number string, c LineChange) (Line, error) {
	l, err := s.LineByNumber(ctx, q, number)
	if err != nil {
		return Line{}, err
	}
	if c.Name != "" {
		if l.Name, err = lineName(c.Name); err != nil {
			return Line{}, err
		}
	}
	if c.Languages != nil {
		l.Languages = c.Languages
	}
	if c.Texts != "" {
		l.Texts = c.Texts
	}
	if c.Emergency != "" {
		l.Emergency = c.Emergency
	}
	if c.Countries != nil {
		if l.Countries, err = checkCountries(c.Countries); err != nil {
			return Line{}, err
		}
	}
	for _, set := range []struct{ to, from *int }{{&l.Pace, c.Pace}, {&l.Price, c.Price}, {&l.DailyCap, c.DailyCap}} {
		if set.from != nil {
			*set.to = *set.from
		}
	}
	if err := checkLine(l); err != nil {
		return Line{}, err
	}
	if _, err := q.Exec(ctx, `update lines set name = $2, languages = $3, texts = $4, emergency = $5, pace = $6, price = $7, daily_cap = $8, countries = $9 where id = $1`,
		l.ID, l.Name, l.Languages, l.Texts, l.Emergency, l.Pace, l.Price, l.DailyCap, l.Countries); err != nil {
		return Line{}, fmt.Errorf("changing a line: %w", err)
	}
	return l, nil
}

// MostLanguages is how many languages a line offers: a key each, of those that are left on a call.
const MostLanguages = 8

func checkLine(l Line) error {
	languages, texts := l.Languages, l.Texts
	if n := len(l.Emergency); n < 2 || n > 6 || strings.Trim(l.Emergency, "0123456789") != "" {
		return refuse("the emergency number is 2 to 6 digits, as people dial it: 911, not %q", l.Emergency)
	}
	if texts != TextsOn && texts != TextsPending {
		return refuse("texts are %q or %q, not %q", TextsOn, TextsPending, texts)
	}
	switch {
	case l.Pace < 0 || l.Pace > 1000:
		return refuse("a line sends 1 to 1000 segments of notices a second, or as fast as it goes with 0")
	case l.Price < 0 || l.Price > 10_000_000:
		return refuse("a segment costs 0 to 10 dollars")
	case l.ID != uuid.Nil && (l.DailyCap < 1 || l.DailyCap > 1_000_000):
		return refuse("notices of a line may cost 1 to 1000000 dollars a day")
	}
	if len(languages) == 0 {
		return refuse("a line needs at least one language, such as en")
	}
	if len(languages) > MostLanguages {
		return refuse("a line offers at most %d languages, and these are %d: on a call 9 repeats, and 0 is for a person", MostLanguages, len(languages))
	}
	for i, lang := range languages {
		if err := checkLanguage(lang); err != nil {
			return err
		}
		if strings.Contains(" "+strings.Join(languages[:i], " ")+" ", " "+lang+" ") {
			return refuse("the language %s stands twice", lang)
		}
	}
	return nil
}

// lineName is cleanName for what stands in nearly every text.
func lineName(name string) (string, error) {
	name, err := cleanName(name)
	if err == nil {
		err = checkLength("the name", name, LongestLineName)
	}
	return name, err
}

// checkLanguage accepts a BCP 47 primary tag in lower case, as flows name languages. Whether any flow speaks it is not for the
// records to know: some languages exist for calls only, or come later.
func checkLanguage(lang string) error {
	notSmall := func(r rune) bool { return r < 'a' || r > 'z' }
	if len(lang) < 2 || len(lang) > 3 || strings.ContainsFunc(lang, notSmall) {
		return refuse("%q is no language; write its two or three small letters, such as en, es or quc", lang)
	}
	return nil
}
