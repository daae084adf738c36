package simulator

import (
	"slices"
	"sync"
	"time"
)

// Text is a text on a phone.
type Text struct {
	SID       string    `json:"sid"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Body      string    `json:"body"`
	Segments  int       `json:"segments"` // as billed
	Encoding  Encoding  `json:"encoding"`
	At        time.Time `json:"at"`
	MediaURLs []string  `json:"mediaUrls,omitempty"`
	Carrier   bool      `json:"carrier,omitempty"` // the company's own answer to STOP, START or HELP
}

// Ring is a call coming in on a phone, until it is answered, rejected or given up.
type Ring struct {
	SID  string `json:"sid"` // of the call
	From string `json:"from"`
	to   string
}

// Arrival is something that reached a phone: a text or a call. IDs grow by one from 1.
type Arrival struct {
	ID   int64     `json:"id"`
	At   time.Time `json:"at"`
	Text *Text     `json:"text,omitempty"`
	Ring *Ring     `json:"ring,omitempty"`
}

// phone is what the company keeps for one number, oldest first: what arrived there, and all that passed there.
type phone struct {
	mu       sync.Mutex
	arrivals []Arrival
	last     int64
	diary    []Entry
	entered  int64         // id of the newest entry
	changed  chan struct{} // closed by the next arrival or entry
}

// phone finds the phone of a number, or connects it.
func (c *Company) phone(number string) *phone {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, known := c.phones.get(number)
	if !known {
		p = &phone{changed: make(chan struct{})}
		c.phones.put(number, p)
	}
	return p
}

func (p *phone) add(a Arrival) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	a.ID = p.last
	p.arrivals = append(p.arrivals, a)
	if extra := len(p.arrivals) - keepArrivals; extra > 0 {
		p.arrivals = slices.Delete(p.arrivals, 0, extra)
	}
	p.enterLocked(a.entry())
	p.wake()
}

// entry is an arrival in the phone's diary.
func (a Arrival) entry() Entry {
	e := Entry{At: a.At, Received: a.Text}
	if a.Ring != nil {
		e.Call = &CallEntry{SID: a.Ring.SID, From: a.Ring.From, To: a.Ring.to, Rings: true}
	}
	return e
}

// wake needs the lock.
func (p *phone) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// since lists what arrived after an id, and a channel that closes when more does. An id
// from the future is from a company that ran before this one: everything is new then.
func (p *phone) since(id int64) ([]Arrival, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id > p.last {
		id = 0
	}
	i, _ := slices.BinarySearchFunc(p.arrivals, id+1, func(a Arrival, id int64) int { return int(a.ID - id) })
	return append([]Arrival{}, p.arrivals[i:]...), p.changed
}

func (p *phone) lastID() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}
