package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"hotline/gateway/simulator"
	"hotline/gateway/twilio"
	"hotline/store"
)

// A line that a command adds is known to the gateway within 5 s; before that nobody should reach it.
const (
	lookForLines = time.Second
	lineKnown    = 6 * time.Second
	devSettling  = time.Minute // as the real company's
)

// seller tells the pretend phone company of our lines, those too that commands add or change while dev runs.
type seller struct {
	company *simulator.Company
	store   *store.Store
	set     twilio.Webhooks
	seen    map[string]time.Time // since when there is a line of this number
	sold    []simulator.Line
}

// openPhones opens the pretend phone company, and gives what closes it again.
func (d *devRun) openPhones(ctx context.Context, h *house, on net.Listener, group *errgroup.Group) func() error {
	company := simulator.New(simulator.Config{
		AccountSID: d.state.AccountSID, AuthToken: d.carrier.Tokens[0], URL: d.state.Phones, Log: d.log, People: demoPeople(), Settling: devSettling,
	})
	server := &http.Server{Handler: company.Handler(), ReadHeaderTimeout: 5 * time.Second}
	lines := &seller{company: company, store: h.store, set: twilio.WebhookURLs(d.state.PublicURL), seen: map[string]time.Time{}}
	if err := lines.sell(ctx, time.Time{}); err != nil {
		d.log.Warn("the pretend phone company does not know our lines yet", "cause", err)
	}
	group.Go(func() error { return serveUntilClosed(server, on) })
	group.Go(func() error {
		for tick := time.Tick(lookForLines); ; {
			select {
			case <-ctx.Done():
				return nil
			case <-tick:
			}
			if err := lines.sell(ctx, time.Now()); err != nil && ctx.Err() == nil {
				d.log.Warn("the pretend phone company does not know of new lines yet", "cause", err)
			}
		}
	})
	return func() error {
		company.Close()
		return server.Close()
	}
}

// demoPeople are the phones that the page offers: the demo's members, and a few that nobody knows. One of each kind lies there at first.
func demoPeople() []simulator.Person {
	var people []simulator.Person
	for _, m := range demoMembers(time.Time{}) {
		people = append(people, simulator.Person{Number: string(m.Phone), Name: m.Name, Lang: m.Language, AtHand: m.Name == "Ana" || m.Name == "Elena"})
	}
	strangers := []simulator.Person{{Number: "+12125550123", AtHand: true}, {Number: "+12125550124"}, {Number: "+12125550125"}}
	return append(strangers, people...)
}

// sell has the company sell every line that the gateway knows by now, set as `hotline check` would have it.
func (s *seller) sell(ctx context.Context, now time.Time) error {
	if err := liftReplyLimit(ctx, s.store); err != nil {
		return err
	}
	lines, err := s.store.Lines(ctx, s.store.Pool)
	if err != nil {
		return err
	}
	var all []simulator.Line
	for _, l := range lines {
		if _, known := s.seen[l.Number]; !known {
			s.seen[l.Number] = now
		}
		if since := s.seen[l.Number]; !since.IsZero() && now.Sub(since) < lineKnown {
			continue
		}
		all = append(all, simulator.Line{
			Number: l.Number, SMSURL: s.set.Text, SMSFallbackURL: s.set.TextFallback, VoiceURL: s.set.Voice,
			VoiceFallbackURL: s.set.VoiceFallback, StatusURL: s.set.CallStatus, Unregistered: l.Texts == store.TextsPending,
		})
	}
	same := func(a, b simulator.Line) bool { return a.Number == b.Number && a.Unregistered == b.Unregistered }
	if !slices.EqualFunc(all, s.sold, same) {
		s.company.SetLines(all)
		s.sold = all
	}
	return nil
}

// liftReplyLimit lets people try things out: the limit keeps two automatic repliers from talking to each other for ever.
func liftReplyLimit(ctx context.Context, s *store.Store) error {
	_, err := s.Pool.Exec(ctx, `update lines set replies_an_hour = 0 where replies_an_hour <> 0`)
	if err != nil {
		return fmt.Errorf("lifting the limit of replies: %w", err)
	}
	return nil
}
