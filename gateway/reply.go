package gateway

import (
	"strings"

	"hotline/flows"
)

// Reply is what the line answers, before it is put into the words of any carrier. It is what a turn row keeps, so that the same
// inbound heard again is answered byte for byte alike.
type Reply struct {
	Say   []flows.Prompt `json:"s,omitempty"` // by text they are one message; none at all: no answer is sent
	Wait  *flows.Wait    `json:"w,omitempty"` // by voice: what the caller may do next; nil ends the call
	Turn  int            `json:"n,omitempty"` // by voice: the number of this turn, which the next inbound answers
	Twice bool           `json:"-"`           // before a key, on a call that we placed: said once more where nothing is pressed, and then the call ends
	Ring  *Ringing       `json:"-"`           // with Wait.Ring: the phone that rings; nil where it cannot be known now
}

// Text joins what is said into the one message that a phone receives. Empty: nothing is sent.
func (r Reply) Text() string {
	var b strings.Builder
	for _, p := range r.Say {
		if p.Words == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.Words)
	}
	return b.String()
}
