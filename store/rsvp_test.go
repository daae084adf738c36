package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"hotline/store"
)

func (w *world) answer(a store.Answering, answer string) store.Answered {
	w.t.Helper()
	came, _, err := w.RSVP(w.ctx, w.Pool, a, answer)
	if err != nil {
		w.t.Fatal(err)
	}
	return came
}

func (w *world) asks(a store.Asking) (store.Answered, store.Needs) {
	w.t.Helper()
	came, needs, err := w.AskFor(w.ctx, w.Pool, a)
	if err != nil {
		w.t.Fatal(err)
	}
	return came, needs
}

// WORKERS.md: "41 coming, 42 cannot, 43 need something". What is asked for is counted for organizers, with the words and without who.
func TestWhatIsNeededIsCountedAndNobodyIsNamed(t *testing.T) {
	w := newWorld(t)
	m := w.meet(48*time.Hour, "")
	rosa := store.Answering{Meeting: m.ID, Phone: w.phone("2125550101"), Now: w.now}
	ben := store.Answering{Meeting: m.ID, Phone: w.phone("2125550102"), Now: w.now}
	w.asks(store.Asking{Answering: rosa, Need: store.NeedRide, Words: "Elm and 5th"}) // with which she comes
	w.asks(store.Asking{Answering: rosa, Need: store.NeedChildCare, Many: 3})
	w.asks(store.Asking{Answering: rosa, Need: store.NeedChildCare, Many: 2}) // in place of three
	_, needs := w.asks(store.Asking{Answering: rosa, Need: store.NeedRoom, Many: 4})
	if want := (store.Needs{Others: 4, Children: 2, Ride: true}); needs != want {
		t.Errorf("needs are %+v, want %+v", needs, want)
	}
	w.asks(store.Asking{Answering: ben, Need: store.NeedInterpreter, Words: "Mam"})
	w.asks(store.Asking{Answering: ben, Need: store.NeedOther})
	shown := must(w.ShowMeeting(w.ctx, w.Pool, w.assembly.ID, 1))(t)
	if want := (store.AskedFor{Others: 4, Rides: 1, Interpreters: 1, ChildCare: 1, Children: 2, SomethingElse: 1}); shown.Yes != 2 || shown.Asked != want {
		t.Errorf("%d come and ask for %+v, want %+v", shown.Yes, shown.Asked, want)
	}
	notes := must(w.NeedNotes(w.ctx, w.Pool, m.ID))(t)
	if len(notes) != 2 || notes[0].Words != "Elm and 5th" || notes[1].Need != store.NeedInterpreter || notes[1].Words != "Mam" {
		t.Errorf("notes are %+v", notes)
	}
	if mine := w.coming(ben.Phone, w.now)[0]; mine.Mine != "yes" || mine.MyNeeds != (store.Needs{Interpreter: true, Other: true}) {
		t.Errorf("ben's own are %+v", mine)
	}

	// Who does not come needs nothing; who comes after all finds it as it was.
	w.answer(ben, "no")
	if shown := must(w.ShowMeeting(w.ctx, w.Pool, w.assembly.ID, 1))(t); shown.Asked.Interpreters != 0 || len(must(w.NeedNotes(w.ctx, w.Pool, m.ID))(t)) != 1 {
		t.Errorf("who does not come asks for %+v", shown.Asked)
	}
	w.answer(ben, "yes")
	if shown := must(w.ShowMeeting(w.ctx, w.Pool, w.assembly.ID, 1))(t); shown.Asked.Interpreters != 1 {
		t.Errorf("who comes after all asks for %+v", shown.Asked)
	}
	if came, _, err := w.AskForNothing(w.ctx, w.Pool, rosa); err != nil || came != store.AnswerSaved {
		t.Errorf("taken back: %s, %v", came, err)
	}
	if mine := w.coming(rosa.Phone, w.now)[0]; mine.Mine != "yes" || mine.MyNeeds != (store.Needs{}) {
		t.Errorf("after taking it back: %+v", mine)
	}
	for _, many := range []int{-1, 10} {
		if _, _, err := w.AskFor(w.ctx, w.Pool, store.Asking{Answering: rosa, Need: store.NeedRoom, Many: many}); err == nil {
			t.Errorf("%d were brought along", many)
		}
	}
}

// A meeting moved while somebody answers: they hear the new time before it counts. What is being changed at this moment is waited for.
func TestAnAnswerToWhatChangedMeanwhileDoesNotCount(t *testing.T) {
	w := newWorld(t)
	m := w.meet(48*time.Hour, "")
	rosa := store.Answering{Meeting: m.ID, Phone: w.phone("2125550101"), Now: w.now}
	must(w.ChangeMeeting(w.ctx, w.Pool, w.assembly.ID, 1, store.MeetingChange{Quorum: &store.Quorum{Heads: 5}}, w.now))(t) // says nothing new to who comes
	if came := w.answer(rosa, "no"); came != store.AnswerSaved {
		t.Errorf("a changed quorum: %s", came)
	}
	must(w.ChangeMeeting(w.ctx, w.Pool, w.assembly.ID, 1, store.MeetingChange{StartsAt: m.StartsAt.Add(time.Hour)}, w.now))(t)
	if came := w.answer(rosa, "yes"); came != store.AnswerMoved {
		t.Errorf("moved: %s", came)
	}
	if came, _ := w.asks(store.Asking{Answering: rosa, Need: store.NeedRide, Words: "Elm"}); came != store.AnswerMoved {
		t.Errorf("moved, and a ride: %s", came)
	}
	if mine := w.coming(rosa.Phone, w.now)[0]; mine.Mine != "no" || mine.Version != 1 {
		t.Errorf("it stands %+v", mine)
	}
	rosa.Heard = 1
	if came := w.answer(rosa, "yes"); came != store.AnswerSaved {
		t.Errorf("as it is now: %s", came)
	}

	tx := must(w.Pool.Begin(w.ctx))(t)
	must(w.ChangeMeeting(w.ctx, tx, w.assembly.ID, 1, store.MeetingChange{StartsAt: m.StartsAt.Add(2 * time.Hour)}, w.now))(t)
	came := make(chan store.Answered)
	go func() { came <- w.answer(rosa, "no") }()
	time.Sleep(100 * time.Millisecond)
	if err := tx.Commit(w.ctx); err != nil {
		t.Fatal(err)
	}
	if got := <-came; got != store.AnswerMoved {
		t.Errorf("moved in the same moment: %s", got)
	}
	must(w.ChangeMeeting(w.ctx, w.Pool, w.assembly.ID, 1, store.MeetingChange{StartsAt: w.now.Add(-time.Hour)}, w.now))(t)
	if got := w.answer(rosa, "no"); got != store.AnswerTooLate {
		t.Errorf("moved to before now: %s", got)
	}
}

// Whatever a phone asks for and takes back, what stands is what it said last, and it is one head.
func TestNeedsStandAsLastSaid(t *testing.T) {
	w := newWorld(t)
	m := w.meet(48*time.Hour, "")
	phone := 0
	rapid.Check(t, func(r *rapid.T) {
		phone++
		a := store.Answering{Meeting: m.ID, Phone: w.phone("212555" + []string{"01", "02", "03"}[phone%3] + string(rune('0'+phone/10%10)) + string(rune('0'+phone%10))), Now: w.now}
		w.answer(a, "yes")
		if _, _, err := w.AskForNothing(w.ctx, w.Pool, a); err != nil {
			t.Fatal(err)
		}
		var want store.Needs
		for range rapid.IntRange(0, 6).Draw(r, "steps") {
			many := rapid.IntRange(1, store.MostAlong).Draw(r, "many")
			switch need := rapid.SampledFrom([]store.Need{"ride", "interpreter", "other", "children", "others", "nothing"}).Draw(r, "need"); need {
			case "nothing":
				if _, _, err := w.AskForNothing(w.ctx, w.Pool, a); err != nil {
					t.Fatal(err)
				}
				want = store.Needs{}
			default:
				w.asks(store.Asking{Answering: a, Need: need, Many: many})
				want.Ride, want.Interpreter, want.Other = want.Ride || need == "ride", want.Interpreter || need == "interpreter", want.Other || need == "other"
				if need == "children" {
					want.Children = many
				}
				if need == "others" {
					want.Others = many
				}
			}
		}
		if mine := w.coming(a.Phone, w.now)[0]; mine.MyNeeds != want || mine.Mine != "yes" {
			r.Errorf("it stands %+v, want %+v", mine.MyNeeds, want)
		}
	})
}

// Two phones of one person are two answers, since an answer needs no name; many answers at once from one phone are one.
func TestManyNeedsAtOnceFromOnePhone(t *testing.T) {
	w := newWorld(t)
	m, phone := w.meet(time.Hour, ""), w.phone("2125550101")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			w.asks(store.Asking{Answering: store.Answering{Meeting: m.ID, Phone: phone, Now: w.now}, Need: store.NeedRide})
		})
	}
	all.Wait()
	if shown := must(w.ShowMeeting(w.ctx, w.Pool, w.assembly.ID, 1))(t); shown.Yes != 1 || shown.Asked.Rides != 1 {
		t.Errorf("%+v", shown)
	}
}

func (w *world) checkIn(phone uuid.UUID, code string, share int, at time.Time) store.CheckedIn {
	w.t.Helper()
	came, _, _, err := w.CheckIn(w.ctx, w.Pool, store.CheckIn{Line: w.line, Phone: phone, Code: code, Share: share, Now: at})
	if err != nil {
		w.t.Fatal(err)
	}
	return came
}
