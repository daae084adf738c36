package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
	"hotline/store/seal"
)

// talk is what stands, sealed, in a conversation's row and in its copy in Redis.
type talk struct {
	flows.State
	Set   string `json:"set,omitempty"`   // the flow set that State belongs to
	Plain bool   `json:"plain,omitempty"` // what State awaits is known to be no secret, also where Set is lost
	Since int64  `json:"since,omitempty"` // Unix seconds: when a flow of Set was begun out of the blue
	Over  bool   `json:"over,omitempty"`  // the call has ended
	// Where the caller hung up, and in answer to which turn: for what the carrier tells of only afterwards.
	Left    *flows.State `json:"left,omitempty"`
	LeftAt  int          `json:"leftAt,omitempty"`
	Nudge   *uuid.UUID   `json:"nudge,omitempty"` // the outgoing text that was last said unasked
	Kept    string       `json:"kept,omitempty"`  // the code of the report that takes this phone's texts while the line cannot answer
	Open    open         `json:"open,omitzero"`   // the report that this phone has just been telling
	Stray   stray        `json:"stray,omitzero"`  // a few words that meant nothing by themselves
	Pace    pace         `json:"pace"`
	Guesses guesses      `json:"guesses"`
	Voter   *voter       `json:"voter,omitempty"` // who has proved by PIN, in this call, who they are
	Notice  uuid.UUID    `json:"notice,omitzero"` // of a call that we placed: which try it is (called.go)
	Seen    int64        `json:"seen,omitempty"`  // Unix seconds: what the carrier had by then does not answer the newest turn (came_late.go)
	Word    int64        `json:"word,omitempty"`  // Unix seconds: when STOP or START was last heard
}

// What a talk is sealed for: the row, under its conversation, and the copy, under the turn that left it.
const sealedTalk, sealedCopy = "conversation", "conversation copy"

// errUnreadable says that a state was opened and makes no sense to this program.
var errUnreadable = errors.New("it was written by another program")

func (t talk) seal(keys *seal.Keys, purpose string, id uuid.UUID) ([]byte, error) {
	b, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("writing a conversation's state: %w", err)
	}
	return keys.Seal(purpose, id, b), nil
}

func openTalk(keys *seal.Keys, purpose string, id uuid.UUID, sealed []byte) (t talk, err error) {
	if len(sealed) == 0 {
		return talk{}, nil
	}
	b, err := keys.Open(purpose, id, sealed)
	if err != nil {
		return talk{}, fmt.Errorf("opening a conversation's state: %w", err)
	}
	if err := json.Unmarshal(b, &t); err != nil {
		return talk{}, fmt.Errorf("reading a conversation's state: %w: %w", errUnreadable, err)
	}
	return t, nil
}

// pace bounds the answers of one text conversation. It stands in the conversation's row, not in Redis, so that two automatic
// repliers cannot talk past it by a flush.
type pace struct {
	Hour int64  `json:"h,omitempty"` // Unix hours: the hour counted
	Sent int    `json:"n,omitempty"` // answers in it
	Last uint32 `json:"l,omitempty"` // digest of the last words
	Same int    `json:"s,omitempty"` // how often they were said running, in this hour
}

// The same words are said at most sameWords times running, and to a phone of nobody we know a third of what the line allows.
const (
	sameWords    = 6 // a greeting after each of five wrong words of a flyer, and one more
	unknownShare = 3
)

// allow counts an answer and tells whether it may be sent. It is not held back for long: a new hour begins anew. Of a secret answer
// not even a digest is kept.
func (p *pace) allow(words string, secret bool, now time.Time, line store.Line, known bool) bool {
	if words == "" {
		return true
	}
	if hour := now.Unix() / 3600; hour != p.Hour {
		*p = pace{Hour: hour}
	}
	h := fnv.New32a()
	h.Write([]byte(words))
	switch digest := h.Sum32(); {
	case secret:
		p.Last, p.Same = 0, 0
	case digest == p.Last:
		p.Same++
	default:
		p.Last, p.Same = digest, 1
	}
	most := line.RepliesAHour
	if !known {
		most /= unknownShare
	}
	lifted := line.RepliesAHour == 0 // for trying things out
	if p.Same > sameWords || p.Sent >= most && !lifted {
		return false
	}
	p.Sent++
	return true
}
