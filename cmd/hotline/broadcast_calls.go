package main

import (
	"flag"
	"fmt"
	"time"

	"hotline/store"
)

// Notices by call, in the commands of organizers.

// wayFlags are by which way a broadcast goes.
type wayFlags struct {
	by  string
	pin bool
}

func bindWays(fs *flag.FlagSet) *wayFlags {
	f := &wayFlags{}
	fs.StringVar(&f.by, "by", "", "by which `WAY`: text, call, or both; left out: to each as they agreed, by text before by call")
	fs.BoolVar(&f.pin, "pin", false, "on a call, read it only to who keys a PIN of that phone")
	return f
}

func (f *wayFlags) read(b *store.Broadcast) error {
	switch f.by {
	case "":
	case "text", "call", "both":
		b.Ways = store.Ways(f.by)
	case "agreed":
		b.Ways = store.WaysAgreed
	default:
		return misused("--by is text, call or both, or agreed for each as they agreed, not %q", f.by)
	}
	b.Pin = b.Pin || f.pin
	return nil
}

// callsJSON is how a broadcast goes with the phones that are called.
type callsJSON struct {
	Phones     int `json:"phones"`
	Waiting    int `json:"waiting"` // not called yet
	Later      int `json:"later"`   // called, and to be called again at another hour
	Calling    int `json:"calling"`
	Heard      int `json:"heard"`      // answered, and the notice was read
	Unanswered int `json:"unanswered"` // called as often as may be
	Failed     int `json:"failed"`
	Unknown    int `json:"unknown"` // nobody knows yet whether the carrier placed it
	Never      int `json:"never"`   // wants no calls any more
	Late       int `json:"late"`
	Canceled   int `json:"canceled"`
}

func callsOf(c store.Calls) *callsJSON {
	if c.Total == 0 {
		return nil
	}
	return &callsJSON{
		Phones: c.Total, Waiting: c.Ready, Later: c.Later, Calling: c.Calling, Heard: c.Heard, Unanswered: c.Unanswered, Failed: c.Failed, Unknown: c.Unknown,
		Never: c.Refused, Late: c.Expired, Canceled: c.Canceled,
	}
}

// waiting is how many are still to be reached.
func (c *callsJSON) waiting() int {
	if c == nil {
		return 0
	}
	return c.Waiting + c.Later + c.Calling + c.Unknown
}

func (c *callsJSON) phones() int {
	if c == nil {
		return 0
	}
	return c.Phones
}

// line is the calls in one line, with a bar.
func (c callsJSON) line() string {
	gone := c.Phones - c.waiting()
	s := fmt.Sprintf("%s %d of %d by call: answered and heard %d, not answered %d", bar(gone, c.Phones), gone, c.Phones, c.Heard, c.Unanswered)
	for _, more := range []struct {
		n    int
		what string
	}{{c.Failed, "failed"}, {c.Never, "never again"}, {c.Late, "too late"}, {c.Canceled, "canceled"}, {c.Unknown, "unknown"}} {
		if more.n > 0 {
			s += fmt.Sprintf(", %s %d", more.what, more.n)
		}
	}
	for _, more := range []struct {
		n    int
		what string
	}{{c.Calling, "being called"}, {c.Waiting, "left"}, {c.Later, "tried, and later again"}} {
		if more.n > 0 {
			s += fmt.Sprintf("; %d %s", more.n, more.what)
		}
	}
	return s
}

// callPreview is what a broadcast means for those who are told it by call, in one language.
type callPreview struct {
	Language string `json:"language"`
	howMany
	Seconds int     `json:"seconds"` // of each call that is heard, about
	Minutes int     `json:"minutes"` // that each costs
	Cost    float64 `json:"cost"`    // dollars, if all are answered at the first try; of one that is uncounted at most
}

func callPreviews(b store.Broadcast, phones map[string]int, t store.CallTerms) (all []callPreview) {
	for _, lang := range b.Words.Languages() {
		if n := phones[lang]; n > 0 {
			minutes := b.CallMinutes(lang)
			all = append(all, callPreview{lang, howManyOf(b, n), b.CallSeconds(lang), minutes, float64(n*minutes) * float64(t.Price) / 1_000_000})
		}
	}
	return all
}

// sayCalls tells of those who are called: how many by language, for how much, and how long that takes.
func (d *desk) sayCalls(b store.Broadcast, all []callPreview, t store.CallTerms) (phones int, cost float64) {
	longest := 0
	for _, one := range all {
		phones, cost, longest = phones+one.n, cost+one.Cost, max(longest, one.Seconds)
		d.say("\n  %s, by call: %s%s, %s each, %s$%.2f if all answer", one.Language, atMost(b), count(one.n, "phone", "phones"), count(one.Minutes, "minute", "minutes"), atMost(b), one.Cost)
	}
	if phones == 0 {
		return 0, 0
	}
	pin := ""
	if b.Pin {
		pin = " It is read only to who keys a PIN of that phone."
	}
	// As many as may go on at once bound it as well as the pace does.
	took := max(time.Duration(phones)*time.Second/time.Duration(t.Pace), time.Duration(phones)*time.Duration(longest)*time.Second/time.Duration(t.AtOnce))
	d.say("\nCalls: %s a second, %d at once; calling everybody once takes %s%s. Each phone is tried at up to three different hours.%s",
		count(t.Pace, "call", "calls"), t.AtOnce, atMost(b), took.Round(time.Second), pin)
	if b.Purpose != store.ForAlerts {
		d.say("They go between 10 am and 8 pm, also where the number is, or in the hours that people chose.")
	}
	return phones, cost
}
