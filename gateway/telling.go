package gateway

import (
	"context"
	"maps"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// telling is one phrase of words.yaml for a phone that did not just ask for it.
type telling struct {
	id          uuid.UUID // of what is put under one id only the first goes out; uuid.Nil: one of its own
	phone, line uuid.UUID
	phrase      string
	values      map[string]flows.Value // besides those of the line
	at          time.Time
	worth       time.Duration // for so long
	anyHour     bool          // it answers what they have just sent
}

// worthTelling is how long good news stays worth a text.
const worthTelling = 3 * 24 * time.Hour

// tell puts a phrase into the outbox, in the phone's language, or in the line's first where it has chosen none; without the words that
// tell what this is about.
func (g *Gateway) tell(ctx context.Context, tx pgx.Tx, t telling) error {
	line, err := g.store.LineByID(ctx, tx, t.line)
	if err != nil {
		return err
	}
	manner, err := g.store.MannerOf(ctx, tx, t.phone)
	if err != nil {
		return err
	}
	values := LineFacts(line)
	maps.Copy(values, t.values)
	lang := flows.Lang(manner.Lang)
	if lang == "" {
		lang = languages(line)[0]
	}
	return g.outbox.Put(ctx, tx, store.Outgoing{
		ID: t.id, Assembly: line.AssemblyID, Line: line.ID, Phone: t.phone, Channel: store.ByText, Purpose: store.ForAnswers,
		Body: g.sets.current().Unasked(t.phrase, lang, values), ExpiresAt: t.at.Add(t.worth), AnyHour: t.anyHour,
	})
}
