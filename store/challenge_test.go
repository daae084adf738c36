package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// What the record of a ballot says when somebody doubts it. (WORKERS.md, Meetings and votes: for a challenge)
func TestTheRecordOfABallot(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Rosa 2125550101", "Ben 2125550102", "Dan 2125550104", "Eva 2125550104", "Gus 2125550106")
	rosa, ben, shared := phones[0], phones[1], phones[2]
	b := w.open()
	pin := w.handOut("Dan")
	w.cast(b, rosa, 1)
	change := func(choice int, changes bool) (o store.VoteOutcome) {
		if err := w.InTx(w.ctx, func(tx pgx.Tx) (err error) {
			o, err = w.CastVote(w.ctx, tx, store.Casting{Ballot: b.ID, Phone: rosa, Choice: choice, Changes: changes, Proof: store.ProofPhone, At: w.now.Add(time.Minute)})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return o
	}
	if got := change(3, false); got != store.VoteAlready {
		t.Errorf("who does not know that they have voted changes it: %s", got)
	}
	for _, choice := range []int{2, 3} {
		if got := change(choice, true); got != store.VoteChanged {
			t.Errorf("changed to %d: %s", choice, got)
		}
	}
	if came, dan := w.try(shared, pin, b.ID); came != store.PinRight {
		t.Errorf("Dan's PIN: %s", came)
	} else if err := w.InTx(w.ctx, func(tx pgx.Tx) error {
		o, err := w.CastVote(w.ctx, tx, store.Casting{Ballot: b.ID, Phone: shared, Person: dan, Choice: 1, Proof: store.ProofPIN, At: w.now})
		if o != store.VoteCounted {
			t.Errorf("Dan's vote: %s", o)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	take := func(name string, choice int) error {
		return w.InTx(w.ctx, func(tx pgx.Tx) error {
			return w.TakeVote(w.ctx, tx, store.Taking{Ballot: b, Person: w.person(name), Choice: choice, At: w.now})
		})
	}
	if err := take("Eva", 2); err != nil {
		t.Error(err)
	}
	w.refused(take("Rosa", 1), "has voted already")
	w.refused(take("Eva", 4), "from 1 to 3")
	w.members("Hal 2125550108")
	w.refused(take("Hal", 1), "not on the roll")
	w.close("Ben", w.now.Add(time.Hour))
	w.cast(b, ben, 1)
	w.refused(take("Gus", 1), "closed already")

	shown := must(w.ShowBallot(w.ctx, w.Pool, w.assembly.ID, 1))(t)
	if want := map[store.Proof]int{store.ProofPhone: 1, store.ProofPIN: 1, store.ProofOrganizer: 1}; !cmp.Equal(shown.ByProof, want) {
		t.Errorf("proved %v", shown.ByProof)
	}
	if shown.Changed != 2 || shown.Late() != 1 || shown.Refused[store.VoteAlready] != 1 || shown.Roll != 5 {
		t.Errorf("changed %d, late %d, refused %v, roll %d", shown.Changed, shown.Late(), shown.Refused, shown.Roll)
	}
	if !cmp.Equal(shown.Tally, store.Tally{Totals: []int{1, 1, 1}, Counted: 3}) {
		t.Errorf("counted %+v", shown.Tally)
	}
	for _, v := range shown.Votes {
		if v.Name == "Rosa" && (v.Choice != 3 || v.Changed != 2) {
			t.Errorf("Rosa's is %+v", v)
		}
	}
	var names []string
	for _, o := range must(w.Roll(w.ctx, w.Pool, b.ID))(t) {
		names = append(names, o.Name)
	}
	if !cmp.Equal(names, []string{"Ben", "Dan", "Eva", "Gus", "Rosa"}) {
		t.Errorf("the roll is %v", names)
	}
}
