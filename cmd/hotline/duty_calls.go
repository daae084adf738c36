package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// dutyCallJSON is one phone that rang for a caller, for programs. It tells who was rung, never who called.
type dutyCallJSON struct {
	At       time.Time      `json:"at"`
	Who      string         `json:"who"`
	Language string         `json:"language"`
	TakenAt  *time.Time     `json:"taken_at,omitempty"`
	EndedAt  *time.Time     `json:"ended_at,omitempty"`
	Urgent   bool           `json:"urgent"`
	Notes    []dutyNoteJSON `json:"notes"`
	Danger   *dangerJSON    `json:"danger,omitempty"` // this is no phone that rang, but somebody who said that they are in danger
}

// dangerJSON is somebody in danger, for programs. Who stands in its call: whoever took it, if anybody did.
type dangerJSON struct {
	Channel string     `json:"channel"`           // text, voice
	Called  int        `json:"called"`            // how many they were told are being called
	ToldAt  *time.Time `json:"told_at,omitempty"` // that nobody answered
	Report  int        `json:"report,omitempty"`  // what they told us
}

func (d *desk) dangerJSON(one store.Danger) dutyCallJSON {
	return dutyCallJSON{
		At: one.At.In(d.zone), Who: one.Taker, Language: one.Lang, TakenAt: optional(one.TakenAt, d.zone), Urgent: true, Notes: []dutyNoteJSON{},
		Danger: &dangerJSON{Channel: one.Channel, Called: one.People, ToldAt: optional(one.ToldAt, d.zone), Report: one.ReportNumber},
	}
}

type dutyNoteJSON struct {
	At        time.Time `json:"at"`
	Words     string    `json:"words,omitempty"`
	Recording bool      `json:"recording,omitempty"`
}

func (d *desk) dutyCallJSON(c store.DutyCall) dutyCallJSON {
	j := dutyCallJSON{
		At: c.At.In(d.zone), Who: c.Who, Language: c.Lang, TakenAt: optional(c.TakenAt, d.zone), EndedAt: optional(c.EndedAt, d.zone),
		Urgent: c.Urgent, Notes: []dutyNoteJSON{},
	}
	for _, n := range c.Notes {
		j.Notes = append(j.Notes, dutyNoteJSON{At: n.At.In(d.zone), Words: n.Words, Recording: n.Recording != uuid.Nil})
	}
	return j
}

// mostDutyCalls is as many as somebody reads.
const mostDutyCalls = 100

// dutyCalls lists for whom somebody was rung, newest first, with what was said about it.
func dutyCalls(fs *flag.FlagSet) action {
	recording := fs.String("recording", "", "write the recorded notes of this list to this new `FILE`, then FILE-2, FILE-3 …")
	return onRecords(fs, func(ctx context.Context, d *desk, _ []string) error {
		dangers, err := d.store.Dangers(ctx, d.store.Pool, d.assembly.ID, mostDutyCalls)
		if err != nil {
			return err
		}
		all, err := d.store.DutyCalls(ctx, d.store.Pool, d.assembly.ID, mostDutyCalls)
		if err != nil {
			return err
		}
		switch {
		case d.json:
			list := make([]dutyCallJSON, 0, len(dangers)+len(all))
			for _, one := range dangers {
				list = append(list, d.dangerJSON(one))
			}
			for _, c := range all {
				list = append(list, d.dutyCallJSON(c))
			}
			err = printJSON(d.out, list)
		case len(all)+len(dangers) == 0:
			d.say("Nobody was rung for a caller yet.")
		default:
			for _, one := range dangers {
				d.showDanger(one)
			}
			for _, c := range all {
				d.showDutyCall(c)
			}
		}
		if err == nil && *recording != "" {
			err = d.saveAll(ctx, notesRecorded(all), *recording)
		}
		return err
	})
}

// unblockedJSON is how many callers are blocked no more, for programs.
type unblockedJSON struct {
	Unblocked int `json:"unblocked"`
}

// dutyUnblock lifts every block of the assembly: which caller is which, nobody can be shown.
func dutyUnblock(fs *flag.FlagSet) action {
	changes(fs)
	return onRecords(fs, func(ctx context.Context, d *desk, _ []string) error {
		n, err := d.store.Blocked(ctx, d.store.Pool, d.assembly.ID, d.now())
		if err != nil {
			return err
		}
		if n == 0 {
			return d.told(unblockedJSON{}, "No caller of %s is blocked.", d.assembly.Name)
		}
		err = d.change(ctx, "duty.unblock", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			n, err = d.store.Unblock(ctx, tx, d.assembly.ID, d.now())
			return count(n, "caller", "callers"), err
		})
		if err != nil {
			return err
		}
		return d.told(unblockedJSON{n}, "Somebody is rung again for %s.", count(n, "caller who was blocked", "callers who were blocked"))
	})
}

// showDanger tells of somebody in danger what was done, and where what they told us is read.
func (d *desk) showDanger(one store.Danger) {
	words := moment(one.At, d.now(), d.zone) + "  DANGER, by " + one.Channel
	switch {
	case !one.TakenAt.IsZero():
		words += ": taken by " + printable(one.Taker)
	case one.Open():
		words += ": " + count(one.People, "person is", "people are") + " being called"
	case one.Channel == store.ByText && one.People > 0:
		words += ": nobody answered"
	default:
		words += ": nobody came"
	}
	if one.ReportNumber != 0 {
		words += fmt.Sprintf("; read report %d", one.ReportNumber)
	}
	d.say("%s", words)
}

func (d *desk) showDutyCall(c store.DutyCall) {
	words := moment(c.At, d.now(), d.zone) + "  " + printable(c.Who) + " was rung"
	if c.Lang != "" {
		words += " for a caller who speaks " + c.Lang
	}
	switch {
	case c.TakenAt.IsZero() && c.EndedAt.IsZero():
		words += ": it rings"
	case c.TakenAt.IsZero():
		words += ": not taken"
	case c.EndedAt.IsZero():
		words += ": taken"
	default:
		words += ": taken, " + count(max(1, int(c.EndedAt.Sub(c.TakenAt).Minutes())), "minute", "minutes")
	}
	if c.Urgent {
		words += "  URGENT"
	}
	d.say("%s", words)
	for _, n := range c.Notes {
		if n.Recording != uuid.Nil {
			d.say("    A recorded note; --recording FILE writes it to a file")
			continue
		}
		paragraph(d.out, printable(n.Words))
	}
}

// notesRecorded are the recordings among the notes on calls.
func notesRecorded(all []store.DutyCall) (ids []uuid.UUID) {
	for _, c := range all {
		for _, n := range c.Notes {
			ids = append(ids, n.Recording)
		}
	}
	return ids
}
