package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// proposing is a hotline on which Ana, Ben and Cai are members, at noon in New York; texts that go out are kept.
func proposing(t *testing.T) (*house, *post) {
	t.Helper()
	p := &post{}
	h := newHouse(t, houseOptions{carrier: Carrier{Place: p.place}})
	h.now.Store(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).Unix())
	h.inTx(func(tx pgx.Tx) error {
		_, err := h.store.ImportMembers(t.Context(), tx, h.line.AssemblyID, []store.MemberRow{
			{Line: 1, Name: "Ana", Phone: ana, Language: "en", Standing: store.StandsMember},
			{Line: 2, Name: "Ben", Phone: ben, Language: "en", Standing: store.StandsMember},
			{Line: 3, Name: "Cai", Phone: cai, Language: "es", Standing: store.StandsMember},
		}, time.Now())
		if err != nil {
			return err
		}
		return h.store.SetSeconds(t.Context(), tx, h.line.AssemblyID, 2)
	})
	return h, p
}

const cai = "+12125550143"

func (h *house) inTx(do func(tx pgx.Tx) error) {
	h.t.Helper()
	if err := h.store.InTx(h.t.Context(), do); err != nil {
		h.t.Fatal(err)
	}
}

// decides is what the command of an organizer does, with the text that its proposer may want.
func (h *house) decides(do func(tx pgx.Tx) (store.Proposal, error)) {
	h.t.Helper()
	h.inTx(func(tx pgx.Tx) error {
		p, err := do(tx)
		if err != nil {
			return err
		}
		return h.g.outbox.PutProposalNews(h.t.Context(), tx, h.set, p, h.g.now())
	})
}

func (h *house) share(number int, words string) {
	h.t.Helper()
	h.decides(func(tx pgx.Tx) (store.Proposal, error) {
		return h.store.ShareProposal(h.t.Context(), tx, h.line.AssemblyID, number, store.Words{"en": words, "es": words}, h.g.now())
	})
}

// holds checks what an answer says, and what it does not.
func (h *house) holds(answer, want string, not ...string) {
	h.t.Helper()
	if !strings.Contains(answer, want) {
		h.t.Errorf("answered %q, without %q", answer, want)
	}
	for _, word := range not {
		if strings.Contains(answer, word) {
			h.t.Errorf("answered %q, with %q", answer, word)
		}
	}
}

// No reply repeats what the worker wrote, and a text that we start tells nothing of what it is about. (WORKERS.md)
func TestAProposalByTextIsHeardOfByItsProposer(t *testing.T) {
	h, p := proposing(t)
	h.text(ana, "PROPOSE")
	answer := h.text(ana, "the union should ask for heat breaks")
	h.holds(answer, "number 1", "heat breaks")
	h.text(ana, "2")
	h.holds(h.text(ana, "1"), "Number 1 is kept", "heat breaks")
	h.share(1, "Ask the union for heat breaks")
	h.deliver()
	h.holds(p.bodies(), "there is news for you", "union", "heat", "proposal")

	h.holds(h.text(ben, "PROPOSALS"), "1 Ask the union for heat breaks", "Ana")
	h.text(ben, "1")
	h.holds(h.text(ben, "1"), "1 of 2")
	h.holds(h.text(ana, "PROPOSALS"), "1 Ask the union")
	h.holds(h.text(ana, "1"), "is yours: 1 of 2")
	h.text(cai, "PROPUESTAS")
	h.text(cai, "1")
	h.holds(h.text(cai, "1"), "con eso basta")
	if n := h.count("select count(*) from proposals where state = 'due' and answer_by is not null"); n != 1 {
		t.Errorf("%d proposals are before the organizers", n)
	}
	h.decides(func(tx pgx.Tx) (store.Proposal, error) {
		return h.store.AnswerProposal(t.Context(), tx, h.line.AssemblyID, 1, store.Words{"en": "They say by June.", "es": "En junio."}, h.g.now())
	})
	h.deliver()
	if n := len(p.taken); n != 3 { // shared, due, answered: each once
		t.Errorf("%d texts were sent: %q", n, p.bodies())
	}
	h.holds(h.text(ana, "NEWS"), "The organizers answer: They say by June.")
	h.holds(h.text(ana, "NEWS"), "no news")
	h.holds(h.text(ben, "NEWS"), "no news")
}

// A repeated webhook supports nothing twice, nor does whoever tries again.
func TestAProposalIsSupportedOnce(t *testing.T) {
	h, _ := proposing(t)
	h.proposed(ana, "heat breaks")
	h.share(1, "Heat breaks")
	h.text(ben, "PROPOSALS")
	h.text(ben, "1")
	again := h.aText(ben, "1")
	first := h.g.Turn(t.Context(), again).Text()
	if repeated := h.g.Turn(t.Context(), again).Text(); repeated != first {
		t.Errorf("%q, and then %q", first, repeated)
	}
	h.text(ben, "PROPOSALS")
	h.holds(h.text(ben, "1"), "You support it: 1 of 2")
	if n := h.count("select count(*) from proposal_seconds"); n != 1 {
		t.Errorf("%d seconds", n)
	}
}

func (h *house) proposed(from, words string) {
	h.t.Helper()
	h.text(from, "PROPOSE")
	h.text(from, words)
	h.text(from, "2")
	h.text(from, "1")
}

// Who wrote STOP gets no text of ours for any purpose, and hears of it all the same who comes back. (WORKERS.md, Stopping)
func TestNewsAfterSTOPWaitsForTheirCall(t *testing.T) {
	h, p := proposing(t)
	h.proposed(ana, "heat breaks")
	h.text(ana, "STOP")
	h.decides(func(tx pgx.Tx) (store.Proposal, error) {
		return h.store.HoldProposal(t.Context(), tx, h.line.AssemblyID, 1, store.Words{"en": "Say it without names.", "es": "Sin nombres."}, h.g.now())
	})
	h.deliver()
	if p.bodies() != "" {
		t.Errorf("a phone that wrote STOP was sent %q", p.bodies())
	}
	c := h.call(ana)
	c.lead("more", "members")
	c.press("9")
	h.holds(c.choose("news for you"), "The organizers say why: Say it without names.")
	h.holds(h.text(ben, "PROPOSALS"), "There is one proposal that the organizers do not show")
}

// A quiet phone never gets a revealing word. (WORKERS.md, What a phone may show)
func TestAQuietPhoneIsShownNoWordsOfProposals(t *testing.T) {
	h, _ := proposing(t)
	for flow, came := range map[string]flows.Input{
		"proposals": {Outcome: "open", Values: args{"number": {Num: 1}, "words": localized(store.Words{"en": "a union vote"}), "seconds": {}, "needed": {Num: 2}}},
		"news":      {Outcome: "held", Values: args{"number": {Num: 1}, "left": {}, "reply": localized(store.Words{"en": "the union says no"})}},
	} {
		came.Kind = flows.KindOutcome
		env := flows.Env{Channel: flows.Text, Quiet: true, Facts: map[string]flows.Value{"line.number": {Text: "(212) 555-0100"}}}
		out, err := h.set.Next(flows.State{Flow: flow, Step: "find", Lang: "en"}, came, env)
		if err != nil {
			t.Fatal(err)
		}
		h.holds(Reply{Say: out.Say}.Text(), "call (212) 555-0100", "union")
	}
}

// A call does all that a text does; a withheld number is told why it cannot.
func TestProposalsByCall(t *testing.T) {
	h, _ := proposing(t)
	c := h.call(ana)
	c.lead("more", "members")
	c.press("9")
	c.choose("proposals")
	c.press("1")
	c.record()
	c.press("1") // keep
	c.press("2") // without a name
	h.holds(c.press("1"), "Number 1 is kept")
	if n := h.count("select count(*) from proposals where media_id is not null and words is null and texts"); n != 1 {
		t.Errorf("%d proposals by call", n)
	}
	h.share(1, "Heat breaks")
	b := h.call(ben)
	b.lead("more", "members")
	b.press("9")
	h.holds(b.choose("proposals"), "number 1, Heat breaks")
	h.holds(b.press("1"), "It has the support of 0, of 2")
	h.holds(b.press("1"), "You support number 1: 1 of 2")
	w := h.call("")
	w.lead("more", "call")
	h.holds(w.silence(), "who sees this", "proposals")
}

// A flood from one phone is bounded with a sentence, and what was promised to nobody is not kept.
func TestThirtyProposalsInAnHour(t *testing.T) {
	h, _ := proposing(t)
	told := ""
	for i := range 30 {
		h.text(ana, "PROPOSE")
		told += h.text(ana, fmt.Sprintf("%d: %s", i, strings.Repeat("heat breaks ", 75))) // 900 letters
	}
	h.holds(told, "has made three proposals since yesterday", "heat")
	if n := h.count("select count(*) from proposals"); n != 3 {
		t.Errorf("%d proposals", n)
	}
}

// What somebody proposes stands nowhere in clear, and an erased phone leaves a proposal that nobody hears news of.
func TestAProposalIsSealedAndOutlivesItsPhone(t *testing.T) {
	h, p := proposing(t)
	h.proposed(ana, "xylophones for everybody")
	h.share(1, "Xylophones for everybody")
	for _, table := range []string{"proposals", "outgoing", "turns", "conversations"} {
		if n := h.count("select count(*) from " + table + " t where t::text ilike '%xylophone%' or encode(convert_to(t::text, 'UTF8'), 'escape') ilike '%78796c6f70686f6e65%'"); n != 0 {
			t.Errorf("%d rows of %s hold it in clear", n, table)
		}
	}
	if _, err := h.store.Pool.Exec(t.Context(), "delete from phones where index is not null and id = (select phone_id from proposals)"); err != nil {
		t.Fatal(err)
	}
	h.decides(func(tx pgx.Tx) (store.Proposal, error) {
		return h.store.AnswerProposal(t.Context(), tx, h.line.AssemblyID, 1, store.Words{"en": "Yes.", "es": "Bien."}, h.g.now())
	})
	if n := h.count("select count(*) from outgoing"); n != 0 || p.bodies() != "" {
		t.Errorf("%d texts are to go to an erased phone", n)
	}
}

// The boss has a flyer's number and is not listed: they see nothing.
func TestWhoIsNotAMemberSeesNoProposals(t *testing.T) {
	h, _ := proposing(t)
	h.proposed(ana, "heat breaks")
	h.share(1, "Heat breaks")
	const boss = "+12125550166"
	h.text(boss, "ENGLISH")
	h.holds(h.text(boss, "PROPOSALS"), "for members to see", "Heat")
	h.holds(h.text(boss, "PROPOSE"), "no member's yet")
	h.holds(h.text(boss, "MORE"), "Who sees this", "Proposals")
}
