package gateway

import (
	"context"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// Texts come in any order: the short end of a story may come before its beginning, when it looks like the word of a flyer. It is held for
// a little while, and belongs to the report that then begins (WORKERS.md: nothing sent is ever dropped).

// strayFor is how long the carriers may turn two texts around.
const strayFor = 2 * time.Minute

// mostStray bounds what a conversation holds, in bytes.
const mostStray = 2000

// stray is what was written and meant nothing by itself.
type stray struct {
	Words []string `json:"w,omitempty"`
	At    int64    `json:"at,omitempty"` // Unix seconds, of the last
}

// holdStray holds a few words that were no flyer's.
func (p *playing) holdStray(words string) {
	if p.in.Text == "" || p.secret { // a caller's, or none at all
		return
	}
	held := p.talk.Stray
	if p.now.Sub(time.Unix(held.At, 0)) > strayFor {
		held.Words = nil
	}
	size := len(words)
	for _, w := range held.Words {
		size += len(w)
	}
	if size <= mostStray {
		held.Words = append(held.Words, words)
	}
	held.At = p.now.Unix()
	p.talk.Stray = held
}

// takeStray gives a report what was held for it. By voice nothing was.
func (p *playing) takeStray(ctx context.Context, report uuid.UUID) error {
	held := p.talk.Stray
	p.talk.Stray = stray{}
	if p.now.Sub(time.Unix(held.At, 0)) > strayFor {
		return nil
	}
	for _, words := range held.Words {
		if _, _, err := p.g.store.AddToReport(ctx, p.tx, store.Part{
			Report: report, Conversation: p.tx.Conversation.ID, Words: words, ReadBy: p.now.Add(readWithin), OpenUntil: p.now.Add(openFor), At: p.now,
		}); err != nil {
			return err
		}
	}
	return nil
}
