package gateway

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"hotline/store"
)

// Outbox writes down what is to be sent to one phone, and the job that sends it, in the transaction of what caused it. The commands of
// organizers have one of their own: a hotline that serves the same database does the job.
type Outbox struct {
	store *store.Store
	jobs  *river.Client[pgx.Tx]
}

// NewOutbox makes one that sends nothing itself.
func NewOutbox(s *store.Store, log *slog.Logger) (*Outbox, error) {
	jobs, err := river.NewClient(riverpgxv5.New(s.Pool), &river.Config{Logger: slog.New(atLeast{log.Handler(), slog.LevelWarn})})
	if err != nil {
		return nil, fmt.Errorf("preparing what sends texts: %w", err)
	}
	return &Outbox{store: s, jobs: jobs}, nil
}

// Put writes a text or a call down. It is sent once tx is committed, if it is still right to then: consent, the hours and the line are asked at
// the last moment. What is put under an id that is there already is not put again.
func (b *Outbox) Put(ctx context.Context, tx pgx.Tx, o store.Outgoing) error {
	id, err := b.store.AddOutgoing(ctx, tx, o)
	if err != nil {
		return err
	}
	return b.ask(ctx, tx, id, o.AnyHour)
}

// ask asks for what was put down to be sent.
func (b *Outbox) ask(ctx context.Context, tx pgx.Tx, id uuid.UUID, anyHour bool) error {
	opts := sendArgs{}.InsertOpts()
	if anyHour { // it must not stand behind a hundred notices
		opts.Queue = queueUrgent
	}
	if _, err := b.jobs.InsertTx(ctx, tx, sendArgs{ID: id}, &opts); err != nil {
		return fmt.Errorf("asking for something to be sent: %w", err)
	}
	return nil
}
