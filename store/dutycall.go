package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// DutyCall is one phone that rang for one caller, and what came of it.
type DutyCall struct {
	ID           uuid.UUID // random: it stands in a URL
	Assembly     uuid.UUID
	Line         uuid.UUID
	Duty         uuid.UUID // whose phone
	Conversation uuid.UUID
	N            int       // the number of the turn in which it rang
	Turn         uuid.UUID // and its id
	Caller       uuid.NullUUID
	Lang         string
	Purpose      string    // kept sealed
	Danger       uuid.UUID // for whom we placed this call; uuid.Nil: a caller's own call rings
	At           time.Time
	TakenAt      time.Time // zero: not taken
	EndedAt      time.Time // zero: it rings, or they talk

	Speaks []string // the languages of whoever was rung, of DutyCallByID only

	// Of DutyCalls only.
	Who    string
	Urgent bool
	Notes  []DutyNote
}

// DutyNote is what somebody left about a call that they took: words, or a recording.
type DutyNote struct {
	At        time.Time
	Words     string
	Recording uuid.UUID // uuid.Nil: words
}

const (
	dutyPurpose = "duty_calls.purpose"
	dutyWords   = "duty_notes.words"
)

// tookFor is how long after a call whoever took it may say something about it.
const tookFor = 12 * time.Hour

// AddDutyCall writes down that a phone rings.
func (s *Store) AddDutyCall(ctx context.Context, q Querier, c DutyCall) error {
	id := randomID()
	_, err := q.Exec(ctx, `insert into duty_calls (id, assembly_id, line_id, duty_id, conversation_id, n, turn, phone_id, lang, purpose, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (turn) do nothing`,
		id, c.Assembly, c.Line, c.Duty, c.Conversation, c.N, c.Turn, c.Caller, c.Lang, s.Keys.Seal(dutyPurpose, id, []byte(c.Purpose)), c.At)
	return wrap("writing down that a phone rings", err)
}

// AddPlacedCall writes down that a phone is to ring by a call that we place for somebody who wrote. It gives the call's id, which is to
// be that of the outgoing call. Of c count all but ID, N, Turn, TakenAt and EndedAt.
func (s *Store) AddPlacedCall(ctx context.Context, q Querier, c DutyCall) (uuid.UUID, error) {
	id := randomID()
	_, err := q.Exec(ctx, `insert into duty_calls (id, assembly_id, line_id, duty_id, conversation_id, n, turn, phone_id, lang, purpose, at, danger_id)
		values ($1, $2, $3, $4, $5, (select coalesce(max(n), 0) + 1 from duty_calls where conversation_id = $5), $1, $6, $7, $8, $9, $10)`,
		id, c.Assembly, c.Line, c.Duty, c.Conversation, c.Caller, c.Lang, s.Keys.Seal(dutyPurpose, id, []byte(c.Purpose)), c.At, c.Danger)
	return id, wrap("writing down that a phone is to ring", err)
}

// RingsUntil tells until when a phone that rings for somebody in danger is waited for: until then nobody else is rung. Zero: none rings.
func (s *Store) RingsUntil(ctx context.Context, q Querier, danger uuid.UUID, now time.Time) (time.Time, error) {
	var at *time.Time
	err := q.QueryRow(ctx, `select max(at) from duty_calls where danger_id = $1 and ended_at is null and at > $2`, danger, now.Add(-ringsFor)).Scan(&at)
	if err != nil || at == nil {
		return time.Time{}, wrap("looking whose phone rings", err)
	}
	return at.Add(ringsFor), nil
}

// EndPlacedCall notes that a call which we placed is over. It gives for whom; uuid.Nil where that was known already, or it is none of ours.
func (s *Store) EndPlacedCall(ctx context.Context, q Querier, id uuid.UUID, now time.Time) (danger uuid.UUID, err error) {
	var of *uuid.UUID
	_, err = one(ctx, q, `update duty_calls set ended_at = $2 where id = $1 and ended_at is null and danger_id is not null returning danger_id`,
		[]any{id, now}, &of)
	return valueOf(of), wrap("noting that a call is over", err)
}

// EndOtherCalls notes, once somebody has taken it, that no other phone rings any more for somebody in danger.
func (s *Store) EndOtherCalls(ctx context.Context, q Querier, danger, taken uuid.UUID, now time.Time) error {
	_, err := q.Exec(ctx, `update duty_calls set ended_at = $3 where danger_id = $1 and id <> $2 and ended_at is null`, danger, taken, now)
	return wrap("noting that somebody has taken a call", err)
}

// DutyPhone tells which call rang in a turn, and the phone to be rung.
func (s *Store) DutyPhone(ctx context.Context, q Querier, turn uuid.UUID) (call, phone uuid.UUID, number Phone, found bool, err error) {
	var sealed []byte
	found, err = one(ctx, q, `select c.id, p.id, p.sealed from duty_calls c join duty d on d.id = c.duty_id join phones p on p.id = d.phone_id
		where c.turn = $1`, []any{turn}, &call, &phone, &sealed)
	if err != nil || !found {
		return uuid.Nil, uuid.Nil, "", false, wrap("looking whom to ring", err)
	}
	plain, err := s.Keys.Open(phoneNumber, phone, sealed)
	return call, phone, Phone(plain), true, err
}

// DutyCallByID finds a call that rang.
func (s *Store) DutyCallByID(ctx context.Context, q Querier, id uuid.UUID) (c DutyCall, found bool, err error) {
	var purpose []byte
	var taken, ended *time.Time
	var danger *uuid.UUID
	found, err = one(ctx, q, `select c.id, c.line_id, c.duty_id, c.lang, c.purpose, c.at, c.taken_at, c.ended_at, d.languages, c.danger_id
		from duty_calls c join duty d on d.id = c.duty_id where c.id = $1`, []any{id},
		&c.ID, &c.Line, &c.Duty, &c.Lang, &purpose, &c.At, &taken, &ended, &c.Speaks, &danger)
	if err != nil || !found {
		return c, false, wrap("looking for a call", err)
	}
	c.TakenAt, c.EndedAt, c.Danger = timeOf(taken), timeOf(ended), valueOf(danger)
	c.Purpose, err = s.openText(dutyPurpose, id, purpose)
	return c, true, err
}

// TakeDutyCall notes that whoever was rung takes the call. It tells false where the caller is gone already.
func (s *Store) TakeDutyCall(ctx context.Context, q Querier, id uuid.UUID, now time.Time) (bool, error) {
	tag, err := q.Exec(ctx, `update duty_calls set taken_at = coalesce(taken_at, $2) where id = $1 and ended_at is null`, id, now)
	return err == nil && tag.RowsAffected() == 1, wrap("noting that a call was taken", err)
}

// DutyCallTaken tells whether somebody took the phone that rang in turn n of a call.
func (s *Store) DutyCallTaken(ctx context.Context, q Querier, conversation uuid.UUID, n int) (taken bool, err error) {
	err = q.QueryRow(ctx, `select exists (select from duty_calls where conversation_id = $1 and n = $2 and taken_at is not null)`,
		conversation, n).Scan(&taken)
	return taken, wrap("looking whether a call was taken", err)
}

// EndDutyCall notes what came of a phone that rang in turn n of a call: whether they have talked.
func (s *Store) EndDutyCall(ctx context.Context, q Querier, conversation uuid.UUID, n int, taken bool, now time.Time) error {
	_, err := q.Exec(ctx, `update duty_calls set ended_at = coalesce(ended_at, $4),
			taken_at = case when $3 then coalesce(taken_at, $4) end
		where conversation_id = $1 and n = $2`, conversation, n, taken, now)
	return wrap("noting what came of a call", err)
}

// EndDutyCalls notes that a caller is gone.
func (s *Store) EndDutyCalls(ctx context.Context, q Querier, conversation uuid.UUID, now time.Time) error {
	_, err := q.Exec(ctx, `update duty_calls set ended_at = $2 where conversation_id = $1 and ended_at is null`, conversation, now)
	return wrap("noting that a caller is gone", err)
}

// TookCall finds the last call that somebody took with this phone, for as long as something may be said about it.
func (s *Store) TookCall(ctx context.Context, q Querier, phone uuid.UUID, now time.Time) (c DutyCall, found bool, err error) {
	found, err = one(ctx, q, `select c.id, c.assembly_id, c.duty_id, c.phone_id from duty_calls c join duty d on d.id = c.duty_id
		where d.phone_id = $1 and c.taken_at > $2 order by c.taken_at desc limit 1`,
		[]any{phone, now.Add(-tookFor)}, &c.ID, &c.Assembly, &c.Duty, &c.Caller)
	return c, found, wrap("looking for a call that was taken", err)
}

// NoteCall keeps what was said about a call: words, or a recording.
func (s *Store) NoteCall(ctx context.Context, q Querier, c DutyCall, words string, recording uuid.UUID, now time.Time) error {
	id := newID()
	_, err := q.Exec(ctx, `insert into duty_notes (id, assembly_id, call_id, words, media_id, at) values ($1, $2, $3, $4, $5, $6)`,
		id, c.Assembly, c.ID, s.Keys.Seal(dutyWords, id, []byte(words)), nullable(recording), now)
	return wrap("keeping a note about a call", err)
}

// MarkCallUrgent marks a call for everybody who reads the list.
func (s *Store) MarkCallUrgent(ctx context.Context, q Querier, c DutyCall) error {
	_, err := q.Exec(ctx, `update duty_calls set urgent = true where id = $1`, c.ID)
	return wrap("marking a call as urgent", err)
}

// BlockCaller lets nobody be rung for a caller until then. It tells false for one whose number was withheld.
func (s *Store) BlockCaller(ctx context.Context, q Querier, c DutyCall, until time.Time) (bool, error) {
	if !c.Caller.Valid {
		return false, nil
	}
	_, err := q.Exec(ctx, `insert into blocked (phone_id, assembly_id, until, duty_id) values ($1, $2, $3, $4)
		on conflict (phone_id, assembly_id) do update set until = greatest(blocked.until, excluded.until), duty_id = excluded.duty_id`,
		c.Caller.UUID, c.Assembly, until, c.Duty)
	return err == nil, wrap("blocking a caller", err)
}

// Blocked counts the callers for whom an assembly has nobody rung at present.
func (s *Store) Blocked(ctx context.Context, q Querier, assembly uuid.UUID, now time.Time) (n int, err error) {
	err = q.QueryRow(ctx, `select count(*) from blocked where assembly_id = $1 and until > $2`, assembly, now).Scan(&n)
	return n, wrap("counting who is blocked", err)
}

// Unblock has somebody rung again for all callers who are blocked in an assembly, and tells how many they were.
func (s *Store) Unblock(ctx context.Context, q Querier, assembly uuid.UUID, now time.Time) (int, error) {
	tag, err := q.Exec(ctx, `delete from blocked where assembly_id = $1 and until > $2`, assembly, now)
	return int(tag.RowsAffected()), wrap("lifting blocks", err)
}

// DutyCalls lists the newest calls of an assembly for which somebody was rung, with what was said about them, newest first.
func (s *Store) DutyCalls(ctx context.Context, q Querier, assembly uuid.UUID, most int) ([]DutyCall, error) {
	scan := func(r pgx.CollectableRow) (c DutyCall, err error) {
		var name []byte
		var taken, ended *time.Time
		if err = r.Scan(&c.ID, &c.Duty, &name, &c.Lang, &c.At, &taken, &ended, &c.Urgent); err != nil {
			return c, err
		}
		c.TakenAt, c.EndedAt = timeOf(taken), timeOf(ended)
		c.Who, err = s.openText(dutyName, c.Duty, name)
		return c, err
	}
	all, err := list(ctx, q, "listing calls", scan, `select c.id, c.duty_id, d.name, c.lang, c.at, c.taken_at, c.ended_at, c.urgent
		from duty_calls c join duty d on d.id = c.duty_id where c.assembly_id = $1 order by c.at desc, c.id limit $2`, assembly, most)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Notes, err = s.notesOf(ctx, q, all[i].ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s *Store) notesOf(ctx context.Context, q Querier, call uuid.UUID) ([]DutyNote, error) {
	scan := func(r pgx.CollectableRow) (n DutyNote, err error) {
		var id uuid.UUID
		var words []byte
		var media *uuid.UUID
		if err = r.Scan(&id, &words, &media, &n.At); err != nil {
			return n, err
		}
		n.Recording = valueOf(media)
		if n.Words, err = s.openText(dutyWords, id, words); err != nil {
			return n, fmt.Errorf("opening a note: %w", err)
		}
		return n, nil
	}
	return list(ctx, q, "listing notes", scan, `select id, words, media_id, at from duty_notes where call_id = $1 order by id`, call)
}
