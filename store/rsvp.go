package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Needs is what somebody who comes to a meeting asks for.
type Needs struct {
	Others      int // how many come along, 0 to MostAlong
	Children    int // to be looked after, 0 to MostAlong
	Ride        bool
	Interpreter bool
	Other       bool // something else, in their own words
}

// AskedFor is what all who come ask for together. Small numbers stand as they are: organizers have to act on one ride too, and no
// number tells who.
type AskedFor struct {
	Others                         int // people who come along
	Rides, Interpreters, ChildCare int // phones
	Children                       int // people
	SomethingElse                  int // phones
}

// MostAlong is how many people one phone may bring.
const MostAlong = 9

// Answered is what came of an answer to an invitation.
type Answered string

const (
	AnswerSaved    Answered = "saved"
	AnswerTooLate  Answered = "started"
	AnswerCanceled Answered = "canceled"
	AnswerMoved    Answered = "moved" // it is not what they have heard any more, and nothing was saved
)

// Answering is what a phone says to an invitation.
type Answering struct {
	Meeting, Phone uuid.UUID
	Heard          int // the meeting's version that they heard; below 0: not known, and any will do
	Now            time.Time
}

// invited is the part of a statement that holds the meeting as it stands: $1 is its id, $3 now, $4 the version that was heard. A change
// that is being made at this moment is waited for.
const invited = `m as (select *, canceled_at is null and starts_at > $3 and ($4 < 0 or version = $4) as open
	from meetings where id = $1 for share)`

// RSVP saves "yes" or "no", in place of the answer before. The row counts how often it changed. What they asked for stays, and counts
// while they come. A meeting canceled just afterwards has taken the answer: whoever cancels tells everybody who did not say no.
func (s *Store) RSVP(ctx context.Context, q Querier, a Answering, answer string) (Answered, Needs, error) {
	if answer != "yes" && answer != "no" {
		return "", Needs{}, fmt.Errorf(`answering an invitation: an answer is "yes" or "no", not %q`, answer)
	}
	return s.answered(ctx, q, a, `, saved as (insert into rsvps (meeting_id, phone_id, assembly_id, answer, at)
		select m.id, $2, m.assembly_id, $5, $3 from m where m.open
		on conflict (meeting_id, phone_id) do update set answer = excluded.answer, at = excluded.at,
			changed = rsvps.changed + (rsvps.answer <> excluded.answer)::int returning *)`, answer)
}

// Need is one thing to ask for.
type Need string

const (
	NeedRide        Need = "ride"
	NeedInterpreter Need = "interpreter"
	NeedOther       Need = "other"
	NeedChildCare   Need = "children"
	NeedRoom        Need = "others" // for those who come along
)

// Asking is somebody who asks for one thing.
type Asking struct {
	Answering
	Need      Need
	Many      int       // of NeedChildCare and NeedRoom: 1 to MostAlong
	Words     string    // their own, or …
	Recording uuid.UUID // … what they said; neither has to be there
}

const needWords = "rsvp_notes.words"

// AskFor adds one thing to what a phone asks for, and with that says yes: who asks for a ride comes. A number takes the place of the
// one before; words are added.
func (s *Store) AskFor(ctx context.Context, q Querier, a Asking) (Answered, Needs, error) {
	var n Needs
	switch a.Need {
	case NeedRide:
		n.Ride = true
	case NeedInterpreter:
		n.Interpreter = true
	case NeedOther:
		n.Other = true
	case NeedChildCare:
		n.Children = a.Many
	case NeedRoom:
		n.Others = a.Many
	default:
		return "", Needs{}, fmt.Errorf("asking for something: %q is nothing to ask for", a.Need)
	}
	if min(n.Others, n.Children) < 0 || max(n.Others, n.Children) > MostAlong {
		return "", Needs{}, fmt.Errorf("asking for something: %d are more than %d", a.Many, MostAlong)
	}
	note := newID()
	return s.answered(ctx, q, a.Answering, `, saved as (
		insert into rsvps (meeting_id, phone_id, assembly_id, answer, at, others, children, ride, interpreter, other)
		select m.id, $2, m.assembly_id, 'yes', $3, $5, $6, $7, $8, $9 from m where m.open
		on conflict (meeting_id, phone_id) do update set answer = 'yes', at = excluded.at, changed = rsvps.changed + (rsvps.answer <> 'yes')::int,
			others = coalesce(nullif(excluded.others, 0), rsvps.others), children = coalesce(nullif(excluded.children, 0), rsvps.children),
			ride = rsvps.ride or excluded.ride, interpreter = rsvps.interpreter or excluded.interpreter, other = rsvps.other or excluded.other
		returning *),
		noted as (insert into rsvp_notes (id, assembly_id, meeting_id, phone_id, need, words, media_id, at)
			select $10, assembly_id, meeting_id, phone_id, $11, $12, $13, $3 from saved where $14)`,
		n.Others, n.Children, n.Ride, n.Interpreter, n.Other,
		note, a.Need, s.Keys.Seal(needWords, note, []byte(a.Words)), nullable(a.Recording), a.Words != "" || a.Recording != uuid.Nil)
}

// AskForNothing takes back all that a phone asked for. It gives the recordings that were made for it, which are to be erased.
func (s *Store) AskForNothing(ctx context.Context, q Querier, a Answering) (Answered, []uuid.UUID, error) {
	outcome, _, err := s.answered(ctx, q, a, `, saved as (update rsvps r set others = 0, children = 0, ride = false, interpreter = false, other = false
		from m where m.open and r.meeting_id = m.id and r.phone_id = $2 returning r.*)`)
	if err != nil || outcome != AnswerSaved {
		return outcome, nil, err
	}
	recordings, err := list(ctx, q, "taking back what was asked for", pgx.RowTo[*uuid.UUID],
		`delete from rsvp_notes where meeting_id = $1 and phone_id = $2 returning media_id`, a.Meeting, a.Phone)
	return outcome, notNull(recordings), err
}

// answered runs a statement that saves something in "saved", as far as the meeting is still what they heard of.
func (s *Store) answered(ctx context.Context, q Querier, a Answering, saving string, more ...any) (Answered, Needs, error) {
	var startsAt time.Time
	var canceled *time.Time
	var open bool
	var n Needs
	found, err := one(ctx, q, `with `+invited+saving+` select m.starts_at, m.canceled_at, m.open, coalesce(s.others, 0), coalesce(s.children, 0),
		coalesce(s.ride, false), coalesce(s.interpreter, false), coalesce(s.other, false) from m left join saved s on true`,
		append([]any{a.Meeting, a.Phone, a.Now, a.Heard}, more...),
		&startsAt, &canceled, &open, &n.Others, &n.Children, &n.Ride, &n.Interpreter, &n.Other)
	switch {
	case err != nil:
		return "", Needs{}, fmt.Errorf("answering an invitation: %w", err)
	case !found, canceled != nil: // a meeting is canceled, never deleted; an erased one is as good as canceled
		return AnswerCanceled, Needs{}, nil
	case !startsAt.After(a.Now):
		return AnswerTooLate, Needs{}, nil
	case !open:
		return AnswerMoved, Needs{}, nil
	}
	return AnswerSaved, n, nil
}

// NeedNote is what somebody said to what they ask for. Whose it is, is not among it.
type NeedNote struct {
	Need      Need
	Words     string
	Recording uuid.UUID // uuid.Nil: they wrote
	At        time.Time
}

// NeedNotes lists what was said to a meeting's needs by those who come, oldest first.
func (s *Store) NeedNotes(ctx context.Context, q Querier, meeting uuid.UUID) ([]NeedNote, error) {
	scan := func(r pgx.CollectableRow) (n NeedNote, err error) {
		var id uuid.UUID
		var words []byte
		var media *uuid.UUID
		if err = r.Scan(&id, &n.Need, &words, &media, &n.At); err != nil {
			return n, err
		}
		n.Recording = valueOf(media)
		n.Words, err = s.openText(needWords, id, words)
		return n, err
	}
	return list(ctx, q, "listing what people need", scan, `select n.id, n.need, n.words, n.media_id, n.at
		from rsvp_notes n join rsvps r using (meeting_id, phone_id) where n.meeting_id = $1 and r.answer = 'yes' order by n.id`, meeting)
}
