package simulator

import (
	"context"
	"iter"
	"sync"
)

// Call is a call as its phone holds it. Its clock stands still except for what the phone
// does: Press, Silence, Record, Speak and Hangup each move it, return what is heard until
// the line waits again or the call ends, and add that to History. A Call is used by one
// goroutine at a time; Stream may run beside it.
type Call struct {
	SID   string
	phone *Phone

	mu   sync.Mutex
	seen Events
}

// Call calls a line and returns when the line first waits for the phone, or the call has
// already ended: History tells.
func (p *Phone) Call(ctx context.Context, to string) (*Call, error) {
	return p.CallWith(ctx, to, nil)
}

// CallWith is Call with further parameters for the call's webhooks, as StirVerstat or
// ForwardedFrom.
func (p *Phone) CallWith(ctx context.Context, to string, params map[string]string) (*Call, error) {
	var got callAnswer
	if err := p.post(ctx, "/phones/"+p.number+"/calls", callRequest{To: to, Extra: params}, &got); err != nil {
		return nil, err
	}
	return &Call{SID: got.SID, phone: p, seen: got.Events}, nil
}

// Press presses keys (0 to 9, * and #). A Gather takes them until it has enough; keys
// beyond that are typed ahead and interrupt the next Gather's prompt. Too few keys are
// followed by silence, so the Gather's timeout submits them.
func (c *Call) Press(ctx context.Context, keys string) (Events, error) {
	return c.act(ctx, "press", actRequest{Keys: keys})
}

// PressAndHangup presses keys and hangs up at the same moment: what the last key completed is still asked for, and the call's end is
// told beside it (Plan.End says when). Keys that complete nothing are lost with the call.
func (c *Call) PressAndHangup(ctx context.Context, keys string) (Events, error) {
	return c.act(ctx, "press", actRequest{Keys: keys, End: endHangup})
}

// Silence lets the timeout of the present Gather, Record or Dial elapse.
func (c *Call) Silence(ctx context.Context) (Events, error) {
	return c.act(ctx, "silence", actRequest{})
}

// Record speaks words for some seconds and then falls silent until the Record ends.
func (c *Call) Record(ctx context.Context, seconds int, words string) (Events, error) {
	return c.RecordUntil(ctx, seconds, words, "")
}

// Hangup is the end for RecordUntil that hangs up while recording.
const Hangup = endHangup

// RecordUntil speaks like Record and then presses keys, or hangs up (end is Hangup).
func (c *Call) RecordUntil(ctx context.Context, seconds int, words, end string) (Events, error) {
	return c.act(ctx, "speak", actRequest{Seconds: seconds, Words: words, End: end})
}

// Speak says words: to a Gather that takes speech, or to the person at the other end.
func (c *Call) Speak(ctx context.Context, words string) (Events, error) {
	return c.act(ctx, "speak", actRequest{Seconds: lasts(words), Words: words})
}

// Hangup ends the call, at any moment; a call that is over already stays over. When it returns, the line's status callback was
// answered (unless callbacks are spoilt on purpose).
func (c *Call) Hangup(ctx context.Context) (Events, error) {
	return c.act(ctx, "hangup", actRequest{})
}

// History is everything heard so far that an action of this Call has returned.
func (c *Call) History() Events {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append(Events(nil), c.seen...)
}

// Stream streams the call's events after the one with the given id (0: all of them), as
// they happen, also those no action returned: a call redirected by the REST API, the
// other phone of a Dial. It ends with the call.
func (c *Call) Stream(ctx context.Context, after int) iter.Seq2[Event, error] {
	return follow(ctx, c.phone, "/phones/calls/"+c.SID+"/events", int64(after), func(e Event) (int64, bool) {
		return int64(e.ID), e.Ended != nil
	})
}

// Answer picks up a call that rings on this phone and returns when the line first waits,
// or the call has ended.
func (p *Phone) Answer(ctx context.Context, ring Ring) (*Call, error) {
	return p.AnswerAs(ctx, ring, "human")
}

// AnswerAs picks up as a person or a machine: by is what AnsweredBy tells of it (human,
// machine_start, machine_end_beep, fax, unknown) where MachineDetection was asked for.
func (p *Phone) AnswerAs(ctx context.Context, ring Ring, by string) (*Call, error) {
	c := &Call{SID: ring.SID, phone: p}
	_, err := c.act(ctx, "answer", actRequest{AnsweredBy: by})
	return c, err
}

// Reject refuses a call that rings on this phone: the line hears that it is busy.
func (p *Phone) Reject(ctx context.Context, ring Ring) error {
	_, err := (&Call{SID: ring.SID, phone: p}).act(ctx, "reject", actRequest{})
	return err
}

// Ignore lets a call ring out.
func (p *Phone) Ignore(ctx context.Context, ring Ring) error {
	_, err := (&Call{SID: ring.SID, phone: p}).act(ctx, "silence", actRequest{})
	return err
}

func (c *Call) act(ctx context.Context, act string, req actRequest) (Events, error) {
	var got callAnswer
	if err := c.phone.post(ctx, "/phones/calls/"+c.SID+"/"+act, req, &got); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, got.Events...)
	return got.Events, nil
}
