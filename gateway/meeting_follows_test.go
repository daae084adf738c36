package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// changed moves or cancels a meeting, as the command does, and gives what follows.
func (h *house) changed(m store.Meeting, c *store.MeetingChange) (b store.Broadcast, told int) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) (err error) {
		kind := store.FollowsChange
		if c == nil {
			kind = store.FollowsCancel
			m, err = h.store.CancelMeeting(h.t.Context(), tx, h.line.AssemblyID, m.Number, h.g.now())
		} else {
			m, err = h.store.ChangeMeeting(h.t.Context(), tx, h.line.AssemblyID, m.Number, *c, h.g.now())
		}
		if err == nil {
			var put Change
			put, err = h.g.outbox.PutChange(h.t.Context(), tx, h.set, m, kind, h.g.now())
			b, told = put.Notice, put.Phones
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return b, told
}

// WORKERS.md: a change or cancellation reaches everyone who was sent the notice and did not say no; after a minute in which it can be called back. A
// second change before the first has gone out takes its place.
func TestAChangedMeetingIsTold(t *testing.T) {
	h, p, m, numbers := asking(t)
	h.text(numbers[0], "41")
	h.text(numbers[2], "42")
	h.run("update outgoing set state = 'failed' where phone_id = (select id from phones where index = $1)", h.keys.Index("phone", numbers[4]))
	h.pass(time.Hour)
	h.changed(m, &store.MeetingChange{StartsAt: m.StartsAt.Add(2 * time.Hour)})
	if got := h.goesOut(p); len(got) != 0 {
		t.Fatalf("%d were told while it could be called back", len(got))
	}
	later := m.StartsAt.Add(4 * time.Hour)
	if _, told := h.changed(m, &store.MeetingChange{StartsAt: later}); told != 4 {
		t.Errorf("it is for %d", told)
	}
	h.pass(2 * time.Minute)
	got := h.goesOut(p)
	if len(got) != 4 || got[numbers[2]]+got[numbers[4]] != "" {
		t.Fatalf("told were %d: %q", len(got), got)
	}
	want := "The 0100 Line: Changed: now we meet Saturday, Nov 28, 4:00 pm, 12 Elm St, side door.\n44 I am coming\n"
	if !strings.HasPrefix(got[numbers[0]], want) {
		t.Errorf("told %q", got[numbers[0]])
	}
	if said := h.text(numbers[0], "44"); !strings.Contains(said, "4:00 pm: you are coming") {
		t.Errorf("44: %q", said)
	}
	if said := h.text(numbers[1], "41"); !strings.Contains(said, "Esta junta ha cambiado desde entonces") || h.mine(numbers[1], m) != "" {
		t.Errorf("the older digits: %q", said)
	}
	h.pass(time.Hour)
	if _, told := h.changed(m, nil); told != 4 {
		t.Errorf("the cancellation is for %d", told)
	}
	h.pass(2 * time.Minute)
	if got := h.goesOut(p); len(got) != 4 || got[numbers[0]] != "The 0100 Line: We do not meet Saturday, Nov 28, 4:00 pm: it is called off.\nSTOP = no more texts." {
		t.Errorf("canceled: %q", got)
	}
}

// Where no notice was ever approved, nothing goes out by itself; nor where the notice was called back before anybody got it.
func TestNothingFollowsFromWhatNobodyApproved(t *testing.T) {
	h, p := waitingHouse(t)
	_, author, second := h.assemblyOf(2)
	m := h.meets(store.NewMeeting{})
	b, err := h.store.DraftBroadcast(t.Context(), h.store.Pool, store.Broadcast{Assembly: h.line.AssemblyID, Line: h.line.ID, Purpose: store.ForNotices, Words: inTwoLanguages,
		DraftedBy: author.ID, ExpiresAt: m.StartsAt, Carried: store.Carried{Flow: "rsvp", About: "meeting", Record: m.ID}}, h.g.now())
	if err != nil {
		t.Fatal(err)
	}
	if _, told := h.changed(m, &store.MeetingChange{StartsAt: m.StartsAt.Add(time.Hour)}); told != 0 {
		t.Errorf("%d are told of what only a draft says", told)
	}
	h.run("update broadcasts set state = 'approved', approved_by = $1, approved_at = $2, starts_at = $2, version = 1 where id = $3", second.ID, h.g.now(), b.ID)
	if err := h.store.CancelBroadcast(t.Context(), h.store.Pool, b, h.g.now()); err != nil {
		t.Fatal(err)
	}
	if _, told := h.changed(m, nil); told != 0 {
		t.Errorf("%d are told of what was called back", told)
	}
	h.pass(5 * time.Minute)
	if got := h.goesOut(p); len(got) != 0 {
		t.Errorf("sent %q", got)
	}
}

// The other organizers are told on their own phones that something goes out which an approval covers, in words that show nothing.
func TestOrganizersHearThatItGoesOut(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	b, _ := h.asked(inTwoLanguages)
	m := h.meets(store.NewMeeting{})
	sam, err := h.store.FindOrganizer(t.Context(), h.store.Pool, h.line.AssemblyID, "Sam")
	if err != nil {
		t.Fatal(err)
	}
	h.run(`update broadcasts set state = 'approved', approved_by = $1, approved_at = $2, starts_at = $2, flow = 'rsvp', about = 'meeting', record = $3 where id = $4`, sam.ID, h.g.now(), m.ID, b.ID)
	h.goesOut(p)
	p.taken = nil
	h.changed(m, &store.MeetingChange{StartsAt: m.StartsAt.Add(time.Hour)})
	if err := h.deliver(); err != nil || strings.Count(p.bodies(), "goes out in a minute, as was approved before") != 2 || h.revealed(p.bodies()) != "" {
		t.Errorf("sent %q, %v", p.bodies(), err)
	}
}

// A place is for everyone, for members, or told on the day: whoever is not told it hears to whom it is.
func TestAPlaceInANotice(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, author, second := h.assemblyOf(2)
	h.run("update memberships set standing = 'listed' where person_id = (select person_id from phone_people join phones p on p.id = phone_id where p.index = $1)", h.keys.Index("phone", numbers[1]))
	m := h.meets(store.NewMeeting{PlaceFor: store.PlaceForMembers, StartsAt: h.g.now().Add(30 * time.Hour)})
	_, got := h.invites(p, m, author, second)
	if !strings.Contains(got[numbers[0]], "12 Elm St") || strings.Contains(got[numbers[1]], "Elm") || !strings.Contains(got[numbers[1]], "El lugar se dice a los miembros.") {
		t.Errorf("for members: %q", got)
	}
	h.changed(m, &store.MeetingChange{PlaceFor: store.PlaceOnTheDay})
	h.pass(2 * time.Minute)
	if got := h.goesOut(p); strings.Contains(got[numbers[0]], "Elm") || !strings.Contains(got[numbers[0]], "The place is told on the day.") {
		t.Errorf("on the day, the day before: %q", got)
	}
	h.pass(4*time.Hour + 10*time.Minute)
	h.goesOut(p) // a day before
	h.now.Store(m.StartsAt.Add(-time.Hour).Unix())
	if got := h.goesOut(p); !strings.HasPrefix(got[numbers[0]], "The 0100 Line: Reminder: we meet Tuesday, Nov 24, 6:00 pm, 12 Elm St, side door.") {
		t.Errorf("on the day, an hour before: %q", got)
	}
}

// WORKERS.md, what a phone may show: texts that we start hold none of the words that tell what this is about, nor the name of an assembly, whatever
// organizers wrote as the place.
func TestAPlaceShowsNothing(t *testing.T) {
	h, _ := waitingHouse(t)
	line := h.line
	line.Names = []string{"Dock workers"}
	m := h.meets(store.NewMeeting{Place: store.Words{"en": "the union hall of the Dock workers", "es": "el sindicato, Dock workers"}})
	for _, kind := range []store.Following{store.FollowsNone, store.FollowsChange, store.FollowsCancel, store.FollowsDay, store.FollowsHour} {
		words, inside := MeetingWords(h.set, line, m, kind, h.g.now())
		if len(words) != len(line.Languages) || inside != nil {
			t.Errorf("%s: %q, %q", kind, words, inside)
		}
		for lang, w := range words {
			if word := h.set.Revealing(w); word != "" || strings.Contains(w, "Dock") {
				t.Errorf("%s, %s: %q shows %q", kind, lang, w, word)
			}
		}
	}
}

// Reminders come the day before and the hour before, to who was sent the notice and did not say no, and to who came by since and agreed to notices.
func TestReminders(t *testing.T) {
	h, p, m, numbers := asking(t) // noon, five days from now
	h.text(numbers[2], "42")
	for _, at := range []struct {
		before time.Duration
		told   int
	}{{30 * time.Hour, 0}, {24*time.Hour - time.Minute, 5}, {20 * time.Hour, 0}, {time.Hour - time.Minute, 4}, {30 * time.Minute, 0}} {
		h.now.Store(m.StartsAt.Add(-at.before).Unix())
		got := h.goesOut(p)
		if len(got) != at.told || got[numbers[2]] != "" {
			t.Errorf("%v before %d are reminded: %q", at.before, len(got), got)
		}
		for number, body := range got {
			if !strings.Contains(body, "Reminder: we meet Saturday, Nov 28, 12:00 pm, 12 Elm St") && !strings.Contains(body, "Recordatorio: nos juntamos el") {
				t.Errorf("%s is told %q", number, body)
			}
		}
		if at.before == 20*time.Hour {
			h.text(numbers[0], "42") // thought better of it
		}
	}
	for _, sent := range p.taken {
		if sent.Valid > time.Hour {
			t.Errorf("a reminder may wait for %v", sent.Valid)
		}
	}
}

// A canceled meeting is not reminded of, and of a moved one the reminder says what is so.
func TestRemindersFollowTheMeeting(t *testing.T) {
	h, p, m, _ := asking(t)
	h.now.Store(m.StartsAt.Add(-40 * time.Hour).Unix())
	h.goesOut(p) // it is known whom the reminder reaches
	h.changed(m, &store.MeetingChange{StartsAt: m.StartsAt.Add(3 * time.Hour)})
	h.pass(2 * time.Minute)
	if got := h.goesOut(p); len(got) != 6 {
		t.Fatalf("%d are told of the change", len(got))
	}
	h.now.Store(m.StartsAt.Add(-24 * time.Hour).Unix())
	if got := h.goesOut(p); len(got) != 0 {
		t.Errorf("reminded by the time that it was: %q", got)
	}
	h.now.Store(m.StartsAt.Add(-21 * time.Hour).Unix())
	if got := h.goesOut(p); len(got) != 6 || !strings.Contains(p.bodies(), "we meet Saturday, Nov 28, 3:00 pm") {
		t.Errorf("reminded %q", got)
	}
	h.changed(m, nil)
	h.pass(2 * time.Minute)
	h.goesOut(p)
	h.now.Store(m.StartsAt.Add(2 * time.Hour).Unix())
	if got := h.goesOut(p); len(got) != 0 {
		t.Errorf("reminded of what is off: %q", got)
	}
}

// WORKERS.md, hours: in quiet hours a reminder comes earlier, and never later than the event; never two within a short while.
func TestWhenRemindersAreDue(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, zone) }
	nights := store.Hours{Chosen: true, From: 9 * 60, Until: 16 * 60}
	for name, c := range map[string]struct {
		starts    time.Time
		own       store.Hours
		day, hour time.Time
	}{
		"an evening":               {at(27, 19, 0), store.Hours{}, at(26, 19, 0), at(27, 18, 0)},
		"early in the morning":     {at(27, 8, 30), store.Hours{}, at(26, 8, 30), at(26, 20, 30)},
		"late":                     {at(27, 22, 30), store.Hours{}, at(26, 20, 30), at(27, 20, 30)},
		"who works nights":         {at(27, 19, 0), nights, at(26, 15, 30), at(27, 15, 30)},
		"both would come together": {at(27, 7, 0), nights, at(25, 15, 30), at(26, 15, 30)},
	} {
		for kind, want := range map[store.Following]time.Time{store.FollowsDay: c.day, store.FollowsHour: c.hour} {
			got, err := reminderDue(kind, c.starts, at(24, 12, 0), "America/New_York", c.own, "+12125550142", store.ByText)
			if err != nil || !got.Equal(want) || got.After(c.starts) {
				t.Errorf("%s, %s: %v, want %v (%v)", name, kind, got.In(zone), want, err)
			}
		}
	}
	if got, _ := reminderDue(store.FollowsDay, at(27, 19, 0), at(27, 12, 0), "America/New_York", store.Hours{}, "+12125550142", store.ByText); !got.IsZero() {
		t.Errorf("what was due yesterday is due at %v", got)
	}
}

// A reminder that reaches nobody does not stand among the broadcasts, and takes no number of theirs; it is there once it reaches somebody.
func TestAReminderOfNobodyIsNotThere(t *testing.T) {
	h, p, m, numbers := asking(t)
	for _, number := range numbers {
		h.text(number, "42")
	}
	h.now.Store(m.StartsAt.Add(-30 * time.Hour).Unix())
	for range 3 {
		h.goesOut(p)
		h.pass(2 * remindEvery)
	}
	if n := h.count("select count(*) from broadcasts where kind <> ''"); n != 0 {
		t.Errorf("%d reminders of nobody", n)
	}
	if n := h.count("select broadcasts from assemblies a join broadcasts b on b.assembly_id = a.id"); n != 1 {
		t.Errorf("%d numbers are taken", n)
	}
	h.text(numbers[0], "41")
	h.pass(2 * remindEvery)
	h.goesOut(p)
	if n := h.count("select b.number from broadcasts b where kind = 'day'"); n != 2 {
		t.Errorf("the reminder has number %d", n)
	}
	h.now.Store(m.StartsAt.Add(-24*time.Hour + time.Minute).Unix())
	if got := h.goesOut(p); len(got) != 1 || !strings.Contains(got[numbers[0]], "Reminder: we meet") {
		t.Errorf("reminded: %q", got)
	}
}
