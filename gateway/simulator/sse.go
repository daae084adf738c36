package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// heartbeat keeps a silent stream from looking dead.
const heartbeat = 15 * time.Second

// after reads where a stream begins: Last-Event-ID, which a browser sends when it
// reconnects, else ?after=. Nothing given is the beginning.
func after(r *http.Request) int64 {
	for _, v := range []string{r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")} {
		if id, err := strconv.ParseInt(v, 10, 64); err == nil {
			return id
		}
	}
	return 0
}

func wantsStream(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}

// getArrivals lists what arrived on a phone, or streams it as it arrives. after=-1 begins
// with what is still to come.
func (c *Company) getArrivals(w http.ResponseWriter, r *http.Request) {
	number := r.PathValue("number")
	if !canRing(number) {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("%q is no phone number in E.164 and no client:name", number))
		return
	}
	p := c.phone(number)
	seen := after(r)
	if seen < 0 {
		seen = p.lastID()
	}
	if !wantsStream(r) {
		arrivals, _ := p.since(seen)
		writeJSON(w, http.StatusOK, map[string]any{"arrivals": arrivals, "last": p.lastID()})
		return
	}
	c.stream(w, r, func() (batch []event, changed <-chan struct{}, over bool) {
		arrivals, changed := p.since(seen)
		for _, a := range arrivals {
			batch = append(batch, event{a.ID, a})
			seen = a.ID
		}
		return batch, changed, false
	})
}

// getEvents lists or streams a call. A stream ends with the call.
func (c *Company) getEvents(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	l, known := c.calls.get(r.PathValue("sid"))
	c.mu.Unlock()
	if !known {
		refuse(w, http.StatusNotFound, "there is no such call")
		return
	}
	seen := int(after(r))
	if !wantsStream(r) {
		events, _, _ := l.since(seen)
		writeJSON(w, http.StatusOK, callAnswer{SID: l.sid, Events: events})
		return
	}
	c.stream(w, r, func() (batch []event, changed <-chan struct{}, over bool) {
		events, changed, over := l.since(seen)
		for _, e := range events {
			batch = append(batch, event{int64(e.ID), e})
			seen = e.ID
		}
		return batch, changed, over
	})
}

// event is one server-sent event.
type event struct {
	id   int64
	data any
}

// stream sends what next gives, as server-sent events, until it is over or nobody reads.
func (c *Company) stream(w http.ResponseWriter, r *http.Request, next func() ([]event, <-chan struct{}, bool)) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	flush := http.NewResponseController(w)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		batch, changed, over := next()
		for _, e := range batch {
			data, err := json.Marshal(e.data)
			if err != nil {
				c.log.Error("an event cannot be written", "error", err)
				return
			}
			fmt.Fprintf(w, "id: %d\ndata: %s\n\n", e.id, data)
		}
		if flush.Flush() != nil || over {
			return
		}
		select {
		case <-changed:
		case <-beat.C:
			fmt.Fprint(w, ": still here\n\n")
		case <-r.Context().Done():
			return
		case <-c.ctx.Done():
			return
		}
	}
}
