package gateway

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

func (p *playing) approving(a args) store.Approving {
	return store.Approving{
		Guessing: store.Guessing{Phone: p.phone(), Line: p.line.ID, At: p.now}, Code: a["code"].Text,
	}
}

// findBroadcast tells a second organizer, word for word, what they are asked to approve. On a call they hear what is recorded of it, each after the
// words that it says; by text they are told in which languages that is.
func (p *playing) findBroadcast(ctx context.Context, a args) (string, args, error) {
	came, asked, err := p.g.store.AskedBroadcast(ctx, p.tx, p.approving(a))
	if err != nil || came != store.ApprovalWaits {
		return string(came), nil, err
	}
	line, err := p.g.store.LineByID(ctx, p.tx, asked.Line)
	if err != nil {
		return "", nil, err
	}
	asking, _, err := AskingOf(ctx, p.g.store, p.tx, line, asked.Broadcast)
	if err != nil {
		return "", nil, err
	}
	recorded, err := p.g.store.NoticeRecordings(ctx, p.tx, asked.ID)
	if err != nil {
		return "", nil, err
	}
	pages := p.pagesOf(asked, line, asking, recorded)
	page := pages[min(int(a["page"].Num), len(pages)-1)]
	answers := ""
	if !asking.Lists(p.current) { // else they stand in each page, in its own language
		answers, _ = p.current.Printed(asked.Flow, p.talk.Lang, SampleDigits, asking.Known)
	}
	phones, calls := asked.Phones, asked.Calls
	if asked.Uncounted() {
		phones, calls = store.FewestNotVoted, 0
	}
	starts := asked.StartsAt
	if soonest := p.now.Add(store.CallBack); starts.Before(soonest) {
		starts = soonest
	}
	found := args{
		"number": {Num: int64(asked.Number)}, "author": {Text: page.author}, "words": heard(page.lang, page.words, page.play), "speaker": {Text: page.speaker},
		"language": {Text: p.g.nameOf(p.current, page.lang)}, "more": {Flag: int(a["page"].Num) < len(pages)-1}, "follows": {Flag: asked.About == aboutMeeting}, "answers": {Text: answers},
		"sort": {Text: sortOf(asked.Broadcast)}, "phones": {Num: int64(phones)}, "calls": {Num: int64(calls)},
		"unvoted": {Flag: asked.Uncounted()}, "dollars": {Num: (asked.Cost + 999_999) / 1_000_000}, "starts": p.moment(starts), "until": p.moment(asked.ExpiresAt),
	}
	if p.in.Channel == flows.Text {
		found["recorded"] = flows.Value{Text: p.namesOf(recorded)}
	}
	return "found", found, nil
}

// pageOf is what one sort of people would be sent or told.
type pageOf struct {
	lang    flows.Lang
	author  string // who wrote it; empty: it is what stands behind their words
	words   string
	play    string // a recording; empty: its words
	speaker string // who recorded it
}

// pagesOf are all words of a broadcast, in each language, and behind them the answers that are told from a list, which its author did not write; where
// members are told more, those as well; and on a call what is recorded of it.
func (p *playing) pagesOf(asked store.Asked, line store.Line, asks Asking, recorded []store.NoticeRecording) (all []pageOf) {
	b := asked.Broadcast
	for i, words := range []store.Words{b.Words, b.Inside} {
		for _, lang := range words.Languages() {
			told := Told(p.current, b, words[lang], lang)
			all = append(all, pageOf{lang: flows.Lang(lang), author: asked.Author, words: flows.AsTold(told)})
			if asks.Lists(p.current) {
				answers, _ := p.current.Printed(asks.Flow, flows.Lang(lang), SampleDigits, asks.In(p.current, line, lang, told).Known)
				all = append(all, pageOf{lang: flows.Lang(lang), words: answers})
			}
		}
		for _, r := range recorded {
			if p.in.Channel == flows.Voice && r.Members == (i > 0) {
				all = append(all, pageOf{lang: flows.Lang(r.Lang), author: asked.Author, play: p.g.store.NoticeSound(r), speaker: r.By})
			}
		}
	}
	return all
}

// namesOf are the languages in which a notice is recorded, for a text.
func (p *playing) namesOf(recorded []store.NoticeRecording) string {
	var all []string
	for _, r := range recorded {
		if name := p.g.nameOf(p.current, flows.Lang(r.Lang)); !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return strings.Join(all, ", ")
}

func (p *playing) approveBroadcast(ctx context.Context, a args) (string, args, error) {
	came, b, err := p.g.store.ApproveBroadcast(ctx, p.tx, p.approving(a))
	if err != nil || came != store.ApprovalGiven {
		return string(came), nil, err
	}
	if b.InAdvance {
		return "kept", args{"number": {Num: int64(b.Number)}}, nil
	}
	return string(came), args{"number": {Num: int64(b.Number)}, "starts": p.moment(b.StartsAt)}, nil
}

// PutApproval writes down the text that asks an organizer to approve a broadcast. What it is about stands behind the code.
func (b *Outbox) PutApproval(ctx context.Context, tx pgx.Tx, set *flows.Set, line store.Line, a store.Approver, now time.Time) error {
	manner, err := b.store.MannerOf(ctx, tx, a.Phone)
	if err != nil {
		return err
	}
	lang := flows.Lang(cmp.Or(manner.Lang, line.Languages[0]))
	return b.Put(ctx, tx, store.Outgoing{
		Assembly: line.AssemblyID, Line: line.ID, Phone: a.Phone, Channel: store.ByText, Purpose: store.ForAnswers, AnyHour: true,
		Body: set.Unasked("approve", lang, LineFacts(line)) + " " + a.Code, ExpiresAt: now.Add(store.ApproveWithin),
	})
}
