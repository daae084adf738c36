package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

type broadcastJSON struct {
	Number     int                `json:"number"`
	State      string             `json:"state"` // draft, approved, sending, paused, done, canceled, kept
	Why        string             `json:"why,omitempty"`
	Purpose    string             `json:"purpose"` // notices, alerts
	Edition    int                `json:"edition"`
	Author     string             `json:"author"`
	ApprovedBy string             `json:"approved_by,omitempty"`
	ApprovedAt *time.Time         `json:"approved_at,omitempty"`
	StartsAt   *time.Time         `json:"starts_at,omitempty"`
	Until      *time.Time         `json:"until"`
	EndedAt    *time.Time         `json:"ended_at,omitempty"`
	Kind       string             `json:"kind,omitempty"`       // of an alert: unconfirmed, confirmed, clear, correction
	Follows    int                `json:"follows,omitempty"`    // the number of the alert that it confirms, corrects or ends
	InAdvance  bool               `json:"in_advance,omitempty"` // a wording, which one organizer may send once it is kept
	Wording    int                `json:"wording,omitempty"`    // the number of the wording that was sent
	Words      store.Words        `json:"words"`
	Languages  []languagePreview  `json:"languages,omitempty"`
	By         string             `json:"by"`              // agreed, text, call, both
	Pin        bool               `json:"pin,omitempty"`   // on a call it asks for one
	Calls      []callPreview      `json:"calls,omitempty"` // those who are told by call
	OnCalls    []callLanguage     `json:"on_calls,omitempty"`
	LeftOut    *leftOutJSON       `json:"left_out,omitempty"`
	Progress   *broadcastProgress `json:"progress,omitempty"`
	About      string             `json:"about,omitempty"`      // meeting, ballot
	ToMembers  store.Words        `json:"to_members,omitempty"` // what members are told, where others are not told the place
	Because    string             `json:"because,omitempty"`    // change, cancel, day, hour: it follows from another that was approved
	Answers    *noticeAnswers     `json:"answers,omitempty"`
	Uncounted  bool               `json:"uncounted,omitempty"` // to who has not voted: nothing tells how many these are (uncounted.go)
}

// leftOutJSON counts phones that agreed, and to which the line does not write.
type leftOutJSON struct {
	Costly  int `json:"costly"`
	Country int `json:"country"`
}

// languagePreview is what a broadcast means for those who are told it in one language.
type languagePreview struct {
	Language string `json:"language"`
	howMany
	Segments int     `json:"segments"`          // of each text
	Coding   string  `json:"coding"`            // GSM-7, UCS-2
	Forced   string  `json:"because,omitempty"` // the character that forces UCS-2
	Cost     float64 `json:"cost"`              // dollars; of one that is uncounted at most
	Opens    bool    `json:"opens,omitempty"`   // of a ballot: its options have no room below these words, or may not be shown, and "Vote" opens it
	text     string
	inside   string // the same to members, where they are told more
}

type broadcastProgress struct {
	Phones    int `json:"phones"`
	Waiting   int `json:"waiting"`
	Sent      int `json:"sent"` // the carrier has them, and has told no more
	Delivered int `json:"delivered"`
	Failed    int `json:"failed"`
	Unknown   int `json:"unknown"` // nobody knows yet whether the carrier took them
	Refused   int `json:"refused"` // said stop since
	Late      int `json:"late"`
	Canceled  int `json:"canceled"`

	Calls *callsJSON `json:"calls,omitempty"` // those who are told by call; all above are told by text
}

func (d *desk) broadcastJSON(b store.Broadcast, langs []languagePreview, p *broadcastProgress) broadcastJSON {
	j := broadcastJSON{
		Number: b.Number, State: string(b.State), Why: b.Why, Purpose: string(b.Purpose), Edition: b.Edition, Author: b.Author, ApprovedBy: b.ApprovedBy,
		ApprovedAt: optional(b.ApprovedAt, d.zone), StartsAt: optional(b.StartsAt, d.zone), Until: optional(b.ExpiresAt, d.zone),
		EndedAt: optional(b.EndedAt, d.zone), Words: b.Words, Languages: langs, Progress: p,
		By: cmp.Or(string(b.Ways), "agreed"), Pin: b.Pin,
		About: b.About, ToMembers: b.Inside, Because: string(b.Kind),
		Kind: string(b.Alert), Follows: b.First, InAdvance: b.InAdvance, Wording: b.Wording,
	}
	if j.Uncounted = b.Uncounted(); j.Uncounted {
		j.Progress, j.EndedAt = nil, nil // when it ended tells how long it took
	}
	return j
}

// broadcastState says why one has paused.
func (d *desk) broadcastState(b store.Broadcast) string {
	why, known := map[string]string{
		store.WhyTooFew: "too few are left who have not voted", store.WhyFailures: "more than a fifth failed", store.WhyFiltered: "networks take it for spam",
		store.WhyAccount: "the carrier refuses our account", store.WhyCap: "the line has spent what it may today",
		store.WhyCountry: "the carrier does not send to where they are",
	}[b.Why]
	if b.State == store.BroadcastPaused && known {
		return "paused: " + why
	}
	return string(b.State)
}

// previewOf counts to whom a broadcast would go now, and what that takes, by language.
func (d *desk) previewOf(ctx context.Context, set *flows.Set, b store.Broadcast) (p previewed, err error) {
	line, err := d.store.LineByID(ctx, d.store.Pool, b.Line)
	if err != nil {
		return p, err
	}
	if p.terms, err = d.store.CallTermsOf(ctx, d.store.Pool, b.Line); err != nil {
		return p, err
	}
	to, out, err := d.store.Audience(ctx, d.store.Pool, b)
	if err != nil {
		return p, err
	}
	phones, called, either := map[string]int{}, map[string]int{}, map[uuid.UUID]bool{}
	for _, r := range to {
		switch {
		case r.Channel == store.ByVoice:
			called[r.Lang]++
		default:
			phones[r.Lang]++
		}
		either[r.Phone] = true
	}
	shown, err := d.shownNotice(ctx, d.store.Pool, set, line, b)
	if err != nil {
		return p, err
	}
	var all []languagePreview
	for _, lang := range b.Words.Languages() {
		one := languagePreview{Language: lang, howMany: howManyOf(b, phones[lang]), Coding: "GSM-7", text: shown.body(lang, b.Words[lang]),
			Opens: shown.leavesOut(lang, b.Words[lang])}
		var ucs2 bool
		var why rune
		if one.Segments, ucs2, why = flows.Segments(one.text); ucs2 {
			one.Coding, one.Forced = "UCS-2", string(why)
		}
		if inside := b.Inside[lang]; inside != "" {
			one.inside = shown.body(lang, inside)
			n, _, _ := flows.Segments(one.inside)
			one.Segments = max(one.Segments, n)
		}
		one.Cost = float64(one.n*one.Segments) * float64(line.Price) / 1_000_000
		all = append(all, one)
	}
	p.langs, p.line, p.calls, p.phones, p.out = all, line, callPreviews(b, called, p.terms), len(either), out
	p.spoken, err = d.onCallsOf(ctx, set, b)
	return p, err
}

// previewed is what a broadcast means for those to whom it would go now.
type previewed struct {
	line   store.Line
	terms  store.CallTerms
	langs  []languagePreview // by text
	calls  []callPreview
	spoken *onCalls
	phones int // by either way
	out    store.LeftOut
}

func (d *desk) preview(ctx context.Context, set *flows.Set, b store.Broadcast) error {
	p, err := d.previewOf(ctx, set, b)
	if err != nil {
		return err
	}
	line := p.line
	if d.json {
		told := d.broadcastJSON(b, p.langs, nil)
		told.Calls, told.LeftOut = p.calls, &leftOutJSON{p.out.Costly, p.out.Country}
		if b.Ways != store.WaysText {
			told.OnCalls = p.spoken.all
		}
		return printJSON(d.out, told)
	}
	d.say("Broadcast %d (%s)%s, by %s, from %s", b.Number, d.broadcastState(b), kindName(b), b.Author, line.Name)
	var segments int
	var cost float64
	for _, one := range p.langs {
		segments, cost = segments+one.n*one.Segments, cost+one.Cost
		if b.Ways == store.WaysCall {
			continue
		}
		because := ""
		if one.Forced != "" {
			because = fmt.Sprintf(", because of %q", one.Forced)
		}
		d.say("\n  %s: %s%s, %s each, %s%s, %s$%.2f", one.Language, atMost(b), count(one.n, "phone", "phones"), count(one.Segments, "segment", "segments"), one.Coding, because,
			atMost(b), one.Cost)
		paragraph(d.out, one.text)
		if one.inside != "" {
			d.say("    and to members:")
			paragraph(d.out, one.inside)
		}
		if one.Opens {
			d.say("    The options have no room below these words, or hold a word that no notice shows: who answers is asked the question then.")
		}
	}
	d.sayCarried(b, slices.ContainsFunc(p.langs, func(l languagePreview) bool { return !l.Opens }))
	called, calls := d.sayCalls(b, p.calls, p.terms)
	cost += calls
	if called > 0 || b.Longest > 0 || b.Ways == store.WaysCall || b.Ways == store.WaysBoth {
		d.sayOnCalls(b, p.spoken)
	}
	if b.Uncounted() {
		d.say("\nTo %s. If nobody had voted it would be %s, for about $%.2f.", toUncounted(b), count(p.phones, "phone", "phones"), cost)
	} else {
		d.say("\n%s, about $%.2f.", count(p.phones, "phone", "phones"), cost)
	}
	if line.Pace > 0 && segments > 0 {
		d.say("At %s a second it takes %s%s.", count(line.Pace, "segment", "segments"), atMost(b), (time.Duration(segments) * time.Second / time.Duration(line.Pace)).Round(time.Second))
	}
	if p.out.Country > 0 {
		d.say("Left out: %s of countries that the line does not text (line change --countries).", count(p.out.Country, "phone", "phones"))
	}
	if p.out.Costly > 0 {
		d.say("Left out: %s whose numbers cost extra, or are no person's.", count(p.out.Costly, "phone", "phones"))
	}
	if err := d.sayCap(ctx, line, cost); err != nil {
		return err
	}
	texts := "It goes out"
	if called > 0 {
		texts = "Texts go out"
	}
	if b.Ways == store.WaysCall {
		d.say("Who has not been called by %s is not.", moment(b.ExpiresAt, d.now(), d.zone))
	} else {
		d.say(texts+" between 8 am and 9 pm, or in the hours that people chose%s; what has not gone out by %s does not.", alertHours(b), moment(b.ExpiresAt, d.now(), d.zone))
	}
	if b.State == store.BroadcastDraft {
		d.say("Nobody gets it until another organizer approves it from their own phone:\n  %s", d.hint(fmt.Sprintf("broadcast approve %d", b.Number)))
	}
	return nil
}

// sayCap says what is left of what the line may spend today, where something is spent or it may not be enough.
func (d *desk) sayCap(ctx context.Context, line store.Line, cost float64) error {
	spent, told, err := d.store.SpentToday(ctx, d.store.Pool, line, d.now())
	if err != nil {
		return err
	}
	today := float64(spent) / 1_000_000
	if !told {
		d.say("What the line has spent today is not told: a notice to those who have not voted is part of it. It may spend $%d a day, and pauses there.", line.DailyCap)
		today = 0
	}
	if today > 0 {
		d.say("The line has spent $%.2f today of the $%d that it may a day.", today, line.DailyCap)
	}
	if today+cost > float64(line.DailyCap) {
		d.say("That is more than the $%d that the line may spend a day: it pauses there.", line.DailyCap)
	}
	return nil
}

func alertHours(b store.Broadcast) string {
	if b.Purpose == store.ForAlerts {
		return " (an alert at any hour)"
	}
	return ""
}

// errNoOwnPhone says why a test cannot be sent.
var errNoOwnPhone = errors.New("a test goes to a phone of your own, and none is known: organizer add NAME --member WHO")

func (d *desk) progressOf(ctx context.Context, b store.Broadcast) (*broadcastProgress, error) {
	p, err := d.store.ProgressOf(ctx, d.store.Pool, b.ID, time.Time{})
	return &broadcastProgress{
		Phones: p.Total, Waiting: p.Ready + p.Sending, Sent: p.Accepted + p.Sent, Delivered: p.Delivered, Failed: p.Failed, Unknown: p.Unknown,
		Refused: p.Refused, Late: p.Expired, Canceled: p.Canceled, Calls: callsOf(p.Calls),
	}, err
}

// line is the progress in one line, with a bar.
func (p broadcastProgress) line(left time.Duration) string {
	gone := p.Phones - p.Waiting
	s := fmt.Sprintf("%s %d of %d: delivered %d, sent %d, failed %d", bar(gone, p.Phones), gone, p.Phones, p.Delivered, p.Sent, p.Failed)
	for _, more := range []struct {
		n    int
		what string
	}{{p.Unknown, "unknown"}, {p.Refused, "said stop"}, {p.Late, "too late"}, {p.Canceled, "canceled"}} {
		if more.n > 0 {
			s += fmt.Sprintf(", %s %d", more.what, more.n)
		}
	}
	if p.Waiting > 0 {
		s += fmt.Sprintf("; %d left", p.Waiting)
		if left > 0 {
			s += ", about " + left.Round(time.Second).String()
		}
	}
	return s
}

// bar shows a part of a whole.
func bar(part, whole int) string {
	const wide = 30
	full := 0
	if whole > 0 {
		full = wide * part / whole
	}
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", wide-full) + "]"
}

// both is the progress by either way: a line for each that is used.
func (p broadcastProgress) both(left time.Duration) (lines []string) {
	if p.Phones > 0 || p.Calls == nil {
		lines = append(lines, p.line(left))
	}
	if p.Calls != nil {
		lines = append(lines, p.Calls.line())
	}
	return lines
}

func broadcastShow(fs *flag.FlagSet) action {
	return onBroadcast(fs, func(ctx context.Context, d *desk, b store.Broadcast) error { return d.showBroadcast(ctx, b) })
}

func (d *desk) showBroadcast(ctx context.Context, b store.Broadcast) error {
	p, err := d.progressOf(ctx, b)
	if err != nil {
		return err
	}
	answers, err := d.answersTo(ctx, b)
	if err != nil {
		return err
	}
	set, err := d.cfg.loadFlows()
	if err != nil {
		return err
	}
	spoken, err := d.onCallsOf(ctx, set, b)
	if err != nil {
		return err
	}
	if d.json {
		all := d.broadcastJSON(b, nil, p)
		if b.Ways != store.WaysText {
			all.OnCalls = spoken.all
		}
		if b.Flow != "" && !b.Uncounted() {
			all.Answers = answers
		}
		return printJSON(d.out, all)
	}
	d.say("Broadcast %d (%s)%s, by %s%s", b.Number, d.broadcastState(b), kindName(b), b.Author, followsBecause(b))
	for _, lang := range b.Words.Languages() {
		d.say("  %s", lang)
		paragraph(d.out, b.Words[lang])
	}
	if b.ApprovedBy != "" {
		d.say("  Approved  %s, by %s", moment(b.ApprovedAt, d.now(), d.zone), b.ApprovedBy)
	}
	if !b.StartsAt.IsZero() {
		d.say("  From      %s", moment(b.StartsAt, d.now(), d.zone))
	}
	d.say("  Until     %s", moment(b.ExpiresAt, d.now(), d.zone))
	switch {
	case b.Uncounted():
		d.say("  To        %s", toUncounted(b))
	case p.Phones+p.Calls.phones() > 0:
		for _, line := range p.both(0) {
			d.say("  %s", line)
		}
		d.sayAnswers(b, answers)
	}
	if b.Longest > 0 || b.Ways == store.WaysCall || b.Ways == store.WaysBoth || !b.Uncounted() && p.Calls.phones() > 0 {
		d.sayOnCalls(b, spoken)
	}
	line, err := d.store.LineByID(ctx, d.store.Pool, b.Line)
	if err != nil || b.State == store.BroadcastDraft {
		return err
	}
	return d.sayCap(ctx, line, 0)
}

// sorted is a list of names for a sentence.
func sortedNames(all []store.Approver) string {
	var names []string
	for _, a := range all {
		names = append(names, a.Name)
	}
	slices.SortFunc(names, cmp.Compare)
	return joined(names)
}
