package main

import (
	"context"
	"errors"
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

// lookForLines is how soon a line that was added or changed is known to the pretend phone company.
const lookForLines = 2 * time.Second

// openPhones opens the pretend phone company, and gives what closes it again.
func (d *devRun) openPhones(ctx context.Context, h *house, on net.Listener, group *errgroup.Group) func() error {
	company := simulator.New(simulator.Config{
		AccountSID: d.state.AccountSID, AuthToken: d.carrier.Tokens[0], URL: d.state.Phones, Log: d.log,
	})
	server := &http.Server{Handler: company.Handler(), ReadHeaderTimeout: 5 * time.Second}
	if err := d.sellLines(ctx, company, h.store, nil); err != nil {
		d.log.Warn("the pretend phone company does not know our lines yet", "cause", err)
	}
	group.Go(func() error { return serveUntilClosed(server, on) })
	group.Go(func() error {
		d.keepSelling(ctx, company, h.store)
		return nil
	})
	return func() error {
		company.Close()
		return server.Close()
	}
}

// keepSelling tells the company of lines that commands add or change while dev runs.
func (d *devRun) keepSelling(ctx context.Context, company *simulator.Company, s *store.Store) {
	var sold []simulator.Line
	for tick := time.Tick(lookForLines); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		if err := d.sellLines(ctx, company, s, &sold); err != nil && ctx.Err() == nil {
			d.log.Warn("the pretend phone company does not know of new lines yet", "cause", err)
		}
	}
}

// sellLines has the company sell every line of ours, set as `hotline check` would have it. What it sold before it leaves alone.
func (d *devRun) sellLines(ctx context.Context, company *simulator.Company, s *store.Store, sold *[]simulator.Line) error {
	if err := liftReplyLimit(ctx, s); err != nil {
		return err
	}
	lines, err := s.Lines(ctx, s.Pool)
	if err != nil {
		return err
	}
	set := twilio.WebhookURLs(d.state.PublicURL)
	var all []simulator.Line
	for _, l := range lines {
		all = append(all, simulator.Line{
			Number: l.Number, SMSURL: set.Text, SMSFallbackURL: set.TextFallback, VoiceURL: set.Voice, VoiceFallbackURL: set.VoiceFallback,
			StatusURL: set.CallStatus, Unregistered: l.Texts == store.TextsPending,
		})
	}
	if sold != nil && slices.EqualFunc(all, *sold, sameLine) {
		return nil
	}
	company.SetLines(all)
	if sold != nil {
		*sold = all
	}
	return nil
}

func sameLine(a, b simulator.Line) bool {
	return a.Number == b.Number && a.Unregistered == b.Unregistered
}

// liftReplyLimit lets people try things out: the limit keeps two automatic repliers from talking to each other for ever.
func liftReplyLimit(ctx context.Context, s *store.Store) error {
	_, err := s.Pool.Exec(ctx, `update lines set replies_an_hour = 0 where replies_an_hour <> 0`)
	if err != nil {
		return fmt.Errorf("lifting the limit of replies: %w", err)
	}
	return nil
}

// errRealNumbers is why dev does not answer somebody's real number.
var errRealNumbers = errors.New("a real phone number is a line here, and dev is for pretend ones (212-555-0100 to 0199): its keys lie " +
	"unsealed beside its database. Use `hotline serve`; or, if you know what that means, add --i-know")
