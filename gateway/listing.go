package gateway

import (
	"time"

	"hotline/store"
)

// ListFilter says which messages of the carrier's books are wanted.
type ListFilter struct {
	To, From string // a number in E.164; empty: any
	// The carrier filters by whole days in GMT, and by when a message was sent: one that still waits in its queue has not been, and is listed
	// only where both are zero. So the days of both are asked for, whole; what is listed is to be looked at by its Created.
	Since, Until time.Time
}

// Listed is one message as the carrier lists it. It may be of either direction.
type Listed struct {
	ID        string // the carrier's
	To, From  string
	Phone     store.Phone // at the other end; empty where that is no person's number
	Body      string      // empty where it was blanked there
	Direction string      // "inbound", "outbound-api", "outbound-reply"
	Status    string      // the carrier's word: "queued", "delivered", "received" …
	Code      int         // the carrier's reason, 0 if none
	Created   time.Time
	Media     int // how many files came with it
}

// The carrier's words for which way a message went. A reply is what our TwiML said: it is no send of ours.
const (
	listedInbound = "inbound"
	listedSend    = "outbound-api"
)
