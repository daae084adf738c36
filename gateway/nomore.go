package gateway

import (
	"context"
	"slices"

	"hotline/flows"
	"hotline/store"
)

// Whoever writes in words of their own that they want no more texts is heard: notices and alerts are held at once, on every line. What they
// want of the rest is asked once, in the answer to that very text, since after it nothing may be sent to ask. Where the text said nothing
// else the question is flow "texts", with digits. Inside something else (a report, an answer) what they wrote is heard as ever, and the
// question stands above the answer with words that count at any time, so that it is mixed up with no other.

// textsFlow asks which texts may come.
const textsFlow = "texts"

// stopPhrase takes a text in which somebody says so.
func (p *playing) stopPhrase(ctx context.Context) error {
	if p.secret {
		return nil
	}
	wish := p.current.WantsNoMore(p.in.Text)
	if !wish.Said {
		return nil
	}
	if err := p.g.store.Withhold(ctx, p.tx, p.ledger(store.HowPhrase), store.ForNotices, store.ForAlerts); err != nil {
		return err
	}
	if p.talk.Lang == "" && p.tx.Conversation.Lang == "" && slices.Contains(languages(p.line), wish.Lang) {
		p.talk.Lang = wish.Lang // the words show it
	}
	if p.line.Texts == store.TextsPending || p.tx.Conversation.Stopped { // nothing can be answered
		return nil
	}
	lang := p.talk.Lang
	if lang == "" {
		lang = languages(p.line)[0]
	}
	if word := p.current.StartWord(textsFlow, lang); wish.Alone && len(p.in.Media) == 0 && word != "" {
		p.in.Text = word
		return nil
	}
	p.reply.Say = append(p.reply.Say, flows.Prompt{Lang: lang, Words: p.current.Unasked("held_back", lang, LineFacts(p.line))})
	return nil
}

// textsNow tells how it stands with texts to this phone.
func (p *playing) textsNow(ctx context.Context, _ args) (string, args, error) {
	phone := p.phone()
	if !phone.Valid {
		return "hidden", nil, nil
	}
	stopped, err := p.g.store.SaidStop(ctx, p.tx, phone.UUID, p.line.ID)
	if err != nil || stopped {
		return "stopped", nil, err
	}
	held, err := p.g.store.Withholds(ctx, p.tx, phone.UUID, p.line.ID)
	if err != nil || held {
		return "held", nil, err
	}
	return "open", nil, nil
}

// chooseTexts writes down which texts, or calls, of ours this phone wants.
func (p *playing) chooseTexts(ctx context.Context, a args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	c := p.ledger(store.HowChosen + ", by " + string(p.in.Channel))
	switch which := a["which"].Text; which {
	case "none":
		return "kept", nil, p.g.store.Withhold(ctx, p.tx, c, store.Purposes()...)
	case "answers":
		if err := p.g.store.Withhold(ctx, p.tx, c, store.ForNotices, store.ForAlerts); err != nil {
			return "", nil, err
		}
		return "kept", nil, p.g.store.AskedForAnswers(ctx, p.tx, c)
	case "no_calls":
		c.Purpose, c.Channel = store.ForAll, store.ByVoice
		return "kept", nil, p.g.store.AddConsent(ctx, p.tx, c)
	default: // "before"
		return "kept", nil, p.g.store.AsBefore(ctx, p.tx, c)
	}
}

// noticesAgain gives notices back to a phone that had agreed to them. After STOP only the carrier's own word does: by text nothing could be
// answered, and a person reads it; on a call it is said.
func (p *playing) noticesAgain(ctx context.Context, _ args) (string, args, error) {
	phone := p.phone()
	if !phone.Valid {
		return "none", nil, nil
	}
	stopped, err := p.g.store.SaidStop(ctx, p.tx, phone.UUID, p.line.ID)
	if err != nil {
		return "", nil, err
	}
	if stopped {
		if p.in.Channel == flows.Text {
			err = p.keep(ctx)
		}
		return "stopped", nil, err
	}
	c := p.ledger("asked for again, by " + string(p.in.Channel))
	c.Given = true
	kept, err := p.g.store.NoticesAgain(ctx, p.tx, c)
	if err != nil || !kept {
		return "none", nil, err
	}
	return "kept", nil, nil
}

// askedForAnswers is for an act that asks for a text: whoever had wanted none gets that one. STOP outweighs it.
func (p *playing) askedForAnswers(ctx context.Context, how string) error {
	if !p.phone().Valid {
		return nil
	}
	return p.g.store.AskedForAnswers(ctx, p.tx, p.ledger(how))
}
