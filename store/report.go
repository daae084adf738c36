package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"
)

// ReportState is what organizers have done with a report.
type ReportState string

const (
	ReportNew    ReportState = "new"
	ReportRead   ReportState = "read"
	ReportClosed ReportState = "closed"
)

// Report is what somebody told us. It never shows who: the phone it came from, if it was not withheld, stands in its row for
// answers alone. Organizers call it by its number, the worker by a 12-digit code of which only a keyed digest is kept: nobody who
// can read the database can come back in the worker's place. Its id is random, since a UUIDv7 would tell when it came to whoever
// sees one in a URL. Its number is drawn as well: numbers in a row would show, by the one that is missing, that there is a report
// which an assembly's own organizers are not to see, and those who file at the same moment would wait for each other.
type Report struct {
	ID          uuid.UUID
	Assembly    uuid.UUID
	Number      int // of four digits, as long as there are any; in its assembly
	Channel     string
	Lang        string
	State       ReportState
	FiledAt     time.Time
	ReadBy      time.Time // the time promised to the worker
	ReadAt      time.Time // first; zero: not yet
	Parts       int       // texts, recordings and pictures
	Kind        ReportKind
	Workplace   string
	Assigned    string // the organizer who looks after it; empty: nobody
	RepliesTo   int    // the number of the report whose answer this one replies to; 0: to none. In ShowReport
	CareOf      bool   // about somebody in the group: only its recipients see it
	Muted       bool   // it came from a phone that was blocked
	Answers     int
	WantsPerson bool      // to talk to, to start something where they work
	AsksClose   bool      // the worker asked for it to be closed
	Danger      bool      // whoever wrote it said that they are in danger
	CameLate    time.Time // the carrier had its first text then, and we heard it later, too late to answer; zero: not so
	// CannotText says why no answer can be texted: "hidden", "stopped", "not asked" (the worker did not allow it); empty: it can be.
	CannotText string

	// ShowReport only.
	Words    []Said
	Media    []Media // OpenMedia opens them
	Told     []Answer
	Notes    []Note
	Callback *Callback // nil: not asked for
	Called   []ReportCall
	NameOK   bool     // "you may use my name" …
	Name     string   // … which is this, if one person has this phone; empty: not known
	Standing Standing // theirs, if any
}

// Overdue tells whether it should have been read by now.
func (r Report) Overdue(now time.Time) bool { return r.State == ReportNew && r.ReadBy.Before(now) }

// Said is what somebody wrote at one time.
type Said struct {
	Words string
	At    time.Time
}

// NewReport is a report as it comes: words, or a recording, or nothing but pictures.
type NewReport struct {
	Assembly     uuid.UUID
	Line         uuid.UUID
	Phone        uuid.NullUUID // not valid: withheld
	Conversation uuid.UUID     // whose pictures belong to it
	Channel      string
	Lang         string
	Words        string
	Recording    uuid.UUID // uuid.Nil: none
	WantsPerson  bool      // to talk to, to start something where they work
	ReadBy       time.Time
	OpenUntil    time.Time // when organizers see it, if nothing is added until then; zero, or from a phone that said STOP: at once
	At           time.Time
}

// Filed is what the worker is told.
type Filed struct {
	ID     uuid.UUID
	Number int
	Code   string // 12 digits, the way back from any phone; this is the only time it is known
}

const partWords = "report_parts.words"

// FileReport files a report, with what belongs to it, in one trip.
func (s *Store) FileReport(ctx context.Context, q Querier, n NewReport) (Filed, error) {
	if n.OpenUntil.Before(n.At) {
		n.OpenUntil = n.At
	}
	for range 3 {
		f := Filed{ID: randomID(), Code: newCode()}
		filed, err := s.fileReport(ctx, q, n, &f)
		if err != nil {
			return Filed{}, fmt.Errorf("filing a report: %w", err)
		}
		if filed {
			return f, nil
		} // else the code leads to another report, which is one in a billion while there are a thousand, or the number was just taken
	}
	return Filed{}, fmt.Errorf("filing a report: no free code or number")
}

// fileReport chooses its number by asking of each that was drawn whether there is such a report: "not exists" would become a join with all of the
// assembly's.
func (s *Store) fileReport(ctx context.Context, q Querier, n NewReport, f *Filed) (bool, error) {
	part := newID()
	return one(ctx, q, `with n as (
			select number from unnest($14::int[]) with ordinality t(number, place)
			where (select true from reports where assembly_id = $4 and reports.number = t.number) is null order by place limit 1),
		r as (
			insert into reports (id, assembly_id, line_id, phone_id, code_index, number, channel, lang, read_by, open_until, filed_at, wants_person, muted)
			select $5, $4, $6, $7, $8, n.number, $9, $10, $11,
				case when coalesce((select given from consent c where c.phone_id = $7 and (c.line_id is null or c.line_id = $6)
					and c.channel in ('all', 'text') and c.purpose = 'all' order by seq desc limit 1), true) then $15::timestamptz else $3::timestamptz end, $3, $16,
				exists (select from report_mutes m where m.phone_id = $7 and m.assembly_id = $4 and m.until > $3)
			from n on conflict do nothing returning id, number),
		w as (
			insert into report_parts (id, assembly_id, report_id, words, at)
			select $12, $4, r.id, $13, $3 from r where $13::bytea is not null),
		m as (`+takeMedia+`)
		select number from r`,
		[]any{n.Recording, n.Conversation, n.At, n.Assembly, f.ID, n.Line, n.Phone, s.codeIndex(f.Code), n.Channel, n.Lang, n.ReadBy,
			part, s.sealPart(part, n.Words), drawNumbers(), n.OpenUntil, n.WantsPerson}, &f.Number)
}

// drawNumbers are some to choose the first free one from: short ones first, since organizers say them to each other.
func drawNumbers() []int {
	var all []int
	for _, least := range []int{1_000, 1_000, 1_000, 100_000, 100_000, 100_000_000, 100_000_000} {
		all = append(all, least+mathrand.IntN(9*least))
	}
	return all
}

// Part is what somebody adds to a report.
type Part struct {
	Report       uuid.UUID // which; uuid.Nil: that of Code. A code here is one that the worker was just given; guesses go through ComeBack
	Code         string
	Conversation uuid.UUID
	Words        string
	Recording    uuid.UUID
	ReadBy       time.Time // promised anew, where it had been read before
	OpenUntil    time.Time // for as long as organizers have not seen it yet
	At           time.Time
}

// longestOpen is how long somebody may go on adding before organizers see what there is.
const longestOpen = time.Hour

// AddToReport adds to a report, and tells by when it is to be read. It tells false where there is no such report.
func (s *Store) AddToReport(ctx context.Context, q Querier, p Part) (readBy time.Time, added bool, err error) {
	part := newID()
	added, err = one(ctx, q, `with r as (
			update reports set state = 'new', read_by = case when state = 'new' then read_by else $7 end,
				open_until = case when open_until > $3 then greatest(open_until, least($8, filed_at + $9::interval)) else open_until end
			where id = $10 or $10::uuid is null and code_index = $4 returning id, assembly_id, read_by),
		w as (
			insert into report_parts (id, assembly_id, report_id, words, at)
			select $5, r.assembly_id, r.id, $6, $3 from r where $6::bytea is not null),
		m as (`+takeMedia+`)
		select read_by from r`,
		[]any{p.Recording, p.Conversation, p.At, s.codeIndex(p.Code), part, s.sealPart(part, p.Words), p.ReadBy, p.OpenUntil,
			longestOpen, nullable(p.Report)}, &readBy)
	return readBy, added, wrap("adding to a report", err)
}

// EndReport says that nothing more is to come: organizers see it from now on. A picture that came with the word for it belongs to it too.
func (s *Store) EndReport(ctx context.Context, q Querier, report, conversation uuid.UUID, at time.Time) error {
	_, err := q.Exec(ctx, `with r as (update reports set open_until = least(open_until, $3) where id = $4 returning id) `+takeMedia,
		uuid.Nil, conversation, at, report)
	return wrap("ending a report", err)
}

// sealPart seals what was written; nothing for what has no words.
func (s *Store) sealPart(id uuid.UUID, words string) []byte {
	if strings.TrimSpace(words) == "" {
		return nil
	}
	return s.Keys.Seal(partWords, id, []byte(words))
}

// newCode draws 12 digits: a million reports and a million guesses meet about once.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1e12))
	if err != nil {
		panic(err) // crypto/rand.Reader never fails
	}
	return fmt.Sprintf("%012d", n)
}

// codeIndex is what a code is found by, however it was grouped.
func (s *Store) codeIndex(code string) []byte { return s.Keys.Index("report code", onlyDigits(code)) }
