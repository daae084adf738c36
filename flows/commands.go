package flows

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// commands are the words that mean something as a whole message, whatever is being asked, folded; and the words for numbers and
// for yes and no, in every language of the set.
type commands struct {
	languages map[string]Lang
	menu      map[string]bool
	starts    map[string]start
	help      map[string]*language
	yes, no   map[string]bool
	thanks    map[string]bool
	opens     map[string]bool // words for yes and no that a sentence may begin with
	polite    map[string]bool // around an answer
	numbers   map[string]int
}

// start is what a start word starts, and the language it suggests.
type start struct {
	flow *flow
	lang Lang
}

// readCommands gathers the words of all languages and flows, and finds those that mean two things.
func (l *loader) readCommands() {
	c := commands{
		languages: map[string]Lang{}, menu: map[string]bool{}, starts: map[string]start{}, help: map[string]*language{},
		yes: map[string]bool{}, no: map[string]bool{}, thanks: map[string]bool{}, numbers: map[string]int{},
		opens: map[string]bool{}, polite: map[string]bool{},
	}
	taken := map[string]string{}
	claim := func(word, by string, at place) string {
		folded := fold(word)
		if n, bare := c.bare(folded); bare { // before an answer with digits, also those of a read-back, it would come first
			l.found.add(at, "%q is the number %d, which answers questions; choose another", word, n)
		} else if folded == "" { // so is every text without words: a picture, a thumb up
			l.found.add(at, "%q has no letters, and every text without any would be it; choose another", word)
		}
		if other, ok := taken[folded]; ok && other != by {
			l.found.add(at, "%q is a word of %s already; choose another", word, other)
		}
		taken[folded] = by
		return folded
	}
	for _, g := range l.set.languages {
		for _, w := range g.words {
			c.languages[claim(w, "the language "+string(g.lang), place{file: wordsFile})] = g.lang
		}
		for _, w := range g.menu {
			c.menu[claim(w, "the menu", place{file: wordsFile})] = true
		}
		for _, w := range g.help {
			c.help[claim(w, "help", place{file: wordsFile})] = g
		}
		for _, w := range g.thanks {
			c.thanks[fold(w)] = true
		}
		for _, w := range g.opens {
			c.opens[fold(w)] = true
			if !slices.Contains(g.yes, w) && !slices.Contains(g.no, w) {
				l.found.add(place{file: wordsFile}, "%q is to open a sentence and is none of the words for yes and no of %q; add it there", w, g.lang)
			}
		}
		for _, w := range g.polite {
			c.polite[fold(w)] = true
		}
		for _, w := range g.yes {
			c.yes[fold(w)] = true
		}
		for _, w := range g.no {
			c.no[fold(w)] = true
		}
		for n, words := range g.numbers {
			for w := range strings.SplitSeq(words, "/") {
				c.numbers[fold(w)] = n
			}
		}
	}
	for _, f := range l.set.order {
		for _, w := range f.starts {
			c.starts[claim(w.word, "flow "+f.name, w.at)] = start{f, w.lang}
		}
	}
	l.set.commands = c
}

// bare reads a folded answer that is a number and nothing else.
func (c *commands) bare(folded string) (n int, ok bool) {
	n, rest := c.number(folded)
	_, named := c.numbers[folded]
	return n, rest == "" && (n > 0 || named || folded != "" && strings.Trim(folded, "0") == "")
}

// tells says whether an answer in somebody's own words has anything in it: signs, a number of up to two digits, yes, no or thanks
// have not.
func (c *commands) tells(folded string) bool {
	n, bare := c.bare(folded)
	return folded != "" && !c.yes[folded] && !c.no[folded] && !c.thanks[folded] && (!bare || n > 99)
}

// number reads a folded answer that begins with a number, in digits or as a word, and what stands behind it. 0 if none does.
func (c *commands) number(folded string) (n int, rest string) {
	first, rest, _ := strings.Cut(folded, " ")
	if i := strings.IndexFunc(first, func(r rune) bool { return r < '0' || r > '9' }); i > 0 {
		if r, _ := utf8.DecodeRuneInString(first[i:]); unspaced(r) { // no space stands between: "1告诉我们"
			first, rest = folded[:i], folded[i:]
		}
	}
	first = strings.TrimRight(first, ".,:;)-")
	if n, ok := c.numbers[first]; ok {
		return n, rest
	}
	if first == "" || len(first) > 3 {
		return 0, ""
	}
	for _, r := range first {
		if r < '0' || r > '9' {
			return 0, ""
		}
		n = 10*n + int(r-'0')
	}
	return n, rest
}

// SaysYes tells whether a text is 1, or yes in any language of the set, and nothing else: for a question that no flow is asking.
func (s *Set) SaysYes(text string) bool {
	folded := fold(text)
	n, bare := s.commands.bare(folded)
	return bare && n == 1 || s.commands.yes[folded]
}

// SaysNo tells whether a text is no in any language of the set, and nothing else: the other answer to such a question.
func (s *Set) SaysNo(text string) bool { return s.commands.no[fold(text)] }
