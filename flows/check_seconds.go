package flows

// checkSeconds finds prompts on a call that take 20 seconds or more to say, at 150 words a minute, with the longest values.
func checkSeconds(s *Set, found *findings) {
	if found.errors > 0 {
		return
	}
	c := speech{found: found, sizes: s.measure(), told: map[*template]bool{}, press: map[*language]int{}}
	for _, g := range s.languages {
		c.press[g] = 1 + c.sizes.words(nil, unfilled(g.press), g)
	}
	for _, name := range phraseNames() {
		c.prompt(nil, s.phrases[name], false, nil)
	}
	s.each(func(st *step) {
		switch v := st.verb.(type) {
		case *say:
			c.prompt(st, v.words, false, nil)
		case *handOver:
			c.prompt(st, v.between, false, nil)
			c.prompt(st, v.purpose, false, nil)
		case *ask:
			c.ask(st, v)
		}
	})
}

// speech measures prompts.
type speech struct {
	found *findings
	sizes *sizes
	told  map[*template]bool // what was found already
	press map[*language]int  // the words of "press 1" besides the key
}

func (c *speech) ask(st *step, a *ask) {
	for _, x := range []*text{a.words, a.wrong, a.silent, a.after} {
		c.prompt(st, x, false, nil)
	}
	switch q := a.question.(type) {
	case *numbered:
		c.prompt(st, q.label, true, nil)
		for _, choice := range q.choices {
			c.prompt(st, choice.label, true, nil)
		}
	case *confirm:
		c.prompt(st, q.yes, true, nil)
		c.prompt(st, q.no, true, nil)
		c.prompt(st, q.left, false, nil)
	case *free:
		if a.bilingual {
			for _, g := range c.sizes.set.languages {
				c.prompt(st, a.after, false, g)
			}
		}
	}
}

// prompt measures one text in every language: alone, with a key to press, or together with a second language.
func (c *speech) prompt(st *step, x *text, key bool, second *language) {
	if x == nil {
		return
	}
	var f *flow
	if st != nil {
		f = st.flow
	}
	for _, own := range c.sizes.set.languages {
		t, g := c.sizes.pick(x, own, Voice, false)
		if t == nil || c.told[t] {
			continue
		}
		n := c.sizes.words(f, t, g)
		if key {
			n += c.press[g]
		}
		if second != nil && second != own {
			other, h := c.sizes.pick(x, second, Voice, false)
			n += c.sizes.words(f, other, h)
		}
		most := g.mostPromptWords()
		if t.lang == "" { // the same in all languages
			most = mostPromptWords
		}
		if n > most {
			c.told[t] = true
			c.found.violate(ruleSeconds, t.at(x), "this takes up to %d words to say (%s), and only %d, about 20 seconds, are listened to; part it in two",
				n, g.name, most)
		}
	}
}

// mostPromptWords is how many words of a language take about 20 seconds: 50 of English.
func (g *language) mostPromptWords() int { return g.pace / promptsAMinute }

const promptsAMinute = 3 // of 20 seconds

// unfilled is a pattern without its gaps.
func unfilled(t *template) *template {
	if t == nil {
		return nil
	}
	words := &template{}
	for _, p := range t.parts {
		if p.path == nil {
			words.parts = append(words.parts, p)
		}
	}
	return words
}
