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
	"hotline/store/storetest"
)

const sharedPhone = "+12125550104"

// sharing is a ballot open to Dan and Eva, who share a phone, and to Rosa, who has one of her own.
func (h *house) sharing() store.Ballot {
	h.t.Helper()
	var b store.Ballot
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) (err error) {
		if _, err := h.store.ImportMembers(h.t.Context(), tx, h.line.AssemblyID, []store.MemberRow{
			{Line: 1, Name: "Dan", Phone: sharedPhone, Language: "en", Standing: store.StandsMember},
			{Line: 2, Name: "Eva", Phone: sharedPhone, Language: "en", Standing: store.StandsMember},
			{Line: 3, Name: "Rosa", Phone: ana, Language: "en", Standing: store.StandsMember},
		}, h.clock()); err != nil {
			return err
		}
		b, err = h.store.OpenBallot(h.t.Context(), tx, store.NewBallot{
			Assembly: h.line.AssemblyID, Question: store.Words{"en": "Shall we ask for heat breaks?", "es": "¿Pedimos descansos por el calor?"},
			Options: []store.Words{{"en": "Yes", "es": "Sí"}, {"en": "No", "es": "No"}, {"en": "Abstain", "es": "Abstenerme"}}, By: "Ana", At: h.clock(),
		})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

func (h *house) clock() time.Time { return time.Unix(h.now.Load(), 0) }

func (h *house) member(name string) uuid.UUID {
	h.t.Helper()
	m, err := h.store.FindMember(h.t.Context(), h.store.Pool, h.line.AssemblyID, name)
	if err != nil {
		h.t.Fatal(err)
	}
	return m.ID
}

func (h *house) handOut(name string) string {
	h.t.Helper()
	pin, err := h.store.HandOutPin(h.t.Context(), h.store.Pool, h.line.AssemblyID, h.member(name), h.clock())
	if err != nil {
		h.t.Fatal(err)
	}
	return pin
}

func (h *house) record() store.BallotShown {
	h.t.Helper()
	b, err := h.store.ShowBallot(h.t.Context(), h.store.Pool, h.line.AssemblyID, 1)
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

func (h *house) closeBallot() {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		_, err := h.store.CloseBallot(h.t.Context(), tx, h.line.AssemblyID, 1, "Ana", h.clock())
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// voting is a call that has come to the vote: after the language, in the menu.
func (h *house) voting(from string) (*phoneCall, string) {
	h.t.Helper()
	c := h.call(from)
	if strings.Contains(c.last.Text(), "For English") {
		c.press("1")
	}
	return c, c.choose("To vote")
}

func wants(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("got:\n%s\nwant in it: %s", got, part)
		}
	}
}

// otherPin is one that differs from all of these.
func otherPin(pins ...string) string {
	for i := 0; ; i++ {
		if pin := fmt.Sprintf("%06d", 480193+i); !strings.Contains(strings.Join(pins, " "), pin) {
			return pin
		}
	}
}

// WORKERS.md, Meetings and votes: on a shared phone each votes after their own PIN; names are never read out.
func TestEachVotesAfterTheirOwnPin(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	dan, eva := h.handOut("Dan"), h.handOut("Eva")
	wants(t, h.text(sharedPhone, "VOTE"), "only by calling: (212) 555-0100")
	heard := ""
	vote := func(pin, key string) {
		c, asked := h.voting(sharedPhone)
		paper := c.press(pin)
		back := c.press(key)
		counted := c.press("7")
		wants(t, asked, "key your own PIN")
		wants(t, paper, "The organizers see your name and your choice", "heat breaks")
		wants(t, counted, "Your vote is counted")
		heard += asked + paper + back + counted
	}
	vote(dan, "1")
	// In one call the second keys theirs as well: nothing is left of the first.
	c, _ := h.voting(sharedPhone)
	wants(t, c.press(dan), "You have voted in this already")
	c.press("1")
	c.press("3")
	c.press("*")
	c.press("1")
	wants(t, c.choose("To vote"), "key your own PIN")
	c.hangUp()
	vote(eva, "2")
	if strings.Contains(heard, "Dan") || strings.Contains(heard, "Eva") {
		t.Errorf("a name was read out:\n%s", heard)
	}
	if b := h.record(); b.ByProof[store.ProofPIN] != 2 || b.Cast != 2 || b.Changed != 0 {
		t.Errorf("the record says %+v", b)
	}
}

// Who has no PIN on a shared phone is told how to vote all the same; and cannot lock the other's in one call.
func TestOneOfTwoHasNoPin(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	wants(t, h.text(sharedPhone, "VOTE"), "Ask an organizer for a PIN and call to vote, or tell an organizer your vote in person.")
	if n := h.record().Refused[store.VoteShared]; n != 1 {
		t.Errorf("the record knows of %d who were turned away", n)
	}
	dan := h.handOut("Dan")
	c, _ := h.voting(sharedPhone)
	for range 2 {
		wants(t, c.press(otherPin(dan)), "That is not right.")
	}
	wants(t, c.press(otherPin(dan)), "tell an organizer your vote in person")
	if !c.ended() {
		t.Error("the call goes on")
	}
	c, _ = h.voting(sharedPhone)
	wants(t, c.press(dan), "heat breaks")
}

// Sixty guesses by call after call: after the fifth nothing is right any more, the caller hears it, the journal has it once for each
// whose it could have been, and an organizer hands out another.
func TestAPinGuessedSixtyTimes(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	dan, eva := h.handOut("Dan"), h.handOut("Eva")
	locked := 0
	for guesses := 0; guesses < 60; {
		c, _ := h.voting(sharedPhone)
		for !c.ended() && guesses < 60 {
			guesses++
			said := c.press(otherPin(dan, eva))
			if strings.Contains(said, "locked") {
				wants(t, said, "An organizer can hand you a new one")
				locked++
			} else if guesses > 4 {
				t.Fatalf("guess %d is answered %q", guesses, said)
			}
		}
	}
	if locked != 56 {
		t.Errorf("%d of 60 were told that it is locked", locked)
	}
	c, _ := h.voting(sharedPhone)
	wants(t, c.press(dan), "locked")
	if n := h.count("select count(*) from journal where act = 'pin.lock'"); n != 2 {
		t.Errorf("%d locks in the journal", n)
	}
	if b := h.record(); b.Refused[store.VoteWrongPin] != 4 || b.Refused[store.VoteLocked] != 57 {
		t.Errorf("the record says %v", b.Refused)
	}
	again := h.handOut("Dan")
	c, _ = h.voting(sharedPhone)
	wants(t, c.press(again), "heat breaks")
}

// The turn of the PIN comes again, the process dies behind it, Redis is empty: it counts once, and the vote goes on.
func TestBetweenPinAndConfirm(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	dan := h.handOut("Dan")
	c, _ := h.voting(sharedPhone)
	turn := func(keys string) Inbound {
		in := c.in
		in.Kind, in.Text, in.Answers, in.Key = flows.KindKeys, keys, c.last.Turn, fmt.Sprintf("%s/%d", c.in.Call, c.last.Turn)
		return in
	}
	in := turn(otherPin(dan))
	c.last = h.g.Turn(t.Context(), in)
	for range 6 {
		if again := asJSON(t, h.g.Turn(t.Context(), in)); again != asJSON(t, c.last) {
			t.Fatalf("answered %s, and then %s", asJSON(t, c.last), again)
		}
	}
	if n := h.count("select tries from pins"); n != 1 {
		t.Errorf("one wrong try that came seven times counts as %d", n)
	}
	in = turn(dan)
	c.last = h.g.Turn(t.Context(), in)
	h.mini.FlushAll()
	h.g = h.another("redis://" + h.mini.Addr())
	if again := asJSON(t, h.g.Turn(t.Context(), in)); again != asJSON(t, c.last) {
		t.Errorf("another process answers %s, not %s", again, asJSON(t, c.last))
	}
	c.press("1")
	h.mini.FlushAll()
	h.g = h.another("redis://" + h.mini.Addr())
	wants(t, c.press("7"), "Your vote is counted")
	if b := h.record(); b.ByProof[store.ProofPIN] != 1 {
		t.Errorf("proved %v", b.ByProof)
	}
}

// Postgres goes away while a PIN is looked at. Where its answer is lost it stands once; where it never heard of it nothing counts.
func TestPostgresAwayAtThePin(t *testing.T) {
	for name, mode := range map[string]int32{"answer lost": wireLosesAnswer, "answer cut": wireCutsAnswer, "commit lost": wireLosesCommit, "commit cut": wireCutsAtCommit} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, storetest.URL(t))
			h := newHouse(t, houseOptions{postgres: w.url})
			h.sharing()
			dan := h.handOut("Dan")
			c, _ := h.voting(sharedPhone)
			in := c.in
			in.Kind, in.Text, in.Answers, in.Key = flows.KindKeys, otherPin(dan), c.last.Turn, fmt.Sprintf("%s/%d", c.in.Call, c.last.Turn)
			w.mode.Store(mode)
			first := h.g.Turn(t.Context(), in)
			w.mode.Store(wireSound)
			w.cut()
			h.count("select count(*) from turns") // finds the broken connections
			if first.Text() == "" {
				t.Error("no answer")
			}
			wants(t, h.g.Turn(t.Context(), in).Text(), "That is not right.")
			if n := h.count("select tries from pins"); n != 1 {
				t.Errorf("the try counts as %d", n)
			}
		})
	}
}

// DESIGN.md, rule 7: no digit of a PIN, of a right one, a wrong one or a new one, stands anywhere.
func TestAPinLeavesNoTrace(t *testing.T) {
	v := newVault(t, houseOptions{})
	v.sharing()
	dan := v.handOut("Dan")
	wrong, chosen := otherPin(dan), otherPin(dan, otherPin(dan))
	c, _ := v.voting(sharedPhone)
	c.press(wrong)
	c.press(dan)
	c.press("2")
	c.press("7")
	c = v.mayChoose(ana)
	wants(t, c.press(chosen), "once more")
	wants(t, c.press(chosen), "Your PIN is set")
	// Six digits may stand by chance among random bytes told in hex; in clear they would stand as they are.
	everything := v.everything()
	for where, what := range everything {
		for _, pin := range []string{dan, wrong, chosen} {
			if regexp.MustCompile(`(^|[^0-9a-fA-F])` + pin + `($|[^0-9a-fA-F])`).MatchString(what) {
				t.Errorf("a PIN stands in %s", where)
			}
		}
	}
}

var textedDigits = regexp.MustCompile(`first key (\d{4} \d\d)`)

// mayChoose is a call that has shown, by what was texted to that phone, that its caller has it.
func (h *house) mayChoose(from string) *phoneCall {
	h.t.Helper()
	said := h.text(from, "PIN")
	code := textedDigits.FindStringSubmatch(said)
	if code == nil {
		h.t.Fatalf("PIN was answered %q", said)
	}
	c := h.call(from)
	c.press("1")
	c.lead("pin", "shown")
	wants(h.t, c.press(onlyTheDigits(code[1])), "Now key a new PIN")
	return c
}

// A member chooses a PIN on a call from their own phone, and changes it by keying the old one.
func TestAPinChosenByCall(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	c := h.mayChoose(ana)
	wants(t, c.press("123456"), "too easy to guess")
	wants(t, c.press("555010"), "too easy to guess")
	wants(t, c.press("719345"), "once more")
	wants(t, c.press("719345"), "Your PIN is set")

	c = h.call(ana)
	c.press("1")
	c.lead("pin", "first") // as if nobody had asked for the old one
	wants(t, c.press("903817"), "you cannot choose a PIN yourself")
	c = h.call(ana)
	c.press("1")
	c.lead("pin", "old")
	wants(t, c.press("903817"), "That is not right.")
	wants(t, c.press("719345"), "To choose a new PIN, press 1")
	wants(t, c.press("1"), "key a new PIN")
	wants(t, c.press("903817"), "once more")
	wants(t, c.press("903817"), "Your PIN is set")
	wants(t, c.press("1"), "So it is.")
	if n := h.count("select count(*) from pins where before_notices"); n != 1 {
		t.Errorf("%d have it asked before a notice", n)
	}
	if n := h.count("select count(*) from pins where handed"); n != 0 {
		t.Error("a chosen PIN counts as handed out")
	}

	c = h.call(sharedPhone)
	c.press("1")
	c.lead("pin", "first")
	wants(t, c.press("903817"), "you cannot choose a PIN yourself")
}

// A phone that was silent for 90 days proves itself before a vote (WORKERS.md, Stopping); what is written from it in between does not
// prove anything, and a right PIN does, for good.
func TestAPhoneSilentFor90Days(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	h.text(ana, "ENGLISH")
	for range 2 {
		h.pass(89 * 24 * time.Hour)
		wants(t, h.text(ana, "VOTE"), "heat breaks")
	}
	h.pass(91 * 24 * time.Hour)
	for range 2 {
		h.text(ana, "MENU")
		h.pass(2 * 24 * time.Hour)
	}
	wants(t, h.text(ana, "VOTE"), "By this phone alone we cannot tell who votes.")
	pin := h.handOut("Rosa")
	wants(t, h.text(ana, "VOTE"), "only by calling")
	c, asked := h.voting(ana)
	wants(t, asked, "key your own PIN")
	wants(t, c.press(pin), "heat breaks")
	c.hangUp()
	h.pass(time.Hour)
	wants(t, h.text(ana, "VOTE"), "heat breaks")
	if b := h.record(); b.Refused[store.VoteUnheard] != 1 {
		t.Errorf("the record says %v", b.Refused)
	}
}

// Many try PINs at once, more than there is room for: every call is answered in time, with something true.
func TestManyPinsAtOnce(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	dan, eva := h.handOut("Dan"), h.handOut("Eva")
	var calls []*phoneCall
	for range 12 {
		c, _ := h.voting(sharedPhone)
		calls = append(calls, c)
	}
	var all sync.WaitGroup
	for _, c := range calls {
		all.Go(func() {
			began := time.Now()
			said := c.press(otherPin(dan, eva))
			if took := time.Since(began); took > voiceTurn+200*time.Millisecond {
				t.Errorf("answered after %s", took)
			}
			known := false
			for _, true := range []string{"not right", "locked", "Many people", "Nothing was recorded"} {
				known = known || strings.Contains(said, true)
			}
			if !known {
				t.Errorf("answered %q", said)
			}
		})
	}
	all.Wait()
	if n := h.count("select max(tries) from pins"); n > 5 {
		t.Errorf("%d tries were taken", n)
	}
}
