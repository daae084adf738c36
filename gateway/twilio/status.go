package twilio

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"hotline/gateway"
)

// recording hears that a recording can be fetched, or that there is none after all. It names no line and no caller.
func (d *desk) recording(ctx context.Context, h hook) ([]byte, error) {
	rec, err := d.recorded(h)
	if err != nil {
		return nil, err
	}
	if status := h.get("RecordingStatus"); status != "" && status != "completed" {
		d.log.Warn("a recording did not come about", "request", d.requestID(h), "carrier_status", status)
		return nil, nil
	}
	return nil, d.hears.RecordingReady(ctx, rec.ID, rec.URL, rec.Seconds)
}

// callEnded hears of a call's states and passes on its end.
func (d *desk) callEnded(ctx context.Context, h hook) ([]byte, error) {
	in, err := d.calling(ctx, h)
	if err != nil {
		return nil, err
	}
	if over(h.get("CallStatus")) {
		in.Key, in.Kind = in.Call+"/end", gateway.KindHangup
		return nil, d.hears.HungUp(ctx, in)
	}
	return nil, nil
}

// delivered hears how a message that we placed is doing.
func (d *desk) delivered(ctx context.Context, h hook) ([]byte, error) {
	id, mac := h.path["id"], h.path["mac"]
	if !d.cfg.made(forStatus, id, mac) {
		return nil, refuse(http.StatusNotFound, "this hotline placed no such message")
	}
	status := h.get("MessageStatus")
	if status == "" {
		return nil, refuse(http.StatusBadRequest, "a message's status has a MessageStatus")
	}
	sid := h.get("MessageSid")
	if !isSID(sid) {
		sid = "" // our own id is what counts
	}
	code := errorCode(h)
	err := d.hears.Delivered(ctx, id, sid, status, code, Judge(code).Blame())
	if errors.Is(err, gateway.ErrNotOurs) { // but its words may stand there all the same
		if err = nil; sid != "" {
			err = d.logged(ctx, h, status)
		}
	}
	return nil, err
}

// replyRoute is where the status of an answer is reported. It is the same for all of them: the carrier's id stands in the form.
const replyRoute = "/twilio/status/reply"

// replied hears how an answer is doing.
func (d *desk) replied(ctx context.Context, h hook) ([]byte, error) {
	status := h.get("MessageStatus")
	if status == "" {
		return nil, refuse(http.StatusBadRequest, "a message's status has a MessageStatus")
	}
	return nil, d.logged(ctx, h, status)
}

func (d *desk) logged(ctx context.Context, h hook, status string) error {
	sid := h.get("MessageSid")
	if !isSID(sid) {
		return refuse(http.StatusBadRequest, "a message's status has a MessageSid")
	}
	return d.hears.Logged(ctx, h.get("From"), sid, status)
}

// statusPath is where the status of a message is reported. It carries our id of the message, so that a message whose sending was
// cut off is found again, and a mark that only we can make, so that a report about one message cannot be passed for another's.
func (c Config) statusPath(id string) string {
	return "/twilio/status/message/" + id + "/" + mark(c.Tokens[0], forStatus, id)
}

// What a mark is for: one made for one purpose is none for another.
const (
	forStatus  = "hotline message status"
	forWhisper = "hotline whisper"
)

// made tells whether we made a path, with a token of now or of before a rotation.
func (c Config) made(purpose, id, mac string) bool {
	ok := false
	for _, token := range c.Tokens {
		ok = hmac.Equal([]byte(mark(token, purpose, id)), []byte(mac)) || ok
	}
	return ok
}

// publicURL is where our paths begin, without a slash at its end.
func (c Config) publicURL() string { return strings.TrimRight(c.PublicURL, "/") }

func mark(token, purpose, id string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte(purpose + "\x00" + id))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
