package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// ledgerJSON is what the ledger holds of a phone, for programs. The number is not among it.
type ledgerJSON struct {
	Rows  []consentJSON `json:"rows"`
	Now   []allowedJSON `json:"now"`
	Shown []shownJSON   `json:"shown"`
}

type consentJSON struct {
	Row     int64     `json:"row"`
	At      time.Time `json:"at"`
	On      string    `json:"on,omitempty"` // the day of a sheet, or on which an organizer was told
	Line    string    `json:"line"`         // its number; "all"
	Purpose string    `json:"purpose"`
	Channel string    `json:"channel"` // all, text, voice
	Given   bool      `json:"given"`
	How     string    `json:"how"`
	Words   string    `json:"words"`
}

type allowedJSON struct {
	Line    string `json:"line"`
	Purpose string `json:"purpose"`
	Channel string `json:"channel"`
	Allowed bool   `json:"allowed"`
	Row     int64  `json:"row"` // that decides; 0: none does
}

type shownJSON struct {
	At  time.Time `json:"at"`
	By  string    `json:"by"`
	Why string    `json:"why"`
}

type keptStopJSON struct {
	Since   time.Time `json:"since"`
	Line    string    `json:"line"`
	Purpose string    `json:"purpose"`
	Channel string    `json:"channel"`
}

// toOthers stands in place of what was said to an assembly that is none of this one's.
const toOthers = "to another assembly of this hotline"

// consentShow prints the history as evidence: for a carrier or a person who complains. Who had it shown, and why, is kept with it.
func consentShow(fs *flag.FlagSet) action {
	changes(fs)
	var f consentFlags
	f.bind(fs)
	why := fs.String("why", "", "the `REASON`, in words; it is kept")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		phones, number, err := d.whose(ctx, f, args)
		if err != nil {
			return err
		}
		reason := strings.TrimSpace(*why)
		if reason == "" && d.canAsk() {
			if reason, err = d.ask(ctx, "Why do you need it? "); err != nil {
				return err
			}
		}
		if reason == "" {
			return misused("say why you need it, with --why; it is kept, and the act is in the journal")
		}
		page := consentPage{desk: d, names: map[uuid.UUID]string{}}
		err = d.change(ctx, "consent.show", func(tx pgx.Tx, by store.Organizer) (string, error) {
			return page.read(ctx, tx, phones, number, store.Showing{Assembly: d.assembly.ID, Why: reason, By: by.Name, At: d.now()})
		})
		if err != nil {
			return err
		}
		return page.print()
	})
}

// consentPage is what consent show has to say.
type consentPage struct {
	*desk
	lines  []store.Line // that serve the assembly
	names  map[uuid.UUID]string
	within []uuid.UUID // the assemblies whose rows may be shown
	phones []phonePage
	kept   []store.KeptStop
}

type phonePage struct {
	ledger store.Ledger
	shown  []store.Showing // before
}

// read reads all that is printed, notes that it was, and gives the journal's object.
func (p *consentPage) read(ctx context.Context, tx pgx.Tx, phones []uuid.UUID, number store.Phone, n store.Showing) (object string, err error) {
	if p.lines, err = p.desk.lines(ctx); err != nil {
		return "", err
	}
	for _, l := range p.lines {
		p.names[l.ID] = l.Number
	}
	above, err := p.store.Above(ctx, tx, p.assembly.ID)
	if err != nil {
		return "", err
	}
	below, err := p.store.Below(ctx, tx, p.assembly.ID)
	if err != nil {
		return "", err
	}
	p.within = append(above, below...)
	if len(phones) == 0 {
		kept, err := p.store.KeptStops(ctx, tx, number)
		p.kept = slices.DeleteFunc(kept, func(k store.KeptStop) bool { return k.Line.Valid && p.names[k.Line.UUID] == "" })
		return "a number that has no phone here", err
	}
	var ids []string
	for _, phone := range phones {
		var one phonePage
		if one.ledger, err = p.store.Ledger(ctx, tx, phone); err != nil {
			return "", err
		}
		if one.shown, err = p.store.Showings(ctx, tx, p.assembly.ID, phone); err != nil {
			return "", err
		}
		n.Phone = phone
		if err := p.store.NoteShowing(ctx, tx, n); err != nil {
			return "", err
		}
		p.phones = append(p.phones, one)
		ids = append(ids, phone.String())
	}
	return strings.Join(ids, ", "), nil
}

// rows are those of a ledger that concern the assembly: of another one's only what binds every line, and then not in which words.
func (p *consentPage) rows(l store.Ledger) (rows store.Ledger) {
	for _, c := range l {
		if c.Line.Valid && p.names[c.Line.UUID] == "" {
			continue
		}
		if !slices.Contains(p.within, c.Assembly) {
			c.How, c.Words = toOthers, ""
		}
		rows = append(rows, c)
	}
	return rows
}

func (p *consentPage) line(id uuid.NullUUID) string {
	if !id.Valid {
		return "all"
	}
	return p.names[id.UUID]
}

func (p *consentPage) print() error {
	if p.json {
		return p.printJSON()
	}
	if len(p.phones) == 0 {
		p.printKept()
		return nil
	}
	for i, one := range p.phones {
		if len(p.phones) > 1 {
			p.say("Phone %d of %d:", i+1, len(p.phones))
		}
		p.printPhone(one)
	}
	p.note("(this is in the journal, and kept with the phone)")
	return nil
}

// stamp is a moment as evidence wants it.
func (p *consentPage) stamp(t time.Time) string {
	return t.In(p.zone).Format("2006-01-02 15:04:05 MST")
}

func (p *consentPage) printKept() {
	if len(p.kept) == 0 {
		p.say("Nothing is known of that number here, so that nothing is sent to it.")
		return
	}
	p.say("That number is not kept here. What is: a keyed digest, by which it is known again, that it is not to be written to or called.")
	t := table{head: []string{"Since", "Not for", "By", "Line"}}
	for _, k := range p.kept {
		t.add(p.stamp(k.At), string(k.Purpose), k.Channel, p.line(k.Line))
	}
	t.print(p.out)
}

func (p *consentPage) printPhone(one phonePage) {
	if rows := p.rows(one.ledger); len(rows) == 0 {
		p.say("This phone has not said anything about texts or calls.")
	} else {
		t := table{head: []string{"Row", "When", "Said", "For", "By", "Line", "How", "Words"}}
		for _, c := range rows {
			t.add(fmt.Sprint(c.Seq), p.stamp(c.At), yesNo(c.Given), string(c.Purpose), c.Channel, p.line(c.Line), p.how(c), printable(c.Words))
		}
		t.print(p.out)
	}
	p.say("\nWhat may be sent now, and by which row:")
	t := table{head: []string{"Line", "For", "Text", "Call"}}
	for _, l := range p.lines {
		for _, purpose := range store.Purposes() {
			t.add(l.Number, string(purpose), p.verdict(one.ledger, l, purpose, store.ByText), p.verdict(one.ledger, l, purpose, store.ByVoice))
		}
	}
	t.print(p.out)
	for _, s := range one.shown {
		p.say("Shown to %s, %s: %s", printable(s.By), p.stamp(s.At), printable(s.Why))
	}
}

func (p *consentPage) how(c store.ConsentRow) string {
	if c.On.IsZero() {
		return printable(c.How)
	}
	return printable(c.How) + ", of " + c.On.Format(time.DateOnly)
}

// verdict is yes or no, and the row that decides.
func (p *consentPage) verdict(l store.Ledger, line store.Line, purpose store.Purpose, channel string) string {
	allowed, because, found := l.Allowed(line.ID, purpose, channel)
	switch {
	case found:
		return fmt.Sprintf("%s, row %d", yesNo(allowed), because.Seq)
	case allowed:
		return "yes, to what they send"
	}
	return "no, never agreed"
}

func (p *consentPage) printJSON() error {
	page := struct {
		Phones []ledgerJSON   `json:"phones"`
		Kept   []keptStopJSON `json:"kept"` // of a number that is not kept here
	}{[]ledgerJSON{}, []keptStopJSON{}}
	for _, one := range p.phones {
		page.Phones = append(page.Phones, p.ledgerJSON(one))
	}
	for _, k := range p.kept {
		page.Kept = append(page.Kept, keptStopJSON{*optional(k.At, p.zone), p.line(k.Line), string(k.Purpose), k.Channel})
	}
	return printJSON(p.out, page)
}

func (p *consentPage) ledgerJSON(one phonePage) ledgerJSON {
	j := ledgerJSON{[]consentJSON{}, []allowedJSON{}, []shownJSON{}}
	for _, c := range p.rows(one.ledger) {
		row := consentJSON{Row: c.Seq, At: *optional(c.At, p.zone), Line: p.line(c.Line), Purpose: string(c.Purpose), Channel: c.Channel, Given: c.Given,
			How: c.How, Words: c.Words}
		if !c.On.IsZero() {
			row.On = c.On.Format(time.DateOnly)
		}
		j.Rows = append(j.Rows, row)
	}
	for _, l := range p.lines {
		for _, purpose := range store.Purposes() {
			for _, channel := range []string{store.ByText, store.ByVoice} {
				allowed, because, _ := one.ledger.Allowed(l.ID, purpose, channel)
				j.Now = append(j.Now, allowedJSON{l.Number, string(purpose), channel, allowed, because.Seq})
			}
		}
	}
	for _, s := range one.shown {
		j.Shown = append(j.Shown, shownJSON{*optional(s.At, p.zone), s.By, s.Why})
	}
	return j
}
