package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"
)

// Once a day what has been kept for long enough is erased (store.Expire). A run that is cut off goes on later.

const (
	expireEvery  = 24 * time.Hour
	expireFor    = 40 * time.Second // one run; less than a job may take
	expireAgain  = time.Minute      // after one that was not done
	expiredByJob = "the clock"
)

// expireArgs asks for what is too old to be erased.
type expireArgs struct{}

func (expireArgs) Kind() string { return "expire" }

// InsertOpts lets no second run begin while one is under way or waits to go on: that comes but once a day, so that it is tried again.
func (expireArgs) InsertOpts() river.InsertOpts {
	opts := oneAtATime(queueErasing)
	opts.MaxAttempts = 0 // as often as any job
	return opts
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
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return river.JobSnooze(expireAgain)
	}
	return err
}
