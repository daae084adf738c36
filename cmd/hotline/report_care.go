package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// organizersAbove are the organizers of an assembly, and of all above it.
func (d *desk) organizersAbove(ctx context.Context, assembly uuid.UUID) ([]store.Organizer, error) {
	above, err := d.store.Above(ctx, d.store.Pool, assembly)
	if err != nil {
		return nil, err
	}
	var all []store.Organizer
	for _, id := range above {
		some, err := d.store.Organizers(ctx, d.store.Pool, id)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

type recipientsJSON struct {
	Assembly   string   `json:"assembly"`
	Recipients []string `json:"recipients"`
}

// reportRecipients shows or names the two to whom reports about somebody in the assembly go.
func reportRecipients(fs *flag.FlagSet) action {
	changes(fs)
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		if len(args) > 0 {
			if err := d.nameRecipients(ctx, args); err != nil {
				return err
			}
		}
		now, err := d.store.Recipients(ctx, d.store.Pool, d.assembly.ID)
		if err != nil {
			return err
		}
		record := recipientsJSON{d.assembly.Name, []string{}}
		for _, o := range now {
			record.Recipients = append(record.Recipients, o.Name)
		}
		if len(now) == 0 {
			return d.told(record, "Nobody is named to read what is about somebody in %s, and workers are told so before they choose.", d.assembly.Name)
		}
		return d.told(record, "What is about somebody in %s goes to %s, and its organizers do not see it.", d.assembly.Name, joined(record.Recipients))
	})
}

func (d *desk) nameRecipients(ctx context.Context, names []string) error {
	all, err := d.organizersAbove(ctx, d.assembly.ID)
	if err != nil {
		return err
	}
	var named []store.Organizer
	for _, name := range names {
		found := false
		for _, o := range all {
			if strings.EqualFold(o.Name, strings.TrimSpace(name)) {
				named, found = append(named, o), true
			}
		}
		if !found {
			return fmt.Errorf("no organizer of an assembly above %s is called %q", d.assembly.Name, name)
		}
	}
	return d.change(ctx, "report.recipients", func(tx pgx.Tx, by store.Organizer) (string, error) {
		return strings.Join(names, ", "), d.store.NameRecipients(ctx, tx, d.assembly.ID, by, named, d.now())
	})
}

// mostBlocked is how long a phone can be kept out of the list at most; then somebody has to want it again.
const mostBlocked = 90

func reportBlock(fs *flag.FlagSet) action {
	days := fs.Int("days", 7, "for how many `DAYS`, 1 to 90; 0 lifts it")
	return onReport(fs, "report.block", func(ctx context.Context, d *desk, tx pgx.Tx, r store.Report, _ store.Organizer, _ []string) error {
		if *days < 0 || *days > mostBlocked {
			return misused("--days is 0 to %d", mostBlocked)
		}
		muted, err := d.store.Mute(ctx, tx, r.ID, d.now().Add(time.Duration(*days)*24*time.Hour))
		if err == nil && !muted {
			return errors.New("the number was hidden, so that this caller cannot be told from others")
		}
		return err
	}, func(d *desk, r store.Report) error {
		if *days == 0 {
			return d.told(d.reportJSON(r), "Lifted. What this phone reports is in the list again.")
		}
		return d.told(d.reportJSON(r), "For %d days what this phone reports is kept and stays out of the list (`report list --blocked` shows it). Whoever holds it is\n"+
			"told so, and can still reach people on duty in danger.", *days)
	})
}

type revealJSON struct {
	Number   int    `json:"number"`
	Phone    string `json:"phone"`
	Callback string `json:"callback_phone"`
}

// memberReveal is the one command that shows a number. Its reason is asked for, kept with the report, and the act is in the journal.
func memberReveal(fs *flag.FlagSet) action {
	why := fs.String("why", "", "the `REASON`, in words; it is kept with the report")
	var from, callback store.Phone
	return onReport(fs, "member.reveal", func(ctx context.Context, d *desk, tx pgx.Tx, r store.Report, by store.Organizer, _ []string) error {
		reason := strings.TrimSpace(*why)
		if reason == "" && d.canAsk() {
			var err error
			if reason, err = d.ask(ctx, "Why do you need the number? "); err != nil {
				return err
			}
		}
		if reason == "" {
			return misused("say why you need the number, with --why; it is kept with the report, and the act is in the journal")
		}
		var err error
		if from, callback, err = d.store.ReportNumber(ctx, tx, r.ID); err != nil {
			return err
		}
		return d.store.NoteReport(ctx, tx, r.ID, store.Note{Words: "The number was shown: " + reason, By: by.Name, At: d.now()})
	}, func(d *desk, r store.Report) (err error) {
		revealed := revealJSON{r.Number, from.String(), callback.String()}
		switch {
		case from == "" && callback == "":
			err = d.told(revealed, "No number is known: it was hidden, or has been erased.")
		case callback != "":
			err = d.told(revealed, "They ask to be called at %s.", callback.String())
		default:
			err = d.told(revealed, "It came from %s.", from.String())
		}
		d.note("(this is in the journal, and noted on the report)")
		return err
	})
}
