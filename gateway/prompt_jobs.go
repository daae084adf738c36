package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"hotline/store"
)

// promptArgs asks for a recording that an organizer kept to be put where the flows' recordings are, or where those of notices are, once it has come
// from the carrier, and to be erased there.
type promptArgs struct {
	ID     uuid.UUID `json:"id"` // of the recording
	Notice bool      `json:"notice,omitempty"`
}

func (promptArgs) Kind() string { return "publish_prompt" }

type promptWorker struct {
	river.WorkerDefaults[promptArgs]
	g *Gateway
}

// mostPrompt is how many bytes a recorded prompt may have: a minute of what a carrier records is under 1 MB.
const mostPrompt = 4 << 20

func (w *promptWorker) Work(ctx context.Context, job *river.Job[promptArgs]) error {
	s := w.g.store
	m, data, err := s.OpenMedia(ctx, s.Pool, job.Args.ID)
	if err != nil {
		return err
	}
	ending := store.SoundEnding(m.Type)
	switch {
	case m.State == store.MediaWanted:
		return river.JobSnooze(notYetWait) // what fetches it gives up in its own time
	case m.State != store.MediaKept:
		return w.forget(ctx, job.Args)
	case ending == "" || len(data) > mostPrompt:
		w.g.log.Error("a recorded prompt is no sound that can be played, or too large; it has to be recorded again", "bytes", len(data))
		if err := w.forget(ctx, job.Args); err != nil {
			return err
		}
		return w.erase(ctx, job.Args.ID, nil)
	}
	if job.Args.Notice {
		return w.erase(ctx, job.Args.ID, func(tx pgx.Tx) error { return s.PublishNoticeRecording(ctx, tx, job.Args.ID, ending, data) })
	}
	digest := sha256.Sum256(data)
	name := hex.EncodeToString(digest[:16]) + "." + ending
	return w.erase(ctx, job.Args.ID, func(tx pgx.Tx) error {
		_, err := s.PublishPrompt(ctx, tx, job.Args.ID, name, data, w.g.now())
		return err
	})
}

// forget gives up a recording that cannot be had.
func (w *promptWorker) forget(ctx context.Context, a promptArgs) error {
	if a.Notice {
		lost, err := w.g.store.LoseNoticeRecording(ctx, w.g.store.Pool, a.ID)
		if lost { // else it is here, and this is done twice
			w.g.log.Error("what was recorded of a notice could not be had from the carrier; it has to be recorded again")
		}
		return err
	}
	return w.g.store.ForgetPrompt(ctx, w.g.store.Pool, a.ID)
}

// erase takes a recording out of what people told us, with what else is done in the same transaction.
func (w *promptWorker) erase(ctx context.Context, id uuid.UUID, also func(pgx.Tx) error) error {
	return w.g.store.InTx(ctx, func(tx pgx.Tx) error {
		if also != nil {
			if err := also(tx); err != nil {
				return err
			}
		}
		return w.g.store.EraseMedia(ctx, tx, id)
	})
}

// soundsArgs asks for recordings that nothing plays any more to be erased.
type soundsArgs struct{}

func (soundsArgs) Kind() string { return "erase_sounds" }

const (
	eraseSoundsEvery = time.Hour
	soundsLast       = 24 * time.Hour // after they were replaced or removed
)

type soundsWorker struct {
	river.WorkerDefaults[soundsArgs]
	g *Gateway
}

func (w *soundsWorker) Work(ctx context.Context, _ *river.Job[soundsArgs]) error {
	return w.g.store.EraseSounds(ctx, w.g.store.Pool, w.g.now().Add(-soundsLast))
}
