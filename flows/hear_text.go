package flows

import "strings"

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
		if n, ok := t.set.commands.bare(folded); ok && in.Photos == 0 {
			if isPair(n) {
				t.phrase("late")
				return &target{}
			}
			text = "" // an answer to nothing that is open: the menu shows what is
		}
		return t.door(t.withPictures(text, in))
	}
	a := t.asked()
	if a == nil {
		return nil
	}
	if q, ok := a.question.(*numbered); ok && !in.Idle && !t.st.Resume {
		if to, ok := q.hear(a, t, answer{text, folded, ""}); ok {
			return to
		}
	}
	if to := t.command(a, folded); to != nil || t.out.Wait != nil {
		return to
	}
	text = t.withPictures(text, in)
	switch {
	case t.st.Resume:
		return t.hearResume(a, text, fold(text))
	case in.Idle:
		return t.hold(text)
	}
	return t.hearAnswer(a, text, fold(text))
}

// withPictures puts words to pictures: they tell something, and should be heard like a text that does.
func (t *turn) withPictures(text string, in Input) string {
	if in.Photos == 0 || wordCount(text) > fewWords {
		return text
	}
	return joined(text, t.render(t.set.phrases["picture"].in(Text, t.lang.lang), t.lang))
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
			t.askResume()
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
		return &target{}
	}
	t.out.Wait = &Wait{}
	return nil
}

// hearAnswer takes what was written as the answer to the question that stands.
func (t *turn) hearAnswer(a *ask, text, folded string) *target {
	if to, ok := a.question.hear(a, t, answer{text, folded, ""}); ok {
		return to
	}
	n, bare := t.set.commands.bare(folded)
	switch {
	case bare && isPair(n) && t.st.Flow == doorFlow:
		t.phrase("late")
		return t.orStay(a)
	case a.other == nil || text == "" || bare: // a number means a choice, and elsewhere another one
		return a.amiss(t)
	}
	if t.st.Wrong++; t.st.Wrong >= a.tries && wordCount(text) <= fewWords {
		return t.giveUp(a)
	}
	t.save(heardVar, Value{Text: text})
	return t.way("other", "", a.other)
}

// hold keeps what came after a long while, and asks first whether to go on: the phone may be in other hands.
func (t *turn) hold(text string) *target {
	t.st.Resume, t.st.Held, t.st.Wrong = true, text, 0
	t.askResume()
	return nil
}

// askResume asks whether to go on, without a word about what.
func (t *turn) askResume() {
	t.phrase("resume")
	t.out.Wait = &Wait{}
}

// hearResume takes the answer to "Continue? 1 Start again? 2".
func (t *turn) hearResume(a *ask, text, folded string) *target {
	held := t.st.Held
	_, isFree := a.question.(*free)
	n, rest := t.set.commands.number(folded)
	switch {
	case n == 1 && rest == "" || t.set.commands.yes[folded]:
		t.resumed()
		if isFree && t.set.commands.tells(fold(held)) {
			return t.hearAnswer(a, held, fold(held))
		}
		return a.again(t)
	case n == 2 && rest == "" || t.set.commands.no[folded]:
		t.leave(a)
		return t.door(longEnough(held))
	case wordCount(text) <= fewWords:
		if t.st.Wrong++; t.st.Wrong >= a.tries {
			return t.giveUp(a)
		}
		t.askResume()
		return nil
	case isFree:
		t.resumed()
		whole := joined(longEnough(held), text)
		return t.hearAnswer(a, whole, fold(whole))
	}
	t.leave(a)
	return t.door(joined(longEnough(held), text))
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
