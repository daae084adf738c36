package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// consentFlags say whose phone is meant. A number on the command line stays in the shell's history, so it can be typed when asked.
type consentFlags struct {
	member, region string
	report         int
}

func (f *consentFlags) bind(fs *flag.FlagSet) {
	fs.StringVar(&f.member, "member", "", "the phones of this `MEMBER`, instead of a number")
	fs.StringVar(&f.region, "region", "US", "the `COUNTRY` of a number without a country's code")
}

// whose finds the phones that are meant, or the number where it has no phone here.
func (d *desk) whose(ctx context.Context, f consentFlags, args []string) (phones []uuid.UUID, number store.Phone, err error) {
	if f.member != "" {
		if len(args) > 0 {
			return nil, "", misused("--member says whose phone it is; leave the number out")
		}
		m, err := d.store.FindMember(ctx, d.store.Pool, d.assembly.ID, f.member)
		if err != nil {
			return nil, "", err
		}
		if phones, err = d.store.PhonesOf(ctx, d.store.Pool, m.ID); err == nil && len(phones) == 0 {
			err = fmt.Errorf("%s has no phone here", m.Name)
		}
		return phones, "", err
	}
	text := ""
	if len(args) > 0 && args[0] != "-" {
		text = args[0]
	} else if text, err = d.ask(ctx, "The phone number: "); err != nil {
		return nil, "", err
	}
	if number, err = store.ParsePhone(text, strings.ToUpper(f.region)); err != nil {
		return nil, "", err
	}
	phone, known, err := d.store.FindPhone(ctx, d.store.Pool, number)
	if known {
		phones = []uuid.UUID{phone}
	}
	return phones, number, err
}

// reportPhone is the phone of a report, which nobody is shown.
func (d *desk) reportPhone(ctx context.Context, number int) (uuid.UUID, error) {
	by, err := d.actor(ctx, d.assembly.ID)
	if err != nil {
		return uuid.Nil, err
	}
	r, err := d.store.FindReport(ctx, d.store.Pool, store.Reading{Assembly: d.assembly.ID, By: by.ID, At: d.now()}, number)
	if err != nil {
		return uuid.Nil, err
	}
	phone, found, err := d.store.ReportPhone(ctx, d.store.Pool, r.ID)
	if err == nil && !found {
		err = errors.New("the number behind that report was hidden, or has been erased: nothing is sent to it")
	}
	return phone, err
}

// stopFlags are what `consent stop` can say of it.
type stopFlags struct {
	consentFlags
	how, words, on, only string
	keepAnswers          bool
}

// consentStop enters that somebody said in person, on paper, by e-mail or in a report that they want no more. There is no command that enters the
// opposite: whoever is to be written to agrees themselves, or signs a sheet that is imported.
func consentStop(fs *flag.FlagSet) action {
	changes(fs)
	var f stopFlags
	f.bind(fs)
	fs.IntVar(&f.report, "report", 0, "the phone that a report came from, by the report's `NUMBER`")
	fs.StringVar(&f.how, "how", "", "how you were told, as in `\"in person\"`, \"by e-mail\", \"in the report\"")
	fs.StringVar(&f.words, "words", "", "what they said, in their own `WORDS`")
	fs.StringVar(&f.on, "on", "", "on which `DAY` they said it, as in 2026-11-20; left out: today")
	fs.StringVar(&f.only, "only", "", "only `texts`, or only calls; left out: both")
	fs.BoolVar(&f.keepAnswers, "keep-answers", false, "they still want answers to what they send")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		w, err := d.withdrawal(f)
		if err != nil {
			return err
		}
		var phones []uuid.UUID
		var number store.Phone
		switch {
		case f.report != 0 && (f.member != "" || len(args) > 0):
			return misused("--report says whose phone it is; leave the number and --member out")
		case f.report != 0:
			phones = make([]uuid.UUID, 1)
			phones[0], err = d.reportPhone(ctx, f.report)
		default:
			phones, number, err = d.whose(ctx, f.consentFlags, args)
		}
		if err != nil {
			return err
		}
		rows := 0
		err = d.change(ctx, "consent.stop", func(tx pgx.Tx, by store.Organizer) (string, error) {
			w.By = by.Name
			if len(phones) == 0 {
				if err := d.store.WithdrawNumber(ctx, tx, number, w, d.now()); err != nil {
					return "", err
				}
				phone, known, err := d.store.FindPhone(ctx, tx, number) // it may have written to us this very moment
				if err != nil || !known {
					return "a number that has no phone here", err
				}
				phones = []uuid.UUID{phone}
			}
			var ids []string
			for _, phone := range phones {
				n, err := d.store.Withdraw(ctx, tx, phone, w)
				if err != nil {
					return "", err
				}
				rows += n
				ids = append(ids, phone.String())
			}
			return strings.Join(ids, ", "), nil
		})
		if err != nil {
			return err
		}
		return d.sayStopped(ctx, w, phones, rows)
	})
}

// businessDays is how long a stop may take to count, in the United States.
const businessDays = 10

func (d *desk) withdrawal(f stopFlags) (w store.Withdrawal, err error) {
	w = store.Withdrawal{Assembly: d.assembly.ID, On: d.now(), Zone: d.zone, Purposes: store.Purposes(), Channels: []string{store.ByText, store.ByVoice}}
	how := strings.TrimSpace(f.how)
	if how == "" {
		return w, misused("say how you were told, with --how: \"in person\", \"on paper\", \"by e-mail\", \"in the report\"")
	}
	if w.Words = how; strings.TrimSpace(f.words) != "" {
		w.Words += ": " + strings.TrimSpace(f.words)
	}
	switch f.only {
	case "":
	case "texts":
		w.Channels = []string{store.ByText}
	case "calls":
		w.Channels = []string{store.ByVoice}
	default:
		return w, misused("--only is texts or calls, not %q", f.only)
	}
	if f.keepAnswers {
		w.Purposes = []store.Purpose{store.ForNotices, store.ForAlerts}
	}
	if f.on == "" {
		return w, nil
	}
	if w.On, err = time.ParseInLocation(time.DateOnly, f.on, d.zone); err != nil {
		return w, misused("--on is a day, as in 2026-11-20, not %q", f.on)
	}
	if w.On.After(d.now()) {
		return w, misused("--on is the day on which they said it, and %s is still to come", f.on)
	}
	return w, nil
}

// sayStopped tells what was entered, and what an organizer should know of it.
func (d *desk) sayStopped(ctx context.Context, w store.Withdrawal, phones []uuid.UUID, rows int) error {
	what := map[bool]string{true: "texts and calls", false: map[string]string{store.ByText: "texts", store.ByVoice: "calls"}[w.Channels[0]]}[len(w.Channels) == 2]
	entered := rows > 0 || len(phones) == 0
	says := "Entered: no more " + what + " of ours, on every line. What waited to be sent is not sent."
	if len(w.Purposes) < len(store.Purposes()) {
		says = "Entered: no more " + what + " of ours but answers, on every line. What waited to be sent is not sent."
	}
	switch {
	case !entered:
		says = "Nothing was entered: they have agreed to all of it again since that day. `hotline consent show` has it."
	case len(phones) == 0:
		says += " No phone of that\nnumber is known here. The number is not kept; should it ever come, on a list or by itself, it is known again."
	}
	if err := d.told(map[string]any{"entered": entered, "phones": len(phones), "channels": w.Channels, "purposes": w.Purposes}, "%s", says); err != nil {
		return err
	}
	if entered && businessDaysBetween(w.On, d.now().In(d.zone)) > businessDays {
		d.note("That was more than ten business days ago, and in the United States it counts within ten. Enter the next one sooner.")
	}
	if !slices.Contains(w.Channels, store.ByVoice) || len(w.Purposes) < len(store.Purposes()) {
		return nil
	}
	rota, err := d.store.Duties(ctx, d.store.Pool, d.assembly.ID)
	for _, on := range rota {
		if on.Now(d.now()) && slices.Contains(phones, on.Phone) {
			d.note("%s is on duty with that phone, and is not rung for callers any more: take them off with `hotline duty off`.", on.Name)
		}
	}
	return err
}

// businessDaysBetween counts the days after from, up to and with to, that are no Saturday and no Sunday.
func businessDaysBetween(from, to time.Time) (n int) {
	for t := from.AddDate(0, 0, 1); !t.After(to); t = t.AddDate(0, 0, 1) {
		if day := t.Weekday(); day != time.Saturday && day != time.Sunday {
			n++
		}
	}
	return n
}
