package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// outgoingJSON is a send for programs: neither its words nor its phone.
type outgoingJSON struct {
	ID         string     `json:"id"`
	Line       string     `json:"line"`
	Channel    string     `json:"channel"` // text, voice
	Purpose    string     `json:"purpose"` // notices, alerts, answers
	State      string     `json:"state"`
	At         *time.Time `json:"at"` // when it was handed to the phone company
	ExpiresAt  *time.Time `json:"expires_at"`
	RepeatedAt *time.Time `json:"repeated_at"`
	Person     string     `json:"for_a_person"` // why: several, no trace, repeated, too late, too old, call; empty: it is looked for
}

func (d *desk) outgoingJSON(u store.Unsettled) outgoingJSON {
	return outgoingJSON{
		ID: u.ID.String(), Line: u.Line, Channel: u.Channel, Purpose: string(u.Purpose), State: string(u.State), At: optional(u.SentAt, d.zone),
		ExpiresAt: optional(u.ExpiresAt, d.zone), RepeatedAt: optional(u.RepeatedAt, d.zone), Person: string(u.Why),
	}
}

// outgoingList shows what may have been sent. It has no words and no numbers in it: who it was for is nobody's business here.
func outgoingList(fs *flag.FlagSet) action {
	repeated := fs.Bool("repeated", false, "instead those that were sent once more, since the phone company had no trace of them")
	kept := fs.Bool("kept-back", false, "instead those that were not sent, since the line does not call or text their number")
	return onRecords(fs, listing[store.Unsettled, outgoingJSON]{
		none: "Nothing: of all that was handed to the phone company it is known what became of it.",
		head: []string{"Id", "Handed over", "Line", "By", "For", "State"},
		all: func(ctx context.Context, d *desk) ([]store.Unsettled, error) {
			what := store.WhichUnknown
			switch {
			case *repeated:
				what = store.WhichRepeated
			case *kept:
				what = store.WhichKeptBack
			}
			return d.store.Unsettled(ctx, d.store.Pool, d.assembly.ID, what)
		},
		row: func(d *desk, u store.Unsettled) []string {
			return []string{u.ID.String()[:8], moment(u.SentAt, d.now(), d.zone), u.Line, u.Channel, string(u.Purpose), d.outgoingState(u)}
		},
		asJSON: (*desk).outgoingJSON,
	}.print)
}

// settledWords say why something is left for a person.
func settledWords(u store.Unsettled) string {
	switch u.Why {
	case store.WhySeveral:
		return "for you to settle: the phone company has several messages that may be it, or as many in the same words as were asked for"
	case store.WhyNoTrace:
		return "for you to settle: the phone company has no trace of it, and it is not repeated by itself"
	case store.WhyRepeated:
		return "for you to settle: it was sent once more, and there is no trace of that either"
	case store.WhyTooLate:
		return "for you to settle: the phone company has no trace of it, and it is too late to send it"
	case store.WhyTooOld:
		return "for you to settle: the phone company could not be asked for three days"
	case store.WhyCall:
		return "for you to settle: nobody told what became of this call"
	}
	return "being looked for at the phone company"
}

func (d *desk) outgoingState(u store.Unsettled) string {
	state := string(u.State)
	if u.State == store.SendUnknown {
		state = settledWords(u)
	}
	if u.State == store.SendRefused {
		state = "not sent: to a country that the line does not call or text, or a number that costs extra"
	}
	if !u.RepeatedAt.IsZero() {
		state += fmt.Sprintf(" (sent once more on %s)", moment(u.RepeatedAt, d.now(), d.zone))
	}
	return state
}

// outgoingSettle takes a person's word, and the journal keeps whose.
func outgoingSettle(fs *flag.FlagSet) action {
	changes(fs)
	sent := fs.Bool("sent", false, "it was sent")
	not := fs.Bool("not-sent", false, "it was not sent; it is not sent again by this")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		if *sent == *not {
			return misused("say --sent or --not-sent")
		}
		var u store.Unsettled
		err := d.change(ctx, "outgoing.settle", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			var err error
			u, err = d.store.SettleOutgoing(ctx, tx, d.assembly.ID, args[0], *sent, d.now())
			return fmt.Sprintf("%s %s", u.ID, u.State), err
		})
		if err != nil {
			return err
		}
		if *sent {
			return d.told(d.outgoingJSON(u), "Kept: it counts as sent.")
		}
		return d.told(d.outgoingJSON(u), "Kept: it counts as not sent. Nothing is sent again by this.")
	})
}
