package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/gateway"
	"hotline/store"
)

// alertFlags are what may be said of an alert.
type alertFlags struct {
	words   wordsFlag
	line    string
	wording int
}

func bindAlert(fs *flag.FlagSet) *alertFlags {
	f := &alertFlags{words: wordsFlag{}}
	changes(fs)
	fs.Var(f.words, "words", "what they are told: `WORDS` like \"en=… / es=…\"")
	return f
}

func (f *alertFlags) bindLine(fs *flag.FlagSet) {
	fs.StringVar(&f.line, "line", "", "from which `NUMBER`; not needed where the assembly has one line")
}

func (f *alertFlags) bindWording(fs *flag.FlagSet) {
	fs.IntVar(&f.wording, "wording", 0, "send wording `NUMBER`, which two have approved in advance; nobody else is asked")
}

// kindName tells, behind a number, which kind of alert it is.
func kindName(b store.Broadcast) string {
	if b.Alert == store.AlertNone {
		return ""
	}
	s := ", " + sortName(b)
	if b.First > 0 {
		s += fmt.Sprintf(" of alert %d", b.First)
	}
	if b.Wording > 0 {
		s += fmt.Sprintf(" in wording %d, approved in advance", b.Wording)
	}
	return s
}

// sortName is what a broadcast is, in a word or two.
func sortName(b store.Broadcast) string {
	name := map[store.AlertKind]string{
		store.AlertNone: "notice", store.AlertUnconfirmed: "alert, not confirmed", store.AlertConfirmed: "alert", store.AlertClear: "all-clear",
		store.AlertCorrection: "correction",
	}[b.Alert]
	switch {
	case b.InAdvance:
		return "wording of an " + name
	case b.Kind == store.FollowsChange:
		return "change"
	case b.Kind == store.FollowsCancel:
		return "called off"
	case b.Kind.Reminds():
		return "reminder"
	}
	return name
}

var errNoOrganizer = errors.New("nobody sends an alert without being an organizer: add one with `hotline organizer add`")

// sending is what is done with an alert in one transaction, and what came of it.
type sending struct {
	act    string
	kind   store.AlertKind
	number int // the alert on which it follows; 0: it is a first one
	flags  *alertFlags

	is     store.Broadcast
	asked  []store.Approver // who are to approve it
	waited int              // who would have been told of the alert, and are not any more
}

// send writes an alert, or what follows on one, and has it go out: at once, or once a second organizer has approved it. Of one for which nobody
// can be asked nothing is kept.
func (d *desk) send(ctx context.Context, s *sending) error {
	if len(s.flags.words) > 0 && s.flags.wording > 0 {
		return misused("say --words or --wording, not both")
	}
	if len(s.flags.words) == 0 && s.flags.wording == 0 && s.kind != store.AlertConfirmed || len(s.flags.words)+s.flags.wording+s.number == 0 {
		return misused("it needs --words")
	}
	set, err := d.cfg.loadFlows()
	if err != nil {
		return err
	}
	outbox, err := gateway.NewOutbox(d.store, slog.New(slog.NewTextHandler(d.err, nil)))
	if err != nil {
		return err
	}
	b := store.Broadcast{Assembly: d.assembly.ID, Purpose: store.ForAlerts, Alert: s.kind}
	if s.number == 0 {
		if err := (&broadcastFlags{line: s.flags.line}).readLine(ctx, d, &b); err != nil {
			return err
		}
	}
	return d.change(ctx, s.act, func(tx pgx.Tx, by store.Organizer) (string, error) {
		if b.DraftedBy = by.ID; by.ID == uuid.Nil {
			return "", errNoOrganizer
		}
		err := d.sendIn(ctx, tx, set, outbox, b, s)
		return s.is.ID.String(), err
	})
}

func (d *desk) sendIn(ctx context.Context, tx pgx.Tx, set *flows.Set, outbox *gateway.Outbox, b store.Broadcast, s *sending) (err error) {
	var a store.Alert
	if s.number > 0 {
		if a, err = d.store.LockAlert(ctx, tx, d.assembly.ID, s.number); err != nil {
			return err
		}
		b.Line = a.First.Line
	}
	line, err := d.store.LineByID(ctx, tx, b.Line)
	if err != nil {
		return err
	}
	var wording store.Broadcast
	switch {
	case s.flags.wording > 0:
		if wording, err = d.store.WordingFor(ctx, tx, d.assembly.ID, s.flags.wording, s.kind, d.now()); err != nil {
			return err
		}
		b.Words = wording.Words
	case len(s.flags.words) == 0 && a.Corrected():
		return misused("alert %d was corrected since: say with --words what is confirmed", a.First.Number)
	case len(s.flags.words) == 0: // only what confirms an alert says the same as that
		b.Words = a.First.Words
	default:
		if b.Words, err = s.flags.words.in(line.Languages, "the alert"); err != nil {
			return err
		}
	}
	if err := (shownNotice{set: set, line: line, b: b}).fits(b.Words); err != nil {
		return err
	}
	switch {
	case s.kind == store.AlertUnconfirmed:
		s.is, err = d.store.RaiseAlert(ctx, tx, b, d.now())
	case s.number > 0:
		s.is, s.waited, err = d.store.FollowAlert(ctx, tx, a, b, d.now())
	default:
		b.ExpiresAt = d.now().Add(store.AlertHolds)
		s.is, err = d.store.DraftBroadcast(ctx, tx, b, d.now())
	}
	switch {
	case err != nil || s.is.State != store.BroadcastDraft:
		return err
	case s.flags.wording == 0:
		s.asked, err = d.askIn(ctx, tx, set, outbox, line, s.is)
		return err
	}
	if s.waited, err = d.store.SendWording(ctx, tx, s.is, wording, d.now()); err != nil {
		return err
	}
	s.is, err = d.store.ShowBroadcast(ctx, tx, d.assembly.ID, s.is.Number)
	return err
}

// toldOf ends a command that sent an alert.
func (d *desk) toldOf(ctx context.Context, s *sending) error {
	b := s.is
	to, err := d.store.AudienceOf(ctx, d.store.Pool, b)
	if err != nil {
		return err
	}
	if d.json {
		return printJSON(d.out, d.broadcastJSON(b, nil, nil))
	}
	phones := count(len(to), "phone", "phones")
	switch {
	case len(s.asked) > 0:
		d.say("Broadcast %d%s, is for %s, at any hour. Nobody gets it before another organizer approves it: %s have digits on their own phones.",
			b.Number, kindName(b), phones, sortedNames(s.asked))
		d.say("It goes a minute later. To watch it: %s", d.hint(fmt.Sprintf("broadcast send %d", b.Number)))
	case !b.ApprovedAt.IsZero():
		d.say("Broadcast %d%s, goes to %s in a minute, at any hour. Until then: %s", b.Number, kindName(b), phones, d.hint(fmt.Sprintf("broadcast cancel %d", b.Number)))
	default:
		d.say("Broadcast %d%s, goes to %s at once.", b.Number, kindName(b), phones)
	}
	if s.waited > 0 {
		d.say("%s had not been sent alert %d yet, and will not be.", count(s.waited, "phone", "phones"), b.First)
	}
	if !b.Alert.After() {
		d.say("Once it is over: %s", d.hint(fmt.Sprintf("alert clear %d --words …", cmp.Or(b.First, b.Number))))
	}
	return nil
}

// alertCommand makes a command of one way to send an alert. takes is whether it names one that was sent before.
func alertCommand(f *alertFlags, act string, kind store.AlertKind, takes bool) func(context.Context, *desk, []string) error {
	return func(ctx context.Context, d *desk, args []string) (err error) {
		s := &sending{act: act, kind: kind, flags: f}
		if takes {
			if s.number, err = numbered(args[0]); err != nil {
				return err
			}
		}
		if err := d.send(ctx, s); err != nil {
			return err
		}
		return d.toldOf(ctx, s)
	}
}

func alertRaise(fs *flag.FlagSet) action {
	f := bindAlert(fs)
	f.bindLine(fs)
	return onRecords(fs, alertCommand(f, "alert.raise", store.AlertUnconfirmed, false))
}

func alertDraft(fs *flag.FlagSet) action {
	f := bindAlert(fs)
	f.bindLine(fs)
	f.bindWording(fs)
	return onRecords(fs, alertCommand(f, "alert.draft", store.AlertConfirmed, false))
}

func alertConfirm(fs *flag.FlagSet) action {
	f := bindAlert(fs)
	f.bindWording(fs)
	return onRecords(fs, alertCommand(f, "alert.confirm", store.AlertConfirmed, true))
}

func alertCorrect(fs *flag.FlagSet) action {
	return onRecords(fs, alertCommand(bindAlert(fs), "alert.correct", store.AlertCorrection, true))
}

func alertClear(fs *flag.FlagSet) action {
	f := bindAlert(fs)
	f.bindWording(fs)
	return onRecords(fs, alertCommand(f, "alert.clear", store.AlertClear, true))
}
