package gateway

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// seen are the reports that an organizer finds now.
func (h *house) seen() []store.Report {
	h.t.Helper()
	all, err := h.store.Reports(h.t.Context(), h.store.Pool, h.reading())
	if err != nil {
		h.t.Fatal(err)
	}
	for i, r := range all {
		if all[i], err = h.store.ShowReport(h.t.Context(), h.store.Pool, h.reading(), r.Number); err != nil {
			h.t.Fatal(err)
		}
	}
	return all
}

func (h *house) reading() store.Reading {
	return store.Reading{Assembly: h.line.AssemblyID, At: time.Unix(h.now.Load(), 0)}
}

// words are those of a report, in the order in which they came.
func words(r store.Report) (all []string) {
	for _, part := range r.Words {
		all = append(all, part.Words)
	}
	return all
}

var codeWritten = regexp.MustCompile(`\d{4} \d{4} \d{4}`)

// tells has a phone report something and be done with it, and gives the code that it was told.
func (h *house) tells(from, story string, answers ...string) (code string) {
	h.t.Helper()
	if code = codeWritten.FindString(h.text(from, story)); code == "" {
		h.t.Fatalf("no code was told")
	}
	for _, a := range answers {
		h.text(from, a)
	}
	return code
}

func (h *house) english(phones ...string) {
	h.t.Helper()
	for _, from := range phones {
		h.text(from, "ENGLISH")
	}
}

// answer is what an organizer answers to the only report there is.
func (h *house) answer(words string) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		return h.store.AnswerReport(h.t.Context(), tx, h.seen()[0].ID, store.Answer{Words: words, Lang: "en", By: "Rosa", At: time.Unix(h.now.Load(), 0)})
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// Everything sent until "Done 1" is one report, in any order of arrival, and nothing sent is ever dropped; nobody pays for an answer to
// each piece. (WORKERS.md: how people really write)
func TestAReportInPieces(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	pieces := []string{"in hall B", "the lift fell down again today", "two hurt", "Maria", strings.Repeat("they knew of it. ", 56), "سقط المصعد and nobody اتصل بالإسعاف", "ok"}
	answered := 0
	for i, piece := range pieces { // the end of the story comes first
		if reply := h.text(ana, piece); reply != "" && i > 0 {
			answered++
		}
	}
	if answered != 2 {
		t.Errorf("%d answers to the pieces, want one that it is kept and one that more is kept too", answered)
	}
	if len(h.seen()) != 0 {
		t.Error("organizers see it while it is being written")
	}
	h.text(ana, "1")
	all := h.seen()
	if len(all) != 1 {
		t.Fatalf("%d reports, want 1", len(all))
	}
	told := strings.Join(words(all[0]), "|")
	for _, piece := range pieces {
		if !strings.Contains(told, strings.TrimSpace(piece)) {
			t.Errorf("%q was dropped", piece)
		}
	}
}

// Three at once, and thirty in a minute: each is kept once, and few are answered.
func TestThirtyTextsInAMinute(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	var all sync.WaitGroup
	var mu sync.Mutex
	answered := 0
	for i := range 30 {
		in := h.aText(ana, fmt.Sprintf("piece number %d of what we saw", i))
		all.Go(func() {
			reply := h.g.Turn(t.Context(), in)
			if again := h.g.Turn(t.Context(), in); again.Text() != reply.Text() { // the carrier brings it twice
				t.Errorf("brought again it is answered %q, not %q", again.Text(), reply.Text())
			}
			if reply.Text() != "" {
				mu.Lock()
				answered++
				mu.Unlock()
			}
		})
		if i%3 == 2 {
			all.Wait()
			h.pass(6 * time.Second)
		}
	}
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports, want 1", n)
	}
	if n := h.count("select count(*) from report_parts"); n != 30 {
		t.Errorf("%d pieces are kept, want 30", n)
	}
	if answered > 3 {
		t.Errorf("%d of them were answered", answered)
	}
}

// Ten quiet minutes end a report as "Done" does; what comes then is another one.
func TestTenQuietMinutesEndAReport(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	h.text(ana, "the lift in hall B is broken")
	h.pass(9 * time.Minute)
	h.text(ana, "since Monday")
	h.pass(11 * time.Minute)
	h.sweep()
	if all := h.seen(); len(all) != 1 || len(all[0].Words) != 2 {
		t.Fatalf("organizers see %+v", all)
	}
	h.text(ana, "and another thing is the heat")
	if n := h.count("select count(*) from reports"); n != 2 {
		t.Errorf("%d reports, want 2", n)
	}
}

// A report costs the worker at most 4 texts sent and 6 segments received, whichever way it begins. (WORKERS.md)
func TestWhatAReportCosts(t *testing.T) {
	for name, sent := range map[string][]string{
		"by its word":              {"REPORT", "the lift in hall B is broken and two people fell", "1", "1"},
		"in Spanish":               {"REPORTE", "no hay agua en la bodega desde el lunes pasado", "1", "1"},
		"a story out of the blue":  {"the lift in hall B is broken and two people fell", "1", "2"},
		"in two pieces":            {"the lift in hall B is broken and two people fell", "since Monday", "1", "2"},
		"only the story, and done": {"the lift in hall B is broken and two people fell"},
	} {
		h := newHouse(t, houseOptions{})
		received := 0
		for _, text := range sent {
			n, _, _ := flows.Segments(h.text(ana, text))
			received += n
		}
		if len(sent) > 4 || received > 6 {
			t.Errorf("%s: %d sent and %d segments received", name, len(sent), received)
		}
		if n := h.count("select count(*) from reports"); n != 1 {
			t.Errorf("%s: %d reports", name, n)
		}
	}
}

// One about somebody in the group goes past its organizers, in list and number; nobody named is said before the worker chooses, and then
// they can take it back. (WORKERS.md: reports)
func TestAboutSomebodyInTheGroup(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana, ben)
	h.text(ana, "Tom of the organizers took our money")
	h.text(ana, "2")
	if reply := h.text(ana, "3"); !strings.Contains(reply, "Nobody outside this group") {
		t.Errorf("nobody is named, and: %q", reply)
	}
	sure := h.text(ana, "2")
	if reply := h.text(ana, forgetIt.FindStringSubmatch(sure)[1]); !strings.Contains(reply, "erased") {
		t.Errorf("taken back: %q, after %q", reply, sure)
	}
	if n := h.count("select count(*) from reports"); n != 0 {
		t.Errorf("%d reports are left", n)
	}
	rosa := h.above("Rosa", "Tina")
	h.text(ben, "Tom of the organizers took our money")
	h.text(ben, "2")
	if reply := h.text(ben, "3"); !strings.Contains(reply, "Now two people outside this group read it") {
		t.Errorf("passed over: %q", reply)
	}
	h.text(ben, "6")
	h.pass(time.Hour)
	if all := h.seen(); len(all) != 0 {
		t.Errorf("the group's organizers see %+v", all)
	}
	by := h.reading()
	by.By, by.CareOf = rosa.ID, true
	all, err := h.store.Reports(t.Context(), h.store.Pool, by)
	if err != nil || len(all) != 1 {
		t.Fatalf("who it goes to sees %+v, %v", all, err)
	}
	if _, err := h.store.ShowReport(t.Context(), h.store.Pool, h.reading(), all[0].Number); err == nil {
		t.Error("by its number everybody sees it")
	}
	sorted, err := h.store.SortedReports(t.Context(), h.store.Pool, h.line.AssemblyID, by.At)
	if err != nil || len(sorted) != 0 {
		t.Errorf("it is counted: %+v, %v", sorted, err)
	}
}

// above has two organizers read what is about the line's assembly.
func (h *house) above(names ...string) store.Organizer {
	h.t.Helper()
	var first store.Organizer
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		ctx := h.t.Context()
		city, err := h.store.AddAssembly(ctx, tx, "City", uuid.Nil, "America/New_York")
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update assemblies set parent_id = $1 where id = $2`, city.ID, h.line.AssemblyID); err != nil {
			return err
		}
		var named []store.Organizer
		for _, name := range names {
			o, err := h.store.AddOrganizer(ctx, tx, city.ID, name, uuid.Nil)
			if err != nil {
				return err
			}
			named = append(named, o)
		}
		first = named[0]
		return h.store.NameRecipients(ctx, tx, h.line.AssemblyID, first, named, time.Unix(h.now.Load(), 0))
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return first
}

// After STOP what a phone writes goes before a person at once, marked as what cannot be answered by text. (WORKERS.md: stopping)
// It does not matter whether we heard of it from the phone or from the carrier alone, in the midst of a talk. (TWILIO.md: 21610)
func TestWhatAStoppedPhoneWrites(t *testing.T) {
	t.Run("told us", func(t *testing.T) { stoppedPhoneWrites(t, func(h *house) { h.text(ana, "STOP") }) })
	t.Run("told the carrier", func(t *testing.T) {
		stoppedPhoneWrites(t, func(h *house) {
			h.text(ana, "MENU")
			phone, _, err := h.store.FindPhone(t.Context(), h.store.Pool, ana)
			if err != nil {
				t.Fatal(err)
			}
			o := store.Outgoing{Assembly: h.line.AssemblyID, Line: h.line.ID, Phone: phone}
			if err := h.g.carrierStopped(t.Context(), h.store.Pool, o); err != nil {
				t.Fatal(err)
			}
		})
	})
}

func stoppedPhoneWrites(t *testing.T, stop func(h *house)) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	stop(h)
	for _, words := range []string{"wait", "my hand is hurt badly here", "please"} {
		if reply := h.text(ana, words); reply != "" {
			t.Errorf("%q is answered %q", words, reply)
		}
	}
	all := h.seen()
	if len(all) == 0 || all[0].CannotText != "stopped" {
		t.Fatalf("organizers see %+v", all)
	}
	var told []string
	for _, r := range all {
		told = append(told, words(r)...)
	}
	for _, words := range []string{"wait", "my hand is hurt badly here", "please"} {
		if !strings.Contains(strings.Join(told, "|"), words) {
			t.Errorf("%q is not among %q", words, told)
		}
	}
	h.text(ana, "START")
	if reply := h.text(ana, "MENU"); reply == "" {
		t.Error("after START nothing is answered")
	}
}

// A report never shows who sent it, even when the phone is a member's, unless the worker says "you may use my name". (WORKERS.md: reports)
func TestYouMayUseMyName(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.openBallot(time.Time{}) // Ana and Ben are members
	h.english(ana, ben)
	h.tells(ana, "the lift in hall B is broken", "1", "2")
	if r := h.seen()[0]; r.Name != "" || r.Standing != "" || strings.Contains(fmt.Sprintf("%+v", r), "Ana") {
		t.Errorf("it shows who sent it: %+v", r)
	}
	h.tells(ben, "the heat in hall C is bad", "2", "4", "6")
	for _, r := range h.seen() {
		if r.NameOK && (r.Name != "Ben" || r.Standing != store.StandsMember) {
			t.Errorf("it may be named, and is %q, %s", r.Name, r.Standing)
		}
		if !r.NameOK && r.Name != "" {
			t.Errorf("the other is named %q", r.Name)
		}
	}
}

// A callback is asked for on the worker's terms, and only when all is known: who hangs up before is not called. (WORKERS.md: what a phone may show)
func TestACallBack(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	c := h.call(ben)
	c.press("1")
	c.press("1")
	c.record()
	for _, key := range []string{"1", "1", "2", "5", "1"} { // keep it, in English, more, be called back, on this phone
		c.press(key)
	}
	if !strings.Contains(c.last.Text(), "in the morning") {
		t.Fatalf("it asks %q", c.last.Text())
	}
	c.hangUp()
	if n := h.count("select count(*) from report_callbacks"); n != 0 {
		t.Error("who hung up is to be called back")
	}
	h.tells(ana, "the lift in hall B is broken", "2", "5", "2", "212 555 0142", "3", "1", "It is about the raffle", "6")
	var r store.Report
	for _, one := range h.seen() {
		if one.Channel == "text" {
			r = one
		}
	}
	if r.Callback == nil || !r.Callback.Other || r.Callback.Hours != "evening" || !r.Callback.OtherMay || r.Callback.Words != "It is about the raffle" {
		t.Fatalf("asked for: %+v", r.Callback)
	}
	if from, back, err := h.store.ReportNumber(t.Context(), h.store.Pool, r.ID); err != nil || from.String() != ana || back.String() != "+12125550142" {
		t.Errorf("the numbers behind it: %v", err)
	}
	if h.leaks("5550142", "raffle") {
		t.Error("the database holds them in clear")
	}
}

// Who is blocked is promised nothing that will not happen, and what they tell is kept.
func TestABlockedPhoneIsToldSo(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	h.tells(ana, "abuse and nothing but abuse", "1", "2")
	until := time.Unix(h.now.Load(), 0).Add(7 * 24 * time.Hour)
	if muted, err := h.store.Mute(t.Context(), h.store.Pool, h.seen()[0].ID, until); err != nil || !muted {
		t.Fatal(muted, err)
	}
	if reply := h.text(ana, "abuse and more of the same"); !strings.Contains(reply, "do not look at what comes from this phone") || strings.Contains(reply, "will read it") {
		t.Errorf("it is answered %q", reply)
	}
	h.pass(time.Hour)
	if n := len(h.seen()); n != 1 {
		t.Errorf("%d are in the list, want the first alone", n)
	}
	by := h.reading()
	if by.Muted = true; h.count("select count(*) from reports where muted") != 1 {
		t.Error("it is not kept")
	}
	h.pass(8 * 24 * time.Hour)
	if reply := h.text(ana, "the lift in hall B is broken"); !strings.Contains(reply, "will read it") {
		t.Errorf("after it, it is answered %q", reply)
	}
}

// A recording of no time or of ten minutes is a report like any other, and a hang-up keeps it. Only the report's own flow leaves one open: what
// others file, organizers see at once.
func TestRecordingsOfAnyLength(t *testing.T) {
	h := newHouse(t, houseOptions{})
	for _, seconds := range []int{0, 600} {
		c := h.call(ben)
		c.press("1")
		c.lead("report", "tell")
		in := c.in
		in.Kind, in.Answers = flows.KindRecording, c.last.Turn
		in.Key = fmt.Sprintf("%s/%d", in.Call, c.last.Turn)
		in.Rec, in.HungUp = &Recording{ID: fmt.Sprintf("RE%032d", seconds), URL: "https://api.twilio.com/rec", Seconds: seconds}, true
		h.g.Turn(t.Context(), in)
		c.hangUp()
	}
	all := h.seen()
	if len(all) != 2 || len(all[0].Media)+len(all[1].Media) != 2 {
		t.Errorf("organizers see %+v", all)
	}
}
