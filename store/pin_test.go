package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"hotline/store"
)

func (w *world) person(name string) uuid.UUID {
	w.t.Helper()
	return must(w.FindMember(w.ctx, w.Pool, w.assembly.ID, name))(w.t).ID
}

func (w *world) handOut(name string) string {
	w.t.Helper()
	return must(w.HandOutPin(w.ctx, w.Pool, w.assembly.ID, w.person(name), w.now))(w.t)
}

func (w *world) ask(phone uuid.UUID) store.PinAsk {
	return store.PinAsk{Phone: phone, Assembly: w.assembly.ID, At: w.now}
}

func (w *world) try(phone uuid.UUID, pin string, ballot uuid.UUID) (came store.PinCame, person uuid.UUID) {
	w.t.Helper()
	err := w.InTx(w.ctx, func(tx pgx.Tx) (err error) {
		came, person, err = w.TryPin(w.ctx, tx, store.PinTry{PinAsk: w.ask(phone), Pin: pin, Ballot: ballot})
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
	return came, person
}

// choosing is somebody who keys a new PIN, after the digits that were texted to that phone.
func (w *world) choosing(phone uuid.UUID, pin string) store.NewPin {
	w.t.Helper()
	code := must(w.AskPinCode(w.ctx, w.Pool, w.ask(phone)))(w.t)
	return store.NewPin{Proven: must(w.TryPinCode(w.ctx, w.Pool, w.ask(phone), w.line.ID, code))(w.t), PinAsk: w.ask(phone), Talk: uuid.MustParse("0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f10"), Number: "+12125550101", Pin: pin}
}

// WORKERS.md, Meetings and votes: on a shared phone each votes after their own PIN. Five wrong tries lock it, for everybody whose it
// could have been, and an organizer hands out a new one.
func TestWhoseThePinIs(t *testing.T) {
	w := newWorld(t)
	shared := w.members("Dan 2125550104", "Eva 2125550104", "Faye 2125550104")[0]
	b := w.open()
	if came, _ := w.try(shared, "480193", b.ID); came != store.PinNobody {
		t.Errorf("nobody has a PIN: %s", came)
	}
	dan, eva := w.handOut("Dan"), w.handOut("Eva")
	for name, pin := range map[string]string{"Dan": dan, "Eva": eva} {
		if came, who := w.try(shared, pin, b.ID); came != store.PinRight || who != w.person(name) {
			t.Errorf("the PIN of %s is %s, of %s", name, came, who)
		}
	}
	wrong := unlike(dan, eva)
	for i := range 4 {
		if came, who := w.try(shared, wrong, b.ID); came != store.PinWrong || who != uuid.Nil {
			t.Errorf("wrong try %d: %s", i+1, came)
		}
	}
	if came, _ := w.try(shared, eva, b.ID); came != store.PinRight {
		t.Errorf("Eva after four wrong tries: %s", came)
	}
	// The fifth locks Dan's, who has not keyed a right one since, and not Eva's, who has; and nobody hears whose is locked.
	if came, _ := w.try(shared, wrong, b.ID); came != store.PinWrong {
		t.Errorf("the fifth: %s", came)
	}
	if came, who := w.try(shared, dan, b.ID); came != store.PinIsLocked || who != uuid.Nil {
		t.Errorf("Dan, locked: %s", came)
	}
	if came, _ := w.try(shared, eva, b.ID); came != store.PinRight {
		t.Errorf("Eva, not locked: %s", came)
	}
	for range 5 {
		w.try(shared, wrong, b.ID)
	}
	if came, _ := w.try(shared, eva, b.ID); came != store.PinIsLocked {
		t.Errorf("Eva, locked too: %s", came)
	}
	locks := 0
	for _, d := range must(w.Journal(w.ctx, w.Pool, w.assembly.ID))(t) {
		if d.Act == "pin.lock" {
			locks++
		}
	}
	if locks != 2 {
		t.Errorf("the journal tells of %d locks", locks)
	}
	if came, who := w.try(shared, w.handOut("Dan"), b.ID); came != store.PinRight || who != w.person("Dan") {
		t.Errorf("Dan with a new one: %s", came)
	}
	if came, _ := w.try(shared, dan, b.ID); came != store.PinWrong {
		t.Errorf("Dan's old one: %s", came)
	}
	shown := must(w.ShowBallot(w.ctx, w.Pool, w.assembly.ID, 1))(t)
	if want := map[store.VoteOutcome]int{store.VoteWrongPin: 10, store.VoteLocked: 3, store.VoteShared: 1}; !cmp.Equal(shown.Refused, want) {
		t.Errorf("the record says %v", shown.Refused)
	}
}

// unlike is six digits that are none of these.
func unlike(pins ...string) string {
	for i := range 20 {
		if pin := fmt.Sprintf("%06d", 480193+i); !strings.Contains(strings.Join(pins, " "), pin) {
			return pin
		}
	}
	panic("not reached: there are fewer PINs than that")
}

// Sixty guesses at the same moment are five guesses: each is counted before the next is looked at.
func TestSixtyGuessesAtOnce(t *testing.T) {
	w := newWorld(t)
	shared := w.members("Dan 2125550104", "Eva 2125550104")[0]
	dan := w.handOut("Dan")
	w.open()
	outcomes := make(chan store.PinCame, 60)
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			guess := fmt.Sprintf("%06d", 480000+i)
			if guess == dan {
				guess = "719345"
			}
			came, _ := w.try(shared, guess, uuid.Nil)
			outcomes <- came
		})
	}
	all.Wait()
	close(outcomes)
	counts := map[store.PinCame]int{}
	for o := range outcomes {
		counts[o]++
	}
	if counts[store.PinWrong] > 4 || counts[store.PinRight] > 0 || counts[store.PinIsLocked] == 0 {
		t.Errorf("they came out as %v", counts)
	}
	if came, _ := w.try(shared, dan, uuid.Nil); came != store.PinIsLocked {
		t.Errorf("and then the right one: %s", came)
	}
}

// The right one, keyed while the fifth wrong one is being counted, comes too late.
func TestARightPinBesideTheFifthWrongOne(t *testing.T) {
	w := newWorld(t)
	shared := w.members("Dan 2125550104", "Eva 2125550104")[0]
	dan := w.handOut("Dan")
	for range 4 {
		w.try(shared, unlike(dan), uuid.Nil)
	}
	came := make(chan store.PinCame)
	err := w.InTx(w.ctx, func(tx pgx.Tx) error {
		_, _, err := w.TryPin(w.ctx, tx, store.PinTry{PinAsk: w.ask(shared), Pin: unlike(dan)})
		go func() {
			c, _ := w.try(shared, dan, uuid.Nil)
			came <- c
		}()
		time.Sleep(200 * time.Millisecond)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if c := <-came; c != store.PinIsLocked {
		t.Errorf("it came out as %s", c)
	}
}

// Two who come to share a phone with the same PIN: nobody could say who votes, so neither does.
func TestTwoWithOnePin(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Dan 2125550104", "Eva 2125550105")
	for i, phone := range phones {
		n := w.choosing(phone, "480193")
		if came := must(w.DraftPin(w.ctx, w.Pool, n))(t); came != store.PinDrafted {
			t.Fatalf("drafted: %s", came)
		}
		if came := must(w.KeepPin(w.ctx, w.Pool, n))(t); came != store.PinKept {
			t.Fatalf("kept by %d: %s", i, came)
		}
	}
	w.exec(`insert into phone_people (phone_id, person_id, assembly_id) values ($1, $2, $3)`, phones[0], w.person("Eva"), w.assembly.ID)
	if came, who := w.try(phones[0], "480193", uuid.Nil); came != store.PinIsLocked || who != uuid.Nil {
		t.Errorf("two fit: %s, %s", came, who)
	}
	if came, _ := w.try(phones[1], "480193", uuid.Nil); came != store.PinIsLocked {
		t.Errorf("Eva on her own phone: %s", came)
	}
	if dan, eva := w.handOut("Dan"), w.handOut("Eva"); dan == eva {
		t.Error("two on one phone were handed the same PIN")
	}
}

// Who may choose their own: a member on a phone that nobody shares, who shares no other phone either, and who knows the old one.
func TestWhoMayChooseAPin(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Rosa 2125550101", "Ben 2125550102", "Dan 2125550104", "Eva 2125550104")
	rosa, ben, shared := phones[0], phones[1], phones[2]
	listed := w.phone("2125550107")
	w.join(w.flyer(""), listed)
	standing := func(phone uuid.UUID, want store.PinStanding) {
		t.Helper()
		if got, _, err := w.FindPin(w.ctx, w.Pool, w.ask(phone)); err != nil || got != want {
			t.Errorf("found %s, not %s: %v", got, want, err)
		}
	}
	standing(rosa, store.PinNone)
	standing(shared, store.PinHanded)
	standing(listed, store.PinStranger)
	standing(w.phone("2125550199"), store.PinStranger)
	w.exec(`insert into phone_people (phone_id, person_id, assembly_id) values ($1, $2, $3)`, shared, w.person("Ben"), w.assembly.ID)
	standing(ben, store.PinHanded) // by choosing on their own phone they could find out Dan's

	n := w.choosing(rosa, "480193")
	for _, easy := range []string{"111111", "123456", "555010", "48019", "abcdef", ""} {
		if came := must(w.DraftPin(w.ctx, w.Pool, w.choosing(rosa, easy)))(t); came != store.PinEasy {
			t.Errorf("%q: %s", easy, came)
		}
	}
	if came := must(w.KeepPin(w.ctx, w.Pool, n))(t); came != store.PinNotHere {
		t.Errorf("kept without a first time: %s", came)
	}
	must(w.DraftPin(w.ctx, w.Pool, n))(t)
	if came := must(w.KeepPin(w.ctx, w.Pool, w.choosing(rosa, "480194")))(t); came != store.PinDiffers {
		t.Errorf("another the second time: %s", came)
	}
	if came := must(w.KeepPin(w.ctx, w.Pool, n))(t); came != store.PinNotHere {
		t.Errorf("once it differed it is forgotten: %s", came)
	}
	must(w.DraftPin(w.ctx, w.Pool, n))(t)
	elsewhere := n
	elsewhere.Talk = uuid.New()
	if came := must(w.KeepPin(w.ctx, w.Pool, elsewhere))(t); came != store.PinNotHere {
		t.Errorf("in another call: %s", came)
	}
	if came := must(w.KeepPin(w.ctx, w.Pool, n))(t); came != store.PinKept {
		t.Errorf("kept: %s", came)
	}
	standing(rosa, store.PinSet)
	if came := must(w.DraftPin(w.ctx, w.Pool, w.choosing(rosa, "719345")))(t); came != store.PinNotHere {
		t.Errorf("changed without the old one: %s", came)
	}
	proven := w.choosing(rosa, "719345")
	proven.Proven = w.person("Rosa")
	must(w.DraftPin(w.ctx, w.Pool, proven))(t)
	if came := must(w.KeepPin(w.ctx, w.Pool, proven))(t); came != store.PinKept {
		t.Errorf("changed: %s", came)
	}
	if came, _ := w.try(rosa, "719345", uuid.Nil); came != store.PinRight {
		t.Errorf("the new one: %s", came)
	}
	for range 5 {
		w.try(rosa, "480193", uuid.Nil)
	}
	standing(rosa, store.PinLocked)
}

// WORKERS.md, Stopping: a phone unheard for 90 days proves itself before a vote. It is in doubt until it has, whatever it says meanwhile.
func TestAPhoneUnheardFor90DaysProvesItself(t *testing.T) {
	w := newWorld(t)
	phone := w.members("Rosa 2125550101")[0]
	b := w.open()
	w.exec(`update phones set spoke_on = $1`, w.now.AddDate(0, 0, -90))
	if got := w.standing(phone, b.ID); got != store.MayVote {
		t.Errorf("after 90 days: %s", got)
	}
	w.exec(`update phones set spoke_on = $1`, w.now.AddDate(0, 0, -91))
	if got := w.standing(phone, b.ID); got != store.LongUnheard {
		t.Errorf("after 91 days: %s", got)
	}
	if got, _, err := w.FindPin(w.ctx, w.Pool, w.ask(phone)); err != nil || got != store.PinHanded {
		t.Errorf("whoever has the number now could choose a PIN: %s, %v", got, err)
	}
	if got := w.cast(b, phone, 1); got != store.VoteUnheard {
		t.Errorf("cast: %s", got)
	}
	mayHearPlace := func() (may, ask bool) {
		t.Helper()
		may, ask, err := w.MayHearPlace(w.ctx, w.Pool, phone, w.now)
		if err != nil {
			t.Fatal(err)
		}
		return may, ask
	}
	if may, ask := mayHearPlace(); may || !ask {
		t.Errorf("a notice with a place: may %v, to be asked %v", may, ask)
	}
	if asked := must(w.StillMe(w.ctx, w.Pool, phone, w.now))(t); !asked {
		t.Error("it was not asked")
	}
	if got := w.cast(b, phone, 1); got != store.VoteUnheard {
		t.Errorf("cast after an answer that anybody could give: %s", got)
	}
	pin := w.handOut("Rosa")
	if came, _ := w.try(phone, pin, b.ID); came != store.PinRight {
		t.Fatalf("the PIN: %s", came)
	}
	if got := w.cast(b, phone, 1); got != store.VoteCounted {
		t.Errorf("cast once it is proved: %s", got)
	}
	if may, ask := mayHearPlace(); !may || ask {
		t.Errorf("a notice with a place, once it is proved: may %v, to be asked %v", may, ask)
	}
}

// recorder remembers all that any statement is given.
type recorder struct {
	pgx.Tx
	sent []any
}

func (r *recorder) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	r.sent = append(r.sent, args...)
	return r.Tx.Exec(ctx, sql, args...)
}

func (r *recorder) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	r.sent = append(r.sent, args...)
	return r.Tx.Query(ctx, sql, args...)
}

func (r *recorder) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	r.sent = append(r.sent, args...)
	return r.Tx.QueryRow(ctx, sql, args...)
}

// DESIGN.md, rule 7: the digits are on no line of SQL.
func TestAPinIsNotSentToPostgres(t *testing.T) {
	w := newWorld(t)
	phone := w.members("Rosa 2125550101")[0]
	err := w.InTx(w.ctx, func(tx pgx.Tx) error {
		r := &recorder{Tx: tx}
		n := w.choosing(phone, "480193")
		must(w.DraftPin(w.ctx, r, n))(t)
		must(w.KeepPin(w.ctx, r, n))(t)
		for _, pin := range []string{"480193", "719345"} {
			if _, _, err := w.TryPin(w.ctx, r, store.PinTry{PinAsk: w.ask(phone), Pin: pin}); err != nil {
				return err
			}
		}
		drawn := must(w.HandOutPin(w.ctx, r, w.assembly.ID, w.person("Rosa"), w.now))(t)
		if len(r.sent) < 10 {
			t.Errorf("only %d arguments were seen", len(r.sent))
		}
		for i, arg := range r.sent {
			for _, pin := range []string{"480193", "719345", drawn} {
				if fmt.Sprint(arg) == pin || fmt.Sprintf("%s", arg) == pin {
					t.Errorf("argument %d is the PIN", i)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Who shares a phone: people of these assemblies, listed ones too, and not who was removed, nor somebody whom an assembly apart knows.
func TestWhoSharesAPhone(t *testing.T) {
	w := newWorld(t)
	phone := w.members("Rosa 2125550101", "Ben 2125550101")[0]
	if err := w.RemoveMember(w.ctx, w.Pool, w.assembly.ID, w.person("Ben")); err != nil {
		t.Fatal(err)
	}
	here := w.assembly
	w.assembly = must(w.AddAssembly(w.ctx, w.Pool, "Elsewhere", uuid.Nil, "UTC"))(t)
	w.members("Rosita 2125550101")
	w.assembly = here
	b := w.open()
	if got := w.standing(phone, b.ID); got != store.MayVote {
		t.Errorf("Rosa alone: %s", got)
	}
	below := must(w.AddAssembly(w.ctx, w.Pool, "Night shift", here.ID, ""))(t)
	w.assembly = below
	w.importing("name,phone,standing\nCleo,2125550101,listed\n")
	w.assembly = here
	if got := w.standing(phone, b.ID); got != store.SharedByMany {
		t.Errorf("with Cleo, who is listed below: %s", got)
	}
	if got := w.cast(b, phone, 1); got != store.VoteShared {
		t.Errorf("cast: %s", got)
	}
	if came, _ := w.try(phone, "480193", b.ID); came != store.PinNobody {
		t.Errorf("nobody has a PIN: %s", came)
	}
	pin := w.handOut("Rosa")
	if came, who := w.try(phone, pin, b.ID); came != store.PinRight || who != w.person("Rosa") {
		t.Errorf("Rosa: %s", came)
	}
	if err := w.RemoveMember(w.ctx, w.Pool, here.ID, w.person("Rosa")); err != nil {
		t.Fatal(err)
	}
	if came, _ := w.try(phone, pin, b.ID); came != store.PinRight {
		t.Errorf("who was removed is on the roll all the same: %s", came)
	}
}
