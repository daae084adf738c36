package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"strconv"
	"time"

	"hotline/store"
)

// proposalJSON is a proposal for programs. What its proposer wrote stands in proposal show only.
type proposalJSON struct {
	Number   int         `json:"number"`
	State    string      `json:"state"`   // new, shared, due, held, opened, answered, withdrawn
	Channel  string      `json:"channel"` // text, voice
	Lang     string      `json:"language"`
	Name     string      `json:"name,omitempty"`  // only where they chose to be named
	Words    string      `json:"words,omitempty"` // as written
	Media    *mediaJSON  `json:"recording,omitempty"`
	Shown    store.Words `json:"shown,omitempty"` // as members see it, by language
	Seconds  int         `json:"seconds"`
	Needed   int         `json:"needed,omitempty"` // once members see it
	Reply    store.Words `json:"reply,omitempty"`  // the answer, or why it is held back
	Ballot   int         `json:"ballot,omitempty"`
	FiledAt  *time.Time  `json:"filed_at"`
	ReadBy   *time.Time  `json:"read_by"`             // promised to its proposer
	AnswerBy *time.Time  `json:"answer_by,omitempty"` // promised once enough have seconded it
	Overdue  bool        `json:"overdue"`
}

func (d *desk) proposalJSON(p store.Proposal) proposalJSON {
	return proposalJSON{
		Number: p.Number, State: string(p.State), Channel: p.Channel, Lang: p.Lang, Shown: p.Shown, Seconds: p.Seconds, Needed: p.Needed,
		Reply: p.Reply, Ballot: p.Ballot, FiledAt: optional(p.FiledAt, d.zone), ReadBy: optional(p.ReadBy, d.zone),
		AnswerBy: optional(p.AnswerBy, d.zone), Overdue: p.Overdue(d.now()),
	}
}

// proposalList has no words in it but those that members see.
func proposalList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Proposal, proposalJSON]{
		none: "No proposal yet. Members make one with PROPOSE.",
		head: []string{"No.", "State", "Seconds", "To be done by", "As members see it"},
		all: func(ctx context.Context, d *desk) ([]store.Proposal, error) {
			return d.store.Proposals(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(d *desk, p store.Proposal) []string {
			return []string{strconv.Itoa(p.Number), string(p.State), supporters(p), d.owed(p), cmp.Or(inEach(p.Shown), "-")}
		},
		asJSON: (*desk).proposalJSON,
	}.print)
}

func supporters(p store.Proposal) string {
	if p.Needed == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d", p.Seconds, p.Needed)
}

// owed is by when organizers are to do something about a proposal, and whether that has passed.
func (d *desk) owed(p store.Proposal) string {
	by := p.ReadBy
	switch p.State {
	case store.ProposalNew:
	case store.ProposalDue:
		by = p.AnswerBy
	default:
		return "-"
	}
	if p.Overdue(d.now()) {
		return moment(by, d.now(), d.zone) + " - LATE"
	}
	return moment(by, d.now(), d.zone)
}

func proposalShow(fs *flag.FlagSet) action {
	recording := fs.String("recording", "", "write the recording to this new `FILE`")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		p, err := d.store.ShowProposal(ctx, d.store.Pool, d.assembly.ID, number)
		if err != nil {
			return err
		}
		if err := d.showProposal(ctx, p); err != nil || *recording == "" {
			return err
		}
		return d.saveSaid(ctx, p.Media, *recording)
	})
}

// showProposal shows all of one: what was written, and what members see.
func (d *desk) showProposal(ctx context.Context, p store.Proposal) error {
	j := d.proposalJSON(p)
	j.Name, j.Words = p.Name, p.Words
	said, err := d.tellSaid(ctx, p.Media, &j.Media)
	if err != nil {
		return err
	}
	if d.json {
		return printJSON(d.out, j)
	}
	d.say("Proposal %d (%s), by %s, language %s", p.Number, p.State, p.Channel, p.Lang)
	d.say("  From     %s", cmp.Or(printable(p.Name), "somebody who did not choose to be named"))
	d.say("  Filed    %s", moment(p.FiledAt, d.now(), d.zone))
	if by := d.owed(p); by != "-" {
		d.say("  Due      %s", by)
	}
	if p.Needed > 0 {
		d.say("  Seconds  %s", supporters(p))
	}
	if len(p.Shown) > 0 {
		d.say("  Shown    %s", inEach(p.Shown))
	}
	if p.Ballot > 0 {
		d.say("  Ballot   %d", p.Ballot)
	}
	if len(p.Reply) > 0 {
		d.say("  Told     %s", inEach(p.Reply))
	}
	if p.Words != "" {
		d.say("")
		paragraph(d.out, printable(p.Words))
	}
	if said != "" {
		d.say("\n    %s", said)
	}
	return nil
}
