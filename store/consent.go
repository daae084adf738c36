package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

// Purpose is what we write or call for.
type Purpose string

const (
	ForAll     Purpose = "all"     // in the ledger only: the switch that STOP and START turn
	ForNotices Purpose = "notices" // agreed to by joining, or on a sheet
	ForAlerts  Purpose = "alerts"  // chosen apart
	ForAnswers Purpose = "answers" // about what somebody reported or answered: needs no agreement but that act
)

// The channels of the ledger and of what goes out.
const (
	AnyChannel = "all"
	ByText     = "text"
	ByVoice    = "voice"
)

// Consent is one row of the ledger, which only grows: somebody agreed to something, or took it back.
//
// Rows for ForAll are a switch: STOP turns it off for a line and a channel, START on again; on, it grants nothing by itself. Rows for
// another purpose are what somebody agreed to. Of the rows that cover a line, a channel and a purpose, the last one counts.
type Consent struct {
	Assembly uuid.UUID
	Phone    uuid.UUID
	Line     uuid.NullUUID // not valid: every line
	Purpose  Purpose
	Channel  string // ByText, ByVoice or AnyChannel
	Given    bool
	How      string // "stop word", "start word", "flyer", "import"
	Words    string // what the person wrote, or what the sheet says; kept sealed
}

const consentWords = "consent.words"

// How a row came about, of those that are asked for later: words of a phone's own against texts, and what an organizer was told. START, and
// whoever says "as before", take back these and no others.
const (
	HowPhrase = "stop phrase"
	HowChosen = "chosen" // "chosen, by text"; also where something was given
	howTold   = "told "  // "told Ana", an organizer
	howKept   = "stop, before it was forgotten"
	HowWrong  = "wrong number" // "wrong number, by voice": whoever agreed before was somebody else
)

// takenBack is whether row %[1]s of the ledger is one that START takes back.
const takenBack = `(not %[1]s.given and (%[1]s.how in ('` + HowPhrase + `', '` + howKept + `') or %[1]s.how like '` + HowChosen + `%%' or %[1]s.how like '` + howTold + `%%'))`

// sincePhone is the last row of the ledger of phone $1 with which it became somebody else's; 0: none.
const sincePhone = `coalesce((select max(w.seq) from consent w where w.phone_id = $1 and w.how like '` + HowWrong + `%'), 0)`

// AddConsent writes a row.
func (s *Store) AddConsent(ctx context.Context, q Querier, c Consent) error {
	_, err := q.Exec(ctx, `insert into consent (assembly_id, phone_id, line_id, purpose, channel, given, how, words)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.Assembly, c.Phone, c.Line, c.Purpose, c.Channel, c.Given, c.How, s.Keys.Seal(consentWords, c.Phone, []byte(c.Words)))
	if err != nil {
		return fmt.Errorf("writing down a consent: %w", err)
	}
	return nil
}

// lastWord is the newest row of the ledger that covers phone $1, line $2, channel $3 and a purpose.
const lastWord = `(select given from consent where phone_id = $1 and (line_id is null or line_id = $2)
	and (channel = 'all' or channel = $3) and purpose = %s order by seq desc limit 1)`

// Allowed tells whether we may write to a phone, or call it, on our own account. It is asked at the last moment before each send.
// STOP binds every purpose. Without a word from the phone the answer is no, except to what somebody has just asked.
func (s *Store) Allowed(ctx context.Context, q Querier, phone, line uuid.UUID, purpose Purpose, channel string) (bool, error) {
	var allowed bool
	err := q.QueryRow(ctx, `select coalesce(`+fmt.Sprintf(lastWord, "'all'")+`, true)
		and coalesce(`+fmt.Sprintf(lastWord, "$4")+`, $4 = 'answers')`, phone, line, channel, purpose).Scan(&allowed)
	if err != nil {
		return false, fmt.Errorf("asking the consent ledger: %w", err)
	}
	return allowed, nil
}
