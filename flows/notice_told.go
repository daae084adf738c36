package flows

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Question is what a notice that carries a flow asks.
type Question struct {
	Of      string   // what it is about: a name of Vocabulary.Notices
	Answers []string // their names, in the order in which they are printed
	Each    string   // the list of which each item is an answer instead, where what is known of what it is about holds that; "": none
}

// Question tells what a notice asks that carries this flow; false: no notice can.
func (s *Set) Question(flow string) (Question, bool) {
	f := s.flows[flow]
	if f == nil || f.notice == nil {
		return Question{}, false
	}
	return Question{Of: f.notice.of, Answers: f.notice.names(nil), Each: f.notice.each.list}, true
}

// Answers are the names of what can be answered to a question, in the order in which that is printed; known as in Printed. Those of a list are
// "1", "2" ….
func (s *Set) Answers(flow string, known map[string]Value) []string {
	f := s.flows[flow]
	if f == nil || f.notice == nil {
		return nil
	}
	return f.notice.names(known)
}

// Questions are the flows that a notice about such a thing may carry, by name.
func (s *Set) Questions(of string) (all []string) {
	for _, f := range s.order {
		if f.notice != nil && f.notice.of == of {
			all = append(all, f.name)
		}
	}
	return all
}

// Printed are the lines that stand in a notice for its question: each answer behind its digits, of which the first are given; or, where there
// are none (0), how it is answered without. known is what is known of what the notice is about: where the list is among it of which each item is
// an answer, these are printed. after stands behind them, and may be empty.
func (s *Set) Printed(flow string, lang Lang, first int, known map[string]Value) (lines, after string) {
	f := s.flows[flow]
	if f == nil || f.notice == nil {
		return "", ""
	}
	t, g := s.teller(flow, lang, known)
	if first == 0 {
		return t.words(f.notice.without, g), ""
	}
	lines = s.PrintedAnswers(flow, lang, first, known)
	if f.notice.each.before != nil && len(f.notice.offered(known)) > 0 {
		lines = t.words(f.notice.each.before, g) + "\n" + lines
	}
	if f.notice.after != nil {
		after = t.words(f.notice.after, g)
	}
	return lines, after
}

// PrintedAnswers are the lines of the answers alone, each behind its digits, without what stands before them; the rest is as in Printed.
func (s *Set) PrintedAnswers(flow string, lang Lang, first int, known map[string]Value) string {
	f := s.flows[flow]
	if f == nil || f.notice == nil {
		return ""
	}
	t, g := s.teller(flow, lang, known)
	var all []string
	for i, label := range f.notice.labels(t, g, known) {
		all = append(all, g.choice.fill("key", strconv.Itoa(first+i), "label", label))
	}
	return strings.Join(all, "\n")
}

// MayPrint tells whether the items of a list may be offered in a notice: each has words in every language, and none is a word by which the phone companies
// stop, or help (YES is theirs too, and only starts again what was stopped: a ballot may print it), or begins with digits: "25 dollars", sent as 25,
// would be the answer to whatever else has these digits.
func (s *Set) MayPrint(flow string, known map[string]Value) bool {
	f := s.flows[flow]
	if f == nil || f.notice == nil || len(f.notice.offered(known)) == 0 {
		return false
	}
	for _, g := range s.languages {
		t, spoken := s.teller(flow, g.lang, known)
		for _, label := range f.notice.labels(t, spoken, known) {
			if word := fold(label); word == "" || unicode.IsDigit([]rune(word)[0]) || word != "yes" && slices.Contains(carrierWords(), word) {
				return false
			}
		}
	}
	return true
}

// About is how a question of a notice is told, with what is known of what it is about.
func (s *Set) About(flow string, lang Lang, known map[string]Value) string {
	f := s.flows[flow]
	if f == nil || f.notice == nil {
		return ""
	}
	t, g := s.teller(flow, lang, known)
	return t.words(f.notice.about, g)
}

// teller tells texts of a notice in a language, or in the one in which the flow goes on for who speaks that.
func (s *Set) teller(flow string, lang Lang, known map[string]Value) (*turn, *language) {
	t := s.turn(State{Flow: flow, Lang: lang, Vars: known}, Env{Channel: Text, Languages: []Lang{lang}})
	return t, t.teller(t.lang)
}

// Replied is a text that begins with a number.
type Replied struct {
	Number int
	Rest   string // folded; empty: nothing stands behind it
	Few    bool   // no more than a few words do
	Second bool   // another number does
}

// Replied reads a text that may answer a notice, in every form in which numbers are understood; false: it begins with none.
func (s *Set) Replied(text string) (Replied, bool) {
	n, rest := s.commands.number(fold(clean(text)))
	if n == 0 {
		return Replied{}, false
	}
	r := Replied{Number: n, Rest: rest, Few: wordCount(rest) <= fewWords}
	for word := range strings.FieldsSeq(rest) {
		if m, tail := s.commands.number(strings.Trim(word, ",;")); m > 0 && tail == "" {
			r.Second = true
		}
	}
	return r, true
}

// Labels tells whether folded words are the label of an answer, in any language of the set; known as in Printed.
func (s *Set) Labels(flow, answer, folded string, known map[string]Value) bool {
	f := s.flows[flow]
	if f == nil || f.notice == nil {
		return false
	}
	if len(f.notice.offered(known)) == 0 {
		return slices.ContainsFunc(f.notice.answers, func(a noticeAnswer) bool { return a.key == answer && slices.Contains(a.folded, folded) })
	}
	i := slices.Index(f.notice.names(known), answer)
	return i >= 0 && slices.ContainsFunc(s.languages, func(g *language) bool {
		t, _ := s.teller(flow, g.lang, known)
		return fold(f.notice.labels(t, g, known)[i]) == folded
	})
}

// Reply is the input by which an answer to a notice begins its flow. known is what there is to know of what the notice was about, first the
// first of its digits, more the whole text where more stands in it than the answer.
func (s *Set) Reply(flow, answer, question string, first int, more string, known map[string]Value) Input {
	in := Input{Kind: KindReply, Flow: flow, Question: question, Values: map[string]Value{}}
	f := s.flows[flow]
	if f == nil || f.notice == nil {
		return in
	}
	n := f.notice
	for _, p := range f.takes {
		if v, told := known[p.name]; told {
			in.Values[p.name] = v
		}
	}
	if n.more != "" && more != "" {
		in.Values[n.more] = Value{Text: more}
	}
	if i := slices.Index(n.names(known), answer); i >= 0 && len(n.offered(known)) > 0 {
		for _, save := range n.each.saves {
			in.Values[save.name] = numberedItem(n.offered(known)[i], i+1)[save.field]
		}
		return in
	}
	in.Values[n.answer] = Value{Text: answer}
	for i, a := range n.answers {
		if a.digits != "" {
			in.Values[a.digits] = Value{Num: int64(first + i)}
		}
	}
	return in
}

// TakesMore tells whether what stands behind the digits of an answer goes with it.
func (s *Set) TakesMore(flow string) bool {
	f := s.flows[flow]
	return f != nil && f.notice != nil && f.notice.more != ""
}

// OwnNumber tells whether a text that is a number, and nothing else, could be an answer to what a conversation waits for: a count, a code, a PIN,
// a day, one of the choices, the digits of a read-back. Nothing is kept of it.
func (s *Set) OwnNumber(st State, text string, env Env) bool {
	f := s.flows[st.Flow]
	if f == nil || f.step(st.Step) == nil {
		return false
	}
	a, ok := f.step(st.Step).verb.(*ask)
	if !ok {
		return false
	}
	folded := fold(clean(text))
	n, bare := s.commands.bare(folded)
	if !bare {
		return false
	}
	if st.Resume {
		return n == 1 || n == 2
	}
	switch a.question.(type) {
	case *numbered:
		return n <= 2*mostOptions
	case *confirm:
		return isPair(n)
	case *digits, *number, *when:
		t := s.turn(st, env)
		_, takes := a.question.hear(a, t, answer{text: clean(text), folded: folded})
		return takes
	}
	return false
}

// LabelSaid tells whether a text is the label of an answer, and nothing else.
func (s *Set) LabelSaid(flow, answer, text string, known map[string]Value) bool {
	return s.Labels(flow, answer, fold(clean(text)), known)
}
