package simulator

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// leg is one phone's side of a call: what Twilio calls a Call. One goroutine plays its
// TwiML; everything else talks to that goroutine through the channels, and reads what
// the mutex guards.
type leg struct {
	co                       *Company
	sid, from, to, direction string // direction: inbound, outbound-api, outbound-dial
	parent                   *leg   // of a Dial
	fallback                 string // URL asked when another fails
	status                   statusTarget
	detectsMachine           bool              // AnsweredBy is told
	extra                    map[string]string // parameters of this call's webhooks: ForwardedFrom, StirVerstat …

	inputs chan input
	orders chan order
	peers  chan peerWord
	gone   chan struct{} // closed when the phone hangs up
	done   chan struct{} // closed when the call is over and its end told
	hangUp sync.Once

	// Only the leg's goroutine touches these.
	keys      string        // typed ahead
	unheard   int           // documents since the call last listened
	onWhisper bool          // a Number's url is being played to the callee
	told      chan struct{} // closed when the newest status callback was sent
	dialing   *dialing      // the Dial under way
	last      *source       // what the phone did as it hung up, not yet asked for

	mu                      sync.Mutex
	events                  []Event
	changed                 chan struct{} // closed by the next change
	waiting, over           bool
	state                   string        // Twilio's CallStatus
	elapsed                 time.Duration // the call's own clock, from the answer
	answeredBy              string
	created, started, ended time.Time
}

// keepEvents ends a call that has become longer than anyone will read.
const keepEvents = 10_000

type inputKind int

const (
	inPress   inputKind = iota
	inSilence           // the present timeout elapses
	inSpeak             // words, for a number of seconds
	inAnswer
	inReject
	inHangup // from here on not sent by phones' actions but made by wait
	inOrder
	inPeer
	inTimer
	inClosed
)

// input is what ends a wait.
type input struct {
	kind       inputKind
	keys       string
	seconds    int
	words      string
	end        string // of inSpeak: keys or "hangup"; "" is silence. Of inPress: "hangup" or ""
	answeredBy string
	order      order
	peer       peerWord
}

var errOver = errors.New("the call is over")

// newLeg enters a call into the books; its goroutine is started by start.
func (c *Company) newLeg(l *leg) *leg {
	l.co = c
	l.sid = newSID("CA")
	l.inputs, l.orders, l.peers = make(chan input, 1), make(chan order, 4), make(chan peerWord, 64)
	l.gone, l.done, l.changed = make(chan struct{}), make(chan struct{}), make(chan struct{})
	l.told = make(chan struct{})
	close(l.told)
	l.created = c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls.put(l.sid, l)
	return l
}

// start runs play as the call's goroutine. It is work under way except while it waits.
func (l *leg) start(play func() Ended) {
	c := l.co
	c.mu.Lock()
	closed := c.closed
	if !closed {
		c.legs.Add(1)
		c.work.add()
	}
	c.mu.Unlock()
	if closed {
		l.emit(Event{Ended: &Ended{Reason: EndedClosed, Status: "failed"}})
		l.finish()
		return
	}
	go func() {
		defer c.legs.Done()
		defer c.work.done()
		l.end(play())
	}()
}

// emit adds an event, wakes everyone who watches, and returns the event's id.
func (l *leg) emit(e Event) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.ID = len(l.events) + 1
	l.events = append(l.events, e)
	l.wake()
	return e.ID
}

// wake needs the lock.
func (l *leg) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *leg) hear(h Heard) {
	l.pass(time.Duration(h.Seconds) * time.Second)
	l.emit(Event{Heard: &h})
}

// pass moves the call's clock.
func (l *leg) pass(d time.Duration) {
	l.mu.Lock()
	l.elapsed += d
	l.mu.Unlock()
}

// wait says what the call waits for, and waits: for the phone, the REST API, the other
// leg, or the timer (nil for none).
func (l *leg) wait(what Listening, timer <-chan time.Time) input {
	l.unheard = 0
	if l.emit(Event{Listening: &what}) >= keepEvents {
		return input{kind: inOrder, order: order{end: Ended{Reason: EndedFailed, Status: "completed"}}}
	}
	l.setWaiting(true)
	l.co.work.done()
	taken := false // a word, whose work becomes this leg's
	defer func() {
		if !taken {
			l.co.work.add()
		}
		l.setWaiting(false)
	}()
	for {
		select {
		case in := <-l.inputs:
			if in.kind == inPress && in.end == endHangup {
				l.letGo()
			}
			return in
		case <-l.gone:
			return input{kind: inHangup}
		case o := <-l.orders:
			return input{kind: inOrder, order: o}
		case w := <-l.peers:
			if l.knows(w.from) {
				taken = true
				return input{kind: inPeer, peer: w}
			}
			l.co.work.done()
		case <-timer:
			return input{kind: inTimer}
		case <-l.co.ctx.Done():
			return input{kind: inClosed}
		}
	}
}

// knows tells a word from the other side of the present Dial from one that comes too late.
func (l *leg) knows(from *leg) bool {
	return from == l.parent || l.dialing != nil && slices.Contains(l.dialing.called, from)
}

func (l *leg) setWaiting(waiting bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = waiting && len(l.inputs) == 0
	l.wake()
}

// act hands the call what its phone does, once the call waits for it, and returns what
// came of it up to the next wait or the end.
func (l *leg) act(ctx context.Context, in input) (Events, error) {
	seen, err := l.handOver(ctx, in)
	if err != nil {
		return nil, err
	}
	return l.settled(ctx, seen)
}

func (l *leg) handOver(ctx context.Context, in input) (seen int, err error) {
	for {
		l.mu.Lock()
		if l.over {
			l.mu.Unlock()
			return 0, errOver
		}
		if l.waiting {
			// The buffer is free: it is filled only here, and only while waiting is set.
			l.waiting = false
			seen = len(l.events)
			l.inputs <- in
			l.mu.Unlock()
			return seen, nil
		}
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// settled waits until the call waits for its phone or is over, and returns the events
// after the first seen ones.
func (l *leg) settled(ctx context.Context, seen int) (Events, error) {
	for {
		l.mu.Lock()
		if l.waiting || l.over {
			defer l.mu.Unlock()
			return append(Events{}, l.events[seen:]...), nil
		}
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// leave hangs up, at any moment, and returns what was still to hear. Hanging up on a
// call that is over changes nothing.
func (l *leg) leave(ctx context.Context) (Events, error) {
	l.mu.Lock()
	seen := len(l.events)
	l.mu.Unlock()
	l.letGo()
	select {
	case <-l.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return l.settled(ctx, seen)
}

// letGo marks that the phone has hung up; whatever the call does next finds that.
func (l *leg) letGo() { l.hangUp.Do(func() { close(l.gone) }) }

// since lists the events after an id, a channel that closes when there are more, and
// whether there will be none.
func (l *leg) since(id int) (Events, <-chan struct{}, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id = min(max(id, 0), len(l.events))
	return append(Events{}, l.events[id:]...), l.changed, l.over
}

func (l *leg) callStatus() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}

func (l *leg) setStatus(state string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state = state
	if state == "in-progress" {
		l.started = l.co.now()
	}
}
