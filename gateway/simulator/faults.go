package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Faults is a company's misbehaviour, changed at any time by Set or by PUT /phones/faults.
// The zero value behaves.
type Faults struct {
	mu      sync.Mutex
	plan    Plan
	changed chan struct{} // closed by the next Set
}

// Plan says how a company misbehaves. The zero Plan behaves.
type Plan struct {
	Hold     bool                   `json:"hold,omitempty"`     // outgoing texts stay queued; past their ValidityPeriod they fail with 30036
	End      EndOrder               `json:"end,omitempty"`      // when a call's end is told, if its phone did something as it hung up
	Settling Duration               `json:"settling,omitempty"` // Config.Settling, where that is shorter
	Status   StatusFaults           `json:"status,omitzero"`
	Webhooks WebhookFaults          `json:"webhooks,omitzero"`
	REST     []RESTFault            `json:"rest,omitempty"` // the first that fits and is not used up applies
	Lists    ListFaults             `json:"lists,omitzero"`
	Numbers  map[string]NumberFault `json:"numbers,omitempty"`
}

// EndOrder is the order of two requests that a phone causes at one moment, when it hangs up while it records or with the last key
// pressed: the action's and the status callback of the call's end. The real company promises none.
type EndOrder string

const (
	EndLast     EndOrder = ""         // the end is told when the action was answered
	EndFirst    EndOrder = "first"    // the action is asked when the end was told
	EndTogether EndOrder = "together" // both are under way at once
)

func (o *EndOrder) UnmarshalText(text []byte) error {
	switch *o = EndOrder(text); *o {
	case EndLast, EndFirst, EndTogether:
		return nil
	}
	return fmt.Errorf(`the end of a call is told "first", "together" with the last action, or "" after it, not %q`, text)
}

// StatusFaults spoil status callbacks of messages, calls and recordings.
type StatusFaults struct {
	Drop      []string `json:"drop,omitempty"`      // statuses never told: "delivered"; "*" is all
	LoseOneIn int      `json:"loseOneIn,omitempty"` // of so many callbacks one is never told; 0: all are
	Duplicate int      `json:"duplicate,omitempty"` // times each is told again
	Reverse   bool     `json:"reverse,omitempty"`   // a message's statuses are told last to first
	Delay     Duration `json:"delay,omitempty"`     // before each
}

// WebhookFaults spoil the webhooks that want an answer.
type WebhookFaults struct {
	// Repeat sends each again so many times, with the same SID and idempotency token, as
	// if the answer had been lost; the last answer counts.
	Repeat int `json:"repeat,omitempty"`
}

// ListFaults make the list of messages harder to read than it looks.
type ListFaults struct {
	Lag   Duration `json:"lag,omitempty"`   // before a message is listed, from when it was taken
	APage int      `json:"aPage,omitempty"` // a page holds at most so many, whatever was asked for; 0: as many as were
}

// RESTFault spoils requests to the REST API.
type RESTFault struct {
	Method string   `json:"method,omitempty"` // "" is any
	Path   string   `json:"path,omitempty"`   // part of the path, as "Messages.json"; "" is any
	After  bool     `json:"after,omitempty"`  // the request is carried out first, and only its answer is spoilt
	Status int      `json:"status,omitempty"` // HTTP status answered; 0 breaks the connection off
	Code   int      `json:"code,omitempty"`   // Twilio's error code in the body; 0 is 20429 for 429, else 20500
	Delay  Duration `json:"delay,omitempty"`  // before answering; longer than the client waits, it is a time-out
	Times  int      `json:"times,omitempty"`  // how often; 0 is always
	Skip   int      `json:"skip,omitempty"`   // so many that fit pass before: the later pages of a list fail
}

// NumberFault makes one phone number hard to reach.
type NumberFault struct {
	Refuse      int    `json:"refuse,omitempty"`      // REST error code for texts and calls to it, as 21614
	Undelivered int    `json:"undelivered,omitempty"` // error code with which accepted texts end, as 30003
	Failed      bool   `json:"failed,omitempty"`      // that end is failed rather than undelivered
	Call        string `json:"call,omitempty"`        // how calls to it end: busy, no-answer, failed
}

// Duration is a time.Duration written in JSON as "1.5s".
type Duration time.Duration

func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

func (d *Duration) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return fmt.Errorf(`a duration is written "1.5s": %w`, err)
	}
	parsed, err := time.ParseDuration(text)
	if err != nil || parsed < 0 {
		return fmt.Errorf(`a duration is written "1.5s", not %q`, text)
	}
	*d = Duration(parsed)
	return nil
}

// Set replaces the plan.
func (f *Faults) Set(p Plan) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan = p.clone()
	if f.changed != nil {
		close(f.changed)
		f.changed = nil
	}
}

// Plan returns the plan as it stands: the Times of REST faults count down, and a fault
// used up is gone.
func (f *Faults) Plan() Plan {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.plan.clone()
}

func (p Plan) clone() Plan {
	p.REST, p.Numbers = slices.Clone(p.REST), maps.Clone(p.Numbers)
	p.Status.Drop = slices.Clone(p.Status.Drop)
	return p
}

// watch returns the plan and a channel that closes when it is replaced.
func (f *Faults) watch() (Plan, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.changed == nil {
		f.changed = make(chan struct{})
	}
	return f.plan, f.changed
}

// takeREST finds the fault for a request and counts it as used.
func (f *Faults) takeREST(method, path string) (RESTFault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, r := range f.plan.REST {
		if r.Method != "" && r.Method != method || !strings.Contains(path, r.Path) {
			continue
		}
		if r.Skip > 0 {
			f.plan.REST[i].Skip--
			return RESTFault{}, false
		}
		if r.Times == 1 {
			f.plan.REST = slices.Delete(f.plan.REST, i, i+1)
		} else if r.Times > 1 {
			f.plan.REST[i].Times--
		}
		return r, true
	}
	return RESTFault{}, false
}
