package store

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Notices by call (calling_tries.go has what becomes of one).

// Ways is by which way a broadcast goes.
type Ways string

const (
	WaysAgreed Ways = ""     // as each agreed: by text, or else by call, and never both
	WaysText   Ways = "text" // by text alone
	WaysCall   Ways = "call" // by call alone
	WaysBoth   Ways = "both" // by text and by call, each to whoever agreed to it
)

func (w Ways) check(pin bool) error {
	switch w {
	case WaysAgreed, WaysCall, WaysBoth:
		return nil
	case WaysText:
		if pin {
			return refuse("a PIN is asked on calls, and this one goes by text alone")
		}
		return nil
	}
	return refuse("a notice goes by text, by call or both, not %q", string(w))
}

// CallTerms is how a line calls.
type CallTerms struct {
	Pace   int // calls a second that it begins
	Price  int // of a minute, in millionths of a dollar
	AtOnce int // calls under way, at the most
}

// CallTermsOf are those of a line.
func (s *Store) CallTermsOf(ctx context.Context, q Querier, line uuid.UUID) (t CallTerms, err error) {
	found, err := one(ctx, q, `select call_pace, call_price, calls_at_once from lines where id = $1`, []any{line}, &t.Pace, &t.Price, &t.AtOnce)
	if err == nil && !found {
		return t, refuse("there is no line of that id")
	}
	return t, wrap("looking how a line calls", err)
}

// CallTermsChange is what may change of it; what is nil stays.
type CallTermsChange struct{ Pace, Price, AtOnce *int }

// ChangeCallTerms changes how a line calls.
func (s *Store) ChangeCallTerms(ctx context.Context, q Querier, line uuid.UUID, c CallTermsChange) error {
	for _, bound := range []struct {
		n           *int
		least, most int
		what        string
	}{
		{c.Pace, 1, 100, "calls a second"}, {c.Price, 0, 10_000_000, "the price of a minute, in millionths of a dollar,"}, {c.AtOnce, 1, 1000, "calls at once"},
	} {
		if bound.n != nil && (*bound.n < bound.least || *bound.n > bound.most) {
			return refuse("%s must be %d to %d", bound.what, bound.least, bound.most)
		}
	}
	_, err := q.Exec(ctx, `update lines set call_pace = coalesce($2, call_pace), call_price = coalesce($3, call_price), calls_at_once = coalesce($4, calls_at_once)
		where id = $1`, line, c.Pace, c.Price, c.AtOnce)
	return wrap("changing how a line calls", err)
}

// What a call with a notice takes, in seconds: the words before the key and after, and a voice that reads so many words a minute. Carriers count
// whole minutes.
const (
	callAround     = 25
	readsAMinute   = 150
	secondsAMinute = 60
	lettersAWord   = 6
)

// CallSeconds is how long a call takes on which such words are read once.
func CallSeconds(words string) int {
	n := max(len(strings.Fields(words)), utf8.RuneCountInString(words)/lettersAWord) // not every writing has spaces
	return callAround + (n*secondsAMinute+readsAMinute-1)/readsAMinute
}

// CallSeconds is how long a call takes on which a notice is told once, in words of one language or as the longest recording of it.
func (b Broadcast) CallSeconds(lang string) int {
	read := CallSeconds(b.Words[lang])
	if b.Longest == 0 {
		return read
	}
	return max(read, callAround+b.Longest)
}

// CallMinutes is how many minutes are paid for it.
func (b Broadcast) CallMinutes(lang string) int {
	return (b.CallSeconds(lang) + secondsAMinute - 1) / secondsAMinute
}

// Calls is how a broadcast goes with the phones that are called.
type Calls struct {
	Total      int
	Ready      int // not tried yet
	Later      int // tried, and to be tried again
	Calling    int // under way
	Unknown    int // nobody knows whether the carrier placed it
	Heard      int // answered, and the notice was read
	Unanswered int // tried as often as may be: nobody answered, or pressed the key
	Refused    int // wants no calls any more, or never agreed
	Failed     int
	Expired    int // too late
	Canceled   int
	Blamed     map[Blame]int // of those that failed
}

func (c *Calls) add(state SendState, blame Blame, tried bool, n int) {
	c.Total += n
	switch state {
	case SendReady:
		if tried {
			c.Later += n
		} else {
			c.Ready += n
		}
	case SendSending, SendAccepted, SendSent:
		c.Calling += n
	case SendUnknown:
		c.Unknown += n
	case SendDelivered:
		c.Heard += n
	case SendUndelivered:
		c.Unanswered += n
	case SendRefused:
		c.Refused += n
	case SendExpired:
		c.Expired += n
	case SendCanceled:
		c.Canceled += n
	default:
		c.Failed += n
		if c.Blamed == nil {
			c.Blamed = map[Blame]int{}
		}
		c.Blamed[blame] += n
	}
}

// Waiting is how many are still to be reached.
func (c Calls) Waiting() int { return c.Ready + c.Later + c.Calling + c.Unknown }
