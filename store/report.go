package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
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
// sees one in a URL.
type Report struct {
	ID       uuid.UUID
	Assembly uuid.UUID
	Number   int // 1, 2, 3 … in its assembly
	Channel  string
	Lang     string
	State    ReportState
	FiledAt  time.Time
	ReadBy   time.Time // the time promised to the worker
	Words    []Said    // ShowReport only
	Media    []Media   // ShowReport only; OpenMedia opens them
	Parts    int       // how many of both
}

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
	ReadBy       time.Time
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
	for range 3 {
		f := Filed{ID: randomID(), Code: newCode()}
		filed, err := s.fileReport(ctx, q, n, &f)
		if err != nil {
			return Filed{}, fmt.Errorf("filing a report: %w", err)
		}
		if filed {
			return f, nil
		} // else the code leads to another report: that is one in a billion while there are a thousand
	}
	return Filed{}, fmt.Errorf("filing a report: no free code, or no such assembly")
}

func (s *Store) fileReport(ctx context.Context, q Querier, n NewReport, f *Filed) (bool, error) {
	part := newID()
	return one(ctx, q, `with n as (
			update assemblies set reports = reports + 1 where id = $4 returning reports),
		r as (
			insert into reports (id, assembly_id, line_id, phone_id, code_index, number, channel, lang, read_by, filed_at)
			select $5, $4, $6, $7, $8, n.reports, $9, $10, $11, $3 from n on conflict (code_index) do nothing returning id, number),
		w as (
			insert into report_parts (id, assembly_id, report_id, words, at)
			select $12, $4, r.id, $13, $3 from r where $13::bytea is not null),
		m as (`+takeMedia+`)
		select number from r`,
		[]any{n.Recording, n.Conversation, n.At, n.Assembly, f.ID, n.Line, n.Phone, s.codeIndex(f.Code), n.Channel, n.Lang, n.ReadBy,
			part, s.sealPart(part, n.Words)}, &f.Number)
}

// Part is what somebody adds to a report.
type Part struct {
	Conversation uuid.UUID
	Words        string
	Recording    uuid.UUID
	At           time.Time
}

// AddToReport adds to the report that a code leads to. It tells false where the code leads nowhere. How often somebody may try codes
// is the gateway's business.
func (s *Store) AddToReport(ctx context.Context, q Querier, code string, p Part) (bool, error) {
	part := newID()
	var id uuid.UUID
	found, err := one(ctx, q, `with r as (
			update reports set state = 'new' where code_index = $4 returning id, assembly_id),
		w as (
			insert into report_parts (id, assembly_id, report_id, words, at)
			select $5, r.assembly_id, r.id, $6, $3 from r where $6::bytea is not null),
		m as (`+takeMedia+`)
		select id from r`,
		[]any{p.Recording, p.Conversation, p.At, s.codeIndex(code), part, s.sealPart(part, p.Words)}, &id)
	return found, wrap("adding to a report", err)
}

// sealPart seals what was written; nothing for what has no words.
func (s *Store) sealPart(id uuid.UUID, words string) []byte {
	if strings.TrimSpace(words) == "" {
		return nil
	}
	return s.Keys.Seal(partWords, id, []byte(words))
}

const selectReport = `select r.id, r.assembly_id, r.number, r.channel, r.lang, r.state, r.filed_at, r.read_by,
	(select count(*) from report_parts p where p.report_id = r.id) + (select count(*) from media m where m.report_id = r.id)
	from reports r`

func scanReport(row pgx.CollectableRow) (r Report, err error) {
	err = row.Scan(&r.ID, &r.Assembly, &r.Number, &r.Channel, &r.Lang, &r.State, &r.FiledAt, &r.ReadBy, &r.Parts)
	return r, err
}

// Reports lists an assembly's reports, newest first, without their words.
func (s *Store) Reports(ctx context.Context, q Querier, assembly uuid.UUID) ([]Report, error) {
	return s.reports(ctx, q, ` where r.assembly_id = $1 order by r.number desc`, assembly)
}

func (s *Store) reports(ctx context.Context, q Querier, where string, args ...any) ([]Report, error) {
	return list(ctx, q, "looking for reports", scanReport, selectReport+where, args...)
}

// ShowReport opens one, by its number.
func (s *Store) ShowReport(ctx context.Context, q Querier, assembly uuid.UUID, number int) (Report, error) {
	found, err := s.reports(ctx, q, ` where r.assembly_id = $1 and r.number = $2`, assembly, number)
	if err != nil {
		return Report{}, err
	}
	if len(found) == 0 {
		return Report{}, refuse("there is no report %d", number)
	}
	return s.openReport(ctx, q, found[0])
}

// ReportByCode opens the report that a worker's code leads to.
func (s *Store) ReportByCode(ctx context.Context, q Querier, code string) (r Report, found bool, err error) {
	all, err := s.reports(ctx, q, ` where r.code_index = $1`, s.codeIndex(code))
	if err != nil || len(all) == 0 {
		return Report{}, false, err
	}
	r, err = s.openReport(ctx, q, all[0])
	return r, err == nil, err
}

func (s *Store) openReport(ctx context.Context, q Querier, r Report) (Report, error) {
	scan := func(row pgx.CollectableRow) (part Said, err error) {
		var id uuid.UUID
		var sealed []byte
		if err := row.Scan(&id, &sealed, &part.At); err != nil {
			return Said{}, err
		}
		part.Words, err = s.openText(partWords, id, sealed)
		return part, err
	}
	var err error
	r.Words, err = list(ctx, q, "opening a report", scan, `select id, words, at from report_parts where report_id = $1 order by id`, r.ID)
	if err != nil {
		return Report{}, err
	}
	r.Media, err = s.mediaOf(ctx, q, r.ID)
	return r, err
}

// MarkReportRead remembers that an organizer has read it. What is added later makes it new again.
func (s *Store) MarkReportRead(ctx context.Context, q Querier, id uuid.UUID) error {
	_, err := q.Exec(ctx, `update reports set state = 'read' where id = $1 and state = 'new'`, id)
	return wrap("marking a report as read", err)
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
func (s *Store) codeIndex(code string) []byte {
	return s.Keys.Index("report code", strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, code))
}
