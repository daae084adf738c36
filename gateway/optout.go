package gateway

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"hotline/flows"
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
	act := carrierAct(p.in.OptOut)
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

func (p *playing) consent(ctx context.Context, given bool, how string) error {
	p.tx.Conversation.Stopped = !given
	p.talk.Word = max(p.talk.Word, p.now.Unix())
	if p.tooLate {
		p.talk.Word = max(p.talk.Word, p.in.Missed.Unix())
	}
	return p.g.store.AddConsent(ctx, p.tx, store.Consent{
		Assembly: p.line.AssemblyID, Phone: p.tx.Conversation.Phone, Line: uuid.NullUUID{UUID: p.line.ID, Valid: true},
		Purpose: "all", Channel: string(flows.Text), Given: given, How: how, Words: p.in.Text,
	})
}

// stopPhrase holds notices and alerts back, on every line, from a phone that writes among other things that it wants no more texts, until
// it joins again. What it wrote is heard like any text: there may be a report in it.
func (p *playing) stopPhrase(ctx context.Context) error {
	if p.secret || !p.current.WantsNoMore(p.in.Text) {
		return nil
	}
	for _, purpose := range []store.Purpose{store.ForNotices, store.ForAlerts} {
		err := p.g.store.AddConsent(ctx, p.tx, store.Consent{
			Assembly: p.line.AssemblyID, Phone: p.tx.Conversation.Phone, Purpose: purpose, Channel: string(flows.Text), How: "stop phrase", Words: p.in.Text,
		})
		if err != nil {
			return err
		}
	}
	if p.line.Texts == store.TextsPending { // nothing can be answered
		return nil
	}
	lang := p.talk.Lang
	if lang == "" {
		lang = languages(p.line)[0]
	}
	p.reply.Say = append(p.reply.Say, flows.Prompt{Lang: lang, Words: p.current.Unasked("held_back", lang, LineFacts(p.line))})
	return nil
}

// noticesAgain gives notices back to a phone that had agreed to them.
func (p *playing) noticesAgain(ctx context.Context, _ args) (string, args, error) {
	if !p.phone().Valid {
		return "none", nil, nil
	}
	kept, err := p.g.store.NoticesAgain(ctx, p.tx, store.Consent{
		Assembly: p.line.AssemblyID, Phone: p.tx.Conversation.Phone, Line: uuid.NullUUID{UUID: p.line.ID, Valid: true},
		Purpose: store.ForNotices, Channel: store.ByText, Given: true, How: "asked for again, by " + string(p.in.Channel), Words: p.in.Text,
	})
	if err != nil || !kept {
		return "none", nil, err
	}
	return "kept", nil, nil
}
