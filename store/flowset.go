package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
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

// FlowSetUse is a flow set that conversations stand in.
type FlowSetUse struct {
	Hash        string
	Talks       int
	First, Last time.Time // of when each of them was heard last
}

// FlowSetsInUse lists the sets of the flows in which conversations stand that were heard since then: texts since the one time, calls
// since the other, which is the later one; and those in which time will pass, however long ago they were heard. The set heard last
// comes first.
func (s *Store) FlowSetsInUse(ctx context.Context, q Querier, texts, calls time.Time) ([]FlowSetUse, error) {
	return list(ctx, q, "looking for flow sets in use", pgx.RowToStructByPos[FlowSetUse],
		`select flow_set, count(*), min(heard_at), max(heard_at) from conversations
		where (heard_on >= ($1::timestamptz at time zone 'UTC')::date and heard_at > case when call is null then $1 else $2::timestamptz end
			or wakes_at is not null) and flow_set <> ''
		group by flow_set order by max(heard_at) desc`, texts, calls)
}
