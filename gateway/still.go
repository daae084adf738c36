package gateway

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// stillFor is how long the question whose phone it is waits to be sent: over a weekend's nights.
const stillFor = 3 * 24 * time.Hour

// askStill tells whether a notice with a place has to wait because its phone was silent for long, and nobody knows whose it is now. It is
// asked once, in words that show nothing.
func (g *Gateway) askStill(ctx context.Context, tx pgx.Tx, about store.Outgoing) (unsure bool, err error) {
	may, ask, err := g.store.MayHearPlace(ctx, tx, about.Phone, g.now())
	if err != nil || !ask {
		return !may, err
	}
	return true, g.tell(ctx, tx, telling{line: about.Line, phone: about.Phone, phrase: "still", at: g.now(), worth: stillFor})
}

// stillWord starts the flow that takes the answer to that question.
const stillWord = "STILL ME"

// doubt notes that a phone comes back from a long silence. An answer to "Still you? 1" is heard as the word that stands for it, where
// nothing else is being asked.
func (p *playing) doubt(ctx context.Context) error {
	c := p.tx.Conversation
	if !p.phone().Valid || p.in.Kind == flows.KindLapse {
		return nil
	}
	if c.N == 0 || p.now.Sub(c.HeardAt) > store.SilentFor {
		if err := p.g.store.Doubt(ctx, p.tx, c.Phone, c.ID, p.now); err != nil {
			return err
		}
	}
	if c.Asked && p.in.Channel == flows.Text && p.talk.Flow == "" && p.current.SaysYes(strings.TrimSpace(p.in.Text)) {
		p.in.Text = stillWord
	}
	return nil
}

// stillMe takes the answer that a phone is still the same person's.
func (p *playing) stillMe(ctx context.Context, _ args) (string, args, error) {
	if !p.phone().Valid {
		return "none", nil, nil
	}
	asked, err := p.g.store.StillMe(ctx, p.tx, p.tx.Conversation.Phone, p.now)
	if err != nil || !asked {
		return "none", nil, err
	}
	return "noted", nil, nil
}
