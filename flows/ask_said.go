package flows

import (
	"slices"
	"strings"
	"unicode"
)

// saying is an answer in words, as it is read where numbers could have been sent.
type saying struct {
	words []string // folded, without marks
	mark  []bool   // behind each: whether one stands there
}

// sayingOf takes a folded answer apart.
func sayingOf(folded string) saying {
	var s saying
	from := -1
	end := func(at int) {
		if from >= 0 {
			s.words, s.mark = append(s.words, strings.ReplaceAll(folded[from:at], "’", "'")), append(s.mark, false)
			from = -1
		}
	}
	for i, r := range folded {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("'’-", r):
			if from < 0 {
				from = i
			}
		case unicode.IsSpace(r):
			end(i)
		default:
			end(i)
			if n := len(s.mark); n > 0 {
				s.mark[n-1] = true
			}
		}
	}
	end(len(folded))
	return s
}

func (s saying) from(n int) saying { return saying{s.words[n:], s.mark[n:]} }

// mostPhrase is how many words a phrase for yes, no or please may have.
const mostPhrase = 4

// opener is how many words at the beginning are the longest phrase of these; 0: none is.
func opener(words []string, among map[string]bool) int {
	for n := min(mostPhrase, len(words)); n > 0; n-- {
		if among[strings.Join(words[:n], " ")] {
			return n
		}
	}
	return 0
}

// courteous leaves out please, thanks and sorry, where they stand around an answer.
func (c *commands) courteous(s saying) saying {
	for n := opener(s.words, c.polite); n > 0; n = opener(s.words, c.polite) {
		s = s.from(n)
	}
	for cut := true; cut; {
		cut = false
		for n := min(mostPhrase, len(s.words)); n > 0 && !cut; n-- {
			if at := len(s.words) - n; c.polite[strings.Join(s.words[at:], " ")] {
				s, cut = saying{s.words[:at], s.mark[:at]}, true
			}
		}
	}
	return s
}

// yesOrNo is the answer that stands at the beginning, perhaps said twice, and in how many words; "", 0: neither does. It opens a sentence if
// it can mean nothing else there: "no, I work", and not "no heat again", nor "ok, he hit me".
func (c *commands) yesOrNo(s saying) (key string, n int, opens bool) {
	for _, of := range []struct {
		key   string
		words map[string]bool
	}{{"yes", c.yes}, {"no", c.no}} {
		at := 0
		for more := opener(s.words, of.words); more > 0; more = opener(s.words[at:], of.words) {
			at += more
		}
		if at > n {
			key, n = of.key, at
		}
	}
	return key, n, n > 0 && s.mark[n-1] && c.opens[s.words[0]]
}

// said reads an answer in words; -1: it is none of the options. What says more than an answer is one only where that option keeps the rest
// ("more:"), or where the rest is no more than a word or two: a story that begins like an answer has to be heard.
func (q *numbered) said(t *turn, options []option, in answer) (i int, more bool) {
	c := &t.set.commands
	s := c.courteous(sayingOf(in.folded))
	if i := q.find(t, options, strings.Join(s.words, " ")); i >= 0 || len(s.words) == 0 {
		return i, false
	}
	key, n, opens := c.yesOrNo(s)
	rest := s.from(n)
	if i := q.keyed(options, key); n > 0 && len(rest.words) == 0 {
		return i, false
	}
	if i := q.find(t, options, strings.Join(rest.words, " ")); n > 0 && i >= 0 && agrees(options[i], key) {
		return i, false
	}
	if strings.ContainsAny(in.text, "?¿？") {
		return -1, false
	}
	i, length := q.begins(options, s)
	if i < 0 && n > 0 {
		if i, length = q.begins(options, rest); i >= 0 && !agrees(options[i], key) {
			return -1, false
		}
		if length += n; i < 0 && opens {
			i, length = q.keyed(options, key), n
		}
	}
	if i < 0 || q.contradicts(options, i, s.from(length)) {
		return -1, false
	}
	more = options[i].choice.more != nil && length < len(s.words)
	if !more && wordCount(in.text) > fewWords {
		return -1, false
	}
	return i, more
}

// agrees says whether an option may be chosen by words with yes or no before them.
func agrees(o option, key string) bool {
	if o.choice == nil || o.choice.key != "yes" && o.choice.key != "no" {
		return key == "yes"
	}
	return o.choice.key == key
}

// keyed is the choice that is called yes or no; -1: none is.
func (q *numbered) keyed(options []option, key string) int {
	return slices.IndexFunc(options, func(o option) bool { return o.choice != nil && o.choice.key == key })
}

// surePhrase is how many words begin a sentence that cannot go on to tell something else; shorter ones do with a comma behind: "I can't,
// I work", and not "I can't breathe in here".
const surePhrase = 3

// begins finds the option that a sentence begins with, of those that keep the rest of it, and in how many words; -1: none.
func (q *numbered) begins(options []option, s saying) (i, length int) {
	i = -1
	for k, o := range options {
		if o.choice == nil || o.choice.more == nil {
			continue
		}
		for _, phrase := range o.choice.phrases {
			n := len(phrase)
			if n <= length || n > len(s.words) || n < surePhrase && n < len(s.words) && !s.mark[n-1] {
				continue
			}
			if slices.Equal(s.words[:n], phrase) {
				i, length = k, n
			}
		}
	}
	return i, length
}

// contradicts says whether another answer stands in the rest: "yes I would, but I can't" has to be asked again.
func (q *numbered) contradicts(options []option, i int, rest saying) bool {
	var others []option
	for k, o := range options {
		if k != i {
			others = append(others, o)
		}
	}
	for at := range rest.words {
		if k, _ := q.begins(others, rest.from(at)); k >= 0 {
			return true
		}
	}
	return false
}
