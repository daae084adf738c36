// Package main is hotline: the one program, and all its commands.
//
// What it is for: reading the configuration, putting the rooms together, and talking with organizers on a terminal. It knows no
// rule of a record (package store), of a talk (flows) or of the phone company (gateway/twilio).
//
// How its parts meet: main hands over to run, which finds a command in the one table (commands.go), reads its flags and calls it
// with a world: the configuration (config.go), the streams and the clock. `serve` and `dev` build a house (house.go): pools,
// gateway and listeners. Commands on records (records.go) open the database of the environment, or of the running `dev`. What is
// printed goes through tables (table.go), words for people (words.go) or JSON, whose keys are those of the structs named …JSON and
// do not change once published.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // a container without zone files knows America/New_York too

	"github.com/redis/go-redis/v9/logging"
)

func main() { os.Exit(program(time.Now)) }

// program is main for tests too, which run it as a process of their own, also under a clock of theirs.
func program(now func() time.Time) int {
	logging.Disable() // go-redis would print between our lines; the gateway says itself when Redis is away
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	w := &world{in: os.Stdin, out: os.Stdout, err: os.Stderr, now: now, name: calledAs(os.Args[0])}
	return w.exit(ctx, run(ctx, w, os.Environ(), os.Args[1:]))
}

// exit puts an error before the person, and into the exit code: 2 for a command that was written wrongly, 130 (as of shells) for one
// that was interrupted, else 1.
func (w *world) exit(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		w.note("hotline: stopped before it was done")
		return 130
	}
	w.note("hotline: %v", err)
	if errors.As(err, new(usageError)) {
		return 2
	}
	return 1
}

// run reads the configuration and carries out one command.
func run(ctx context.Context, w *world, environ, args []string) error {
	var err error
	if w.cfg, err = readConfig(environ); err != nil {
		return err
	}
	c, rest, err := find(commands(), args)
	if err != nil {
		return err
	}
	return c.run(ctx, w, rest)
}
