package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"hotline/store"
)

// The table decides every case, and what could be a talk's own answer, or could mean two things, never goes to a question unasked.
func TestTheTableOfAnswers(t *testing.T) {
	flags := []bool{false, true}
	n := 0
	for _, said := range []wrote{saidDigits, saidMore, saidTwo, saidLabel, saidPlace, saidYesNo, saidElse} {
		for _, talk := range []talkNow{noTalk, newerTalk, olderTalk} {
			for bits := range 64 {
				for means := range 3 {
					bit := func(i int) bool { return flags[bits>>i&1] }
					h := hearingOf{said: said, talk: talk, own: bit(0), words: bit(1), more: bit(2), secret: bit(3), still: bit(4), printed: bit(5), means: means}
					got, menu := whose(h), said == saidPlace || said == saidYesNo || said == saidLabel
					n++
					switch {
					case said == saidElse && got != toTalk,
						menu && got == toQuestion && (talk != noTalk || means != 1),
						menu && means == 0 && got != toTalk,
						said == saidDigits && talk != noTalk && h.own && got != toTalk,
						said == saidDigits && talk == noTalk && got != toQuestion,
						said == saidMore && got == toQuestion && (!h.more || talk != noTalk && (h.words || h.secret)),
						said == saidTwo && got == toQuestion,
						menu && talk == newerTalk && got != toTalk:
						t.Errorf("%+v is for %s", h, got)
					}
				}
			}
		}
	}
	if n == 0 {
		t.Error("nothing was decided")
	}
}

// Whatever is texted in whatever order, over several open questions and a talk that comes and goes: each answer by its digits reaches its own
// question, nothing else changes one but where exactly one could be meant, and no vote is cast but by a read-back's own digits.
func TestAnswersReachTheirQuestions(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, author, second := h.assemblyOf(10)
	h.openBallot(h.g.now().Add(40 * 24 * time.Hour))
	var ballot uuid.UUID
	if err := h.store.Pool.QueryRow(t.Context(), "select id from ballots").Scan(&ballot); err != nil {
		t.Fatal(err)
	}
	meetings := []store.Meeting{h.meets(store.NewMeeting{StartsAt: h.g.now().Add(30 * 24 * time.Hour)}), h.meets(store.NewMeeting{StartsAt: h.g.now().Add(31 * 24 * time.Hour)})}
	for _, m := range meetings {
		h.invites(p, m, author, second)
	}
	h.approved(author, second, store.Broadcast{Words: store.Words{"en": "Please vote.", "es": "Por favor vote."}, Carried: store.Carried{Flow: "vote", About: "ballot", Record: ballot}})
	h.pass(2 * time.Minute)
	h.goesOut(p) // 41 to 43, 44 to 46, and 47
	digits := map[string]struct {
		meeting int
		answer  string
	}{"41": {0, "yes"}, "42": {0, "no"}, "44": {1, "yes"}, "45": {1, "no"}, "44 I am coming": {1, "yes"}, " 42. ": {0, "no"}}
	next := 0
	rapid.Check(t, func(rt *rapid.T) {
		from := numbers[next%len(numbers)]
		next++
		for range rapid.IntRange(1, 5).Draw(rt, "texts") {
			before := [2]string{h.mine(from, meetings[0]), h.mine(from, meetings[1])}
			votes := h.count("select count(*) from votes")
			text := rapid.SampledFrom([]string{"41", "42", "44", "45", "44 I am coming", " 42. ", "47", "1", "2", "yes", "no", "ok", "MENU", "JOIN", "VOTE", "41 and 44", "I am coming",
				"ninety", "the lift is broken again today"}).Draw(rt, "text")
			h.pass(time.Duration(rapid.IntRange(1, 50).Draw(rt, "minutes")) * time.Minute)
			said := h.text(from, text)
			after := [2]string{h.mine(from, meetings[0]), h.mine(from, meetings[1])}
			want := before
			if d, is := digits[text]; is {
				want[d.meeting] = d.answer
			}
			if _, is := digits[text]; (is || strings.HasPrefix(said, "Which one")) && after != want {
				rt.Fatalf("%q, answered %q, made %v of %v", text, said, after, before)
			}
			if text != "1" && text != "2" && text != "yes" && text != "no" && text != "ok" && text != "I am coming" && after != want {
				rt.Fatalf("%q, answered %q, made %v of %v", text, said, after, before)
			}
			if n := h.count("select count(*) from votes"); n != votes {
				rt.Fatalf("%q cast a vote", text)
			}
		}
	})
	if n := h.count("select count(*) from questions where answered <> ''"); n == 0 {
		t.Error(fmt.Sprint("nothing was answered in ", next, " tries"))
	}
}
