package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// offerJSON is an offer or a need for programs. What its owner wrote, and what was said in talks that somebody reported, stand in
// offer show only.
type offerJSON struct {
	Number    int                `json:"number"`
	Side      string             `json:"side"`  // offer, need
	Kind      string             `json:"kind"`  // things, rides, food, childcare
	State     string             `json:"state"` // new, shown, refused, over
	Channel   string             `json:"channel"`
	Lang      string             `json:"language"`
	Words     string             `json:"words,omitempty"`
	Media     *mediaJSON         `json:"recording,omitempty"`
	Shown     store.Words        `json:"shown,omitempty"`
	Reply     store.Words        `json:"reply,omitempty"` // why it is refused
	FiledAt   *time.Time         `json:"filed_at"`
	ReadBy    *time.Time         `json:"read_by"` // promised to its owner
	ExpiresAt *time.Time         `json:"expires_at"`
	Overdue   bool               `json:"overdue"`
	Reported  int                `json:"reported"` // talks about it in which somebody reported abuse
	Messages  []offerMessageJSON `json:"messages,omitempty"`
}

// offerMessageJSON is something said in a talk that somebody reported.
type offerMessageJSON struct {
	Talk     string     `json:"talk"`
	Reported string     `json:"reported_by"` // owner, answerer
	By       string     `json:"by"`
	Words    string     `json:"words"`
	At       *time.Time `json:"at"`
}

func (d *desk) offerJSON(o store.Offer) offerJSON {
	return offerJSON{
		Number: o.Number, Side: o.Side, Kind: o.Kind, State: string(o.State), Channel: o.Channel, Lang: o.Lang, Shown: o.Shown, Reply: o.Reply,
		FiledAt: optional(o.FiledAt, d.zone), ReadBy: optional(o.ReadBy, d.zone), ExpiresAt: optional(o.ExpiresAt, d.zone),
		Overdue: o.Overdue(d.now()), Reported: o.Reported,
	}
}

func offerList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Offer, offerJSON]{
		none: "Nothing is offered or needed just now. Members say so with OFFER or NEED.",
		head: []string{"No.", "What", "State", "To be read by", "As members see it"},
		all: func(ctx context.Context, d *desk) ([]store.Offer, error) {
			return d.store.Offers(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(d *desk, o store.Offer) []string {
			return []string{strconv.Itoa(o.Number), o.Side + ", " + o.Kind, offerState(o), d.offerDue(o), cmp.Or(inEach(o.Shown), "-")}
		},
		asJSON: (*desk).offerJSON,
	}.print)
}

func offerState(o store.Offer) string {
	if o.Reported > 0 {
		return string(o.State) + ", ABUSE REPORTED"
	}
	return string(o.State)
}

func (d *desk) offerDue(o store.Offer) string {
	switch {
	case o.State != store.OfferNew:
		return "-"
	case o.Overdue(d.now()):
		return moment(o.ReadBy, d.now(), d.zone) + " - LATE"
	}
	return moment(o.ReadBy, d.now(), d.zone)
}

func offerShow(fs *flag.FlagSet) action {
	recording := fs.String("recording", "", "write the recording to this new `FILE`")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		number, err := numbered(args[0])
		if err != nil {
			return err
		}
		o, err := d.store.ShowOffer(ctx, d.store.Pool, d.assembly.ID, number)
		if err != nil {
			return err
		}
		if err := d.showOffer(ctx, o); err != nil || *recording == "" {
			return err
		}
		return d.saveSaid(ctx, o.Media, *recording)
	})
}

// showOffer shows all of one, and of what others said about it only what somebody asked organizers to read.
func (d *desk) showOffer(ctx context.Context, o store.Offer) error {
	messages, err := d.store.ReportedMessages(ctx, d.store.Pool, o.ID)
	if err != nil {
		return err
	}
	j := d.offerJSON(o)
	j.Words = o.Words
	for _, m := range messages {
		j.Messages = append(j.Messages, offerMessageJSON{m.Talk.String(), m.Reported, m.By, cmp.Or(m.Words, "("+m.Ready+")"), optional(m.At, d.zone)})
	}
	said, err := d.tellSaid(ctx, o.Media, &j.Media)
	if err != nil {
		return err
	}
	if d.json {
		return printJSON(d.out, j)
	}
	d.say("Offer %d: %s, %s (%s), by %s, language %s", o.Number, o.Side, o.Kind, offerState(o), o.Channel, o.Lang)
	d.say("  Filed  %s", moment(o.FiledAt, d.now(), d.zone))
	if by := d.offerDue(o); by != "-" {
		d.say("  Due    %s", by)
	}
	if len(o.Shown) > 0 {
		d.say("  Shown  %s", inEach(o.Shown))
		d.say("  Until  %s", moment(o.ExpiresAt, d.now(), d.zone))
	}
	if len(o.Reply) > 0 {
		d.say("  Told   %s", inEach(o.Reply))
	}
	if o.Words != "" {
		d.say("")
		paragraph(d.out, printable(o.Words))
	}
	if said != "" {
		d.say("\n    %s", said)
	}
	for _, m := range j.Messages {
		d.say("\n  %s, the %s (reported by the %s)", moment(*m.At, d.now(), d.zone), m.By, m.Reported)
		paragraph(d.out, printable(m.Words))
	}
	return nil
}

// offerApprove lets members see it: in the words given or, where they are short enough, in those of its owner.
func offerApprove(fs *flag.FlagSet) action {
	changes(fs)
	words := wordsFlag{}
	fs.Var(words, "words", "as members see it: `WORDS` like \"en=… / es=…\"; left out: as it was written")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		n, err := numbered(args[0])
		if err != nil {
			return err
		}
		shown, err := d.asMembersSeeIt(ctx, words, fmt.Sprintf("offer %d", n), (*rehearsal).offer, func() (string, error) {
			o, err := d.store.ShowOffer(ctx, d.store.Pool, d.assembly.ID, n)
			return o.Words, err
		})
		if err != nil {
			return err
		}
		return d.decideOffer(ctx, n, "offer.approve", func(tx pgx.Tx) (store.Offer, error) {
			return d.store.ApproveOffer(ctx, tx, d.assembly.ID, n, shown, d.now())
		})
	})
}

// offerRefuse keeps it from others, or takes it from their sight, which never happens without a word to its owner.
func offerRefuse(fs *flag.FlagSet) action {
	changes(fs)
	because := wordsFlag{}
	fs.Var(because, "because", "why, as its owner is told: `WORDS` like \"en=… / es=…\"")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		if len(because) == 0 {
			return misused("offer refuse needs --because: its owner is told why")
		}
		n, err := numbered(args[0])
		if err != nil {
			return err
		}
		reply, err := d.inTexts(ctx, because, "the reason", (*rehearsal).reply)
		if err != nil {
			return err
		}
		return d.decideOffer(ctx, n, "offer.refuse", func(tx pgx.Tx) (store.Offer, error) {
			return d.store.RefuseOffer(ctx, tx, d.assembly.ID, n, reply, d.now())
		})
	})
}

// decideOffer does something about an offer, in one transaction with the journal and the text that there is news.
func (d *desk) decideOffer(ctx context.Context, number int, act string, do func(tx pgx.Tx) (store.Offer, error)) error {
	outbox, set, err := d.newsbox()
	if err != nil {
		return err
	}
	var o store.Offer
	err = d.change(ctx, act, func(tx pgx.Tx, _ store.Organizer) (string, error) {
		if o, err = do(tx); err != nil {
			return "", err
		}
		return o.ID.String(), outbox.PutOfferNews(ctx, tx, set, o, d.now())
	})
	if err != nil {
		return err
	}
	return d.showOffer(ctx, o)
}
