package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Frame is one event of GET /phones/watch: an entry of a phone's diary, or an event of a call.
type Frame struct {
	Company string `json:"company,omitempty"` // the first frame: names this run of the company; with another, everything begins again
	Phone   string `json:"phone,omitempty"`
	Entry   *Entry `json:"entry,omitempty"`
	Call    string `json:"call,omitempty"`
	Event   *Event `json:"event,omitempty"`
	Now     bool   `json:"now,omitempty"`     // the past of this phone or call has been sent: what follows happens now
	Unknown bool   `json:"unknown,omitempty"` // the company does not know this call
}

// maxWatched bounds what one stream watches.
const maxWatched = 100

// getWatch streams what passes on several phones and calls at once. A browser has six connections to a server: a stream for each
// phone and each call would use them up, and then no key could be pressed.
func (c *Company) getWatch(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if len(query["phone"])+len(query["call"]) > maxWatched {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("at most %d phones and calls are watched at once", maxWatched))
		return
	}
	for _, phone := range query["phone"] {
		if number, _ := place(phone); !canRing(number) {
			refuse(w, http.StatusBadRequest, fmt.Sprintf("%q is no phone number in E.164 and no client:name", number))
			return
		}
	}
	ctx, cancel := context.WithCancel(r.Context())
	frames := make(chan Frame)
	var sources sync.WaitGroup
	defer sources.Wait()
	defer cancel()
	c.watch(ctx, query, frames, &sources)
	c.sendFrames(ctx, w, frames)
}

// place reads "KEY@ID": what is watched, and the newest that is known of it already.
func place(v string) (key string, after int64) {
	key, id, _ := strings.Cut(v, "@")
	after, err := strconv.ParseInt(id, 10, 64)
	if err != nil || after < 0 {
		after = 0
	}
	return key, after
}

// watch starts a reader for each phone and call.
func (c *Company) watch(ctx context.Context, query url.Values, frames chan<- Frame, sources *sync.WaitGroup) {
	for _, v := range query["phone"] {
		number, after := place(v)
		sources.Go(func() { c.watchPhone(ctx, number, after, frames) })
	}
	for _, v := range query["call"] {
		sid, after := place(v)
		sources.Go(func() { c.watchCall(ctx, sid, int(after), frames) })
	}
}

func (c *Company) watchPhone(ctx context.Context, number string, after int64, frames chan<- Frame) {
	p := c.phone(number)
	for first := true; ; first = false {
		entries, changed := p.entriesSince(after)
		for _, e := range entries {
			if after = e.ID; !hand(ctx, frames, Frame{Phone: number, Entry: &e}) {
				return
			}
		}
		if first && !hand(ctx, frames, Frame{Phone: number, Now: true}) {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

func (c *Company) watchCall(ctx context.Context, sid string, after int, frames chan<- Frame) {
	c.mu.Lock()
	l, known := c.calls.get(sid)
	c.mu.Unlock()
	if !known {
		hand(ctx, frames, Frame{Call: sid, Unknown: true})
		return
	}
	for first := true; ; first = false {
		events, changed, over := l.since(after)
		for _, e := range events {
			if after = e.ID; !hand(ctx, frames, Frame{Call: sid, Event: &e}) {
				return
			}
		}
		if first && !hand(ctx, frames, Frame{Call: sid, Now: true}) {
			return
		}
		if over {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// hand passes a frame on, unless nobody reads any more.
func hand(ctx context.Context, frames chan<- Frame, f Frame) bool {
	select {
	case frames <- f:
		return true
	case <-ctx.Done():
		return false
	}
}

// sendFrames writes frames as server-sent events until nobody reads, or the company closes.
func (c *Company) sendFrames(ctx context.Context, w http.ResponseWriter, frames <-chan Frame) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	flush := http.NewResponseController(w)
	send := func(f Frame) bool {
		data, err := json.Marshal(f)
		if err != nil {
			c.log.Error("a frame cannot be written", "error", err)
			return false
		}
		fmt.Fprintf(w, "data: %s\n\n", data)
		return flush.Flush() == nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for ok := send(Frame{Company: c.run}); ok; {
		select {
		case f := <-frames:
			ok = send(f)
		case <-beat.C:
			fmt.Fprint(w, ": still here\n\n")
			ok = flush.Flush() == nil
		case <-ctx.Done():
			return
		case <-c.ctx.Done():
			return
		}
	}
}
