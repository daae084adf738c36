package flows

import (
	"cmp"
	"strings"
	"time"
)

// What a turn says, and in which language.

// add says one thing, unless nobody listens.
func (t *turn) add(p Prompt) {
	if t.st.Gone || p.Words == "" && p.Pause == 0 && p.Play == "" {
		return
	}
	if t.out.Say == nil {
		t.out.Say = make([]Prompt, 0, 8)
	}
	t.out.Say = append(t.out.Say, p)
}

func (t *turn) say(x *text, firm bool) { t.sayIn(t.lang, x, firm) }

func (t *turn) sayIn(g *language, x *text, firm bool) {
	if x == nil {
		return
	}
	tpl := t.template(x, g)
	if parts := t.played(tpl, g); parts != nil {
		t.record(parts, g, t.render(tpl, t.teller(g)), firm && t.env.Channel == Voice, nil, "")
		return
	}
	if tpl != nil && tpl.lang != g.lang && (tpl.play == nil || tpl.lang != "") {
		g = t.teller(cmp.Or(t.set.language(tpl.lang), g))
	}
	firm = firm && t.env.Channel == Voice
	if t.env.Channel == Voice && tpl != nil && tpl.play != nil {
		t.record(tpl.play, g, t.render(tpl, g), firm, nil, "")
		return
	}
	voice, play := t.voiceOf(tpl, g)
	t.add(Prompt{Lang: voice, Play: play, Words: t.render(tpl, g), Firm: firm})
}

// sayOr says a text of the flow, or else the phrase of that name; to a caller whose language is not known, in two.
func (t *turn) sayOr(x *text, phrase string) {
	if x == nil {
		t.sayEither(t.set.phrases[phrase], t.env.Channel == Voice)
		return
	}
	t.say(x, false)
}

// sayEither says a text, where it is meant so also in the second language of the line while it is not known which is spoken.
func (t *turn) sayEither(x *text, bilingual bool) {
	t.say(x, false)
	if other := t.second(); bilingual && other != nil && t.owns(x, other) {
		t.sayIn(other, x, false)
	}
}

// unsure says whether it is not known yet which of the line's languages somebody speaks.
func (t *turn) unsure() bool { return t.st.Lang == "" && len(t.speaks) > 1 }

// second is the language in which is said as well what is said in two while it is not known which is spoken; nil: there is none. By
// text the two share an alphabet: one letter that GSM-7 lacks would make both cost double.
func (t *turn) second() *language {
	if !t.unsure() || t.env.Channel == Text && t.speaks[0].wide != t.speaks[1].wide {
		return nil
	}
	return t.speaks[1]
}

// offered is the second language, where it is offered under words in the first because they share no alphabet; nil: it is not.
func (t *turn) offered(flow string) *language {
	if !t.unsure() || t.second() != nil || t.speaks[1].offer == "" || !t.speaks[1].covers(flow) {
		return nil
	}
	return t.speaks[1]
}

// owns says whether a language has words of its own for a text, so that saying it in that says anything new.
func (t *turn) owns(x *text, g *language) bool {
	if x == nil {
		return false
	}
	tpl := x.in(t.env.Channel, g.source())
	return tpl == nil || tpl.lang == "" || tpl.lang == g.lang || t.played(tpl, g) != nil
}

// phrase says a phrase of words.yaml, in two languages where it is not known which.
func (t *turn) phrase(name string) { t.sayEither(t.set.phrases[name], true) }

// sayTogether says a short text in two languages on one line; the same words only once.
func (t *turn) sayTogether(x *text) {
	if x == nil {
		return
	}
	one := t.words(x, t.speaks[0])
	if other := t.words(x, t.speaks[1]); other != one {
		one += " " + other
	}
	t.add(Prompt{Lang: t.speaks[0].lang, Words: one})
}

// words is a text in a language, or in the one that stands in for it.
func (t *turn) words(x *text, g *language) string {
	tpl := t.template(x, g)
	if tpl != nil && tpl.lang != "" {
		g = t.set.language(tpl.lang)
	}
	return t.render(tpl, g)
}

// pause says nothing for a while, which only a caller can hear.
func (t *turn) pause(d time.Duration) {
	if t.env.Channel == Voice && d > 0 {
		t.add(Prompt{Lang: t.lang.lang, Pause: d})
	}
}

// press tells the purpose of a key, and then the key.
func (t *turn) press(g *language, key string, label *text) {
	tpl := t.template(label, g)
	if r := t.recorded(g); r != nil {
		if press, purpose := r.played(t.set.speaker(g).press.parts), t.played(tpl, g); press != nil && purpose != nil {
			t.record(press, g, t.render(tpl, t.teller(g)), false, purpose, key)
			return
		}
	}
	if tpl != nil && tpl.lang != "" {
		g = t.set.language(tpl.lang)
	}
	recorded := tpl != nil && tpl.play != nil
	if !recorded && g.press.play == nil {
		g = t.set.speaker(g)
	}
	told := ""
	if tpl != nil {
		told = t.render(tpl, g)
	}
	switch {
	case g.press.play != nil && recorded:
		t.record(g.press.play, g, "", false, tpl.play, key)
		return
	case g.press.play != nil && len(g.press.parts) == 0: // the label has no recording, and is spoken between the others
		t.record(g.press.play, g, "", false, []part{{words: told}}, key)
		return
	case recorded && told == "": // only the label has one
		t.record(tpl.play, g, "", false, nil, "")
		t.digits(key, g, false)
		return
	}
	t.add(Prompt{Lang: g.lang, Words: g.press.fill("key", key, "label", told)})
}

// pressLanguage tells a language's own key, in itself.
func (t *turn) pressLanguage(g *language, key string) {
	if r := t.recorded(g); r != nil {
		if sound := r.Sounds[snippetKey(t.set.offering(g))]; sound != "" {
			t.add(Prompt{Lang: g.lang, Play: sound, Words: t.set.offering(g)})
			t.digits(key, g, false)
			return
		}
	}
	if g.pressLanguage.play != nil {
		t.record(g.pressLanguage.play, g, g.pressLanguage.fill("key", key), false, nil, key)
		return
	}
	t.add(Prompt{Lang: g.lang, Words: g.pressLanguage.fill("key", key)})
}

// render fills the gaps of a template.
func (t *turn) render(tpl *template, g *language) string {
	tpl = t.counted(tpl)
	if plain, ok := tpl.plain(); ok {
		return plain
	}
	var b strings.Builder
	stopped := false // what was told ended with a full stop, as "nov." does: another would be one too many
	for _, p := range tpl.parts {
		if p.ref == nil {
			if stopped && strings.HasPrefix(p.words, ".") {
				p.words = p.words[1:]
			}
			b.WriteString(p.words)
			continue
		}
		told := t.told(p, g)
		if sentenceCase(p.ref.shape.Type, p.format) && beginsSentence(b.String()) {
			told = t.written(capital(told), g) // a capital may lack what the small letter has: Ò
		}
		b.WriteString(told)
		stopped = strings.HasSuffix(told, ".")
	}
	return b.String()
}
