package twilio

import (
	"context"
	"net/http"
	"strconv"

	"hotline/gateway"
)

// maxMedia is how many files one message may carry.
const maxMedia = 10

// text answers an incoming message. What the carrier has acted on itself (OptOutType) goes on to the gateway like any other: it
// keeps the ledger, and says nothing.
func (d *desk) text(ctx context.Context, h hook) ([]byte, error) {
	line, from, err := d.ends(ctx, h)
	if err != nil {
		return nil, err
	}
	id := h.get("MessageSid")
	if !isSID(id) {
		return nil, refuse(http.StatusBadRequest, "a text has a MessageSid")
	}
	reply := d.hears.Turn(ctx, gateway.Inbound{
		Key: id, Line: line, From: from, Channel: gateway.Text, Kind: gateway.KindText,
		Text: h.get("Body"), Media: d.attached(h), OptOut: h.get("OptOutType"),
	})
	return Render(gateway.Text, reply, d.root), nil
}

// attached lists a message's files. One that is not at the carrier is left out: whoever could name any address here could have us
// fetch from it.
func (d *desk) attached(h hook) (files []gateway.Media) {
	n, err := strconv.Atoi(h.get("NumMedia"))
	if err != nil {
		return nil // most texts have none, and some carriers then send no number
	}
	for i := range min(n, maxMedia) {
		index := strconv.Itoa(i)
		url := h.get("MediaUrl" + index)
		if url == "" {
			continue
		}
		if !d.media.trusted(url) {
			d.log.Warn("a file that is not at the carrier was ignored", "request", d.requestID(h), "file", i)
			continue
		}
		files = append(files, gateway.Media{URL: url, Type: h.get("MediaContentType" + index)})
	}
	return files
}

// fallbackText is for when the first answer failed: it asks nothing of the gateway.
func (d *desk) fallbackText(_ context.Context, h hook) ([]byte, error) {
	return d.fallback(gateway.Text, h), nil
}

// fallbackCall ends a call with words that need no database.
func (d *desk) fallbackCall(_ context.Context, h hook) ([]byte, error) {
	return d.fallback(gateway.Voice, h), nil
}

func (d *desk) fallback(channel gateway.Channel, h hook) []byte {
	d.log.Error("the carrier asked for the fallback", "channel", channel, "request", d.requestID(h), "carrier_code", errorCode(h))
	var reply gateway.Reply
	if d.cfg.Fallback != nil {
		reply = d.cfg.Fallback(channel)
	}
	return Render(channel, reply, d.root)
}

// errorCode is the carrier's number of what went wrong, 0 if nothing or nothing known.
func errorCode(h hook) int {
	code, err := strconv.Atoi(h.get("ErrorCode"))
	if err != nil {
		return 0
	}
	return code
}
