package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// ballotTake counts a vote that somebody on the roll tells an organizer in person: who has no phone of their own, or no PIN. It reads
// back whose and what, because nobody here can take it back.
func ballotTake(fs *flag.FlagSet) action {
	changes(fs)
	choice := fs.Int("choice", 0, "what they chose: the `NUMBER` of an option, from 1")
	yes := fs.Bool("yes", false, "do not ask")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		b, err := d.store.FindBallot(ctx, d.store.Pool, d.assembly.ID, number)
		if err != nil {
			return err
		}
		if *choice < 1 || *choice > len(b.Options) {
			return misused("ballot take needs --choice, from 1 to %d:\n%s", len(b.Options), numberedOptions(b.Options))
		}
		who, err := d.store.FindOnRoll(ctx, d.store.Pool, b.ID, args[1])
		if err != nil {
			return err
		}
		chosen := inEach(b.Options[*choice-1])
		if !*yes {
			question := fmt.Sprintf("%s\nDoes %s stand before you, and know that the organizers see it? Count: %s? Only they can change it, by phone.", inEach(b.Question), who.Name, chosen)
			if err := d.confirm(ctx, question); err != nil {
				return err
			}
		}
		// The journal names ballot and person by their ids, and not the choice: that is in the vote.
		err = d.change(ctx, "ballot.take", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			return b.ID.String() + " " + who.ID.String(), d.store.TakeVote(ctx, tx, store.Taking{Ballot: b, Person: who.ID, Choice: *choice, At: d.now()})
		})
		if err != nil {
			return err
		}
		return d.told(map[string]any{"ballot": number, "name": who.Name, "choice": *choice}, "Counted in ballot %d: %s, %s. The record says that an organizer took it.", number, who.Name, chosen)
	})
}

// rollJSON is a ballot's roll for programs.
type rollJSON struct {
	Number   int        `json:"number"`
	OpenedAt *time.Time `json:"opened_at"`
	Roll     []string   `json:"roll"` // names
}

// showRoll names who was on the roll when the ballot was opened. Names are for organizers who have a reason: it stands in the journal.
func (d *desk) showRoll(ctx context.Context, number int) error {
	b, err := d.store.FindBallot(ctx, d.store.Pool, d.assembly.ID, number)
	if err != nil {
		return err
	}
	var roll []store.OnRoll
	err = d.change(ctx, "ballot.roll", func(tx pgx.Tx, _ store.Organizer) (string, error) {
		roll, err = d.store.Roll(ctx, tx, b.ID)
		return b.ID.String(), err
	})
	if err != nil {
		return err
	}
	names := []string{}
	for _, o := range roll {
		names = append(names, o.Name)
	}
	if d.json {
		return printJSON(d.out, rollJSON{Number: b.Number, OpenedAt: optional(b.OpenedAt, d.zone), Roll: names})
	}
	d.say("The roll of ballot %d, as it was opened %s: %s", b.Number, moment(b.OpenedAt, d.now(), d.zone), count(len(roll), "person", "people"))
	for _, name := range names {
		d.say("  %s", printable(name))
	}
	return nil
}
