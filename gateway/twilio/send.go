package twilio

import (
	"context"
	"errors"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"hotline/gateway"
	"hotline/store"
)

// Message is a text that we place. Its status comes back under its ID (Hears.Delivered).
type Message = gateway.Message

// maxValid is the carrier's default and its most.
const maxValid = 36_000 * time.Second

// Send places a message. It returns the carrier's id of it, or a *SendError; a message that is ambiguous may have been sent.
func (c *Client) Send(ctx context.Context, m Message) (sid string, err error) {
	form, err := c.form(m)
	if err != nil {
		return "", &SendError{Verdict: Refused, Cause: err}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	sent, err := c.api(ctx).CreateMessage(form)
	if err != nil {
		return "", judge(err)
	}
	if sid = deref(sent.Sid); !isSID(sid) {
		return "", judge(errors.New("the carrier accepted it without an id"))
	}
	return sid, nil
}

// Place is Send in the gateway's terms.
func (c *Client) Place(ctx context.Context, m Message) gateway.Placed {
	sid, err := c.Send(ctx, m)
	if err == nil {
		return accepted(sid)
	}
	return outcome(err)
}

func accepted(sid string) gateway.Placed { return gateway.Placed{State: store.SendAccepted, ID: sid} }

// outcome is what an error of sending or calling means for what we do next.
func outcome(err error) gateway.Placed {
	p := gateway.Placed{State: store.SendRefused, Cause: err}
	if e := (*SendError)(nil); errors.As(err, &e) {
		p.Code, p.Wait, p.Stopped, p.Blame = e.Code, e.Wait, e.Verdict == OptedOut, e.Verdict.Blame()
		switch e.Verdict {
		case Busy:
			p.State = store.SendReady
		case Ambiguous:
			p.State = store.SendUnknown
		}
	}
	return p
}

func (c *Client) form(m Message) (*openapi.CreateMessageParams, error) {
	switch {
	case m.To == "" || m.From == "" || m.Body == "":
		return nil, errors.New("a message needs a receiver, a line and words")
	case !isSID(m.ID):
		return nil, errors.New("a message needs an id of ours, for its status to come back")
	case m.Valid <= 0 || m.Valid > maxValid:
		return nil, errors.New("a message needs a validity of at most 10 hours")
	case len(c.cfg.Tokens) == 0:
		return nil, errors.New("there is no auth token")
	}
	p := new(openapi.CreateMessageParams)
	p.SetTo(m.To.String()).SetFrom(m.From).SetBody(m.Body)
	p.SetValidityPeriod(int((m.Valid + time.Second - 1) / time.Second))
	p.SetStatusCallback(c.cfg.publicURL() + c.cfg.statusPath(m.ID) + statusFragment)
	return p, nil
}
