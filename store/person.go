package store

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"
)

// A person is somebody whom an organizer knows by name, or who joined by a flyer and has none. People are joined to the phones that
// reach them and, as listed or member, to assemblies.
const personName = "people.name"

// NoName stands where a person has given none.
const NoName = "(no name)"

func (s *Store) sealName(id uuid.UUID, name string) []byte {
	return s.Keys.Seal(personName, id, []byte(name))
}

// openName opens a name, or gives NoName.
func (s *Store) openName(id uuid.UUID, sealed []byte) (string, error) {
	name, err := s.openText(personName, id, sealed)
	if err == nil && name == "" {
		return NoName, nil
	}
	return name, err
}

// sameName tells whether two spellings are one name: capitals, composed accents and spaces aside.
func sameName(a, b string) bool { return foldName(a) == foldName(b) }

func foldName(name string) string {
	return strings.ToLower(norm.NFC.String(strings.Join(strings.Fields(name), " ")))
}

// PhonesOf lists the phones that reach a person.
func (s *Store) PhonesOf(ctx context.Context, q Querier, person uuid.UUID) ([]uuid.UUID, error) {
	return list(ctx, q, "looking for a person's phones", pgx.RowTo[uuid.UUID], `select phone_id from phone_people where person_id = $1`, person)
}
