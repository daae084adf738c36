package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

var elmStreet = store.Words{"en": "12 Elm St, side door", "es": "12 Elm St, puerta lateral"}

func (w *world) meet(in time.Duration, who store.PlaceFor) store.Meeting {
	w.t.Helper()
	return must(w.AddMeeting(w.ctx, w.Pool, store.NewMeeting{Assembly: w.assembly.ID, StartsAt: w.now.Add(in), Place: elmStreet, PlaceFor: who}))(w.t)
}

func (w *world) coming(phone uuid.UUID, at time.Time) []store.Meeting {
	w.t.Helper()
	return must(w.ComingMeetings(w.ctx, w.Pool, store.Coming{Assemblies: w.line.Assemblies, Phone: uuid.NullUUID{UUID: phone, Valid: phone != uuid.Nil}, Now: at}))(w.t)
}

func TestAMeetingFromInvitationToHeadCount(t *testing.T) {
	w := newWorld(t)
	m := w.meet(48*time.Hour, "")
	rosa, ben := w.phone("2125550101"), w.phone("2125550102")
	answer := func(phone uuid.UUID, answer string, at time.Time) store.Answered {
		return w.answer(store.Answering{Meeting: m.ID, Phone: phone, Heard: -1, Now: at}, answer)
	}
	if got := w.coming(rosa, w.now); len(got) != 1 || got[0].Mine != "" || got[0].Place["es"] != elmStreet["es"] {
		t.Errorf("coming is %+v", got)
	}
	for _, a := range []string{"yes", "yes", "no", "yes"} { // a change of mind
		if got := answer(rosa, a, w.now); got != store.AnswerSaved {
			t.Errorf("answer %s: %s", a, got)
		}
	}
	answer(ben, "no", w.now)
	if got := w.coming(rosa, w.now); got[0].Mine != "yes" {
		t.Errorf("mine is %q", got[0].Mine)
	}
	var changed int
	if err := w.Pool.QueryRow(w.ctx, `select changed from rsvps where phone_id = $1`, rosa).Scan(&changed); err != nil || changed != 2 {
		t.Errorf("changed %d times, %v", changed, err)
	}
	if shown := must(w.ShowMeeting(w.ctx, w.Pool, w.assembly.ID, m.Number))(t); shown.Yes != 1 || shown.No != 1 {
		t.Errorf("heads are %d and %d", shown.Yes, shown.No)
	}
	if got := answer(rosa, "no", m.StartsAt); got != store.AnswerTooLate {
		t.Errorf("once it began: %s", got)
	}
	if got := w.coming(rosa, m.StartsAt); len(got) != 0 {
		t.Errorf("once it began, coming is %+v", got)
	}
	moved := must(w.ChangeMeeting(w.ctx, w.Pool, w.assembly.ID, 1, store.MeetingChange{Place: store.Words{"en": "The park"}}, w.now))(t)
	if !moved.StartsAt.Equal(m.StartsAt) || moved.Place["en"] != "The park" || moved.ChangedAt.IsZero() {
		t.Errorf("moved to %+v", moved)
	}
	must(w.CancelMeeting(w.ctx, w.Pool, w.assembly.ID, 1, w.now))(t)
	_, err := w.CancelMeeting(w.ctx, w.Pool, w.assembly.ID, 1, w.now)
	w.refused(err, "canceled already")
	_, err = w.ChangeMeeting(w.ctx, w.Pool, w.assembly.ID, 1, store.MeetingChange{}, w.now)
	w.refused(err, "add another one")
	if got := answer(ben, "yes", w.now); got != store.AnswerCanceled {
		t.Errorf("to a canceled one: %s", got)
	}
	if got := must(w.Meetings(w.ctx, w.Pool, w.assembly.ID))(t); len(got) != 1 || got[0].Yes != 1 || got[0].Place["en"] != "The park" {
		t.Errorf("listed %+v", got)
	}
	if _, _, err := w.RSVP(w.ctx, w.Pool, store.Answering{Meeting: m.ID, Phone: ben, Heard: -1, Now: w.now}, "maybe"); err == nil {
		t.Error("maybe was saved")
	}
}

func TestAPlaceIsToldToWhomItIsFor(t *testing.T) {
	w := newWorld(t)
	member := w.members("Rosa 2125550101")[0]
	stranger := w.phone("2125550102")
	w.meet(48*time.Hour, store.PlaceForMembers)
	for name, c := range map[string]struct {
		phone uuid.UUID
		told  bool
	}{"a member": {member, true}, "a stranger": {stranger, false}, "a withheld number": {uuid.Nil, false}} {
		if got := w.coming(c.phone, w.now)[0].Place; (len(got) > 0) != c.told {
			t.Errorf("%s is told %v", name, got)
		}
	}
}

func TestAPlaceToldOnTheDay(t *testing.T) {
	w := newWorld(t)
	// In New York it is the 24th until 05:00 UTC on the 25th.
	w.meet(0, store.PlaceOnTheDay)
	starts := time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
	must(w.ChangeMeeting(w.ctx, w.Pool, w.assembly.ID, 1, store.MeetingChange{StartsAt: starts}, w.now))(t)
	for at, told := range map[time.Time]bool{
		time.Date(2026, 11, 24, 4, 59, 0, 0, time.UTC): false,
		time.Date(2026, 11, 24, 5, 0, 0, 0, time.UTC):  true,
		starts.Add(-time.Minute):                       true,
	} {
		if got := w.coming(uuid.Nil, at)[0].Place; (len(got) > 0) != told {
			t.Errorf("at %v told %v", at, got)
		}
	}
}

func TestTwoAnswersFromOnePhoneAtOnceAreOneHead(t *testing.T) {
	w := newWorld(t)
	m, phone := w.meet(time.Hour, ""), w.phone("2125550101")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, _, err := w.RSVP(w.ctx, w.Pool, store.Answering{Meeting: m.ID, Phone: phone, Now: w.now}, "yes"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if shown := must(w.ShowMeeting(w.ctx, w.Pool, w.assembly.ID, 1))(t); shown.Yes != 1 {
		t.Errorf("%d heads", shown.Yes)
	}
}

func TestWhatIsNoMeetingIsRefused(t *testing.T) {
	w := newWorld(t)
	for says, n := range map[string]store.NewMeeting{
		"the place needs words": {StartsAt: w.now},
		"needs a time":          {Place: elmStreet},
		"a place is for":        {StartsAt: w.now, Place: elmStreet, PlaceFor: "friends"},
	} {
		n.Assembly = w.assembly.ID
		_, err := w.AddMeeting(w.ctx, w.Pool, n)
		w.refused(err, says)
	}
	_, err := w.ShowMeeting(w.ctx, w.Pool, w.assembly.ID, 1)
	w.refused(err, "no meeting 1")
}
