package flows

import (
	"maps"
	"slices"
)

// checkCollisions finds two choices of one ask that are read alike, and labels that read as a number.
func checkCollisions(s *Set, found *findings) {
	s.each(func(st *step) {
		if a, ok := st.verb.(*ask); ok {
			if q, ok := a.question.(*numbered); ok {
				q.collide(s, found)
			}
		}
	})
}

// collide compares what meets each choice, in all languages at once: answers are read in any of them.
func (q *numbered) collide(s *Set, found *findings) {
	meant := map[string]*choice{}
	for _, c := range q.choices {
		var words []string
		for _, g := range s.languages {
			words = append(words, c.folded[g.lang])
		}
		for _, w := range c.words {
			words = append(words, w.word)
		}
		switch c.key { // these are met by all words for them, too
		case "yes":
			words = append(words, slices.Sorted(maps.Keys(s.commands.yes))...)
		case "no":
			words = append(words, slices.Sorted(maps.Keys(s.commands.no))...)
		}
		for _, w := range words {
			if w == "" {
				continue
			}
			if n, rest := s.commands.number(w); n > 0 && rest == "" {
				found.violate(ruleCollision, c.at, "choice %q is read as the number %d, which may be another choice; word it otherwise", c.key, n)
			}
			if other := meant[w]; other != nil && other != c {
				found.violate(ruleCollision, c.at, "choices %q and %q are both met by %q; word one otherwise", other.key, c.key, w)
			}
			meant[w] = c
		}
	}
}
