package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ErasureKind is what is erased at the carrier.
type ErasureKind string

const (
	ErasureText      ErasureKind = "text" // its words are blanked; that it was sent stays on record there
	ErasurePicture   ErasureKind = "picture"
	ErasureRecording ErasureKind = "recording"
	ErasureCall      ErasureKind = "call" // its record is deleted: who was called, and which keys were pressed
)

// Erasure is something that lies at the carrier and is to be erased there. Its row is written in the transaction of what brought it
// about, and is worked off later. It survives the phone and the talk that it came from, and names neither: its id is a keyed digest, so
// that a dump cannot be matched with the carrier's list.
type Erasure struct {
	ID     uuid.UUID
	Kind   ErasureKind
	Source string    // the carrier's id of a text, or where a file lies there; kept sealed, and no longer than needed
	At     time.Time // since when it is to be erased
	DueAt  time.Time
	Tries  int   // that came to nothing
	Code   int   // why the carrier refused last, 0 if it did not
	Err    error // why it cannot be opened, if so
}

const (
	erasureSource = "carrier_erasures.source"
	// SettledAfter is when the carrier is first asked to erase a text: it refuses what is not final in all of its systems, and asks to
	// wait a minute at least (Twilio's error 20009).
	SettledAfter = 2 * time.Minute
	// A text of ours is asked about so long after the carrier took it if it never tells what became of it.
	unheardAfter = time.Hour
	// What could not be fetched is left at the carrier for so long, for somebody to fetch it by hand.
	rescueFor = 7 * 24 * time.Hour
	// What was erased is known for so long, so that a callback that comes late does not ask again.
	erasedKnownFor = 3 * 24 * time.Hour
	countsKeptFor  = 366 * 24 * time.Hour
)

// erasureID is that of a text. It is a digest of its own, other than the one under which the text was heard.
func (s *Store) erasureID(sid string) uuid.UUID {
	return uuid.UUID(s.Keys.Index("erasure", sid)[:16])
}

// WantErased writes down that the words of a text are to be erased at the carrier, from due on. Of several the soonest counts, and what
// was erased is not asked for again.
func (s *Store) WantErased(ctx context.Context, q Querier, assembly uuid.UUID, sid string, due, now time.Time) error {
	_, err := s.wantErased(ctx, q, assembly, sid, due, now,
		`due_at = least(e.due_at, excluded.due_at) where e.done_at is null and e.given_up_at is null`)
	return err
}

// WantErasedAgain is WantErased for what is known to stand at the carrier though we know nothing of it, or take it for erased. It tells
// false where it waits already, or was given up, for a person to see.
func (s *Store) WantErasedAgain(ctx context.Context, q Querier, assembly uuid.UUID, sid string, now time.Time) (news bool, err error) {
	return s.wantErased(ctx, q, assembly, sid, now, now,
		`due_at = excluded.due_at, source = excluded.source, at = excluded.at, tries = 0, code = null, done_at = null where e.done_at is not null`)
}

func (s *Store) wantErased(ctx context.Context, q Querier, assembly uuid.UUID, sid string, due, now time.Time, known string) (bool, error) {
	id := s.erasureID(sid)
	tag, err := q.Exec(ctx, `insert into carrier_erasures as e (id, assembly_id, kind, source, due_at, at) values ($1, $2, 'text', $3, $4, $5)
		on conflict (id) do update set `+known,
		id, assembly, s.Keys.Seal(erasureSource, id, []byte(sid)), due, now)
	return err == nil && tag.RowsAffected() == 1, wrap("writing down what is to be erased at the carrier", err)
}

// DueProcessed makes due what is not to be fetched from the carrier any more: it is kept here, or was erased, or is not wanted. What
// could not be fetched stays there for a while, and as long as a hold stands over its assembly: nothing else has it.
func (s *Store) DueProcessed(ctx context.Context, q Querier, now time.Time) error {
	_, err := q.Exec(ctx, `update carrier_erasures e set due_at = case when x.lost then $1::timestamptz + $2::interval else $1 end
		from (select w.id, coalesce(m.state in ('lost', 'too_large'), false) lost
			from carrier_erasures w left join media m on m.id = w.id
			where w.due_at is null and w.done_at is null and w.given_up_at is null and m.state is distinct from 'wanted'
			and not (coalesce(m.state in ('lost', 'too_large'), false) and w.assembly_id in (`+heldAssemblies+`))) x
		where e.id = x.id`, now, rescueFor)
	return wrap("looking what can be erased at the carrier", err)
}

// DueErasures lists what is to be erased now, the longest due first, at most so many, from behind the last of the batch before.
func (s *Store) DueErasures(ctx context.Context, q Querier, now time.Time, last Erasure, most int) ([]Erasure, error) {
	return list(ctx, q, "looking for what is to be erased at the carrier", s.scanErasure, `select id, kind, source, at, due_at, tries, coalesce(code, 0)
		from carrier_erasures where done_at is null and given_up_at is null and due_at <= $1 and (due_at, id) > ($2, $3)
		order by due_at, id limit $4`, now, last.DueAt, last.ID, most)
}

// GivenUpErasures lists what the carrier would not erase, for a person to do it by hand.
func (s *Store) GivenUpErasures(ctx context.Context, q Querier) ([]Erasure, error) {
	return list(ctx, q, "listing what the carrier would not erase", s.scanErasure, `select id, kind, source, at, given_up_at, tries, coalesce(code, 0)
		from carrier_erasures where given_up_at is not null order by given_up_at, id limit 1000`)
}

func (s *Store) scanErasure(r pgx.CollectableRow) (e Erasure, err error) {
	var sealed []byte
	if err := r.Scan(&e.ID, &e.Kind, &sealed, &e.At, &e.DueAt, &e.Tries, &e.Code); err != nil {
		return e, err
	}
	purpose := mediaSource // sealed as it stands in media
	if e.Kind == ErasureText || e.Kind == ErasureCall {
		purpose = erasureSource
	}
	e.Source, e.Err = s.openText(purpose, e.ID, sealed)
	return e, nil
}

// EraseAgain has what was given up tried anew, and tells how many that are. It is journaled in the assemblies whose it is.
func (s *Store) EraseAgain(ctx context.Context, by string, now time.Time) (n int, err error) {
	err = s.InTx(ctx, func(tx pgx.Tx) error {
		n = 0
		of, err := list(ctx, tx, "trying again", pgx.RowTo[uuid.UUID], `update carrier_erasures set given_up_at = null, due_at = $1, at = $1, tries = 0
			where given_up_at is not null returning assembly_id`, now)
		if err != nil {
			return err
		}
		did := map[uuid.UUID]int{}
		for _, assembly := range of {
			did[assembly]++
		}
		for assembly, many := range did {
			if err := s.Note(ctx, tx, Deed{Assembly: assembly, Actor: by, Act: "erase.again", Object: fmt.Sprint(many), At: now}); err != nil {
				return err
			}
		}
		n = len(of)
		return nil
	})
	return n, wrap("trying again what the carrier would not erase", err)
}

// Settlement is what came of asking the carrier to erase something.
type Settlement struct {
	ID   uuid.UUID
	Came Came
	Due  time.Time // of Later: when to ask again
	Code int       // the carrier's reason, 0 if it gave none
}

// Came is what came of it.
type Came string

const (
	CameErased  Came = "erased"
	CameGone    Came = "gone" // it was not there any more
	CameLater   Came = "later"
	CameGivenUp Came = "given_up"
)

// SettleErasures writes down what came of a batch, all of it or nothing. What was settled meanwhile by somebody else is not counted twice.
func (s *Store) SettleErasures(ctx context.Context, all []Settlement, now time.Time) error {
	var ids, laterIDs []uuid.UUID
	var came []string
	var codes, laterCodes []int32
	var due []time.Time
	for _, one := range all {
		if one.Came == CameLater {
			laterIDs, due, laterCodes = append(laterIDs, one.ID), append(due, one.Due), append(laterCodes, int32(one.Code))
			continue
		}
		ids, came, codes = append(ids, one.ID), append(came, string(one.Came)), append(codes, int32(one.Code))
	}
	err := s.InTx(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `update carrier_erasures e set due_at = x.due, tries = tries + 1, code = nullif(x.code, 0)
			from unnest($1::uuid[], $2::timestamptz[], $3::int[]) x(id, due, code) where e.id = x.id and e.done_at is null`,
			laterIDs, due, laterCodes); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `with d as (
				update carrier_erasures e set done_at = case when x.came <> 'given_up' then $4::timestamptz end,
					given_up_at = case when x.came = 'given_up' then $4 end,
					source = case when x.came = 'given_up' then e.source end, tries = tries + 1, code = nullif(x.code, 0)
				from unnest($1::uuid[], $2::text[], $3::int[]) x(id, came, code)
				where e.id = x.id and e.done_at is null and e.given_up_at is null returning e.kind, x.came)
			insert into carrier_erased as c (day, kind, came, n)
				select ($4::timestamptz at time zone 'UTC')::date, kind, came, count(*) from d group by kind, came
				on conflict (day, kind, came) do update set n = c.n + excluded.n`, ids, came, codes, now)
		return err
	})
	return wrap("writing down what the carrier erased", err)
}

// HaltErasing notes that the carrier refuses everything for a reason of the account's: since when, it keeps.
func (s *Store) HaltErasing(ctx context.Context, q Querier, code int, now time.Time) error {
	_, err := q.Exec(ctx, `insert into carrier_erasing_halt (since, code) values ($1, $2) on conflict (one) do update set code = excluded.code`, now, code)
	return wrap("noting that the carrier refuses", err)
}

// ResumeErasing notes that it does so no longer.
func (s *Store) ResumeErasing(ctx context.Context, q Querier) error {
	_, err := q.Exec(ctx, `delete from carrier_erasing_halt`)
	return wrap("noting that the carrier erases again", err)
}

// ForgetErased erases what is still known of what was erased long ago.
func (s *Store) ForgetErased(ctx context.Context, q Querier, now time.Time) error {
	for _, one := range []struct {
		sql    string
		before time.Time
	}{
		{`delete from carrier_erasures where id in (select id from carrier_erasures where done_at < $1 order by done_at limit 5000)`, now.Add(-erasedKnownFor)},
		{`delete from carrier_erased where day < ($1::timestamptz at time zone 'UTC')::date`, now.Add(-countsKeptFor)},
	} {
		if _, err := q.Exec(ctx, one.sql, one.before); err != nil {
			return fmt.Errorf("forgetting what was erased: %w", err)
		}
	}
	return nil
}
