package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// invites has an approved notice of a meeting sent to everybody, and gives what each was sent, by number.
func (h *house) invites(p *post, m store.Meeting, author, second store.Organizer) (store.Broadcast, map[string]string) {
	h.t.Helper()
	words, inside := MeetingWords(h.set, h.line, h.shown(m), store.FollowsNone, h.g.now())
	b := h.approved(author, second, store.Broadcast{Words: words, ExpiresAt: m.StartsAt, Carried: store.Carried{
		Flow: "rsvp", About: "meeting", Record: m.ID, Version: h.shown(m).Version, Inside: inside,
	}})
	h.pass(2 * time.Minute)
	return b, h.goesOut(p)
}

// goesOut sends what is due, and gives it by number.
func (h *house) goesOut(p *post) map[string]string {
	h.t.Helper()
	p.taken = nil
	h.pumped(h.g)
	got := map[string]string{}
	for _, m := range p.taken {
		if got[m.To.String()] != "" {
			h.t.Errorf("a phone was told twice: %q and %q", got[m.To.String()], m.Body)
		}
		got[m.To.String()] = m.Body
	}
	return got
}

func (h *house) mine(number string, m store.Meeting) (answer string) {
	h.t.Helper()
	err := h.store.Pool.QueryRow(h.t.Context(), `select coalesce((select r.answer from rsvps r join phones p on p.id = r.phone_id where p.index = $1 and r.meeting_id = $2), '')`,
		h.keys.Index("phone", number), m.ID).Scan(&answer)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer
}

// asking is a house whose six members were asked by a notice whether they come.
func asking(t *testing.T) (h *house, p *post, m store.Meeting, numbers []string) {
	t.Helper()
	h, p = waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, author, second := h.assemblyOf(6)
	m = h.meets(store.NewMeeting{StartsAt: h.g.now().Add(5 * 24 * time.Hour)})
	_, got := h.invites(p, m, author, second)
	if len(got) != 6 {
		t.Fatalf("%d were invited", len(got))
	}
	return h, p, m, numbers
}

// WORKERS.md, wording: the notice, its three answers, how to change it and how to stop; in the phone's language, and in two segments.
func TestANoticeOfAMeeting(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, author, second := h.assemblyOf(2)
	m := h.meets(store.NewMeeting{})
	_, got := h.invites(p, m, author, second)
	for number, want := range map[string]string{
		numbers[0]: "The 0100 Line: We meet Thursday, Nov 26, 12:00 pm, 12 Elm St, side door.\n41 I am coming\n42 I cannot\n43 I need a ride, child care or an interpreter\n" +
			"Change it any time before. STOP = no more texts.",
		numbers[1]: "The 0100 Line: Nos juntamos el jueves 26 de noviembre, 12:00 pm, 12 Elm St, puerta lateral.\n41 Voy\n42 No puedo\n" +
			"43 Necesito transporte, cuidado de niños o intérprete\nLo puede cambiar hasta entonces. STOP = no recibir textos.",
	} {
		if got[number] != want {
			t.Errorf("sent %q\nwant %q", got[number], want)
		}
		if n, _, _ := flows.Segments(want); n > 2 {
			t.Errorf("%d segments: %q", n, want)
		}
	}
	for _, sent := range p.taken {
		if sent.Valid > m.StartsAt.Sub(h.g.now()) {
			t.Errorf("it may wait for %v, beyond the meeting", sent.Valid)
		}
	}
}

// WORKERS.md: two-digit answers work as long as the question is open, in any order of arrival; every answer taken is said back in words with how to
// change it.
func TestAnAnswerComesDaysLater(t *testing.T) {
	h, _, m, numbers := asking(t)
	h.pass(3 * 24 * time.Hour)
	for i, c := range []struct{ from, text, mine, want string }{
		{numbers[0], "41", "yes", "Saturday, Nov 28, 12:00 pm: you are coming. Not right? Send 42."},
		{numbers[0], "42.", "no", "Saturday, Nov 28, 12:00 pm: you are not coming. Not right? Send 41."},
		{numbers[1], " ４１ ", "yes", "queda apuntado que viene. ¿No es correcto? Mande 42."},
		{numbers[2], "41 I am coming", "yes", "you are coming."},
		{numbers[3], "42 No puedo", "no", "queda apuntado que no viene."},
		{numbers[4], "43", "yes", "What do you need?"},
		{numbers[4], "1", "yes", "A ride from where"},
		{numbers[4], "42", "no", "you are not coming. Not right? Send 41."},
		{numbers[5], "Yes", "yes", "queda apuntado que viene."},
		{numbers[5], "2", "no", "queda apuntado que no viene."},
		{numbers[5], "ok", "yes", "queda apuntado que viene."},
		{numbers[0], "I am coming", "yes", "you are coming. Not right? Send 42."},
		{numbers[2], "41 but I can only be there after eight", "yes", "what you need is noted"},
	} {
		said := h.text(c.from, c.text)
		if !strings.Contains(said, c.want) || h.mine(c.from, m) != c.mine {
			t.Errorf("%d: %q is answered %q, and stands as %q", i, c.text, said, h.mine(c.from, m))
		}
		if n, _, _ := flows.Segments(said); n > 2 {
			t.Errorf("%d: %d segments: %q", i, n, said)
		}
	}
	if n := h.count("select count(*) from questions where answered <> ''"); n != 6 {
		t.Errorf("%d questions are answered", n)
	}
}

// A webhook that comes twice has one effect, and the same answer.
func TestAnAnswerRepeatedCountsOnce(t *testing.T) {
	h, _, m, numbers := asking(t)
	in := h.aText(numbers[0], "41")
	first, second := h.turn(in).Text(), h.turn(in).Text()
	if first != second || h.mine(numbers[0], m) != "yes" || h.count("select sum(changed) from rsvps") != 0 {
		t.Errorf("%q and then %q", first, second)
	}
}

// The talk that was under way stays where it was, and its question is said again; after a long while it is asked first whether to go on.
func TestATalkUnderWayStays(t *testing.T) {
	h, _, m, numbers := asking(t)
	h.text(numbers[0], "JOIN")
	if said := h.text(numbers[0], "41"); !strings.HasSuffix(said, "Send 42.\nWhat is the word on your flyer?") || h.mine(numbers[0], m) != "yes" {
		t.Errorf("in between: %q", said)
	}
	h.pass(2 * time.Hour)
	if said := h.text(numbers[0], "42"); !strings.HasSuffix(said, "Send 41.\nContinue? 1\nStart again? 2") || h.mine(numbers[0], m) != "no" {
		t.Errorf("after a long while: %q", said)
	}
	if said := h.text(numbers[0], "1"); said != "What is the word on your flyer?" {
		t.Errorf("and on with it: %q", said)
	}
	h.text(numbers[0], "43") // what that leads to is a talk of its own …
	if said := h.text(numbers[0], "41"); !strings.HasSuffix(said, "What is the word on your flyer?") {
		t.Errorf("an answer put in another's place: %q", said)
	}
}

// A talk that waits for a number, or for words, keeps what may be its own; nothing is lost.
func TestATalkKeepsItsOwnNumbers(t *testing.T) {
	h, _, m, numbers := asking(t)
	h.text(numbers[0], "REPORT")
	if said := h.text(numbers[0], "41 people had no water all day"); h.mine(numbers[0], m) != "" || !strings.Contains(said, "We have it") {
		t.Errorf("a story: %q", said)
	}
	h.text(numbers[2], "MEETING")
	h.text(numbers[2], "3")
	h.text(numbers[2], "4") // others come along: a number from 1 to 9
	if said := h.text(numbers[2], "2"); !strings.Contains(said, "Noted: 2 with you") {
		t.Errorf("a count: %q", said)
	}
}

// WORKERS.md: a bare digit counts only when exactly one question is open and no conversation is under way; otherwise the worker is asked.
func TestABareDigitIsNeverGuessed(t *testing.T) {
	h, p, m, numbers := asking(t)
	h.text(numbers[0], "MENU")
	if said := h.text(numbers[0], "2"); strings.Contains(said, "Which one") {
		t.Errorf("the menu was just shown, and it is answered %q", said)
	}
	h.pass(24 * time.Hour)
	other := h.meets(store.NewMeeting{StartsAt: h.g.now().Add(9 * 24 * time.Hour)})
	author, second := h.organizers()
	_, got := h.invites(p, other, author, second)
	if !strings.Contains(got[numbers[0]], "\n44 I am coming\n45 I cannot\n46 I need") {
		t.Fatalf("the second notice is %q", got[numbers[0]])
	}
	for _, words := range []string{"1", "yes", "I am coming"} {
		said := h.text(numbers[2], words)
		if !strings.HasPrefix(said, "Which one do you answer?") || !strings.Contains(said, "41") || !strings.Contains(said, "44") || h.mine(numbers[2], m)+h.mine(numbers[2], other) != "" {
			t.Errorf("%q is answered %q", words, said)
		}
		if n, _, _ := flows.Segments(said); n > 2 {
			t.Errorf("in %d segments", n)
		}
	}
	if h.text(numbers[2], "44"); h.mine(numbers[2], other) != "yes" || h.mine(numbers[2], m) != "" {
		t.Error("44 is not the answer to the second")
	}
	// A talk is under way, and the notice came after it: the digit may be for either.
	said := h.text(numbers[0], "1")
	if !strings.HasPrefix(said, "Which one") || !strings.Contains(said, "send it once more") || h.mine(numbers[0], m)+h.mine(numbers[0], other) != "" {
		t.Errorf("with a talk under way: %q", said)
	}
	if said := h.text(numbers[0], "41 and 43"); !strings.HasPrefix(said, "Which one") {
		t.Errorf("two at once: %q", said)
	}
}

// organizers are those of assemblyOf.
func (h *house) organizers() (author, second store.Organizer) {
	h.t.Helper()
	var err error
	if author, err = h.store.FindOrganizer(h.t.Context(), h.store.Pool, h.line.AssemblyID, "Rosa"); err == nil {
		second, err = h.store.FindOrganizer(h.t.Context(), h.store.Pool, h.line.AssemblyID, "Sam")
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return author, second
}

// WORKERS.md: a vote from a notice's digit is always read back with its question; it never casts. Nor does an answer to something else that comes
// while a vote is read back.
func TestANoticeNeverVotes(t *testing.T) {
	h, p, m, numbers := asking(t)
	h.openBallot(h.g.now().Add(20 * 24 * time.Hour))
	var ballot uuid.UUID
	if err := h.store.Pool.QueryRow(t.Context(), "select id from ballots").Scan(&ballot); err != nil {
		t.Fatal(err)
	}
	author, second := h.organizers()
	b := h.approved(author, second, store.Broadcast{Words: store.Words{"en": "Please vote.", "es": "Por favor vote."}, Carried: store.Carried{Flow: "vote", About: "ballot", Record: ballot}})
	h.pass(2 * time.Minute)
	if got := h.goesOut(p); !strings.Contains(got[numbers[0]], "\n44 Yes\n45 No\nSTOP") {
		t.Fatalf("%s: %q", b.ID, got[numbers[0]])
	}
	back := h.text(numbers[0], "44")
	if !strings.HasPrefix(back, "Not counted yet. You chose Yes") || h.count("select count(*) from votes") != 0 {
		t.Fatalf("44 is answered %q", back)
	}
	for _, words := range []string{"44", "41", "44 Yes", "yes", "1", "45"} {
		h.text(numbers[0], words)
	}
	if n := h.count("select count(*) from votes"); n != 0 {
		t.Errorf("%d votes were cast", n)
	}
	if h.mine(numbers[0], m) != "yes" {
		t.Error("41 got lost beside a read-back")
	}
}

// What is over is answered with what is so.
func TestAnAnswerToWhatIsOver(t *testing.T) {
	h, _, m, numbers := asking(t)
	h.moves(m, m.StartsAt.Add(3*time.Hour))
	if said := h.text(numbers[0], "41"); !strings.HasPrefix(said, "This meeting was changed since, so please answer again.\nSaturday, Nov 28, 3:00 pm") || h.mine(numbers[0], m) != "" {
		t.Errorf("moved: %q", said)
	}
	if h.text(numbers[0], "1"); h.mine(numbers[0], m) != "yes" {
		t.Error("the answer to what it is now was not taken")
	}
	h.pass(6 * 24 * time.Hour)
	if said := h.text(numbers[2], "41"); !strings.Contains(said, "that meeting has begun") || h.mine(numbers[2], m) != "" {
		t.Errorf("begun: %q", said)
	}
	if said := h.text(numbers[4], "1"); strings.Contains(said, "Which") || h.mine(numbers[4], m) != "" {
		t.Errorf("a bare digit to what is over: %q", said)
	}
	if _, err := h.store.CancelMeeting(t.Context(), h.store.Pool, h.line.AssemblyID, m.Number, h.g.now()); err != nil {
		t.Fatal(err)
	}
	if said := h.text(numbers[2], "42"); !strings.Contains(said, "was canceled") {
		t.Errorf("canceled: %q", said)
	}
}

// Thirteen questions of three answers are all that a phone has digits for in thirty days. Then a notice goes out without, and says how it is answered.
func TestDigitsRunOut(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, author, second := h.assemblyOf(1)
	seen := map[string]bool{}
	for i := range 13 {
		m := h.meets(store.NewMeeting{StartsAt: h.g.now().Add(time.Duration(20+i) * 24 * time.Hour)})
		_, got := h.invites(p, m, author, second)
		body := got[numbers[0]]
		digits := body[strings.Index(body, "\n")+1:][:2]
		if wants := i < 12; wants == strings.HasPrefix(body[strings.Index(body, "\n")+1:], "To answer, send MEETING.") || seen[digits] {
			t.Fatalf("the %dth notice is %q", i+1, body)
		}
		seen[digits] = true
	}
	h.pass(31 * 24 * time.Hour)
	m := h.meets(store.NewMeeting{StartsAt: h.g.now().Add(20 * 24 * time.Hour)})
	if _, got := h.invites(p, m, author, second); !strings.Contains(got[numbers[0]], "\n41 I am coming") {
		t.Errorf("a month later: %q", got[numbers[0]])
	}
}

// A notice that is sent once more asks the same, by the same digits; one that is refused asks nothing.
func TestANoticeSentOnceMoreAsksTheSame(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, author, second := h.assemblyOf(3)
	h.text(numbers[2], "STOP")
	m := h.meets(store.NewMeeting{})
	b, first := h.invites(p, m, author, second)
	if n := h.count("select count(*) from questions"); n != 2 || first[numbers[2]] != "" {
		t.Fatalf("%d questions", n)
	}
	h.run("update outgoing set state = 'ready', repeated_at = $1 where broadcast_id = $2 and place = 0", h.g.now(), b.ID)
	h.run("update broadcasts set state = 'sending', ended_at = null where id = $1", b.ID)
	again := h.goesOut(p)
	for number, body := range again {
		if body != first[number] {
			t.Errorf("sent first %q, then %q", first[number], body)
		}
	}
	if n := h.count("select count(*) from questions"); n != 2 || len(again) != 1 {
		t.Errorf("%d questions, %d sent again", n, len(again))
	}
}

// WORKERS.md, what a phone may show: the arguments of a question are sealed, and no digits tell of what.
func TestAQuestionIsSealed(t *testing.T) {
	h, _, m, _ := asking(t)
	if n := h.count("select count(*) from questions where position($1::bytea in arguments) > 0", []byte(m.ID.String())); n != 0 {
		t.Errorf("%d questions show what they are about", n)
	}
}

// A text that was not heard when it came is played by the carrier's time, if it still answers something, and then goes to its own question.
func TestALateAnswerIsPlayed(t *testing.T) {
	h, p, m, numbers := asking(t)
	h.pass(time.Hour)
	in := h.aText(numbers[0], "41")
	in.Missed = h.g.now().Add(-5 * time.Minute)
	p.taken = nil
	if h.turn(in); h.mine(numbers[0], m) != "yes" {
		t.Error("it was not played")
	}
	old := h.aText(numbers[2], "41")
	old.Missed = h.g.now().Add(-20 * time.Minute)
	if h.turn(old); h.mine(numbers[2], m) != "" {
		t.Error("one of long ago was played")
	}
}
