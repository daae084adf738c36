package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// ballotJSON is a ballot for programs. ballot show adds what a challenge needs; totals and votes stand only once it is closed.
type ballotJSON struct {
	Number   int              `json:"number"`
	Question store.Words      `json:"question"` // by language
	Options  []store.Words    `json:"options"`  // a choice is the number of one, from 1
	OpenedAt *time.Time       `json:"opened_at"`
	OpenedBy string           `json:"opened_by"`
	ClosesAt *time.Time       `json:"closes_at,omitempty"`
	ClosedAt *time.Time       `json:"closed_at,omitempty"`
	ClosedBy string           `json:"closed_by,omitempty"`
	Roll     int              `json:"roll"` // who may vote
	Cast     int              `json:"cast"` // who has
	ByProof  map[string]int   `json:"by_proof,omitempty"`
	Changed  *int             `json:"changed,omitempty"` // how often somebody chose anew after being counted
	Refused  map[string]int   `json:"refused,omitempty"` // by reason, how often; "closed" are the late ones
	Late     *int             `json:"late,omitempty"`    // the same number
	Missed   *missedVotesJSON `json:"missed,omitempty"`  // texts of voters that came while the hotline was away
	Totals   []int            `json:"totals,omitempty"`  // in the order of the options
	Votes    []voteJSON       `json:"votes,omitempty"`
}

// missedVotesJSON counts texts that were not heard when they came.
type missedVotesJSON struct {
	Received int `json:"received"`
	Played   int `json:"played"`      // in time to answer what they were meant for
	Asked    int `json:"asked_again"` // too late for that
}

// voteJSON is one vote of a closed by-name ballot: its choice is the number of an option, from 1.
type voteJSON struct {
	Name    string     `json:"name"`
	Choice  int        `json:"choice"`
	Proof   string     `json:"proof"`
	Changed int        `json:"changed"` // how often, before this choice stood
	At      *time.Time `json:"at"`      // of this choice
}

func (d *desk) ballotJSON(b store.Ballot) ballotJSON {
	return ballotJSON{
		Number: b.Number, Question: b.Question, Options: b.Options, OpenedAt: optional(b.OpenedAt, d.zone), OpenedBy: b.OpenedBy,
		ClosesAt: optional(b.ClosesAt, d.zone), ClosedAt: optional(b.ClosedAt, d.zone), ClosedBy: b.ClosedBy, Roll: b.Roll, Cast: b.Cast,
	}
}

// shownBallotJSON adds to a ballot what ShowBallot found. Totals of zero are told too, but not before it is closed.
func (d *desk) shownBallotJSON(b store.BallotShown) ballotJSON {
	j := d.ballotJSON(b.Ballot)
	late := b.Late()
	j.ByProof, j.Refused, j.Changed, j.Late = map[string]int{}, map[string]int{}, &b.Changed, &late
	j.Missed = &missedVotesJSON{b.Missed.Received, b.Missed.Played, b.Missed.Asked}
	for proof, n := range b.ByProof {
		j.ByProof[string(proof)] = n
	}
	for reason, n := range b.Refused {
		j.Refused[string(reason)] = n
	}
	if !b.ClosedAt.IsZero() {
		j.Totals = b.Tally.Totals
	}
	for _, v := range b.Votes {
		j.Votes = append(j.Votes, voteJSON{Name: v.Name, Choice: v.Choice, Proof: string(v.Proof), Changed: v.Changed, At: optional(v.At, d.zone)})
	}
	return j
}

// ballotList shows how many have voted and never for what: that could move those who have not.
func ballotList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Ballot, ballotJSON]{
		none: "No ballot yet. Open one with `hotline ballot open`.",
		head: []string{"No.", "State", "Voted", "Question"},
		all: func(ctx context.Context, d *desk) ([]store.Ballot, error) {
			return d.store.Ballots(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(d *desk, b store.Ballot) []string {
			return []string{strconv.Itoa(b.Number), d.ballotState(b), fmt.Sprintf("%d of %d", b.Cast, b.Roll), inEach(b.Question)}
		},
		asJSON: (*desk).ballotJSON,
	}.print)
}

// ballotState is open until its close is an event, whatever the clock says: the job that closes it comes a few seconds late.
func (d *desk) ballotState(b store.Ballot) string {
	switch {
	case !b.ClosedAt.IsZero():
		return "closed " + day(b.ClosedAt, d.now(), d.zone)
	case !b.ClosesAt.IsZero():
		return "open until " + moment(b.ClosesAt, d.now(), d.zone)
	}
	return "open"
}

func ballotShow(fs *flag.FlagSet) action {
	changes(fs)
	roll := fs.Bool("roll", false, "name who is on the roll; the journal keeps that you asked")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		if *roll {
			return d.showRoll(ctx, number)
		}
		return d.showBallot(ctx, number)
	})
}

// showBallot prints the record of a ballot as a challenge needs it: roll, proofs, refusals, who opened and closed it.
func (d *desk) showBallot(ctx context.Context, number int) error {
	b, err := d.store.ShowBallot(ctx, d.store.Pool, d.assembly.ID, number)
	if err != nil {
		return err
	}
	if d.json {
		return printJSON(d.out, d.shownBallotJSON(b))
	}
	d.say("Ballot %d, by name (%s)", b.Number, d.ballotState(b.Ballot))
	paragraph(d.out, inEach(b.Question))
	d.say("  Opened   %s, by %s; %s on the roll", moment(b.OpenedAt, d.now(), d.zone), b.OpenedBy, count(b.Roll, "person", "people"))
	if b.ClosedAt.IsZero() {
		d.say("  Options")
		for i, o := range b.Options {
			d.say("    %d  %s", i+1, inEach(o))
		}
		d.say("  Voted    %d of %d; the choices show when it is closed", b.Cast, b.Roll)
	} else {
		d.say("  Closed   %s, by %s", moment(b.ClosedAt, d.now(), d.zone), b.ClosedBy)
		d.say("  Counted  %d of %d", b.Tally.Counted, b.Roll)
		for i, o := range b.Options {
			d.say("    %4d  %s", b.Tally.Totals[i], inEach(o))
		}
		if b.Tally.Spoiled > 0 {
			d.say("    %4d  counted for nothing: no such option. The records were tampered with", b.Tally.Spoiled)
		}
	}
	d.sayCounts("  Proved   ", b.ByProof, map[store.Proof]string{
		store.ProofPhone: "by a text from their phone", store.ProofCall: "by a call alone, which anybody can make with their number", store.ProofPIN: "by PIN", store.ProofCode: "by a code", store.ProofOrganizer: "told to an organizer",
	})
	if b.Changed > 0 {
		d.say("  Changed  %s, by the voter, before the close", count(b.Changed, "time", "times"))
	}
	d.sayRefused(b.Refused)
	if m := b.Missed; m.Received > 0 {
		d.say("  Missed   %s came while the hotline was away: %d heard in time, %d asked again", count(m.Received, "text", "texts"), m.Played, m.Asked)
	}
	d.sayVotes(b)
	return nil
}

func (d *desk) sayCounts(head string, counts map[store.Proof]int, words map[store.Proof]string) {
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		d.say("%s%d %s", head, counts[key], words[key])
	}
}

// sayRefused counts how often somebody was turned away, by reason. Who they were is kept nowhere, so one person may count many times.
func (d *desk) sayRefused(refused map[store.VoteOutcome]int) {
	words := map[store.VoteOutcome]string{
		store.VoteClosed: "late, after it was closed", store.VoteAlready: "for a vote that had come in meanwhile", store.VoteNotOnRoll: "not on the roll",
		store.VoteShared: "from a phone of several people, without a PIN", store.VoteUnheard: "from a phone silent for 90 days, without a PIN",
		store.VoteWrongPin: "for a wrong PIN", store.VoteLocked: "for a locked PIN",
	}
	for _, reason := range slices.Sorted(maps.Keys(refused)) {
		d.say("  Refused  %s %s", count(refused[reason], "time", "times"), words[reason])
	}
}

// sayVotes names who chose what. The store gives names only once the ballot is closed.
func (d *desk) sayVotes(b store.BallotShown) {
	if len(b.Votes) == 0 {
		return
	}
	d.say("")
	t := table{head: []string{"Name", "When", "Proof", "Changed", "Choice"}}
	for _, v := range b.Votes {
		choice := "(none)"
		if v.Choice >= 1 && v.Choice <= len(b.Options) {
			choice = inEach(b.Options[v.Choice-1])
		}
		t.add(printable(v.Name), moment(v.At, d.now(), d.zone), string(v.Proof), strconv.Itoa(v.Changed), choice)
	}
	t.print(d.out)
}

// ballotClose asks first, with the count so far: it cannot be opened again.
func ballotClose(fs *flag.FlagSet) action {
	changes(fs)
	yes := fs.Bool("yes", false, "do not ask")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		b, err := d.store.FindBallot(ctx, d.store.Pool, d.assembly.ID, number)
		if err != nil {
			return err
		}
		if b.ClosedAt.IsZero() && !*yes {
			question := fmt.Sprintf("Close ballot %d now? %d of %d have voted, and it cannot be opened again.", number, b.Cast, b.Roll)
			if err := d.confirm(ctx, question); err != nil {
				return err
			}
		}
		err = d.change(ctx, "ballot.close", func(tx pgx.Tx, by store.Organizer) (string, error) {
			_, err := d.store.CloseBallot(ctx, tx, d.assembly.ID, number, by.Name, d.now())
			return b.ID.String(), err
		})
		if err != nil {
			return err
		}
		return d.showBallot(ctx, number)
	})
}
