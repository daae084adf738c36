package simulator

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A stream that breaks is taken up again where it broke, so often and after such pauses
// (doubling) before it is given up.
const (
	reconnects     = 5
	firstReconnect = 100 * time.Millisecond
)

// OnlyNew makes Arrivals begin with what is still to come.
const OnlyNew int64 = -1

// Arrivals streams what arrives on the phone, replies and unasked alike, after the
// arrival with the given id: 0 is everything kept, OnlyNew only what is still to come. A
// broken connection is taken up again and misses nothing. The sequence ends when ctx is
// done, or with one error when the company stays away.
func (p *Phone) Arrivals(ctx context.Context, after int64) iter.Seq2[Arrival, error] {
	return follow(ctx, p, "/phones/"+p.number+"/arrivals", after, func(a Arrival) (int64, bool) { return a.ID, false })
}

// follow reads server-sent events into values of one type. place gives a value's id and
// whether it is the last.
func follow[T any](ctx context.Context, p *Phone, path string, after int64, place func(T) (int64, bool)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		pause, tries := firstReconnect, 0
		for {
			finished := false
			err := p.readStream(ctx, path, after, func(raw []byte) error {
				var v T
				if err := json.Unmarshal(raw, &v); err != nil {
					return fmt.Errorf("an event cannot be read: %w", err)
				}
				pause, tries = firstReconnect, 0
				var last bool
				after, last = place(v)
				if finished = !yield(v, nil) || last; finished {
					return errStreamDone
				}
				return nil
			})
			if finished || ctx.Err() != nil {
				return
			}
			if tries++; tries > reconnects {
				var none T
				yield(none, err)
				return
			}
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return
			}
			pause *= 2
		}
	}
}

// errStreamDone stops readStream when its reader has had enough.
var errStreamDone = errors.New("the reader is done")

// readStream opens a stream and hands over each event's data until it breaks, which is
// always an error.
func (p *Phone) readStream(ctx context.Context, path string, after int64, each func([]byte) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Last-Event-ID", strconv.FormatInt(after, 10))
	res, err := p.ask(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		if err := each([]byte(data)); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("the stream broke: %w", err)
	}
	return fmt.Errorf("the phone company at %s closed the stream", p.base)
}
