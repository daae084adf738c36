package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"hotline/flows"
	"hotline/store"
)

// A secret turn is one that answers a step marked secret: neither what came in nor what was answered may stand anywhere, not even
// under our own keys (DESIGN.md, rule 7). Its row keeps what the engine was given besides the input. When the carrier brings the same
// input again, the engine, which is pure, makes the same reply of it; no effect is done, since their outcomes are kept.

// keptReply is what a turn row holds: a reply, or what makes it again from the input.
type keptReply struct {
	Reply
	Secret *secretTurn `json:"secret,omitempty"`
}

// secretTurn is all that the engine was given in a secret turn, but for the words.
type secretTurn struct {
	Set      string          `json:"set"`
	State    flows.State     `json:"state"` // before the turn
	Env      flows.Env       `json:"env"`
	Input    flows.Input     `json:"input"` // without its text …
	Blank    bool            `json:"blank,omitempty"`
	Before   []flows.Prompt  `json:"before,omitempty"`   // said before anything else
	Outcomes []flows.Input   `json:"outcomes,omitempty"` // of its effects, in order
	Lacks    map[string]bool `json:"lacks,omitempty"`    // recordings that were not there
	Held     bool            `json:"held,omitempty"`     // the pace did not allow an answer
	Turn     int             `json:"turn,omitempty"`
}

// findSecret learns whether what this turn answers is secret.
func (p *playing) findSecret(ctx context.Context) error {
	st := p.talk.State
	if p.talk.Over && p.talk.Left != nil {
		st = *p.talk.Left
	}
	if st.Flow == "" {
		return nil
	}
	set, err := p.g.sets.of(ctx, p.tx, p.current, p.talk.Set)
	if lost := (*lostSetError)(nil); errors.As(err, &lost) {
		left := p.talk.Over && p.talk.Left != nil
		if p.talk.Plain && !left {
			return nil
		}
		p.secret, p.lost = true, true // where it cannot be known, nothing is kept
		return nil
	} else if err != nil {
		return err
	}
	p.secret = set.Secret(st)
	return nil
}

// unhear forgets the words of a secret answer that no question can take any more, and a picture that came with them: it goes on at the
// front door, and what stands there would be filed as a report. A picture alone answers no such question, and tells something.
func (p *playing) unhear() {
	if p.in.Text != "" {
		p.in.Media = nil
	}
	p.in.Text, p.blank = "", true
}

// tellLost says that what was written is not kept, before the words of the front door.
func (p *playing) tellLost() {
	if p.in.Channel != flows.Text || p.in.Text == "" { // a picture alone is kept
		return
	}
	lang := p.talk.Lang
	if lang == "" {
		lang = flows.Lang(p.line.Languages[0])
	}
	lang = p.current.ToldIn(lang, p.in.Channel, p.people)
	p.reply.Say = append(p.reply.Say, flows.Prompt{Lang: lang, Words: p.current.Unasked("unrecorded", lang, nil)})
}

// trace begins the record from which a secret turn's reply can be made again.
func (p *playing) trace(in flows.Input) {
	if !p.secret {
		return
	}
	in.Text = ""
	p.kept = &secretTurn{Set: p.set.Hash(), State: p.talk.State, Input: in, Blank: p.blank, Before: slices.Clone(p.reply.Say)}
}

// leaves is what stands in the turn's row of what came in, and of what was answered.
func (p *playing) leaves() (input, reply []byte, err error) {
	keys := p.g.store.Keys
	kept := keptReply{Reply: p.reply}
	if p.kept != nil {
		p.kept.Env, p.kept.Turn = p.env, p.reply.Turn
		kept = keptReply{Secret: p.kept}
	}
	b, err := json.Marshal(kept)
	if err != nil {
		return nil, nil, fmt.Errorf("writing a reply: %w", err)
	}
	if !p.secret {
		input = keys.Seal(sealedInput, p.id, []byte(p.in.Text))
	}
	return input, keys.Seal(sealedReply, p.id, b), nil
}

// repeat is what was answered in an earlier turn to the inbound that has come again.
func (g *Gateway) repeat(ctx context.Context, q store.Querier, in Inbound, turn uuid.UUID, sealed []byte) (Reply, error) {
	if len(sealed) == 0 { // that turn has been erased since: nothing can be repeated
		return Reply{}, nil
	}
	b, err := g.store.Keys.Open(sealedReply, turn, sealed)
	if err != nil {
		return Reply{}, fmt.Errorf("opening an earlier reply: %w", err)
	}
	var kept keptReply
	if err := json.Unmarshal(b, &kept); err != nil {
		return Reply{}, fmt.Errorf("reading an earlier reply: %w", err)
	}
	if kept.Secret == nil {
		return kept.Reply, nil
	}
	return g.again(ctx, q, *kept.Secret, in.Text)
}

// again makes the reply of a secret turn once more.
func (g *Gateway) again(ctx context.Context, q store.Querier, s secretTurn, text string) (r Reply, err error) {
	set, err := g.sets.of(ctx, q, g.sets.current(), s.Set)
	if err != nil {
		return Reply{}, fmt.Errorf("an earlier reply cannot be made again: %w", err)
	}
	if !s.Blank {
		s.Input.Text = text
	}
	st := s.State
	s.Env.Recorded = g.people.now(ctx)
	r.Say = slices.Clone(s.Before)
	for _, in := range append([]flows.Input{s.Input}, s.Outcomes...) {
		out, err := set.Next(st, in, s.Env)
		if err != nil {
			return Reply{}, errors.New("an earlier reply cannot be made again: its flow cannot go on")
		}
		r.Say = append(r.Say, out.Say...)
		st, r.Wait = out.State, out.Wait
	}
	speak(r.Say, s.Lacks)
	if r.Turn = s.Turn; s.Held {
		r.Say = nil
	}
	return r, nil
}

// hush ends a secret turn's attempt: what it failed with must not say what was in it, and a panic's words may. It is deferred by
// itself, since only then it can recover.
func (p *playing) hush(err *error) {
	if !p.secret {
		return
	}
	if panicked := recover(); panicked != nil {
		*err = fmt.Errorf("a panic (%T) in a secret turn, at %s", panicked, callers())
	}
	if *err != nil {
		*err = hushed{*err}
	}
}

// hushed is an error of a secret turn. It is what it was to those who ask by errors.Is, and says no more than its kind.
type hushed struct{ cause error }

func (h hushed) Unwrap() error { return h.cause }

func (h hushed) Error() string {
	var pg *pgconn.PgError
	says := []string{"in a secret turn"}
	for _, known := range []error{store.ErrUnsure, context.DeadlineExceeded, context.Canceled} {
		if errors.Is(h.cause, known) {
			says = append(says, known.Error())
		}
	}
	if errors.As(h.cause, &pg) {
		says = append(says, "Postgres says "+pg.Code)
	}
	if strings.HasPrefix(h.cause.Error(), "a panic (") {
		says = append(says, h.cause.Error())
	}
	if len(says) == 1 {
		says = append(says, fmt.Sprintf("%T", h.cause))
	}
	return strings.Join(says, ": ")
}

// callers are the places in the code where a panic arose, without any value.
func callers() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)])
	var at []string
	for {
		f, more := frames.Next()
		at = append(at, fmt.Sprintf("%s:%d", f.Function, f.Line))
		if !more {
			return strings.Join(at, " < ")
		}
	}
}
