package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// waitAWeek are three options in two languages.
var waitAWeek = []store.Words{{"en": "Yes", "es": "Sí"}, {"en": "No", "es": "No"}, {"en": "Wait a week", "es": "Esperar una semana"}}

// asksFor opens a ballot to all members.
func (h *house) asksFor(question store.Words, closes time.Time, options ...store.Words) (b store.Ballot) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) (err error) {
		b, err = h.store.OpenBallot(h.t.Context(), tx, store.NewBallot{Assembly: h.line.AssemblyID, Question: question, Options: options, ClosesAt: closes, By: "Rosa", At: h.g.now()})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

// tellsOf has an approved notice of a ballot sent to everybody, and gives what each was sent, by number.
func (h *house) tellsOf(p *post, b store.Ballot, words store.Words) map[string]string {
	h.t.Helper()
	author, second := h.organizers()
	h.approved(author, second, store.Broadcast{Words: words, Carried: store.Carried{Flow: "vote", About: "ballot", Record: b.ID}})
	h.pass(2 * time.Minute)
	return h.goesOut(p)
}

var untilFriday = store.Words{"en": "We vote until Friday.", "es": "Votamos hasta el viernes."}

// balloting is a house whose members were sent the options of a ballot, by the digits 41 to 43.
func balloting(t *testing.T, members int) (h *house, p *post, b store.Ballot, numbers []string, got map[string]string) {
	t.Helper()
	h, p = waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, _, _ = h.assemblyOf(members)
	b = h.asksFor(store.Words{"en": "Shall we ask for heat breaks?", "es": "¿Pedimos descansos?"}, h.g.now().Add(20*24*time.Hour), waitAWeek...)
	got = h.tellsOf(p, b, untilFriday)
	if len(got) != members {
		t.Fatalf("%d were told", len(got))
	}
	return h, p, b, numbers, got
}

// phoneOf is the id of a number's phone.
func (h *house) phoneOf(number string) (id uuid.UUID) {
	h.t.Helper()
	if err := h.store.Pool.QueryRow(h.t.Context(), "select id from phones where index = $1", h.keys.Index("phone", number)).Scan(&id); err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h *house) votes() int { return h.count("select count(*) from votes") }

// WORKERS.md, Meetings and votes: a by-name vote says who will see name and choice, before the choice. The question stands there whole, and all of it in
// the phone's language and in two segments.
func TestANoticeOfABallot(t *testing.T) {
	_, _, _, numbers, got := balloting(t, 2)
	for number, want := range map[string]string{
		numbers[0]: "The 0100 Line: We vote until Friday.\nShall we ask for heat breaks?\nIn this vote the organizers see your name and your choice.\n41 Yes\n42 No\n" +
			"43 Wait a week\nSTOP = no more texts.",
		numbers[1]: "The 0100 Line: Votamos hasta el viernes.\n¿Pedimos descansos?\nLos organizadores ven su nombre y su voto.\n41 Si\n42 No\n43 Esperar una semana\n" +
			"STOP = no recibir textos.",
	} {
		if got[number] != want {
			t.Errorf("sent %q\nwant %q", got[number], want)
		}
		if n, wide, _ := flows.Segments(want); n > 2 || wide {
			t.Errorf("%d segments: %q", n, want)
		}
	}
}

// WORKERS.md: a vote costs the worker 2 texts sent and 2 segments received, here beyond the notice.
func TestAVoteFromANoticeCostsTwoAndTwo(t *testing.T) {
	h, _, b, numbers, _ := balloting(t, 2)
	for i, number := range numbers {
		sent, received := 0, 0
		send := func(text string) string {
			reply := h.text(number, text)
			n, wide, _ := flows.Segments(reply)
			if wide {
				t.Errorf("a dear letter in %q", reply)
			}
			sent, received = sent+1, received+n
			return reply
		}
		back := send("43")
		wants(t, back, []string{"Not counted yet. You chose Wait a week on:\nShall we ask for heat breaks?", "Usted responde Esperar una semana a:\n¿Pedimos descansos?"}[i],
			[]string{"In this vote the organizers see your name and your choice.", "Los organizadores ven su nombre y su voto."}[i])
		if h.votes() != i {
			t.Fatalf("43 cast a vote")
		}
		said := send(digitsOf(t, back))
		if sent != 2 || received != 2 || h.votes() != i+1 {
			t.Errorf("%d texts, %d segments, %d votes: %q", sent, received, h.votes(), said)
		}
		if n, err := choiceOf(t, h, b.ID, h.phoneOf(number)); err != nil || n != 3 {
			t.Errorf("it counts for %d: %v", n, err)
		}
	}
}

// A vote that stands is changed only by a read-back that says so; which option stands is never told, not by what is said to one and not to another
// either: whoever holds the phone for a moment learns nothing.
func TestANoticesDigitAfterVoting(t *testing.T) {
	h, _, b, numbers, _ := balloting(t, 2)
	h.text(numbers[0], digitsOf(t, h.text(numbers[0], "41")))
	if yes, no := h.text(numbers[0], "41"), h.text(numbers[0], "42"); !strings.Contains(yes, "Not changed yet. You now choose Yes on:") ||
		noPair(yes) != noPair(strings.ReplaceAll(no, "choose No", "choose Yes")) {
		t.Errorf("what stands is told apart: %q, and %q", yes, no)
	}
	back := h.text(numbers[0], "42")
	wants(t, back, "Not changed yet. You now choose No on:")
	if n := h.record().Changed; n != 0 {
		t.Fatal("42 changed it")
	}
	wants(t, h.text(numbers[0], digitsOf(t, back)), "Your vote is changed. It is now: No.")
	wants(t, h.text(numbers[0], "42"), "Not changed yet. You now choose No on:")
	h.closeBallot()
	if r := h.record(); r.Cast != 1 || r.Changed != 1 || !slices.Equal(r.Tally.Totals, []int{0, 1, 0}) {
		t.Errorf("the record of %s says %+v", b.ID, r)
	}
}

// What became of a ballot, or of a phone, since the notice is said as it is; and nothing is cast, whatever comes.
func TestANoticesDigitToWhatHasChanged(t *testing.T) {
	person := `(select pp.person_id from phone_people pp join phones p on p.id = pp.phone_id where p.index = $1)`
	for name, c := range map[string]struct {
		happens func(h *house, number string)
		text    string
		want    string
	}{
		"closed":          {func(h *house, _ string) { h.closeBallot() }, "41", "That vote is closed, so nothing was counted just now."},
		"lapsed and open": {func(h *house, _ string) { h.run("update questions set lapses_at = asked_at") }, "41", "Not counted yet. You chose Yes"},
		"not on the roll": {func(h *house, n string) {
			h.run("delete from ballot_roll where person_id = "+person, h.keys.Index("phone", n))
		}, "41", "not on the list for this vote"},
		"silent for long": {func(h *house, n string) {
			h.run("update phones set doubted_at = now() where index = $1", h.keys.Index("phone", n))
		}, "41", "By this phone alone we cannot tell who votes."},
		"shared meanwhile": {func(h *house, n string) { h.shares(n, "Member 2") }, "41", "By this phone alone we cannot tell who votes."},
		"shared, by PIN": {func(h *house, n string) { h.shares(n, "Member 2"); h.handOut("Member 0") }, "41",
			"On this phone you vote by PIN, and only by calling"},
		"a label":           {func(*house, string) {}, "wait a week", "You chose Wait a week"},
		"in other words":    {func(*house, string) {}, "42 No", "You chose No"},
		"as it was printed": {func(*house, string) {}, " ４３. Wait a week ", "You chose Wait a week"},
		"with more words":   {func(*house, string) {}, "41 yes and tell them about the broken fans too", "You chose Yes"},
		"in Spanish":        {func(*house, string) {}, "41 Sí", "You chose Yes"},
		"yes":               {func(*house, string) {}, "YES", "You chose Yes"},
		"a place":           {func(*house, string) {}, "2", "You chose No"},
		"two at once":       {func(*house, string) {}, "41 and 42", "Which one do you answer?\nShall we ask for heat breaks?\nIn this vote the organizers see your name and your choice.\n41 Yes\n42 No\n43 Wait a week"},
		"beyond":            {func(*house, string) {}, "44", "The 0100 Line: run by workers, not bosses or government."},
		"quiet meanwhile":   {func(h *house, n string) { h.text(n, "QUIET"); h.text(n, "1") }, "41", "You chose Yes"},
		"days later":        {func(h *house, _ string) { h.pass(15 * 24 * time.Hour) }, "41", "You chose Yes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, _, _, numbers, _ := balloting(t, 4)
			c.happens(h, numbers[0])
			in := h.aText(numbers[0], c.text)
			said := h.turn(in).Text()
			if again := h.turn(in).Text(); again != said {
				t.Errorf("the same webhook is answered %q, and then %q", said, again)
			}
			if !strings.Contains(said, c.want) || h.votes() != 0 {
				t.Errorf("%q is answered %q, and there are %d votes", c.text, said, h.votes())
			}
			if n, _, _ := flows.Segments(said); n > 2 {
				t.Errorf("%d segments: %q", n, said)
			}
		})
	}
}

// shares makes a phone that of somebody else too.
func (h *house) shares(number, name string) {
	h.t.Helper()
	h.run("insert into phone_people (phone_id, person_id, assembly_id) values ($1, $2, $3)", h.phoneOf(number), h.member(name), h.line.AssemblyID)
}

// An option that means another thing by now is not read back under the digits that it had: the choice is asked anew, by its word.
func TestAnOptionThatMeansAnotherThing(t *testing.T) {
	h, _, b, numbers, _ := balloting(t, 2)
	paper, err := json.Marshal(map[string]any{"question": b.Question, "options": []store.Words{waitAWeek[1], waitAWeek[0]}})
	if err != nil {
		t.Fatal(err)
	}
	h.run("update ballots set paper = $1 where id = $2", h.store.Keys.Seal("ballots.paper", b.ID, paper), b.ID)
	for _, text := range []string{"41", "42", "43"} {
		wants(t, h.text(numbers[0], text), "The choices of this vote are not the ones that you were sent. To vote, send VOTE.")
	}
	wants(t, h.text(numbers[0], "VOTE"), "1 No\n2 Yes")
	if h.votes() != 0 {
		t.Error("a vote was cast")
	}
}

// STOP is for every purpose: no further notice comes, nothing is read back, and what such a phone writes goes before a person; none of it is a vote.
func TestStopBeforeANoticesDigit(t *testing.T) {
	h, p, b, numbers, _ := balloting(t, 2)
	h.text(numbers[0], "41")
	h.text(numbers[0], "STOP")
	if said := h.text(numbers[0], "42"); said != "" || h.votes() != 0 || h.count("select count(*) from reports") != 1 {
		t.Errorf("42 is answered %q; there are %d votes and %d reports", said, h.votes(), h.count("select count(*) from reports"))
	}
	if got := h.tellsOf(p, b, untilFriday); got[numbers[0]] != "" || !strings.Contains(got[numbers[1]], "\n44 Si\n") {
		t.Errorf("they were sent %q", got)
	}
}

// Who may not, or need not, choose by digits alone gets the one answer that opens the vote, and is told there how it stands.
func TestWhoIsOfferedTheOptions(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, _, _ := h.assemblyOf(6)
	h.shares(numbers[1], "Member 0")
	b := h.asksFor(store.Words{"en": "Shall we ask for heat breaks?", "es": "¿Pedimos descansos?"}, time.Time{}, waitAWeek...)
	h.text(numbers[2], "QUIET")
	h.text(numbers[2], "1")
	h.run("update phones set quiet = true where id = $1", h.phoneOf(numbers[2]))
	h.run("update phones set doubted_at = now() where id = $1", h.phoneOf(numbers[3]))
	h.run("delete from ballot_roll where person_id = $1", h.member("Member 4"))
	h.pass(20 * time.Minute)
	got := h.tellsOf(p, b, untilFriday)
	for i, number := range numbers {
		options := strings.Contains(got[number], "\n43 ")
		vote := strings.HasSuffix(strings.Split(got[number], "\nSTOP")[0], []string{"\n41 Vote", "\n41 Votar"}[i%2])
		if wants := i == 0 || i == 5; options != wants || vote == wants {
			t.Errorf("member %d is sent %q", i, got[number])
		}
	}
	wants(t, h.text(numbers[2], "41"), "By name: the organizers see your name and choice.")
	wants(t, h.text(numbers[1], "41"), "Con este celular solo no sabemos")
	wants(t, h.text(numbers[3], "41"), "Con este celular solo no sabemos")
	wants(t, h.text(numbers[4], "41"), "not on the list")
}

// Eight options have digits as long as a phone has eight in a row; then one answer opens the vote, and then its word does. Nothing is ever refused at sending.
func TestTheOptionsOfManyBallots(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, _, _ := h.assemblyOf(1)
	var eight []store.Words
	for i := range 8 {
		eight = append(eight, store.Words{"en": fmt.Sprintf("Day %d", i+1), "es": fmt.Sprintf("El %d", i+1)})
	}
	seen := map[string]bool{}
	for i, want := range []string{"\n41 Day 1\n", "\n31 Day 1\n", "\n21 Day 1\n", "\n91 Day 1\n", "\n49 Vote\n", "\n39 Vote\n", "\n29 Vote\n", "\n99 Vote\n", "\nTo vote, send VOTE.\n"} {
		b := h.asksFor(store.Words{"en": fmt.Sprintf("Which day, number %d?", i), "es": "¿Qué día?"}, h.g.now().Add(50*24*time.Hour), eight...)
		body := h.tellsOf(p, b, untilFriday)[numbers[0]]
		if !strings.Contains(body, want) || seen[body] {
			t.Errorf("notice %d is %q", i+1, body)
		}
		seen[body] = true
	}
	wants(t, h.text(numbers[0], "28"), "You chose Day 8 on:\nWhich day, number 2?")
	wants(t, h.text(numbers[0], "29"), "Which day, number 6?", "1 Day 1")
	long := store.Words{"en": strings.Repeat("long ", 23), "es": strings.Repeat("largo ", 19)}
	h.pass(60 * 24 * time.Hour)
	h.run("update phones set spoke_on = '2027-01-20'")
	for name, c := range map[string]struct {
		question store.Words
		words    store.Words
		options  []store.Words
		want     string
	}{
		"no room":         {long, store.Words{"en": strings.Repeat("word ", 30), "es": strings.Repeat("sitio ", 25)}, waitAWeek, " Vote\n"},
		"a revealing one": {untilFriday, untilFriday, []store.Words{{"en": "Strike", "es": "Huelga"}, {"en": "Wait", "es": "Esperar"}}, " Vote\n"},
		"a stop word":     {untilFriday, untilFriday, []store.Words{{"en": "Go on", "es": "Seguir"}, {"en": "Stop", "es": "Parar"}}, " Vote\n"},
		"as it should be": {untilFriday, untilFriday, waitAWeek, " Wait a week\n"},
	} {
		body := h.tellsOf(p, h.asksFor(c.question, time.Time{}, c.options...), c.words)[numbers[0]]
		if n, _, _ := flows.Segments(body); !strings.Contains(body, c.want) || n > 2 || strings.Contains(body, "Strike") {
			t.Errorf("%s: %d segments, %q", name, n, body)
		}
	}
}

// A notice that is sent once more offers the same by the same digits; to a phone that is quiet by now, no options at all.
func TestOptionsSentOnceMore(t *testing.T) {
	h, p, _, numbers, first := balloting(t, 2)
	h.run("update phones set quiet = true where id = $1", h.phoneOf(numbers[1]))
	h.run("update outgoing set state = 'ready', repeated_at = $1", h.g.now())
	h.run("update broadcasts set state = 'sending', ended_at = null")
	again := h.goesOut(p)
	if again[numbers[0]] != first[numbers[0]] || !strings.Contains(again[numbers[1]], "\nPara votar, mande VOTO.\n") || h.count("select count(*) from questions") != 2 {
		t.Errorf("sent again: %q", again)
	}
}

// DESIGN.md, Keys: which option somebody chose by a notice's digits stands nowhere in clear.
func TestAChosenOptionIsNotInClear(t *testing.T) {
	h, _, _, numbers, _ := balloting(t, 2)
	h.text(numbers[0], "42")
	if n := h.count("select count(*) from questions where answered = $1", AnsweredOne); n != 1 {
		t.Errorf("%d questions were answered", n)
	}
	if n := h.count("select count(*) from questions where position('Wait a week'::bytea in arguments) > 0"); n != 0 {
		t.Errorf("%d questions show their options", n)
	}
}

// Whoever approves it reads the very words, in each language: the author's, and behind them the question, who sees name and choice, and the options.
func TestTheOptionsAreApproved(t *testing.T) {
	h, _ := waitingHouse(t)
	numbers, author, _ := h.assemblyOf(3)
	b := h.asksFor(store.Words{"en": "Shall we ask for heat breaks?", "es": "¿Pedimos descansos?"}, time.Time{}, waitAWeek...)
	drafted, err := h.store.DraftBroadcast(t.Context(), h.store.Pool, store.Broadcast{Assembly: h.line.AssemblyID, Line: h.line.ID, DraftedBy: author.ID, Words: untilFriday,
		Purpose: store.ForNotices, ExpiresAt: h.g.now().Add(24 * time.Hour), Carried: store.Carried{Flow: "vote", About: "ballot", Record: b.ID}}, h.g.now())
	if err != nil {
		t.Fatal(err)
	}
	h.run("update organizers set person_id = $1 where name = 'Sam'", h.member("Member 2"))
	var asked []store.Approver
	if err := h.store.InTx(t.Context(), func(tx pgx.Tx) (err error) {
		asked, err = h.store.AskApproval(t.Context(), tx, drafted, map[string]int{"en": 2, "es": 2}, h.g.now())
		return err
	}); err != nil || len(asked) != 1 {
		t.Fatalf("%d were asked: %v", len(asked), err)
	}
	said := h.text(numbers[2], asked[0].Code)
	wants(t, said, "Rosa: We vote until Friday.")
	for _, page := range []string{
		"Shall we ask for heat breaks?\nIn this vote the organizers see your name and your choice.\n41 Yes\n42 No\n43 Wait a week\n1 Next part",
		"Rosa: Votamos hasta el viernes.\n1 Next part",
		"¿Pedimos descansos?\nLos organizadores ven su nombre y su voto.\n41 Si\n42 No\n43 Esperar una semana\n1 Go on", "Not sent yet. It goes to 3 phones",
	} {
		if said := h.text(numbers[2], "1"); !strings.HasPrefix(said, page) { // Rosa wrote neither the question nor its options
			t.Errorf("it reads %q\nwant %q", said, page)
		}
	}
}

// noPair is a read-back without its two digits, which are others each time, nor what is said of the read-back before it.
func noPair(said string) string {
	_, said, _ = strings.Cut(said, "Not changed yet.")
	return regexp.MustCompile(`(?m)^\d\d `).ReplaceAllString(said, "")
}

// choiceOf tells which option stands for the only person of a phone, 0 if none.
func choiceOf(t *testing.T, h *house, ballot, phone uuid.UUID) (int, error) {
	var id uuid.UUID
	var envelope []byte
	err := h.store.Pool.QueryRow(t.Context(), `select v.id, v.envelope from votes v join phone_people pp using (person_id)
		where pp.phone_id = $1 and v.ballot_id = $2`, phone, ballot).Scan(&id, &envelope)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	opened, err := h.store.Keys.Open("votes.envelope", id, envelope)
	if err != nil || len(opened) != 1 {
		return 0, fmt.Errorf("a vote is sealed in %d bytes: %w", len(opened), err)
	}
	return int(opened[0]), nil
}
