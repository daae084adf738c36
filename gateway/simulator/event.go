package simulator

import "strings"

// Event is one thing that happens on a call, as its phone sees it. Exactly one of the
// three is set. IDs grow by one from 1 within a call.
type Event struct {
	ID        int        `json:"id"`
	Heard     *Heard     `json:"heard,omitempty"`
	Listening *Listening `json:"listening,omitempty"`
	Ended     *Ended     `json:"ended,omitempty"`
}

// HeardKind says what sort of sound it is.
type HeardKind string

const (
	HeardSay   HeardKind = "say"   // Text in the voice of a machine
	HeardPlay  HeardKind = "play"  // Text is the URL of a sound, Words what is said in it
	HeardPause HeardKind = "pause" // silence of Seconds
	HeardBeep  HeardKind = "beep"  // a recording begins
	HeardTone  HeardKind = "tone"  // Text is keys, or "busy" or "not in service"
	HeardRing  HeardKind = "ring"  // another phone rings
	HeardVoice HeardKind = "voice" // Text is spoken by the person at the other end
)

// Heard is a sound on the line.
type Heard struct {
	Kind          HeardKind `json:"kind"`
	Text          string    `json:"text,omitempty"`
	Words         string    `json:"words,omitempty"` // of a recording, as far as the document or the file tells them
	Lang          string    `json:"lang,omitempty"`
	Voice         string    `json:"voice,omitempty"`
	Loop          int       `json:"loop,omitempty"` // times it is repeated when not once; -1 is for ever
	Seconds       int       `json:"seconds,omitempty"`
	Interruptible bool      `json:"interruptible,omitempty"` // stands in a Gather: a key cuts it off
	Interrupted   bool      `json:"interrupted,omitempty"`   // and did: what follows in that Gather is not heard
}

// ListenKind says what a call waits for.
type ListenKind string

const (
	ListenGather ListenKind = "gather" // keys or words
	ListenRecord ListenKind = "record" // a recording
	ListenDial   ListenKind = "dial"   // another phone to answer
	ListenTalk   ListenKind = "talk"   // the two people to finish
	ListenRing   ListenKind = "ring"   // this phone to answer
	ListenPause  ListenKind = "pause"  // a Pause of five seconds or more to pass
	ListenHold   ListenKind = "hold"   // nothing: something plays for ever
)

// Listening says that the call waits for its phone. What the phone then does moves the
// call's clock.
type Listening struct {
	Kind        ListenKind `json:"kind"`
	Input       string     `json:"input,omitempty"`       // of a gather: dtmf, speech, dtmf speech
	NumDigits   int        `json:"numDigits,omitempty"`   // 0 is any number
	FinishOnKey string     `json:"finishOnKey,omitempty"` // "" is no key
	Timeout     int        `json:"timeout,omitempty"`     // seconds of silence that end it
	MaxLength   int        `json:"maxLength,omitempty"`   // seconds of a recording
}

// Reason says why a call ended.
type Reason string

const (
	EndedByCaller Reason = "caller"    // this phone hung up
	EndedByLine   Reason = "line"      // Hangup, or no more verbs
	EndedByREST   Reason = "rest"      // completed or canceled through the REST API
	EndedByPeer   Reason = "peer"      // the other phone of a Dial left
	EndedRejected Reason = "rejected"  // Reject, or this phone rejected the call
	EndedNoAnswer Reason = "no-answer" // nobody answered in time
	EndedFailed   Reason = "failed"    // not in service, or an application error
	EndedClosed   Reason = "closed"    // the phone company closed
)

// Ended is the end of a call.
type Ended struct {
	Reason   Reason `json:"reason"`
	Status   string `json:"status"`   // Twilio's: completed, busy, no-answer, canceled, failed
	Duration int    `json:"duration"` // seconds by the call's clock
}

// Events is a stretch of a call.
type Events []Event

// Words joins everything said, line by line.
func (e Events) Words() string {
	var lines []string
	for _, ev := range e {
		if ev.Heard != nil && (ev.Heard.Kind == HeardSay || ev.Heard.Kind == HeardVoice) {
			lines = append(lines, ev.Heard.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// Listening is what the call waits for at the end of the stretch; nil when it has ended.
func (e Events) Listening() *Listening {
	if len(e) == 0 {
		return nil
	}
	return e[len(e)-1].Listening
}

// Ended is the call's end; nil while it goes on.
func (e Events) Ended() *Ended {
	if len(e) == 0 {
		return nil
	}
	return e[len(e)-1].Ended
}
