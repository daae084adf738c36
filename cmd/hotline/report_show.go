package main

import (
	"fmt"

	"hotline/store"
)

func (d *desk) showReport(r store.Report) {
	d.say("Report %d (%s), by %s, language %s", r.Number, r.State, r.Channel, r.Lang)
	d.say("  Filed       %s", moment(r.FiledAt, d.now(), d.zone))
	d.say("  To be read  by %s, as the worker was told", d.promise(r))
	for _, line := range d.reportFacts(r) {
		d.say("  %s", line)
	}
	for _, w := range r.Words {
		d.say("\n  %s", moment(w.At, d.now(), d.zone))
		paragraph(d.out, printable(w.Words))
	}
	for _, m := range r.Media {
		d.say("\n  %s", moment(m.At, d.now(), d.zone))
		d.say("    %s", describeMedia(m))
	}
	for _, a := range r.Told {
		d.say("\n  Answered by %s, %s (%s; %s)", a.By, moment(a.At, d.now(), d.zone), a.Lang, d.answerWent(a))
		paragraph(d.out, printable(a.Words))
	}
	for _, n := range r.Notes {
		d.say("\n  Noted by %s, %s; no worker is told", n.By, moment(n.At, d.now(), d.zone))
		paragraph(d.out, printable(n.Words))
	}
}

// reportFacts are lines for what there is, and none for what there is not.
func (d *desk) reportFacts(r store.Report) (lines []string) {
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if r.Danger {
		add("DANGER: they said that they are in danger. What was done stands in `%s`", d.hint("duty calls"))
	}
	if r.Kind != "" || r.Workplace != "" {
		add("About       %s %s", r.Kind, printable(r.Workplace))
	}
	if r.Assigned != "" {
		add("Looks after it: %s", r.Assigned)
	}
	if r.WantsPerson {
		add("They want a person to talk to, to start something where they work.")
	}
	if !r.CameLate.IsZero() {
		add("It came late: the phone company had it on %s, and it was not heard then.", moment(r.CameLate, d.now(), d.zone))
		add("Whatever it answers, it was not taken for an answer.")
	}
	if r.RepliesTo != 0 {
		add("They say that it replies to your answer on report %d.", r.RepliesTo)
	}
	if r.CareOf {
		add("It is about somebody in the group. Only the two it goes to see it.")
	}
	switch {
	case r.NameOK && r.Name != "":
		add("You may use their name: %s%s", printable(r.Name), standingWords(r.Standing))
	case r.NameOK:
		add("You may use their name. It is not known here; look for it in their words.")
	}
	switch r.CannotText {
	case "stopped":
		add("It cannot be answered by text: this phone said STOP. An answer waits for their call.")
	case "hidden":
		add("It cannot be answered by text: the number was hidden. An answer waits for their call.")
	case "not asked":
		add("They did not ask for answers by text: an answer waits until they come back.")
	}
	if r.AsksClose {
		add("They ask for it to be closed: `%s`", d.hint(fmt.Sprintf("report status %d --state closed", r.Number)))
	}
	if c := r.Callback; c != nil {
		lines = append(lines, d.callbackWords(r.Number, *c)...)
	}
	for _, c := range r.Called {
		lines = append(lines, d.calledWords(c))
	}
	return lines
}

func standingWords(s store.Standing) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", s)
}

func (d *desk) callbackWords(number int, c store.Callback) (lines []string) {
	where := "the phone they told us with"
	if c.Other {
		where = "another number"
	}
	return append(lines, fmt.Sprintf("They ask to be called back: on %s, %s. `%s` does it, and no number changes hands.", where,
		whenCalled(c.Hours), d.hint(fmt.Sprintf("report call %d", number))), d.ifAnother(c))
}

func (d *desk) answerWent(a store.Answer) string {
	switch {
	case !a.HeardAt.IsZero():
		return "told " + moment(a.HeardAt, d.now(), d.zone)
	case a.Sent != "":
		return "by text: " + string(a.Sent)
	}
	return "it waits until they come back"
}

func describeMedia(m store.Media) string {
	what := "A picture"
	if m.Kind == store.MediaRecording {
		what = fmt.Sprintf("A recording of %d seconds", m.Seconds)
	}
	return what + map[store.MediaState]string{
		store.MediaWanted:    ", on its way from the phone company",
		store.MediaKept:      "; --recording FILE writes it to a file",
		store.MediaErased:    ", which the caller did not want kept",
		store.MediaLost:      ", which the phone company did not give us",
		store.MediaTooLarge:  ", which was too large to be kept",
		store.MediaWrongSort: " was announced, and what came is none: no picture, sound or film. It was not kept, since it might be a program",
	}[m.State]
}
