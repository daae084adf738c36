package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"hotline/store"
)

func (w *world) propose(phone uuid.UUID, words string) store.Proposed {
	w.t.Helper()
	return must(w.Propose(w.ctx, w.Pool, store.NewProposal{Assembly: w.assembly.ID, Line: w.line.ID, Phone: phone, Channel: "text", Lang: "en",
		Words: words, ReadBy: w.now.Add(48 * time.Hour), At: w.now}))(w.t)
}

func (w *world) reader(phone uuid.UUID) store.Reader {
	return store.Reader{Phone: phone, Assemblies: []uuid.UUID{w.assembly.ID}, Now: w.now}
}

func (w *world) second(phone, proposal uuid.UUID) (came store.Seconding) {
	w.t.Helper()
	err := w.InTx(w.ctx, func(tx pgx.Tx) (err error) {
		came, err = w.SecondProposal(w.ctx, tx, w.reader(phone), proposal)
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
	return came
}

func (w *world) share(number int, words string) store.Proposal {
	w.t.Helper()
	return must(w.ShareProposal(w.ctx, w.Pool, w.assembly.ID, number, store.Words{"en": words, "es": words}, w.now))(w.t)
}

func TestAProposalFromItsWordsToItsAnswer(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Ana 212-555-0101", "Ben 212-555-0102", "Cai 212-555-0103")
	if err := w.SetSeconds(w.ctx, w.Pool, w.assembly.ID, 2); err != nil {
		t.Fatal(err)
	}
	p := w.propose(phones[0], "breaks when it is hot, says Ana")
	if p.Outcome != "proposed" || p.Number != 1 || !p.Alone {
		t.Fatalf("proposed %+v", p)
	}
	if seen := must(w.SeeProposals(w.ctx, w.Pool, w.reader(phones[1]), 0, 3))(t); len(seen.Proposals) != 0 {
		t.Error("others see what no organizer has read")
	}
	if came := w.second(phones[1], p.ID); came.Outcome != "gone" {
		t.Errorf("what nobody sees was seconded: %+v", came)
	}
	if err := w.SettleProposal(w.ctx, w.Pool, p.ID, phones[1], true, true); err != nil {
		t.Fatal(err)
	}
	if shown := must(w.ShowProposal(w.ctx, w.Pool, w.assembly.ID, 1))(t); shown.Name != "" || shown.Texts {
		t.Errorf("another phone settled it: %+v", shown)
	}
	if err := w.SettleProposal(w.ctx, w.Pool, p.ID, phones[0], true, true); err != nil {
		t.Fatal(err)
	}
	shown := w.share(1, "Ask for heat breaks")
	if shown.Name != "Ana" || shown.Words != "breaks when it is hot, says Ana" || shown.Needed != 2 || !shown.Texts {
		t.Errorf("organizers see %+v", shown)
	}
	if err := w.SetSeconds(w.ctx, w.Pool, w.assembly.ID, 9); err != nil { // nobody raises it for one under way
		t.Fatal(err)
	}
	for i, want := range []string{"own", "seconded", "enough"} {
		if came := w.second(phones[i], p.ID); came.Outcome != want {
			t.Errorf("phone %d: %+v, want %s", i, came, want)
		}
	}
	if came := w.second(phones[1], p.ID); came.Outcome != "already" {
		t.Errorf("seconded twice: %+v", came)
	}
	if shown = must(w.ShowProposal(w.ctx, w.Pool, w.assembly.ID, 1))(t); shown.State != store.ProposalDue || shown.Overdue(w.now) || !shown.Overdue(w.now.Add(15*24*time.Hour)) {
		t.Errorf("enough seconded it, and it is %+v", shown)
	}
	_, err := w.HoldProposal(w.ctx, w.Pool, w.assembly.ID, 1, store.Words{"en": "no"}, w.now)
	w.refused(err, "only one that nobody else has seen can be held back")
	if _, err := w.AnswerProposal(w.ctx, w.Pool, w.assembly.ID, 1, store.Words{"en": "We asked; they say by June.", "es": "En junio."}, w.now); err != nil {
		t.Fatal(err)
	}
	news, found, err := w.ProposalNews(w.ctx, w.Pool, w.reader(phones[0]))
	if err != nil || !found || news.State != store.ProposalAnswered || news.Reply["en"] != "We asked; they say by June." {
		t.Errorf("its proposer hears %+v, %v, %v", news, found, err)
	}
	if _, found, _ := w.ProposalNews(w.ctx, w.Pool, w.reader(phones[0])); found {
		t.Error("news is told twice")
	}
	if _, found, _ := w.ProposalNews(w.ctx, w.Pool, w.reader(phones[1])); found {
		t.Error("another phone hears it")
	}
	p2, _, _, found, _ := w.SeeProposal(w.ctx, w.Pool, w.reader(phones[1]), p.ID)
	if !found || p2.Reply["es"] != "En junio." {
		t.Errorf("members cannot read the answer: %+v", p2)
	}
}

func TestWhatIsHeldBackIsTold(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Ana 212-555-0101", "Ben 212-555-0102")
	p := w.propose(phones[0], "throw Bob out")
	_, err := w.HoldProposal(w.ctx, w.Pool, w.assembly.ID, 1, nil, w.now)
	w.refused(err, "the answer needs words")
	if _, err := w.HoldProposal(w.ctx, w.Pool, w.assembly.ID, 1, store.Words{"en": "It names a person.", "es": "Nombra a alguien."}, w.now); err != nil {
		t.Fatal(err)
	}
	if news, found, _ := w.ProposalNews(w.ctx, w.Pool, w.reader(phones[0])); !found || news.State != store.ProposalHeld || news.Reply["es"] != "Nombra a alguien." {
		t.Errorf("its proposer hears %+v", news)
	}
	if seen := must(w.SeeProposals(w.ctx, w.Pool, w.reader(phones[1]), 0, 3))(t); seen.Held != 1 || len(seen.Proposals) != 0 {
		t.Errorf("members see %+v", seen)
	}
	w.share(1, "Talk about how we treat each other")
	if came := w.second(phones[1], p.ID); came.Outcome != "seconded" {
		t.Errorf("%+v", came)
	}
}

// Each person counts once, and a phone that several share once for all of them: whoever of them has a phone of their own does not
// count twice.
func TestEachPersonSecondsOnce(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Ana 212-555-0101", "Ben 212-555-0102", "Cai 212-555-0102", "Dan 212-555-0104")
	shared, dan := phones[1], phones[3]
	var ben uuid.UUID
	for _, m := range must(w.Members(w.ctx, w.Pool, w.assembly.ID))(t) {
		if m.Name == "Ben" {
			ben = m.ID
		}
	}
	w.exec(`insert into phone_people (phone_id, person_id, assembly_id) values ($1, $2, $3)`, w.phone("212-555-0107"), ben, w.assembly.ID)
	bens := w.phone("212-555-0107")
	first, second := w.propose(phones[0], "one"), w.propose(phones[0], "two")
	if w.propose(shared, "three").Alone {
		t.Error("a shared phone would be named")
	}
	w.share(1, "One")
	w.share(2, "Two")
	if came := w.second(shared, first.ID); came.Outcome != "seconded" || !came.Shared {
		t.Errorf("the shared phone: %+v", came)
	}
	members := map[string]uuid.UUID{}
	for _, m := range must(w.Members(w.ctx, w.Pool, w.assembly.ID))(t) {
		members[m.Name] = m.ID
	}
	for i, name := range []string{"Ben", "Cai"} { // who tell an organizer count by name: the first in place of the phone
		if p := must(w.SecondFor(w.ctx, w.Pool, w.assembly.ID, 1, members[name], w.now))(t); p.Seconds != i+1 {
			t.Errorf("with %s there are %d", name, p.Seconds)
		}
	}
	for _, name := range []string{"Cai", "Ana"} {
		_, err := w.SecondFor(w.ctx, w.Pool, w.assembly.ID, 1, members[name], w.now)
		w.refused(err, "already, or proposed it")
	}
	for name, phone := range map[string]uuid.UUID{"the shared phone": shared, "Ben, on his own phone": bens} {
		if came := w.second(phone, first.ID); came.Outcome != "already" {
			t.Errorf("%s counts twice: %+v", name, came)
		}
	}
	if came := w.second(bens, second.ID); came.Outcome != "seconded" || came.Shared {
		t.Errorf("Ben: %+v", came)
	}
	if came := w.second(shared, second.ID); came.Outcome != "already" {
		t.Errorf("Ben, on the phone that he shares, counts twice: %+v", came)
	}
	fourth := w.propose(bens, "four")
	w.share(fourth.Number, "Four")
	if came := w.second(shared, fourth.ID); came.Outcome != "own" {
		t.Errorf("Ben, on the phone that he shares, seconds his own: %+v", came)
	}
	if came := w.second(dan, second.ID); came.Outcome != "seconded" || came.Seconds != 2 {
		t.Errorf("Dan: %+v", came)
	}
	third := must(w.ShowProposal(w.ctx, w.Pool, w.assembly.ID, 3))(t)
	w.share(3, "Three")
	if came := w.second(dan, third.ID); came.Outcome != "seconded" {
		t.Errorf("%+v", came)
	}
	w.exec(`delete from people where id = $1`, members["Dan"]) // forgotten
	if p := must(w.ShowProposal(w.ctx, w.Pool, w.assembly.ID, 3))(t); p.Seconds != 0 {
		t.Errorf("somebody who was erased still counts: %+v", p)
	}
}

func TestSecondsAtOnceAreCountedOnce(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Ana 212-555-0101", "Ben 212-555-0102", "Cai 212-555-0103", "Dan 212-555-0104", "Eva 212-555-0105", "Fay 212-555-0106")
	p := w.propose(phones[0], "x")
	w.share(1, "X")
	outcomes := make(chan string, 10)
	var all sync.WaitGroup
	for i := range cap(outcomes) { // each phone twice at the same moment
		all.Go(func() { outcomes <- w.second(phones[1+i/2], p.ID).Outcome })
	}
	all.Wait()
	close(outcomes)
	counts := map[string]int{}
	for o := range outcomes {
		counts[o]++
	}
	if counts["seconded"] != 4 || counts["enough"] != 1 || counts["already"] != 5 {
		t.Errorf("%v", counts)
	}
}

func TestAProposerTakesItBack(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Ana 212-555-0101", "Ben 212-555-0102")
	p := w.propose(phones[0], "x")
	w.share(1, "X")
	if done, err := w.WithdrawProposal(w.ctx, w.Pool, phones[1], p.ID, w.now); done || err != nil {
		t.Errorf("another phone took it back: %v", err)
	}
	if done, err := w.WithdrawProposal(w.ctx, w.Pool, phones[0], p.ID, w.now); !done || err != nil {
		t.Errorf("its proposer could not: %v", err)
	}
	if shown := must(w.ShowProposal(w.ctx, w.Pool, w.assembly.ID, 1))(t); shown.Words != "" || shown.Shown != nil {
		t.Errorf("its words are still there: %+v", shown)
	}
	if came := w.second(phones[1], p.ID); came.Outcome != "gone" {
		t.Errorf("%+v", came)
	}
	_, err := w.ShareProposal(w.ctx, w.Pool, w.assembly.ID, 1, store.Words{"en": "X"}, w.now)
	w.refused(err, "proposal 1 is withdrawn already")
}

func TestProposalsAreForMembersAndBounded(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Ana 212-555-0101")
	stranger := w.phone("212-555-0199")
	if p := w.propose(stranger, "x"); p.Outcome != "not_member" {
		t.Errorf("a stranger: %+v", p)
	}
	for i := range 30 {
		p := w.propose(phones[0], strings.Repeat("heat breaks ", 75)) // 900 letters
		if want := i < 3; (p.Outcome == "proposed") != want {
			t.Errorf("%d: %+v", i, p)
		}
	}
	w.share(1, "Heat breaks")
	if seen := must(w.SeeProposals(w.ctx, w.Pool, w.reader(stranger), 0, 3))(t); len(seen.Proposals) != 0 {
		t.Error("a stranger sees proposals")
	}
	w.now = w.now.Add(25 * time.Hour)
	if p := w.propose(phones[0], "x"); p.Outcome != "proposed" {
		t.Errorf("a day later: %+v", p)
	}
	_, err := w.ShareProposal(w.ctx, w.Pool, w.assembly.ID, 2, store.Words{"en": "Call me on 212 555-0199"}, w.now)
	w.refused(err, "numbers do not change hands here")
	_, err = w.ShareProposal(w.ctx, w.Pool, w.assembly.ID, 2, store.Words{"en": strings.Repeat("x", 121)}, w.now)
	w.refused(err, "texts have room for 120")
	_, err = w.ShowProposal(w.ctx, w.Pool, w.assembly.ID, 9)
	w.refused(err, "there is no proposal 9")
	w.refused(w.SetSeconds(w.ctx, w.Pool, w.assembly.ID, 0), "1 to 999")
	_, err = w.OpenProposal(w.ctx, w.Pool, w.assembly.ID, 1, 7, w.now)
	w.refused(err, "there is no ballot 7")
}

func TestHoldsNumber(t *testing.T) {
	for words, want := range map[string]bool{
		"call 2125550199": true, "(212) 555-0199": true, "212.555.0199": true, "555 0199": true, "+52 55 1234 5678": true, "٢١٢٥٥٥٠١٩٩": true,
		"at 12 Elm St, 7:30 pm": false, "on 11/27/2026": false, "2026-11-27 at 7 pm": false, "10 to 12 people, 3 cars": false, "": false,
	} {
		if store.HoldsNumber(words) != want {
			t.Errorf("%q: want %v", words, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) { // ten digits with a sign or none between them are found in whatever words
		digits := rapid.StringMatching(`\(?[2-9][0-9]{2}\)?[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}`).Draw(t, "number")
		before, after := rapid.StringMatching(`[a-zñ ]{0,20}`).Draw(t, "before"), rapid.StringMatching(`[a-zñ ]{0,20}`).Draw(t, "after")
		if !store.HoldsNumber(before + digits + after) {
			t.Fatalf("%q was not found", digits)
		}
	})
}

// By-name choices go 30 days after the result, and totals stay. (WORKERS.md, Keeping little)
func TestWhoSecondedAProposalIsForgotten(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Ana 212-555-0101", "Ben 212-555-0102")
	p, open := w.propose(phones[0], "x"), w.propose(phones[0], "y")
	if err := w.SettleProposal(w.ctx, w.Pool, p.ID, phones[0], true, false); err != nil {
		t.Fatal(err)
	}
	w.share(1, "X")
	w.share(2, "Y")
	w.second(phones[1], p.ID)
	w.second(phones[1], open.ID)
	if _, err := w.AnswerProposal(w.ctx, w.Pool, w.assembly.ID, 1, store.Words{"en": "Yes."}, w.now); err != nil {
		t.Fatal(err)
	}
	for _, days := range []int{29, 31} {
		if err := w.EraseOldProposals(w.ctx, w.Pool, w.now.Add(time.Duration(days)*24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		left := must(w.countBy(`select count(*) from proposal_seconds`))(t)
		shown := must(w.ShowProposal(w.ctx, w.Pool, w.assembly.ID, 1))(t)
		if erased := days > 30; shown.Seconds != 1 || shown.Reply["en"] != "Yes." || (shown.Words == "") != erased || (shown.Name == "") != erased || (left == 1) != erased {
			t.Errorf("after %d days %d seconds are kept, and %+v", days, left, shown)
		}
	}
}
