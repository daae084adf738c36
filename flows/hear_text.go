package flows

import (
	"slices"
	"strings"
)

// fewWords is as much as a word of command or of a flyer may be. What is longer was meant to be heard, and is never dropped.
const fewWords = 3

// hearText answers a text: a choice of the present question, else a command, else whatever the question takes.
func (t *turn) hearText(in Input) *target {
	text := clean(in.Text)
	folded := fold(text)
	if t.st.Flow == "" {
		if to := t.command(nil, folded); to != nil {
			return to
		}
		if to := t.opened(nil, t.withPictures(text, in), folded); to != nil {
			return to
		}
		if n, ok := t.set.commands.bare(folded); ok && in.Photos == 0 {
			if isPair(n) {
				t.phrase("late")
				return t.over()
			}
			return t.strayed() // an answer to nothing that is open: the menu shows what is
		}
		t.hint(folded)
		return t.door(t.withPictures(text, in))
	}
	if st := t.step(); st == nil {
		return nil
	} else if v, ok := st.verb.(*wait); ok {
		if to := t.command(nil, folded); to != nil {
			return to
		}
		if to := t.opened(nil, t.withPictures(text, in), folded); to != nil {
			return to
		}
		return v.hear(t, t.withPictures(text, in))
	}
	a := t.asked()
	if a == nil {
		return nil
	}
	if q, ok := a.question.(*numbered); ok && !in.Idle && !t.st.Resume {
		if to, ok := q.hear(a, t, answer{text: text, folded: folded}); ok {
			return to
		}
	}
	if to := t.command(a, folded); to != nil || t.out.Wait != nil {
		return to
	}
	if to := t.opened(a, t.withPictures(text, in), folded); to != nil {
		return to
	}
	t.hint(folded)
	_, isPhoto := a.question.(*photo)
	if !isPhoto && !(text != "" && takesDigits(a.question)) { // "tomorrow" is no less a day with a picture
		text = t.withPictures(text, in)
	}
	told := answer{text, fold(text), "", in.Photos}
	switch {
	case t.st.Resume:
		return t.hearResume(a, told)
	case in.Idle && !(isPhoto && in.Photos > 0):
		return t.hold(a, text)
	}
	return t.hearAnswer(a, told)
}

// withPictures puts words to pictures: they tell something, and should be heard like a text that does.
func (t *turn) withPictures(text string, in Input) string {
	if in.Photos == 0 || wordCount(text) > fewWords {
		return text
	}
	return joined(text, t.render(t.set.phrases["picture"].in(Text, t.lang.source()), t.lang))
}

// command obeys a word that means something at any time. Nil, with nothing waited for: it is none.
func (t *turn) command(a *ask, folded string) *target {
	c := &t.set.commands
	if lang, ok := c.languages[folded]; ok {
		t.speak(lang)
		switch {
		case a == nil:
			return t.door("")
		case t.st.Resume:
			t.askResume(a)
			return nil
		}
		return a.again(t)
	}
	if g := c.help[folded]; g != nil {
		t.help(g)
		return t.orStay(a)
	}
	if c.menu[folded] {
		t.leave(a)
		return t.door("")
	}
	if s, ok := c.starts[folded]; ok {
		t.leave(a)
		if t.st.Lang == "" {
			t.speak(s.lang)
		}
		return t.start(s.flow, nil)
	}
	return nil
}

// help says what this line is, in the language of the word that asked. The question that stands goes on standing.
func (t *turn) help(g *language) {
	if t.st.Lang == "" {
		t.speak(g.lang)
	}
	t.sayIn(g, t.set.phrases["help"], false)
}

// orStay goes on waiting for the answer to an ask; out of the blue there is none, and the talk is over.
func (t *turn) orStay(a *ask) *target {
	if a == nil {
		return t.over()
	}
	a.wait(t)
	return nil
}

// hearAnswer takes what was written as the answer to the question that stands.
func (t *turn) hearAnswer(a *ask, in answer) *target {
	if to, ok := a.question.hear(a, t, in); ok {
		return to
	}
	n, bare := t.set.commands.bare(in.folded)
	switch {
	case bare && isPair(n) && t.st.Flow == doorFlow:
		t.phrase("late")
		return t.orStay(a)
	case a.other == nil && !bare:
		if to := t.apart(a, in.text); to != nil {
			return to
		}
		return a.amiss(t)
	case a.confirms() && wordCount(in.text) <= fewWords: // "yes", "no" and "what?" tell nothing, and confirm nothing
		return a.amiss(t)
	case a.other == nil || in.text == "" || bare: // a number means a choice, and elsewhere another one
		return a.amiss(t)
	}
	if !a.other.keepsHeard() {
		t.st.Wrong++
	}
	if t.st.Wrong >= a.tries.wrong && wordCount(in.text) <= fewWords {
		return t.giveUp(a, t.way("wrong", "", a.giveup.wrong))
	}
	t.save(heardVar, Value{Text: in.text})
	return t.way("other", "", a.other)
}

// keepsHeard says whether a way leads at once to an effect that keeps what was written: then it is told, and no try at an answer.
func (to *target) keepsHeard() bool {
	if to == nil || to.step == nil {
		return false
	}
	switch v := to.step.verb.(type) {
	case *branch:
		return slices.ContainsFunc(v.rungs, func(r rung) bool { return r.then.keepsHeard() })
	case *do:
		return slices.ContainsFunc(v.with, func(a assign) bool {
			return v.effect.Args[a.name] == TypeSaid && a.value.ref != nil && a.value.ref.name == heardVar
		})
	}
	return false
}

// hold keeps what came after a long while, and asks first whether to go on: the phone may be in other hands. What was meant for a
// secret question is not kept, and has to be sent again; a story is, without the digits in it.
func (t *turn) hold(a *ask, text string) *target {
	if a.secret {
		text = longEnough(t.set.commands.withoutDigits(text))
	}
	t.st.Resume, t.st.Held, t.st.Wrong = true, text, 0
	t.askResume(a)
	return nil
}

// askResume asks whether to go on, without a word about what. Time goes on passing for the question behind it.
func (t *turn) askResume(a *ask) {
	t.phrase("resume")
	a.wait(t)
}

// hearResume takes the answer to "Continue? 1 Start again? 2".
func (t *turn) hearResume(a *ask, in answer) *target {
	held := t.st.Held
	_, isFree := a.question.(*free)
	n, rest := t.set.commands.number(in.folded)
	switch {
	case n == 1 && rest == "" || t.set.commands.yes[in.folded]:
		t.resumed()
		if _, isConfirm := a.question.(*confirm); isConfirm || a.keepsApart() && longEnough(held) != "" { // held words confirm nothing
			if to := t.apart(a, held); to != nil {
				return to
			}
			return a.again(t)
		}
		if isFree && t.set.commands.tells(fold(held)) || a.other != nil && longEnough(held) != "" {
			return t.hearAnswer(a, answer{text: held, folded: fold(held)})
		}
		return a.again(t)
	case n == 2 && rest == "" || t.set.commands.no[in.folded]:
		t.leave(a)
		if longEnough(held) == "" {
			return t.strayed()
		}
		return t.door(held)
	case wordCount(in.text) <= fewWords:
		if t.st.Wrong++; t.st.Wrong >= a.tries.wrong {
			return t.giveUp(a, t.way("wrong", "", a.giveup.wrong))
		}
		t.askResume(a)
		return nil
	case isFree:
		t.resumed()
		whole := joined(longEnough(held), in.text)
		return t.hearAnswer(a, answer{text: whole, folded: fold(whole)})
	}
	t.leave(a)
	return t.door(joined(longEnough(held), in.text))
}

func (t *turn) resumed() { t.st.Resume, t.st.Held, t.st.Wrong = false, "", 0 }

// longEnough keeps what was meant to be heard.
func longEnough(text string) string {
	if wordCount(text) > fewWords {
		return text
	}
	return ""
}

// joined puts two texts after each other.
func joined(a, b string) string { return strings.TrimSpace(a + "\n" + b) }
