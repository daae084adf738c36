package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
	"hotline/store/conversation"
)

// playing is one attempt at a turn: what it needs, and what becomes of it.
type playing struct {
	g    *Gateway
	in   Inbound
	line store.Line
	tx   *store.Turn
	id   uuid.UUID // of this turn
	now  time.Time

	set   *flows.Set
	talk  talk
	env   flows.Env
	facts facts
	reply Reply
}

// play is one attempt: one transaction, from the lock to the commit.
func (g *Gateway) play(ctx context.Context, in Inbound, line store.Line, had conversation.Copy, before talk) (r Reply, c conversation.Copy, err error) {
	now := g.now()
	prefetch := g.guessFacts(before)
	tx, err := g.store.BeginTurn(ctx, store.Arrival{
		Key: in.Key, Line: line, Phone: in.From, Call: in.Call, At: now, Known: had.Turn, Facts: prefetch,
	})
	if err != nil {
		return Reply{}, conversation.Copy{}, err
	}
	defer func() { err = tx.End(err) }()
	if tx.Repeated {
		reply, err := g.openReply(tx.RepeatOf, tx.Reply)
		return reply, conversation.Copy{}, err
	}

	p := &playing{g: g, in: in, line: line, tx: tx, id: uuid.Must(uuid.NewV7()), now: now, talk: before}
	if tx.Conversation.Turn == uuid.Nil || tx.Conversation.Turn != had.Turn {
		if p.talk, err = openTalk(g.store.Keys, tx.Conversation.ID, tx.Conversation.State); err != nil {
			return Reply{}, conversation.Copy{}, err
		}
	}
	p.facts = facts{have: prefetch, known: tx.Known}
	if err := p.hear(ctx); err != nil {
		return Reply{}, conversation.Copy{}, err
	}
	sealed, err := p.commit(ctx)
	if err != nil {
		return Reply{}, conversation.Copy{}, err
	}
	return p.reply, conversation.Copy{Turn: p.id, Conversation: tx.Conversation.ID, Sealed: sealed}, nil
}

// hear decides what this inbound is, and lets it take effect.
func (p *playing) hear(ctx context.Context) error {
	if p.talk.Over {
		return nil
	}
	if err := p.takeMedia(ctx); err != nil {
		return err
	}
	if p.in.Channel == flows.Text {
		handled, err := p.carrierWord(ctx)
		if err != nil || handled {
			return err
		}
		if p.line.Texts == store.TextsPending {
			return p.keep(ctx)
		}
		p.lapse()
	}
	if chosen := p.tx.Conversation.Lang; chosen != "" { // the phone's last choice, which it may have made on another line
		p.talk.Lang = flows.Lang(chosen)
	}
	if err := p.converse(ctx); err != nil {
		return err
	}
	p.bound()
	return nil
}

// A question put by text is forgotten after lapseAfter; after idleAfter it is not simply put again (WORKERS.md: what a phone may
// show), since somebody else may hold the phone by now.
const (
	lapseAfter = 72 * time.Hour
	idleAfter  = 30 * time.Minute
)

func (p *playing) lapse() {
	if p.now.Sub(p.tx.Conversation.HeardAt) > lapseAfter {
		p.talk.State = flows.State{Lang: p.talk.Lang, Pair: p.talk.Pair}
	}
}

// input puts an inbound into the engine's words. A key that answers another turn than the newest one (a database restored from an
// older copy) counts as silence: the question is put again.
func (p *playing) input() flows.Input {
	in := flows.Input{Kind: p.in.Kind, Text: p.in.Text, HungUp: p.in.HungUp, Photos: len(p.in.Media)}
	switch {
	case p.in.Channel == flows.Text:
		in.Idle = p.now.Sub(p.tx.Conversation.HeardAt) > idleAfter
	case p.in.Kind == flows.KindHangup:
	case p.tx.Conversation.N == 0: // nothing of this call is known: it begins
		in = flows.Input{Kind: flows.KindCall}
	case p.in.Kind != flows.KindCall && p.in.Answers != p.tx.Conversation.N:
		in = flows.Input{Kind: flows.KindSilence}
	}
	return in
}

// converse runs the flow until it waits or ends, doing the effects that it asks for.
func (p *playing) converse(ctx context.Context) error {
	hash := p.talk.Set
	if p.talk.Flow == "" {
		hash = ""
	}
	set, found, err := p.g.sets.find(ctx, p.tx, hash)
	if err != nil {
		return err
	}
	p.set = set
	if !found {
		p.startOver("its flow set is gone")
	}
	p.env = flows.Env{Channel: p.in.Channel, Languages: languages(p.line), Nonce: p.g.nonce.Add(1), Facts: p.facts.values(p)}
	in := p.input()
	if p.in.Rec != nil {
		in.Rec = p.recordingID().String()
	}
	out, err := p.next(ctx, in)
	if err != nil {
		p.startOver(err.Error())
		if out, err = p.next(ctx, in); err != nil {
			return fmt.Errorf("running a flow: %w", err)
		}
	}
	return p.follow(ctx, out)
}

func (p *playing) startOver(cause string) {
	p.g.log.Warn("a conversation starts over", "flow", p.talk.Flow, "step", p.talk.Step, "cause", cause)
	p.talk.State = flows.State{Lang: p.talk.Lang, Pair: p.talk.Pair}
	p.set = p.g.sets.current
}

// A turn does at most so many effects; a flow that asks for more is broken.
const mostEffects = 20

func (p *playing) follow(ctx context.Context, out flows.Output) error {
	for range mostEffects {
		p.reply.Say = append(p.reply.Say, out.Say...)
		p.talk.State = out.State
		if out.Do == nil {
			p.reply.Wait = out.Wait
			return nil
		}
		outcome, values, err := p.g.effects[out.Do.Effect].do(p, ctx, out.Do.Args)
		if err != nil {
			return fmt.Errorf("doing %s: %w", out.Do.Effect, err)
		}
		p.g.count.effect(out.Do.Effect, outcome)
		out, err = p.next(ctx, flows.Input{Kind: flows.KindOutcome, Outcome: outcome, Values: values})
		if err != nil {
			return fmt.Errorf("going on after %s: %w", out.Do.Effect, err)
		}
	}
	return fmt.Errorf("flow %s asks for more than %d effects in a turn", p.talk.Flow, mostEffects)
}

// next runs the engine, and once more for each group of facts that it turned out to need: it is pure, so nothing is done twice.
func (p *playing) next(ctx context.Context, in flows.Input) (flows.Output, error) {
	for {
		out, err := p.set.Next(p.talk.State, in, p.env)
		fetched, ferr := p.facts.fetch(ctx, p, err)
		if ferr != nil || !fetched {
			return out, firstError(ferr, err)
		}
		p.env.Facts = p.facts.values(p)
	}
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// bound holds back an answer that a phone should not get any more (pace); what was heard stands all the same.
func (p *playing) bound() {
	if p.in.Channel == flows.Voice {
		p.reply.Turn = p.tx.Conversation.N + 1
		p.talk.Over = p.reply.Wait == nil
		return
	}
	if !p.talk.Pace.allow(p.reply.Text(), p.now, p.line, p.tx.Conversation.Joined) {
		p.g.count.held()
		p.reply.Say = nil
	}
}

func (p *playing) commit(ctx context.Context) (sealed []byte, err error) {
	keys := p.g.store.Keys
	p.talk.Set = p.g.sets.current.Hash()
	if p.set != nil {
		p.talk.Set = p.set.Hash()
	}
	if sealed, err = p.talk.seal(keys, p.tx.Conversation.ID); err != nil {
		return nil, err
	}
	reply, err := json.Marshal(p.reply)
	if err != nil {
		return nil, fmt.Errorf("writing a reply: %w", err)
	}
	done := store.Done{
		Turn: p.id, At: p.now, FlowSet: p.talk.Set, State: sealed,
		Input: keys.Seal(sealedInput, p.id, []byte(p.in.Text)),
		Reply: keys.Seal(sealedReply, p.id, reply),
	}
	if p.talk.Lang != flows.Lang(p.tx.Conversation.Lang) {
		done.Lang = string(p.talk.Lang)
	}
	return sealed, p.tx.Commit(ctx, done)
}

func languages(l store.Line) []flows.Lang {
	out := make([]flows.Lang, len(l.Languages))
	for i, lang := range l.Languages {
		out[i] = flows.Lang(lang)
	}
	return out
}
