package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// tries is every command that takes an organizer's name, as one would write it to do something in the Docks: a command without a line here
// fails the test. %d is the number of a report there.
func tries() map[string][]string {
	return map[string][]string{
		"report list": {"--about"}, "report show": {"%d"}, "report answer": {"%d", "We have seen it"}, "report call": {"%d"}, "report note": {"%d", "a note"},
		"report assign": {"%d", "Bea"}, "report status": {"%d", "--state", "closed"}, "report block": {"%d"}, "report recipients": {"Bea", "Carol"},
		"meeting add": {"--at", "2036-11-28 19:00", "--place", "9 Oak Ave"}, "meeting change": {"1", "--place", "9 Oak Ave"}, "meeting cancel": {"1", "--yes"},
		"meeting door": {"1", "--new"}, "meeting present": {"1", "--count", "5"},
		"ballot open": {"--question", "en=Shall we? / es=¿Lo hacemos?", "--yes"}, "ballot close": {"1", "--yes"}, "ballot show": {"1", "--roll"}, "ballot take": {"1", "Ana", "--choice", "1", "--yes"},
		"offer approve": {"1", "--words", "A ride"}, "offer refuse": {"1", "--because", "No."},
		"proposal share": {"1", "--words", "Heat breaks"}, "proposal hold": {"1", "--because", "No."}, "proposal open": {"1", "--ballot", "1"}, "proposal answer": {"1", "--words", "No."},
		"proposal second": {"1", "Ana"}, "proposal seconds": {"2"},
		"member import": {"-"}, "member vouch": {"Lou"}, "member remove": {"Ana", "--yes"}, "member pin": {"Ana", "--yes"}, "member reveal": {"%d", "--why", "to see who it is"},
		"organizer add": {"Bob"}, "organizer remove": {"Dan"},
		"duty on": {"Wes", "--languages", "en"}, "duty off": {"Wes"}, "duty unblock": nil,
		"prompts record": {"--language", "quc", "--called", "K'iche'", "--falls-back", "en"}, "prompts remove": {"--language", "quc", "--all"},
		"flyer add": {"--word", "SOL 29", "--language", "en", "--line", "+12125550122"}, "flyer end": {"SOL 27"},
		"retention set": {"reports", "30"}, "retention hold": {"--why", "a hearing"}, "retention release": {"--yes"},
		"line add":     {"+12125550133", "--name", "The 0133 Line", "--languages", "en"},
		"consent show": {"--member", "Ana", "--why", "the carrier asks"}, "consent stop": {"--member", "Ana", "--how", "in person"},
		"broadcast draft": {"--words", "en=The gate is open. / es=La puerta abre."}, "broadcast change": {"1", "--members"}, "broadcast preview": {"1", "--test"},
		"broadcast record":  {"1", "--language", "es"},
		"broadcast approve": {"1"}, "broadcast send": {"1"}, "broadcast pause": {"1"}, "broadcast resume": {"1"}, "broadcast cancel": {"1"},
		"alert raise": {"--words", "en=Gas. / es=Gas."}, "alert draft": {"--words", "en=Gas. / es=Gas."}, "alert confirm": {"2"}, "alert correct": {"2", "--words", "en=No gas. / es=No hay gas."},
		"alert clear": {"2", "--words", "en=No gas. / es=No hay gas."}, "wording add": {"--words", "en=Gas. / es=Gas."}, "wording end": {"1"},
		"outgoing settle": {"0123abcd", "--sent"}, "erase": {"--again"},
		// These name what they change themselves.
		"assembly add": {"Loft", "--below", "Docks"}, "assembly change": {"Docks", "--quiet", "on"}, "line change": {"+12125550122", "--name", "The 0122 Line"}, "line calls": {"+12125550122", "--pace", "2"},
		"retention run": nil,
	}
}

// What no one assembly has: the clocks of all, and the words of the flows.
const (
	everybodys = "retention run, erase"
	ofTheFlows = "prompts list"
)

// docks is a city (the Warehouse) with two workplaces below it, the Docks and the Kitchen, and all kinds of records in the Docks.
func docks(t *testing.T) (sv *served, report int) {
	sv = newServed(t)
	for _, args := range [][]string{
		{"organizer", "add", "Carol"}, {"assembly", "add", "Docks", "--below", "Warehouse"}, {"assembly", "add", "Kitchen", "--below", "Warehouse"},
		{"organizer", "add", "Dan", "--assembly", "Docks", "--as", "Carol"}, {"organizer", "add", "Bea", "--assembly", "Kitchen", "--as", "Carol"},
		{"line", "add", "+12125550122", "--name", "The 0122 Line", "--languages", "en,es", "--assembly", "Docks", "--as", "Dan"},
		{"meeting", "add", "--at", "2036-11-28 19:00", "--place", "12 Elm St", "--assembly", "Docks", "--as", "Dan"},
		{"flyer", "add", "--word", "SOL 27", "--language", "en", "--line", "+12125550122", "--assembly", "Docks", "--as", "Dan"},
		{"retention", "hold", "--why", "a hearing", "--assembly", "Docks", "--as", "Dan"},
		{"broadcast", "draft", "--words", "en=The gate on Elm St is open. / es=La puerta de Elm abre.", "--assembly", "Docks", "--as", "Dan"},
	} {
		sv.command("", args...)
	}
	sv.command("name,phone,language,standing,agreed_how,agreed_on,agreed_to\nAna,212-555-0141,en,member,sheet,2026-05-01,both\n"+
		"Lou,212-555-0142,en,listed,sheet,2026-05-01,both\n", "member", "import", "-", "--assembly", "Docks", "--as", "Dan")
	sv.command("212-555-0144\n", "duty", "on", "Wes", "--languages", "en", "--assembly", "Docks", "--as", "Dan")
	sv.command("", "ballot", "open", "--question", "en=Heat breaks? / es=¿Descansos?", "--yes", "--assembly", "Docks", "--as", "Dan")
	sv.command("", "prompts", "record", "--language", "quc", "--called", "K'iche'", "--falls-back", "en", "--assembly", "Docks", "--as", "Dan")
	ctx, now := t.Context(), time.Now()
	l, err := sv.store.LineByNumber(ctx, sv.store.Pool, "+12125550122")
	sv.must(err)
	wes, found, err := sv.store.FindDuty(ctx, sv.store.Pool, l.AssemblyID, "Wes")
	if sv.must(err); !found {
		t.Fatal("Wes is not on the rota")
	}
	sv.must(sv.store.InTx(ctx, func(tx pgx.Tx) error {
		phone, err := sv.store.EnsurePhone(ctx, tx, l.AssemblyID, "+12125550141")
		if err != nil {
			return err
		}
		if _, _, err := sv.store.PostOffer(ctx, tx, store.NewOffer{Assembly: l.AssemblyID, Line: l.ID, Phone: phone, Side: "offer", Kind: "rides",
			Channel: "text", Lang: "en", Words: "a ride from Queens", ReadBy: now, At: now}); err != nil {
			return err
		}
		if _, err := sv.store.Propose(ctx, tx, store.NewProposal{Assembly: l.AssemblyID, Line: l.ID, Phone: phone, Channel: "text", Lang: "en",
			Words: "a fan in hall B", ReadBy: now, At: now}); err != nil {
			return err
		}
		filed, err := sv.store.FileReport(ctx, tx, store.NewReport{Assembly: l.AssemblyID, Line: l.ID, Phone: uuid.NullUUID{UUID: phone, Valid: true},
			Channel: "text", Lang: "en", Words: "the lift in hall B is broken", ReadBy: now.Add(time.Hour), At: now.Add(-time.Hour)})
		if err != nil {
			return err
		}
		report = filed.Number
		_, err = sv.store.BlockCaller(ctx, tx, store.DutyCall{Assembly: l.AssemblyID, Duty: wes.ID, Caller: uuid.NullUUID{UUID: phone, Valid: true}}, now.Add(time.Hour))
		return err
	}))
	sv.command("", "proposal", "share", "1", "--words", "en=A fan in hall B / es=Un ventilador", "--assembly", "Docks", "--as", "Dan")
	return sv, report
}

// fails runs a command that is to be refused, and gives what it printed and why.
func (sv *served) fails(args ...string) (printed string, err error) {
	sv.Helper()
	var environ []string
	for name, value := range sv.env {
		environ = append(environ, name+"="+value)
	}
	var out strings.Builder
	w := &world{in: strings.NewReader("name,phone\nMax,212-555-0149\n"), out: &out, err: sv.Output(), now: time.Now, name: "hotline"}
	err = run(sv.Context(), w, environ, args)
	return out.String(), err
}

// An organizer of one workplace does nothing in another, whatever the command, and is shown nothing of it.
func TestAnOrganizerActsInTheirOwnAssemblyAlone(t *testing.T) {
	sv, report := docks(t)
	before := sv.rows()
	for _, c := range commands() {
		fs := c.flags()
		c.bind(fs)
		if fs.Lookup("as") == nil {
			continue
		}
		args, known := tries()[c.name]
		if !known {
			t.Errorf("%s takes an organizer's name, and nothing here shows that it is asked whose organizer that is", c.name)
			continue
		}
		if slices.Contains(strings.Split(everybodys, ", "), c.name) {
			continue
		}
		args = slices.Concat(strings.Fields(c.name), args, []string{"--as", "Bea"})
		if fs.Lookup("assembly") != nil {
			args = append(args, "--assembly", "Docks")
		}
		for i, a := range args {
			args[i] = strings.ReplaceAll(a, "%d", fmt.Sprint(report))
		}
		printed, err := sv.fails(args...)
		if err == nil || !regexp.MustCompile(`no organizer .*is called "Bea"`).MatchString(err.Error()) || printed != "" {
			t.Errorf("%q printed %q, and ended with %v", args, printed, err)
		}
	}
	for table, rows := range sv.rows() {
		if rows != before[table] {
			t.Errorf("%s has changed", table)
		}
	}
}

// What a list or a record shows of one assembly, it shows with --assembly of that one alone.
func TestListsShowTheirOwnAssemblyAlone(t *testing.T) {
	sv, report := docks(t)
	ours := []string{"lift", fmt.Sprint(report), "Queens", "fan in", "Elm", "Heat", "Ana", "Lou", "Wes", "SOL", "hearing", "Dan"}
	shown := ""
	for _, c := range commands() {
		fs := c.flags()
		c.bind(fs)
		if fs.Lookup("assembly") == nil || fs.Lookup("as") != nil && c.name != "report list" && c.name != "report show" && c.name != "ballot show" || c.name == ofTheFlows {
			continue
		}
		args := strings.Fields(c.name)
		if strings.HasPrefix(c.takes, "NUMBER") {
			args = append(args, map[bool]string{true: fmt.Sprint(report), false: "1"}[c.name == "report show"])
		}
		printed, err := sv.fails(append(args, "--assembly", "Docks")...)
		sv.must(err)
		shown += printed
		printed, _ = sv.fails(append(args, "--assembly", "Kitchen")...)
		for _, word := range ours {
			if strings.Contains(printed, word) {
				t.Errorf("%q, of the kitchen, shows %q:\n%s", args, word, printed)
			}
		}
	}
	for _, word := range ours[:len(ours)-1] {
		if !strings.Contains(shown, word) {
			t.Errorf("the docks themselves are not shown %q, so that this proves nothing of it", word)
		}
	}
}

// rows is a digest of each table.
func (sv *served) rows() map[string]string {
	sv.Helper()
	rows, err := sv.store.Pool.Query(sv.Context(), `select tablename from pg_tables where schemaname = 'public' and tablename not like 'river%'`)
	sv.must(err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	sv.must(err)
	all := map[string]string{}
	for _, table := range tables {
		var digest string
		sv.must(sv.store.Pool.QueryRow(sv.Context(), "select count(*) || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from "+
			pgx.Identifier{table}.Sanitize()+" t").Scan(&digest))
		all[table] = digest
	}
	return all
}
