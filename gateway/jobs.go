package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"hotline/store"
)

// ErrNotYet is what Carrier.FetchMedia answers for a recording that the carrier has not finished writing.
var ErrNotYet = errors.New("the carrier does not have it yet")

// ErrNever is what the carrier's room answers where trying again is no use: what is asked for is too large, or not the carrier's.
var ErrNever = errors.New("it cannot be had")

// ErrTooLarge is ErrNever for what is larger than we keep.
var ErrTooLarge = fmt.Errorf("it is larger than we keep: %w", ErrNever)

const (
	jobWorkers  = 2 // each may hold a recording of mostMedia in memory, and its sealed copy
	jobTimeout  = time.Minute
	softStop    = 5 * time.Second // a sweep goes on for longer, and can be broken off between two turns
	mostMedia   = 16 << 20        // bytes of one recording or picture
	mediaTries  = 12
	notYetWait  = 5 * time.Second
	closeEvery  = 15 * time.Second
	closedByJob = "the closing time"

	// What is to be sent, what time brings, and what is too old have workers of their own: fetching recordings must not hold them up.
	queueOutgoing, queueTime, queueErasing = "outgoing", "time", "erasing"
	sendWorkers                            = 4

	// What is erased at the carrier may be much at a time, and hurries least.
	queueCarrier = "carrier"

	// And so has what somebody in danger waits for.
	queueUrgent   = "urgent"
	urgentWorkers = 4

	// What reads the carrier's lists waits for the carrier.
	queueAsking   = "asking"
	askingWorkers = 2
)

func (g *Gateway) newJobs() (*river.Client[pgx.Tx], error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &mediaWorker{g: g})
	river.AddWorker(workers, &carrierErasesWorker{g: g})
	river.AddWorker(workers, &sweepWorker{g: g})
	river.AddWorker(workers, &closeWorker{g: g})
	river.AddWorker(workers, &wakeWorker{g: g})
	river.AddWorker(workers, &expireWorker{g: g})
	river.AddWorker(workers, &forgetWorker{g: g})
	river.AddWorker(workers, &sendWorker{g: g})
	river.AddWorker(workers, &promptWorker{g: g})
	river.AddWorker(workers, &soundsWorker{g: g})
	river.AddWorker(workers, &ringWorker{g: g})
	river.AddWorker(workers, &offersWorker{g: g})
	river.AddWorker(workers, &resolveWorker{g: g})
	river.AddWorker(workers, &missedWorker{g: g})
	river.AddWorker(workers, &nudgeWorker{g: g})
	jobs, err := river.NewClient(riverpgxv5.New(g.store.Pool), &river.Config{
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: jobWorkers}, queueOutgoing: {MaxWorkers: sendWorkers}, queueTime: {MaxWorkers: 1}, queueErasing: {MaxWorkers: 1},
			queueUrgent: {MaxWorkers: urgentWorkers}, queueCarrier: {MaxWorkers: 1}, queueAsking: {MaxWorkers: askingWorkers},
		},
		Workers:              workers,
		JobTimeout:           jobTimeout,
		SoftStopTimeout:      softStop,
		RescueStuckJobsAfter: jobTimeout + 30*time.Second,
		Logger:               slog.New(atLeast{g.log.Handler(), slog.LevelWarn}),
		PeriodicJobs: []*river.PeriodicJob{
			every(closeEvery, closeArgs{}), every(wakeEvery, wakeArgs{}), every(eraseSoundsEvery, soundsArgs{}), every(expireEvery, expireArgs{}),
			every(offersEvery, offersArgs{}), every(eraseEvery, carrierErasesArgs{}), every(sweepEvery, sweepArgs{}), every(resolveEvery, resolveArgs{}),
			every(missedEvery, missedArgs{}), every(nudgeEvery, nudgeArgs{}),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("preparing jobs: %w", err)
	}
	return jobs, nil
}

// every is a job that one process at a time has done, again and again.
func every(d time.Duration, args river.JobArgs) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(d), func() (river.JobArgs, *river.InsertOpts) { return args, nil },
		&river.PeriodicJobOpts{RunOnStart: true})
}

// oneAtATime is for a job that comes again by itself: no second one beside it, and none tried again, each time later.
func oneAtATime(queue string) river.InsertOpts {
	return river.InsertOpts{Queue: queue, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
	}}}
}

// mediaArgs asks for one recording or picture to be fetched from the carrier and sealed into Postgres.
type mediaArgs struct {
	ID uuid.UUID `json:"id"`
}

func (mediaArgs) Kind() string { return "fetch_media" }

// InsertOpts bounds the tries: with River's back-off the last is about a day after the first.
func (mediaArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: mediaTries} }

type mediaWorker struct {
	river.WorkerDefaults[mediaArgs]
	g *Gateway
}

func (w *mediaWorker) Work(ctx context.Context, job *river.Job[mediaArgs]) error {
	source, wanted, err := w.g.store.MediaSource(ctx, w.g.store.Pool, job.Args.ID, store.MediaWanted)
	if err != nil || !wanted {
		return err
	}
	data, kind, err := w.g.carrier.FetchMedia(ctx, source, mostMedia)
	switch {
	case errors.Is(err, ErrNotYet) && time.Since(job.CreatedAt) < time.Hour:
		w.g.count.fetched("not yet")
		return river.JobSnooze(notYetWait)
	case err != nil:
		w.g.count.fetched("failed")
		never := errors.Is(err, ErrNever)
		if never {
			err = river.JobCancel(err)
		}
		if never || job.Attempt >= job.MaxAttempts {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), notYetWait) // the job's own time may be up
			defer cancel()
			as := store.MediaLost
			if errors.Is(err, ErrTooLarge) {
				as = store.MediaTooLarge
			}
			return errors.Join(err, w.g.store.LoseMedia(ctx, w.g.store.Pool, job.Args.ID, as))
		}
		return err
	}
	w.g.count.fetched("kept")
	return w.g.store.KeepMedia(ctx, w.g.store.Pool, job.Args.ID, kind, data)
}

// closeArgs asks for the ballots whose time is up to be closed: a ballot is closed by this event, not by looking at a clock.
type closeArgs struct{}

func (closeArgs) Kind() string { return "close_ballots" }

type closeWorker struct {
	river.WorkerDefaults[closeArgs]
	g *Gateway
}

func (w *closeWorker) Work(ctx context.Context, _ *river.Job[closeArgs]) error {
	return w.g.store.CloseDueBallots(ctx, w.g.now(), closedByJob)
}

// atLeast passes on what matters to an operator; a queue at work says a good deal more.
type atLeast struct {
	slog.Handler
	level slog.Level
}

func (h atLeast) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

func (h atLeast) WithAttrs(a []slog.Attr) slog.Handler {
	return atLeast{h.Handler.WithAttrs(a), h.level}
}
func (h atLeast) WithGroup(name string) slog.Handler {
	return atLeast{h.Handler.WithGroup(name), h.level}
}
