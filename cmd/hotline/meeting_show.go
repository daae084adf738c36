package main

import (
	"context"
	"flag"
	"strings"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// meetingJSON is a meeting for programs. Times are RFC 3339 in the assembly's zone.
type meetingJSON struct {
	Number     int         `json:"number"`
	StartsAt   *time.Time  `json:"starts_at"`
	Place      store.Words `json:"place"`     // by language
	PlaceFor   string      `json:"place_for"` // everyone, members, on the day
	Quorum     string      `json:"quorum"`    // 12, 25%, none
	Coming     int         `json:"coming"`    // people: the phones that said so, and whom they bring
	Yes        int         `json:"yes"`       // phones that said so
	No         int         `json:"no"`
	Needs      needsJSON   `json:"needs"`
	CanceledAt *time.Time  `json:"canceled_at,omitempty"`
	ChangedAt  *time.Time  `json:"changed_at,omitempty"`

	Notes   []needNoteJSON `json:"notes,omitempty"`   // of one meeting
	Present *presentJSON   `json:"present,omitempty"` // the same, once somebody is there
}

// needsJSON counts phones, children and others people.
type needsJSON struct {
	Others       int `json:"others"`
	Rides        int `json:"rides"`
	ChildCare    int `json:"child_care"`
	Children     int `json:"children"`
	Interpreters int `json:"interpreters"`
	Other        int `json:"something_else"`
}

type needNoteJSON struct {
	At        *time.Time `json:"at"`
	Need      string     `json:"need"` // ride, interpreter, other
	Words     string     `json:"words,omitempty"`
	Recording bool       `json:"recording"`
}

type presentJSON struct {
	All       int        `json:"all"`
	Members   int        `json:"members"`
	OnPaper   int        `json:"on_paper"` // of all: entered by organizers
	Needed    int        `json:"needed"`   // members; 0: no quorum
	ReachedAt *time.Time `json:"reached_at,omitempty"`
}

func (d *desk) meetingJSON(m store.Meeting) meetingJSON {
	return meetingJSON{
		Number: m.Number, StartsAt: optional(m.StartsAt, d.zone), Place: m.Place, PlaceFor: string(m.PlaceFor), Quorum: m.Quorum.String(),
		Coming: m.Yes + m.Asked.Others, Yes: m.Yes, No: m.No, Needs: needsJSON{
			Others: m.Asked.Others, Rides: m.Asked.Rides, ChildCare: m.Asked.ChildCare, Children: m.Asked.Children,
			Interpreters: m.Asked.Interpreters, Other: m.Asked.SomethingElse,
		},
		CanceledAt: optional(m.CanceledAt, d.zone), ChangedAt: optional(m.ChangedAt, d.zone),
	}
}

func meetingShow(fs *flag.FlagSet) action {
	recording := fs.String("recording", "", "write what people said they need to this new `FILE`; more of it to FILE-2, FILE-3 …")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		m, err := d.meeting(ctx, args[0])
		if err != nil {
			return err
		}
		if err := d.showMeeting(ctx, m); err != nil || *recording == "" {
			return err
		}
		notes, err := d.store.NeedNotes(ctx, d.store.Pool, m.ID)
		if err != nil {
			return err
		}
		var recordings []uuid.UUID
		for _, n := range notes {
			recordings = append(recordings, n.Recording)
		}
		return d.saveAll(ctx, recordings, *recording)
	})
}

// meeting finds one by the number that stands in a command.
func (d *desk) meeting(ctx context.Context, arg string) (store.Meeting, error) {
	number, err := numbered(arg)
	if err != nil {
		return store.Meeting{}, err
	}
	return d.store.ShowMeeting(ctx, d.store.Pool, d.assembly.ID, number)
}

// showMeeting tells how many come and what they need, never who: no name was asked for, and a number is shown by nothing here.
func (d *desk) showMeeting(ctx context.Context, m store.Meeting) error {
	notes, err := d.store.NeedNotes(ctx, d.store.Pool, m.ID)
	if err != nil {
		return err
	}
	there, err := d.store.Attended(ctx, d.store.Pool, m)
	if err != nil {
		return err
	}
	if d.json {
		all := d.meetingJSON(m)
		for _, n := range notes {
			all.Notes = append(all.Notes, needNoteJSON{optional(n.At, d.zone), string(n.Need), n.Words, n.Recording != uuid.Nil})
		}
		if there.Heads > 0 {
			all.Present = d.presentJSON(there)
		}
		return printJSON(d.out, all)
	}
	d.say("Meeting %d: %s (%s)", m.Number, moment(m.StartsAt, d.now(), d.zone), d.meetingState(m))
	d.say("  Place    %s", inEach(m.Place))
	d.say("  Told to  %s", map[store.PlaceFor]string{
		store.PlaceForEveryone: "everyone who asks", store.PlaceForMembers: "members; others hear the time only",
		store.PlaceOnTheDay: "everyone, on the day itself",
	}[m.PlaceFor])
	d.say("  Answers  %d coming, %d not coming", m.Yes, m.No)
	if m.Asked.Others > 0 {
		d.say("           with %s, so %d in all", count(m.Asked.Others, "other", "others"), m.Yes+m.Asked.Others)
	}
	if asked := inWords(m.Asked); asked != "" {
		d.say("  Needs    %s", asked)
	}
	if !m.ChangedAt.IsZero() {
		d.say("  Changed  %s", moment(m.ChangedAt, d.now(), d.zone))
	}
	d.sayPresent(m, there)
	d.sayNotes(notes)
	return nil
}

// inWords is what all who come ask for; empty: nothing.
func inWords(a store.AskedFor) string {
	var parts []string
	if a.Rides > 0 {
		parts = append(parts, count(a.Rides, "ride", "rides"))
	}
	if a.Children > 0 {
		parts = append(parts, "child care for "+count(a.Children, "child", "children"))
	}
	if a.Interpreters > 0 {
		parts = append(parts, count(a.Interpreters, "interpreter", "interpreters"))
	}
	if a.SomethingElse > 0 {
		parts = append(parts, count(a.SomethingElse, "phone asks", "phones ask")+" for something else")
	}
	return strings.Join(parts, ", ")
}

func (d *desk) presentJSON(a store.Attendance) *presentJSON {
	return &presentJSON{All: a.Heads, Members: a.Members, OnPaper: a.OnPaper, Needed: a.Needed, ReachedAt: optional(a.ReachedAt, d.zone)}
}

// sayPresent tells who is there, and whether they may decide.
func (d *desk) sayPresent(m store.Meeting, a store.Attendance) {
	if a.Heads > 0 {
		d.say("  Present  %d: %s, %s", a.Heads, count(a.Members, "member", "members"), count(a.Heads-a.Members, "guest", "guests"))
	}
	switch {
	case a.Needed == 0:
	case a.ReachedAt.IsZero():
		d.say("  Quorum   %s: %s to be present (%d so far)", m.Quorum, count(a.Needed, "member has", "members have"), a.Members)
	default:
		d.say("  Quorum   %s: reached %s, with %s", m.Quorum, moment(a.ReachedAt, d.now(), d.zone), count(a.Needed, "member", "members"))
	}
}

func (d *desk) sayNotes(notes []store.NeedNote) {
	for _, n := range notes {
		d.say("\n  %s  %s", moment(n.At, d.now(), d.zone), map[store.Need]string{
			store.NeedRide: "a ride", store.NeedInterpreter: "an interpreter", store.NeedOther: "something else",
		}[n.Need])
		if n.Recording != uuid.Nil {
			d.say("    Recorded; --recording FILE writes it to a file")
			continue
		}
		paragraph(d.out, printable(n.Words))
	}
}
