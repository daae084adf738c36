package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/gateway"
	"hotline/store"
)

// decide does something about a proposal, in one transaction with the journal and with the text that its proposer may want.
func (d *desk) decide(ctx context.Context, number, act string, do func(tx pgx.Tx, number int) (store.Proposal, error)) error {
	n, err := numbered(number)
	if err != nil {
		return err
	}
	outbox, set, err := d.newsbox()
	if err != nil {
		return err
	}
	var p store.Proposal
	err = d.change(ctx, act, func(tx pgx.Tx, _ store.Organizer) (string, error) {
		if p, err = do(tx, n); err != nil {
			return "", err
		}
		return p.ID.String(), outbox.PutProposalNews(ctx, tx, set, p, d.now())
	})
	if err != nil {
		return err
	}
	return d.showProposal(ctx, p)
}

// newsbox is what puts texts that there is news, and the flows whose words they are.
func (d *desk) newsbox() (*gateway.Outbox, *flows.Set, error) {
	set, err := d.cfg.loadFlows()
	if err != nil {
		return nil, nil, err
	}
	outbox, err := gateway.NewOutbox(d.store, slog.New(slog.NewTextHandler(d.err, nil)))
	return outbox, set, err
}

// proposalShare lets members see it: in the words given or, where they are short enough, in those of its proposer.
func proposalShare(fs *flag.FlagSet) action {
	changes(fs)
	words := wordsFlag{}
	fs.Var(words, "words", "as members see it: `WORDS` like \"en=… / es=…\"; left out: as it was written")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		n, err := numbered(args[0])
		if err != nil {
			return err
		}
		shown, err := d.asMembersSeeIt(ctx, words, fmt.Sprintf("proposal %d", n), (*rehearsal).proposal, func() (string, error) {
			p, err := d.store.ShowProposal(ctx, d.store.Pool, d.assembly.ID, n)
			return p.Words, err
		})
		if err != nil {
			return err
		}
		return d.decide(ctx, args[0], "proposal.share", func(tx pgx.Tx, n int) (store.Proposal, error) {
			return d.store.ShareProposal(ctx, tx, d.assembly.ID, n, shown, d.now())
		})
	})
}

// proposalHold keeps it from others, which never happens without a word to its proposer.
func proposalHold(fs *flag.FlagSet) action {
	changes(fs)
	because := wordsFlag{}
	fs.Var(because, "because", "why, as its proposer is told: `WORDS` like \"en=… / es=…\"")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		if len(because) == 0 {
			return misused("proposal hold needs --because: its proposer is told why")
		}
		reply, err := d.inTexts(ctx, because, "the reason", (*rehearsal).reply)
		if err != nil {
			return err
		}
		return d.decide(ctx, args[0], "proposal.hold", func(tx pgx.Tx, n int) (store.Proposal, error) {
			return d.store.HoldProposal(ctx, tx, d.assembly.ID, n, reply, d.now())
		})
	})
}

func proposalAnswer(fs *flag.FlagSet) action {
	changes(fs)
	words := wordsFlag{}
	fs.Var(words, "words", "the answer, which every member can read: `WORDS` like \"en=… / es=…\"")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		if len(words) == 0 {
			return misused("proposal answer needs --words")
		}
		reply, err := d.inTexts(ctx, words, "the answer", (*rehearsal).reply)
		if err != nil {
			return err
		}
		return d.decide(ctx, args[0], "proposal.answer", func(tx pgx.Tx, n int) (store.Proposal, error) {
			return d.store.AnswerProposal(ctx, tx, d.assembly.ID, n, reply, d.now())
		})
	})
}

// proposalOpen says that a ballot came of it. Without one it says how to open one: what a ballot asks is decided there.
func proposalOpen(fs *flag.FlagSet) action {
	changes(fs)
	ballot := fs.Int("ballot", 0, "the `NUMBER` of the ballot that it led to")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		if *ballot != 0 {
			return d.decide(ctx, args[0], "proposal.open", func(tx pgx.Tx, n int) (store.Proposal, error) {
				return d.store.OpenProposal(ctx, tx, d.assembly.ID, n, *ballot, d.now())
			})
		}
		n, err := numbered(args[0])
		if err != nil {
			return err
		}
		p, err := d.store.ShowProposal(ctx, d.store.Pool, d.assembly.ID, n)
		if err != nil {
			return err
		}
		if len(p.Shown) == 0 {
			return fmt.Errorf("proposal %d is %s: members have to see it before it is put to a vote", n, p.State)
		}
		return d.told(d.proposalJSON(p), "Members see: %s\nOpen a ballot on it, and then say which one it is:\n  %s\n  %s", inEach(p.Shown),
			d.hint(`ballot open --question "…"`), d.hint(fmt.Sprintf("proposal open %d --ballot NUMBER", n)))
	})
}

// proposalSecond is for members who share a phone: it cannot tell who of them supports what.
func proposalSecond(fs *flag.FlagSet) action {
	changes(fs)
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		m, err := d.store.FindMember(ctx, d.store.Pool, d.assembly.ID, args[1])
		if err != nil {
			return err
		}
		if m.Standing != store.StandsMember {
			return fmt.Errorf("%s is not a member, and members second proposals", m.Name)
		}
		return d.decide(ctx, args[0], "proposal.second", func(tx pgx.Tx, n int) (store.Proposal, error) {
			return d.store.SecondFor(ctx, tx, d.assembly.ID, n, m.ID, d.now())
		})
	})
}

// proposalSeconds sets how many have to stand behind a proposal; those that members see keep theirs.
func proposalSeconds(fs *flag.FlagSet) action {
	changes(fs)
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		n, err := strconv.Atoi(args[0])
		if err != nil {
			return misused("%q is not a number such as 5", args[0])
		}
		err = d.change(ctx, "proposal.seconds", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			return d.assembly.ID.String() + " " + strconv.Itoa(n), d.store.SetSeconds(ctx, tx, d.assembly.ID, n)
		})
		if err != nil {
			return err
		}
		return d.told(map[string]int{"seconds": n}, "From now on a proposal comes before the organizers once %s second it. Those that members see already keep theirs.",
			count(n, "member has to", "members"))
	})
}
