package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ConsentRow is a row of the ledger as it stands there.
type ConsentRow struct {
	Consent
	Seq int64
	At  time.Time // when it was written
	On  time.Time // the day of a sheet, or on which an organizer was told, at midnight UTC; zero: that of At
}

// Ledger is what the ledger holds of a phone, oldest first.
type Ledger []ConsentRow

// Ledger reads all rows of a phone.
func (s *Store) Ledger(ctx context.Context, q Querier, phone uuid.UUID) (Ledger, error) {
	return list(ctx, q, "reading the consent ledger", func(r pgx.CollectableRow) (c ConsentRow, err error) {
		var words []byte
		var on *time.Time
		if err := r.Scan(&c.Seq, &c.Assembly, &c.Phone, &c.Line, &c.Purpose, &c.Channel, &c.Given, &c.How, &words, &on, &c.At); err != nil {
			return c, err
		}
		c.On = timeOf(on)
		c.Words, err = s.openText(consentWords, c.Phone, words)
		return c, err
	}, `select seq, assembly_id, phone_id, line_id, purpose, channel, given, how, words, agreed_on, at from consent where phone_id = $1 order by seq`, phone)
}

// last is the row that counts for a purpose, ForAll included.
func (l Ledger) last(line uuid.UUID, p Purpose, channel string) (ConsentRow, bool) {
	for _, c := range slices.Backward(l) {
		if c.Purpose == p && (!c.Line.Valid || c.Line.UUID == line) && (c.Channel == AnyChannel || c.Channel == channel) {
			return c, true
		}
	}
	return ConsentRow{}, false
}

// Allowed is what Store.Allowed answers, and the row for which it does; found is false where there is none, and the answer goes without
// saying.
func (l Ledger) Allowed(line uuid.UUID, p Purpose, channel string) (allowed bool, because ConsentRow, found bool) {
	if because, found = l.last(line, ForAll, channel); found && !because.Given {
		return false, because, true
	}
	if because, found = l.last(line, p, channel); found {
		return because.Given, because, true
	}
	return p == ForAnswers, ConsentRow{}, false
}

// KeptStop is what stands of a number that said stop and was forgotten: nothing but that.
type KeptStop struct {
	Assembly uuid.UUID
	Line     uuid.NullUUID // not valid: every line
	Purpose  Purpose
	Channel  string
	At       time.Time // when it was forgotten, or an organizer was told
}

// KeptStops lists what stands of a number that has no phone here any more, or never had one.
func (s *Store) KeptStops(ctx context.Context, q Querier, p Phone) ([]KeptStop, error) {
	return list(ctx, q, "looking for a stop", pgx.RowToStructByPos[KeptStop],
		`select assembly_id, line_id, purpose, channel, at from do_not_contact where index = $1 order by at, purpose, channel`, s.stopIndex(p))
}

const shownWhy = "consent_shown.why"

// Showing is somebody who had a phone's history shown.
type Showing struct {
	Assembly, Phone uuid.UUID
	Why, By         string
	At              time.Time
}

// NoteShowing writes down that a phone's history is shown, and why.
func (s *Store) NoteShowing(ctx context.Context, q Querier, n Showing) error {
	id := newID()
	_, err := q.Exec(ctx, `insert into consent_shown (id, assembly_id, phone_id, why, by, at) values ($1, $2, $3, $4, $5, $6)`,
		id, n.Assembly, n.Phone, s.Keys.Seal(shownWhy, id, []byte(n.Why)), n.By, n.At)
	return wrap("writing down who sees a phone's history", err)
}

// Showings lists to whom a phone's history was shown by an assembly or one below it, oldest first.
func (s *Store) Showings(ctx context.Context, q Querier, assembly, phone uuid.UUID) ([]Showing, error) {
	return list(ctx, q, "listing who saw a phone's history", func(r pgx.CollectableRow) (n Showing, err error) {
		var id uuid.UUID
		var why []byte
		if err := r.Scan(&id, &n.Assembly, &n.Phone, &why, &n.By, &n.At); err != nil {
			return n, err
		}
		n.Why, err = s.openText(shownWhy, id, why)
		return n, err
	}, `select id, assembly_id, phone_id, why, by, at from consent_shown
		where phone_id = $2 and assembly_id in (select assemblies_below($1)) order by at, id`, assembly, phone)
}

// Withdrawal is what somebody told an organizer: in person, on paper, by e-mail, in a report.
type Withdrawal struct {
	Assembly uuid.UUID
	By       string    // the organizer's name, as in the journal
	Words    string    // how, and what they said; kept sealed
	On       time.Time // when they said it; what they agreed to after that day stands
	Zone     *time.Location
	Purposes []Purpose
	Channels []string // ByText, ByVoice
}

// day is that on which it was said, and its end.
func (w Withdrawal) day() (day string, ends time.Time) {
	y, m, d := w.On.In(w.Zone).Date()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, d), time.Date(y, m, d+1, 0, 0, 0, 0, w.Zone)
}

// Withdraw writes down what somebody told an organizer, for every line. It tells how many rows that is: none where the phone has agreed to all
// of it again since that day.
func (s *Store) Withdraw(ctx context.Context, q Querier, phone uuid.UUID, w Withdrawal) (rows int, err error) {
	day, ends := w.day()
	words := s.Keys.Seal(consentWords, phone, []byte(w.Words))
	for _, purpose := range w.Purposes {
		for _, channel := range w.Channels {
			tag, err := q.Exec(ctx, `insert into consent (assembly_id, phone_id, purpose, channel, given, how, words, agreed_on)
				select $2, $1, $3, $4, false, $5, $6, $7::date where not exists (select from consent
					where phone_id = $1 and purpose = $3 and channel in ('all', $4) and given and coalesce(agreed_on::timestamptz, at) >= $8)`,
				phone, w.Assembly, purpose, channel, howTold+w.By, words, day, ends)
			if err != nil {
				return rows, fmt.Errorf("writing down a withdrawal: %w", err)
			}
			rows += int(tag.RowsAffected())
		}
	}
	return rows, nil
}

// WithdrawNumber is Withdraw for a number that has no phone here: it is not kept for that. Its digest is, as after FORGET, so that it is not
// written to should it ever come, on a list or by itself.
func (s *Store) WithdrawNumber(ctx context.Context, q Querier, p Phone, w Withdrawal, now time.Time) error {
	for _, purpose := range w.Purposes {
		for _, channel := range w.Channels {
			_, err := q.Exec(ctx, `insert into do_not_contact (index, assembly_id, line_id, purpose, channel, at) values ($1, $2, null, $3, $4, $5)
				on conflict do nothing`, s.stopIndex(p), w.Assembly, purpose, channel, now)
			if err != nil {
				return fmt.Errorf("writing down a withdrawal: %w", err)
			}
		}
	}
	return nil
}

// ReportPhone is the phone that a report came from; found is false where it was withheld or is erased.
func (s *Store) ReportPhone(ctx context.Context, q Querier, report uuid.UUID) (phone uuid.UUID, found bool, err error) {
	found, err = one(ctx, q, `select phone_id from reports where id = $1 and phone_id is not null`, []any{report}, &phone)
	return phone, found, wrap("looking whose report it is", err)
}
