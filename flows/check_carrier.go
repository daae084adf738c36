package flows

import (
	"slices"
	"strings"
	"unicode"
)

// carrierWords are whole messages that the carriers act on before us. (Twilio, "Advanced Opt-Out": the default keywords.)
func carrierWords() []string {
	return []string{
		"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "arret",
		"start", "yes", "unstop", "help", "info",
	}
}

// checkCarrierWords finds such words offered as a choice, or meant to start a flow. YES is understood where it answers a choice,
// and still never printed as one.
func checkCarrierWords(s *Set, found *findings) {
	words := carrierWords()
	refuse := func(at place, word, what string) {
		if slices.Contains(words, fold(word)) {
			found.violate(ruleCarrier, at, "%q is a word of the phone companies' own, and cannot be %s; choose another", word, what)
		}
	}
	refuseLabel := func(x *text) { // in all its forms: as written, to a quiet phone, with any number
		if x == nil {
			return
		}
		seen := map[*template]bool{}
		for _, f := range []form{x.written, x.quiet} {
			for _, t := range f {
				for _, one := range t.variants() {
					if plain, ok := one.plain(); ok && !seen[one] {
						seen[one] = true
						refuse(one.at(x), plain, "a choice")
					}
				}
			}
		}
	}
	for _, g := range s.languages {
		for _, w := range slices.Concat(g.words, g.menu, g.help) {
			refuse(place{file: wordsFile}, w, "a command")
		}
	}
	for _, f := range s.order {
		for _, w := range f.starts {
			refuse(w.at, w.word, "a start word")
		}
	}
	s.texts(func(_ *step, x *text) {
		for _, f := range []form{x.written, x.quiet} {
			for _, t := range f {
				for _, p := range t.pieces() {
					for _, w := range offeredIn(p.words) {
						refuse(p.at, strings.TrimSpace(w), "printed as a choice")
					}
				}
			}
		}
	})
	s.each(func(st *step) {
		a, ok := st.verb.(*ask)
		if !ok {
			return
		}
		q, ok := a.question.(*numbered)
		if !ok {
			if q, ok := a.question.(*confirm); ok {
				refuseLabel(q.yes)
				refuseLabel(q.no)
			}
			return
		}
		refuseLabel(q.label)
		for _, c := range q.choices {
			refuseLabel(c.label)
			for _, w := range c.words {
				if w.word != "yes" {
					refuse(w.at, w.word, "a choice")
				}
			}
		}
	})
}

// offeredIn are the words that stand beside a number in a text, as choices are printed: "1 Stop", "2. End 3. Go", "Stop? 1".
func offeredIn(words string) []string {
	var all []string
	for line := range strings.Lines(words) {
		pieces := strings.FieldsFunc(line, unicode.IsDigit)
		if len(pieces) > 0 && strings.ContainsFunc(line, unicode.IsDigit) {
			all = append(all, pieces...)
		}
	}
	return all
}
