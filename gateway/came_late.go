package gateway

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// A text that was not heard when it came is played if it still answers what it was meant for: the carrier had it after the last turn of its
// conversation, and not long ago. The turn then has the carrier's time, and its answer goes out like all that we start. Else a late "1"
// could confirm what nobody meant: its words are kept, a person sees them, and the worker is told once which text came late.

const (
	playedWithin = 15 * time.Minute
	// Nobody has read an answer and written to it within readIn of our sending it; clocks may differ by as much.
	readIn         = 5 * time.Second
	worthOfReply   = time.Hour
	worthOfTelling = 24 * time.Hour
	justSent       = 2 * time.Hour // whoever wrote in the night may wait for an answer
)

// stillAnswers tells whether a text that was not heard when it came may be played. What answers a secret question may not: its reply would have
// to be kept until it is sent.
func (p *playing) stillAnswers() bool {
	sent := p.in.Missed
	if p.secret || p.g.now().Sub(sent) >= playedWithin || strings.TrimSpace(p.in.Text) == "" && len(p.in.Media) == 0 {
		return false
	}
	seen := p.talk.Seen
	if c := p.tx.Conversation; seen == 0 && c.N > 0 { // left by a program that did not note it
		seen = c.HeardAt.Add(readIn).Unix()
	}
	return sent.Unix() > seen
}

// sees notes, for texts that come late, what the carrier had before this turn. Of two that it had in one second the later is played after
// the first.
func (p *playing) sees() {
	switch {
	case p.in.Channel != flows.Text || p.tooLate:
	case !p.in.Missed.IsZero():
		p.talk.Seen = p.in.Missed.Unix() - 1
	default:
		p.talk.Seen = max(p.talk.Seen, p.now.Add(readIn).Unix())
	}
}

// cameLate takes a text that was not heard when it came, and answers nothing any more. The conversation stays as it is.
func (p *playing) cameLate(ctx context.Context) error {
	p.heardAt = p.tx.Conversation.HeardAt
	if handled, err := p.lateWord(ctx); err != nil || handled {
		return err
	}
	empty := strings.TrimSpace(p.in.Text) == "" && len(p.in.Media) == 0 // blanked at the carrier: heard before the database was restored
	if p.secret || codeLike(p.in.Text) {
		p.unhear()
	}
	if err := p.takeMedia(ctx); err != nil {
		return err
	}
	if err := p.stopPhrase(ctx); err != nil {
		return err
	}
	p.reply = Reply{}
	if empty {
		return nil
	}
	if err := p.keep(ctx); err != nil {
		return err
	}
	if kept := strings.TrimSpace(p.in.Text) != "" || len(p.in.Media) > 0; kept {
		if err := p.g.store.MarkCameLate(ctx, p.tx, p.talk.Kept, p.in.Missed, p.now); err != nil {
			return err
		}
	}
	if err := p.missVote(ctx, p.votesIn(), false); err != nil {
		return err
	}
	return p.tellLate(ctx)
}

// codeLike tells of digits that may be a code or a PIN, which nobody is to read.
func codeLike(words string) bool {
	digits := strings.NewReplacer(" ", "", "-", "", ".", "").Replace(strings.TrimSpace(words))
	return len(digits) >= 4 && strings.Trim(digits, "0123456789") == ""
}

// lateWord takes a word to the carrier that we hear late: it goes into the ledger all the same, unless a newer one stands there.
func (p *playing) lateWord(ctx context.Context) (handled bool, err error) {
	act := carrierWords[strings.ToUpper(strings.TrimSpace(p.in.Text))]
	newer := p.in.Missed.Unix() <= p.talk.Word
	switch act {
	case "":
		return false, nil
	case actStop:
		if !newer {
			err = p.consent(ctx, false, "stop word")
		}
	case actStart:
		if !newer {
			newer, err = p.g.store.RefusedSince(ctx, p.tx, p.tx.Conversation.Phone, p.line.ID, p.in.Missed)
		}
		if err == nil && !newer {
			err = p.consent(ctx, true, "start word")
		}
	}
	return true, err
}

// tellLate tells the worker, once, which text came late: by the minute in which it was sent, and not by what it says.
func (p *playing) tellLate(ctx context.Context) error {
	c := p.tx.Conversation
	if c.Stopped || p.line.Texts == store.TextsPending ||
		!p.talk.Pace.allow(fmt.Sprint("late ", p.in.Missed.Unix()), false, p.now, p.line, c.Joined) {
		return nil
	}
	return p.g.tell(ctx, p.tx.Tx, telling{
		id: uuid.NewSHA1(c.ID, fmt.Append(nil, "late ", p.in.Missed.Unix()/60)), line: p.line.ID, phone: c.Phone, phrase: "came_late", values: map[string]flows.Value{"late.sent": p.moment(p.in.Missed)},
		at: p.now, worth: worthOfTelling, anyHour: p.now.Sub(p.in.Missed) < justSent,
	})
}

// sendLate puts the answer to a text that was played late where all goes that we start: there is no request to answer.
func (p *playing) sendLate(ctx context.Context, votedIn uuid.UUID) error {
	if votedIn == uuid.Nil {
		votedIn = p.votesIn()
	}
	if err := p.missVote(ctx, votedIn, true); err != nil {
		return err
	}
	words := p.reply.Text()
	p.reply.Say = nil // a webhook that comes after all is answered no second time
	if words == "" || p.line.Texts == store.TextsPending || p.forgotten {
		return nil
	}
	return p.g.outbox.Put(ctx, p.tx.Tx, store.Outgoing{
		Assembly: p.line.AssemblyID, Line: p.line.ID, Phone: p.tx.Conversation.Phone, Channel: store.ByText, Purpose: store.ForAnswers,
		Body: words, ExpiresAt: p.g.now().Add(worthOfReply), AnyHour: true,
	})
}

// votesIn is the ballot that the conversation is about; uuid.Nil: none.
func (p *playing) votesIn() uuid.UUID {
	ballot, err := uuid.Parse(p.talk.Vars["ballot"].Text)
	if err != nil { // there is none, or a flow calls something else so
		return uuid.Nil
	}
	return ballot
}

func (p *playing) missVote(ctx context.Context, ballot uuid.UUID, played bool) error {
	if ballot == uuid.Nil {
		return nil
	}
	return p.g.store.MissVote(ctx, p.tx, ballot, played, p.in.Missed)
}
