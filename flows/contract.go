package flows

import "time"

// Lang is a BCP 47 primary language tag in lower case: "en", "es". Empty: not known yet.
type Lang string

// Channel is how a conversation is held.
type Channel string

const (
	Text  Channel = "text"
	Voice Channel = "voice"
)

// Type is what kind of thing a fact, an argument or a saved answer is.
type Type string

const (
	TypeText   Type = "text"   // words of somebody's own, or a name
	TypeNumber Type = "number" // a whole number
	TypeFlag   Type = "flag"   // true or false
	TypeTime   Type = "time"   // a moment, with the zone it is told in
	TypeWords  Type = "words"  // one text in several languages
	TypeCode   Type = "code"   // digits written in groups of four and read slowly
	TypeSaid   Type = "said"   // what a person told us: words, or the id of a recording
	TypeItem   Type = "item"   // fields with names, as in {meeting.place}
	TypeList   Type = "list"   // items, at most eight, to choose among
)

// Value is one thing that a flow knows. Which fields count follows from its Type.
type Value struct {
	Text  string          `json:"t,omitempty"` // text, code, said in writing
	Num   int64           `json:"n,omitempty"` // number; time as Unix seconds
	Flag  bool            `json:"b,omitempty"`
	Zone  string          `json:"z,omitempty"` // of a time: an IANA name
	Day   bool            `json:"d,omitempty"` // of a time: a day was meant, and no hour
	Words map[Lang]string `json:"w,omitempty"`
	Plays map[Lang]string `json:"p,omitempty"` // of words: a recording that a call plays instead of them, as Prompt.Play; told where they stand alone
	Rec   string          `json:"r,omitempty"` // said aloud: the recording's id
	Item  Item            `json:"i,omitempty"`
	List  []Item          `json:"l,omitempty"`
}

// Item is a value with named fields.
type Item map[string]Value

// Shape is what a fact, or a value that an outcome brings, looks like.
type Shape struct {
	Type   Type
	Fields map[string]Shape // of an item, or of each item of a list
	// Most bounds the value, so that what tells it can be measured before anybody is told it: the letters of a text, of words or of
	// a code; the largest number; the items of a list. 0: mostLetters, mostNumber or mostOptions.
	Most int
}

// Effect is something a flow may ask the gateway to do.
type Effect struct {
	Args        map[string]Type
	Optional    map[string]bool             // arguments that may be left out or unset
	Outcomes    map[string]map[string]Shape // what may come of it, and the variables each brings
	Looks       bool                        // it only looks something up: whoever did no more has done nothing
	Irrevocable bool                        // it cannot be undone: only behind a confirm
	Private     bool                        // it files a report, joins or takes a secret: a flow that may do it nudges nobody
	// Rings says that this is what "hand_over:" asks for. It takes "tried", the number of phones rung before in this hand-over,
	// "speaks", a language where it is not the caller's, and
	// comes out as "ringing", with the text "who" that goes into Ring, or as "nobody".
	Rings bool
}

// Vocabulary is what a program offers to flows. A flow that names anything else is refused when it is loaded.
type Vocabulary struct {
	Facts   map[string]Shape  // by dotted name: "me.member", "meeting"
	Effects map[string]Effect // by name: "file_report"
	// Notices are what a notice may be about, and what a flow that it carries may take of that.
	Notices map[string]map[string]Shape
}

// Kind says what happened.
type Kind string

const (
	KindText      Kind = "text"      // a text message, as written
	KindCall      Kind = "call"      // a call begins
	KindKeys      Kind = "keys"      // keys pressed, without the finishing one; never empty
	KindSilence   Kind = "silence"   // the caller did nothing for the time a wait allows
	KindRecording Kind = "recording" // a recording was made
	KindHangup    Kind = "hangup"    // the caller is gone
	KindOutcome   Kind = "outcome"   // an effect was done
	KindLapse     Kind = "lapse"     // nothing was heard for as long as Wait.After
	KindRang      Kind = "rang"      // somebody's phone rang for this caller: the outcome is "taken", when they have talked, or "missed"
	KindReply     Kind = "reply"     // by text: an answer to a notice begins the flow that it carried (Set.Reply)
)

// Input is one thing that happened, as the engine hears it.
type Input struct {
	Kind    Kind
	Text    string           // of a text: its words; of keys: the keys
	Rec     string           // of a recording: its id
	HungUp  bool             // of a recording: the caller hung up to end it
	Photos  int              // of a text: how many pictures came with it; a text of pictures alone counts as one that tells a story
	Idle    bool             // of a text: so long after the last one that the question must not simply be repeated
	Outcome string           // of an outcome: its name
	Values  map[string]Value // of an outcome: what it brings; of a reply: what the flow takes

	Flow string // of a reply: which flow it begins; of a call that we placed, too; empty, or not in the set: the door
	// Question of a reply names what was asked, by any name that nothing else has: whoever answers it twice takes back what the first answer
	// led to.
	Question string
}

// Env is what surrounds a turn. The engine reads it and never changes it.
type Env struct {
	Channel   Channel
	Languages []Lang           // those of the line, in its order; at least one
	Facts     map[string]Value // by the names of the Vocabulary; Next fails with MissingFact where one is needed and not there
	Nonce     uint64           // different for each turn; confirm digits are drawn from it
	Now       Value            // a time: this moment, in the zone that people here mean; days in words are counted from it
	Quiet     bool             // this phone is to show nothing that tells what it is about
	Recorded  []*Recorded      `json:"-"` // by voice: what people have recorded of languages; left out, nothing is
}

// State is where a conversation stands: everything the engine remembers between two turns. The zero State is a conversation in
// which nothing has been said. It travels as JSON and holds what people wrote: whoever keeps it seals it.
type State struct {
	Flow    string           `json:"f,omitempty"` // empty: no flow is under way
	Step    string           `json:"s,omitempty"` // the step whose answer, or whose effect's outcome, is awaited
	Lang    Lang             `json:"g,omitempty"` // chosen; it outlives a flow
	Vars    map[string]Value `json:"v,omitempty"`
	Wrong   int              `json:"w,omitempty"` // wrong answers to this step so far
	Silent  int              `json:"q,omitempty"` // silences at this step so far
	Pair    int              `json:"p,omitempty"` // the confirm digits last given out (the smaller); it outlives a flow
	Resume  bool             `json:"r,omitempty"` // asked "Continue? 1 Start again? 2"
	Held    string           `json:"h,omitempty"` // what was written when that was asked
	Gone    bool             `json:"x,omitempty"` // the caller has hung up: nothing is said any more
	Told    bool             `json:"d,omitempty"` // Gone by ending a recording, which counts as an answer; nobody was to be asked since
	Patient bool             `json:"y,omitempty"` // this caller needs double times (a relay, a TTY)
	Pound   bool             `json:"m,omitempty"` // the last key was #
	Tried   int              `json:"t,omitempty"` // phones rung in this hand-over so far
	Nudged  bool             `json:"u,omitempty"` // this question was put once more, unasked
	Brief   bool             `json:"o,omitempty"` // the answer began before the effect whose outcome is awaited: its days stay in the short form
	Callers []Frame          `json:"c,omitempty"` // the flows that called this one, the last one last
}

// Frame is a flow that has called another and waits for it to end.
type Frame struct {
	Flow string           `json:"f"`
	Step string           `json:"s"`
	Vars map[string]Value `json:"v,omitempty"`

	Asked string `json:"a,omitempty"` // it called nothing: an answer to this question of a notice came in between
	Idle  bool   `json:"i,omitempty"` // then: it is asked first whether to go on
	Held  string `json:"h,omitempty"` // then: what was written before that
}

// Output is what the engine answers: what to say, and then either an effect to do (Do is not nil; call Next again with its
// outcome), or something to wait for (Wait is not nil), or neither: the talk is over, State.Flow is empty.
type Output struct {
	State State
	Say   []Prompt
	Do    *Request
	Wait  *Wait
}

// Prompt is one thing said. By text the prompts of a turn are one message, joined by newlines.
type Prompt struct {
	Lang  Lang          `json:"g"`
	Words string        `json:"w,omitempty"`
	Play  string        `json:"a,omitempty"` // by voice: a recording to play instead of speaking the words, by its name in Set.Sound
	Pause time.Duration `json:"p,omitempty"` // by voice: silence instead of words
	Firm  bool          `json:"k,omitempty"` // by voice: a key does not cut it short
}

// Request is an effect to be done, with its arguments.
type Request struct {
	Effect string
	Args   map[string]Value
}

// Wait is what the other side may do next. A text conversation waits for any text; the fields below are for a call.
type Wait struct {
	Keys    int           `json:"k,omitempty"` // at most so many keys (0 with Record)
	Finish  string        `json:"f,omitempty"` // the key that ends them; empty: none
	Timeout time.Duration `json:"t,omitempty"` // of silence before or between keys, or that ends a recording
	Record  time.Duration `json:"r,omitempty"` // a recording of at most so long; 0: keys
	Ring    *Ring         `json:"w,omitempty"` // somebody's phone rings for this caller; then KindRang, or a hang-up
	After   time.Duration `json:"a,omitempty"` // by text: with nothing heard for so long, KindLapse; 0: never
}

// Ring is a phone that rings so that somebody may take a call over.
type Ring struct {
	Who     string        `json:"w"`           // as the effect named them
	Lang    Lang          `json:"g,omitempty"` // that the caller speaks; empty: not known
	Purpose string        `json:"p,omitempty"` // all that is said of the call before it is taken: in Lang; where that is empty, in the line's first language
	Timeout time.Duration `json:"t"`
}

// MissingFact says that Next came upon a fact which Env.Facts does not hold. Fetch it and call Next again with the same State and
// Input: it is pure, so nothing has happened yet.
type MissingFact struct{ Name string }

func (m *MissingFact) Error() string { return "the fact " + m.Name + " was not fetched" }
