package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// An alert is a broadcast with a kind, in which its texts begin. One that is not confirmed goes to those on duty, by one organizer, at once; one
// that is, to all who chose alerts, by two. Either is followed by corrections and by one all-clear, to exactly the phones that were sent any of
// it. All that follows on an alert names the first of them; together they are one Alert.

// AlertKind is what an alert tells.
type AlertKind string

const (
	AlertNone        AlertKind = ""            // no alert
	AlertUnconfirmed AlertKind = "unconfirmed" // to those on duty
	AlertConfirmed   AlertKind = "confirmed"   // to all who chose alerts
	AlertClear       AlertKind = "clear"       // it is over
	AlertCorrection  AlertKind = "correction"
)

// After tells whether it follows on an alert, and goes to whom that went.
func (k AlertKind) After() bool { return k == AlertClear || k == AlertCorrection }

const (
	LongestKind  = 25                          // what an alert begins with, in letters
	LongestAlert = LongestNotice - LongestKind // its words
	AlertHolds   = 6 * time.Hour               // what has not gone out by then does not
	ClearHolds   = 24 * time.Hour              // of what follows on it
	OpenFor      = 2 * time.Hour               // then whoever wrote an alert is reminded that nobody has said that it is over
)

const errNobodyChose = Refusal("it would go to nobody: of those it is for, none has chosen alerts (they send ALERTS to the line, or say so on a sheet: member import)")

// beOfAKind gives an alert its kind. None tells where a meeting is: it waits for nobody to say whose phone it is.
func (b *Broadcast) beOfAKind() {
	switch {
	case b.Purpose != ForAlerts:
		b.Alert = AlertNone
		return
	case b.Alert == AlertNone:
		b.Alert = AlertConfirmed
	}
	b.HasPlace = false
}

// handed are the states of what may have reached a phone.
func handed() []SendState {
	return []SendState{SendSending, SendUnknown, SendAccepted, SendSent, SendUndelivered, SendDelivered}
}

// reached are the phones that may have been told of the alert on which b follows, each once, on the line and by the channel by which they were told
// last. Of an alert that is not confirmed they are those who were on duty.
func (s *Store) reached(ctx context.Context, q Querier, b Broadcast, line []string) ([]Recipient, error) {
	of, kinds, states := b.AlertOf, []AlertKind{AlertUnconfirmed, AlertConfirmed}, handed()
	switch {
	case b.Alert == AlertUnconfirmed:
		of, kinds, states = b.ID, kinds[:1], sendStates()
	case b.ApprovedBy == "" && b.State != BroadcastDraft: // one organizer alone reaches those who were on duty, whatever was confirmed since
		kinds = kinds[:1]
	}
	scan := func(r pgx.CollectableRow) (to Recipient, err error) {
		err = r.Scan(&to.Phone, &to.Line, &to.Channel, &to.Lang)
		to.Lang, _ = b.wordsFor(to.Lang, line)
		return to, err
	}
	return list(ctx, q, "looking who was told of an alert", scan, `select distinct on (o.phone_id) o.phone_id, o.line_id, o.channel, coalesce(p.lang, '')
		from broadcasts a join outgoing o on o.broadcast_id = a.id join phones p on p.id = o.phone_id
		where (a.id = $1 or a.alert_of = $1) and a.alert = any($2) and o.state = any($3) order by o.phone_id, o.state = 'delivered' desc, o.at desc, o.channel, o.id`, of, kinds, states)
}

// undecided tells whether the carrier has been asked to send some of an alert, and has not answered: those phones may not have been told.
func (s *Store) undecided(ctx context.Context, q Querier, first uuid.UUID) (undecided bool, err error) {
	err = q.QueryRow(ctx, `select exists (select from broadcasts a join outgoing o on o.broadcast_id = a.id
		where (a.id = $1 or a.alert_of = $1) and o.state = 'sending')`, first).Scan(&undecided)
	return undecided, wrap("looking whether an alert is on its way", err)
}

// Alert is one with all that followed on it.
type Alert struct {
	First Broadcast
	Later []Broadcast // in the order in which they were written
	Told  int         // phones that may have been told of it
	two   bool        // some of it was approved by two, and went to more than those on duty
}

// live tells whether one is to go out, or has.
func (b Broadcast) live() bool { return b.State != BroadcastDraft && b.State != BroadcastCanceled }

func (a Alert) later(k AlertKind, which func(Broadcast) bool) (Broadcast, bool) {
	i := slices.IndexFunc(a.Later, func(b Broadcast) bool { return b.Alert == k && which(b) })
	if i < 0 {
		return Broadcast{}, false
	}
	return a.Later[i], true
}

func notCanceled(b Broadcast) bool { return b.State != BroadcastCanceled }

// Over is the all-clear of an alert that went out, or is about to.
func (a Alert) Over() (Broadcast, bool) { return a.later(AlertClear, Broadcast.live) }

// Corrected tells whether a correction of it went out, or is about to.
func (a Alert) Corrected() bool {
	_, is := a.later(AlertCorrection, Broadcast.live)
	return is
}

// Open tells whether people may believe that there is still danger.
func (a Alert) Open() bool {
	_, over := a.Over()
	return !over && (a.Told > 0 || a.First.live() && a.First.State != BroadcastDone)
}

// NeedsTwo tells whether what follows on it is approved by a second organizer, as it was itself.
func (a Alert) NeedsTwo() bool { return a.two }

// Alerts lists those of an assembly: the open ones first, each of the two parts with the newest first.
func (s *Store) Alerts(ctx context.Context, q Querier, assembly uuid.UUID) ([]Alert, error) {
	all, err := list(ctx, q, "listing alerts", s.scanBroadcast, selectBroadcast+`
		where b.assembly_id = $1 and b.alert <> '' and not b.in_advance order by coalesce(b.alert_of, b.id), b.number`, assembly)
	if err != nil {
		return nil, err
	}
	var found []Alert
	for _, b := range all {
		if b.AlertOf == uuid.Nil {
			found = append(found, Alert{First: b})
			continue
		}
		found[len(found)-1].Later = append(found[len(found)-1].Later, b)
	}
	for i := range found {
		if err := s.countTold(ctx, q, &found[i]); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(found, func(a, b Alert) int {
		if a.Open() != b.Open() {
			return map[bool]int{true: -1, false: 1}[a.Open()]
		}
		return b.First.Number - a.First.Number
	})
	return found, nil
}

// countTold counts the phones of an alert, and looks whether it went to more than those on duty.
func (s *Store) countTold(ctx context.Context, q Querier, a *Alert) error {
	err := q.QueryRow(ctx, `select count(distinct o.phone_id), coalesce(bool_or(b.alert = 'confirmed'), false) from broadcasts b join outgoing o on o.broadcast_id = b.id
		where (b.id = $1 or b.alert_of = $1) and b.alert in ('unconfirmed', 'confirmed') and o.state = any($2)`, a.First.ID, handed()).Scan(&a.Told, &a.two)
	for _, b := range append([]Broadcast{a.First}, a.Later...) {
		a.two = a.two || b.Alert == AlertConfirmed && b.live()
	}
	return wrap("counting who was told of an alert", err)
}

// LockAlert finds the alert to which a broadcast belongs, by its number, and keeps it so until the transaction ends.
func (s *Store) LockAlert(ctx context.Context, tx pgx.Tx, assembly uuid.UUID, number int) (a Alert, err error) {
	b, err := s.ShowBroadcast(ctx, tx, assembly, number)
	if err != nil {
		return Alert{}, err
	}
	if b.Alert == AlertNone || b.InAdvance {
		return Alert{}, refuse("broadcast %d is no alert: alert list tells which there are", number)
	}
	first := b.ID
	if b.AlertOf != uuid.Nil {
		first = b.AlertOf
	}
	all, err := list(ctx, tx, "looking for an alert", s.scanBroadcast, selectBroadcast+` where b.id = $1 or b.alert_of = $1 order by b.number for update of b`, first)
	if err != nil || len(all) == 0 {
		return Alert{}, fmt.Errorf("looking for alert %d: %w", number, err)
	}
	a = Alert{First: all[0], Later: all[1:]}
	return a, s.countTold(ctx, tx, &a)
}

// may tells why nothing of this kind can follow on an alert; nil: it can.
func (a Alert) may(k AlertKind) error {
	n := a.First.Number
	if over, is := a.Over(); is {
		return refuse("alert %d is over: its all-clear is broadcast %d; raise another where there is danger again", n, over.Number)
	}
	switch k {
	case AlertConfirmed:
		had, is := a.later(k, notCanceled)
		switch {
		case a.First.Alert != AlertUnconfirmed:
			return refuse("alert %d needs no confirming: it went to all who chose alerts, or waits for a second organizer", n)
		case is:
			return refuse("alert %d is confirmed already: broadcast %d (%s)", n, had.Number, had.State)
		}
	case AlertClear:
		if had, is := a.later(k, notCanceled); is {
			return refuse("alert %d has an all-clear that waits for a second organizer: broadcast approve %d asks again, broadcast cancel %[2]d drops it", n, had.Number)
		}
		fallthrough
	default:
		if a.Told == 0 {
			return refuse("nobody has been sent alert %d (%s): broadcast cancel %[1]d is enough", n, a.First.State)
		}
	}
	return nil
}
