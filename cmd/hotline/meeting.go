package main

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// meetingList shows head counts, never who answered.
func meetingList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Meeting, meetingJSON]{
		none: "No meeting yet. Add one with `hotline meeting add`.",
		head: []string{"No.", "When", "State", "Coming", "Not", "Place"},
		all: func(ctx context.Context, d *desk) ([]store.Meeting, error) {
			return d.store.Meetings(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(d *desk, m store.Meeting) []string {
			return []string{strconv.Itoa(m.Number), moment(m.StartsAt, d.now(), d.zone), d.meetingState(m),
				strconv.Itoa(m.Yes + m.Asked.Others), strconv.Itoa(m.No), inEach(m.Place)}
		},
		asJSON: (*desk).meetingJSON,
	}.print)
}

func (d *desk) meetingState(m store.Meeting) string {
	switch {
	case !m.CanceledAt.IsZero():
		return "canceled"
	case m.StartsAt.Before(d.now()):
		return "past"
	}
	return "ahead"
}

// meetingFlags are what may be said of a meeting, new or changed.
type meetingFlags struct {
	at, placeFor, quorum string
	place                wordsFlag
}

func bindMeeting(fs *flag.FlagSet) *meetingFlags {
	f := &meetingFlags{place: wordsFlag{}}
	fs.StringVar(&f.at, "at", "", "when it begins, by the assembly's clock: `TIME` like \"2026-11-27 19:00\" or \"friday 7pm\"")
	fs.Var(f.place, "place", "where: `WORDS` for all languages, or \"en=… / es=…\"")
	fs.StringVar(&f.placeFor, "place-for", "", "`WHO` is told the place: everyone, members, or \"on the day\"")
	fs.StringVar(&f.quorum, "quorum", "", "members who have to be present: a `NUMBER`, a share such as 25%, or none; "+
		"left out of a new meeting: as at the one before")
	return f
}

// read gives what the flags say, in the assembly's zone and the languages of its lines.
func (f *meetingFlags) read(ctx context.Context, d *desk) (c store.MeetingChange, err error) {
	c.PlaceFor = store.PlaceFor(strings.ReplaceAll(f.placeFor, "-", " "))
	if f.at != "" {
		if c.StartsAt, err = parseTime(f.at, d.now(), d.zone); err != nil {
			return c, err
		}
	}
	if f.quorum != "" {
		q, err := store.ParseQuorum(f.quorum)
		if err != nil {
			return c, err
		}
		c.Quorum = &q
	}
	if len(f.place) > 0 {
		languages, err := d.written(ctx)
		if err != nil {
			return c, err
		}
		if c.Place, err = f.place.in(languages, "the place"); err != nil {
			return c, err
		}
		r, err := d.newRehearsal()
		if err != nil {
			return c, err
		}
		texts, err := r.place(c.Place)
		if err != nil {
			return c, err
		}
		for _, t := range texts {
			if err := t.fits(); err != nil {
				return c, err
			}
		}
		d.weigh(texts)
	}
	return c, nil
}

// meetingAdd needs time and place; the rest has defaults.
func meetingAdd(fs *flag.FlagSet) action {
	f := bindMeeting(changes(fs))
	return onRecords(fs, func(ctx context.Context, d *desk, _ []string) error {
		if f.at == "" || len(f.place) == 0 {
			return misused("meeting add needs --at and --place")
		}
		c, err := f.read(ctx, d)
		if err != nil {
			return err
		}
		var m store.Meeting
		err = d.change(ctx, "meeting.add", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			m, err = d.store.AddMeeting(ctx, tx, store.NewMeeting{Assembly: d.assembly.ID, StartsAt: c.StartsAt, Place: c.Place, PlaceFor: c.PlaceFor, Quorum: c.Quorum})
			return m.ID.String(), err
		})
		if err != nil {
			return err
		}
		return d.showMeeting(ctx, m)
	})
}

// meetingChange moves a meeting; whoever asks from then on hears the new time and place. Answers stay.
func meetingChange(fs *flag.FlagSet) action {
	f := bindMeeting(changes(fs))
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		if f.at == "" && len(f.place) == 0 && f.placeFor == "" && f.quorum == "" {
			return misused("meeting change needs one of --at, --place, --place-for and --quorum")
		}
		c, err := f.read(ctx, d)
		if err != nil {
			return err
		}
		var m store.Meeting
		var told meetingTold
		moved := f.at != "" || len(f.place) > 0 || f.placeFor != ""
		err = d.change(ctx, "meeting.change", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			if m, err = d.store.ChangeMeeting(ctx, tx, d.assembly.ID, number, c, d.now()); err == nil && moved {
				told, err = d.tellOfMeeting(ctx, tx, m, store.FollowsChange)
			}
			return m.ID.String(), err
		})
		if err != nil {
			return err
		}
		if err := d.showMeeting(ctx, m); err != nil || !moved || d.json {
			return err
		}
		d.say("%s", told.inWords(d))
		return nil
	})
}

// meetingCancel asks first, with the day and how many come: a mistyped number would cancel another.
func meetingCancel(fs *flag.FlagSet) action {
	changes(fs)
	yes := fs.Bool("yes", false, "do not ask")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		m, err := d.store.ShowMeeting(ctx, d.store.Pool, d.assembly.ID, number)
		if err != nil {
			return err
		}
		if m.CanceledAt.IsZero() && !*yes {
			question := fmt.Sprintf("Cancel meeting %d, %s? %s said they would come, and it cannot be taken back.",
				number, moment(m.StartsAt, d.now(), d.zone), count(m.Yes, "phone", "phones"))
			if err := d.confirm(ctx, question); err != nil {
				return err
			}
		}
		var told meetingTold
		err = d.change(ctx, "meeting.cancel", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			if m, err = d.store.CancelMeeting(ctx, tx, d.assembly.ID, number, d.now()); err == nil {
				told, err = d.tellOfMeeting(ctx, tx, m, store.FollowsCancel)
			}
			return m.ID.String(), err
		})
		if err != nil {
			return err
		}
		// Answers stay, and so does the duty to tell those who said that they would come.
		return d.told(d.meetingJSON(m), "Meeting %d, %s, is canceled: who had said they would come hears so when they ask. %s had. %s",
			m.Number, moment(m.StartsAt, d.now(), d.zone), count(m.Yes, "phone", "phones"), told.inWords(d))
	})
}

// numbered reads the number by which organizers call a record.
func numbered(arg string) (int, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(arg, "#"))
	if err != nil || n < 1 {
		return 0, misused("%q is not a number such as 1", arg)
	}
	return n, nil
}
