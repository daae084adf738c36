package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// The demo's line, the first phone of its members, and the word on its flyer.
const (
	demoLine  = "+12125550100"
	demoFirst = "+12125550101"
	demoWord  = "SOL27"
	demoName  = "Demo Assembly"
)

// The first line of a demo's journal marks its database as one: dev goes into no other.
const (
	demoAct = "demo.load"
	demoBy  = "hotline dev"
)

// fictionalNumber are the numbers that North America keeps for stories: 555-0100 to 555-0199 in every area code.
// Source: the North American Numbering Plan Administrator, on 555 line numbers.
var fictionalNumber = regexp.MustCompile(`^\+1[2-9]\d\d55501\d\d$`)

// fictional tells whether a number can be nobody's.
func fictional(number string) bool { return fictionalNumber.MatchString(number) }

// errNotDemo keeps dev out of what is not its own.
var errNotDemo = errors.New("the database of DATABASE_URL holds something else than the demo, and dev keeps out of it: " +
	"use `hotline serve` for it, or give dev an empty database (or none, by unsetting DATABASE_URL)")

// errOfServe keeps dev out of what somebody has made ready for real numbers: its keys would become that database's.
var errOfServe = errors.New("the database of DATABASE_URL was made ready by `hotline migrate`, so it is for `hotline serve`, and dev keeps " +
	"out of it: give dev an empty database (or none, by unsetting DATABASE_URL)")

// errRealNumbers is why dev does not answer somebody's real number.
var errRealNumbers = errors.New("a real phone number is a line here, and dev is for pretend ones (212-555-0100 to 0199): its keys lie " +
	"unsealed beside its database. Use `hotline serve`; or, if you know what that means, add --i-know")

// demo makes a database dev's: it refuses any that is not, migrates, and loads what is not there yet.
func (d *devRun) demo(ctx context.Context, s *store.Store) error {
	loaded, err := looksLikeDemo(ctx, s, d.cfg.DatabaseURL == "")
	if err != nil {
		return unreachable(err)
	}
	pending, err := store.Pending(ctx, s.Pool)
	if err != nil {
		return err
	}
	if err := migrate(ctx, s, pending, d.now()); err != nil {
		return fmt.Errorf("%w\n  With --fresh dev starts over", err)
	}
	if err := store.CheckKeys(ctx, s.Pool, s.Keys); err != nil {
		return err
	}
	lines, err := s.Lines(ctx, s.Pool)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if !fictional(l.Number) && !d.iKnow {
			return errRealNumbers
		}
	}
	now := d.now()
	load := renewDemo
	if !loaded {
		load = loadDemo
	}
	if err := s.InTx(ctx, func(tx pgx.Tx) error { return load(ctx, s, tx, now) }); err != nil {
		return err
	}
	return liftReplyLimit(ctx, s)
}

// looksLikeDemo tells whether the demo stands in a database, and fails with errNotDemo where something else does.
// A database that is ready and empty counts as the demo's only where it is our own, the private one.
func looksLikeDemo(ctx context.Context, s *store.Store, own bool) (bool, error) {
	var tables int
	var ours bool
	err := s.Pool.QueryRow(ctx, `select count(*), to_regclass('schema_migrations') is not null and to_regclass('key_checks') is not null
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname not like 'pg\_%'`).Scan(&tables, &ours)
	if err != nil {
		return false, fmt.Errorf("looking at the database: %w", err)
	}
	if tables == 0 {
		return false, nil
	}
	if !ours {
		return false, errNotDemo
	}
	all, err := s.Assemblies(ctx, s.Pool)
	if err != nil {
		return false, err
	}
	for _, a := range all {
		deeds, err := s.Journal(ctx, s.Pool, a.ID)
		if err != nil {
			return false, err
		}
		if len(deeds) > 0 && deeds[0].Seq == 1 && deeds[0].Act == demoAct && deeds[0].Actor == demoBy {
			return true, nil
		}
	}
	if len(all) > 0 {
		return false, errNotDemo
	}
	if !own {
		return false, errOfServe
	}
	return false, nil // migrated, and stopped before the demo was in it
}

// loadDemo writes the demo: an assembly with a line, nine members, three of them organizers, a flyer, a meeting and a ballot.
func loadDemo(ctx context.Context, s *store.Store, tx pgx.Tx, now time.Time) error {
	a, err := s.AddAssembly(ctx, tx, demoName, uuid.Nil, "America/New_York")
	if err != nil {
		return err
	}
	if err := s.Note(ctx, tx, store.Deed{Assembly: a.ID, Actor: demoBy, Act: demoAct, Object: a.ID.String(), At: now}); err != nil {
		return err
	}
	line, err := s.AddLine(ctx, tx, store.Line{AssemblyID: a.ID, Number: demoLine, Name: "The 0100 Line", Languages: []string{"en", "es"}})
	if err != nil {
		return err
	}
	if _, err := s.ImportMembers(ctx, tx, a.ID, demoMembers(now), now); err != nil {
		return err
	}
	for _, name := range demoOrganizers() {
		m, err := s.FindMember(ctx, tx, a.ID, name)
		if err != nil {
			return err
		}
		if _, err := s.AddOrganizer(ctx, tx, a.ID, name, m.ID); err != nil {
			return err
		}
	}
	if _, err := s.AddFlyer(ctx, tx, store.NewFlyer{Line: line, Word: demoWord, Lang: "en"}); err != nil {
		return err
	}
	if err := addDemoMeeting(ctx, s, tx, a, now); err != nil {
		return err
	}
	return openDemoBallot(ctx, s, tx, a, now)
}

// demoOrganizers act for the demo. Names are made up.
func demoOrganizers() []string { return []string{"Ana", "Ben", "Carla"} }

// demoMembers are the demo's people on the phones 0101 to 0109: four in English, five in Spanish.
func demoMembers(now time.Time) []store.MemberRow {
	var rows []store.MemberRow
	for i, name := range []string{"Ana", "Ben", "Carla", "David", "Elena", "Felipe", "Gloria", "Hugo", "Irma"} {
		lang := "en"
		if i >= 4 {
			lang = "es"
		}
		rows = append(rows, store.MemberRow{
			Line: i + 2, Name: name, Phone: store.Phone(fmt.Sprintf("+1212555010%d", i+1)), Language: lang, Standing: store.StandsMember,
			Agreed: &store.Agreement{How: "made up for the demo", On: now.UTC().Truncate(24 * time.Hour), Channels: []string{store.ByText, store.ByVoice}},
		})
	}
	return rows
}

// renewDemo adds what the clock has taken from the demo: a meeting ahead, a ballot that is open. What somebody canceled or closed
// themselves stays so.
func renewDemo(ctx context.Context, s *store.Store, tx pgx.Tx, now time.Time) error {
	a, err := s.AssemblyByName(ctx, tx, demoName)
	if err != nil {
		return err
	}
	meetings, err := s.Meetings(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if len(meetings) > 0 && meetings[0].StartsAt.Before(now) && meetings[0].CanceledAt.IsZero() {
		if err := addDemoMeeting(ctx, s, tx, a, now); err != nil {
			return err
		}
	}
	ballots, err := s.Ballots(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if len(ballots) > 0 && !ballots[0].ClosesAt.IsZero() && ballots[0].ClosesAt.Before(now) {
		return openDemoBallot(ctx, s, tx, a, now)
	}
	return nil
}

// addDemoMeeting publishes one for the next Friday evening by the assembly's clock.
func addDemoMeeting(ctx context.Context, s *store.Store, tx pgx.Tx, a store.Assembly, now time.Time) error {
	zone, err := zoneOf(a.Zone)
	if err != nil {
		return err
	}
	friday, err := parseTime("friday 7pm", now, zone)
	if err != nil {
		return err
	}
	_, err = s.AddMeeting(ctx, tx, store.NewMeeting{Assembly: a.ID, StartsAt: friday, Place: store.Words{"en": "12 Elm St", "es": "12 Elm St"}})
	return err
}

// demoBallotDays is how long the demo's ballot stays open.
const demoBallotDays = 30

// openDemoBallot asks what fits into two segments with its read-back, in both languages.
func openDemoBallot(ctx context.Context, s *store.Store, tx pgx.Tx, a store.Assembly, now time.Time) error {
	n := store.NewBallot{
		Assembly: a.ID, By: demoOrganizers()[0], At: now, ClosesAt: now.AddDate(0, 0, demoBallotDays).Truncate(time.Hour),
		Question: store.Words{"en": "Shall we ask for heat breaks?", "es": "¿Pedimos descansos por el calor?"},
	}
	for _, o := range yesNoAbstain() {
		n.Options = append(n.Options, store.Words(o))
	}
	_, err := s.OpenBallot(ctx, tx, n)
	return err
}
