package flows

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
)

// leading is what kind of place a row leads to.
type leading int

const (
	toStep leading = iota
	toEnd
	toFlow
	nowhere // to a step or flow that does not exist, or nothing was said
)

// box is a step as it is drawn.
type box struct {
	step  *step
	kind  drawnKind
	words string   // what is said, whole
	lines []string // the same as it fits the box; of an effect its name and arguments
	rows  []row    // its ways on; a step with one plain way shows no row for it
	plain bool     // its one way leaves from its head
	wrong []string // why it is red
	cut   bool     // it is a dead end as a whole, not only something in it
	notes []string // what is wrong as lines that fit the box, once measured

	above  float64 // of the first: room for how a talk comes there
	height float64 // with above
	spot   *spot
}

// row is one way on.
type row struct {
	whys   []string // of the edges that it stands for
	mark   string   // "1" of a numbered answer; "o": numbered, by what is offered
	label  string
	aside  string // in grey behind it
	code   bool   // the label is a formula or a name
	quiet  bool   // hanging up, giving up: thin and dashed, so that the main talk is what one sees
	to     *target
	leads  leading
	box    *box   // where it leads, within the flow
	chip   string // what stands at the end of a way out of the flow
	middle float64
}

// drawnKind is how steps of one verb look.
type drawnKind struct{ name, word, shape, icon string }

// drawnKinds is the table of looks. A verb that is not in it is drawn by the last line, with its name as the word.
func kindOf(v verb) drawnKind {
	switch v.(type) {
	case *ask:
		return drawnKind{"ask", "asks", "round", "question"}
	case *say:
		return drawnKind{"say", "says", "bubble", "lines"}
	case *do:
		return drawnKind{"do", "does", "double", "play"}
	case *branch:
		return drawnKind{"branch", "decides", "chamfer", "fork"}
	case *remember:
		return drawnKind{"set", "notes", "note", "equals"}
	case *wait:
		return drawnKind{"other", "waits", "ticket", "clock"}
	case *call:
		return drawnKind{"other", "calls", "ticket", "round trip"}
	case *handOver:
		return drawnKind{"other", "hands over", "ticket", "dot"}
	}
	name := strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", v), "*flows."))
	return drawnKind{"other", name, "ticket", "dot"}
}

// quietWays are the ways that are taken when something goes amiss; alike words join where they lead to the same place.
func quietWord(why string) (word string, quiet bool) {
	words := map[string]string{
		"silent": "gives up in silence", "wrong": "gives up answering", "hangup": "hangs up", "nothing": "no choices", "lapse": "no answer in time",
	}
	word, quiet = words[why]
	return word, quiet
}

// plainWord is a way on in words.
func plainWord(why string) string {
	words := map[string]string{"other": "other words", "voice": "on a call", "text": "by text", "else": "otherwise", "taken": "they have talked",
		"nobody": "nobody takes it", "call": "another flow", "then": "afterwards"}
	if w, ok := words[why]; ok {
		return w
	}
	return strings.TrimPrefix(strings.ReplaceAll(why, "_", " "), "outcome ")
}

// box reads a step into what is drawn of it.
func (d *Drawing) box(st *step) *box {
	b := &box{step: st, kind: kindOf(st.verb)}
	ways := waysOf(st.verb)
	if _, isDo := st.verb.(*do); isDo { // outcomes in the order of the file
		slices.SortStableFunc(ways, func(a, b edge) int { return cmp.Compare(a.to.order(), b.to.order()) })
	}
	_, isAsk := st.verb.(*ask)
	b.plain = len(ways) == 1 && ways[0].why == "then" && !isAsk
	for _, e := range ways {
		d.addRow(b, e)
	}
	switch v := st.verb.(type) {
	case *ask:
		b.words = d.told(v.words)
	case *say:
		if b.words = d.told(v.words); b.words == "" {
			b.words = "(nothing)"
		}
	case *do:
		b.words = withArgs(v.name, v.with)
		if v.effect.Irrevocable {
			b.words += "\n(cannot be undone)"
		}
	case *call:
		b.words = withArgs(v.into.flow, v.into.with)
	case *wait:
		b.words = shownDuration(v.after)
	case *handOver:
		b.words = d.told(v.purpose)
	case *remember:
		for i, a := range v.set {
			b.words += strings.Repeat("\n", min(i, 1)) + a.name + " = " + formula(a.value)
		}
	}
	b.lines = wrapped(b.words, wordsFont, boxWidth-2*boxPad, mostLines)
	return b
}

// withArgs is a name and what it is given, a line each.
func withArgs(name string, with []assign) string {
	for _, a := range with {
		name += "\n" + a.name + ": " + formula(a.value)
	}
	return name
}

// waysOf is a verb's edges. An effect that does not exist has no outcomes, yet its ways were written and can be drawn.
func waysOf(v verb) []edge {
	effect, ok := v.(*do)
	if !ok || len(effect.outcomes) > 0 {
		return v.edges()
	}
	var all []edge
	for _, outcome := range slices.Sorted(maps.Keys(effect.on)) {
		all = append(all, edge{to: effect.on[outcome], why: "outcome " + outcome})
	}
	return all
}

// addRow adds a way, to a row that says the same already or as a row of its own.
func (d *Drawing) addRow(b *box, e edge) {
	r := row{whys: []string{e.why}, to: e.to, label: plainWord(e.why)}
	if word, quiet := quietWord(e.why); quiet {
		r.label, r.quiet = word, true
	}
	d.describe(b, &r, e)
	r.leads, r.chip = d.leading(e.to)
	if (e.why == "wrong" || e.why == "nothing" || e.why == "other") && r.aside == "" {
		r.aside = map[Channel]string{Text: "by text", Voice: "by voice"}[e.channel]
	}
	for i := range b.rows {
		known := &b.rows[i]
		if !sameTarget(known.to, r.to) {
			continue
		}
		if r.quiet && known.quiet {
			known.whys = append(known.whys, e.why)
			known.label = strings.ReplaceAll(known.label+", "+r.label, "gives up answering, gives up in silence", "gives up")
			return
		}
		if e.why == "one language" {
			known.aside = "or there is only one"
			known.whys = append(known.whys, e.why)
			return
		}
	}
	b.rows = append(b.rows, r)
}

// order is where a way on stands in its file; one that is missing comes last.
func (t *target) order() int {
	if t == nil {
		return math.MaxInt
	}
	return t.at.line*maxLine + t.at.column
}

func sameTarget(a, b *target) bool {
	return a != nil && b != nil && a.name == b.name && a.flow == b.flow && a.step == b.step
}

// describe words a way by the verb that it leaves.
func (d *Drawing) describe(b *box, r *row, e edge) {
	switch v := b.step.verb.(type) {
	case *branch:
		if n, ok := numberAfter(e.why, "if "); ok && n <= len(v.rungs) {
			r.label, r.code = formula(v.rungs[n-1].condition), true
		}
	case *do:
		r.code = strings.HasPrefix(e.why, "outcome ")
		r.label = strings.TrimPrefix(e.why, "outcome ")
	case *wait:
		if e.why == "lapse" {
			r.label, r.quiet = "after that time", false
		}
	case *ask:
		d.describeAnswer(v, r, e)
	}
}

// numberAfter reads the number of "if 2".
func numberAfter(s, word string) (int, bool) {
	rest, ok := strings.CutPrefix(s, word)
	n, err := strconv.Atoi(rest)
	return n, ok && err == nil && n > 0
}

func (d *Drawing) describeAnswer(a *ask, r *row, e edge) {
	switch q := a.question.(type) {
	case *numbered:
		key, isChoice := strings.CutPrefix(e.why, "choice ")
		conditional := false
		for i, c := range q.choices {
			if isChoice && c.key == key {
				r.label, r.mark = d.told(c.label), strconv.Itoa(i+1)
				if conditional {
					r.mark = "o" // its number depends on what is offered above
				}
				if c.when != nil {
					r.aside = "if " + formula(c.when)
				}
			}
			conditional = conditional || c.when != nil
		}
		if e.why == "answer" && q.list != nil {
			r.label, r.mark, r.aside = d.told(q.label), "o", "for each of "+formula(q.list)
		} else if e.why == "answer" && q.languages {
			r.label, r.mark = "a language", "o"
		}
	case *confirm:
		if e.why == "yes" {
			r.label, r.mark = d.told(q.yes), "o"
		} else if e.why == "no" {
			r.label, r.mark = d.told(q.no), "o"
		}
	case *digits:
		if e.why == "answer" {
			r.label, r.aside = "digits", fmt.Sprintf("%d to %d", q.least, q.most)
		}
	case *number:
		if e.why == "answer" {
			r.label, r.aside = "a number", fmt.Sprintf("%d to %d", q.least, q.most)
		}
	case *when:
		if e.why == "answer" {
			r.label = map[whenKind]string{whenDay: "a day", whenTime: "a time of day"}[q.kind]
			if r.label == "" {
				r.label = "a day and a time"
			}
		}
	case *free:
		if e.why == "answer" {
			r.label = "their own words"
		}
	case *photo:
		if e.why == "answer" {
			r.label = "a picture"
		}
	default:
		if e.why == "answer" {
			r.label = "an answer"
		}
	}
	if e.why == "answer" && a.save != nil && r.aside == "" {
		r.aside = "as " + a.save.name
	}
}

// leading says where a way leads, and what stands at its end if that is out of the flow.
func (d *Drawing) leading(to *target) (leading, string) {
	switch {
	case to == nil:
		return nowhere, "goes nowhere"
	case to.flow != "":
		if _, ok := d.set.files[to.flow+".yaml"]; !ok {
			return nowhere, "no flow " + to.flow
		}
		return toFlow, to.flow
	case to.step != nil:
		return toStep, ""
	case to.name == "end":
		return toEnd, ""
	}
	return nowhere, "no step " + to.name
}

// told is a TEXT as it stands in the file, by text in the drawing's language or else in any; what is for one channel says so.
func (d *Drawing) told(x *text) string {
	if x == nil {
		return ""
	}
	texts := d.plainly(x, Text)
	voice := d.plainly(x, Voice)
	switch {
	case texts == "" && voice != "":
		return "By voice: " + voice
	case voice == "" && texts != "":
		return "By text: " + texts
	}
	return texts
}

func (d *Drawing) plainly(x *text, c Channel) string {
	t := x.in(c, d.lang)
	for i := 0; t == nil && i < len(d.set.languages); i++ {
		t = x.in(c, d.set.languages[i].lang)
	}
	if t == nil {
		return ""
	}
	if t.plurals != nil && t.plurals.by[plural.Other] != nil {
		t = t.plurals.by[plural.Other]
	}
	var b strings.Builder
	if len(t.parts) == 0 && len(t.play) > 0 {
		return "(a recording)"
	}
	for _, p := range t.parts {
		b.WriteString(p.words)
		if p.path != nil {
			b.WriteString("{" + strings.Join(p.path, ".") + "}")
		}
	}
	return b.String()
}

// formula is a formula as written.
func formula(e *expression) string {
	if e == nil {
		return ""
	}
	return e.src
}
