package twilio

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"hotline/gateway"
)

// whisperPath is where the carrier asks what to say to somebody on duty who has answered. Like a message's status it carries our id,
// here of the one phone that rang in one turn of one call, and a mark that only we can make. No number stands in it.
const whisperRoute = "/twilio/whisper/{id}/{mac}"

func (c Config) whisperPath(id string) string {
	return "/twilio/whisper/" + id + "/" + mark(c.Tokens[0], forWhisper, id)
}

// render writes a reply as TwiML, with the address of what is said to whoever is rung.
func (d *desk) render(r gateway.Reply) []byte {
	if r.Ring == nil {
		return Render(gateway.Voice, r, d.root)
	}
	doc := document{root: d.root, whisper: d.root + d.cfg.whisperPath(r.Ring.ID)}
	return doc.of(r)
}

// dial rings one phone. It shows our line, whoever calls. The caller hears it ring until they are connected, by answerOnBridge also while
// whoever answered is told what it is about (Twilio's page on Number): a ring every six seconds, so that nobody hears nothing for long.
func (d *document) dial(w gateway.Wait, ring gateway.Ringing, turn string) {
	d.open("Dial", "timeout", seconds(w.Ring.Timeout, 5), "callerId", ring.From, "answerOnBridge", "true", "action", turn, "method", "POST")
	d.WriteString(">")
	d.open("Number", "url", d.whisper+voiceFragment, "method", "POST")
	d.WriteString(">" + escape(ring.To.String()) + "</Number></Dial>\n")
}

// rang reads what came of a phone that rang. A machine that answered is not connected: it presses no key. Not every carrier of
// these webhooks tells the two apart: without DialBridged a phone was answered, for as long as it says, and the gateway knows
// whether a key was pressed.
func (h hook) rang(in *gateway.Inbound) {
	in.Kind, in.Outcome = gateway.KindRang, gateway.Missed
	switch bridged := h.get("DialBridged"); {
	case bridged == "true":
		in.Outcome = gateway.Taken
	case bridged == "" && h.get("DialCallStatus") == "completed":
		seconds, _ := strconv.Atoi(h.get("DialCallDuration")) // none told: 0
		in.Outcome, in.Lasted = gateway.Answered, time.Duration(seconds)*time.Second
	}
	in.HungUp = over(h.get("CallStatus"))
}

// over tells whether a call has ended.
func over(status string) bool {
	switch status {
	case "completed", "busy", "failed", "no-answer", "canceled":
		return true
	}
	return false
}

// whisper says what the call is about to whoever has answered, and waits for their key. Whoever presses none is hung up on, and an
// answering machine with them.
func (d *desk) whisper(ctx context.Context, h hook) ([]byte, error) {
	if !d.cfg.made(forWhisper, h.path["id"], h.path["mac"]) {
		return nil, refuse(http.StatusNotFound, "this hotline rang no such phone")
	}
	r, err := d.hears.Whisper(ctx, h.path["id"])
	if err != nil {
		return nil, err
	}
	doc := document{root: d.root}
	if r.Wait != nil {
		doc.gather(*r.Wait, d.root+"/twilio/whisper/"+h.path["id"]+"/"+h.path["mac"]+"/key"+voiceFragment, r.Say)
	}
	doc.WriteString("<Hangup/>\n")
	return doc.response(), nil
}

// whisperKey connects whoever pressed 1: an empty document is its end, and the carrier goes on to connect the two.
func (d *desk) whisperKey(ctx context.Context, h hook) ([]byte, error) {
	if !d.cfg.made(forWhisper, h.path["id"], h.path["mac"]) {
		return nil, refuse(http.StatusNotFound, "this hotline rang no such phone")
	}
	doc := document{}
	if h.get("Digits") != gateway.TakeKey || !d.hears.Take(ctx, h.path["id"]) {
		doc.WriteString("<Hangup/>\n")
	}
	return doc.response(), nil
}
