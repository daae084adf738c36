package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// yesNoAbstain are the options of a ballot that names none, in the languages that we know.
func yesNoAbstain() choicesFlag {
	return choicesFlag{
		{"en": "Yes", "es": "Sí"},
		{"en": "No", "es": "No"},
		{"en": "Abstain", "es": "Abstenerme"},
	}
}

// ballotOpen is the one act that fixes words for good, so it shows them, and what this kind of vote is not fit for, before it asks.
func ballotOpen(fs *flag.FlagSet) action {
	changes(fs)
	question, options := wordsFlag{}, choicesFlag{}
	fs.Var(question, "question", "what is asked: `WORDS` like \"en=Shall we …? / es=…\"")
	fs.Var(&options, "option", "one choice, in `WORDS` as above; two to eight of them. Left out: yes, no, abstain")
	closes := fs.String("closes", "", "when it closes by itself: `TIME` like \"2026-11-27 19:00\" or \"friday 7pm\"; left out: when you close it")
	yes := fs.Bool("yes", false, "do not ask")
	return onRecords(fs, func(ctx context.Context, d *desk, _ []string) error {
		n, err := d.newBallot(ctx, question, options, *closes)
		if err != nil {
			return err
		}
		if err := d.rehearse(n); err != nil {
			return err
		}
		if err := d.caution(ctx, n, *yes); err != nil {
			return err
		}
		var b store.Ballot
		err = d.change(ctx, "ballot.open", func(tx pgx.Tx, by store.Organizer) (string, error) {
			n.By, n.At = by.Name, d.now()
			b, err = d.store.OpenBallot(ctx, tx, n)
			return b.ID.String(), err
		})
		if err != nil {
			return err
		}
		return d.showBallot(ctx, b.Number)
	})
}

// newBallot reads the flags into the languages of the lines: whoever may vote must be able to read or hear all of it.
func (d *desk) newBallot(ctx context.Context, question wordsFlag, options choicesFlag, closes string) (n store.NewBallot, err error) {
	n.Assembly = d.assembly.ID
	if len(question) == 0 {
		return n, misused("ballot open needs --question")
	}
	languages, err := d.written(ctx)
	if err != nil {
		return n, err
	}
	if n.Question, err = question.in(languages, "the question"); err != nil {
		return n, err
	}
	if len(options) == 0 {
		options = yesNoAbstain()
		for _, lang := range languages {
			if options[0][lang] == "" {
				return n, fmt.Errorf("yes, no and abstain are not known here in %s: write the options with --option", lang)
			}
		}
		options = only(options, languages)
	}
	for i, o := range options {
		words, err := o.in(languages, fmt.Sprintf("option %d", i+1))
		if err != nil {
			return n, err
		}
		n.Options = append(n.Options, words)
	}
	if closes != "" {
		n.ClosesAt, err = parseTime(closes, d.now(), d.zone)
	}
	return n, err
}

// rehearse refuses what would not fit into the texts of a vote: who reads half a question votes on another one.
func (d *desk) rehearse(n store.NewBallot) error {
	r, err := d.newRehearsal()
	if err != nil {
		return err
	}
	texts, err := r.ballot(n.Question, n.Options)
	if err != nil {
		return err
	}
	for _, t := range texts {
		if err := t.fits(); err != nil {
			return err
		}
	}
	d.weigh(texts)
	return nil
}

// only drops the languages that the line does not speak.
func only(options choicesFlag, languages []string) choicesFlag {
	var kept choicesFlag
	for _, o := range options {
		w := wordsFlag{}
		for _, lang := range languages {
			w[lang] = o[lang]
		}
		kept = append(kept, w)
	}
	return kept
}

// caution tells what cannot be taken back, and what a by-name ballot is not fit for.
func (d *desk) caution(ctx context.Context, n store.NewBallot, yes bool) error {
	roll, err := d.membersNow(ctx)
	if err != nil {
		return err
	}
	for _, c := range (store.Ballot{Roll: roll}).Cautions() {
		switch c {
		case store.CautionFew:
			d.note("caution: only %s would be on the roll. Among so few, people can be known by their choices.", count(roll, "person", "people"))
		case store.CautionOfficers:
			d.note("caution: this vote is by name: organizers see who chose what. Officers of a US union may not be elected so (29 USC 481(b)).")
		}
	}
	if yes {
		return nil
	}
	until := "until you close it"
	if !n.ClosesAt.IsZero() {
		until = "until " + moment(n.ClosesAt, d.now(), d.zone)
	}
	d.note("%s\n%s\nOpen %s.", inEach(n.Question), numberedOptions(n.Options), until)
	return d.confirm(ctx, fmt.Sprintf("Open it to %s? Its words and its roll cannot be changed afterwards.", count(roll, "member", "members")))
}

func numberedOptions(options []store.Words) string {
	var lines []string
	for i, o := range options {
		lines = append(lines, fmt.Sprintf("  %d  %s", i+1, inEach(o)))
	}
	return strings.Join(lines, "\n")
}

// membersNow counts who would be on a roll opened now.
func (d *desk) membersNow(ctx context.Context) (int, error) {
	all, err := d.store.Members(ctx, d.store.Pool, d.assembly.ID)
	if err != nil {
		return 0, err
	}
	seen := map[uuid.UUID]bool{} // one person may stand in several assemblies
	for _, m := range all {
		if m.Standing == store.StandsMember {
			seen[m.ID] = true
		}
	}
	return len(seen), nil
}
