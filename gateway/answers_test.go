package gateway

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/flows"
	"hotline/store"
)

// YES, SI, SÍ, NO, OK are understood where a yes/no is open; every answer taken is said back; nothing sent is ever dropped. (WORKERS.md)
func TestAnAnswerInASentenceCountsAndIsKept(t *testing.T) {
	h := newHouse(t, houseOptions{})
	m := h.meets(store.NewMeeting{})
	h.english(ana)
	h.text(ana, "MEETING")
	if reply := h.text(ana, "yes, me and my wife and two kids are coming"); !strings.Contains(reply, "you are coming") {
		t.Errorf("a yes in a sentence is answered %q", reply)
	}
	h.text(ben, "JUNTA")
	if reply := h.text(ben, "si voy"); !strings.Contains(reply, "queda apuntado que viene") {
		t.Errorf("si voy is answered %q", reply)
	}
	shown := h.shown(m)
	if shown.Yes != 2 {
		t.Errorf("%d come", shown.Yes)
	}
	h.text(ana, "MEETING")
	if reply := h.text(ana, "No, my boss keeps us until nine"); !strings.Contains(reply, "you are not coming") || !codeWritten.MatchString(reply) {
		t.Errorf("a no in a sentence is answered %q", reply)
	}
	h.text(ana, "MEETING")
	for _, words := range []string{"1 and 3", "maybe", "no heat in the hall again"} { // no answer, and the question stays
		if reply := h.text(ana, words); !strings.Contains(reply, "1 I am coming") {
			t.Errorf("%q leaves the question: %q", words, reply)
		}
	}
	h.pass(openFor + time.Minute)
	var kept []string
	for _, r := range h.seen() {
		kept = append(kept, words(r)...)
	}
	if got := strings.Join(kept, "|"); got != "No, my boss keeps us until nine|no heat in the hall again" {
		t.Errorf("organizers read %q", got)
	}
	if h.leaks("my boss keeps", "no heat in") {
		t.Error("the database holds words in clear")
	}
}

// A vote is always read back; a sentence neither chooses nor counts one, and is kept.
func TestASentenceIsNoVote(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.openBallot(time.Time{})
	h.english(ana)
	asked := h.text(ana, "VOTE")
	if reply := h.text(ana, "yes I want heat breaks"); !strings.Contains(reply, asked) {
		t.Errorf("the question is not put again: %q", reply)
	}
	if reply := h.text(ana, "yes please"); !strings.Contains(reply, "Not counted yet") {
		t.Errorf("yes please is answered %q", reply)
	}
	reply := h.text(ana, "yes I am sure, count it")
	if !strings.Contains(reply, "Not counted yet") || h.count("select count(*) from votes") != 0 {
		t.Errorf("in the read-back: %q", reply)
	}
	h.pass(openFor + time.Minute)
	if seen := h.seen(); len(seen) != 1 || len(seen[0].Words) != 2 {
		t.Errorf("organizers read %v", seen)
	}
}

// What is told at a secret question is kept without a digit, and leaves no other trace; the carrier's repeat files it once.
func TestAStoryAtASecretQuestion(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	h.text(ana, "STATUS")
	in := h.aText(ana, "they beat my friend in the yard, my code is 7264")
	reply := h.g.Turn(t.Context(), in).Text()
	if !codeWritten.MatchString(reply) || !strings.Contains(reply, "Send your twelve digits") {
		t.Fatalf("it is answered %q", reply)
	}
	if again := h.g.Turn(t.Context(), in).Text(); again != reply {
		t.Errorf("repeated it is answered %q, and not %q", again, reply)
	}
	h.text(ana, "it was the foreman again")
	h.pass(openFor + time.Minute)
	seen := h.seen()
	if len(seen) != 1 || strings.Join(words(seen[0]), "|") != "they beat my friend in the yard, my code is ...|it was the foreman again" {
		t.Errorf("organizers read %v", seen)
	}
	if h.leaks("7264", "beat my friend") {
		t.Error("the database holds words in clear")
	}
}

// In FORGET's read-back a sentence erases nothing, is kept, and the read-back stays open.
func TestAStoryInAReadBack(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	h.text(ana, "FORGET")
	reply := h.text(ana, "they fired my friend last night")
	digits := forgetIt.FindStringSubmatch(reply)
	if digits == nil || !codeWritten.MatchString(reply) {
		t.Fatalf("it is answered %q", reply)
	}
	if h.count("select count(*) from reports") != 1 {
		t.Error("it is kept nowhere")
	}
	h.text(ana, digits[1])
	if h.count("select count(*) from reports where phone_id is not null") != 0 {
		t.Error("the read-back did not stay open")
	}
}

// At JOIN and at "Where shall we call?" a story is kept, and the question put again as often as it takes.
func TestStoriesAtOtherQuestions(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	h.text(ana, "JOIN")
	if reply := h.text(ana, "they beat my friend last night"); !strings.Contains(reply, "What is the word on your flyer?") {
		t.Errorf("JOIN: %q", reply)
	}
	h.text(ben, "ENGLISH")
	for _, words := range []string{"ORGANIZE", "the bakery on 4th street", "2", "2"} {
		h.text(ben, words)
	}
	for _, words := range []string{"they watch my own phone", "call me at my sister's", "she lives on Elm street", "they do not know her"} {
		if reply := h.text(ben, words); !strings.Contains(reply, "ten digits") {
			t.Errorf("%q is answered %q", words, reply)
		}
	}
	h.pass(openFor + time.Minute)
	parts := 0
	for _, r := range h.seen() {
		parts += len(r.Words)
	}
	if parts != 6 {
		t.Errorf("organizers read %d of six pieces", parts)
	}
}

// HOURS asks, and the label that it prints is an answer to it, though the same words begin it. (WORKERS.md: "I work nights")
func TestIWorkNightsIsAnAnswer(t *testing.T) {
	h := newHouse(t, houseOptions{})
	for phone, c := range map[string][3]string{
		ana: {"ENGLISH", "I work nights", "from 9 am to 4 pm"}, ben: {"ESPANOL", "trabajo de noche", "de 9 am a 4 pm"}, "+12125550155": {"ENGLISH", "nights please", "from 9 am to 4 pm"},
	} {
		h.text(phone, c[0])
		h.text(phone, map[bool]string{true: "HORARIO", false: "HOURS"}[phone == ben])
		if reply := h.text(phone, c[1]); !strings.Contains(reply, c[2]) {
			t.Errorf("%q is answered %q", c[1], reply)
		}
	}
}

// A cancellation reaches everyone who was sent the notice and did not say no (WORKERS.md); whoever had said yes and asks hears it too.
func TestACanceledMeetingIsToldToWhoComes(t *testing.T) {
	h := newHouse(t, houseOptions{})
	m := h.meets(store.NewMeeting{})
	h.english(ana, ben)
	h.text(ana, "MEETING")
	h.text(ana, "1")
	h.text(ben, "MEETING")
	h.text(ben, "2")
	if _, err := h.store.CancelMeeting(t.Context(), h.store.Pool, h.line.AssemblyID, m.Number, time.Unix(h.now.Load(), 0)); err != nil {
		t.Fatal(err)
	}
	if reply := h.text(ana, "MEETING"); !strings.Contains(reply, "this meeting is canceled") {
		t.Errorf("who comes is told %q", reply)
	}
	if reply := h.text(ben, "MEETING"); !strings.Contains(reply, "No meeting is planned") {
		t.Errorf("who does not come is told %q", reply)
	}
	h.meets(store.NewMeeting{StartsAt: time.Unix(h.now.Load(), 0).Add(200 * time.Hour)})
	if reply := h.text(ana, "MEETING"); !strings.Contains(reply, "1 I am coming") {
		t.Errorf("with another ahead: %q", reply)
	}
	h.pass(100 * time.Hour)
	if reply := h.text(ben, "MEETING"); !strings.Contains(reply, "1 I am coming") {
		t.Errorf("days later: %q", reply)
	}
}

// Each step of trust is its own consent (WORKERS.md): 1 sent twice is Done, and agrees to nothing; yes with please does. A meeting's code in a
// report counts, and does not stand in the report.
func TestTheConsentBehindDoneAndADoorCode(t *testing.T) {
	agreed := func(h *house) int {
		return h.count("select count(*) from consent where given")
	}
	for _, c := range []struct {
		answer string
		says   string
		agrees bool
	}{{"1", "For the answer send STATUS", false}, {"si por favor", "we text you", true}, {"No, mejor no", "For the answer send STATUS", false}} {
		h := newHouse(t, houseOptions{})
		h.english(ana)
		before := agreed(h)
		h.tells(ana, "the lift in hall B is broken", "1")
		if reply := h.text(ana, c.answer); !strings.Contains(reply, c.says) {
			t.Errorf("%q is answered %q", c.answer, reply)
		}
		if (agreed(h) > before) != c.agrees {
			t.Errorf("%q: %d consents, before %d", c.answer, agreed(h), before)
		}
	}
	h := newHouse(t, houseOptions{})
	h.english(ana)
	m := h.meets(store.NewMeeting{StartsAt: time.Unix(h.now.Load(), 0).Add(30 * time.Minute)})
	code, err := h.store.DoorCode(t.Context(), h.store.Pool, m, false, time.Unix(h.now.Load(), 0))
	if err != nil {
		t.Fatal(err)
	}
	h.tells(ana, "the lift in hall B is broken")
	if reply := h.text(ana, "HERE "+code); !strings.Contains(reply, "You are counted.") {
		t.Errorf("the code at the door, in a report, is answered %q", reply)
	}
	h.pass(openFor + time.Minute)
	for _, r := range h.seen() {
		if strings.Contains(strings.Join(words(r), "|"), code) {
			t.Errorf("organizers read the code: %v", words(r))
		}
	}
}

// Before the tone: that it records, who will listen, that they may know the voice. (WORKERS.md)
func TestEveryToneIsAnnounced(t *testing.T) {
	names, err := filepath.Glob("../flows/library/*.yaml")
	if err != nil || len(names) < 30 {
		t.Fatalf("%d flows, %v", len(names), err)
	}
	tones := 0
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, said := range strings.Split(string(src), "fter the tone")[1:] {
			said, _, _ = strings.Cut(said, "es: ")
			if strings.HasSuffix(name, "prompts.yaml") { // their own voice is what they came to give
				continue
			}
			tones++
			for _, must := range []string{"record", "may know"} {
				if !strings.Contains(said, must) {
					t.Errorf("%s: before a tone it is not said that %q: %.80q", name, must, said)
				}
			}
		}
	}
	if tones < 12 {
		t.Errorf("only %d tones", tones)
	}
}

// As the README says: an RSVP is 1 text and 1 segment from the invitation on and 2 and 2 from the word, a vote 3 and 3. (WORKERS.md)
func TestWhatItCostsFromTheWordOn(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.openBallot(time.Time{})
	h.meets(store.NewMeeting{})
	h.english(ana)
	cost := func(words ...string) (segments int, last string) {
		for _, w := range words {
			last = h.text(ana, w)
			n, _, _ := flows.Segments(last)
			segments += n
		}
		return segments, last
	}
	if n, _ := cost("MEETING", "1"); n != 2 {
		t.Errorf("an RSVP is %d segments", n)
	}
	n, asked := cost("VOTE", "1")
	m, counted := cost(digitsOf(t, asked))
	if n+m > 3 || !strings.Contains(counted, "counted") {
		t.Errorf("a vote is %d segments, and in the end: %q", n+m, counted)
	}
}
