package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// retentionJSON is how long an assembly keeps things, for programs.
type retentionJSON struct {
	Clocks []clockJSON `json:"clocks"`
	Holds  []holdJSON  `json:"holds"` // while one stands, no clock runs
}

type clockJSON struct {
	Clock string `json:"clock"`
	Days  int    `json:"days"`
	From  string `json:"from,omitempty"` // the assembly that set it; left out: the default
	About string `json:"about"`
}

type holdJSON struct {
	Assembly string     `json:"assembly"` // on which it was put: this one, or one above
	Why      string     `json:"why"`
	By       string     `json:"by"`
	At       *time.Time `json:"at"`
}

func retentionShow(fs *flag.FlagSet) action {
	return onRecords(fs, func(ctx context.Context, d *desk, _ []string) error {
		clocks, err := d.store.Keeping(ctx, d.store.Pool, d.assembly.ID)
		if err != nil {
			return err
		}
		holds, err := d.store.Holds(ctx, d.store.Pool, d.assembly.ID)
		if err != nil {
			return err
		}
		if d.json {
			shown := retentionJSON{Clocks: []clockJSON{}, Holds: []holdJSON{}}
			for _, k := range clocks {
				shown.Clocks = append(shown.Clocks, clockJSON{k.Name, k.Days, k.From, k.About})
			}
			for _, h := range holds {
				shown.Holds = append(shown.Holds, holdJSON{h.Name, h.Why, h.By, optional(h.At, d.zone)})
			}
			return printJSON(d.out, shown)
		}
		t := table{head: []string{"Clock", "Days", "Set by", "What it erases"}}
		for _, k := range clocks {
			t.rows = append(t.rows, []string{k.Name, strconv.Itoa(k.Days), cmp.Or(k.From, "-"), k.About})
		}
		t.print(d.out)
		for _, h := range holds {
			d.say("On hold since %s, by %s, for %s: %s", moment(h.At, d.now(), d.zone), h.By, h.Name, printable(h.Why))
		}
		if len(holds) > 0 {
			d.say("Nothing is erased by a clock until it is released; FORGET still forgets.")
		}
		return nil
	})
}

func retentionSet(fs *flag.FlagSet) action {
	changes(fs)
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		days, err := strconv.Atoi(args[1])
		switch {
		case args[1] == "default":
			days = 0
		case err != nil || days < 1:
			return misused("retention set needs a number of days, or default: retention set turns 14")
		}
		err = d.change(ctx, "retention.set", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			return args[0] + " " + args[1], d.store.SetClock(ctx, tx, d.assembly.ID, args[0], days)
		})
		if err != nil {
			return err
		}
		all, err := d.store.Keeping(ctx, d.store.Pool, d.assembly.ID)
		for _, k := range all {
			if strings.EqualFold(k.Name, args[0]) {
				return d.told(clockJSON{k.Name, k.Days, k.From, k.About}, "%s: %s (%s).", k.Name, count(k.Days, "day", "days"), k.About)
			}
		}
		return err
	})
}

func retentionHold(fs *flag.FlagSet) action {
	changes(fs)
	why := fs.String("why", "", "the `REASON`: whoever comes later has to know when it may be released")
	return onRecords(fs, func(ctx context.Context, d *desk, _ []string) error {
		var h store.Hold
		err := d.change(ctx, "retention.hold", func(tx pgx.Tx, by store.Organizer) (_ string, err error) {
			h, err = d.store.PutHold(ctx, tx, store.Hold{Assembly: d.assembly.ID, Why: *why, By: by.Name, At: d.now()})
			return h.ID.String(), err
		})
		if err != nil {
			return err
		}
		return d.told(holdJSON{d.assembly.Name, h.Why, h.By, optional(h.At, d.zone)},
			"On hold: no clock erases anything of %s, or of those below it, until `hotline retention release`. Workers who ask are told so.", d.assembly.Name)
	})
}

func retentionRelease(fs *flag.FlagSet) action {
	changes(fs)
	yes := fs.Bool("yes", false, "do not ask")
	return onRecords(fs, func(ctx context.Context, d *desk, _ []string) error {
		if !*yes {
			if err := d.confirm(ctx, fmt.Sprintf("Let the clocks of %s run again? What is too old goes with the next run.", d.assembly.Name)); err != nil {
				return err
			}
		}
		n := 0
		err := d.change(ctx, "retention.release", func(tx pgx.Tx, _ store.Organizer) (_ string, err error) {
			if n, err = d.store.ReleaseHolds(ctx, tx, d.assembly.ID, d.now()); err == nil && n == 0 {
				err = fmt.Errorf("no hold was put on %s itself; `hotline retention show` tells which stand over it", d.assembly.Name)
			}
			return count(n, "hold", "holds"), err
		})
		if err != nil {
			return err
		}
		return d.told(map[string]int{"released": n}, "%s released.", count(n, "hold is", "holds are"))
	})
}

// retentionRun does what serve does every day by itself.
func retentionRun(fs *flag.FlagSet) action {
	changes(fs)
	return onDatabase(fs, func(ctx context.Context, d *desk, _ []string) error {
		by := cmp.Or(d.as, setup)
		did, err := d.store.Expire(ctx, by, d.now())
		if err != nil {
			return err
		}
		if d.json {
			return printJSON(d.out, did)
		}
		if len(did) == 0 {
			d.say("Nothing was old enough, or all of it is on hold.")
		}
		all, err := d.store.Assemblies(ctx, d.store.Pool)
		for _, a := range all {
			if erased, ok := did[a.Name]; ok {
				d.say("%s: %s", a.Name, erased)
			}
		}
		return err
	})
}

// anyHold fails where a hold stands anywhere.
func (d *desk) anyHold(ctx context.Context) error {
	all, err := d.store.Assemblies(ctx, d.store.Pool)
	if err != nil {
		return err
	}
	for _, a := range all {
		holds, err := d.store.Holds(ctx, d.store.Pool, a.ID)
		if err != nil {
			return err
		}
		if len(holds) > 0 {
			return errors.New("nothing was destroyed: a hold stands over " + holds[0].Name + "; `hotline retention show` tells why, and `hotline retention release` ends it")
		}
	}
	return nil
}
