package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// reportJSON is a report for programs. Words, media, answers, notes and the rest stand in report show only. Who sent it stands nowhere,
// unless they said that their name may be used.
type reportJSON struct {
	Number     int           `json:"number"`
	State      string        `json:"state"`    // new, read, closed
	Channel    string        `json:"channel"`  // text, voice
	Lang       string        `json:"language"` // en, es …
	FiledAt    *time.Time    `json:"filed_at"`
	ReadBy     *time.Time    `json:"read_by"` // promised to the worker
	ReadAt     *time.Time    `json:"read_at"`
	Overdue    bool          `json:"overdue"`
	Parts      int           `json:"parts"` // texts, recordings and pictures
	Kind       string        `json:"kind"`
	Workplace  string        `json:"workplace"`
	Assigned   string        `json:"assigned"`
	AnswersN   int           `json:"answers"`
	Person     bool          `json:"wants_person"` // to talk to, to start something where they work
	AsksClose  bool          `json:"asks_close"`
	Danger     bool          `json:"danger"`      // of somebody who said that they are in danger
	CannotText string        `json:"cannot_text"` // why: hidden, stopped, not asked; empty: answers can be texted
	Blocked    bool          `json:"blocked"`
	CareOf     bool          `json:"care_of"`
	RepliesTo  int           `json:"replies_to,omitempty"`
	CameLate   *time.Time    `json:"came_late,omitempty"` // when the phone company had its first text, which could not be heard then
	Words      []wordsJSON   `json:"words,omitempty"`
	Media      []mediaJSON   `json:"media,omitempty"`
	Told       []answerJSON  `json:"told,omitempty"`
	Notes      []noteJSON    `json:"notes,omitempty"`
	Callback   *callbackJSON `json:"callback,omitempty"`
	Called     []calledJSON  `json:"called,omitempty"`
	NameOK     bool          `json:"name_allowed,omitempty"`
	Name       string        `json:"name,omitempty"`
	Standing   string        `json:"standing,omitempty"`
}

type wordsJSON struct {
	At    *time.Time `json:"at"`
	Words string     `json:"words"`
}

type mediaJSON struct {
	Kind    string     `json:"kind"`  // recording, picture
	State   string     `json:"state"` // wanted: still at the carrier; kept, erased, lost, too_large, wrong_sort
	Type    string     `json:"type,omitempty"`
	Seconds int        `json:"seconds,omitempty"`
	At      *time.Time `json:"at"`
}

type answerJSON struct {
	At      *time.Time `json:"at"`
	By      string     `json:"by"`
	Lang    string     `json:"language"`
	Words   string     `json:"words"`
	Sent    string     `json:"sent"` // how far the text has come that took it along; empty: it waits
	HeardAt *time.Time `json:"heard_at"`
}

type noteJSON struct {
	At    *time.Time `json:"at"`
	By    string     `json:"by"`
	Words string     `json:"words"`
}

type callbackJSON struct {
	At       *time.Time `json:"at"`
	Other    bool       `json:"other_number"`
	Hours    string     `json:"hours"` // morning, afternoon, evening, any
	OtherMay bool       `json:"other_person"`
	Words    string     `json:"words"` // what to tell them
}

type calledJSON struct {
	At    *time.Time `json:"at"`
	By    string     `json:"by"`
	State string     `json:"state"` // calling, not rung, not answered, reached, never again
}

func (d *desk) reportJSON(r store.Report) reportJSON {
	j := reportJSON{
		Number: r.Number, State: string(r.State), Channel: r.Channel, Lang: r.Lang, FiledAt: optional(r.FiledAt, d.zone),
		ReadBy: optional(r.ReadBy, d.zone), ReadAt: optional(r.ReadAt, d.zone), Overdue: r.Overdue(d.now()), Parts: r.Parts,
		Kind: string(r.Kind), Workplace: r.Workplace, Assigned: r.Assigned, AnswersN: r.Answers, Person: r.WantsPerson, AsksClose: r.AsksClose, Danger: r.Danger,
		CannotText: r.CannotText, Blocked: r.Muted, CareOf: r.CareOf, RepliesTo: r.RepliesTo, CameLate: optional(r.CameLate, d.zone), NameOK: r.NameOK,
		Name: r.Name, Standing: string(r.Standing),
	}
	for _, w := range r.Words {
		j.Words = append(j.Words, wordsJSON{optional(w.At, d.zone), w.Words})
	}
	for _, m := range r.Media {
		j.Media = append(j.Media, mediaJSON{string(m.Kind), string(m.State), m.Type, m.Seconds, optional(m.At, d.zone)})
	}
	for _, a := range r.Told {
		j.Told = append(j.Told, answerJSON{optional(a.At, d.zone), a.By, a.Lang, a.Words, string(a.Sent), optional(a.HeardAt, d.zone)})
	}
	for _, n := range r.Notes {
		j.Notes = append(j.Notes, noteJSON{optional(n.At, d.zone), n.By, n.Words})
	}
	for _, c := range r.Called {
		j.Called = append(j.Called, calledJSON{optional(c.At, d.zone), c.By, string(c.State(d.now()))})
	}
	if c := r.Callback; c != nil {
		j.Callback = &callbackJSON{optional(c.At, d.zone), c.Other, c.Hours, c.OtherMay, c.Words}
	}
	return j
}

// reportList has no words in it: a list stays on a screen longer than a report.
func reportList(fs *flag.FlagSet) action {
	changes(fs)
	overdue := fs.Bool("overdue", false, "only those that should have been read by now")
	person := fs.Bool("person", false, "only those of whoever wants a person to talk to")
	care := fs.Bool("about", false, "those about somebody in the group, for whom they go to (--as)")
	blocked := fs.Bool("blocked", false, "also those of phones that are blocked")
	return onRecords(fs, listing[store.Report, reportJSON]{
		none: "No report yet.",
		head: []string{"No.", "State", "Filed", "By", "Language", "Parts", "About", "Looks after it", "Promised to be read by", "Remarks"},
		all: func(ctx context.Context, d *desk) ([]store.Report, error) {
			by, err := d.reading(ctx)
			if err != nil {
				return nil, err
			}
			by.CareOf, by.Muted = *care, *blocked
			all, err := d.store.Reports(ctx, d.store.Pool, by)
			return slices.DeleteFunc(all, func(r store.Report) bool {
				return *overdue && !r.Overdue(d.now()) || *person && !r.WantsPerson
			}), err
		},
		row: func(d *desk, r store.Report) []string {
			return []string{strconv.Itoa(r.Number), string(r.State), moment(r.FiledAt, d.now(), d.zone), r.Channel, r.Lang,
				strconv.Itoa(r.Parts), cmp.Or(strings.Trim(string(r.Kind)+", "+printable(r.Workplace), ", "), "-"), cmp.Or(r.Assigned, "-"),
				d.promise(r), joined(marks(r))}
		},
		asJSON: (*desk).reportJSON,
	}.print)
}

// marks are what stands out about a report in a list.
func marks(r store.Report) (all []string) {
	if r.Danger {
		all = append(all, "DANGER")
	}
	switch r.CannotText {
	case "stopped":
		all = append(all, "cannot be answered by text (STOP)")
	case "hidden":
		all = append(all, "cannot be answered by text (no number)")
	}
	if !r.CameLate.IsZero() {
		all = append(all, "came late")
	}
	if r.WantsPerson {
		all = append(all, "wants a person to talk to")
	}
	if r.AsksClose {
		all = append(all, "asks to be closed")
	}
	if r.Muted {
		all = append(all, "blocked")
	}
	return all
}

// promise is by when a report was to be read, and whether that was kept.
func (d *desk) promise(r store.Report) string {
	by := moment(r.ReadBy, d.now(), d.zone)
	if r.Overdue(d.now()) {
		return by + " - LATE"
	}
	return by
}

// reading is who looks at reports. Nobody need say who they are to read what every organizer of the assembly may read.
func (d *desk) reading(ctx context.Context) (store.Reading, error) {
	by := store.Reading{Assembly: d.assembly.ID, At: d.now()}
	if d.as == "" {
		return by, nil
	}
	who, err := d.actor(ctx, d.assembly.ID)
	by.By = who.ID
	return by, err
}

// reportShow is the reading of it: the worker who comes back is told that somebody has.
func reportShow(fs *flag.FlagSet) action {
	changes(fs)
	recording := fs.String("recording", "", "write the recording to this new `FILE`; others and pictures to FILE-2, FILE-3 …")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		by, err := d.reading(ctx)
		if err != nil {
			return err
		}
		var r store.Report
		err = d.store.InTx(ctx, func(tx pgx.Tx) error {
			if r, err = d.store.ShowReport(ctx, tx, by, number); err != nil {
				return err
			}
			return d.store.MarkReportRead(ctx, tx, r.ID, d.now())
		})
		if err != nil {
			return err
		}
		if d.json {
			err = printJSON(d.out, d.reportJSON(r))
		} else {
			d.showReport(r)
		}
		if err == nil && *recording != "" {
			err = d.saveMedia(ctx, r, *recording)
		}
		return err
	})
}

// saveMedia writes what is kept of a report into new files, readable by their owner only.
func (d *desk) saveMedia(ctx context.Context, r store.Report, path string) error {
	written := 0
	for _, m := range r.Media {
		if m.State != store.MediaKept {
			continue
		}
		_, data, err := d.store.OpenMedia(ctx, d.store.Pool, m.ID)
		if err != nil {
			return err
		}
		written++
		if err := d.saveNew(numberedFile(path, written), data); err != nil {
			return err
		}
	}
	if written == 0 {
		return errors.New("nothing was written: this report has no recording or picture here")
	}
	return nil
}

// numberedFile is path, then path-2, path-3 …, before its extension.
func numberedFile(path string, n int) string {
	if n == 1 {
		return path
	}
	extension := filepath.Ext(path)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, extension), n, extension)
}

// saveNew writes a file that was not there before, readable by its owner only.
func (d *desk) saveNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s exists already, and is not overwritten", path)
	}
	if err != nil {
		return fmt.Errorf("writing the recording: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing the recording: %w", err)
	}
	d.note("written: %s (it is not sealed there: erase it when you have heard it)", path)
	return nil
}
