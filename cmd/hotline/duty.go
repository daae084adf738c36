package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// dutyJSON is somebody of the rota for programs. No number is among it.
type dutyJSON struct {
	Name      string     `json:"name"`
	On        bool       `json:"on"` // now
	Languages []string   `json:"languages"`
	Since     *time.Time `json:"since"`
	Until     *time.Time `json:"until,omitempty"`
	Hours     string     `json:"hours,omitempty"` // 18:00-23:00; left out: all day
	OffAt     *time.Time `json:"off_at,omitempty"`
	ByText    *time.Time `json:"by_text_until,omitempty"` // they texted ON: on until then, whatever the rest says
}

func (d *desk) dutyJSON(on store.Duty) dutyJSON {
	return dutyJSON{
		Name: on.Name, On: on.Now(d.now()), Languages: on.Languages, Since: optional(on.Since, d.zone), Until: optional(on.Until, d.zone),
		Hours: hours(on.Shift), OffAt: optional(on.Off, d.zone), ByText: optional(on.OnUntil, d.zone),
	}
}

func hours(s store.Shift) string {
	if s.From == s.To {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
}

func dutyList(fs *flag.FlagSet) action {
	return onRecords(fs, listing[store.Duty, dutyJSON]{
		none: "Nobody is on the rota. Put somebody on it with `hotline duty on`.",
		head: []string{"Name", "Now", "Until", "Hours", "Languages"},
		all: func(ctx context.Context, d *desk) ([]store.Duty, error) {
			return d.store.Duties(ctx, d.store.Pool, d.assembly.ID)
		},
		row: func(d *desk, on store.Duty) []string {
			return []string{printable(on.Name), d.dutyState(on), d.dutyUntil(on), joined(strings.Fields(hours(on.Shift))), joined(on.Languages)}
		},
		asJSON: (*desk).dutyJSON,
	}.print)
}

func (d *desk) dutyState(on store.Duty) string {
	switch {
	case on.Now(d.now()):
		return "on"
	case !on.Off.IsZero() || !on.Until.IsZero() && !on.Until.After(d.now()):
		return "off"
	case on.Since.After(d.now()):
		return "from " + moment(on.Since, d.now(), d.zone)
	}
	return "not at this hour"
}

func (d *desk) dutyUntil(on store.Duty) string {
	until := on.Until
	if byText := on.OnUntil.After(d.now()); byText && !(on.Off.IsZero() && on.OnWithoutText(d.now())) {
		until = on.OnUntil
	} else if !on.Off.IsZero() {
		until = time.Time{}
	}
	if until.IsZero() {
		return "-"
	}
	return moment(until, d.now(), d.zone)
}

// dutyFlags are what `duty on` can say of somebody.
type dutyFlags struct {
	languages, from, until, hours, member string
	newNumber                             bool
}

// dutyOn asks for the number, since what stands in a command stays in the shell's history.
func dutyOn(fs *flag.FlagSet) action {
	changes(fs)
	var f dutyFlags
	fs.StringVar(&f.languages, "languages", "", "which `LANGUAGES` they speak, such as es,en: they are rung for nobody else")
	fs.StringVar(&f.from, "from", "", "from `WHEN`, as in \"friday 6pm\"; left out: now")
	fs.StringVar(&f.until, "until", "", "until `WHEN`, as in \"saturday 6am\"; left out: until duty off")
	fs.StringVar(&f.hours, "hours", "", "only at these `HOURS` of each day, as in 18:00-23:00, or \"all\"; left out: as before")
	fs.StringVar(&f.member, "member", "", "which `MEMBER` they are, by name: their phone is known then")
	fs.BoolVar(&f.newNumber, "new-number", false, "ask for another number in place of the one that is kept")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		was, found, err := d.store.FindDuty(ctx, d.store.Pool, d.assembly.ID, args[0])
		if err != nil {
			return err
		}
		want := store.Duty{Assembly: d.assembly.ID, Name: args[0], Phone: was.Phone}
		if want.Shift, err = d.shift(ctx, f, was.Shift); err != nil {
			return err
		}
		number, act, stays := store.Phone(""), "duty.on", ""
		switch {
		case f.member != "" && f.newNumber:
			return misused("--member and --new-number both say which phone to ring; leave one out")
		case f.member != "":
			want.Phone, err = d.phoneOf(ctx, f.member)
		case !found || was.Phone == uuid.Nil && !f.newNumber:
			number, err = d.askNumber(ctx, args[0])
		case f.newNumber:
			act = "duty.number"
			number, err = d.askNumber(ctx, args[0])
		default:
			stays = " Their number stays as it is; --new-number replaces it."
		}
		if err != nil {
			return err
		}
		silent := false
		err = d.change(ctx, act, func(tx pgx.Tx, _ store.Organizer) (string, error) {
			if number != "" {
				if want.Phone, err = d.store.EnsurePhone(ctx, tx, d.assembly.ID, number); err != nil {
					return "", err
				}
			}
			if want, err = d.store.PutOnDuty(ctx, tx, want); err != nil {
				return "", err
			}
			silent, err = d.wantsNoCalls(ctx, tx, want.Phone)
			return want.ID.String(), err
		})
		if err != nil {
			return err
		}
		if silent {
			d.note("caution: that phone has said that it wants no calls, and is not rung before %s texts ON from it.", want.Name)
		}
		return d.told(d.dutyJSON(want), "%s is rung for callers who speak %s%s. `hotline duty off` ends it.%s",
			want.Name, joined(want.Languages), d.dutyWhen(want), stays)
	})
}

// wantsNoCalls tells whether a phone has said no to calls on any line that serves the assembly.
func (d *desk) wantsNoCalls(ctx context.Context, q store.Querier, phone uuid.UUID) (bool, error) {
	lines, err := d.lines(ctx)
	if err != nil || phone == uuid.Nil {
		return false, err
	}
	for _, l := range lines {
		if allowed, err := d.store.Allowed(ctx, q, phone, l.ID, store.ForAnswers, store.ByVoice); err != nil || !allowed {
			return true, err
		}
	}
	return false, nil
}

func (d *desk) dutyWhen(on store.Duty) string {
	words := ""
	if on.Since.After(d.now()) {
		words += ", from " + moment(on.Since, d.now(), d.zone)
	}
	if !on.Until.IsZero() {
		words += ", until " + moment(on.Until, d.now(), d.zone)
	}
	if h := hours(on.Shift); h != "" {
		words += ", at " + h
	}
	return words
}

// shift reads when somebody is on duty, and for whom; what is not said of the latter stays as it was.
func (d *desk) shift(ctx context.Context, f dutyFlags, was store.Shift) (s store.Shift, err error) {
	s.Languages, s.From, s.To, s.Since = was.Languages, was.From, was.To, d.now()
	if f.languages != "" {
		s.Languages = strings.FieldsFunc(strings.ToLower(f.languages), func(r rune) bool { return r == ',' || r == ' ' })
		for _, lang := range s.Languages {
			if err := d.spoken(ctx, lang); err != nil {
				return s, err
			}
		}
	}
	if f.from != "" {
		if s.Since, err = parseTime(f.from, d.now(), d.zone); err != nil {
			return s, err
		}
	}
	if f.until != "" {
		if s.Until, err = parseTime(f.until, d.now(), d.zone); err != nil {
			return s, err
		}
		if !s.Until.After(s.Since) || !s.Until.After(d.now()) {
			return s, fmt.Errorf("%s is over before it begins; say a later --until", moment(s.Until, d.now(), d.zone))
		}
	}
	if f.hours != "" {
		s.From, s.To, err = parseHours(f.hours)
	}
	return s, err
}

// spoken refuses a language that no line of the assembly speaks: nobody would ever be rung for it.
func (d *desk) spoken(ctx context.Context, lang string) error {
	all, err := d.languages(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one == lang {
			return nil
		}
	}
	return fmt.Errorf("no line of %s speaks %q; they speak %s", d.assembly.Name, lang, strings.Join(all, ", "))
}

// parseHours reads 18:00-23:00.
func parseHours(text string) (from, to int, err error) {
	if text == "all" {
		return 0, 0, nil
	}
	begins, ends, _ := strings.Cut(text, "-")
	var minutes [2]int
	for i, one := range []string{begins, ends} {
		t, err := time.Parse("15:04", strings.TrimSpace(one))
		if err != nil {
			return 0, 0, fmt.Errorf("%q are no hours: write them like 18:00-23:00", text)
		}
		minutes[i] = t.Hour()*60 + t.Minute()
	}
	return minutes[0], minutes[1], nil
}

// phoneOf is the one phone of a member.
func (d *desk) phoneOf(ctx context.Context, name string) (uuid.UUID, error) {
	m, err := d.store.FindMember(ctx, d.store.Pool, d.assembly.ID, name)
	if err != nil {
		return uuid.Nil, err
	}
	phones, err := d.store.PhonesOf(ctx, d.store.Pool, m.ID)
	if err != nil {
		return uuid.Nil, err
	}
	if len(phones) != 1 {
		return uuid.Nil, fmt.Errorf("%s has %s: leave --member out, and you are asked for the number to ring", m.Name, count(len(phones), "phone", "phones"))
	}
	return phones[0], nil
}

func (d *desk) askNumber(ctx context.Context, name string) (store.Phone, error) {
	text, err := d.ask(ctx, fmt.Sprintf("The number to ring for %s: ", name))
	if err != nil {
		return "", err
	}
	number, err := store.ParsePhone(text, "US")
	if err != nil {
		return "", err
	}
	if d.pretend && !fictional(number.String()) {
		return "", errors.New("this is a real phone number, and dev is for pretend ones (212-555-0100 to 0199): " +
			"use `hotline serve`, or start dev with --i-know")
	}
	lines, err := d.store.Lines(ctx, d.store.Pool)
	for _, l := range lines {
		if l.Number == number.String() {
			return "", errors.New("this is one of our lines, and nobody would answer it")
		}
	}
	return number, err
}

func dutyOff(fs *flag.FlagSet) action {
	changes(fs)
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		on, found, err := d.store.FindDuty(ctx, d.store.Pool, d.assembly.ID, args[0])
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("nobody called %q is on the rota of %s; `hotline duty list` shows who is", args[0], d.assembly.Name)
		}
		err = d.change(ctx, "duty.off", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			return on.ID.String(), d.store.TakeOffDuty(ctx, tx, on.ID, d.now())
		})
		if err != nil {
			return err
		}
		on.Off = d.now()
		return d.told(d.dutyJSON(on), "%s is not rung any more. `hotline duty on %s` puts them back.", on.Name, on.Name)
	})
}
