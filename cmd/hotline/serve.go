package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime/debug"

	"golang.org/x/sync/errgroup"

	"hotline/gateway/twilio"
	"hotline/store"
)

// thrift has memory collected twice as often as Go does by itself: a hotline is to fit on a small machine, and has time for it.
const thrift = 50

// serveCommand proves everything it can before it opens a door: a hotline that is half set up is worse than one that is not.
func serveCommand(*flag.FlagSet) action {
	return func(ctx context.Context, w *world, _ []string) error {
		hups := hearHangups()
		if os.Getenv("GOGC") == "" {
			debug.SetGCPercent(thrift)
		}
		log := slog.New(slog.NewJSONHandler(w.err, &slog.HandlerOptions{ReplaceAttr: inMilliseconds}))
		if err := w.cfg.check().err(); err != nil {
			return err
		}
		for _, stray := range w.cfg.strays {
			log.Warn(stray)
		}
		for _, caution := range w.cfg.cautions() {
			log.Warn(caution)
		}
		keys, err := w.loadKeys()
		if err != nil {
			return err
		}
		s, err := openStore(ctx, w.cfg.DatabaseURL.reveal(), keys)
		if err != nil {
			return err
		}
		h, err := w.furnish(ctx, s, hups, log)
		if err != nil {
			s.Close()
			return err
		}
		return h.serve(ctx)
	}
}

// inMilliseconds gives durations their unit: a bare number would be nanoseconds, which nobody guesses.
func inMilliseconds(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() != slog.KindDuration {
		return a
	}
	return slog.Float64(a.Key+"_ms", float64(a.Value.Duration().Microseconds())/1000)
}

// furnish opens the doors and builds the house behind them.
func (w *world) furnish(ctx context.Context, s *store.Store, hups hangups, log *slog.Logger) (*house, error) {
	if err := w.cfg.adviseLines(ctx, s, log); err != nil {
		return nil, err
	}
	public, err := listen(w.cfg.Listen, "HOTLINE_LISTEN")
	if err != nil {
		return nil, err
	}
	private, err := listen(w.cfg.ConsoleListen, "HOTLINE_CONSOLE_LISTEN")
	if err != nil {
		return nil, errors.Join(err, public.Close())
	}
	h, err := newHouse(houseParts{
		store: s, redisURL: w.cfg.RedisURL.reveal(), flows: w.cfg.proveFlows, hangups: hups, carrier: w.cfg.carrier(),
		public: public, private: private, log: log, now: w.now, callPace: w.cfg.CallPace,
	})
	if err != nil {
		return nil, errors.Join(err, public.Close(), private.Close())
	}
	return h, nil
}

// serve answers until ctx ends or a door breaks, then stops in order.
func (h *house) serve(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	if err := h.start(ctx, group); err != nil {
		return errors.Join(err, h.onPublic.Close(), h.onLocal.Close(), h.close())
	}
	h.log.Info("answering", "carrier", h.onPublic.Addr().String(), "private", h.onLocal.Addr().String(), "version", version())
	<-ctx.Done()
	h.log.Info("stopping: turns under way finish first")
	err := h.stop()
	return errors.Join(group.Wait(), err)
}

// adviseLines warns where nobody can be answered yet, and tells what each line needs at the carrier.
func (c Config) adviseLines(ctx context.Context, s *store.Store, log *slog.Logger) error {
	lines, err := s.Lines(ctx, s.Pool)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		log.Warn("there is no line yet, so every webhook will be refused: add one with `hotline line add`")
		return nil
	}
	deaf, err := unread(ctx, s, lines)
	if err != nil {
		return err
	}
	for _, sentence := range deaf {
		log.Warn(sentence)
	}
	set := twilio.WebhookURLs(c.PublicURL)
	log.Info("lines", "count", len(lines), "a message comes in", set.Text, "a call comes in", set.Voice, "check them with", "hotline check")
	return nil
}

// unread tells of the lines whose reports nobody would read.
func unread(ctx context.Context, s *store.Store, lines []store.Line) ([]string, error) {
	var sentences []string
	for _, l := range lines {
		readers, err := s.Organizers(ctx, s.Pool, l.AssemblyID)
		if err != nil {
			return nil, err
		}
		if len(readers) == 0 {
			sentences = append(sentences, fmt.Sprintf("line %s: %s has no organizer, so nobody would read what is reported: "+
				"add one with `hotline organizer add`", l.Number, l.Assembly))
		}
	}
	return sentences, nil
}

// listen opens an address. what names the setting to change where it is taken.
func listen(addr, what string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (%w): stop what uses it, or set %s to another address", addr, err, what)
	}
	return l, nil
}
