package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
	"hotline/store/conversation"
)

// How long a turn may take, by channel: the carrier waits 4.5 s and 4 s (TWILIO.md has the URLs' fragments). What is left after
// playing is for finding out whether a commit arrived.
const (
	textTurn   = 4 * time.Second
	voiceTurn  = 2500 * time.Millisecond
	findingOut = 700 * time.Millisecond
)

// Turn answers one inbound. It always has something to say, and what it says is true: that it is recorded, that it is not, or
// that nobody can know.
func (g *Gateway) Turn(ctx context.Context, in Inbound) Reply {
	began := time.Now()
	in.Text = clean(in.Text)
	budget := textTurn
	if in.Channel == flows.Voice {
		budget = voiceTurn
	}
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	reply, outcome := g.answer(ctx, in, budget)
	g.count.turn(in.Channel, outcome, time.Since(began))
	if in.Channel == flows.Text {
		g.paces.owes(in.Line, reply)
	}
	return reply
}

func (g *Gateway) answer(ctx context.Context, in Inbound, budget time.Duration) (Reply, string) {
	playing, cancel := context.WithTimeout(ctx, budget-findingOut)
	defer cancel()
	line, ours, err := g.lines.find(playing, in.Line)
	if err != nil {
		return g.sorry(in, store.Line{}, talk{}, "unrecorded", err), "unrecorded"
	}
	if !ours || g.nobody(in) {
		return Reply{}, "ignored"
	}
	key := g.talkKey(in, line)
	leave, err := g.queue.enter(playing, string(key))
	if err != nil {
		return g.sorry(in, line, talk{}, "unrecorded", err), "unrecorded"
	}
	defer leave()

	had, before := g.recall(playing, key)
	for {
		reply, saved, err := g.play(playing, in, line, had, before)
		switch left := time.Until(deadline(playing)); {
		case err == nil:
			g.remember(ctx, key, saved)
			return reply, "answered"
		case errors.Is(err, store.ErrUnsure):
			return g.findOut(ctx, in, line, before, err)
		case store.Refused(err) && left > (budget-findingOut)/2: // else there may be no time to know how it ended
			g.log.Info("turn played again", "channel", in.Channel, "cause", err)
		default:
			return g.sorry(in, line, before, "unrecorded", err), "unrecorded"
		}
	}
}

func deadline(ctx context.Context) time.Time { d, _ := ctx.Deadline(); return d }

// nobody tells of texts that a machine sent: from a short code or a name (the carrier's room gives no number for them), or from
// one of our own lines. They get no answer, lest two machines talk to each other for ever.
func (g *Gateway) nobody(in Inbound) bool {
	if in.Channel == flows.Voice {
		return false
	}
	if in.From == "" {
		return true
	}
	return g.lines.has(in.From.String())
}

// talkKey is a keyed digest that names a conversation in Redis and in the queue.
func (g *Gateway) talkKey(in Inbound, line store.Line) []byte {
	if in.Channel == flows.Voice {
		return g.store.Keys.Index("talk by voice", in.Call)[:16]
	}
	return g.store.Keys.Index("talk by text", line.ID.String()+in.From.String())[:16]
}

// recall brings the copy of a conversation from Redis. None is no harm.
func (g *Gateway) recall(ctx context.Context, key []byte) (conversation.Copy, talk) {
	if g.redis.open() {
		return conversation.Copy{}, talk{}
	}
	had, ok, err := g.talks.Load(ctx, key)
	if err != nil {
		g.redis.failed()
		g.count.redisFailed()
		g.log.Warn("a conversation's copy could not be read; going on without", "cause", err)
	}
	if !ok {
		return conversation.Copy{}, talk{}
	}
	t, err := openTalk(g.store.Keys, sealedCopy, had.Turn, had.Sealed)
	if err != nil {
		g.log.Warn("a conversation's copy could not be opened; going on without", "cause", err)
		return conversation.Copy{}, talk{}
	}
	return had, t
}

func (g *Gateway) remember(ctx context.Context, key []byte, c conversation.Copy) {
	if c.Turn == uuid.Nil || g.redis.open() {
		return
	}
	if err := g.talks.Save(ctx, key, c); err != nil {
		g.redis.failed()
		g.count.redisFailed()
		g.log.Warn("a conversation's copy could not be kept; the next turn reads Postgres", "cause", err)
	}
}

// findOut is for a commit without an answer: the event's key tells on another connection whether it stands.
func (g *Gateway) findOut(ctx context.Context, in Inbound, line store.Line, before talk, cause error) (Reply, string) {
	turn, sealed, err := g.store.Heard(ctx, in.Key)
	if err == nil && turn != uuid.Nil {
		if reply, err := g.repeat(ctx, g.store.Pool, in, turn, sealed); err == nil {
			if reply, err = g.dial(ctx, g.store.Pool, line, turn, reply); err != nil {
				g.log.Error("whom to ring could not be looked up; the call goes on without", "cause", err)
			}
			return reply, "answered late"
		}
	}
	return g.sorry(in, line, before, "unsure", errors.Join(cause, err)), "unsure"
}

const sealedReply, sealedInput = "turn reply", "turn input"
