package gateway

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"hotline/flows"
	"hotline/store"
)

// Told is how words of a broadcast are told in a language: those of an alert after what kind it is, in a word or two.
func Told(set *flows.Set, b store.Broadcast, words, lang string) string {
	if b.Alert == store.AlertNone {
		return words
	}
	return set.Unasked("alert_"+string(b.Alert), flows.Lang(lang), nil) + " " + words
}

// How an organizer is told what they are asked to approve.
const (
	sortNotice  = "notice"
	sortAlert   = "alert"
	sortWording = "wording" // of an alert, in advance
)

func sortOf(b store.Broadcast) string {
	switch {
	case b.InAdvance:
		return sortWording
	case b.Alert != store.AlertNone:
		return sortAlert
	}
	return sortNotice
}

// nudgeEvery is how often alerts are looked for of which nobody has said that they are over.
const nudgeEvery = time.Minute

type nudgeArgs struct{}

func (nudgeArgs) Kind() string { return "nudge_alerts" }

// InsertOpts lets no second run begin while one is under way, as of wakeArgs.
func (nudgeArgs) InsertOpts() river.InsertOpts { return oneAtATime(queueTime) }

type nudgeWorker struct {
	river.WorkerDefaults[nudgeArgs]
	g *Gateway
}

func (w *nudgeWorker) Work(ctx context.Context, _ *river.Job[nudgeArgs]) error {
	return w.g.store.InTx(ctx, func(tx pgx.Tx) error { return w.g.nudgeAlerts(ctx, tx) })
}

// nudgeAlerts reminds whoever wrote an alert, once and on their own phone, that nobody has said that it is over. The text tells its number and
// nothing of what it said. It comes at any hour, as the alert did.
func (g *Gateway) nudgeAlerts(ctx context.Context, tx pgx.Tx) error {
	now := g.now()
	all, err := g.store.NudgeAlerts(ctx, tx, now.Add(-store.OpenFor), now)
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.Phone == uuid.Nil {
			g.log.Warn("an alert has no all-clear, and its author has no phone of their own", "broadcast", l.ID)
			continue
		}
		line, err := g.store.LineByID(ctx, tx, l.Line)
		if err != nil {
			return err
		}
		lang := flows.Lang(cmp.Or(l.Lang, line.Languages[0]))
		err = g.outbox.Put(ctx, tx, store.Outgoing{
			Assembly: l.Assembly, Line: l.Line, Phone: l.Phone, Channel: store.ByText, Purpose: store.ForAnswers, AnyHour: true,
			Body: g.sets.current().Unasked("alert_open", lang, LineFacts(line)) + " " + strconv.Itoa(l.Number), ExpiresAt: now.Add(store.ClearHolds),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
