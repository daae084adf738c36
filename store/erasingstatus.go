package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
)

// Erasing is how far the erasing at the carrier has come.
type Erasing struct {
	Kinds       []ErasingKind // those of which something is known
	HaltedSince time.Time     // since when the carrier refuses everything, for a reason of the account's; zero: it does not
	HaltedCode  int           // its code for that
}

// ErasingKind is that of one kind. What waits is parted in three: Fetching, Later and the rest, which is under way or about to be.
type ErasingKind struct {
	Kind     ErasureKind
	Waiting  int
	Fetching int       // of those: not before they have come here
	TooSoon  int       // of those: the carrier was asked, and says that they are not final
	Refused  int       // of those: it was asked, and would not or did not answer
	Oldest   time.Time // of those not Fetching: since when the first waits
	GivenUp  int       // a person has to look
	Erased   int64     // in the last days that were asked for
}

// notFinalCode is the carrier's word for "not yet" (Twilio's error 20009).
const notFinalCode = 20009

// ErasingNow tells it, with what was erased since then.
func (s *Store) ErasingNow(ctx context.Context, q Querier, since time.Time) (e Erasing, err error) {
	e.Kinds, err = list(ctx, q, "looking what waits to be erased at the carrier", func(r pgx.CollectableRow) (k ErasingKind, err error) {
		err = r.Scan(&k.Kind, &k.Waiting, &k.Fetching, &k.TooSoon, &k.Refused, (*zeronull.Timestamptz)(&k.Oldest), &k.GivenUp, &k.Erased)
		return k, err
	}, `with w as (
			select kind, count(*) n, count(*) filter (where due_at is null) fetching, count(*) filter (where code = $1) soon,
				count(*) filter (where tries > 0 and code is distinct from $1) refused, min(at) filter (where due_at is not null) oldest
			from carrier_erasures where done_at is null and given_up_at is null group by kind),
		g as (select kind, count(*) n from carrier_erasures where given_up_at is not null group by kind),
		d as (select kind, sum(n)::bigint n from carrier_erased
			where came <> 'given_up' and day >= ($2::timestamptz at time zone 'UTC')::date group by kind)
		select k.kind, coalesce(w.n, 0), coalesce(w.fetching, 0), coalesce(w.soon, 0), coalesce(w.refused, 0), w.oldest, coalesce(g.n, 0), coalesce(d.n, 0)
		from unnest(array['text', 'picture', 'recording']) with ordinality k(kind, place)
		left join w using (kind) left join g using (kind) left join d using (kind) order by k.place`, notFinalCode, since)
	if err != nil {
		return e, err
	}
	_, err = one(ctx, q, `select since, code from carrier_erasing_halt`, nil, &e.HaltedSince, &e.HaltedCode)
	return e, wrap("looking whether the carrier refuses", err)
}

// ErasureState is what we know of something that stands at the carrier.
type ErasureState string

const (
	ErasureUnknown ErasureState = "unknown" // nothing: we never heard of it, or it is long since
	ErasureWaits   ErasureState = "waits"
	ErasureGivenUp ErasureState = "given up"
	ErasureDone    ErasureState = "erased" // so the carrier said
)

// ErasureOf tells it of a text, by the carrier's id.
func (s *Store) ErasureOf(ctx context.Context, q Querier, sid string) (ErasureState, error) {
	return s.erasureState(ctx, q, s.erasureID(sid))
}

// MediaErasureOf tells it of a recording or picture, by its id here.
func (s *Store) MediaErasureOf(ctx context.Context, q Querier, media uuid.UUID) (ErasureState, error) {
	return s.erasureState(ctx, q, media)
}

func (s *Store) erasureState(ctx context.Context, q Querier, id uuid.UUID) (ErasureState, error) {
	state := ErasureUnknown
	_, err := one(ctx, q, `select case when done_at is not null then 'erased' when given_up_at is not null then 'given up' else 'waits' end
		from carrier_erasures where id = $1`, []any{id}, &state)
	return state, wrap("looking for what is to be erased at the carrier", err)
}

// HeardAmong tells which of these outside events were heard.
func (s *Store) HeardAmong(ctx context.Context, q Querier, keys []string) (map[string]bool, error) {
	digests := make([][]byte, len(keys))
	of := make(map[string]string, len(keys))
	for i, key := range keys {
		digests[i] = s.eventKey(key)
		of[string(digests[i])] = key
	}
	found, err := list(ctx, q, "looking what was heard", pgx.RowTo[[]byte], `select key from heard where key = any($1)`, digests)
	heard := make(map[string]bool, len(found))
	for _, digest := range found {
		heard[of[string(digest)]] = true
	}
	return heard, err
}
