package store

import (
	"bytes"
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hotline/store/seal"
)

// CheckKeys binds a database to its key file: on first use it remembers a check value of each version, and from then on it refuses
// a file that lacks a version or holds another key under its number. With another file, silently, every member would be a stranger.
func CheckKeys(ctx context.Context, pool *pgxpool.Pool, keys *seal.Keys) error {
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		// Of two processes that both are the first, the later one must find what the earlier one left.
		if _, err := tx.Exec(ctx, `lock table key_checks in share row exclusive mode`); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select version, value from key_checks order by version`)
		if err != nil {
			return err
		}
		wanted, err := pgx.CollectRows(rows, pgx.RowToStructByPos[seal.Check])
		if err != nil {
			return err
		}
		if err := compareKeys(wanted, keys.Checks()); err != nil {
			return err
		}
		for _, c := range keys.Checks()[len(wanted):] {
			if _, err := tx.Exec(ctx, `insert into key_checks (version, value) values ($1, $2)`, c.Version, c.Value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("checking the keys: %w", err)
	}
	return nil
}

// compareKeys lets pass a file that holds the wanted versions first, and nothing but newer ones after them. The order counts: the
// journal and every index are made with the oldest version. None that this database has seen may be missing: rows are sealed with it.
func compareKeys(wanted, given []seal.Check) error {
	for i, w := range wanted {
		switch {
		case i >= len(given) || given[i].Version != w.Version:
			return refuse("this database belongs to a key file with version %d, fingerprint %s, and the one given has it not, or not in its place: "+
				"set HOTLINE_KEYS to that file", w.Version, w.Fingerprint())
		case !bytes.Equal(given[i].Value, w.Value):
			return refuse("this database belongs to the key file with fingerprint %s (version %d), and the one given has %s: "+
				"set HOTLINE_KEYS to that file", w.Fingerprint(), w.Version, given[i].Fingerprint())
		}
	}
	return nil
}
