package flows

import (
	"strings"
	"unicode"
)

// checkQuiet finds words that tell what this is about, in what a quiet phone may be sent: the quiet words of a text or, where it has
// none of its own, what everybody is sent.
func checkQuiet(s *Set, found *findings) {
	revealing := map[Lang][]string{}
	for _, g := range s.languages {
		for _, w := range g.revealing {
			revealing[g.lang] = append(revealing[g.lang], soughtAs(w))
			revealing[""] = append(revealing[""], soughtAs(w))
		}
	}
	for _, g := range s.languages { // what it tells values and choices by
		for _, t := range g.patterns() {
			if word, at := t.reveals(revealing[""]); word != "" {
				found.violate(ruleQuiet, at, "a quiet phone would show %q; say it without", word)
			}
		}
	}
	loud := trace(s, func(st *step, e edge, v saved) bool { // words that the flow itself puts into a variable
		if v.from != nil && v.from.constant != nil {
			return s.Revealing(v.from.constant.Text) != ""
		}
		key, chosen := strings.CutPrefix(e.why, "choice ")
		return chosen && v.from == nil && s.Revealing(key) != ""
	})
	s.texts(func(st *step, x *text) {
		shown := x.quiet
		if shown == nil {
			shown = x.written
		}
		for _, t := range shown {
			for _, p := range t.pieces() {
				if st != nil && p.ref != nil && p.ref.origin == fromVar && loud[st.flow][p.ref.name] {
					found.violate(ruleQuiet, p.at, "{%s} may be a word that a quiet phone is never shown; give this \"quiet:\" words without it", p.ref.key())
				}
			}
		}
	})
	seen := map[*text]bool{}
	s.texts(func(_ *step, x *text) {
		f := x.quiet
		if f == nil {
			f = x.written
		}
		if seen[x] {
			return
		}
		seen[x] = true
		told := map[*template]bool{}
		for _, g := range s.languages {
			t := f.in(g.lang)
			if t == nil || told[t] {
				continue
			}
			told[t] = true
			if word, at := t.reveals(revealing[t.lang]); word != "" {
				do := "give it \"quiet:\" words without it"
				if x.quiet != nil {
					do = "say it without"
				}
				found.violate(ruleQuiet, at, "a quiet phone would show %q; %s", word, do)
			}
		}
	})
}

// Revealing gives the first word in a text that tells what this is about, as words.yaml lists them for any language; "" if there is
// none. What goes to a quiet phone, and what we send unasked, holds none.
func (s *Set) Revealing(text string) string {
	plain := spaced(text)
	for _, g := range s.languages {
		for _, w := range g.revealing {
			if strings.Contains(plain, soughtAs(w)) {
				return w
			}
		}
	}
	return ""
}

// soughtAs is a word as it is looked for in what spaced makes of a text: as a whole word, save in a writing that puts no spaces between
// words.
func soughtAs(word string) string {
	folded := spaced(word)
	if strings.ContainsFunc(folded, unspaced) {
		return strings.TrimSpace(folded)
	}
	return folded
}

// reveals gives the first of these words that stands in a template, as a whole word however it is written.
func (t *template) reveals(words []string) (string, place) {
	for _, p := range t.pieces() {
		if p.path != nil {
			continue
		}
		plain := spaced(p.words)
		for _, w := range words {
			if strings.Contains(plain, w) {
				return strings.TrimSpace(w), p.at
			}
		}
	}
	return "", place{}
}

// spaced is the folded words of a text with one space around each.
func spaced(s string) string {
	return " " + strings.Join(strings.FieldsFunc(fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ") + " "
}

// texts calls visit for every TEXT of the set; the step is nil for a phrase.
func (s *Set) texts(visit func(*step, *text)) {
	for _, name := range phraseNames() {
		if x := s.phrases[name]; x != nil {
			visit(nil, x)
		}
	}
	for _, f := range s.order {
		for _, x := range f.notice.texts() {
			if x != nil {
				visit(nil, x)
			}
		}
	}
	s.each(func(st *step) {
		for _, x := range st.texts() {
			if x != nil {
				visit(st, x)
			}
		}
	})
}

// texts is every TEXT of a step; some may be nil.
func (s *step) texts() []*text {
	switch v := s.verb.(type) {
	case *say:
		return []*text{v.words}
	case *handOver:
		return []*text{v.purpose, v.between}
	case *ask:
		all := []*text{v.words, v.wrong, v.silent, v.after}
		if v.lapse != nil {
			all = append(all, v.lapse.nudge)
		}
		switch q := v.question.(type) {
		case *numbered:
			all = append(all, q.label)
			for _, c := range q.choices {
				all = append(all, c.label)
			}
		case *confirm:
			all = append(all, q.yes, q.no, q.left)
		}
		return all
	}
	return nil
}

// patterns are what a language writes values and choices by.
func (g *language) patterns() []*template {
	all := append(g.list.joints(), g.choice, g.between[Text])
	for _, p := range g.counts {
		all = append(all, (&template{plurals: p}).variants()...)
	}
	for _, ask := range g.clock.reads.ask {
		all = append(all, ask[Text])
	}
	return all
}
