package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// memberJSON is a person of an assembly for programs. No number is among it.
type memberJSON struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Assembly  string     `json:"assembly"`
	Standing  string     `json:"standing"`  // listed, member
	Languages []string   `json:"languages"` // that their phones chose
	Since     *time.Time `json:"since"`
	Texts     bool       `json:"agreed_to_texts"`
	Calls     bool       `json:"agreed_to_calls"`
	Phones    int        `json:"phones"` // how many reach them
}

func (d *desk) memberJSON(m store.Member) memberJSON {
	return memberJSON{
		ID: m.ID.String(), Name: m.Name, Assembly: m.Assembly, Standing: string(m.Standing), Languages: append([]string{}, m.Languages...),
		Since: optional(m.Since, d.zone), Texts: m.Texts, Calls: m.Calls, Phones: m.Phones,
	}
}

// memberList is for deciding whom to talk with: it has names and no way to reach them.
func memberList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Member, memberJSON]{
		none: "Nobody yet. Bring a list in with `hotline member import FILE.csv`, or make a flyer.",
		head: []string{"Name", "Standing", "Since", "Language", "Texts", "Calls", "Assembly"},
		all: func(ctx context.Context, d *desk) ([]store.Member, error) {
			return d.store.Members(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(d *desk, m store.Member) []string {
			return []string{printable(m.Name), string(m.Standing), day(m.Since, d.now(), d.zone), joined(m.Languages), reached(m, m.Texts),
				reached(m, m.Calls), m.Assembly}
		},
		asJSON: (*desk).memberJSON,
	}.print)
}

// memberVouch is one organizer's word, or with --by one member's, of whom two are needed.
func memberVouch(fs *flag.FlagSet) action {
	changes(fs)
	byMember := fs.String("by", "", "the `MEMBER` who vouches; left out: you do, as an organizer")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		var m store.Member
		var came store.Vouched
		err := d.change(ctx, "member.vouch", func(tx pgx.Tx, by store.Organizer) (string, error) {
			var err error
			if m, err = d.store.FindMember(ctx, tx, d.assembly.ID, args[0]); err != nil {
				return "", err
			}
			v := store.Vouching{Assembly: m.In, Person: m.ID, ByOrganizer: by.ID, At: d.now()}
			if *byMember != "" {
				who, err := d.store.FindMember(ctx, tx, d.assembly.ID, *byMember)
				if err != nil {
					return "", err
				}
				v.ByOrganizer, v.ByMember = uuid.Nil, who.ID
			}
			if v.ByOrganizer == uuid.Nil && v.ByMember == uuid.Nil {
				return "", errors.New("somebody has to vouch: add an organizer first with `hotline organizer add`, or name a member with --by")
			}
			came, err = d.store.Vouch(ctx, tx, v)
			return m.ID.String(), err
		})
		if err != nil {
			return err
		}
		return d.told(map[string]string{"name": m.Name, "came": string(came)}, map[store.Vouched]string{
			store.VouchedMember:  "%s is a member now.",
			store.VouchedOneMore: "Noted. %s is a member when one more member vouches.",
			store.VouchedAlready: "Nothing to do: %s is a member, or this member has vouched before.",
		}[came], m.Name)
	})
}

// memberRemove names whom it found before it asks: two people may share a name.
func memberRemove(fs *flag.FlagSet) action {
	changes(fs)
	yes := fs.Bool("yes", false, "do not ask")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		m, err := d.store.FindMember(ctx, d.store.Pool, d.assembly.ID, args[0])
		if err != nil {
			return err
		}
		if !*yes {
			question := fmt.Sprintf("Remove %s (%s since %s) from %s?", m.Name, m.Standing, day(m.Since, d.now(), d.zone), m.Assembly)
			if err := d.confirm(ctx, question); err != nil {
				return err
			}
		}
		err = d.change(ctx, "member.remove", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			return m.ID.String(), d.store.RemoveMember(ctx, tx, d.assembly.ID, m.ID)
		})
		if err != nil {
			return err
		}
		return d.told(d.memberJSON(m), "%s is removed. Rolls and votes of the past stay as they are.", m.Name)
	})
}

// reached is yes or no, or that nothing can reach them.
func reached(m store.Member, agreed bool) string {
	if m.Phones == 0 {
		return "no phone"
	}
	return yesNo(agreed)
}

func yesNo(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] }
