package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"hotline/store"
)

// erasingJSON is how far the erasing at the carrier has come, for programs.
type erasingJSON struct {
	Days    int               `json:"days"` // in which erased counts
	Kinds   []erasingKindJSON `json:"kinds"`
	Halted  *haltedJSON       `json:"halted,omitempty"` // the carrier refuses everything
	GivenUp []givenUpJSON     `json:"given_up"`
}

type erasingKindJSON struct {
	Kind     string     `json:"kind"`
	Waiting  int        `json:"waiting"`
	Oldest   *time.Time `json:"oldest,omitempty"`
	Fetching int        `json:"fetching"` // of those waiting: they are not here yet
	TooSoon  int        `json:"too_soon"` // of those: the carrier is not done with them
	Refused  int        `json:"refused"`  // of those: the carrier would not, or did not answer
	GivenUp  int        `json:"given_up"`
	Erased   int64      `json:"erased"`
}

type haltedJSON struct {
	Since *time.Time `json:"since"`
	Code  int        `json:"code"`
}

type givenUpJSON struct {
	Kind  string     `json:"kind"`
	Since *time.Time `json:"since"`
	Tries int        `json:"tries"`
	Code  int        `json:"code"`
	ID    string     `json:"id"` // the carrier's
}

const eraseHelp = `
  hotline erase
  hotline erase --check
  hotline erase --check --days 30 --most 5000
  hotline erase --again

The words of every text, in and out, and all pictures and recordings are erased at the carrier once they are here: serve does it
by itself. This tells how far it is. --check asks for the carrier's own lists of the last days, and fails if anything stands there.
What we know of it then is "waits", "given up", "unknown" (it was never heard: see the runbook), or "erased" (the carrier said so,
and it still stands there). That a text was sent, by whom and when, stays on record at the carrier.` + onRecordsHelp + `
  days, kinds: [kind, waiting, oldest, fetching, too_soon, refused, given_up, erased], halted: since, code;
  given_up: [kind, since, tries, code, id]; of --check: days, texts, recordings, fresh, standing: [kind, at, id, here, which];
  of --again: again (how many)`

// eraseFlags are those of the command.
type eraseFlags struct {
	check, again bool
	days, most   int
	older        time.Duration
}

func eraseCommand(fs *flag.FlagSet) action {
	changes(fs)
	var f eraseFlags
	fs.BoolVar(&f.check, "check", false, "ask the carrier what still stands there, and fail if anything does")
	fs.BoolVar(&f.again, "again", false, "try anew what was given up")
	fs.IntVar(&f.days, "days", 7, "how many `DAYS` to look back")
	fs.IntVar(&f.most, "most", 0, "with --check: look at the newest `N` texts and recordings alone")
	fs.DurationVar(&f.older, "older", time.Hour, "with --check: leave out what came in so short a `TIME` ago, and is being erased")
	return onDatabase(fs, func(ctx context.Context, d *desk, _ []string) error {
		switch {
		case f.days < 1 || f.days > 366:
			return misused("--days takes 1 to 366 days")
		case f.most < 0 || f.older < 0:
			return misused("--most and --older take no number below 0")
		case f.check && f.again:
			return misused("--check looks, and --again acts; choose one")
		case f.check:
			return d.checkErased(ctx, f)
		case f.again:
			n, err := d.store.EraseAgain(ctx, cmp.Or(d.as, setup), d.now())
			if err != nil {
				return err
			}
			return d.told(map[string]int{"again": n}, "%s tried anew.", count(n, "thing is", "things are"))
		}
		return d.showErasing(ctx, f.days)
	})
}

func (d *desk) showErasing(ctx context.Context, days int) error {
	e, err := d.store.ErasingNow(ctx, d.store.Pool, d.now().AddDate(0, 0, -days))
	if err != nil {
		return err
	}
	given, err := d.store.GivenUpErasures(ctx, d.store.Pool)
	if err != nil {
		return err
	}
	if d.json {
		return printJSON(d.out, toErasingJSON(e, given, days))
	}
	t := table{head: []string{"Kind", "Waiting", "Since", "Being fetched", "Too soon", "Refused", "Given up", "Erased in " + count(days, "day", "days")}}
	for _, k := range e.Kinds {
		since := "-"
		if !k.Oldest.IsZero() {
			since = age(d.now().Sub(k.Oldest))
		}
		t.add(string(k.Kind)+"s", strconv.Itoa(k.Waiting), since, strconv.Itoa(k.Fetching), strconv.Itoa(k.TooSoon), strconv.Itoa(k.Refused),
			strconv.Itoa(k.GivenUp), strconv.FormatInt(k.Erased, 10))
	}
	t.print(d.out)
	if !e.HaltedSince.IsZero() {
		d.say("For %s the carrier has refused to erase anything (error %d): look at the account, and at TWILIO_AUTH_TOKEN.",
			age(d.now().Sub(e.HaltedSince)), e.HaltedCode)
	}
	if len(given) == 0 {
		return nil
	}
	d.say("\nGiven up. Erase these in the carrier's console, or have them tried anew with --again:")
	t = table{head: []string{"Kind", "Since", "Tries", "Error", "The carrier's id"}}
	for _, g := range given {
		t.add(string(g.Kind), age(d.now().Sub(g.At)), strconv.Itoa(g.Tries), orDash(g.Code), carrierName(g))
	}
	t.print(d.out)
	return nil
}

func toErasingJSON(e store.Erasing, given []store.Erasure, days int) erasingJSON {
	shown := erasingJSON{Days: days, Kinds: []erasingKindJSON{}, GivenUp: []givenUpJSON{}}
	for _, k := range e.Kinds {
		shown.Kinds = append(shown.Kinds, erasingKindJSON{
			Kind: string(k.Kind), Waiting: k.Waiting, Oldest: optional(k.Oldest, time.UTC), Fetching: k.Fetching, TooSoon: k.TooSoon, Refused: k.Refused,
			GivenUp: k.GivenUp, Erased: k.Erased,
		})
	}
	for _, g := range given {
		shown.GivenUp = append(shown.GivenUp, givenUpJSON{string(g.Kind), optional(g.At, time.UTC), g.Tries, g.Code, carrierName(g)})
	}
	if !e.HaltedSince.IsZero() {
		shown.Halted = &haltedJSON{optional(e.HaltedSince, time.UTC), e.HaltedCode}
	}
	return shown
}

// carrierName is the carrier's id of something, by which its console finds it.
func carrierName(e store.Erasure) string {
	if e.Err != nil {
		return "(cannot be opened with these keys)"
	}
	name, _, _ := strings.Cut(path.Base(e.Source), ".")
	return cmp.Or(printable(name), "-")
}

func orDash(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

// age is how long something lasts, in one unit.
func age(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return count(int(d/time.Second), "second", "seconds")
	case d < time.Hour:
		return count(int(d/time.Minute), "minute", "minutes")
	case d < 48*time.Hour:
		return count(int(d/time.Hour), "hour", "hours")
	}
	return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
}
