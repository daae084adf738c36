package flows

import (
	"maps"
	"strconv"
)

// labelOf tells an option in a language.
func (q *numbered) labelOf(t *turn, o option, i int, g *language) string {
	switch {
	case q.languages:
		spoken := t.language(o.lang)
		return t.written(spoken.name, spoken)
	case q.list != nil:
		t.it = numberedItem(o.item, i+1)
		return t.words(q.label, g)
	}
	return t.words(o.choice.label, g)
}

// pose offers the options: on a call spoken, in writing listed, to somebody whose language is unknown in two languages, numbered
// through, so that one number chooses language and job at once.
func (q *numbered) pose(a *ask, t *turn) {
	options := q.options(a, t)
	switch {
	case t.env.Channel == Voice:
		q.speak(a, t, options)
	case a.both(t):
		half := len(options) / 2
		for i, part := range [][]option{options[:half], options[half:]} {
			t.sayIn(t.speaks[i], a.words, false)
			q.write(t, part, i*half, t.speaks[i], true)
		}
		t.sayTogether(a.after)
		return
	default:
		t.say(a.words, false)
		if !q.printed {
			q.write(t, options, 0, t.lang, a.bilingual)
		}
	}
	t.sayEither(a.after, a.bilingual)
	if g := t.offered(t.st.Flow); a.bilingual && g != nil {
		t.add(Prompt{Lang: g.lang, Words: g.offer})
	}
}

// write lists options by text: one a line, or all on one.
func (q *numbered) write(t *turn, options []option, first int, g *language, oneLine bool) {
	line := ""
	for i, o := range options {
		one := g.choice.fill("key", strconv.Itoa(first+i+1), "label", q.labelOf(t, o, first+i, g))
		switch {
		case !oneLine:
			t.add(Prompt{Lang: g.lang, Words: one})
		case i == 0:
			line = one
		default:
			line += " " + one
		}
	}
	if oneLine {
		t.add(Prompt{Lang: g.lang, Words: line})
	}
}

// speak tells options on a call, the purpose before the key.
func (q *numbered) speak(a *ask, t *turn, options []option) {
	speaks := []*language{t.lang}
	if a.either(t) {
		speaks = t.speaks[:2]
	}
	for _, g := range speaks {
		t.sayIn(g, a.words, a.firm)
	}
	t.out.Wait.Keys, t.out.Wait.Timeout = 1, keyTimeout
	for i, o := range options {
		key := strconv.Itoa(i + 1)
		switch {
		case q.languages:
			t.pressLanguage(t.language(o.lang), key)
		case !q.printed && q.list != nil:
			t.it = numberedItem(o.item, i+1)
			for _, g := range speaks {
				t.press(g, key, q.label)
			}
		case !q.printed:
			for _, g := range speaks {
				t.press(g, key, o.choice.label)
			}
		}
	}
}

// hear takes the number of an option, or its words.
func (q *numbered) hear(a *ask, t *turn, in answer) (*target, bool) {
	options := q.options(a, t)
	i, more := q.find(t, options, in.folded), false
	if i < 0 && t.env.Channel == Text {
		i, more = q.said(t, options, in)
	}
	if i < 0 {
		return nil, false
	}
	to := q.take(a, t, options[i], i)
	if c := options[i].choice; more && c.more != nil {
		t.save(heardVar, Value{Text: in.text})
		to = t.way("more ", c.key, c.more)
	}
	return to, true
}

// take goes the way of an option.
func (q *numbered) take(a *ask, t *turn, o option, i int) *target {
	if o.lang != "" {
		t.speak(o.lang)
	}
	t.manyOptions(len(t.options) >= 7)
	switch {
	case q.languages:
		a.took(t, Value{})
		return t.way("answer", "", a.then)
	case q.list != nil:
		a.took(t, Value{Item: numberedItem(o.item, i+1)})
		return t.way("answer", "", a.then)
	}
	if o.choice.lang != "" {
		t.speak(o.choice.lang)
	}
	t.assign(o.choice.set)
	if q.yesNo {
		a.took(t, Value{Flag: o.choice.key == "yes"})
	} else {
		a.took(t, Value{Text: o.choice.key})
	}
	if o.choice.then != nil {
		return t.way("choice ", o.choice.key, o.choice.then)
	}
	return t.way("choice ", o.choice.key, a.then)
}

// find reads which option is meant: by its number, its label, both, or another word for it; -1 if none is.
func (q *numbered) find(t *turn, options []option, folded string) int {
	if folded == "" {
		return -1
	}
	n, rest := t.set.commands.number(folded)
	for i, o := range options {
		if n == i+1 && (rest == "" || q.named(t, o, i, rest)) {
			return i
		}
	}
	for i, o := range options {
		if q.named(t, o, i, folded) {
			return i
		}
	}
	return -1
}

// named says whether words mean an option.
func (q *numbered) named(t *turn, o option, i int, folded string) bool {
	if c := o.choice; c != nil {
		if c.key == "yes" && t.set.commands.yes[folded] || c.key == "no" && t.set.commands.no[folded] {
			return true
		}
		plain := unpunctuated(folded)
		for _, w := range c.words {
			if (w.word == folded || w.word == plain) && (o.lang == "" || o.lang == w.lang) {
				return true
			}
		}
	}
	for _, g := range t.set.languages {
		if o.lang != "" && o.lang != g.lang {
			continue
		}
		if q.foldedLabel(t, o, i, g) == folded || t.env.Quiet && fold(q.labelOf(t, o, i, g)) == folded {
			return true
		}
	}
	return false
}

// foldedLabel is a label read leniently; those without gaps were folded when the set was loaded.
func (q *numbered) foldedLabel(t *turn, o option, i int, g *language) string {
	if o.choice != nil {
		if f, ok := o.choice.folded[g.lang]; ok {
			return f
		}
	}
	return fold(q.labelOf(t, o, i, g))
}

// numberedItem is an item with its number in the list.
func numberedItem(it Item, n int) Item {
	all := make(Item, len(it)+1)
	maps.Copy(all, it)
	all["number"] = Value{Num: int64(n)}
	return all
}
