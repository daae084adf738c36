package main

import (
	"context"
	"flag"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// meetingJSON is a meeting for programs. Times are RFC 3339 in the assembly's zone.
type meetingJSON struct {
	Number     int         `json:"number"`
	StartsAt   *time.Time  `json:"starts_at"`
	Place      store.Words `json:"place"`     // by language
	PlaceFor   string      `json:"place_for"` // everyone, members, on the day
	Yes        int         `json:"yes"`       // phones that said so
	No         int         `json:"no"`
	CanceledAt *time.Time  `json:"canceled_at,omitempty"`
	ChangedAt  *time.Time  `json:"changed_at,omitempty"`
}

func (d *desk) meetingJSON(m store.Meeting) meetingJSON {
	return meetingJSON{
		Number: m.Number, StartsAt: optional(m.StartsAt, d.zone), Place: m.Place, PlaceFor: string(m.PlaceFor), Yes: m.Yes, No: m.No,
		CanceledAt: optional(m.CanceledAt, d.zone), ChangedAt: optional(m.ChangedAt, d.zone),
	}
}

// meetingList shows head counts, never who answered.
func meetingList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Meeting, meetingJSON]{
		none: "No meeting yet. Add one with `hotline meeting add`.",
		head: []string{"No.", "When", "State", "Yes", "No", "Place"},
		all: func(ctx context.Context, d *desk) ([]store.Meeting, error) {
			return d.store.Meetings(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(d *desk, m store.Meeting) []string {
			return []string{strconv.Itoa(m.Number), moment(m.StartsAt, d.now(), d.zone), d.meetingState(m), strconv.Itoa(m.Yes),
				strconv.Itoa(m.No), inEach(m.Place)}
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

func meetingShow(fs *flag.FlagSet) action {
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		m, err := d.store.ShowMeeting(ctx, d.store.Pool, d.assembly.ID, number)
		if err != nil {
			return err
		}
		return d.showMeeting(m)
	})
}

func (d *desk) showMeeting(m store.Meeting) error {
	if d.json {
		return printJSON(d.out, d.meetingJSON(m))
	}
	d.say("Meeting %d: %s (%s)", m.Number, moment(m.StartsAt, d.now(), d.zone), d.meetingState(m))
	d.say("  Place    %s", inEach(m.Place))
	d.say("  Told to  %s", map[store.PlaceFor]string{
		store.PlaceForEveryone: "everyone who asks", store.PlaceForMembers: "members; others hear the time only",
		store.PlaceOnTheDay: "everyone, on the day itself",
	}[m.PlaceFor])
	d.say("  Answers  %d coming, %d not coming", m.Yes, m.No)
	if !m.ChangedAt.IsZero() {
		d.say("  Changed  %s", moment(m.ChangedAt, d.now(), d.zone))
	}
	return nil
}

// meetingFlags are what may be said of a meeting, new or changed.
type meetingFlags struct {
	at, placeFor string
	place        wordsFlag
}

func bindMeeting(fs *flag.FlagSet) *meetingFlags {
	f := &meetingFlags{place: wordsFlag{}}
	fs.StringVar(&f.at, "at", "", "when it begins, by the assembly's clock: `TIME` like \"2026-11-27 19:00\" or \"friday 7pm\"")
	fs.Var(f.place, "place", "where: `WORDS` for all languages, or \"en=… / es=…\"")
	fs.StringVar(&f.placeFor, "place-for", "", "`WHO` is told the place: everyone, members, or \"on the day\"")
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
			m, err = d.store.AddMeeting(ctx, tx, store.NewMeeting{Assembly: d.assembly.ID, StartsAt: c.StartsAt, Place: c.Place, PlaceFor: c.PlaceFor})
			return m.ID.String(), err
		})
		if err != nil {
			return err
		}
		return d.showMeeting(m)
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
		if f.at == "" && len(f.place) == 0 && f.placeFor == "" {
			return misused("meeting change needs one of --at, --place and --place-for")
		}
		c, err := f.read(ctx, d)
		if err != nil {
			return err
		}
		var m store.Meeting
		err = d.change(ctx, "meeting.change", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			m, err = d.store.ChangeMeeting(ctx, tx, d.assembly.ID, number, c, d.now())
			return m.ID.String(), err
		})
		if err != nil {
			return err
		}
		return d.showMeeting(m)
	})
}

func meetingCancel(fs *flag.FlagSet) action {
	changes(fs)
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		var m store.Meeting
		err = d.change(ctx, "meeting.cancel", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			m, err = d.store.CancelMeeting(ctx, tx, d.assembly.ID, number, d.now())
			return m.ID.String(), err
		})
		if err != nil {
			return err
		}
		// Answers stay, and so does the duty to tell those who said that they would come.
		return d.told(d.meetingJSON(m), "Meeting %d, %s, is canceled: who asks from now on does not hear of it. %s had said they would come, "+
			"and %s not told by this.", m.Number, moment(m.StartsAt, d.now(), d.zone), count(m.Yes, "phone", "phones"), isAre(m.Yes))
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
