package gateway

import (
	"time"

	"hotline/flows"
)

// A question put by text is forgotten after lapseAfter; after idleAfter it is not simply put again (WORKERS.md: what a phone may
// show), since somebody else may hold the phone by now.
const (
	lapseAfter = 72 * time.Hour
	idleAfter  = 30 * time.Minute
)

// lapse counts the 72 hours from what they last wrote, whatever we said meanwhile. It also frees whoever comes back after a while
// with something to tell: it goes to the front door, which files it, and waits for no answer to a question of long ago. So does who
// has gone on for days with a flow set that is not the current one: a phone that never lets its question lapse would keep that set
// in use for ever.
func (p *playing) lapse() {
	away := p.now.Sub(p.tx.Conversation.HeardAt)
	own, unasked := p.g.sets.known(p.current, p.talk.Set).Patience(p.talk.State)
	story := flows.WordCount(p.in.Text) > fewWords || len(p.in.Media) > 0
	old := p.talk.Set != p.current.Hash() && p.talk.Since != 0 && p.now.Sub(time.Unix(p.talk.Since, 0)) > lapseAfter
	switch {
	case unasked:
		return // the flow itself says where goes what is written while it waits
	case p.secret && away > lapseAfter: // what was meant for a secret question is no report
		p.unhear()
	case p.secret:
		return
	}
	set := p.g.sets.known(p.current, p.talk.Set)
	answers := !p.idle && set.TakesWords(p.talk.State) // a nudge
	if p.idle && away > max(lapseAfter, own) || away > idleAfter && (story && !answers || p.idle && old) {
		p.talk.State = flows.State{Lang: p.talk.Lang, Pair: p.talk.Pair}
	}
}

// A text of more than fewWords tells something (WORKERS.md: how people really write).
const fewWords = 3
