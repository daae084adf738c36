package gateway

import (
	"context"
	"time"
)

// open is the report that a conversation last began or added to: for a while what its phone tells besides belongs to it.
type open struct {
	Report string `json:"r,omitempty"`
	At     int64  `json:"at,omitempty"` // Unix seconds, of the last words
}

// opened notes which report the words of this turn went into.
func (p *playing) opened(report string) { p.talk.Open = open{report, p.now.Unix()} }

// setAside keeps what somebody told instead of answering a question: in the report that they have just been telling, else in one of its
// own. Organizers see that once the phone has been quiet for openFor.
func (p *playing) setAside(ctx context.Context, a args) (string, args, error) {
	if last := p.talk.Open; last.Report != "" && p.now.Sub(time.Unix(last.At, 0)) < openFor {
		outcome, _, err := p.addToReport(ctx, args{"report": {Text: last.Report}, "what": a["what"]})
		if err != nil || outcome == "added" {
			return outcome, nil, err
		} // else it was taken back meanwhile
	}
	_, filed, err := p.fileReport(ctx, args{"what": a["what"], "open": {Flag: true}})
	return "filed", filed, err
}
