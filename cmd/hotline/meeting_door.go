package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// doorJSON is the code of a meeting's door for programs.
type doorJSON struct {
	Number int        `json:"number"`
	Code   string     `json:"code"`
	From   *time.Time `json:"from"` // it counts from then …
	Until  *time.Time `json:"until"`
}

// meetingDoor prints the code to show at the door.
func meetingDoor(fs *flag.FlagSet) action {
	anew := changes(fs).Bool("new", false, "make another code: the one before does not count any more")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		m, err := d.meeting(ctx, args[0])
		if err != nil {
			return err
		}
		lines, err := d.lines(ctx)
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			return errNoLine
		}
		var code string
		err = d.change(ctx, "meeting.door", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			code, err = d.store.DoorCode(ctx, tx, m, *anew, d.now())
			return m.ID.String(), err
		})
		if err != nil {
			return err
		}
		from, until := m.StartsAt.Add(-store.DoorOpens), m.StartsAt.Add(store.DoorCloses)
		var numbers []string
		for _, l := range lines {
			numbers = append(numbers, l.Number)
		}
		return d.told(doorJSON{m.Number, code, optional(from, d.zone), optional(until, d.zone)},
			"Meeting %d, %s. Write this large at the door, and nowhere else:\n\n    %s\n\nWho comes texts HERE %s to %s, or calls and keys it (AQUI in Spanish). "+
				"It counts from %s to %s, once for each phone.\nWho has no phone at hand: hotline meeting present %d --count HOW-MANY",
			m.Number, moment(m.StartsAt, d.now(), d.zone), code, code, strings.Join(numbers, " or "),
			moment(from, d.now(), d.zone), moment(until, d.now(), d.zone), m.Number)
	})
}

// meetingPresent enters people who have no phone at hand.
func meetingPresent(fs *flag.FlagSet) action {
	changes(fs)
	heads := fs.Int("count", -1, "how many you have counted in all who have no phone at hand, in place of what you entered before; 0 takes it back: `NUMBER`")
	who := fs.String("member", "", "count a member who has no phone at hand, by their `NAME`")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		if (*heads < 0) == (*who == "") {
			return misused("meeting present needs --count or --member, one of them")
		}
		m, err := d.meeting(ctx, args[0])
		if err != nil {
			return err
		}
		said := ""
		if *who != "" {
			said, err = d.enterMember(ctx, m, *who)
		} else {
			said, err = d.enterPresent(ctx, m, *heads)
		}
		if err != nil {
			return err
		}
		there, err := d.store.Attended(ctx, d.store.Pool, m)
		if err != nil {
			return err
		}
		if d.json {
			return printJSON(d.out, d.presentJSON(there))
		}
		d.say("%s", said)
		d.sayPresent(m, there)
		return nil
	})
}

func (d *desk) enterPresent(ctx context.Context, m store.Meeting, heads int) (string, error) {
	err := d.change(ctx, "meeting.present", func(tx pgx.Tx, by store.Organizer) (string, error) {
		return m.ID.String(), d.store.EnterPresent(ctx, tx, m, by.Name, heads, d.now())
	})
	return fmt.Sprintf("Entered: %s without a phone at hand, in all that you counted at meeting %d.", count(heads, "person", "people"), m.Number), err
}

func (d *desk) enterMember(ctx context.Context, m store.Meeting, name string) (string, error) {
	who, err := d.store.FindMember(ctx, d.store.Pool, d.assembly.ID, name)
	if err != nil {
		return "", err
	}
	added := false
	err = d.change(ctx, "meeting.present", func(tx pgx.Tx, by store.Organizer) (string, error) {
		added, err = d.store.EnterMember(ctx, tx, m, by.Name, who, d.now())
		return m.ID.String(), err
	})
	if err == nil && !added {
		return fmt.Sprintf("%s was counted before. Nothing to do.", who.Name), nil
	}
	return fmt.Sprintf("%s is counted at meeting %d.", who.Name, m.Number), err
}
