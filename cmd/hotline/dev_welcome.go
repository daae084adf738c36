package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"hotline/store"
)

// welcome is what dev prints when all is ready: what to do next, phones first.
func (d *devRun) welcome(ctx context.Context, s *store.Store) (string, error) {
	a, err := s.AssemblyByName(ctx, s.Pool, demoName)
	if err != nil {
		return "", err
	}
	zone, err := zoneOf(a.Zone)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	tell := func(what, format string, args ...any) {
		fmt.Fprintf(&b, "  %-10s "+format+"\n", append([]any{what}, args...)...)
	}
	fmt.Fprintf(&b, "\nHotline is ready after %.1f s.\n", time.Since(d.began).Seconds())
	d.tellPhones(&b, tell)
	tell("Line", "%s, %q, in English and Spanish", demoLine, "The 0100 Line")
	tell("Members", "+12125550101 to 0104 (English), 0105 to 0109 (Spanish); organizers: %s", strings.Join(demoOrganizers(), ", "))
	tell("Others", "any other number is somebody we do not know; the word on the flyer is %s", demoWord)
	meetings, err := s.Meetings(ctx, s.Pool, a.ID)
	if err != nil {
		return "", err
	}
	if len(meetings) > 0 {
		tell("Meeting", "%s, %s", moment(meetings[0].StartsAt, d.now(), zone), meetings[0].Place["en"])
	}
	ballots, err := s.Ballots(ctx, s.Pool, a.ID)
	if err != nil {
		return "", err
	}
	if len(ballots) > 0 {
		tell("Ballot", "%q (%d of %d have voted)", ballots[0].Question["en"], ballots[0].Cast, ballots[0].Roll)
	}
	tell("Try", "MENU, REPORT, MEETING, VOTE, or write what you like")
	tell("Records", "%s", d.hint("report list"+d.dataFlag()))
	if d.cfg.Flows == "" {
		tell("Flows", "those inside this program; with HOTLINE_FLOWS=folder, yours over them")
	} else {
		tell("Flows", "%s over those inside this program; kill -HUP %d reads them again", d.cfg.Flows, os.Getpid())
	}
	tell("Kept in", "%s (--fresh starts over); Ctrl-C stops everything", d.folder)
	return b.String(), nil
}

// tellPhones comes first: what people want to do is text and call.
func (d *devRun) tellPhones(b *strings.Builder, tell func(what, format string, args ...any)) {
	if d.state.Phones == "" {
		tell("Carrier", "%s; it must send its webhooks to %s/twilio/…", d.cfg.APIURL, d.state.PublicURL)
		return
	}
	tell("Phones", "%s (open it in a browser: keypad phones that text and call)", d.state.Phones)
	tell("Terminal", "%s (a phone there; --call calls, --from 0105 is another)", d.hint("talk"+d.dataFlag()))
	b.WriteByte('\n')
}

// dataFlag is what other commands need to find this dev.
func (d *devRun) dataFlag() string {
	if d.data == "" {
		return ""
	}
	return " --data " + d.data
}
