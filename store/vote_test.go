package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// spy remembers what is sent to Postgres beside the statements.
type spy struct {
	pgx.Tx
	sent []any
}

func (s *spy) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	for _, q := range b.QueuedQueries {
		s.sent = append(s.sent, q.Arguments...)
	}
	return s.Tx.SendBatch(ctx, b)
}

// A database server may log what statements are given, and by whom is among it.
func TestAChoiceIsNotSentToPostgresInClear(t *testing.T) {
	w := newWorld(t)
	phone := w.members("Rosa 2125550101")[0]
	b := w.open()
	err := w.InTx(w.ctx, func(tx pgx.Tx) error {
		s := &spy{Tx: tx}
		o, err := w.CastVote(w.ctx, s, store.Casting{Ballot: b.ID, Phone: phone, Choice: 3, Proof: store.ProofPhone, At: w.now})
		if o != store.VoteCounted || len(s.sent) == 0 {
			t.Errorf("cast %s, sent %v", o, s.sent)
		}
		for i, arg := range s.sent {
			if said := fmt.Sprint(arg); said == "3" || said == "[3]" {
				t.Errorf("argument %d of %d is the choice", i+1, len(s.sent))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
