package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// RaiseAlert has an alert that is not confirmed go at once to the phones of those on duty now, of the assembly and those above it, as callers in
// danger would ring them. It is refused where that is nobody, or where all of them have said stop. Of b count Assembly, Line, Words and DraftedBy.
func (s *Store) RaiseAlert(ctx context.Context, tx pgx.Tx, b Broadcast, now time.Time) (Broadcast, error) {
	line, err := s.textingLine(ctx, tx, b.Line)
	if err != nil {
		return Broadcast{}, err
	}
	on, err := s.MayRing(ctx, tx, Calling{Assembly: b.Assembly, Now: now})
	if err != nil {
		return Broadcast{}, err
	}
	var all []Recipient
	hear := 0
	for _, d := range on {
		var lang string
		var may bool
		if err := tx.QueryRow(ctx, `select coalesce((select lang from phones where id = $1), ''), coalesce(`+fmt.Sprintf(lastWord, "'all'")+`, true)
			and coalesce(`+fmt.Sprintf(lastWord, "'alerts'")+`, true)`, d.Phone, b.Line, ByText).Scan(&lang, &may); err != nil {
			return Broadcast{}, fmt.Errorf("looking who on duty can be told: %w", err)
		}
		lang, _ = b.wordsFor(lang, line.Languages)
		if all = append(all, Recipient{Phone: d.Phone, Line: b.Line, Lang: lang, Channel: ByText}); may {
			hear++
		}
	}
	switch {
	case len(on) == 0:
		return Broadcast{}, refuse("nobody is on duty now, and nothing was sent: duty on puts somebody there, and alert draft asks a second organizer for all who chose alerts")
	case hear == 0:
		return Broadcast{}, refuse("whoever is on duty now has said stop on their phone, and nothing was sent: ring them, or see duty on")
	}
	b.Purpose, b.Alert, b.ExpiresAt = ForAlerts, AlertUnconfirmed, now.Add(AlertHolds)
	if b, err = s.DraftBroadcast(ctx, tx, b, now); err != nil {
		return Broadcast{}, err
	}
	if err := s.freeze(ctx, tx, b, all, now); err != nil {
		return Broadcast{}, err
	}
	if err := s.sendAlone(ctx, tx, b, now); err != nil {
		return Broadcast{}, err
	}
	_, err = tx.Exec(ctx, `update broadcasts set frozen_at = $2 where id = $1`, b.ID, now)
	if err != nil {
		return Broadcast{}, fmt.Errorf("raising an alert: %w", err)
	}
	return s.ShowBroadcast(ctx, tx, b.Assembly, b.Number)
}

// textingLine is a line from which something can be sent now.
func (s *Store) textingLine(ctx context.Context, q Querier, id uuid.UUID) (Line, error) {
	line, err := s.LineByID(ctx, q, id)
	if err == nil && line.Texts != TextsOn {
		err = refuse("line %s cannot send texts now, and nothing was sent: ring those on duty", line.Number)
	}
	return line, err
}

// sendAlone has an alert go at once that needs no second organizer.
func (s *Store) sendAlone(ctx context.Context, q Querier, b Broadcast, now time.Time) error {
	_, err := q.Exec(ctx, `update broadcasts set state = 'approved', starts_at = $2 where id = $1 and state = 'draft'`, b.ID, now)
	return wrap("sending an alert", err)
}

// FollowAlert drafts what confirms, corrects or ends an alert, which LockAlert has found in this transaction. It goes at once where the alert went
// to nobody but those on duty; else it waits for a second organizer, or a wording in advance. waited is how many would have been told of the
// alert, and are not any more. Of b count Kind, Words and DraftedBy.
func (s *Store) FollowAlert(ctx context.Context, tx pgx.Tx, a Alert, b Broadcast, now time.Time) (_ Broadcast, waited int, err error) {
	if err := a.may(b.Alert); err != nil {
		return Broadcast{}, 0, err
	}
	b.Assembly, b.Line, b.Purpose, b.AlertOf = a.First.Assembly, a.First.Line, ForAlerts, a.First.ID
	b.ExpiresAt = now.Add(AlertHolds)
	if b.Alert.After() {
		b.ExpiresAt = now.Add(ClearHolds)
	}
	if b, err = s.DraftBroadcast(ctx, tx, b, now); err != nil || b.Alert == AlertConfirmed || a.NeedsTwo() {
		return b, 0, err
	}
	if err := s.sendAlone(ctx, tx, b, now); err != nil {
		return Broadcast{}, 0, err
	}
	if waited, err = s.overtake(ctx, tx, b, now); err != nil {
		return Broadcast{}, 0, err
	}
	b, err = s.ShowBroadcast(ctx, tx, b.Assembly, b.Number)
	return b, waited, err
}

// overtake ends what waits of an alert once b corrects or ends it, so that nobody is told of it afterwards, and nothing of it is sent once more.
// An all-clear that still waits for a second organizer outlives a correction. It tells how many phones are not told any more.
func (s *Store) overtake(ctx context.Context, q Querier, b Broadcast, now time.Time) (waited int, err error) {
	_, err = q.Exec(ctx, `update broadcasts set state = 'canceled', ended_at = $3 where (id = $1 or alert_of = $1) and id <> $2
		and state not in ('done', 'canceled') and ($4 = 'clear' or alert <> 'clear')`, b.AlertOf, b.ID, now, b.Alert)
	if err == nil {
		err = q.QueryRow(ctx, `with over as (update outgoing o set state = case when o.state = 'ready' then 'canceled' else o.state end, may_repeat = false,
				changed_at = case when o.state = 'ready' then $3 else o.changed_at end
			from broadcasts a where a.id = o.broadcast_id and (a.id = $1 or a.alert_of = $1) and a.id <> $2 and o.state in ('ready', 'sending', 'unknown')
			returning o.state) select count(*) from over where state = 'canceled'`, b.AlertOf, b.ID, now).Scan(&waited)
	}
	return waited, wrap("ending what waits of an alert", err)
}
