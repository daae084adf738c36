package flows

import (
	"strings"
	"unicode"
)

// apartFlow keeps what somebody tells in answer to a question that cannot take it. It takes "what", asks nothing, and when it has ended
// the question is put again: nothing sent is ever dropped, and no question is left without a word. A set without it has only what the
// questions themselves say.
const apartFlow = "apart"

// apart keeps a text of more than a few words that is no answer to what is asked; nil: it is none, or nothing keeps it.
func (t *turn) apart(a *ask, text string) *target {
	if _, numbers := a.question.(*digits); numbers || a.secret {
		text = t.set.commands.withoutDigits(text)
	}
	f := t.set.flows[apartFlow]
	if f == nil || t.env.Channel != Text || !tellsMore(text) {
		return nil
	}
	vars := map[string]Value{}
	for name := range t.step().live {
		if value, ok := t.st.Vars[name]; ok && name != heardVar {
			vars[name] = value
		}
	}
	callers := append(t.st.Callers[:len(t.st.Callers):len(t.st.Callers)], Frame{Flow: t.st.Flow, Step: t.st.Step, Vars: vars})
	many := t.hadManyOptions()
	t.goesOn(t.st.Flow, f.name)
	t.begin(f, map[string]Value{apartVar: {Text: text}})
	t.st.Callers = callers
	t.manyOptions(many)
	return &target{step: f.steps[0]}
}

// apartVar is what that flow takes.
const apartVar = "what"

// tellsMore says whether a text has more than a few words, besides signs.
func tellsMore(text string) bool {
	words := 0
	for _, word := range strings.Fields(text) {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			words += wordCount(word)
		}
	}
	return words > fewWords
}

// mostSpelled is how many numbers in words may stand in a row in a sentence: more could be a PIN.
const mostSpelled = 2

// withoutDigits is what was written in answer to a question for digits as it may be kept: without any, and without numbers spelled out
// one after the other. What is left tells what somebody meant, and not what they keyed.
func (c *commands) withoutDigits(text string) string {
	words := strings.Fields(text)
	spelled := 0
	for i := 0; i <= len(words); i++ {
		if i < len(words) {
			if _, ok := c.numbers[fold(words[i])]; ok {
				spelled++
				continue
			}
		}
		for k := i - spelled; spelled > mostSpelled && k < i; k++ {
			words[k] = mask
		}
		spelled = 0
	}
	for i, word := range words {
		if strings.IndexFunc(word, unicode.IsNumber) >= 0 {
			words[i] = mask
		}
	}
	return strings.Join(words, " ")
}

// keepsApart says whether a sentence in answer to a question may be kept apart: where no way is for other words, and it is none for words.
func (a *ask) keepsApart() bool {
	_, isFree := a.question.(*free)
	return a.other == nil && !isFree
}
