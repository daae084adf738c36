package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

// Purposes are all that somebody is written to or called for. ForAll is none: it is the switch.
func Purposes() []Purpose { return []Purpose{ForNotices, ForAlerts, ForAnswers} }

// Withhold writes a row for each of these purposes, on every line: this phone wants none of it by c.Channel. Of c count Assembly, Phone,
// Channel, How and Words.
func (s *Store) Withhold(ctx context.Context, q Querier, c Consent, purposes ...Purpose) error {
	c.Line, c.Given = uuid.NullUUID{}, false
	for _, c.Purpose = range purposes {
		if err := s.AddConsent(ctx, q, c); err != nil {
			return err
		}
	}
	return nil
}

// Agreed tells whether whoever has a phone now has ever agreed to something on a line, whatever they said since.
func (s *Store) Agreed(ctx context.Context, q Querier, c Consent) (agreed bool, err error) {
	err = q.QueryRow(ctx, `select exists (select from consent where phone_id = $1 and purpose = $2 and given and channel in ('all', $3)
		and (line_id is null or line_id = $4) and seq > `+sincePhone+`)`, c.Phone, c.Purpose, c.Channel, c.Line).Scan(&agreed)
	return agreed, wrap("asking the consent ledger", err)
}

// NoticesAgain gives notices back to a phone that has agreed to them before, and alerts where it had chosen those, on the line of c; it
// tells false, and writes nothing, for one that never has.
func (s *Store) NoticesAgain(ctx context.Context, q Querier, c Consent) (agreed bool, err error) {
	for _, c.Purpose = range []Purpose{ForNotices, ForAlerts} {
		before, err := s.Agreed(ctx, q, c)
		if err != nil || c.Purpose == ForNotices && !before {
			return false, err
		}
		if before {
			if err := s.AddConsent(ctx, q, c); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// StartAgain is what START brings back besides the switch: what this phone had agreed to on this line by text, and then took back in words of
// its own or through an organizer. It grants nothing that was not agreed to; answers need no agreement. Of c count Assembly, Phone, Line,
// How and Words.
func (s *Store) StartAgain(ctx context.Context, q Querier, c Consent) error {
	covers := `phone_id = $1 and (line_id is null or line_id = $2) and channel in ('all', 'text') and purpose = p.about`
	_, err := q.Exec(ctx, `insert into consent (assembly_id, phone_id, line_id, purpose, channel, given, how, words)
		select $3, $1, $2, p.about, 'text', true, $4, $5 from unnest($6::text[]) with ordinality p(about, place)
		where coalesce((select `+fmt.Sprintf(takenBack, "c")+` from consent c where `+covers+` order by seq desc limit 1), false)
			and coalesce((select given from consent c where `+covers+` and not `+fmt.Sprintf(takenBack, "c")+` order by seq desc limit 1), p.about = 'answers')
		order by p.place`,
		c.Phone, c.Line, c.Assembly, c.How, s.Keys.Seal(consentWords, c.Phone, []byte(c.Words)), Purposes())
	return wrap("writing down a consent", err)
}

// AsBefore has hold again, on every line, what a phone had agreed to by text before it said anything against texts: the last rows that are
// not of that kind stand once more behind it, in their order. Of c count Assembly, Phone, How and Words.
func (s *Store) AsBefore(ctx context.Context, q Querier, c Consent) error {
	_, err := q.Exec(ctx, `insert into consent (assembly_id, phone_id, line_id, purpose, channel, given, how, words)
		select $2, $1, line_id, purpose, 'text', given, case when given then $3 else how end, $4 from (
			select 0 as seq, null::uuid as line_id, 'answers' as purpose, true as given, '' as how
				where exists (select from consent c where phone_id = $1 and purpose = 'answers' and `+fmt.Sprintf(takenBack, "c")+`)
			union all
			(select distinct on (line_id, purpose, channel) seq, line_id, purpose, given, how from consent c
				where phone_id = $1 and purpose = any($5) and channel in ('all', 'text') and not `+fmt.Sprintf(takenBack, "c")+`
				order by line_id, purpose, channel, seq desc)) before
		order by seq`,
		c.Phone, c.Assembly, c.How, s.Keys.Seal(consentWords, c.Phone, []byte(c.Words)), Purposes())
	return wrap("writing down a consent", err)
}

// AskedForAnswers has a phone that wanted no answers by c.Channel be answered again about what it does now. Nothing is written where it may
// be answered anyhow. STOP outweighs it.
func (s *Store) AskedForAnswers(ctx context.Context, q Querier, c Consent) error {
	var withheld bool
	err := q.QueryRow(ctx, `select not coalesce(`+fmt.Sprintf(lastWord, "'answers'")+`, true)`, c.Phone, c.Line, c.Channel).Scan(&withheld)
	if err != nil || !withheld {
		return wrap("asking the consent ledger", err)
	}
	c.Purpose, c.Given = ForAnswers, true
	return s.AddConsent(ctx, q, c)
}

// SaidStop tells whether the last word of a phone to the carrier on this line is STOP, so that no text of ours reaches it.
func (s *Store) SaidStop(ctx context.Context, q Querier, phone, line uuid.UUID) (stopped bool, err error) {
	err = q.QueryRow(ctx, `select not coalesce(`+fmt.Sprintf(lastWord, "'all'")+`, true)`, phone, line, ByText).Scan(&stopped)
	return stopped, wrap("asking the consent ledger", err)
}

// Withholds tells whether a phone has a word of its own on notices, on this line by text, and it is no.
func (s *Store) Withholds(ctx context.Context, q Querier, phone, line uuid.UUID) (withholds bool, err error) {
	err = q.QueryRow(ctx, `select not coalesce(`+fmt.Sprintf(lastWord, "'notices'")+`, true)`, phone, line, ByText).Scan(&withholds)
	return withholds, wrap("asking the consent ledger", err)
}
