package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// BroadcastState is how far a broadcast has come.
type BroadcastState string

const (
	BroadcastDraft    BroadcastState = "draft"
	BroadcastApproved BroadcastState = "approved" // by a second organizer; it can still be called back
	BroadcastSending  BroadcastState = "sending"
	BroadcastPaused   BroadcastState = "paused"
	BroadcastDone     BroadcastState = "done" // nothing of it waits to be sent
	BroadcastCanceled BroadcastState = "canceled"
	BroadcastKept     BroadcastState = "kept" // a wording in advance (wording.go)
)

// CallBack is how long after its approval a broadcast waits, so that it can be called back.
const CallBack = time.Minute

// LongestNotice is how long the words of a broadcast may be in one language, in letters as a text counts them: two segments, with the name
// of the line and how to stop.
const LongestNotice = 220

// Broadcast is one message for many. Organizers call it by its number. One of them drafts it, and a second one approves it from their own
// phone: until then it goes to nobody. Any change makes another edition, which nobody has approved.
type Broadcast struct {
	ID         uuid.UUID
	Assembly   uuid.UUID
	Line       uuid.UUID // from which it goes to whoever agreed to no line in particular
	Number     int
	Purpose    Purpose // ForNotices or ForAlerts
	Words      Words
	Audience   Audience
	HasPlace   bool // it tells where a meeting is
	Edition    int  // from 1
	State      BroadcastState
	DraftedBy  uuid.UUID // the organizer …
	Author     string    // … and their name
	ApprovedBy string    // a name; empty: nobody has
	ApprovedAt time.Time
	StartsAt   time.Time // not sooner; zero: once it is approved
	ExpiresAt  time.Time // what has not gone out by then does not
	CountFrom  time.Time // failures before that count no more
	Why        string    // it was paused; empty: not, or by hand
	Frozen     bool      // to whom it goes is written down
	EndedAt    time.Time
	Ways       Ways
	Pin        bool // on a call it is read only to who keys a PIN of that phone
	Carried

	Alert     AlertKind // of an alert; AlertNone: a notice
	InAdvance bool      // words of an alert that are approved before there is any (wording.go)
	AlertOf   uuid.UUID // the alert that it confirms, corrects or ends, which was the first …
	First     int       // … and its number
	Wording   int       // the number of the wording in advance that was sent; 0: none

	Longest int // seconds of the longest recording of it; 0: nothing is recorded
}

const (
	broadcastWords     = "broadcasts.words"
	broadcastWorkplace = "broadcasts.workplace"
)

const selectBroadcast = `select b.id, b.assembly_id, b.line_id, b.number, b.purpose, b.words, b.audience, b.workplace, b.has_place, b.edition, b.state,
	b.drafted_by, d.name, coalesce(a.name, ''), b.approved_at, b.starts_at, b.expires_at, b.resumed_at, b.why, b.frozen_at is not null, b.ended_at, b.ways, b.pin,
	b.flow, b.about, b.record, b.version, b.kind, b.follows, b.inside,
	b.alert, b.in_advance, b.alert_of, coalesce((select number from broadcasts f where f.id = b.alert_of), 0), coalesce((select number from broadcasts w where w.id = b.wording_id), 0),
	coalesce((select max(seconds) from notice_recordings r where r.broadcast_id in (b.id, b.wording_id)), 0)
	from broadcasts b join organizers d on d.id = b.drafted_by left join organizers a on a.id = b.approved_by`

func (s *Store) scanBroadcast(r pgx.CollectableRow) (b Broadcast, err error) {
	var words, workplace, audience, inside []byte
	var record, follows, alertOf *uuid.UUID
	var approved, starts, resumed, ended *time.Time
	if err = r.Scan(&b.ID, &b.Assembly, &b.Line, &b.Number, &b.Purpose, &words, &audience, &workplace, &b.HasPlace, &b.Edition, &b.State,
		&b.DraftedBy, &b.Author, &b.ApprovedBy, &approved, &starts, &b.ExpiresAt, &resumed, &b.Why, &b.Frozen, &ended, &b.Ways, &b.Pin,
		&b.Flow, &b.About, &record, &b.Version, &b.Kind, &follows, &inside,
		&b.Alert, &b.InAdvance, &alertOf, &b.First, &b.Wording, &b.Longest); err != nil {
		return b, err
	}
	b.AlertOf = valueOf(alertOf)
	b.ApprovedAt, b.StartsAt, b.CountFrom, b.EndedAt = timeOf(approved), timeOf(starts), timeOf(resumed), timeOf(ended)
	if err = json.Unmarshal(audience, &b.Audience); err != nil {
		return b, fmt.Errorf("reading to whom a broadcast goes: %w", err)
	}
	if b.Audience.Workplace, err = s.openText(broadcastWorkplace, b.ID, workplace); err != nil {
		return b, err
	}
	b.Record, b.Follows = valueOf(record), valueOf(follows)
	if len(inside) > 0 {
		if err = s.openJSON(broadcastInside, b.ID, inside, &b.Inside); err != nil {
			return b, err
		}
	}
	return b, s.openJSON(broadcastWords, b.ID, words, &b.Words)
}

func (b Broadcast) check(now time.Time) error {
	what, longest, days := "the notice", LongestNotice, 60
	if b.Alert != AlertNone {
		what, longest = "the alert", LongestAlert
	}
	if b.InAdvance {
		days = WordingDays
	}
	if err := b.Words.check(what, longest); err != nil {
		return err
	}
	if len(b.Inside) > 0 {
		if err := b.Inside.check("the notice to members", LongestNotice); err != nil {
			return err
		}
	}
	switch from := max(b.StartsAt.Unix(), now.Unix()); {
	case !b.ExpiresAt.After(now):
		return refuse("the time until which it is worth sending has passed")
	case b.ExpiresAt.Unix() <= from:
		return refuse("it would not be worth sending any more when it starts: let it start sooner, or be worth it for longer")
	case b.ExpiresAt.Sub(now) > time.Duration(days)*24*time.Hour:
		return refuse("a notice is worth sending for at most sixty days")
	case b.Alert.After() && !b.Audience.all():
		return refuse("what follows on an alert goes to the phones that were sent it, and to nobody else")
	case b.Uncounted() && (b.Purpose == ForAlerts || b.About == "meeting"): // more would follow to the same phones, and tell how many they are
		return refuse("an alert or an invitation goes to people whether they have voted or not: write a notice of its own to those who have not")
	}
	if err := b.Ways.check(b.Pin); err != nil {
		return err
	}
	return b.Audience.check()
}

// DraftBroadcast writes a draft. Of b count all fields that organizers choose, and DraftedBy.
func (s *Store) DraftBroadcast(ctx context.Context, q Querier, b Broadcast, now time.Time) (Broadcast, error) {
	b.beOfAKind()
	if err := b.check(now); err != nil {
		return Broadcast{}, err
	}
	b.ID = newID()
	words, audience, workplace, err := s.sealBroadcast(b)
	if err != nil {
		return Broadcast{}, err
	}
	inside, err := s.sealInside(b)
	if err != nil {
		return Broadcast{}, err
	}
	added, err := one(ctx, q, `with n as (update assemblies set broadcasts = broadcasts + 1 where id = $2 returning broadcasts)
		insert into broadcasts (id, assembly_id, line_id, number, purpose, words, audience, workplace, has_place, drafted_by, drafted_at, starts_at, expires_at,
			flow, about, record, version, inside, ways, pin, alert, in_advance, alert_of)
		select $1, $2, $3, n.broadcasts, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22 from n
		on conflict (alert_of, alert) where alert_of is not null and alert in ('confirmed', 'clear') and state <> 'canceled' do nothing returning number`,
		[]any{b.ID, b.Assembly, b.Line, b.Purpose, words, audience, workplace, b.HasPlace, b.DraftedBy, now, nullTime(b.StartsAt), b.ExpiresAt,
			b.Flow, b.About, nullable(b.Record), b.Version, inside, b.Ways, b.Pin, b.Alert, b.InAdvance, nullable(b.AlertOf)}, &b.Number)
	switch {
	case err != nil:
		return Broadcast{}, fmt.Errorf("drafting a broadcast: %w", err)
	case !added:
		return Broadcast{}, refuse("somebody else was quicker: alert list tells how it stands")
	}
	return s.ShowBroadcast(ctx, q, b.Assembly, b.Number)
}

func (s *Store) sealBroadcast(b Broadcast) (words, audience, workplace []byte, err error) {
	if words, err = s.sealJSON(broadcastWords, b.ID, b.Words); err != nil {
		return nil, nil, nil, err
	}
	if b.Audience.Workplace != "" {
		workplace = s.Keys.Seal(broadcastWorkplace, b.ID, []byte(b.Audience.Workplace))
	}
	audience, err = json.Marshal(b.Audience)
	return words, audience, workplace, err
}

// ChangeBroadcast changes a draft, as another organizer's if it is one who changes it: then it is theirs, and somebody else approves it.
func (s *Store) ChangeBroadcast(ctx context.Context, q Querier, b Broadcast, now time.Time) (Broadcast, error) {
	b.beOfAKind()
	if err := b.check(now); err != nil {
		return Broadcast{}, err
	}
	words, audience, workplace, err := s.sealBroadcast(b)
	if err != nil {
		return Broadcast{}, err
	}
	inside, err := s.sealInside(b)
	if err != nil {
		return Broadcast{}, err
	}
	tag, err := q.Exec(ctx, `update broadcasts set words = $2, audience = $3, workplace = $4, has_place = $5, drafted_by = $6, starts_at = $7, expires_at = $8,
		purpose = $9, flow = $10, about = $11, record = $12, version = $13, inside = $14, ways = $15, pin = $16, alert = $17, edition = edition + 1
		where id = $1 and state = 'draft'`, b.ID, words, audience, workplace, b.HasPlace, b.DraftedBy, nullTime(b.StartsAt), b.ExpiresAt, b.Purpose, b.Flow, b.About,
		nullable(b.Record), b.Version, inside, b.Ways, b.Pin, b.Alert)
	switch {
	case err != nil:
		return Broadcast{}, fmt.Errorf("changing a broadcast: %w", err)
	case tag.RowsAffected() == 0:
		return Broadcast{}, refuse("only a draft can be changed; cancel this one, and draft another")
	}
	if err := s.voidRecordings(ctx, q, b.ID, now); err != nil {
		return Broadcast{}, err
	}
	return s.ShowBroadcast(ctx, q, b.Assembly, b.Number)
}

// Broadcasts lists those of an assembly, the newest first.
func (s *Store) Broadcasts(ctx context.Context, q Querier, assembly uuid.UUID) ([]Broadcast, error) {
	return list(ctx, q, "listing broadcasts", s.scanBroadcast, selectBroadcast+` where b.assembly_id = $1 order by b.number desc`, assembly)
}

// ShowBroadcast finds one by its number.
func (s *Store) ShowBroadcast(ctx context.Context, q Querier, assembly uuid.UUID, number int) (Broadcast, error) {
	found, err := list(ctx, q, "looking for a broadcast", s.scanBroadcast, selectBroadcast+` where b.assembly_id = $1 and b.number = $2`, assembly, number)
	if err != nil {
		return Broadcast{}, err
	}
	if len(found) == 0 {
		return Broadcast{}, refuse("there is no broadcast %d", number)
	}
	return found[0], nil
}

// BroadcastByID finds one.
func (s *Store) BroadcastByID(ctx context.Context, q Querier, id uuid.UUID) (b Broadcast, found bool, err error) {
	all, err := list(ctx, q, "looking for a broadcast", s.scanBroadcast, selectBroadcast+` where b.id = $1`, id)
	if err != nil || len(all) == 0 {
		return Broadcast{}, false, err
	}
	return all[0], true, nil
}

// lockBroadcast finds one, locked until the transaction ends.
func (s *Store) lockBroadcast(ctx context.Context, q Querier, id uuid.UUID) (b Broadcast, found bool, err error) {
	all, err := list(ctx, q, "looking for a broadcast", s.scanBroadcast, selectBroadcast+` where b.id = $1 for update of b`, id)
	if err != nil || len(all) == 0 {
		return Broadcast{}, false, err
	}
	return all[0], true, nil
}
