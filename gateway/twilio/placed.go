package twilio

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"hotline/gateway"
)

// Calls that we place. What whoever answers hears is asked for under our id of the call, with a mark that only we can make; no number stands
// in these paths. Where the call leads on to another phone, what is said there first is asked for under the same id and another mark.
const (
	placedRoute  = "/twilio/placed/{id}/{mac}"
	messageRoute = "/twilio/message/{id}/{mac}"
	toldRoute    = "/twilio/status/placed/{id}/{mac}"
)

const (
	forPlaced  = "hotline placed call"
	forMessage = "hotline message"
	forTold    = "hotline placed call status"
)

// Calls is what the webhooks of calls that we placed need of the gateway. id is that of the outgoing call.
type Calls struct {
	// Answered is what is said to whoever answers, and what they may press; where it waits for nothing they are hung up on then. sid is the
	// carrier's id of the call.
	Answered func(ctx context.Context, id, sid string) (gateway.Reply, error)
	// Pressed takes their key. Its reply may have another phone ring, from our line. One that has a turn is the first of a talk, which goes on
	// like that of anybody who calls; in tells for that which call it is.
	Pressed func(ctx context.Context, id, key string, in gateway.Inbound) (gateway.Reply, error)
	// BridgeOver is what they hear when that phone has rung, by what came of it.
	BridgeOver func(ctx context.Context, id string, came gateway.Inbound) (gateway.Reply, error)
	// Message is what is said on that phone before anybody is connected, and Heeded takes the key pressed there.
	Message func(ctx context.Context, id string) (gateway.Reply, error)
	Heeded  func(ctx context.Context, id, key string) (connect bool, err error)
	// Told takes the carrier's word for how the call is doing. talked is whether there was a talk on it, which is over.
	Told func(ctx context.Context, id string, told gateway.CallTold) (talked bool, err error)
}

func (c Config) marked(route, purpose, id string) string {
	return "/twilio/" + route + "/" + id + "/" + mark(c.Tokens[0], purpose, id)
}

// ours refuses a path that we did not make, and gives the id in it.
func (d *desk) ours(h hook, purpose string) (string, error) {
	if !d.cfg.made(purpose, h.path["id"], h.path["mac"]) {
		return "", refuse(http.StatusNotFound, "this hotline placed no such call")
	}
	return h.path["id"], nil
}

func (d *desk) placedAnswered(ctx context.Context, h hook) ([]byte, error) {
	id, err := d.ours(h, forPlaced)
	if err != nil {
		return nil, err
	}
	r, err := d.hears.Calls.Answered(ctx, id, h.sid("CallSid"))
	return d.placed(id, r), err
}

func (d *desk) placedKey(ctx context.Context, h hook) ([]byte, error) {
	id, err := d.ours(h, forPlaced)
	if err != nil {
		return nil, err
	}
	in, err := d.calling(ctx, h)
	if err != nil {
		return nil, err
	}
	r, err := d.hears.Calls.Pressed(ctx, id, h.get("Digits"), in)
	if err == nil && r.Turn > 0 {
		return d.render(r), nil
	}
	return d.placed(id, r), err
}

func (d *desk) placedOver(ctx context.Context, h hook) ([]byte, error) {
	id, err := d.ours(h, forPlaced)
	if err != nil {
		return nil, err
	}
	var in gateway.Inbound
	h.rang(&in)
	r, err := d.hears.Calls.BridgeOver(ctx, id, in)
	return d.placed(id, r), err
}

// placed writes a reply to whoever answered a call of ours. Whatever they do not press ends it.
func (d *desk) placed(id string, r gateway.Reply) []byte {
	doc := document{root: d.root, whisper: d.root + d.cfg.marked("message", forMessage, id)}
	self := d.root + d.cfg.marked("placed", forPlaced, id)
	switch {
	case r.Wait == nil:
		doc.say(r.Say)
	case r.Ring != nil:
		doc.say(r.Say)
		doc.dial(*r.Wait, *r.Ring, self+"/over"+voiceFragment)
	case r.Twice: // after a silence the next Gather says it once more, and then the call ends
		doc.offer(*r.Wait, self+"/key"+voiceFragment, r.Say)
		doc.offer(*r.Wait, self+"/key"+voiceFragment, r.Say)
	default:
		doc.gather(*r.Wait, self+"/key"+voiceFragment, r.Say)
	}
	doc.WriteString("<Hangup/>\n")
	return doc.response()
}

func (d *desk) message(ctx context.Context, h hook) ([]byte, error) {
	id, err := d.ours(h, forMessage)
	if err != nil {
		return nil, err
	}
	r, err := d.hears.Calls.Message(ctx, id)
	if err != nil {
		return nil, err
	}
	doc := document{root: d.root}
	if r.Wait != nil {
		doc.gather(*r.Wait, d.root+d.cfg.marked("message", forMessage, id)+"/key"+voiceFragment, r.Say)
	}
	doc.WriteString("<Hangup/>\n")
	return doc.response(), nil
}

// messageKey connects by an empty document, as whisperKey does.
func (d *desk) messageKey(ctx context.Context, h hook) ([]byte, error) {
	id, err := d.ours(h, forMessage)
	if err != nil {
		return nil, err
	}
	connect, err := d.hears.Calls.Heeded(ctx, id, h.get("Digits"))
	if err != nil {
		return nil, err
	}
	doc := document{}
	if !connect {
		doc.WriteString("<Hangup/>\n")
	}
	return doc.response(), nil
}

func (d *desk) placedTold(ctx context.Context, h hook) ([]byte, error) {
	id, err := d.ours(h, forTold)
	if err != nil {
		return nil, err
	}
	status := h.get("CallStatus")
	if status == "" {
		return nil, refuse(http.StatusBadRequest, "a call's status has a CallStatus")
	}
	sip, err := strconv.Atoi(h.get("SipResponseCode"))
	if err != nil {
		sip = 0 // most calls have none
	}
	talked, err := d.hears.Calls.Told(ctx, id, gateway.CallTold{ID: h.sid("CallSid"), Status: status, SIP: sip})
	if err != nil || !talked || !over(status) {
		return nil, err
	}
	return d.callEnded(ctx, h)
}

// Call places a call, in the gateway's terms. No machine is looked for: whatever answers hears nothing that it may not.
func (c *Client) Call(ctx context.Context, call gateway.Call) gateway.Placed {
	form, err := c.callForm(call)
	if err != nil {
		return outcome(&SendError{Verdict: Refused, Cause: err})
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	made, err := c.api(ctx).CreateCall(form)
	if err != nil {
		return outcome(judge(err))
	}
	sid := deref(made.Sid)
	if !isSID(sid) {
		return outcome(judge(errors.New("the carrier accepted it without an id")))
	}
	return accepted(sid)
}

func (c *Client) callForm(call gateway.Call) (*openapi.CreateCallParams, error) {
	switch {
	case call.To == "" || call.From == "":
		return nil, errors.New("a call needs a receiver and a line")
	case !isSID(call.ID):
		return nil, errors.New("a call needs an id of ours, for what is said on it")
	case call.Ring < time.Second:
		return nil, errors.New("a call needs a time to ring")
	case len(c.cfg.Tokens) == 0:
		return nil, errors.New("there is no auth token")
	}
	base := c.cfg.publicURL()
	p := new(openapi.CreateCallParams)
	p.SetTo(call.To.String()).SetFrom(call.From).SetTimeout(int((call.Ring + time.Second - 1) / time.Second))
	p.SetUrl(base + c.cfg.marked("placed", forPlaced, call.ID) + voiceFragment).SetMethod(http.MethodPost)
	p.SetFallbackUrl(base + "/twilio/fallback/voice" + voiceFragment).SetFallbackMethod(http.MethodPost)
	p.SetStatusCallback(base + c.cfg.marked("status/placed", forTold, call.ID) + statusFragment).SetStatusCallbackMethod(http.MethodPost)
	p.SetStatusCallbackEvent([]string{"completed"}) // the end is told whatever it was
	return p, nil
}
