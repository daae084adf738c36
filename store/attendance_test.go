package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

func (w *world) there(m store.Meeting) store.Attendance {
	w.t.Helper()
	return must(w.Attended(w.ctx, w.Pool, must(w.ShowMeeting(w.ctx, w.Pool, w.assembly.ID, m.Number))(w.t)))(w.t)
}

// Members are told apart from guests, each person counts once, and a shared phone as those who are there.
func TestWhoIsThereIsCountedOnce(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Rosa 2125550101", "Rosa 2125550102", "Ana 2125550103", "Ben 2125550103", "Cem 2125550104")
	m := w.meet(time.Hour, "")
	code := must(w.DoorCode(w.ctx, w.Pool, m, false, w.now))(t)
	guest := w.phone("2125550199")
	// One Rosa, with two phones.
	w.exec(`insert into phone_people (phone_id, person_id, assembly_id) select $1, person_id, assembly_id from phone_people where phone_id = $2`, phones[1], phones[0])
	w.exec(`delete from memberships where person_id in (select person_id from phone_people where phone_id = $1 except select person_id from phone_people where phone_id = $2)`, phones[1], phones[0])
	for _, step := range []struct {
		phone uuid.UUID
		share int
		want  store.CheckedIn
		heads int
	}{
		{guest, 0, store.CheckedInNow, 1}, {guest, 0, store.CheckedInAlready, 1},
		{phones[0], 0, store.CheckedInNow, 2}, {phones[1], 0, store.CheckedInAlready, 2},
		{phones[2], 0, store.CheckedInShared, 2}, {phones[2], 9, store.CheckedInNow, 4}, {phones[2], 1, store.CheckedInAlready, 4},
		{phones[4], 0, store.CheckedInNow, 5},
	} {
		if got := w.checkIn(step.phone, code, step.share, w.now); got != step.want || w.there(m).Heads != step.heads {
			t.Errorf("%+v: %s, with %+v", step, got, w.there(m))
		}
	}
	if a := w.there(m); a.Members != 4 {
		t.Errorf("of %d members", a.Members)
	}

	// With others who have no phone, as last said; and only of who is there.
	for _, n := range []int{3, 2} {
		if counted, err := w.Bring(w.ctx, w.Pool, m.ID, phones[1], n, w.now); err != nil || !counted {
			t.Errorf("brought %v, %v", counted, err)
		}
	}
	if counted, err := w.Bring(w.ctx, w.Pool, m.ID, w.phone("2125550198"), 2, w.now); err != nil || counted {
		t.Errorf("who is not there brought %v, %v", counted, err)
	}
	if a := w.there(m); a.Heads != 7 || a.Members != 4 {
		t.Errorf("there are %+v", a)
	}
}

// Who has no phone at hand is entered by organizers, each for themselves; a member among them counts for the quorum, once.
func TestOrganizersEnterWhoHasNoPhone(t *testing.T) {
	w := newWorld(t)
	rosa := w.members("Rosa 2125550101", "Ana 2125550102")[0]
	m := w.meet(time.Hour, "")
	code := must(w.DoorCode(w.ctx, w.Pool, m, false, w.now))(t)
	for _, e := range []struct {
		by    string
		heads int
	}{{"Carla", 3}, {"Dora", 4}, {"Carla", 2}, {"Dora", 0}} {
		if err := w.EnterPresent(w.ctx, w.Pool, m, e.by, e.heads, w.now); err != nil {
			t.Fatal(err)
		}
	}
	who := must(w.FindMember(w.ctx, w.Pool, w.assembly.ID, "Rosa"))(t)
	for _, want := range []bool{true, false} {
		if added := must(w.EnterMember(w.ctx, w.Pool, m, "Carla", who, w.now))(t); added != want {
			t.Errorf("entered %v", added)
		}
	}
	if got := w.checkIn(rosa, code, 0, w.now); got != store.CheckedInAlready {
		t.Errorf("by phone too: %s", got)
	}
	if a := w.there(m); a.Heads != 3 || a.Members != 1 || a.OnPaper != 3 {
		t.Errorf("there are %+v", a)
	}
	w.refused(w.EnterPresent(w.ctx, w.Pool, m, "Carla", -1, w.now), "From 0 to")
	w.refused(w.EnterPresent(w.ctx, w.Pool, m, "Carla", 1, w.now.Add(-2*time.Hour)), "nobody is at meeting 1 yet")
	who.Standing = store.Listed
	_, err := w.EnterMember(w.ctx, w.Pool, m, "Carla", who, w.now)
	w.refused(err, "is listed, and no member")
	canceled := must(w.CancelMeeting(w.ctx, w.Pool, w.assembly.ID, 1, w.now))(t)
	w.refused(w.EnterPresent(w.ctx, w.Pool, canceled, "Carla", 1, w.now), "is canceled")
}

// The code counts around its meeting, and is another for each; guesses end.
func TestTheCodeAtTheDoor(t *testing.T) {
	w := newWorld(t)
	m, rosa := w.meet(24*time.Hour, ""), w.phone("2125550101")
	code := must(w.DoorCode(w.ctx, w.Pool, m, false, w.now))(t)
	if again := must(w.DoorCode(w.ctx, w.Pool, m, false, w.now))(t); again != code || len(code) != 5 {
		t.Errorf("the code is %q and %q", code, again)
	}
	for at, want := range map[time.Time]store.CheckedIn{
		w.now: store.CheckInEarly, m.StartsAt.Add(-store.DoorOpens - time.Second): store.CheckInEarly, m.StartsAt.Add(store.DoorCloses + time.Second): store.CheckInOver,
	} {
		if got := w.checkIn(rosa, code, 0, at); got != want {
			t.Errorf("at %v: %s", at, got)
		}
	}
	if got := w.checkIn(rosa, code, 0, m.StartsAt.Add(-store.DoorOpens)); got != store.CheckedInNow {
		t.Errorf("in time: %s", got)
	}
	newer := must(w.DoorCode(w.ctx, w.Pool, m, true, w.now))(t)
	if newer == code || w.checkIn(rosa, code, 0, m.StartsAt) != store.CheckInUnknown || w.checkIn(rosa, newer, 0, m.StartsAt) != store.CheckedInAlready {
		t.Error("another code does not take the place of the first")
	}
	another := w.meet(25*time.Hour, "")
	if c := must(w.DoorCode(w.ctx, w.Pool, another, false, w.now))(t); c == newer {
		t.Error("two meetings have one code")
	}
	var clear int
	if err := w.Pool.QueryRow(w.ctx, `select count(*) from doors where position($1::bytea in code) > 0 or position($1::bytea in index) > 0`, []byte(newer)).Scan(&clear); err != nil || clear != 0 {
		t.Errorf("the code stands in clear in %d rows, %v", clear, err)
	}
	canceled := must(w.CancelMeeting(w.ctx, w.Pool, w.assembly.ID, 1, w.now))(t)
	if got := w.checkIn(rosa, newer, 0, m.StartsAt); got != store.CheckInOver {
		t.Errorf("of a canceled one: %s", got)
	}
	_, err := w.DoorCode(w.ctx, w.Pool, canceled, false, w.now)
	w.refused(err, "is canceled")
	// Another line, of an assembly beside this one, knows nothing of it.
	beside := must(w.AddAssembly(w.ctx, w.Pool, "Bakers", uuid.Nil, "America/New_York"))(t)
	w.line = must(w.AddLine(w.ctx, w.Pool, store.Line{AssemblyID: beside.ID, Number: "(212) 555-0111", Name: "The 0111 Line", Languages: []string{"en"}}))(t)
	if got := w.checkIn(rosa, must(w.DoorCode(w.ctx, w.Pool, another, false, w.now))(t), 0, another.StartsAt); got != store.CheckInUnknown {
		t.Errorf("on a line of others: %s", got)
	}
}

// A code of five digits is as safe as guessing is slow: sixty tries of one phone find nothing, and many phones together find the line shut.
func TestACodeIsNotGuessed(t *testing.T) {
	w := newWorld(t)
	m := w.meet(time.Hour, "")
	code := must(w.DoorCode(w.ctx, w.Pool, m, false, w.now))(t)
	wrong := func(n int) string { return fmt.Sprintf("0%04d", n) }
	rosa, count := w.phone("2125550101"), map[store.CheckedIn]int{}
	for n := range 60 {
		count[w.checkIn(rosa, wrong(n), 0, w.now)]++
	}
	if count[store.CheckInUnknown] != 5 || count[store.CheckInTooMany] != 55 {
		t.Errorf("sixty tries came out as %v", count)
	}
	if got := w.checkIn(rosa, code, 0, w.now); got != store.CheckInTooMany {
		t.Errorf("then the right one: %s", got)
	}
	if got := w.checkIn(w.phone("2125550102"), code, 0, w.now); got != store.CheckedInNow {
		t.Errorf("another phone: %s", got)
	}
	if got := w.checkIn(rosa, code, 0, w.now.Add(time.Hour)); got != store.CheckedInNow {
		t.Errorf("an hour later: %s", got)
	}
	for n := range 200 {
		w.checkIn(w.phone(fmt.Sprintf("21255502%02d", n/4)), wrong(n), 0, w.now)
	}
	if got := w.checkIn(w.phone("2125550103"), code, 0, w.now); got != store.CheckInTooMany {
		t.Errorf("after tries by many phones: %s", got)
	}
}

// The quorum is of members present, a number or a share of those there are; when it was reached stays, whoever comes at the same moment.
func TestAQuorum(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Rosa 2125550101", "Ana 2125550102", "Ben 2125550103", "Cem 2125550104", "Dora 2125550105")
	set := func(written string) *store.Quorum { q := must(store.ParseQuorum(written))(t); return &q }
	m := must(w.AddMeeting(w.ctx, w.Pool, store.NewMeeting{Assembly: w.assembly.ID, StartsAt: w.now.Add(time.Hour), Place: elmStreet, Quorum: set("50 %")}))(t)
	code := must(w.DoorCode(w.ctx, w.Pool, m, false, w.now))(t)
	for n := range 4 { // guests do not decide
		w.checkIn(w.phone(fmt.Sprintf("212555019%d", n)), code, 0, w.now)
	}
	if a := w.there(m); a.Needed != 3 || !a.ReachedAt.IsZero() {
		t.Errorf("half of five is %+v", a)
	}
	w.members("Eda 2125550106", "Flo 2125550107") // too late to make it more
	var all sync.WaitGroup
	for _, phone := range phones[:3] {
		all.Go(func() { w.checkIn(phone, code, 0, w.now.Add(30*time.Minute)) })
	}
	all.Wait()
	w.checkIn(phones[3], code, 0, w.now.Add(40*time.Minute))
	if a := w.there(m); a.Needed != 3 || a.Members != 4 || !a.ReachedAt.Equal(w.now.Add(30*time.Minute)) {
		t.Errorf("it is %+v", a)
	}
	// FORGET takes a person away, not the head.
	w.exec(`delete from phones where id = $1`, phones[0])
	w.exec(`delete from people where id in (select person_id from attendance) and id not in (select person_id from phone_people)`)
	if a := w.there(m); a.Members != 4 || a.Heads != 8 {
		t.Errorf("after forgetting one it is %+v", a)
	}

	next := w.meet(48*time.Hour, "") // as before, where nothing is said
	none := must(w.AddMeeting(w.ctx, w.Pool, store.NewMeeting{Assembly: w.assembly.ID, StartsAt: w.now.Add(time.Hour), Place: elmStreet, Quorum: &store.Quorum{}}))(t)
	if next.Quorum.Percent != 50 || none.Quorum != (store.Quorum{}) || w.there(none).Needed != 0 {
		t.Errorf("the next have %+v and %+v", next.Quorum, none.Quorum)
	}
	must(w.ChangeMeeting(w.ctx, w.Pool, w.assembly.ID, next.Number, store.MeetingChange{Quorum: set("12")}, w.now))(t)
	if a := w.there(next); a.Needed != 12 {
		t.Errorf("twelve are %+v", a)
	}
	for _, written := range []string{"", "0", "-3", "0%", "101%", "half", "99999999"} {
		_, err := store.ParseQuorum(written)
		w.refused(err, "is no quorum")
	}
}
