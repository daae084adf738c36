package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/store"
)

// A send whose answer was lost, through the pretend phone company over HTTP: never doubled, never skipped, and what cannot be known is left
// for a person.

func TestALostAnswerIsFoundInTheList(t *testing.T) {
	n := newLostTown(t)
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(true, 1)}, Status: noCallbacks})
	id := n.put(anasPhone, "We meet Friday.", code)
	n.handed()
	n.wantState(id, "unknown")
	n.resolve() // too soon
	n.wantState(id, "unknown")
	n.pass(2 * time.Minute)
	n.resolve()
	n.wantState(id, "delivered")
	n.pass(time.Hour)
	n.resolve()
	n.wantInbox(anasPhone, "We meet Friday.")
}

func TestACallbackComesBeforeTheList(t *testing.T) {
	n := newLostTown(t)
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(true, 1)}})
	id := n.put(anasPhone, "We meet Friday.", notice)
	n.until("select count(*) from outgoing where state = 'delivered' and carrier_id is not null", 1)
	n.pass(time.Hour)
	n.lists.Store(0)
	n.resolve()
	n.wantState(id, "delivered")
	if n.lists.Load() != 0 {
		t.Error("the company was asked though nothing was unknown")
	}
	n.wantInbox(anasPhone, "We meet Friday.")
}

// A notice with no trace after 15 minutes is repeated once, and flagged; a code never (issue: outgoing).
func TestWhatLeftNoTrace(t *testing.T) {
	n := newLostTown(t)
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(false, 2)}})
	one, other := n.put(anasPhone, "We meet Friday.", notice), n.put(bensPhone, "Your code is 4711.", code)
	n.handed()
	n.pass(14 * time.Minute)
	n.resolve()
	n.wantState(one, "unknown")
	n.wantState(other, "unknown")
	n.pass(2 * time.Minute)
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(false, 1)}}) // and again
	n.resolve()
	n.wantState(one, "unknown, repeated")
	n.wantState(other, "unknown, for a person: no trace")
	n.pass(16 * time.Minute)
	n.resolve()
	n.wantState(one, "unknown, repeated, for a person: repeated")
	n.wantInbox(anasPhone)
	n.wantInbox(bensPhone)
}

func TestARepeatedNoticeArrivesOnce(t *testing.T) {
	n := newLostTown(t)
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(false, 1)}})
	id := n.put(anasPhone, "We meet Friday.", notice)
	n.handed()
	n.pass(16 * time.Minute)
	n.resolve()
	n.until("select count(*) from outgoing where state = 'delivered' and repeated_at is not null", 1)
	n.pass(16 * time.Minute)
	n.resolve()
	n.wantState(id, "delivered, repeated")
	n.wantInbox(anasPhone, "We meet Friday.")
}

// Consent is asked again: whoever said STOP meanwhile is not sent it once more.
func TestNothingIsRepeatedAfterStop(t *testing.T) {
	n := newLostTown(t)
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(false, 1)}})
	id := n.put(anasPhone, "We meet Friday.", notice)
	n.handed()
	_, err := n.phone(anasPhone).Text(n.ctx, servedLine, "STOP")
	n.must(err)
	n.pass(16 * time.Minute)
	n.resolve()
	n.wantState(id, "refused, repeated")
}

// Of two with the same words to one phone one was taken and the other was not: it does not matter which.
func TestTwoEqualNoticesToOnePhone(t *testing.T) {
	n := newLostTown(t)
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(true, 1), lost(false, 1)}, Status: noCallbacks})
	n.put(anasPhone, "We meet Friday.", notice)
	n.handed()
	n.put(anasPhone, "We meet Friday.", notice)
	n.handed()
	n.pass(2 * time.Minute)
	n.resolve()
	n.until("select count(*) from outgoing where state = 'unknown'", 1)
	n.pass(15 * time.Minute)
	n.resolve()
	n.until("select count(*) from outgoing where state in ('accepted', 'delivered')", 2)
	n.until("select count(*) from outgoing where repeated_at is not null", 1)
	n.wantInbox(anasPhone, "We meet Friday.", "We meet Friday.")
}

// The list gave the one message to the first of two; then the company tells late that it was the second's. The first is unknown again.
func TestACallbackKnowsBetterThanTheList(t *testing.T) {
	n := newLostTown(t)
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(false, 1), lost(true, 1)}, Status: noCallbacks})
	first := n.put(anasPhone, "We meet Friday.", code)
	n.handed()
	n.pass(time.Second)
	second := n.put(anasPhone, "We meet Friday.", code)
	n.handed()
	n.pass(2 * time.Minute)
	n.resolve()
	n.wantState(first, "delivered")
	n.wantState(second, "unknown")
	var sid string
	n.must(n.store.Pool.QueryRow(n.ctx, "select carrier_id from outgoing where id = $1", first).Scan(&sid))
	n.must(n.gateway.Delivered(n.ctx, second.String(), sid, "delivered", 0, ""))
	n.wantState(first, "unknown")
	n.wantState(second, "delivered")
	n.pass(15 * time.Minute)
	n.resolve()
	n.wantState(first, "unknown, for a person: no trace")
}

func TestWordsThatWereBlankedAtTheCompany(t *testing.T) {
	n := newLostTown(t)
	n.faults.Set(simulator.Plan{Status: noCallbacks})
	known := n.put(anasPhone, "Something else.", code)
	n.handed()
	var sid string
	n.must(n.store.Pool.QueryRow(n.ctx, "select carrier_id from outgoing where id = $1", known).Scan(&sid))
	n.must(n.client.Redact(n.ctx, sid)) // of a send that we know: no candidate
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(false, 1), lost(true, 1)}, Status: noCallbacks})
	never := n.put(anasPhone, "Your code is 4711.", code)
	n.handed()
	n.pass(16 * time.Minute)
	n.resolve()
	n.wantState(never, "unknown, for a person: no trace")

	blanked := n.put(bensPhone, "We meet Friday.", notice)
	n.handed()
	n.redactAll(bensPhone)
	n.pass(2 * time.Minute)
	n.resolve()
	n.wantState(blanked, "delivered")

	// With two of unknown words nobody can tell.
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(true, 1), lost(false, 1)}, Status: noCallbacks})
	const carlas = "+12125550103"
	one := n.put(carlas, "The one.", notice)
	n.handed()
	other := n.put(carlas, "The other.", notice)
	n.handed()
	n.redactAll(carlas)
	n.pass(16 * time.Minute)
	n.resolve()
	n.wantState(one, "unknown, for a person: several")
	n.wantState(other, "unknown, for a person: several")
	n.wantInbox(carlas, "The one.")
}

// redactAll blanks at the company all that was sent to a phone.
func (n *neighborhood) redactAll(to string) {
	n.Helper()
	var all []string
	n.must(n.client.ListMessages(n.ctx, gateway.ListFilter{To: to}, func(l gateway.Listed) error {
		all = append(all, l.ID)
		return nil
	}))
	for _, sid := range all {
		n.must(n.client.Redact(n.ctx, sid))
	}
}

// many are sends to so many phones, whose answers are all lost.
func (n *neighborhood) many(count int, p simulator.Plan) {
	n.Helper()
	n.faults.Set(p)
	for i := range count {
		n.put(fmt.Sprintf("+1212555%04d", 3000+i), fmt.Sprintf("Notice %d.", i), notice)
	}
	n.until("select count(*) from outgoing where state in ('ready', 'sending')", 0)
	n.until("select count(*) from outgoing where state = 'unknown'", count)
}

// One list answers for many, and the carrier's days are whole and end at midnight GMT.
func TestManyAreFoundInOneListAcrossMidnight(t *testing.T) {
	n := newLostTown(t)
	n.now.Store(time.Date(2026, 11, 24, 23, 59, 50, 0, time.UTC).Unix())
	n.many(8, simulator.Plan{REST: []simulator.RESTFault{lost(true, 0)}, Status: noCallbacks, Lists: simulator.ListFaults{APage: 3}})
	n.pass(20 * time.Second) // the next day
	for i := range 8 {
		n.put(fmt.Sprintf("+1212555%04d", 4000+i), "Tomorrow.", notice)
	}
	n.until("select count(*) from outgoing where state = 'unknown'", 16)
	n.must(n.company.Settle(n.ctx))
	n.pass(2 * time.Minute)
	n.lists.Store(0)
	n.resolve()
	n.until("select count(*) from outgoing where state = 'delivered'", 16)
	if n.lists.Load() != 1 {
		t.Errorf("%d lists were asked for", n.lists.Load())
	}
}

// What waits at the company to be sent has no date yet, so that a list by days does not hold it: nothing of it is repeated.
func TestWhatWaitsAtTheCompanyIsNotRepeated(t *testing.T) {
	n := newLostTown(t)
	n.many(12, simulator.Plan{Hold: true, REST: []simulator.RESTFault{lost(true, 0)}, Status: noCallbacks})
	n.pass(20 * time.Minute)
	n.must(n.gateway.Resolve(n.ctx))
	n.until("select count(*) from outgoing where state = 'accepted'", 12)
	n.until("select count(*) from outgoing where repeated_at is not null", 0)
	n.faults.Set(simulator.Plan{})
	n.must(n.company.Settle(n.ctx))
	n.wantInbox("+12125553000", "Notice 0.")
}

// A list that was not read to its end decides nothing; one that is late is waited for; a busy company is asked again.
func TestAListThatIsNotWhole(t *testing.T) {
	n := newLostTown(t)
	n.many(12, simulator.Plan{REST: []simulator.RESTFault{lost(true, 0)}, Status: noCallbacks})
	n.must(n.company.Settle(n.ctx))
	n.pass(20 * time.Minute)
	n.faults.Set(simulator.Plan{Lists: simulator.ListFaults{APage: 5}, REST: []simulator.RESTFault{{Method: http.MethodGet, Path: "Messages.json", Skip: 1, Status: 500}}})
	if err := n.gateway.Resolve(n.ctx); err == nil {
		t.Error("half a list was taken for whole")
	}
	n.until("select count(*) from outgoing where state = 'unknown' and person_why is null", 12)
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{{Method: http.MethodGet, Path: "Messages.json", Status: 429, Times: 1}}})
	n.resolve()
	n.until("select count(*) from outgoing where state = 'delivered'", 12)

	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(true, 1)}, Status: noCallbacks, Lists: simulator.ListFaults{Lag: simulator.Duration(5 * time.Minute)}})
	id := n.put(anasPhone, "We meet Friday.", notice)
	n.handed()
	n.pass(3 * time.Minute)
	n.resolve()
	n.wantState(id, "unknown")
	n.pass(3 * time.Minute)
	n.resolve()
	n.wantState(id, "delivered")
	n.wantInbox(anasPhone, "We meet Friday.")
}

// A process that ends between the list and its commit has decided nothing; the next finds the same.
func TestKilledBetweenListAndCommit(t *testing.T) {
	n := newLostTown(t)
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(true, 1), lost(false, 1)}, Status: noCallbacks})
	found := n.put(anasPhone, "We meet Friday.", notice)
	n.handed()
	again := n.put(bensPhone, "We meet Friday.", notice)
	n.handed()
	n.pass(20 * time.Minute)
	ctx, kill := context.WithCancel(n.ctx)
	dies := listFunc(func(ctx context.Context, f gateway.ListFilter, each func(gateway.Listed) error) error {
		defer kill()
		return n.client.ListMessages(ctx, f, each)
	})
	n.list.Store(&dies)
	if err := n.gateway.Resolve(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("it went on: %v", err)
	}
	n.list.Store(nil)
	n.wantState(found, "unknown")
	n.wantState(again, "unknown")
	n.resolve()
	n.wantState(found, "delivered")
	n.wantInbox(anasPhone, "We meet Friday.")
	n.until("select count(*) from outgoing where repeated_at is not null and state in ('accepted', 'delivered')", 1)
	n.wantInbox(bensPhone, "We meet Friday.")
}

// A program that ended in a send has left it as "sending".
func TestASendThatWasCutOff(t *testing.T) {
	n := newLostTown(t)
	n.faults.Set(simulator.Plan{Status: noCallbacks})
	dies := placeFunc(func(ctx context.Context, m gateway.Message) gateway.Placed {
		n.client.Place(ctx, m)
		panic("the program ends here")
	})
	n.place.Store(&dies)
	id := n.put(anasPhone, "We meet Friday.", notice)
	n.until("select count(*) from outgoing where state in ('sending', 'unknown') and sent_at is not null", 1)
	n.must(n.company.Settle(n.ctx))
	n.pass(3 * time.Minute)
	n.must(n.gateway.Resolve(n.ctx))
	n.wantState(id, "delivered")
	n.wantInbox(anasPhone, "We meet Friday.")
}

// Two candidates go to a person, who sees neither words nor numbers, and whose word is in the journal.
func TestAPersonSettlesWhatNobodyKnows(t *testing.T) {
	n := newLostTown(t)
	_, err := n.store.AddOrganizer(n.ctx, n.store.Pool, n.line.AssemblyID, "Rosa", uuid.Nil)
	n.must(err)
	n.faults.Set(simulator.Plan{REST: []simulator.RESTFault{lost(true, 1)}, Status: noCallbacks})
	id := n.put(anasPhone, "We meet Friday.", notice)
	n.handed()
	placed := n.client.Place(n.ctx, gateway.Message{ID: uuid.NewString(), To: anasPhone, From: servedLine, Body: "We meet Friday.", Valid: time.Hour})
	if placed.State != store.SendAccepted {
		t.Fatalf("%+v", placed)
	}
	n.must(n.company.Settle(n.ctx))
	n.pass(16 * time.Minute)
	n.resolve()
	n.wantState(id, "unknown, for a person: several")

	listed := n.command("outgoing", "list")
	if !strings.Contains(listed, id.String()[:8]) || !strings.Contains(listed, "for you to settle") {
		t.Errorf("organizers see %s", listed)
	}
	if strings.Contains(listed, "Friday.") || strings.Contains(listed, anasPhone[1:]) {
		t.Errorf("words or a number stand in %s", listed)
	}
	if said := n.command("outgoing", "settle", id.String()[:8], "--sent", "--as", "Rosa"); !strings.Contains(said, "counts as sent") {
		t.Error(said)
	}
	n.wantState(id, "sent, for a person: several")
	n.until("select count(*) from journal where act = 'outgoing.settle' and actor = 'Rosa' and object like '% sent'", 1)
	if said := n.refused("outgoing", "settle", id.String()[:8], "--not-sent", "--as", "Rosa"); !strings.Contains(said, "known by now") {
		t.Errorf("settled twice: %s", said)
	}
	if said := n.command("outgoing", "list"); !strings.Contains(said, "Nothing") {
		t.Errorf("it is still listed: %s", said)
	}
}
