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

	"hotline/gateway"
	"hotline/store"
)

// reportCall calls back a worker who asked for it, through the line: the organizer's phone rings and, on 1, the worker's. Nobody is shown
// a number, and nothing is tried that the worker did not allow.
func reportCall(fs *flag.FlagSet) action {
	other := fs.Bool("new-number", false, "ask for the number to ring for you, where it is not your phone that is known here")
	return onReport(fs, "report.call", func(ctx context.Context, d *desk, tx pgx.Tx, r store.Report, by store.Organizer, _ []string) error {
		c, to, err := d.callingBack(ctx, tx, r)
		if err != nil {
			return err
		}
		line, err := d.store.LineByID(ctx, tx, c.Line)
		if err != nil {
			return err
		}
		until, opens, err := gateway.CallBackHours(c.Hours, line.Zone, c.At)
		if err != nil {
			return err
		}
		if !opens.IsZero() {
			return fmt.Errorf("they asked to be called %s: it may be tried from %s", whenCalled(c.Hours), moment(opens, d.now(), d.zone))
		}
		if c.Phone, err = d.theirPhone(ctx, tx, c, to); err != nil {
			return err
		}
		mine, err := d.myPhone(ctx, tx, c, by, *other)
		if err != nil {
			return err
		}
		c.By = by.Name
		if c.ByLang, c.Lang, err = d.callLanguages(ctx, tx, r, line, mine, c.Phone, to.Other); err != nil {
			return err
		}
		outbox, err := gateway.NewOutbox(d.store, slog.New(slog.NewTextHandler(d.err, nil)))
		if err != nil {
			return err
		}
		_, err = outbox.CallBack(ctx, tx, c, mine, until)
		return err
	}, func(d *desk, r store.Report) error {
		return d.told(d.reportJSON(r), "Your phone rings now. Press 1 there, and theirs rings: it shows the line, and no number of yours. "+
			"%s\n`%s` says what came of it.", d.ifAnother(*r.Callback), d.hint(fmt.Sprintf("report show %d", r.Number)))
	})
}

// callingBack is the call that would be placed, as far as the report says it, and whom to.
func (d *desk) callingBack(ctx context.Context, tx pgx.Tx, r store.Report) (c store.ReportCall, to store.CallingBack, err error) {
	to, asked, err := d.store.CallbackTo(ctx, tx, r.ID)
	if err != nil {
		return c, to, err
	}
	if !asked {
		return c, to, fmt.Errorf("nobody asked to be called back about report %d, and who does not ask is not called; `%s` waits for them", r.Number,
			d.hint(fmt.Sprintf("report answer %d", r.Number)))
	}
	line, _, err := d.store.AnswerTo(ctx, tx, r.ID)
	return store.ReportCall{Assembly: r.Assembly, Line: line, Report: r.ID, Hours: to.Hours, OtherMay: to.OtherMay, At: d.now()}, to, err
}

// theirPhone is the phone that may ring for the worker. What stands against it is said without a number.
func (d *desk) theirPhone(ctx context.Context, tx pgx.Tx, c store.ReportCall, to store.CallingBack) (phone uuid.UUID, err error) {
	phone = to.Phone
	if to.Other {
		if to.Number.Costly() {
			return uuid.Nil, errors.New("the number that they left is one whose owner is paid by those who call it, and is not called")
		}
		lines, err := d.store.Lines(ctx, tx)
		if err != nil {
			return uuid.Nil, err
		}
		for _, l := range lines {
			if l.Number == to.Number.String() {
				return uuid.Nil, errors.New("the number that they left is one of our own lines, and nobody would answer it")
			}
		}
		if phone, err = d.store.EnsurePhone(ctx, tx, c.Assembly, to.Number); err != nil {
			return uuid.Nil, err
		}
	}
	c.Phone = phone
	why, err := d.store.MayCallBack(ctx, tx, c, d.now())
	if err != nil || why == "" {
		return phone, err
	}
	return uuid.Nil, errors.New(map[store.NoCall]string{
		store.NoCallUnasked:   "they do not ask to be called back any more",
		store.NoCallForgotten: "the phone was erased since: it sent FORGET, or was silent for too long. It is not called",
		store.NoCallBlocked:   "that phone is blocked, and is not called until the block is over or lifted",
		store.NoCallNever:     "whoever has that phone wants no calls from the line. They can ask for one again, from that phone",
	}[why])
}

// myPhone is the organizer's own, where exactly one is known. Else it is asked for: what stands in a command stays in the shell's history.
// Nothing is said of a number that was typed, not even that it is the worker's: whoever guesses must not learn whose report this is.
func (d *desk) myPhone(ctx context.Context, tx pgx.Tx, c store.ReportCall, by store.Organizer, other bool) (uuid.UUID, error) {
	var known []uuid.UUID
	if by.Person != uuid.Nil && !other {
		var err error
		if known, err = d.store.PhonesOf(ctx, tx, by.Person); err != nil {
			return uuid.Nil, err
		}
	}
	if len(known) != 1 {
		number, err := d.askNumber(ctx, by.Name)
		if err != nil {
			return uuid.Nil, err
		}
		return d.store.EnsurePhone(ctx, tx, d.assembly.ID, number)
	}
	allowed, err := d.store.Allowed(ctx, tx, known[0], c.Line, store.ForAnswers, store.ByVoice)
	if err == nil && !allowed {
		err = errors.New("your own phone wants no calls from this line; with --new-number you are asked for another")
	}
	return known[0], err
}

// callLanguages are those in which the organizer, and whoever answers the worker's phone, are spoken to.
func (d *desk) callLanguages(ctx context.Context, tx pgx.Tx, r store.Report, line store.Line, mine, theirs uuid.UUID, other bool) (by, to string, err error) {
	me, err := d.store.MannerOf(ctx, tx, mine)
	if err != nil {
		return "", "", err
	}
	them, err := d.store.MannerOf(ctx, tx, theirs)
	if other { // the report is newer than whatever that phone chose once
		them.Lang = cmp.Or(r.Lang, them.Lang)
	}
	return cmp.Or(me.Lang, line.Languages[0]), cmp.Or(them.Lang, r.Lang, line.Languages[0]), err
}

func whenCalled(hours string) string {
	return map[string]string{"morning": "in the morning", "afternoon": "in the afternoon", "evening": "in the evening", "any": "at any time"}[hours]
}

// ifAnother is what the worker wants where another person answers.
func (d *desk) ifAnother(c store.Callback) string {
	switch {
	case !c.OtherMay:
		return "If another person answers: hang up, and say nothing."
	case c.Words != "":
		return "If another person answers, tell them: " + printable(c.Words)
	}
	return "If another person answers, tell them what the last recording says."
}

// calledWords is one call back, for people.
func (d *desk) calledWords(c store.ReportCall) string {
	return fmt.Sprintf("Called by %s, %s: %s", printable(c.By), moment(c.At, d.now(), d.zone), map[store.ReportCallState]string{
		store.ReportCalling:     "it rings",
		store.ReportNotRung:     "not rung; nobody pressed 1 on the organizer's phone, or it was too late by then",
		store.ReportNotAnswered: "not answered",
		store.ReportReached:     "reached",
		store.ReportNever:       "never again, they say: that phone is not called any more",
	}[c.State(d.now())])
}
