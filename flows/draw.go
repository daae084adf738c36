package flows

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Drawing is one flow as a picture: its steps as boxes, in each the answers, outcomes and conditions as rows, and from every row a
// line to where it leads. What would stop the flow from being loaded stands in red where it is wrong, since that is when a picture
// is wanted most.
type Drawing struct {
	flow  *flow
	set   *Set
	lang  Lang
	found Findings // of the whole set
	boxes []*box   // the steps, in the order of the file
	start startBox
	wrong []string // what is wrong with the flow and belongs to no step
}

// mostDrawn is how many steps fit a picture that anybody reads; the time it takes grows faster than they do.
const mostDrawn = 400

// Sketch reads a folder of flows, right or wrong, and draws one of them in one of its languages; "" is its first. Its error says that
// there is no such flow or language, is the Findings of a file that cannot be read at all, or one of reading.
func Sketch(fsys fs.FS, v Vocabulary, name string, lang Lang) (*Drawing, error) {
	files, _, err := readFiles(fsys)
	if err != nil {
		return nil, err
	}
	return sketch(files, v, name, lang)
}

func sketch(files map[string]string, v Vocabulary, name string, lang Lang) (*Drawing, error) {
	s, err := LoadFiles(files, v)
	found := Findings(nil)
	switch {
	case errors.As(err, &found):
		found = slices.DeleteFunc(slices.Clone(found), func(f Finding) bool { return f.Severity != Error })
		s = readAnyway(files, v)
	case err != nil:
		return nil, err
	}
	if _, given := files[name+".yaml"]; given && len(found) > 0 && (s.flows[name] == nil || len(s.flows[name].steps) == 0) {
		if own := slices.DeleteFunc(slices.Clone(found), func(f Finding) bool { return f.File != name+".yaml" }); len(own) > 0 {
			return nil, own
		}
		return nil, found
	}
	return s.drawing(name, lang, found)
}

// readAnyway reads what can be read of a set with findings, and ties what can be tied. It may be looked at, and not talked with.
func readAnyway(files map[string]string, v Vocabulary) *Set {
	s := &Set{vocabulary: v, files: maps.Clone(files), flows: map[string]*flow{}, phrases: map[string]*text{}}
	l := &loader{source: source{found: &findings{}}, set: s}
	l.readWords(files[wordsFile])
	for _, name := range slices.Sorted(maps.Keys(files)) {
		l.readFile(name, files[name])
	}
	l.bind()
	return s
}

// Draw is the picture of a flow as SVG, in one of the set's languages; "" is its first.
func (s *Set) Draw(name string, lang Lang) ([]byte, error) {
	d, err := s.drawing(name, lang, nil)
	if err != nil {
		return nil, err
	}
	return d.SVG(), nil
}

// Mermaid is the picture of a flow as a Mermaid flowchart, for pages that draw those.
func (s *Set) Mermaid(name string, lang Lang) (string, error) {
	d, err := s.drawing(name, lang, nil)
	if err != nil {
		return "", err
	}
	return d.Mermaid(), nil
}

func (s *Set) drawing(name string, lang Lang, found Findings) (*Drawing, error) {
	f := s.flows[name]
	if f == nil {
		return nil, fmt.Errorf("there is no flow %q%s", name, didYouMean(name, s.flowNames()))
	}
	if lang == "" && len(s.languages) > 0 {
		lang = s.languages[0].lang
	}
	if lang != "" && s.language(lang) == nil {
		return nil, fmt.Errorf("the flows do not speak %q; they speak %s", lang, strings.Join(s.languageNames(), ", "))
	}
	if len(f.steps) > mostDrawn {
		return nil, fmt.Errorf("the flow %q has %d steps, and a picture of more than %d shows nobody anything; split the flow", name, len(f.steps), mostDrawn)
	}
	d := &Drawing{flow: f, set: s, lang: lang, found: found}
	for _, st := range f.steps {
		d.boxes = append(d.boxes, d.box(st))
	}
	for _, b := range d.boxes {
		for i := range b.rows {
			b.rows[i].box = d.boxOf(b.rows[i].to)
		}
	}
	d.start = d.starts()
	d.markFindings()
	d.markDeadEnds()
	return d, nil
}

// Findings is everything wrong with the set that the flow was drawn from; none if it loads.
func (d *Drawing) Findings() Findings { return d.found }

// Red is how many steps and ways are drawn in red.
func (d *Drawing) Red() int {
	n := len(d.wrong)
	for _, b := range d.boxes {
		n += len(b.wrong)
		for _, r := range b.rows {
			if r.leads == nowhere {
				n++
			}
		}
	}
	return n
}

// boxOf is the box that a way leads to; nil if it leads out of the flow, or nowhere.
func (d *Drawing) boxOf(to *target) *box {
	if to == nil || to.flow != "" || to.step == nil {
		return nil
	}
	i := slices.IndexFunc(d.boxes, func(b *box) bool { return b.step == to.step })
	if i < 0 {
		return nil
	}
	return d.boxes[i]
}

// markFindings puts each finding of this flow's file on the step whose lines it is in.
func (d *Drawing) markFindings() {
	for _, f := range d.found {
		if f.File != d.flow.at.file {
			continue
		}
		var at *box
		for _, b := range d.boxes {
			if b.step.at.line <= f.Line {
				at = b
			}
		}
		if at == nil {
			d.wrong = append(d.wrong, f.Message)
		} else if !slices.Contains(at.wrong, f.Message) {
			at.wrong = append(at.wrong, f.Message)
			at.cut = at.cut || f.Rule == string(ruleReach) || f.Rule == string(ruleEnds)
		}
	}
}

// markDeadEnds finds the steps that nothing leads to, and those from which nothing leads to an end. The checks find more of them, but
// are not come to where reading the set has failed already.
func (d *Drawing) markDeadEnds() {
	reached, ends := map[*box]bool{}, map[*box]bool{}
	var reach func(*box)
	reach = func(b *box) {
		if reached[b] {
			return
		}
		reached[b] = true
		for _, r := range b.rows {
			if r.box != nil {
				reach(r.box)
			}
		}
	}
	if len(d.boxes) > 0 {
		reach(d.boxes[0])
	}
	for progress := true; progress; {
		progress = false
		for _, b := range d.boxes {
			if !ends[b] && b.ends(ends) {
				ends[b], progress = true, true
			}
		}
	}
	for _, b := range d.boxes {
		if b.cut {
			continue
		}
		if !reached[b] {
			b.wrong = append(b.wrong, "No talk comes here.")
			b.cut = true
		}
		if !ends[b] {
			b.wrong = append(b.wrong, "From here nothing leads to an end.")
			b.cut = true
		}
	}
}

// ends says whether one way from here leads to an end, or to a step that does. An ask that does not say where giving up leads ends
// there by text.
func (b *box) ends(known map[*box]bool) bool {
	if a, ok := b.step.verb.(*ask); ok && (a.giveup.wrong == nil || a.lapse != nil && a.lapse.then == nil) {
		return true
	}
	return slices.ContainsFunc(b.rows, func(r row) bool {
		if r.whys[0] == "call" || r.whys[0] == "hangup" {
			return false // the one comes back, and the other is not how a talk ends
		}
		return r.leads == toEnd || r.leads == toFlow || r.box != nil && known[r.box]
	})
}

// startBox is what stands above the first step: how a talk comes there.
type startBox struct {
	words []string // lines
	tip   string
}

func (d *Drawing) starts() startBox {
	var words, from []string
	for _, w := range d.flow.starts {
		if !slices.Contains(words, w.word) {
			words = append(words, w.word)
		}
	}
	for _, f := range d.set.order {
		if f != d.flow && slices.ContainsFunc(f.steps, func(st *step) bool { return leadsTo(st, d.flow.name) }) {
			from = append(from, f.name)
		}
	}
	var parts []string
	if d.flow.name == doorFlow {
		parts = append(parts, "every talk out of the blue")
	}
	if len(words) > 0 {
		parts = append(parts, strings.Join(words, " · "))
	}
	if len(from) > 0 {
		parts = append(parts, "from "+strings.Join(from, ", "))
	}
	if len(parts) == 0 {
		parts = []string{"start"}
	}
	s := startBox{tip: strings.Join(parts, "; ")}
	for _, p := range parts {
		s.words = append(s.words, wrapped(p, 1.15*startFont, boxWidth-2*boxPad, 2)...)
	}
	return s
}

// leadsTo says whether a step leads to a flow by its own words: that every ask which gives up leads to the report says nothing.
func leadsTo(st *step, flow string) bool {
	a, _ := st.verb.(*ask)
	return slices.ContainsFunc(st.verb.edges(), func(e edge) bool {
		return e.to != nil && e.to.flow == flow && (a == nil || e.to != a.last)
	})
}
