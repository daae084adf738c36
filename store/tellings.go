package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Told is what became known of one send, among many.
type Told struct {
	ID uuid.UUID
	Telling
}

// TellOutgoing takes in many tellings, each as MergeOutgoing does one, in a few statements: a carrier tells of texts as fast as they go out. It
// gives the rows that are ours, as they stand then. Rows are locked in the order of their ids, so that two who do this never wait for each
// other in a circle. q is a transaction.
func (s *Store) TellOutgoing(ctx context.Context, q Querier, all []Told) (map[uuid.UUID]Outgoing, error) {
	all, err := furthest(all)
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	var states, sids, blames []string
	var ranks, codes []int
	var at []time.Time
	for _, t := range all {
		ids, states, ranks, sids = append(ids, t.ID), append(states, string(t.State)), append(ranks, t.State.rank()), append(sids, t.CarrierID)
		codes, blames, at = append(codes, t.Error), append(blames, string(t.Blame)), append(at, t.At)
	}
	ours := map[uuid.UUID]Outgoing{}
	named := map[uuid.UUID]bool{} // the carrier's id was known before
	var o Outgoing
	var had bool
	err = each(ctx, q, func() error { named[o.ID] = had; return nil }, []any{&o.ID, &had},
		`select id, carrier_id is not null from outgoing where id = any($1) order by id for no key update`, ids)
	if err != nil {
		return nil, fmt.Errorf("taking in what the carrier told: %w", err)
	}
	err = each(ctx, q, func() error { ours[o.ID] = o; return nil }, []any{&o.ID, &o.Assembly, &o.Line, &o.Phone, &o.Channel, &o.State},
		`update outgoing o set state = case when c.more then c.state else o.state end, changed_at = case when c.more then c.at else o.changed_at end,
			error = case when c.more and c.code <> 0 then c.code else o.error end, blame = case when c.more then c.blame else o.blame end,
			carrier_id = coalesce(o.carrier_id, nullif(c.sid, ''))
		from (select t.*, t.rank > array_position($8::text[], x.state) - 1 as more
			from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::int[], $6::text[], $7::timestamptz[]) as t(id, state, rank, sid, code, blame, at)
			join outgoing x on x.id = t.id) c
		where o.id = c.id returning o.id, o.assembly_id, o.line_id, o.phone_id, o.channel, o.state`, ids, states, ranks, sids, codes, blames, at, sendStates())
	if err != nil {
		return nil, fmt.Errorf("taking in what the carrier told: %w", err)
	}
	var erase []erasureWanted
	for _, t := range all {
		o, is := ours[t.ID]
		due := t.At.Add(unheardAfter)
		if o.State.Final() {
			due = t.At.Add(SettledAfter)
		} else if named[t.ID] {
			continue // it is wanted already, and no sooner
		}
		if is && t.CarrierID != "" && o.Channel == ByText {
			erase = append(erase, erasureWanted{o.Assembly, t.CarrierID, due, t.At})
		}
	}
	return ours, s.wantAllErased(ctx, q, erase)
}

// furthest leaves one telling of each send, the furthest, with the carrier's id if any has it.
func furthest(all []Told) ([]Told, error) {
	by := map[uuid.UUID]Told{}
	for _, t := range all {
		if t.State.rank() < 0 {
			return nil, fmt.Errorf("taking in what the carrier told: there is no state %q", t.State)
		}
		had, twice := by[t.ID]
		if twice && t.State.rank() <= had.State.rank() {
			t, had = had, t
		}
		t.CarrierID = cmp.Or(t.CarrierID, had.CarrierID)
		by[t.ID] = t
	}
	left := make([]Told, 0, len(by))
	for _, t := range by {
		left = append(left, t)
	}
	slices.SortFunc(left, func(a, b Told) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return left, nil
}

// YieldAll takes messages of the carrier's from whatever sends they were found for, since the carrier itself says now that each belongs to the send
// beside it: of two with the same words, one was taken for the other. That one is unknown again.
func (s *Store) YieldAll(ctx context.Context, q Querier, all []Told, now time.Time) error {
	var ids []uuid.UUID
	var sids []string
	for _, t := range all {
		if t.CarrierID != "" {
			ids, sids = append(ids, t.ID), append(sids, t.CarrierID)
		}
	}
	_, err := q.Exec(ctx, `update outgoing o set state = 'unknown', carrier_id = null, error = null, found_at = null, changed_at = $3
		from unnest($1::uuid[], $2::text[]) as c(id, sid) where o.carrier_id = c.sid and o.id <> c.id and o.found_at is not null
		and exists (select from outgoing x where x.id = c.id)`, ids, sids, now)
	return wrap("giving up what was found at the carrier", err)
}

// erasureWanted is one of wantAllErased.
type erasureWanted struct {
	assembly uuid.UUID
	sid      string
	due, at  time.Time
}

// wantAllErased is WantErased of many texts.
func (s *Store) wantAllErased(ctx context.Context, q Querier, all []erasureWanted) error {
	if len(all) == 0 {
		return nil
	}
	type row struct {
		id uuid.UUID
		erasureWanted
	}
	by := map[uuid.UUID]row{} // a statement takes each but once
	for _, w := range all {
		id := s.erasureID(w.sid)
		if had, twice := by[id]; !twice || w.due.Before(had.due) {
			by[id] = row{id, w}
		}
	}
	rows := make([]row, 0, len(by))
	for _, r := range by {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b row) int { return slices.Compare(a.id[:], b.id[:]) })
	var ids, assemblies []uuid.UUID
	var sources [][]byte
	var due, at []time.Time
	for _, r := range rows {
		ids, assemblies, sources = append(ids, r.id), append(assemblies, r.assembly), append(sources, s.Keys.Seal(erasureSource, r.id, []byte(r.sid)))
		due, at = append(due, r.due), append(at, r.at)
	}
	_, err := q.Exec(ctx, `insert into carrier_erasures as e (id, assembly_id, kind, source, due_at, at)
		select w.id, w.assembly, 'text', w.source, w.due, w.at from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::timestamptz[], $5::timestamptz[]) as w(id, assembly, source, due, at)
		on conflict (id) do update set due_at = least(e.due_at, excluded.due_at) where e.done_at is null and e.given_up_at is null and e.due_at > excluded.due_at`,
		ids, assemblies, sources, due, at)
	return wrap("writing down what is to be erased at the carrier", err)
}

// SettleDrawn takes in what the carrier answered about many rows. q is a transaction.
func (s *Store) SettleDrawn(ctx context.Context, q Querier, all []Settled, now time.Time) error {
	var ids []uuid.UUID
	var later []*time.Time
	var told []Told
	for _, c := range all {
		if c.State == SendReady {
			ids, later = append(ids, c.ID), append(later, nullTime(c.Later))
			continue
		}
		told = append(told, Told{c.ID, Telling{State: c.State, CarrierID: c.SID, Error: c.Code, Blame: c.Blame, At: now}})
	}
	if len(ids) > 0 {
		if _, err := q.Exec(ctx, `update outgoing o set changed_at = $3, not_before = c.later,
				state = case when exists (select from broadcasts b where b.id = o.broadcast_id and b.state = 'canceled') then 'canceled' else 'ready' end
			from unnest($1::uuid[], $2::timestamptz[]) as c(id, later)
			where o.id = c.id and o.state = 'sending'`, ids, later, now); err != nil {
			return fmt.Errorf("taking in what the carrier answered: %w", err)
		}
	}
	if len(told) == 0 {
		return nil
	}
	_, err := s.TellOutgoing(ctx, q, told)
	return err
}
