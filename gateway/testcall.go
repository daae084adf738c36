package gateway

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// PutTestCall writes down a call that rings whoever wrote a notice, as the notice would ring others (called.go). They have just asked for it, so
// that it goes at any hour, as a test by text does. hears is whose language it is to be told in first; "": theirs.
func (b *Outbox) PutTestCall(ctx context.Context, tx pgx.Tx, of store.Broadcast, phone uuid.UUID, hears string, now time.Time) error {
	id, err := b.store.AddTestCall(ctx, tx, store.NoticeCall{Broadcast: of.ID, Assembly: of.Assembly, Line: of.Line, Phone: phone, Hears: hears}, now)
	if err != nil {
		return err
	}
	return b.Put(ctx, tx, store.Outgoing{
		ID: id, Assembly: of.Assembly, Line: of.Line, Phone: phone, Channel: store.ByVoice, Purpose: store.ForAnswers, AnyHour: true, ExpiresAt: now.Add(store.TestWorth),
	})
}
