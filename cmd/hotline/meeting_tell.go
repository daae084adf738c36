package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"

	"hotline/gateway"
	"hotline/store"
)

// meetingTold is who hears of a change by itself.
type meetingTold struct {
	gateway.Change
	never bool // no notice of the meeting was ever approved
	late  bool // it is too late to tell anybody by text
}

// tellOfMeeting has whoever was sent the notice of a meeting told what became of it, if a notice was approved.
func (d *desk) tellOfMeeting(ctx context.Context, tx pgx.Tx, m store.Meeting, kind store.Following) (told meetingTold, err error) {
	_, approved, err := d.store.NoticeOf(ctx, tx, m.ID)
	if err != nil || !approved {
		return meetingTold{never: true}, err
	}
	if !m.StartsAt.After(d.now().Add(store.CallBack)) {
		return meetingTold{late: true}, d.store.EndNoticesOf(ctx, tx, m.ID, d.now())
	}
	set, err := d.cfg.loadFlows()
	if err != nil {
		return told, err
	}
	outbox, err := gateway.NewOutbox(d.store, slog.New(slog.NewTextHandler(d.err, nil)))
	if err != nil {
		return told, err
	}
	told.Change, err = outbox.PutChange(ctx, tx, set, m, kind, d.now())
	return told, err
}

// inWords says who hears of it, and how to stop that.
func (t meetingTold) inWords(d *desk) string {
	switch {
	case t.never:
		return "Nobody is told of it by this: no notice of the meeting was ever approved. Write one: hotline broadcast draft --words …"
	case t.late:
		return "Nobody is told of it by this: it is too late for a text."
	case t.Phones == 0:
		return "Nobody else is told of it: nobody was sent its notice and did not say no."
	}
	who := fmt.Sprintf("%s that %s sent its notice and did not say no", count(t.Phones, "phone", "phones"), wasWere(t.Phones))
	back := "To call it back:\n  " + d.hint(fmt.Sprintf("broadcast cancel %d", t.Notice.Number))
	switch heard := t.Phones - t.Quiet; {
	case t.Quiet == 0:
		return fmt.Sprintf("%s %s told of it from a minute from now, in their hours, and the organizers are. %s", who, isAre(t.Phones), back)
	case heard == 0:
		return fmt.Sprintf("%s %s not told of it: they have quiet hours until it begins. The organizers are told. %s", who, isAre(t.Phones), back)
	default:
		return fmt.Sprintf("Of %s, %d %s told of it from a minute from now, in their hours, and the organizers are. %d %s not: they have quiet hours until it begins. %s",
			who, heard, isAre(heard), t.Quiet, isAre(t.Quiet), back)
	}
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
