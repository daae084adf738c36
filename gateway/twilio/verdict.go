package twilio

import (
	"errors"
	"net/http"
	"time"

	"hotline/store"
)

// Verdict is what the carrier's answer about a message means for what we do next.
type Verdict string

// The verdicts, of a message that was not accepted or not delivered.
const (
	BadNumber   Verdict = "bad number"  // this number will never receive texts
	OptedOut    Verdict = "opted out"   // they said STOP to the carrier: nothing more until START
	Ours        Verdict = "ours"        // something of ours is wrong: halt the line
	Destination Verdict = "destination" // not to there, and not this person's doing: show it; pause when many fail so
	Filtered    Verdict = "filtered"    // a network took it for spam
	Busy        Verdict = "busy"        // not processed: safe to send again, later
	Later       Verdict = "later"       // not delivered: again if it is still worth it, at most twice
	Refused     Verdict = "refused"     // not this message; says nothing about the person
	Ambiguous   Verdict = "ambiguous"   // it may have been sent: never repeat it blindly
)

// Blame is whose fault it is, for whoever sends to many.
func (v Verdict) Blame() store.Blame {
	switch v {
	case BadNumber:
		return store.BlameNumber
	case OptedOut:
		return store.BlameStopped
	case Ours:
		return store.BlameAccount
	case Destination:
		return store.BlameDestination
	case Filtered:
		return store.BlameFiltered
	}
	return store.BlameNobody
}

// codes is what the carrier's error codes mean, in an answer of the API as in a status callback.
// Source: Twilio's error dictionary.
func codes() map[Verdict][]int {
	return map[Verdict][]int{
		BadNumber: {
			21211, // no valid number
			21614, // not a mobile number
			21635, // a landline
			30005, // unknown handset
			30006, // landline or unreachable carrier
		},
		OptedOut: {21610},
		Ours: {
			20003, // the token is wrong
			21703, // the messaging service has no sender
			30002, // the account is suspended
			30032, // toll-free number not verified
			30034, // long code not registered
		},
		Destination: {
			21408, // no permission for the region
			21606, // our number cannot text there
			21612, // no route
			21608, // a trial account, and a number it does not know
		},
		Filtered: {30004, 30007},
		Busy: {
			20429, // too many requests
			21611, // our queue is full
		},
		Later: {
			30001, // queue overflow
			30003, // handset off or out of reach
			30008, // unknown error
			30022, // rate of the campaign exceeded
			30023, // daily limit
			30036, // validity period ran out
			30410, // a provider timed out
		},
	}
}

// Judge tells what an error code means. A code that is not in the table counts for the one attempt and is worth a look.
func Judge(code int) Verdict {
	for verdict, list := range codes() {
		for _, c := range list {
			if c == code {
				return verdict
			}
		}
	}
	return Refused
}

// SendError is why a message was not accepted, or not certainly.
type SendError struct {
	Verdict Verdict
	Code    int           // the carrier's, 0 if none
	Status  int           // of HTTP, 0 if no answer came
	Wait    time.Duration // what the carrier asks us to wait before the next try, 0 if it does not say
	Cause   error
}

func (e *SendError) Error() string {
	return "sending a message (" + string(e.Verdict) + "): " + e.Cause.Error()
}
func (e *SendError) Unwrap() error { return e.Cause }

// judge turns the error of a call that creates a message into its verdict. An answer that was cut off, a 5xx and silence are all
// ambiguous: creating has no idempotency key, and the carrier may have done it.
func judge(err error) *SendError {
	e := &SendError{Verdict: Ambiguous, Cause: err}
	var api *apiError
	if !errors.As(err, &api) {
		return e
	}
	e.Code, e.Status, e.Wait = api.code, api.status, api.wait
	switch s := api.status; {
	case api.unsent, s == http.StatusTooManyRequests:
		e.Verdict = Busy
	case s == 0, s >= 500, s == http.StatusRequestTimeout:
	case api.code != 0:
		e.Verdict = Judge(api.code)
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		e.Verdict = Ours
	default:
		e.Verdict = Refused
	}
	return e
}
