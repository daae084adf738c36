package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// KeepSounds keeps the recordings of a flow set by the names that their content gives them. What is kept already is not sent again.
func (s *Store) KeepSounds(ctx context.Context, q Querier, sounds map[string][]byte) error {
	if len(sounds) == 0 {
		return nil
	}
	names := make([]string, 0, len(sounds))
	for name := range sounds {
		names = append(names, name)
	}
	kept, err := s.KeptSounds(ctx, q, names)
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, name := range kept {
		have[name] = true
	}
	for name, data := range sounds {
		if have[name] {
			continue
		}
		if _, err := q.Exec(ctx, `insert into sounds (name, bytes) values ($1, $2) on conflict do nothing`, name, data); err != nil {
			return fmt.Errorf("keeping a recording of the flows: %w", err)
		}
	}
	return nil
}

// KeptSounds tells which of some recordings are kept.
func (s *Store) KeptSounds(ctx context.Context, q Querier, names []string) ([]string, error) {
	return list(ctx, q, "looking for recordings of the flows", pgx.RowTo[string], `select name from sounds where name = any($1)`, names)
}

// Sound reads one.
func (s *Store) Sound(ctx context.Context, q Querier, name string) (data []byte, found bool, err error) {
	found, err = one(ctx, q, `select bytes from sounds where name = $1`, []any{name}, &data)
	return data, found, wrap("reading a recording of the flows", err)
}
