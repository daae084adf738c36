package gateway

import (
	"context"
	"strings"

	"hotline/flows"
)

// keep takes a text that cannot be answered: on a line that is not registered with the carriers yet an answer would be blocked, and be
// held against the line; to a phone that has said STOP the carrier blocks it. Nothing is asked that nobody would see; what people write
// is a report, which organizers find at once, and everything one phone writes is the same one.
func (p *playing) keep(ctx context.Context) error {
	if strings.TrimSpace(p.in.Text) == "" && len(p.in.Media) == 0 {
		return nil
	}
	what := flows.Value{Text: p.in.Text}
	if p.talk.Kept != "" {
		outcome, _, err := p.addToReport(ctx, args{"code": {Text: p.talk.Kept}, "what": what})
		if err != nil || outcome == "added" {
			return err
		}
	}
	_, filed, err := p.fileReport(ctx, args{"what": what})
	p.talk.Kept = filed["code"].Text
	return err
}

// keepStopped sees that what a phone writes after STOP goes before a person (WORKERS.md: stopping). What can be done without an answer is
// done; what did nothing, or wanted a confirm that nobody would see, is kept. Nothing is said: the carrier would block it.
func (p *playing) keepStopped(ctx context.Context) error {
	if !p.tx.Conversation.Stopped || p.in.Channel != flows.Text || p.in.Kind != flows.KindText {
		return nil
	}
	p.reply.Say = nil
	if p.kept != nil {
		p.kept.Held = true
	}
	if p.acted || p.secret {
		return nil
	}
	return p.keep(ctx)
}
