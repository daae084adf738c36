package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/gateway"
	"hotline/store"
)

// broadcastRecord prints digits for one call, in which the words of a draft are recorded.
func broadcastRecord(fs *flag.FlagSet) action {
	changes(fs)
	lang := fs.String("language", "", "in which `LANGUAGE` it is said, by two or three letters, such as ht")
	return onBroadcast(fs, func(ctx context.Context, d *desk, b store.Broadcast) error {
		set, err := d.cfg.loadFlows()
		if err != nil {
			return err
		}
		s, err := d.onCallsOf(ctx, set, b)
		if err != nil {
			return err
		}
		of := strings.ToLower(*lang)
		switch {
		case of == "":
			return misused("broadcast record needs --language")
		case b.State != store.BroadcastDraft:
			return fmt.Errorf("broadcast %d is %s: only a draft is recorded, so that whoever approves it hears it", b.Number, d.broadcastState(b))
		case b.Ways == store.WaysText:
			return fmt.Errorf("broadcast %d goes by text alone: nobody would hear it (broadcast change %d --by agreed)", b.Number, b.Number)
		case s.nameOf(of) == "":
			return misused("nothing here is said in %q: begin that language with prompts record --language %s --called, what its speakers call it", of, of)
		}
		var digits string
		err = d.change(ctx, "broadcast.record", func(tx pgx.Tx, by store.Organizer) (string, error) {
			digits, err = d.store.AddPromptPin(ctx, tx, store.RecordingPin{Assembly: b.Assembly, Organizer: by.ID, Lang: of, Broadcast: b.ID}, d.now())
			return b.ID.String(), err
		})
		if err != nil {
			return err
		}
		err = d.told(map[string]string{"language": of, "pin": digits, "line": s.line.Number},
			"%s\nCall %s, press # twice at any question, and key these eight digits. They open one call, within a day, and nothing once broadcast %d is changed;"+
				" five wrong ones close them.\nYou hear what to say, say it in %s, and hear yourself before you keep it. What is kept is yours to answer for:"+
				" an organizer who neither wrote nor recorded it approves it, by ear, and who was asked before is asked again.", inFours(digits), s.line.Number, b.Number, s.nameOf(of))
		if err != nil || d.json {
			return err
		}
		for i, words := range []store.Words{b.Words, b.Inside} {
			if len(words) == 0 {
				continue
			}
			read := of
			if words[of] == "" {
				read = string(gateway.HeardIn(set, s.people, s.line, words, nil, flows.Lang(of)))
			}
			d.say("  %s%s", read, []string{"", ", to members"}[i])
			paragraph(d.out, gateway.Told(set, b, words[read], read))
		}
		return nil
	})
}
