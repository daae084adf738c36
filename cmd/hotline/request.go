package main

import (
	"context"
	"flag"
	"strconv"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// requestJSON is somebody who wants a person to talk to, for programs. What they told is the report of the same number.
type requestJSON struct {
	Number    int        `json:"number"`
	State     string     `json:"state"`
	Lang      string     `json:"language"`
	FiledAt   *time.Time `json:"filed_at"`
	ReadBy    *time.Time `json:"read_by"`
	Reach     string     `json:"reach"`               // they come, text, call
	Elsewhere bool       `json:"elsewhere"`           // at another number than the report's
	Hours     string     `json:"hours,omitempty"`     // morning, afternoon, evening, any
	OthersMay bool       `json:"others_may"`          // another person may answer
	Words     string     `json:"tell_them,omitempty"` // in request show only
	Recording bool       `json:"recording"`           // what to tell them was said
	Overdue   bool       `json:"overdue"`
}

func (d *desk) requestJSON(r store.Request) requestJSON {
	return requestJSON{
		Number: r.Number, State: string(r.State), Lang: r.Lang, FiledAt: optional(r.FiledAt, d.zone), ReadBy: optional(r.ReadBy, d.zone),
		Reach: string(r.Reach), Elsewhere: r.Elsewhere, Hours: r.Hours, OthersMay: r.OthersMay, Recording: r.Recording != uuid.Nil,
		Overdue: r.Overdue(d.now()),
	}
}

func requestList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Request, requestJSON]{
		none: "Nobody has asked for a person yet. Workers do so with ORGANIZE.",
		head: []string{"No.", "State", "Filed", "Language", "To be read by", "Reach them"},
		all: func(ctx context.Context, d *desk) ([]store.Request, error) {
			return d.store.Requests(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(d *desk, r store.Request) []string {
			by := moment(r.ReadBy, d.now(), d.zone)
			if r.Overdue(d.now()) {
				by += " - LATE"
			}
			return []string{strconv.Itoa(r.Number), string(r.State), moment(r.FiledAt, d.now(), d.zone), r.Lang, by, reachInWords(r)}
		},
		asJSON: (*desk).requestJSON,
	}.print)
}

// reachInWords says how somebody wants to be reached, without a number.
func reachInWords(r store.Request) string {
	switch r.Reach {
	case store.ReachText:
		return "by text to the phone it came from"
	case store.ReachCall:
		where := "on the phone it came from"
		if r.Elsewhere {
			where = "on another phone"
		}
		return "by a call " + where + ", " + map[string]string{
			"morning": "in the morning", "afternoon": "in the afternoon", "evening": "in the evening", "any": "from 10 am to 8 pm",
		}[r.Hours]
	}
	return "not at all: they ask for the answer themselves"
}

func requestShow(fs *flag.FlagSet) action {
	recording := fs.String("recording", "", "write what to tell another person, where it was said, to this new `FILE`")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		r, err := d.store.ShowRequest(ctx, d.store.Pool, d.assembly.ID, number)
		if err != nil {
			return err
		}
		if err := d.showRequest(r); err != nil || *recording == "" {
			return err
		}
		return d.saveSaid(ctx, r.Recording, *recording)
	})
}

func (d *desk) showRequest(r store.Request) error {
	if d.json {
		j := d.requestJSON(r)
		j.Words = r.Words
		return printJSON(d.out, j)
	}
	d.say("Request %d (%s), language %s", r.Number, r.State, r.Lang)
	d.say("  What they told   %s", d.hint("report show "+strconv.Itoa(r.Number)))
	d.say("  Reach them       %s", reachInWords(r))
	if r.Reach != store.ReachCall {
		return nil
	}
	switch {
	case !r.OthersMay:
		d.say("  Another answers  hang up without a word")
	case r.Recording != uuid.Nil:
		d.say("  Another answers  what to say was recorded; --recording FILE writes it to a file")
	default:
		d.say("  Another answers  say just this:")
		paragraph(d.out, printable(r.Words))
	}
	return nil
}
