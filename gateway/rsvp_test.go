package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hotline/flows"
	"hotline/store"
)

// meets publishes a meeting in three days, told to everyone, and gives it.
func (h *house) meets(n store.NewMeeting) store.Meeting {
	h.t.Helper()
	n.Assembly = h.line.AssemblyID
	if n.StartsAt.IsZero() {
		n.StartsAt = time.Unix(h.now.Load(), 0).Add(72 * time.Hour)
	}
	if n.Place == nil {
		n.Place = store.Words{"en": "12 Elm St, side door", "es": "12 Elm St, puerta lateral"}
	}
	m, err := h.store.AddMeeting(h.t.Context(), h.store.Pool, n)
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

func (h *house) moves(m store.Meeting, to time.Time) {
	h.t.Helper()
	_, err := h.store.ChangeMeeting(h.t.Context(), h.store.Pool, h.line.AssemblyID, m.Number, store.MeetingChange{StartsAt: to}, time.Unix(h.now.Load(), 0))
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) shown(m store.Meeting) store.Meeting {
	h.t.Helper()
	shown, err := h.store.ShowMeeting(h.t.Context(), h.store.Pool, h.line.AssemblyID, m.Number)
	if err != nil {
		h.t.Fatal(err)
	}
	return shown
}

// WORKERS.md: an RSVP costs 1 text sent and 1 segment received; needs do not make the plain answer longer, in no language.
func TestWhatAnRSVPCosts(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.meets(store.NewMeeting{})
	for from, c := range map[string]struct{ word, lang, yes, want string }{
		ana: {"MEETING", "en", "1", "Thursday, Nov 26, 7:00 am: you are coming. Not right? Send MEETING."},
		ben: {"JUNTA", "es", "voy", "Jueves 26 de noviembre, 7:00 am: queda apuntado que viene. ¿No es correcto? Mande JUNTA."},
	} {
		asked := h.text(from, c.word)
		answered := h.text(from, c.yes)
		if answered != c.want {
			t.Errorf("%s is answered %q", c.lang, answered)
		}
		for what, words := range map[string]string{"the invitation": asked, "the answer": answered} {
			if n, _, _ := flows.Segments(words); n != 1 {
				t.Errorf("%s in %s takes %d segments: %q", what, c.lang, n, words)
			}
		}
	}
	// Each further need is a text and a segment.
	for _, words := range []string{"MEETING", "3", "1", "Elm and 5th", "3", "Mam", "2", "2", "4", "3", "5", "the stairs are hard", "6", "MEETING"} {
		if n, _, _ := flows.Segments(h.text(ana, words)); n > 2 {
			t.Errorf("after %q come %d segments", words, n)
		}
	}
}

// WORKERS.md: every answer taken is said back in words; no reply repeats what the worker wrote; anyone may answer, without a name.
func TestNeedsByTextAndWhatStands(t *testing.T) {
	h := newHouse(t, houseOptions{})
	m := h.meets(store.NewMeeting{})
	h.text(ana, "MEETING")
	for _, step := range [][2]string{
		{"3", "you are coming. What do you need?"},
		{"1", "A ride from where"}, {"behind the gas station on Elm", "Noted: a ride.\nAnything else?"},
		{"4", "not counting you"}, {"99", "A number from 1 to 9"}, {"0", "A number from 1 to 9"}, {"two", "Noted: 2 with you."},
		{"6", "you are coming.\nWith you: 2.\nA ride.\nNot right? Send MEETING."},
		{"MEETING", "So far you are coming.\nWith you: 2.\nA ride.\nThursday"},
		{"2", "you are not coming"},
		{"MEETING", "So far you are not coming.\nThu"},
	} {
		reply := h.text(ana, step[0])
		if !strings.Contains(reply, step[1]) {
			t.Errorf("%q is answered %q, without %q", step[0], reply, step[1])
		}
		if strings.Contains(reply, "gas station") {
			t.Errorf("it repeats what was written: %q", reply)
		}
	}
	if got := h.shown(m); got.Yes != 0 || got.No != 1 {
		t.Errorf("counted %+v", got)
	}
	if n := h.count(`select count(*) from rsvp_notes where position('gas station'::bytea in words) > 0`); n != 0 {
		t.Error("what was written stands in clear")
	}
}

// The same by call, with what is needed said aloud; a hang-up in the middle loses nothing that was said.
func TestNeedsByCall(t *testing.T) {
	h := newHouse(t, houseOptions{})
	m := h.meets(store.NewMeeting{})
	c := h.call(ana)
	c.press("1") // English
	c.press("2") // the next meeting
	if got := c.press("3"); !strings.Contains(got, "You are coming. What do you need?") {
		t.Fatalf("needs are asked with %q", got)
	}
	c.press("3")
	if got := c.record(); !strings.Contains(got, "To erase it, press 3.") {
		t.Errorf("a recording is answered %q", got)
	}
	if got := c.press("1"); !strings.Contains(got, "Noted: an interpreter.") {
		t.Errorf("keeping it is answered %q", got)
	}
	c.press("2")
	c.press("2")
	c.press("1") // a ride …
	c.hangUp()   // … and no word from where
	got := h.shown(m)
	if want := (store.AskedFor{Rides: 1, Interpreters: 1, ChildCare: 1, Children: 2}); got.Yes != 1 || got.Asked != want {
		t.Errorf("counted %d, %+v", got.Yes, got.Asked)
	}
	notes, err := h.store.NeedNotes(t.Context(), h.store.Pool, m.ID)
	if err != nil || len(notes) != 1 || notes[0].Need != store.NeedInterpreter || notes[0].Words != "" {
		t.Fatalf("notes are %+v, %v", notes, err)
	}
	// Taken back, the recording goes too.
	back := h.call(ana)
	back.press("1")
	back.press("2")
	back.press("3")
	if got := back.press("7"); !strings.Contains(got, "you are coming. If that changes") {
		t.Errorf("taking it back is answered %q", got)
	}
	if n := h.count(`select count(*) from media where id = $1 and state = 'erased'`, notes[0].Recording); n != 1 {
		t.Error("the recording is still here")
	}
	if n := h.count(`select count(*) from river_job where kind = 'erase_media' or args::text like '%' || $1 || '%'`, notes[0].Recording.String()); n == 0 {
		t.Error("nothing erases the recording at the carrier")
	}
}

// A meeting is moved, or canceled, while somebody answers: they hear it before anything counts.
func TestAMeetingIsMovedWhileSomebodyAnswers(t *testing.T) {
	h := newHouse(t, houseOptions{})
	m := h.meets(store.NewMeeting{})
	h.text(ana, "MEETING")
	h.moves(m, m.StartsAt.Add(24*time.Hour))
	reply := h.text(ana, "1")
	if !strings.Contains(reply, "changed just now") || !strings.Contains(reply, "Friday, Nov 27, 7:00 am") || h.shown(m).Yes != 0 {
		t.Fatalf("an answer to the old hour is answered %q and counted %d times", reply, h.shown(m).Yes)
	}
	if reply = h.text(ana, "3"); h.shown(m).Yes != 1 {
		t.Errorf("an answer to the new one is answered %q", reply)
	}
	h.moves(m, m.StartsAt.Add(48*time.Hour))
	if reply = h.text(ana, "1"); !strings.Contains(reply, "changed just now") || h.shown(m).Asked.Rides != 0 {
		t.Errorf("moved between two needs: %q", reply)
	}
	c := h.call(ben)
	c.press("1")
	c.press("2")
	h.moves(m, m.StartsAt)
	if got := c.press("2"); !strings.Contains(got, "changed just now") || !strings.Contains(got, "Thursday, November 26") || h.shown(m).No != 0 {
		t.Errorf("moved in a call: %q", got)
	}
	if _, err := h.store.CancelMeeting(t.Context(), h.store.Pool, h.line.AssemblyID, 1, time.Unix(h.now.Load(), 0)); err != nil {
		t.Fatal(err)
	}
	if got := c.press("2"); !strings.Contains(got, "was canceled") || h.shown(m).No != 0 {
		t.Errorf("canceled in a call: %q", got)
	}
	if got := h.text(ana, "1"); !strings.Contains(got, "was canceled") {
		t.Errorf("canceled by text: %q", got)
	}
}

// A question that was put before this program counted changes is answered as it was: it says nothing of what it heard.
func TestAnAnswerWithoutAVersionCounts(t *testing.T) {
	h := newHouse(t, houseOptions{set: libraryWith(t, map[string]string{"rsvp.yaml": `starts: {en: [MEETING], es: [JUNTA]}
takes: {meeting: text}
steps:
  find: {do: find_meeting, on: {found: come, several: no, none: no, canceled: no}}
  come: {do: rsvp, with: {meeting: meeting, answer: "'yes'"}, on: {saved: yes, moved: no, started: no, canceled: no, hidden: no}}
  yes: {say: {en: "Yes.", es: "Bien."}, then: end}
  no: {say: {en: "No.", es: "No."}, then: end}
`}, vocabulary())})
	m := h.meets(store.NewMeeting{})
	h.moves(m, m.StartsAt.Add(time.Hour))
	if got := h.text(ana, "MEETING"); got != "Yes." || h.shown(m).Yes != 1 {
		t.Errorf("it is answered %q", got)
	}
}

// A withheld number cannot be counted, and is told that it may come all the same. Several meetings are asked about, and each is its own.
func TestWithheldNumbersAndSeveralMeetings(t *testing.T) {
	h := newHouse(t, houseOptions{})
	first := h.meets(store.NewMeeting{})
	c := h.call("")
	c.press("1")
	c.press("2")
	if got := c.press("3"); !strings.Contains(got, "Your number is hidden") || !strings.Contains(got, "12 Elm St") {
		t.Errorf("a withheld number is answered %q", got)
	}
	second := h.meets(store.NewMeeting{StartsAt: first.StartsAt.Add(time.Hour)})
	h.text(ana, "MEETING")
	h.text(ana, "2")
	h.text(ana, "1")
	h.text(ana, "MEETING")
	if got := h.text(ana, "1"); strings.Contains(got, "So far") {
		t.Errorf("an answer to one meeting is told of the other: %q", got)
	}
	h.text(ana, "2")
	if a, b := h.shown(first), h.shown(second); a.No != 1 || a.Yes != 0 || b.Yes != 1 || b.No != 0 {
		t.Errorf("counted %+v and %+v", a, b)
	}
}

// Twenty phones answer at once, in any order and twice; every one is a head, once.
func TestManyAnswerAtOnce(t *testing.T) {
	h := newHouse(t, houseOptions{})
	m := h.meets(store.NewMeeting{})
	done := make(chan bool)
	for n := range 20 {
		go func() {
			defer func() { done <- true }()
			from := fmt.Sprintf("+121255501%02d", 10+n)
			h.text(from, "MEETING")
			in := h.aText(from, "1")
			h.g.Turn(h.t.Context(), in)
			h.g.Turn(h.t.Context(), in) // the carrier sends it again
		}()
	}
	for range 20 {
		<-done
	}
	if got := h.shown(m); got.Yes != 20 {
		t.Errorf("%d heads", got.Yes)
	}
}
