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

// What an answer to that question is heard as: the words that start the flows it stands for.
const (
	stillWord = "STILL ME"
	wrongWord = "WRONG NUMBER"
)

// stillOrNot hears an answer to "Still you? 1" as the word that stands for it, where nothing else is being asked.
func (p *playing) stillOrNot() {
	if !p.tx.Conversation.Asked || p.in.Kind == flows.KindLapse || p.in.Channel != flows.Text || p.talk.Flow != "" || p.replies != nil || p.told {
		return
	}
	switch said := strings.TrimSpace(p.in.Text); {
	case p.current.SaysYes(said):
		p.in.Text = stillWord
	case p.current.SaysNo(said):
		p.in.Text = wrongWord
	}
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
