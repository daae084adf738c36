package gateway

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

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
	one := &pass{Broadcast: b, words: words, bodies: map[bodyKey]string{}, segments: map[string]int{}, lists: map[string]bool{}, behind: -1}
	if one.asking, one.lapses, err = AskingOf(ctx, p.g.store, p.g.store.Pool, p.line, b); err != nil {
		return nil, err
	}
	for lang, told := range words {
		set := p.g.sets.current()
		in := one.asking.In(set, p.line, lang, told.all)
		if one.lists[lang] = in.Lists(set); told.inside != told.all {
			one.lists[lang] = one.lists[lang] && one.asking.In(set, p.line, lang, told.inside).Lists(set)
		}
		for _, member := range []bool{false, true} {
			for _, asked := range []store.AskedAs{{}, {First: SampleDigits}, {First: SampleDigits, Each: one.lists[lang]}} {
				n, _, _ := flows.Segments(one.body(p, lang, member, asked))
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
	asked  store.AskedAs
}

// body is what a phone is sent.
func (p *pass) body(by *pump, lang string, member bool, asked store.AskedAs) string {
	key := bodyKey{lang, member, asked}
	if body, known := p.bodies[key]; known {
		return body
	}
	words := p.words[lang].all
	if member {
		words = p.words[lang].inside
	}
	set, asking := by.g.sets.current(), p.asking
	if !asked.Each {
		asking = asking.Named(set)
	}
	p.bodies[key] = NoticeBody(set, by.line, lang, words, asking, asked.First)
	return p.bodies[key]
}

// asks tells whether a broadcast's texts differ from phone to phone.
func (p *pass) asks() bool { return p.Flow != "" || p.About == aboutMeeting }

// pose makes the texts of a draw, each with digits of its own, and writes down what they ask and what was decided, in the transaction that lets them out. Who is not
// to be told any more is left out of both.
func (p *pump) pose(ctx context.Context, tx pgx.Tx, d *drawing) (err error) {
	for i, row := range d.going {
		d.going[i].body = d.body(p, row.Lang, false, store.AskedAs{})
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
			left[i].body = one.body(p, left[i].Lang, heard[left[i].Phone].Member, store.AskedAs{})
		}
		return left, nil
	}
	asked, err := p.digits(ctx, tx, one, left, now)
	for i, row := range left {
		left[i].body = one.body(p, row.Lang, heard[row.Phone].Member, asked[row.ID])
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
