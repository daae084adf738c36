package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/gateway"
	"hotline/store"
)

// alertJSON is an alert for programs.
type alertJSON struct {
	broadcastJSON
	Open  bool            `json:"open"` // people may believe that there is still danger
	Since *time.Time      `json:"since,omitempty"`
	Told  int             `json:"told"` // phones that may have been told of it
	Later []broadcastJSON `json:"later"`
}

func (d *desk) alertJSON(a store.Alert) alertJSON {
	j := alertJSON{broadcastJSON: d.broadcastJSON(a.First, nil, nil), Open: a.Open(), Since: optional(a.First.StartsAt, d.zone), Told: a.Told, Later: []broadcastJSON{}}
	for _, b := range a.Later {
		j.Later = append(j.Later, d.broadcastJSON(b, nil, nil))
	}
	return j
}

// alertList has no words in it.
func alertList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Alert, alertJSON]{
		none: "No alert yet. Raise one with `hotline alert raise`.",
		head: []string{"No.", "Open", "Since", "Told", "By", "State", "Then"},
		all: func(ctx context.Context, d *desk) ([]store.Alert, error) {
			return d.store.Alerts(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(d *desk, a store.Alert) []string {
			since := "-"
			if !a.First.StartsAt.IsZero() {
				since = moment(a.First.StartsAt, d.now(), d.zone)
			}
			var then []string
			for _, b := range a.Later {
				then = append(then, fmt.Sprintf("%d %s (%s)", b.Number, sortName(b), d.broadcastState(b)))
			}
			open := map[bool]string{true: "open", false: "-"}[a.Open()]
			return []string{strconv.Itoa(a.First.Number), open, since, strconv.Itoa(a.Told), a.First.Author, d.broadcastState(a.First) + kindName(a.First), joined(then)}
		},
		asJSON: (*desk).alertJSON,
	}.print)
}

// wordingJSON is a wording in advance for programs.
type wordingJSON struct {
	broadcastJSON
	Holds bool `json:"holds"` // one organizer may send it now
}

func (d *desk) wordingJSON(w store.Wording) wordingJSON {
	return wordingJSON{d.broadcastJSON(w.Broadcast, nil, nil), w.Holds}
}

func wordingList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Wording, wordingJSON]{
		none: "No wording in advance yet. Write one with `hotline wording add`.",
		head: []string{"No.", "For", "May be sent", "By", "Approved by", "Until", "Words"},
		all: func(ctx context.Context, d *desk) ([]store.Wording, error) {
			return d.store.Wordings(ctx, d.store.Pool, d.assembly.ID, d.now())
		},
		row: func(d *desk, w store.Wording) []string {
			what := map[bool]string{true: "all-clear", false: "alert"}[w.Alert == store.AlertClear]
			approved, until := "-", "-"
			if w.State == store.BroadcastKept {
				approved, until = w.ApprovedBy, day(w.ExpiresAt, d.now(), d.zone)
			}
			return []string{strconv.Itoa(w.Number), what, map[bool]string{true: "yes", false: "no"}[w.Holds], w.Author, approved, until, inEach(w.Words)}
		},
		asJSON: (*desk).wordingJSON,
	}.print)
}

// wordingAdd writes one and asks the other organizers at once.
func wordingAdd(fs *flag.FlagSet) action {
	f := bindAlert(fs)
	f.bindLine(fs)
	what := fs.String("for", "alert", "`WHAT` it tells: alert, or clear")
	return onRecords(fs, func(ctx context.Context, d *desk, _ []string) error {
		kind, known := map[string]store.AlertKind{"alert": store.AlertConfirmed, "clear": store.AlertClear}[*what]
		if !known {
			return misused("--for is alert or clear, not %q", *what)
		}
		if len(f.words) == 0 {
			return misused("wording add needs --words")
		}
		b, asked, err := d.addWording(ctx, f, kind)
		if err != nil {
			return err
		}
		return d.told(d.broadcastJSON(b, nil, nil), "Wording %d waits for a second organizer: %s have digits on their own phones. Once approved, one organizer can send it for a year.",
			b.Number, sortedNames(asked))
	})
}

func (d *desk) addWording(ctx context.Context, f *alertFlags, kind store.AlertKind) (b store.Broadcast, asked []store.Approver, err error) {
	set, err := d.cfg.loadFlows()
	if err != nil {
		return b, nil, err
	}
	outbox, err := gateway.NewOutbox(d.store, slog.New(slog.NewTextHandler(d.err, nil)))
	if err != nil {
		return b, nil, err
	}
	b = store.Broadcast{Assembly: d.assembly.ID, Purpose: store.ForAlerts, Alert: kind, InAdvance: true}
	if err := (&broadcastFlags{line: f.line}).readLine(ctx, d, &b); err != nil {
		return b, nil, err
	}
	line, err := d.store.LineByID(ctx, d.store.Pool, b.Line)
	if err != nil {
		return b, nil, err
	}
	if b.Words, err = f.words.in(line.Languages, "the wording"); err != nil {
		return b, nil, err
	}
	if err := (shownNotice{set: set, line: line, b: b}).fits(b.Words); err != nil {
		return b, nil, err
	}
	err = d.change(ctx, "wording.add", func(tx pgx.Tx, by store.Organizer) (string, error) {
		if b.DraftedBy = by.ID; by.ID == uuid.Nil {
			return "", errNoOrganizer
		}
		if b, err = d.store.DraftWording(ctx, tx, b, d.now()); err != nil {
			return "", err
		}
		asked, err = d.askIn(ctx, tx, set, outbox, line, b)
		return b.ID.String(), err
	})
	return b, asked, err
}

// wordingEnd takes one back, whoever wrote or approved it.
func wordingEnd(fs *flag.FlagSet) action {
	changes(fs)
	return onBroadcast(fs, func(ctx context.Context, d *desk, b store.Broadcast) error {
		err := d.change(ctx, "wording.end", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			if !b.InAdvance {
				return "", fmt.Errorf("broadcast %d is no wording in advance: wording list tells which there are", b.Number)
			}
			return b.ID.String(), d.store.CancelBroadcast(ctx, tx, b, d.now())
		})
		if err != nil {
			return err
		}
		b.State = store.BroadcastCanceled
		return d.told(d.broadcastJSON(b, nil, nil), "Wording %d is taken back: nobody can send it any more.", b.Number)
	})
}
