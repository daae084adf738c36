package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Once a day what has been kept for long enough is erased (store.Expire). A run that is cut off goes on later.

const (
	expireEvery   = 24 * time.Hour
	expireFor     = 40 * time.Second // one run; less than a job may take
	expireAgain   = time.Minute      // after one that was not done
	expiredByJob  = "the clock"
	carrierErases = 7 * 24 * time.Hour // for so long the carrier is asked to erase its copy too
)

// expireArgs asks for what is too old to be erased.
type expireArgs struct{}

func (expireArgs) Kind() string { return "expire" }

// InsertOpts lets no second run begin while one is under way or waits to go on.
func (expireArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueErasing, UniqueOpts: river.UniqueOpts{ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
	}}}
}

type expireWorker struct {
	river.WorkerDefaults[expireArgs]
	g *Gateway
}

func (w *expireWorker) Work(ctx context.Context, _ *river.Job[expireArgs]) error {
	run, cancel := context.WithTimeout(ctx, expireFor)
	defer cancel()
	did, err := w.g.store.Expire(run, expiredByJob, w.g.now())
	for assembly, erased := range did {
		w.g.log.Info("what was kept for long enough is erased", "assembly", assembly, "erased", erased.String())
	}
	if err == nil {
		err = EraseAtCarrier(ctx, w.g.outbox)
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return river.JobSnooze(expireAgain)
	}
	return err
}

// EraseAtCarrier asks for the carrier's copies of recordings and pictures to be erased that were erased here: once for each, however
// often it is called.
func EraseAtCarrier(ctx context.Context, b *Outbox) error {
	erased, err := b.store.ErasedMedia(ctx, b.store.Pool, time.Now().Add(-carrierErases))
	if err != nil {
		return err
	}
	for _, id := range erased {
		_, err := b.jobs.Insert(ctx, eraseArgs{ID: id}, &river.InsertOpts{
			MaxAttempts: eraseArgs{}.InsertOpts().MaxAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true},
		})
		if err != nil {
			return fmt.Errorf("asking for a recording to be erased at the carrier: %w", err)
		}
	}
	return nil
}
