package gateway

import (
	"context"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// guesses counts the flyer words of a conversation that matched nothing: five in an hour are answered like a greeting, so that
// nobody can try words until one reveals an assembly.
type guesses struct {
	Hour int64 `json:"h,omitempty"` // Unix hours
	N    int   `json:"n,omitempty"`
}

const mostGuesses = 5

func (g *guesses) wrong(now time.Time) {
	if hour := now.Unix() / 3600; hour != g.Hour {
		*g = guesses{Hour: hour}
	}
	g.N++
}

func (g guesses) tooMany(now time.Time) bool {
	return g.Hour == now.Unix()/3600 && g.N >= mostGuesses
}

func (p *playing) findFlyer(ctx context.Context, a args) (string, args, error) {
	if p.talk.Guesses.tooMany(p.now) {
		p.holdStray(a["word"].Text)
		return "too_many", nil, nil
	}
	flyer, found, err := p.g.store.FlyerByWord(ctx, p.tx, p.line.ID, a["word"].Text)
	if err != nil {
		return "", nil, err
	}
	if !found {
		p.talk.Guesses.wrong(p.now)
		p.holdStray(a["word"].Text)
		return "unknown", nil, nil
	}
	if p.talk.Lang == "" { // the flyer's language is a better guess than the line's first; the phone may still choose another
		p.talk.Lang = flows.Lang(flyer.Lang)
	}
	return "found", args{"flyer": {Text: flyer.ID.String()}, "assembly": {Text: flyer.AssemblyName}, "above": {Text: flyer.Above}}, nil
}

func (p *playing) join(ctx context.Context, a args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	flyer, err := uuid.Parse(a["flyer"].Text)
	if err != nil {
		return "", nil, err
	}
	outcome, err := p.g.store.Join(ctx, p.tx, store.Joining{
		Flyer: flyer, Phone: p.tx.Conversation.Phone, Channel: string(p.in.Channel), Words: p.in.Text, At: p.now,
	})
	return string(outcome), nil, err
}
