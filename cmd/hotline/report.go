package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// reportJSON is a report for programs. Words and media stand in report show only. Who sent it stands nowhere.
type reportJSON struct {
	Number  int         `json:"number"`
	State   string      `json:"state"`    // new, read, closed
	Channel string      `json:"channel"`  // text, voice
	Lang    string      `json:"language"` // en, es …
	FiledAt *time.Time  `json:"filed_at"`
	ReadBy  *time.Time  `json:"read_by"` // promised to the worker
	Parts   int         `json:"parts"`   // texts, recordings and pictures
	Words   []wordsJSON `json:"words,omitempty"`
	Media   []mediaJSON `json:"media,omitempty"`
}

type wordsJSON struct {
	At    *time.Time `json:"at"`
	Words string     `json:"words"`
}

type mediaJSON struct {
	Kind    string     `json:"kind"`  // recording, picture
	State   string     `json:"state"` // wanted: still at the carrier; kept, erased, lost
	Type    string     `json:"type,omitempty"`
	Seconds int        `json:"seconds,omitempty"`
	At      *time.Time `json:"at"`
}

func (d *desk) reportJSON(r store.Report) reportJSON {
	j := reportJSON{
		Number: r.Number, State: string(r.State), Channel: r.Channel, Lang: r.Lang, FiledAt: optional(r.FiledAt, d.zone),
		ReadBy: optional(r.ReadBy, d.zone), Parts: r.Parts,
	}
	for _, w := range r.Words {
		j.Words = append(j.Words, wordsJSON{optional(w.At, d.zone), w.Words})
	}
	for _, m := range r.Media {
		j.Media = append(j.Media, mediaJSON{string(m.Kind), string(m.State), m.Type, m.Seconds, optional(m.At, d.zone)})
	}
	return j
}

// reportList has no words in it: a list stays on a screen longer than a report.
func reportList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Report, reportJSON]{
		none: "No report yet.",
		head: []string{"No.", "State", "Filed", "By", "Language", "Parts", "Promised to be read by"},
		all: func(ctx context.Context, d *desk) ([]store.Report, error) {
			return d.store.Reports(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(d *desk, r store.Report) []string {
			return []string{strconv.Itoa(r.Number), string(r.State), moment(r.FiledAt, d.now(), d.zone), r.Channel, r.Lang,
				strconv.Itoa(r.Parts), d.promise(r)}
		},
		asJSON: (*desk).reportJSON,
	}.print)
}

// promise is by when a report was to be read, and whether that was kept.
func (d *desk) promise(r store.Report) string {
	by := moment(r.ReadBy, d.now(), d.zone)
	if r.State == store.ReportNew && r.ReadBy.Before(d.now()) {
		return by + " - LATE"
	}
	return by
}

// reportShow is the reading of it: the worker who comes back is told that somebody has.
func reportShow(fs *flag.FlagSet) action {
	recording := fs.String("recording", "", "write the recording to this new `FILE`; others and pictures to FILE-2, FILE-3 …")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		var r store.Report
		err = d.store.InTx(ctx, func(tx pgx.Tx) error {
			if r, err = d.store.ShowReport(ctx, tx, d.assembly.ID, number); err != nil {
				return err
			}
			return d.store.MarkReportRead(ctx, tx, r.ID)
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

func (d *desk) showReport(r store.Report) {
	d.say("Report %d (%s), by %s, language %s", r.Number, r.State, r.Channel, r.Lang)
	d.say("  Filed       %s", moment(r.FiledAt, d.now(), d.zone))
	d.say("  To be read  by %s, as the worker was told", d.promise(r))
	for _, w := range r.Words {
		d.say("\n  %s", moment(w.At, d.now(), d.zone))
		paragraph(d.out, printable(w.Words))
	}
	for _, m := range r.Media {
		d.say("\n  %s", moment(m.At, d.now(), d.zone))
		d.say("    %s", describeMedia(m))
	}
}

func describeMedia(m store.Media) string {
	what := "A picture"
	if m.Kind == store.MediaRecording {
		what = fmt.Sprintf("A recording of %d seconds", m.Seconds)
	}
	return what + map[store.MediaState]string{
		store.MediaWanted: ", on its way from the phone company",
		store.MediaKept:   "; --recording FILE writes it to a file",
		store.MediaErased: ", which the caller did not want kept",
		store.MediaLost:   ", which the phone company did not give us",
	}[m.State]
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
