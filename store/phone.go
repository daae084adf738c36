package store

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/google/uuid"
)

// Phone is a phone number in E.164, "+12125550101", or empty for a withheld one. It never shows in a log line, an error or a
// formatted text; String gives it to the few places that dial, seal or look up numbers.
type Phone string

// String returns the number itself. Only what hands it to the carrier, the index or the seal may call it.
func (p Phone) String() string { return string(p) }

// Format hides the number from every verb of fmt.
func (p Phone) Format(f fmt.State, _ rune) { fmt.Fprint(f, p.hidden()) }

// LogValue hides the number from structured logs.
func (p Phone) LogValue() slog.Value { return slog.StringValue(p.hidden()) }

func (p Phone) hidden() string {
	if p == "" {
		return "[no number]"
	}
	return "[number]"
}

const phoneNumber = "phones.sealed"

// EnsurePhone finds the row of a number, or adds it for the assembly that it reached or was imported for. One trip.
func (s *Store) EnsurePhone(ctx context.Context, q Querier, assembly uuid.UUID, p Phone) (uuid.UUID, error) {
	if p == "" {
		return uuid.Nil, fmt.Errorf("adding a phone: the number is withheld")
	}
	id := newID()
	sealed := s.Keys.Seal(phoneNumber, id, []byte(p.String()))
	// An empty answer means that another transaction has just added it: then the second look finds it.
	for range 2 {
		var found uuid.UUID
		ok, err := one(ctx, q, `with added as (
				insert into phones (id, assembly_id, index, key_version, sealed) values ($1, $2, $3, $4, $5)
				on conflict (index) do nothing returning id),
			stays as (insert into consent `+stopsAgain+` from added join do_not_contact d on d.index = $6)
			select id from added union all select id from phones where index = $3 limit 1`,
			[]any{id, assembly, s.phoneIndex(p), s.Keys.IndexVersion(), sealed, s.stopIndex(p)}, &found)
		if err != nil {
			return uuid.Nil, fmt.Errorf("adding a phone: %w", err)
		}
		if ok {
			return found, nil
		}
	}
	return uuid.Nil, fmt.Errorf("adding a phone: it was added and erased at the same moment")
}

// FindPhone finds the row of a number, if it has one.
func (s *Store) FindPhone(ctx context.Context, q Querier, p Phone) (id uuid.UUID, known bool, err error) {
	if p == "" {
		return uuid.Nil, false, nil
	}
	known, err = one(ctx, q, `select id from phones where index = $1`, []any{s.phoneIndex(p)}, &id)
	if err != nil {
		return uuid.Nil, false, fmt.Errorf("looking for a phone: %w", err)
	}
	return id, known, nil
}

// Number opens the number of a phone, for the one place that hands it to the carrier.
func (s *Store) Number(ctx context.Context, q Querier, id uuid.UUID) (Phone, error) {
	var sealed []byte
	if err := q.QueryRow(ctx, `select sealed from phones where id = $1`, id).Scan(&sealed); err != nil {
		return "", fmt.Errorf("opening a number: %w", err)
	}
	number, err := s.Keys.Open(phoneNumber, id, sealed)
	return Phone(number), err
}

// Manner is how a phone wants to be written to.
type Manner struct {
	Lang  string // last chosen; empty: none yet
	Quiet bool   // it, or a group that it belongs to, is sent none of the revealing words
	Hours Hours  // in which it may be written to unasked
}

// Hours are the hours of a phone's own day, in minutes since midnight. They may go past midnight.
type Hours struct {
	Chosen      bool // false: those of everybody
	From, Until int
}

// SetQuiet has a phone sent none of the revealing words, or as everybody.
func (s *Store) SetQuiet(ctx context.Context, q Querier, id uuid.UUID, quiet bool) error {
	_, err := q.Exec(ctx, `update phones set quiet = $2 where id = $1`, id, quiet)
	return wrap("keeping how a phone wants to be written to", err)
}

// SetHours keeps in which hours a phone may be written to unasked.
func (s *Store) SetHours(ctx context.Context, q Querier, id uuid.UUID, h Hours) error {
	var from, until *int
	if h.Chosen {
		from, until = &h.From, &h.Until
	}
	_, err := q.Exec(ctx, `update phones set hours_from = $2, hours_until = $3 where id = $1`, id, from, until)
	return wrap("keeping the hours of a phone", err)
}

// MannerOf is that of a phone.
func (s *Store) MannerOf(ctx context.Context, q Querier, id uuid.UUID) (m Manner, err error) {
	err = q.QueryRow(ctx, `select lang, is_quiet(id, null), hours_from is not null, coalesce(hours_from, 0), coalesce(hours_until, 0)
		from phones where id = $1`, id).Scan(&m.Lang, &m.Quiet, &m.Hours.Chosen, &m.Hours.From, &m.Hours.Until)
	return m, wrap("asking how a phone wants to be written to", err)
}

// SetLanguage remembers the language that a phone chose last.
func (s *Store) SetLanguage(ctx context.Context, q Querier, id uuid.UUID, lang string) error {
	if err := checkLanguage(lang); err != nil {
		return err
	}
	if _, err := q.Exec(ctx, `update phones set lang = $2 where id = $1`, id, lang); err != nil {
		return fmt.Errorf("remembering a language: %w", err)
	}
	return nil
}

// phoneIndex is what a number is found by: the only digest of it anywhere.
func (s *Store) phoneIndex(p Phone) []byte { return s.Keys.Index("phone", p.String()) }
