package flows

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// How long one phone rings for a caller, and how many are tried (WORKERS.md: danger keeps its word). After that minute the flow
// goes on, to a recording.
const (
	ringTimeout = 20 * time.Second
	mostRings   = 3
)

// handOver is the verb that gives a call to a person: those whom the program finds ring one after the other, and whoever presses 1
// first takes it. They hear the caller's language and the purpose, and see no number but the line's.
//
//	hand_over: TEXT    the purpose, in a word or two, told to them before they press 1
//	speaks: EXPRESSION the language that those speak who are rung, and in which they are told; left out, or '': the caller's
//	between: TEXT      said to the caller before each phone rings
//	taken: NEXT        they have talked
//	nobody: NEXT       nobody can be rung, or nobody took it
//	text: NEXT         by text, where nobody can be handed over
//	hangup: NEXT       goes on silently when the caller hangs up meanwhile
type handOver struct {
	at            place
	purpose       *text
	between       *text
	speaks        *expression
	taken, nobody *target
	text, hangup  *target
	effect        string
}

func (l *loader) readHandOver(n ast.Node) verb {
	o := l.stepObject(n, "hand_over", handOverFields().names()...)
	v := &handOver{at: o.at, purpose: l.text(o.get("hand_over")), between: l.text(o.get("between")), hangup: l.optionalNext(o.get("hangup"))}
	if f := o.get("speaks"); f != nil {
		v.speaks = l.expression(f)
	}
	for name, to := range map[string]**target{"taken": &v.taken, "nobody": &v.nobody, "text": &v.text} {
		f := o.get(name)
		if f == nil {
			l.found.add(o.at, "hand_over does not say what comes when it is %q; add \"%s: <step>\"", name, name)
			*to = &target{at: o.at, name: "end"}
			continue
		}
		*to = l.optionalNext(f)
	}
	for _, name := range slices.Sorted(maps.Keys(l.set.vocabulary.Effects)) {
		if l.set.vocabulary.Effects[name].Rings {
			v.effect = name
		}
	}
	if v.effect == "" {
		l.found.add(o.at, "this program cannot ring anybody; take the step out")
	}
	return v
}

func (v *handOver) edges() []edge {
	all := []edge{
		{why: "taken", to: v.taken, channel: Voice, waits: true},
		{why: "nobody", to: v.nobody, channel: Voice},
		{why: "text", to: v.text, channel: Text},
	}
	if v.hangup != nil {
		all = append(all, edge{why: "hangup", to: v.hangup, channel: Voice, waits: true, hangup: true})
	}
	return all
}

func (v *handOver) resolve(l *loader) {
	l.resolveText(v.purpose, nil)
	l.resolveText(v.between, nil)
	l.resolveExpression(v.speaks, nil, nil, TypeText)
}

// run asks whom to ring next.
func (v *handOver) run(t *turn) *target {
	switch {
	case t.st.Gone:
		t.st.Told = false
		return t.orEnd(t.way("hangup", "", v.hangup))
	case t.env.Channel == Text:
		return t.way("text", "", v.text)
	case t.st.Tried >= mostRings:
		return t.way("nobody", "", v.nobody)
	}
	t.out.Do = &Request{Effect: v.effect, Args: map[string]Value{"tried": {Num: int64(t.st.Tried)}}}
	if lang := v.lang(t); lang != t.st.Lang {
		t.out.Do.Args["speaks"] = Value{Text: string(lang)}
	}
	return nil
}

// lang is the language that those speak who are rung.
func (v *handOver) lang(t *turn) Lang {
	if v.speaks != nil {
		return cmp.Or(Lang(t.value(v.speaks).Text), t.st.Lang)
	}
	return t.st.Lang
}

// came rings whom the effect found.
func (v *handOver) came(t *turn, in Input) *target {
	if in.Outcome != "ringing" {
		return t.way("nobody", "", v.nobody)
	}
	t.st.Tried++
	t.say(v.between, true)
	g := t.lang // whoever is rung speaks it; of a caller who chose none nobody knows
	if lang := v.lang(t); lang != t.st.Lang {
		g = cmp.Or(t.language(lang), t.lang)
	}
	purpose := t.render(v.purpose.in(Voice, g.source()), g)
	t.out.Wait = &Wait{Ring: &Ring{Who: in.Values["who"].Text, Lang: v.lang(t), Purpose: purpose, Timeout: ringTimeout}}
	return nil
}

// rang goes on when a phone has rung: they have talked, or the next is tried.
func (v *handOver) rang(t *turn, in Input) *target {
	if in.Kind == KindRang && in.Outcome == "taken" {
		return t.way("taken", "", v.taken)
	}
	return v.run(t)
}
