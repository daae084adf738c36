package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Deed is one line of the journal: what somebody with power over others' data did. It names no worker.
type Deed struct {
	Seq      int64 // 1, 2, 3 …; given by Note
	Assembly uuid.UUID
	Actor    string // the name they act under
	Act      string // "ballot.open"
	Object   string // an id, or a name
	At       time.Time
}

// journalLock is the advisory lock of the journal's end; any constant does.
const journalLock = 0x6a6f75726e616c

// Note writes a deed at the end of the journal, in the transaction q of the deed itself. Its digest covers the digest before it and
// is keyed, so that whoever can write to the database but has no key file cannot change, drop or insert a line unseen. Only lines
// cut off at the very end do not show; keep the last digest elsewhere for that.
//
// Transactions that note something wait for each other until they commit: that is for organizers' acts, not for turns.
func (s *Store) Note(ctx context.Context, q Querier, d Deed) error {
	// The lock is a statement of its own: one that reads beside it would see what stood before the wait.
	if _, err := q.Exec(ctx, `select pg_advisory_xact_lock($1)`, int64(journalLock)); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	var last []byte
	if _, err := one(ctx, q, `select seq, digest from journal order by seq desc limit 1`, nil, &d.Seq, &last); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	d.Seq++
	d.At = d.At.UTC().Truncate(time.Microsecond) // as Postgres keeps it
	_, err := q.Exec(ctx, `insert into journal (seq, assembly_id, at, actor, act, object, digest) values ($1, $2, $3, $4, $5, $6, $7)`,
		d.Seq, d.Assembly, d.At, d.Actor, d.Act, d.Object, s.deedDigest(last, d))
	return wrap("writing the journal", err)
}

// Journal lists an assembly's deeds, oldest first.
func (s *Store) Journal(ctx context.Context, q Querier, assembly uuid.UUID) ([]Deed, error) {
	return list(ctx, q, "reading the journal", pgx.RowToStructByPos[Deed],
		`select seq, assembly_id, actor, act, object, at from journal where assembly_id = $1 order by seq`, assembly)
}

// VerifyJournal reads the whole journal and tells how many lines it has and the last digest. Where a line was changed, dropped or
// inserted it fails and names the first line that does not follow.
func (s *Store) VerifyJournal(ctx context.Context, q Querier) (lines int64, last []byte, err error) {
	var d Deed
	var digest []byte
	err = each(ctx, q, func() error {
		lines++
		if d.Seq != lines || !bytes.Equal(digest, s.deedDigest(last, d)) {
			return refuse("line %d of the journal does not follow from the line before it: the journal was tampered with", lines)
		}
		last = bytes.Clone(digest)
		return nil
	}, []any{&d.Seq, &d.Assembly, &d.Actor, &d.Act, &d.Object, &d.At, &digest},
		`select seq, assembly_id, actor, act, object, at, digest from journal order by seq`)
	return lines, last, wrap("verifying the journal", err)
}

// deedDigest covers the digest before and every field, each behind its length so that no two deeds read the same.
func (s *Store) deedDigest(before []byte, d Deed) []byte {
	var b []byte
	for _, field := range [][]byte{before, binary.BigEndian.AppendUint64(nil, uint64(d.Seq)), d.Assembly[:],
		binary.BigEndian.AppendUint64(nil, uint64(d.At.UnixMicro())), []byte(d.Actor), []byte(d.Act), []byte(d.Object)} {
		b = binary.AppendUvarint(b, uint64(len(field)))
		b = append(b, field...)
	}
	return s.Keys.Index("journal", string(b))
}
