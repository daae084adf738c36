package gateway

import (
	"context"
	"strings"
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
	flyer, found, err := p.flyerIn(ctx, a["word"].Text)
	if err != nil {
		return "", nil, err
	}
	if !found {
		p.holdStray(a["word"].Text)
		return "unknown", nil, nil
	}
	if p.talk.Lang == "" { // the flyer's language is a better guess than the line's first; the phone may still choose another
		p.talk.Lang = flows.Lang(flyer.Lang)
	}
	return "found", args{"flyer": {Text: flyer.ID.String()}, "assembly": {Text: flyer.AssemblyName}, "above": {Text: flyer.Above}}, nil
}

// flyerIn finds the flyer whose word somebody wrote, alone or with a word or two about it: "flyer SOL27", "SOL27 please". Each word that is
// looked for counts as one, so that nobody can try several in one text.
func (p *playing) flyerIn(ctx context.Context, written string) (f store.Flyer, found bool, err error) {
	for _, word := range flyerWords(written) {
		if p.talk.Guesses.tooMany(p.now) {
			return store.Flyer{}, false, nil
		}
		if f, found, err = p.g.store.FlyerByWord(ctx, p.tx, p.line.ID, word); err != nil || found {
			return f, found, err
		}
		p.talk.Guesses.wrong(p.now)
	}
	return store.Flyer{}, false, nil
}

// flyerWords are what in a text may be the word of a flyer: the whole of it, and the one part of it that has letters and digits, or letters
// with the digits behind them.
func flyerWords(written string) []string {
	all := []string{written}
	parts := strings.Fields(written)
	if len(parts) < 2 {
		return all
	}
	for i, part := range parts {
		word := store.FlyerWord(part)
		digits := strings.Trim(word, "0123456789") == ""
		switch {
		case word == "":
		case !digits && strings.ContainsAny(word, "0123456789"):
			return append(all, part)
		case digits && i > 0 && !strings.ContainsAny(parts[i-1], "0123456789"):
			return append(all, parts[i-1]+part)
		}
	}
	return all
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
