package gateway

import (
	"context"
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
		if err := w.g.store.EraseExpiredOffers(ctx, tx, w.g.now()); err != nil {
			return err
		}
		return w.g.store.EraseOldProposals(ctx, tx, w.g.now())
	})
}
