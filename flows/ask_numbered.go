package flows

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// mostOptions is how many numbered answers there may be: on a call 9 repeats and 0 leads to the recording.
const mostOptions = 8

// numbered is the question whose answers have numbers: choices, one per item of a list, or one per language.
//
//	choices:
//	  tell: {label: TEXT, words: {en: [HI]}, lang: en, set: {x: 1}, if: <condition>, then: NEXT, more: NEXT}
//	printed: true      # the labels stand in the words of the ask already
//
// A choice called yes or no is also met by the words for that.
type numbered struct {
	choices   []*choice
	list      *expression // each
	label     *text       // of each
	languages bool
	yesNo     bool
	printed   bool
}

type choice struct {
	key    string
	at     place
	label  *text
	words  []startWord     // other words for it, folded
	folded map[Lang]string // its label, where that has no gaps
	lang   Lang            // chosen with it
	set    []assign
	when   *expression // offered only then
	then   *target
	// By text, who answers with a sentence that begins with this choice goes there, and what they wrote as {heard}.
	more    *target
	phrases [][]string // that such a sentence may begin with, in words
}

// option is one numbered answer as this turn offers it.
type option struct {
	choice *choice // of choices
	item   Item    // of each
	lang   Lang    // of languages and of the greeting in two languages: chosen with it
}

// readNumbered reads choices, an each or languages; which of them it is, readAsk has seen to.
func (l *loader) readNumbered(a *ask, o *object) question {
	q := &numbered{printed: l.flag(o.get("printed")), languages: l.flag(o.get("languages"))}
	each, choices, yesNo := o.get("each"), o.get("choices"), o.get("yes_no")
	switch {
	case yesNo != nil:
		l.readYesNo(q, a, o, yesNo)
	case each != nil:
		q.list = l.expression(each)
		if q.label = l.text(o.get("label")); q.label == nil {
			l.found.add(each.at, "each needs a \"label:\" to tell its items by, as in \"{it.name}\"")
		}
	case choices != nil:
		for _, f := range l.object(choices.value, "choices").fields {
			q.choices = append(q.choices, l.readChoice(a, f))
		}
		for _, c := range q.choices {
			if q.printed && c.when != nil && !l.earlier {
				l.found.add(c.at, "a choice that is not always offered cannot be printed: the others would have other numbers; take \"printed\" out")
			}
		}
		if n := len(q.choices); n == 0 || n > mostOptions {
			l.found.add(choices.at, "there are %d choices, and it takes 1 to %d", n, mostOptions)
		}
	}
	if choices == nil && yesNo == nil && a.then == nil {
		a.then = l.next(nil, o.at, "this ask")
	}
	if a.save != nil {
		a.save.shape = Shape{Type: TypeText}
		if q.yesNo {
			a.save.shape.Type = TypeFlag
		}
		if each != nil {
			a.save.from, a.save.item = q.list, true
		}
	}
	return q
}

// readYesNo makes two choices of it. Without words of its own, those of words.yaml are offered.
//
//	yes_no: true    or {yes: TEXT, no: TEXT}
//	yes: NEXT       no: NEXT    or the ask's own then
func (l *loader) readYesNo(q *numbered, a *ask, o *object, f *field) {
	q.yesNo = true
	labels := &object{at: f.at}
	if _, ok := f.value.(ast.MapNode); ok {
		labels = l.object(f.value, "yes_no", "yes", "no")
	} else if !l.flag(f) {
		l.found.add(f.at, "yes_no is true, or {yes: TEXT, no: TEXT}")
	}
	for _, key := range []string{"yes", "no"} {
		c := &choice{key: key, at: f.at, label: l.text(labels.get(key)), then: l.optionalNext(o.get(key))}
		if c.label == nil {
			c.label = l.set.phrases[key]
		}
		if c.then == nil && a.then == nil {
			l.found.add(o.at, "this ask does not say what comes then; add \"%s: <step>\", or \"then: <step>\" for both", key)
		}
		q.choices = append(q.choices, c)
	}
}

// readChoice reads one choice. It goes its own way, or else the way of the ask.
func (l *loader) readChoice(a *ask, f field) *choice {
	o := l.object(f.value, "a choice", choiceFields().names()...)
	c := &choice{key: f.key, at: f.at, label: l.text(o.get("label")), set: l.assigns(o.get("set")), then: l.optionalNext(o.get("then")),
		more: l.optionalNext(o.get("more"))}
	l.variables(c.set)
	if c.label == nil {
		l.found.add(f.at, "choice %q needs a \"label:\"", f.key)
	}
	if c.then == nil && a.then == nil {
		c.then = l.next(nil, f.at, "choice \""+f.key+"\"")
	}
	if when := o.get("if"); when != nil {
		c.when = l.expression(when)
	}
	if lang := o.get("lang"); lang != nil {
		name, _ := l.scalar(lang.value, "lang")
		if c.lang = Lang(name); l.set.language(c.lang) == nil {
			l.found.add(lang.at, "there is no language %q%s", name, didYouMean(name, l.set.languageNames()))
		}
	}
	if words := o.get("words"); words != nil {
		for _, by := range l.object(words.value, "words", l.set.languageNames()...).fields {
			for _, w := range l.scalars(by.value, "words") {
				c.words = append(c.words, startWord{fold(w), Lang(by.key), by.at})
			}
		}
	}
	return c
}

// edges are a way per choice; and the way past the ask, if there may be nothing to choose among.
func (q *numbered) edges(a *ask) []edge {
	var save []saved
	if a.save != nil {
		save = []saved{*a.save}
	}
	if q.choices == nil {
		all := []edge{{why: "answer", to: a.then, sets: save, waits: true}}
		if q.languages {
			return append(all, edge{why: "one language", to: a.then}) // it is passed
		}
		return append(all, q.nothing(a)...)
	}
	all, always := []edge{}, false
	for _, c := range q.choices {
		to := c.then
		if to == nil {
			to = a.then
		}
		all = append(all, edge{why: "choice " + c.key, at: c.at, to: to, sets: append(savedBy(c.set), save...), waits: true})
		if c.more != nil {
			heard := saved{name: heardVar, at: c.at, shape: Shape{Type: TypeText}}
			sets := append(append(savedBy(c.set), save...), heard)
			all = append(all, edge{why: "more " + c.key, at: c.at, to: c.more, channel: Text, sets: sets, waits: true})
		}
		always = always || c.when == nil
	}
	if !always {
		all = append(all, q.nothing(a)...)
	}
	return all
}

// nothing is the way on when there is nothing to choose among.
func (q *numbered) nothing(a *ask) []edge {
	switch {
	case a.giveup.wrong != nil:
		return []edge{{why: "nothing", to: a.giveup.wrong}}
	case a.last != nil:
		return []edge{{why: "nothing", to: a.last, channel: Voice}}
	}
	return nil
}

// resolve ties the labels, and folds those that have no gaps, so that reading an answer need not.
func (q *numbered) resolve(a *ask, l *loader) {
	if q.list != nil {
		l.resolveExpression(q.list, nil, nil, TypeList)
		it := itemOf(q.list.shape)
		l.resolveText(q.label, &it)
	}
	for _, c := range q.choices {
		l.resolveText(c.label, nil)
		c.folded = map[Lang]string{}
		for _, g := range l.set.languages {
			if plain, ok := c.label.in(Text, g.lang).plain(); ok {
				c.folded[g.lang] = fold(plain)
				c.phrases = append(c.phrases, sayingOf(c.folded[g.lang]).words)
			}
		}
		for _, w := range c.words {
			c.phrases = append(c.phrases, sayingOf(w.word).words)
		}
		c.phrases = slices.DeleteFunc(c.phrases, func(p []string) bool { return len(p) == 0 })
		l.resolveExpression(c.when, nil, nil, TypeFlag)
		for _, s := range c.set {
			l.resolveExpression(s.value, nil, nil)
		}
	}
}

// options are the answers offered now, in order; the first has number 1.
func (q *numbered) options(a *ask, t *turn) []option {
	all := t.options[:0]
	switch {
	case q.languages:
		for _, g := range t.speaks {
			all = append(all, option{lang: g.lang})
		}
	case q.list != nil:
		for _, item := range t.value(q.list).List {
			all = append(all, option{item: item})
		}
	case a.both(t):
		all = q.offered(t, q.offered(t, all, t.speaks[0].lang), t.speaks[1].lang)
		t.options = all
		return all
	default:
		all = q.offered(t, all, "")
	}
	t.options = all[:min(len(all), mostOptions)]
	return t.options
}

// offered adds the choices whose condition holds.
func (q *numbered) offered(t *turn, all []option, lang Lang) []option {
	for _, c := range q.choices {
		if t.holds(c.when) {
			all = append(all, option{choice: c, lang: lang})
		}
	}
	return all
}
