package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Reading is whose reports are looked at, by whom and when.
type Reading struct {
	Assembly uuid.UUID
	By       uuid.UUID // the organizer; uuid.Nil: not said
	At       time.Time
	CareOf   bool // only those about somebody in the group; whom they do not go to is told of none
	Muted    bool // also those of phones that were blocked
}

// cannotText is why an answer to report r cannot be texted.
const cannotText = `case when r.phone_id is null then 'hidden'
	when not (select bool_and(coalesce((select given from consent c where c.phone_id = r.phone_id and (c.line_id is null or c.line_id = r.line_id)
		and c.channel in ('all', 'text') and c.purpose = p.about order by seq desc limit 1), true)) from (values ('all'), ('answers')) p(about)) then 'stopped'
	when not r.may_text then 'not asked' else '' end`

// visible is what an organizer may see of the reports r of assembly $1: organizer $2, at $3. One that is being written is not yet
// among them: its worker may still say that it is about somebody in the group.
const visible = `r.assembly_id = $1 and r.open_until <= $3 and (not r.care_of or exists (select from report_recipients rr
	join organizers o on o.id = rr.organizer_id where rr.assembly_id = $1 and rr.organizer_id = $2 and o.removed_at is null))`

// ofDanger is whether a report r is of somebody who said that they are in danger.
const ofDanger = `exists (select from dangers d where d.report_id = r.id)`

const selectReport = `select r.id, r.assembly_id, r.number, r.channel, r.lang, r.state, r.filed_at, r.read_by, r.read_at,
	(select count(*) from report_parts p where p.report_id = r.id) + (select count(*) from media m where m.report_id = r.id),
	r.kind, r.workplace, coalesce(o.name, ''), r.care_of, r.muted, (select count(*) from report_answers a where a.report_id = r.id),
	r.wants_person, r.close_asked_at is not null, ` + cannotText + `, r.name_ok, ` + ofDanger + `, r.came_late
	from reports r left join organizers o on o.id = r.assigned_to where `

const reportWorkplace = "reports.workplace"

func (s *Store) scanReport(row pgx.CollectableRow) (r Report, err error) {
	var readAt, cameLate *time.Time
	var workplace []byte
	if err = row.Scan(&r.ID, &r.Assembly, &r.Number, &r.Channel, &r.Lang, &r.State, &r.FiledAt, &r.ReadBy, &readAt, &r.Parts,
		&r.Kind, &workplace, &r.Assigned, &r.CareOf, &r.Muted, &r.Answers, &r.WantsPerson, &r.AsksClose, &r.CannotText, &r.NameOK, &r.Danger, &cameLate); err != nil {
		return r, err
	}
	r.ReadAt, r.CameLate = timeOf(readAt), timeOf(cameLate)
	r.Workplace, err = s.openText(reportWorkplace, r.ID, workplace)
	return r, err
}

// Reports lists reports without their words: those of somebody in danger that nobody has read first, then those that should have been read
// by now, then the newest.
func (s *Store) Reports(ctx context.Context, q Querier, by Reading) ([]Report, error) {
	return list(ctx, q, "looking for reports", s.scanReport, selectReport+visible+` and r.care_of = $4 and (not r.muted or $5)
		order by r.state = 'new' and `+ofDanger+` desc, r.state = 'new' and r.read_by < $3 desc, case when r.state = 'new' and r.read_by < $3 then r.read_by end, r.filed_at desc, r.id`,
		by.Assembly, nullable(by.By), by.At, by.CareOf, by.Muted)
}

// FindReport finds one, by its number. One that by may not see is not there.
func (s *Store) FindReport(ctx context.Context, q Querier, by Reading, number int) (Report, error) {
	found, err := list(ctx, q, "looking for a report", s.scanReport, selectReport+visible+` and r.number = $4`,
		by.Assembly, nullable(by.By), by.At, number)
	if err != nil {
		return Report{}, err
	}
	if len(found) == 0 {
		return Report{}, refuse("there is no report %d", number)
	}
	return found[0], nil
}

// ShowReport opens one, by its number.
func (s *Store) ShowReport(ctx context.Context, q Querier, by Reading, number int) (Report, error) {
	r, err := s.FindReport(ctx, q, by, number)
	if err != nil {
		return Report{}, err
	}
	return s.openReport(ctx, q, r)
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
	if r.Media, err = s.mediaOf(ctx, q, r.ID); err != nil {
		return Report{}, err
	}
	if r.Told, err = s.AnswersTo(ctx, q, r.ID); err != nil {
		return Report{}, err
	}
	if r.Notes, err = s.notesOn(ctx, q, r.ID); err != nil {
		return Report{}, err
	}
	if r.Called, err = s.ReportCalls(ctx, q, r.ID); err != nil {
		return Report{}, err
	}
	if _, err = one(ctx, q, `select e.number from reports n join reports e on e.id = n.replies_to where n.id = $1 and (n.care_of or not e.care_of)`,
		[]any{r.ID}, &r.RepliesTo); err != nil {
		return Report{}, wrap("opening a report", err)
	}
	if r.Callback, err = s.callbackOf(ctx, q, r.ID); err != nil || !r.NameOK {
		return r, err
	}
	r.Name, r.Standing, err = s.nameBehind(ctx, q, r.ID)
	return r, err
}

// nameBehind is who sent a report, for one whose worker said that their name may be used. Where several share the phone nobody is
// named: the others have said nothing.
func (s *Store) nameBehind(ctx context.Context, q Querier, report uuid.UUID) (name string, standing Standing, err error) {
	type person struct {
		id       uuid.UUID
		name     []byte
		standing Standing
	}
	scan := func(row pgx.CollectableRow) (p person, err error) {
		err = row.Scan(&p.id, &p.name, &p.standing)
		return p, err
	}
	all, err := list(ctx, q, "looking who may be named", scan, `select p.id, p.name, coalesce((select max(m.standing) from memberships m
			where m.person_id = p.id and m.assembly_id in (select assemblies_below(r.assembly_id))), '')
		from reports r join phone_people pp on pp.phone_id = r.phone_id join people p on p.id = pp.person_id
		where r.id = $1 and r.name_ok`, report)
	if err != nil || len(all) != 1 {
		return "", "", err
	}
	name, err = s.openName(all[0].id, all[0].name)
	return name, all[0].standing, err
}

// MarkReportRead remembers that an organizer has read it. What is added later makes it new again.
func (s *Store) MarkReportRead(ctx context.Context, q Querier, id uuid.UUID, at time.Time) error {
	_, err := q.Exec(ctx, `update reports set state = 'read', read_at = coalesce(read_at, $2) where id = $1 and state = 'new'`, id, at)
	return wrap("marking a report as read", err)
}

// ReportNumber opens the number of the phone that a report came from, and that at which its worker asked to be called back, for
// `member reveal` alone. empty is one that is not known.
func (s *Store) ReportNumber(ctx context.Context, q Querier, report uuid.UUID) (from, callback Phone, err error) {
	var phone *uuid.UUID
	var sealed, other []byte
	err = q.QueryRow(ctx, `select p.id, p.sealed, c.number from reports r left join phones p on p.id = r.phone_id
		left join report_callbacks c on c.report_id = r.id where r.id = $1`, report).Scan(&phone, &sealed, &other)
	if err != nil {
		return "", "", fmt.Errorf("opening a report's number: %w", err)
	}
	plain, err := s.openText(phoneNumber, valueOf(phone), sealed)
	if err != nil {
		return "", "", err
	}
	back, err := s.openText(callbackNumber, report, other)
	return Phone(plain), Phone(back), err
}
