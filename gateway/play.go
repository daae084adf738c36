package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
	"hotline/store/conversation"
)

// playing is one attempt at a turn: what it needs, and what becomes of it.
type playing struct {
	g     *Gateway
	in    Inbound
	line  store.Line
	tx    *store.Turn
	id    uuid.UUID // of this turn
	now   time.Time
	did   int  // effects done
	acted bool // one of them changed something

	heardAt time.Time // when this conversation was last heard, as the next turn will see it

	current *flows.Set // with which a conversation begins in this turn
	set     *flows.Set // of the conversation; nil: no flow was run

	talk  talk
	env   flows.Env
	facts facts
	reply Reply

	idle    bool        // it is long since this phone wrote, or was written to unasked
	secret  bool        // what this turn answers leaves no trace (secret.go)
	factsIn flows.Lang  // the language chosen in this turn, if the facts are of that
	lost    bool        // what it answers cannot be known any more, and may be secret
	blank   bool        // its words are not heard: they came long after the question
	kept    *secretTurn // what is kept in their place

	people    []*flows.Recorded // what people have recorded of languages
	takes     map[string]bool   // recordings of this call that are heard back: no recordings of the flows
	forgotten bool              // this phone was erased in this turn
	tooLate   bool              // this text was not heard when it came, and answers nothing any more

	replies *flows.Input // the text answers a notice: this begins its flow
	told    bool         // it was answered without the engine, and the talk stays as it is

	workplaces []string // of those who have it, where it is quiet
}

// play is one attempt: one transaction, from the lock to the commit.
func (g *Gateway) play(ctx context.Context, in Inbound, line store.Line, had conversation.Copy, before talk) (r Reply, c conversation.Copy, err error) {
	now := g.now()
	current := g.sets.current()
	prefetch := g.guessFacts(current, before)
	people := g.people.now(ctx) // before a connection is taken
	tx, err := g.store.BeginTurn(ctx, store.Arrival{
		Key: in.Key, Line: line, Phone: in.From, Call: in.Call, At: now, Known: had.Turn, Facts: prefetch,
	})
	if err != nil {
		return Reply{}, conversation.Copy{}, err
	}
	defer func() { err = tx.End(err) }()
	if tx.Repeated {
		reply, err := g.repeat(ctx, tx, in, tx.RepeatOf, tx.Reply)
		if err != nil { // it stands, and what was answered cannot be read any more
			err = fmt.Errorf("%w: %w", store.ErrUnsure, err)
			return Reply{}, conversation.Copy{}, err
		}
		if reply, err = g.dial(ctx, tx, line, tx.RepeatOf, reply); err != nil {
			g.log.Error("whom to ring cannot be looked up; the call goes on without", "cause", err)
		}
		return reply, conversation.Copy{}, nil
	}
	if !in.waitedFor(tx.Conversation.Turn) {
		return Reply{}, conversation.Copy{}, nil // something was heard after all
	}

	p := &playing{g: g, in: in, line: line, tx: tx, id: uuid.Must(uuid.NewV7()), now: now, heardAt: now, current: current, talk: before, people: people}
	defer p.hush(&err)
	if tx.Conversation.Turn == uuid.Nil || tx.Conversation.Turn != had.Turn {
		p.talk, err = openTalk(g.store.Keys, sealedTalk, tx.Conversation.ID, tx.Conversation.State)
		if errors.Is(err, errUnreadable) && in.Kind == flows.KindLapse {
			return Reply{}, conversation.Copy{}, tx.StopWaiting(ctx)
		} else if errors.Is(err, errUnreadable) { // left by a program that wrote it otherwise; to refuse the phone for ever would be worse
			g.log.Warn("a conversation's state cannot be read and is begun anew", "cause", err)
		} else if err != nil {
			return Reply{}, conversation.Copy{}, err
		}
	}
	p.facts = facts{have: prefetch, known: tx.Known}
	if err := p.hear(ctx); errors.Is(err, errNothingWaits) {
		g.log.Warn("a wait is over, and its flow cannot go on", "cause", err)
		return Reply{}, conversation.Copy{}, tx.StopWaiting(ctx)
	} else if err != nil {
		return Reply{}, conversation.Copy{}, err
	}
	if p.reply, err = g.dial(ctx, tx, line, p.id, p.reply); err != nil {
		return Reply{}, conversation.Copy{}, err
	}
	if err := p.commit(ctx); err != nil {
		return Reply{}, conversation.Copy{}, err
	}
	if p.forgotten {
		g.dropCopies(ctx, in)
		return p.reply, conversation.Copy{}, nil
	}
	// The copy opens for this turn alone, so that nobody who can write to Redis can put one in place of another.
	sealed, err := p.talk.seal(g.store.Keys, sealedCopy, p.id)
	if err != nil {
		g.log.Error("a conversation's copy cannot be written", "cause", err)
		return p.reply, conversation.Copy{}, nil
	}
	return p.reply, conversation.Copy{Turn: p.id, Sealed: sealed}, nil
}

// hear decides what this inbound is, and lets it take effect.
func (p *playing) hear(ctx context.Context) error {
	if err := p.findSecret(ctx); err != nil {
		return err
	}
	missed, votedIn := !p.in.Missed.IsZero(), uuid.Nil
	if p.tooLate = missed && !p.stillAnswers(); p.tooLate {
		return p.cameLate(ctx)
	}
	if missed {
		p.now, votedIn = p.in.Missed, p.votesIn()
		p.heardAt = p.now
	}
	if err := p.takeMedia(ctx); err != nil {
		return err
	}
	if err := p.rang(ctx); err != nil {
		return err
	}
	if p.talk.Over {
		if p.lost {
			p.unhear()
		}
		return p.late(ctx)
	}
	if p.in.Kind == flows.KindLapse {
		p.heardAt = p.tx.Conversation.HeardAt // nothing was heard
	} else if p.in.Channel == flows.Text {
		handled, err := p.carrierWord(ctx)
		if err != nil || handled {
			p.heardAt = p.tx.Conversation.HeardAt // a word to the carrier is no answer to us: who was idle stays so
			return err
		}
		if err := p.stopPhrase(ctx); err != nil {
			return err
		}
		if p.line.Texts == store.TextsPending && !p.secret {
			return p.keep(ctx)
		}
		if p.idle, err = p.isIdle(ctx); err != nil {
			return err
		}
		p.talk.Nudge = nil // answered
		if err := p.findQuestion(ctx); err != nil {
			return err
		}
	}
	p.stillOrNot()
	if chosen := p.tx.Conversation.Lang; chosen != "" { // the phone's last choice, which it may have made on another line
		p.talk.Lang = flows.Lang(chosen)
	}
	if p.lost { // not sooner: STOP is heard whatever it answers
		p.tellLost()
		p.unhear()
	}
	left := p.talk.State
	if err := p.converse(ctx); err != nil {
		return err
	}
	if p.in.Kind == flows.KindHangup && p.did == 0 {
		p.talk.Left, p.talk.LeftAt = &left, p.tx.Conversation.N
	}
	if err := p.playable(ctx); err != nil {
		return err
	}
	if err := p.rings(ctx); err != nil {
		return err
	}
	p.bound()
	if p.in.Kind == flows.KindLapse {
		return p.send(ctx)
	}
	if err := p.keepStopped(ctx); err != nil || !missed {
		return err
	}
	return p.sendLate(ctx, votedIn)
}

// late takes what a caller did before hanging up and the carrier told of afterwards: it sends both at the same moment, in no order
// that it promises. It counts as if it had come first, if the end of the call has done nothing in its place.
func (p *playing) late(ctx context.Context) error {
	if p.talk.Left == nil || p.in.Answers != p.talk.LeftAt || p.in.Kind == flows.KindHangup || p.in.Kind == flows.KindSilence {
		return nil
	}
	p.talk.State, p.talk.Left = *p.talk.Left, nil
	p.talk.Gone = true
	p.tx.Conversation.N = p.talk.LeftAt // what this answers
	if err := p.converse(ctx); err != nil {
		return err
	}
	p.reply, p.kept = Reply{Turn: p.talk.LeftAt + 1}, nil // nobody hears anything
	return nil
}

// input puts an inbound into the engine's words. A key that answers another turn than the newest one (a database restored from an
// older copy) counts as silence: the question is put again.
func (p *playing) input() flows.Input {
	if p.replies != nil {
		return p.replied()
	}
	in := flows.Input{Kind: p.in.Kind, Text: p.in.Text, HungUp: p.in.HungUp, Photos: len(p.in.Media), Outcome: p.in.Outcome}
	switch {
	case p.in.Kind == flows.KindLapse:
	case p.in.Channel == flows.Text:
		in.Idle = p.idle
	case p.in.Kind == flows.KindHangup:
	case p.in.Kind == flows.KindRang && p.in.HungUp && p.in.Outcome == Missed: // they left while it rang
		in = flows.Input{Kind: flows.KindHangup}
	case p.tx.Conversation.N == 0: // nothing of this call is known: it begins
		in = flows.Input{Kind: flows.KindCall}
		if p.talk.Notice = p.in.Notice; p.talk.Notice != uuid.Nil {
			in.Flow = calledFlow
		}
	case p.in.Kind != flows.KindCall && p.in.Answers != p.tx.Conversation.N:
		in = flows.Input{Kind: flows.KindSilence}
	}
	// Turns are numbered on from what the carrier has heard, so that no number is used twice in a call.
	p.tx.Conversation.N = max(p.tx.Conversation.N, p.in.Answers)
	return in
}

// converse runs the flow until it waits or ends, doing the effects that it asks for.
func (p *playing) converse(ctx context.Context) error {
	if p.told {
		return nil
	}
	if err := p.findSet(ctx); err != nil {
		return err
	}
	p.env = flows.Env{Channel: p.in.Channel, Languages: languages(p.line), Nonce: p.g.nonce.Add(1), Now: p.moment(p.now), Facts: p.facts.values(p),
		Recorded: p.people}
	// A text that we start holds none of the words that tell what this is about, and none to a quiet phone does.
	if p.env.Quiet = p.in.Kind == flows.KindLapse || p.tx.Conversation.Quiet; p.env.Quiet && p.in.Channel == flows.Text {
		if err := p.findWorkplaces(ctx); err != nil {
			return err
		}
		p.quieted(p.talk.Vars)
	}
	in := p.input()
	if p.in.Rec != nil {
		in.Rec = p.recordingID().String()
	}
	p.trace(in)
	out, err := p.next(ctx, in)
	if stuck := (*stuckError)(nil); errors.As(err, &stuck) {
		if err := p.startOver(ctx, stuck.Error()); err != nil {
			return err
		}
		if p.secret {
			p.unhear()
			in.Text = ""
		}
		p.trace(in)
		out, err = p.next(ctx, in)
	}
	if err != nil {
		return fmt.Errorf("running a flow: %w", err)
	}
	return p.follow(ctx, out)
}

// findSet takes the set that the conversation began with, or the current one where it begins.
func (p *playing) findSet(ctx context.Context) (err error) {
	if p.talk.Flow == "" || p.talk.Since == 0 {
		p.talk.Since = p.now.Unix()
	}
	if p.talk.Flow == "" {
		p.set = p.current
		return nil
	}
	p.set, err = p.g.sets.of(ctx, p.tx, p.current, p.talk.Set)
	if lost := (*lostSetError)(nil); errors.As(err, &lost) {
		return p.startOver(ctx, lost.Error())
	}
	return err
}

// startOver gives up a state that no set here can go on from. A recording that it holds, and that no report has taken, is filed.
func (p *playing) startOver(ctx context.Context, cause string) error {
	if p.in.Kind == flows.KindLapse {
		return fmt.Errorf("%w: %s", errNothingWaits, cause)
	}
	p.g.log.Warn("a conversation starts over", "flow", p.talk.Flow, "step", p.talk.Step, "cause", cause)
	for _, v := range p.talk.Vars { // a flow forgets what it has filed
		if v.Rec == "" {
			continue
		}
		if _, _, err := p.fileReport(ctx, args{"what": v}); err != nil {
			return fmt.Errorf("filing what was recorded: %w", err)
		}
	}
	p.talk.State = flows.State{Lang: p.talk.Lang, Pair: p.talk.Pair}
	p.set, p.talk.Since = p.current, p.now.Unix()
	return nil
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
		effect := p.g.effects[out.Do.Effect]
		outcome, values, err := effect.do(p, ctx, out.Do.Args)
		if err != nil {
			return fmt.Errorf("doing %s: %w", out.Do.Effect, err)
		}
		p.did++
		p.acted = p.acted || !effect.Looks
		p.g.count.effect(out.Do.Effect, outcome)
		came := flows.Input{Kind: flows.KindOutcome, Outcome: outcome, Values: p.quietly(out.Do.Effect, outcome, values)}
		if p.kept != nil {
			p.kept.Outcomes = append(p.kept.Outcomes, came)
		}
		doing := out.Do.Effect
		out, err = p.next(ctx, came)
		if err != nil {
			return fmt.Errorf("going on after %s: %w", doing, err)
		}
	}
	return fmt.Errorf("flow %s asks for more than %d effects in a turn", p.talk.Flow, mostEffects)
}

// next runs the engine, and once more for each group of facts that it turned out to need: it is pure, so nothing is done twice.
// It fails with a stuckError where the set cannot go on from this state, and otherwise only with what Postgres said.
func (p *playing) next(ctx context.Context, in flows.Input) (flows.Output, error) {
	revalued := false
	for {
		out, err := p.set.Next(p.talk.State, in, p.env)
		if err == nil && !revalued && p.speaks(out.State.Lang) {
			revalued = true
			continue
		}
		if err == nil {
			return out, nil
		}
		fetched, failed := p.facts.fetch(ctx, p, err)
		if failed != nil {
			return flows.Output{}, failed
		}
		if !fetched {
			return flows.Output{}, &stuckError{err}
		}
		p.env.Facts = p.facts.values(p)
	}
}

// speaks revalues what depends on the language when that was chosen in this very turn, and tells whether to run the engine once more.
func (p *playing) speaks(lang flows.Lang) bool {
	if lang == p.lang() || p.facts.have&store.FactDuty == 0 {
		return false
	}
	p.factsIn = lang
	p.env.Facts = p.facts.values(p)
	return true
}

// lang is the language that facts are about.
func (p *playing) lang() flows.Lang {
	if p.factsIn != "" {
		return p.factsIn
	}
	return p.talk.Lang
}

// stuckError is the engine's own: this flow set cannot go on from this state.
type stuckError struct{ cause error }

func (s *stuckError) Error() string { return s.cause.Error() }
func (s *stuckError) Unwrap() error { return s.cause }

// bound holds back an answer that a phone should not get any more (pace); what was heard stands all the same.
func (p *playing) bound() {
	if p.in.Channel == flows.Voice {
		p.reply.Turn = p.tx.Conversation.N + 1
		p.talk.Over = p.reply.Wait == nil
		return
	}
	if !p.talk.Pace.allow(p.reply.Text(), p.secret, p.now, p.line, p.tx.Conversation.Joined) {
		p.g.count.held()
		p.reply.Say = nil
		if p.kept != nil {
			p.kept.Held = true
		}
	}
}

func (p *playing) commit(ctx context.Context) error {
	keys := p.g.store.Keys
	p.sees()
	if p.set != nil { // else no flow was run, and the state is still of the set it was
		p.talk.Set, p.talk.Plain = p.set.Hash(), !p.set.Secret(p.talk.State)
	}
	sealed, err := p.talk.seal(keys, sealedTalk, p.tx.Conversation.ID)
	if err != nil {
		return err
	}
	input, reply, err := p.leaves()
	if err != nil {
		return err
	}
	done := store.Done{
		Turn: p.id, At: p.heardAt, State: sealed, Input: input, Reply: reply,
	}
	if p.talk.Flow != "" && !p.talk.Over {
		done.FlowSet = p.talk.Set
	}
	if p.in.Kind == flows.KindText {
		done.Erase = p.in.Key
	}
	p.wakes(&done)
	if p.talk.Lang != flows.Lang(p.tx.Conversation.Lang) {
		done.Lang = string(p.talk.Lang)
	}
	return p.tx.Commit(ctx, done)
}

func languages(l store.Line) []flows.Lang {
	out := make([]flows.Lang, len(l.Languages))
	for i, lang := range l.Languages {
		out[i] = flows.Lang(lang)
	}
	return out
}
