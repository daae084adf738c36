package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

var yesNo = []store.Words{{"en": "Yes", "es": "Sí"}, {"en": "No", "es": "No"}, {"en": "Abstain", "es": "Abstención"}}

func (w *world) open() store.Ballot {
	w.t.Helper()
	return must(w.OpenBallot(w.ctx, w.Pool, store.NewBallot{Assembly: w.assembly.ID, By: "Ana", At: w.now,
		Question: store.Words{"en": "Ask for heat breaks?", "es": "¿Pedimos descansos?"}, Options: yesNo}))(w.t)
}

func (w *world) cast(b store.Ballot, phone uuid.UUID, choice int) store.VoteOutcome {
	w.t.Helper()
	var o store.VoteOutcome
	err := w.InTx(w.ctx, func(tx pgx.Tx) (err error) {
		o, err = w.CastVote(w.ctx, tx, store.Casting{Ballot: b.ID, Phone: phone, Choice: choice, Proof: store.ProofPhone, At: w.now})
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
	return o
}

func (w *world) close(by string, at time.Time) {
	w.t.Helper()
	err := w.InTx(w.ctx, func(tx pgx.Tx) error {
		_, err := w.CloseBallot(w.ctx, tx, w.assembly.ID, 1, by, at)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) standing(phone, ballot uuid.UUID) store.VoterStanding {
	w.t.Helper()
	return must(w.FindBallots(w.ctx, w.Pool, store.Voter{Phone: phone, Assemblies: w.line.Assemblies, Ballot: ballot, At: w.now}))(w.t).Standing
}

func TestABallotFromOpeningToResult(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Rosa 2125550101", "Ben 2125550102", "Cleo 2125550103", "Dan 2125550104", "Eva 2125550104")
	rosa, ben, cleo, shared := phones[0], phones[1], phones[2], phones[3]
	stranger := w.phone("2125550199")
	if got := w.standing(rosa, uuid.Nil); got != store.NoBallot {
		t.Errorf("before any ballot: %s", got)
	}
	b := w.open()
	if b.Number != 1 || b.Roll != 5 || !cmp.Equal(b.Cautions(), []store.Caution{store.CautionFew, store.CautionOfficers}) {
		t.Errorf("opened %+v, cautions %v", b, b.Cautions())
	}
	late := w.members("Faye 2125550105")[0] // the roll is frozen

	for phone, want := range map[uuid.UUID]store.VoterStanding{
		rosa: store.MayVote, shared: store.SharedByMany, stranger: store.NotOnTheRoll, late: store.NotOnTheRoll,
	} {
		if got := w.standing(phone, uuid.Nil); got != want {
			t.Errorf("found %s, not %s", got, want)
		}
	}
	found := must(w.FindBallots(w.ctx, w.Pool, store.Voter{Phone: rosa, Assemblies: w.line.Assemblies, At: w.now}))(t).Ballots[0]
	if found.ID != b.ID || !cmp.Equal(found.Question, b.Question) || !cmp.Equal(found.Options, yesNo) {
		t.Errorf("the paper reads %+v", found)
	}
	for i, c := range []struct {
		phone  uuid.UUID
		choice int
		want   store.VoteOutcome
	}{
		{rosa, 1, store.VoteCounted}, {rosa, 2, store.VoteAlready}, {ben, 3, store.VoteCounted}, {shared, 1, store.VoteShared},
		{stranger, 1, store.VoteNotOnRoll}, {late, 1, store.VoteNotOnRoll},
	} {
		if got := w.cast(b, c.phone, c.choice); got != c.want {
			t.Errorf("cast %d: %s, not %s", i, got, c.want)
		}
	}
	if got := w.standing(rosa, uuid.Nil); got != store.HasVoted {
		t.Errorf("after voting: %s", got)
	}
	open := must(w.ShowBallot(w.ctx, w.Pool, w.assembly.ID, 1))(t)
	if open.Votes != nil || open.Tally.Counted != 0 || open.ByProof[store.ProofPhone] != 2 {
		t.Errorf("while it is open it shows %+v", open)
	}

	w.close("Ben", w.now.Add(time.Hour))
	_, err := w.CloseBallot(w.ctx, w.Pool, w.assembly.ID, 1, "Ana", w.now)
	w.refused(err, "closed already")
	if got := w.cast(b, cleo, 1); got != store.VoteClosed {
		t.Errorf("after the close: %s", got)
	}
	if got := w.standing(cleo, b.ID); got != store.BallotClosed {
		t.Errorf("asked for by name after the close: %s", got)
	}
	if got := w.standing(cleo, uuid.Nil); got != store.BallotClosed {
		t.Errorf("who comes late is told %s", got)
	}
	if got := w.standing(rosa, uuid.Nil); got != store.NoBallot {
		t.Errorf("who has voted in it is told %s", got)
	}

	shown := must(w.ShowBallot(w.ctx, w.Pool, w.assembly.ID, 1))(t)
	if !cmp.Equal(shown.Tally, store.Tally{Totals: []int{1, 0, 1}, Counted: 2}) {
		t.Errorf("the result is %+v", shown.Tally)
	}
	if want := map[store.VoteOutcome]int{"already": 1, "shared": 1, "not_on_roll": 2, "closed": 1}; !cmp.Equal(shown.Refused, want) || shown.Late() != 1 {
		t.Errorf("refused are %v", shown.Refused)
	}
	names := []string{fmt.Sprint(shown.Votes[0].Name, shown.Votes[0].Choice), fmt.Sprint(shown.Votes[1].Name, shown.Votes[1].Choice)}
	if shown.OpenedBy != "Ana" || shown.ClosedBy != "Ben" || shown.Roll != 5 || shown.Cast != 2 || len(shown.Votes) != 2 ||
		!cmp.Equal(map[string]bool{names[0]: true, names[1]: true}, map[string]bool{"Rosa1": true, "Ben3": true}) {
		t.Errorf("shown is %+v", shown)
	}
}

func TestTenCastsAtOnceOfOnePersonCountOnce(t *testing.T) {
	w := newWorld(t)
	phone := w.members("Rosa 2125550101")[0]
	b := w.open()
	outcomes := make(chan store.VoteOutcome, 10)
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() { outcomes <- w.cast(b, phone, i%3+1) })
	}
	all.Wait()
	close(outcomes)
	counts := map[store.VoteOutcome]int{}
	for o := range outcomes {
		counts[o]++
	}
	if counts[store.VoteCounted] != 1 || counts[store.VoteAlready] != 9 {
		t.Errorf("outcomes are %v", counts)
	}
}

// A vote that was told it counts is in the result, and none comes in later, whatever the moment of the close.
func TestACloseAndManyVotesAtOnce(t *testing.T) {
	w := newWorld(t)
	var people []string
	for i := range 40 {
		people = append(people, fmt.Sprintf("W%d 21255501%02d", i, i))
	}
	phones := w.members(people...)
	b := w.open()

	var all sync.WaitGroup
	outcomes := make(chan store.VoteOutcome, len(phones))
	for _, phone := range phones {
		all.Go(func() {
			err := w.InTx(w.ctx, func(tx pgx.Tx) error {
				o, err := w.CastVote(w.ctx, tx, store.Casting{Ballot: b.ID, Phone: phone, Choice: 1, Proof: store.ProofPhone, At: w.now})
				outcomes <- o
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	time.Sleep(5 * time.Millisecond)
	w.close("Ana", w.now)
	atClose := must(w.ShowBallot(w.ctx, w.Pool, w.assembly.ID, 1))(t)
	all.Wait()
	close(outcomes)
	counts := map[store.VoteOutcome]int{}
	for o := range outcomes {
		counts[o]++
	}
	after := must(w.ShowBallot(w.ctx, w.Pool, w.assembly.ID, 1))(t)
	if atClose.Tally.Counted != counts[store.VoteCounted] || after.Tally.Counted != atClose.Tally.Counted {
		t.Errorf("told %v; %d at the close, %d afterwards", counts, atClose.Tally.Counted, after.Tally.Counted)
	}
	if after.Late() != counts[store.VoteClosed] || counts[store.VoteCounted]+counts[store.VoteClosed] != len(phones) {
		t.Errorf("told %v, late %d", counts, after.Late())
	}
}

func TestABallotWhoseTimeIsUpIsClosedOnce(t *testing.T) {
	w := newWorld(t)
	phone := w.members("Rosa 2125550101")[0]
	n := store.NewBallot{Assembly: w.assembly.ID, By: "Ana", At: w.now, ClosesAt: w.now.Add(time.Hour), Question: store.Words{"en": "?"}, Options: []store.Words{{"en": "A"}, {"en": "B"}}}
	b := must(w.OpenBallot(w.ctx, w.Pool, n))(t)
	later := w.now.Add(2 * time.Hour)
	// The clock does not close it: until the event, votes count.
	if got := must(w.CastVote(w.ctx, w.Pool, store.Casting{Ballot: b.ID, Phone: phone, Choice: 2, Proof: store.ProofPhone, At: later}))(t); got != store.VoteCounted {
		t.Errorf("after its time and before its close: %s", got)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := w.CloseDueBallots(w.ctx, later, "the closing time"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	shown := must(w.ShowBallot(w.ctx, w.Pool, w.assembly.ID, 1))(t)
	if shown.ClosedBy != "the closing time" || !shown.ClosedAt.Equal(later) || shown.Tally.Totals[1] != 1 {
		t.Errorf("it shows %+v", shown)
	}
	if deeds := must(w.Journal(w.ctx, w.Pool, w.assembly.ID))(t); len(deeds) != 1 || deeds[0].Act != "ballot.close" {
		t.Errorf("the journal says %+v", deeds)
	}
}

func TestSeveralBallotsAndTheAssembliesBelow(t *testing.T) {
	w := newWorld(t)
	city := w.assembly
	dock := must(w.AddAssembly(w.ctx, w.Pool, "Dock seven", city.ID, ""))(t)
	if dock.Zone != city.Zone || dock.ParentName != city.Name {
		t.Errorf("below is %+v", dock)
	}
	w.line = must(w.LineByNumber(w.ctx, w.Pool, w.line.Number))(t)
	w.assembly = dock
	phone := w.members("Rosa 2125550101")[0]
	w.open()
	w.assembly = city
	top := w.open() // members of the assembly below are on its roll
	found := must(w.FindBallots(w.ctx, w.Pool, store.Voter{Phone: phone, Assemblies: w.line.Assemblies}))(t)
	if found.Standing != store.MayVoteIn || len(found.Ballots) != 2 {
		t.Fatalf("found %+v", found)
	}
	if got := w.cast(top, phone, 1); got != store.VoteCounted {
		t.Errorf("cast %s", got)
	}
	if got := w.standing(phone, uuid.Nil); got != store.MayVote {
		t.Errorf("with one left: %s", got)
	}
	if got := w.standing(phone, top.ID); got != store.HasVoted {
		t.Errorf("in the other: %s", got)
	}
}

func TestWhatIsNoBallotIsRefused(t *testing.T) {
	w := newWorld(t)
	w.members("Rosa 2125550101")
	good := func() store.NewBallot {
		return store.NewBallot{Assembly: w.assembly.ID, By: "Ana", At: w.now, Question: store.Words{"en": "?", "es": "¿?"},
			Options: []store.Words{{"en": "A", "es": "A"}, {"en": "B", "es": "B"}}}
	}
	for says, change := range map[string]func(*store.NewBallot){
		"the question needs words":     func(n *store.NewBallot) { n.Question = nil },
		"the question has no words in": func(n *store.NewBallot) { n.Question = store.Words{"en": " "} },
		"two to eight options":         func(n *store.NewBallot) { n.Options = n.Options[:1] },
		"not 9":                        func(n *store.NewBallot) { n.Options = make([]store.Words, 9) },
		"option 2 is in [en]":          func(n *store.NewBallot) { n.Options[1] = store.Words{"en": "B"} },
		"are the same in es":           func(n *store.NewBallot) { n.Options[1]["es"] = "A" },
		"closes after it opens":        func(n *store.NewBallot) { n.ClosesAt = w.now },
		"is no language":               func(n *store.NewBallot) { n.Question["English"] = "?" },
	} {
		n := good()
		change(&n)
		_, err := w.OpenBallot(w.ctx, w.Pool, n)
		w.refused(err, says)
	}
	n := good()
	n.Assembly = must(w.AddAssembly(w.ctx, w.Pool, "Nobody yet", uuid.Nil, "UTC"))(t).ID
	_, err := w.OpenBallot(w.ctx, w.Pool, n)
	w.refused(err, "vouch for some first")
	b := must(w.OpenBallot(w.ctx, w.Pool, good()))(t)
	if b.Number != 1 {
		t.Errorf("refused ballots used up numbers: this is %d", b.Number)
	}
	for _, choice := range []int{0, 3, -1, 256} {
		err := w.InTx(w.ctx, func(tx pgx.Tx) error {
			_, err := w.CastVote(w.ctx, tx, store.Casting{Ballot: b.ID, Phone: w.phone("2125550101"), Choice: choice, Proof: store.ProofPhone, At: w.now})
			return err
		})
		if err == nil {
			t.Errorf("choice %d was taken", choice)
		}
	}
	if shown := must(w.ShowBallot(w.ctx, w.Pool, w.assembly.ID, 1))(t); shown.Cast != 0 {
		t.Errorf("%d votes came of no choice", shown.Cast)
	}
}

// A close waits for the votes before it, and a vote that waited for a close hears that it is closed.
func TestACloseAndAVoteWaitForEachOther(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Rosa 2125550101", "Ben 2125550102", "Cleo 2125550103")
	b := w.open()
	ballot := func(tx pgx.Tx, phone uuid.UUID) store.VoteOutcome {
		return must(w.CastVote(w.ctx, tx, store.Casting{Ballot: b.ID, Phone: phone, Choice: 1, Proof: store.ProofPhone, At: w.now}))(t)
	}
	before := must(w.Pool.Begin(w.ctx))(t)
	if got := ballot(before, phones[0]); got != store.VoteCounted {
		t.Fatal(got)
	}
	if got := w.cast(b, phones[1], 1); got != store.VoteCounted {
		t.Errorf("one vote waits for another: %s", got)
	}
	closed := make(chan error)
	closing := make(chan pgx.Tx)
	go func() {
		tx, err := w.Pool.Begin(w.ctx)
		if err == nil {
			closing <- tx
			_, err = w.CloseBallot(w.ctx, tx, w.assembly.ID, 1, "Ana", w.now)
		}
		closed <- err
	}()
	tx := <-closing
	select {
	case err := <-closed:
		t.Fatalf("the close did not wait for the vote before it: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	if err := before.Commit(w.ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	late := make(chan store.VoteOutcome)
	go func() { late <- w.cast(b, phones[2], 1) }()
	select {
	case got := <-late:
		t.Fatalf("a vote during the close did not wait: %s", got)
	case <-time.After(100 * time.Millisecond):
	}
	if err := tx.Commit(w.ctx); err != nil {
		t.Fatal(err)
	}
	if got := <-late; got != store.VoteClosed {
		t.Errorf("after the close: %s", got)
	}
	if shown := must(w.ShowBallot(w.ctx, w.Pool, w.assembly.ID, 1))(t); shown.Tally.Counted != 2 {
		t.Errorf("%d counted", shown.Tally.Counted)
	}
}

// However many go on voting, a close gets its turn.
func TestACloseDuringARush(t *testing.T) {
	w := newWorld(t)
	phone := w.members("Rosa 2125550101")[0]
	b := w.open()
	var all sync.WaitGroup
	closed := make(chan struct{})
	for range 3 {
		all.Go(func() {
			for {
				select {
				case <-closed:
					return
				default:
					w.cast(b, phone, 1)
				}
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	ctx, cancel := context.WithTimeout(w.ctx, 10*time.Second)
	defer cancel()
	err := w.InTx(ctx, func(tx pgx.Tx) error {
		_, err := w.CloseBallot(ctx, tx, w.assembly.ID, 1, "Ana", w.now)
		return err
	})
	close(closed)
	all.Wait()
	if err != nil {
		t.Error(err)
	}
}
