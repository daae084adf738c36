package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/gateway"
	"hotline/store"
)

// onReport makes a command of what an organizer does to one report. It is journaled under the report's number; what is about somebody in
// the group stands in the journal of whoever it goes to, since that assembly's own organizers are not to learn that it is there.
func onReport(fs *flag.FlagSet, act string, do func(context.Context, *desk, pgx.Tx, store.Report, store.Organizer, []string) error,
	after func(*desk, store.Report) error) action {
	changes(fs)
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		by, err := d.actor(ctx, d.assembly.ID)
		if err != nil {
			return err
		}
		reading := store.Reading{Assembly: d.assembly.ID, By: by.ID, At: d.now()}
		var r store.Report
		err = d.store.InTx(ctx, func(tx pgx.Tx) error {
			if r, err = d.store.FindReport(ctx, tx, reading, number); err != nil {
				return err
			}
			if err := do(ctx, d, tx, r, by, args[1:]); err != nil {
				return err
			}
			deed := store.Deed{Assembly: r.Assembly, Actor: by.Name, Act: act, Object: fmt.Sprintf("report %d", number), At: d.now()}
			if r.CareOf {
				deed.Assembly = by.Assembly
			}
			if err := d.store.Note(ctx, tx, deed); err != nil {
				return err
			}
			r, err = d.store.ShowReport(ctx, tx, reading, number)
			return err
		})
		if err != nil {
			return err
		}
		return after(d, r)
	})
}

// wordsOf are the words behind a number, or what is typed: words on a command line may stay in a shell's history.
func (d *desk) wordsOf(ctx context.Context, args []string, question string) (string, error) {
	if len(args) > 0 && args[0] != "-" {
		return strings.TrimSpace(args[0]), nil
	}
	if d.canAsk() {
		return d.ask(ctx, question)
	}
	b, err := io.ReadAll(io.LimitReader(d.in, 1<<16))
	return strings.TrimSpace(string(b)), err
}

func reportAnswer(fs *flag.FlagSet) action {
	waits := fs.Bool("waits", false, "send nothing: it waits until the worker comes back")
	lang := fs.String("language", "", "in which `LANGUAGE` it is written; left out: the report's")
	return onReport(fs, "report.answer", func(ctx context.Context, d *desk, tx pgx.Tx, r store.Report, by store.Organizer, args []string) error {
		words, err := d.wordsOf(ctx, args, "The answer: ")
		if err != nil {
			return err
		}
		a := store.Answer{Words: words, Lang: *lang, By: by.Name, At: d.now()}
		if a.Lang, err = d.answerLanguage(ctx, tx, r, *lang); err != nil {
			return err
		}
		if err := d.answerFits(a, r.Lang); err != nil {
			return err
		}
		if !*waits {
			if a.Outgoing, err = d.textAnswer(ctx, tx, r, words); err != nil {
				return err
			}
		}
		return d.store.AnswerReport(ctx, tx, r.ID, a)
	}, func(d *desk, r store.Report) error {
		if r.Told[len(r.Told)-1].Outgoing == uuid.Nil {
			return d.told(d.reportJSON(r), "Kept. It waits until the worker comes back: by STATUS, or by calling.")
		}
		return d.told(d.reportJSON(r), "Kept, and a text goes out; not at night.")
	})
}

// answerLanguage is the one named, else the report's, else the first of its line.
func (d *desk) answerLanguage(ctx context.Context, tx pgx.Tx, r store.Report, named string) (string, error) {
	if lang := cmp.Or(named, r.Lang); lang != "" {
		return lang, nil
	}
	id, _, err := d.store.AnswerTo(ctx, tx, r.ID)
	if err != nil {
		return "", err
	}
	line, err := d.store.LineByID(ctx, tx, id)
	return line.Languages[0], err
}

// answerWorth is how long an answer stays worth a text.
const answerWorth = 3 * 24 * time.Hour

// textAnswer puts the text into the outbox that takes an answer along, where the worker allowed that; a quiet phone learns only that
// something is waiting. A text that we start holds no word that tells what this is about.
func (d *desk) textAnswer(ctx context.Context, tx pgx.Tx, r store.Report, words string) (uuid.UUID, error) {
	lineID, phone, err := d.store.AnswerTo(ctx, tx, r.ID)
	if err != nil || !phone.Valid {
		return uuid.Nil, err
	}
	line, err := d.store.LineByID(ctx, tx, lineID)
	if err != nil {
		return uuid.Nil, err
	}
	manner, err := d.store.MannerOf(ctx, tx, phone.UUID)
	if err != nil {
		return uuid.Nil, err
	}
	set, err := d.cfg.loadFlows()
	if err != nil {
		return uuid.Nil, err
	}
	body := line.Name + ": " + flows.AsTold(words)
	if manner.Quiet {
		body = set.Unasked("answered", flows.Lang(cmp.Or(manner.Lang, line.Languages[0])), gateway.LineFacts(line))
	} else if word := set.Revealing(body); word != "" {
		return uuid.Nil, fmt.Errorf("the answer holds %q, which would stand on their phone unasked, for whoever looks: say it without, "+
			"or add --waits, and it waits until they come back", word)
	} else if name := nameIn(set, flows.AsTold(words), line.Names); name != "" {
		return uuid.Nil, fmt.Errorf("the answer holds %q, the name of an assembly, which would stand on their phone unasked, for whoever looks: "+
			"say it without, or add --waits, and it waits until they come back", name)
	}
	if n, _, _ := flows.Segments(body); n > 2 {
		return uuid.Nil, fmt.Errorf("the text would take %d segments, and two are allowed: say it shorter, or in two answers", n)
	}
	outbox, err := gateway.NewOutbox(d.store, slog.New(slog.NewTextHandler(d.err, nil)))
	if err != nil {
		return uuid.Nil, err
	}
	id := uuid.New()
	return id, outbox.Put(ctx, tx, store.Outgoing{
		ID: id, Assembly: line.AssemblyID, Line: line.ID, Phone: phone.UUID, Channel: store.ByText, Purpose: store.ForAnswers,
		Body: body, ExpiresAt: d.now().Add(answerWorth),
	})
}

// nameIn gives the first of these names that stands in a text, as a quiet phone would have it hidden; "" if none does. The text holds no
// revealing word, else that would be hidden too.
func nameIn(set *flows.Set, text string, names []string) string {
	for _, name := range names {
		if set.Masked(text, nil, []string{name}) != text {
			return name
		}
	}
	return ""
}

func reportNote(fs *flag.FlagSet) action {
	return onReport(fs, "report.note", func(ctx context.Context, d *desk, tx pgx.Tx, r store.Report, by store.Organizer, args []string) error {
		words, err := d.wordsOf(ctx, args, "The note: ")
		if err != nil {
			return err
		}
		return d.store.NoteReport(ctx, tx, r.ID, store.Note{Words: words, By: by.Name, At: d.now()})
	}, func(d *desk, r store.Report) error {
		return d.told(d.reportJSON(r), "Noted on report %d. No worker is told.", r.Number)
	})
}

func reportAssign(fs *flag.FlagSet) action {
	return onReport(fs, "report.assign", func(ctx context.Context, d *desk, tx pgx.Tx, r store.Report, _ store.Organizer, args []string) error {
		if len(args) == 0 {
			return d.store.AssignReport(ctx, tx, r.ID, uuid.Nil)
		}
		may, err := d.readers(ctx, r)
		if err != nil {
			return err
		}
		var names []string
		for _, o := range may {
			if strings.EqualFold(o.Name, strings.TrimSpace(args[0])) {
				return d.store.AssignReport(ctx, tx, r.ID, o.ID)
			}
			names = append(names, o.Name)
		}
		return fmt.Errorf("%q is none of those who may read it: %s", args[0], joined(names))
	}, func(d *desk, r store.Report) error {
		if r.Assigned == "" {
			return d.told(d.reportJSON(r), "Nobody in particular looks after report %d now.", r.Number)
		}
		return d.told(d.reportJSON(r), "%s looks after report %d.", r.Assigned, r.Number)
	})
}

// readers are the organizers who may read a report.
func (d *desk) readers(ctx context.Context, r store.Report) ([]store.Organizer, error) {
	if r.CareOf {
		return d.store.Recipients(ctx, d.store.Pool, r.Assembly)
	}
	return d.organizersAbove(ctx, r.Assembly)
}

func reportStatus(fs *flag.FlagSet) action {
	state := fs.String("state", "", "read, closed, or new again: a `STATE`")
	kind := fs.String("kind", "", "what it is about: one `KIND` of "+kindNames())
	workplace := fs.String("workplace", "", "where, as you call it: a `NAME`; - takes it away")
	return onReport(fs, "report.status", func(ctx context.Context, d *desk, tx pgx.Tx, r store.Report, _ store.Organizer, _ []string) error {
		var c store.ReportChange
		if *state != "" {
			s := store.ReportState(*state)
			if !slices.Contains([]store.ReportState{store.ReportNew, store.ReportRead, store.ReportClosed}, s) {
				return misused("%q is no state; there are: new, read, closed", *state)
			}
			c.State = &s
		}
		if *kind != "" {
			k := store.ReportKind(*kind)
			if !slices.Contains(store.ReportKinds(), k) {
				return misused("%q is no kind; there are: %s", *kind, kindNames())
			}
			c.Kind = &k
		}
		if *workplace != "" {
			place := strings.TrimPrefix(*workplace, "-")
			c.Workplace = &place
		}
		if c == (store.ReportChange{}) {
			return errors.New("nothing to change: say --state, --kind or --workplace")
		}
		return d.store.ChangeReport(ctx, tx, r.ID, c, d.now())
	}, func(d *desk, r store.Report) error {
		return d.told(d.reportJSON(r), "Report %d is %s%s.", r.Number, r.State, strings.TrimRight(fmt.Sprintf("; %s %s", r.Kind, printable(r.Workplace)), "; "))
	})
}

func kindNames() string {
	var all []string
	for _, k := range store.ReportKinds() {
		all = append(all, string(k))
	}
	return strings.Join(all, ", ")
}
