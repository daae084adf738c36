package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// desk is where an organizer works on records: an open database, an assembly, and who acts.
type desk struct {
	*world
	store    *store.Store
	dev      bool           // the database is dev's …
	pretend  bool           // … and for pretend numbers only
	assembly store.Assembly // that --assembly names, or the only one
	zone     *time.Location // its
	json     bool
	as       string
}

// onRecords makes a command of what is done with the records of one assembly. It adds the flags that all of them have.
func onRecords(fs *flag.FlagSet, do func(context.Context, *desk, []string) error) action {
	name := fs.String("assembly", "", "which assembly, by its `NAME`; not needed where there is only one")
	return onDatabase(fs, func(ctx context.Context, d *desk, args []string) error {
		var err error
		if d.assembly, err = d.findAssembly(ctx, *name); err != nil {
			return err
		}
		if d.zone, err = zoneOf(d.assembly.Zone); err != nil {
			return err
		}
		return do(ctx, d, args)
	})
}

// findAssembly is the store's search by name; where there are several and none was named, it says with which flag to name one.
func (d *desk) findAssembly(ctx context.Context, name string) (store.Assembly, error) {
	if name == "" {
		all, err := d.store.Assemblies(ctx, d.store.Pool)
		if err != nil {
			return store.Assembly{}, err
		}
		if len(all) > 1 {
			var names []string
			for _, a := range all {
				names = append(names, a.Name)
			}
			return store.Assembly{}, fmt.Errorf("which assembly? Say so with --assembly; there are: %s", strings.Join(names, ", "))
		}
	}
	return d.store.AssemblyByName(ctx, d.store.Pool, name)
}

// onDatabase is the same for records of no one assembly.
func onDatabase(fs *flag.FlagSet, do func(context.Context, *desk, []string) error) action {
	data := fs.String("data", "", "act on the dev that runs in this `FOLDER`")
	asJSON := fs.Bool("json", false, "print JSON for programs")
	return func(ctx context.Context, w *world, args []string) error {
		d, err := w.openDesk(ctx, *data)
		if err != nil {
			return err
		}
		defer d.store.Close()
		d.json = *asJSON
		if f := fs.Lookup("as"); f != nil {
			d.as = f.Value.String()
		}
		return do(ctx, d, args)
	}
}

// changes adds the flag of commands that are journaled.
func changes(fs *flag.FlagSet) *flag.FlagSet {
	fs.String("as", "", "which organizer you are, by `NAME`; not needed where there is only one")
	return fs
}

// openDesk opens the database of the environment or, where that names none, of the running dev.
func (w *world) openDesk(ctx context.Context, data string) (*desk, error) {
	if data == "" && w.cfg.DatabaseURL != "" && w.cfg.Keys != "" {
		return w.openWith(ctx, w.cfg)
	}
	state, err := w.running(data)
	elsewhere := data == "" && w.cfg.DatabaseURL != "" && state.DatabaseURL != w.cfg.DatabaseURL.reveal()
	switch {
	case elsewhere && (err == nil || errors.Is(err, errNotRunning)):
		return nil, errors.New("DATABASE_URL is set and HOTLINE_KEYS is not: set it to the key file that belongs to that database")
	case errors.Is(err, errNotRunning):
		return nil, fmt.Errorf("%w\nor set DATABASE_URL and HOTLINE_KEYS to work on another database", err)
	case err != nil:
		return nil, err
	}
	cfg := w.cfg
	cfg.DatabaseURL, cfg.Keys, cfg.Flows = secret(state.DatabaseURL), state.Keys, state.Flows
	cfg.PublicURL, cfg.AccountSID, cfg.AuthToken = state.PublicURL, state.AccountSID, secret(state.AuthToken)
	if state.Phones != "" {
		cfg.APIURL = state.Phones
	}
	if state.Keys != w.cfg.Keys {
		cfg.PassphraseFile = "" // it belongs to another key file
	}
	d, err := w.openWith(ctx, cfg)
	if err != nil {
		return nil, err
	}
	d.dev, d.pretend = true, !state.IKnow
	return d, nil
}

func (w *world) openWith(ctx context.Context, cfg Config) (*desk, error) {
	at := *w
	at.cfg = cfg
	keys, err := at.loadKeys()
	if err != nil {
		return nil, err
	}
	s, err := openStore(ctx, cfg.DatabaseURL.reveal(), keys)
	if err != nil {
		return nil, err
	}
	return &desk{world: &at, store: s}, nil
}

// setup is who acts while there is no organizer yet.
const setup = "setup"

// actor finds out who acts: the organizer that --as names, or the only one of the assembly and those above it.
func (d *desk) actor(ctx context.Context, assembly uuid.UUID) (store.Organizer, error) {
	above, err := d.store.Above(ctx, d.store.Pool, assembly)
	if err != nil {
		return store.Organizer{}, err
	}
	var all []store.Organizer
	for _, id := range above {
		some, err := d.store.Organizers(ctx, d.store.Pool, id)
		if err != nil {
			return store.Organizer{}, err
		}
		all = append(all, some...)
	}
	switch {
	case d.as == "" && len(all) == 1:
		return all[0], nil
	case len(all) == 0:
		return store.Organizer{Name: setup, Assembly: assembly}, nil
	}
	return d.choose(ctx, all)
}

func (d *desk) choose(ctx context.Context, all []store.Organizer) (store.Organizer, error) {
	var names []string
	for _, o := range all {
		names = append(names, o.Name)
	}
	list := strings.Join(names, ", ")
	as := d.as
	switch {
	case as != "":
	case d.dev: // who plays with the demo need not choose a part
		d.note("(acting as %s; --as chooses another: %s)", all[0].Name, list)
		return all[0], nil
	default:
		if !d.canAsk() {
			return store.Organizer{}, fmt.Errorf("which organizer are you? Say so with --as; there are: %s", list)
		}
		var err error
		if as, err = d.ask(ctx, fmt.Sprintf("Which organizer are you (%s)? ", list)); err != nil {
			return store.Organizer{}, err
		}
	}
	for _, o := range all {
		if strings.EqualFold(o.Name, strings.TrimSpace(as)) {
			return o, nil
		}
	}
	return store.Organizer{}, fmt.Errorf("no organizer is called %q; there are: %s", as, list)
}

// change does something to the assembly's records in one transaction, and writes into the journal who did it. do gives the object:
// what it was done to.
func (d *desk) change(ctx context.Context, act string, do func(tx pgx.Tx, by store.Organizer) (object string, err error)) error {
	by, err := d.actor(ctx, d.assembly.ID)
	if err != nil {
		return err
	}
	return d.store.InTx(ctx, func(tx pgx.Tx) error {
		object, err := do(tx, by)
		if err != nil {
			return err
		}
		return d.store.Note(ctx, tx, store.Deed{Assembly: d.assembly.ID, Actor: by.Name, Act: act, Object: object, At: d.now()})
	})
}

// languages are those of the lines that serve the assembly, in their order.
func (d *desk) languages(ctx context.Context) ([]string, error) {
	lines, err := d.lines(ctx)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, l := range lines {
		for _, lang := range l.Languages {
			if !slices.Contains(all, lang) {
				all = append(all, lang)
			}
		}
	}
	if len(all) == 0 {
		return nil, errNoLine
	}
	return all, nil
}

// lines are those that serve the assembly: its own, and those of the assemblies above it.
func (d *desk) lines(ctx context.Context) ([]store.Line, error) {
	all, err := d.store.Lines(ctx, d.store.Pool)
	return slices.DeleteFunc(all, func(l store.Line) bool { return !slices.Contains(l.Assemblies, d.assembly.ID) }), err
}
