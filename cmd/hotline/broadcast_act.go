package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/gateway"
	"hotline/store"
)

// askApproval texts a code to each organizer who may approve a broadcast; nobody approves by a command.
func (d *desk) askApproval(ctx context.Context, b store.Broadcast) (asked []store.Approver, err error) {
	set, err := d.cfg.loadFlows()
	if err != nil {
		return nil, err
	}
	line, err := d.store.LineByID(ctx, d.store.Pool, b.Line)
	if err != nil {
		return nil, err
	}
	outbox, err := gateway.NewOutbox(d.store, slog.New(slog.NewTextHandler(d.err, nil)))
	if err != nil {
		return nil, err
	}
	err = d.change(ctx, "broadcast.ask", func(tx pgx.Tx, _ store.Organizer) (string, error) {
		if asked, err = d.askIn(ctx, tx, set, outbox, line, b); err != nil {
			return "", err
		}
		return b.ID.String(), nil
	})
	return asked, err
}

// askIn is askApproval in a transaction that is under way.
func (d *desk) askIn(ctx context.Context, tx pgx.Tx, set *flows.Set, outbox *gateway.Outbox, line store.Line, b store.Broadcast) ([]store.Approver, error) {
	segments := map[string]int{}
	shown, err := d.shownNotice(ctx, tx, set, line, b)
	if err != nil {
		return nil, err
	}
	for lang := range b.Words {
		segments[lang] = shown.segments(lang)
	}
	asked, err := d.store.AskApproval(ctx, tx, b, segments, d.now())
	for _, a := range asked {
		if err := outbox.PutApproval(ctx, tx, set, line, a, d.now()); err != nil {
			return nil, err
		}
	}
	return asked, err
}

func broadcastApprove(fs *flag.FlagSet) action {
	changes(fs)
	return onBroadcast(fs, func(ctx context.Context, d *desk, b store.Broadcast) error {
		asked, err := d.askApproval(ctx, b)
		if err != nil {
			return err
		}
		return d.told(d.broadcastJSON(b, nil, nil), "Asked: %s, by text to their own phones. Whoever approves it reads it there first. Digits sent before hold no more.", sortedNames(asked))
	})
}

// broadcastSend asks for the approval that is missing, and shows how it goes until it is over. Ending this ends nothing else.
func broadcastSend(fs *flag.FlagSet) action {
	changes(fs)
	return onBroadcast(fs, func(ctx context.Context, d *desk, b store.Broadcast) error {
		if b.State == store.BroadcastDraft {
			asked, err := d.askApproval(ctx, b)
			if err != nil {
				return err
			}
			d.note("Asked: %s. It begins a minute after one of them approves it. You can leave this; it goes on.", sortedNames(asked))
		}
		return d.follow(ctx, b)
	})
}

const followEvery = time.Second

// follow prints the progress of a broadcast while it changes.
func (d *desk) follow(ctx context.Context, b store.Broadcast) error {
	var last string
	var began time.Time
	var first int
	for {
		now, err := d.store.ShowBroadcast(ctx, d.store.Pool, d.assembly.ID, b.Number)
		if err != nil {
			return err
		}
		p, err := d.progressOf(ctx, now)
		if err != nil {
			return err
		}
		var left time.Duration
		if now.State == store.BroadcastSending {
			if began.IsZero() {
				began, first = d.now(), p.Waiting
			} else if gone := first - p.Waiting; gone > 0 {
				left = d.now().Sub(began) * time.Duration(p.Waiting) / time.Duration(gone)
			}
		}
		words := d.broadcastState(now)
		if p.Phones+p.Calls.phones() > 0 && !now.Uncounted() {
			words += "  " + strings.Join(p.both(left), "\n  ")
		}
		if words != last {
			last = words
			d.note("%s", words)
		}
		switch now.State {
		case store.BroadcastDone, store.BroadcastCanceled, store.BroadcastPaused:
			return d.showBroadcast(ctx, now)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(followEvery):
		}
	}
}

// broadcastAct makes a command of one change to a broadcast. said has a place for its number, and one for how far it has come.
func broadcastAct(fs *flag.FlagSet, act, said string, do func(context.Context, *desk, pgx.Tx, store.Broadcast) error) action {
	changes(fs)
	return onBroadcast(fs, func(ctx context.Context, d *desk, b store.Broadcast) error {
		err := d.change(ctx, act, func(tx pgx.Tx, _ store.Organizer) (string, error) { return b.ID.String(), do(ctx, d, tx, b) })
		if err != nil {
			return err
		}
		if b, err = d.store.ShowBroadcast(ctx, d.store.Pool, d.assembly.ID, b.Number); err != nil {
			return err
		}
		p, err := d.progressOf(ctx, b)
		if err != nil {
			return err
		}
		far := "."
		if !b.Uncounted() {
			far = fmt.Sprintf(": %d of %d have gone out or been decided.", p.Phones-p.Waiting+p.Calls.phones()-p.Calls.waiting(), p.Phones+p.Calls.phones())
		}
		return d.told(d.broadcastJSON(b, nil, p), "%s", fmt.Sprintf(said, b.Number, far))
	})
}

func broadcastPause(fs *flag.FlagSet) action {
	return broadcastAct(fs, "broadcast.pause", "Broadcast %d is paused%s What the carrier has is on its way.", func(ctx context.Context, d *desk, tx pgx.Tx, b store.Broadcast) error {
		if b.State != store.BroadcastApproved && b.State != store.BroadcastSending {
			return fmt.Errorf("broadcast %d is %s: there is nothing to pause", b.Number, b.State)
		}
		return d.store.PauseBroadcast(ctx, tx, b.ID, "")
	})
}

func broadcastResume(fs *flag.FlagSet) action {
	return broadcastAct(fs, "broadcast.resume", "Broadcast %d goes on%s", func(ctx context.Context, d *desk, tx pgx.Tx, b store.Broadcast) error {
		return d.store.ResumeBroadcast(ctx, tx, b, d.now())
	})
}

func broadcastCancel(fs *flag.FlagSet) action {
	return broadcastAct(fs, "broadcast.cancel", "Broadcast %d is canceled%s Nobody else gets it.", func(ctx context.Context, d *desk, tx pgx.Tx, b store.Broadcast) error {
		return d.store.CancelBroadcast(ctx, tx, b, d.now())
	})
}

// testBroadcast sends the very text to the author's own phone, in their language or in one that they name. What it asks is written down nowhere: no answer
// to it counts.
func (d *desk) testBroadcast(ctx context.Context, set *flows.Set, b store.Broadcast, lang string) error {
	line, err := d.store.LineByID(ctx, d.store.Pool, b.Line)
	if err != nil {
		return err
	}
	outbox, err := gateway.NewOutbox(d.store, slog.New(slog.NewTextHandler(d.err, nil)))
	if err != nil {
		return err
	}
	if _, written := b.Words[lang]; lang != "" && !written {
		return misused("broadcast %d is not written in %q, but in %s", b.Number, lang, strings.Join(b.Words.Languages(), ", "))
	}
	err = d.change(ctx, "broadcast.test", func(tx pgx.Tx, by store.Organizer) (string, error) {
		own, err := d.ownPhone(ctx, tx, by)
		if err != nil {
			return "", err
		}
		manner, err := d.store.MannerOf(ctx, tx, own)
		if err != nil {
			return "", err
		}
		lang := cmp.Or(lang, manner.Lang, line.Languages[0])
		if _, written := b.Words[lang]; !written {
			lang = b.Words.Languages()[0]
		}
		shown, err := d.shownNotice(ctx, tx, set, line, b)
		if err != nil {
			return "", err
		}
		now, err := d.store.AboutToAsk(ctx, tx, []uuid.UUID{own}, nil, d.now())
		if err != nil {
			return "", err
		}
		return b.ID.String(), outbox.Put(ctx, tx, store.Outgoing{
			Assembly: line.AssemblyID, Line: line.ID, Phone: own, Channel: store.ByText, Purpose: store.ForAnswers, AnyHour: true,
			Body: shown.tested(lang, now.Taken[own], manner.Quiet), ExpiresAt: d.now().Add(time.Hour),
		})
	})
	if err != nil {
		return err
	}
	return d.told(d.broadcastJSON(b, nil, nil), "It is on its way to your own phone.")
}

// ownPhone is the phone to which a test goes.
func (d *desk) ownPhone(ctx context.Context, tx pgx.Tx, by store.Organizer) (uuid.UUID, error) {
	own, err := d.store.OwnPhone(ctx, tx, by.ID)
	if err == nil && own == uuid.Nil {
		err = errNoOwnPhone
	}
	return own, err
}

// testByCall rings the author's own phone, as the broadcast would ring others: before a key nothing is said but the line's name, and then the very
// words, read or played. Consent is asked as for a test by text; nobody is told by it, and no answer to it counts.
func (d *desk) testByCall(ctx context.Context, set *flows.Set, b store.Broadcast, hears string) error {
	calls, err := d.onCallsOf(ctx, set, b)
	if err != nil {
		return err
	}
	switch {
	case hears != "" && calls.nameOf(hears) == "":
		return misused("nobody here speaks %q", hears)
	case b.State == store.BroadcastCanceled:
		return fmt.Errorf("broadcast %d is canceled: nobody is rung", b.Number)
	case b.Ways == store.WaysText:
		return fmt.Errorf("broadcast %d goes by text alone: nobody is rung (broadcast change %d --by agreed)", b.Number, b.Number)
	}
	outbox, err := gateway.NewOutbox(d.store, slog.New(slog.NewTextHandler(d.err, nil)))
	if err != nil {
		return err
	}
	err = d.change(ctx, "broadcast.test", func(tx pgx.Tx, by store.Organizer) (string, error) {
		own, err := d.ownPhone(ctx, tx, by)
		if err != nil {
			return "", err
		}
		return b.ID.String(), outbox.PutTestCall(ctx, tx, b, own, hears, d.now())
	})
	if err != nil {
		return err
	}
	return d.told(d.broadcastJSON(b, nil, nil), "Your own phone rings in a moment, for up to five minutes from now. Press 1 there: you hear what others will hear, and nothing you answer counts,"+
		" but 2, which is never to be called again.")
}
