package gateway

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// News is something that became of what a phone sent us. The text says only that there is some: whoever else looks at the phone learns
// nothing from it, and whoever it is for asks by NEWS, or calls.
type News struct {
	Assembly, Line, Phone uuid.UUID
	About                 uuid.UUID // the record …
	What                  string    // … and what became of it: one thing is told once
	At                    time.Time
}

// How long it is worth telling that there is news; afterwards whoever comes back hears of it all the same.
const newsLasts = 3 * 24 * time.Hour

// PutNews writes down the text that there is news, in the language of its phone.
func (b *Outbox) PutNews(ctx context.Context, tx pgx.Tx, set *flows.Set, n News) error {
	line, err := b.store.LineByID(ctx, tx, n.Line)
	if err != nil {
		return err
	}
	manner, err := b.store.MannerOf(ctx, tx, n.Phone)
	if err != nil {
		return err
	}
	lang := flows.Lang(manner.Lang)
	if lang == "" && len(line.Languages) > 0 {
		lang = flows.Lang(line.Languages[0])
	}
	body := set.Unasked("news", lang, map[string]flows.Value{"line.name": {Text: line.Name}, "line.number": {Text: spoken(line.Number)}})
	return b.Put(ctx, tx, store.Outgoing{
		ID: uuid.NewSHA1(n.About, []byte(n.What)), Assembly: n.Assembly, Line: n.Line, Phone: n.Phone, Channel: store.ByText,
		Purpose: store.ForAnswers, Body: body, ExpiresAt: n.At.Add(newsLasts),
	})
}

// PutProposalNews does so for a proposal whose proposer wants it and can still be reached.
func (b *Outbox) PutProposalNews(ctx context.Context, tx pgx.Tx, set *flows.Set, p store.Proposal, at time.Time) error {
	if !p.Texts || !p.Phone.Valid {
		return nil
	}
	return b.PutNews(ctx, tx, set, News{Assembly: p.Assembly, Line: p.Line, Phone: p.Phone.UUID, About: p.ID, What: string(p.State), At: at})
}

// newsLeft is how much news there is for this phone now, after some was told in this very turn.
func (p *playing) newsLeft(ctx context.Context) (flows.Value, error) {
	var now store.KnownFacts
	if err := p.tx.Fetch(ctx, store.FactNews, &now); err != nil {
		return flows.Value{}, fmt.Errorf("counting what news is left: %w", err)
	}
	return flows.Value{Num: int64(now.News)}, nil
}

// PutOfferNews writes down the text that there is news for the owner of an offer.
func (b *Outbox) PutOfferNews(ctx context.Context, tx pgx.Tx, set *flows.Set, o store.Offer, at time.Time) error {
	return b.PutNews(ctx, tx, set, News{Assembly: o.Assembly, Line: o.Line, Phone: o.Phone, About: o.ID, What: string(o.State), At: at})
}
