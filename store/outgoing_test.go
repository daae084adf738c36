package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"hotline/store"
)

var sendStates = []store.SendState{store.SendReady, store.SendSending, store.SendUnknown, store.SendAccepted, store.SendSent, store.SendExpired,
	store.SendCanceled, store.SendRefused, store.SendFailed, store.SendUndelivered, store.SendDelivered}

func TestSendStatesMergeWithoutGoingBack(t *testing.T) {
	for _, c := range []struct{ stands, told, then store.SendState }{
		{store.SendReady, store.SendSending, store.SendSending},
		{store.SendSending, store.SendAccepted, store.SendAccepted},
		{store.SendUnknown, store.SendAccepted, store.SendAccepted}, // its status tells that it got there after all
		{store.SendDelivered, store.SendSent, store.SendDelivered},  // out of order
		{store.SendFailed, store.SendSent, store.SendFailed},
		{store.SendSent, store.SendDelivered, store.SendDelivered},
		{store.SendSending, store.SendDelivered, store.SendDelivered}, // its answer was slower than its status
		{store.SendExpired, store.SendDelivered, store.SendDelivered},
		{store.SendDelivered, store.SendUndelivered, store.SendDelivered},
		{store.SendSent, "read", store.SendSent},
	} {
		if got := c.stands.Merge(c.told); got != c.then {
			t.Errorf("%s and %s make %s, not %s", c.stands, c.told, got, c.then)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		state := rapid.SampledFrom(sendStates)
		a, b, c := state.Draw(t, "a"), state.Draw(t, "b"), state.Draw(t, "c")
		if a.Merge(a) != a || a.Merge(b) != b.Merge(a) || a.Merge(b).Merge(c) != a.Merge(b.Merge(c)) {
			t.Fatal("the order or the number of tellings makes a difference")
		}
		if a.Final() && !a.Merge(b).Final() {
			t.Fatal("what was final is not any more")
		}
	})
}

func (w *world) outgoing(ttl time.Duration) uuid.UUID {
	w.t.Helper()
	return must(w.AddOutgoing(w.ctx, w.Pool, store.Outgoing{Assembly: w.assembly.ID, Line: w.line.ID, Phone: w.phone("2125550101"),
		Channel: store.ByText, Purpose: store.ForAnswers, Body: "OK 4827 1935 6620", ExpiresAt: w.now.Add(ttl)}))(w.t)
}

func (w *world) tell(id uuid.UUID, t store.Telling) store.SendState {
	w.t.Helper()
	t.At = w.now
	state, found, err := w.MergeOutgoing(w.ctx, w.Pool, id, t)
	if err != nil || !found {
		w.t.Errorf("told %s: found %v, %v", t.State, found, err)
	}
	return state
}

func TestAnOutgoingTextIsTakenOnce(t *testing.T) {
	w := newWorld(t)
	id := w.outgoing(time.Hour)
	states := make(chan store.SendState, 8)
	var all sync.WaitGroup
	for range cap(states) {
		all.Go(func() {
			o, err := w.TakeOutgoing(w.ctx, w.Pool, id, w.now)
			if err != nil {
				t.Error(err)
			}
			if o.State == store.SendSending && o.Body != "OK 4827 1935 6620" {
				t.Errorf("to be sent: %+v", o)
			}
			states <- o.State
		})
	}
	all.Wait()
	close(states)
	counts := map[store.SendState]int{}
	for s := range states {
		counts[s]++
	}
	if counts[store.SendSending] != 1 || counts[store.SendUnknown] != 7 {
		t.Errorf("taken as %v", counts)
	}
}

func TestAnOutgoingTextFromReadyToDelivered(t *testing.T) {
	w := newWorld(t)
	id := w.outgoing(time.Hour)
	take := func(at time.Time) store.Outgoing { return must(w.TakeOutgoing(w.ctx, w.Pool, id, at))(t) }
	take(w.now)
	if err := w.DeferOutgoing(w.ctx, w.Pool, id, w.now); err != nil {
		t.Fatal(err)
	}
	if got := take(w.now).State; got != store.SendSending {
		t.Errorf("after a 429: %s", got)
	}
	w.tell(id, store.Telling{State: store.SendSent, CarrierID: "SM1"})
	if got := w.tell(id, store.Telling{State: store.SendAccepted, CarrierID: "SM1", Error: 30001}); got != store.SendSent {
		t.Errorf("after a late answer: %s", got)
	}
	w.tell(id, store.Telling{State: store.SendUndelivered, Error: 30003})
	o := take(w.now)
	if o.State != store.SendUndelivered || o.CarrierID != "SM1" || o.Error != 30003 {
		t.Errorf("it stands at %+v", o)
	}
	if err := w.DeferOutgoing(w.ctx, w.Pool, id, w.now); err != nil || take(w.now).State != store.SendUndelivered {
		t.Errorf("what is done was made ready again, %v", err)
	}
	id = w.outgoing(time.Minute)
	if got := take(w.now.Add(time.Minute)).State; got != store.SendExpired {
		t.Errorf("too late: %s", got)
	}
	if _, found, err := w.MergeOutgoing(w.ctx, w.Pool, uuid.New(), store.Telling{State: store.SendSent, At: w.now}); found || err != nil {
		t.Errorf("somebody else's: %v, %v", found, err)
	}
	if _, _, err := w.MergeOutgoing(w.ctx, w.Pool, id, store.Telling{State: "read", At: w.now}); err == nil {
		t.Error("a state that does not exist was taken in")
	}
}
