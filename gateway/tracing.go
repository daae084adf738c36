package gateway

import (
	"cmp"
	"slices"
	"time"

	"hotline/store"
)

// The carrier's clock is not ours, and what it was asked it may take up late.
const (
	createdEarly = 5 * time.Minute
	createdLate  = noTraceAfter
)

// trace is what the carrier's list tells of one send.
type trace string

const (
	traceNone    trace = "none"
	traceFound   trace = "found"
	traceSeveral trace = "several" // more than one message may be it, or the one may be another's
	traceWaits   trace = "waits"   // another send to this phone is under way: ask again when it is settled
)

// mayBe tells whether a message of the list came about when this was sent to this phone.
func mayBe(u store.Unknown, l Listed) bool {
	return l.Phone == u.To && l.Direction == listedSend && l.Created.After(u.SentAt.Add(-createdEarly)) && l.Created.Before(u.SentAt.Add(createdLate))
}

// look compares one send with the messages that no other send has claimed. rivals are the other sends without an id of the carrier's: a
// message may be theirs.
//
// Messages with its very words count first. Where as many sends of these words are unknown as there are messages, it does not matter which
// is which: each is one of them, in order. Only where there is none does a message count whose words were blanked at the carrier, or any
// message for a send whose words we do not have; then there must be one, and nobody else whose it could be.
func look(u store.Unknown, rivals []store.Unknown, listed []Listed) (Listed, trace) {
	var exact, blank []Listed
	for _, l := range listed {
		switch {
		case !mayBe(u, l):
		case l.Body == "" || !u.KnowsWords():
			blank = append(blank, l)
		case u.Says(l.Body):
			exact = append(exact, l)
		}
	}
	if len(exact)+len(blank) == 0 {
		return Listed{}, traceNone
	}
	some, words := exact, true
	if len(exact) == 0 {
		some, words = blank, false
	}
	alike := 1
	for _, r := range rivals {
		switch {
		case r.ID == u.ID || r.Phone != u.Phone || r.Line != u.Line || !near(r, some):
		case r.State == store.SendSending:
			return Listed{}, traceWaits
		case words && r.KnowsWords() && !r.Says(exact[0].Body):
		case words && r.KnowsWords() && r.State == store.SendUnknown:
			alike++
		default: // it was sent under an id that we do not have, or nobody can tell the two apart
			return Listed{}, traceSeveral
		}
	}
	if len(some) > alike {
		return Listed{}, traceSeveral
	}
	return slices.MinFunc(some, func(a, b Listed) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) }), traceFound
}

// near tells whether one of these messages may be another send's.
func near(r store.Unknown, listed []Listed) bool {
	return slices.ContainsFunc(listed, func(l Listed) bool { return mayBe(r, l) })
}
