package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Clock says how long something is kept. Each assembly may set its own; else the nearest above counts that has, else the default.
type Clock struct {
	Name  string
	Days  int    // by default
	About string // what it erases, and from when it runs
}

// The clocks that flows tell of.
const (
	clockTurns   = "turns"
	clockNumbers = "numbers"
	clockReports = "reports"
	clockChoices = "choices"
	clockRSVPs   = "rsvps"
	clockCalls   = "calls"
)

// Clocks are all of them.
func Clocks() []Clock {
	return []Clock{
		{clockTurns, 7, "what came in and what was answered, texts that we sent, talks left standing, and recordings of no report"},
		{clockNumbers, 90, "numbers of phones that only reported or answered, after their last word"},
		{clockReports, 365, "words, recordings and pictures of reports, after the last of them"},
		{clockChoices, 30, "who chose what in a ballot, after it closed; the totals stay"},
		{clockRSVPs, 30, "who said that they would come, and who came, after the meeting; the head counts stay"},
		{clockCalls, 365, "calls that somebody on duty took, and the notes on them"},
	}
}

// kind is a kind of record that a clock erases.
type kind struct {
	clock string
	what  string // for the journal
	erase eraser
}

// eraser erases at most so many records of an assembly from before then, and tells how many it did, and whether there may be more.
type eraser func(s *Store, ctx context.Context, q Querier, assembly uuid.UUID, before, now time.Time, most int) (n int, more bool, err error)

// kinds is the one table of what is erased, in this order. A new kind of record about people is a line here.
func kinds() []kind {
	return []kind{
		{clockTurns, "turns", bySQL(`delete from turns where id in (
			select id from turns where id < uuid_at($2) and assembly_id = $1 order by id limit $3)`)},
		{clockTurns, "texts sent", bySQL(`delete from outgoing where id in (
			select id from outgoing o where at < $2 and expires_at < $2 and assembly_id = $1 and not exists (
				select from broadcasts b join meetings m on m.id = b.record where b.id = o.broadcast_id and m.starts_at > $2) limit $3)`)}, // who is to hear of a change
		{clockTurns, "talks", bySQL(`update conversations set state = null, turn = null, flow_set = '', wakes_at = null where id in (
			select id from conversations where heard_on <= ($2 at time zone 'UTC')::date and heard_at < $2 and assembly_id = $1
			and state is not null and (wakes_at is null or wakes_at < $2) limit $3)`)},
		{clockTurns, "recordings and pictures of no report", bySQL(eraseMedia + ` where id in (
			select id from media m where at < $2 and assembly_id = $1 and report_id is null and state <> 'erased'
			and not exists (select from duty_notes n where n.media_id = m.id) and not exists (select from rsvp_notes n where n.media_id = m.id)
			and not exists (select from proposals n where n.media_id = m.id) and not exists (select from offers n where n.media_id = m.id)
			and not exists (select from report_callbacks n where n.media_id = m.id) limit $3)`)},
		{clockTurns, "recordings of notices", bySQL(`update notice_recordings set bytes = null, name_digest = null, erased_at = now() where id in (
			select r.id from notice_recordings r join broadcasts b on b.id = r.broadcast_id
			where coalesce(b.ended_at, b.expires_at) < $2 and r.assembly_id = $1 and r.bytes is not null limit $3)`)},
		{clockTurns, "tests of notices", bySQL(`delete from test_calls where id in (select id from test_calls where at < $2 and assembly_id = $1 limit $3)`)},
		{clockTurns, "wrong codes", bySQL(`delete from guesses where (scope, what, hour) in (
			select scope, what, hour from guesses where hour < $2 and $1::uuid is not null limit $3)`)}, // they count for an hour, and belong to no assembly
		{clockTurns, "PINs keyed once", bySQL(`delete from pin_drafts where person_id in (
			select person_id from pin_drafts where at < $2 and assembly_id = $1 limit $3)`)}, // the call is long over
		{clockTurns, "blocks", bySQL(`delete from blocked where (phone_id, assembly_id) in (
			select phone_id, assembly_id from blocked where until < $2 and assembly_id = $1 limit $3)`)},
		{clockReports, "parts of reports", bySQL(`delete from report_parts where id in (
			select p.id from report_parts p join reports r on r.id = p.report_id where ` + oldReport + ` limit $3)`)},
		{clockReports, "recordings and pictures of reports", bySQL(eraseMedia + `, report_id = null where id in (
			select m.id from media m join reports r on r.id = m.report_id where ` + oldReport + ` limit $3)`)},
		{clockReports, "answers to reports", ofOldReports("report_answers")},
		{clockReports, "notes on reports", ofOldReports("report_notes")},
		{clockReports, "calls back", bySQL(`delete from report_calls where id in (
			select c.id from report_calls c join reports r on r.id = c.report_id where ` + oldReport + ` limit $3)`)},
		{clockReports, "digits that lead back to reports", ofOldReports("report_digits")},
		// A digest of a code has 32 bytes; what stands in its place leads nowhere.
		{clockReports, "ways back to reports", bySQL(`update reports set phone_id = null, code_index = uuid_send(gen_random_uuid()) where id in (
			select r.id from reports r where ` + oldReport + ` and length(code_index) > 16 limit $3)`)},
		{clockRSVPs, "answers to invitations", bySQL(`delete from rsvps where (meeting_id, phone_id) in (
			select r.meeting_id, r.phone_id from rsvps r join meetings m on m.id = r.meeting_id
			where m.starts_at < $2 and m.assembly_id = $1 limit $3)`)},
		{clockRSVPs, "questions of notices", bySQL(`delete from questions where id in (
			select id from questions where lapses_at < $2 and asked_at < $2 and assembly_id = $1 limit $3)`)},
		{clockRSVPs, "who came", bySQL(`update attendance set phone_id = null, person_id = null where id in (
			select a.id from attendance a join meetings m on m.id = a.meeting_id
			where m.starts_at < $2 and m.assembly_id = $1 and (a.phone_id is not null or a.person_id is not null) limit $3)`)},
		{clockRSVPs, "codes of doors", bySQL(`delete from doors where meeting_id in (
			select d.meeting_id from doors d join meetings m on m.id = d.meeting_id where m.starts_at < $2 and m.assembly_id = $1 limit $3)`)},
		{clockCalls, "recordings of notes", bySQL(eraseMedia + ` where state <> 'erased' and id in (
			select n.media_id from duty_notes n join duty_calls c on c.id = n.call_id where c.at < $2 and c.assembly_id = $1 limit $3)`)},
		{clockCalls, "calls to people on duty", bySQL(`delete from duty_calls where id in (
			select id from duty_calls where at < $2 and assembly_id = $1 limit $3)`)},
		{clockCalls, "people in danger", bySQL(`delete from dangers where id in (
			select id from dangers where at < $2 and assembly_id = $1 limit $3)`)},
		{clockChoices, "ballots' choices", (*Store).keepTotals},
		{clockChoices, "people nobody knows", bySQL(`delete from people where id in (select p.id from people p where created_at < $2 and assembly_id = $1
			and not exists (select from memberships x where x.person_id = p.id) and not exists (select from phone_people x where x.person_id = p.id)
			and not exists (select from ballot_roll x where x.person_id = p.id) and not exists (select from votes x where x.person_id = p.id)
			and not exists (select from organizers x where x.person_id = p.id) limit $3)`)},
		{clockNumbers, "numbers", (*Store).eraseNumbers},
		{clockNumbers, "wishes to be called back", bySQL(`delete from report_callbacks where report_id in (
			select c.report_id from report_callbacks c where c.at < $2 and c.assembly_id = $1
			and not exists (select from report_parts n where n.report_id = c.report_id and n.at >= $2) limit $3)`)}, // where else a worker is reached is a number too
		{clockNumbers, "calls", bySQL(`delete from conversations where id in (
			select id from conversations where call is not null and heard_on <= ($2 at time zone 'UTC')::date and heard_at < $2
			and assembly_id = $1 limit $3)`)},
	}
}

const (
	// What was erased is not there for anybody. The carrier's copy is erased by a row of its own (erasing.go).
	eraseMedia = `update media set state = 'erased', bytes = null, seconds = 0, type = '', erased_at = now()`
	oldReport  = `r.filed_at < $2 and r.assembly_id = $1 and not exists (select from report_parts n where n.report_id = r.id and n.at >= $2)`
)

// ofOldReports erases what a table keeps beside reports.
func ofOldReports(table string) eraser {
	return bySQL(`delete from ` + table + ` where report_id in (
		select x.report_id from ` + table + ` x join reports r on r.id = x.report_id where ` + oldReport + ` limit $3)`)
}

// bySQL is an eraser by one statement, over the assembly, the time and how many.
func bySQL(sql string) eraser {
	return func(_ *Store, ctx context.Context, q Querier, assembly uuid.UUID, before, _ time.Time, most int) (int, bool, error) {
		tag, err := q.Exec(ctx, sql, assembly, before, most)
		n := int(tag.RowsAffected())
		return n, n == most, err
	}
}

// eraseNumbers erases phones of nobody here that have long been silent.
func (s *Store) eraseNumbers(ctx context.Context, q Querier, assembly uuid.UUID, before, now time.Time, most int) (int, bool, error) {
	type silent struct {
		ID     uuid.UUID
		Number []byte
	}
	all, err := list(ctx, q, "looking for silent phones", pgx.RowToStructByPos[silent], `select p.id, p.sealed from phones p
		where p.assembly_id = $1 and p.created_at < $2
		and not exists (select from phone_people x where x.phone_id = p.id)
		and not exists (select from conversations x where x.phone_id = p.id and x.heard_at >= $2)
		and not exists (select from duty x where x.phone_id = p.id)
		and not exists (select from rsvps x join meetings m on m.id = x.meeting_id where x.phone_id = p.id and m.starts_at >= $2)
		and not exists (select from reports x where x.phone_id = p.id and x.assembly_id in (`+heldAssemblies+`))
		limit $3 for update of p skip locked`, assembly, before, most)
	for _, p := range all {
		if err := s.erasePhone(ctx, q, p.ID, p.Number, now); err != nil {
			return 0, false, err
		}
	}
	return len(all), len(all) == most, err
}

// eraseBatch is how many records one transaction erases.
const eraseBatch = 1000

// Erased is what a run did in one assembly, by kind.
type Erased map[string]int

func (e Erased) String() string {
	var all []string
	for _, k := range kinds() {
		if n := e[k.what]; n > 0 {
			all = append(all, fmt.Sprintf("%s %d", k.what, n))
		}
	}
	return strings.Join(all, ", ")
}

// Expire erases everywhere what the clocks say, in small transactions, until all is done or ctx ends: the next run goes on. Assemblies
// under a hold are passed over. What was erased is counted in the journal of each, under the name of whoever has it run. It tells what
// it did, by the name of the assembly.
func (s *Store) Expire(ctx context.Context, by string, now time.Time) (map[string]Erased, error) {
	all, err := s.Assemblies(ctx, s.Pool)
	if err != nil {
		return nil, err
	}
	did := map[string]Erased{}
	for _, a := range all {
		erased, err := s.expire(ctx, a, now)
		if len(erased) > 0 {
			did[a.Name] = erased
			noted, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second) // it was done, even if no more can be
			err = errors.Join(err, s.InTx(noted, func(tx pgx.Tx) error {
				return s.Note(noted, tx, Deed{Assembly: a.ID, Actor: by, Act: "retention.erase", Object: erased.String(), At: now})
			}))
			cancel()
		}
		if err != nil {
			return did, fmt.Errorf("erasing what is old of %s: %w", a.Name, err)
		}
	}
	return did, s.expireEverywhere(ctx, now)
}

func (s *Store) expire(ctx context.Context, a Assembly, now time.Time) (Erased, error) {
	days, err := s.keeping(ctx, s.Pool, a.ID)
	if err != nil {
		return nil, err
	}
	erased := Erased{}
	for _, k := range kinds() {
		before := now.AddDate(0, 0, -days[k.clock])
		for more := true; more; {
			n := 0
			err := s.InTx(ctx, func(tx pgx.Tx) (err error) {
				n, more = 0, false
				if held, err := s.held(ctx, tx, a.ID); err != nil || held {
					return err
				}
				n, more, err = k.erase(s, ctx, tx, a.ID, before, now, eraseBatch)
				return wrap(k.what, err)
			})
			if err != nil {
				return erased, err
			}
			if n > 0 {
				erased[k.what] += n
			}
		}
	}
	return erased, nil
}

// What was heard is of no assembly: digests of the carrier's ids, which say nothing and outlive the turns by far. So are the rows of what
// was erased, once the carrier has had time to erase its copy.
const (
	heardFor   = 30 * 24 * time.Hour
	erasedFor  = 30 * 24 * time.Hour
	guessedFor = 24 * time.Hour
)

func (s *Store) expireEverywhere(ctx context.Context, now time.Time) error {
	for _, one := range []struct {
		sql    string
		before time.Time
	}{
		{`delete from heard where key in (select key from heard where at < $1 limit $2)`, now.Add(-heardFor)},
		{`delete from guesses where (scope, what, hour) in (select scope, what, hour from guesses where hour < $1 limit $2)`, now.Add(-guessedFor)},
		{`delete from question_digits where (phone_id, digits) in (select phone_id, digits from question_digits where until < $1 limit $2)`, now},
		{`delete from vouch_codes where code_index in (select code_index from vouch_codes where until < $1 limit $2)`, now},
		{`delete from media where id in (select id from media where state = 'erased' and coalesce(erased_at, at) < $1 limit $2)`, now.Add(-erasedFor)},
	} {
		for n := eraseBatch; n == eraseBatch; {
			tag, err := s.Pool.Exec(ctx, one.sql, one.before, eraseBatch)
			if err != nil {
				return fmt.Errorf("erasing what is old: %w", err)
			}
			n = int(tag.RowsAffected())
		}
	}
	return nil
}

// clockNamed finds a clock.
func clockNamed(name string) (Clock, error) {
	all := Clocks()
	i := slices.IndexFunc(all, func(c Clock) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		var names []string
		for _, c := range all {
			names = append(names, c.Name)
		}
		return Clock{}, refuse("there is no clock %q; there are: %s", name, strings.Join(names, ", "))
	}
	return all[i], nil
}
