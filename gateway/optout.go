package gateway

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"hotline/store"
)

// carrierAct is what the carrier does of itself on a text that is one of its words (TWILIO.md, opting out). It has answered by the
// time we hear of it, and an answer of ours would be a second one, or be blocked.
type carrierAct string

const (
	actStop  carrierAct = "STOP"
	actStart carrierAct = "START"
	actHelp  carrierAct = "HELP"
)

var carrierWords = map[string]carrierAct{
	"STOP": actStop, "STOPALL": actStop, "UNSUBSCRIBE": actStop, "CANCEL": actStop, "END": actStop, "QUIT": actStop,
	"REVOKE": actStop, "OPTOUT": actStop, "ARRET": actStop,
	"START": actStart, "UNSTOP": actStart,
	"HELP": actHelp, "INFO": actHelp,
}

// carrierWord takes a text that the carrier has acted on: it goes into the consent ledger, gets no answer and moves no
// conversation. YES brings back only who has said stop before, and is an answer all the same.
func (p *playing) carrierWord(ctx context.Context) (handled bool, err error) {
	word := strings.ToUpper(strings.TrimSpace(p.in.Text))
	act := carrierAct(strings.ToUpper(p.in.OptOut))
	if act == "" {
		act = carrierWords[word]
	}
	switch act {
	case actStop:
		return true, p.consent(ctx, false, "stop word")
	case actStart:
		return true, p.consent(ctx, true, "start word")
	case actHelp:
		return true, nil
	}
	if word != "YES" {
		return false, nil
	}
	if !p.tx.Conversation.Stopped {
		return false, nil
	}
	return false, p.consent(ctx, true, "start word")
}

// consent turns the switch of this line, as the carrier has done. START brings back besides what this phone had agreed to and then took back in
// words of its own.
func (p *playing) consent(ctx context.Context, given bool, how string) error {
	p.tx.Conversation.Stopped = !given
	p.talk.Word = max(p.talk.Word, p.now.Unix())
	if p.tooLate {
		p.talk.Word = max(p.talk.Word, p.in.Missed.Unix())
	}
	c := p.ledger(how)
	c.Purpose, c.Given, c.Words = store.ForAll, given, p.in.Text
	if err := p.g.store.AddConsent(ctx, p.tx, c); err != nil || !given {
		return err
	}
	return p.g.store.StartAgain(ctx, p.tx, c)
}

// ledger is a row of the consent ledger on this phone and line, by text, in the words of this turn, if those may be kept.
func (p *playing) ledger(how string) store.Consent {
	c := store.Consent{
		Assembly: p.line.AssemblyID, Phone: p.tx.Conversation.Phone, Line: uuid.NullUUID{UUID: p.line.ID, Valid: true}, Channel: store.ByText, How: how,
	}
	if !p.secret {
		c.Words = p.in.Text
	}
	return c
}
