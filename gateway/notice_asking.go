package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"hotline/flows"
	"hotline/store"
)

// Asking is what a notice asks: the flow that an answer begins, and what is known of what the notice is about. Where that holds the list of which each
// item is an answer (flows.Question.Each), the items are offered; else the answers are those that the flow names.
type Asking struct {
	Flow  string // "": it asks nothing
	Known map[string]flows.Value
}

// AskingOf reads what a broadcast asks, as it is now, and when that closes the question; zero: nothing closes it by itself.
func AskingOf(ctx context.Context, st *store.Store, q store.Querier, line store.Line, b store.Broadcast) (a Asking, lapses time.Time, err error) {
	if b.Flow == "" {
		return a, lapses, nil
	}
	a = Asking{b.Flow, map[string]flows.Value{}}
	switch b.About {
	case aboutMeeting:
		m, found, err := st.MeetingByID(ctx, q, b.Record)
		if err != nil || !found {
			return a, lapses, fmt.Errorf("looking up the meeting of a notice: found %v: %w", found, err)
		}
		a.Known["meeting"], a.Known["version"] = flows.Value{Text: m.ID.String()}, flows.Value{Num: int64(b.Version)}
		a.Known["at"], lapses = flows.Value{Num: m.StartsAt.Unix(), Zone: line.Zone}, m.StartsAt
	case aboutBallot:
		ballot, found, err := st.BallotByID(ctx, q, b.Record)
		if err != nil || !found {
			return a, lapses, fmt.Errorf("looking up the ballot of a notice: found %v: %w", found, err)
		}
		a.Known["ballot"], a.Known["title"] = flows.Value{Text: ballot.ID.String()}, localized(titles(ballot.Question))
		a.Known["question"], a.Known["options"] = localized(ballot.Question), flows.Value{List: optionsOf(ballot)}
		lapses = ballot.ClosesAt
	}
	return a, lapses, nil
}

// openQuestion is for how long after its text a question is open that nothing closes by itself.
const openQuestion = 30 * 24 * time.Hour

// Lists tells whether it offers each item of a list.
func (a Asking) Lists(set *flows.Set) bool {
	q, known := set.Question(a.Flow)
	return known && q.Each != "" && len(a.Known[q.Each].List) > 0
}

// Named is the same with the answers that its flow names, which say nothing of any list.
func (a Asking) Named(set *flows.Set) Asking {
	if q, _ := set.Question(a.Flow); q.Each != "" {
		a.Known = maps.Clone(a.Known)
		delete(a.Known, q.Each)
	}
	return a
}

// In is what it asks in a notice of these words: the items of a list only where all fits into two segments, and can be read before it is approved,
// where it shows on a screen nothing that tells what this is about, and holds no answer by which the phone companies would stop.
func (a Asking) In(set *flows.Set, line store.Line, lang, words string) Asking {
	named := a.Named(set)
	if !a.Lists(set) || !set.MayPrint(a.Flow, a.Known) {
		return named
	}
	lines, _ := set.Printed(a.Flow, flows.Lang(lang), SampleDigits, a.Known)
	n, _, _ := flows.Segments(NoticeBody(set, line, lang, words, a, SampleDigits))
	if n > noticeSegments || store.Letters(lines) > store.LongestNotice || set.Masked(lines, nil, line.Names) != lines {
		return named
	}
	return a
}

// noticeSegments is what a notice may take that has been written to fit.
const noticeSegments = 2

// remembered is what a question remembers.
func (a Asking) remembered() ([]byte, error) { return json.Marshal(a.Known) }

// askingBy is what a question asked that was put to a phone.
func askingBy(q store.Question) (a Asking, err error) {
	a = Asking{q.Flow, map[string]flows.Value{}}
	if err := json.Unmarshal(q.Arguments, &a.Known); err != nil {
		return a, fmt.Errorf("reading what a notice was about: %w", err)
	}
	return a, nil
}

// NoticeBody is what a phone is sent of a broadcast: who writes, the words, what may be answered and by which digits, and how to stop. first is the
// first of these digits, 0 where the phone has none left.
func NoticeBody(set *flows.Set, line store.Line, lang, words string, a Asking, first int) string {
	lines := []string{line.Name + ": " + flows.AsTold(words)}
	answers, after := set.Printed(a.Flow, flows.Lang(lang), first, a.Known)
	if answers != "" {
		lines = append(lines, answers)
	}
	end := set.Unasked("notice_end", flows.Lang(lang), LineFacts(line))
	if after != "" {
		end = after + " " + end
	}
	return strings.Join(append(lines, end), "\n")
}

// SampleDigits stand for those of a phone where a notice is only shown: every phone has its own.
const SampleDigits = 41
