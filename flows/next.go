package flows

import (
	"fmt"
	"strings"
)

// Next answers one input: what to say, then an effect to do or something to wait for. It depends on nothing but what it is given.
// Its error is MissingFact, or means that this set cannot continue the state (a flow or a step that is not in it): the caller starts
// over with a zero State, keeping the language.
func (s *Set) Next(st State, in Input, env Env) (Output, error) { return s.next(st, in, env, nil) }

// next is Next, and notes where it went.
func (s *Set) next(st State, in Input, env Env, trace *visits) (Output, error) {
	t := s.turn(st, env)
	t.trace = trace
	t.short = in.Kind == KindOutcome && st.Brief
	out, err := t.hear(in)
	if err != nil || t.short || !t.shortens {
		return out, err
	}
	again := s.turn(st, env)
	again.short = true
	brief, err := again.hear(in)
	if err != nil || out.Do != nil || costsLess(brief.Say, out.Say) { // what follows an effect is not known yet, and may be long
		return brief, err
	}
	return out, nil
}

// costsLess says whether one answer by text takes fewer segments than another, or fits the cheaper alphabet.
func costsLess(a, b []Prompt) bool {
	na, ucsA, _ := Segments(oneText(a))
	nb, ucsB, _ := Segments(oneText(b))
	return na < nb || ucsB && !ucsA
}

// oneText is the prompts of a turn as one text.
func oneText(say []Prompt) string {
	var b strings.Builder
	for i, p := range say {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.Words)
	}
	return b.String()
}

// hear answers one input, with days in one of their two forms.
func (t *turn) hear(in Input) (Output, error) {
	switch in.Kind {
	case KindCall:
		t.st = State{Lang: t.st.Lang, Pair: t.st.Pair}
		if f := t.set.flows[in.Flow]; f != nil {
			return t.follow(t.start(f, nil))
		}
		return t.follow(t.door(""))
	case KindOutcome:
		return t.follow(t.hearOutcome(in))
	case KindText:
		t.number, _ = t.set.commands.number(fold(clean(in.Text)))
		return t.follow(t.hearText(in))
	case KindReply:
		return t.follow(t.hearReply(in))
	case KindHangup, KindKeys, KindSilence, KindRecording, KindRang:
		return t.follow(t.hearCall(in))
	case KindLapse:
		return t.follow(t.hearLapse())
	}
	return Output{}, fmt.Errorf("flows: no input is of kind %q", in.Kind)
}

// step is where the state stands; nil with an error set if this set has no such place.
func (t *turn) step() *step {
	f := t.set.flows[t.st.Flow]
	if f == nil {
		t.fail("this set has no flow %q", t.st.Flow)
		return nil
	}
	s := f.step(t.st.Step)
	if s == nil {
		t.fail("flow %q of this set has no step %q", t.st.Flow, t.st.Step)
	}
	return s
}

// asked is the ask that waits for an answer.
func (t *turn) asked() *ask {
	s := t.step()
	if s == nil {
		return nil
	}
	a, ok := s.verb.(*ask)
	if !ok {
		t.fail("step %q of flow %q asks nothing", t.st.Step, t.st.Flow)
	}
	return a
}

// hearOutcome goes on where the turn stopped for an effect.
func (t *turn) hearOutcome(in Input) *target {
	s := t.step()
	if s == nil {
		return nil
	}
	switch v := s.verb.(type) {
	case *do:
		return v.came(t, in)
	case *handOver:
		return v.came(t, in)
	}
	t.fail("step %q of flow %q does nothing that could have an outcome", t.st.Step, t.st.Flow)
	return nil
}

// Secret says whether what is awaited in a state leaves no trace: neither the input nor the answer to it may be kept, in clear or
// under a key of this machine (DESIGN.md, rule 7).
func (s *Set) Secret(st State) bool {
	f := s.flows[st.Flow]
	if f == nil || f.step(st.Step) == nil {
		return false
	}
	a, ok := f.step(st.Step).verb.(*ask)
	return ok && a.secret
}
