package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// broadcastFlags are what may be said of a broadcast, new or changed.
type broadcastFlags struct {
	words                             wordsFlag
	line, at, until, languages, works string
	members, below, alert, place      bool
	meeting, notVoted                 int
	answer, role                      string
	aboutMeeting, aboutBallot         int
	ways                              *wayFlags
}

func bindBroadcast(fs *flag.FlagSet) *broadcastFlags {
	f := &broadcastFlags{words: wordsFlag{}}
	fs.Var(f.words, "words", "what they are told: `WORDS` like \"en=… / es=…\"")
	fs.StringVar(&f.line, "line", "", "from which `NUMBER`; not needed where the assembly has one line")
	fs.StringVar(&f.at, "at", "", "not before this `TIME`, like \"friday 7pm\"; left out: a minute after it is approved")
	fs.StringVar(&f.until, "until", "", "what has not gone out by this `TIME` does not; left out: a day later")
	fs.BoolVar(&f.members, "members", false, "to members alone")
	fs.BoolVar(&f.below, "below", false, "also to people of the assemblies below that agree to hear from this one")
	fs.StringVar(&f.languages, "languages", "", "to those whose language is one of these, like `es,ht`")
	fs.StringVar(&f.works, "workplace", "", "to those who work there, as `NAME` stands in the list of members")
	fs.IntVar(&f.meeting, "meeting", 0, "to those who answered the invitation to meeting `NUMBER` as --answer says")
	fs.StringVar(&f.answer, "answer", "", "`WHICH` answer: yes, no, none, or \"not no\"")
	fs.IntVar(&f.notVoted, "not-voted", 0, "to those who have not voted in ballot `NUMBER` when it begins; refused where fewer than ten could be, and paused where fewer than ten are")
	fs.StringVar(&f.role, "role", "", "to those alone who are `organizers`, or who are put on duty: duty")
	fs.IntVar(&f.aboutMeeting, "about-meeting", 0, "about meeting `NUMBER`: words left out are made of it, and it asks who comes")
	fs.IntVar(&f.aboutBallot, "about-ballot", 0, "about ballot `NUMBER`: it asks it, and prints the options behind two digits each where they fit")
	fs.BoolVar(&f.alert, "alert", false, "an alert: to those who chose alerts, at any hour")
	fs.BoolVar(&f.place, "tells-place", false, "it tells where a meeting is: a phone that was silent for 90 days is first asked whose it is")
	f.ways = bindWays(fs)
	return f
}

// read puts what was said into b; what was not said stays.
func (f *broadcastFlags) read(ctx context.Context, d *desk, set *flows.Set, b *store.Broadcast) (err error) {
	if err := f.readLine(ctx, d, b); err != nil {
		return err
	}
	line, err := d.store.LineByID(ctx, d.store.Pool, b.Line)
	if err != nil {
		return err
	}
	if len(f.words) > 0 {
		if b.Words, err = f.words.in(writtenOf(set, line), "the notice"); err != nil {
			return err
		}
	}
	if f.alert && b.Alert == store.AlertNone {
		b.Purpose, b.Alert = store.ForAlerts, store.AlertConfirmed
	}
	if err := f.readAbout(ctx, d, set, line, b); err != nil {
		return err
	}
	shown, err := d.shownNotice(ctx, d.store.Pool, set, line, *b)
	if err != nil {
		return err
	}
	for _, words := range []store.Words{b.Words, b.Inside} {
		if err := shown.fits(words); err != nil {
			return err
		}
	}
	if f.at != "" {
		if b.StartsAt, err = parseTime(f.at, d.now(), d.zone); err != nil {
			return err
		}
	}
	if f.until != "" {
		if b.ExpiresAt, err = parseTime(f.until, d.now(), d.zone); err != nil {
			return err
		}
	} else if b.ExpiresAt.IsZero() {
		b.ExpiresAt = d.now().Add(24 * time.Hour)
		if !b.StartsAt.IsZero() {
			b.ExpiresAt = b.StartsAt.Add(24 * time.Hour)
		}
	}
	b.HasPlace = b.HasPlace || f.place
	if err := f.ways.read(b); err != nil {
		return err
	}
	return f.readAudience(ctx, d, &b.Audience)
}

// writtenOf are the languages of a line in which texts are written: others exist on calls alone.
func writtenOf(set *flows.Set, line store.Line) (all []string) {
	for _, lang := range line.Languages {
		if set.Writes(flows.Lang(lang)) {
			all = append(all, lang)
		}
	}
	return all
}

func (f *broadcastFlags) readLine(ctx context.Context, d *desk, b *store.Broadcast) error {
	if f.line == "" && b.Line != uuid.Nil {
		return nil
	}
	all, err := d.lines(ctx)
	if err != nil {
		return err
	}
	if f.line != "" {
		number, err := store.ParsePhone(f.line, "US")
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(l store.Line) bool { return l.Number != number.String() })
	}
	switch {
	case len(all) == 0:
		return errNoLine
	case len(all) > 1:
		own := slices.DeleteFunc(slices.Clone(all), func(l store.Line) bool { return l.AssemblyID != d.assembly.ID })
		if len(own) != 1 {
			return misused("say from which line, with --line: several serve %s", d.assembly.Name)
		}
		all = own
	}
	b.Line = all[0].ID
	return nil
}

func (f *broadcastFlags) readAudience(ctx context.Context, d *desk, a *store.Audience) error {
	a.Below = a.Below || f.below
	if f.members {
		a.Standing = store.StandsMember
	}
	if f.languages != "" {
		a.Languages = strings.FieldsFunc(strings.ToLower(f.languages), func(r rune) bool { return r == ',' || r == ' ' })
	}
	if f.role != "" {
		a.Role = store.Role(f.role)
	}
	if f.works != "" {
		a.Workplace = f.works
	}
	if f.meeting != 0 {
		m, err := d.store.ShowMeeting(ctx, d.store.Pool, d.assembly.ID, f.meeting)
		if err != nil {
			return err
		}
		a.Meeting = m.ID
	}
	switch answer := store.Replied(f.answer); answer {
	case "":
	case store.RepliedYes, store.RepliedNo, store.NoReply, store.NotNo:
		a.Answer = []store.Replied{answer}
	default:
		return misused("--answer is yes, no, none or \"not no\", not %q", f.answer)
	}
	if f.notVoted != 0 {
		b, err := d.store.FindBallot(ctx, d.store.Pool, d.assembly.ID, f.notVoted)
		if err != nil {
			return err
		}
		a.NotVoted = b.ID
	}
	return nil
}

// fits refuses what would cost more than two segments, or shows on a screen what this is about.
func (n shownNotice) fits(words store.Words) error {
	for _, lang := range words.Languages() {
		body := n.body(lang, words[lang])
		if word := n.set.Revealing(body); word != "" {
			return fmt.Errorf("the notice holds %q, which would stand on people's phones for whoever looks: say it without", word)
		}
		if name := nameIn(n.set, n.b.Words[lang], n.line.Names); name != "" {
			return fmt.Errorf("the notice holds %q, the name of an assembly, which would stand on people's phones for whoever looks: say it without", name)
		}
		if many, ucs2, why := flows.Segments(body); many > mostSegments {
			dear := ""
			if ucs2 {
				dear = fmt.Sprintf(" (%q makes each hold 70 letters instead of 160)", why)
			}
			return fmt.Errorf("in %s the text would take %d segments, and two are allowed%s: say it shorter", lang, many, dear)
		}
	}
	return nil
}

func broadcastDraft(fs *flag.FlagSet) action {
	f := bindBroadcast(changes(fs))
	return onRecords(fs, func(ctx context.Context, d *desk, _ []string) error {
		if len(f.words) == 0 && f.aboutMeeting == 0 {
			return misused("broadcast draft needs --words, or --about-meeting, of which they are made")
		}
		return d.writeBroadcast(ctx, f, store.Broadcast{Assembly: d.assembly.ID, Purpose: store.ForNotices}, "broadcast.draft",
			func(tx pgx.Tx, b store.Broadcast) (store.Broadcast, error) {
				return d.store.DraftBroadcast(ctx, tx, b, d.now())
			})
	})
}

func broadcastChange(fs *flag.FlagSet) action {
	f := bindBroadcast(changes(fs))
	return onBroadcast(fs, func(ctx context.Context, d *desk, b store.Broadcast) error {
		err := d.writeBroadcast(ctx, f, b, "broadcast.change",
			func(tx pgx.Tx, b store.Broadcast) (store.Broadcast, error) {
				return d.store.ChangeBroadcast(ctx, tx, b, d.now())
			})
		if err == nil && b.Longest > 0 {
			d.note("What was recorded of broadcast %d belonged to it as it was, and is deleted.", b.Number)
		}
		return err
	})
}

func (d *desk) writeBroadcast(ctx context.Context, f *broadcastFlags, b store.Broadcast, act string,
	write func(pgx.Tx, store.Broadcast) (store.Broadcast, error),
) error {
	set, err := d.cfg.loadFlows()
	if err != nil {
		return err
	}
	if err := f.read(ctx, d, set, &b); err != nil {
		return err
	}
	err = d.change(ctx, act, func(tx pgx.Tx, by store.Organizer) (string, error) {
		b.DraftedBy = by.ID
		if b, err = write(tx, b); err != nil {
			return "", err
		}
		_, err = d.store.AudienceOf(ctx, tx, b) // one that goes to nobody who may be told of is not kept
		return b.ID.String(), err
	})
	if err != nil {
		return err
	}
	return d.preview(ctx, set, b)
}

// onBroadcast makes an action of what is done with one broadcast, by its number.
func onBroadcast(fs *flag.FlagSet, do func(context.Context, *desk, store.Broadcast) error) action {
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		n, err := numbered(args[0])
		if err != nil {
			return err
		}
		b, err := d.store.ShowBroadcast(ctx, d.store.Pool, d.assembly.ID, n)
		if err != nil {
			return err
		}
		return do(ctx, d, b)
	})
}

func broadcastPreview(fs *flag.FlagSet) action {
	test := fs.Bool("test", false, "send it to your own phone, as it would come")
	byCall := fs.Bool("call", false, "with --test: ring your own phone instead, as it would ring others")
	lang := fs.String("language", "", "with --test: as those get it whose `LANGUAGE` this is; left out: yours")
	changes(fs)
	return onBroadcast(fs, func(ctx context.Context, d *desk, b store.Broadcast) error {
		set, err := d.cfg.loadFlows()
		if err != nil {
			return err
		}
		switch {
		case (*byCall || *lang != "") && !*test:
			return misused("--call and --language go with --test")
		case *byCall:
			return d.testByCall(ctx, set, b, strings.ToLower(*lang))
		case *test:
			return d.testBroadcast(ctx, set, b, strings.ToLower(*lang))
		}
		return d.preview(ctx, set, b)
	})
}

// broadcastList has no words in it.
func broadcastList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Broadcast, broadcastJSON]{
		none: "No broadcast yet. Write one with `hotline broadcast draft`.",
		head: []string{"No.", "State", "By", "Approved by", "From", "Until", "What"},
		all: func(ctx context.Context, d *desk) ([]store.Broadcast, error) {
			return d.store.Broadcasts(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(d *desk, b store.Broadcast) []string {
			from := "-"
			if !b.StartsAt.IsZero() {
				from = moment(b.StartsAt, d.now(), d.zone)
			}
			approved := b.ApprovedBy
			if approved == "" {
				approved = "-"
			}
			return []string{strconv.Itoa(b.Number), d.broadcastState(b), b.Author, approved, from, moment(b.ExpiresAt, d.now(), d.zone), sortName(b)}
		},
		asJSON: func(d *desk, b store.Broadcast) broadcastJSON { return d.broadcastJSON(b, nil, nil) },
	}.print)
}
