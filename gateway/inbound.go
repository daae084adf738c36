package gateway

import (
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// What a carrier's room needs of the words of flows, so that it imports this room only.
type (
	Channel = flows.Channel
	Kind    = flows.Kind
	Prompt  = flows.Prompt
	Wait    = flows.Wait
	Ring    = flows.Ring
)

const (
	Text  = flows.Text
	Voice = flows.Voice

	KindText      = flows.KindText
	KindCall      = flows.KindCall
	KindKeys      = flows.KindKeys
	KindSilence   = flows.KindSilence
	KindRecording = flows.KindRecording
	KindHangup    = flows.KindHangup
	KindRang      = flows.KindRang
)

// What comes of a phone that rings for a caller.
const (
	Taken  = "taken"
	Missed = "missed"
	// Answered: the carrier does not tell whether whoever or whatever answered was put through. Only our own record can.
	Answered = "answered"
)

// Inbound is one thing that someone did: a text, keys, a silence, a recording, a hang-up. Every channel becomes an Inbound and
// leaves as a Reply.
type Inbound struct {
	Key     string        // makes it count once: a message's id; a call's id, "/", and the number of the turn it answers or "end"
	Line    string        // our number that was reached, E.164
	From    store.Phone   // empty when withheld, or when it is no number of a person
	Channel flows.Channel // text or voice
	Call    string        // the carrier's id of the call; by voice only
	Answers int           // by voice: the number of the turn that this answers; 0 begins the call
	Kind    flows.Kind    // text, call, keys, silence, recording, hangup or rang; lapse is ours
	Text    string        // the words of a text; the keys pressed
	Media   []Media       // what came with a text
	Rec     *Recording    // of a recording
	HungUp  bool          // the caller ended the recording by hanging up, or is gone since a phone rang
	Outcome string        // of a phone that rang: Taken, when they have talked, Missed, or Answered
	Lasted  time.Duration // of one that was answered, from its answer to its end; 0: not told
	OptOut  string        // the carrier has acted on this text itself: "STOP", "START" or "HELP"
	Waited  uuid.UUID     // of a lapse: the turn that was waited on
	Notice  uuid.UUID     // of a call that we placed, and that begins when a key asked to hear it: the try (called.go); uuid.Nil: any other
	Missed  time.Time     // of a text that was not heard when it came: when the carrier had it; zero: it comes now
}

// Media is a picture or another file that came with a text, still at the carrier.
type Media struct {
	URL  string
	Type string // as the carrier names it: "image/jpeg"
}

// Recording is what a caller said, still at the carrier.
type Recording struct {
	ID      string // the carrier's id of it
	URL     string
	Seconds int
}
