package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"hotline/flows"
)

// keepWithin is how long Postgres may take to keep new flows.
const keepWithin = 5 * time.Second

// hangups are the SIGHUPs that have come and were not heeded yet; several count as one.
type hangups struct {
	came     chan os.Signal
	attached bool // to a terminal
}

// hearHangups comes before anything else is started: a SIGHUP that comes meanwhile would end the program, and waits instead until
// the house is up. It is never given back: a terminal that closes may send it twice, and the second must not end us amid stopping.
func hearHangups() hangups {
	h := hangups{came: make(chan os.Signal, 1), attached: !signal.Ignored(syscall.SIGHUP) && hasTerminal()} // nohup means to outlive the terminal
	signal.Notify(h.came, syscall.SIGHUP)
	return h
}

// heedHangups has each SIGHUP load the flows again, until ctx ends. The system sends that signal also when it closes the terminal
// that we were started from: then it means to stop, as it always has.
func (h *house) heedHangups(ctx context.Context, group *errgroup.Group) {
	group.Go(func() error {
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-h.hangups.came:
			}
			if h.hangups.attached && !hasTerminal() {
				return errTerminalClosed
			}
			h.reload(ctx)
		}
	})
}

var errTerminalClosed = errors.New("the terminal was closed, so this stopped; `nohup` before the command lets it go on without one")

// hasTerminal tells whether the terminal that started us is still there, if there ever was one.
func hasTerminal() bool {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return false
	}
	return tty.Close() == nil
}

// reload has new conversations begin with the flows as they are written now. Where anything is wrong with them the running ones stay.
func (h *house) reload(ctx context.Context) {
	const stay = "the flows were not loaded again; the running ones stay in force"
	set, err := h.flows()
	if found := (flows.Findings)(nil); errors.As(err, &found) {
		for _, f := range found {
			h.log.Error("a flow is not right", "finding", f.String())
		}
		h.log.Error(stay, "findings", len(found), "check them with", "hotline check")
		return
	}
	if err != nil {
		h.log.Error(stay, "error", err)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, keepWithin)
	defer cancel()
	changed, err := h.gateway.UseFlows(ctx, set)
	switch {
	case err != nil:
		h.log.Error(stay+": they are right, and Postgres could not keep them. Send SIGHUP again once it answers", "error", err)
	case !changed:
		h.log.Info("the flows have not changed", "set", short(set))
	default:
		h.log.Info("conversations begin with new flows; those under way finish with theirs", "set", short(set))
	}
}

// short is as much of a set's hash as people need to tell it from others.
func short(set *flows.Set) string { return set.Hash()[:12] }
