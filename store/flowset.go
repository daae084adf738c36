package store

import (
	"context"
	"fmt"
)

// KeepFlowSet keeps the files of a flow set, name to text, under the hash over all of them: a conversation stays on the set it began
// with. Flow sets are the program's own words, so they are not sealed.
func (s *Store) KeepFlowSet(ctx context.Context, q Querier, hash string, files map[string]string) error {
	_, err := q.Exec(ctx, `insert into flow_sets (hash, files) values ($1, $2) on conflict do nothing`, hash, files)
	if err != nil {
		return fmt.Errorf("keeping a flow set: %w", err)
	}
	return nil
}

// FlowSet reads the files of a set that was kept.
func (s *Store) FlowSet(ctx context.Context, q Querier, hash string) (files map[string]string, found bool, err error) {
	found, err = one(ctx, q, `select files from flow_sets where hash = $1`, []any{hash}, &files)
	if err != nil {
		return nil, false, fmt.Errorf("reading a flow set: %w", err)
	}
	return files, found, nil
}
