package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// importJSON is what an import did, for programs. Where rows are bad, nothing was imported and they alone stand there.
type importJSON struct {
	Added     []importedJSON `json:"added"`
	Changed   []importedJSON `json:"changed"`
	Unchanged int            `json:"unchanged"`
	Shared    []sharedJSON   `json:"shared"`
	Bad       []badRowJSON   `json:"bad"`
}

type importedJSON struct {
	Line         int      `json:"line"`
	Name         string   `json:"name"`
	What         []string `json:"what,omitempty"`      // of a changed one
	NotToContact bool     `json:"not_to_be_contacted"` // they did not agree
}

// sharedJSON is a row that put one more person on a phone.
type sharedJSON struct {
	Line int      `json:"line"`
	Name string   `json:"name"`
	With []string `json:"with"`
}

type badRowJSON struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// memberImport is all or nothing: half a list is worse than none, because nobody knows which half.
func memberImport(fs *flag.FlagSet) action {
	changes(fs)
	region := fs.String("region", "US", "the `COUNTRY` of numbers without a country's code")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		rows, bad, err := d.readMembers(ctx, args[0], strings.ToUpper(*region))
		if err != nil {
			return err
		}
		if len(bad) > 0 {
			return d.refuseRows(bad)
		}
		var sum store.Import
		err = d.change(ctx, "member.import", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			sum, err = d.store.ImportMembers(ctx, tx, d.assembly.ID, rows, d.now())
			return count(len(rows), "row", "rows"), err
		})
		if err != nil {
			return err
		}
		return d.sayImport(sum)
	})
}

// readMembers reads a file, or what is piped in for "-". On dev's database it refuses the numbers of real people.
func (d *desk) readMembers(ctx context.Context, path, region string) (rows []store.MemberRow, bad []store.RowError, err error) {
	in := io.NopCloser(d.in)
	if path != "-" {
		if in, err = os.Open(path); err != nil {
			return nil, nil, fmt.Errorf("reading the members file: %w", err)
		}
	}
	defer in.Close()
	rows, bad, err = store.ParseMembers(in, region, d.now().In(d.zone))
	if err != nil {
		return nil, nil, err
	}
	known, err := d.spokenLanguages(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		if r.Language == "" {
			continue
		}
		if err := spoken(known, r.Language); err != nil {
			bad = append(bad, store.RowError{Line: r.Line, Reason: err.Error()})
		}
	}
	if !d.pretend {
		return rows, bad, nil
	}
	for _, r := range rows {
		if !fictional(r.Phone.String()) {
			bad = append(bad, store.RowError{Line: r.Line, Reason: "this is a real phone number, and dev is for pretend ones (212-555-0100 to 0199)"})
		}
	}
	if len(bad) > 0 {
		d.note("dev keeps its keys unsealed: for real people use `hotline serve`, or start dev with --i-know.")
	}
	return rows, bad, nil
}

// refuseRows lists every bad row at once, so that the file is mended once.
func (d *desk) refuseRows(bad []store.RowError) error {
	if d.json {
		j := importJSON{Added: []importedJSON{}, Changed: []importedJSON{}, Shared: []sharedJSON{}}
		for _, b := range bad {
			j.Bad = append(j.Bad, badRowJSON{b.Line, b.Reason})
		}
		if err := printJSON(d.out, j); err != nil {
			return err
		}
	}
	var lines []string
	for _, b := range bad {
		lines = append(lines, "  "+b.Error())
	}
	return fmt.Errorf("nobody was imported: %s cannot be read. Mend the file and import it again:\n%s",
		count(len(bad), "row", "rows"), strings.Join(lines, "\n"))
}

// sayImport tells what changed about whom, and how many are not to be contacted.
func (d *desk) sayImport(sum store.Import) error {
	if d.json {
		j := importJSON{importedRows(sum.Added), importedRows(sum.Changed), sum.Unchanged, []sharedJSON{}, []badRowJSON{}}
		for _, r := range sum.Shared {
			j.Shared = append(j.Shared, sharedJSON(r))
		}
		return printJSON(d.out, j)
	}
	mute := 0
	for _, a := range sum.Added {
		if a.Mute {
			mute++
		}
	}
	d.say("%d added, %d changed, %d as they were.", len(sum.Added), len(sum.Changed), sum.Unchanged)
	for _, c := range sum.Changed {
		d.say("  line %d, %s: %s", c.Line, printable(c.Name), strings.Join(c.What, ", "))
	}
	for _, r := range sum.Shared {
		d.say("  line %d, %s: shares a phone with %s; was this a change of name? On a shared phone each votes by PIN: `hotline member pin`.",
			r.Line, printable(r.Name), printable(strings.Join(r.With, ", ")))
	}
	if mute > 0 {
		d.say("%s of those added did not agree to hear from us (agreed_how, agreed_on, agreed_to), and will not be contacted.",
			count(mute, "person", "people"))
	}
	return nil
}

func importedRows(rows []store.Imported) []importedJSON {
	list := make([]importedJSON, len(rows))
	for i, r := range rows {
		list[i] = importedJSON{r.Line, r.Name, r.What, r.Mute}
	}
	return list
}
