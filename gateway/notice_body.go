package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// NoticeBody is what a phone is sent of a broadcast: who writes, the words, what may be answered and by which digits, and how to stop. flow is
// the question, "" for none; first is the first of its digits, 0 where the phone has none left.
func NoticeBody(set *flows.Set, line store.Line, lang, words, flow string, first int) string {
	body := line.Name + ": " + flows.AsTold(words) + "\n"
	answers, after := set.Printed(flow, flows.Lang(lang), first)
	if answers != "" {
		body += answers + "\n"
	}
	if after != "" {
		body += after + " "
	}
	return body + set.Unasked("notice_end", flows.Lang(lang), LineFacts(line))
}

// SampleDigits stand for those of a phone where a notice is only shown: every phone has its own.
const SampleDigits = 41

// told is what a broadcast says in one language: to all, and to members, where those are told more.
type toldWords struct{ all, inside string }

// wordsNow are a broadcast's words as they are to go out: those that organizers wrote; or, of one that follows from another, what the meeting is now.
// gone tells that there is nothing to say any more.
func (g *Gateway) wordsNow(ctx context.Context, q store.Querier, line store.Line, b store.Broadcast) (words map[string]toldWords, gone bool, err error) {
	words = map[string]toldWords{}
	if b.About == aboutMeeting {
		m, found, err := g.store.MeetingByID(ctx, q, b.Record)
		if err != nil {
			return nil, false, err
		}
		if !found || m.Version != b.Version || !m.CanceledAt.IsZero() != (b.Kind == store.FollowsCancel) {
			return nil, true, nil // it was changed in this moment: word of that follows
		}
		if b.Kind != store.FollowsNone {
			b.Words, b.Inside = MeetingWords(g.sets.current(), line, m, b.Kind, g.now())
		}
	}
	if b.About == aboutBallot {
		if ballot, found, err := g.store.BallotByID(ctx, q, b.Record); err != nil || !found || !ballot.ClosedAt.IsZero() {
			return nil, true, err
		}
	}
	for lang, w := range b.Words {
		w = Told(g.sets.current(), b, w, lang)
		words[lang] = toldWords{w, w}
		if inside := b.Inside[lang]; inside != "" {
			words[lang] = toldWords{w, inside}
		}
	}
	return words, false, nil
}

// begin reads what a broadcast says to whom; nil: it has nothing to say any more, and ends.
func (p *pump) begin(ctx context.Context, b store.Broadcast) (*pass, error) {
	words, gone, err := p.g.wordsNow(ctx, p.g.store.Pool, p.line, b)
	if err != nil {
		return nil, err
	}
	if gone {
		p.g.log.Info("a notice ends: what it is about has changed", "broadcast", b.ID)
		return nil, p.g.store.InTx(ctx, func(tx pgx.Tx) error { return p.g.store.CancelBroadcast(ctx, tx, b, p.g.now()) })
	}
	one := &pass{Broadcast: b, words: words, bodies: map[bodyKey]string{}, segments: map[string]int{}, behind: -1}
	for lang := range words {
		for _, member := range []bool{false, true} {
			for _, first := range []int{0, SampleDigits} {
				n, _, _ := flows.Segments(one.body(p, lang, member, first))
				one.segments[lang] = max(one.segments[lang], n)
			}
		}
	}
	return one, nil
}

// bodyKey is by what the texts of a broadcast differ.
type bodyKey struct {
	lang   string
	member bool
	first  int
}

// body is what a phone is sent.
func (p *pass) body(by *pump, lang string, member bool, first int) string {
	key := bodyKey{lang, member, first}
	if body, known := p.bodies[key]; known {
		return body
	}
	words := p.words[lang].all
	if member {
		words = p.words[lang].inside
	}
	p.bodies[key] = NoticeBody(by.g.sets.current(), by.line, lang, words, p.Flow, first)
	return p.bodies[key]
}

// asks tells whether a broadcast's texts differ from phone to phone.
func (p *pass) asks() bool { return p.Flow != "" || p.About == aboutMeeting }

// pose makes the texts of a draw, each with digits of its own, and writes down what they ask and what was decided, in the transaction that lets them out. Who is not
// to be told any more is left out of both.
func (p *pump) pose(ctx context.Context, tx pgx.Tx, d *drawing) (err error) {
	for i, row := range d.going {
		d.going[i].body = d.body(p, row.Lang, false, 0)
	}
	if d.asks() && len(d.going) > 0 {
		if d.going, err = p.poseEach(ctx, tx, d.pass, d.going, &d.Decided, d.began); err != nil {
			return err
		}
	}
	for _, row := range d.going {
		d.Send, d.Words, d.SentAt = append(d.Send, row.ID), append(d.Words, row.body), append(d.SentAt, d.began.Add(row.at.Sub(d.real)))
	}
	return p.g.store.DecideDrawn(ctx, tx, d.Decided, d.began)
}

func (p *pump) poseEach(ctx context.Context, tx pgx.Tx, one *pass, send []going, d *store.Decided, now time.Time) ([]going, error) {
	heard, err := p.hearing(ctx, tx, one, send, now)
	if err != nil {
		return nil, err
	}
	left := send[:0]
	for _, row := range send {
		h := heard[row.Phone]
		if one.Kind != store.FollowsNone && h.SaidNo || one.Kind.Reminds() && h.Lately {
			d.Expired = append(d.Expired, row.ID)
			continue
		}
		left = append(left, row)
	}
	if one.Flow == "" {
		for i := range left {
			left[i].body = one.body(p, left[i].Lang, heard[left[i].Phone].Member, 0)
		}
		return left, nil
	}
	first, err := p.digits(ctx, tx, one, left, now)
	for i, row := range left {
		left[i].body = one.body(p, row.Lang, heard[row.Phone].Member, first[row.ID])
	}
	return left, err
}

func (p *pump) hearing(ctx context.Context, tx pgx.Tx, one *pass, send []going, now time.Time) (map[uuid.UUID]store.Hearing, error) {
	if one.About != aboutMeeting {
		return nil, nil
	}
	phones := make([]uuid.UUID, len(send))
	for i, row := range send {
		phones[i] = row.Phone
	}
	return p.g.store.HearingOf(ctx, tx, one.Record, one.ID, phones, now)
}

// digits gives each text its first digits, 0 where its phone has none left, and writes the questions down.
func (p *pump) digits(ctx context.Context, tx pgx.Tx, one *pass, send []going, now time.Time) (first map[uuid.UUID]int, err error) {
	asked, known := p.g.sets.current().Question(one.Flow)
	first = map[uuid.UUID]int{}
	if !known { // the flows were changed: it goes out without, and is answered by its word
		return first, nil
	}
	phones, texts := make([]uuid.UUID, len(send)), make([]uuid.UUID, len(send))
	for i, row := range send {
		phones[i], texts[i] = row.Phone, row.ID
	}
	free, err := p.g.store.AboutToAsk(ctx, tx, phones, texts, now)
	if err != nil {
		return nil, err
	}
	arguments, lapses, err := p.g.arguments(ctx, tx, p.line, one.Broadcast)
	if err != nil {
		return nil, err
	}
	var questions []store.Question
	for _, row := range send {
		if before := free.First[row.ID]; before != 0 { // this text went out before, or may have
			first[row.ID] = before
			continue
		}
		at := store.FreeDigits(free.Taken[row.Phone], len(asked.Answers))
		if at == 0 {
			continue
		}
		first[row.ID] = at
		questions = append(questions, store.Question{
			Assembly: one.Assembly, Line: p.lineID, Phone: row.Phone, Broadcast: one.ID, Outgoing: row.ID, Flow: one.Flow, About: one.About, Record: one.Record,
			Arguments: arguments, First: at, Answers: len(asked.Answers), LapsesAt: lapses,
		})
	}
	lost, err := p.g.store.AskQuestions(ctx, tx, questions, now)
	for id := range lost {
		delete(first, id)
	}
	return first, err
}

// openQuestion is how long a question is open that nothing closes by itself.
const openQuestion = 30 * 24 * time.Hour

// arguments are what a question's flow will know of what it is about, as it is now, and until when the question is open.
func (g *Gateway) arguments(ctx context.Context, q store.Querier, line store.Line, b store.Broadcast) (sealed []byte, lapses time.Time, err error) {
	known := map[string]flows.Value{}
	switch b.About {
	case aboutMeeting:
		m, found, err := g.store.MeetingByID(ctx, q, b.Record)
		if err != nil || !found {
			return nil, lapses, fmt.Errorf("looking up the meeting of a notice: found %v: %w", found, err)
		}
		known["meeting"], known["version"] = flows.Value{Text: m.ID.String()}, flows.Value{Num: int64(b.Version)}
		known["at"], lapses = flows.Value{Num: m.StartsAt.Unix(), Zone: line.Zone}, m.StartsAt
	case aboutBallot:
		ballot, found, err := g.store.BallotByID(ctx, q, b.Record)
		if err != nil || !found {
			return nil, lapses, fmt.Errorf("looking up the ballot of a notice: found %v: %w", found, err)
		}
		known["ballot"], known["title"] = flows.Value{Text: ballot.ID.String()}, localized(titles(ballot.Question))
		if lapses = ballot.ClosesAt; lapses.IsZero() {
			lapses = g.now().Add(openQuestion)
		}
	}
	sealed, err = json.Marshal(known)
	return sealed, lapses, err
}
