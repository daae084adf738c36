package twilio

import (
	"context"
	"net/http"
	"strconv"

	"hotline/gateway"
)

// maxTurn bounds the number of a turn in a path; no call comes near it.
const maxTurn = 9999

// call answers a call that begins.
func (d *desk) call(ctx context.Context, h hook) ([]byte, error) {
	in, err := d.calling(ctx, h)
	if err != nil {
		return nil, err
	}
	in.Key, in.Kind = in.Call+"/0", gateway.KindCall
	return d.render(d.hears.Turn(ctx, in)), nil
}

// step answers what a caller did in answer to a turn. The turn's number is in the path, which is signed and never reordered; it
// makes the answer count once, however often the carrier brings it.
func (d *desk) step(ctx context.Context, h hook) ([]byte, error) {
	in, err := d.calling(ctx, h)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(h.path["turn"])
	if err != nil || n < 1 || n > maxTurn || strconv.Itoa(n) != h.path["turn"] {
		return nil, refuse(http.StatusNotFound, "there is no such turn of a call")
	}
	in.Key, in.Answers = in.Call+"/"+h.path["turn"], n
	digits := h.get("Digits")
	switch {
	case h.get("RecordingSid") != "" || h.get("RecordingUrl") != "":
		if in.Rec, err = d.recorded(h); err != nil {
			return nil, err
		}
		in.Kind, in.HungUp = gateway.KindRecording, digits == hungUp
	case h.get("DialCallStatus") != "":
		h.rang(&in)
	case digits != "" && digits != hungUp:
		in.Kind, in.Text = gateway.KindKeys, digits
	default: // no key in time, an empty recording, or only the key that ends
		in.Kind = gateway.KindSilence
	}
	if in.HungUp { // nobody hears that it was not kept, but the carrier brings it again
		return Render(gateway.Voice, gateway.Reply{}, d.root), d.hears.HungUp(ctx, in)
	}
	return d.render(d.hears.Turn(ctx, in)), nil
}

// hungUp is what Digits say where a recording ended because the caller did.
const hungUp = "hangup"

// calling reads what every webhook of a call has.
func (d *desk) calling(ctx context.Context, h hook) (gateway.Inbound, error) {
	line, person, err := d.ends(ctx, h)
	if err != nil {
		return gateway.Inbound{}, err
	}
	id := h.get("CallSid")
	if !isSID(id) {
		return gateway.Inbound{}, refuse(http.StatusBadRequest, "a call has a CallSid")
	}
	return gateway.Inbound{Line: line, From: person, Channel: gateway.Voice, Call: id}, nil
}

// recorded reads a recording's fields. An address that is not at the carrier is not used: a recording lies under its id, wherever
// else it may lie.
func (d *desk) recorded(h hook) (*gateway.Recording, error) {
	rec := gateway.Recording{ID: h.get("RecordingSid"), URL: h.get("RecordingUrl")}
	if !isSID(rec.ID) {
		return nil, refuse(http.StatusBadRequest, "a recording has a RecordingSid")
	}
	if !d.media.trusted(rec.URL) {
		d.log.Warn("a recording is said to be elsewhere than at the carrier; it is fetched by its id", "request", d.requestID(h))
		rec.URL = d.cfg.recordingURL(rec.ID)
	}
	if seconds, err := strconv.Atoi(h.get("RecordingDuration")); err == nil && seconds > 0 {
		rec.Seconds = seconds // else not known, which harms nothing
	}
	return &rec, nil
}
