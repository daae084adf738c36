package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"

	"hotline/flows"
	"hotline/store"
)

// What people texted while nobody here heard it stands in the carrier's list: a webhook is brought once, or a few times within seconds.
// At the start and every few minutes the list of each line is compared with what was heard, and what is missing is a turn like any other,
// in the order in which it was sent (came_late.go).

const (
	missedEvery   = 3 * time.Minute
	missedFor     = 40 * time.Second
	onItsWay      = time.Minute      // a webhook may still bring it
	missedOverlap = 10 * time.Minute // the list itself may be late
	heardBatch    = 500
	enoughOld     = 2000 // so many running that are older than what is looked for: the list has the newest first
)

// missedArgs asks for the carrier's lists to be compared with what was heard.
type missedArgs struct{}

func (missedArgs) Kind() string { return "hear_missed" }

// InsertOpts lets no second run begin while one is under way, as of wakeArgs.
func (missedArgs) InsertOpts() river.InsertOpts { return oneAtATime(queueAsking) }

type missedWorker struct {
	river.WorkerDefaults[missedArgs]
	g *Gateway
}

func (w *missedWorker) Work(ctx context.Context, _ *river.Job[missedArgs]) error {
	err := w.g.HearMissed(ctx)
	if err != nil {
		w.g.log.Warn("the carrier's list was not compared with what was heard; the next run goes on", "cause", err)
	}
	return err
}

// HearMissed compares the carrier's list of each line with what was heard, and hears what is missing. What it cannot do now, because the
// carrier or the database is away, or the time is up, waits for the next run.
func (g *Gateway) HearMissed(ctx context.Context) error {
	if g.carrier.List == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, missedFor)
	defer cancel()
	lines, err := g.store.Lines(ctx, g.store.Pool)
	for _, line := range lines {
		err = errors.Join(err, g.hearMissed(ctx, line))
	}
	if err == nil {
		g.caught.up.Store(true)
	}
	return err
}

func (g *Gateway) hearMissed(ctx context.Context, line store.Line) error {
	since, _, err := g.store.MissedSince(ctx, g.store.Pool, line.ID)
	if err != nil {
		return err
	}
	began := g.now()
	if floor := began.Add(-lookBack); since.Before(floor) {
		since = floor
	}
	missed, err := g.missedTexts(ctx, line, since.Truncate(time.Second), began.Add(-onItsWay))
	if err != nil {
		return fmt.Errorf("looking for texts that were not heard: %w", err)
	}
	if len(missed) > 0 {
		g.log.Warn("texts were not heard when they came", "count", len(missed))
	}
	for _, l := range missed {
		if err := g.hearLate(ctx, line, l); err != nil {
			return fmt.Errorf("hearing a text late: %w", err)
		}
	}
	return g.store.MissedUntil(ctx, g.store.Pool, line.ID, began.Add(-missedOverlap))
}

// missedTexts lists what was sent to a line in between and was not heard, oldest first. What a machine sent is no text to us (nobody).
func (g *Gateway) missedTexts(ctx context.Context, line store.Line, since, until time.Time) ([]Listed, error) {
	var listed []Listed
	place := map[string]int{}
	old := 0
	err := g.carrier.List(ctx, ListFilter{To: line.Number, Since: since, Until: until}, func(l Listed) error {
		if old++; !l.Created.Before(since) {
			old = 0
		} else if old > enoughOld {
			return errEnough
		}
		if l.Direction != listedInbound || l.Created.Before(since) || l.Created.After(until) || l.Phone == "" || g.lines.has(l.From) {
			return nil
		}
		if _, twice := place[l.ID]; !twice {
			place[l.ID] = len(listed)
			listed = append(listed, l)
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	// The list has the newest first, and tells seconds.
	slices.SortFunc(listed, func(a, b Listed) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(place[b.ID], place[a.ID]))
	})
	var missed []Listed
	for batch := range slices.Chunk(listed, heardBatch) {
		keys := make([]string, len(batch))
		for i, l := range batch {
			keys[i] = l.ID
		}
		missing, err := g.store.NotHeard(ctx, g.store.Pool, keys)
		if err != nil {
			return nil, err
		}
		for _, l := range batch {
			if slices.Contains(missing, l.ID) {
				missed = append(missed, l)
			}
		}
	}
	return missed, nil
}

// errEnough ends a list whose rest is of the same day, and was compared before.
var errEnough = errors.New("the rest is older")

var errNotHeard = errors.New("it could not be recorded")

// hearLate is the turn of one text that was not heard when it came.
func (g *Gateway) hearLate(ctx context.Context, line store.Line, l Listed) error {
	in := Inbound{
		Key: l.ID, Line: line.Number, From: l.Phone, Channel: flows.Text, Kind: flows.KindText, Text: clean(l.Body), Missed: l.Created,
	}
	if l.Media > 0 && g.carrier.MediaOf != nil {
		var err error
		if in.Media, err = g.carrier.MediaOf(ctx, l.ID); err != nil {
			return err
		}
	}
	turn, cancel := context.WithTimeout(ctx, textTurn)
	defer cancel()
	began := time.Now()
	_, outcome := g.answer(turn, in, textTurn)
	g.count.turn(flows.Text, outcome, time.Since(began))
	if outcome == "unrecorded" || outcome == "unsure" {
		return errNotHeard
	}
	return nil
}

// catchingUp keeps time from passing in conversations before the texts were heard that came while the hotline was away: they came first.
type catchingUp struct {
	up    atomic.Bool
	since atomic.Int64 // Unix seconds of the real clock, when this process first asked
}

// catchUpFor is how long that is waited for, where the carrier cannot be asked.
const catchUpFor = 2 * time.Minute

// behind tells whether texts may be missing that came before what time brings now.
func (g *Gateway) behind(ctx context.Context) (bool, error) {
	if g.carrier.List == nil || g.caught.up.Load() {
		return false, nil
	}
	now := time.Now().Unix()
	g.caught.since.CompareAndSwap(0, now)
	if now-g.caught.since.Load() > int64(catchUpFor/time.Second) {
		return false, nil
	}
	for _, line := range g.lines.all() {
		_, compared, err := g.store.MissedSince(ctx, g.store.Pool, line.ID)
		if err != nil || g.now().Sub(compared) > missedOverlap+2*missedEvery {
			return true, err
		}
	}
	return false, nil
}
