package gateway

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// What members offered and needed is erased when its time is up, and so is who supported a proposal that was decided long ago. Nobody
// sees an offer after its time, also where this job comes later.
const offersEvery = time.Hour

// offersArgs asks for that.
type offersArgs struct{}

func (offersArgs) Kind() string { return "erase_offers" }

type offersWorker struct {
	river.WorkerDefaults[offersArgs]
	g *Gateway
}

func (w *offersWorker) Work(ctx context.Context, _ *river.Job[offersArgs]) error {
	return w.g.store.InTx(ctx, func(tx pgx.Tx) error {
		recordings, err := w.g.store.EraseExpiredOffers(ctx, tx, w.g.now())
		if err != nil {
			return err
		}
		more, err := w.g.store.EraseOldProposals(ctx, tx, w.g.now())
		if err != nil {
			return err
		}
		for _, id := range append(recordings, more...) {
			if _, err := w.g.jobs.InsertTx(ctx, tx, eraseArgs{ID: id}, nil); err != nil {
				return fmt.Errorf("asking for a recording to be erased at the carrier: %w", err)
			}
		}
		return nil
	})
}
