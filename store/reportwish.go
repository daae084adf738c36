package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// What a worker may wish about a report that they have filed. Each tells false where the report is no more.

// AllowAnswers lets answers be texted to the phone that a report came from.
func (s *Store) AllowAnswers(ctx context.Context, q Querier, report, phone uuid.UUID) (bool, error) {
	return s.wish(ctx, q, `update reports set may_text = true where id = $1 and phone_id = $2`, report, phone)
}

// AllowName says "you may use my name".
func (s *Store) AllowName(ctx context.Context, q Querier, report uuid.UUID) (bool, error) {
	return s.wish(ctx, q, `update reports set name_ok = true where id = $1`, report)
}

// AskToClose asks organizers to close a report.
func (s *Store) AskToClose(ctx context.Context, q Querier, report uuid.UUID, at time.Time) (bool, error) {
	return s.wish(ctx, q, `update reports set close_asked_at = coalesce(close_asked_at, $2) where id = $1`, report, at)
}

func (s *Store) wish(ctx context.Context, q Querier, sql string, args ...any) (bool, error) {
	tag, err := q.Exec(ctx, sql, args...)
	return err == nil && tag.RowsAffected() == 1, wrap("noting a worker's wish", err)
}

// repliesFor is how long after an answer was texted a report may be a reply to it.
const repliesFor = 7 * 24 * time.Hour

// wasTexted is whether the outgoing text o has left, as far as anybody knows.
const wasTexted = `o.state in ('sending', 'accepted', 'sent', 'delivered', 'unknown')`

// Reply says of a report that it replies to the answer that was last texted to its phone, about another report in its assembly: who reads
// that one, looks after it and may text reads this one. It tells false where there is none.
func (s *Store) Reply(ctx context.Context, q Querier, report, phone uuid.UUID, at time.Time) (bool, error) {
	return s.wish(ctx, q, `update reports n set replies_to = e.id, may_text = true, care_of = n.care_of or e.care_of, assigned_to = e.assigned_to
		from (select r.id, r.assembly_id, r.care_of, r.assigned_to from reports r join report_answers t on t.report_id = r.id
			join outgoing o on o.id = t.outgoing_id where r.phone_id = $2 and r.id <> $1 and t.at > $3 and `+wasTexted+`
			and r.assembly_id = (select assembly_id from reports where id = $1) order by t.at desc, t.id desc limit 1) e
		where n.id = $1 and n.phone_id = $2 and n.read_at is null`, report, phone, at.Add(-repliesFor))
}

// PassOver hands a report about somebody in the group to its recipients. late: an organizer of that group may have seen it already. It
// fails for one that has no recipients: ask Recipients first.
func (s *Store) PassOver(ctx context.Context, q Querier, report uuid.UUID, at time.Time) (passed bool, err error) {
	return s.wish(ctx, q, `update reports set care_of = true, assigned_to = null where id = $1 and (care_of or read_at is null and open_until > $2)
		and exists (select from report_recipients rr join organizers o on o.id = rr.organizer_id
			where rr.assembly_id = reports.assembly_id and o.removed_at is null)`, report, at)
}

// TakeBack erases a report that no organizer has seen, for a worker who does not want them to. It tells false where it may have been seen.
func (s *Store) TakeBack(ctx context.Context, q Querier, report uuid.UUID, at time.Time) (gone bool, err error) {
	var found uuid.UUID
	gone, err = one(ctx, q, `select id from reports where id = $1 and read_at is null and open_until > $2 for update`, []any{report, at}, &found)
	if err != nil || !gone {
		return false, wrap("taking a report back", err)
	}
	for _, sql := range []string{eraseMedia + `, report_id = null where report_id = $1`, `delete from reports where id = $1`} {
		if _, err := q.Exec(ctx, sql, report); err != nil {
			return false, fmt.Errorf("taking a report back: %w", err)
		}
	}
	return true, nil
}

// Callback is how a worker wants to be called back. A hang-up never asks for one.
type Callback struct {
	Other     bool   // at another number than that of the report's phone; `member reveal` shows it
	Number    Phone  // the other number, where it is kept; not told by ShowReport
	Hours     string // morning, afternoon, evening, any
	OtherMay  bool   // another person may answer …
	Words     string // … and this is what to say to them
	Recording uuid.UUID
	At        time.Time
}

const (
	callbackNumber = "report_callbacks.number"
	callbackWords  = "report_callbacks.words"
)

// AskCallback notes how a worker wants to be called back; what was asked before is replaced.
func (s *Store) AskCallback(ctx context.Context, q Querier, report uuid.UUID, phone uuid.NullUUID, c Callback) (bool, error) {
	var number, words []byte
	if c.Other {
		number = s.Keys.Seal(callbackNumber, report, []byte(c.Number.String()))
	}
	if c.Words != "" {
		words = s.Keys.Seal(callbackWords, report, []byte(c.Words))
	}
	asked, err := s.wish(ctx, q, `insert into report_callbacks (report_id, assembly_id, phone_id, number, hours, other_may, words, media_id, at)
		select id, assembly_id, $2, $3, $4, $5, $6, $7, $8 from reports where id = $1
		on conflict (report_id) do update set phone_id = excluded.phone_id, number = excluded.number, hours = excluded.hours,
			other_may = excluded.other_may, words = excluded.words, media_id = excluded.media_id, at = excluded.at`,
		report, phone, number, c.Hours, c.OtherMay, words, nullable(c.Recording), c.At)
	if err != nil || !asked || c.Recording == uuid.Nil {
		return asked, err
	}
	_, err = q.Exec(ctx, `update media set report_id = $2 where id = $1 and report_id is null and state <> 'erased'`, c.Recording, report)
	return true, wrap("noting a worker's wish", err)
}

func (s *Store) callbackOf(ctx context.Context, q Querier, report uuid.UUID) (*Callback, error) {
	var c Callback
	var words []byte
	var media *uuid.UUID
	found, err := one(ctx, q, `select number is not null, hours, other_may, words, media_id, at from report_callbacks where report_id = $1`,
		[]any{report}, &c.Other, &c.Hours, &c.OtherMay, &words, &media, &c.At)
	if err != nil {
		return nil, fmt.Errorf("looking whether to call back: %w", err)
	}
	if !found {
		return nil, nil
	}
	c.Recording = valueOf(media)
	c.Words, err = s.openText(callbackWords, report, words)
	return &c, err
}

// Mute keeps the reports of the phone that one came from out of the organizers' list until then, and tells whether it could: nobody
// knows the phone of a withheld caller. until in the past lifts it.
func (s *Store) Mute(ctx context.Context, q Querier, report uuid.UUID, until time.Time) (bool, error) {
	return s.wish(ctx, q, `insert into report_mutes (phone_id, assembly_id, until) select phone_id, assembly_id, $2 from reports
		where id = $1 and phone_id is not null
		on conflict (phone_id, assembly_id) do update set until = excluded.until`, report, until)
}

// Recipients lists who acts and is to read what is told about somebody in an assembly.
func (s *Store) Recipients(ctx context.Context, q Querier, assembly uuid.UUID) ([]Organizer, error) {
	scan := func(r pgx.CollectableRow) (o Organizer, err error) {
		err = r.Scan(&o.ID, &o.Assembly, &o.Name)
		return o, err
	}
	return list(ctx, q, "listing who reads what is about the group", scan, `select o.id, o.assembly_id, o.name
		from report_recipients r join organizers o on o.id = r.organizer_id where r.assembly_id = $1 and o.removed_at is null order by o.name`, assembly)
}

// NameRecipients says who reads what is told about somebody in an assembly: two organizers of assemblies above it, whom somebody of
// those names. Its own organizers name nobody, and are none of the two.
func (s *Store) NameRecipients(ctx context.Context, q Querier, assembly uuid.UUID, by Organizer, named []Organizer, at time.Time) error {
	if by.Assembly == assembly {
		return refuse("only an organizer of the assembly above names who reads what is about this one's own people: say so with --as")
	}
	if len(named) != 2 || named[0].ID == named[1].ID {
		return refuse("two people are needed, so that neither decides alone and one can be away")
	}
	for _, o := range named {
		if o.Assembly == assembly {
			return refuse("%s is an organizer of this assembly, and the report may be about them: name organizers of the assembly above", o.Name)
		}
	}
	if _, err := q.Exec(ctx, `delete from report_recipients where assembly_id = $1`, assembly); err != nil {
		return wrap("naming who reads what is about the group", err)
	}
	for _, o := range named {
		if _, err := q.Exec(ctx, `insert into report_recipients (assembly_id, organizer_id, named_at) values ($1, $2, $3) on conflict do nothing`,
			assembly, o.ID, at); err != nil {
			return wrap("naming who reads what is about the group", err)
		}
	}
	return nil
}
